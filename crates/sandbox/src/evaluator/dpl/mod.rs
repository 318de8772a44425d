//! The Dynatrace Pattern Language: patterns of `parse`, `matchesPattern` and their kind.
//! Source: docs.dynatrace.com, Dynatrace Pattern Language, DPL Grammar and the pages of its matchers.
//!
//! ```text
//!  "INT:code ' ' LD:text EOL" ── syntax ──▶ Item, Item, … ── matcher ──▶ {code: 404, text: "not found"}
//! ```

mod item;
mod matcher;
mod syntax;
mod timestamp;

use jiff::tz::TimeZone;

use self::item::{Item, exported_names};
use self::matcher::{Captures, Matcher};
use crate::record::{Name, Record};
use crate::value::Value;

pub(crate) use timestamp::format as format_timestamp_with;

/// A compiled pattern.
pub(crate) struct Pattern {
    items: Vec<Item>,
    names: Vec<Name>,
}

impl Pattern {
    /// Compiles a pattern; the error says what is wrong.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let items = syntax::parse(text)?;
        let mut names = Vec::new();
        exported_names(&items, &mut names);
        Ok(Self { items, names })
    }

    /// The fields the pattern makes, in the order of the pattern.
    pub(crate) fn names(&self) -> &[Name] {
        &self.names
    }

    /// Matches the start of a text; nothing when it does not match. Names of matchers that had no part are null.
    pub(crate) fn fields(&self, text: &str, zone: &TimeZone) -> Option<Record> {
        let (_, captures) = Matcher::new(text, zone).at(&self.items, 0)?;
        Some(self.record(captures))
    }

    fn record(&self, captures: Captures) -> Record {
        let mut record: Record = self.names.iter().map(|name| (Name::clone(name), Value::Null)).collect();
        for (name, value) in captures {
            record.set(&name, value);
        }
        record
    }

    /// The function `parse`: the value of the only name, or a record of several.
    pub(crate) fn parse_one(&self, text: &str, zone: &TimeZone) -> Value {
        self.fields(text, zone).map_or(Value::Null, |record| self.only_or_record(record))
    }

    fn only_or_record(&self, record: Record) -> Value {
        match self.names.as_slice() {
            [name] => record.value(name),
            _ => Value::record(record),
        }
    }

    /// The function `parseAll`: what the pattern finds, one match after the other.
    pub(crate) fn parse_all(&self, text: &str, zone: &TimeZone) -> Value {
        let found = self.find_all(text, zone);
        Value::array(found.into_iter().map(|(_, _, captures)| self.only_or_record(self.record(captures))))
    }

    /// Whether the pattern matches the whole text.
    pub(crate) fn matches_whole(&self, text: &str, zone: &TimeZone) -> bool {
        Matcher::new(text, zone).whole(&self.items)
    }

    /// The text with every match replaced.
    pub(crate) fn replace_all(&self, text: &str, by: &str, zone: &TimeZone) -> String {
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for (start, next, _) in self.find_all(text, zone) {
            out.push_str(text.get(end..start).unwrap_or_default());
            out.push_str(by);
            end = next;
        }
        out.push_str(text.get(end..).unwrap_or_default());
        out
    }

    /// The parts of the text between the matches.
    pub(crate) fn split<'t>(&self, text: &'t str, zone: &TimeZone) -> Vec<&'t str> {
        let mut parts = Vec::new();
        let mut end = 0;
        for (start, next, _) in self.find_all(text, zone) {
            parts.push(text.get(end..start).unwrap_or_default());
            end = next;
        }
        parts.push(text.get(end..).unwrap_or_default());
        parts
    }

    fn find_all(&self, text: &str, zone: &TimeZone) -> Vec<(usize, usize, Captures)> {
        let matcher = Matcher::new(text, zone);
        let mut found = Vec::new();
        let mut start = 0;
        while start < text.len() {
            match matcher.at(&self.items, start) {
                Some((end, captures)) if end > start => {
                    found.push((start, end, captures));
                    start = end;
                }
                _ => {
                    start += text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
