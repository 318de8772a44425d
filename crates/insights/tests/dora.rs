//! The card `dora`: its answers from the sandbox against numbers worked out from the records without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::{API_TOKEN, Request};
use sandbox_host::{NOW, SandboxHost, asked, both, card, component, fact, records, table, unlimited};
use serde_json::{Value, json};

const FROM: &str = "2026-11-01T00:00:00Z";
const TO: &str = "2026-11-21T00:00:00Z";
const DAYS: f64 = 20.0;

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

fn named(name: &str, annotations: Value) -> Value {
    let mut entity = component(annotations);
    entity["metadata"]["name"] = json!(name);
    entity
}

fn with_repository(name: &str) -> Value {
    named(name, json!({ "github.com/project-slug": format!("example/{name}") }))
}

fn ask(client: &Client<SandboxHost>, repository: &str) -> Value {
    let entity = with_repository(repository);
    card(client, json!({ "card": "dora", "entity": entity, "from": FROM, "to": TO })).unwrap()
}

fn ask_system(client: &Client<SandboxHost>, members: &[&str]) -> Value {
    let components: Vec<Value> = members.iter().map(|member| with_repository(member)).collect();
    ask_system_of(client, &components, TO)
}

fn ask_system_of(client: &Client<SandboxHost>, components: &[Value], to: &str) -> Value {
    let system = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "shop" },
    });
    let request =
        json!({ "card": "dora", "entity": system, "from": FROM, "to": to, "components": components });
    card(client, request).unwrap()
}

/// Until after what [`tell`] tells.
const LATE: &str = "2026-11-21T12:00:00Z";

/// Tells an environment of a task that ended well; `from` and `to` are times of the day of [`LATE`].
fn tell(host: &SandboxHost, environment: &str, kind: &str, [from, to]: [&str; 2], more: &Value) {
    let mut event = json!({
        "event.category": "task", "event.type": kind, "event.status": "finished", "task.outcome": "success",
        "start_time": format!("2026-11-21T{from}Z"), "end_time": format!("2026-11-21T{to}Z"),
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let request = Request::post("/platform/ingest/v1/events.sdlc", event.to_string())
        .with_header("authorization", &format!("Api-Token {API_TOKEN}"));
    let now = i64::try_from(NOW).unwrap();
    let status = host.sandbox.environment(environment).unwrap().handle(&request, now - 60_000).status;
    assert_eq!(status, 202);
}

/// The finished tasks of the repository. Both environments are told of a change.
fn tasks(client: &Client<SandboxHost>, repository: &str, kind: &str) -> Vec<Value> {
    let query = format!(
        r#"fetch events, from:"{FROM}", to:"{TO}" | filter event.kind == "SDLC_EVENT" and event.type == "{kind}""#
    );
    let all = ["production", "preproduction"].iter().flat_map(|name| records(client, name, &query));
    let is_of =
        |event: &Value| event["vcs.repository.name"] == repository && event["event.status"] == "finished";
    let key = |event: &Value| {
        (text(event, "task.id").to_owned(), event["cicd.deployment.release_stage"].to_string())
    };
    let by_id = all.filter(is_of).map(|event| (key(&event), event));
    by_id.collect::<BTreeMap<_, _>>().into_values().collect()
}

fn text<'e>(event: &'e Value, key: &str) -> &'e str {
    event[key].as_str().unwrap()
}

