//! Workflows as the API shows them.

use serde_json::{Value as Json, json};

use crate::data::uuid;
use crate::guardian::{EventKind, Guardian};

/// The name of the only task of a workflow.
pub(crate) const TASK: &str = "run_validation";
/// The action of the task.
pub(super) const ACTION: &str = "dynatrace.site.reliability.guardian:validate-guardian-action";
/// Who owns workflows and runs them.
pub(super) const ACTOR: &str = "2f8d3b1c-6a4e-4c57-9d0b-7e5a1c3f9b20";

/// A workflow that validates a guardian when an event asks for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Workflow {
    pub(crate) id: String,
    pub(crate) guardian: Guardian,
}

impl Workflow {
    /// The workflow of a guardian.
    pub(crate) fn of(guardian: Guardian) -> Self {
        Self { id: uuid(0, &format!("workflow/{}", guardian.id)), guardian }
    }

    pub(crate) fn title(&self) -> String {
        format!("Validate {}", self.guardian.name)
    }

    /// What the task is given: the timeframe of the event, else the last half hour.
    pub(super) fn task_input(&self) -> Json {
        json!({
            "objectId": self.guardian.id,
            "executionId": "{{ execution().id }}",
            "timeframeInputType": "expression",
            "expressionFrom": "{{ event()['timeframe.from'] | default('now-30m') }}",
            "expressionTo": "{{ event()['timeframe.to'] | default('now') }}",
            "timeframeSelector": {"from": "now-30m", "to": "now"},
        })
    }

    /// A `Workflow`.
    pub(crate) fn json(&self, last_execution: &Json) -> Json {
        let filter = self.guardian.filter_query();
        let kind = match self.guardian.kind {
            EventKind::Lifecycle => "events",
            EventKind::Business => "bizevents",
        };
        json!({
            "id": self.id,
            "title": self.title(),
            "description": format!("Validates the guardian {} when an event asks for it.", self.guardian.name),
            "isDeployed": true,
            "isPrivate": false,
            "actor": ACTOR,
            "owner": ACTOR,
            "ownerType": "USER",
            "type": "STANDARD",
            "schemaVersion": 3,
            "version": 1,
            "triggerType": "Event",
            "trigger": {"eventTrigger": {
                "isActive": true,
                "filterQuery": filter,
                "uniqueExpression": null,
                "triggerConfiguration": {"type": "event", "value": {"query": filter, "eventType": kind}},
            }},
            "tasks": {TASK: {
                "name": TASK,
                "action": ACTION,
                "description": "Validates the objectives of the guardian",
                "active": true,
                "position": {"x": 0, "y": 1},
                "predecessors": [],
                "input": self.task_input(),
            }},
            "taskDefaults": {},
            "input": {},
            "result": null,
            "lastExecution": last_execution,
            "modificationInfo": {
                "createdBy": ACTOR,
                "createdTime": "2026-01-01T00:00:00.000Z",
                "lastModifiedBy": ACTOR,
                "lastModifiedTime": "2026-01-01T00:00:00.000Z",
            },
            "throttle": {"isLimitHit": false, "limitEvents": []},
            "workflowLimit": {"isActive": false},
        })
    }
}
