//! Why an action could not do what a template asked for.

use grailstage_insights::InsightError;
use grailstage_insights::error::ErrorPayload;
use grailstage_tenant::TenantError;
use thiserror::Error;

/// Everything that ends an action.
#[derive(Debug, Clone, Error)]
pub enum ScaffoldError {
    /// An input that cannot be used.
    #[error("the input `{input}` {problem}")]
    InvalidInput {
        /// Its name in the template, such as `results`.
        input: String,
        /// What is wrong with it, as the rest of the sentence.
        problem: String,
        /// What can be done about it.
        help: Option<String>,
    },
    /// There is no such guardian.
    #[error("the environment `{environment}` has no guardian `{guardian}`")]
    UnknownGuardian {
        /// The environment.
        environment: String,
        /// What was asked for.
        guardian: String,
        /// The names of those there are.
        known: Vec<String>,
    },
    /// Several guardians have the name.
    #[error("the environment `{environment}` has {count} guardians `{guardian}`")]
    AmbiguousGuardian {
        /// The environment.
        environment: String,
        /// What was asked for.
        guardian: String,
        /// How many there are.
        count: usize,
    },
    /// There is no telling the environments apart, or the one that was asked refused.
    #[error(transparent)]
    Insight(#[from] InsightError),
}

impl ScaffoldError {
    /// An input that cannot be used, without advice.
    pub(crate) fn input(input: &str, problem: impl Into<String>) -> Self {
        Self::InvalidInput { input: input.to_owned(), problem: problem.into(), help: None }
    }

    /// What an environment said.
    pub(crate) fn environment(environment: &str, error: TenantError) -> Self {
        Self::Insight(InsightError::Environment { environment: environment.to_owned(), error })
    }

    /// The stable name for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidInput { .. } => "invalid-input",
            Self::UnknownGuardian { .. } => "unknown-guardian",
            Self::AmbiguousGuardian { .. } => "ambiguous-guardian",
            Self::Insight(error) => error.code(),
        }
    }

    /// The HTTP status that fits.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::InvalidInput { .. } | Self::AmbiguousGuardian { .. } => 400,
            Self::UnknownGuardian { .. } => 404,
            Self::Insight(error) => error.status(),
        }
    }

    /// What can be done about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::InvalidInput { help, .. } => help.clone(),
            Self::UnknownGuardian { known, .. } => Some(guardians(known)),
            Self::AmbiguousGuardian { .. } => Some("name it by its id".to_owned()),
            Self::Insight(error) => error.help(),
        }
    }
}

impl From<ScaffoldError> for ErrorPayload {
    fn from(error: ScaffoldError) -> Self {
        let (code, message, help, status) =
            (error.code().to_owned(), error.to_string(), error.help(), error.status());
        let environment = match error {
            ScaffoldError::Insight(error) => return error.into(),
            ScaffoldError::UnknownGuardian { environment, .. }
            | ScaffoldError::AmbiguousGuardian { environment, .. } => Some(environment),
            ScaffoldError::InvalidInput { .. } => None,
        };
        Self { code, message, help, status, environment, span: None }
    }
}

/// How many guardians are named.
const NAMED: usize = 20;

fn guardians(known: &[String]) -> String {
    if known.is_empty() {
        return "the token sees no guardian at all: it takes the scope `settings:objects:read`".to_owned();
    }
    let names: Vec<String> = known.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = known.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("there are {}{more}", names.join(", "))
}
