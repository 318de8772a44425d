//! The notation of a placeholder: `${name}`, `${path.to['a value']}`, and `$${…}` as app-config escapes it.

/// The path a placeholder names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Its segments: `entity`, `metadata`, `labels`, `app.kubernetes.io/name`.
    pub path: Vec<String>,
}

impl Placeholder {
    /// Reads a placeholder with its dollars and braces.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inner = text
            .trim_start_matches('$')
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .ok_or_else(|| format!("`{text}` does not end with `}}`"))?;
        let mut path = Vec::new();
        let mut rest = inner.trim();
        loop {
            rest = match rest.strip_prefix('[') {
                Some(bracket) => {
                    let (segment, after) =
                        quoted(bracket).ok_or_else(|| format!("`{text}` has a key that is not in quotes"))?;
                    path.push(segment.to_owned());
                    after
                }
                None => {
                    let end = rest.find(['.', '[']).unwrap_or(rest.len());
                    let (segment, after) = rest.split_at_checked(end).unwrap_or_default();
                    if !is_word(segment) {
                        return Err(format!("`{text}` names nothing"));
                    }
                    path.push(segment.to_owned());
                    after
                }
            };
            if rest.is_empty() {
                return Ok(Self { path });
            }
            if !rest.starts_with('[') {
                rest = rest.strip_prefix('.').ok_or_else(|| format!("`{text}` is no path"))?;
            }
        }
    }

    /// The path as it is written: `entity.metadata.labels['app.kubernetes.io/name']`.
    #[must_use]
    pub fn written(path: &[impl AsRef<str>]) -> String {
        let mut text = String::new();
        for segment in path.iter().map(AsRef::as_ref) {
            if !is_word(segment) {
                text.push_str(&format!("['{segment}']"));
            } else {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(segment);
            }
        }
        text
    }
}

fn is_word(segment: &str) -> bool {
    !segment.is_empty()
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !segment.starts_with(|first: char| first.is_ascii_digit())
}

/// Reads `'key']` or `"key"]`; returns the key and what follows the bracket.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let (key, after) = text.get(1..)?.split_once(quote)?;
    Some((key, after.strip_prefix(']')?))
}

/// A piece of a text with placeholders in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that stays.
    Text(&'a str),
    /// A placeholder with its dollars and braces.
    Placeholder(&'a str),
}

/// Takes the content of a string or of backticks apart. A `${` without an end is text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut searched = 0;
    while let Some(found) = rest.get(searched..).and_then(|tail| tail.find("${")) {
        let start = searched + found;
        let Some(length) = rest.get(start..).and_then(length_of) else {
            searched = start + 2;
            continue;
        };
        // `$${…}` is one placeholder: app-config has it so to keep Backstage from reading it.
        let dollars = start - usize::from(rest.get(..start).is_some_and(|before| before.ends_with('$')));
        let (before, placeholder) = (rest.get(..dollars), rest.get(dollars..start + length));
        pieces.extend(before.filter(|before| !before.is_empty()).map(Piece::Text));
        pieces.extend(placeholder.map(Piece::Placeholder));
        rest = rest.get(start + length..).unwrap_or_default();
        searched = 0;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The length of the placeholder a text starts with.
fn length_of(text: &str) -> Option<usize> {
    let mut quote = None;
    for (position, character) in text.char_indices().skip(2) {
        match (quote, character) {
            (None, '}') => return Some(position + 1),
            (_, '\n') => return None,
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_texts_apart() {
        assert_eq!(
            pieces("a ${b} $${c['}']} ${ $x"),
            [
                Piece::Text("a "),
                Piece::Placeholder("${b}"),
                Piece::Text(" "),
                Piece::Placeholder("$${c['}']}"),
                Piece::Text(" ${ $x"),
            ]
        );
    }

    #[test]
    fn paths_are_written_as_they_are_read() {
        let written = "entity.metadata.labels['app.kubernetes.io/name']";
        let placeholder = Placeholder::parse(&format!("${{{written}}}")).unwrap();
        assert_eq!(Placeholder::written(&placeholder.path), written);
    }
}
