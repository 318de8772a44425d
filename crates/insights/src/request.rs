//! What can be asked.

use serde::Deserialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// A card for an entity.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CardRequest {
    /// Id of the card.
    pub card: String,
    /// The catalog entity as JSON.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub entity: serde_json::Value,
    /// The components behind a system, domain or group, as JSON; absent for an entity that stands for itself.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "unknown[]"))]
    pub components: Option<Vec<serde_json::Value>>,
    /// Start of the timeframe, in ISO 8601. Cards about the present ignore it.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub from: Option<String>,
    /// End of the timeframe, in ISO 8601.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to: Option<String>,
    /// Names of the environments to ask; all where absent or empty.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environments: Option<Vec<String>>,
    /// Whether the reader wants what Dynatrace says now rather than what is kept; an answer of the last 5 s will do.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub refresh: bool,
}

/// A DQL query for one environment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct QueryRequest {
    /// The DQL.
    pub query: String,
    /// Name of the environment; may be left out where only one is configured.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
    /// Start of the default timeframe, in ISO 8601; a timeframe in the query wins.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub from: Option<String>,
    /// End of the default timeframe, in ISO 8601.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to: Option<String>,
    /// The most records to return; the environment's limit where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub max_records: Option<u64>,
    /// How old an answer may be, in seconds; where absent, the query is asked anew.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub max_age_seconds: Option<u64>,
}
