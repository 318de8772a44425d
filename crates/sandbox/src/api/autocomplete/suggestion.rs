//! Suggestions: names of the language that the sandbox understands, and names that its data has.

use std::collections::BTreeSet;

use grailstage_dql::analysis::analyse;
use grailstage_dql::catalogue::{Kind, ParameterInfo, Signature, catalogue};
use grailstage_dql::quote::{unescape_field, write_field};
use serde_json::{Value as Json, json};

use super::cursor::{Closing, Expected, Slot, expected};
use crate::api::signature::METRIC_AGGREGATION;
use crate::evaluator::{command_names, function_names, is_aggregation};
use crate::store::{Row, Store};

/// Fields are looked for in so many records of a table.
const RECORDS_LOOKED_AT: usize = 10_000;

/// One way to go on.
#[derive(Debug)]
pub(super) struct Suggestion {
    parts: Vec<(&'static str, String)>,
    synopsis: Option<String>,
    /// How many UTF-16 units of it are typed.
    typed: usize,
    /// Whether it comes from the data rather than from the language.
    pub(super) from_data: bool,
}

impl Suggestion {
    fn new(kind: &'static str, text: impl Into<String>) -> Self {
        Self { parts: vec![(kind, text.into())], synopsis: None, typed: 0, from_data: false }
    }

    fn then(mut self, kind: &'static str, text: &str) -> Self {
        self.parts.push((kind, text.to_owned()));
        self
    }

    fn about(mut self, signature: Option<&Signature>) -> Self {
        self.synopsis = signature.map(synopsis);
        self
    }

    fn data(kind: &'static str, text: String) -> Self {
        Self { from_data: true, ..Self::new(kind, text) }
    }

    fn text(&self) -> String {
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }

