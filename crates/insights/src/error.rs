//! Why a question could not be asked or answered at all, in the one shape that crosses the boundary.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// An error as JavaScript sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ErrorPayload {
    /// For machines; stable.
    pub code: String,
    /// What happened, lower case, without full stop.
    pub message: String,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub help: Option<String>,
    /// The HTTP status that fits.
    pub status: u16,
    /// Which environment it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
    /// Which part of the input it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub span: Option<ErrorSpan>,
}

/// A range of bytes in the UTF-8 text of the query or annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ErrorSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}
