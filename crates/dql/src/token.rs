//! The words of the language: what the lexer hands to the parser.

use crate::span::Span;

/// A token: its kind and its bytes in the source. The text is read from the source when it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Token {
    /// Where it stands.
    #[must_use]
    pub const fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// The kinds of tokens. Broken ones are tokens too, so that the parser reports them with what surrounds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A bare name, dots included: `k8s.pod.name`.
    Identifier,
    /// `` `any text` ``
    Backtick,
    /// `123`
    Integer,
    /// `0x1F`
    Hexadecimal,
    /// `2.4e2`
    Double,
    /// `5m`, `30min`; the unit may be unknown.
    Duration,
    /// `"…"`
    String,
    /// `"""…"""`
    TripleString,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// `and`
    And,
    /// `or`
    Or,
    /// `xor`
    Xor,
    /// `not`
    Not,
    /// `|`
    Pipe,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `=`
    Assign,
    /// `(`
    LeftParenthesis,
    /// `)`
    RightParenthesis,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<>`, which other languages have for `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `~`
    Tilde,
    /// `@`
    At,
    /// `'…'`, which DQL does not have; ends at the next `'` or at the end of the line.
    SingleQuoted,
    /// `"…` without its end.
    UnterminatedString,
    /// `` `… `` without its end.
    UnterminatedBacktick,
    /// `.5`, `1.5h`, `1.`, `0x`: looks like a number and is none.
    MalformedNumber,
    /// A placeholder `${…}`, `$${…}`, or a dashboard variable `$Name`.
    Placeholder,
    /// `&&`, `||`, `!`, `=~` and the like: operators of other languages.
    ForeignOperator,
    /// Any other character, or a run of letters outside ASCII.
    Unknown,
    /// The end of the text; always the last token.
    End,
}

/// A comment: `// …` without its line end, or `/* … */`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, delimiters included.
    pub span: Span,
    /// Number of tokens before it.
    pub token_index: usize,
    /// Whether a line end stands between the token before it and the comment.
    pub own_line: bool,
    /// `/* … */` rather than `// …`.
    pub block: bool,
}