    pub(super) fn json(&self) -> Json {
        let mut parts: Vec<Json> =
            self.parts.iter().map(|(kind, text)| json!({"type": kind, "suggestion": text})).collect();
        if let (Some(synopsis), Some(first)) =
            (&self.synopsis, parts.first_mut().and_then(Json::as_object_mut))
        {
            first.insert("synopsis".into(), synopsis.as_str().into());
        }
        json!({"suggestion": self.text(), "alreadyTypedCharacters": self.typed, "parts": parts})
    }
}

/// What can stand at the end of a text, of the data at most so much.
pub(super) fn suggestions(before: &str, store: &Store, most_data: usize) -> Vec<Suggestion> {
    let typed_from = before
        .char_indices()
        .rev()
        .take_while(|(_, character)| character.is_alphanumeric() || matches!(character, '_' | '.'))
        .last()
        .map_or(before.len(), |(byte, _)| byte);
    let (head, typed) = before.split_at_checked(typed_from).unwrap_or((before, ""));
    let candidates = match expected(head) {
        Expected::Command { source } => commands(source),
        Expected::Parameter { slot, keys } => parameter(&slot, keys, store),
        // A word that is typed after a value can only be an operator.
        Expected::Continuation { slot, closing } => continuation(&slot, closing),
        Expected::Nothing => Vec::new(),
    };
    let folded = typed.to_lowercase();
    let mut data = 0;
    candidates
        .into_iter()
        .filter(|candidate| candidate.text().to_lowercase().starts_with(&folded))
        .filter(|candidate| {
            data += usize::from(candidate.from_data);
            !candidate.from_data || data <= most_data
        })
        .map(|candidate| Suggestion { typed: typed.encode_utf16().count(), ..candidate })
        .collect()
}

fn commands(source: bool) -> Vec<Suggestion> {
    command_names(source)
        .map(|name| {
            let signature = catalogue().command(name);
            let suggestion = Suggestion::new("COMMAND_NAME", name).about(signature);
            match signature {
                Some(signature) if !signature.parameters.is_empty() => suggestion.then("SPACE", " "),
                _ => suggestion,
            }
        })
        .collect()
}

fn parameter(slot: &Slot<'_>, keys: bool, store: &Store) -> Vec<Suggestion> {
    let mut found = match slot.parameter {
        Some(parameter) => value(slot, parameter, store),
        // All that goes without a key is written already; of an unknown name nothing is known.
        None if slot.signature.is_some() && keys => Vec::new(),
        None => expression(slot, true, store),
    };
    if let Some(signature) = slot.signature.filter(|_| keys) {
        let written = |info: &ParameterInfo| slot.keys.iter().any(|key| info.name.eq_ignore_ascii_case(key));
        // What must be there stands in its place; nobody writes its key.
        let offered =
            |info: &ParameterInfo| (info.named || info.optional) && !info.nameless && !info.unlisted;
        let open = signature.parameters.iter().filter(|info| offered(info) && !written(info));
        found.extend(open.map(|info| Suggestion::new("PARAMETER_KEY", info.name).then("COLON", ":")));
    }
    found
}

fn value(slot: &Slot<'_>, parameter: &ParameterInfo, store: &Store) -> Vec<Suggestion> {
    match parameter.kind {
        Kind::DataObject => tables(store),
        Kind::MetricKey => {
            let keys: BTreeSet<&str> = store.metrics().iter().map(|series| &*series.key).collect();
            keys.into_iter().map(|key| Suggestion::data("METRIC_KEY", field(key))).collect()
        }
        Kind::TopologyType => {
            let nodes = slot.command.eq_ignore_ascii_case("smartscapeNodes")
                || parameter.name.starts_with("targetType");
            let (rows, kind) = if nodes {
                (store.nodes(), "SMARTSCAPE_NODE_TYPE")
            } else {
                (store.edges(), "SMARTSCAPE_EDGE_TYPE")
            };
            let types: BTreeSet<&str> =
                rows.iter().filter_map(|row| row.get("type").and_then(|value| value.as_str())).collect();
            types.into_iter().map(|name| Suggestion::data(kind, field(name))).collect()
        }
        Kind::Choice => {
            parameter.choices.iter().map(|choice| Suggestion::new("ENUM_STRING", *choice)).collect()
        }
        Kind::Query => vec![Suggestion::new("BRACKET_OPEN", "[")],
        Kind::Field | Kind::AnyField | Kind::FieldPattern => fields(slot, store),
        Kind::Aggregation => aggregations("aggregation"),
        Kind::TimeseriesAggregation => aggregations("timeseries aggregation"),
        Kind::MetricAggregation => aggregations(METRIC_AGGREGATION),
        Kind::Value | Kind::JoinCondition => expression(slot, !parameter.constant, store),
        Kind::Bucket | Kind::Pattern | Kind::Json | Kind::File | Kind::Search | Kind::Opaque => Vec::new(),
    }
}

fn expression(slot: &Slot<'_>, with_fields: bool, store: &Store) -> Vec<Suggestion> {
    let mut found = if with_fields { fields(slot, store) } else { Vec::new() };
    let known = |name| catalogue().functions(name).find(|signature| !signature.aggregates());
    found.extend(function_names().filter_map(known).map(call));
    let words =
        [("BOOLEAN_TRUE", "true"), ("BOOLEAN_FALSE", "false"), ("NULL", "null"), ("OPERATOR", "not ")];
    found.extend(words.map(|(kind, word)| Suggestion::new(kind, word)));
    found
}

/// Aggregations under a heading of the catalogue.
fn aggregations(category: &str) -> Vec<Suggestion> {
    let known = catalogue().all_functions().iter();
    known
        .filter(|signature| signature.category == category && is_aggregation(signature.name))
        .map(call)
        .collect()
}

fn call(signature: &Signature) -> Suggestion {
    let open =
        Suggestion::new("FUNCTION_NAME", signature.name).about(Some(signature)).then("PARENTHESIS_OPEN", "(");
    if signature.parameters.is_empty() { open.then("PARENTHESIS_CLOSE", ")") } else { open }
}

fn tables(store: &Store) -> Vec<Suggestion> {
    let known = catalogue().all_data_objects().iter().filter(|object| !object.prefix);
    let names: BTreeSet<String> = known
        .map(|object| object.name.to_owned())
        .chain(store.table_names().map(ToOwned::to_owned))
        .collect();
    names.into_iter().map(|name| Suggestion::data("DATA_OBJECT", field(&name))).collect()
}

/// The fields that the records before the command can have.
fn fields(slot: &Slot<'_>, store: &Store) -> Vec<Suggestion> {
    let analysis = grailstage_dql::parse(slot.pipeline).ok().map(|query| analyse(&query));
    let (tables, columns) = analysis.map_or_else(Default::default, |found| (found.tables, found.columns));
    let names: BTreeSet<String> = match columns {
        Some(columns) => columns.into_iter().collect(),
        None => tables
            .iter()
            .flat_map(|table| rows(store, table).iter().take(RECORDS_LOOKED_AT))
            .flat_map(|row| row.iter().map(|(name, _)| name.to_string()))
            .chain(slot.assigned.iter().map(|name| unescape_field(name.trim_matches('`')).into_owned()))
            .collect(),
    };
    names.into_iter().map(|name| Suggestion::data("SIMPLE_IDENTIFIER", field(&name))).collect()
}

fn rows<'s>(store: &'s Store, table: &str) -> &'s [Row] {
    match table {
        "smartscape.nodes" => store.nodes(),
        "smartscape.edges" => store.edges(),
        table => store.table(table).map(|table| table.rows()).unwrap_or_default(),
    }
}

