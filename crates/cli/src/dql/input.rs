//! Queries from files, standard input and lines of JSON.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use grailstage_dql::Dialect;
use serde_json::Value;

use super::InputArguments;
use crate::failure::Failure;

/// A text and where it comes from.
pub(super) struct Source {
    /// The file, or `-`.
    pub(super) path: PathBuf,
    /// How messages call it: the file, or the file and the line.
    pub(super) name: String,
    /// The query.
    pub(super) text: String,
    /// How it is read.
    pub(super) dialect: Dialect,
}

impl Source {
    pub(super) fn is_standard_input(&self) -> bool {
        self.path == Path::new("-")
    }
}

/// Reads every file as one query.
pub(super) fn files(arguments: &InputArguments) -> Result<Vec<Source>, Failure> {
    let dialect = arguments.dialect();
    arguments
        .files
        .iter()
        .map(|path| {
            Ok(Source { path: path.clone(), name: path.display().to_string(), text: read(path)?, dialect })
        })
        .collect()
}

/// Reads every line of every file as JSON with a query in a field.
pub(super) fn lines(arguments: &InputArguments, field: &str) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for path in &arguments.files {
        let text = read(path)?;
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let name = format!("{}:{}", path.display(), index + 1);
            let entry: Value = serde_json::from_str(line)
                .map_err(|error| Failure { message: format!("{name} is not JSON: {error}"), help: None })?;
            let Some(query) = entry.get(field).and_then(Value::as_str) else {
                return Err(Failure { message: format!("{name} has no text in `{field}`"), help: None });
            };
            let is_snippet = entry.get("kind").and_then(Value::as_str) == Some("snippet");
            let dialect = if is_snippet { Dialect::Snippet } else { arguments.dialect() };
            sources.push(Source { path: path.clone(), name, text: query.to_owned(), dialect });
        }
    }
    Ok(sources)
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| Failure {
        message: format!("cannot read `{}`: {error}", path.display()),
        help: None,
    })
}
