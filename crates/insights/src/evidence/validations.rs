//! The validations of a release, by guardian: the questions of the card `release-validations`.

use std::future::Future;

use grailstage_tenant::Host;

use super::{Evidence, EvidenceRequest};
use crate::InsightError;
use crate::answer::Status;
use crate::client::Client;
use crate::guardian_validation::{Validation, status_of};
use crate::release_validations::{Reading, ReleaseValidations, by_guardian};

/// A guardian of the stage.
#[derive(Debug, Clone, PartialEq)]
pub struct GuardianEvidence {
    /// Its name.
    pub guardian: String,
    /// The environment.
    pub environment: String,
    /// Opens the guardian.
    pub url: Option<String>,
    /// The latest validation of the release that is finished; nothing where there is none.
    pub validation: Option<ValidationEvidence>,
}

/// A validation that is finished.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidationEvidence {
    /// `pass`, `warning`, `fail`, `error` or `info`, in lower case.
    pub result: String,
    /// When it ended, in ISO 8601.
    pub ended: String,
    /// Opens the validation.
    pub url: Option<String>,
    /// The objectives that warn, fail or broke.
    pub missed: Vec<String>,
}

impl<H: Host + 'static> Client<H> {
    /// What guardians say of a release; nothing where the subject has no annotation they could be found by. A guardian
    /// counts that has validated any version within the timeframe.
    ///
    /// # Errors
    /// When there is no such environment, an annotation cannot be understood, or the request was cancelled. An
    /// environment that fails is a gap.
    pub async fn validation_evidence(
        &self,
        request: &EvidenceRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Option<Evidence<Vec<GuardianEvidence>>>, InsightError> {
        let readings = self.readings(&ReleaseValidations, request, cancelled).await?;
        Ok(readings.map(|readings| readings.map(|readings| evidence(readings, request))))
    }
}

fn evidence(readings: Vec<Reading>, request: &EvidenceRequest) -> Vec<GuardianEvidence> {
    let mut validations: Vec<Validation> =
        readings.into_iter().flat_map(|reading| reading.validations).collect();
    validations.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
    let is_of_release =
        |validation: &Validation| request.version.is_none() || validation.version == request.version;
    by_guardian(&validations)
        .into_iter()
        .filter(|(guardian, _)| request.is_of_stage(guardian.stage.as_deref()))
        .map(|(guardian, validations)| GuardianEvidence {
            guardian: guardian.name.clone(),
            environment: guardian.environment.clone(),
            url: guardian.url.clone(),
            validation: validations.into_iter().filter(|validation| is_of_release(validation)).find_map(told),
        })
        .collect()
}

/// A validation that is finished.
fn told(validation: &Validation) -> Option<ValidationEvidence> {
    let is_missed = |result: &str| matches!(status_of(result), Status::Warning | Status::Error);
    let missed = validation
        .objectives
        .iter()
        .filter(|objective| objective.status.as_deref().is_some_and(is_missed))
        .map(|objective| objective.name.clone());
    Some(ValidationEvidence {
        result: validation.result.as_deref()?.to_lowercase(),
        ended: validation.time.to_string(),
        url: validation.url.clone(),
        missed: missed.collect(),
    })
}
