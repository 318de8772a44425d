//! The annotation `dynatrace.com/slo-tags` → the tags an entity's service-level objectives must have.

use crate::annotation::SLO_TAGS;
use crate::entity::Entity;
use crate::error::CatalogError;
use crate::required_tag::RequiredTag;

/// The tags that a service-level objective must have, all of them; none asks for all objectives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SloTags {
    /// The tags in the order written.
    pub tags: Vec<RequiredTag>,
}

impl SloTags {
    /// The annotation that names the tags.
    pub const ANNOTATIONS: [&'static str; 1] = [SLO_TAGS];

    /// Reads the tags from an entity; `None` if it does not have the annotation. Its form is that of
    /// [`GuardianTags`](crate::GuardianTags).
    ///
    /// # Errors
    /// `invalid-annotation` with the bytes of the value at fault, where a tag is empty or has no key.
    pub fn of(entity: &Entity) -> Result<Option<Self>, CatalogError> {
        let Some(value) = entity.annotation(SLO_TAGS) else { return Ok(None) };
        Ok(Some(Self { tags: RequiredTag::list(SLO_TAGS, value)? }))
    }

    /// Whether something with these tags, `key:value` or `key`, has all that are required.
    #[must_use]
    pub fn are_met_by(&self, tags: &[String]) -> bool {
        self.tags.iter().all(|required| tags.iter().any(|tag| required.is_met_by(tag)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tags_of(annotations: &Value) -> Result<Option<SloTags>, CatalogError> {
        let metadata = json!({ "name": "cart", "annotations": annotations });
        let entity = json!({ "apiVersion": "v1", "kind": "Component", "metadata": metadata });
        SloTags::of(&Entity::from_json(entity).unwrap())
    }

    #[test]
    fn all_tags_are_needed_and_none_takes_everything() {
        let has = ["service:cart".to_owned(), "critical".to_owned()];
        let met = |value: &str| tags_of(&json!({ SLO_TAGS: value })).unwrap().unwrap().are_met_by(&has);
        assert!(met("service=cart, critical"));
        assert!(met(""));
        assert!(!met("service=cart,stage=production"));
        assert_eq!(tags_of(&json!({})), Ok(None));
    }

    #[test]
    fn refuses_a_tag_without_a_key_and_names_the_annotation() {
        let error = tags_of(&json!({ SLO_TAGS: "service=cart,,critical" })).unwrap_err();
        assert_eq!(error.to_string(), "annotation `dynatrace.com/slo-tags`: tag at byte 13 is empty");
        assert_eq!((error.code(), error.annotation()), ("invalid-annotation", Some(SLO_TAGS)));
    }
}
