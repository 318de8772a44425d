//! Management zones: the classic way to group entities by rules, and the segment that takes a zone's place.
//!
//! ```text
//! builtin:management-zones ── ManagementZone { rules } ─┬─ visibility (facts of an entity) ─▶ Visibility, with the
//!                                                       │                 condition and the value it was compared to
//!                                                       └─ segment_proposal ─▶ filters for a segment, as DQL
//! entity ids ── Tenant::zoned_entities ─▶ the zones Dynatrace itself says, where the entity is a classic one
//! zone name ── in_zone ─▶ a condition that limits a query
//! ```
//!
//! Grail neither grants nor filters by zones: a zone decides nothing about what a query reads. What is said
//! here is about the rules and the classic entities.

mod condition;
mod entity_facts;
mod entity_selector;
mod membership;
mod rule;
mod segment;
mod visibility;

pub use condition::{Comparison, Condition, Expected, Operator};
pub use entity_facts::EntityFacts;
pub use entity_selector::{Criterion, EntitySelector, NameMatch, quoted};
pub use membership::{ZonedEntity, in_zone, zoned_entities_query};
pub use rule::{AttributeRule, DimensionCondition, DimensionRule, ManagementZone, Rule, RuleKind};
pub use segment::{Include, SegmentProposal, segment_proposal};
pub use visibility::{FailedCondition, RuleOutcome, Visibility, visibility, zones_of};

use crate::error::TenantError;
use crate::host::Host;
use crate::ownership::Unreadable;
use crate::tenant::Tenant;

/// The schema of the zones.
pub const SCHEMA: &str = "builtin:management-zones";

impl<H: Host + 'static> Tenant<H> {
    /// The management zones and those that cannot be read, all pages.
    ///
    /// # Errors
    /// [`TenantError`]; a token without the scope `settings:objects:read` is `missing-scope` or `forbidden`.
    pub async fn management_zones(&self) -> Result<(Vec<ManagementZone>, Vec<Unreadable>), TenantError> {
        let mut zones = Vec::new();
        let mut unreadable = Vec::new();
        for object in self.settings().list(SCHEMA).await? {
            match ManagementZone::read(&object) {
                Ok(zone) => zones.push(zone),
                Err(reason) => unreadable.push(Unreadable { object_id: object.object_id, reason }),
            }
        }
        Ok((zones, unreadable))
    }
}
