//! Why a question to an environment has no answer.

use std::time::Duration;

use grailstage_dql::span::Span;
use serde::ser::{Serialize, SerializeMap, Serializer};
use thiserror::Error;

/// What a run was waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Its turn among the queries of the environment.
    Queue,
    /// The token endpoint.
    Token,
    /// The answer to `query:execute`.
    Start,
    /// The query to reach a final state.
    Result,
    /// Another service of the environment, such as settings.
    Service,
    /// An execution of a workflow to end.
    Execution,
}

impl Phase {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "other queries of the environment to end",
            Self::Token => "an access token",
            Self::Start => "the query to start",
            Self::Result => "the result of the query",
            Self::Service => "the answer of the service",
            Self::Execution => "the execution to end",
        }
    }
}

/// A part of what was to be written that the environment does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, such as `builtin:ownership.teams/0/identifier`; empty where the environment does not say.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// Everything that can stand between a question and its answer.
///
/// Texts that came from outside hold no secrets this crate knows. The error is `Clone`, since callers share
/// one token request.
///
/// Serialises as `{ code, message, help?, status, span? }`.
#[derive(Debug, Clone, Error)]
pub enum TenantError {
    /// A key of the configuration of an environment cannot be used.
    #[error("`{key}` {problem}")]
    InvalidConfig {
        /// The key, such as `url` or `limits.maxResultRecords`.
        key: String,
        /// What is wrong, as the rest of a sentence that begins with the key; never the value.
        problem: String,
        /// What to do about it.
        way_out: String,
    },
    /// No connection, or it broke and went on breaking.
    #[error("`{host}` cannot be reached: {message}")]
    Unreachable {
        /// The host that was asked.
        host: String,
        /// What the network says.
        message: String,
    },
    /// The time for the whole run is over.
    #[error("no answer within {} s, still waiting for {}", deadline.as_secs_f64(), phase.as_str())]
    DeadlineExceeded {
        /// The time that was given.
        deadline: Duration,
        /// What was being waited for.
        phase: Phase,
    },
    /// Token endpoint or environment refuse the credentials.
    #[error("the credentials are not accepted: {message}")]
    InvalidCredentials {
        /// The reason given.
        message: String,
    },
    /// The token lacks scopes the query needs.
    #[error("the token lacks {}", list(scopes))]
    MissingScope {
        /// The scopes or permissions, as named by the environment; at least one.
        scopes: Vec<String>,
    },
    /// The user behind the token may not do this.
    #[error("access is denied: {message}")]
    Forbidden {
        /// The reason given.
        message: String,
    },
    /// The host does not serve what was asked for: it is the wrong host.
    #[error("`{host}` does not serve `{path}`: {message}")]
    NotFound {
        /// The host that was asked.
        host: String,
        /// The path it does not know.
        path: String,
        /// What it answered.
        message: String,
    },
    /// Too many requests, and waiting longer than the deadline allows is asked for.
    #[error("too many requests{}", retry_after.map(|wait| format!(", retry after {} s", wait.as_secs())).unwrap_or_default())]
    RateLimited {
        /// The wait that was asked for.
        retry_after: Option<Duration>,
    },
    /// Grail does not accept the query.
    #[error("{message}")]
    InvalidQuery {
        /// Grail's name for it, such as `FIELD_DOES_NOT_EXIST`; an open set.
        error_type: Option<String>,
        /// Grail's sentence about it.
        message: String,
        /// The place, in bytes of the query that was sent.
        span: Option<Span>,
    },
    /// The query ended in state `FAILED`.
    #[error("the query failed{}", reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    QueryFailed {
        /// The reason, where one was given.
        reason: Option<String>,
    },
    /// The query was cancelled in the environment.
    #[error("the query was cancelled in Dynatrace")]
    QueryCancelled,
    /// The environment no longer holds the result.
    #[error("the result of the query is no longer available")]
    ResultGone,
    /// The answer is not JSON, most often an HTML page.
    #[error("the answer is not JSON but `{content_type}` (status {status}), beginning with `{excerpt}`")]
    NotJson {
        /// HTTP status.
        status: u16,
        /// The media type.
        content_type: String,
        /// The first characters.
        excerpt: String,
    },
    /// The answer is JSON that stops in the middle.
    #[error("the answer stops after {bytes} bytes (`{content_type}`), beginning with `{excerpt}`")]
    TruncatedResponse {
        /// How much arrived.
        bytes: usize,
        /// The media type.
        content_type: String,
        /// The first characters.
        excerpt: String,
    },
    /// A status that says the service itself has failed, after retries where they make sense.
    #[error("`{host}` answered with status {status}: {message}")]
    UpstreamFailed {
        /// The host that was asked.
        host: String,
        /// HTTP status.
        status: u16,
        /// What it says.
        message: String,
        /// The id Dynatrace logs it under.
        trace: Option<String>,
    },
    /// JSON, but not what the API says it sends.
    #[error("the answer is not what the API describes: {message}")]
    UnexpectedAnswer {
        /// What is different.
        message: String,
    },
    /// The environment does not accept what was to be written.
    #[error("{}", rejection(message, violations))]
    Rejected {
        /// The sentence of the environment.
        message: String,
        /// What is wrong with which part.
        violations: Vec<Violation>,
    },
    /// What was to be changed has changed in the meantime, or exists already.
    #[error("it has been changed by someone else: {message}")]
    Conflict {
        /// The reason given.
        message: String,
    },
    /// The connection broke while something was being written, and there was no telling whether it has arrived.
    #[error("it is not known whether {subject} was written: {message}")]
    WriteUnconfirmed {
        /// What was to be written, such as ``event `1f2e` ``.
        subject: String,
        /// How the try ended.
        message: String,
    },
    /// A list with more entries than are read.
    #[error("there are more than {read} objects of `{schema}`")]
    TooMany {
        /// What is listed.
        schema: String,
        /// How many were read.
        read: usize,
    },
    /// A query state this version does not know.
    #[error("the query is in the unknown state `{state}`")]
    UnknownState {
        /// The state on the wire.
        state: String,
    },
    /// More of an answer came than is read.
    #[error("the answer of `{host}` has more than {most_bytes} bytes")]
    ResponseTooLarge {
        /// The host that was asked.
        host: String,
        /// How many bytes are read at most.
        most_bytes: usize,
    },
    /// As many queries run and wait as the configuration allows.
    #[error("too many queries: {running} run and {queued} wait already")]
    QueueFull {
        /// How many run.
        running: usize,
        /// How many wait.
        queued: usize,
    },
    /// The caller no longer wants the answer.
    #[error("the request was cancelled")]
    Cancelled,
    /// A redirect, which is never followed with a token.
    #[error("`{host}` redirects{}", location.as_ref().map(|target| format!(" to `{target}`")).unwrap_or_default())]
    Redirected {
        /// The host that was asked.
        host: String,
        /// Origin of the target, where the host shows it.
        location: Option<String>,
    },
}

