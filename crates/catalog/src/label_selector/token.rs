//! Selector text → tokens with their places. Total: every text has tokens, the parser judges them.

use crate::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A key or value; also `in` and `notin`, which only the parser can tell from keys and values.
    Word,
    /// `,`
    Comma,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `!`
    Bang,
    /// `=`
    Equals,
    /// `==`
    DoubleEquals,
    /// `!=`
    NotEquals,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// After the last token.
    End,
}

/// A token and where it stands in the selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
    pub(super) span: Span,
}

/// The tokens of a selector in order; the last one is [`TokenKind::End`].
pub(super) fn tokens(selector: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = Some(selector);
    std::iter::from_fn(move || {
        let from = rest?.trim_start_matches(is_space);
        let start = selector.len() - from.len();
        let (kind, length) = first_token(from);
        let (text, after) = from.split_at_checked(length).unwrap_or((from, ""));
        rest = (kind != TokenKind::End).then_some(after);
        Some(Token { kind, text, span: Span::new(start, start + text.len()) })
    })
}

/// The kind of the token at the start of the text, and its length in bytes.
fn first_token(text: &str) -> (TokenKind, usize) {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return (TokenKind::End, 0) };
    let equals_follows = characters.next() == Some('=');
    match first {
        ',' => (TokenKind::Comma, 1),
        '(' => (TokenKind::Open, 1),
        ')' => (TokenKind::Close, 1),
        '>' => (TokenKind::Greater, 1),
        '<' => (TokenKind::Less, 1),
        '=' if equals_follows => (TokenKind::DoubleEquals, 2),
        '=' => (TokenKind::Equals, 1),
        '!' if equals_follows => (TokenKind::NotEquals, 2),
        '!' => (TokenKind::Bang, 1),
        _ => {
            let ends_word = |character| is_space(character) || is_symbol(character);
            (TokenKind::Word, text.find(ends_word).unwrap_or(text.len()))
        }
    }
}

/// What Kubernetes takes as white space; other Unicode spaces are part of a word, which no rule lets pass.
const fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

const fn is_symbol(character: char) -> bool {
    matches!(character, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

#[cfg(test)]
mod tests {
    use super::TokenKind::*;
    use super::*;

    #[test]
    fn takes_the_longest_symbol() {
        let kinds: Vec<_> = tokens("=== !== !!").map(|token| token.kind).collect();
        assert_eq!(kinds, [DoubleEquals, Equals, NotEquals, Equals, Bang, Bang, End]);
    }

    #[test]
    fn spans_count_bytes() {
        let spans: Vec<_> =
            tokens(" ü in(b)").map(|token| (token.kind, token.span.start, token.span.end)).collect();
        assert_eq!(
            spans,
            [(Word, 1, 3), (Word, 4, 6), (Open, 6, 7), (Word, 7, 8), (Close, 8, 9), (End, 9, 9)]
        );
    }
}
