//! `dynatrace:event:send`: what happens in delivery or in the business, told to an environment.
//!
//! ```text
//! EventSendRequest ─┬─ build, deployment, release, change, run ─▶ one event
//!                   └─ test, with reports ── junit ─────────────▶ an event for each execution of a test case
//!                                                                   └─▶ Tenant::send_events, ids made from the request's
//! ```
//!
//! The fields are those that the cards read. Source: docs.dynatrace.com, semantic dictionary, SDLC events; for test cases,
//! which it does not know, opentelemetry.io, semantic conventions, attributes of tests.

mod junit;
mod request;

use std::collections::HashMap;
use std::future::Future;

use grailstage_dql::builder::{call, fetch, field};
use grailstage_insights::Client;
use grailstage_tenant::event::{Event, EventKind};
use grailstage_tenant::{Host, links};
use jiff::Timestamp;
use serde_json::Value;

use crate::ScaffoldError;
use crate::cancellation::or_cancelled;
use crate::moment::{moment, timestamp};
use junit::{Outcome, TestCase};
pub use request::{
    EventChange, EventDeployment, EventDestination, EventPipeline, EventSendAnswer, EventSendRequest,
    EventStatus, TestReport, TestSummary,
};

/// The types of events of software delivery; `run` is that of a whole pipeline.
pub const SDLC_TYPES: [&str; 6] = ["build", "deployment", "release", "change", "test", "run"];

const PROVIDER: &str = "backstage";
/// The version of the format. Source: docs.dynatrace.com, SDLC event specification.
const VERSION: &str = "0.1.0";
/// How many failed cases are named.
const NAMED_FAILURES: usize = 20;
/// Fields that further attributes cannot change.
const RESERVED: [&str; 7] = [
    "event.id",
    "event.kind",
    "event.type",
    "event.provider",
    "event.category",
    "event.status",
    "event.version",
];

/// Sends what the request says, once, or with `dry_run` tells what would be sent: the JSON of an [`EventSendAnswer`].
///
/// # Errors
/// When an input cannot be used, there is no such environment, it refuses, or the request was cancelled.
pub async fn send_event<H: Host + 'static>(
    client: &Client<H>,
    request: &EventSendRequest,
    cancelled: impl Future<Output = ()>,
) -> Result<Vec<u8>, ScaffoldError> {
    let tenant = client.environment(request.environment.as_deref())?;
    let name = tenant.environment().name();
    let attempted =
        request.attempted_since.as_deref().map(|text| moment("attemptedSince", text)).transpose()?;
    let (events, tests) = events(request)?;
    let Some(first) = events.first() else {
        return Err(ScaffoldError::input("results", "names reports without any test case"));
    };
    let sent = if request.dry_run.unwrap_or(false) {
        0
    } else {
        or_cancelled(tenant.send_events(&events, attempted), cancelled)
            .await?
            .map_err(|error| ScaffoldError::environment(name, error))?
    };
    let table = match first.kind() {
        EventKind::Sdlc => "events",
        EventKind::Business => "bizevents",
    };
    let found = call("startsWith", [field("event.id"), request.id.as_str().into()]);
    let query = grailstage_dql::print(&fetch(table).filter(found).build());
    Ok(crate::json(&EventSendAnswer {
        environment: name.to_owned(),
        id: request.id.clone(),
        count: events.len(),
        sent,
        first: first.fields().clone(),
        tests,
        notebook_url: links::notebook(tenant.environment().url(), &query, None, None),
        query,
    }))
}

fn events(request: &EventSendRequest) -> Result<(Vec<Event>, Option<TestSummary>), ScaffoldError> {
    if request.id.trim().is_empty() {
        return Err(ScaffoldError::input("id", "is empty"));
    }
    let business = request.destination == Some(EventDestination::Business);
    if !business && !SDLC_TYPES.contains(&request.event_type.as_str()) {
        return Err(ScaffoldError::InvalidInput {
            input: "type".to_owned(),
            problem: format!("cannot be `{}` for an event of software delivery", request.event_type),
            help: Some(format!("it can be {}; business events have any", SDLC_TYPES.join(", "))),
        });
    }
    let reports = request.results.as_deref().unwrap_or_default();
    if reports.is_empty() {
        return Ok((vec![described(request, &request.id)?], None));
    }
    if business || request.event_type != "test" {
        return Err(ScaffoldError::input("results", "belongs to delivery events of the type `test`"));
    }
    let mut attempts = HashMap::new();
    let mut cases = Vec::new();
    for report in reports {
        cases.extend(junit::read(&report.file, &report.xml, &mut attempts)?);
        if cases.len() > junit::MOST_CASES {
            let problem = format!("has more than {} executions of test cases", junit::MOST_CASES);
            return Err(ScaffoldError::input("results", problem));
        }
    }
    let events = cases.iter().enumerate().map(|(nth, case)| {
        let event = described(request, &format!("{}-{nth}", request.id))?;
        Ok(of_case(event, request, case))
    });
    Ok((events.collect::<Result<_, ScaffoldError>>()?, Some(summary(&cases))))
}

