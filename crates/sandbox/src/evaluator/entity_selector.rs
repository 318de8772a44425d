//! Classic entity selectors: `type("HOST"),tag("[AWS]a:b"),entityName.startsWith("x"),mzName("Team A")`.
//! Source: docs.dynatrace.com, Environment API v2, entity selector.

use crate::record::Record;
use crate::store::{Row, Store};
use crate::value::{Value, equal};

/// How a name is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameMatch {
    Equals,
    Contains,
    StartsWith,
    In,
}

/// Which side of a relationship an entity is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The entity refers to the others.
    From,
    /// The others refer to the entity.
    To,
}

/// What an entity has to be.
#[derive(Debug)]
enum Criterion {
    Type(String),
    Id(Vec<String>),
    Name { how: NameMatch, wanted: Vec<String>, case_sensitive: bool },
    Tag(Vec<String>),
    Zone(Vec<String>),
    ZoneId(Vec<String>),
    Unhealthy(bool),
    Related { side: Side, relation: String, others: EntitySelector },
    Not(Box<Criterion>),
}

/// A compiled entity selector.
#[derive(Debug)]
pub(crate) struct EntitySelector(Vec<Criterion>);

impl EntitySelector {
    /// Reads a selector; the error says what is wrong or not supported.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut criteria = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (criterion, after) = criterion(rest)?;
            criteria.push(criterion);
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(next) if next.trim().is_empty() => {
                    return Err("the entity selector ends where a criterion is expected".into());
                }
                Some(next) => next.trim_start(),
                None if after.is_empty() => after,
                None => return Err(format!("the entity selector has `{after}` where a comma is expected")),
            };
        }
        Ok(Self(criteria))
    }

    /// The ids of the entities that fit.
    pub(crate) fn ids(&self, store: &Store) -> Value {
        Value::array(self.entities(store).map(|(_, row)| row.value("id")))
    }

    /// The entities that fit, with the name of their table behind `dt.entity.`.
    pub(crate) fn entities<'s>(&'s self, store: &'s Store) -> impl Iterator<Item = (&'s str, &'s Row)> {
        store
            .table_names()
            .filter_map(|name| name.strip_prefix("dt.entity."))
            .filter(|kind| {
                self.0.iter().all(|criterion| !matches!(criterion, Criterion::Type(wanted) if wanted != kind))
            })
            .flat_map(|kind| {
                let table = store.table(&format!("dt.entity.{kind}"));
                table.into_iter().flat_map(|table| table.rows()).map(move |row| (kind, row))
            })
            .filter(|(kind, row)| self.0.iter().all(|criterion| criterion.fits(kind, row, store)))
    }
}

