//! The card `pipelines`: its answers from the sandbox against numbers worked out from the records without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::Client;
use sandbox_host::{SandboxHost, card, component, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "pipelines";
const FROM: &str = "2026-11-11T00:00:00Z";
const TO: &str = "2026-11-21T00:00:00Z";

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
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

/// The runs of a repository that ended, by their id.
fn runs(repository: &str) -> BTreeMap<String, Value> {
    all_events(&SandboxHost::new())
        .into_iter()
        .filter(|event| event["vcs.repository.name"] == repository)
        .filter(|event| event["event.category"] == "pipeline" && event["event.status"] == "finished")
        .map(|event| (event["cicd.pipeline.run.id"].as_str().unwrap().to_owned(), event))
        .collect()
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
    let queries: Vec<&str> = answer["environments"][0]["queries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|query| query["query"].as_str().unwrap())
        .collect();
    insta::assert_snapshot!(queries.join("\n\n"));
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

#[test]
fn names_the_longest_steps() {
    let answer = ask(json!({ "github.com/project-slug": "example/cart" }));
    let steps = table(&answer, "steps");
    let mut tasks: BTreeMap<(String, String), BTreeMap<String, f64>> = BTreeMap::new();
    for event in all_events(&SandboxHost::new()) {
        let kinds = ["build", "test", "deployment", "release"];
        if event["vcs.repository.name"] == "cart"
            && event["event.category"] == "task"
            && event["event.status"] == "finished"
            && kinds.contains(&event["event.type"].as_str().unwrap())
            && event["duration"].is_string()
        {
            let text = |key: &str| event[key].as_str().unwrap().to_owned();
            tasks
                .entry((text("event.type"), text("task.name")))
                .or_default()
                .insert(text("task.id"), whole_millis(&event["duration"]));
        }
    }
    let mut found = 0;
    for row in &steps {
        let key = (row["kind"].as_str().unwrap().to_owned(), row["step"].as_str().unwrap().to_owned());
        if row["environment"] == "production" && key.0 == "build" {
            let expected = middle(tasks[&key].values().copied().collect());
            assert!(
                (row["duration"].as_f64().unwrap() - expected).abs() < 1e-6,
                "{key:?} {row:?} {expected}"
            );
            found += 1;
        }
    }
    assert_eq!(found, 1, "the build of cart");
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
