//! Workflows and their executions. Each guardian has a workflow with one task, which validates it.
//!
//! ```text
//!  run, or an event that asks ──▶ Run ── evaluate guardian ──▶ Execution: RUNNING ── time ──▶ SUCCESS, ERROR
//!                                  └────▶ events: started at once, the others when the execution ends
//! ```
//!
//! There is no clock and no thread: an execution has a start and an end, and its state is a function of the time that
//! is asked about. Source: types of `@dynatrace-sdk/client-automation`.

mod execution;
mod executions;
mod run;
mod workflow;

pub(crate) use execution::Execution;
pub(crate) use executions::{Executions, USUAL_MILLIS};
pub(crate) use run::{RunRequest, Trigger, run};
pub(crate) use workflow::{TASK, Workflow};
