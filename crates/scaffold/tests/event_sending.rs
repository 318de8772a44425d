//! Events sent to the sandbox, and what cards make of them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use std::future::{pending, ready};
use std::rc::Rc;

use futures_executor::block_on;
use grailstage_insights::Client;
use grailstage_insights::error::ErrorPayload;
use grailstage_sandbox::{Fault, FaultKind};
use grailstage_scaffold::event_sending::send_event;
use sandbox_host::{SandboxHost, card, component, environment, fact, records, table};
use serde_json::{Value, json};

const REPOSITORY: &str = "https://github.com/example/brand-new";

fn client() -> (Rc<SandboxHost>, Client<SandboxHost>) {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    (host, client)
}

fn send(client: &Client<SandboxHost>, request: Value) -> Result<Value, Box<ErrorPayload>> {
    let request = serde_json::from_value(request).unwrap();
    let bytes = block_on(send_event(client, &request, pending())).map_err(|error| Box::new(error.into()))?;
    Ok(serde_json::from_slice(&bytes).unwrap())
}

fn stored(client: &Client<SandboxHost>, answer: &Value) -> Vec<Value> {
    records(client, "production", answer["query"].as_str().unwrap())
}

fn ingests(host: &SandboxHost) -> u64 {
    host.sandbox
        .environment("production")
        .unwrap()
        .counters()
        .get("ingest")
        .map_or(0, |counter| counter.calls)
}

fn asked(client: &Client<SandboxHost>, id: &str) -> Value {
    let entity = component(json!({ "github.com/project-slug": "example/brand-new" }));
    card(client, json!({ "card": id, "entity": entity })).unwrap()
}

#[test]
fn results_of_tests_show_on_their_card() {
    let (host, client) = client();
    let xml = r#"<testsuite name="cart"><testcase name="adds" time="0.5"/>
        <testcase name="removes" time="2"><failure message="no"/></testcase>
        <testcase name="shaky"><flakyFailure message="once"/></testcase>
        <testcase name="later"><skipped/></testcase></testsuite>"#;
    let answer = send(&client, json!({
        "id": "t-1", "type": "test", "name": "unit tests", "repositoryUrl": REPOSITORY, "revision": "1f3a5c7e",
        "pipeline": { "runId": "4711", "runUrl": "https://ci.example.com/runs/4711" },
        "results": [{ "file": "report.xml", "xml": xml }],
    }))
    .unwrap();
    assert_eq!((&answer["count"], &answer["sent"]), (&json!(5), &json!(5)));
    assert_eq!(
        answer["tests"],
        json!({ "total": 4, "passed": 2, "failed": 1, "skipped": 1, "flaky": 1, "failures": ["cart: removes"] })
    );
    assert_eq!(ingests(&host), 1);
    host.pass(std::time::Duration::from_secs(360));
    let shown = asked(&client, "test-results");
    assert_eq!(fact(&shown, "failing")["value"], json!(1), "{shown}");
    assert_eq!(fact(&shown, "flaky")["value"], json!(1));
    let failing = table(&shown, "failing");
    assert!(failing[0].values().any(|cell| cell.to_string().contains("removes")), "{failing:?}");
    assert_eq!(stored(&client, &answer).len(), 5);
}

#[test]
fn runs_and_their_steps_show_on_the_pipelines_card() {
    let (host, client) = client();
    let pipeline = json!({ "name": "CI", "runId": "4711" });
    let times = ("2026-11-21T11:50:00Z", "2026-11-21T11:52:00Z");
    for (id, kind) in [("r-1", "run"), ("r-2", "build"), ("r-3", "deployment"), ("r-4", "release")] {
        let answer = send(&client, json!({
            "id": id, "type": kind, "name": format!("the {kind}"), "repositoryUrl": format!("{REPOSITORY}.git"),
            "outcome": "failure", "version": "2.4.1", "pipeline": pipeline, "startedAt": times.0, "endedAt": times.1,
            "deployment": { "name": "brand-new", "stage": "production" },
        }))
        .unwrap();
        assert_eq!(answer["first"]["duration"], json!(120_000_000_000_i64));
        assert_eq!(answer["first"]["vcs.repository.name"], json!("brand-new"));
    }
    host.pass(std::time::Duration::from_secs(360));
    let shown = asked(&client, "pipelines");
    assert_eq!(table(&shown, "latest-runs").len(), 1, "{shown}");
    let steps = serde_json::to_string(&table(&shown, "steps")).unwrap();
    for kind in ["build", "deployment", "release"] {
        assert!(steps.contains(&format!("the {kind}")), "{steps}");
    }
}

