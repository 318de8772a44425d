//! The Grail query API: execute, poll, cancel, verify. Autocomplete and parse stand beside it.
//! Source: docs.dynatrace.com and the types of `@dynatrace-sdk/client-query`.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::fault::FaultKind;
use super::message::{Request, Response};
use crate::data::Random;
use crate::evaluator::{self, Evaluation, EvaluationOptions, time_zone};
use crate::segments::{SegmentStore, Selection, WantedSegment};
use crate::stack::with_room;
use crate::store::{Row, Store};
use crate::value::{TimestampStyle, format_timestamp, parse_timestamp, write_record, write_types};

/// How long a result stays on the server, in milliseconds.
const RESULT_TTL_MILLIS: i64 = 400_000;
/// The number of records a result has at most when the request does not say.
const DEFAULT_MAX_RECORDS: usize = 1000;

/// The scope that limiting a query to segments takes.
const READ_SEGMENTS: &str = "storage:filter-segments:read";

/// The queries that wait for their result to be fetched.
#[derive(Debug)]
pub(crate) struct Queries {
    random: Random,
    waiting: HashMap<String, Waiting>,
}

/// A query whose result has not been fetched yet.
#[derive(Debug)]
pub(crate) struct Waiting {
    outcome: Outcome,
    created_millis: i64,
    starts_millis: i64,
    ready_millis: i64,
}

#[derive(Debug, Clone)]
enum Outcome {
    /// The `result` member as JSON.
    Succeeded(Arc<str>),
    Failed,
    Cancelled,
    ResultGone,
}

/// What a request to execute asks for.
pub(super) struct Execution {
    pub(super) query: String,
    timeout_millis: Option<u64>,
    pub(super) options: EvaluationOptions,
    segments: Vec<WantedSegment>,
    max_records: usize,
    max_bytes: Option<u64>,
    scan_limit_bytes: Option<u64>,
    include_types: bool,
    include_contributions: bool,
    timezone: String,
    locale: String,
}

impl Execution {
    pub(super) fn read(request: &Request, now_millis: i64, scopes: Vec<String>) -> Result<Self, String> {
        let body = request.json().ok_or("The request body is not valid JSON.")?;
        let text = |name: &str| body.get(name).and_then(Json::as_str);
        let long = |name: &str| body.get(name).and_then(Json::as_i64);
        let flag = |name: &str, default| body.get(name).and_then(Json::as_bool).unwrap_or(default);
        let query =
            text("query").filter(|query| !query.is_empty()).ok_or("The field `query` must not be empty.")?;
        let timezone = text("timezone").unwrap_or("Z");
        let zone = time_zone(timezone).ok_or_else(|| format!("The time zone `{timezone}` is unknown."))?;
        let mut options = EvaluationOptions::at(now_millis.saturating_mul(1_000_000));
        if let (Some(start), Some(end)) = (text("defaultTimeframeStart"), text("defaultTimeframeEnd")) {
            let read = |text: &str| {
                parse_timestamp(text, &zone).ok_or_else(|| format!("The timestamp `{text}` can't be read."))
            };
            options.timeframe = Some((read(start)?, read(end)?));
        }
        let segments = match body.get("filterSegments") {
            None | Some(Json::Null) => Vec::new(),
            Some(list) => serde_json::from_value(list.clone())
                .map_err(|error| format!("The field `filterSegments` can't be read: {error}."))?,
        };
        options.zone = zone;
        options.scopes = Some(scopes);
        Ok(Self {
            query: query.to_owned(),
            timeout_millis: long("requestTimeoutMilliseconds").and_then(|millis| u64::try_from(millis).ok()),
            options,
            segments,
            max_records: long("maxResultRecords")
                .and_then(|most| usize::try_from(most).ok())
                .unwrap_or(DEFAULT_MAX_RECORDS),
            max_bytes: long("maxResultBytes").and_then(|most| u64::try_from(most).ok()),
            scan_limit_bytes: long("defaultScanLimitGbytes")
                .and_then(|most| u64::try_from(most).ok())
                .map(|most| most.saturating_mul(1_000_000_000)),
            include_types: flag("includeTypes", true),
            include_contributions: flag("includeContributions", false),
            timezone: timezone.to_owned(),
            locale: text("locale").unwrap_or_default().to_owned(),
        })
    }
}

