//! The annotation `dynatrace.com/guardian-tags` → the tags an entity's guardians must have.

use std::fmt;

use crate::annotation::GUARDIAN_TAGS;
use crate::entity::Entity;
use crate::error::CatalogError;
use crate::required_tag::RequiredTag;

/// The tags that a Site Reliability Guardian must have, all of them; none asks for all guardians.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuardianTags {
    /// The tags in the order written.
    pub tags: Vec<RequiredTag>,
}

impl GuardianTags {
    /// The annotation that names the tags.
    pub const ANNOTATIONS: [&'static str; 1] = [GUARDIAN_TAGS];

    /// Reads the tags from an entity; `None` if it does not have the annotation.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of(entity: &Entity) -> Result<Option<Self>, CatalogError> {
        entity.annotation(GUARDIAN_TAGS).map(Self::parse).transpose()
    }

    /// Reads an annotation's value such as `service=cart,stage=hardening,critical`.
    ///
    /// Spaces around keys and values do not count; the first `=` of a tag ends its key. An empty value, or one
    /// of spaces only, means no tags.
    ///
    /// # Errors
    /// `invalid-annotation` with the bytes of the value at fault, where a tag is empty or has no key.
    pub fn parse(value: &str) -> Result<Self, CatalogError> {
        Ok(Self { tags: RequiredTag::list(GUARDIAN_TAGS, value)? })
    }
}

/// The form of the annotation, without the spaces that do not count.
impl fmt::Display for GuardianTags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        RequiredTag::write_list(&self.tags, formatter)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::span::Span;

    fn tag(key: &str, value: Option<&str>) -> RequiredTag {
        RequiredTag { key: key.to_owned(), value: value.map(str::to_owned) }
    }

    #[track_caller]
    fn assert_refused(value: &str, span: (usize, usize), reason: &str) {
        let error = GuardianTags::parse(value).unwrap_err();
        assert_eq!(error.to_string(), format!("annotation `dynatrace.com/guardian-tags`: {reason}"));
        assert_eq!(error.span(), Some(Span::new(span.0, span.1)));
        assert_eq!((error.code(), error.annotation()), ("invalid-annotation", Some(GUARDIAN_TAGS)));
    }

    #[test]
    fn tells_a_value_from_an_empty_one_and_from_any() {
        let read = GuardianTags::parse("service=my-service, stage = development ,novalue,empty=").unwrap();
        let expected = [
            tag("service", Some("my-service")),
            tag("stage", Some("development")),
            tag("novalue", None),
            tag("empty", Some("")),
        ];
        assert_eq!(read.tags, expected);
    }

    #[test]
    fn keeps_further_equals_signs_in_the_value() {
        assert_eq!(GuardianTags::parse("query=a=b").unwrap().tags, [tag("query", Some("a=b"))]);
    }

    #[test]
    fn an_empty_value_asks_for_all_guardians_and_a_missing_one_does_not() {
        let entity = |annotations| {
            let metadata = json!({ "name": "cart", "annotations": annotations });
            Entity::from_json(json!({ "apiVersion": "v1", "kind": "Component", "metadata": metadata }))
                .unwrap()
        };
        let asks_for_all = Ok(Some(GuardianTags::default()));
        assert_eq!(GuardianTags::of(&entity(json!({ GUARDIAN_TAGS: "" }))), asks_for_all);
        assert_eq!(GuardianTags::of(&entity(json!({ GUARDIAN_TAGS: " " }))), asks_for_all);
        assert_eq!(GuardianTags::of(&entity(json!({}))), Ok(None));
    }

    #[test]
    fn refuses_tags_without_a_key() {
        assert_refused("a,,b", (2, 2), "tag at byte 2 is empty");
        assert_refused("a, ", (2, 3), "tag at byte 2 is empty");
        assert_refused("ä,=b", (3, 5), "tag at byte 3 has no key before its `=`");
    }

    proptest! {
        #[test]
        fn printed_tags_read_back_as_the_same_tags(value in "\\PC*|[ab =,]{0,12}") {
            if let Ok(read) = GuardianTags::parse(&value) {
                prop_assert_eq!(GuardianTags::parse(&read.to_string()).unwrap(), read);
            }
        }

        #[test]
        fn any_text_is_read_or_refused_within_the_text(value in any::<String>()) {
            if let Err(error) = GuardianTags::parse(&value) {
                let span = error.span().unwrap();
                prop_assert!(value.get(span.start..span.end).is_some());
            }
        }
    }
}
