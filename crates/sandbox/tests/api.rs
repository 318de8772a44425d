//! The HTTP API, in process: no sockets, and a clock that the test turns.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use grailstage_sandbox::{
    ACCOUNT_URN, API_TOKEN, CLIENT_ID, CLIENT_SECRET, Delivery, Environment, Fault, FaultKind,
    PLATFORM_TOKEN, Request, Response, Sandbox, SandboxOptions,
};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200_000;
const EXECUTE: &str = "/platform/storage/query/v1/query:execute";

fn production() -> Arc<Environment> {
    Arc::clone(Sandbox::new(SandboxOptions { seed: 7, now: NOW }).environment("production").unwrap())
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&response.body)))
}

fn execute_as(environment: &Environment, token: &str, request: &Value, now: i64) -> Response {
    environment.handle(&Request::post(EXECUTE, request.to_string()).with_bearer(token), now)
}

fn execute(environment: &Environment, request: &Value) -> Response {
    execute_as(environment, PLATFORM_TOKEN, request, NOW)
}

fn query(environment: &Environment, query: &str) -> Value {
    let response = execute(environment, &json!({"query": query, "requestTimeoutMilliseconds": 1000}));
    assert_eq!(response.status, 200, "{query}: {}", String::from_utf8_lossy(&response.body));
    body(&response)["result"].clone()
}

fn poll(environment: &Environment, token: &str, timeout: u64, now: i64) -> Response {
    let token = token.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    let target = format!(
        "/platform/storage/query/v1/query:poll?request-token={token}&request-timeout-milliseconds={timeout}"
    );
    environment.handle(&Request::get(&target).with_bearer(PLATFORM_TOKEN), now)
}

fn cancel(environment: &Environment, token: &str, now: i64) -> Response {
    let token = token.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    let mut request = Request::get(&format!("/platform/storage/query/v1/query:cancel?request-token={token}"));
    request.method = "POST".into();
    environment.handle(&request.with_bearer(PLATFORM_TOKEN), now)
}

fn token(environment: &Environment, form: &str) -> Response {
    environment.handle(&Request::post("/sso/oauth2/token", form), NOW)
}

fn credentials(rest: &str) -> String {
    format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}{rest}")
}

#[test]
fn client_credentials_give_a_token_for_five_minutes() {
    let environment = production();
    let answer = token(&environment, &credentials(&format!("&resource={ACCOUNT_URN}")));
    assert_eq!(answer.status, 200);
    let answer = body(&answer);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 300);
    assert!(answer["scope"].as_str().unwrap().contains("storage:logs:read"));
    let token = answer["access_token"].as_str().unwrap();
    let request = json!({"query": "fetch logs | limit 1", "requestTimeoutMilliseconds": 1000});
    assert_eq!(execute_as(&environment, token, &request, NOW + 299_000).status, 200);
    let expired = execute_as(&environment, token, &request, NOW + 300_000);
    assert_eq!(expired.status, 401);
    assert!(body(&expired)["error"]["details"]["traceId"].is_string());
}

#[test]
fn a_token_can_be_limited_to_some_scopes() {
    let environment = production();
    let answer =
        body(&token(&environment, &credentials("&scope=storage%3Alogs%3Aread+storage%3Abuckets%3Aread")));
    assert_eq!(answer["scope"], "storage:logs:read storage:buckets:read");
    let token = answer["access_token"].as_str().unwrap();
    let ask = |query: &str| {
        execute_as(&environment, token, &json!({"query": query, "requestTimeoutMilliseconds": 1000}), NOW)
    };
    assert_eq!(ask("fetch logs | limit 1").status, 200);
    let refused = ask("fetch security.events | limit 1");
    assert_eq!(refused.status, 403);
    let error = &body(&refused)["error"];
    assert_eq!(error["message"], "NOT_AUTHORIZED_FOR_TABLE");
    assert_eq!(error["details"]["missingScopes"], json!(["storage:security.events:read"]));
}

