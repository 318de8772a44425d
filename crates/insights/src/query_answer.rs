//! The answer of any DQL query: columns, and rows whose cells stay the JSON that Grail wrote.

use grailstage_tenant::CacheOutcome;
use serde::Serialize;
use serde_json::value::RawValue;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::answer::Note;

/// The answer of one query in one environment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct QueryAnswer<'a> {
    /// Which environment was asked.
    pub environment: String,
    /// The fields of the records, in the order the query gives them.
    pub columns: Vec<QueryColumn>,
    /// One row a record; a field that a record lacks is `null`. Longs and durations are strings, as in Grail.
    #[cfg_attr(feature = "typescript", ts(type = "unknown[][]"))]
    pub rows: Vec<Vec<Option<&'a RawValue>>>,
    /// What the reader should know: limits that cut the result, warnings of Grail.
    pub notes: Vec<Note>,
    /// How many bytes Grail read, which is what Dynatrace bills.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub scanned_bytes: u64,
    /// How many records Grail read.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub scanned_records: u64,
    /// Where the answer comes from.
    pub cache: CacheOutcome,
    /// How old it is, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub age_millis: u64,
    /// The DQL that was asked.
    pub query: String,
    /// Opens that DQL in a Dynatrace notebook.
    pub notebook_url: String,
}

/// A field of the result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct QueryColumn {
    /// Its name, any text.
    pub name: String,
    /// Its Grail type (`string`, `long`, `timestamp` …), or `mixed` where records differ.
    #[serde(rename = "type")]
    pub kind: String,
}
