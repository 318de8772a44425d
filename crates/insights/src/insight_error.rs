//! Why a question could not be asked or answered at all.

use grailstage_catalog::CatalogError;
use grailstage_tenant::TenantError;
use thiserror::Error;

use crate::error::{ErrorPayload, ErrorSpan};

/// Everything that ends a request. What concerns one environment of several is a note in the answer instead.
#[derive(Debug, Clone, Error)]
pub enum InsightError {
    /// There is no such card.
    #[error("there is no card `{card}`")]
    UnknownCard {
        /// What was asked for.
        card: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// There is no such query in the configuration.
    #[error("there is no query `{query}`")]
    UnknownQuery {
        /// What was asked for.
        query: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The configuration turns queries of this kind off.
    #[error("queries of this kind are turned off by `dynatrace.{key}`")]
    QueriesOff {
        /// The key below `dynatrace`.
        key: String,
    },
    /// There is no such environment.
    #[error("there is no environment `{environment}`")]
    UnknownEnvironment {
        /// What was asked for.
        environment: String,
        /// What is configured.
        known: Vec<String>,
    },
    /// The request names no environment, and there is not exactly one.
    #[error("the request names no environment")]
    NoEnvironment {
        /// What is configured.
        known: Vec<String>,
    },
    /// The request is not what it should be.
    #[error("the request cannot be read: {reason}")]
    InvalidRequest {
        /// What is wrong with it.
        reason: String,
    },
    /// An option that does not exist.
    #[error("there is no option `{option}`")]
    UnknownOption {
        /// What was given.
        option: String,
        /// What there is.
        known: Vec<String>,
    },
    /// An option with a value that it does not take.
    #[error("the option `{option}` cannot be `{value}`")]
    InvalidOption {
        /// Its name.
        option: String,
        /// The value as JSON.
        value: String,
        /// What it takes, as JSON.
        allowed: Vec<String>,
    },
    /// The configuration cannot be read at all.
    #[error("`dynatrace.{key}` {problem}")]
    InvalidConfig {
        /// The key below `dynatrace`.
        key: String,
        /// What is wrong with it, as the rest of the sentence.
        problem: String,
    },
    /// The records of the answer are not what the question asks for.
    #[error("the answer cannot be read: {reason}")]
    UnexpectedRecords {
        /// What is wrong with them.
        reason: String,
    },
    /// The entity or one of its annotations cannot be understood.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The caller no longer wants the answer.
    #[error("the request was cancelled")]
    Cancelled,
    /// The environment that was asked did not answer.
    #[error("{environment}: {error}")]
    Environment {
        /// Its name.
        environment: String,
        /// Why.
        error: TenantError,
    },
}

impl InsightError {
    /// The stable name for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownCard { .. } => "unknown-card",
            Self::UnknownQuery { .. } => "unknown-query",
            Self::QueriesOff { .. } => "queries-off",
            Self::UnknownEnvironment { .. } => "unknown-environment",
            Self::NoEnvironment { .. } => "no-environment",
            Self::InvalidRequest { .. } => "invalid-request",
            Self::UnknownOption { .. } | Self::InvalidOption { .. } => "invalid-option",
            Self::InvalidConfig { .. } => "invalid-config",
            Self::UnexpectedRecords { .. } => "unexpected-records",
            Self::Catalog(error) => error.code(),
            Self::Cancelled => "cancelled",
            Self::Environment { error, .. } => error.code(),
        }
    }

    /// The HTTP status that fits.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::UnknownCard { .. } | Self::UnknownQuery { .. } | Self::UnknownEnvironment { .. } => 404,
            Self::QueriesOff { .. } => 403,
            Self::NoEnvironment { .. }
            | Self::InvalidRequest { .. }
            | Self::UnknownOption { .. }
            | Self::InvalidOption { .. }
            | Self::Catalog(_) => 400,
            Self::InvalidConfig { .. } => 500,
            Self::UnexpectedRecords { .. } => 502,
            Self::Cancelled => 499,
            Self::Environment { error, .. } => error.status(),
        }
    }

    /// What can be done about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownCard { known, .. } => Some(format!("the cards are {}", listed(known))),
            Self::UnknownQuery { known, .. } if known.is_empty() => {
                Some("an administrator of Backstage adds queries under `dynatrace.queries`".to_owned())
            }
            Self::UnknownQuery { known, .. } => Some(format!("the configured queries are {}", listed(known))),
            Self::QueriesOff { .. } => Some("an administrator of Backstage can turn them on".to_owned()),
            Self::UnknownEnvironment { known, .. } => Some(if known.is_empty() {
                "configure environments under `dynatrace.environments`".to_owned()
            } else {
                format!("the configured environments are {}", listed(known))
            }),
            Self::NoEnvironment { known } if known.is_empty() => {
                Some("configure environments under `dynatrace.environments`".to_owned())
            }
            Self::NoEnvironment { known } => Some(format!("name one of {}", listed(known))),
            Self::UnknownOption { known, .. } => Some(format!("the options are {}", listed(known))),
            Self::InvalidOption { allowed, .. } => Some(format!("it takes {}", listed(allowed))),
            Self::Catalog(error) => Some(error.help().to_owned()),
            Self::Environment { error, .. } => error.help(),
            Self::InvalidRequest { .. }
            | Self::InvalidConfig { .. }
            | Self::UnexpectedRecords { .. }
            | Self::Cancelled => None,
        }
    }
}

impl From<InsightError> for ErrorPayload {
    fn from(error: InsightError) -> Self {
        let (message, environment, span) = match &error {
            InsightError::Environment { environment, error } => (
                error.to_string(),
                Some(environment.clone()),
                error.span().map(|span| ErrorSpan { start: span.start, end: span.end }),
            ),
            InsightError::Catalog(catalog) => (
                catalog.to_string(),
                None,
                catalog.span().map(|span| ErrorSpan { start: span.start, end: span.end }),
            ),
            other => (other.to_string(), None, None),
        };
        Self {
            code: error.code().to_owned(),
            message,
            help: error.help(),
            status: error.status(),
            environment,
            span,
        }
    }
}

fn listed<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
