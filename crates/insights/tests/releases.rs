//! The card `releases`: its answers from the sandbox against labels and events read without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::{API_TOKEN, Request};
use sandbox_host::{NOW, SandboxHost, asked, card, component, environment, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "releases";
const FROM: &str = "2026-11-05T00:00:00Z";
const TO: &str = "2026-11-21T12:00:00Z";
const STAGES: [(&str, &str); 3] =
    [("development", "preproduction"), ("hardening", "preproduction"), ("production", "production")];

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

fn named(name: &str) -> Value {
    let mut entity = component(json!({
        "backstage.io/kubernetes-id": format!("webshop.{name}"),
        "github.com/project-slug": format!("example/{name}"),
    }));
    entity["metadata"]["name"] = json!(name);
    entity
}

fn ask(host: &Rc<SandboxHost>, entity: Value) -> Value {
    card(&client(host), json!({ "card": CARD, "entity": entity, "from": FROM, "to": TO })).unwrap()
}

/// The version label of a component's workload, by stage.
fn labels(host: &Rc<SandboxHost>, name: &str) -> BTreeMap<String, Value> {
    let client = client(host);
    ["production", "preproduction"]
        .into_iter()
        .flat_map(|environment| records(&client, environment, "smartscapeNodes \"*\""))
        .filter(|node| node["type"] == "K8S_DEPLOYMENT" && node["name"] == name)
        .map(|node| {
            let labels = &node["tags:k8s.labels"];
            (labels["stage"].as_str().unwrap().to_owned(), labels["app.kubernetes.io/version"].clone())
        })
        .collect()
}

/// The deployments and releases of a repository that ended, from old to new.
fn deliveries(host: &Rc<SandboxHost>, repository: &str) -> Vec<Value> {
    let client = client(host);
    let query = format!(r#"fetch events, from:"{FROM}", to:"{TO}" | filter event.kind == "SDLC_EVENT""#);
    let mut found: Vec<Value> = ["production", "preproduction"]
        .into_iter()
        .flat_map(|name| records(&client, name, &query))
        .filter(|event| event["vcs.repository.name"] == repository && event["event.status"] == "finished")
        .filter(|event| ["deployment", "release"].contains(&event["event.type"].as_str().unwrap()))
        .collect();
    found.sort_by_key(|event| event["timestamp"].as_str().unwrap().to_owned());
    found
}

/// A point in time in milliseconds, which is what answers are exact to.
fn moment(text: &Value) -> i64 {
    text.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

#[test]
fn asks_for_workloads_and_for_deliveries() {
    let answer = ask(&SandboxHost::new(), named("cart"));
    insta::assert_snapshot!(asked(&answer));
}

#[test]
fn shows_which_version_each_stage_has_and_how_it_stands_to_production() {
    let host = SandboxHost::new();
    let answer = ask(&host, named("cart"));
    assert_eq!(answer["state"], "ready");
    let labels = labels(&host, "cart");
    let matrix = table(&answer, "stages");
    assert_eq!((matrix.len(), &matrix[0]["component"]), (1, &json!("cart")));
    for (stage, environment) in STAGES {
        let cell = &matrix[0][&format!("{stage}/{environment}")];
        assert_eq!(cell["label"], labels[stage], "{stage}");
        let ahead = stage != "production";
        let (status, words) =
            if ahead { ("neutral", "ahead of production") } else { ("ok", "as in production") };
        assert_eq!(cell["status"], status, "{stage}");
        // Since when is a column of its own, which the reader's language and time zone apply to.
        assert_eq!(cell["detail"], words);
    }
    assert_eq!(fact(&answer, "ahead-of-production")["value"], 2);
    assert_eq!(fact(&answer, "behind-production")["value"], 0);
}

#[test]
fn says_since_when_a_version_is_there_and_which_run_brought_it() {
    let host = SandboxHost::new();
    let answer = ask(&host, named("cart"));
    let events = deliveries(&host, "cart");
    let labels = labels(&host, "cart");
    let places = table(&answer, "places");
    assert_eq!(places.len(), STAGES.len());
    for (place, (stage, environment)) in places.iter().zip(STAGES) {
        assert_eq!((&place["stage"], &place["environment"]), (&json!(stage), &json!(environment)));
        let came: Vec<&Value> = events
            .iter()
            .filter(|event| {
                event["cicd.deployment.release_stage"] == stage && event["task.outcome"] == "success"
            })
            .collect();
        let other = came.iter().rposition(|event| event["artifact.version"] != labels[stage]).unwrap();
        let first = came[other + 1];
        assert_eq!(moment(&place["since"]), moment(&first["timestamp"]), "{stage}");
        let run = format!("CI, run {}", first["cicd.pipeline.run.id"].as_str().unwrap());
        assert_eq!(place["by"], json!(run), "{stage}");
        assert_eq!(place["source"], "label");
        assert!(
            first["vcs.ref.head.revision"].as_str().unwrap().starts_with(place["revision"].as_str().unwrap())
        );
    }
}

#[test]
fn lists_the_latest_deliveries_first() {
    let host = SandboxHost::new();
    let answer = ask(&host, named("cart"));
    let rows = table(&answer, "deliveries");
    assert_eq!(rows.len(), 50);
    assert!(rows.windows(2).all(|pair| moment(&pair[0]["ended"]) >= moment(&pair[1]["ended"])));
    // Of those at the same time as the last one, some may be cut off.
    let last = moment(&rows[49]["ended"]);
    let expected: BTreeSet<String> = deliveries(&host, "cart")
        .iter()
        .filter(|event| moment(&event["timestamp"]) > last)
        .map(|event| {
            let status = &event["cicd.deployment.status"];
            let outcome = if status.is_null() { &event["task.outcome"] } else { status };
            let (stage, version) = (&event["cicd.deployment.release_stage"], &event["artifact.version"]);
            json!([moment(&event["timestamp"]), event["event.type"], stage, version, outcome]).to_string()
        })
        .collect();
    let shown: BTreeSet<String> = rows
        .iter()
        .filter(|row| moment(&row["ended"]) > last)
        .map(|row| {
            let outcome = &row["outcome"]["label"];
            json!([moment(&row["ended"]), row["kind"], row["stage"], row["version"], outcome]).to_string()
        })
        .collect();
    assert!(expected.len() >= 45, "{}", expected.len());
    assert_eq!(shown, expected);
}

#[test]
fn what_has_no_version_label_is_known_by_what_was_deployed() {
    let host = SandboxHost::new();
    let answer = ask(&host, named("notification"));
    let events = deliveries(&host, "notification");
    for place in table(&answer, "places") {
        let last = events.iter().rfind(|event| {
            event["cicd.deployment.release_stage"] == place["stage"] && event["task.outcome"] == "success"
        });
        assert_eq!(place["version"], last.unwrap()["artifact.version"]);
        assert_eq!(place["source"], "deployment");
    }
}

/// Tells an environment of a deployment that ended well a minute ago.
fn tell(host: &SandboxHost, environment: &str, more: &Value) {
    let mut event = json!({
        "event.category": "task", "event.type": "deployment", "event.status": "finished",
        "task.id": "deploy", "task.outcome": "success", "artifact.version": "1.0.0",
        "cicd.deployment.release_stage": "production",
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let request = Request::post("/platform/ingest/v1/events.sdlc", event.to_string())
        .with_header("authorization", &format!("Api-Token {API_TOKEN}"));
    let now = i64::try_from(NOW).unwrap();
    let status = host.sandbox.environment(environment).unwrap().handle(&request, now - 60_000).status;
    assert_eq!(status, 202);
}

#[test]
fn each_kind_of_annotation_finds_its_deliveries_whatever_their_case() {
    const URL: &str = "vcs.repository.url.full";
    let host = SandboxHost::new();
    for (index, (annotation, value, field, told)) in [
        ("github.com/project-slug", "Acme/Parcel", URL, "https://github.com/acme/parcel"),
        ("github.com/project-slug", "acme/Letter", "vcs.repository.name", "Letter"),
        ("github.com/project-slug", "acme/Card", "vcs.repository.name", "Acme/card"),
        ("gitlab.com/project-slug", "acme/Mail/stamp", URL, "https://gitlab.com/Acme/mail/stamp.git"),
        ("bitbucket.org/project-slug", "acme/seal", URL, "https://bitbucket.org/Acme/Seal"),
        ("dev.azure.com/project-repo", "Post/van", URL, "https://dev.azure.com/acme/post/_git/Van"),
        (
            "dev.azure.com/project-repo",
            "Post Office/box",
            URL,
            "https://dev.azure.com/acme/Post%20Office/_git/box",
        ),
        ("argocd/app-name", "Scales", "argocd.app.name", "scales"),
        ("argocd/app-name", "counter", "cicd.deployment.name", "Counter"),
    ]
    .into_iter()
    .enumerate()
    {
        let version = format!("1.0.{index}");
        tell(&host, "production", &json!({ field: told, "artifact.version": version }));
        let answer = ask(&host, component(json!({ annotation: value })));
        let shown: Vec<Value> =
            table(&answer, "places").iter().map(|place| place["version"].clone()).collect();
        assert_eq!(shown, [json!(version)], "{annotation}: {value} {told}");
    }
}

#[test]
fn a_stage_with_an_older_version_than_production_is_behind() {
    let host = SandboxHost::new();
    let repository = "https://gitlab.com/example/tool";
    for (environment, stage, version) in
        [("production", "production", "2.10.0"), ("preproduction", "hardening", "2.9.4")]
    {
        let event = json!({
            "event.provider": "gitlab", "task.id": format!("deploy-{stage}"),
            "cicd.deployment.release_stage": stage, "artifact.version": version,
            "vcs.repository.url.full": repository, "ext.pipeline.run.trigger.user": "jo",
            "cicd.pipeline.run.id": 7, "cicd.pipeline.run.url.full": format!("{repository}/-/pipelines/7"),
        });
        tell(&host, environment, &event);
    }
    let answer = ask(&host, component(json!({ "gitlab.com/project-slug": "example/tool" })));
    let places = table(&answer, "places");
    let shown: Vec<Value> = places
        .iter()
        .map(|place| json!([place["stage"], place["version"], place["drift"]["label"]]))
        .collect();
    let expected = [
        json!(["hardening", "2.9.4", "behind production"]),
        json!(["production", "2.10.0", "as in production"]),
    ];
    assert_eq!(shown, expected);
    assert_eq!(fact(&answer, "behind-production")["value"], 1);
    assert_eq!(fact(&answer, "behind-production")["status"], "warning");
    assert_eq!(places[0]["by"]["text"], "jo");
    assert_eq!(places[0]["by"]["url"], format!("{repository}/-/pipelines/7"));
}

/// The services of a component in an environment, with the release fields of what they answered in the last hour.
fn release_fields(host: &Rc<SandboxHost>, environment: &str, name: &str) -> BTreeSet<[String; 3]> {
    let query = format!(r#"fetch spans, from:now()-1h | filter service.name == "{name}""#);
    let text = |span: &Value, key: &str| span[key].as_str().unwrap().to_owned();
    records(&client(host), environment, &query)
        .iter()
        .map(|span| {
            ["dt.entity.service", "deployment.release_stage", "deployment.release_version"]
                .map(|key| text(span, key))
        })
        .collect()
}

#[test]
fn asks_the_spans_of_services_for_their_release_fields() {
    let ids = json!({ "dynatrace.com/dynatrace-entity-id": "SERVICE-1234ABCD4321DCBA" });
    let answer = ask(&SandboxHost::new(), component(ids));
    insta::assert_snapshot!(answer["environments"][0]["queries"][0]["query"].as_str().unwrap());
}

#[test]
fn what_is_known_by_its_services_runs_the_version_that_their_spans_tell() {
    let host = SandboxHost::new();
    let mut ids = BTreeSet::new();
    let mut expected = BTreeSet::new();
    for environment in ["production", "preproduction"] {
        for [service, stage, version] in release_fields(&host, environment, "cart") {
            ids.insert(service);
            expected.insert(json!([stage, version, environment, "spans"]).to_string());
        }
    }
    assert_eq!(expected.len(), 3, "{expected:?}");
    let ids: Vec<String> = ids.into_iter().collect();
    let entity = component(json!({ "dynatrace.com/dynatrace-entity-id": ids.join(", ") }));
    let answer = ask(&host, entity);
    let shown: BTreeSet<String> = table(&answer, "places")
        .iter()
        .map(|row| json!([row["stage"], row["version"], row["environment"], row["source"]]).to_string())
        .collect();
    assert_eq!(shown, expected);
    assert_eq!(fact(&answer, "ahead-of-production")["value"], 2);
}

#[test]
fn a_token_that_may_not_read_spans_gets_the_rest() {
    let host = SandboxHost::new();
    let mut entity = named("cart");
    entity["metadata"]["annotations"]["dynatrace.com/dynatrace-entity-id"] =
        json!("SERVICE-1234ABCD4321DCBA");
    let config = json!({ "environments": [environment("production", "dt0s16.NOSPANS.TOKEN")] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    let answer = card(&client, json!({ "card": CARD, "entity": entity, "from": FROM, "to": TO })).unwrap();
    assert_eq!((&answer["state"], &answer["notes"][0]["code"]), (&json!("partial"), &json!("missing-scope")));
    assert_eq!(table(&answer, "places")[0]["source"], "label");
}

#[test]
fn a_delivery_that_several_environments_are_told_of_is_one() {
    let host = SandboxHost::new();
    for (environment, versions) in
        [("production", ["1.0.0", "1.1.0"].as_slice()), ("preproduction", &["1.0.0", "1.1.0", "1.2.0"])]
    {
        for version in versions {
            let event = json!({ "task.id": "deploy", "cicd.pipeline.run.id": version, "artifact.version": version,
                "vcs.repository.url.full": "https://github.com/acme/parcel" });
            tell(&host, environment, &event);
        }
    }
    let answer = ask(&host, component(json!({ "github.com/project-slug": "acme/parcel" })));
    let mut shown: Vec<String> =
        table(&answer, "deliveries").iter().map(|row| row["version"].as_str().unwrap().to_owned()).collect();
    shown.sort();
    assert_eq!(shown, ["1.0.0", "1.1.0", "1.2.0"]);
    let places = table(&answer, "places");
    assert_eq!(places.len(), 1, "{places:?}");
    // The environment that knows most stands for the stage.
    assert_eq!(places[0]["environment"], "preproduction");
}

#[test]
fn deployments_of_two_repositories_with_one_id_are_two() {
    let host = SandboxHost::new();
    for name in ["parcel", "letter"] {
        tell(&host, "production", &json!({ "vcs.repository.name": name }));
    }
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "post" } });
    let components = ["parcel", "letter"].map(|name| {
        let mut entity = component(json!({ "github.com/project-slug": format!("acme/{name}") }));
        entity["metadata"]["name"] = json!(name);
        entity
    });
    let request = json!({ "card": CARD, "entity": system, "components": components, "from": FROM, "to": TO });
    let answer = card(&client(&host), request).unwrap();
    let shown: BTreeSet<String> =
        table(&answer, "deliveries").iter().map(|row| row["component"].to_string()).collect();
    assert_eq!(shown, ["\"letter\"", "\"parcel\""].map(str::to_owned).into());
}

#[test]
fn a_system_has_a_row_for_each_of_its_components() {
    let host = SandboxHost::new();
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" } });
    let components = ["cart", "accounting", "payment"].map(named);
    let request = json!({ "card": CARD, "entity": system, "components": components, "from": FROM, "to": TO });
    let answer = card(&client(&host), request).unwrap();
    let matrix = table(&answer, "stages");
    let shown: Vec<(&str, &Value)> = matrix
        .iter()
        .map(|row| (row["component"].as_str().unwrap(), &row["production/production"]["label"]))
        .collect();
    for ((shown, version), name) in shown.iter().zip(["cart", "accounting", "payment"]) {
        assert_eq!((*shown, *version), (name, &labels(&host, name)["production"]));
    }
    assert_eq!(shown.len(), 3);
}

#[test]
fn an_entity_without_annotations_is_told_which_would_do() {
    let answer = ask(&SandboxHost::new(), component(json!({})));
    assert_eq!(answer["state"], "missing-annotation");
    assert_eq!(answer["annotations"].as_array().unwrap().len(), 8);
}
