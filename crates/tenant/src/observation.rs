//! What happens, told as it happens: numbers, names and codes, never a query, a value or a secret.

use std::time::Duration;

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// Something worth a metric or a line in the log. Serialises as an object whose `kind` names the variant.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Observation<'a> {
    /// One HTTP request was answered, or failed.
    Call {
        /// Name of the environment.
        environment: &'a str,
        /// What was called.
        route: Route,
        /// HTTP status; absent where no answer came.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        status: Option<u16>,
        /// How long it took, in milliseconds.
        #[serde(rename = "durationMillis", serialize_with = "millis")]
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        duration: Duration,
    },
    /// A question was answered, or failed.
    Query {
        /// Name of the environment.
        environment: &'a str,
        /// The same for the same canonical query; tells nothing about it.
        fingerprint: &'a str,
        /// `ok`, or the code of the error.
        outcome: &'a str,
        /// Where the answer comes from.
        cache: CacheOutcome,
        /// Bytes Grail read for this answer now: none for what was stored or shared.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        scanned_bytes: u64,
        /// How many queries of the environment wait for their turn.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        queued: usize,
        /// How long it took, in milliseconds.
        #[serde(rename = "durationMillis", serialize_with = "millis")]
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        duration: Duration,
    },
    /// The store did not do what it was asked in time; the request went on without it.
    StoreFailed {
        /// `get`, `set`, `claim` or `release`.
        operation: &'static str,
        /// What the store says.
        message: &'a str,
    },
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Route {
    /// The token endpoint.
    Token,
    /// `query:execute`
    Execute,
    /// `query:poll`
    Poll,
    /// `query:cancel`
    Cancel,
    /// `query:verify`
    Verify,
    /// Any other API.
    Other,
}

impl Route {
    /// What a URL leads to.
    #[must_use]
    pub fn of(url: &str) -> Self {
        let address = url.split('?').next().unwrap_or_default();
        match address.rsplit_once("/query:").map(|(_, method)| method) {
            Some("execute") => Self::Execute,
            Some("poll") => Self::Poll,
            Some("cancel") => Self::Cancel,
            Some("verify") => Self::Verify,
            _ if address.ends_with("/token") => Self::Token,
            _ => Self::Other,
        }
    }
}

/// Where an answer comes from. Of several, the greatest is what matters most to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum CacheOutcome {
    /// It was stored and is fresh.
    Hit,
    /// Another caller was asking the same at the same time.
    Shared,
    /// It was asked for in Dynatrace.
    Miss,
    /// It was stored and is a little old; a newer one is being asked for.
    Stale,
}

fn millis<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
