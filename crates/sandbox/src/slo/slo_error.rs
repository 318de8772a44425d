//! Why a service-level objective has no value.

use crate::error::SandboxError;

/// Why a service-level objective has no value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum SloError {
    /// The text is no metric expression.
    #[error("the metric expression can't be read at character {position}: {reason}")]
    Unreadable {
        /// What is wrong.
        reason: String,
        /// Where, from 1.
        position: usize,
    },
    /// Dynatrace has it and the sandbox has not.
    #[error("{what} of a metric expression is not supported by the sandbox")]
    NotSupported {
        /// What, with the name in backticks.
        what: String,
    },
    /// The window is no time before now.
    #[error("the timeframe `{window}` can't be read")]
    Window {
        /// As written.
        window: String,
    },
    /// The entity selector is wrong or more than the sandbox knows.
    #[error("{0}")]
    Filter(String),
    /// Reading the metrics failed.
    #[error("{0}")]
    Query(#[from] SandboxError),
    /// The metrics have no values in the timeframe.
    #[error("there is no data in the timeframe")]
    NoData,
}
