//! One token for all, renewed in time.

use std::time::Duration;

use futures_util::future::join_all;
use grailstage_tenant::{DqlRequest, FetchFailure};
use serde_json::json;

use crate::world::{Endpoint, World, answer, assert_refused, done, failure, hang, html, reset, text, token};

#[test]
fn eight_runs_at_once_ask_for_one_token() {
    let world = World::new();
    world.on(Endpoint::Token, [token("access-1").after_millis(200)]);
    world.script(Endpoint::Execute, |_, _| done());
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    let outcomes = world.block_on(join_all((0..8).map(|_| tenant.run(&request, std::future::pending()))));
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!((world.count(Endpoint::Token), world.count(Endpoint::Execute)), (1, 8));
}

#[test]
fn eight_runs_share_one_failure_and_the_next_asks_anew() {
    let world = World::new();
    let refused = answer(401, &json!({"error": "invalid_client"})).after_millis(100);
    world.on(Endpoint::Token, [refused, token("access-1")]).on(Endpoint::Execute, [done()]);
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    let outcomes = world.block_on(join_all((0..8).map(|_| tenant.run(&request, std::future::pending()))));
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().unwrap_err().code() == "invalid-credentials"));
    assert_eq!(world.count(Endpoint::Token), 1);
    assert!(world.block_on(tenant.run(&request, std::future::pending())).is_ok());
    assert_eq!(world.count(Endpoint::Token), 2);
}

#[test]
fn a_caller_that_tries_again_at_once_does_not_join_the_failed_request() {
    let world = World::new();
    let refused = answer(401, &json!({"error": "invalid_client"})).after_millis(100);
    world.on(Endpoint::Token, [refused, token("access-1")]).on(Endpoint::Execute, [done()]);
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    // The second caller still holds the failed request when the first one comes back.
    let persistent = async {
        assert!(tenant.run(&request, std::future::pending()).await.is_err());
        tenant.run(&request, std::future::pending()).await
    };
    let (persistent, other) =
        world.block_on(futures_util::future::join(persistent, tenant.run(&request, std::future::pending())));
    assert!(persistent.is_ok());
    assert!(other.is_err());
}

#[test]
fn eight_refused_runs_renew_the_token_once() {
    let world = World::new();
    world.script(Endpoint::Execute, |request, _| match request.header("authorization") {
        Some("Bearer access-1") => answer(401, &json!({"error": {"code": 401}})).after_millis(50),
        _ => done(),
    });
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    let outcomes = world.block_on(join_all((0..8).map(|_| tenant.run(&request, std::future::pending()))));
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(world.count(Endpoint::Token), 2);
}

#[test]
fn a_token_is_kept_until_30_s_before_it_expires() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| done());
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    for (pause, tokens) in [(0, 1), (269_999, 1), (1, 2), (1_000, 2)] {
        world.block_on(world.timer(pause));
        assert!(world.block_on(tenant.run(&request, std::future::pending())).is_ok());
        assert_eq!(world.count(Endpoint::Token), tokens, "at {} ms", world.elapsed());
    }
}

#[test]
fn the_life_of_a_token_counts_from_the_request() {
    let world = World::new();
    let slow = answer(200, &json!({"access_token": "a", "expires_in": "40"})).after_millis(9_000);
    world.on(Endpoint::Token, [slow, token("b")]);
    world.script(Endpoint::Execute, |_, _| done());
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    for pause in [0, 999, 1] {
        world.block_on(world.timer(pause));
        assert!(world.block_on(tenant.run(&request, std::future::pending())).is_ok());
    }
    assert_eq!(world.bearers(Endpoint::Execute), ["Bearer a", "Bearer a", "Bearer b"]);
}

#[test]
fn the_last_caller_to_leave_takes_the_request_along() {
    let world = World::new();
    world.on(Endpoint::Token, [hang(), token("access-1")]).on(Endpoint::Execute, [done()]);
    let tenant = world.tenant();
    let short = DqlRequest::new("fetch logs").deadline(Duration::from_secs(1));
    assert_eq!(
        world.block_on(tenant.run(&short, std::future::pending())).unwrap_err().code(),
        "deadline-exceeded"
    );
    assert_eq!(world.aborted.get(), 1);
    assert!(world.block_on(tenant.run(&short, std::future::pending())).is_ok());
}

#[test]
fn one_caller_leaving_does_not_take_the_request_of_the_others() {
    let world = World::new();
    world.on(Endpoint::Token, [token("access-1").after_millis(2_000)]).on(Endpoint::Execute, [done()]);
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    let (left, stayed) = world.block_on(futures_util::future::join(
        tenant.run(&request, world.timer(500)),
        tenant.run(&request, std::future::pending()),
    ));
    assert_eq!(left.unwrap_err().code(), "cancelled");
    assert!(stayed.is_ok());
    assert_eq!((world.count(Endpoint::Token), world.aborted.get()), (1, 0));
}

#[test]
fn refusals_of_both_shapes_are_told() {
    for (status, body, message) in [
        (
            401,
            json!({"error": "invalid_client", "error_description": "unknown client"}),
            "the credentials are not accepted: `invalid_client`, unknown client",
        ),
        (
            400,
            json!({"errorCode": 400, "message": "resource is not valid", "issueId": "I1"}),
            "the credentials are not accepted: resource is not valid",
        ),
        (400, json!({"error": "invalid_scope"}), "the credentials are not accepted: invalid_scope"),
    ] {
        let world = World::new();
        world.on(Endpoint::Token, [answer(status, &body)]);
        let outcome = world.ask();
        let error = assert_refused(&world, outcome, "invalid-credentials", 502, [1, 0, 0, 0], 0);
        assert_eq!(error.to_string(), message);
        assert!(error.help().unwrap().contains("`clientSecret`"));
    }
}

#[test]
fn faults_of_the_token_endpoint_are_named() {
    let unreachable = || failure(FetchFailure::Unreachable { message: "ENOTFOUND".to_owned() });
    for (reply, code, status, calls) in [
        (html(200), "not-json", 502, 1),
        (html(404), "not-found", 502, 1),
        (html(401), "not-json", 502, 1),
        (text(302, "text/html", ""), "redirected", 502, 1),
        (text(200, "application/json", "{\"access_token\":\"ab"), "truncated-response", 502, 1),
        (answer(200, &json!({"expires_in": 300})), "upstream-failed", 502, 1),
        (answer(200, &json!({"access_token": "a\r\nx: y"})), "upstream-failed", 502, 1),
        (html(503), "upstream-failed", 503, 4),
        (reset(), "unreachable", 503, 4),
        (unreachable(), "unreachable", 503, 1),
        (text(429, "text/plain", "").header("retry-after", "60"), "rate-limited", 429, 1),
    ] {
        let world = World::new();
        world.script(Endpoint::Token, move |_, _| reply.clone());
        let outcome = world.ask();
        assert_refused(&world, outcome, code, status, [calls, 0, 0, 0], 3_000);
    }
}

#[test]
fn a_token_endpoint_that_recovers_is_waited_for() {
    let world = World::new();
    world.on(Endpoint::Token, [html(503), reset(), token("access-1")]).on(Endpoint::Execute, [done()]);
    assert!(world.ask().is_ok());
}
