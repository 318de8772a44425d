//! The `dynatrace.queries` key of the configuration.

use grailstage_dql::diagnostic::{Diagnostic, Position};
use grailstage_dql::template::Template;
use serde_json::Value;

use super::definition::{Definition, read};
use crate::error::{ErrorPayload, ErrorSpan};

/// The queries of the configuration.
#[derive(Debug, Default)]
pub(crate) struct CustomQueries {
    entries: Vec<CustomQuery>,
    issues: Vec<ErrorPayload>,
}

/// A query of the configuration, read when that was loaded.
#[derive(Debug)]
pub(super) struct CustomQuery {
    pub(super) definition: Definition,
    pub(super) template: Result<Template, Vec<Diagnostic>>,
}

impl CustomQueries {
    /// Reads the list; an entry that is wrong is an issue and does not stop the others.
    pub(crate) fn from_json(list: &Value) -> Self {
        let mut queries = Self::default();
        for entry in read(list) {
            let definition = match entry {
                Ok(definition) => definition,
                Err(malformed) => {
                    let what = format!("the query `{}` cannot be used: {}", malformed.id, malformed.problem);
                    queries.issues.push(issue(what, None, None));
                    continue;
                }
            };
            let template = definition.prepare();
            for error in template.as_ref().err().into_iter().flatten() {
                let Position { line, column } = Position::of(&definition.source, error.span.start);
                let what = format!(
                    "the query `{}` cannot be run: line {line}, column {column}: {}",
                    definition.id, error.message
                );
                let span = ErrorSpan { start: error.span.start, end: error.span.end };
                queries.issues.push(issue(what, error.help.as_deref(), Some(span)));
            }
            // The last one of an id counts, as in `@dynatrace/backstage-plugin-dql`.
            if let Some(place) = queries.entries.iter().position(|other| other.definition.id == definition.id)
            {
                let what = format!("there is more than one query `{}`; the last one counts", definition.id);
                queries.issues.push(issue(what, Some("give each query an id of its own"), None));
                queries.entries.remove(place);
            }
            queries.entries.push(CustomQuery { definition, template });
        }
        queries
    }

    /// The query of an id. Upper and lower case only matter where an id is there in both.
    pub(super) fn find(&self, id: &str) -> Option<&CustomQuery> {
        let exact = self.entries.iter().find(|query| query.definition.id == id);
        exact.or_else(|| self.entries.iter().find(|query| query.definition.id.eq_ignore_ascii_case(id)))
    }

    /// The ids of all queries, with their namespace.
    pub(super) fn ids(&self) -> Vec<String> {
        self.entries.iter().map(|query| format!("custom.{}", query.definition.id)).collect()
    }

    /// What is wrong with the list.
    pub(crate) fn issues(&self) -> &[ErrorPayload] {
        &self.issues
    }

    /// The queries.
    pub(super) fn definitions(&self) -> impl Iterator<Item = &Definition> {
        self.entries.iter().map(|query| &query.definition)
    }
}

fn issue(message: String, help: Option<&str>, span: Option<ErrorSpan>) -> ErrorPayload {
    ErrorPayload {
        code: "invalid-config".to_owned(),
        message,
        help: help.map(str::to_owned),
        status: 500,
        environment: None,
        span,
    }
}
