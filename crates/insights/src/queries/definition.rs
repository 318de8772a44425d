//! A query as it is written down, in the configuration or in an entity.

use std::collections::BTreeMap;

use grailstage_dql::Dialect;
use grailstage_dql::diagnostic::Diagnostic;
use grailstage_dql::template::{Bound, Scope, Template};
use serde_json::Value;

use super::entity_scope::{PLACEHOLDERS, placeholder_names};
use crate::answer::Unit;

/// What a list of queries may say of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    /// Names it in its list.
    pub(crate) id: String,
    /// What it is about.
    pub(crate) description: Option<String>,
    /// The DQL, with placeholders.
    pub(crate) source: String,
    /// Where it is asked: environments by name or by the first label of their host. Empty for all.
    pub(crate) environments: Vec<String>,
    /// What the numbers of its columns count.
    pub(crate) units: BTreeMap<String, Unit>,
}

/// An entry of a list that is no query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Malformed {
    /// Its id, or its place in the list.
    pub(crate) id: String,
    /// What is wrong, as a sentence.
    pub(crate) problem: String,
}

/// Reads a list of queries; every entry for itself. `null` is an empty one.
pub(crate) fn read(list: &Value) -> Vec<Result<Definition, Malformed>> {
    match list {
        Value::Null => Vec::new(),
        Value::Array(entries) => {
            entries.iter().enumerate().map(|(place, entry)| read_entry(place, entry)).collect()
        }
        _ => vec![Err(Malformed {
            id: "queries".to_owned(),
            problem: "`queries` is not a list; write each query as an entry with `id` and `query`".to_owned(),
        })],
    }
}

fn read_entry(place: usize, entry: &Value) -> Result<Definition, Malformed> {
    let name = entry.get("id").and_then(scalar).filter(|id| !id.is_empty());
    let id = name.clone().unwrap_or_else(|| place.to_string());
    let malformed = |problem: String| Malformed { id: id.clone(), problem };
    if !entry.is_object() {
        return Err(malformed("the entry is not an object with `id` and `query`".to_owned()));
    }
    let Some(name) = name else {
        return Err(malformed("the query has no `id`, which is a text".to_owned()));
    };
    let source = match entry.get("query") {
        Some(Value::String(text)) if !text.trim().is_empty() => text.clone(),
        Some(Value::String(_)) => return Err(malformed("its `query` is empty".to_owned())),
        Some(_) => return Err(malformed("its `query` is not a text".to_owned())),
        None => return Err(malformed("it has no `query`".to_owned())),
    };
    let description = match entry.get("description") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Some(_) => return Err(malformed("its `description` is not a text".to_owned())),
    };
    let environments = match entry.get("environments") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(names)) => names
            .iter()
            .map(scalar)
            .collect::<Option<_>>()
            .ok_or_else(|| malformed("its `environments` are not all texts".to_owned()))?,
        Some(_) => return Err(malformed("its `environments` are not a list".to_owned())),
    };
    let units = units(entry.get("units").unwrap_or(&Value::Null)).map_err(&malformed)?;
    Ok(Definition { id: name, description, source, environments, units })
}

fn units(value: &Value) -> Result<BTreeMap<String, Unit>, String> {
    let object = match value {
        Value::Null => return Ok(BTreeMap::new()),
        Value::Object(object) => object,
        _ => return Err("its `units` are not `column: unit` pairs".to_owned()),
    };
    object
        .iter()
        .map(|(column, name)| {
            let unit = Unit::ALL.iter().find(|(known, _)| name.as_str() == Some(*known));
            let known = || Unit::ALL.map(|(known, _)| format!("`{known}`")).join(", ");
            unit.map(|(_, unit)| (column.clone(), *unit)).ok_or_else(|| {
                format!("the unit `{}` of `{column}` is not known; there are {}", plain(name), known())
            })
        })
        .collect()
}

fn plain(value: &Value) -> String {
    scalar(value).unwrap_or_else(|| value.to_string())
}

