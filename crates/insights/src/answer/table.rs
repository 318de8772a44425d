//! Tables.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::Cell;

/// Things of one kind, a row each.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Table {
    /// Names it within its card: the key of translations and tests.
    pub key: &'static str,
    /// Title in English; absent for the only table of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub title: Option<&'static str>,
    /// What the cells of each row are, in order.
    pub columns: Vec<Column>,
    /// Cells in the order of `columns`; the rows in the order a reader expects.
    pub rows: Vec<Row>,
}

/// The cells of one row.
pub type Row = Vec<Cell>;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Column {
    /// Name for code: the key of translations, sorting and tests.
    pub key: String,
    /// Title in English.
    pub title: String,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// What its numbers count; absent for plain numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub unit: Option<Unit>,
    /// Where cells are aligned; `start` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub align: Option<Align>,
}

impl Column {
    /// A column of that kind; numbers are aligned at the end.
    #[must_use]
    pub fn new(key: impl Into<String>, title: impl Into<String>, kind: ColumnKind) -> Self {
        let align = matches!(kind, ColumnKind::Count | ColumnKind::Number).then_some(Align::End);
        Self { key: key.into(), title: title.into(), kind, unit: None, align }
    }

    /// A column of numbers in a unit.
    #[must_use]
    pub fn number(key: impl Into<String>, title: impl Into<String>, unit: Unit) -> Self {
        Self { unit: Some(unit), ..Self::new(key, title, ColumnKind::Number) }
    }
}

/// What the cells of a column hold. A cell of any kind can be `null`: not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ColumnKind {
    /// A string.
    Text,
    /// A [`LinkCell`](super::LinkCell).
    Link,
    /// Several of them.
    Links,
    /// An [`EntityCell`](super::EntityCell).
    Entity,
    /// A whole number of things that are better absent.
    Count,
    /// A number in the unit of the column.
    Number,
    /// A point in time, in ISO 8601.
    Timestamp,
    /// A [`ReadinessCell`](super::ReadinessCell).
    Readiness,
    /// A [`StatusCell`](super::StatusCell).
    Status,
    /// A [`SparklineCell`](super::SparklineCell).
    Sparkline,
    /// A [`RecordCell`](super::RecordCell).
    Record,
}

/// What numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Unit {
    /// Hundredths: 99.5 is 99.5 %.
    Percent,
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
    /// Times a day.
    PerDay,
    /// Times a minute.
    PerMinute,
}

impl Unit {
    /// All units by their names in configurations and on the wire.
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("percent", Self::Percent),
        ("bytes", Self::Bytes),
        ("milliseconds", Self::Milliseconds),
        ("per-day", Self::PerDay),
        ("per-minute", Self::PerMinute),
    ];
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
