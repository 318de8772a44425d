//! The card `test-results`: its answers from the sandbox against numbers worked out from the records without DQL.

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
const MIDDLE: &str = "2026-11-11T00:00:00";
const ENVIRONMENTS: [&str; 2] = ["production", "preproduction"];

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

fn ask_from(client: &Client<SandboxHost>, annotations: Value, from: &str, to: &str) -> Value {
    let entity = component(annotations);
    card(client, json!({ "card": "test-results", "entity": entity, "from": from, "to": to })).unwrap()
}

fn ask(client: &Client<SandboxHost>, repository: &str) -> Value {
    ask_from(client, json!({ "github.com/project-slug": format!("example/{repository}") }), FROM, TO)
}

/// Every execution of a case of the repository, as an event, by time. Both environments are told of each.
fn executions(client: &Client<SandboxHost>, repository: &str) -> Vec<Value> {
    let query = format!(r#"fetch events, from:"{FROM}", to:"{TO}" | filter event.type == "test""#);
    let mut events = BTreeMap::new();
    for event in ENVIRONMENTS.iter().flat_map(|environment| records(client, environment, &query)) {
        if event["vcs.repository.name"] == repository {
            let key = (text(&event, "timestamp").to_owned(), text(&event, "task.id").to_owned());
            events.insert(key, event);
        }
    }
    assert!(events.len() > 100, "{}", events.len());
    events.into_values().collect()
}

/// Tells an environment of an execution a minute ago.
fn tell(host: &SandboxHost, environment: &str, more: &Value) {
    let mut event = json!({
        "event.category": "task", "event.type": "test", "event.status": "finished",
        "test.suite.name": "unit", "test.case.name": "adds", "test.case.result.status": "pass",
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    tell_all(host, environment, &[event]);
}

fn tell_all(host: &SandboxHost, environment: &str, events: &[Value]) {
    let request = Request::post("/platform/ingest/v1/events.sdlc", json!(events).to_string())
        .with_header("authorization", &format!("Api-Token {API_TOKEN}"));
    let now = i64::try_from(NOW).unwrap();
    let status = host.sandbox.environment(environment).unwrap().handle(&request, now - 60_000).status;
    assert_eq!(status, 202);
}

/// Until after what [`tell`] tells.
const LATE: &str = "2026-11-21T12:00:00Z";

fn text<'e>(event: &'e Value, key: &str) -> &'e str {
    event[key].as_str().unwrap()
}

fn passed(event: &Value) -> bool {
    text(event, "test.case.result.status") == "pass"
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}

/// The durations of a case in milliseconds.
fn durations<'e>(events: impl Iterator<Item = &'e Value>) -> Vec<f64> {
    events
        .filter_map(|event| event["duration"].as_str())
        .map(|nanoseconds| nanoseconds.parse::<f64>().unwrap() / 1e6)
        .collect()
}

fn close(value: &Value, expected: f64) -> bool {
    (value.as_f64().unwrap() - expected).abs() < 1e-6
}

#[test]
fn asks_for_the_executions_of_cases() {
    let answer = ask(&client(&SandboxHost::new()), "cart");
    insta::assert_snapshot!(asked(&answer));
}

#[test]
fn counts_runs_and_rates_of_the_repository_and_of_no_other() {
    let client = client(&SandboxHost::new());
    let answer = ask(&client, "cart");
    let events = executions(&client, "cart");
    let mut by_run: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
    for event in &events {
        let cases = by_run.entry(text(event, "cicd.pipeline.run.id")).or_default();
        *cases.entry(text(event, "test.case.name")).or_default() |= passed(event);
    }
    let (runs, all) = (by_run.len(), events.len());
    let green = by_run.values().filter(|cases| cases.values().all(|passed| *passed)).count();
    let good = events.iter().filter(|event| passed(event)).count();
    assert_eq!(fact(&answer, "runs")["value"], json!(runs));
    assert!(close(&fact(&answer, "pass-rate")["value"], good as f64 / all as f64 * 100.0));
    assert!(close(&fact(&answer, "green-runs")["value"], green as f64 / runs as f64 * 100.0));
    let trend = fact(&answer, "runs")["trend"]["points"].as_array().unwrap();
    assert_eq!(trend.len(), 20);
    assert_eq!(trend.iter().map(|point| point.as_f64().unwrap()).sum::<f64>(), runs as f64);
    let suites = table(&answer, "suites");
    assert_eq!(suites.len(), 1);
    assert_eq!(
        (&suites[0]["suite"], suites[0]["runs"].as_f64()),
        (&json!("cart integration"), Some(runs as f64))
    );
}

