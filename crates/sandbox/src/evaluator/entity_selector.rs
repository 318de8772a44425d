//! Classic entity selectors: `type(host),tag("[AWS]a:b"),entityName.startsWith("x")`.
//! Source: docs.dynatrace.com, Environment API v2, entity selector.

use crate::record::Record;
use crate::store::{Row, Store};
use crate::value::Value;

/// What an entity has to be.
enum Criterion {
    Type(String),
    Id(Vec<String>),
    NameEquals(String),
    NameContains(String),
    NameStartsWith(String),
    Tag(Vec<String>),
}

/// A compiled entity selector.
pub(crate) struct EntitySelector(Vec<Criterion>);

impl EntitySelector {
    /// Reads a selector; the error says what is wrong or not supported.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut criteria = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('(').ok_or("`(` is missing in the entity selector")?;
            let (arguments, after) = arguments(after)?;
            let first = || arguments.first().cloned().ok_or("the entity selector lacks a value");
            criteria.push(match name.trim().to_ascii_lowercase().as_str() {
                "type" => Criterion::Type(first()?.to_lowercase()),
                "entityid" => Criterion::Id(arguments.clone()),
                "entityname.equals" => Criterion::NameEquals(first()?.to_lowercase()),
                "entityname" | "entityname.contains" => Criterion::NameContains(first()?.to_lowercase()),
                "entityname.startswith" => Criterion::NameStartsWith(first()?.to_lowercase()),
                "tag" => Criterion::Tag(arguments.clone()),
                other => {
                    return Err(format!(
                        "the criterion `{other}` of an entity selector is not supported by the sandbox"
                    ));
                }
            });
            rest = after.trim_start().trim_start_matches(',').trim_start();
        }
        Ok(Self(criteria))
    }

    /// The ids of the entities that fit.
    pub(crate) fn ids(&self, store: &Store) -> Value {
        let tables = store.table_names().filter_map(|name| name.strip_prefix("dt.entity.")).filter(|kind| {
            self.0.iter().all(|criterion| !matches!(criterion, Criterion::Type(wanted) if wanted != kind))
        });
        let rows = tables
            .filter_map(|kind| store.table(&format!("dt.entity.{kind}")))
            .flat_map(|table| table.rows());
        Value::array(rows.filter(|row| self.fits(row)).map(|row: &Row| row.value("id")))
    }

    fn fits(&self, entity: &Record) -> bool {
        let name = entity.get("entity.name").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        self.0.iter().all(|criterion| match criterion {
            Criterion::Type(_) => true,
            Criterion::Id(ids) => entity
                .get("id")
                .and_then(Value::as_str)
                .is_some_and(|id| ids.iter().any(|wanted| wanted == id)),
            Criterion::NameEquals(wanted) => name == *wanted,
            Criterion::NameContains(wanted) => name.contains(wanted),
            Criterion::NameStartsWith(wanted) => name.starts_with(wanted),
            Criterion::Tag(wanted) => {
                let tags = entity.get("tags").and_then(Value::as_array).unwrap_or_default();
                tags.iter().filter_map(Value::as_str).any(|tag| wanted.iter().any(|wanted| wanted == tag))
            }
        })
    }
}

/// The values up to the closing parenthesis, and what stands behind it.
fn arguments(text: &str) -> Result<(Vec<String>, &str), String> {
    let mut values = vec![String::new()];
    let mut characters = text.char_indices();
    let mut quoted = false;
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '~' => {
                // The escape character of entity selectors.
                let escaped = characters.next().map(|(_, escaped)| escaped);
                if let Some(value) = values.last_mut() {
                    value.extend(escaped);
                }
            }
            ')' if !quoted => {
                let values =
                    values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
                return Ok((values.collect(), text.get(index + 1..).unwrap_or_default()));
            }
            ',' if !quoted => values.push(String::new()),
            _ => {
                if let Some(value) = values.last_mut() {
                    value.push(character);
                }
            }
        }
    }
    Err("`)` is missing in the entity selector".into())
}
