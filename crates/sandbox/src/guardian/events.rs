//! The events of a validation: one when it starts, one for each objective, one when it is finished.
//! Source: docs.dynatrace.com, Site Reliability Guardian event structure. Summary, tags, objectives and context are JSON
//! text.

use std::sync::Arc;

use serde_json::json;

use super::definition::{EventKind, Guardian};
use super::validation::Validation;
use crate::data::uuid;
use crate::record::Record;
use crate::store::Row;
use crate::value::Value;

const PROVIDER: &str = "dynatrace.site.reliability.guardian";

/// Where a validation comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Origin {
    /// The id of the validation.
    pub(crate) validation_id: String,
    /// What the trigger carried through, as JSON text.
    pub(crate) execution_context: Option<String>,
    /// The execution of the workflow that runs it.
    pub(crate) execution_id: String,
    /// `Manual` or `Event`.
    pub(crate) trigger_type: &'static str,
}

/// What a validation was at a point of it.
#[derive(Debug, Clone, Copy)]
enum Phase {
    Started,
    /// The objective of this place is evaluated.
    Objective(usize),
    Finished,
}

/// The event of a validation that starts at `time` (nanoseconds since 1970).
pub(crate) fn started(guardian: &Guardian, origin: &Origin, time: i64) -> Row {
    Arc::new(envelope(guardian, origin, Phase::Started, time))
}

/// The events of a validation that is finished at `time` (nanoseconds since 1970).
pub(crate) fn finished(guardian: &Guardian, origin: &Origin, validation: &Validation, time: i64) -> Vec<Row> {
    let (from, to) = validation.timeframe;
    let lifecycle = guardian.kind == EventKind::Lifecycle;
    let (result, objective_field) = if lifecycle {
        ("validation.result", "dt.srg.objective")
    } else {
        ("validation.status", "guardian.objective")
    };
    let objectives = validation.objectives.iter().enumerate().map(|(index, objective)| {
        envelope(guardian, origin, Phase::Objective(index), time)
            .with(objective_field, objective.described.to_string())
            .with(result, objective.verdict.text())
    });
    let last = envelope(guardian, origin, Phase::Finished, time);
    let last = if lifecycle {
        last.with("start_time", Value::Timestamp(from))
            .with("end_time", Value::Timestamp(to))
            .with("dt.srg.validation.summary", validation.summary().to_string())
    } else {
        last.with("validation.from", Value::Timestamp(from))
            .with("validation.to", Value::Timestamp(to))
            .with("validation.summary", validation.summary().to_string())
    };
    let last = last.with(result, validation.verdict().text());
    objectives.chain([last]).map(Arc::new).collect()
}

/// What all events of a validation share.
fn envelope(guardian: &Guardian, origin: &Origin, phase: Phase, time: i64) -> Record {
    let part = match phase {
        Phase::Started => "started".to_owned(),
        Phase::Objective(index) => format!("objective/{index}"),
        Phase::Finished => "finished".to_owned(),
    };
    let id = uuid(0, &format!("{}/{part}", origin.validation_id));
    let record = Record::new()
        .with("timestamp", Value::Timestamp(time))
        .with("event.id", id)
        .with("event.provider", PROVIDER);
    let tags = guardian.tags_by_key().to_string();
    let record = match guardian.kind {
        EventKind::Lifecycle => {
            let (kind, status) = match phase {
                Phase::Started => ("validation", "started"),
                Phase::Objective(_) => ("validation.objective", "finished"),
                Phase::Finished => ("validation", "finished"),
            };
            record
                .with("event.kind", "SDLC_EVENT")
                .with("event.version", "0.1.0")
                .with("event.category", "task")
                .with("event.type", kind)
                .with("event.status", status)
                .with("task.id", origin.validation_id.as_str())
                .with("dt.srg.id", guardian.id.as_str())
                .with("dt.srg.name", guardian.name.as_str())
                .with("dt.srg.tags", tags)
                .with("dt.system.bucket", "default_events")
        }
        EventKind::Business => {
            let kind = match phase {
                Phase::Started => "guardian.validation.started",
                Phase::Objective(_) => "guardian.validation.objective",
                Phase::Finished => "guardian.validation.finished",
            };
            record
                .with("event.kind", "BIZ_EVENT")
                .with("event.type", kind)
                .with("validation.id", origin.validation_id.as_str())
                .with("guardian.id", guardian.id.as_str())
                .with("guardian.name", guardian.name.as_str())
                .with("guardian.tags", tags)
                .with("dt.system.bucket", "default_bizevents")
        }
    };
    let context = origin.execution_context.clone().unwrap_or_else(|| json!({}).to_string());
    record
        .with("execution_context", context)
        .with("dt.automation_engine.workflow_execution.id", origin.execution_id.as_str())
        .with("dt.automation_engine.workflow_execution.trigger.type", origin.trigger_type)
}
