//! Namespaces -> the value of a management zone.

use serde_json::{Map, Value, json};

use super::ZoneOnboardingRequest;
use crate::ScaffoldError;
use crate::settings_value::holds;

/// What the schema takes, in characters.
const LONGEST_NAME: usize = 500;
/// More namespaces than this are a mistake, and would be more rules than a segment has includes.
const MOST_NAMESPACES: usize = 20;
/// The types of entities that know their namespace.
const ENTITY_TYPES: [&str; 3] = ["CLOUD_APPLICATION_NAMESPACE", "CLOUD_APPLICATION", "SERVICE"];

/// Whether the request makes a zone.
pub(super) fn check(request: &ZoneOnboardingRequest) -> Result<(), ScaffoldError> {
    let texts = [
        ("zone", Some(&request.zone)),
        ("group", Some(&request.group)),
        ("description", request.description.as_ref()),
    ];
    for (input, text) in texts {
        let Some(text) = text else { continue };
        if text.trim().is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control)
        {
            return Err(ScaffoldError::input(
                input,
                format!("is not a text of 1 to {LONGEST_NAME} characters in one line"),
            ));
        }
    }
    if request.namespaces.is_empty() || request.namespaces.len() > MOST_NAMESPACES {
        return Err(ScaffoldError::input(
            "namespaces",
            format!("has {} entries; a zone takes 1 to {MOST_NAMESPACES}", request.namespaces.len()),
        ));
    }
    for namespace in &request.namespaces {
        let is_end = |it: Option<char>| it.is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        let ends = [namespace.chars().next(), namespace.chars().next_back()];
        if namespace.len() > 63 || !namespace.chars().all(fits) || !ends.into_iter().all(is_end) {
            return Err(ScaffoldError::InvalidInput {
                input: "namespaces".to_owned(),
                problem: format!("has `{namespace}`, which no namespace is named"),
                help: Some("a namespace has 1 to 63 lower-case letters, digits and `-`, and a letter or digit at both ends".to_owned()),
            });
        }
    }
    if let Some(cluster) = &request.cluster {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | ':' | '/');
        if cluster.is_empty() || cluster.len() > 253 || !cluster.chars().all(fits) {
            return Err(ScaffoldError::InvalidInput {
                input: "cluster".to_owned(),
                problem: format!("is `{cluster}`, which no cluster is named"),
                help: Some("use letters, digits, `-`, `_`, `.`, `:` and `/`".to_owned()),
            });
        }
    }
    Ok(())
}

/// The value of the zone: entities by their namespace, and the metrics and logs of it.
pub(super) fn zone_value(request: &ZoneOnboardingRequest) -> Value {
    let equals = |key: &str, value: &str| json!({"key": key, "operator": "EQUALS", "stringValue": value, "caseSensitive": true});
    let mut rules = Vec::new();
    for namespace in &request.namespaces {
        for entity_type in ENTITY_TYPES {
            let mut conditions = vec![equals("CLOUD_APPLICATION_NAMESPACE_NAME", namespace)];
            conditions
                .extend(request.cluster.as_ref().map(|cluster| equals("KUBERNETES_CLUSTER_NAME", cluster)));
            rules.push(json!({
                "enabled": true,
                "type": "ME",
                "attributeRule": {"entityType": entity_type, "conditions": conditions},
            }));
        }
        let dimension = |key: &str, value: &str| json!({"conditionType": "DIMENSION", "key": key, "ruleMatcher": "EQUALS", "value": value});
        let mut conditions = vec![dimension("k8s.namespace.name", namespace)];
        conditions.extend(request.cluster.as_ref().map(|cluster| dimension("k8s.cluster.name", cluster)));
        rules.push(json!({
            "enabled": true,
            "type": "DIMENSION",
            "dimensionRule": {"appliesTo": "ANY", "conditions": conditions},
        }));
    }
    let mut value = json!({"name": request.zone, "rules": rules});
    if let (Some(description), Some(fields)) = (&request.description, value.as_object_mut()) {
        fields.insert("description".to_owned(), description.clone().into());
    }
    value
}

/// The value that is there with what is wanted put in, and everything else as it is; the same value where it has all
/// that is wanted.
pub(super) fn applied(wanted: &Value, present: &Value) -> Value {
    if holds(present, wanted) {
        return present.clone();
    }
    let mut fields = present.as_object().cloned().unwrap_or_else(Map::new);
    fields.extend(wanted.as_object().cloned().unwrap_or_default());
    Value::Object(fields)
}
