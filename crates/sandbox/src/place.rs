//! Places in a query as Grail writes them.

use grailstage_dql::span::Span;
use serde_json::{Value as Json, json};

/// The lines of a query and how many UTF-16 units stand before each byte. JavaScript, Java and with them the API count
/// texts in these units: `index` is meant for `substring`.
#[derive(Debug)]
pub(crate) struct Places {
    units: Vec<usize>,
    lines: Vec<usize>,
}

impl Places {
    pub(crate) fn of(query: &str) -> Self {
        let mut places = Self { units: Vec::with_capacity(query.len() + 1), lines: vec![0] };
        let mut units = 0;
        for character in query.chars() {
            places.units.extend(std::iter::repeat_n(units, character.len_utf8()));
            units += character.len_utf16();
            if character == '\n' {
                places.lines.push(units);
            }
        }
        places.units.push(units);
        places
    }

    /// `{"start": …, "end": …}`, both inclusive: lines and columns count from 1, indexes from 0.
    pub(crate) fn position(&self, span: Span) -> Json {
        let start = self.unit(span.start);
        let end = self.unit(span.end).saturating_sub(1).max(start);
        json!({"start": self.at(start), "end": self.at(end)})
    }

    fn unit(&self, byte: usize) -> usize {
        self.units.get(byte).or(self.units.last()).copied().unwrap_or(0)
    }

    fn at(&self, unit: usize) -> Json {
        let line = self.lines.partition_point(|start| *start <= unit);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        json!({"line": line, "column": unit - start + 1, "index": unit})
    }
}

/// The byte at which a UTF-16 unit of a text stands; of one in the middle of a character, that character's.
pub(crate) fn byte_of(text: &str, unit: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        units += character.len_utf16();
        if units > unit {
            return byte;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(query: &str, what: &str) -> Json {
        let start = query.find(what).unwrap_or_default();
        Places::of(query).position(Span::new(start, start + what.len()))
    }

    #[test]
    fn counts_characters_not_bytes_and_lines_from_one() {
        let place = place("fetch logs\n| filter ü == 1", "==");
        assert_eq!(place["start"], json!({"line": 2, "column": 12, "index": 22}));
        assert_eq!(place["end"], json!({"line": 2, "column": 13, "index": 23}));
    }

    #[test]
    fn a_character_of_two_units_counts_twice_as_in_javascript() {
        let query = "filter a == \"𝄞\" and b";
        assert_eq!(place(query, "𝄞")["start"]["index"], 13);
        assert_eq!(place(query, "𝄞")["end"]["index"], 14);
        assert_eq!(place(query, "b")["start"]["index"], 21);
        assert_eq!((byte_of(query, 13), byte_of(query, 14), byte_of(query, 15)), (13, 13, 17));
        assert_eq!(byte_of(query, 99), query.len());
    }

    #[test]
    fn a_place_at_the_end_is_one_character_long() {
        assert_eq!(
            Places::of("ab").position(Span::new(2, 2)),
            json!({"start": {"line": 1, "column": 3, "index": 2}, "end": {"line": 1, "column": 3, "index": 2}})
        );
    }
}
