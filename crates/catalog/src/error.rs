//! The one error of this crate.

use thiserror::Error;

use crate::annotation::InvalidAnnotation;
use crate::entity::InvalidEntity;
use crate::entity_ref::InvalidEntityRef;
use crate::label_selector::InvalidLabelSelector;
use crate::span::Span;

/// Why something in the catalog could not be read.
///
/// The message is one line, lower case, without full stop; [`help`](Self::help) says the way out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CatalogError {
    /// The JSON is not a catalog entity.
    #[error(transparent)]
    InvalidEntity(#[from] InvalidEntity),
    /// The text is not an entity reference.
    #[error(transparent)]
    InvalidEntityRef(#[from] InvalidEntityRef),
    /// The text is not a Kubernetes label selector.
    #[error(transparent)]
    InvalidLabelSelector(#[from] InvalidLabelSelector),
    /// An annotation's value cannot be used.
    #[error(transparent)]
    InvalidAnnotation(#[from] InvalidAnnotation),
}

impl CatalogError {
    /// The stable name of the error, for machines: `invalid-entity`, `invalid-entity-ref`,
    /// `invalid-label-selector` or `invalid-annotation`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidEntity(_) => "invalid-entity",
            Self::InvalidEntityRef(_) => "invalid-entity-ref",
            Self::InvalidLabelSelector(_) => "invalid-label-selector",
            Self::InvalidAnnotation(_) => "invalid-annotation",
        }
    }

    /// What whoever wrote the text can do about it.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            Self::InvalidEntity(error) => error.help(),
            Self::InvalidEntityRef(error) => error.help(),
            Self::InvalidLabelSelector(error) => error.help(),
            Self::InvalidAnnotation(error) => error.help(),
        }
    }

    /// The bytes in question, of the reference, of the selector or of the annotation's value; none for an
    /// entity, which says its JSON path instead.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::InvalidEntity(_) => None,
            Self::InvalidEntityRef(error) => Some(error.span()),
            Self::InvalidLabelSelector(error) => Some(error.span()),
            Self::InvalidAnnotation(error) => Some(error.span()),
        }
    }

    /// The annotation whose value is wrong, if the text came from one.
    #[must_use]
    pub const fn annotation(&self) -> Option<&'static str> {
        match self {
            Self::InvalidEntity(_) | Self::InvalidEntityRef(_) => None,
            Self::InvalidLabelSelector(error) => error.annotation(),
            Self::InvalidAnnotation(error) => Some(error.annotation()),
        }
    }

    /// Where in the entity's JSON the wrong value stands, such as `metadata.links[0].url`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::InvalidEntity(error) => Some(error.path()),
            Self::InvalidEntityRef(_) | Self::InvalidLabelSelector(_) | Self::InvalidAnnotation(_) => None,
        }
    }
}
