//! Facts: what a reader takes in at a glance.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::{Cell, ColumnKind, SparklineCell, Status, Unit};

/// One value with its name.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Fact {
    /// Names it within its card: the key of translations and tests.
    pub key: &'static str,
    /// What the value is, in English.
    pub title: &'static str,
    /// What kind of value it is.
    pub kind: ColumnKind,
    /// What the number counts; absent for plain numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub unit: Option<Unit>,
    /// The value.
    pub value: Cell,
    /// What it means.
    pub status: Status,
    /// More of it, such as how it is defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub detail: Option<String>,
    /// Its course.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub trend: Option<SparklineCell>,
}

impl Fact {
    /// How many there are of something.
    #[must_use]
    pub fn count(key: &'static str, title: &'static str, count: usize, status: Status) -> Self {
        let value = Cell::Count(i64::try_from(count).unwrap_or(i64::MAX));
        Self { key, title, kind: ColumnKind::Count, unit: None, value, status, detail: None, trend: None }
    }

    /// How many things there are, titled by what one or several of them are called.
    #[must_use]
    pub fn things(
        key: &'static str,
        (one, several): (&'static str, &'static str),
        count: usize,
        status: Status,
    ) -> Self {
        Self::count(key, if count == 1 { one } else { several }, count, status)
    }

    /// A number in a unit.
    #[must_use]
    pub fn number(
        key: &'static str,
        title: &'static str,
        value: Option<f64>,
        unit: Unit,
        status: Status,
    ) -> Self {
        let value = Cell::number(value);
        Self {
            key,
            title,
            kind: ColumnKind::Number,
            unit: Some(unit),
            value,
            status,
            detail: None,
            trend: None,
        }
    }

    /// The same with more to say.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// The same with its course.
    #[must_use]
    pub fn with_trend(self, points: Vec<Option<f64>>) -> Self {
        Self { trend: Some(SparklineCell::new(points)), ..self }
    }
}
