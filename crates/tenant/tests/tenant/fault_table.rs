//! Every fault of the sandbox against the client, in simulated time: what is told, what is called, how long it takes, and
//! that no output holds a secret. The same table over HTTP: faults.test.ts of the backend plugin.

use grailstage_sandbox::{CLIENT_SECRET, Environment, Fault, FaultKind};
use grailstage_tenant::{DqlRequest, Freshness};
use serde_json::{Value, json};

use crate::sandbox_world::{sandbox_of, tenant_of, world_of};
use crate::world::Endpoint;

const QUERY: &str = "fetch logs | sort content | fields content";
/// No row takes longer: the deadline, and what a cancellation may take beyond it.
const MOST_MILLIS: u64 = 32_000;

struct Row {
    faults: Vec<Fault>,
    /// `ok`, or the code of the error.
    outcome: &'static str,
    /// A part of the error's message.
    message: &'static str,
    /// Calls of token, execute, poll and cancel.
    calls: [usize; 4],
    /// From when to when it ends, in milliseconds: pauses before a repetition differ.
    millis: (u64, u64),
}

fn once(route: &str, kind: FaultKind) -> Fault {
    Fault::once(route, kind)
}

fn always(route: &str, kind: FaultKind) -> Fault {
    Fault { kind, route: Some(route.to_owned()), times: None }
}

fn row(
    faults: impl Into<Vec<Fault>>,
    outcome: &'static str,
    message: &'static str,
    calls: [usize; 4],
    millis: (u64, u64),
) -> Row {
    Row { faults: faults.into(), outcome, message, calls, millis }
}

fn rate_limited(seconds: impl Into<Option<u64>>) -> FaultKind {
    FaultKind::RateLimited { retry_after_seconds: seconds.into() }
}

fn slow(millis: u64) -> Fault {
    once("execute", FaultKind::SlowQuery { millis })
}

fn starting() -> Vec<Row> {
    use FaultKind::{
        ConnectionReset, Hang, HtmlPage, Latency, Redirect, ServerError, TokenRevoked, TruncatedJson,
    };
    let on = "execute";
    vec![
        row([], "ok", "", [1, 1, 0, 0], (0, 0)),
        row([once(on, Latency { millis: 500 })], "ok", "", [1, 1, 0, 0], (500, 500)),
        row(
            [once(on, Latency { millis: 31_000 })],
            "deadline-exceeded",
            "within 30 s",
            [1, 1, 0, 0],
            (30_000, 30_000),
        ),
        row([once(on, rate_limited(1))], "ok", "", [1, 2, 0, 0], (1_000, 1_500)),
        row([once(on, rate_limited(None))], "ok", "", [1, 2, 0, 0], (0, 3_000)),
        row([always(on, rate_limited(600))], "rate-limited", "retry after 600 s", [1, 1, 0, 0], (0, 0)),
        row([once(on, ServerError { status: 500 })], "ok", "", [1, 2, 0, 0], (0, 3_000)),
        row(
            [once(on, ServerError { status: 502 }), once(on, ServerError { status: 503 })],
            "ok",
            "",
            [1, 3, 0, 0],
            (0, 3_000),
        ),
        row(
            [always(on, ServerError { status: 500 })],
            "upstream-failed",
            "status 500",
            [1, 4, 0, 0],
            (0, 3_000),
        ),
        row([always(on, ServerError { status: 403 })], "forbidden", "access is denied", [1, 1, 0, 0], (0, 0)),
        row([always(on, ServerError { status: 404 })], "not-found", "does not serve", [1, 1, 0, 0], (0, 0)),
        row(
            [always(on, HtmlPage { status: 503 })],
            "upstream-failed",
            "`text/html`",
            [1, 4, 0, 0],
            (0, 3_000),
        ),
        row(
            [always(on, HtmlPage { status: 200 })],
            "not-json",
            "`text/html` (status 200)",
            [1, 1, 0, 0],
            (0, 0),
        ),
        row([always(on, HtmlPage { status: 404 })], "not-found", "does not serve", [1, 1, 0, 0], (0, 0)),
        row([always(on, Redirect)], "redirected", "to `https://sso.example.com`", [1, 1, 0, 0], (0, 0)),
        row([always(on, TruncatedJson)], "truncated-response", "stops after", [1, 1, 0, 0], (0, 0)),
        row([once(on, TokenRevoked)], "ok", "", [2, 2, 0, 0], (0, 0)),
        row([always(on, TokenRevoked)], "invalid-credentials", "not accepted", [2, 2, 0, 0], (0, 0)),
        row([once(on, ConnectionReset)], "ok", "", [1, 2, 0, 0], (0, 3_000)),
        row([always(on, ConnectionReset)], "unreachable", "ECONNRESET", [1, 4, 0, 0], (0, 3_000)),
        row([always(on, Hang)], "deadline-exceeded", "the query to start", [1, 1, 0, 0], (30_000, 30_000)),
    ]
}

