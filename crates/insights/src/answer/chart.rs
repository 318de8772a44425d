//! Charts.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::{Status, Unit};

/// Courses of values over the same stretch of time.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Chart {
    /// Names it within its card: the key of translations and tests.
    pub key: String,
    /// Title in English.
    pub title: String,
    /// How the series are drawn.
    pub kind: ChartKind,
    /// What the values count; absent for plain numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub unit: Option<Unit>,
    /// The points in time of every series, in ISO 8601, from old to new.
    pub times: Vec<String>,
    /// The courses.
    pub series: Vec<Series>,
}

/// How series are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ChartKind {
    /// A line each.
    Line,
    /// Bars on top of each other.
    StackedBars,
}

/// One course of values.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Series {
    /// What it is, for the reader.
    pub name: String,
    /// A value for each of the chart's times; `null` where there is none.
    pub values: Vec<Option<f64>>,
    /// What it means; decides its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub status: Option<Status>,
}
