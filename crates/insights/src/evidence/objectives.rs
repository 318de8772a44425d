//! What is left of the error budgets: the questions of the card `slos`.

use std::future::Future;

use grailstage_tenant::Host;

use super::{Evidence, EvidenceRequest};
use crate::InsightError;
use crate::client::Client;
pub use crate::slos::FAST;
use crate::slos::Slos;

/// A service-level objective, over one of its windows.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectiveEvidence {
    /// Its name.
    pub name: String,
    /// Opens it.
    pub url: Option<String>,
    /// How much of the error budget is left, in percent; below 0 where more failed than the target allows.
    pub budget_left: Option<f64>,
    /// How fast it burned in the last hour: at 1, a whole budget lasts as long as the window.
    pub burn_rate: Option<f64>,
    /// Why nothing is known of its budget.
    pub not_evaluated: Option<String>,
    /// The environment that has it.
    pub environment: String,
}

impl<H: Host + 'static> Client<H> {
    /// The objectives of the subject with what is left of their budgets, as far as the card `slos` evaluates them;
    /// nothing where the subject has no annotation they could be found by.
    ///
    /// # Errors
    /// When there is no such environment, an annotation cannot be understood, or the request was cancelled. An
    /// environment that fails is a gap.
    pub async fn objective_evidence(
        &self,
        request: &EvidenceRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Option<Evidence<Vec<ObjectiveEvidence>>>, InsightError> {
        let readings = self.readings(&Slos, request, cancelled).await?;
        let objectives = |reading: crate::slos::Reading| reading.rows.into_iter().map(|shown| shown.evidence);
        Ok(readings
            .map(|readings| readings.map(|readings| readings.into_iter().flat_map(objectives).collect())))
    }
}
