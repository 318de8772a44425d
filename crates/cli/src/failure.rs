//! Why a command failed, for a person.

use std::fmt;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is wrong: lower case, no full stop. Or a drawn finding.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A finding that is drawn on its query brings its own heading.
        if !self.message.starts_with("error[") {
            formatter.write_str("error: ")?;
        }
        formatter.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(formatter, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { message: error.to_string(), help: None }
    }
}
