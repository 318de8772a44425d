//! A zone and its rules as `builtin:management-zones` describes them.

use serde_json::Value;

use super::condition::Condition;
use super::entity_selector::EntitySelector;
use crate::settings::SettingsObject;

/// A management zone.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagementZone {
    /// The id of its settings object; not the number other classic APIs know it by.
    pub object_id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What belongs to it: whatever one of the rules matches.
    pub rules: Vec<Rule>,
}

/// A rule of a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Whether it counts.
    pub enabled: bool,
    /// What it matches.
    pub kind: RuleKind,
}

/// What a rule matches.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleKind {
    /// `ME`: entities of a type with certain attributes.
    Entities(AttributeRule),
    /// `DIMENSION`: metrics and logs with certain dimensions.
    Dimensions(DimensionRule),
    /// `SELECTOR`: entities an entity selector selects.
    Selector(EntitySelector),
    /// A kind this version does not know, or a rule without what belongs to its kind. It cannot be evaluated.
    Other {
        /// The kind on the wire.
        kind: String,
    },
}

/// Entities of a type with certain attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeRule {
    /// The type, such as `CLOUD_APPLICATION_NAMESPACE`; an open set.
    pub entity_type: String,
    /// What has to be true, all of it; an entity matches a rule without conditions by its type.
    pub conditions: Vec<Condition>,
    /// The types the zone spreads to from what matches, such as `HOST` from a `PROCESS_GROUP`.
    pub spreads_to: Vec<&'static str>,
}

/// Metrics and logs with certain dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DimensionRule {
    /// `ANY`, `LOG` or `METRIC`.
    pub applies_to: String,
    /// What has to be true, all of it.
    pub conditions: Vec<DimensionCondition>,
}

/// A condition on a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DimensionCondition {
    /// `DIMENSION`, `LOG_FILE_NAME` or `METRIC_KEY`.
    pub condition_type: String,
    /// The dimension, where the type is `DIMENSION`.
    pub key: Option<String>,
    /// `BEGINS_WITH` or `EQUALS`.
    pub matcher: String,
    /// What it is compared to.
    pub value: String,
}

/// The switches by which a zone spreads, and where to.
const SPREADS: [(&str, &str); 8] = [
    ("serviceToHostPropagation", "HOST"),
    ("serviceToPGPropagation", "PROCESS_GROUP"),
    ("pgToHostPropagation", "HOST"),
    ("pgToServicePropagation", "SERVICE"),
    ("hostToPGPropagation", "PROCESS_GROUP"),
    ("customDeviceGroupToCustomDevicePropagation", "CUSTOM_DEVICE"),
    ("azureToServicePropagation", "SERVICE"),
    ("azureToPGPropagation", "PROCESS_GROUP"),
];

impl ManagementZone {
    /// Reads a zone. A rule that cannot be read is kept as [`RuleKind::Other`]: left out, the zone would seem
    /// smaller than it is.
    ///
    /// # Errors
    /// What is missing, as a clause.
    pub fn read(object: &SettingsObject) -> Result<Self, String> {
        let value = &object.value;
        Ok(Self {
            object_id: object.object_id.clone(),
            name: text(value, "name").ok_or("the zone has no `name`")?,
            description: text(value, "description"),
            rules: items(value, "rules").map(Rule::read).collect(),
        })
    }
}

impl Rule {
    fn read(value: &Value) -> Self {
        let kind = text(value, "type").unwrap_or_default();
        let read = match kind.as_str() {
            "ME" => value.get("attributeRule").and_then(AttributeRule::read).map(RuleKind::Entities),
            "DIMENSION" => value.get("dimensionRule").and_then(DimensionRule::read).map(RuleKind::Dimensions),
            "SELECTOR" => text(value, "entitySelector")
                .map(|selector| RuleKind::Selector(EntitySelector::parse(&selector))),
            _ => None,
        };
        Self {
            enabled: value.get("enabled").and_then(Value::as_bool).unwrap_or(true),
            kind: read.unwrap_or(RuleKind::Other { kind }),
        }
    }
}

impl AttributeRule {
    fn read(value: &Value) -> Option<Self> {
        let is_on = |switch: &str| value.get(switch).and_then(Value::as_bool).unwrap_or(false);
        // The classic configuration API calls the list `attributeConditions`, and Settings followed for a time.
        let list = ["conditions", "attributeConditions"].into_iter().find(|key| value.get(key).is_some());
        Some(Self {
            entity_type: text(value, "entityType")?,
            conditions: list.into_iter().flat_map(|key| items(value, key)).map(Condition::read).collect(),
            spreads_to: SPREADS.iter().filter(|(switch, _)| is_on(switch)).map(|(_, to)| *to).collect(),
        })
    }
}

impl DimensionRule {
    fn read(value: &Value) -> Option<Self> {
        let list = ["conditions", "dimensionConditions"].into_iter().find(|key| value.get(key).is_some());
        let conditions = list.into_iter().flat_map(|key| items(value, key)).map(|item| {
            Some(DimensionCondition {
                condition_type: text(item, "conditionType")?,
                key: text(item, "key"),
                matcher: text(item, "ruleMatcher")?,
                value: item.get("value")?.as_str()?.to_owned(),
            })
        });
        Some(Self { applies_to: text(value, "appliesTo")?, conditions: conditions.collect::<Option<_>>()? })
    }
}

pub(super) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
