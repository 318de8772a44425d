//! Every way an answer can go wrong: fault × error, calls upstream, time.

use grailstage_tenant::FetchFailure;
use serde_json::json;

use crate::world::{
    Endpoint, World, answer, assert_refused, done, failure, grail_error, html, reset, running, state, text,
};

fn gateway(status: u16, message: &str) -> crate::world::Reply {
    answer(status, &json!({"error": {"code": status, "message": message, "details": {"traceId": "trace-1"}}}))
}

#[test]
fn one_401_is_answered_with_a_new_token() {
    let world = World::new();
    world.on(Endpoint::Execute, [gateway(401, "expired"), done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.bearers(Endpoint::Execute), ["Bearer access-1", "Bearer access-2"]);
}

#[test]
fn a_401_while_polling_is_answered_with_a_new_token() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [gateway(401, "expired"), done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.bearers(Endpoint::Poll), ["Bearer access-1", "Bearer access-2"]);
}

#[test]
fn a_second_401_ends_the_run() {
    let world = World::new();
    world.on(Endpoint::Execute, [gateway(401, "expired"), gateway(401, "still not")]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "invalid-credentials", 502, [2, 2, 0, 0], 0);
    assert_eq!(error.to_string(), "the credentials are not accepted: still not");
}

#[test]
fn a_429_waits_as_many_seconds_as_it_says() {
    let world = World::new();
    world.on(Endpoint::Execute, [gateway(429, "slow down").header("retry-after", "7"), done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.moments(Endpoint::Execute), [0, 7_000]);
}

#[test]
fn a_429_waits_until_the_date_it_says() {
    let world = World::new();
    let late = gateway(429, "slow down").header("retry-after", "Sat, 21 Nov 2026 10:00:09 GMT");
    world.on(Endpoint::Execute, [late, done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.moments(Endpoint::Execute), [0, 9_000]);
}

#[test]
fn a_429_waits_as_its_body_says() {
    let world = World::new();
    let body = json!({"error": {"code": 429, "message": "x", "retryAfterSeconds": 4}});
    world.on(Endpoint::Execute, [answer(429, &body), done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.moments(Endpoint::Execute), [0, 4_000]);
}

#[test]
fn a_429_that_asks_for_more_than_the_deadline_is_told_at_once() {
    let world = World::new();
    world.on(Endpoint::Execute, [gateway(429, "slow down").header("retry-after", "120")]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "rate-limited", 429, [1, 1, 0, 0], 0);
    assert_eq!(error.to_string(), "too many requests, retry after 120 s");
}

#[test]
fn endless_429_that_names_no_wait_ends_after_a_few_tries() {
    for wait in [None, Some("0")] {
        let world = World::new();
        world.script(Endpoint::Execute, move |_, _| match wait {
            Some(wait) => gateway(429, "slow down").header("retry-after", wait),
            None => gateway(429, "slow down"),
        });
        let outcome = world.ask();
        assert_refused(&world, outcome, "rate-limited", 429, [1, 5, 0, 0], 30_000);
        let moments = world.moments(Endpoint::Execute);
        assert!(moments.windows(2).all(|pair| pair[1] - pair[0] >= 1_000), "{moments:?}");
    }
}

#[test]
fn a_429_while_polling_keeps_the_query() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.on(Endpoint::Poll, [gateway(429, "x").header("retry-after", "2"), done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.count(Endpoint::Execute), 1);
}

#[test]
fn two_500_are_tried_again() {
    let world = World::new();
    world.on(Endpoint::Execute, [gateway(500, "oops"), gateway(500, "oops"), done()]);
    assert!(world.ask().is_ok());
    let moments = world.moments(Endpoint::Execute);
    assert!((250..=375).contains(&moments[1]), "{moments:?}");
    assert!((500..=750).contains(&(moments[2] - moments[1])), "{moments:?}");
}

#[test]
fn the_fourth_500_ends_the_run() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| gateway(500, "oops"));
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "upstream-failed", 502, [1, 4, 0, 0], 3_000);
    assert_eq!(error.to_string(), "`abc12345.apps.dynatrace.com` answered with status 500: oops");
    assert_eq!(error.help().unwrap(), "Dynatrace logs this under the trace id `trace-1`");
}

#[test]
fn retries_are_counted_over_the_whole_run() {
    let world = World::new();
    world.on(Endpoint::Execute, [gateway(500, "oops"), gateway(502, "oops"), running(202)]);
    world.on(Endpoint::Poll, [gateway(503, "oops"), gateway(504, "oops")]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "upstream-failed", 502, [1, 3, 2, 1], 5_000);
}

