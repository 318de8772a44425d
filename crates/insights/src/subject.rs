//! Whom a card is about.

use grailstage_catalog::Entity;

use crate::answer::{Note, Severity};

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

    /// Where it should have components and has none: that, and how the catalog gets to know of them.
    pub(crate) fn note_on_no_components(&self) -> Option<Note> {
        if !self.components.as_ref()?.is_empty() {
            return None;
        }
        let reference = self.entity.entity_ref().stringify();
        let (relation, help) = match self.entity.kind.to_ascii_lowercase().as_str() {
            "group" => ("is owned by", "name it in `spec.owner` of the components that it answers for"),
            "domain" => (
                "is part of",
                "name it in `spec.domain` of its systems, and those in `spec.system` of their components",
            ),
            _ => ("is part of", "name it in `spec.system` of its components"),
        };
        Some(Note {
            severity: Severity::Info,
            code: "no-components".to_owned(),
            message: format!("no component of the catalog that you may see {relation} `{reference}`"),
            help: Some(help.to_owned()),
            environment: None,
        })
    }
}
