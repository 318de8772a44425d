//! Places in a text of the catalog: an annotation's value or an entity reference.

use serde::Serialize;

/// A range of bytes in UTF-8 text: `start` inclusive, `end` exclusive.
///
/// Both ends stand on character boundaries. An empty span marks the place where something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to before `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same range in a text that starts `offset` bytes earlier.
    #[must_use]
    pub(crate) const fn shifted(self, offset: usize) -> Self {
        Self { start: self.start + offset, end: self.end + offset }
    }

    /// The span of a whole text.
    #[must_use]
    pub(crate) const fn of(text: &str) -> Self {
        Self { start: 0, end: text.len() }
    }
}
