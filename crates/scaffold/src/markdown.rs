//! Text within Markdown.

/// Text that stays text: names come from Dynatrace.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~' | '&' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// Text that leads somewhere, where it does. Addresses are percent-encoded: none of theirs ends the link.
pub(crate) fn linked(text: &str, url: Option<&str>) -> String {
    let ends_link =
        |it: char| it.is_control() || it.is_whitespace() || matches!(it, '(' | ')' | '<' | '>' | '\\');
    match url {
        Some(url) if !url.chars().any(ends_link) => format!("[{}]({url})", escaped(text)),
        _ => escaped(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_text_nor_address_becomes_syntax() {
        assert_eq!(
            linked("a](x) *b*", Some("https://e.example/?a=%29")),
            "[a\\](x) \\*b\\*](https://e.example/?a=%29)"
        );
        assert_eq!(linked("a", Some("https://e.example/) ![x](y")), "a");
        assert_eq!(linked("a\nb", None), "a b");
    }
}