/// A text; YAML makes numbers of `12`, and somebody may mean them as an id.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Definition {
    /// Reads and checks the DQL.
    ///
    /// # Errors
    /// All errors that can be told without an entity: of syntax, of names, of types, and placeholders there are not.
    pub(crate) fn prepare(&self) -> Result<Template, Vec<Diagnostic>> {
        let mut errors: Vec<Diagnostic> = grailstage_dql::check(&self.source, Dialect::Template)
            .into_iter()
            .filter(Diagnostic::is_error)
            .collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let template = Template::parse(&self.source)?;
        if let Err(unbound) = template.bind(&AnyEntity) {
            errors.extend(unbound.into_iter().filter(|error| error.code == "UNKNOWN_PLACEHOLDER"));
        }
        if errors.is_empty() { Ok(template) } else { Err(errors) }
    }
}

/// Has a value for each placeholder that some entity could have one for.
struct AnyEntity;

impl Scope for AnyEntity {
    fn resolve(&self, path: &[String]) -> Option<Bound> {
        let known = match path {
            [name] => PLACEHOLDERS.contains(&name.as_str()),
            [first, ..] => first == "entity",
            [] => false,
        };
        known.then(|| Bound::String("x".to_owned()))
    }

    fn names(&self) -> Vec<String> {
        placeholder_names()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(source: &str) -> Definition {
        read(&json!([{ "id": "a", "query": source }])).remove(0).unwrap()
    }

    #[test]
    fn reads_what_the_peer_documents() {
        let list = json!([
            { "id": "Error Logs", "description": "Fetch Error Logs", "query": "fetch logs", "environments": ["a"] },
            { "id": 90, "query": "fetch spans" },
        ]);
        let read: Vec<_> = read(&list).into_iter().map(Result::unwrap).collect();
        assert_eq!(read[0].id, "Error Logs");
        assert_eq!(read[0].description.as_deref(), Some("Fetch Error Logs"));
        assert_eq!(read[0].environments, ["a"]);
        assert_eq!((read[1].id.as_str(), read[1].source.as_str()), ("90", "fetch spans"));
        assert!(super::read(&Value::Null).is_empty());
    }

    #[test]
    fn names_what_is_wrong_with_an_entry_and_keeps_the_others() {
        let list = json!([
            "fetch logs", { "query": "fetch logs" }, { "id": "a" }, { "id": "b", "query": " " },
            { "id": "c", "query": "fetch logs", "environments": "production" },
            { "id": "d", "query": "fetch logs", "units": { "n": "parsecs" } },
            { "id": "e", "query": "fetch logs", "units": { "n": "bytes" } },
        ]);
        let read = read(&list);
        let problems: Vec<_> = read.iter().filter_map(|entry| entry.as_ref().err()).collect();
        let ids: Vec<_> = problems.iter().map(|problem| problem.id.as_str()).collect();
        assert_eq!(ids, ["0", "1", "a", "b", "c", "d"]);
        assert!(problems[5].problem.contains("`parsecs`") && problems[5].problem.contains("`bytes`"));
        assert_eq!(read[6].as_ref().unwrap().units.get("n"), Some(&Unit::Bytes));
    }

    #[test]
    fn finds_all_that_can_be_told_without_an_entity() {
        let codes = |source: &str| {
            definition(source).prepare().err().into_iter().flatten().map(|e| e.code).collect::<Vec<_>>()
        };
        assert_eq!(codes("fetch logs | fliter a == 1"), ["UNKNOWN_COMMAND"]);
        assert_eq!(codes("fetch logs | filter a == ${componentNam}"), ["UNKNOWN_PLACEHOLDER"]);
        assert_eq!(codes("fetch logs | filter a == $Service"), ["DASHBOARD_VARIABLE"]);
        assert_eq!(codes("fetch logs | filter a == \"$${componentNamespace}.$${componentName}\""), [""; 0]);
        assert_eq!(codes("fetch logs | filter a == ${entity.metadata.labels['x/y']}"), [""; 0]);
    }
}
