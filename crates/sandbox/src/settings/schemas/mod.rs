//! The schemas the sandbox knows.

mod guardians;
mod management_zones;
mod ownership_config;
mod ownership_teams;
mod slo;

pub(crate) use guardians::GUARDIANS;
pub(crate) use management_zones::MANAGEMENT_ZONES;
pub(crate) use ownership_config::OWNERSHIP_CONFIG;
pub(crate) use ownership_teams::OWNERSHIP_TEAMS;
pub(crate) use slo::SLO;

use super::schema::Schema;
use super::settings_error::SettingsError;

/// All schemas.
pub(crate) const ALL: [&Schema; 5] =
    [&GUARDIANS, &MANAGEMENT_ZONES, &SLO, &OWNERSHIP_CONFIG, &OWNERSHIP_TEAMS];

/// The schema of that id.
pub(crate) fn find(schema_id: &str) -> Result<&'static Schema, SettingsError> {
    ALL.into_iter().find(|schema| schema.id == schema_id).ok_or_else(|| SettingsError::UnknownSchema {
        schema_id: schema_id.to_owned(),
        known: ALL.map(|schema| schema.id).join(", "),
    })
}