impl Criterion {
    fn fits(&self, kind: &str, entity: &Record, store: &Store) -> bool {
        let texts = |field: &str| {
            let elements = entity.get(field).and_then(Value::as_array).unwrap_or_default();
            elements.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        let id = || entity.get("id").and_then(Value::as_str).unwrap_or_default();
        match self {
            Self::Type(wanted) => wanted == kind,
            Self::Id(ids) => ids.iter().any(|wanted| wanted == id()),
            Self::Name { how, wanted, case_sensitive } => {
                let name = entity.get("entity.name").and_then(Value::as_str).unwrap_or_default();
                let folded = |text: &str| if *case_sensitive { text.to_owned() } else { text.to_lowercase() };
                let name = folded(name);
                wanted.iter().map(|wanted| folded(wanted)).any(|wanted| match how {
                    NameMatch::Equals | NameMatch::In => name == wanted,
                    NameMatch::Contains => name.contains(&wanted),
                    NameMatch::StartsWith => name.starts_with(&wanted),
                })
            }
            Self::Tag(wanted) => texts("tags").iter().any(|tag| wanted.contains(tag)),
            Self::Zone(wanted) => texts("managementZones").iter().any(|zone| wanted.contains(zone)),
            Self::ZoneId(wanted) => texts("managementZones")
                .iter()
                .filter_map(|zone| store.management_zone_id(zone))
                .any(|id| wanted.contains(&id.to_string())),
            Self::Unhealthy(wanted) => store.is_unhealthy(id()) == *wanted,
            Self::Related { side, relation, others } => {
                others.entities(store).any(|(other_kind, other)| match side {
                    Side::From => refers(entity, relation, other_kind, other),
                    Side::To => refers(other, relation, kind, entity),
                })
            }
            Self::Not(criterion) => !criterion.fits(kind, entity, store),
        }
    }
}

/// Whether an entity refers to another one by a relation such as `runs_on`.
fn refers(entity: &Record, relation: &str, other_kind: &str, other: &Record) -> bool {
    let targets = entity.get(relation).and_then(Value::as_record);
    let target = targets.and_then(|targets| targets.get(&format!("dt.entity.{other_kind}")));
    let id = other.value("id");
    match target {
        Some(Value::Array(ids)) => ids.iter().any(|target| equal(target, &id) == Some(true)),
        Some(target) => equal(target, &id) == Some(true),
        None => false,
    }
}

/// Reads one criterion, and says what stands behind it.
fn criterion(text: &str) -> Result<(Criterion, &str), String> {
    let (name, after) = text
        .split_once('(')
        .ok_or_else(|| format!("`(` is missing in the entity selector behind `{text}`"))?;
    let (inside, after) = parenthesised(after)?;
    let name = name.trim();
    let lower = name.to_ascii_lowercase();
    for (prefix, side) in [("fromrelationships.", Side::From), ("torelationships.", Side::To)] {
        if lower.starts_with(prefix) {
            let relation = name.get(prefix.len()..).unwrap_or_default();
            let others = EntitySelector::new(inside)?;
            return Ok((Criterion::Related { side, relation: snake_case(relation), others }, after));
        }
    }
    let nested = || {
        let (criterion, rest) = criterion(inside)?;
        if rest.trim().is_empty() {
            Ok(criterion)
        } else {
            Err(format!("`{name}` of the entity selector takes one criterion, not `{inside}`"))
        }
    };
    let values = || values(inside);
    let first = || values().into_iter().next().ok_or("the entity selector lacks a value");
    let named = |how: NameMatch, wanted: Vec<String>| Criterion::Name { how, wanted, case_sensitive: false };
    let found = match lower.as_str() {
        "type" => Criterion::Type(first()?.to_lowercase()),
        "entityid" => Criterion::Id(values()),
        "entityname.equals" => named(NameMatch::Equals, vec![first()?]),
        "entityname" | "entityname.contains" => named(NameMatch::Contains, vec![first()?]),
        "entityname.startswith" => named(NameMatch::StartsWith, vec![first()?]),
        "entityname.in" => named(NameMatch::In, values()),
        "casesensitive" => match nested()? {
            Criterion::Name { how, wanted, .. } => Criterion::Name { how, wanted, case_sensitive: true },
            _ => return Err("`caseSensitive` of the entity selector takes a criterion of the name".into()),
        },
        "tag" => Criterion::Tag(values()),
        "mzname" => Criterion::Zone(values()),
        "mzid" => Criterion::ZoneId(values()),
        "healthstate" => match first()?.as_str() {
            "HEALTHY" => Criterion::Unhealthy(false),
            "UNHEALTHY" => Criterion::Unhealthy(true),
            other => return Err(format!("`{other}` is no health state; there are HEALTHY and UNHEALTHY")),
        },
        "not" => Criterion::Not(Box::new(nested()?)),
        _ => {
            return Err(format!(
                "the criterion `{name}` of an entity selector is not supported by the sandbox"
            ));
        }
    };
    Ok((found, after))
}

/// `runsOn` as fields write it: `runs_on`.
fn snake_case(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        if character.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
        out
    })
}

/// What stands up to the closing parenthesis, and what stands behind it.
fn parenthesised(text: &str) -> Result<(&str, &str), String> {
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_u32);
    for (index, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '~' => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => {
                return Ok((
                    text.get(..index).unwrap_or_default(),
                    text.get(index + 1..).unwrap_or_default(),
                ));
            }
            ')' if !quoted => depth -= 1,
            _ => {}
        }
    }
    Err("`)` is missing in the entity selector".into())
}

/// The values between commas, without quotes and escapes (`~` is the escape character of entity selectors).
fn values(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = text.chars();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        let escaped = if character == '~' { characters.next() } else { None };
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => values.push(String::new()),
            _ => {
                if let Some(value) = values.last_mut() {
                    if character == '~' {
                        value.extend(escaped);
                    } else {
                        value.push(character);
                    }
                }
            }
        }
    }
    values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}
