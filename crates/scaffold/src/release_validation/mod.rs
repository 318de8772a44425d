//! `dynatrace:guardian:validate`: a guardian is asked to validate, and its verdict waited for.
//!
//! ```text
//! ValidationStartRequest ── start_validation ─┬─ an event that the guardian's workflow listens to
//!                                             └─ a run of a workflow
//!   ValidationStart (guardian, correlation) ──▶ await_validation ── one look per 5 s ──▶ ValidationVerdict
//! ```
//!
//! The two halves are apart so that a step which runs again waits for what it has started, and starts nothing anew.
//! Source: docs.dynatrace.com, Site Reliability Guardian, automate validations; Automation API, executions.

mod markdown;
mod request;

use std::future::Future;
use std::time::Duration;

use grailstage_insights::validation_search::{FoundValidation, GuardianKind, find_validation};
use grailstage_insights::{Client, Timeframe};
use grailstage_tenant::event::{EventKind, GuardianTrigger};
use grailstage_tenant::workflow::WorkflowRun;
use grailstage_tenant::{Host, Tenant, TenantError, UnixMillis, links};
use serde_json::{Map, Value};

use crate::ScaffoldError;
use crate::cancellation::or_cancelled;
use crate::guardian::{self, Guardian};
use crate::moment::{iso, moment};
pub use request::{
    ValidationObjective, ValidationStart, ValidationStartRequest, ValidationVerdict, ValidationWaitRequest,
    Verdict,
};

const PROVIDER: &str = "backstage";
/// The time between two looks.
const POLL: Duration = Duration::from_secs(5);
/// How long a verdict is waited for, unless the request says otherwise.
const DEFAULT_WAIT: Duration = Duration::from_secs(15 * 60);
/// The longest wait that can be asked for.
const LONGEST_WAIT: u64 = 4 * 3600;
/// How far clocks may differ, and how long an event may take to be seen.
const MARGIN: Duration = Duration::from_secs(10 * 60);

/// Asks a guardian to validate, once: the JSON of a [`ValidationStart`]. With `dry_run`, nothing is asked of it.
///
/// # Errors
/// When an input cannot be used, there is no such environment or guardian, the environment refuses, or the request was
/// cancelled.
pub async fn start_validation<H: Host + 'static>(
    client: &Client<H>,
    request: &ValidationStartRequest,
    cancelled: impl Future<Output = ()>,
) -> Result<Vec<u8>, ScaffoldError> {
    let tenant = client.environment(request.environment.as_deref())?;
    if request.id.trim().is_empty() {
        return Err(ScaffoldError::input("id", "is empty"));
    }
    let timeframe = match (&request.from, &request.to) {
        (Some(from), Some(to)) => {
            if moment("from", from)? >= moment("to", to)? {
                return Err(ScaffoldError::input("from", "is not before `to`"));
            }
            Some((from.clone(), to.clone()))
        }
        (None, None) => None,
        _ => return Err(ScaffoldError::input("from", "belongs together with `to`")),
    };
    let attempted =
        request.attempted_since.as_deref().map(|text| moment("attemptedSince", text)).transpose()?;
    let work = async {
        let guardian = guardian::find(&tenant, &request.guardian).await?;
        let execution_id = if request.dry_run.unwrap_or(false) {
            None
        } else {
            start(&tenant, request, &guardian, timeframe, attempted).await?
        };
        Ok::<_, ScaffoldError>(ValidationStart {
            environment: tenant.environment().name().to_owned(),
            url: links::guardian(tenant.environment().url(), &guardian.id, guardian.kind_text()),
            guardian_id: guardian.id,
            guardian_name: guardian.name,
            lifecycle: guardian.kind == GuardianKind::Lifecycle,
            id: request.id.clone(),
            execution_id,
            started_at: iso(attempted.unwrap_or(client.now())),
        })
    };
    Ok(crate::json(&or_cancelled(work, cancelled).await??))
}

async fn start<H: Host + 'static>(
    tenant: &Tenant<H>,
    request: &ValidationStartRequest,
    guardian: &Guardian,
    timeframe: Option<(String, String)>,
    attempted: Option<UnixMillis>,
) -> Result<Option<String>, ScaffoldError> {
    let failed = |error| ScaffoldError::environment(tenant.environment().name(), error);
    let mut context: Map<String, Value> = Map::new();
    for (key, value) in [("version", &request.version), ("buildId", &request.build_id)] {
        if let Some(value) = value {
            context.insert(key.to_owned(), value.clone().into());
        }
    }
    let Some(workflow) = &request.workflow else {
        let trigger = GuardianTrigger {
            kind: match guardian.kind {
                GuardianKind::Lifecycle => EventKind::Sdlc,
                GuardianKind::Business => EventKind::Business,
            },
            id: request.id.clone(),
            provider: PROVIDER.to_owned(),
            tags: guardian.tags.clone(),
            timeframe,
            context,
        };
        tenant.send_events(&[trigger.event()], attempted).await.map_err(failed)?;
        return Ok(None);
    };
    context.insert("id".to_owned(), request.id.clone().into());
    let mut params = Map::new();
    params.insert("execution_context".to_owned(), context.into());
    if let Some((from, to)) = timeframe {
        params.insert("timeframe.from".to_owned(), from.into());
        params.insert("timeframe.to".to_owned(), to.into());
    }
    let run =
        WorkflowRun { workflow_id: workflow.clone(), run_id: request.id.clone(), params, input: Value::Null };
    if attempted.is_some()
        && let Some(execution) = tenant.started_execution(&run).await.map_err(failed)?
    {
        return Ok(Some(execution.id));
    }
    let execution = tenant.start_workflow(&run).await.map_err(failed)?;
    Ok(Some(execution.id))
}

