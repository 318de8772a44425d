//! Who answers for what: the ownership teams of an environment, and the owners of an entity.
//!
//! ```text
//! builtin:ownership.teams  ── Team ──────────┐
//! builtin:ownership.config ── OwnershipKeys ─┼─ owners ──▶ Owners ── differences ──▶ what the catalog says otherwise
//! labels, annotations, tags ─────────────────┘
//! Backstage groups ── DesiredTeam ── plan ──▶ Plan ── Tenant::write_ownership_teams
//! ```
//!
//! Dynatrace has no call that tells the owners of an entity: its own app reads the same settings and matches
//! the same keys.

mod comparison;
mod keys;
mod owners;
mod plan;
mod team;
mod writing;

pub use comparison::{CatalogOwner, Difference, differences};
pub use keys::OwnershipKeys;
pub use owners::{Assignment, MetadataSource, Metadatum, Owners, OwningTeam, owners};
pub use plan::{DesiredTeam, FieldChange, Plan, PlanOptions, PlannedTeam, Step, plan};
pub use team::{AdditionalInformation, Contact, Responsibilities, Team, TeamLink, Teams, Unreadable};
pub use writing::{Outcome, WrittenTeam};

use crate::error::TenantError;
use crate::host::Host;
use crate::tenant::Tenant;

/// The schema of the teams.
pub const TEAMS_SCHEMA: &str = "builtin:ownership.teams";
/// The schema of the keys that assign them.
pub const CONFIG_SCHEMA: &str = "builtin:ownership.config";

impl<H: Host + 'static> Tenant<H> {
    /// The ownership teams, all pages. A team that cannot be read does not stop the others.
    ///
    /// # Errors
    /// [`TenantError`]; a token without the scope `settings:objects:read` is `missing-scope` or `forbidden`.
    pub async fn ownership_teams(&self) -> Result<Teams, TenantError> {
        Ok(Teams::read(&self.settings().list(TEAMS_SCHEMA).await?))
    }

    /// The keys under which owners are named in this environment.
    ///
    /// # Errors
    /// [`TenantError`]
    pub async fn ownership_keys(&self) -> Result<OwnershipKeys, TenantError> {
        let objects = self.settings().list(CONFIG_SCHEMA).await?;
        Ok(objects.first().map(|object| OwnershipKeys::read(&object.value)).unwrap_or_default())
    }
}