#[test]
fn bad_credentials_are_refused_in_both_shapes() {
    let environment = production();
    let wrong = token(&environment, "grant_type=client_credentials&client_id=dt0s02.SANDBOX&client_secret=x");
    assert_eq!((wrong.status, body(&wrong)["error"].clone()), (401, json!("invalid_client")));
    let grant = token(&environment, "grant_type=password");
    assert_eq!((grant.status, body(&grant)["error"].clone()), (400, json!("unsupported_grant_type")));
    let scope = token(&environment, &credentials("&scope=storage:everything:read"));
    assert_eq!((scope.status, body(&scope)["errorCode"].clone()), (400, json!(400)));
    assert!(body(&scope)["issueId"].is_string());
    let account = token(&environment, &credentials("&resource=urn:dtaccount:other"));
    assert_eq!((account.status, body(&account)["errorCode"].clone()), (400, json!(400)));
}

#[test]
fn requests_without_a_valid_token_get_401() {
    let environment = production();
    let request = json!({"query": "fetch logs"});
    let none = environment.handle(&Request::post(EXECUTE, request.to_string()), NOW);
    assert_eq!(none.status, 401);
    for token in ["nonsense", "dt0s16.SANDBOX", "dt0s16.OTHER.TOKEN", "dt0s16.SANDBOX.WRONG"] {
        assert_eq!(execute_as(&environment, token, &request, NOW).status, 401, "{token}");
    }
    assert_eq!(execute_as(&environment, "dt0s16.EXPIRED.TOKEN", &request, NOW).status, 403);
}

#[test]
fn a_fast_query_answers_inline() {
    let environment = production();
    let response =
        execute(&environment, &json!({"query": "data record(a = 1)", "requestTimeoutMilliseconds": 10}));
    assert_eq!(response.status, 200);
    let answer = body(&response);
    assert_eq!((&answer["state"], &answer["progress"]), (&json!("SUCCEEDED"), &json!(100)));
    assert_eq!(answer["result"]["records"], json!([{"a": "1"}]));
    assert_eq!(
        answer["result"]["types"],
        json!([{"indexRange": [0, 0], "mappings": {"a": {"type": "long"}}}])
    );
}

#[test]
fn without_a_timeout_there_is_a_token_whose_result_is_given_once() {
    let environment = production();
    let response = execute(&environment, &json!({"query": "data record(a = 1)"}));
    assert_eq!(response.status, 202);
    let answer = body(&response);
    assert_eq!((&answer["state"], &answer["ttlSeconds"]), (&json!("RUNNING"), &json!(400)));
    let token = answer["requestToken"].as_str().unwrap();
    assert!(token.contains(['+', '/', '=']), "a token needs encoding");
    let polled = body(&poll(&environment, token, 0, NOW + 10));
    assert_eq!(polled["result"]["records"], json!([{"a": "1"}]));
    let again = poll(&environment, token, 0, NOW + 20);
    assert_eq!((again.status, body(&again)["error"]["message"].clone()), (410, json!("QUERY_GONE")));
}

#[test]
fn a_slow_query_is_polled_until_it_is_ready() {
    let environment = production();
    environment.add_fault(Fault::once("execute", FaultKind::SlowQuery { millis: 5000 }));
    let response =
        execute(&environment, &json!({"query": "data record(a = 1)", "requestTimeoutMilliseconds": 1000}));
    assert_eq!((response.status, response.hold_millis), (202, 1000));
    let token = body(&response)["requestToken"].as_str().unwrap().to_owned();
    let early = poll(&environment, &token, 2000, NOW + 1000);
    assert_eq!((body(&early)["state"].clone(), early.hold_millis), (json!("RUNNING"), 2000));
    let ready = poll(&environment, &token, 5000, NOW + 3000);
    assert_eq!((body(&ready)["state"].clone(), ready.hold_millis), (json!("SUCCEEDED"), 2000));
}

#[test]
fn a_result_is_gone_after_its_time() {
    let environment = production();
    let response = execute(&environment, &json!({"query": "data record(a = 1)"}));
    let token = body(&response)["requestToken"].as_str().unwrap().to_owned();
    assert_eq!(poll(&environment, &token, 0, NOW + 400_000).status, 410);
    assert_eq!(poll(&environment, "unknown", 0, NOW).status, 410);
}

