//! Every state a query can be in.

use serde_json::json;

use crate::world::{Endpoint, World, answer, assert_refused, done, running, state};

#[test]
fn a_quick_query_is_one_call() {
    let world = World::new();
    world.on(Endpoint::Execute, [done()]);
    assert_eq!(world.ask().unwrap().record_count(), 1);
    assert_eq!((world.count(Endpoint::Execute), world.count(Endpoint::Poll)), (1, 0));
}

#[test]
fn status_202_with_a_result_is_a_result() {
    let world = World::new();
    world.on(Endpoint::Execute, [answer(202, &json!({"state": "SUCCEEDED", "result": {"records": []}}))]);
    assert_eq!(world.ask().unwrap().record_count(), 0);
}

#[test]
fn status_202_is_polled() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [done()]);
    assert_eq!(world.ask().unwrap().record_count(), 1);
}

#[test]
fn status_200_that_still_runs_is_polled() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(200)]).on(Endpoint::Poll, [state("RUNNING"), done()]);
    assert_eq!(world.ask().unwrap().record_count(), 1);
}

#[test]
fn a_preview_of_a_running_query_is_not_its_result() {
    let world = World::new();
    let preview = json!({"state": "RUNNING", "requestToken": "t", "result": {"records": [{}, {}]}});
    world.on(Endpoint::Execute, [answer(200, &preview)]).on(Endpoint::Poll, [done()]);
    assert_eq!(world.ask().unwrap().record_count(), 1);
}

#[test]
fn a_queued_query_is_polled_on() {
    let world = World::new();
    world.on(Endpoint::Execute, [state("NOT_STARTED")]).on(Endpoint::Poll, [state("NOT_STARTED"), done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.count(Endpoint::Poll), 2);
}

#[test]
fn success_without_result_is_polled_once_and_at_once() {
    let world = World::new();
    world.on(Endpoint::Execute, [state("SUCCEEDED")]).on(Endpoint::Poll, [done()]);
    assert!(world.ask().is_ok());
    assert_eq!((world.count(Endpoint::Poll), world.elapsed()), (1, 0));
}

#[test]
fn success_that_never_shows_its_result_ends() {
    let world = World::new();
    world.on(Endpoint::Execute, [state("SUCCEEDED")]).on(Endpoint::Poll, [state("SUCCEEDED")]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "result-gone", 502, [1, 1, 1, 0], 0);
}

#[test]
fn success_while_polling_without_result_is_polled_by_the_known_token() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.on(Endpoint::Poll, [answer(200, &json!({"state": "SUCCEEDED", "progress": 100})), done()]);
    assert!(world.ask().is_ok());
}

#[test]
fn failed_ends_the_run() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [state("FAILED")]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "query-failed", 502, [1, 1, 1, 0], 0);
    assert_eq!(error.to_string(), "the query failed");
}

#[test]
fn failed_gives_the_reason_where_there_is_one() {
    let world = World::new();
    let notifications = json!([
        {"severity": "WARNING", "notificationType": "X", "message": "not this"},
        {"severity": "ERROR", "notificationType": "Y", "message": "out of memory"},
    ]);
    let body =
        json!({"state": "FAILED", "result": {"metadata": {"grail": {"notifications": notifications}}}});
    world.on(Endpoint::Execute, [answer(200, &body)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "query-failed", 502, [1, 1, 0, 0], 0);
    assert_eq!(error.to_string(), "the query failed: out of memory");
}

#[test]
fn cancelled_upstream_ends_the_run() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [state("CANCELLED")]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "query-cancelled", 502, [1, 1, 1, 0], 0);
}

#[test]
fn a_result_that_is_gone_ends_the_run() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [state("RESULT_GONE")]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "result-gone", 502, [1, 1, 1, 0], 0);
}

#[test]
fn an_unknown_state_is_named_and_the_query_cancelled() {
    let world = World::new();
    world.on(Endpoint::Execute, [state("PONDERING")]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "upstream-failed", 502, [1, 1, 0, 1], 0);
    assert_eq!(error.to_string(), "the query is in the unknown state `PONDERING`");
}

#[test]
fn a_running_query_without_token_is_an_error() {
    let world = World::new();
    world.on(Endpoint::Execute, [answer(202, &json!({"state": "RUNNING"}))]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "upstream-failed", 502, [1, 1, 0, 0], 0);
}

#[test]
fn a_query_of_12_s_is_polled_at_most_once_per_5_s() {
    // A server that holds requests as it is asked to.
    let world = World::new();
    world.on(Endpoint::Execute, [running(202).after_millis(5_000)]);
    world.on(Endpoint::Poll, [state("RUNNING").after_millis(5_000), done().after_millis(2_000)]);
    assert_eq!(world.ask().unwrap().elapsed().as_millis(), 12_000);
    assert_eq!(world.moments(Endpoint::Poll), [5_000, 10_000]);
}

#[test]
fn a_server_that_answers_polls_early_is_not_asked_more_often() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.script(
        Endpoint::Poll,
        |_, now| if now >= 12_000 { done() } else { state("RUNNING").after_millis(100) },
    );
    assert!(world.ask().is_ok());
    assert_eq!(world.moments(Endpoint::Poll), [0, 5_000, 10_000, 15_000]);
}

#[test]
fn a_query_of_3_s_is_one_call() {
    let world = World::new();
    world.on(Endpoint::Execute, [done().after_millis(3_000)]);
    assert_eq!(world.ask().unwrap().elapsed().as_millis(), 3_000);
    assert_eq!((world.count(Endpoint::Execute), world.count(Endpoint::Poll)), (1, 0));
}

#[test]
fn a_renamed_request_token_is_followed() {
    let world = World::new();
    world.on(Endpoint::Execute, [answer(202, &json!({"state": "RUNNING", "requestToken": "first"}))]);
    let second = answer(200, &json!({"state": "RUNNING", "requestToken": "second"}));
    world.on(Endpoint::Poll, [second, done()]);
    assert!(world.ask().is_ok());
    let calls = world.calls.borrow();
    let polls: Vec<_> = calls.iter().filter(|call| call.endpoint == Endpoint::Poll).collect();
    assert!(polls[0].request.url.contains("request-token=first&"));
    assert!(polls[1].request.url.contains("request-token=second&"));
}
