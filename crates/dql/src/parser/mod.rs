//! Tokens to tree, with every error that can be told apart in one pass.
//!
//! ```text
//! pipeline ── command ── list of parameters ── value ── expression ── primary
//!     ▲                        │ error: skip to `,` `|` or a closing bracket, go on
//!     └──────── [ … ] ─────────┘
//! ```
//!
//! Nesting and height of the tree are limited, so that no input overflows the stack, here or in code that walks
//! the tree: WebAssembly has one megabyte of it.

mod expression;
mod habits;
mod literal;
mod parameter;
mod pipeline;

pub(crate) use expression::level;

use crate::ast::{Name, Query};
use crate::diagnostic::Diagnostic;
use crate::lexer::lex;
use crate::span::Span;
use crate::token::{Comment, Token, TokenKind};

/// How deep brackets, calls, sub-queries and prefix operators may nest.
pub const MAX_NESTING: u16 = 100;

/// How many levels the tree of one expression may have: a chain of `or`s has as many as it has `or`s.
pub const MAX_HEIGHT: u16 = 500;

/// How many operands may be in the reading at once: `a or b and c == (d …` has four before the parenthesis.
const MAX_OPEN_OPERANDS: u16 = 300;

/// After so many findings the rest of the text says nothing new, and a report that shows the whole text repaired
/// for each of them would grow with the square of the text.
pub(crate) const MAX_DIAGNOSTICS: usize = 50;

/// What the parser made of a text.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The tree; where there are errors, of what could be read.
    pub query: Query,
    /// Errors and warnings by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The comments, which are no part of the tree.
    pub comments: Vec<Comment>,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Where `${…}` and `$Name` stand, in the order of the text. Only a template has them.
    pub placeholders: Vec<Span>,
}

impl Parsed {
    /// Whether the text is a query.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// What kind of text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A whole query.
    Query,
    /// The middle of a pipeline; may start with `|`.
    Snippet,
    /// A whole query with placeholders: a bare one reads as a field whose name is its text.
    Template,
}

/// Reads a query.
///
/// # Errors
///
/// All errors of the text, by place; at least one.
///
/// ```
/// let query = grailstage_dql::parse("fetch logs | limit 3").unwrap();
/// assert_eq!(query.commands.len(), 2);
/// let errors = grailstage_dql::parse("fetch logs | filter (a == 1").unwrap_err();
/// assert_eq!(errors[0].code, "PARSE_ERROR");
/// ```
pub fn parse(source: &str) -> Result<Query, Vec<Diagnostic>> {
    into_result(parse_recovering(source, Dialect::Query))
}

/// Reads a part of a pipeline: commands joined by `|`, with or without a leading `|`.
///
/// # Errors
///
/// All errors of the text, by place; at least one.
pub fn parse_snippet(source: &str) -> Result<Query, Vec<Diagnostic>> {
    into_result(parse_recovering(source, Dialect::Snippet))
}

fn into_result(parsed: Parsed) -> Result<Query, Vec<Diagnostic>> {
    if parsed.is_valid() {
        Ok(parsed.query)
    } else {
        Err(parsed.diagnostics.into_iter().filter(Diagnostic::is_error).collect())
    }
}

/// Reads as much of a text as can be read.
#[must_use]
pub fn parse_recovering(source: &str, dialect: Dialect) -> Parsed {
    let lexed = lex(source);
    let mut parser = Parser {
        source,
        tokens: &lexed.tokens,
        position: 0,
        dialect,
        nesting: 0,
        open_operands: 0,
        height: 0,
        open: [0; 3],
        single_quoted: Vec::new(),
        placeholders: Vec::new(),
        diagnostics: Vec::new(),
        stopped: false,
    };
    if let Some(span) = lexed.unterminated_comment {
        parser.report(
            Diagnostic::error("PARSE_ERROR", span, "the comment has no end")
                .with_help("comments end with `*/`"),
        );
    }
    if source.len() > u32::MAX as usize {
        parser.report(Diagnostic::error("QUERY_TOO_LONG", Span::default(), "the query is longer than 4 GiB"));
        parser.stopped = true;
    }
    let query = parser.pipeline(false);
    parser.report_single_quotes();
    let Parser { mut diagnostics, placeholders, .. } = parser;
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    Parsed { query, diagnostics, comments: lexed.comments, tokens: lexed.tokens, placeholders }
}

/// An error was reported; the caller skips to where it can go on.
#[derive(Debug)]
struct Failed;

type Parse<T> = Result<T, Failed>;

struct Parser<'a> {
    source: &'a str,
    tokens: &'a [Token],
    position: usize,
    dialect: Dialect,
    nesting: u16,
    /// Operands that are being read, each with a frame on the stack.
    open_operands: u16,
    /// Levels of the expression read last.
    height: u16,
    /// How many `(`, `{` and `[` are open.
    open: [u32; 3],
    single_quoted: Vec<Token>,
    placeholders: Vec<Span>,
    diagnostics: Vec<Diagnostic>,
    /// Whether the rest of the text is not looked at.
    stopped: bool,
}