#[test]
fn cancel_gives_the_result_of_a_finished_query_and_stops_a_running_one() {
    let environment = production();
    let finished = execute(&environment, &json!({"query": "data record(a = 1)"}));
    let token = body(&finished)["requestToken"].as_str().unwrap().to_owned();
    let cancelled = cancel(&environment, &token, NOW);
    assert_eq!((cancelled.status, body(&cancelled)["state"].clone()), (200, json!("SUCCEEDED")));
    environment.add_fault(Fault::once("execute", FaultKind::SlowQuery { millis: 5000 }));
    let running = execute(&environment, &json!({"query": "data record(a = 1)"}));
    let token = body(&running)["requestToken"].as_str().unwrap().to_owned();
    let cancelled = cancel(&environment, &token, NOW);
    assert_eq!((cancelled.status, cancelled.body.len()), (202, 0));
    assert_eq!(body(&poll(&environment, &token, 0, NOW))["state"], "CANCELLED");
    assert_eq!(cancel(&environment, "unknown", NOW).status, 410);
}

#[test]
fn every_state_of_a_query_can_be_had() {
    let environment = production();
    for (kind, state) in [
        (FaultKind::Failed, "FAILED"),
        (FaultKind::Cancelled, "CANCELLED"),
        (FaultKind::ResultGone, "RESULT_GONE"),
        (FaultKind::WithoutResult, "SUCCEEDED"),
    ] {
        environment.add_fault(Fault::once("execute", kind));
        let answer = body(&execute(
            &environment,
            &json!({"query": "data record(a = 1)", "requestTimeoutMilliseconds": 1000}),
        ));
        assert_eq!(answer["state"], state);
        assert!(answer.get("result").is_none(), "{answer}");
    }
    environment.add_fault(Fault::once("execute", FaultKind::NotStarted { millis: 900 }));
    let waiting = body(&execute(&environment, &json!({"query": "data record(a = 1)"})));
    assert_eq!(waiting["state"], "NOT_STARTED");
}

#[test]
fn faults_break_answers_in_every_way() {
    let environment = production();
    let hit = |kind: FaultKind| {
        environment.add_fault(Fault::once("execute", kind));
        execute(&environment, &json!({"query": "data record(a = 1)", "requestTimeoutMilliseconds": 1000}))
    };
    let limited = hit(FaultKind::RateLimited { retry_after_seconds: Some(7) });
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
    assert_eq!(serde_json::from_slice::<Value>(&limited.body).unwrap()["error"]["retryAfterSeconds"], 7);
    assert_eq!(hit(FaultKind::ServerError { status: 503 }).status, 503);
    let page = hit(FaultKind::HtmlPage { status: 200 });
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!(hit(FaultKind::Redirect).status, 302);
    assert!(serde_json::from_slice::<Value>(&hit(FaultKind::TruncatedJson).body).is_err());
    assert_eq!(hit(FaultKind::Hang).delivery, Delivery::Hang);
    assert_eq!(hit(FaultKind::ConnectionReset).delivery, Delivery::Reset);
    assert_eq!(hit(FaultKind::Latency { millis: 80 }).hold_millis, 80);
    assert_eq!(environment.faults(), []);
    assert_eq!(query(&environment, "data record(a = 1)")["records"], json!([{"a": "1"}]));
}

#[test]
fn a_scope_that_is_taken_away_is_named_where_it_is_needed() {
    let environment = production();
    let objects = "/platform/classic/environment-api/v2/settings/objects?schemaIds=builtin:management-zones";
    let settings = || environment.handle(&Request::get(objects).with_bearer(PLATFORM_TOKEN), NOW);
    let read = |table: &str| {
        execute(
            &environment,
            &json!({"query": format!("fetch {table} | limit 1"), "requestTimeoutMilliseconds": 1000}),
        )
    };
    for scope in ["storage:logs:read", "settings:objects:read"] {
        let kind = FaultKind::LacksScope { scope: scope.to_owned() };
        environment.add_fault(Fault { kind, route: None, times: None });
        let refused = if scope.contains("logs") { read("logs") } else { settings() };
        assert_eq!(refused.status, 403);
        assert!(String::from_utf8_lossy(&refused.body).contains(scope), "{scope}");
        assert_eq!(read("events").status, 200);
        environment.clear_faults();
    }
    assert_eq!((read("logs").status, settings().status), (200, 200));
}

#[test]
fn revoked_tokens_are_refused() {
    let environment = production();
    let answer = body(&token(&environment, &credentials("")));
    let token = answer["access_token"].as_str().unwrap();
    environment.add_fault(Fault::once("execute", FaultKind::TokenRevoked));
    let request = json!({"query": "data record(a = 1)", "requestTimeoutMilliseconds": 1000});
    assert_eq!(execute_as(&environment, token, &request, NOW).status, 401);
}

