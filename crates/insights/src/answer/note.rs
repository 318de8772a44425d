//! What the reader should know about an answer.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// Something the reader should know about an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Note {
    /// How bad it is.
    pub severity: Severity,
    /// For machines: a code of [`ErrorPayload`], or `truncated`, `notification`.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub help: Option<String>,
    /// Which environment it concerns; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
}

/// How bad a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Severity {
    /// Good to know.
    Info,
    /// The answer is incomplete.
    Warning,
    /// An environment did not answer.
    Error,
}
