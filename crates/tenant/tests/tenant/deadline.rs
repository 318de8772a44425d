//! No run outlasts its deadline, and no query outlasts its run.

use std::time::Duration;

use grailstage_tenant::{DqlRequest, EnvironmentConfig, Tenant};
use serde_json::json;

use crate::world::{Endpoint, World, assert_refused, done, hang, running, state};

#[test]
fn a_query_that_hangs_is_cancelled_at_the_deadline() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [hang()]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "deadline-exceeded", 504, [1, 1, 1, 1], 30_000);
    assert_eq!(error.to_string(), "no answer within 30 s, still waiting for the result of the query");
    assert_eq!(world.aborted.get(), 1, "the open request is aborted");
    let calls = world.calls.borrow();
    let cancel = calls.last().unwrap();
    assert!(cancel.request.url.ends_with("query:cancel?request-token=tok%2Fwith%2Bchars%3D%3D"));
    assert_eq!(cancel.request.header("authorization"), Some("Bearer access-1"));
}

#[test]
fn a_query_that_runs_on_is_cancelled_at_the_deadline() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.script(Endpoint::Poll, |_, _| state("RUNNING"));
    let outcome = world.ask();
    assert_refused(&world, outcome, "deadline-exceeded", 504, [1, 1, 6, 1], 30_000);
}

#[test]
fn an_environment_that_does_not_answer_ends_at_the_deadline() {
    let world = World::new();
    world.on(Endpoint::Execute, [hang()]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "deadline-exceeded", 504, [1, 1, 0, 0], 30_000);
    assert_eq!(error.to_string(), "no answer within 30 s, still waiting for the query to start");
}

#[test]
fn a_token_endpoint_that_does_not_answer_ends_before_the_deadline() {
    let world = World::new();
    world.on(Endpoint::Token, [hang()]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "deadline-exceeded", 504, [1, 0, 0, 0], 20_000);
    assert_eq!(error.to_string(), "no answer within 20 s, still waiting for an access token");
}

#[test]
fn the_time_for_the_token_counts() {
    let world = World::new();
    world.on(Endpoint::Token, [crate::world::token("access-1").after_millis(1_500)]);
    world.on(Endpoint::Execute, [hang()]);
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs").deadline(Duration::from_secs(2));
    let outcome = world.block_on(tenant.run(&request, std::future::pending()));
    assert_refused(&world, outcome, "deadline-exceeded", 504, [1, 1, 0, 0], 2_000);
}

#[test]
fn a_cancellation_that_hangs_costs_two_seconds_and_changes_nothing() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [hang()]).on(Endpoint::Cancel, [hang()]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "deadline-exceeded", 504, [1, 1, 1, 1], 32_000);
    assert_eq!(world.elapsed(), 32_000);
}

#[test]
fn a_caller_that_gives_up_cancels_the_query() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [hang()]);
    let tenant = world.tenant();
    let outcome = world.block_on(tenant.run(&DqlRequest::new("fetch logs"), world.timer(700)));
    assert_refused(&world, outcome, "cancelled", 499, [1, 1, 1, 1], 700);
    assert_eq!(world.aborted.get(), 1);
}

#[test]
fn a_caller_that_has_given_up_before_costs_nothing() {
    let world = World::new();
    let tenant = world.tenant();
    let outcome = world.block_on(tenant.run(&DqlRequest::new("fetch logs"), std::future::ready(())));
    assert_refused(&world, outcome, "cancelled", 499, [0, 0, 0, 0], 0);
}

#[test]
fn a_caller_that_gives_up_after_the_end_cancels_nothing() {
    let world = World::new();
    world.on(Endpoint::Execute, [done()]);
    let tenant = world.tenant();
    let outcome = world.block_on(tenant.run(&DqlRequest::new("fetch logs"), world.timer(1)));
    assert!(outcome.is_ok());
    assert_eq!(world.count(Endpoint::Cancel), 0);
}

#[test]
fn the_server_holds_no_request_past_the_deadline() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202).after_millis(1_000)]).on(Endpoint::Poll, [hang()]);
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs").deadline(Duration::from_secs(3));
    let outcome = world.block_on(tenant.run(&request, std::future::pending()));
    assert_refused(&world, outcome, "deadline-exceeded", 504, [1, 1, 1, 1], 3_000);
    let calls = world.calls.borrow();
    let body: serde_json::Value = serde_json::from_slice(calls[1].request.body.as_ref().unwrap()).unwrap();
    assert_eq!(body["requestTimeoutMilliseconds"], 3_000);
    assert!(calls[2].request.url.ends_with("&request-timeout-milliseconds=2000"));
}

#[test]
fn a_platform_token_is_sent_as_it_is_and_not_renewed() {
    let world = World::new();
    world.on(
        Endpoint::Execute,
        [crate::world::answer(401, &json!({"error": {"code": 401, "message": "malformed"}}))],
    );
    let config =
        json!({"name": "p", "url": "https://abc12345.apps.dynatrace.com", "platformToken": "dt0s16.A.B"});
    let tenant = Tenant::new(std::rc::Rc::clone(&world), EnvironmentConfig::from_json(&config).unwrap());
    let outcome = world.block_on(tenant.run(&DqlRequest::new("fetch logs"), std::future::pending()));
    assert_refused(&world, outcome, "invalid-credentials", 502, [0, 1, 0, 0], 0);
    assert_eq!(world.bearers(Endpoint::Execute), ["Bearer dt0s16.A.B"]);
}