/// The event without what a test case adds.
fn described(request: &EventSendRequest, id: &str) -> Result<Event, ScaffoldError> {
    let provider = request.provider.as_deref().unwrap_or(PROVIDER);
    let kind = request.event_type.as_str();
    let finished = request.status != Some(EventStatus::Started);
    let outcome = request.outcome.as_deref().unwrap_or("success");
    let started = request.started_at.as_deref().map(|text| timestamp("startedAt", text)).transpose()?;
    let ended = request.ended_at.as_deref().map(|text| timestamp("endedAt", text)).transpose()?;
    let mut event = match request.destination {
        Some(EventDestination::Business) => Event::business(id, kind, provider),
        _ => {
            let category = if kind == "run" { "pipeline" } else { "task" };
            Event::sdlc(id, kind, provider)
                .with("event.version", VERSION)
                .with("event.category", category)
                .with("event.status", if finished { "finished" } else { "started" })
        }
    };
    let mut set = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            event = event.clone().with(name, value);
        }
    };
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    set("start_time", time(started).as_deref());
    set("end_time", time(ended).as_deref());
    if kind == "run" {
        set("cicd.pipeline.run.outcome", finished.then_some(outcome));
    } else if request.destination != Some(EventDestination::Business) {
        set("task.id", Some(&request.id));
        set("task.name", Some(request.name.as_deref().unwrap_or(kind)));
        set("task.outcome", finished.then_some(outcome));
    } else {
        set("name", request.name.as_deref());
        set("outcome", request.outcome.as_deref());
    }
    let repository = request.repository_url.as_deref().map(|url| url.trim().trim_end_matches('/'));
    set("vcs.repository.url.full", repository);
    let repository_name = repository.and_then(|url| url.rsplit('/').next());
    set("vcs.repository.name", repository_name.map(|name| name.trim_end_matches(".git")));
    set("vcs.ref.head.name", request.branch.as_deref());
    set("vcs.ref.head.revision", request.revision.as_deref());
    set("artifact.id", request.artifact.as_deref());
    set("artifact.version", request.version.as_deref());
    if let Some(pipeline) = &request.pipeline {
        set("cicd.pipeline.id", pipeline.id.as_deref());
        set("cicd.pipeline.name", pipeline.name.as_deref());
        set("cicd.pipeline.run.id", pipeline.run_id.as_deref());
        set("cicd.pipeline.run.url.full", pipeline.run_url.as_deref());
    }
    if let Some(deployment) = &request.deployment {
        set("cicd.deployment.name", deployment.name.as_deref());
        set("cicd.deployment.namespace", deployment.namespace.as_deref());
        set("cicd.deployment.release_stage", deployment.stage.as_deref());
    }
    match kind {
        "deployment" if finished => {
            let failed = matches!(outcome, "failure" | "failed" | "error");
            set("cicd.deployment.status", Some(if failed { "failed" } else { "succeeded" }));
        }
        "release" => set("release.name", request.name.as_deref().or(request.version.as_deref())),
        _ => {}
    }
    if let Some(change) = &request.change {
        set("vcs.change.id", Some(&change.id));
        set("vcs.change.title", change.title.as_deref());
        set("vcs.change.state", Some(change.state.as_deref().unwrap_or("merged")));
        set("vcs.change.url.full", change.url.as_deref());
    }
    if let (Some(started), Some(ended)) = (started, ended) {
        let nanoseconds = ended.as_nanosecond() - started.as_nanosecond();
        let nanoseconds = i64::try_from(nanoseconds).ok().filter(|nanoseconds| *nanoseconds >= 0);
        let Some(nanoseconds) = nanoseconds else {
            return Err(ScaffoldError::input("endedAt", "is before `startedAt`"));
        };
        event = event.with("duration", nanoseconds);
    }
    for (name, value) in request.attributes.iter().flatten() {
        if RESERVED.contains(&name.as_str()) || name.is_empty() {
            return Err(ScaffoldError::input("attributes", format!("cannot set `{name}`")));
        }
        if !matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_)) {
            let problem = format!("has a value at `{name}` that is no text, number or boolean");
            return Err(ScaffoldError::input("attributes", problem));
        }
        event = event.with(name, value.clone());
    }
    Ok(event)
}

fn of_case(event: Event, request: &EventSendRequest, case: &TestCase) -> Event {
    let task = request.name.as_deref().unwrap_or("tests");
    let (outcome, result) = match case.outcome {
        Outcome::Passed => ("success", Some("pass")),
        Outcome::Failed => ("failure", Some("fail")),
        Outcome::Skipped => ("skipped", None),
    };
    let mut event = event
        .with("task.name", task)
        .with("task.run.attempt", case.attempt)
        .with("task.outcome", outcome)
        .with("test.suite.name", case.suite.as_str())
        .with("test.case.name", case.name.as_str());
    if let Some(result) = result {
        event = event.with("test.case.result.status", result);
    }
    if let Some(message) = case.message.as_deref().filter(|_| case.outcome == Outcome::Failed) {
        event = event.with("task.outcome.failure.reason", message);
    }
    // Of a case that took no time or did not say so, the card must not take the duration of the whole.
    let nanoseconds = case.seconds.map_or(0.0, |seconds| (seconds * 1e9).round());
    event.with("duration", nanoseconds as i64)
}

fn summary(cases: &[TestCase]) -> TestSummary {
    let mut last: HashMap<(&str, &str), (Outcome, bool)> = HashMap::new();
    let mut order = Vec::new();
    for case in cases {
        let key = (case.suite.as_str(), case.name.as_str());
        match last.get_mut(&key) {
            Some((outcome, failed)) => {
                *outcome = case.outcome;
                *failed |= case.outcome == Outcome::Failed;
            }
            None => {
                order.push(key);
                last.insert(key, (case.outcome, case.outcome == Outcome::Failed));
            }
        }
    }
    let mut summary = TestSummary { total: order.len(), ..TestSummary::default() };
    for (suite, name) in order {
        match last.get(&(suite, name)) {
            Some((Outcome::Passed, failed)) => {
                summary.passed += 1;
                summary.flaky += usize::from(*failed);
            }
            Some((Outcome::Failed, _)) => {
                summary.failed += 1;
                if summary.failures.len() < NAMED_FAILURES {
                    summary.failures.push(format!("{suite}: {name}"));
                }
            }
            Some((Outcome::Skipped, _)) => summary.skipped += 1,
            None => {}
        }
    }
    summary
}
