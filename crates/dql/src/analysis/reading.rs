//! Tables, metrics, permissions and times of a query and its sub-queries.

use std::collections::BTreeSet;

use indexmap::IndexSet;

use super::SourceTimeframe;
use super::timeframe::Timeframe;
use crate::ast::{Command, Expression, ExpressionKind, Literal, Parameter, Query, Value};
use crate::catalogue::catalogue;
use crate::span::Span;
use crate::visit::{Visitor, walk_query};

/// Every table but records written into the query is in a bucket (docs.dynatrace.com, "Permissions in Grail").
const BUCKETS: &str = "storage:buckets:read";

/// Functions that look something up elsewhere, and the permission that takes.
const READING_FUNCTIONS: [(&str, &str); 5] = [
    ("entityName", "storage:entities:read"),
    ("entityAttr", "storage:entities:read"),
    ("classicEntitySelector", "storage:entities:read"),
    ("getNodeName", "storage:smartscape:read"),
    ("getNodeField", "storage:smartscape:read"),
];

/// The table that a function looks something up in, where it does.
pub(super) fn table_of_function(function: &str) -> Option<&'static str> {
    let (_, scope) = READING_FUNCTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(function))?;
    Some(if *scope == "storage:smartscape:read" { "smartscape.nodes" } else { "dt.entity.*" })
}

#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) tables: IndexSet<String>,
    pub(super) metrics: IndexSet<String>,
    pub(super) scopes: BTreeSet<&'static str>,
    pub(super) timeframes: Vec<SourceTimeframe>,
}

impl Reading {
    pub(super) fn of(query: &Query) -> Self {
        let mut reading = Self::default();
        walk_query(query, &mut reading);
        reading
    }

    fn add(&mut self, table: Table) {
        self.scopes.insert(BUCKETS);
        self.scopes.extend(table.scope);
        self.tables.insert(table.name);
    }
}

/// A table a command reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) scope: Option<&'static str>,
    pub(super) span: Span,
}

/// The tables a command reads itself, without its sub-queries.
pub(super) fn tables_of(command: &Command) -> Vec<Table> {
    let table =
        |name: &str, scope| Table { name: name.to_owned(), scope: Some(scope), span: command.name.span };
    let Some(signature) = catalogue().command(&command.name.text) else { return Vec::new() };
    match signature.name {
        "fetch" | "describe" | "fieldsSnapshot" => objects(&command.parameters)
            .into_iter()
            .filter_map(|expression| match &expression.kind {
                ExpressionKind::Field(field) => Some(Table {
                    name: field.name.to_string(),
                    scope: catalogue().data_object(&field.name).map(|object| object.scope),
                    span: expression.span,
                }),
                _ => None,
            })
            .collect(),
        "timeseries" | "metrics" => vec![table("metrics", "storage:metrics:read")],
        "smartscapeNodes" => vec![table("smartscape.nodes", "storage:smartscape:read")],
        "smartscapeEdges" => vec![table("smartscape.edges", "storage:smartscape:read")],
        "traverse" => {
            vec![
                table("smartscape.edges", "storage:smartscape:read"),
                table("smartscape.nodes", "storage:smartscape:read"),
            ]
        }
        "load" => objects(&command.parameters)
            .into_iter()
            .filter_map(|expression| match &expression.kind {
                ExpressionKind::Literal(Literal::String { value, .. }) => Some(Table {
                    name: value.to_string(),
                    scope: Some("storage:files:read"),
                    span: expression.span,
                }),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

impl Visitor for Reading {
    fn query(&mut self, query: &Query) {
        for command in &query.commands {
            let tables = tables_of(command);
            let source = catalogue().command(&command.name.text).is_some_and(|signature| signature.source);
            if let (Some(table), true) = (tables.first(), source) {
                self.timeframes
                    .push(SourceTimeframe { table: table.name.clone(), timeframe: Timeframe::of(command) });
            }
            if command.name.text.eq_ignore_ascii_case("timeseries") {
                self.metrics_of(&command.parameters);
            }
            for table in tables {
                self.add(table);
            }
        }
    }

    fn expression(&mut self, expression: &Expression) {
        let ExpressionKind::Call { function, .. } = &expression.kind else { return };
        let reads = READING_FUNCTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&function.text));
        self.scopes.extend(reads.map(|(_, scope)| *scope));
    }
}

impl Reading {
    /// The first arguments of the aggregations of `timeseries` are metric keys.
    fn metrics_of(&mut self, parameters: &[Parameter]) {
        for parameter in parameters.iter().filter(|parameter| parameter.name.is_none()) {
            let value = match &parameter.value {
                Value::Assignment { value, .. } => value,
                value => value,
            };
            match value {
                Value::Group(members) => self.metrics_of(members),
                Value::Expression(Expression { kind: ExpressionKind::Call { arguments, .. }, .. }) => {
                    let key = arguments.iter().find(|argument| argument.name.is_none());
                    if let Some(Parameter {
                        value: Value::Expression(Expression { kind: ExpressionKind::Field(key), .. }),
                        ..
                    }) = key
                    {
                        self.metrics.insert(key.name.to_string());
                    }
                }
                _ => {}
            }
        }
    }
}

/// What a data source is told to read: values without a name, in groups too, and those by its hidden names.
fn objects(parameters: &[Parameter]) -> Vec<&Expression> {
    let mut found = Vec::new();
    for parameter in parameters {
        let names_object = parameter.name.as_ref().is_none_or(|name| {
            ["dataObject", "sourceId", "tabularFile"]
                .iter()
                .any(|known| name.text.eq_ignore_ascii_case(known))
        });
        match &parameter.value {
            Value::Expression(expression) if names_object => found.push(expression),
            Value::Group(members) if names_object => found.extend(objects(members)),
            _ => {}
        }
    }
    found
}

/// The expressions given without a name.
pub(super) fn positional(command: &Command) -> impl Iterator<Item = &Expression> {
    command.parameters.iter().filter(|parameter| parameter.name.is_none()).filter_map(|parameter| {
        match &parameter.value {
            Value::Expression(expression) => Some(expression),
            _ => None,
        }
    })
}

/// The expression given by a name.
pub(super) fn named<'a>(command: &'a Command, name: &str) -> Option<&'a Expression> {
    command.parameters.iter().find_map(|parameter| match (&parameter.name, &parameter.value) {
        (Some(given), Value::Expression(expression)) if given.text.eq_ignore_ascii_case(name) => {
            Some(expression)
        }
        _ => None,
    })
}

/// The number a command is given, as in `limit 10`.
pub(super) fn first_long(command: &Command) -> Option<u64> {
    match &positional(command).next()?.kind {
        ExpressionKind::Literal(Literal::Long(value)) => u64::try_from(*value).ok(),
        _ => None,
    }
}
