//! The executions of an environment, and the events that come when they end.

use super::execution::Execution;
use super::run::Run;
use crate::api::Ingested;
use crate::data::{Random, uuid};

/// How long an execution takes unless something else is set, in milliseconds.
pub(crate) const USUAL_MILLIS: u64 = 3000;

/// The executions of an environment.
#[derive(Debug)]
pub(crate) struct Executions {
    random: Random,
    /// In the order they were started.
    all: Vec<Execution>,
    /// The events of executions that have not ended.
    pending: Vec<(String, Vec<Ingested>)>,
    /// How long an execution takes; nothing for ever.
    pub(crate) takes_millis: Option<u64>,
}

/// The ids of a new execution.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    pub(super) execution: String,
    pub(super) task: String,
    pub(super) action: String,
    pub(super) validation: String,
}

/// An execution that has ended cannot be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HasEnded;

impl Executions {
    pub(crate) fn new(seed: u64) -> Self {
        let random = Random::of(seed, "executions");
        Self { random, all: Vec::new(), pending: Vec::new(), takes_millis: Some(USUAL_MILLIS) }
    }

    /// Draws the ids of a new execution.
    pub(crate) fn ids(&mut self) -> Ids {
        let mut draw = |thing| uuid(self.random.next(), thing);
        Ids {
            execution: draw("execution"),
            task: draw("task"),
            action: draw("action"),
            validation: draw("validation"),
        }
    }

    /// Keeps a run; answers the events that are there at once.
    pub(crate) fn keep(&mut self, run: Run) -> Vec<Ingested> {
        self.pending.push((run.execution.id.clone(), run.later));
        self.all.push(run.execution);
        run.at_once
    }

    /// The events of the executions that have ended by now. Each is answered once.
    pub(crate) fn due(&mut self, now_millis: i64) -> Vec<Ingested> {
        let Self { all, pending, .. } = self;
        let mut due = Vec::new();
        pending.retain_mut(|(id, events)| {
            let execution = all.iter().find(|execution| execution.id == *id);
            let running = execution.is_some_and(|execution| execution.state(now_millis) == "RUNNING");
            if !running {
                due.append(events);
            }
            running
        });
        due
    }

    /// All executions in the order they were started.
    pub(crate) fn all(&self) -> &[Execution] {
        &self.all
    }

    /// The execution of that id.
    pub(crate) fn get(&self, id: &str) -> Option<&Execution> {
        self.all.iter().find(|execution| execution.id == id)
    }

    /// The execution of a workflow that was asked for with that qualifier.
    pub(crate) fn qualified(&self, workflow: &str, qualifier: &str) -> Option<&Execution> {
        self.all.iter().find(|execution| {
            execution.workflow == workflow && execution.unique_qualifier.as_deref() == Some(qualifier)
        })
    }

    /// Cancels a running execution; nothing when there is none of that id.
    pub(crate) fn cancel(&mut self, id: &str, now_millis: i64) -> Option<Result<(), HasEnded>> {
        let execution = self.all.iter_mut().find(|execution| execution.id == id)?;
        if execution.state(now_millis) != "RUNNING" {
            return Some(Err(HasEnded));
        }
        execution.cancelled_millis = Some(now_millis);
        self.pending.retain(|(pending, _)| pending != id);
        Some(Ok(()))
    }
}
