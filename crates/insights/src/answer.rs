//! What a card answers: a model the frontend draws and computes nothing from.
//!
//! The TypeScript declarations of these types are generated from here (`src/bin/payload_types.rs`).

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// The answer of one card for one entity, over all environments.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CardAnswer {
    /// Id of the card.
    pub card: String,
    /// What the card should draw.
    pub state: CardState,
    /// What the cells of each row are, in order.
    pub columns: Vec<Column>,
    /// One row a thing found; cells are in the order of `columns`.
    pub rows: Vec<Row>,
    /// What the reader should know about the answer: failed environments, limits, missing scopes.
    pub notes: Vec<Note>,
    /// How each environment fared.
    pub environments: Vec<EnvironmentReport>,
    /// For `missing-annotation`: any one of these would do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<String>>"))]
    pub annotations: Vec<String>,
    /// When the question was asked, in ISO 8601.
    pub asked_at: String,
}

/// What a card draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum CardState {
    /// Every environment answered, and there are rows.
    Ready,
    /// Every environment answered, and there is nothing to show.
    Empty,
    /// Some environment answered and some failed, or an answer is incomplete; the notes say which.
    Partial,
    /// No environment answered.
    Failed,
    /// The entity carries none of the annotations the card needs.
    MissingAnnotation,
    /// No environment is configured.
    NotConfigured,
}

/// A column of the table.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Column {
    /// Name for code: the key of translations, sorting and tests.
    pub key: &'static str,
    /// Title in English.
    pub title: &'static str,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Where cells are aligned; `start` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub align: Option<Align>,
}

/// What the cells of a column hold. A cell of any kind can be `null`: not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ColumnKind {
    /// A string.
    Text,
    /// A [`LinkCell`].
    Link,
    /// A whole number of things that are better absent.
    Count,
    /// A [`ReadinessCell`].
    Readiness,
}

/// Alignment in reading direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Align {
    /// At the start of the line.
    Start,
    /// At the end of the line.
    End,
}

/// The cells of one row.
pub type Row = Vec<Cell>;

/// One value of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Cell {
    /// Not known.
    Unknown,
    /// For [`ColumnKind::Text`].
    Text(String),
    /// For [`ColumnKind::Count`].
    Count(#[cfg_attr(feature = "typescript", ts(type = "number"))] i64),
    /// For [`ColumnKind::Link`].
    Link(LinkCell),
    /// For [`ColumnKind::Readiness`].
    Readiness(ReadinessCell),
}

impl Cell {
    /// A text, or unknown.
    #[must_use]
    pub fn text(value: Option<String>) -> Self {
        value.map_or(Self::Unknown, Self::Text)
    }

    /// A count, or unknown.
    #[must_use]
    pub fn count(value: Option<i64>) -> Self {
        value.map_or(Self::Unknown, Self::Count)
    }
}

/// A text that leads to a page of the environment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct LinkCell {
    /// What is shown.
    pub text: String,
    /// Where it leads: http or https.
    pub url: String,
    /// A second, quieter text, such as the kind of a workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub detail: Option<String>,
}

/// How many of the wanted instances are ready.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ReadinessCell {
    /// Ready instances.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub ready: Option<i64>,
    /// Wanted instances.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub desired: Option<i64>,
    /// What that means.
    pub status: ReadinessStatus,
}

/// What the numbers of a [`ReadinessCell`] mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ReadinessStatus {
    /// All wanted instances are ready.
    Ok,
    /// Some are.
    Warning,
    /// None is, though some are wanted.
    Error,
    /// A number is missing.
    Unknown,
}

impl ReadinessCell {
    /// Judges the two numbers.
    #[must_use]
    pub fn new(ready: Option<i64>, desired: Option<i64>) -> Self {
        let status = match (ready, desired) {
            (Some(ready), Some(desired)) if ready >= desired => ReadinessStatus::Ok,
            (Some(0), Some(_)) => ReadinessStatus::Error,
            (Some(_), Some(_)) => ReadinessStatus::Warning,
            _ => ReadinessStatus::Unknown,
        };
        Self { ready, desired, status }
    }
}

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

/// How one environment fared, and what it cost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EnvironmentReport {
    /// Its name in the configuration.
    pub name: String,
    /// Its address; empty when the configuration has none that can be used.
    pub url: String,
    /// Whether it answered.
    pub state: EnvironmentState,
    /// How many records it returned.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub records: usize,
    /// How many bytes Grail read for it, which is what Dynatrace bills.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub scanned_bytes: u64,
    /// How long it took, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub duration_millis: u64,
    /// The DQL that was asked; empty when nothing was.
    pub query: String,
    /// Opens that DQL in a Dynatrace notebook; empty when nothing was asked.
    pub notebook_url: String,
}

/// Whether an environment answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum EnvironmentState {
    /// It did.
    Ready,
    /// It did not; a note says why.
    Failed,
}
