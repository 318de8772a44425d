//! Davis analyzers: list, describe, validate, execute, poll, cancel. The sandbox has the forecast analyzer.
//! Source: types of `@dynatrace-sdk/client-davis-analyzers`.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::fault::FaultKind;
use super::message::{Request, Response};
use crate::data::Random;
use crate::error::SandboxError;
use crate::evaluator::EvaluationOptions;
use crate::forecast::analyzer::{Analysis, Input, NAME, Violation, definition, parameters};
use crate::store::Store;

/// The path of all analyzers.
const PATH: &str = "/platform/davis/analyzers/v1/analyzers";
/// How long a result stays on the server, in milliseconds.
const RESULT_TTL_MILLIS: i64 = 400_000;

/// The route of an analyzer request; nothing for other requests.
pub(crate) fn route(method: &str, path: &str) -> Option<&'static str> {
    let rest = path.strip_prefix(PATH).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    Some(match (method, rest.rsplit_once(':').map(|(_, action)| action)) {
        ("POST", Some("execute")) => "analyze",
        ("GET", Some("poll")) => "analyze-poll",
        ("POST", Some("cancel")) => "analyze-cancel",
        _ => "analyzers",
    })
}

/// The scope that an analyzer route takes.
pub(crate) fn scope(route: &str) -> &'static str {
    if route == "analyzers" { "davis:analyzers:read" } else { "davis:analyzers:execute" }
}

/// The analyses that wait for their result to be fetched.
#[derive(Debug)]
pub(crate) struct Analyses {
    random: Random,
    waiting: HashMap<String, Waiting>,
}

/// An analysis whose result has not been fetched yet.
#[derive(Debug)]
pub(crate) struct Waiting {
    id: String,
    input: Json,
    result: Json,
    created_millis: i64,
    /// When the result is there; nothing for never.
    ready_millis: Option<i64>,
}

/// What a new analysis needs.
#[derive(Debug)]
pub(crate) struct Ticket {
    id: String,
    token: String,
}

/// An analysis that was executed.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) response: Response,
    pub(crate) scanned: u64,
    /// By its token, when the answer does not hold the result.
    pub(crate) waiting: Option<(String, Waiting)>,
}

impl Executed {
    const fn refused(response: Response) -> Self {
        Self { response, scanned: 0, waiting: None }
    }
}

impl Analyses {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: Random::of(seed, "analyses"), waiting: HashMap::new() }
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        let token = format!("{:016x}/{:016x}+==", self.random.next(), self.random.next());
        Ticket { id: crate::data::uuid(self.random.next(), "analysis"), token }
    }

    pub(crate) fn keep(&mut self, (token, waiting): (String, Waiting)) {
        self.waiting.insert(token, waiting);
    }

    /// `:poll`: waits for the result as long as the request says; a result is given once.
    pub(crate) fn poll(&mut self, request: &Request, now_millis: i64) -> Response {
        self.waiting.retain(|_, waiting| now_millis < waiting.created_millis + RESULT_TTL_MILLIS);
        let token = request.parameter("request-token").unwrap_or_default();
        let timeout = timeout_millis(request).unwrap_or(0);
        let Some(waiting) = self.waiting.get(&token) else { return gone() };
        let Some(left) = waiting.left_within(timeout, now_millis) else {
            let mut response = waiting.running(&token, now_millis);
            response.hold_millis = timeout;
            return response;
        };
        let Some(waiting) = self.waiting.remove(&token) else { return gone() };
        let mut response = Response::json(200, json!({"result": waiting.result}).to_string());
        response.hold_millis = left;
        response
    }

    /// `:cancel`: the result when there is one already, else nothing.
    pub(crate) fn cancel(&mut self, request: &Request, now_millis: i64) -> Response {
        let token = request.parameter("request-token").unwrap_or_default();
        let Some(waiting) = self.waiting.get_mut(&token) else { return gone() };
        if waiting.left_within(0, now_millis).is_some() {
            let response = Response::json(200, json!({"result": waiting.result}).to_string());
            self.waiting.remove(&token);
            return response;
        }
        waiting.result = described(&waiting.id, "ABORTED", "FAILED", &waiting.input);
        waiting.ready_millis = Some(now_millis);
        Response::empty(202)
    }
}

impl Waiting {
    /// How many milliseconds are left until the result is there, if it is there within `timeout`.
    fn left_within(&self, timeout: u64, now_millis: i64) -> Option<u64> {
        let left = u64::try_from(self.ready_millis?.saturating_sub(now_millis)).unwrap_or(0);
        (left <= timeout).then_some(left)
    }

    fn running(&self, token: &str, now_millis: i64) -> Response {
        let body = json!({
            "requestToken": token,
            "ttlInSeconds": (self.created_millis + RESULT_TTL_MILLIS - now_millis) / 1000,
            "result": described(&self.id, "RUNNING", "SUCCESSFUL", &self.input),
        });
        Response::json(202, body.to_string())
    }
}