#[test]
fn an_event_that_was_sent_before_is_found_and_not_sent_again() {
    let (host, client) = client();
    let request = json!({
        "id": "b-1", "destination": "business", "type": "service.created", "attributes": { "tier": 1, "it's": "\"x\" | y" },
    });
    let first = send(&client, request.clone()).unwrap();
    assert_eq!(first["sent"], json!(1));
    host.pass(std::time::Duration::from_secs(60));
    let mut again = request;
    again["attemptedSince"] = json!("2026-11-21T12:00:00Z");
    assert_eq!(send(&client, again).unwrap()["sent"], json!(0));
    let stored = stored(&client, &first);
    assert_eq!((stored.len(), &stored[0]["it's"]), (1, &json!("\"x\" | y")));
    assert_eq!(ingests(&host), 1);
}

#[test]
fn a_broken_connection_leaves_one_event() {
    let (host, client) = client();
    let fault = Fault::once("ingest", FaultKind::ConnectionReset);
    host.sandbox.environment("production").unwrap().add_fault(fault);
    let answer = send(&client, json!({ "id": "d-1", "type": "deployment" })).unwrap();
    host.pass(std::time::Duration::from_secs(60));
    assert_eq!(stored(&client, &answer).len(), 1);
}

#[test]
fn a_dry_run_and_a_cancelled_request_send_nothing() {
    let (host, client) = client();
    let answer = send(&client, json!({ "id": "d-1", "type": "deployment", "dryRun": true })).unwrap();
    assert_eq!((&answer["sent"], &answer["count"]), (&json!(0), &json!(1)));
    assert_eq!(answer["first"]["event.category"], json!("task"));
    let request = serde_json::from_value(json!({ "id": "d-2", "type": "deployment" })).unwrap();
    let error = block_on(send_event(&client, &request, ready(()))).unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(ingests(&host), 0);
}

#[test]
fn what_cannot_be_sent_is_refused_by_its_input() {
    let (host, client) = client();
    let cases = [
        (json!({ "id": "x", "type": "deploy" }), "`type`"),
        (json!({ "id": " ", "type": "build" }), "`id`"),
        (json!({ "id": "x", "type": "build", "attributes": { "event.kind": "y" } }), "`event.kind`"),
        (json!({ "id": "x", "type": "build", "attributes": { "a": [1] } }), "`a`"),
        (json!({ "id": "x", "type": "build", "startedAt": "yesterday" }), "`startedAt`"),
        (
            json!({ "id": "x", "type": "build", "startedAt": "2026-11-21T12:00:00Z", "endedAt": "2026-11-21T11:00:00Z" }),
            "`endedAt`",
        ),
        (
            json!({ "id": "x", "type": "build", "results": [{ "file": "a", "xml": "<testsuite/>" }] }),
            "`test`",
        ),
        (
            json!({ "id": "x", "type": "test", "results": [{ "file": "a", "xml": "<testsuite/>" }] }),
            "without any",
        ),
        (json!({ "id": "x", "type": "test", "results": [{ "file": "a.xml", "xml": "{}" }] }), "`a.xml`"),
    ];
    for (request, named) in cases {
        let error = send(&client, request).unwrap_err();
        assert_eq!((error.code.as_str(), error.status), ("invalid-input", 400));
        assert!(error.message.contains(named), "{}", error.message);
    }
    let error = send(&client, json!({ "id": "x", "type": "build", "environment": "nowhere" })).unwrap_err();
    assert_eq!(error.code, "unknown-environment");
    assert_eq!(ingests(&host), 0);
}
