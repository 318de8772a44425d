//! Classic entity selectors: `type("HOST"),tag("[AWS]a:b"),entityName.startsWith("x"),mzName("Team A")`.
//! Source: docs.dynatrace.com, Environment API v2, entity selector.

use crate::record::Record;
use crate::selector_text::{Call, calls};
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
        calls(text, "entity selector")?.iter().map(criterion).collect::<Result<_, _>>().map(Self)
    }

    /// Whether it names a type or ids, one of which the Environment API demands.
    pub(crate) fn is_bounded(&self) -> bool {
        self.0.iter().any(|criterion| matches!(criterion, Criterion::Type(_) | Criterion::Id(_)))
    }

    /// The type it names that the store has no table for.
    pub(crate) fn unknown_type(&self, store: &Store) -> Option<&str> {
        self.0.iter().find_map(|criterion| match criterion {
            Criterion::Type(kind) if store.table(&format!("dt.entity.{kind}")).is_none() => {
                Some(kind.as_str())
            }
            _ => None,
        })
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

fn criterion(call: &Call<'_>) -> Result<Criterion, String> {
    let name = call.name;
    let lower = name.to_ascii_lowercase();
    for (prefix, side) in [("fromrelationships.", Side::From), ("torelationships.", Side::To)] {
        if lower.starts_with(prefix) {
            let relation = snake_case(name.get(prefix.len()..).unwrap_or_default());
            return Ok(Criterion::Related { side, relation, others: EntitySelector::new(call.inside)? });
        }
    }
    let nested = || match calls(call.inside, "entity selector")?.as_slice() {
        [only] => criterion(only),
        _ => Err(format!("`{name}` of the entity selector takes one criterion, not `{}`", call.inside)),
    };
    let values = || call.values();
    let first = || values().into_iter().next().ok_or("the entity selector lacks a value");
    let named = |how: NameMatch, wanted: Vec<String>| Criterion::Name { how, wanted, case_sensitive: false };
    Ok(match lower.as_str() {
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
        "not" => match nested()? {
            Criterion::Type(_) => return Err("`type` of the entity selector can't be negated".into()),
            criterion => Criterion::Not(Box::new(criterion)),
        },
        _ => {
            return Err(format!(
                "the criterion `{name}` of an entity selector is not supported by the sandbox"
            ));
        }
    })
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
