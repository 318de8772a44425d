//! Kubernetes' rules for names: text in, the first broken rule out.
//!
//! Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>
//! and <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>. All lengths are in bytes; as
//! only ASCII passes, they are characters too.

use crate::excerpt::quoted;
use crate::span::Span;

/// The longest name of a label key, label value or DNS label.
const LABEL_BYTES: usize = 63;
/// The longest prefix of a label key: a DNS subdomain.
const SUBDOMAIN_BYTES: usize = 253;

const KEY_HELP: &str = "a label key is `name` or `prefix/name`: the name has 1 to 63 letters, digits, `-`, `_` \
                        and `.`, the prefix is a lower-case domain name of at most 253 characters, as in \
                        `app.kubernetes.io/name`";
const VALUE_HELP: &str = "a label value is empty, or has 1 to 63 letters, digits, `-`, `_` and `.` and starts and \
                          ends with a letter or digit";
const NAMESPACE_HELP: &str =
    "a namespace has 1 to 63 lower-case letters, digits and `-`, and starts and ends with a letter or digit";

/// A rule that a name breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BrokenRule {
    /// The bytes of the name that break it.
    pub(crate) span: Span,
    /// The rule, as a clause that follows the name's role.
    pub(crate) reason: String,
    /// The rule in full.
    pub(crate) help: &'static str,
}

/// Checks a label key: `[prefix/]name`.
pub(crate) fn check_label_key(key: &str) -> Result<(), BrokenRule> {
    let name = match key.split_once('/') {
        None => key,
        Some((prefix, name)) => {
            check_subdomain(prefix)?;
            name
        }
    };
    let start = key.len() - name.len();
    if let Some(slash) = name.find('/') {
        let at = start + slash;
        return Err(broken(Span::new(at, at + 1), "has more than one `/`", KEY_HELP));
    }
    if name.is_empty() {
        return Err(broken(Span::new(start, start), "has no name", KEY_HELP));
    }
    check_word(name, Some("name"), is_label_character, KEY_HELP).map_err(|rule| rule.shifted(start))
}

/// Checks a label value; empty is a value.
pub(crate) fn check_label_value(value: &str) -> Result<(), BrokenRule> {
    if value.is_empty() { Ok(()) } else { check_word(value, None, is_label_character, VALUE_HELP) }
}

/// Checks a DNS label as of RFC 1123, the form of a Kubernetes namespace.
pub(crate) fn check_dns_label(label: &str) -> Result<(), BrokenRule> {
    if label.is_empty() {
        return Err(broken(Span::new(0, 0), "is empty", NAMESPACE_HELP));
    }
    check_word(label, None, is_dns_character, NAMESPACE_HELP)
}

/// Checks the prefix of a label key: DNS labels joined by `.`. Only the whole has a length limit.
fn check_subdomain(prefix: &str) -> Result<(), BrokenRule> {
    let mut start = 0;
    for part in prefix.split('.') {
        if part.is_empty() {
            let reason = if prefix.is_empty() {
                "has nothing before the `/`"
            } else {
                "has an empty part in its prefix"
            };
            return Err(broken(Span::new(start, start), reason, KEY_HELP));
        }
        check_characters(part, Some("prefix"), is_dns_character, KEY_HELP)
            .map_err(|rule| rule.shifted(start))?;
        start += part.len() + 1;
    }
    check_length(prefix, Some("prefix"), SUBDOMAIN_BYTES, KEY_HELP)
}

/// Checks a non-empty word of at most 63 bytes; `part` says which part of the name it is, if it is not the whole.
fn check_word(
    word: &str,
    part: Option<&str>,
    allowed: fn(char) -> bool,
    help: &'static str,
) -> Result<(), BrokenRule> {
    check_characters(word, part, allowed, help)?;
    check_length(word, part, LABEL_BYTES, help)
}

