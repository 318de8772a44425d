//! An execution of a workflow, whose state depends on the time that is asked about.

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::run::Trigger;
use super::workflow::{ACTION, ACTOR, TASK};
use crate::value::{TimestampStyle, format_timestamp};

/// How an execution ends when nobody cancels it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// With the result of its task.
    Success(Json),
    /// With what went wrong.
    Error(String),
}

/// An execution of a workflow.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Execution {
    pub(crate) id: String,
    pub(super) task_id: String,
    pub(super) action_id: String,
    pub(crate) workflow: String,
    pub(super) title: String,
    pub(super) trigger: Trigger,
    pub(super) input: Json,
    pub(super) params: Json,
    pub(super) task_input: Json,
    pub(super) unique_qualifier: Option<String>,
    pub(crate) started_millis: i64,
    /// When it ends; nothing for never.
    pub(super) ends_millis: Option<i64>,
    pub(super) cancelled_millis: Option<i64>,
    pub(super) outcome: Outcome,
}

impl Execution {
    /// `RUNNING`, `SUCCESS`, `ERROR` or `CANCELLED`.
    pub(crate) fn state(&self, now_millis: i64) -> &'static str {
        if self.cancelled_millis.is_some() {
            "CANCELLED"
        } else if self.ended_millis(now_millis).is_none() {
            "RUNNING"
        } else {
            match self.outcome {
                Outcome::Success(_) => "SUCCESS",
                Outcome::Error(_) => "ERROR",
            }
        }
    }

    fn ended_millis(&self, now_millis: i64) -> Option<i64> {
        self.cancelled_millis.or(self.ends_millis).filter(|end| *end <= now_millis)
    }

    fn runtime_seconds(&self, now_millis: i64) -> i64 {
        (self.ended_millis(now_millis).unwrap_or(now_millis) - self.started_millis).max(0) / 1000
    }

    /// What went wrong, once it has.
    fn state_info(&self, now_millis: i64) -> Option<&str> {
        match &self.outcome {
            Outcome::Error(message) if self.state(now_millis) == "ERROR" => Some(message),
            _ => None,
        }
    }

    /// What the task answered, once it has.
    pub(crate) fn result(&self, now_millis: i64) -> Option<&Json> {
        match &self.outcome {
            Outcome::Success(result) if self.state(now_millis) == "SUCCESS" => Some(result),
            _ => None,
        }
    }

    /// What the task was given.
    pub(crate) const fn task_input(&self) -> &Json {
        &self.task_input
    }

    /// The id of its action execution.
    pub(crate) fn action_id(&self) -> &str {
        &self.action_id
    }

    /// An `Execution`.
    pub(crate) fn json(&self, now_millis: i64) -> Json {
        json!({
            "id": self.id,
            "workflow": self.workflow,
            "title": self.title,
            "state": self.state(now_millis),
            "stateInfo": self.state_info(now_millis),
            "input": self.input,
            "params": self.params,
            "startedAt": written(self.started_millis),
            "endedAt": self.ended_millis(now_millis).map(written),
            "runtime": self.runtime_seconds(now_millis),
            "trigger": null,
            "schedule": null,
            "eventTrigger": null,
            "user": if self.trigger == Trigger::Manual { Some(ACTOR) } else { None },
            "actor": ACTOR,
            "result": null,
            "triggerType": self.trigger.text(),
            "workflowVersion": 1,
            "workflowType": "STANDARD",
            "parentExecution": null,
            "parentTaskName": null,
            "rootExecution": null,
            "rootWorkflow": null,
            "isDraft": false,
        })
    }

    /// The `TaskExecution` of its only task.
    pub(crate) fn task_json(&self, now_millis: i64) -> Json {
        json!({
            "id": self.task_id,
            "execution": self.id,
            "name": TASK,
            "state": self.state(now_millis),
            "errorReason": self.state_info(now_millis),
            "stateInfo": self.state_info(now_millis),
            "input": self.task_input,
            "startedAt": written(self.started_millis),
            "endedAt": self.ended_millis(now_millis).map(written),
            "runtime": self.runtime_seconds(now_millis),
            "position": {"x": 0, "y": 1},
            "conditions": {"states": {}},
            "predecessors": [],
            "active": true,
            "result": self.result(now_millis),
            "description": "Validates the objectives of the guardian",
            "action": ACTION,
        })
    }

    /// The `ActionExecution` of its only task. Actions have no state of their own for having been cancelled.
    pub(crate) fn action_json(&self, now_millis: i64) -> Json {
        let state = match self.state(now_millis) {
            "CANCELLED" => "ERROR",
            state => state,
        };
        json!({
            "id": self.action_id,
            "taskExe": self.task_id,
            "state": state,
            "stateInfo": self.state_info(now_millis),
            "input": self.task_input,
            "result": self.result(now_millis),
            "startedAt": written(self.started_millis),
            "endedAt": self.ended_millis(now_millis).map(written),
            "runtime": self.runtime_seconds(now_millis),
            "attempt": 1,
            "loopItem": null,
            "action": ACTION,
        })
    }

    /// What the action printed.
    pub(crate) fn log(&self, now_millis: i64) -> String {
        match (self.state(now_millis), &self.outcome) {
            ("SUCCESS", Outcome::Success(result)) => {
                let status = result.get("validation_status").and_then(Json::as_str).unwrap_or_default();
                format!("The validation is finished: {status}\n")
            }
            ("ERROR", Outcome::Error(message)) => format!("{message}\n"),
            _ => String::new(),
        }
    }
}

fn written(millis: i64) -> String {
    let text = format_timestamp(millis.saturating_mul(1_000_000), &TimeZone::UTC, TimestampStyle::Result);
    // Milliseconds are all that the service writes.
    text.strip_suffix("000000Z").map_or_else(|| text.clone(), |text| format!("{text}Z"))
}
