//! Workflows: start one, and wait for it.
//!
//! The API: `/platform/automation/v1`, with the scopes `automation:workflows:run` and `automation:workflows:read`.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Phase, TenantError};
use crate::host::{Host, Method};
use crate::operation::{Asked, Operation, Repetition, path_segment, query_string};
use crate::tenant::Tenant;
use crate::write_once::{DEADLINE, left_open, write_once};

const API: &str = "/platform/automation/v1";
/// The time between two looks at an execution.
const POLL: Duration = Duration::from_secs(5);
/// The parameter of an execution that holds the id of its start, to find it by.
pub const RUN_ID: &str = "grailstage_run_id";
/// How many of a workflow's executions are looked through for one.
const LOOKED_THROUGH: usize = 50;

/// A start of a workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowRun {
    /// The workflow's id.
    pub workflow_id: String,
    /// Id of this start, used by no other: sent as `uniqueQualifier`, and as the parameter [`RUN_ID`].
    pub run_id: String,
    /// Parameters of the execution.
    pub params: Map<String, Value>,
    /// Its input; `null` for none.
    pub input: Value,
}

/// An execution of a workflow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// Its id.
    pub id: String,
    /// The workflow's id.
    #[serde(default)]
    pub workflow: Option<String>,
    /// The state on the wire: `RUNNING`, `PAUSED`, `SUCCESS`, `ERROR`, `CANCELLED`; an open set.
    pub state: String,
    /// Why it is in this state.
    #[serde(default)]
    pub state_info: Option<String>,
    /// When it started, ISO 8601.
    #[serde(default)]
    pub started_at: Option<String>,
    /// When it ended, ISO 8601.
    #[serde(default)]
    pub ended_at: Option<String>,
    /// Its parameters.
    #[serde(default)]
    pub params: Value,
    /// What it gives back.
    #[serde(default)]
    pub result: Value,
}

#[derive(Deserialize)]
struct Executions {
    #[serde(default)]
    results: Vec<Execution>,
}

impl Execution {
    /// Whether it has come to an end, good or bad.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.state.as_str(), "SUCCESS" | "ERROR" | "CANCELLED")
    }

    /// Whether it has come to a good end.
    #[must_use]
    pub fn has_succeeded(&self) -> bool {
        self.state == "SUCCESS"
    }
}

impl<H: Host + 'static> Tenant<H> {
    /// Starts a workflow, once: after a broken connection the execution is looked for before it is started
    /// again.
    ///
    /// # Errors
    /// [`TenantError`]; `write-unconfirmed` when there is no telling whether it has started.
    pub async fn start_workflow(&self, run: &WorkflowRun) -> Result<Execution, TenantError> {
        let subject = format!("the start `{}` of workflow `{}`", run.run_id, run.workflow_id);
        let mut params = run.params.clone();
        params.insert(RUN_ID.to_owned(), run.run_id.clone().into());
        let mut body = json!({"params": params, "uniqueQualifier": run.run_id});
        if let (false, Some(body)) = (run.input.is_null(), body.as_object_mut()) {
            body.insert("input".to_owned(), run.input.clone());
        }
        let target = format!("{API}/workflows/{}/run", path_segment(&run.workflow_id));
        let asked = Asked::json(Method::Post, target, &body, Repetition::Doubles)?;
        self.operate(DEADLINE, async |operation| {
            write_once(
                &operation,
                &asked,
                &subject,
                |response| operation.read(response),
                async || started(&operation, run).await,
            )
            .await
        })
        .await
        .map_err(|error| left_open(error, &subject))
    }

    /// The execution that an earlier attempt of the same start has made, if it has.
    ///
    /// # Errors
    /// [`TenantError`]
    pub async fn started_execution(&self, run: &WorkflowRun) -> Result<Option<Execution>, TenantError> {
        let deadline = self.config.limits().request_timeout();
        self.operate(deadline, async |operation| started(&operation, run).await).await
    }

    /// How an execution stands.
    ///
    /// # Errors
    /// [`TenantError`]
    pub async fn execution(&self, execution_id: &str) -> Result<Execution, TenantError> {
        let asked = Asked::get(format!("{API}/executions/{}", path_segment(execution_id)));
        self.operate(self.config.limits().request_timeout(), async |operation| {
            let response = operation.succeed(&asked).await?;
            operation.read(&response)
        })
        .await
    }

    /// Cancels an execution.
    ///
    /// # Errors
    /// [`TenantError`]
    pub async fn cancel_execution(&self, execution_id: &str) -> Result<(), TenantError> {
        let asked = Asked {
            method: Method::Post,
            target: format!("{API}/executions/{}/cancel", path_segment(execution_id)),
            body: None,
            repetition: Repetition::Harmless,
        };
        self.operate(self.config.limits().request_timeout(), async |operation| {
            operation.succeed(&asked).await.map(drop)
        })
        .await
    }

    /// Waits until an execution has ended, looking at most every 5 s. How it has ended is in the execution.
    ///
    /// When `cancelled` resolves first, the execution is cancelled. When the deadline comes first, it goes on:
    /// the deadline is that of the waiting.
    ///
    /// # Errors
    /// [`TenantError`]; `deadline-exceeded`, `cancelled`.
    pub async fn wait_for_execution(
        &self,
        execution_id: &str,
        deadline: Duration,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Execution, TenantError> {
        let outcome = {
            let ended = pin!(async {
                loop {
                    let execution = self.execution(execution_id).await?;
                    if execution.has_ended() {
                        return Ok(execution);
                    }
                    self.wire.host.sleep(POLL).await;
                }
            });
            let timer = pin!(self.wire.host.sleep(deadline));
            let cancelled = pin!(cancelled);
            match select(cancelled, select(timer, ended)).await {
                Either::Left(_) => Err(TenantError::Cancelled),
                Either::Right((Either::Left(_), _)) => {
                    Err(TenantError::DeadlineExceeded { deadline, phase: Phase::Execution })
                }
                Either::Right((Either::Right((outcome, _)), _)) => outcome,
            }
        };
        if matches!(outcome, Err(TenantError::Cancelled)) {
            // The caller has gone; how the cancellation ends is of no use to it.
            drop(self.cancel_execution(execution_id).await);
        }
        outcome
    }
}

/// Looks for the execution of a start among the latest of its workflow.
async fn started<H: Host + 'static>(
    operation: &Operation<'_, H>,
    run: &WorkflowRun,
) -> Result<Option<Execution>, TenantError> {
    let parameters = [
        ("workflow", run.workflow_id.clone()),
        ("limit", LOOKED_THROUGH.to_string()),
        ("ordering", "-startedAt".to_owned()),
    ];
    let target = format!("{API}/executions{}", query_string(parameters));
    let response = operation.succeed(&Asked::get(target)).await?;
    let executions: Executions = operation.read(&response)?;
    let is_it = |execution: &Execution| {
        execution.params.get(RUN_ID).and_then(Value::as_str) == Some(run.run_id.as_str())
    };
    Ok(executions.results.into_iter().find(is_it))
}