impl Queries {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: Random::of(seed, "queries"), waiting: HashMap::new() }
    }

    fn id(&mut self) -> String {
        crate::data::uuid(self.random.next(), "query")
    }

    /// A token with the characters that have to be encoded in a URL.
    fn token(&mut self) -> String {
        format!("{:016x}/{:016x}+{:08x}==", self.random.next(), self.random.next(), self.random.next() >> 32)
    }

    /// Draws what a new query needs.
    pub(crate) fn ticket(&mut self) -> Ticket {
        Ticket { id: self.id(), token: self.token() }
    }

    /// Keeps a query whose result is fetched later.
    pub(crate) fn keep(&mut self, (token, waiting): (String, Waiting)) {
        self.waiting.insert(token, waiting);
    }

    /// `query:poll`: waits for the result as long as the request says; a result is given once.
    pub(crate) fn poll(&mut self, request: &Request, now_millis: i64) -> Response {
        let token = request.parameter("request-token").unwrap_or_default();
        let timeout = request
            .parameter("request-timeout-milliseconds")
            .and_then(|timeout| timeout.parse::<u64>().ok())
            .unwrap_or(0);
        self.waiting.retain(|_, waiting| now_millis < waiting.created_millis + RESULT_TTL_MILLIS);
        let Some(waiting) = self.waiting.get(&token) else { return gone() };
        let left = u64::try_from(waiting.ready_millis - now_millis).unwrap_or(0);
        if left > timeout {
            let at = now_millis.saturating_add(i64::try_from(timeout).unwrap_or(i64::MAX));
            let body = json!({
                "state": waiting.state(at),
                "progress": waiting.progress(at),
                "ttlSeconds": (waiting.created_millis + RESULT_TTL_MILLIS - now_millis) / 1000,
            });
            let mut response = Response::json(200, body.to_string());
            response.hold_millis = timeout;
            return response;
        }
        let Some(waiting) = self.waiting.remove(&token) else { return gone() };
        let ttl = (waiting.created_millis + RESULT_TTL_MILLIS - now_millis) / 1000;
        let mut response = finished(&waiting.outcome, Some(ttl));
        response.hold_millis = left;
        response
    }

    /// `query:cancel`: the result when there is one already, else nothing.
    pub(crate) fn cancel(&mut self, request: &Request, now_millis: i64) -> Response {
        let token = request.parameter("request-token").unwrap_or_default();
        let Some(waiting) = self.waiting.get_mut(&token) else { return gone() };
        if waiting.ready_millis <= now_millis {
            let outcome = waiting.outcome.clone();
            self.waiting.remove(&token);
            return finished(&outcome, None);
        }
        waiting.outcome = Outcome::Cancelled;
        waiting.ready_millis = now_millis;
        Response::empty(202)
    }
}

/// What a new query needs: its id, and the token that its result is fetched with.
#[derive(Debug)]
pub(crate) struct Ticket {
    id: String,
    token: String,
}

/// A query that was executed.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) response: Response,
    /// How many bytes were read for it.
    pub(crate) scanned: u64,
    /// Its result by token, when the answer does not hold it.
    pub(crate) waiting: Option<(String, Waiting)>,
}

impl Executed {
    const fn answered(response: Response, scanned: u64) -> Self {
        Self { response, scanned, waiting: None }
    }
}

