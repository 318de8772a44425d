//! The card `team`: what it says of each component, against the records without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::BTreeSet;
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::PLATFORM_TOKEN;
use sandbox_host::{SandboxHost, asked, card, component, environment, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "team";
const ENVIRONMENTS: [&str; 2] = ["production", "preproduction"];

fn client(host: &Rc<SandboxHost>, config: &Value) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), config).unwrap()
}

fn named(name: &str, annotations: Value) -> Value {
    let mut entity = component(annotations);
    entity["metadata"]["name"] = name.into();
    entity["spec"] = json!({ "owner": "group:default/orders" });
    entity
}

fn of_webshop(name: &str) -> Value {
    named(name, json!({ "backstage.io/kubernetes-id": format!("webshop.{name}") }))
}

fn ask(host: &Rc<SandboxHost>, config: &Value, components: &[Value]) -> Value {
    ask_of("System", host, config, components)
}

fn ask_of(kind: &str, host: &Rc<SandboxHost>, config: &Value, components: &[Value]) -> Value {
    let mut group = named("orders", json!({}));
    group["kind"] = kind.into();
    let request = json!({ "card": CARD, "entity": group, "components": components });
    card(&client(host, config), request).unwrap()
}

/// The nodes of the workloads of a component, with their manifests.
fn nodes(host: &Rc<SandboxHost>, environment: &str, name: &str) -> Vec<(Value, Value)> {
    let query = r#"smartscapeNodes "K8S_DEPLOYMENT", "K8S_STATEFULSET", "K8S_DAEMONSET", "K8S_CRONJOB""#;
    records(&client(host, &unlimited()), environment, query)
        .into_iter()
        .filter(|node| node["tags:k8s.labels"]["backstage.io/kubernetes-id"] == format!("webshop.{name}"))
        .map(|node| {
            let manifest = serde_json::from_str(node["k8s.object"].as_str().unwrap()).unwrap();
            (node, manifest)
        })
        .collect()
}

/// How many open problems name one of these nodes.
fn problems(host: &Rc<SandboxHost>, environment: &str, nodes: &[(Value, Value)]) -> usize {
    let ids: BTreeSet<&str> = nodes.iter().map(|(node, _)| node["id"].as_str().unwrap()).collect();
    records(&client(host, &unlimited()), environment, "fetch dt.davis.problems, from:now()-24h")
        .iter()
        .filter(|problem| problem["event.status"] == "ACTIVE" && problem["dt.davis.is_duplicate"] == false)
        .filter(|problem| {
            let affected = problem["smartscape.affected_entity.ids"].as_array().unwrap();
            affected.iter().any(|id| ids.contains(id.as_str().unwrap()))
        })
        .count()
}

/// How many vulnerabilities of the workloads of that name are open in their newest report, and not muted.
fn vulnerabilities(host: &Rc<SandboxHost>, environment: &str, name: &str) -> usize {
    let query = "fetch security.events, from:now()-1h | sort timestamp asc";
    let mut newest = std::collections::BTreeMap::new();
    for report in records(&client(host, &unlimited()), environment, query) {
        if report["related_entities.kubernetes_workloads.names"] == json!([name]) {
            let id = report["vulnerability.display_id"].as_str().unwrap().to_owned();
            newest.insert((id, report["affected_entity.id"].to_string()), report);
        }
    }
    let open: BTreeSet<String> = newest
        .into_iter()
        .filter(|(_, report)| report["vulnerability.resolution.status"] == "OPEN")
        .filter(|(_, report)| {
            report["vulnerability.mute.status"] != "MUTED"
                && report["vulnerability.parent.mute.status"] != "MUTED"
        })
        .map(|((id, _), _)| id)
        .collect();
    open.len()
}

#[test]
fn a_row_is_what_all_environments_say_of_a_component() {
    let host = SandboxHost::new();
    let names = ["cart", "payment", "kafka", "inventory", "node-agent"];
    let components: Vec<Value> = names.iter().map(|name| of_webshop(name)).collect();
    let answer = ask(&host, &unlimited(), &components);
    assert_eq!(answer["state"], "ready", "{}", answer["notes"]);
    let rows = table(&answer, "components");
    assert_eq!(rows.len(), names.len());
    for name in names {
        let row = rows.iter().find(|row| row["component"]["text"] == name).unwrap();
        assert_eq!(row["component"]["entityRef"], format!("component:default/{name}"));
        assert_eq!(row["owner"], "orders");
        let (mut ready, mut desired, mut open, mut findings) = (0, 0, 0, 0);
        let mut versions = Vec::new();
        for environment in ENVIRONMENTS {
            let nodes = nodes(&host, environment, name);
            for (_, manifest) in &nodes {
                let first = |paths: [&str; 2]| {
                    paths.iter().find_map(|path| manifest.pointer(path)?.as_i64()).unwrap_or(0)
                };
                ready += first(["/status/readyReplicas", "/status/numberReady"]);
                desired += first(["/spec/replicas", "/status/desiredNumberScheduled"]);
            }
            let of_environment: BTreeSet<&str> = nodes
                .iter()
                .filter_map(|(node, _)| node["tags:k8s.labels"]["app.kubernetes.io/version"].as_str())
                .collect();
            let listed: Vec<&str> = of_environment.into_iter().collect();
            versions.push(format!("{} in {environment}", listed.join(", ")));
            open += problems(&host, environment, &nodes);
            findings += vulnerabilities(&host, environment, name);
        }
        assert_eq!(
            (&row["pods"]["ready"], &row["pods"]["desired"]),
            (&json!(ready), &json!(desired)),
            "{name}"
        );
        assert_eq!(row["versions"], versions.join("; "), "{name}");
        assert_eq!(row["problems"], open, "{name}");
        assert_eq!(row["vulnerabilities"], findings, "{name}");
    }
}

