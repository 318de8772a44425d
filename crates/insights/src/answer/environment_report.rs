//! How each environment fared.

use grailstage_tenant::CacheOutcome;
use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

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
    /// How many records it returned, those of other services included.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub records: usize,
    /// How many bytes Grail read for it, which is what Dynatrace bills; nothing is billed again for what was stored.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub scanned_bytes: u64,
    /// How long it took, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub duration_millis: u64,
    /// Where the answers come from; of several, what matters most to a reader.
    pub cache: CacheOutcome,
    /// How old the oldest of them is, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub age_millis: u64,
    /// What was asked of Grail; empty when nothing was.
    pub queries: Vec<AskedQuery>,
    /// What was asked of other services; absent when nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<AskedService>>"))]
    pub services: Vec<AskedService>,
}

/// What was asked of a service other than Grail.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct AskedService {
    /// Names it among the questions of its card.
    pub key: &'static str,
    /// The service, such as `settings`.
    pub service: &'static str,
    /// What of it, such as the id of a schema.
    pub subject: String,
}

/// A query that was asked of an environment.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct AskedQuery {
    /// Names it among the queries of its card.
    pub key: String,
    /// The DQL.
    pub query: String,
    /// Opens that DQL in a Dynatrace notebook.
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
