//! Faults on demand.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FaultKind {
    /// Every answer comes later.
    Latency {
        /// By how much.
        millis: u64,
    },
    /// A query, analysis, evaluation or workflow execution takes time: it is not ready until then.
    SlowQuery {
        /// How long.
        millis: u64,
    },
    /// A query waits before it starts: it is `NOT_STARTED` until then.
    NotStarted {
        /// How long.
        millis: u64,
    },
    /// 429 with `Retry-After`.
    RateLimited {
        /// What `Retry-After` says; without it there is no such header.
        retry_after_seconds: Option<u64>,
    },
    /// A 5xx answer with the gateway's envelope.
    ServerError {
        /// 500, 502, 503 …
        status: u16,
    },
    /// A page of HTML instead of JSON.
    HtmlPage {
        /// Its status.
        status: u16,
    },
    /// A redirect to a login page.
    Redirect,
    /// The body breaks off in the middle of the JSON.
    TruncatedJson,
    /// An analysis, evaluation or workflow execution is never ready by itself.
    NeverEnds,
    /// The query ends as `FAILED`.
    Failed,
    /// The query ends as `CANCELLED`.
    Cancelled,
    /// The query ends as `RESULT_GONE`.
    ResultGone,
    /// 200 and `SUCCEEDED` without a result, which a poll then gives.
    WithoutResult,
    /// All access tokens given out so far become invalid.
    TokenRevoked,
    /// The token lacks a scope, whatever it was given: Dynatrace's 403 that names it, where it is needed.
    LacksScope {
        /// Which one, as in `storage:logs:read`.
        scope: String,
    },
    /// No answer, ever.
    Hang,
    /// The connection breaks.
    ConnectionReset,
}

/// A fault and when it happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Only for this route: `token`, `execute`, `poll`, `cancel`, `verify` …; all when absent. A fault of the query itself
    /// belongs to `execute`.
    #[serde(default)]
    pub route: Option<String>,
    /// How many requests it hits; all when absent.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Fault {
    /// A fault that hits the next request of a route.
    #[must_use]
    pub fn once(route: &str, kind: FaultKind) -> Self {
        Self { kind, route: Some(route.to_owned()), times: Some(1) }
    }
}

/// The faults of an environment that wait for requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.0
    }

    /// The first fault that hits a request of this route; it is used up by that.
    pub(crate) fn take(&mut self, route: &str) -> Option<FaultKind> {
        let index =
            self.0.iter().position(|fault| fault.route.as_deref().is_none_or(|wanted| wanted == route))?;
        let fault = self.0.get_mut(index)?;
        let kind = fault.kind.clone();
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.0.remove(index);
            }
        }
        Some(kind)
    }
}