#[test]
fn a_case_is_flaky_that_failed_and_passed_at_one_revision() {
    let client = client(&SandboxHost::new());
    let answer = ask(&client, "cart");
    let events = executions(&client, "cart");
    let mut seen: BTreeMap<(&str, &str), BTreeSet<bool>> = BTreeMap::new();
    for event in &events {
        let key = (text(event, "test.case.name"), text(event, "vcs.ref.head.revision"));
        seen.entry(key).or_default().insert(passed(event));
    }
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    for ((case, _), results) in seen {
        if results.len() == 2 {
            *expected.entry(case.to_owned()).or_default() += 1.0;
        }
    }
    let shown: BTreeMap<String, f64> = table(&answer, "flaky")
        .iter()
        .map(|row| (row["case"].as_str().unwrap().to_owned(), row["flaky-revisions"].as_f64().unwrap()))
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(shown, expected);
    assert_eq!(fact(&answer, "flaky")["value"], json!(expected.len()));
    assert!(fact(&answer, "flaky")["detail"].as_str().unwrap().contains("one and the same revision"));
}

#[test]
fn a_case_fails_since_the_first_failure_after_its_last_success() {
    let client = client(&SandboxHost::new());
    // The end is in the second after a failure, which no attempt has followed yet.
    let events = executions(&client, "cart");
    let failure = events.iter().rev().find(|event| !passed(event)).unwrap();
    let end: jiff::Timestamp = text(failure, "timestamp").parse().unwrap();
    let end = end.as_millisecond() / 1_000 * 1_000 + 1_000;
    let moment = |millis: i64| jiff::Timestamp::from_millisecond(millis).unwrap().to_string();
    let annotations = json!({ "github.com/project-slug": "example/cart" });
    let answer = ask_from(&client, annotations, &moment(end - 60_000), &moment(end));
    let rows: Vec<_> = table(&answer, "failing")
        .into_iter()
        .filter(|row| row["case"] == failure["test.case.name"])
        .collect();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let millis = |timestamp: &str| timestamp.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert_eq!(millis(rows[0]["since"].as_str().unwrap()), millis(text(failure, "timestamp")));
    let revision = text(failure, "vcs.ref.head.revision");
    assert!(revision.starts_with(rows[0]["commit"].as_str().unwrap()));
    assert_eq!(fact(&answer, "failing")["status"], "error");
}

#[test]
fn fails_now_what_failed_in_its_latest_execution() {
    let client = client(&SandboxHost::new());
    let mut expected = BTreeSet::new();
    let mut shown = BTreeSet::new();
    for repository in ["cart", "storefront"] {
        let mut latest = BTreeMap::new();
        for event in executions(&client, repository) {
            latest.insert(text(&event, "test.case.name").to_owned(), passed(&event));
        }
        let failing = latest.into_iter().filter(|(_, passed)| !passed);
        expected.extend(failing.map(|(case, _)| (repository, case)));
        let rows = table(&ask(&client, repository), "failing");
        shown.extend(rows.iter().map(|row| (repository, row["case"].as_str().unwrap().to_owned())));
    }
    assert_eq!(shown, expected);
}

#[test]
fn names_the_slowest_case_and_whether_it_gets_slower() {
    let client = client(&SandboxHost::new());
    let answer = ask(&client, "cart");
    let rows = table(&answer, "slowest");
    let mut slower = 0;
    let events = executions(&client, "cart");
    for row in &rows {
        let of_case = || events.iter().filter(|event| event["test.case.name"] == row["case"]);
        let earlier = middle(durations(of_case().filter(|event| text(event, "timestamp") < MIDDLE)));
        let later = middle(durations(of_case().filter(|event| text(event, "timestamp") >= MIDDLE)));
        assert!(close(&row["duration"], middle(durations(of_case()))), "{row:?}");
        assert!(close(&row["earlier"], earlier) && close(&row["later"], later), "{row:?}");
        let is_slower = later > earlier * 1.15 && later - earlier >= 1_000.0;
        assert_eq!(row["course"]["label"] == "getting slower", is_slower, "{row:?}");
        slower += usize::from(is_slower);
    }
    assert_eq!(fact(&answer, "slower")["value"], json!(slower));
    assert!(rows.iter().any(|row| row["case"] == "loads ten thousand items"));
}

