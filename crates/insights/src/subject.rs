//! Whom a card is about.

use grailstage_catalog::Entity;

/// An entity, or the components that make up a system, a domain or a group's responsibility.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The entity whose page it is.
    pub entity: Entity,
    /// The components behind it; `None` where the entity stands for itself.
    pub components: Option<Vec<Entity>>,
}

impl Subject {
    /// The entities to ask about: the components, or the entity itself.
    #[must_use]
    pub fn members(&self) -> &[Entity] {
        self.components.as_deref().unwrap_or(std::slice::from_ref(&self.entity))
    }
}