#[test]
fn a_query_that_is_wrong_gets_grails_envelope() {
    let environment = production();
    let response = execute(&environment, &json!({"query": "fetch logs | limt 5"}));
    assert_eq!(response.status, 400);
    let error = body(&response)["error"].clone();
    assert_eq!(error["message"], "UNKNOWN_COMMAND");
    assert_eq!(
        error["details"]["syntaxErrorPosition"],
        json!({"start": {"column": 14, "index": 13, "line": 1}, "end": {"column": 17, "index": 16, "line": 1}})
    );
    assert_eq!(error["details"]["queryString"], "fetch logs | limt 5");
    assert_eq!(execute(&environment, &json!({"query": ""})).status, 400);
    let broken = environment.handle(&Request::post(EXECUTE, "{").with_bearer(PLATFORM_TOKEN), NOW);
    assert_eq!(broken.status, 400);
}

#[test]
fn the_result_is_limited_and_says_so() {
    let environment = production();
    let ask = |limits: Value| {
        let mut request = json!({"query": "fetch logs, from: -6h", "requestTimeoutMilliseconds": 1000});
        request.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
        body(&execute(&environment, &request))["result"].clone()
    };
    let count = |result: &Value| result["records"].as_array().unwrap().len();
    let kind = |result: &Value| result["metadata"]["grail"]["notifications"][0]["notificationType"].clone();
    let default = ask(json!({}));
    assert_eq!((count(&default), kind(&default)), (1000, json!("API_RECORDS_LIMIT_ADDED")));
    let few = ask(json!({"maxResultRecords": 3}));
    assert_eq!((count(&few), kind(&few)), (3, json!("API_RECORDS_LIMIT_ADDED")));
    let small = ask(json!({"maxResultBytes": 1000, "maxResultRecords": 500}));
    assert!(count(&small) < 10, "{}", count(&small));
    assert!(small["metadata"]["grail"]["notifications"].to_string().contains("BYTE_LIMIT_ADDED"));
    let plain = ask(json!({"includeTypes": false, "maxResultRecords": 1}));
    assert!(plain.get("types").is_none());
}

#[test]
fn metadata_tells_what_was_read() {
    let environment = production();
    let result = query(&environment, "fetch logs | summarize count()");
    let grail = &result["metadata"]["grail"];
    assert!(grail["scannedBytes"].as_u64().unwrap() > 10_000);
    assert!(grail["scannedRecords"].as_u64().unwrap() > 100);
    assert_eq!(grail["canonicalQuery"], "fetch logs\n| summarize count()");
    assert_eq!(
        grail["analysisTimeframe"],
        json!({"start": "2026-11-21T08:00:00.000000000Z", "end": "2026-11-21T10:00:00.000000000Z"})
    );
    let nodes = query(&environment, "smartscapeNodes \"K8S_*\" | limit 1");
    assert_eq!(nodes["metadata"]["grail"]["scannedBytes"], 0);
}

#[test]
fn the_request_sets_timeframe_and_time_zone() {
    let environment = production();
    let result = body(&execute(
        &environment,
        &json!({
            "query": "fetch logs | fields timestamp | limit 1",
            "requestTimeoutMilliseconds": 1000,
            "defaultTimeframeStart": "2026-11-21T09:00:00Z",
            "defaultTimeframeEnd": "2026-11-21T09:10:00Z",
            "timezone": "Asia/Dubai",
        }),
    ));
    let time = result["result"]["records"][0]["timestamp"].as_str().unwrap();
    assert!(time.starts_with("2026-11-21T13:0") && time.ends_with("+04:00"), "{time}");
}

#[test]
fn verify_says_what_is_wrong_without_an_error_status() {
    let environment = production();
    let verify = |query: &str| {
        let request = Request::post(
            "/platform/storage/query/v1/query:verify",
            json!({"query": query, "generateCanonicalQuery": true}).to_string(),
        );
        let response = environment.handle(&request.with_bearer(PLATFORM_TOKEN), NOW);
        assert_eq!(response.status, 200);
        body(&response)
    };
    let good = verify("fetch logs|limit 1");
    assert_eq!((&good["valid"], &good["canonicalQuery"]), (&json!(true), &json!("fetch logs\n| limit 1")));
    let bad = verify("fetch logs | limt 1");
    assert_eq!(bad["valid"], false);
    assert_eq!(bad["notifications"][0]["notificationType"], "UNKNOWN_COMMAND");
    assert_eq!(bad["notifications"][0]["syntaxPosition"]["start"]["column"], 14);
}

