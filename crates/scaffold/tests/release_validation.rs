//! Guardians of the sandbox are asked to validate: all they can say, both ways to ask, and what a second try does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use std::future::{pending, ready};
use std::rc::Rc;
use std::time::Duration;

use futures_executor::block_on;
use grailstage_insights::Client;
use grailstage_insights::error::ErrorPayload;
use grailstage_sandbox::{Environment, Fault, FaultKind};
use grailstage_scaffold::release_validation::{await_validation, start_validation};
use grailstage_tenant::{Host, SettingsDraft};
use sandbox_host::{SandboxHost, environment, records};
use serde_json::{Value, json};

const SCHEMA: &str = "app:dynatrace.site.reliability.guardian:guardians";

struct World {
    host: Rc<SandboxHost>,
    client: Client<SandboxHost>,
}

impl World {
    fn new() -> Self {
        let host = SandboxHost::new();
        let config =
            json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
        let client = Client::new(Rc::clone(&host), &config).unwrap();
        Self { host, client }
    }

    fn environment(&self) -> &Environment {
        self.host.sandbox.environment("production").unwrap()
    }

    /// A guardian whose only objective has that query: more than 80 fails, more than 70 warns.
    fn guardian(&self, name: &str, kind: &str, query: &str) -> String {
        let value = json!({
            "name": name, "description": "", "tags": [format!("probe:{name}")], "variables": [], "eventKind": kind,
            "objectives": [{
                "name": "load", "objectiveType": "DQL", "dqlQuery": query, "comparisonOperator": "LESS_THAN_OR_EQUAL",
                "target": 80.0, "warning": 70.0, "autoAdaptiveThresholdEnabled": false, "segments": [], "links": [],
            }],
        });
        let draft = SettingsDraft::new(SCHEMA, format!("test:{name}"), value);
        let tenant = self.client.environment(None).unwrap();
        block_on(tenant.settings().upsert(&draft)).unwrap()
    }

    fn start(&self, request: Value) -> Result<Value, Box<ErrorPayload>> {
        let request = serde_json::from_value(request).unwrap();
        let bytes = block_on(start_validation(&self.client, &request, pending()))
            .map_err(|error| Box::new(error.into()))?;
        Ok(serde_json::from_slice(&bytes).unwrap())
    }

