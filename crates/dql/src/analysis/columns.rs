//! The names of the columns a query yields, where its text tells.

use std::collections::HashSet;

use indexmap::IndexSet;

use crate::ast::{Command, Expression, ExpressionKind, Literal, Parameter, Query, Value};
use crate::catalogue::catalogue;
use crate::printer::print_expression;

/// Names in the order of the columns, each once.
type Columns = IndexSet<String>;

pub(super) fn columns(query: &Query) -> Option<Vec<String>> {
    named(query).map(|columns| columns.into_iter().collect())
}

fn named(query: &Query) -> Option<Columns> {
    let mut columns: Option<Columns> = None;
    for command in &query.commands {
        columns = after(command, columns);
    }
    columns
}

fn after(command: &Command, before: Option<Columns>) -> Option<Columns> {
    let signature = catalogue().command(&command.name.text)?;
    match signature.name {
        "data" => records(command),
        "fields" => Some(names(&command.parameters)?.into_iter().collect()),
        "summarize" => {
            let mut columns: Columns = group(command, "by")?.into_iter().collect();
            columns.extend(names(&command.parameters)?);
            Some(columns)
        }
        "timeseries" | "makeTimeseries" => {
            let mut columns = Columns::from(["timeframe".to_owned(), "interval".to_owned()]);
            columns.extend(group(command, "by")?);
            columns.extend(names(&command.parameters)?);
            Some(columns)
        }
        "fieldsAdd" | "expand" => {
            let mut columns = before?;
            columns.extend(names(&command.parameters)?);
            Some(columns)
        }
        "fieldsRename" => {
            let mut columns = before?;
            for parameter in flat(&command.parameters) {
                let Value::Assignment { field, value } = &parameter.value else { return None };
                let Value::Expression(Expression { kind: ExpressionKind::Field(old), .. }) = &**value else {
                    return None;
                };
                let place = columns.get_index_of(old.name.as_str())?;
                // A name that another column has already is that column's no longer.
                if columns.replace_index(place, field.name.to_string()).is_err() {
                    columns.shift_remove(old.name.as_str());
                }
            }
            Some(columns)
        }
        "fieldsRemove" | "fieldsKeep" => {
            let patterns: Vec<String> = flat(&command.parameters).map(pattern).collect::<Option<_>>()?;
            let (wild, whole): (HashSet<&str>, HashSet<&str>) =
                patterns.iter().map(String::as_str).partition(|pattern| pattern.contains('*'));
            let keeps = signature.name == "fieldsKeep";
            let mut columns = before?;
            columns.retain(|column| {
                let named =
                    whole.contains(column.as_str()) || wild.iter().any(|pattern| matches(pattern, column));
                named == keeps
            });
            Some(columns)
        }
        "lookup" => {
            let mut columns = before?;
            columns.extend(group(command, "fields").filter(|fields| !fields.is_empty())?);
            Some(columns)
        }
        "append" => {
            let mut columns = before?;
            let [Parameter { value: Value::Block(query), .. }] = command.parameters.as_slice() else {
                return None;
            };
            columns.extend(named(query)?);
            Some(columns)
        }
        "filter" | "filterOut" | "search" | "limit" | "sort" | "dedup" => before,
        // What a table has, and what patterns and joins add, only Grail knows.
        _ => None,
    }
}

/// The parameters without a name, those in groups among them.
fn flat(parameters: &[Parameter]) -> impl Iterator<Item = &Parameter> {
    parameters.iter().filter(|parameter| parameter.name.is_none()).flat_map(|parameter| {
        match &parameter.value {
            Value::Group(members) => members.as_slice(),
            _ => std::slice::from_ref(parameter),
        }
    })
}

/// The column names of a list; `None` where one is named in a way the text does not tell.
fn names(parameters: &[Parameter]) -> Option<Vec<String>> {
    let named = |name: &str| {
        parameters
            .iter()
            .any(|parameter| parameter.name.as_ref().is_some_and(|n| n.text.eq_ignore_ascii_case(name)))
    };
    if named("alias") {
        return None;
    }
    flat(parameters).filter(|parameter| parameter.name.is_none()).map(column).collect()
}

