//! The public queries in `../shared/dql`, where that folder is present. Third-party text: read, never copied.

use std::path::PathBuf;

use grailstage_dql::Dialect;

/// The lines of a file of the shared test data; none, with a word about it, where the data is absent.
pub(crate) fn lines(file: &str) -> Vec<serde_json::Value> {
    let root = std::env::var_os("GRAILSTAGE_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = root.join("dql").join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_default()).collect()
}

/// A text of an entry, empty where it has none.
pub(crate) fn text<'a>(entry: &'a serde_json::Value, key: &str) -> &'a str {
    entry.get(key).and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// The queries and snippets marked valid: id, text and how it is read.
pub(crate) fn valid_entries() -> Vec<(String, String, Dialect)> {
    lines("corpus.jsonl")
        .iter()
        .filter(|entry| text(entry, "expect") == "valid")
        .map(|entry| {
            let dialect = if text(entry, "kind") == "snippet" { Dialect::Snippet } else { Dialect::Query };
            (text(entry, "id").to_owned(), text(entry, "query").to_owned(), dialect)
        })
        .collect()
}

/// The queries and snippets marked valid.
#[allow(dead_code, reason = "each test file uses a part")]
pub(crate) fn valid_queries() -> Vec<(String, Dialect)> {
    valid_entries().into_iter().map(|(_, source, dialect)| (source, dialect)).collect()
}