#[test]
fn the_worst_come_first_and_each_says_why() {
    let host = SandboxHost::new();
    let components = [
        of_webshop("recommendation"),
        named("ui-kit", json!({})),
        of_webshop("no-such-component"),
        of_webshop("payment"),
        of_webshop("inventory"),
    ];
    let answer = ask(&host, &unlimited(), &components);
    let states: Vec<(Value, Value, Value)> = table(&answer, "components")
        .into_iter()
        .map(|row| {
            (row["component"]["text"].clone(), row["state"]["label"].clone(), row["state"]["status"].clone())
        })
        .collect();
    let expected = [
        // Its only pod in development has no image.
        ("inventory", "not ready", "error"),
        ("payment", "open problem", "error"),
        ("no-such-component", "not found", "neutral"),
        ("ui-kit", "not connected", "neutral"),
        ("recommendation", "well", "ok"),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(name, label, status)| (json!(name), json!(label), json!(status)))
        .collect();
    assert_eq!(states, expected);
    assert_eq!(fact(&answer, "bad")["value"], 2);
    assert_eq!(fact(&answer, "well")["value"], 1);
    assert_eq!(fact(&answer, "components")["value"], 5);
    let of_group = ask_of("Group", &host, &unlimited(), &components);
    assert!(!table(&of_group, "components")[0].contains_key("owner"), "all have the same");
    let rows = table(&answer, "components");
    let unconnected = rows.iter().find(|row| row["component"]["text"] == "ui-kit").unwrap();
    assert_eq!((&unconnected["pods"], &unconnected["problems"]), (&Value::Null, &Value::Null));
}

#[test]
fn asks_for_workloads_problems_and_vulnerabilities_of_all_components_at_once() {
    let by_id = named("ledger", json!({ "dynatrace.com/dynatrace-entity-id": "SERVICE-00AB" }));
    let answer = ask(&SandboxHost::new(), &unlimited(), &[of_webshop("cart"), by_id]);
    insta::assert_snapshot!(asked(&answer));
}

#[test]
fn asks_three_queries_of_an_environment_for_any_number_of_components() {
    let host = SandboxHost::new();
    let names = ["cart", "checkout", "payment", "catalog", "search", "shipping", "storefront"];
    let components: Vec<Value> = names.iter().map(|name| of_webshop(name)).collect();
    ask(&host, &unlimited(), &components);
    let counters = host.sandbox.environment("production").unwrap().counters();
    assert_eq!(counters["execute"].calls, 3, "{counters:?}");

    let answer = ask(&SandboxHost::new(), &unlimited(), &[]);
    assert_eq!(answer["state"], "no-components");
    assert_eq!(answer["environments"], json!([]));
}

#[test]
fn what_a_token_may_not_read_is_unknown_and_not_none() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [
        environment("production", PLATFORM_TOKEN),
        environment("preproduction", "dt0s16.NOSECURITY.TOKEN"),
    ] });
    let answer = ask(&host, &config, &[of_webshop("recommendation")]);
    assert_eq!(answer["state"], "partial");
    assert_eq!(answer["notes"][0]["code"], "missing-scope");
    let row = &table(&answer, "components")[0];
    assert_eq!((&row["vulnerabilities"], &row["problems"]), (&Value::Null, &json!(0)));
    assert_eq!(row["state"]["label"], "well");
}

#[test]
fn classic_environments_say_which_versions_run_but_not_how_many_pods() {
    let host = SandboxHost::new();
    let mut production = environment("production", PLATFORM_TOKEN);
    production["entityModel"] = "classic".into();
    let answer = ask(&host, &json!({ "environments": [production] }), &[of_webshop("payment")]);
    let row = &table(&answer, "components")[0];
    assert_eq!((&row["pods"], &row["versions"]), (&Value::Null, &json!("1.19.4 in production")));
    let open = problems(&host, "production", &nodes(&host, "production", "payment"));
    assert!(open > 0);
    assert_eq!(row["problems"], open);
}

#[test]
fn a_component_that_cannot_be_understood_is_a_note_and_the_card_of_one_component_is_none() {
    let host = SandboxHost::new();
    let broken = named("legacy", json!({ "backstage.io/kubernetes-label-selector": "app in (gateway" }));
    let answer = ask(&host, &unlimited(), &[broken, of_webshop("cart")]);
    assert_eq!(table(&answer, "components").len(), 1);
    assert_eq!(answer["notes"][0]["code"], "invalid-label-selector");

    let request = json!({ "card": CARD, "entity": of_webshop("cart") });
    let answer = card(&client(&host, &unlimited()), request).unwrap();
    assert_eq!((&answer["state"], &answer["annotations"]), (&json!("missing-annotation"), &Value::Null));
}