fn millis(timestamp: &str) -> i64 {
    timestamp.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// The ends of the runs that deployed to production, and whether all their deployments succeeded, from old to new.
/// The sandbox has one target in production, so a run has one deployment to it.
fn deployments(client: &Client<SandboxHost>, repository: &str) -> Vec<(i64, bool)> {
    let mut runs: BTreeMap<String, (i64, bool)> = BTreeMap::new();
    for event in to_production(client, repository) {
        let good = event["cicd.deployment.status"] == "succeeded";
        let run = text(&event, "cicd.pipeline.run.id").to_owned();
        assert_eq!(runs.insert(run, (millis(text(&event, "end_time")), good)), None);
    }
    let mut runs: Vec<_> = runs.into_values().collect();
    runs.sort_unstable();
    runs
}

fn to_production(client: &Client<SandboxHost>, repository: &str) -> Vec<Value> {
    let mut events = tasks(client, repository, "deployment");
    events.retain(|event| event["cicd.deployment.release_stage"] == "production");
    events
}

fn middle(mut values: Vec<i64>) -> Option<f64> {
    values.sort_unstable();
    let half = values.len().checked_sub(1)? / 2;
    Some(f64::midpoint(values[half] as f64, values[values.len() / 2] as f64))
}

/// From the opening of each change to the end of the first deployment that began after its merge.
fn lead_times(client: &Client<SandboxHost>, repository: &str) -> Vec<i64> {
    let deployments: Vec<(i64, i64)> = to_production(client, repository)
        .iter()
        .filter(|event| event["cicd.deployment.status"] == "succeeded")
        .map(|event| (millis(text(event, "start_time")), millis(text(event, "end_time"))))
        .collect();
    let lead_time = |change: &Value| {
        let (opened, merged) = (millis(text(change, "start_time")), millis(text(change, "end_time")));
        let after = deployments.iter().filter(|(start, _)| *start >= merged);
        Some(after.map(|(_, end)| end).min()? - opened)
    };
    tasks(client, repository, "change").iter().filter_map(lead_time).collect()
}

/// From the first failure in a row to the next success.
fn restorations(deployments: &[(i64, bool)]) -> Vec<i64> {
    let mut failed = None;
    let mut found = Vec::new();
    for (end, good) in deployments {
        if !good {
            failed.get_or_insert(*end);
        } else if let Some(since) = failed.take() {
            found.push(end - since);
        }
    }
    found
}

fn close(value: &Value, expected: Option<f64>) -> bool {
    match (value.as_f64(), expected) {
        (Some(value), Some(expected)) => (value - expected).abs() < 1e-6,
        (value, expected) => value.is_none() && expected.is_none(),
    }
}

#[test]
fn asks_for_deliveries_to_production_and_validations_of_it() {
    let answer = ask(&client(&SandboxHost::new()), "cart");
    insta::assert_snapshot!(asked(&answer));
}

#[test]
fn the_four_keys_are_those_of_the_records() {
    let client = client(&SandboxHost::new());
    let answer = ask(&client, "cart");
    let deployments = deployments(&client, "cart");
    assert!(deployments.len() > 10, "{}", deployments.len());
    let failed = deployments.iter().filter(|(_, good)| !good).count();
    let succeeded = deployments.len() - failed;
    let is = |key: &str, expected: Option<f64>| {
        assert!(close(&fact(&answer, key)["value"], expected), "{key}: {expected:?} {}", fact(&answer, key));
    };
    is("deployment-frequency", Some(succeeded as f64 / DAYS));
    is("change-failure-rate", Some(failed as f64 / deployments.len() as f64 * 100.0));
    is("lead-time", middle(lead_times(&client, "cart")));
    is("time-to-restore", middle(restorations(&deployments)));
    let trend = fact(&answer, "deployment-frequency")["trend"]["points"].as_array().unwrap();
    assert_eq!(trend.len(), 20);
    assert_eq!(trend.iter().map(|point| point.as_f64().unwrap()).sum::<f64>(), succeeded as f64);
}

#[test]
fn every_key_tells_its_level_and_how_it_is_defined() {
    let client = client(&SandboxHost::new());
    let answer = ask(&client, "cart");
    // Only where there are several does each have a row of its own.
    let is_table = |section: &Value| section["key"] == "components";
    assert!(!answer["sections"].as_array().unwrap().iter().any(is_table));
    let system = ask_system(&client, &["cart"]);
    let day = 86_400_000.0;
    // Google Cloud, Accelerate State of DevOps Report 2023.
    let published: [(&str, bool, [f64; 3]); 4] = [
        ("deployment-frequency", false, [1.0, 1.0 / 7.0, 1.0 / 30.0]),
        ("lead-time", true, [day, 7.0 * day, 30.0 * day]),
        ("change-failure-rate", true, [5.0, 10.0, 15.0]),
        ("time-to-restore", true, [day / 24.0, day, 7.0 * day]),
    ];
    let row = &table(&system, "components")[0];
    assert_eq!(row["component"], "cart");
    for (key, less_is_better, limits) in published {
        let fact = fact(&answer, key);
        let Some(value) = fact["value"].as_f64() else {
            assert!(fact["detail"].as_str().unwrap().starts_with("No events. "), "{fact}");
            continue;
        };
        let place =
            limits.iter().position(|limit| if less_is_better { value <= *limit } else { value >= *limit });
        let level = ["Elite", "High", "Medium", "Low"][place.unwrap_or(3)];
        assert!(fact["detail"].as_str().unwrap().starts_with(&format!("{level}. ")), "{fact}");
        assert_eq!(row[&format!("{key}-level")]["label"], level);
    }
}

#[test]
fn lists_the_events_behind_the_keys() {
    let client = client(&SandboxHost::new());
    let answer = ask(&client, "cart");
    let deployments = deployments(&client, "cart");
    let newest_first = |ends: Vec<i64>| ends.into_iter().rev().take(50).collect::<Vec<_>>();
    let shown = |name: &str, key: &str| -> Vec<i64> {
        table(&answer, name).iter().map(|row| millis(row[key].as_str().unwrap())).collect()
    };
    assert_eq!(
        shown("deployments", "ended"),
        newest_first(deployments.iter().map(|(end, _)| *end).collect())
    );
    let mut merged: Vec<i64> =
        tasks(&client, "cart", "change").iter().map(|change| millis(text(change, "end_time"))).collect();
    merged.sort_unstable();
    assert_eq!(shown("changes", "merged"), newest_first(merged));
    let url = table(&answer, "changes")[0]["change"]["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://github.com/example/cart/pull/"), "{url}");
    let restored = table(&answer, "restorations").iter().filter(|row| row["restored"].is_string()).count();
    assert_eq!(restored, restorations(&deployments).len());
}

