//! Evaluations of the platform's SLO service that are not ready when they are started: a token, and a poll until there
//! are results.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::classic;
use super::fault::FaultKind;
use super::message::{Request, Response};
use crate::data::Random;

/// How long results stay on the server, in milliseconds.
const RESULT_TTL_MILLIS: i64 = 400_000;

/// The evaluations whose results have not been fetched yet, by token.
#[derive(Debug)]
pub(super) struct SloEvaluations {
    random: Random,
    waiting: HashMap<String, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    /// The answer once it is ready: definition and results.
    body: Json,
    created_millis: i64,
    /// Nothing for never.
    ready_millis: Option<i64>,
}

impl SloEvaluations {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::of(seed, "evaluations"), waiting: HashMap::new() }
    }

    /// The answer to `evaluation:start`: the results, or a token for them when a fault makes them late.
    pub(super) fn started(
        &mut self,
        answer: Response,
        fault: Option<&FaultKind>,
        now_millis: i64,
    ) -> Response {
        let takes = match fault {
            Some(FaultKind::SlowQuery { millis } | FaultKind::NotStarted { millis }) => Some(*millis),
            Some(FaultKind::NeverEnds) => None,
            _ => return answer,
        };
        let Some(body) = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200) else {
            return answer;
        };
        let ready = |millis| now_millis.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX));
        let waiting = Waiting { body, created_millis: now_millis, ready_millis: takes.map(ready) };
        let token = format!("{:016x}/{:016x}+==", self.random.next(), self.random.next());
        let response = waiting.unready(&token, now_millis);
        self.waiting.insert(token, waiting);
        response
    }

    /// `evaluation:poll`: waits for the results as long as the request says; they are given once.
    pub(super) fn poll(&mut self, request: &Request, now_millis: i64) -> Response {
        self.waiting.retain(|_, waiting| now_millis < waiting.created_millis + RESULT_TTL_MILLIS);
        let token = request.parameter("evaluation-token").unwrap_or_default();
        let timeout = request.parameter("request-timeout-milliseconds");
        let timeout = timeout.and_then(|timeout| timeout.parse::<u64>().ok()).unwrap_or(0);
        let gone = || classic::error(410, "The evaluation token is not available anymore.");
        let Some(waiting) = self.waiting.get(&token) else { return gone() };
        let left = waiting.ready_millis.map(|ready| u64::try_from(ready - now_millis).unwrap_or(0));
        let Some(left) = left.filter(|left| *left <= timeout) else {
            let mut response = waiting.unready(&token, now_millis);
            response.hold_millis = timeout;
            return response;
        };
        let Some(waiting) = self.waiting.remove(&token) else { return gone() };
        let mut response = Response::json(200, waiting.body.to_string());
        response.hold_millis = left;
        response
    }
}

impl Waiting {
    fn unready(&self, token: &str, now_millis: i64) -> Response {
        let body = json!({
            "evaluationToken": token,
            "ttlSeconds": (self.created_millis + RESULT_TTL_MILLIS - now_millis) / 1000,
            "definition": self.body.get("definition"),
        });
        Response::json(200, body.to_string())
    }
}
