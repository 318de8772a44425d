//! Parameters and what they hold: groups, assignments, blocks, sort keys.

use super::{Failed, Parse, Parser};
use crate::ast::{Direction, FieldName, Parameter, Query, Value};
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// Reads `value` or `name: value`.
    pub(super) fn parameter(&mut self) -> Parse<Parameter> {
        let start = self.peek().start as usize;
        let name = if self.next_kind() == TokenKind::Colon && is_word_token(self.kind()) {
            let token = self.bump();
            self.bump();
            Some(self.name(token))
        } else {
            None
        };
        let value = self.value()?;
        Ok(Parameter { name, value, span: self.span_from(start) })
    }

    fn value(&mut self) -> Parse<Value> {
        match self.kind() {
            TokenKind::LeftBrace => return self.group().map(Value::Group),
            TokenKind::LeftBracket => return self.block().map(Value::Block),
            TokenKind::Identifier | TokenKind::Backtick if self.next_kind() == TokenKind::Assign => {
                let token = self.bump();
                let field = self.field_name(token);
                self.bump();
                let value = match self.kind() {
                    TokenKind::LeftBrace => Value::Group(self.group()?),
                    TokenKind::LeftBracket => Value::Block(self.block()?),
                    _ => Value::Expression(self.expression()?),
                };
                return Ok(Value::Assignment { field, value: Box::new(value) });
            }
            _ => {}
        }
        let expression = self.expression()?;
        if self.kind() == TokenKind::Identifier {
            let token = self.peek();
            let direction = match self.text(token) {
                word if word.eq_ignore_ascii_case("asc") => Some(Direction::Ascending),
                word if word.eq_ignore_ascii_case("desc") => Some(Direction::Descending),
                _ => None,
            };
            if let Some(direction) = direction {
                self.bump();
                return Ok(Value::Sorted { expression, direction });
            }
        }
        Ok(Value::Expression(expression))
    }

    fn group(&mut self) -> Parse<Vec<Parameter>> {
        self.list(TokenKind::RightBrace)
    }

    /// Reads a sub-query with its brackets.
    pub(super) fn block(&mut self) -> Parse<Query> {
        let opening = self.peek();
        let query = self.bracketed(|parser| {
            let query = parser.pipeline(true);
            parser.close(TokenKind::RightBracket, opening)?;
            Ok(query)
        })?;
        self.grow(self.height, opening.span())?;
        Ok(query)
    }

    /// Reads parameters in brackets; the opening bracket is still ahead.
    pub(super) fn list(&mut self, closing: TokenKind) -> Parse<Vec<Parameter>> {
        let opening = self.peek();
        let mut height = 0;
        let parameters = self.bracketed(|parser| {
            if parser.eat(closing) {
                return Ok(Vec::new());
            }
            let mut parameters = Vec::with_capacity(1);
            loop {
                parser.height = 0;
                match parser.parameter() {
                    Ok(parameter) => parameters.push(parameter),
                    Err(Failed) => parser.synchronize(),
                }
                height = height.max(parser.height);
                if parser.kind() != TokenKind::Comma && parser.kind() != closing {
                    let last = parameters.last().map(|parameter: &Parameter| parameter.span);
                    parser.unexpected_in_list(last, closing, opening)?;
                }
                if parser.kind() == TokenKind::Comma {
                    let comma = parser.bump();
                    if parser.kind() != closing {
                        continue;
                    }
                    parser.report_trailing_comma(comma);
                }
                parser.bump();
                return Ok(parameters);
            }
        })?;
        self.grow(height, opening.span())?;
        Ok(parameters)
    }

    /// Reports what stands where `,` or the closing bracket should; fails where neither follows.
    fn unexpected_in_list(&mut self, last: Option<Span>, closing: TokenKind, opening: Token) -> Parse<()> {
        loop {
            if matches!(self.kind(), TokenKind::Pipe | TokenKind::End) || closes_other(self.kind(), closing) {
                return self.close(closing, opening);
            }
            if self.unexpected_after_value(last, None) {
                return Err(Failed);
            }
            if self.kind() == TokenKind::Comma || self.kind() == closing {
                return Ok(());
            }
        }
    }

    /// Reads a closing bracket, or reports that it is missing. One bracket is not reported missing when something
    /// in it was wrong already: its end may have been skipped.
    pub(super) fn close(&mut self, closing: TokenKind, opening: Token) -> Parse<()> {
        if self.eat(closing) {
            return Ok(());
        }
        let inside = |diagnostic: &Diagnostic| diagnostic.span.start >= opening.start as usize;
        if self.diagnostics.iter().any(|diagnostic| diagnostic.is_error() && inside(diagnostic)) {
            return Err(Failed);
        }
        let token = self.peek();
        let place = crate::diagnostic::Position::of(self.source, opening.start as usize);
        let opened = self.text(opening);
        let message = match token.kind {
            TokenKind::End => format!("`{opened}` is not closed"),
            _ => format!("{} is not allowed here", self.describe(token)),
        };
        let span = if token.kind == TokenKind::End { opening.span() } else { token.span() };
        let help = match closing {
            TokenKind::RightParenthesis => "`)`",
            TokenKind::RightBrace => "`}`",
            _ => "`]`",
        };
        self.fail(Diagnostic::error("PARSE_ERROR", span, message).with_help(format!(
            "{help} is missing for the `{opened}` in line {}, column {}",
            place.line, place.column
        )))
    }

    pub(super) fn field_name(&self, token: Token) -> FieldName {
        let text = self.text(token);
        let name = match token.kind {
            TokenKind::Backtick => {
                let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
                crate::quote::unescape_field(inner).into()
            }
            _ => text.into(),
        };
        FieldName { name, span: token.span() }
    }
}

/// Whether a token can be the name before a colon: any word, reserved or not.
const fn is_word_token(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Identifier
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Null
            | TokenKind::And
            | TokenKind::Or
            | TokenKind::Xor
            | TokenKind::Not
    )
}

fn closes_other(kind: TokenKind, closing: TokenKind) -> bool {
    matches!(kind, TokenKind::RightParenthesis | TokenKind::RightBrace | TokenKind::RightBracket)
        && kind != closing
}