impl<'a> Parser<'a> {
    fn token_at(&self, position: usize) -> Token {
        let end = Token { kind: TokenKind::End, start: 0, end: 0 };
        self.tokens.get(position).or(self.tokens.last()).copied().unwrap_or(end)
    }

    fn peek(&self) -> Token {
        self.token_at(self.position)
    }

    fn kind(&self) -> TokenKind {
        self.peek().kind
    }

    fn next_kind(&self) -> TokenKind {
        self.token_at(self.position + 1).kind
    }

    fn bump(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.position += 1;
        }
        token
    }

    fn eat(&mut self, kind: TokenKind) -> bool {
        let matches = self.kind() == kind;
        if matches {
            self.position += 1;
        }
        matches
    }

    fn text(&self, token: Token) -> &'a str {
        self.source.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    fn is_word(&self, token: Token, word: &str) -> bool {
        token.kind == TokenKind::Identifier && self.text(token).eq_ignore_ascii_case(word)
    }

    /// Where the last token read ends.
    fn end(&self) -> usize {
        self.position.checked_sub(1).map_or(0, |last| self.token_at(last).end as usize)
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.end().max(start))
    }

    fn name(&self, token: Token) -> Name {
        Name { text: self.text(token).into(), span: token.span() }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.stopped {
            return;
        }
        self.diagnostics.push(diagnostic);
        if self.diagnostics.len() >= MAX_DIAGNOSTICS {
            self.stop();
        }
    }

    fn fail<T>(&mut self, diagnostic: Diagnostic) -> Parse<T> {
        self.report(diagnostic);
        Err(Failed)
    }

    /// Gives up on the rest of the text.
    fn stop(&mut self) {
        self.stopped = true;
        self.position = self.tokens.len().saturating_sub(1);
    }

    fn too_deep<T>(&mut self, span: Span) -> Parse<T> {
        self.report(
            Diagnostic::error("NESTING_TOO_DEEP", span, "the query is nested too deeply").with_help(format!(
                "at most {MAX_NESTING} levels of brackets and {MAX_HEIGHT} operators in a chain; long chains of \
                 `or` read better as `in(field, {{…}})`"
            )),
        );
        self.stop();
        Err(Failed)
    }

    /// Reads with one more level of nesting.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.nesting >= MAX_NESTING {
            let span = self.peek().span();
            return self.too_deep(span);
        }
        self.nesting += 1;
        let result = read(self);
        self.nesting -= 1;
        result
    }

    /// Reads what stands in brackets; the opening one is still ahead.
    fn bracketed<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let bracket = bracket_of(self.kind());
        self.bump();
        self.count_bracket(bracket, true);
        let result = self.nested(read);
        self.count_bracket(bracket, false);
        result
    }

    fn count_bracket(&mut self, bracket: Option<usize>, opened: bool) {
        if let Some(count) = bracket.and_then(|bracket| self.open.get_mut(bracket)) {
            *count = if opened { *count + 1 } else { count.saturating_sub(1) };
        }
    }

    /// Notes that the expression read last is one level higher than its highest part.
    fn grow(&mut self, height: u16, span: Span) -> Parse<()> {
        self.height = height + 1;
        if self.height > MAX_HEIGHT { self.too_deep(span) } else { Ok(()) }
    }

    /// Skips to a `,`, a `|` or a closing bracket that closes something open.
    fn synchronize(&mut self) {
        let mut inner: Vec<usize> = Vec::new();
        loop {
            let kind = self.kind();
            match kind {
                TokenKind::End => return,
                TokenKind::Comma | TokenKind::Pipe if inner.is_empty() => return,
                TokenKind::LeftParenthesis | TokenKind::LeftBrace | TokenKind::LeftBracket => {
                    inner.extend(bracket_of(kind));
                }
                TokenKind::RightParenthesis | TokenKind::RightBrace | TokenKind::RightBracket => {
                    let bracket = bracket_of(kind);
                    match inner.iter().rposition(|opened| Some(*opened) == bracket) {
                        Some(opened) => inner.truncate(opened),
                        None if bracket.and_then(|b| self.open.get(b)).is_some_and(|count| *count > 0) => {
                            return;
                        }
                        None => {}
                    }
                }
                _ => {}
            }
            self.bump();
        }
    }
}

fn bracket_of(kind: TokenKind) -> Option<usize> {
    match kind {
        TokenKind::LeftParenthesis | TokenKind::RightParenthesis => Some(0),
        TokenKind::LeftBrace | TokenKind::RightBrace => Some(1),
        TokenKind::LeftBracket | TokenKind::RightBracket => Some(2),
        _ => None,
    }
}
