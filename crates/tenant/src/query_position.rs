//! A place in a query as Grail writes it -> bytes.

use grailstage_dql::span::Span;

/// One end of a position: `index` counts UTF-16 units from 0, `line` and `column` count from 1.
///
/// That is what answers show, though the type declarations of the SDK call line and column zero-based; the
/// unit of `index` is not documented.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) index: Option<usize>,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
}

/// From the first to the last character, both inclusive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SyntaxPosition {
    pub(crate) start: Place,
    pub(crate) end: Place,
}

impl SyntaxPosition {
    /// The same range in bytes of `query`, end exclusive. Places outside the text move to its end.
    pub(crate) fn to_span(self, query: &str) -> Option<Span> {
        let (start, start_end) = self.start.character(query)?;
        let end = self.end.character(query).map_or(start_end, |(_, end)| end);
        Some(Span::new(start, end.max(start_end)))
    }
}

impl Place {
    /// First byte of the character that stands here, and one past its last.
    fn character(self, query: &str) -> Option<(usize, usize)> {
        if let Some(index) = self.index {
            return Some(character_at(query, 0, index));
        }
        let line = self.line?.saturating_sub(1);
        let column = self.column?.saturating_sub(1);
        let mut line_start = 0;
        for text in query.split_inclusive('\n').take(line) {
            line_start += text.len();
        }
        Some(character_at(query, line_start, column))
    }
}

/// The bytes of the character `units` UTF-16 units after byte `from`; an empty range at the end of the text.
fn character_at(query: &str, from: usize, units: usize) -> (usize, usize) {
    let mut passed = 0;
    for (offset, character) in query.get(from..).unwrap_or_default().char_indices() {
        passed += character.len_utf16();
        if passed > units {
            return (from + offset, from + offset + character.len_utf8());
        }
    }
    (query.len(), query.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(index: usize) -> Place {
        Place { index: Some(index), ..Place::default() }
    }

    fn spelled(query: &str, start: Place, end: Place) -> &str {
        let span = SyntaxPosition { start, end }.to_span(query).unwrap();
        query.get(span.start..span.end).unwrap()
    }

    #[test]
    fn end_is_inclusive_on_the_wire() {
        assert_eq!(spelled("fetch logs | limt 5", at(13), at(16)), "limt");
    }

    #[test]
    fn counts_utf16_units() {
        assert_eq!(spelled("\"😀ä\" limt", at(6), at(9)), "limt");
        assert_eq!(spelled("😀x", at(1), at(1)), "😀");
    }

    #[test]
    fn falls_back_to_line_and_column() {
        let place = |line, column| Place { index: None, line: Some(line), column: Some(column) };
        assert_eq!(spelled("fetch logs\n| limt 5", place(2, 3), place(2, 6)), "limt");
    }

    #[test]
    fn clamps_what_lies_outside() {
        assert_eq!(spelled("abc", at(1), at(900)), "bc");
        assert_eq!(spelled("abc", at(900), at(901)), "");
        assert_eq!(spelled("abc", at(2), at(0)), "c");
        assert_eq!(spelled("", at(0), at(0)), "");
    }

    #[test]
    fn says_nothing_where_nothing_is_given() {
        assert!(SyntaxPosition { start: Place::default(), end: at(3) }.to_span("abc").is_none());
    }

    proptest! {
        #[test]
        fn a_span_always_cuts_the_text_at_characters(
            query in any::<String>(), start in any::<Option<u8>>(), end in any::<Option<u8>>(),
            line in any::<Option<u8>>(), column in any::<Option<u8>>(),
        ) {
            let place = |index: Option<u8>| Place {
                index: index.map(usize::from), line: line.map(usize::from), column: column.map(usize::from),
            };
            if let Some(span) = (SyntaxPosition { start: place(start), end: place(end) }).to_span(&query) {
                prop_assert!(query.get(span.start..span.end).is_some());
            }
        }
    }
}
