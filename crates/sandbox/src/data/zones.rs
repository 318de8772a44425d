//! The management zones of the webshop: one a stage, one a team, and one that nobody looks after.

use serde_json::{Value as Json, json};

use super::company::{Cluster, Landscape};

/// The teams that have a zone.
const TEAMS: [&str; 4] = ["experience", "orders", "fulfilment", "platform"];

/// The values of the zones' settings objects.
pub(super) fn zones(landscape: &Landscape) -> Vec<Json> {
    landscape.clusters.iter().map(stage).chain(TEAMS.map(team)).chain([forgotten()]).collect()
}

fn attribute(entity_type: &str, key: &str, value: &str) -> Json {
    json!({
        "enabled": true,
        "type": "ME",
        "attributeRule": {
            "entityType": entity_type,
            "conditions": [{"key": key, "operator": "EQUALS", "stringValue": value, "caseSensitive": true}],
        },
    })
}

fn selector(enabled: bool, selector: &str) -> Json {
    json!({"enabled": enabled, "type": "SELECTOR", "entitySelector": selector})
}

fn stage(cluster: &Cluster) -> Json {
    let namespace = cluster.namespace;
    let of_namespace = |entity_type| attribute(entity_type, "CLOUD_APPLICATION_NAMESPACE_NAME", namespace);
    json!({
        "name": format!("Stage: {}", cluster.stage),
        "description": format!("All of the webshop in {}", cluster.stage),
        "rules": [
            attribute("KUBERNETES_CLUSTER", "KUBERNETES_CLUSTER_NAME", cluster.name),
            of_namespace("CLOUD_APPLICATION_NAMESPACE"),
            of_namespace("CLOUD_APPLICATION"),
            of_namespace("SERVICE"),
            {
                "enabled": true,
                "type": "DIMENSION",
                "dimensionRule": {
                    "appliesTo": "ANY",
                    "conditions": [{
                        "conditionType": "DIMENSION",
                        "key": "k8s.namespace.name",
                        "ruleMatcher": "EQUALS",
                        "value": namespace,
                    }],
                },
            },
        ],
    })
}

fn team(team: &str) -> Json {
    json!({
        "name": format!("Team: {team}"),
        "rules": [
            selector(true, &format!("type(\"CLOUD_APPLICATION\"),tag(\"[Kubernetes]team:{team}\")")),
            {
                "enabled": true,
                "type": "ME",
                "attributeRule": {
                    "entityType": "SERVICE",
                    "conditions": [{"key": "SERVICE_TAGS", "operator": "EQUALS", "tag": format!("team:{team}")}],
                },
            },
        ],
    })
}

/// Its rules select nothing: one looks for a namespace that is gone, the other is switched off.
fn forgotten() -> Json {
    json!({
        "name": "Old shop",
        "description": "Before the move to Kubernetes",
        "rules": [
            attribute("CLOUD_APPLICATION_NAMESPACE", "CLOUD_APPLICATION_NAMESPACE_NAME", "oldshop"),
            selector(false, "type(\"SERVICE\")"),
        ],
    })
}
