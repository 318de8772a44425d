//! Running a workflow: the guardian is evaluated when the execution starts, and what it found is known when it ends.

use serde_json::{Value as Json, json};

use super::execution::{Execution, Outcome};
use super::executions::Ids;
use super::workflow::Workflow;
use crate::api::Ingested;
use crate::guardian::{Guardian, Origin, Validation, finished, started, validate};
use crate::relative_time::relative_time;
use crate::slo::Definition;
use crate::store::{Row, Store};

/// An event is written this long before the state it belongs to can be seen, in nanoseconds: who sees the state also
/// finds the event.
const WRITTEN_BEFORE: i64 = 1_000_000;

/// What starts an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// A request.
    Manual,
    /// An event that asks for it.
    Event,
}

/// What a workflow is run with.
#[derive(Debug, Clone)]
pub(crate) struct RunRequest<'r> {
    pub(crate) workflow: &'r Workflow,
    pub(crate) trigger: Trigger,
    /// Values for the workflow's input.
    pub(crate) input: Json,
    /// Values for the execution; `event` holds the event that started it.
    pub(crate) params: Json,
    pub(crate) unique_qualifier: Option<String>,
    /// Where the environment's apps are, without a slash at the end.
    pub(crate) base_url: String,
    /// How long the execution takes; nothing for ever.
    pub(crate) takes_millis: Option<u64>,
    /// Whether the task breaks instead of validating.
    pub(crate) breaks: bool,
}

/// An execution and the events that it writes.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) execution: Execution,
    pub(super) at_once: Vec<Ingested>,
    pub(super) later: Vec<Ingested>,
}

impl Trigger {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Manual => "Manual",
            Self::Event => "Event",
        }
    }
}

/// Runs a workflow at `now_millis` over what `store` holds.
pub(crate) fn run(
    request: RunRequest<'_>,
    ids: Ids,
    slos: &[Definition],
    store: &Store,
    now_millis: i64,
) -> Run {
    let guardian = &request.workflow.guardian;
    let now = now_millis.saturating_mul(1_000_000);
    let ends_millis = request
        .takes_millis
        .map(|millis| now_millis.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX)));
    let origin = Origin {
        validation_id: ids.validation,
        execution_context: request.given("execution_context").map(|context| match context {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }),
        execution_id: ids.execution.clone(),
        trigger_type: request.trigger.text(),
    };
    let row = |row: Row| Ingested::Record(guardian.kind.table(), row);
    let (mut at_once, mut later) = (Vec::new(), Vec::new());
    let mut task_input = request.workflow.task_input();
    let outcome = match request.timeframe(now) {
        Ok(timeframe) => {
            if let Some(members) = task_input.as_object_mut() {
                members.insert("executionId".into(), json!(ids.execution));
            }
            at_once.push(row(started(guardian, &origin, now - WRITTEN_BEFORE)));
            if request.breaks {
                Outcome::Error("The action failed.".into())
            } else {
                let validation = validate(guardian, timeframe, slos, store, now);
                let end = ends_millis.unwrap_or(now_millis).saturating_mul(1_000_000) - WRITTEN_BEFORE;
                later.extend(finished(guardian, &origin, &validation, end).into_iter().map(row));
                Outcome::Success(result(guardian, &origin, &validation, &request.base_url))
            }
        }
        Err(message) => Outcome::Error(message),
    };
    let execution = Execution {
        id: ids.execution,
        task_id: ids.task,
        action_id: ids.action,
        workflow: request.workflow.id.clone(),
        title: request.workflow.title(),
        trigger: request.trigger,
        input: request.input,
        params: request.params,
        task_input,
        unique_qualifier: request.unique_qualifier,
        started_millis: now_millis,
        ends_millis,
        cancelled_millis: None,
        outcome,
    };
    Run { execution, at_once, later }
}

impl RunRequest<'_> {
    /// A value of the event that started the execution, else of its parameters, else of its input.
    fn given(&self, name: &str) -> Option<&Json> {
        let places = [self.params.get("event"), Some(&self.params), Some(&self.input)];
        places.into_iter().flatten().find_map(|place| place.get(name)).filter(|value| !value.is_null())
    }

    /// The timeframe of the validation: `timeframe.from` and `timeframe.to` where they are given, else the last half hour.
    fn timeframe(&self, now: i64) -> Result<(i64, i64), String> {
        let point = |name: &str, default: &str| {
            let text = self.given(name).map_or_else(
                || default.to_owned(),
                |given| given.as_str().map_or_else(|| given.to_string(), ToOwned::to_owned),
            );
            relative_time(&text, now).ok_or_else(|| format!("`{name}` is no point in time: {text}"))
        };
        let (from, to) = (point("timeframe.from", "now-30m")?, point("timeframe.to", "now")?);
        if from < to {
            Ok((from, to))
        } else {
            Err("`timeframe.from` has to be before `timeframe.to`".into())
        }
    }
}

/// What the task answers. Source: docs.dynatrace.com, Site Reliability Guardian, guardian workflow action.
fn result(guardian: &Guardian, origin: &Origin, validation: &Validation, base_url: &str) -> Json {
    let payload = json!({"guardian.id": guardian.id, "validation.id": origin.validation_id}).to_string();
    let payload = percent_encoding::utf8_percent_encode(&payload, percent_encoding::NON_ALPHANUMERIC);
    json!({
        "guardian_id": guardian.id,
        "guardian_name": guardian.name,
        "guardian_tags": guardian.tags,
        "execution_context": origin.execution_context,
        "validation_id": origin.validation_id,
        "validation_url":
            format!("{base_url}/ui/intent/dynatrace.site.reliability.guardian/view_validation#{payload}"),
        "validation_status": validation.verdict().text(),
        "validation_summary": validation.summary(),
    })
}