#[test]
fn reliability_is_the_share_of_passed_validations_of_production() {
    let client = client(&SandboxHost::new());
    let answer = ask(&client, "cart");
    let validations: Vec<Value> = tasks(&client, "cart", "validation")
        .into_iter()
        .filter(|event| {
            let tags: Value = serde_json::from_str(text(event, "dt.srg.tags")).unwrap();
            tags["stage"] == json!(["production"])
        })
        .collect();
    assert!(!validations.is_empty());
    let met = validations.iter().filter(|event| text(event, "validation.result") != "fail").count();
    let expected = met as f64 / validations.len() as f64 * 100.0;
    assert!(close(&fact(&answer, "reliability")["value"], Some(expected)), "{expected}");
}

#[test]
fn a_system_counts_the_deliveries_of_its_components() {
    let client = client(&SandboxHost::new());
    let members = ["cart", "storefront"];
    let answer = ask_system(&client, &members);
    let all = members.map(|member| deployments(&client, member));
    let succeeded = all.iter().flatten().filter(|(_, good)| *good).count();
    let frequency = &fact(&answer, "deployment-frequency")["value"];
    assert!(close(frequency, Some(succeeded as f64 / DAYS / 2.0)), "{frequency}");
    // What one component deploys restores no other.
    let restorations = all.iter().flat_map(|deployments| restorations(deployments)).collect();
    assert!(close(&fact(&answer, "time-to-restore")["value"], middle(restorations)));
    let rows: Vec<Value> = table(&answer, "components").iter().map(|row| row["component"].clone()).collect();
    assert_eq!(rows, members);
}

