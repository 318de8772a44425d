//! Management zones: which entities the rules of `builtin:management-zones` select.
//!
//! ```text
//!  settings object ──▶ ManagementZone: rules ──▶ ids of entities ──▶ field `managementZones` of dt.entity.*
//! ```
//!
//! `DIMENSION` rules select data, not entities: no entity is in a zone because of one. Rules may extend a selection to
//! hosts and process groups, of which the sandbox has none.
//! Source: docs.dynatrace.com, management zones, and the page of the schema.

mod condition;

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use self::condition::Condition;
use crate::data::Random;
use crate::evaluator::EntitySelector;
use crate::record::{Name, Record};
use crate::settings::{SettingsObject, SettingsStore, schemas::MANAGEMENT_ZONES};
use crate::store::{Row, Store};
use crate::value::Value;

/// A rule as a settings object says it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleText {
    enabled: bool,
    #[serde(default)]
    attribute_rule: Option<AttributeRuleText>,
    #[serde(default)]
    entity_selector: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttributeRuleText {
    entity_type: String,
    #[serde(default)]
    conditions: Vec<condition::ConditionText>,
}

/// A rule that selects entities.
#[derive(Debug)]
enum Rule {
    /// Entities of a type that fulfil all conditions.
    Attributes {
        table: String,
        conditions: Vec<Condition>,
    },
    Selector(EntitySelector),
}

/// What one rule of a zone says; nothing when it selects no entities. The error says what the sandbox does not support,
/// and where in the rule.
fn compile(rule: &serde_json::Value) -> Result<Option<Rule>, (Vec<String>, String)> {
    let Ok(rule) = RuleText::deserialize(rule) else { return Ok(None) };
    if let Some(text) = &rule.entity_selector {
        let selector =
            EntitySelector::new(text).map_err(|message| (vec!["entitySelector".to_owned()], message))?;
        return Ok(rule.enabled.then_some(Rule::Selector(selector)));
    }
    let Some(attributes) = rule.attribute_rule else { return Ok(None) };
    let conditions = attributes.conditions.iter().enumerate().map(|(index, condition)| {
        Condition::new(&attributes.entity_type, condition).map_err(|message| {
            (vec!["attributeRule".to_owned(), "conditions".to_owned(), index.to_string()], message)
        })
    });
    let conditions = conditions.collect::<Result<Vec<_>, _>>()?;
    let table = format!("dt.entity.{}", table_of(&attributes.entity_type));
    Ok(rule.enabled.then_some(Rule::Attributes { table, conditions }))
}

/// The table of an entity type where zones and tables call it differently.
fn table_of(entity_type: &str) -> String {
    match entity_type {
        "WEB_APPLICATION" => "application".into(),
        "BROWSER_MONITOR" => "synthetic_test".into(),
        "HTTP_MONITOR" => "http_check".into(),
        other => other.to_lowercase(),
    }
}

/// What is wrong with a rule for the sandbox: where in the rule, and what.
pub(crate) fn unsupported(rule: &serde_json::Value) -> Option<(Vec<String>, String)> {
    compile(rule).err()
}

/// The numeric id of a zone, which is not the id of its settings object.
pub(crate) fn zone_id(object: &SettingsObject) -> i64 {
    Random::of(0, &object.object_id).next().cast_signed()
}

/// Computes the field `managementZones` of all entities.
pub(crate) fn apply(settings: &SettingsStore, store: &mut Store) {
    let zones: Vec<(String, i64, Vec<Rule>)> = settings
        .of_schema(MANAGEMENT_ZONES.id)
        .map(|object| {
            let rules = object.value.get("rules").and_then(serde_json::Value::as_array);
            let rules = rules.into_iter().flatten().filter_map(|rule| compile(rule).ok().flatten());
            let name = object.value.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
            (name.to_owned(), zone_id(object), rules.collect())
        })
        .collect();
    store.set_management_zones(zones.iter().map(|(name, id, _)| (name.clone(), *id)));
    let selected: Vec<(&str, HashSet<String>)> = zones
        .iter()
        .map(|(name, _, rules)| {
            (name.as_str(), rules.iter().flat_map(|rule| rule.entities(store)).filter_map(id_of).collect())
        })
        .collect();
    let field = Name::from("managementZones");
    let tables: Vec<String> =
        store.table_names().filter(|name| name.starts_with("dt.entity.")).map(ToOwned::to_owned).collect();
    for name in tables {
        let Some(table) = store.table_mut(&name) else { continue };
        table.map_rows(|row| {
            let id = id_of(row).unwrap_or_default();
            let zones = selected.iter().filter(|(_, ids)| ids.contains(&id)).map(|(name, _)| *name);
            let mut row = Record::clone(row);
            row.set(&field, Value::strings(zones));
            Arc::new(row)
        });
    }
}

fn id_of(row: &Row) -> Option<String> {
    row.get("id").and_then(Value::as_str).map(ToOwned::to_owned)
}

impl Rule {
    fn entities<'s>(&'s self, store: &'s Store) -> Vec<&'s Row> {
        match self {
            Self::Selector(selector) => selector.entities(store).map(|(_, row)| row).collect(),
            Self::Attributes { table, conditions } => {
                let rows = store.table(table).map(|table| table.rows()).unwrap_or_default();
                rows.iter()
                    .filter(|row| conditions.iter().all(|condition| condition.holds(row, store)))
                    .collect()
            }
        }
    }
}