#[test]
fn executions_of_two_repositories_or_runs_with_one_task_are_several() {
    let host = SandboxHost::new();
    for (repository, run, result) in
        [("parcel", 1, "pass"), ("parcel", 2, "fail"), ("letter", 1, "fail"), ("letter", 1, "fail")]
    {
        let event = json!({ "task.id": "tests", "cicd.pipeline.run.id": run, "test.case.result.status": result,
            "vcs.repository.name": repository, "vcs.repository.url.full": format!("https://github.com/acme/{repository}") });
        tell(&host, "production", &event);
    }
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "post" } });
    let components = ["parcel", "letter"]
        .map(|name| component(json!({ "github.com/project-slug": format!("acme/{name}") })));
    let request = json!({ "card": "test-results", "entity": system, "components": components, "from": FROM,
        "to": LATE });
    let answer = card(&client(&host), request).unwrap();
    assert_eq!(fact(&answer, "runs")["value"], 3);
    assert!(close(&fact(&answer, "pass-rate")["value"], 100.0 / 3.0));
}

#[test]
fn what_one_environment_missed_is_not_counted_twice_for_the_other() {
    let host = SandboxHost::new();
    for (environment, runs) in [("production", [1, 2].as_slice()), ("preproduction", &[1, 2, 3])] {
        for run in runs {
            let result = if *run == 1 { "fail" } else { "pass" };
            let event = json!({ "task.id": "tests", "cicd.pipeline.run.id": run, "vcs.repository.name": "parcel",
                "vcs.ref.head.revision": format!("r{run}"), "test.case.result.status": result,
                "vcs.repository.url.full": "https://github.com/acme/parcel", "duration": 1_000_000_000_i64 });
            tell(&host, environment, &event);
        }
    }
    let annotations = json!({ "github.com/project-slug": "acme/parcel" });
    let answer = ask_from(&client(&host), annotations, FROM, LATE);
    assert_eq!(fact(&answer, "runs")["value"], 3);
    assert!(close(&fact(&answer, "pass-rate")["value"], 200.0 / 3.0));
    let cases: Vec<Value> =
        table(&answer, "slowest").iter().map(|row| json!([row["executions"], row["environment"]])).collect();
    assert_eq!(cases, [json!([3.0, "preproduction"])]);
}

#[test]
fn fewer_records_than_days_do_not_cut_runs_off() {
    let mut few = both();
    for environment in few["environments"].as_array_mut().unwrap() {
        environment["limits"] = json!({ "maxResultRecords": 10 });
    }
    let few = ask(&Client::new(SandboxHost::new(), &few).unwrap(), "cart");
    let all = ask(&client(&SandboxHost::new()), "cart");
    assert_eq!(fact(&few, "runs"), fact(&all, "runs"));
    assert!(fact(&few, "runs")["value"].as_u64().unwrap() > 10);
}

#[test]
fn says_that_it_covers_the_first_cases_only() {
    let host = SandboxHost::new();
    let events = |count: usize| -> Vec<Value> {
        let event = |case| {
            json!({ "event.category": "task", "event.type": "test", "event.status": "finished",
                "task.id": case, "test.suite.name": "unit", "test.case.name": format!("case {case}"),
                "test.case.result.status": "pass", "vcs.repository.url.full": "https://github.com/acme/parcel" })
        };
        (0..count).map(event).collect()
    };
    let annotations = || json!({ "github.com/project-slug": "acme/parcel" });
    let notes = |answer: &Value| -> Vec<Value> {
        let all = answer["notes"].as_array().unwrap().iter();
        all.map(|note| json!([note["code"], note["severity"], note["environment"]])).collect()
    };
    tell_all(&host, "production", &events(500));
    assert_eq!(notes(&ask_from(&client(&host), annotations(), FROM, LATE)), [] as [Value; 0]);
    tell_all(&host, "production", &events(501));
    let answer = ask_from(&client(&host), annotations(), FROM, LATE);
    assert_eq!(notes(&answer), [json!(["truncated", "warning", "production"])]);
    assert_eq!(answer["state"], "partial");
}

#[test]
fn an_entity_without_a_repository_is_told_which_annotations_would_do() {
    let client = client(&SandboxHost::new());
    let answer = ask_from(&client, json!({}), FROM, TO);
    assert_eq!(answer["state"], "missing-annotation");
    let nothing = ask(&client, "nothing");
    assert_eq!(nothing["state"], "empty");
}