/// Waits for the verdict of a validation that was started: the JSON of a [`ValidationVerdict`]. It looks at most once in
/// 5 s. Whatever the guardian says is an answer, and so is that it said nothing in time.
///
/// # Errors
/// When there is no such environment, it does not answer, or the request was cancelled: then a workflow that was run for
/// it is cancelled, too.
pub async fn await_validation<H: Host + 'static>(
    client: &Client<H>,
    request: &ValidationWaitRequest,
    cancelled: impl Future<Output = ()>,
) -> Result<Vec<u8>, ScaffoldError> {
    let started = &request.started;
    let tenant = client.environment(Some(&started.environment))?;
    let wait = match request.timeout_seconds {
        None => DEFAULT_WAIT,
        Some(seconds @ 1..=LONGEST_WAIT) => Duration::from_secs(seconds),
        Some(_) => {
            let problem = format!("is not from 1 to {LONGEST_WAIT} seconds");
            return Err(ScaffoldError::input("timeoutSeconds", problem));
        }
    };
    let since = moment("startedAt", &started.started_at)?;
    let outcome = or_cancelled(look_until_finished(client, &tenant, started, since, wait), cancelled).await;
    match outcome {
        Ok(found) => {
            let seen = found.map_err(|error| ScaffoldError::environment(&started.environment, error))?;
            Ok(crate::json(&verdict(started, seen, wait)))
        }
        Err(error) => {
            if let Some(execution) = &started.execution_id {
                // The caller has gone; how the cancellation ends is of no use to it.
                drop(tenant.cancel_execution(execution).await);
            }
            Err(error)
        }
    }
}

/// What was seen last.
enum Seen {
    Finished(FoundValidation),
    /// The workflow broke before its guardian said anything.
    Broken(String),
    /// The time is over.
    Unfinished(Option<FoundValidation>),
}

async fn look_until_finished<H: Host + 'static>(
    client: &Client<H>,
    tenant: &Tenant<H>,
    started: &ValidationStart,
    since: UnixMillis,
    wait: Duration,
) -> Result<Seen, TenantError> {
    let kind = if started.lifecycle { GuardianKind::Lifecycle } else { GuardianKind::Business };
    let deadline = client.now().after(wait);
    let mut is_running = started.execution_id.is_some();
    loop {
        let mut found = None;
        if let Some(execution) = started.execution_id.as_deref().filter(|_| is_running) {
            let execution = tenant.execution(execution).await?;
            if execution.has_ended() && !execution.has_succeeded() {
                let why = execution.state_info.unwrap_or(execution.state);
                return Ok(Seen::Broken(why));
            }
            is_running = !execution.has_ended();
        }
        if !is_running {
            let from = UnixMillis(since.0.saturating_sub(MARGIN.as_millis() as u64));
            let timeframe = Timeframe { from, to: client.now().after(MARGIN) };
            found = find_validation(tenant, kind, &started.guardian_id, &started.id, timeframe).await?;
            if let Some(validation) = found.take_if(|validation| validation.result.is_some()) {
                return Ok(Seen::Finished(validation));
            }
        }
        if client.now().after(POLL) > deadline {
            return Ok(Seen::Unfinished(found));
        }
        client.pause(POLL).await;
    }
}

fn verdict(started: &ValidationStart, seen: Seen, wait: Duration) -> ValidationVerdict {
    let (verdict, reason, validation) = match seen {
        Seen::Finished(validation) => {
            let result = validation.result.clone().unwrap_or_default().to_ascii_lowercase();
            match Verdict::ALL.iter().find(|verdict| verdict.text() == result) {
                Some(verdict) => (*verdict, None, Some(validation)),
                None => {
                    let reason = format!("the guardian's result is `{result}`, which is not known");
                    (Verdict::Error, Some(reason), Some(validation))
                }
            }
        }
        Seen::Broken(why) => {
            (Verdict::Error, Some(format!("the workflow did not come to its end: {why}")), None)
        }
        Seen::Unfinished(validation) => {
            let reason = match (&validation, &started.execution_id) {
                (None, None) => format!(
                    "no validation began within {} s: see that a workflow of the guardian listens to the event",
                    wait.as_secs()
                ),
                _ => format!("the validation was not finished within {} s", wait.as_secs()),
            };
            (Verdict::Timeout, Some(reason), validation)
        }
    };
    let (id, url, objectives) = match validation {
        Some(validation) => (Some(validation.id), validation.url, validation.objectives),
        None => (None, None, Vec::new()),
    };
    let objectives: Vec<ValidationObjective> = objectives
        .into_iter()
        .map(|objective| ValidationObjective {
            name: objective.name,
            result: objective.status,
            value: objective.value,
            target: objective.target,
            warning: objective.warning,
            comparison: objective.comparison,
        })
        .collect();
    ValidationVerdict {
        verdict,
        markdown: markdown::table(&started.guardian_name, verdict, reason.as_deref(), &objectives),
        reason,
        validation_id: id,
        url: url.or_else(|| started.url.clone()),
        objectives,
    }
}
