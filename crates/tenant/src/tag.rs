//! The text form of a tag: `[CONTEXT]key:value`.

use std::fmt;

/// A tag of a classic entity, such as `[Kubernetes]app.kubernetes.io/name:cart`, `owner:team-a` or `critical`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag {
    /// Where it comes from, as written: `Kubernetes`, `Environment`, `AWS`, …; `None` for one set in Dynatrace.
    pub context: Option<String>,
    /// The key.
    pub key: String,
    /// The value; many tags have none.
    pub value: Option<String>,
}

impl Tag {
    /// Reads a tag. Every text is one: what has no colon is a key. A backslash takes the meaning from the
    /// character after it, so that keys can hold `[`, `]` and `:`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (context, rest) = match text.strip_prefix('[') {
            Some(rest) => match until(rest, ']') {
                (context, Some(rest)) => (Some(context), rest),
                (_, None) => (None, text),
            },
            None => (None, text),
        };
        // The context `CONTEXTLESS` is how the API spells that there is none.
        let context = context.filter(|context| !context.eq_ignore_ascii_case("CONTEXTLESS"));
        let (key, value) = until(rest, ':');
        Self { context, key, value: value.map(unescape) }
    }
}

impl fmt::Display for Tag {
    /// The text form for people; what is escaped in the original is not.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(context) = &self.context {
            write!(formatter, "[{context}]")?;
        }
        formatter.write_str(&self.key)?;
        self.value.as_ref().map_or(Ok(()), |value| write!(formatter, ":{value}"))
    }
}

/// The text before the first such character that is not escaped, and the rest after it.
fn until(text: &str, end: char) -> (String, Option<&str>) {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == end {
            let (before, after) = text.split_at(at);
            return (unescape(before), after.get(character.len_utf8()..));
        }
    }
    (unescape(text), None)
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.push(characters.next_if(|next| "[]:\\".contains(*next)).unwrap_or('\\')),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_context_key_and_value() {
        for (text, context, key, value) in [
            ("critical", None, "critical", None),
            ("owner:team-a", None, "owner", Some("team-a")),
            ("[Kubernetes]app:cart", Some("Kubernetes"), "app", Some("cart")),
            ("[CONTEXTLESS]owner:a", None, "owner", Some("a")),
            ("[AWS]Name", Some("AWS"), "Name", None),
            ("[Environment]url:http://x:80", Some("Environment"), "url", Some("http://x:80")),
            (r"a\:b:c\:d", None, "a:b", Some("c:d")),
            (r"\[x\]y", None, "[x]y", None),
            (r"c:\dir\[1\]", None, "c", Some(r"\dir[1]")),
            ("key:", None, "key", Some("")),
            ("[open", None, "[open", None),
            ("", None, "", None),
        ] {
            let expected =
                Tag { context: context.map(Into::into), key: key.into(), value: value.map(Into::into) };
            assert_eq!(Tag::parse(text), expected, "{text}");
        }
    }
}