fn running() -> Vec<Row> {
    use FaultKind::{
        Cancelled, ConnectionReset, Failed, Hang, HtmlPage, NotStarted, ResultGone, ServerError,
        TokenRevoked, TruncatedJson, WithoutResult,
    };
    let on = "execute";
    vec![
        row([once(on, Failed)], "query-failed", "the query failed", [1, 1, 0, 0], (0, 0)),
        row([once(on, Cancelled)], "query-cancelled", "cancelled in Dynatrace", [1, 1, 0, 0], (0, 0)),
        row([once(on, ResultGone)], "result-gone", "no longer available", [1, 1, 0, 0], (0, 0)),
        row([once(on, WithoutResult)], "ok", "", [1, 1, 1, 0], (0, 0)),
        row([slow(3_000)], "ok", "", [1, 1, 0, 0], (3_000, 3_000)),
        row([slow(5_500)], "ok", "", [1, 1, 1, 0], (5_500, 5_500)),
        row([once(on, NotStarted { millis: 5_500 })], "ok", "", [1, 1, 1, 0], (5_500, 5_500)),
        row([slow(29_000)], "ok", "", [1, 1, 5, 0], (29_000, 29_000)),
        row(
            [slow(3_600_000)],
            "deadline-exceeded",
            "the result of the query",
            [1, 1, 5, 1],
            (30_000, 30_000),
        ),
        row(
            [slow(20_000), always("poll", Hang)],
            "deadline-exceeded",
            "the result",
            [1, 1, 1, 1],
            (30_000, 30_000),
        ),
        row(
            [slow(20_000), always("poll", Hang), always("cancel", Hang)],
            "deadline-exceeded",
            "the result",
            [1, 1, 1, 1],
            (32_000, 32_000),
        ),
        row(
            [slow(20_000), always("poll", HtmlPage { status: 200 })],
            "not-json",
            "`text/html`",
            [1, 1, 1, 1],
            (5_000, 5_000),
        ),
        row(
            [slow(20_000), always("poll", TruncatedJson)],
            "truncated-response",
            "stops after",
            [1, 1, 1, 1],
            (10_000, 10_000),
        ),
        row(
            [slow(20_000), always("poll", ConnectionReset)],
            "unreachable",
            "ECONNRESET",
            [1, 1, 4, 1],
            (5_000, 8_000),
        ),
        row([slow(5_500), once("poll", ServerError { status: 503 })], "ok", "", [1, 1, 2, 0], (5_500, 8_000)),
        row([slow(5_500), once("poll", TokenRevoked)], "ok", "", [2, 1, 2, 0], (5_500, 5_500)),
    ]
}

fn tokens() -> Vec<Row> {
    use FaultKind::{ConnectionReset, Hang, HtmlPage, Redirect, ServerError, TruncatedJson};
    let on = "token";
    vec![
        row([once(on, ServerError { status: 500 })], "ok", "", [2, 1, 0, 0], (0, 3_000)),
        row([always(on, HtmlPage { status: 200 })], "not-json", "`text/html`", [1, 0, 0, 0], (0, 0)),
        row([always(on, Redirect)], "redirected", "sso.example.com", [1, 0, 0, 0], (0, 0)),
        row([always(on, TruncatedJson)], "truncated-response", "stops after", [1, 0, 0, 0], (0, 0)),
        row([always(on, rate_limited(600))], "rate-limited", "600 s", [1, 0, 0, 0], (0, 0)),
        row([always(on, ConnectionReset)], "unreachable", "ECONNRESET", [4, 0, 0, 0], (0, 3_000)),
        row([always(on, Hang)], "deadline-exceeded", "an access token", [1, 0, 0, 0], (20_000, 20_000)),
    ]
}

