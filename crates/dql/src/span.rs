//! Places in a query text.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// A range of bytes in the query text: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlSpan"))]
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

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Two syntax trees that differ only in spans are equal: a span says where a thing was written, not what it is.
/// `Span` therefore compares equal to every other span.
impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}