/// `:execute`. Holds nothing that other requests wait for.
pub(crate) fn execute(
    request: &Request,
    store: &Store,
    scopes: Vec<String>,
    fault: Option<&FaultKind>,
    ticket: Ticket,
    now_millis: i64,
) -> Executed {
    if name(request) != Some(NAME) {
        return Executed::refused(unknown());
    }
    let mut options = EvaluationOptions::at(now_millis.saturating_mul(1_000_000));
    options.scopes = Some(scopes);
    let Some(body) = request.json().filter(Json::is_object) else {
        return Executed::refused(error(400, "The request body has to be a JSON object.", &[]));
    };
    let analysed = match Input::read(&body, options.now) {
        Ok(input) => input.analyse(store, &options),
        Err(violations) => {
            return Executed::refused(error(400, "The input of the analyzer is not valid.", &violations));
        }
    };
    let Analysis { mut status, mut output, logs, data, scanned_bytes } = match analysed {
        Ok(analysis) => analysis,
        Err(error) => return Executed::refused(unauthorized(&error, &ticket.id)),
    };
    if fault == Some(&FaultKind::Failed) {
        (status, output) = ("FAILED", Vec::new());
    }
    let mut result = described(&ticket.id, "COMPLETED", status, &body);
    if let Some(members) = result.as_object_mut() {
        members.insert("logs".into(), logs.into());
        members.insert("output".into(), output.into());
        members.extend(data.map(|data| ("data".to_owned(), data)));
    }
    let takes = match fault {
        Some(FaultKind::SlowQuery { millis } | FaultKind::NotStarted { millis }) => Some(*millis),
        Some(FaultKind::NeverEnds) => None,
        _ => Some(0),
    };
    let later = |millis: u64| now_millis.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX));
    let waiting = Waiting {
        id: ticket.id,
        input: body,
        result,
        created_millis: now_millis,
        ready_millis: takes.map(later),
    };
    let timeout = timeout_millis(request);
    if let Some(left) = timeout.and_then(|timeout| waiting.left_within(timeout, now_millis)) {
        let mut response = Response::json(200, json!({"result": waiting.result}).to_string());
        response.hold_millis = left;
        return Executed { response, scanned: scanned_bytes, waiting: None };
    }
    let mut response = waiting.running(&ticket.token, now_millis);
    response.hold_millis = timeout.unwrap_or(0);
    Executed { response, scanned: scanned_bytes, waiting: Some((ticket.token, waiting)) }
}

/// The list of analyzers, one analyzer, or whether an input is valid.
pub(crate) fn describe(request: &Request, now_millis: i64) -> Response {
    let rest = request.path.strip_prefix(PATH).unwrap_or_default().trim_matches('/');
    match (request.method.as_str(), rest) {
        ("GET", "") => {
            let listed = match request.parameter("filter") {
                None => true,
                Some(filter) => match part_of_name(&filter) {
                    Some(part) => NAME.to_lowercase().contains(&part.to_lowercase()),
                    None => {
                        let message = "The filter has to be: name contains '…'.";
                        return error(400, message, &[]);
                    }
                },
            };
            let analyzers: Vec<Json> = listed.then(definition).into_iter().collect();
            let body = json!({"totalCount": analyzers.len(), "analyzers": analyzers});
            Response::json(200, body.to_string())
        }
        ("GET", NAME) => {
            let mut body = definition();
            let (input, output) = parameters();
            if let Some(members) = body.as_object_mut() {
                members.insert("input".into(), input);
                members.insert("output".into(), output);
            }
            Response::json(200, body.to_string())
        }
        ("POST", _) if rest.strip_suffix(":validate") == Some(NAME) => {
            let Some(body) = request.json().filter(Json::is_object) else {
                return error(400, "The request body has to be a JSON object.", &[]);
            };
            let answer = match Input::read(&body, now_millis.saturating_mul(1_000_000)) {
                Ok(_) => json!({"valid": true}),
                Err(violations) => json!({"valid": false, "details": details(&violations)}),
            };
            Response::json(200, answer.to_string())
        }
        _ => unknown(),
    }
}

/// The text in `name contains '…'`.
fn part_of_name(filter: &str) -> Option<&str> {
    let rest = filter.trim().strip_prefix("name")?.trim_start().strip_prefix("contains")?.trim();
    rest.strip_prefix('\'')?.strip_suffix('\'')
}

/// The analyzer that the path names.
fn name(request: &Request) -> Option<&str> {
    let rest = request.path.strip_prefix(PATH)?.strip_prefix('/')?;
    rest.rsplit_once(':').map(|(name, _)| name)
}

/// `timeout-seconds` in milliseconds.
fn timeout_millis(request: &Request) -> Option<u64> {
    request.parameter("timeout-seconds")?.parse::<u64>().ok()?.checked_mul(1000)
}

fn described(id: &str, execution: &str, result: &str, input: &Json) -> Json {
    json!({
        "resultId": id,
        "resultStatus": result,
        "executionStatus": execution,
        "input": input,
        "output": [],
    })
}

fn details(violations: &[Violation]) -> Json {
    let violations: Vec<Json> = violations
        .iter()
        .map(|violation| json!({"level": "SEVERE", "message": violation.message, "path": violation.path}))
        .collect();
    json!({"constraintViolations": violations})
}

fn error(status: u16, message: &str, violations: &[Violation]) -> Response {
    let body = json!({"error": {"code": status, "message": message, "details": details(violations)}});
    Response::json(status, body.to_string())
}

fn unknown() -> Response {
    error(404, "No analyzer available with the requested name.", &[])
}

fn gone() -> Response {
    error(410, "The result with the request token is not available anymore.", &[])
}

fn unauthorized(error: &SandboxError, trace_id: &str) -> Response {
    match error {
        SandboxError::NotAuthorizedForTable { missing_scopes, .. } => {
            Response::missing_scopes("Insufficient permissions.", missing_scopes, trace_id)
        }
        other => Response::gateway_error(other.status(), &other.to_string(), trace_id),
    }
}
