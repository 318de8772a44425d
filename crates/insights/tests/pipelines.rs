//! The card `pipelines`: its answers from the sandbox against numbers worked out from the records without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::{API_TOKEN, Request};
use sandbox_host::{NOW, SandboxHost, asked, both, card, component, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "pipelines";
const FROM: &str = "2026-11-11T00:00:00Z";
const TO: &str = "2026-11-21T00:00:00Z";

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

/// Both environments, with so many records at most.
fn with_most_records(count: u32) -> Value {
    let mut config = both();
    for environment in config["environments"].as_array_mut().unwrap() {
        environment["limits"] = json!({ "maxResultRecords": count });
    }
    config
}

/// The day of a timestamp.
fn day(timestamp: &Value) -> String {
    timestamp.as_str().unwrap().chars().take(10).collect()
}

fn ask(annotations: Value) -> Value {
    let host = SandboxHost::new();
    let request = json!({ "card": CARD, "entity": component(annotations), "from": FROM, "to": TO });
    card(&client(&host), request).unwrap()
}

/// Everything that both environments know of software delivery in the timeframe.
fn all_events(host: &Rc<SandboxHost>) -> Vec<Value> {
    let client = client(host);
    let query = format!(r#"fetch events, from:"{FROM}", to:"{TO}" | filter event.kind == "SDLC_EVENT""#);
    ["production", "preproduction"].iter().flat_map(|name| records(&client, name, &query)).collect()
}

/// The runs of a repository that ended, by their id. Both environments tell of a run; what came last counts.
fn runs(repository: &str) -> BTreeMap<String, Value> {
    runs_of(&all_events(&SandboxHost::new()), repository)
}

fn runs_of(events: &[Value], repository: &str) -> BTreeMap<String, Value> {
    let mut events: Vec<Value> = events
        .iter()
        .filter(|event| event["vcs.repository.name"] == repository)
        .filter(|event| event["event.category"] == "pipeline" && event["event.status"] == "finished")
        .cloned()
        .collect();
    events.sort_by_key(|event| millis(&event["timestamp"]));
    events.into_iter().map(|event| (text(&event, "cicd.pipeline.run.id"), event)).collect()
}

fn text(event: &Value, key: &str) -> String {
    event[key].as_str().unwrap().to_owned()
}

fn millis(timestamp: &Value) -> i64 {
    timestamp.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn whole_millis(nanoseconds: &Value) -> f64 {
    nanoseconds.as_str().unwrap().parse::<f64>().unwrap() / 1e6
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) / 2.0 }
}

#[test]
fn asks_for_the_events_of_every_annotation() {
    let answer =
        ask(json!({ "github.com/project-slug": "example/cart", "argocd/app-name": "cart-production" }));
    insta::assert_snapshot!(asked(&answer));
}

#[test]
fn counts_the_runs_of_the_repository_and_of_no_other() {
    let answer = ask(json!({ "github.com/project-slug": "example/cart" }));
    let runs = runs("cart");
    assert!(runs.len() > 10, "{}", runs.len());
    assert_eq!(answer["state"], "ready");
    assert_eq!(fact(&answer, "runs")["value"], json!(runs.len()));
    let failed = runs.values().filter(|run| run["cicd.pipeline.run.outcome"] == "failure").count();
    assert_eq!(fact(&answer, "failure-rate")["value"], json!(failed as f64 / runs.len() as f64 * 100.0));
    let durations = runs.values().map(|run| whole_millis(&run["duration"])).collect();
    assert_eq!(fact(&answer, "duration")["value"], json!(middle(durations)));
    let queues = runs.values().map(|run| whole_millis(&run["cicd.pipeline.run.queued.duration"])).collect();
    assert_eq!(fact(&answer, "queue")["value"], json!(middle(queues)));
}

#[test]
fn draws_a_bar_a_day_that_adds_up_to_all_runs() {
    let answer = ask(json!({ "github.com/project-slug": "example/cart" }));
    let chart = answer["sections"].as_array().unwrap().iter().find(|s| s["type"] == "chart").unwrap();
    let days: BTreeSet<String> = chart["times"].as_array().unwrap().iter().map(day).collect();
    assert_eq!(
        (days.len(), days.first().unwrap().as_str(), days.last().unwrap().as_str()),
        (10, "2026-11-11", "2026-11-20")
    );
    let mut bars: BTreeMap<String, f64> = BTreeMap::new();
    for series in chart["series"].as_array().unwrap() {
        for (time, value) in
            chart["times"].as_array().unwrap().iter().zip(series["values"].as_array().unwrap())
        {
            *bars.entry(day(time)).or_default() += value.as_f64().unwrap();
        }
    }
    let mut expected: BTreeMap<String, f64> = days.into_iter().map(|day| (day, 0.0)).collect();
    for run in runs("cart").values() {
        *expected.get_mut(&day(&run["timestamp"])).unwrap() += 1.0;
    }
    assert_eq!(bars, expected);
}

#[test]
fn lists_the_latest_runs_first_with_a_link_to_each() {
    let answer = ask(json!({ "github.com/project-slug": "example/cart" }));
    let runs = runs("cart");
    let mut expected: Vec<(&str, &str)> = runs
        .values()
        .map(|run| (run["timestamp"].as_str().unwrap(), run["cicd.pipeline.run.url.full"].as_str().unwrap()))
        .collect();
    expected.sort_unstable();
    let latest = table(&answer, "latest-runs");
    let shown: Vec<&str> = latest.iter().map(|row| row["run"]["url"].as_str().unwrap()).collect();
    let expected: Vec<&str> = expected.into_iter().rev().map(|(_, url)| url).take(20).collect();
    assert_eq!(shown, expected);
}

/// When a run of a step began and ended, and its cases, with whether one of their attempts passed.
struct StepRun {
    begin: f64,
    end: f64,
    passed: BTreeMap<String, bool>,
}

/// The runs of the steps of a repository, by kind and name. All cases of a run are one run of their step.
fn step_runs(repository: &str) -> BTreeMap<(String, String), Vec<StepRun>> {
    let mut steps: BTreeMap<(String, String), BTreeMap<String, StepRun>> = BTreeMap::new();
    for event in all_events(&SandboxHost::new()) {
        let kinds = ["build", "test", "deployment", "release"];
        if event["vcs.repository.name"] != repository
            || event["event.status"] != "finished"
            || !kinds.contains(&event["event.type"].as_str().unwrap())
        {
            continue;
        }
        let id = if event["event.type"] == "test" { "cicd.pipeline.run.id" } else { "task.id" };
        let key = (text(&event, "event.type"), text(&event, "task.name"));
        let run = steps.entry(key).or_default().entry(text(&event, id)).or_insert_with(|| StepRun {
            begin: f64::INFINITY,
            end: 0.0,
            passed: BTreeMap::new(),
        });
        // An attempt that says nothing of its times ends when it is told.
        let end = if event["end_time"].is_string() { &event["end_time"] } else { &event["timestamp"] };
        run.end = run.end.max(millis(end) as f64);
        if event["start_time"].is_string() {
            run.begin = run.begin.min(millis(&event["start_time"]) as f64);
        }
        let case = event["test.case.name"].as_str().unwrap_or_default().to_owned();
        *run.passed.entry(case).or_default() |= event["task.outcome"] == "success";
    }
    steps.into_iter().map(|(key, runs)| (key, runs.into_values().collect())).collect()
}

#[test]
fn names_each_of_the_longest_steps_once_by_its_runs() {
    let answer = ask(json!({ "github.com/project-slug": "example/cart" }));
    let rows = table(&answer, "steps");
    let expected = step_runs("cart");
    assert!(expected.keys().any(|(kind, _)| kind == "test"));
    assert_eq!(rows.len(), expected.len(), "{rows:?}");
    for row in &rows {
        let key = (row["kind"].as_str().unwrap().to_owned(), row["step"].as_str().unwrap().to_owned());
        let runs = &expected[&key];
        assert_eq!(row["runs"], runs.len() as f64, "{key:?}");
        let median = middle(runs.iter().map(|run| run.end - run.begin).collect());
        assert!((row["duration"].as_f64().unwrap() - median).abs() < 2.0, "{row:?} {median}");
        let failed = runs.iter().filter(|run| run.passed.values().any(|passed| !passed)).count();
        assert_eq!(row["failure-rate"], failed as f64 / runs.len() as f64 * 100.0, "{key:?}");
    }
    let slow: Vec<f64> = rows.iter().map(|row| row["slow-duration"].as_f64().unwrap()).collect();
    assert!(slow.windows(2).all(|pair| pair[0] >= pair[1]), "{slow:?}");
}

/// Whether the two environments tell different ends of a run, and another run ends between them.
fn has_run_between_both_ends_of_another(events: &[Value]) -> bool {
    let ended: Vec<&Value> = events
        .iter()
        .filter(|event| event["event.category"] == "pipeline" && event["event.status"] == "finished")
        .collect();
    let mut ids: Vec<(i64, String)> = ended
        .iter()
        .map(|event| (millis(&event["timestamp"]), text(event, "cicd.pipeline.run.id")))
        .collect();
    ids.sort();
    ids.dedup_by(|a, b| a.1 == b.1);
    ids.len() > ids.iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len()
}

#[test]
fn a_system_counts_each_run_once_though_both_environments_tell_of_it() {
    let members = [
        "storefront",
        "cart",
        "checkout",
        "payment",
        "catalog",
        "search",
        "recommendation",
        "inventory",
        "shipping",
        "notification",
    ];
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "shop" } });
    let components =
        members.map(|name| component(json!({ "github.com/project-slug": format!("example/{name}") })));
    let request = json!({ "card": CARD, "entity": system, "components": components, "from": FROM, "to": TO });
    let answer = card(&client(&SandboxHost::new()), request.clone()).unwrap();
    let events = all_events(&SandboxHost::new());
    let all = members.map(|member| runs_of(&events, member));
    assert!(has_run_between_both_ends_of_another(&events));
    let count: usize = all.iter().map(BTreeMap::len).sum();
    assert_eq!(fact(&answer, "runs")["value"], json!(count));
    let outcomes = all.iter().flat_map(BTreeMap::values);
    let failed = outcomes.filter(|run| run["cicd.pipeline.run.outcome"] == "failure").count();
    let rate = fact(&answer, "failure-rate")["value"].as_f64().unwrap();
    assert!((rate - failed as f64 / count as f64 * 100.0).abs() < 1e-9, "{rate}");
    for row in table(&answer, "pipelines") {
        let of = members.iter().position(|name| row["repository"] == *name).unwrap();
        assert_eq!(row["runs"], all[of].len() as f64);
    }
    // Fewer records than runs do not cut them off.
    let few = Client::new(SandboxHost::new(), &with_most_records(100)).unwrap();
    let of_few = card(&few, request).unwrap();
    assert!(count > 100);
    assert_eq!((&of_few["facts"], &of_few["notes"]), (&answer["facts"], &json!([])));
}

