//! A client of an environment in process, with a clock that the test turns.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::sync::Arc;

use grailstage_sandbox::{
    API_TOKEN, Environment, PLATFORM_TOKEN, Request, Response, Sandbox, SandboxOptions,
};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z
pub(crate) const NOW: i64 = 1_795_255_200_000;

/// The bearer that lacks every scope but that of buckets.
pub(crate) const NO_SCOPES: &str = "dt0s16.NOSCOPES.TOKEN";

pub(crate) fn environment(name: &str) -> Arc<Environment> {
    Arc::clone(Sandbox::new(SandboxOptions { seed: 7, now: NOW }).environment(name).unwrap())
}

pub(crate) fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&response.body)))
}

pub(crate) fn get(environment: &Environment, target: &str, now: i64) -> Response {
    environment.handle(&Request::get(target).with_bearer(PLATFORM_TOKEN), now)
}

pub(crate) fn post(environment: &Environment, target: &str, body: &Value, now: i64) -> Response {
    post_as(environment, PLATFORM_TOKEN, target, body, now)
}

pub(crate) fn post_as(
    environment: &Environment,
    token: &str,
    target: &str,
    body: &Value,
    now: i64,
) -> Response {
    let mut request = Request::get(target);
    request.method = "POST".into();
    request.body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    environment.handle(&request.with_bearer(token), now)
}

/// Brings data with the API token.
pub(crate) fn bring(environment: &Environment, path: &str, body: &str, now: i64) -> u16 {
    let request = Request::post(path, body).with_header("authorization", &format!("Api-Token {API_TOKEN}"));
    environment.handle(&request, now).status
}

/// The records of a query.
pub(crate) fn ask(environment: &Environment, query: &str, now: i64) -> Vec<Value> {
    let request = json!({"query": query, "requestTimeoutMilliseconds": 1000, "maxResultRecords": 100_000});
    let response = post(environment, "/platform/storage/query/v1/query:execute", &request, now);
    assert_eq!(response.status, 200, "{query}: {}", String::from_utf8_lossy(&response.body));
    body(&response)["result"]["records"].as_array().unwrap().clone()
}
