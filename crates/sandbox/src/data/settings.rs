//! What the company has set in an environment.

use super::company::{COMPONENTS, Landscape};
use super::ids::uuid;
use super::{guardians, ownership, service_levels, zones};
use crate::settings::{
    Schema, SettingsStore,
    schemas::{GUARDIANS, MANAGEMENT_ZONES, OWNERSHIP_CONFIG, OWNERSHIP_TEAMS, SLO},
};

/// How long before now the objects were made, in milliseconds.
const AGE_MILLIS: i64 = 60 * 24 * 60 * 60 * 1000;

/// The settings objects of an environment at a time in milliseconds since 1970.
pub(crate) fn settings(landscape: &Landscape, seed: u64, now_millis: i64) -> SettingsStore {
    let made = now_millis - AGE_MILLIS;
    let mut store = SettingsStore::new(seed, landscape.name);
    for cluster in landscape.clusters {
        for component in COMPONENTS.iter().filter(|component| component.telemetry) {
            let id = guardians::guardian_uuid(seed, component, cluster.stage);
            store.insert(&GUARDIANS, id, guardians::value(component, cluster), made);
        }
    }
    let mut add = |schema: &'static Schema, values: Vec<serde_json::Value>| {
        for value in values {
            let name = value.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
            let id = uuid(seed, &format!("settings/{}/{}/{name}", landscape.name, schema.id));
            store.insert(schema, id, value, made);
        }
    };
    let production = landscape.clusters.iter().any(|cluster| cluster.stage == "production");
    add(&GUARDIANS, if production { vec![guardians::business()] } else { Vec::new() });
    add(&MANAGEMENT_ZONES, zones::zones(landscape));
    add(&SLO, service_levels::service_levels(landscape));
    add(&OWNERSHIP_CONFIG, vec![ownership::config()]);
    add(&OWNERSHIP_TEAMS, ownership::teams());
    store
}