#[test]
fn what_is_brought_can_be_queried_at_once_and_later() {
    let environment = production();
    let bring = |path: &str, body: &str| {
        let request =
            Request::post(path, body).with_header("authorization", &format!("Api-Token {API_TOKEN}"));
        environment.handle(&request, NOW - 1000).status
    };
    assert_eq!(bring("/api/v2/logs/ingest", r#"[{"content": "hello", "loglevel": "WARN"}]"#), 204);
    assert_eq!(bring("/api/v2/bizevents/ingest", r#"{"event.type": "my.type", "amount": 5}"#), 202);
    assert_eq!(
        bring(
            "/platform/ingest/v1/events.sdlc?stage=dev",
            r#"{"event.type": "build", "task.id": "my-task"}"#
        ),
        202
    );
    assert_eq!(bring("/api/v2/metrics/ingest", "my.metric,host=a 5\nmy.metric,host=b gauge,7"), 202);
    assert_eq!(bring("/api/v2/metrics/ingest", "my.metric,host"), 400);
    assert_eq!(bring("/api/v2/logs/ingest", "no json"), 400);
    let check = |now: i64| {
        let ask = |query: &str| {
            let request = json!({"query": query, "requestTimeoutMilliseconds": 1000});
            body(&execute_as(&environment, PLATFORM_TOKEN, &request, now))["result"]["records"].clone()
        };
        assert_eq!(
            ask("fetch logs | filter content == \"hello\" | fields loglevel"),
            json!([{"loglevel": "WARN"}])
        );
        assert_eq!(
            ask("fetch bizevents | filter event.type == \"my.type\" | fields amount, event.kind"),
            json!([{"amount": "5", "event.kind": "BIZ_EVENT"}])
        );
        assert_eq!(
            ask("fetch events | filter task.id == \"my-task\" | fields event.kind, event.category, stage"),
            json!([{"event.kind": "SDLC_EVENT", "event.category": "task", "stage": "dev"}])
        );
        assert_eq!(ask("timeseries s = sum(my.metric, scalar: true) | fields s"), json!([{"s": 12}]));
    };
    check(NOW);
    check(NOW + 600_000);
}

#[test]
fn bringing_data_takes_a_token_that_may() {
    let environment = production();
    let bring = |header: &str| {
        let request = Request::post("/api/v2/bizevents/ingest", "{}").with_header("authorization", header);
        environment.handle(&request, NOW)
    };
    assert_eq!(bring("Api-Token dt0c01.WRONG.TOKEN").status, 401);
    assert_eq!(bring("Bearer nonsense").status, 401);
    assert_eq!(bring(&format!("Bearer {PLATFORM_TOKEN}")).status, 202);
    let refused = bring("Bearer dt0s16.NOSCOPES.TOKEN");
    assert_eq!(refused.status, 403);
    assert_eq!(body(&refused)["error"]["details"]["missingScopes"], json!(["storage:events:write"]));
}

#[test]
fn calls_are_counted_by_route() {
    let environment = production();
    query(&environment, "fetch logs | limit 1");
    execute(&environment, &json!({"query": "nonsense"}));
    token(&environment, &credentials(""));
    let counters = environment.counters();
    assert_eq!((counters["execute"].calls, counters["execute"].errors), (2, 1));
    assert!(counters["execute"].scanned_bytes > 0);
    assert_eq!(counters["token"].calls, 1);
    environment.reset();
    assert!(environment.counters().is_empty());
}

#[test]
fn an_unknown_path_is_404() {
    assert_eq!(production().handle(&Request::get("/nothing").with_bearer(PLATFORM_TOKEN), NOW).status, 404);
}

#[test]
fn a_deep_link_leads_to_a_page_that_says_what_dynatrace_would_open() {
    let request = Request::get("/ui/intent/dynatrace.notebooks/view-query");
    let response = production().handle(&request, NOW);
    assert_eq!(response.status, 200);
    assert!(response.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(String::from_utf8_lossy(&response.body).contains("Here Dynatrace would open"));
}