/// `query:execute`. Holds nothing that other requests wait for.
pub(crate) fn execute(
    request: &Request,
    store: &Store,
    segments: &SegmentStore,
    scopes: Vec<String>,
    fault: Option<&FaultKind>,
    ticket: Ticket,
    now_millis: i64,
) -> Executed {
    let mut execution = match Execution::read(request, now_millis, scopes) {
        Ok(execution) => execution,
        Err(message) => return Executed::answered(Response::gateway_error(400, &message, &ticket.id), 0),
    };
    if !execution.segments.is_empty() {
        let scopes = execution.options.scopes.as_deref().unwrap_or_default();
        if !scopes.iter().any(|scope| scope == READ_SEGMENTS) {
            let refusal = Response::missing_scopes("Insufficient permissions.", &[READ_SEGMENTS], &ticket.id);
            return Executed::answered(refusal, 0);
        }
        match Selection::of(&execution.segments, segments) {
            Ok(selection) => execution.options.segments = selection,
            Err(error) => {
                let body = error.envelope(&execution.query, &ticket.id).to_string();
                return Executed::answered(Response::json(400, body), 0);
            }
        }
    }
    let evaluation = match evaluator::evaluate(&execution.query, store, &execution.options) {
        Ok(evaluation) => evaluation,
        Err(error) => {
            let body = error.envelope(&execution.query, &ticket.id).to_string();
            return Executed::answered(Response::json(error.status(), body), 0);
        }
    };
    let scanned = evaluation.scanned_bytes;
    let outcome = match fault {
        Some(FaultKind::Failed) => Outcome::Failed,
        Some(FaultKind::Cancelled) => Outcome::Cancelled,
        Some(FaultKind::ResultGone) => Outcome::ResultGone,
        _ => Outcome::Succeeded(result(&execution, evaluation, &ticket.id).into()),
    };
    let (waits, takes) = match fault {
        Some(FaultKind::SlowQuery { millis }) => (0, *millis),
        Some(FaultKind::NotStarted { millis }) => (*millis, *millis),
        _ => (0, 0),
    };
    let later = |millis: u64| now_millis.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX));
    let waiting = Waiting {
        outcome,
        created_millis: now_millis,
        starts_millis: later(waits),
        ready_millis: later(takes),
    };
    let inline = execution.timeout_millis.filter(|timeout| takes <= *timeout);
    if fault != Some(&FaultKind::WithoutResult) && inline.is_some() {
        let mut response = finished(&waiting.outcome, None);
        response.hold_millis = takes;
        return Executed::answered(response, scanned);
    }
    let token = ticket.token;
    let hold = execution.timeout_millis.unwrap_or(0).min(takes);
    let state =
        if fault == Some(&FaultKind::WithoutResult) { "SUCCEEDED" } else { waiting.state(later(hold)) };
    let status = if state == "SUCCEEDED" && execution.timeout_millis.is_some() { 200 } else { 202 };
    let body = match state {
        "SUCCEEDED" if status == 200 => json!({"state": state, "requestToken": token, "progress": 100}),
        "SUCCEEDED" => {
            json!({"state": "RUNNING", "requestToken": token, "ttlSeconds": RESULT_TTL_MILLIS / 1000})
        }
        _ => json!({"state": state, "requestToken": token, "ttlSeconds": RESULT_TTL_MILLIS / 1000}),
    };
    let mut response = Response::json(status, body.to_string());
    response.hold_millis = hold;
    Executed { response, scanned, waiting: Some((token, waiting)) }
}

/// `query:verify`: says what is wrong, with status 200 either way.
pub(crate) fn verify(request: &Request, store: &Store, scopes: Vec<String>, now_millis: i64) -> Response {
    let execution = match Execution::read(request, now_millis, scopes) {
        Ok(execution) => execution,
        Err(message) => return Response::gateway_error(400, &message, "verify"),
    };
    let body = match evaluator::verify(&execution.query, store, &execution.options) {
        Ok(()) => {
            let wants_canonical = request
                .json()
                .and_then(|body| body.get("generateCanonicalQuery").and_then(Json::as_bool))
                .unwrap_or(false);
            let mut body = json!({"valid": true, "notifications": []});
            if let (true, Some(body)) = (wants_canonical, body.as_object_mut()) {
                body.insert("canonicalQuery".into(), canonical(&execution.query).into());
            }
            body
        }
        Err(error) => {
            let details = error.envelope(&execution.query, "");
            let detail = |name: &str| details.pointer(&format!("/error/details/{name}")).cloned();
            json!({
                "valid": false,
                "notifications": [{
                    "severity": "ERROR",
                    "notificationType": error.grail_code(),
                    "message": detail("errorMessage"),
                    "messageFormat": detail("errorMessageFormat"),
                    "messageFormatSpecifierTypes": [],
                    "arguments": detail("arguments"),
                    "syntaxPosition": detail("syntaxErrorPosition"),
                }],
            })
        }
    };
    Response::json(200, body.to_string())
}

impl Waiting {
    const fn state(&self, at_millis: i64) -> &'static str {
        if at_millis < self.starts_millis {
            "NOT_STARTED"
        } else if at_millis < self.ready_millis {
            "RUNNING"
        } else {
            self.outcome.state()
        }
    }

    fn progress(&self, at_millis: i64) -> i64 {
        let whole = (self.ready_millis - self.created_millis).max(1);
        ((at_millis - self.created_millis) * 100 / whole).clamp(0, 99)
    }
}

impl Outcome {
    const fn state(&self) -> &'static str {
        match self {
            Self::Succeeded(_) => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::ResultGone => "RESULT_GONE",
        }
    }
}