fn field(name: &str) -> String {
    let mut text = String::new();
    write_field(&mut text, name);
    text
}

/// Operators between a value and the next.
const OPERATORS: [&str; 16] =
    ["==", "!=", "<", "<=", ">", ">=", "and", "or", "xor", "in", "~", "+", "-", "*", "/", "%"];

fn continuation(slot: &Slot<'_>, closing: Option<Closing>) -> Vec<Suggestion> {
    let mut found = Vec::new();
    let computes = slot.parameter.is_none_or(|parameter| {
        matches!(
            parameter.kind,
            Kind::Value
                | Kind::JoinCondition
                | Kind::Aggregation
                | Kind::TimeseriesAggregation
                | Kind::MetricAggregation
        )
    });
    if computes {
        found.extend(OPERATORS.map(|operator| Suggestion::new("OPERATOR", operator).then("SPACE", " ")));
    }
    if slot.parameter.is_some_and(|parameter| parameter.sortable) {
        found.extend(["asc", "desc"].map(|word| Suggestion::new("PARAMETER_MODIFIER", word)));
    }
    found.push(Suggestion::new("COMMA", ",").then("SPACE", " "));
    match closing {
        Some(Closing::Parenthesis) => found.push(Suggestion::new("PARENTHESIS_CLOSE", ")")),
        Some(Closing::Brace) => found.push(Suggestion::new("BRACE_CLOSE", "}")),
        Some(Closing::Bracket) => found.push(Suggestion::new("BRACKET_CLOSE", "]")),
        None => {}
    }
    if !slot.grouped && closing != Some(Closing::Parenthesis) {
        found.push(Suggestion::new("PIPE", "|").then("SPACE", " "));
    }
    found
}

/// `startsWith(expression, prefix [, caseSensitive:])`, `filter condition`
fn synopsis(signature: &Signature) -> String {
    let listed = signature.parameters.iter().filter(|info| !info.unlisted);
    let mut text = String::new();
    for info in listed {
        let name = format!(
            "{}{}{}{}",
            if text.is_empty() { "" } else { ", " },
            info.name,
            if info.named { ":" } else { "" },
            if info.variadic { ", …" } else { "" }
        );
        text.push_str(&if info.optional { format!(" [{name}]") } else { name });
    }
    let text = text.trim_start();
    if signature.category == "commands" {
        format!("{} {text}", signature.name).trim_end().to_owned()
    } else {
        format!("{}({text})", signature.name)
    }
}
