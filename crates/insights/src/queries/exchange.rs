//! What is asked of and told about queries that people write themselves.

use grailstage_dql::report::Finding;
use grailstage_tenant::CacheOutcome;
use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::answer::CardAnswer;

/// A query of the configuration for an entity.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CustomQueryRequest {
    /// Id of the query in `dynatrace.queries`, without `custom.`.
    pub query: String,
    /// The catalog entity as JSON.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub entity: serde_json::Value,
    /// Start of the default timeframe, in ISO 8601; a timeframe in the query wins.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub from: Option<String>,
    /// End of the default timeframe, in ISO 8601.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to: Option<String>,
    /// Names of the environments to ask, among those of the query; all of these where absent or empty.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environments: Option<Vec<String>>,
    /// Whether the reader wants what Dynatrace says now rather than what is kept; an answer of the last 5 s will do.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub refresh: bool,
}

/// The queries in `metadata.dynatrace.queries` of an entity.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CatalogQueriesRequest {
    /// The catalog entity as JSON.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub entity: serde_json::Value,
    /// Start of the default timeframe, in ISO 8601; a timeframe in a query wins.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub from: Option<String>,
    /// End of the default timeframe, in ISO 8601.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to: Option<String>,
    /// Names of the environments to ask, among those of each query; all of these where absent or empty.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environments: Option<Vec<String>>,
    /// Whether the reader wants what Dynatrace says now rather than what is kept; an answer of the last 5 s will do.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub refresh: bool,
    /// The id of the one query that `refresh` is for, such as `catalog.errors`; it is for all where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub refresh_only: Option<String>,
}

/// The answers of the queries of an entity.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CatalogQueriesAnswer {
    /// One for each query, in the order of the entity; none where it has no queries.
    pub queries: Vec<EntityQueryAnswer>,
}

/// The answer of one query for an entity: what came back, or why it was not asked.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EntityQueryAnswer {
    /// The id with its namespace: `custom.errors`, `catalog.Error logs`.
    pub id: String,
    /// What it is about, in the words of its author.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub description: Option<String>,
    /// What came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub answer: Option<CardAnswer>,
    /// Why it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub refusal: Option<QueryRefusal>,
}

/// Why a query was not asked.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct QueryRefusal {
    /// For machines: `malformed` (no query to be found), `invalid` (no DQL that could run) or `policy`.
    pub code: String,
    /// What is wrong, lower case, without full stop.
    pub message: String,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub help: Option<String>,
    /// The query as its author wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub source: Option<String>,
    /// What is wrong with it, by place.
    pub findings: Vec<Finding>,
}

/// A query of an entity as an audit tells it: without its text, which may hold personal data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct AskedCatalogQuery {
    /// Which environment was asked.
    pub environment: String,
    /// Stands for the query, placeholders bound: the same wherever logs name it.
    pub fingerprint: String,
    /// `ok`, or the code of the error.
    pub outcome: String,
    /// Where the answer comes from; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cache: Option<CacheOutcome>,
    /// How many bytes Grail read for the answer; nothing is billed again for what was stored.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub scanned_bytes: u64,
}
