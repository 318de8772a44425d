//! Text to tokens. Nothing is allocated but the two lists; every byte is looked at once.
//!
//! The lexer refuses nothing: what it cannot read becomes a token of a broken kind, and the parser, which knows
//! what surrounds it, says what is wrong.

use memchr::{memchr, memchr2};

use crate::span::Span;
use crate::token::{Comment, Token, TokenKind};

/// The result of lexing.
#[derive(Debug, Clone, Default)]
pub struct Lexed {
    /// All tokens, [`TokenKind::End`] last.
    pub tokens: Vec<Token>,
    /// All comments in order.
    pub comments: Vec<Comment>,
    /// The start of a `/*` that never ends. The rest of the text is then one comment.
    pub unterminated_comment: Option<Span>,
}

/// Splits a query into tokens and comments. A text of 4 GiB or more yields no tokens but the end.
#[must_use]
pub fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer {
        source,
        bytes: source.as_bytes(),
        position: 0,
        line_ended: false,
        // Measured on public queries: a token is 4 to 5 bytes with the space around it.
        lexed: Lexed { tokens: Vec::with_capacity(source.len() / 4 + 8), ..Lexed::default() },
    };
    if u32::try_from(source.len()).is_ok() {
        lexer.run();
    }
    lexer.push(TokenKind::End, lexer.position);
    lexer.lexed
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    position: usize,
    /// Whether a line end was passed since the last token.
    line_ended: bool,
    lexed: Lexed,
}

