//! Conditions of `ME` rules.

use serde::Deserialize;

use crate::record::Record;
use crate::store::Store;
use crate::value::Value;

/// A condition as a settings object says it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConditionText {
    key: String,
    operator: String,
    #[serde(default)]
    string_value: Option<String>,
    #[serde(default)]
    entity_id: Option<String>,
    #[serde(default)]
    tag: Option<String>,
    #[serde(default)]
    dynamic_key: Option<String>,
    #[serde(default)]
    case_sensitive: Option<bool>,
}

/// Where the texts are that a condition looks at.
#[derive(Debug)]
enum Attribute {
    /// The id of the entity.
    Id,
    /// The name of the entity.
    Name,
    /// The name of the entity of this table that the entity refers to, perhaps through others.
    NameOf(&'static str),
    Tags,
    /// The value of a label.
    Label(String),
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Exists,
    Equals,
    BeginsWith,
    Contains,
    EndsWith,
    /// The key of a tag, whatever its value.
    TagKey,
}

/// A condition on an entity.
#[derive(Debug)]
pub(super) struct Condition {
    attribute: Attribute,
    comparison: Comparison,
    negated: bool,
    wanted: String,
    case_sensitive: bool,
}

impl Condition {
    /// Reads a condition on entities of a type; the error names what the sandbox does not support.
    pub(super) fn new(entity_type: &str, text: &ConditionText) -> Result<Self, String> {
        let unsupported = |what: &str, which: &str| {
            format!("The {what} '{which}' of a condition on {entity_type} is not supported by the sandbox.")
        };
        let attribute = match text.key.strip_prefix(entity_type).and_then(|rest| rest.strip_prefix('_')) {
            Some("NAME" | "DETECTED_NAME") => Attribute::Name,
            Some("TAGS") => Attribute::Tags,
            Some("ID") => Attribute::Id,
            Some("LABELS") => Attribute::Label(
                text.dynamic_key.clone().ok_or_else(|| unsupported("key without a dynamicKey", &text.key))?,
            ),
            _ => match text.key.as_str() {
                "CLOUD_APPLICATION_NAME" => Attribute::NameOf("cloud_application"),
                "CLOUD_APPLICATION_NAMESPACE_NAME" => Attribute::NameOf("cloud_application_namespace"),
                "KUBERNETES_CLUSTER_NAME" => Attribute::NameOf("kubernetes_cluster"),
                other => return Err(unsupported("key", other)),
            },
        };
        let (negated, operator) = match text.operator.strip_prefix("NOT_") {
            Some(operator) => (true, operator),
            None => (false, text.operator.as_str()),
        };
        let comparison = match operator {
            "EXISTS" => Comparison::Exists,
            "EQUALS" => Comparison::Equals,
            "BEGINS_WITH" => Comparison::BeginsWith,
            "CONTAINS" => Comparison::Contains,
            "ENDS_WITH" => Comparison::EndsWith,
            "TAG_KEY_EQUALS" => Comparison::TagKey,
            _ => return Err(unsupported("operator", &text.operator)),
        };
        let wanted = match attribute {
            Attribute::Tags => text.tag.clone(),
            Attribute::Id => text.entity_id.clone(),
            _ => text.string_value.clone(),
        };
        let wanted = match (wanted, comparison) {
            (Some(wanted), _) => wanted,
            (None, Comparison::Exists) => String::new(),
            (None, _) => return Err(format!("The condition on '{}' lacks its value.", text.key)),
        };
        // Tags and ids are always compared as they are written.
        let case_sensitive =
            text.case_sensitive.unwrap_or(true) || matches!(attribute, Attribute::Tags | Attribute::Id);
        Ok(Self { attribute, comparison, negated, wanted, case_sensitive })
    }

    /// Whether an entity fulfils it.
    pub(super) fn holds(&self, entity: &Record, store: &Store) -> bool {
        self.attribute.of(entity, store).iter().any(|text| self.compares(text)) != self.negated
    }

    fn compares(&self, text: &str) -> bool {
        let folded = |text: &str| if self.case_sensitive { text.to_owned() } else { text.to_lowercase() };
        let (text, wanted) = (folded(text), folded(&self.wanted));
        match self.comparison {
            Comparison::Exists => true,
            Comparison::Equals => text == wanted,
            Comparison::BeginsWith => text.starts_with(&wanted),
            Comparison::Contains => text.contains(&wanted),
            Comparison::EndsWith => text.ends_with(&wanted),
            Comparison::TagKey => {
                text == wanted || text.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with(':'))
            }
        }
    }
}

impl Attribute {
    fn of(&self, entity: &Record, store: &Store) -> Vec<String> {
        let text = |record: &Record, field: &str| {
            record.get(field).and_then(Value::as_str).map(ToOwned::to_owned).into_iter().collect()
        };
        match self {
            Self::Id => text(entity, "id"),
            Self::Name => text(entity, "entity.name"),
            Self::Tags => {
                let tags = entity.get("tags").and_then(Value::as_array).unwrap_or_default();
                tags.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
            }
            Self::Label(key) => {
                let labels = entity.get("kubernetesLabels").and_then(Value::as_record);
                labels.map(|labels| text(labels, key)).unwrap_or_default()
            }
            Self::NameOf(table) => {
                let mut names = Vec::new();
                related(entity, table, store, 0, &mut names);
                names
            }
        }
    }
}

/// How many relations are followed: from a service over its workload and namespace to the cluster.
const FARTHEST: u32 = 3;

/// The names of the entities of a table that an entity refers to, perhaps through others.
fn related(entity: &Record, table: &str, store: &Store, distance: u32, names: &mut Vec<String>) {
    if distance == FARTHEST {
        return;
    }
    for relation in ["runs_on", "belongs_to", "clustered_by"] {
        let Some(targets) = entity.get(relation).and_then(Value::as_record) else { continue };
        for (kind, target) in targets.iter() {
            let ids = match target {
                Value::Array(ids) => ids.to_vec(),
                id => vec![id.clone()],
            };
            let rows = store.table(kind).map(|table| table.rows()).unwrap_or_default();
            for other in rows.iter().filter(|row| ids.contains(&row.value("id"))) {
                if kind.strip_prefix("dt.entity.") == Some(table) {
                    let name = other.get("entity.name").and_then(Value::as_str).map(ToOwned::to_owned);
                    names.extend(name.filter(|name| !names.contains(name)));
                }
                related(other, table, store, distance + 1, names);
            }
        }
    }
}