fn finished(outcome: &Outcome, ttl_seconds: Option<i64>) -> Response {
    let ttl = ttl_seconds.map(|ttl| format!(",\"ttlSeconds\":{ttl}")).unwrap_or_default();
    let body = match outcome {
        Outcome::Succeeded(result) => {
            format!("{{\"state\":\"SUCCEEDED\",\"progress\":100{ttl},\"result\":{result}}}")
        }
        other => format!("{{\"state\":\"{}\",\"progress\":100{ttl}}}", other.state()),
    };
    Response::json(200, body)
}

fn gone() -> Response {
    let body = json!({"error": {
        "message": "QUERY_GONE",
        "code": 410,
        "details": {
            "exceptionType": "GONE",
            "errorType": "QUERY_GONE",
            "errorMessage": "The query for the specified request token is not available anymore.",
        },
    }});
    Response::json(410, body.to_string())
}

/// The query as the printer writes it.
fn canonical(query: &str) -> String {
    with_room(|| {
        grailstage_dql::parse(query).map_or_else(|_| query.to_owned(), |tree| grailstage_dql::print(&tree))
    })
}

/// The `result` member: records, types and metadata.
fn result(execution: &Execution, evaluation: Evaluation, id: &str) -> String {
    let zone = &execution.options.zone;
    let mut notifications: Vec<Json> = Vec::new();
    let mut rows: &[Row] = &evaluation.records;
    if rows.len() > execution.max_records {
        rows = rows.get(..execution.max_records).unwrap_or(rows);
        notifications.push(notification(
            "API_RECORDS_LIMIT_ADDED",
            "Your result has been limited to %1$s.",
            &execution.max_records.to_string(),
        ));
    }
    let mut out = String::from("{\"records\":[");
    let mut count = 0;
    for row in rows {
        if count > 0 {
            out.push(',');
        }
        write_record(row, &mut out, zone);
        count += 1;
        if execution.max_bytes.is_some_and(|most| out.len() as u64 > most) && count < rows.len() {
            // The record that crosses the limit is still part of the result.
            let limit = execution.max_bytes.unwrap_or_default().to_string();
            let message = "The result has been limited to %1$s bytes.";
            notifications.push(notification("BYTE_LIMIT_ADDED", message, &limit));
            break;
        }
    }
    out.push(']');
    let rows = rows.get(..count).unwrap_or(rows);
    if execution.scan_limit_bytes.is_some_and(|most| evaluation.scanned_bytes > most) {
        let limit = execution.scan_limit_bytes.map_or(0, |most| most / 1_000_000_000).to_string();
        notifications.push(notification(
            "SCAN_LIMIT_GBYTES",
            "Your execution was stopped after %1$s gigabytes of data were scanned.",
            &limit,
        ));
    }
    if execution.include_types {
        out.push_str(",\"types\":");
        write_types(rows, &mut out);
    }
    out.push_str(",\"metadata\":");
    out.push_str(&metadata(execution, &evaluation, id, &notifications, zone).to_string());
    out.push('}');
    out
}

fn metadata(
    execution: &Execution,
    evaluation: &Evaluation,
    id: &str,
    notifications: &[Json],
    zone: &TimeZone,
) -> Json {
    let time = |nanos: i64| format_timestamp(nanos, zone, TimestampStyle::Result);
    let mut grail = json!({
        "query": execution.query,
        "canonicalQuery": canonical(&execution.query),
        "queryId": id,
        "dqlVersion": "V1_0",
        "timezone": execution.timezone,
        "locale": execution.locale,
        "executionTimeMilliseconds": 1 + evaluation.scanned_records / 10_000,
        "scannedRecords": evaluation.scanned_records,
        "scannedBytes": evaluation.scanned_bytes,
        "scannedDataPoints": 0,
        "sampled": evaluation.sampled,
        "analysisTimeframe": {"start": time(evaluation.timeframe.0), "end": time(evaluation.timeframe.1)},
        "notifications": notifications,
    });
    if let (true, Some(grail)) = (execution.include_contributions, grail.as_object_mut()) {
        let buckets: Vec<Json> = evaluation
            .contributions
            .iter()
            .map(|(table, bytes)| {
                json!({"name": table, "table": table, "scannedBytes": bytes, "matchedRecordsRatio": 1})
            })
            .collect();
        grail.insert("contributions".into(), json!({"buckets": buckets}));
    }
    json!({"grail": grail, "metrics": []})
}

fn notification(kind: &str, format: &str, argument: &str) -> Json {
    json!({
        "severity": "WARNING",
        "notificationType": kind,
        "message": format.replace("%1$s", argument),
        "messageFormat": format,
        "messageFormatSpecifierTypes": ["NUMBER"],
        "arguments": [argument],
    })
}
