//! How an environment fares, and what that is told from.

use std::time::Duration;

use grailstage_tenant::{Condition, DqlRequest, FetchFailure};
use serde_json::json;

use crate::world::{Endpoint, Reply, World, answer, done, failure, grail_error, hang, html};

fn valid() -> Reply {
    answer(200, &json!({"valid": true, "notifications": []}))
}

fn condition(reply: Reply) -> Condition {
    let world = World::new();
    world.script(Endpoint::Service, move |request, _| {
        assert!(request.url.ends_with("/query:verify"), "{}", request.url);
        reply.clone()
    });
    let tenant = world.tenant();
    let condition = world.block_on(tenant.condition());
    assert_eq!(world.count(Endpoint::Execute), 0, "a check costs nothing");
    assert!(world.elapsed() <= 20_000);
    condition
}

#[test]
fn an_environment_that_works_is_reachable_and_takes_the_credentials() {
    let condition = condition(valid());
    assert!(condition.reachable && condition.error.is_none() && condition.last_failure.is_none());
    assert_eq!(condition.credentials_accepted, Some(true));
}

#[test]
fn each_fault_says_how_far_it_got() {
    for (reply, code, reachable, accepted) in [
        (failure(FetchFailure::Unreachable { message: "ENOTFOUND".to_owned() }), "unreachable", false, None),
        (hang(), "deadline-exceeded", false, None),
        (html(200), "not-json", false, None),
        (html(404), "not-found", false, None),
        (answer(401, &json!({"error": {"code": 401}})), "invalid-credentials", true, Some(false)),
        (answer(500, &json!({"error": {"code": 500, "message": "oops"}})), "upstream-failed", true, None),
        (
            grail_error(403, &json!({"missingScopes": ["storage:events:read"]})),
            "missing-scope",
            true,
            Some(true),
        ),
    ] {
        let condition = condition(reply);
        let error = condition.error.unwrap();
        assert_eq!(
            (error.code(), condition.reachable, condition.credentials_accepted),
            (code, reachable, accepted)
        );
    }
}

#[test]
fn tells_the_scopes_of_the_token() {
    let world = World::new();
    world.script(Endpoint::Token, |_, _| {
        let scope = "storage:logs:read storage:buckets:read";
        answer(200, &json!({"access_token": "access-1", "expires_in": 300, "scope": scope}))
    });
    world.script(Endpoint::Service, |_, _| valid());
    let condition = world.block_on(world.tenant().condition());
    assert_eq!(condition.granted_scopes.unwrap(), ["storage:logs:read", "storage:buckets:read"]);
}

#[test]
fn a_clock_is_off_only_by_what_a_whole_second_does_not_explain() {
    // The world starts at 10:00:00.
    for (date, skew) in [
        ("Sat, 21 Nov 2026 10:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 09:59:59 GMT", 0),
        ("Sat, 21 Nov 2026 10:05:00 GMT", 300_000),
        ("Sat, 21 Nov 2026 09:55:00 GMT", -299_000),
    ] {
        assert_eq!(condition(valid().header("date", date)).clock_skew_millis, Some(skew), "{date}");
    }
    assert_eq!(condition(valid()).clock_skew_millis, None);
}

#[test]
fn remembers_what_failed_and_for_an_hour_what_was_missing() {
    let world = World::new();
    let lacking = grail_error(403, &json!({"missingScopes": ["storage:logs:read"]}));
    let fault = grail_error(400, &json!({"errorType": "UNKNOWN_COMMAND", "errorMessage": "no such command"}));
    world.on(Endpoint::Execute, [lacking, fault, done()]);
    world.script(Endpoint::Service, |_, _| valid());
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    for _ in 0..3 {
        drop(world.block_on(tenant.run(&request, std::future::pending())));
    }
    let condition = world.block_on(tenant.condition());
    assert_eq!(condition.last_failure.unwrap().1.code(), "missing-scope");
    assert_eq!(condition.missing_scopes, ["storage:logs:read"]);
    world.block_on(world.timer(u64::try_from(Duration::from_secs(3_599).as_millis()).unwrap()));
    assert_eq!(world.block_on(tenant.condition()).missing_scopes, ["storage:logs:read"]);
    world.block_on(world.timer(1_000));
    assert!(world.block_on(tenant.condition()).missing_scopes.is_empty());
}
