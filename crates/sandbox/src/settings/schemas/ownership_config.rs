//! `builtin:ownership.config`: which keys of tags, labels and annotations name an owner. One object.
//! Source: docs.dynatrace.com, the schema's page; Dynatrace's Terraform provider, resource `ownership_config`.

use serde_json::Value as Json;

use crate::settings::{Candidate, Kind, ObjectType, Property, Schema, Violations};

/// The keys of owners.
pub(crate) static OWNERSHIP_CONFIG: Schema = Schema {
    id: "builtin:ownership.config",
    display_name: "Ownership keys",
    description: "Keys of tags, labels, annotations and metadata whose values are team identifiers",
    version: "1.0.1",
    max_objects: 1,
    value: &ObjectType {
        name: "ownershipConfig",
        properties: &[Property::required("ownershipIdentifiers", Kind::List(&IDENTIFIER, 5))],
    },
    rules,
};

const IDENTIFIER: Kind = Kind::Object(&ObjectType {
    name: "ownershipIdentifier",
    properties: &[
        Property::required("enabled", Kind::Boolean),
        Property::required("key", Kind::Text(1, 100)),
    ],
});

/// There is at least one key, and none of them twice.
fn rules(candidate: &Candidate<'_>, violations: &mut Violations<'_>) {
    let elements = candidate.value.get("ownershipIdentifiers").and_then(Json::as_array);
    let keys: Vec<&str> =
        elements.into_iter().flatten().filter_map(|element| element.get("key")?.as_str()).collect();
    if keys.is_empty() {
        violations.at("ownershipIdentifiers", "There has to be at least one key.");
    }
    for (index, key) in keys.iter().enumerate() {
        if keys.get(..index).unwrap_or_default().contains(key) {
            violations.inside("ownershipIdentifiers", |violations| {
                violations.inside(index, |violations| {
                    violations.at("key", format!("The key '{key}' is there twice."));
                });
            });
        }
    }
}
