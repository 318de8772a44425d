//! What can go wrong with a query, and how Grail says it.

use grailstage_dql::span::Span;
use serde_json::{Value as Json, json};

use crate::place::Places;

/// Why a query has no result.
///
/// Each variant but [`SandboxError::NotSupported`] stands for an answer of Grail, whose codes
/// [`grail_code`](SandboxError::grail_code) gives (source: error payloads captured from Grail by the tests of
/// dynatrace-oss/dtctl and dynatrace-oss/intellij-idea-dql).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SandboxError {
    /// The text is not DQL.
    #[error("{message}")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Grail's code for it, such as `PARSE_ERROR`.
        grail_code: &'static str,
        /// The offending token.
        span: Span,
    },
    /// There is no such command.
    #[error("there's no command `{name}`")]
    UnknownCommand {
        /// As written.
        name: String,
        /// The name.
        span: Span,
    },
    /// There is no such function.
    #[error("there's no function `{name}`")]
    UnknownFunction {
        /// As written.
        name: String,
        /// The name.
        span: Span,
    },
    /// A command or function has no parameter of that name.
    #[error("the parameter `{name}` isn't known here")]
    UnknownParameter {
        /// As written.
        name: String,
        /// Name and value.
        span: Span,
    },
    /// There is no such table.
    #[error("there's no data object `{name}`")]
    UnknownDataObject {
        /// As written.
        name: String,
        /// The name.
        span: Span,
    },
    /// A field that no record can have here.
    #[error("the field {name} doesn't exist")]
    FieldDoesNotExist {
        /// The field.
        name: String,
        /// Where it is read.
        span: Span,
    },
    /// A command stands where it must not.
    #[error("the command `{name}` isn't allowed here: {reason}")]
    CommandNotAllowed {
        /// The command.
        name: String,
        /// Why.
        reason: &'static str,
        /// Its name.
        span: Span,
    },
    /// A mandatory parameter is missing.
    #[error("`{of}` needs the parameter `{name}`")]
    MissingParameter {
        /// The command or function.
        of: String,
        /// The parameter.
        name: &'static str,
        /// The command or function call.
        span: Span,
    },
    /// A parameter has the wrong kind of value.
    #[error("the parameter has to be {expected}")]
    WrongParameter {
        /// What it has to be, with its article.
        expected: &'static str,
        /// The value.
        span: Span,
    },
    /// More positional parameters than there are.
    #[error("there are too many positional parameters")]
    TooManyPositionalParameters {
        /// Whether optional parameters exist, which must be named.
        with_options: bool,
        /// The first that is too many.
        span: Span,
    },
    /// An aggregation outside an aggregating command.
    #[error("`{name}` is an aggregation and isn't allowed here")]
    AggregationNotAllowed {
        /// The aggregation.
        name: String,
        /// The call.
        span: Span,
    },
    /// `filter` with a condition that answers once per array element.
    #[error("an iterative expression isn't allowed as a condition")]
    IterativeExpressionForFilter {
        /// The condition.
        span: Span,
    },
    /// A pattern that is not the Dynatrace Pattern Language.
    #[error("the pattern can't be read: {message}")]
    Pattern {
        /// What is wrong.
        message: String,
        /// The pattern.
        span: Span,
    },
    /// The token lacks a scope.
    #[error("not authorized for table `{table}`")]
    NotAuthorizedForTable {
        /// The table.
        table: String,
        /// The scopes that are missing.
        missing_scopes: Vec<String>,
        /// Where it is read.
        span: Span,
    },
    /// DQL that Grail runs and the sandbox does not.
    #[error("{what} is not supported by the sandbox")]
    NotSupported {
        /// What, with the name in backticks.
        what: String,
        /// Where it stands.
        span: Span,
    },
    /// The query asked for its own failure: `failIf`.
    #[error("{message}")]
    Failed {
        /// The query's message.
        message: String,
        /// The command.
        span: Span,
    },
}

