//! `query:autocomplete`: what can stand at a place of a query.
//! Source: docs.dynatrace.com, "Get query autocomplete suggestions", and `AutocompleteResponse` of
//! `@dynatrace-sdk/client-query`.

mod cursor;
mod suggestion;

use serde_json::{Value as Json, json};

use self::suggestion::suggestions;
use super::message::{Request, Response};
use super::query::Execution;
use crate::error::SandboxError;
use crate::evaluator;
use crate::place::byte_of;
use crate::stack::with_room;
use crate::store::Store;

/// How long suggestions from the data may be kept, in seconds.
const DATA_TTL_SECONDS: u32 = 60;
/// How long suggestions of the language may be kept, in seconds.
const LANGUAGE_TTL_SECONDS: u32 = 3600;

/// Answers what can stand at `cursorPosition`, counted in UTF-16 units; at the end without it.
pub(crate) fn autocomplete(request: &Request, store: &Store, now_millis: i64) -> Response {
    let Some(body) = request.json() else {
        return Response::gateway_error(400, "The request body is not valid JSON.", "autocomplete");
    };
    let Some(query) = body.get("query").and_then(Json::as_str) else {
        return Response::gateway_error(400, "The field `query` is missing.", "autocomplete");
    };
    let number = |name: &str| {
        body.get(name).and_then(Json::as_u64).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let end = number("cursorPosition").map_or(query.len(), |cursor| byte_of(query, cursor));
    let before = query.get(..end).unwrap_or(query);
    let most_data = number("maxDataSuggestions").unwrap_or(usize::MAX);
    let found = with_room(|| suggestions(before, store, most_data));
    let ttl = if found.iter().any(|one| one.from_data) { DATA_TTL_SECONDS } else { LANGUAGE_TTL_SECONDS };
    let body = json!({
        "optional": is_whole(before, request, store, now_millis),
        "suggestedTtlSeconds": ttl,
        "suggestions": found.iter().map(suggestion::Suggestion::json).collect::<Vec<Json>>(),
    });
    Response::json(200, body.to_string())
}

/// Whether a text is a query as it is, so that nothing has to follow.
fn is_whole(text: &str, request: &Request, store: &Store, now_millis: i64) -> bool {
    let Ok(mut execution) = Execution::read(request, now_millis, Vec::new()) else { return false };
    execution.options.scopes = None;
    matches!(
        evaluator::verify(text, store, &execution.options),
        Ok(()) | Err(SandboxError::NotSupported { .. })
    )
}