/// Tells production of something of acme/parcel that ended a minute ago, and asks about that.
fn told(events: &[Value]) -> Value {
    let host = SandboxHost::new();
    for event in events {
        let mut event = event.clone();
        event["event.status"] = json!("finished");
        event["vcs.repository.url.full"] = json!("https://github.com/acme/parcel");
        let request = Request::post("/platform/ingest/v1/events.sdlc", event.to_string())
            .with_header("authorization", &format!("Api-Token {API_TOKEN}"));
        let production = host.sandbox.environment("production").unwrap();
        assert_eq!(production.handle(&request, i64::try_from(NOW).unwrap() - 60_000).status, 202);
    }
    let entity = component(json!({ "github.com/project-slug": "acme/parcel" }));
    let request = json!({ "card": CARD, "entity": entity, "from": FROM, "to": "2026-11-22T00:00:00Z" });
    card(&client(&host), request).unwrap()
}

#[test]
fn what_was_cancelled_neither_failed_nor_succeeded() {
    let mut events = Vec::new();
    for (id, outcome) in [(1, "success"), (2, "failure"), (3, "canceled"), (4, "cancelled")] {
        events.push(json!({ "event.category": "pipeline", "event.type": "run", "cicd.pipeline.run.id": id,
            "cicd.pipeline.name": "CI", "cicd.pipeline.run.outcome": outcome }));
        events.push(json!({ "event.category": "task", "event.type": "build", "task.id": id,
            "task.name": "build", "cicd.pipeline.run.id": id, "task.outcome": outcome }));
    }
    let answer = told(&events);
    assert_eq!(fact(&answer, "failure-rate")["value"], 50.0);
    let [step] = table(&answer, "steps").try_into().unwrap();
    assert_eq!((&step["runs"], &step["failure-rate"]), (&json!(4.0), &json!(50.0)));
}

