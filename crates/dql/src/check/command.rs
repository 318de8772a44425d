//! Commands in their pipeline: which may stand where, and what follows from those before.

use super::{Checker, Flow};
use crate::ast::{Command, Value};
use crate::catalogue::Signature;
use crate::diagnostic::{Diagnostic, Edit};

/// The commands `search` may follow: they leave records as they are.
const SEARCHABLE_AFTER: [&str; 6] = ["fetch", "filter", "filterOut", "search", "fieldsRemove", "limit"];

impl Flow {
    /// What the records are after a command.
    pub(super) fn follow(&mut self, command: &Command, signature: &Signature) {
        if signature.source {
            self.series = signature.name == "timeseries";
            self.searchable = true;
            self.original_fields = true;
            self.data_object = match signature.name {
                "fetch" => command
                    .parameters
                    .iter()
                    .find(|parameter| parameter.name.is_none())
                    .and_then(|parameter| Checker::plain_field(&parameter.value))
                    .map(str::to_owned),
                _ => None,
            };
        } else {
            self.searchable &= SEARCHABLE_AFTER.contains(&signature.name);
            self.original_fields &=
                matches!(signature.name, "filter" | "filterOut" | "search" | "limit" | "sort" | "dedup");
        }
        match signature.name {
            "makeTimeseries" => self.series = true,
            "summarize" | "fields" | "fieldsAdd" | "fieldsRename" | "expand" | "append" | "lookup"
            | "join" => {
                self.series = false;
            }
            _ => {}
        }
        self.previous = Some(signature.name);
    }
}

impl Checker<'_> {
    pub(super) fn position(&mut self, command: &Command, signature: &Signature, first: bool, snippet: bool) {
        let span = command.name.span;
        let name = signature.name;
        if first && !signature.source && !snippet {
            self.report(
                Diagnostic::error(
                    "INVALID_STARTING_COMMAND",
                    span,
                    format!("a query cannot start with `{name}`"),
                )
                .with_help("start with a data source: `fetch`, `timeseries`, `data`, `smartscapeNodes` …"),
            );
        } else if !first && signature.source {
            let diagnostic = Diagnostic::error(
                "INVALID_EXTENSION_COMMAND",
                span,
                format!("`{name}` is a data source and stands first in a query"),
            );
            let diagnostic = if snippet {
                diagnostic
            } else {
                diagnostic.with_help("add records of another source with `append [ … ]`").with_fix([
                    Edit::insert(command.span.start, "append ["),
                    Edit::insert(command.span.end, "]"),
                ])
            };
            self.report(diagnostic);
        }
        if signature.deprecated {
            self.report(Diagnostic::warning("DEPRECATED", span, format!("`{name}` is deprecated")));
        }
        if signature.experimental {
            self.report(Diagnostic::hint("EXPERIMENTAL", span, format!("`{name}` is experimental")));
        }
    }

    /// Checks that need to know what came before.
    pub(super) fn context(&mut self, command: &Command, signature: &Signature, flow: &Flow) {
        let span = command.name.span;
        match signature.name {
            "search" if !flow.searchable => self.report(
                Diagnostic::error(
                    "SEARCH_COMMAND_NOT_ALLOWED_AFTER",
                    span,
                    match flow.previous {
                        Some(previous) => format!("`search` cannot follow `{previous}`"),
                        None => "`search` cannot stand here".to_owned(),
                    },
                )
                .with_help("search right after the data source or after filters"),
            ),
            "makeTimeseries" if flow.series => {
                let timed = command.parameters.iter().any(|parameter| {
                    parameter.name.as_ref().is_some_and(|name| {
                        name.text.eq_ignore_ascii_case("time") || name.text.eq_ignore_ascii_case("spread")
                    })
                });
                if !timed {
                    self.report(
                        Diagnostic::error(
                            "INVALID_IMPLICIT_TIME_DEFAULT",
                            span,
                            "series have no `timestamp` that `makeTimeseries` could go by",
                        )
                        .with_help("name the time of a record with `time:`"),
                    );
                }
            }
            _ => {}
        }
        if let Some(object) = flow.data_object.as_deref().filter(|_| flow.original_fields) {
            self.entity_fields(command, object);
        }
    }

    /// Entity tables refuse fields they do not have; two are asked for by habit in all of them.
    fn entity_fields(&mut self, command: &Command, data_object: &str) {
        if !data_object.starts_with("dt.entity.") {
            return;
        }
        for parameter in &command.parameters {
            let Value::Expression(expression) = &parameter.value else { continue };
            let Some(field) = Self::plain_field(&parameter.value) else { continue };
            let meant = match field {
                "name" | "entity.displayName" | "displayName" => "entity.name",
                "entity.id" | "entityId" => "id",
                _ => continue,
            };
            self.report(
                Diagnostic::error(
                    "FIELD_DOES_NOT_EXIST",
                    expression.span,
                    format!("`{data_object}` has no field `{field}`"),
                )
                .with_help(format!("did you mean `{meant}`?"))
                .with_fix([Edit::replace(expression.span, meant)]),
            );
        }
    }
}
