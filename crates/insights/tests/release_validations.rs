//! The card `release-validations`: its answers from the sandbox against what the events say, read without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use grailstage_insights::Client;
use grailstage_sandbox::{PLATFORM_TOKEN, Request, Response};
use sandbox_host::{NOW, SandboxHost, asked, card, component, environment, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "release-validations";
const FROM: &str = "2026-11-11T00:00:00Z";
const TO: &str = "2026-11-21T00:00:00Z";
const TAGS: &str = "dynatrace.com/guardian-tags";

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

fn ask(host: &Rc<SandboxHost>, annotations: Value) -> Value {
    let request = json!({ "card": CARD, "entity": component(annotations), "from": FROM, "to": TO });
    card(&client(host), request).unwrap()
}

fn inner(event: &Value, field: &str) -> Value {
    serde_json::from_str(event[field].as_str().unwrap()).unwrap()
}

/// The events of lifecycle guardians in both environments, each with the name of its own.
fn events(host: &Rc<SandboxHost>) -> Vec<(&'static str, Value)> {
    let client = client(host);
    let query = format!(r#"fetch events, from:"{FROM}", to:"{TO}" | filter event.kind == "SDLC_EVENT""#);
    ["production", "preproduction"]
        .into_iter()
        .flat_map(|name| records(&client, name, &query).into_iter().map(move |event| (name, event)))
        .filter(|(_, event)| event["event.provider"] == "dynatrace.site.reliability.guardian")
        .collect()
}

fn is_finished(event: &Value) -> bool {
    event["event.type"] == "validation" && event["event.status"] == "finished"
}

fn is_of(event: &Value, service: &str) -> bool {
    inner(event, "dt.srg.tags")["service"] == json!([service])
}

/// The finished validations of a service's guardians, by the guardian's name, from old to new.
fn finished<'e>(events: &'e [(&str, Value)], service: &str) -> BTreeMap<&'e str, Vec<&'e Value>> {
    let mut guardians: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (_, event) in events.iter().filter(|(_, event)| is_finished(event) && is_of(event, service)) {
        guardians.entry(event["dt.srg.name"].as_str().unwrap()).or_default().push(event);
    }
    for validations in guardians.values_mut() {
        validations.sort_by_key(|event| event["timestamp"].as_str().unwrap());
    }
    guardians
}

#[test]
fn asks_both_kinds_of_guardians_for_all_tags_of_a_set() {
    let answer = ask(&SandboxHost::new(), json!({ TAGS: "service=cart,stage" }));
    insta::assert_snapshot!(asked(&answer));
}

#[test]
fn counts_what_guardians_let_through_and_which_of_them_stop_releases_now() {
    let host = SandboxHost::new();
    let answer = ask(&host, json!({ TAGS: "service=cart" }));
    let events = events(&host);
    let guardians = finished(&events, "cart");
    let results: Vec<&str> =
        guardians.values().flatten().map(|event| event["validation.result"].as_str().unwrap()).collect();
    assert!(results.len() > 20, "{}", results.len());
    assert_eq!(answer["state"], "ready");
    // One that has begun and not ended within the timeframe is a validation, too.
    let ids: BTreeSet<&str> = events
        .iter()
        .filter(|(_, event)| is_of(event, "cart"))
        .map(|(_, event)| event["task.id"].as_str().unwrap())
        .collect();
    assert_eq!(fact(&answer, "validations")["value"], json!(ids.len()));
    let good = results.iter().filter(|result| ["pass", "warning"].contains(result)).count();
    let rate = fact(&answer, "let-through")["value"].as_f64().unwrap();
    assert!((rate - good as f64 / results.len() as f64 * 100.0).abs() < 1e-9, "{rate}");
    for (key, result) in [("stopping", "fail"), ("warning", "warning")] {
        let latest = guardians.values().filter(|all| all.last().unwrap()["validation.result"] == result);
        assert_eq!(fact(&answer, key)["value"], json!(latest.count()), "{key}");
    }
}

#[test]
fn shows_the_course_of_each_guardian() {
    let host = SandboxHost::new();
    let answer = ask(&host, json!({ TAGS: "service=checkout" }));
    let events = events(&host);
    let guardians = finished(&events, "checkout");
    let rows = table(&answer, "guardians");
    assert_eq!(rows.len(), 3);
    for row in rows {
        let name = row["guardian"]["text"].as_str().unwrap();
        let validations = &guardians[name];
        let latest = validations.last().unwrap();
        assert_eq!(row["result"]["label"], latest["validation.result"], "{name}");
        assert_eq!(name, format!("checkout {}", row["stage"].as_str().unwrap()));
        let passed = |event: &&Value| inner(event, "dt.srg.validation.summary")["pass"].as_f64().unwrap();
        let course: Vec<f64> = validations.iter().rev().take(20).rev().map(passed).collect();
        let shown = row["passed"]["points"].as_array().unwrap();
        let shown: Vec<f64> = shown.iter().map(|point| point.as_f64().unwrap() * 3.0 / 100.0).collect();
        assert_eq!(shown.len(), course.len());
        for (shown, expected) in shown.iter().zip(&course) {
            assert!((shown - expected).abs() < 1e-9, "{name}: {shown} {expected}");
        }
    }
}

#[test]
fn shows_value_target_and_warning_of_the_latest_objectives() {
    let host = SandboxHost::new();
    let answer = ask(&host, json!({ TAGS: "service=cart" }));
    let events = events(&host);
    let mut expected = BTreeSet::new();
    for validations in finished(&events, "cart").values() {
        let latest = &validations.last().unwrap()["task.id"];
        for (environment, event) in &events {
            if event["task.id"] == *latest && event["event.type"] == "validation.objective" {
                let objective = inner(event, "dt.srg.objective");
                let of = &event["dt.srg.name"];
                let numbers = ["value", "target", "warning"].map(|key| objective[key].as_f64());
                let (name, status) = (&objective["name"], &objective["status"]);
                expected.insert(json!([name, of, environment, status, numbers, "at most"]).to_string());
            }
        }
    }
    let shown: BTreeSet<String> = table(&answer, "objectives")
        .iter()
        .map(|row| {
            let numbers = ["value", "target", "warning"].map(|key| row[key].as_f64());
            let (status, comparison) = (&row["result"]["label"], &row["comparison"]);
            json!([row["objective"], row["guardian"], row["environment"], status, numbers, comparison])
                .to_string()
        })
        .collect();
    assert_eq!(expected.len(), 9);
    assert_eq!(shown, expected);
}

#[test]
fn lists_the_latest_validations_with_the_counts_of_their_objectives() {
    let host = SandboxHost::new();
    let answer = ask(&host, json!({ TAGS: "service=cart,stage=hardening" }));
    let events = events(&host);
    let guardians = finished(&events, "cart");
    let query = format!(r#"fetch events, from:"{FROM}", to:"{TO}" | filter event.kind == "SDLC_EVENT""#);
    let deliveries: Vec<Value> = records(&client(&host), "preproduction", &query)
        .into_iter()
        .filter(|event| event["event.type"] == "deployment" && event["vcs.repository.name"] == "cart")
        .collect();
    let mut expected: Vec<Value> = guardians["cart hardening"]
        .iter()
        .rev()
        .map(|event| {
            let summary = inner(event, "dt.srg.validation.summary");
            let counts = ["pass", "warning", "fail", "error", "info"].map(|key| summary[key].as_f64());
            // What was validated is what the same run had brought there.
            let deployed = deliveries.iter().find(|delivery| {
                delivery["cicd.pipeline.run.id"] == event["cicd.pipeline.run.id"]
                    && delivery["cicd.deployment.release_stage"] == "hardening"
            });
            let version = &deployed.unwrap()["artifact.version"];
            json!([event["validation.result"], counts, event["cicd.pipeline.run.id"], version])
        })
        .collect();
    expected.truncate(50);
    let rows = table(&answer, "validations");
    let shown: Vec<Value> = rows
        .iter()
        .filter(|row| row["result"]["label"] != "not finished")
        .map(|row| {
            let counts = ["pass", "warning", "fail", "error", "info"].map(|key| row[key].as_f64());
            json!([row["result"]["label"], counts, row["build"], row["version"]])
        })
        .collect();
    assert_eq!(shown, expected);
    assert!(rows.iter().all(|row| row["environment"] == "preproduction" && row["stage"] == "hardening"));
    let link = rows[0]["validation"]["url"].as_str().unwrap();
    assert!(
        link.starts_with(
            "https://preproduction.example/ui/intent/dynatrace.site.reliability.guardian/view_validation#"
        ),
        "{link}"
    );
}

#[test]
fn a_guardian_of_the_business_is_read_from_business_events() {
    let host = SandboxHost::new();
    let production = host.sandbox.environment("production").unwrap();
    let call = |request: Request| -> Value {
        let now = i64::try_from(NOW).unwrap();
        let Response { status, body, .. } = production.handle(&request.with_bearer(PLATFORM_TOKEN), now);
        assert!((200..300).contains(&status), "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    };
    let workflows = call(Request::get("/platform/automation/v1/workflows?search=webshop"));
    let id = workflows["results"][0]["id"].as_str().unwrap();
    call(Request::post(&format!("/platform/automation/v1/workflows/{id}/run"), "{}"));
    // A timeframe of two weeks ends on a step of five minutes.
    host.pass(Duration::from_secs(600));
    let client = client(&host);
    let finished: Vec<Value> = records(&client, "production", "fetch bizevents, from: -1h")
        .into_iter()
        .filter(|event| event["event.type"] == "guardian.validation.finished")
        .collect();
    let annotations = json!({ TAGS: "system=webshop" });
    let request = json!({ "card": CARD, "entity": component(annotations) });
    let answer = card(&client, request).unwrap();
    assert_eq!(fact(&answer, "validations")["value"], 1);
    let row = &table(&answer, "guardians")[0];
    assert_eq!((&row["guardian"]["text"], &row["stage"]), (&json!("webshop orders"), &json!("production")));
    assert_eq!(finished.len(), 1);
    assert_eq!(row["result"]["label"], finished[0]["validation.status"]);
    let objective = &table(&answer, "objectives")[0];
    assert_eq!(
        (&objective["objective"], &objective["comparison"], &objective["target"], &objective["warning"]),
        (&json!("Orders in an hour"), &json!("at least"), &json!(10.0), &json!(15.0))
    );
}

#[test]
fn an_empty_annotation_asks_for_all_guardians_and_an_absent_one_for_none() {
    let host = SandboxHost::new();
    let all = ask(&host, json!({ TAGS: "" }));
    let guardians: BTreeSet<String> =
        events(&host).iter().map(|(_, event)| event["dt.srg.id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(table(&all, "guardians").len(), guardians.len());
    let absent = ask(&host, json!({}));
    assert_eq!((&absent["state"], &absent["annotations"]), (&json!("missing-annotation"), &json!([TAGS])));
    assert_eq!(ask(&host, json!({ TAGS: "service=cart,critical" }))["state"], "empty");
}

#[test]
fn a_token_without_the_scope_of_one_kind_still_shows_the_other() {
    let host = SandboxHost::new();
    let mut config = unlimited();
    config["environments"] = json!([environment("production", "dt0s16.NOBIZEVENTS.TOKEN")]);
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    let request =
        json!({ "card": CARD, "entity": component(json!({ TAGS: "service=cart" })), "from": FROM, "to": TO });
    let answer = card(&client, request).unwrap();
    assert_eq!((&answer["state"], &answer["notes"][0]["code"]), (&json!("partial"), &json!("missing-scope")));
    assert_eq!(table(&answer, "guardians").len(), 1);
}

#[test]
fn a_malformed_annotation_is_an_error_that_names_it() {
    let entity = component(json!({ TAGS: "service=cart,,stage=production" }));
    let error = card(&client(&SandboxHost::new()), json!({ "card": CARD, "entity": entity })).unwrap_err();
    assert_eq!((error.code(), error.status()), ("invalid-annotation", 400));
    assert!(error.to_string().contains(TAGS), "{error}");
}