impl SandboxError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::UnknownCommand { .. } => "unknown-command",
            Self::UnknownFunction { .. } => "unknown-function",
            Self::UnknownParameter { .. } => "unknown-parameter",
            Self::UnknownDataObject { .. } => "unknown-data-object",
            Self::FieldDoesNotExist { .. } => "field-does-not-exist",
            Self::CommandNotAllowed { .. } => "command-not-allowed",
            Self::MissingParameter { .. } => "missing-parameter",
            Self::WrongParameter { .. } => "wrong-parameter",
            Self::TooManyPositionalParameters { .. } => "too-many-positional-parameters",
            Self::AggregationNotAllowed { .. } => "aggregation-not-allowed",
            Self::IterativeExpressionForFilter { .. } => "iterative-expression-for-filter",
            Self::Pattern { .. } => "pattern",
            Self::NotAuthorizedForTable { .. } => "not-authorized-for-table",
            Self::NotSupported { .. } => "not-supported",
            Self::Failed { .. } => "failed",
        }
    }

    /// What someone can do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotAuthorizedForTable { missing_scopes, .. } => {
                Some(format!("give the token the scope {}", missing_scopes.join(" and ")))
            }
            Self::IterativeExpressionForFilter { .. } => Some("wrap the condition into iAny(…)".into()),
            Self::TooManyPositionalParameters { with_options: true, .. } => {
                Some("optional parameters have to be named".into())
            }
            Self::AggregationNotAllowed { name, .. } => {
                Some(format!("to read the column of that name, write it in backticks: `{name}`"))
            }
            _ => None,
        }
    }

    /// The code that Grail uses for it, in `error.message` and `details.errorType`.
    #[must_use]
    pub const fn grail_code(&self) -> &'static str {
        match self {
            Self::Syntax { grail_code, .. } => grail_code,
            Self::UnknownCommand { .. } => "UNKNOWN_COMMAND",
            Self::UnknownFunction { .. } => "UNKNOWN_FUNCTION",
            Self::UnknownParameter { .. } => "UNKNOWN_PARAMETER_DEFINED",
            Self::UnknownDataObject { .. } => "UNKNOWN_DATA_OBJECT",
            Self::FieldDoesNotExist { .. } => "FIELD_DOES_NOT_EXIST",
            Self::CommandNotAllowed { .. } => "COMMAND_NOT_ALLOWED",
            Self::MissingParameter { .. } => "MANDATORY_PARAMETER_MISSING",
            Self::WrongParameter { .. } => "MANDATORY_PARAMETER_HAS_TO_BE",
            Self::TooManyPositionalParameters { with_options: false, .. } => "TOO_MANY_POSITIONAL_PARAMETERS",
            Self::TooManyPositionalParameters { with_options: true, .. } => {
                "TOO_MANY_POSITIONAL_PARAMETERS_WITH_OPTIONS"
            }
            Self::AggregationNotAllowed { .. } => "PARAMETER_MUST_NOT_BE_AN_AGGREGATION",
            Self::IterativeExpressionForFilter { .. } => "ITERATIVE_EXPRESSION_FOR_FILTER",
            Self::Pattern { .. } => "ERROR_IN_PARSING_PATTERN",
            Self::NotAuthorizedForTable { .. } => "NOT_AUTHORIZED_FOR_TABLE",
            Self::NotSupported { .. } => "NOT_SUPPORTED_BY_SANDBOX",
            Self::Failed { .. } => "FAILED_BY_QUERY",
        }
    }

    const fn exception_type(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "DQL-ERROR-PARSING",
            Self::FieldDoesNotExist { .. } => "DQL-RESULT_TYPE",
            Self::NotAuthorizedForTable { .. } => "DQL-AUTHORIZATION",
            Self::NotSupported { .. } => "SANDBOX",
            _ => "DQL-SYNTAX-ERROR",
        }
    }

    /// The part of the query it is about, in bytes.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Syntax { span, .. }
            | Self::UnknownCommand { span, .. }
            | Self::UnknownFunction { span, .. }
            | Self::UnknownParameter { span, .. }
            | Self::UnknownDataObject { span, .. }
            | Self::FieldDoesNotExist { span, .. }
            | Self::CommandNotAllowed { span, .. }
            | Self::MissingParameter { span, .. }
            | Self::WrongParameter { span, .. }
            | Self::TooManyPositionalParameters { span, .. }
            | Self::AggregationNotAllowed { span, .. }
            | Self::IterativeExpressionForFilter { span }
            | Self::Pattern { span, .. }
            | Self::NotAuthorizedForTable { span, .. }
            | Self::NotSupported { span, .. }
            | Self::Failed { span, .. } => *span,
        }
    }

    fn arguments(&self) -> Vec<String> {
        match self {
            Self::UnknownCommand { name, .. }
            | Self::UnknownFunction { name, .. }
            | Self::UnknownParameter { name, .. }
            | Self::UnknownDataObject { name, .. }
            | Self::FieldDoesNotExist { name, .. }
            | Self::CommandNotAllowed { name, .. }
            | Self::AggregationNotAllowed { name, .. } => vec![name.clone()],
            Self::MissingParameter { name, .. } => vec![(*name).to_owned()],
            Self::WrongParameter { expected, .. } => vec![(*expected).to_owned()],
            Self::NotAuthorizedForTable { table, .. } => vec![table.clone()],
            Self::NotSupported { what, .. } => vec![what.clone()],
            Self::Syntax { .. }
            | Self::TooManyPositionalParameters { .. }
            | Self::IterativeExpressionForFilter { .. }
            | Self::Pattern { .. }
            | Self::Failed { .. } => Vec::new(),
        }
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        if matches!(self, Self::NotAuthorizedForTable { .. }) { 403 } else { 400 }
    }

    /// The body of Grail's answer: `{"error": {"code", "message", "details": {…}}}`.
    #[must_use]
    pub fn envelope(&self, query: &str, query_id: &str) -> Json {
        let mut details = json!({
            "exceptionType": self.exception_type(),
            "errorType": self.grail_code(),
            "errorMessage": sentence(&self.to_string()),
            "errorMessageFormat": sentence(&self.to_string()),
            "errorMessageFormatSpecifierTypes": [],
            "arguments": self.arguments(),
            "queryString": query,
            "queryId": query_id,
            "syntaxErrorPosition": Places::of(query).position(self.span()),
        });
        if let (Self::NotAuthorizedForTable { missing_scopes, .. }, Some(details)) =
            (self, details.as_object_mut())
        {
            details.insert("missingScopes".into(), json!(missing_scopes));
        }
        json!({"error": {"code": self.status(), "message": self.grail_code(), "details": details}})
    }
}

/// Grail writes sentences: with a capital and a full stop.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_position_as_grail_does() {
        let query = "fetch logs | limt 5";
        let error = SandboxError::UnknownCommand { name: "limt".into(), span: Span::new(13, 17) };
        let envelope = error.envelope(query, "id");
        assert_eq!(envelope["error"]["message"], "UNKNOWN_COMMAND");
        assert_eq!(envelope["error"]["details"]["errorMessage"], "There's no command `limt`.");
        assert_eq!(
            envelope["error"]["details"]["syntaxErrorPosition"],
            json!({"start": {"line": 1, "column": 14, "index": 13}, "end": {"line": 1, "column": 17, "index": 16}})
        );
    }
}
