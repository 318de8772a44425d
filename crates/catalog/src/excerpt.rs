//! Text from the catalog → text that fits into a one-line message.

/// How much of a text a message shows, in characters.
const SHOWN_CHARACTERS: usize = 60;

/// The text in backticks, on one line: control characters are escaped and a long text is cut.
pub(crate) fn quoted(text: &str) -> String {
    let mut excerpt = String::from("`");
    for (index, character) in text.chars().enumerate() {
        if index == SHOWN_CHARACTERS {
            excerpt.push('…');
            break;
        }
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            excerpt.extend(character.escape_default());
        } else {
            excerpt.push(character);
        }
    }
    excerpt.push('`');
    excerpt
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn keeps_a_message_on_one_line() {
        assert_eq!(quoted("a\nb\u{2028}c\0"), "`a\\nb\\u{2028}c\\u{0}`");
    }

    #[test]
    fn cuts_long_text_between_characters() {
        let shown = quoted(&"ä".repeat(61));
        assert_eq!(shown, format!("`{}…`", "ä".repeat(60)));
        assert_eq!(quoted(&"ä".repeat(60)), format!("`{}`", "ä".repeat(60)));
    }
}