#[test]
fn a_503_waits_as_it_says() {
    let world = World::new();
    world.on(Endpoint::Execute, [html(503).header("retry-after", "3"), done()]);
    assert!(world.ask().is_ok());
    assert_eq!(world.moments(Endpoint::Execute), [0, 3_000]);
}

#[test]
fn an_html_page_with_503_is_quoted_after_retries() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| html(503));
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "upstream-failed", 503, [1, 4, 0, 0], 3_000);
    assert!(error.to_string().contains("`text/html`, beginning with `<!doctype html> <html>"), "{error}");
}

#[test]
fn an_html_page_with_200_is_named() {
    let world = World::new();
    world.on(Endpoint::Execute, [html(200)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "not-json", 502, [1, 1, 0, 0], 0);
    assert_eq!(
        error.to_string(),
        "the answer is not JSON but `text/html` (status 200), beginning with `<!doctype html> <html><title>Sign in</title></html>`"
    );
}

#[test]
fn an_html_page_with_404_means_the_wrong_host() {
    let world = World::new();
    world.on(Endpoint::Execute, [html(404)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "not-found", 502, [1, 1, 0, 0], 0);
    assert!(error.to_string().starts_with(
        "`abc12345.apps.dynatrace.com` does not serve `/platform/storage/query/v1/query:execute`: `text/html`"
    ));
    assert!(error.help().unwrap().contains(".apps.dynatrace.com"));
}

#[test]
fn an_html_page_with_400_is_not_a_fault_of_the_query() {
    let world = World::new();
    world.on(Endpoint::Execute, [html(400)]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "not-json", 502, [1, 1, 0, 0], 0);
}

#[test]
fn json_that_stops_in_the_middle_is_named() {
    let world = World::new();
    let cut = r#"{"state":"SUCCEEDED","result":{"records":[{"a":"#;
    world.on(Endpoint::Execute, [text(200, "application/json;charset=utf-8", cut)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "truncated-response", 502, [1, 1, 0, 0], 0);
    assert!(error.to_string().starts_with("the answer stops after 47 bytes (`application/json`)"), "{error}");
}

#[test]
fn text_cut_within_a_character_is_truncated() {
    let world = World::new();
    let mut reply = text(200, "application/json", r#"{"state":"SUCCEEDED","result":{"records":[{"a":"ä"#);
    if let crate::world::Outcome::Answer(response) = &mut reply.outcome {
        response.body.pop();
    }
    world.on(Endpoint::Execute, [reply]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "truncated-response", 502, [1, 1, 0, 0], 0);
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let world = World::new();
    let mut reply = text(200, "application/octet-stream", "");
    if let crate::world::Outcome::Answer(response) = &mut reply.outcome {
        response.body = vec![0x1f, 0x8b, 0x08, 0xff, 0xfe, 0x00, 0x00];
    }
    world.on(Endpoint::Execute, [reply]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "not-json", 502, [1, 1, 0, 0], 0);
}

#[test]
fn an_empty_body_is_truncated() {
    let world = World::new();
    world.on(Endpoint::Execute, [text(200, "application/json", "")]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "truncated-response", 502, [1, 1, 0, 0], 0);
}

#[test]
fn a_truncated_poll_cancels_the_query() {
    let world = World::new();
    world
        .on(Endpoint::Execute, [running(202)])
        .on(Endpoint::Poll, [text(200, "application/json", "{\"state\":")]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "truncated-response", 502, [1, 1, 1, 1], 0);
}

#[test]
fn json_of_another_shape_is_named() {
    for body in
        [json!([1]), json!("x"), json!({"state": 7}), json!({"state": "SUCCEEDED", "result": {"records": 5}})]
    {
        let world = World::new();
        world.on(Endpoint::Execute, [answer(200, &body)]);
        let outcome = world.ask();
        assert_refused(&world, outcome, "upstream-failed", 502, [1, 1, 0, 0], 0);
    }
}

#[test]
fn a_reset_is_tried_again() {
    let world = World::new();
    world.on(Endpoint::Execute, [reset().after_millis(800), running(202)]);
    world.on(Endpoint::Poll, [reset().after_millis(100), done()]);
    assert!(world.ask().is_ok());
    assert_eq!((world.count(Endpoint::Execute), world.count(Endpoint::Poll)), (2, 2));
}

#[test]
fn resets_without_end_end_the_run() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| reset());
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "unreachable", 503, [1, 4, 0, 0], 3_000);
    assert!(error.to_string().contains("the connection broke (socket hang up)"), "{error}");
}

#[test]
fn a_refused_connection_is_told_at_once() {
    let world = World::new();
    let refused = FetchFailure::Unreachable { message: "connect ECONNREFUSED".to_owned() };
    world.on(Endpoint::Execute, [failure(refused)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "unreachable", 503, [1, 1, 0, 0], 0);
    assert_eq!(error.to_string(), "`abc12345.apps.dynatrace.com` cannot be reached: connect ECONNREFUSED");
}

#[test]
fn a_redirect_is_not_followed() {
    let world = World::new();
    let location = "https://sso.dynatrace.com/login?state=abc";
    world.on(Endpoint::Execute, [text(302, "text/html", "").header("location", location)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "redirected", 502, [1, 1, 0, 0], 0);
    assert_eq!(error.to_string(), "`abc12345.apps.dynatrace.com` redirects to `https://sso.dynatrace.com`");
}

#[test]
fn a_redirect_the_host_hides_is_told() {
    let world = World::new();
    world.on(Endpoint::Execute, [failure(FetchFailure::Redirected)]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "redirected", 502, [1, 1, 0, 0], 0);
}

#[test]
fn missing_scopes_are_named() {
    let world = World::new();
    let details = json!({"missingScopes": ["storage:logs:read", "storage:buckets:read"]});
    world.on(Endpoint::Execute, [grail_error(403, &details)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "missing-scope", 403, [1, 1, 0, 0], 0);
    assert_eq!(error.to_string(), "the token lacks `storage:logs:read`, `storage:buckets:read`");
    assert!(error.help().unwrap().contains("`storage:logs:read`"));
}

#[test]
fn a_forbidden_table_is_forbidden_with_either_status() {
    for status in [400, 403] {
        let world = World::new();
        let details = json!({"errorType": "NOT_AUTHORIZED_FOR_TABLE", "errorMessage": "no access to `logs`"});
        world.on(Endpoint::Execute, [grail_error(status, &details)]);
        let outcome = world.ask();
        let error = assert_refused(&world, outcome, "forbidden", 403, [1, 1, 0, 0], 0);
        assert_eq!(error.to_string(), "access is denied: no access to `logs`");
    }
}

#[test]
fn a_403_page_is_forbidden() {
    let world = World::new();
    world.on(Endpoint::Execute, [html(403)]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "forbidden", 403, [1, 1, 0, 0], 0);
}

#[test]
fn a_410_while_polling_is_a_result_that_is_gone() {
    for gone in [text(410, "text/plain", "Gone"), grail_error(410, &json!({"errorType": "QUERY_GONE"}))] {
        let world = World::new();
        world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [gone]);
        let outcome = world.ask();
        assert_refused(&world, outcome, "result-gone", 502, [1, 1, 1, 0], 0);
    }
}

#[test]
fn a_rejected_query_is_marked_in_bytes() {
    let world = World::new();
    let details = json!({
        "exceptionType": "DQL-SYNTAX-ERROR", "errorType": "UNKNOWN_COMMAND",
        "errorMessage": "There's no command `limt`.",
        "syntaxErrorPosition": {"start": {"column": 14, "index": 13, "line": 1}, "end": {"column": 17, "index": 16, "line": 1}},
    });
    world.on(Endpoint::Execute, [grail_error(400, &details)]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "invalid-query", 400, [1, 1, 0, 0], 0);
    let span = error.span().unwrap();
    assert_eq!("fetch logs | limt 5".get(span.start..span.end), Some("limt"));
    insta::assert_json_snapshot!("rejected_query", error);
}

#[test]
fn a_query_that_fails_while_it_runs_is_a_fault_of_the_query() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.on(
        Endpoint::Poll,
        [grail_error(400, &json!({"errorType": "FIELD_DOES_NOT_EXIST", "errorMessage": "no"}))],
    );
    let outcome = world.ask();
    assert_refused(&world, outcome, "invalid-query", 400, [1, 1, 1, 0], 0);
}

#[test]
fn a_status_nobody_sends_is_told() {
    let world = World::new();
    world.on(Endpoint::Execute, [gateway(418, "a teapot")]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "upstream-failed", 502, [1, 1, 0, 0], 0);
    assert!(error.to_string().ends_with("status 418: a teapot"));
}

#[test]
fn a_retry_that_does_not_fit_into_the_deadline_is_not_begun() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.script(Endpoint::Poll, |_, now| {
        if now >= 25_000 {
            gateway(503, "busy").after_millis(4_900)
        } else {
            state("RUNNING").after_millis(5_000)
        }
    });
    let outcome = world.ask();
    assert_refused(&world, outcome, "upstream-failed", 503, [1, 1, 6, 1], 30_000);
}
