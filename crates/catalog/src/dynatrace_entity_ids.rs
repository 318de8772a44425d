//! The annotation `dynatrace.com/dynatrace-entity-id` → the ids of an entity's counterparts in Dynatrace.

use std::fmt;

use crate::annotation::{DYNATRACE_ENTITY_ID, InvalidAnnotation, non_blank};
use crate::entity::Entity;
use crate::error::CatalogError;
use crate::excerpt::quoted;
use crate::span::Span;

const HELP: &str = "write one or more ids of the form `TYPE-ID`, joined by `,`, as in \
                    `SERVICE-1234ABCD4321DCBA, HOST-00000000ABCDEF01`; the id stands in the address of the entity's \
                    page in Dynatrace";

/// The entities of Dynatrace that belong to a catalog entity, at least one, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynatraceEntityIds(Vec<DynatraceEntityId>);

/// The id of an entity in Dynatrace, such as `SERVICE-1234ABCD4321DCBA`: its type, `-`, and what tells it from
/// others of that type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DynatraceEntityId {
    text: String,
    type_length: usize,
}

impl DynatraceEntityIds {
    /// Reads the ids from an entity; `None` if it does not have the annotation.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of(entity: &Entity) -> Result<Option<Self>, CatalogError> {
        entity.annotation(DYNATRACE_ENTITY_ID).map(Self::parse).transpose()
    }

    /// Reads an annotation's value: ids separated by commas, spaces or both. An id that repeats counts once.
    ///
    /// # Errors
    /// `invalid-annotation` with the bytes of the value at fault, where it has no id, or text that is none.
    pub fn parse(value: &str) -> Result<Self, CatalogError> {
        let mut ids = Vec::new();
        let mut start = 0;
        for written in non_blank(DYNATRACE_ENTITY_ID, value)?.split(is_separator) {
            if !written.is_empty() {
                let id = DynatraceEntityId::read(written, start)?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            // Every separator is one byte: see `is_separator`.
            start += written.len() + 1;
        }
        if ids.is_empty() {
            let reason = "the value has no entity id".to_owned();
            return Err(InvalidAnnotation::new(DYNATRACE_ENTITY_ID, Span::of(value), reason, HELP).into());
        }
        Ok(Self(ids))
    }

    /// The ids in the order written.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &DynatraceEntityId> {
        self.0.iter()
    }
}

impl DynatraceEntityId {
    fn read(id: &str, start: usize) -> Result<Self, InvalidAnnotation> {
        let invalid = |span: Span, fault: &str| {
            let reason = format!("entity id {} {fault}", quoted(id));
            InvalidAnnotation::new(DYNATRACE_ENTITY_ID, span.shifted(start), reason, HELP)
        };
        if let Some((at, character)) = id.char_indices().find(|(_, character)| !is_id_character(*character)) {
            let shown = quoted(character.encode_utf8(&mut [0; 4]));
            let span = Span::new(at, at + character.len_utf8());
            return Err(invalid(span, &format!("has {shown}, which is not allowed")));
        }
        match id.rsplit_once('-') {
            Some((entity_type, rest)) if !entity_type.is_empty() && !rest.is_empty() => {
                Ok(Self { text: id.to_owned(), type_length: entity_type.len() })
            }
            _ => Err(invalid(Span::of(id), "is not a type and an id joined by `-`")),
        }
    }

    /// The whole id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The entity's type, such as `SERVICE` or `K8S_DEPLOYMENT`.
    #[must_use]
    pub fn entity_type(&self) -> &str {
        self.text.get(..self.type_length).unwrap_or_default()
    }
}

impl fmt::Display for DynatraceEntityIds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, id) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            id.fmt(formatter)?;
        }
        Ok(())
    }
}

impl fmt::Display for DynatraceEntityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

const fn is_separator(character: char) -> bool {
    matches!(character, ',' | ' ' | '\t' | '\r' | '\n')
}

/// Types of extensions have `:` and `.` besides letters, digits and `_`.
const fn is_id_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | ':' | '.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_refused(value: &str, span: (usize, usize), reason: &str) {
        let error = DynatraceEntityIds::parse(value).unwrap_err();
        assert_eq!(error.to_string(), format!("annotation `dynatrace.com/dynatrace-entity-id`: {reason}"));
        assert_eq!(error.span(), Some(Span::new(span.0, span.1)));
        assert_eq!((error.code(), error.annotation()), ("invalid-annotation", Some(DYNATRACE_ENTITY_ID)));
    }

    #[test]
    fn reads_ids_separated_by_commas_and_spaces_once_each() {
        let ids = DynatraceEntityIds::parse("SERVICE-1234ABCD4321DCBA, HOST-00\n K8S_DEPLOYMENT-1 HOST-00,")
            .unwrap();
        let types: Vec<_> = ids.iter().map(DynatraceEntityId::entity_type).collect();
        assert_eq!(types, ["SERVICE", "HOST", "K8S_DEPLOYMENT"]);
        assert_eq!(ids.to_string(), "SERVICE-1234ABCD4321DCBA,HOST-00,K8S_DEPLOYMENT-1");
    }

    #[test]
    fn refuses_text_that_is_no_id() {
        assert_refused("", (0, 0), "the value is empty");
        assert_refused(" , ", (0, 3), "the value has no entity id");
        assert_refused("HOST-1, cart", (8, 12), "entity id `cart` is not a type and an id joined by `-`");
        assert_refused("HOST-", (0, 5), "entity id `HOST-` is not a type and an id joined by `-`");
        assert_refused("HOST-1;HOST-2", (6, 7), "entity id `HOST-1;HOST-2` has `;`, which is not allowed");
    }

    proptest! {
        #[test]
        fn printed_ids_read_back_as_the_same_ids(value in "[AB1_, -]{0,16}") {
            if let Ok(ids) = DynatraceEntityIds::parse(&value) {
                prop_assert_eq!(DynatraceEntityIds::parse(&ids.to_string()).unwrap(), ids);
            }
        }

        #[test]
        fn any_text_is_read_or_refused_within_the_text(value in any::<String>()) {
            if let Err(error) = DynatraceEntityIds::parse(&value) {
                let span = error.span().unwrap();
                prop_assert!(value.get(span.start..span.end).is_some());
            }
        }
    }
}