/// Asks once, checks one row, and returns all that could be read of it.
fn check(environment: &std::sync::Arc<Environment>, row: &Row, configuration: &Value) -> String {
    let name = format!("{:?}", row.faults);
    let world = world_of(environment, &row.faults);
    let tenant = tenant_of(&world, configuration);
    let request = DqlRequest::new(QUERY);
    let outcome = world.block_on(tenant.ask(&request, Freshness::SHARED_ONLY, std::future::pending()));
    let took = world.elapsed();
    world.settle();
    assert!((row.millis.0..=row.millis.1).contains(&took), "{name}: took {took} ms");
    assert!(
        world.elapsed() <= row.millis.1.max(MOST_MILLIS),
        "{name}: all of it took {} ms",
        world.elapsed()
    );
    let calls = [Endpoint::Token, Endpoint::Execute, Endpoint::Poll, Endpoint::Cancel];
    assert_eq!(calls.map(|endpoint| world.count(endpoint)), row.calls, "{name}");
    let mut output = format!("{:?}\n{:?}\n", tenant.environment(), world.observed.borrow());
    match outcome {
        Ok(answer) => {
            assert_eq!(row.outcome, "ok", "{name}");
            let records: Vec<Value> = answer.result.rows().unwrap();
            assert_eq!(records, [json!({"content": "first"}), json!({"content": "second"})], "{name}");
            output.push_str(&format!("{answer:?}"));
        }
        Err(error) => {
            assert_eq!(error.code(), row.outcome, "{name}: {error}");
            assert!(error.to_string().contains(row.message), "{name}: {error}");
            assert!(!error.to_string().starts_with(char::is_uppercase), "{name}: {error}");
            let json = serde_json::to_string(&error).unwrap();
            output.push_str(&format!("{error}\n{error:?}\n{:?}\n{json}", error.help()));
        }
    }
    for call in world.calls.borrow().iter() {
        output.push_str(&format!("\n{:?}", call.request));
    }
    for endpoint in calls {
        for bearer in world.bearers(endpoint) {
            let token = bearer.strip_prefix("Bearer ").unwrap_or("no token was sent");
            assert!(!output.contains(token), "{name}: an access token in {output}");
        }
    }
    output
}

fn logs() -> Value {
    let record = |content: &str| json!({"timestamp": "2026-11-21T09:30:00Z", "content": content});
    json!({ "logs": [record("first"), record("second")] })
}

#[test]
fn every_fault_is_named_within_its_time_and_calls_and_without_a_secret() {
    let sandbox = sandbox_of(&logs());
    let environment = sandbox.environment("production").unwrap();
    let rows: Vec<Row> = [starting(), running(), tokens()].into_iter().flatten().collect();
    assert!(rows.len() >= 40);
    for row in &rows {
        let output = check(environment, row, &json!({}));
        for secret in [CLIENT_SECRET, "SANDBOX.SECRET", "SANDBOX%2ESECRET"] {
            assert!(!output.contains(secret), "{:?}: {secret} in {output}", row.faults);
        }
    }
}

#[test]
fn the_configuration_says_when_an_environment_that_hangs_is_given_up() {
    let sandbox = sandbox_of(&logs());
    let environment = sandbox.environment("production").unwrap();
    let configuration = json!({ "limits": { "requestTimeoutSeconds": 2 } });
    for (faults, phase, calls) in [
        (
            vec![always("execute", FaultKind::Hang)],
            "within 2 s, still waiting for the query to start",
            [1, 1, 0, 0],
        ),
        (vec![slow(3_600_000)], "within 2 s, still waiting for", [1, 1, 0, 0]),
        (
            vec![always("token", FaultKind::Hang)],
            "within 2 s, still waiting for an access token",
            [1, 0, 0, 0],
        ),
    ] {
        check(environment, &row(faults, "deadline-exceeded", phase, calls, (2_000, 2_000)), &configuration);
    }
    let patient = json!({ "limits": { "requestTimeoutSeconds": 60 } });
    check(environment, &row([slow(45_000)], "ok", "", [1, 1, 8, 0], (45_000, 45_000)), &patient);
}
