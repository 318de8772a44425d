//! What a card answers: a model the frontend draws and computes nothing from.
//!
//! ```text
//! CardAnswer ─┬─ facts         what a reader takes in at a glance
//!             ├─ sections      tables (columns, rows of cells) and charts (times, series)
//!             ├─ notes         what the reader should know about the answer
//!             └─ environments  how each fared, what it was asked, what that cost
//! ```
//!
//! The TypeScript declarations of these types are generated from here (`src/bin/payload_types.rs`).

mod cell;
mod chart;
mod environment_report;
mod fact;
mod note;
mod origin;
mod status;
mod table;

pub use cell::{Cell, EntityCell, LinkCell, ReadinessCell, RecordCell, SparklineCell, StatusCell};
pub use chart::{Chart, ChartKind, Series};
pub use environment_report::{AskedQuery, AskedService, EnvironmentReport, EnvironmentState};
pub use fact::Fact;
pub use note::{Note, Severity};
pub use status::Status;
pub use table::{Align, Column, ColumnKind, Row, Table, Unit};

pub(crate) use origin::origin;

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
    /// What a reader takes in at a glance, over all environments.
    pub facts: Vec<Fact>,
    /// What was found, over all environments, in the order it is read.
    pub sections: Vec<Section>,
    /// Which stretch of time it is about; absent for cards about the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub timeframe: Option<AnswerTimeframe>,
    /// What the reader should know about the answer: failed environments, limits, missing scopes.
    pub notes: Vec<Note>,
    /// How each environment fared.
    pub environments: Vec<EnvironmentReport>,
    /// Names of all environments that are configured, those that were not asked included.
    pub configured_environments: Vec<String>,
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
    /// The system, domain or group has no components in the catalog; a note says so, and what to do.
    NoComponents,
    /// No environment is configured.
    NotConfigured,
}

/// A part of an answer.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Section {
    /// Rows and columns.
    Table(Table),
    /// Courses of values.
    Chart(Chart),
}

impl Section {
    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Table(table) => table.rows.is_empty(),
            Self::Chart(chart) => chart.series.iter().all(|series| series.values.iter().all(Option::is_none)),
        }
    }
}

/// A stretch of time.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct AnswerTimeframe {
    /// Its start, in ISO 8601.
    pub from: String,
    /// Its end, in ISO 8601.
    pub to: String,
}