impl TenantError {
    /// The stable name for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidConfig { .. } => "invalid-config",
            Self::Unreachable { .. } => "unreachable",
            Self::DeadlineExceeded { .. } => "deadline-exceeded",
            Self::InvalidCredentials { .. } => "invalid-credentials",
            Self::MissingScope { .. } => "missing-scope",
            Self::Forbidden { .. } => "forbidden",
            Self::NotFound { .. } => "not-found",
            Self::RateLimited { .. } => "rate-limited",
            Self::InvalidQuery { .. } => "invalid-query",
            Self::QueryFailed { .. } => "query-failed",
            Self::QueryCancelled => "query-cancelled",
            Self::ResultGone => "result-gone",
            Self::NotJson { .. } => "not-json",
            Self::TruncatedResponse { .. } => "truncated-response",
            Self::UpstreamFailed { .. } | Self::UnexpectedAnswer { .. } | Self::UnknownState { .. } => {
                "upstream-failed"
            }
            Self::Rejected { .. } => "rejected",
            Self::Conflict { .. } => "conflict",
            Self::WriteUnconfirmed { .. } => "write-unconfirmed",
            Self::TooMany { .. } => "too-many-objects",
            Self::ResponseTooLarge { .. } => "response-too-large",
            Self::QueueFull { .. } => "queue-full",
            Self::Cancelled => "cancelled",
            Self::Redirected { .. } => "redirected",
        }
    }

    /// The HTTP status that says the same to our own caller.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::InvalidQuery { .. } | Self::Rejected { .. } => 400,
            Self::MissingScope { .. } | Self::Forbidden { .. } => 403,
            Self::Conflict { .. } => 409,
            Self::RateLimited { .. } => 429,
            Self::Cancelled => 499,
            Self::InvalidConfig { .. } => 500,
            Self::Unreachable { .. } | Self::UpstreamFailed { status: 503, .. } | Self::QueueFull { .. } => {
                503
            }
            Self::DeadlineExceeded { .. } => 504,
            Self::InvalidCredentials { .. }
            | Self::NotFound { .. }
            | Self::QueryFailed { .. }
            | Self::QueryCancelled
            | Self::ResultGone
            | Self::NotJson { .. }
            | Self::TruncatedResponse { .. }
            | Self::UpstreamFailed { .. }
            | Self::UnexpectedAnswer { .. }
            | Self::UnknownState { .. }
            | Self::WriteUnconfirmed { .. }
            | Self::TooMany { .. }
            | Self::ResponseTooLarge { .. }
            | Self::Redirected { .. } => 502,
        }
    }

    /// What someone can do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::InvalidConfig { way_out, .. } => return Some(way_out.clone()),
            Self::MissingScope { scopes } => {
                return Some(format!("grant {} to the OAuth client or platform token", list(scopes)));
            }
            Self::RateLimited { retry_after } => {
                return Some(match retry_after {
                    Some(wait) => format!("try again in {} s", wait.as_secs()),
                    None => "try again later".to_owned(),
                });
            }
            Self::UpstreamFailed { trace, .. } => {
                return trace
                    .as_ref()
                    .map(|trace| format!("Dynatrace logs this under the trace id `{trace}`"));
            }
            Self::Unreachable { .. } => {
                "check the environment's `url`, and name resolution, proxy and firewall of the machine this runs on"
            }
            Self::ResponseTooLarge { .. } => {
                "ask for less: fewer records, fewer `fields`; or raise `limits.maxResultBytes` of the environment"
            }
            Self::QueueFull { .. } => {
                "try again in a moment; `limits.maxConcurrentQueries` and `limits.maxQueuedQueries` of the environment set how many run and wait"
            }
            Self::DeadlineExceeded { phase: Phase::Queue, .. } => {
                "try again when fewer queries run; `limits.maxConcurrentQueries` of the environment sets how many run at the same time"
            }
            Self::DeadlineExceeded { phase: Phase::Result, .. } => {
                "ask for less: a shorter timeframe, an earlier `filter`, fewer records"
            }
            Self::DeadlineExceeded { phase: Phase::Execution, .. } => {
                "wait longer, or look at the execution in the Workflows app: it goes on"
            }
            Self::DeadlineExceeded { .. } => "check that the environment is reachable and not overloaded",
            Self::InvalidCredentials { .. } => {
                "check `clientId`, `clientSecret` and `accountUrn`, or `platformToken`, and that they are neither expired nor disabled"
            }
            Self::Forbidden { .. } => {
                "check the IAM policies of the user behind the token, and that a platform token has not expired"
            }
            Self::NotFound { .. } => {
                "use the platform address of the environment, `https://<environment>.apps.dynatrace.com`, as `url`; leave `tokenUrl` out unless the account has its own"
            }
            Self::NotJson { .. } | Self::Redirected { .. } => {
                "check the environment's `url` and `tokenUrl`: a login page, proxy or wrong host answers there"
            }
            Self::TruncatedResponse { .. } => {
                "something between here and the environment cuts answers short; check proxies, or lower `limits.maxResultBytes`"
            }
            Self::ResultGone => "ask again",
            Self::Conflict { .. } => "read it again and repeat the change",
            Self::WriteUnconfirmed { .. } => "look in Dynatrace before writing it again",
            Self::TooMany { .. } => "remove objects that are no longer needed",
            Self::InvalidQuery { .. }
            | Self::Rejected { .. }
            | Self::QueryFailed { .. }
            | Self::QueryCancelled
            | Self::UnexpectedAnswer { .. }
            | Self::UnknownState { .. }
            | Self::Cancelled => return None,
        };
        Some(help.to_owned())
    }

    /// The place in the query, in bytes, where the query is at fault.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::InvalidQuery { span, .. } => *span,
            _ => None,
        }
    }

    /// The same error with every text that may come from outside passed through `clean`.
    pub(crate) fn map_text(self, clean: impl Fn(&str) -> String) -> Self {
        let optional = |text: Option<String>| text.map(|text| clean(&text));
        match self {
            Self::Unreachable { host, message } => Self::Unreachable { host, message: clean(&message) },
            Self::InvalidCredentials { message } => Self::InvalidCredentials { message: clean(&message) },
            Self::MissingScope { scopes } => {
                Self::MissingScope { scopes: scopes.iter().map(|scope| clean(scope)).collect() }
            }
            Self::Forbidden { message } => Self::Forbidden { message: clean(&message) },
            Self::NotFound { host, path, message } => Self::NotFound { host, path, message: clean(&message) },
            Self::InvalidQuery { error_type, message, span } => {
                Self::InvalidQuery { error_type: optional(error_type), message: clean(&message), span }
            }
            Self::QueryFailed { reason } => Self::QueryFailed { reason: optional(reason) },
            Self::NotJson { status, content_type, excerpt } => {
                Self::NotJson { status, content_type: clean(&content_type), excerpt: clean(&excerpt) }
            }
            Self::TruncatedResponse { bytes, content_type, excerpt } => Self::TruncatedResponse {
                bytes,
                content_type: clean(&content_type),
                excerpt: clean(&excerpt),
            },
            Self::UpstreamFailed { host, status, message, trace } => {
                Self::UpstreamFailed { host, status, message: clean(&message), trace: optional(trace) }
            }
            Self::UnexpectedAnswer { message } => Self::UnexpectedAnswer { message: clean(&message) },
            Self::Rejected { message, violations } => Self::Rejected {
                message: clean(&message),
                violations: violations
                    .into_iter()
                    .map(|it| Violation { path: clean(&it.path), message: clean(&it.message) })
                    .collect(),
            },
            Self::Conflict { message } => Self::Conflict { message: clean(&message) },
            Self::WriteUnconfirmed { subject, message } => {
                Self::WriteUnconfirmed { subject, message: clean(&message) }
            }
            Self::UnknownState { state } => Self::UnknownState { state: clean(&state) },
            Self::Redirected { host, location } => Self::Redirected { host, location: optional(location) },
            other @ (Self::InvalidConfig { .. }
            | Self::DeadlineExceeded { .. }
            | Self::RateLimited { .. }
            | Self::QueryCancelled
            | Self::ResultGone
            | Self::TooMany { .. }
            | Self::ResponseTooLarge { .. }
            | Self::QueueFull { .. }
            | Self::Cancelled) => other,
        }
    }
}

impl Serialize for TenantError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("message", &self.to_string())?;
        if let Some(help) = self.help() {
            map.serialize_entry("help", &help)?;
        }
        map.serialize_entry("status", &self.status())?;
        if let Some(span) = self.span() {
            map.serialize_entry("span", &span)?;
        }
        map.end()
    }
}

/// Names in backticks, joined by commas.
fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The sentence, then what is wrong with which part.
fn rejection(message: &str, violations: &[Violation]) -> String {
    let parts = violations.iter().map(|it| match it.path.as_str() {
        "" => it.message.clone(),
        path => format!("`{path}` {}", it.message),
    });
    let parts = parts.collect::<Vec<_>>().join("; ");
    if parts.is_empty() { message.to_owned() } else { format!("{message}: {parts}") }
}
