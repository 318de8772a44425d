//! Why an objective has no verdict.

use crate::error::SandboxError;
use crate::slo::SloError;

/// Why an objective has no verdict. Its status is `error` then, with this as the message.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum GuardianError {
    /// Thresholds that Dynatrace learns from earlier validations.
    #[error("auto-adaptive thresholds are not supported by the sandbox; set a target or a warning instead")]
    AutoAdaptiveThreshold,
    /// The objective filters by segments.
    #[error("segments of an objective are not supported by the sandbox; filter in its query instead")]
    Segments,
    /// The query names a variable that the guardian lacks.
    #[error("the variable `{name}` is not defined by the guardian")]
    UnknownVariable {
        /// With its dollar.
        name: String,
    },
    /// A variable stands where no value can stand.
    #[error("a variable of the query can't be replaced: {message}")]
    Variable {
        /// What is wrong.
        message: String,
    },
    /// Evaluating the query failed.
    #[error("the query failed: {0}")]
    Query(#[from] SandboxError),
    /// The first record of the result holds no number.
    #[error("the query returned no number")]
    NoNumber,
    /// No objective of that name is among the settings.
    #[error("there is no SLO `{reference}`")]
    UnknownSlo {
        /// As written.
        reference: String,
    },
    /// The SLO has no value.
    #[error("the SLO has no value: {0}")]
    Slo(#[from] SloError),
}
