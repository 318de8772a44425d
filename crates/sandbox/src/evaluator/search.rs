//! Matching text: the operator `~`, the command `search`, `matchesValue` and `matchesPhrase`.
//! Case does not matter, for ASCII letters. Source: docs.dynatrace.com, DQL search and string functions.

use crate::value::Value;

/// A pattern that may start or end in `*`.
#[derive(Debug, Clone)]
pub(crate) struct Needle {
    text: String,
    open_start: bool,
    open_end: bool,
    case_sensitive: bool,
}

impl Needle {
    /// A pattern in which `wildcard` at the start or the end stands for any text.
    pub(crate) fn new(pattern: &str, wildcard: &str, case_sensitive: bool) -> Self {
        let (text, open_start) = match pattern.strip_prefix(wildcard) {
            Some(rest) if !wildcard.is_empty() => (rest, true),
            _ => (pattern, false),
        };
        let (text, open_end) = match text.strip_suffix(wildcard) {
            Some(rest) if !wildcard.is_empty() => (rest, true),
            // A lone wildcard is open at both ends.
            _ => (text, open_start && text.is_empty()),
        };
        let text = if case_sensitive { text.to_owned() } else { text.to_ascii_lowercase() };
        Self { text, open_start, open_end, case_sensitive }
    }

    fn folded<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        if self.case_sensitive || !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            text.into()
        } else {
            text.to_ascii_lowercase().into()
        }
    }

    /// Whether the whole text is what the pattern says.
    pub(crate) fn matches_whole(&self, text: &str) -> bool {
        let text = self.folded(text);
        match (self.open_start, self.open_end) {
            (false, false) => *text == *self.text,
            (true, false) => text.ends_with(&self.text),
            (false, true) => text.starts_with(&self.text),
            (true, true) => text.contains(&self.text),
        }
    }

    /// Whether the pattern is in the text as whole words; an open end may be in the middle of a word.
    pub(crate) fn matches_phrase(&self, text: &str) -> bool {
        if self.text.is_empty() {
            return self.open_start;
        }
        let text = self.folded(text);
        text.match_indices(&self.text).any(|(start, found)| {
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            let after = text.get(start + found.len()..).and_then(|after| after.chars().next());
            let edge = |inner: Option<char>, outer: Option<char>| match (inner, outer) {
                (Some(inner), Some(outer)) => !(is_word(inner) && is_word(outer)),
                _ => true,
            };
            (self.open_start || edge(self.text.chars().next(), before))
                && (self.open_end || edge(self.text.chars().next_back(), after))
        })
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// `value ~ "needle"`: words of strings, any element of an array, any key or value of a record, the exact text of
/// numbers, addresses and ids.
pub(crate) fn matches(value: &Value, needle: &Needle) -> bool {
    match value {
        Value::String(text) => needle.matches_phrase(text),
        Value::Array(elements) => elements.iter().any(|element| matches(element, needle)),
        Value::Record(record) => {
            record.iter().any(|(name, value)| needle.matches_phrase(name) || matches(value, needle))
        }
        Value::Long(_) | Value::Double(_) | Value::Ip(_) | Value::Uid(_) | Value::SmartscapeId(_) => {
            let text = crate::value::text_of(value, &jiff::tz::TimeZone::UTC).unwrap_or_default();
            !needle.open_start && !needle.open_end && needle.matches_whole(&text)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, pattern: &str) -> bool {
        matches(&Value::string(text), &Needle::new(pattern, "*", false))
    }

    #[test]
    fn finds_whole_words_in_any_case() {
        assert!(found("Hello World", "world"));
        assert!(!found("HelloWorld", "world"));
        assert!(found("HelloWorld", "*world"));
        assert!(found("HelloWorld", "hello*"));
        assert!(found("a HelloWorld b", "*low*"));
    }

    #[test]
    fn a_lone_wildcard_matches_everything() {
        assert!(Needle::new("*", "*", false).matches_whole("anything"));
        assert!(Needle::new("*", "*", false).matches_whole(""));
    }

    #[test]
    fn numbers_match_by_their_whole_text() {
        assert!(matches(&Value::Long(404), &Needle::new("404", "*", false)));
        assert!(!matches(&Value::Long(404), &Needle::new("40*", "*", false)));
        assert!(!matches(&Value::Boolean(true), &Needle::new("true", "*", false)));
    }
}