/// Checks that a word has only allowed characters, and letters or digits at its ends.
fn check_characters(
    word: &str,
    part: Option<&str>,
    allowed: fn(char) -> bool,
    help: &'static str,
) -> Result<(), BrokenRule> {
    if let Some((at, character)) = word.char_indices().find(|(_, character)| !allowed(*character)) {
        let span = Span::new(at, at + character.len_utf8());
        let place = part.map(|part| format!(" in its {part}")).unwrap_or_default();
        let shown = quoted(character.encode_utf8(&mut [0; 4]));
        return Err(broken(span, &format!("has {shown}{place}, which is not allowed"), help));
    }
    // All characters are ASCII from here on: each is one byte.
    let subject = part.map(|part| format!("has a {part} that ")).unwrap_or_default();
    if !word.starts_with(|character: char| character.is_ascii_alphanumeric()) {
        let reason = format!("{subject}does not start with a letter or digit");
        return Err(broken(Span::new(0, 1), &reason, help));
    }
    if !word.ends_with(|character: char| character.is_ascii_alphanumeric()) {
        let reason = format!("{subject}does not end with a letter or digit");
        return Err(broken(Span::new(word.len() - 1, word.len()), &reason, help));
    }
    Ok(())
}

fn check_length(word: &str, part: Option<&str>, limit: usize, help: &'static str) -> Result<(), BrokenRule> {
    if word.len() > limit {
        let subject = part.map(|part| format!("a {part} of ")).unwrap_or_default();
        let reason = format!("has {subject}{} characters, at most {limit} are allowed", word.len());
        return Err(broken(Span::of(word), &reason, help));
    }
    Ok(())
}

const fn is_label_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

const fn is_dns_character(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
}

fn broken(span: Span, reason: &str, help: &'static str) -> BrokenRule {
    BrokenRule { span, reason: reason.to_owned(), help }
}

impl BrokenRule {
    fn shifted(self, offset: usize) -> Self {
        Self { span: self.span.shifted(offset), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_broken(rule: Result<(), BrokenRule>, span: (usize, usize), reason: &str) {
        let rule = rule.unwrap_err();
        assert_eq!((rule.reason.as_str(), rule.span), (reason, Span::new(span.0, span.1)));
    }

    #[test]
    fn accepts_label_keys_up_to_their_limits() {
        let name = "n".repeat(63);
        let prefix = format!("{}.{}", "p".repeat(126), "q".repeat(126));
        for key in ["a", "A_b.c-9", "0", "0.1.2/99", "app.kubernetes.io/name", &format!("{prefix}/{name}")] {
            assert_eq!(check_label_key(key), Ok(()), "{key}");
        }
    }

    #[test]
    fn names_the_broken_rule_of_a_label_key() {
        assert_broken(check_label_key(""), (0, 0), "has no name");
        assert_broken(check_label_key("/a"), (0, 0), "has nothing before the `/`");
        assert_broken(check_label_key("a.b/"), (4, 4), "has no name");
        assert_broken(check_label_key("a/b/c"), (3, 4), "has more than one `/`");
        assert_broken(check_label_key("a..b/c"), (2, 2), "has an empty part in its prefix");
        assert_broken(check_label_key("App/c"), (0, 1), "has `A` in its prefix, which is not allowed");
        assert_broken(
            check_label_key("a.b-/c"),
            (3, 4),
            "has a prefix that does not end with a letter or digit",
        );
        assert_broken(
            check_label_key("a/_c"),
            (2, 3),
            "has a name that does not start with a letter or digit",
        );
        assert_broken(check_label_key("a/grün"), (4, 6), "has `ü` in its name, which is not allowed");
        assert_broken(
            check_label_key(&format!("a/{}", "n".repeat(64))),
            (2, 66),
            "has a name of 64 characters, at most 63 are allowed",
        );
        assert_broken(
            check_label_key(&format!("{}/n", "p".repeat(254))),
            (0, 254),
            "has a prefix of 254 characters, at most 253 are allowed",
        );
    }

    #[test]
    fn accepts_an_empty_label_value_but_no_empty_dns_label() {
        assert_eq!(check_label_value(""), Ok(()));
        assert_broken(check_dns_label(""), (0, 0), "is empty");
    }

    #[test]
    fn names_the_broken_rule_of_a_dns_label() {
        assert_eq!(check_dns_label(&"n".repeat(63)), Ok(()));
        assert_broken(check_dns_label("Webshop"), (0, 1), "has `W`, which is not allowed");
        assert_broken(check_dns_label("a.b"), (1, 2), "has `.`, which is not allowed");
        assert_broken(check_dns_label("shop-"), (4, 5), "does not end with a letter or digit");
        assert_broken(check_dns_label(&"n".repeat(64)), (0, 64), "has 64 characters, at most 63 are allowed");
    }
}
