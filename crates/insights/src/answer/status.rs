//! What a value means.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// What a value means, from the reader's side. Worse statuses are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Status {
    /// Neither good nor bad.
    Neutral,
    /// There is no telling.
    Unknown,
    /// As it should be.
    Ok,
    /// To be looked at.
    Warning,
    /// To be mended.
    Error,
}