    fn verdict(&self, started: &Value, timeout: u64) -> Value {
        let request =
            serde_json::from_value(json!({ "started": started, "timeoutSeconds": timeout })).unwrap();
        let bytes = block_on(await_validation(&self.client, &request, pending())).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    fn calls(&self, route: &str) -> u64 {
        self.environment().counters().get(route).map_or(0, |counter| counter.calls)
    }

    /// The workflow that validates a guardian.
    fn workflow(&self, guardian: &str) -> String {
        let request = grailstage_sandbox::Request {
            method: "GET".to_owned(),
            path: "/platform/automation/v1/workflows".to_owned(),
            query: String::new(),
            headers: vec![(
                "authorization".to_owned(),
                format!("Bearer {}", grailstage_sandbox::PLATFORM_TOKEN),
            )],
            body: Vec::new(),
        };
        let now = i64::try_from(self.host.now().0).unwrap();
        let body: Value = serde_json::from_slice(&self.environment().handle(&request, now).body).unwrap();
        let found = body["results"]
            .as_array()
            .unwrap()
            .iter()
            .find(|workflow| workflow["tasks"]["run_validation"]["input"]["objectId"] == json!(guardian));
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn the_verdict_is_the_guardians_in_both_kinds_and_both_ways() {
    let world = World::new();
    let measured = [
        ("pass", "data record(load = 12.5)"),
        ("warning", "data record(load = 75.0)"),
        ("fail", "data record(load = 99.0)"),
        ("error", "data record(load = \"none\")"),
    ];
    for (kind, lifecycle) in [("SDLC_EVENT", true), ("BIZ_EVENT", false)] {
        for (verdict, query) in measured {
            let name = format!("{verdict} of {kind}");
            let guardian = world.guardian(&name, kind, query);
            for workflow in [None, Some(world.workflow(&guardian))] {
                let id = format!("{name}-{}", workflow.is_some());
                let mut request = json!({ "guardian": name, "id": id, "version": "2.4.1" });
                if let Some(workflow) = workflow {
                    request["workflow"] = json!(workflow);
                }
                let started = world.start(request).unwrap();
                assert_eq!(
                    (&started["guardianId"], &started["lifecycle"]),
                    (&json!(guardian), &json!(lifecycle))
                );
                let answer = world.verdict(&started, 300);
                assert_eq!(answer["verdict"], json!(verdict), "{answer}");
                assert_eq!(answer["objectives"][0]["result"], json!(verdict));
                let row = format!("| load | {verdict} |");
                assert!(answer["markdown"].as_str().unwrap().contains(&row), "{answer}");
                assert!(answer["url"].as_str().unwrap().contains("view_validation"), "{answer}");
            }
        }
    }
}

#[test]
fn a_guardian_that_says_nothing_in_time_is_a_timeout_and_asked_every_five_seconds() {
    let world = World::new();
    world.guardian("slow", "SDLC_EVENT", "data record(load = 1.0)");
    world.environment().set_execution_time(None);
    let started = world.start(json!({ "guardian": "slow", "id": "v-1" })).unwrap();
    let (before, looks) = (world.host.now(), world.calls("execute"));
    let answer = world.verdict(&started, 60);
    assert_eq!(answer["verdict"], json!("timeout"));
    assert!(answer["reason"].as_str().unwrap().contains("60 s"), "{answer}");
    let seconds = world.host.now().since(before).as_secs();
    assert!(seconds <= 60, "{seconds}");
    assert!(world.calls("execute") - looks <= seconds / 5 + 1, "{}", world.calls("execute") - looks);
}

#[test]
fn a_workflow_that_breaks_is_an_error_with_its_reason() {
    let world = World::new();
    let guardian = world.guardian("broken", "SDLC_EVENT", "data record(load = 1.0)");
    let workflow = world.workflow(&guardian);
    let request = json!({
        "guardian": guardian, "id": "v-1", "workflow": workflow,
        "from": "2026-11-21T11:00:00Z", "to": "2026-11-21T11:30:00Z",
    });
    world.environment().add_fault(Fault::once("run", FaultKind::Failed));
    let started = world.start(request).unwrap();
    let answer = world.verdict(&started, 120);
    assert_eq!(answer["verdict"], json!("error"), "{answer}");
    assert!(answer["reason"].as_str().unwrap().contains("did not come to its end"), "{answer}");
}

#[test]
fn a_second_try_waits_for_what_the_first_has_started() {
    let world = World::new();
    let guardian = world.guardian("once", "BIZ_EVENT", "data record(load = 1.0)");
    let request = json!({ "guardian": "once", "id": "v-1" });
    world.environment().add_fault(Fault::once("ingest", FaultKind::ConnectionReset));
    world.start(request.clone()).unwrap();
    world.host.pass(Duration::from_secs(60));
    let mut again = request;
    again["attemptedSince"] = json!("2026-11-21T12:00:00Z");
    let started = world.start(again).unwrap();
    assert_eq!(world.verdict(&started, 60)["verdict"], json!("pass"));
    let query = "fetch bizevents | filter event.type == \"guardian.validation.triggered\"";
    assert_eq!(records(&world.client, "production", query).len(), 1);

    let workflow = world.workflow(&guardian);
    let mut run = json!({ "guardian": "once", "id": "v-2", "workflow": workflow });
    let first = world.start(run.clone()).unwrap();
    run["attemptedSince"] = started["startedAt"].clone();
    assert_eq!(world.start(run).unwrap()["executionId"], first["executionId"]);
}

#[test]
fn a_dry_run_finds_the_guardian_and_asks_nothing_of_it() {
    let world = World::new();
    world.guardian("quiet", "SDLC_EVENT", "data record(load = 1.0)");
    let started = world.start(json!({ "guardian": "quiet", "id": "v-1", "dryRun": true })).unwrap();
    assert_eq!(started["guardianName"], json!("quiet"));
    assert_eq!((world.calls("ingest"), world.calls("run")), (0, 0));
}

#[test]
fn what_cannot_be_validated_is_refused_and_a_cancelled_wait_ends() {
    let world = World::new();
    let error = world.start(json!({ "guardian": "nobody", "id": "v-1" })).unwrap_err();
    assert_eq!((error.code.as_str(), error.status), ("unknown-guardian", 404));
    assert!(error.help.unwrap().contains("webshop orders"), "the guardians there are get named");
    world.guardian("here", "SDLC_EVENT", "data record(load = 1.0)");
    for (request, named) in [
        (json!({ "guardian": "here", "id": "" }), "`id`"),
        (json!({ "guardian": "here", "id": "x", "from": "2026-11-21T11:00:00Z" }), "`to`"),
        (json!({ "guardian": "here", "id": "x", "from": "soon", "to": "later" }), "`soon`"),
    ] {
        let error = world.start(request).unwrap_err();
        assert_eq!(error.code, "invalid-input");
        assert!(error.message.contains(named), "{}", error.message);
    }
    world.environment().set_execution_time(None);
    let guardian = world.start(json!({ "guardian": "here", "id": "v-9" })).unwrap();
    let wait = serde_json::from_value(json!({ "started": guardian })).unwrap();
    let error = block_on(await_validation(&world.client, &wait, ready(()))).unwrap_err();
    assert_eq!(error.code(), "cancelled");
}

#[test]
fn a_cancelled_wait_cancels_the_workflow_that_was_run_for_it() {
    let world = World::new();
    let guardian = world.guardian("dropped", "BIZ_EVENT", "data record(load = 1.0)");
    world.environment().set_execution_time(None);
    let workflow = world.workflow(&guardian);
    let started = world.start(json!({ "guardian": "dropped", "id": "v-1", "workflow": workflow })).unwrap();
    let tenant = world.client.environment(None).unwrap();
    let state = || block_on(tenant.execution(started["executionId"].as_str().unwrap())).unwrap().state;
    assert_eq!(state(), "RUNNING");
    let wait = serde_json::from_value(json!({ "started": started })).unwrap();
    let error = block_on(await_validation(&world.client, &wait, ready(()))).unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(state(), "CANCELLED");
}