#[test]
fn changes_of_two_repositories_with_one_number_are_two() {
    let client = client(&SandboxHost::new());
    let members = ["cart", "checkout", "payment", "search", "storefront"];
    let changes: Vec<Value> = members.iter().flat_map(|member| tasks(&client, member, "change")).collect();
    let numbers: BTreeSet<&str> = changes.iter().map(|change| text(change, "task.id")).collect();
    assert!(numbers.len() < changes.len(), "two changes have one number");
    // Fewer records than changes do not cut them off.
    let mut few = both();
    for environment in few["environments"].as_array_mut().unwrap() {
        environment["limits"] = json!({ "maxResultRecords": 90 });
    }
    assert!(changes.len() > 90);
    let answer = ask_system(&Client::new(SandboxHost::new(), &few).unwrap(), &members);
    assert_eq!(answer["notes"], json!([]));
    let mut merged: Vec<i64> = changes.iter().map(|change| millis(text(change, "end_time"))).collect();
    merged.sort_unstable_by(|a, b| b.cmp(a));
    merged.truncate(50);
    let shown: Vec<i64> =
        table(&answer, "changes").iter().map(|row| millis(row["merged"].as_str().unwrap())).collect();
    assert_eq!(shown, merged);
    let of_members = members.iter().flat_map(|member| lead_times(&client, member)).collect();
    let lead_time = &fact(&answer, "lead-time")["value"];
    assert!(close(lead_time, middle(of_members)), "{lead_time}");
    for member in members {
        let alone = ask(&client, member);
        let rows = table(&answer, "components");
        let row = rows.iter().find(|row| row["component"] == member).unwrap();
        assert_eq!(row["lead-time"], fact(&alone, "lead-time")["value"], "{member}");
    }
}

#[test]
fn a_component_with_a_repository_and_an_application_is_one() {
    let host = SandboxHost::new();
    let change = json!({ "task.id": "1", "vcs.repository.url.full": "https://github.com/acme/parcel",
        "vcs.repository.name": "parcel" });
    let sync = json!({ "task.id": "2", "argocd.app.name": "parcel-app", "argocd.app.stage": "production" });
    tell(&host, "production", "change", ["06:00:00", "07:00:00"], &change);
    tell(&host, "production", "deployment", ["08:00:00", "09:00:00"], &sync);
    let annotations = json!({ "github.com/project-slug": "acme/parcel", "argocd/app-name": "parcel-app" });
    // The other one has changes only, which say nothing of how often it is deployed.
    let other = json!({ "task.id": "1", "vcs.repository.url.full": "https://github.com/acme/letter" });
    tell(&host, "production", "change", ["06:00:00", "07:00:00"], &other);
    let components =
        [named("post", annotations), named("letters", json!({ "github.com/project-slug": "acme/letter" }))];
    let answer = ask_system_of(&client(&host), &components, LATE);
    let rows = table(&answer, "components");
    let names: Vec<&Value> = rows.iter().map(|row| &row["component"]).collect();
    assert_eq!(names, ["post", "letters"]);
    assert_eq!(rows[0]["lead-time"], 3.0 * 3_600_000.0);
    assert_eq!(fact(&answer, "lead-time")["value"], 3.0 * 3_600_000.0);
    assert!(close(&fact(&answer, "deployment-frequency")["value"], Some(1.0 / 20.5)));
    assert_eq!(table(&answer, "deployments")[0]["component"], "post");
}

#[test]
fn a_deployment_that_began_before_the_merge_carries_the_change_only_at_its_revision() {
    let host = SandboxHost::new();
    let of = |repository: &str, id: &str, revision: &str| {
        json!({ "task.id": id, "cicd.pipeline.run.id": id, "vcs.ref.head.revision": revision,
            "vcs.repository.url.full": format!("https://github.com/acme/{repository}") })
    };
    for (repository, early) in [("parcel", "a1"), ("letter", "b2")] {
        tell(&host, "production", "change", ["06:00:00", "08:00:00"], &of(repository, "1", "b2"));
        tell(&host, "production", "deployment", ["07:59:00", "08:10:00"], &of(repository, "2", early));
        tell(&host, "production", "deployment", ["08:20:00", "08:30:00"], &of(repository, "3", "c3"));
    }
    for (repository, minutes) in [("parcel", 150.0), ("letter", 130.0)] {
        let entity = component(json!({ "github.com/project-slug": format!("acme/{repository}") }));
        let request = json!({ "card": "dora", "entity": entity, "from": FROM, "to": LATE });
        let answer = card(&client(&host), request).unwrap();
        assert_eq!(fact(&answer, "lead-time")["value"], minutes * 60_000.0, "{repository}");
    }
}

#[test]
fn without_a_repository_or_events_it_says_so() {
    let client = client(&SandboxHost::new());
    let request = json!({ "card": "dora", "entity": component(json!({})) });
    assert_eq!(card(&client, request).unwrap()["state"], "missing-annotation");
    assert_eq!(ask(&client, "nothing")["state"], "empty");
}