#[test]
fn a_step_of_tests_fails_by_what_its_cases_say() {
    let case = |run: u32, name: &str, status: &str| {
        json!({ "event.category": "task", "event.type": "test", "task.id": format!("{run}-{name}-{status}"),
            "task.name": "unit", "cicd.pipeline.run.id": run, "test.case.name": name,
            "test.case.result.status": status })
    };
    // The first run's case that fails passes in another attempt.
    let answer =
        told(&[case(1, "a", "fail"), case(1, "a", "pass"), case(2, "a", "pass"), case(2, "b", "fail")]);
    let [step] = table(&answer, "steps").try_into().unwrap();
    assert_eq!((&step["runs"], &step["failure-rate"]), (&json!(2.0), &json!(50.0)));
}

#[test]
fn an_entity_without_a_repository_is_told_which_annotations_would_do() {
    let answer = ask(json!({}));
    assert_eq!(answer["state"], "missing-annotation");
    assert_eq!(answer["annotations"][0], "github.com/project-slug");
}

#[test]
fn a_repository_that_nothing_reports_on_is_an_empty_answer() {
    assert_eq!(ask(json!({ "github.com/project-slug": "example/nothing" }))["state"], "empty");
}

#[test]
fn a_malformed_repository_is_an_error_that_names_the_annotation() {
    let entity = component(json!({ "github.com/project-slug": "cart" }));
    let error = card(&client(&SandboxHost::new()), json!({ "card": CARD, "entity": entity })).unwrap_err();
    assert_eq!((error.code(), error.status()), ("invalid-annotation", 400));
    assert!(error.to_string().contains("github.com/project-slug"));
}