const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether a byte may stand in a name. A table, since most bytes of a query are asked this.
fn is_name_part(byte: u8) -> bool {
    #[expect(clippy::indexing_slicing, reason = "an index beyond the end would fail to compile")]
    const NAME_PARTS: [bool; 256] = {
        let mut parts = [false; 256];
        let mut byte = 0u8;
        while byte < 128 {
            parts[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
            byte += 1;
        }
        parts
    };
    NAME_PARTS.get(usize::from(byte)).copied().unwrap_or(false)
}

impl Lexer<'_> {
    fn at(&self, position: usize) -> u8 {
        self.bytes.get(position).copied().unwrap_or(0)
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        #[expect(clippy::cast_possible_truncation, reason = "`lex` admits no text beyond u32::MAX bytes")]
        let token = Token { kind, start: start as u32, end: self.position as u32 };
        self.lexed.tokens.push(token);
        self.line_ended = false;
    }

    fn take(&mut self, kind: TokenKind, length: usize) {
        let start = self.position;
        self.position += length;
        self.push(kind, start);
    }

    fn skip_while(&mut self, accept: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.position += rest.iter().position(|byte| !accept(*byte)).unwrap_or(rest.len());
    }

    /// Goes to where a search in the rest of the text found something, or to the end.
    fn go_to(&mut self, search: impl Fn(&[u8]) -> Option<usize>) {
        let rest = self.rest();
        self.position += search(rest).unwrap_or(rest.len());
    }

    fn run(&mut self) {
        use TokenKind as K;
        while let Some(&byte) = self.bytes.get(self.position) {
            let next = self.at(self.position + 1);
            match byte {
                b'\n' => {
                    self.line_ended = true;
                    self.position += 1;
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.position += 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
                b'0'..=b'9' => self.number(),
                b'"' => self.string(),
                b'`' => self.delimited(b'`', K::Backtick, K::UnterminatedBacktick),
                b'\'' => self.single_quoted(),
                b'/' if next == b'/' => self.line_comment(),
                b'/' if next == b'*' => self.block_comment(),
                b'|' if next == b'|' => self.take(K::ForeignOperator, 2),
                b'|' => self.take(K::Pipe, 1),
                b',' => self.take(K::Comma, 1),
                b':' => self.take(K::Colon, 1),
                b'(' => self.take(K::LeftParenthesis, 1),
                b')' => self.take(K::RightParenthesis, 1),
                b'{' => self.take(K::LeftBrace, 1),
                b'}' => self.take(K::RightBrace, 1),
                b'[' => self.take(K::LeftBracket, 1),
                b']' => self.take(K::RightBracket, 1),
                b'=' if next == b'=' && self.at(self.position + 2) == b'=' => {
                    self.take(K::ForeignOperator, 3)
                }
                b'=' if next == b'=' => self.take(K::Equal, 2),
                b'=' if next == b'~' => self.take(K::ForeignOperator, 2),
                b'=' => self.take(K::Assign, 1),
                b'!' if next == b'=' && self.at(self.position + 2) == b'=' => {
                    self.take(K::ForeignOperator, 3)
                }
                b'!' if next == b'=' => self.take(K::NotEqual, 2),
                b'!' if next == b'~' => self.take(K::ForeignOperator, 2),
                b'!' => self.take(K::ForeignOperator, 1),
                b'&' if next == b'&' => self.take(K::ForeignOperator, 2),
                b'<' if next == b'=' => self.take(K::LessOrEqual, 2),
                b'<' if next == b'>' => self.take(K::Unequal, 2),
                b'<' => self.take(K::Less, 1),
                b'>' if next == b'=' => self.take(K::GreaterOrEqual, 2),
                b'>' => self.take(K::Greater, 1),
                b'+' => self.take(K::Plus, 1),
                b'-' => self.take(K::Minus, 1),
                b'*' if next == b'*' => self.take(K::ForeignOperator, 2),
                b'*' => self.take(K::Star, 1),
                b'/' => self.take(K::Slash, 1),
                b'%' => self.take(K::Percent, 1),
                b'~' => self.take(K::Tilde, 1),
                b'@' => self.take(K::At, 1),
                b'.' if next.is_ascii_digit() => {
                    let start = self.position;
                    self.position += 1;
                    self.skip_while(is_name_part);
                    self.push(K::MalformedNumber, start);
                }
                b'$' => self.placeholder(),
                // U+00A0, which web pages put into copied queries.
                0xC2 if next == 0xA0 => self.position += 2,
                // U+FEFF, which editors put before the first character.
                0xEF if next == 0xBB && self.at(self.position + 2) == 0xBF => self.position += 3,
                _ => self.unknown(),
            }
        }
    }

    fn name(&mut self) {
        let start = self.position;
        self.skip_while(is_name_part);
        if self.at(self.position) >= 0x80 && self.is_letter_ahead() {
            self.position = start;
            self.unknown();
            return;
        }
        if self.at(self.position) != b'.' {
            let kind = self.bytes.get(start..self.position).map_or(TokenKind::Identifier, keyword);
            self.push(kind, start);
            return;
        }
        while self.at(self.position) == b'.' && is_name_part(self.at(self.position + 1)) {
            self.position += 1;
            self.skip_while(is_name_part);
        }
        self.push(TokenKind::Identifier, start);
    }

    /// Whether a letter outside ASCII follows: the word as a whole is no bare name then.
    fn is_letter_ahead(&self) -> bool {
        let rest = self.source.get(self.position..).unwrap_or_default();
        rest.chars().next().is_some_and(char::is_alphabetic)
    }

    fn number(&mut self) {
        let start = self.position;
        if self.at(start) == b'0' && matches!(self.at(start + 1), b'x' | b'X') {
            self.position += 2;
            self.skip_while(is_name_part);
            let digits = self.bytes.get(start + 2..self.position).unwrap_or_default();
            let valid = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
            self.push(if valid { TokenKind::Hexadecimal } else { TokenKind::MalformedNumber }, start);
            return;
        }
        self.skip_while(|byte| byte.is_ascii_digit());
        let mut kind = TokenKind::Integer;
        if self.at(self.position) == b'.' {
            if self.at(self.position + 1).is_ascii_digit() {
                kind = TokenKind::Double;
                self.position += 1;
                self.skip_while(|byte| byte.is_ascii_digit());
            } else {
                self.position += 1;
                self.push(TokenKind::MalformedNumber, start);
                return;
            }
        }
        if matches!(self.at(self.position), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(self.position + 1), b'+' | b'-'));
            if self.at(self.position + 1 + sign).is_ascii_digit() {
                kind = TokenKind::Double;
                self.position += 1 + sign;
                self.skip_while(|byte| byte.is_ascii_digit());
            }
        }
        if is_name_start(self.at(self.position)) {
            kind = if kind == TokenKind::Integer { TokenKind::Duration } else { TokenKind::MalformedNumber };
            self.skip_while(is_name_part);
        }
        self.push(kind, start);
    }

    fn string(&mut self) {
        if self.rest().starts_with(b"\"\"\"") {
            self.triple_string();
        } else {
            self.delimited(b'"', TokenKind::String, TokenKind::UnterminatedString);
        }
    }

    /// The string ends with the last three quotes of the first run of three or more.
    fn triple_string(&mut self) {
        let start = self.position;
        self.position += 3;
        loop {
            self.go_to(|rest| memchr(b'"', rest));
            let run = self.position;
            self.skip_while(|byte| byte == b'"');
            if self.position - run >= 3 {
                self.push(TokenKind::TripleString, start);
                return;
            }
            if self.position >= self.bytes.len() {
                self.push(TokenKind::UnterminatedString, start);
                return;
            }
        }
    }

    fn delimited(&mut self, delimiter: u8, closed: TokenKind, open: TokenKind) {
        let start = self.position;
        self.position += 1;
        loop {
            self.go_to(|rest| memchr2(delimiter, b'\\', rest));
            match self.bytes.get(self.position) {
                Some(b'\\') => {
                    self.position += 1;
                    // A character of several bytes is passed whole: its later bytes are no delimiters.
                    self.position += usize::from(self.position < self.bytes.len());
                }
                Some(_) => {
                    self.position += 1;
                    self.push(closed, start);
                    return;
                }
                None => {
                    self.push(open, start);
                    return;
                }
            }
        }
    }

    fn single_quoted(&mut self) {
        let start = self.position;
        self.position += 1;
        self.go_to(|rest| memchr2(b'\'', b'\n', rest));
        self.position += usize::from(self.at(self.position) == b'\'');
        self.push(TokenKind::SingleQuoted, start);
    }

    fn line_comment(&mut self) {
        let start = self.position;
        self.go_to(|rest| memchr(b'\n', rest));
        let mut end = self.position;
        if self.at(end - 1) == b'\r' {
            end -= 1;
        }
        self.comment(start, end, false);
    }

    fn block_comment(&mut self) {
        let start = self.position;
        self.position += 2;
        loop {
            self.go_to(|rest| memchr(b'*', rest));
            if self.position >= self.bytes.len() {
                self.lexed.unterminated_comment = Some(Span::new(start, start + 2));
                break;
            }
            self.position += 1;
            if self.at(self.position) == b'/' {
                self.position += 1;
                break;
            }
        }
        self.comment(start, self.position, true);
    }

    fn comment(&mut self, start: usize, end: usize, block: bool) {
        self.lexed.comments.push(Comment {
            span: Span::new(start, end),
            token_index: self.lexed.tokens.len(),
            own_line: self.line_ended || self.lexed.tokens.is_empty(),
            block,
        });
    }

    /// `$Name`, `$Name:noquote`, `${…}`, `$${…}`. The braces may hold quoted text with braces in it.
    fn placeholder(&mut self) {
        let start = self.position;
        self.skip_while(|byte| byte == b'$');
        if self.at(self.position) == b'{' {
            let mut quote = 0;
            loop {
                self.position += 1;
                match self.bytes.get(self.position) {
                    None | Some(b'\n') => break,
                    Some(&byte) if quote != 0 => {
                        if byte == quote {
                            quote = 0;
                        }
                    }
                    Some(&byte @ (b'\'' | b'"')) => quote = byte,
                    Some(b'}') => {
                        self.position += 1;
                        break;
                    }
                    Some(_) => {}
                }
            }
        } else {
            self.skip_while(is_name_part);
        }
        self.push(TokenKind::Placeholder, start);
    }

    fn unknown(&mut self) {
        let start = self.position;
        let rest = self.source.get(start..).unwrap_or_default();
        let mut length = 0;
        for character in rest.chars() {
            let word = character.is_alphabetic()
                || length > 0 && (character.is_alphanumeric() || character == '_' || character == '.');
            if length > 0 && !word {
                break;
            }
            length += character.len_utf8();
            if !word {
                break;
            }
        }
        self.position += length.max(1);
        self.push(TokenKind::Unknown, start);
    }
}

fn keyword(word: &[u8]) -> TokenKind {
    let is = |keyword: &[u8]| word.eq_ignore_ascii_case(keyword);
    match word.len() {
        2 if is(b"or") => TokenKind::Or,
        3 if is(b"and") => TokenKind::And,
        3 if is(b"not") => TokenKind::Not,
        3 if is(b"xor") => TokenKind::Xor,
        4 if is(b"true") => TokenKind::True,
        4 if is(b"null") => TokenKind::Null,
        5 if is(b"false") => TokenKind::False,
        _ => TokenKind::Identifier,
    }
}
