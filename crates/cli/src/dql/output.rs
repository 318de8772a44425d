//! Reports as JSON and findings as people read them.

use std::io::Write as _;

use grailstage_dql::diagnostic::Diagnostic;
use grailstage_dql::report::Report;
use serde_json::{Value, json};

use super::input::Source;
use crate::failure::Failure;

/// A report as one line of JSON.
pub(super) fn json(report: &Report) -> Result<String, Failure> {
    serde_json::to_string(report).map_err(|error| Failure { message: error.to_string(), help: None })
}

/// The reports of files as one JSON array, each with the name of its file first.
pub(super) fn json_of_files(reports: &[(String, Report)]) -> Result<String, Failure> {
    let mut values = Vec::with_capacity(reports.len());
    for (name, report) in reports {
        let mut value = serde_json::to_value(report)
            .map_err(|error| Failure { message: error.to_string(), help: None })?;
        if let Some(object) = value.as_object_mut() {
            object.shift_insert(0, "file".to_owned(), json!(name));
        }
        values.push(value);
    }
    Ok(Value::Array(values).to_string())
}

/// Prints a line. A reader that went away is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure { message: format!("cannot write: {error}"), help: None })
        }
        _ => Ok(()),
    }
}

/// Draws findings on standard error.
pub(super) fn draw<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, source: &Source) {
    for diagnostic in diagnostics {
        eprintln!("{}", diagnostic.render(&source.text, &source.name));
    }
}
