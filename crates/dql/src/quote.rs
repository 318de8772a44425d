//! The only code that quotes and escapes, and its inverse.
//!
//! A value from outside becomes text here and nowhere else; the tests state that any text reads back as exactly
//! the one value it was.

use std::borrow::Cow;

use crate::ast::StringStyle;

/// Names that read as something else when bare (the reserved words of docs.dynatrace.com, DQL language reference).
const RESERVED: [&str; 8] = ["true", "false", "null", "and", "or", "xor", "not", "mod"];

/// Writes a string literal. Triple quotes are kept where they can hold the content.
pub fn write_string(output: &mut String, value: &str, style: StringStyle) {
    if style == StringStyle::TripleQuoted && fits_triple_quotes(value) {
        output.push_str("\"\"\"");
        output.push_str(value);
        output.push_str("\"\"\"");
        return;
    }
    output.push('"');
    for character in value.chars() {
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\t' => output.push_str("\\t"),
            '\r' => output.push_str("\\r"),
            other => output.push(other),
        }
    }
    output.push('"');
}

/// Whether a string can be written in triple quotes: they end at the last three quotes of the first run of three
/// or more, so the content may end in quotes but hold no such run before its end.
#[must_use]
pub fn fits_triple_quotes(value: &str) -> bool {
    !value.trim_end_matches('"').contains("\"\"\"")
}

/// Writes a field name: bare where the grammar permits, else in backticks.
pub fn write_field(output: &mut String, name: &str) {
    if is_bare_field(name) {
        output.push_str(name);
        return;
    }
    output.push('`');
    for character in name.chars() {
        if matches!(character, '`' | '\\') {
            output.push('\\');
        }
        output.push(character);
    }
    output.push('`');
}

/// Whether a field name needs no backticks: `[A-Za-z_][A-Za-z0-9_]*`, then segments after dots, and not reserved.
#[must_use]
pub fn is_bare_field(name: &str) -> bool {
    let segment =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
        && name.split('.').all(segment)
        && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Whether a name is one of the reserved words, in any case.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Resolves the escapes of the text between double quotes. `\"`, `\\`, `\n`, `\t` and `\r` are known; any other
/// backslash stands for itself, which is what authors of patterns mean by it.
#[must_use]
pub fn unescape_string(text: &str) -> Cow<'_, str> {
    unescape(text, |escaped| match escaped {
        '"' | '\\' | '\'' => Some(escaped),
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        _ => None,
    })
}

/// Resolves the escapes of the text between backticks.
#[must_use]
pub fn unescape_field(text: &str) -> Cow<'_, str> {
    unescape(text, |escaped| matches!(escaped, '`' | '\\').then_some(escaped))
}

fn unescape(text: &str, resolve: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if !text.as_bytes().contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut output = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            output.push(character);
            continue;
        }
        match characters.next() {
            Some(escaped) => match resolve(escaped) {
                Some(resolved) => output.push(resolved),
                None => output.extend(['\\', escaped]),
            },
            None => output.push('\\'),
        }
    }
    Cow::Owned(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(value: &str, style: StringStyle) -> String {
        let mut output = String::new();
        write_string(&mut output, value, style);
        output
    }

    fn field(name: &str) -> String {
        let mut output = String::new();
        write_field(&mut output, name);
        output
    }

    #[test]
    fn escapes_what_ends_a_string() {
        assert_eq!(quoted("a\"b\\c\nd", StringStyle::Quoted), r#""a\"b\\c\nd""#);
    }

    #[test]
    fn keeps_triple_quotes_where_they_hold_the_content() {
        assert_eq!(quoted(r#"{"id":""#, StringStyle::TripleQuoted), r#""""{"id":"""""#);
        assert_eq!(quoted("a\"\"\"b", StringStyle::TripleQuoted), r#""a\"\"\"b""#);
    }

    #[test]
    fn writes_bare_what_the_grammar_reads_bare() {
        for bare in ["a", "_1", "k8s.pod.name", "a.5min", "desc", "in"] {
            assert_eq!(field(bare), bare);
        }
        for (name, written) in [
            ("", "``"),
            ("a-b", "`a-b`"),
            ("5xx", "`5xx`"),
            ("a..b", "`a..b`"),
            ("a.", "`a.`"),
            ("NOT", "`NOT`"),
            ("größe", "`größe`"),
            ("a`b\\c", "`a\\`b\\\\c`"),
        ] {
            assert_eq!(field(name), written);
        }
    }

    #[test]
    fn leaves_unknown_escapes_as_written() {
        assert_eq!(unescape_string(r"\d\.\n"), "\\d\\.\n");
    }
}
