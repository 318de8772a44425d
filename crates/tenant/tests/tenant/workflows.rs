//! Workflows: started once, waited for at a gentle pace.

use std::rc::Rc;
use std::time::Duration;

use grailstage_tenant::TenantError;
use grailstage_tenant::workflow::{Execution, WorkflowRun};
use serde_json::{Map, Value, json};

use crate::world::{Endpoint, Reply, World, answer, failure, html, reset, text};

const RUN: &str = "/automation/v1/workflows/wf%2F1/run";
const FIND: &str = "/automation/v1/executions?workflow=wf%2F1&limit=50&ordering=-startedAt";

fn run() -> WorkflowRun {
    let params = Map::from_iter([("stage".to_owned(), json!("hardening"))]);
    WorkflowRun { workflow_id: "wf/1".to_owned(), run_id: "run-1".to_owned(), params, input: Value::Null }
}

fn execution(run_id: &str, state: &str) -> Value {
    json!({"id": format!("ex-{run_id}"), "workflow": "wf/1", "state": state, "startedAt": "2026-11-21T10:00:00Z",
        "params": {"grailstage_run_id": run_id}, "newField": 1})
}

fn list(executions: &[Value]) -> Reply {
    answer(200, &json!({"count": executions.len(), "results": executions}))
}

fn started(replies: impl IntoIterator<Item = Reply>) -> (Rc<World>, Result<Execution, TenantError>) {
    let world = World::new();
    world.on(Endpoint::Service, replies);
    let tenant = world.tenant();
    let outcome = world.block_on(tenant.start_workflow(&run()));
    (world, outcome)
}

fn targets(world: &World) -> Vec<String> {
    world.service_calls().into_iter().map(|(method, target, _)| format!("{method} {target}")).collect()
}

#[test]
fn starts_with_an_id_of_its_own() {
    let (world, outcome) = started([answer(201, &execution("run-1", "RUNNING"))]);
    assert_eq!(outcome.unwrap().id, "ex-run-1");
    let body =
        json!({"params": {"stage": "hardening", "grailstage_run_id": "run-1"}, "uniqueQualifier": "run-1"});
    assert_eq!(world.service_calls(), [("POST", RUN.to_owned(), body)]);
}

#[test]
fn an_execution_that_started_before_the_reset_is_not_started_again() {
    let other = execution("run-0", "RUNNING");
    let (world, outcome) = started([reset(), list(&[other, execution("run-1", "RUNNING")])]);
    assert_eq!(outcome.unwrap().id, "ex-run-1");
    assert_eq!(targets(&world), [format!("POST {RUN}"), format!("GET {FIND}")]);
}

#[test]
fn an_execution_that_never_started_is_started_again_with_the_same_id() {
    let (world, outcome) = started([
        html(503),
        list(&[]),
        list(&[execution("run-0", "SUCCESS")]),
        answer(201, &execution("run-1", "RUNNING")),
    ]);
    assert!(outcome.is_ok());
    let find = format!("GET {FIND}");
    let run = format!("POST {RUN}");
    assert_eq!(targets(&world), [run.as_str(), &find, &find, &run]);
    assert_eq!(world.service_calls()[3].2["uniqueQualifier"], "run-1");
}

#[test]
fn says_so_when_there_is_no_telling() {
    let forbidden = answer(403, &json!({"error": {"code": 403, "message": "no reading"}}));
    let (world, outcome) = started([reset(), forbidden]);
    let error = outcome.unwrap_err();
    assert_eq!((error.code(), error.status()), ("write-unconfirmed", 502));
    assert!(error.to_string().contains("`run-1`") && error.help().is_some(), "{error}");
    assert_eq!(world.count(Endpoint::Service), 2);
}

#[test]
fn a_start_that_hangs_ends_as_unconfirmed() {
    let world = World::new();
    world.script(Endpoint::Service, |_, _| crate::world::hang());
    let tenant = world.tenant();
    let error = world.block_on(tenant.start_workflow(&run())).unwrap_err();
    assert_eq!((error.code(), world.elapsed()), ("write-unconfirmed", 60_000));
}

#[test]
fn a_refusal_is_not_repeated() {
    for (reply, code) in [
        (answer(400, &json!({"error": {"code": 400, "message": "bad input"}})), "rejected"),
        (answer(404, &json!({"error": {"code": 404, "message": "no such workflow"}})), "not-found"),
    ] {
        let (world, outcome) = started([reply]);
        assert_eq!((outcome.unwrap_err().code(), world.count(Endpoint::Service)), (code, 1));
    }
}

fn wait(world: &Rc<World>, seconds: u64, cancelled_after: Option<u64>) -> Result<Execution, TenantError> {
    let tenant = world.tenant();
    let cancelled = async {
        match cancelled_after {
            Some(millis) => world.timer(millis).await,
            None => std::future::pending().await,
        }
    };
    world.block_on(tenant.wait_for_execution("ex-run-1", Duration::from_secs(seconds), cancelled))
}

fn state(name: &str) -> Reply {
    answer(200, &execution("run-1", name))
}

#[test]
fn looks_every_five_seconds_until_it_has_ended() {
    for (last, succeeded) in [("SUCCESS", true), ("ERROR", false), ("CANCELLED", false)] {
        let world = World::new();
        world.on(Endpoint::Service, [state("RUNNING"), state("PAUSED"), state("SOMETHING_NEW"), state(last)]);
        let execution = wait(&world, 60, None).unwrap();
        assert_eq!((execution.state.as_str(), execution.has_succeeded()), (last, succeeded));
        assert_eq!(world.moments(Endpoint::Service), [0, 5_000, 10_000, 15_000]);
    }
}

#[test]
fn a_deadline_ends_the_waiting_and_leaves_the_execution() {
    let world = World::new();
    world.script(Endpoint::Service, |_, _| state("RUNNING"));
    let error = wait(&world, 12, None).unwrap_err();
    assert_eq!((error.code(), world.elapsed()), ("deadline-exceeded", 12_000));
    assert!(targets(&world).iter().all(|target| target.starts_with("GET ")));
}

#[test]
fn a_caller_that_leaves_takes_the_execution_along() {
    let world = World::new();
    world.script(Endpoint::Service, |request, _| {
        if request.url.ends_with("/cancel") { text(204, "", "") } else { state("RUNNING") }
    });
    let error = wait(&world, 60, Some(7_000)).unwrap_err();
    assert_eq!((error.code(), error.status()), ("cancelled", 499));
    assert_eq!(targets(&world).last().unwrap(), "POST /automation/v1/executions/ex-run-1/cancel");
}

#[test]
fn a_broken_look_does_not_end_the_waiting() {
    let world = World::new();
    let broken = failure(grailstage_tenant::FetchFailure::Reset { message: "x".to_owned() });
    world.on(Endpoint::Service, [state("RUNNING"), broken, state("SUCCESS")]);
    assert!(wait(&world, 60, None).unwrap().has_succeeded());
}
