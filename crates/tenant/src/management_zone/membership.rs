//! The zones Dynatrace itself puts an entity in, asked by DQL, and queries that keep to a zone.

use std::collections::BTreeMap;
use std::future::Future;

use grailstage_dql::ast::{Expression, Query};
use grailstage_dql::builder::{self, Column, column, field, is_in};
use serde::Deserialize;

use super::entity_facts::EntityFacts;
use super::entity_selector::quoted;
use crate::error::TenantError;
use crate::grail::request::DqlRequest;
use crate::host::Host;
use crate::tenant::Tenant;

/// A classic entity with its zones.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ZonedEntity {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its tags as text.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// The names of its zones; `None` where the environment does not tell them.
    #[serde(default)]
    pub zones: Option<Vec<String>>,
}

/// The queries for the zones of entities, one for each classic type among the ids. Ids that are not those of
/// classic entities are left out.
///
/// `managementZones` of `dt.entity.*` is there only when it is asked for. Smartscape nodes have no such field.
#[must_use]
pub fn zoned_entities_query(ids: &[String]) -> Vec<Query> {
    let mut by_type: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for id in ids {
        if let Some(entity_type) = EntityFacts::type_of_id(id)
            && !is_smartscape_only(entity_type)
        {
            by_type.entry(entity_type).or_default().push(id);
        }
    }
    let query = |(entity_type, ids): (&str, Vec<&str>)| {
        builder::fetch_named(&format!("dt.entity.{}", entity_type.to_lowercase()))
            .filter(is_in(field("id"), ids))
            .fields([
                Column::from("id"),
                column("name", field("entity.name")),
                Column::from("tags"),
                column("zones", field("managementZones")),
            ])
            .build()
    };
    by_type.into_iter().map(query).collect()
}

/// Types that exist in Smartscape only; `dt.entity.` of them is an error.
fn is_smartscape_only(entity_type: &str) -> bool {
    entity_type.starts_with("K8S_") || matches!(entity_type, "PROCESS" | "CONTAINER")
}

/// The condition that a field holds the id of an entity of this type in a zone, for queries that shall keep to
/// a zone. Grail looks the entities up when the query runs.
#[must_use]
pub fn in_zone(entity_field: &str, entity_type: &str, zone: &str) -> Expression {
    let selector = format!("type({}),mzName({})", quoted(entity_type), quoted(zone));
    let ids = builder::call("classicEntitySelector", [Expression::from(selector)]);
    builder::call("in", [field(entity_field), ids])
}

impl<H: Host + 'static> Tenant<H> {
    /// Classic entities with the zones Dynatrace puts them in. Ids of other kinds, and ids nobody has, are not
    /// in the answer.
    ///
    /// # Errors
    /// [`TenantError`]; needs the scope `storage:entities:read`.
    pub async fn zoned_entities(
        &self,
        ids: &[String],
        cancelled: impl Future<Output = ()> + Clone,
    ) -> Result<Vec<ZonedEntity>, TenantError> {
        let mut entities = Vec::new();
        for query in zoned_entities_query(ids) {
            let request = DqlRequest::new(grailstage_dql::print(&query));
            entities.extend(self.run(&request, cancelled.clone()).await?.rows::<ZonedEntity>()?);
        }
        Ok(entities)
    }
}