fn group(command: &Command, name: &str) -> Option<Vec<String>> {
    let parameter = command
        .parameters
        .iter()
        .find(|parameter| parameter.name.as_ref().is_some_and(|given| given.text.eq_ignore_ascii_case(name)));
    match parameter.map(|parameter| &parameter.value) {
        None => Some(Vec::new()),
        Some(Value::Group(members)) => names(members),
        Some(value @ (Value::Expression(_) | Value::Assignment { .. })) => {
            value_name(value).map(|name| vec![name])
        }
        Some(_) => None,
    }
}

fn column(parameter: &Parameter) -> Option<String> {
    value_name(&parameter.value)
}

fn value_name(value: &Value) -> Option<String> {
    match value {
        Value::Assignment { field, .. } => Some(field.name.to_string()),
        Value::Expression(Expression { kind: ExpressionKind::Field(field), .. }) => {
            Some(field.name.to_string())
        }
        Value::Expression(expression) => Some(default_name(expression)),
        _ => None,
    }
}

/// An unnamed expression is called by its text, without named options (docs.dynatrace.com, `timeseries`).
fn default_name(expression: &Expression) -> String {
    let mut expression = expression.clone();
    if let ExpressionKind::Call { arguments, .. } = &mut expression.kind {
        arguments.retain(|argument| argument.name.is_none());
    }
    print_expression(&expression).replace('\n', " ")
}

fn pattern(parameter: &Parameter) -> Option<String> {
    match &parameter.value {
        Value::Expression(Expression { kind: ExpressionKind::Field(field), .. }) => {
            Some(field.name.to_string())
        }
        Value::Expression(Expression {
            kind: ExpressionKind::Literal(Literal::String { value, .. }),
            ..
        }) => Some(value.to_string()),
        _ => None,
    }
}

/// A pattern with `*` for any text at its ends.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => text.contains(pattern.trim_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => pattern == text,
    }
}

/// `data record(a = 1), record(b = 2)`: the columns of all records.
fn records(command: &Command) -> Option<Columns> {
    let mut columns = Columns::new();
    for parameter in &command.parameters {
        match (&parameter.name, &parameter.value) {
            (None, Value::Expression(Expression { kind: ExpressionKind::Call { arguments, .. }, .. })) => {
                columns.extend(names(arguments)?);
            }
            _ => return None,
        }
    }
    Some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Option<Vec<String>> {
        columns(&crate::parse(source).unwrap())
    }

    #[test]
    fn projections_and_groups_name_their_columns() {
        for (source, expected) in [
            ("fetch logs | fields a, b = c, {d, e = 1}", vec!["a", "b", "d", "e"]),
            (
                "fetch logs | summarize count(), max(x, default:1), by:{y, z = bin(timestamp,1h)}",
                vec!["y", "z", "count()", "max(x)"],
            ),
            ("timeseries a = avg(m), by:host", vec!["timeframe", "interval", "host", "a"]),
            (
                "data record(a = 1), record(b = 2, a = 3) | fieldsAdd c = 1 | fieldsRename d = a | fieldsRemove \"b*\"",
                vec!["d", "c"],
            ),
            ("data record(a = 1, b = 2) | fieldsRename b = a", vec!["b"]),
            ("data record(a = 1, ab = 2, b = 3) | fieldsKeep \"a*\", b", vec!["a", "ab", "b"]),
            ("fetch logs | fields a | append [data record(b = 1)]", vec!["a", "b"]),
        ] {
            assert_eq!(of(source).unwrap(), expected, "{source}");
        }
    }

    #[test]
    fn what_only_a_schema_tells_is_not_guessed() {
        for source in
            ["fetch logs", "fetch logs | fieldsAdd a = 1", "fetch logs | fields a | parse a, \"JSON:b\""]
        {
            assert_eq!(of(source), None, "{source}");
        }
    }
}
