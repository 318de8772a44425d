//! `query:autocomplete`: what can stand at a place of a query.
//! Source: types of `@dynatrace-sdk/client-query`, `AutocompleteResponse`.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::message::{Request, Response};
use crate::evaluator::{command_names, function_names};
use crate::store::Store;

/// What stands before the place.
enum Place<'q> {
    /// A query or sub-query starts.
    Source,
    /// A command starts.
    Command,
    /// The table of `fetch`.
    DataObject,
    /// A value; fields are those of this table.
    Value(Option<&'q str>),
    /// Nothing can be suggested, as inside of quotes.
    Nowhere,
}

/// Answers what can stand at `cursorPosition`, counted in characters; at the end without it.
pub(crate) fn autocomplete(request: &Request, store: &Store) -> Response {
    let Some(body) = request.json() else {
        return Response::gateway_error(400, "The request body is not valid JSON.", "autocomplete");
    };
    let query = body.get("query").and_then(Json::as_str).unwrap_or_default();
    let cursor =
        body.get("cursorPosition").and_then(Json::as_u64).and_then(|cursor| usize::try_from(cursor).ok());
    let end = cursor
        .and_then(|cursor| query.char_indices().nth(cursor).map(|(byte, _)| byte))
        .unwrap_or(query.len());
    let before = query.get(..end).unwrap_or(query);
    let typed_from = before
        .char_indices()
        .rev()
        .take_while(|(_, character)| character.is_alphanumeric() || matches!(character, '_' | '.'))
        .last()
        .map_or(before.len(), |(byte, _)| byte);
    let (head, typed) = before.split_at_checked(typed_from).unwrap_or((before, ""));
    let candidates: Vec<(&'static str, String)> = match place(head) {
        Place::Source => commands(true),
        Place::Command => commands(false),
        Place::DataObject => tables(store).into_iter().map(|name| ("DATA_OBJECT", name)).collect(),
        Place::Value(table) => {
            let fields = table.map(|table| fields(store, table)).unwrap_or_default();
            let functions = function_names().map(|name| ("FUNCTION_NAME", name.to_owned()));
            fields.into_iter().map(|name| ("SIMPLE_IDENTIFIER", name)).chain(functions).collect()
        }
        Place::Nowhere => Vec::new(),
    };
    let folded = typed.to_lowercase();
    let suggestions: Vec<Json> = candidates
        .into_iter()
        .filter(|(_, name)| name.to_lowercase().starts_with(&folded))
        .map(|(kind, name)| {
            json!({
                "suggestion": name,
                "alreadyTypedCharacters": typed.chars().count(),
                "parts": [{"type": kind, "suggestion": name}],
            })
        })
        .collect();
    let body = json!({"optional": typed.is_empty(), "suggestedTtlSeconds": 60, "suggestions": suggestions});
    Response::json(200, body.to_string())
}

fn commands(source: bool) -> Vec<(&'static str, String)> {
    command_names(source).map(|name| ("COMMAND_NAME", name.to_owned())).collect()
}

fn tables(store: &Store) -> BTreeSet<String> {
    let known =
        grailstage_dql::catalogue::catalogue().all_data_objects().iter().filter(|object| !object.prefix);
    known.map(|object| object.name.to_owned()).chain(store.table_names().map(ToOwned::to_owned)).collect()
}

fn fields(store: &Store, table: &str) -> BTreeSet<String> {
    let rows = store.table(table).map(|table| table.rows()).unwrap_or_default();
    rows.iter().flat_map(|row| row.iter().map(|(name, _)| name.to_string())).collect()
}

fn place(head: &str) -> Place<'_> {
    if head.matches('"').count() % 2 == 1 || head.matches('`').count() % 2 == 1 {
        return Place::Nowhere;
    }
    let trimmed = head.trim_end();
    match trimmed.chars().next_back() {
        None | Some('[') => Place::Source,
        Some('|') => Place::Command,
        _ => {
            let stage = trimmed.rsplit(['|', '[']).next().unwrap_or_default().trim_start();
            if stage.eq_ignore_ascii_case("fetch") && head.len() > trimmed.len() {
                return Place::DataObject;
            }
            Place::Value(fetched(trimmed))
        }
    }
}

/// The table of the first `fetch`.
fn fetched(text: &str) -> Option<&str> {
    let mut words =
        text.split(|character: char| character.is_whitespace() || matches!(character, ',' | '|' | '['));
    words.find(|word| word.eq_ignore_ascii_case("fetch"))?;
    words.find(|word| !word.is_empty())
}
