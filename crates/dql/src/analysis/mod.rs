//! What a query reads, over which time, at which cost, and what comes out, told from its text alone.

mod columns;
mod lint;
mod policy;
mod reading;
mod timeframe;

pub use lint::lint;
pub use policy::{Lookback, MandatoryFilter, Policy};
pub use timeframe::{Moment, Timeframe};

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::ast::Query;

/// What can be said about a query before it runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlAnalysis"))]
pub struct Analysis {
    /// The tables read, through sub-queries, each once in the order of the text. Metrics are `metrics`, topology is
    /// `smartscape.nodes` and `smartscape.edges`, lookup files are their paths.
    pub tables: Vec<String>,
    /// The keys of the metrics read.
    pub metrics: Vec<String>,
    /// The permissions it takes, sorted.
    pub scopes: Vec<&'static str>,
    /// The time each data source reads, in the order of the text.
    pub timeframes: Vec<SourceTimeframe>,
    /// How many records can come back.
    pub rows: Rows,
    /// The names of the columns, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub columns: Option<Vec<String>>,
}

/// The time a data source reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlSourceTimeframe"))]
pub struct SourceTimeframe {
    /// The table.
    pub table: String,
    /// The time.
    #[serde(flatten)]
    pub timeframe: Timeframe,
}

/// How many records a query can return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "count")]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlRows"))]
pub enum Rows {
    /// At most so many.
    AtMost(#[cfg_attr(feature = "typescript", ts(type = "number"))] u64),
    /// One for each group or series.
    PerGroup,
    /// As many as the data has, up to the limits of the request.
    Unbounded,
}

/// Tells what a query reads and yields.
///
/// ```
/// use grailstage_dql::analysis::{analyse, Rows};
///
/// let query = grailstage_dql::parse("fetch logs, from:-2h | summarize n = count(), by:{host.name}").unwrap();
/// let analysis = analyse(&query);
/// assert_eq!(analysis.tables, ["logs"]);
/// assert_eq!(analysis.scopes, ["storage:buckets:read", "storage:logs:read"]);
/// assert_eq!(analysis.rows, Rows::PerGroup);
/// assert_eq!(analysis.columns.unwrap(), ["host.name", "n"]);
/// ```
#[must_use]
pub fn analyse(query: &Query) -> Analysis {
    let reading = reading::Reading::of(query);
    Analysis {
        tables: reading.tables.into_iter().collect(),
        metrics: reading.metrics.into_iter().collect(),
        scopes: reading.scopes.into_iter().collect(),
        timeframes: reading.timeframes,
        rows: rows(query),
        columns: columns::columns(query),
    }
}

fn rows(query: &Query) -> Rows {
    let mut rows = Rows::Unbounded;
    for command in &query.commands {
        let Some(signature) = crate::catalogue::catalogue().command(&command.name.text) else { continue };
        let has_by = command
            .parameters
            .iter()
            .any(|p| p.name.as_ref().is_some_and(|n| n.text.eq_ignore_ascii_case("by")));
        rows = match signature.name {
            "limit" => match (reading::first_long(command), rows) {
                (Some(limit), Rows::AtMost(before)) => Rows::AtMost(limit.min(before)),
                (Some(limit), _) => Rows::AtMost(limit),
                (None, _) => rows,
            },
            "summarize" | "makeTimeseries" if !has_by => Rows::AtMost(1),
            "summarize" | "makeTimeseries" | "timeseries" | "dedup" => match rows {
                Rows::AtMost(_) => rows,
                _ => Rows::PerGroup,
            },
            "expand" | "append" | "join" | "traverse" => Rows::Unbounded,
            _ => rows,
        };
    }
    rows
}
