//! Expressions, by precedence climbing over the levels of docs.dynatrace.com (DQL operators), from loose to tight:
//! `or`, `xor`, `and`, `not`, `in`, comparison, `~`, `+ -`, `@`, `* / %`, unary `-`.

use super::{Failed, Parse, Parser};
use crate::ast::{BinaryOperator, Expression, ExpressionKind, Literal, UnaryOperator};
use crate::diagnostic::{Diagnostic, Edit};
use crate::span::Span;
use crate::token::{Token, TokenKind};

/// How tightly an operator binds; more is tighter. All binary operators are left-associative.
pub(crate) mod level {
    pub(crate) const OR: u8 = 1;
    pub(crate) const XOR: u8 = 2;
    pub(crate) const AND: u8 = 3;
    pub(crate) const NOT: u8 = 4;
    pub(crate) const IN: u8 = 5;
    pub(crate) const COMPARISON: u8 = 6;
    pub(crate) const MATCHES: u8 = 7;
    pub(crate) const ADDITIVE: u8 = 8;
    pub(crate) const ALIGN: u8 = 9;
    pub(crate) const MULTIPLICATIVE: u8 = 10;
    pub(crate) const MINUS: u8 = 11;
    pub(crate) const PRIMARY: u8 = 12;
}

impl BinaryOperator {
    /// How tightly it binds.
    pub(crate) const fn level(self) -> u8 {
        match self {
            Self::Multiply | Self::Divide | Self::Remainder => level::MULTIPLICATIVE,
            Self::Add | Self::Subtract => level::ADDITIVE,
            Self::Matches => level::MATCHES,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => level::COMPARISON,
            Self::And => level::AND,
            Self::Xor => level::XOR,
            Self::Or => level::OR,
        }
    }
}

impl BinaryOperator {
    /// Whether it joins conditions.
    #[must_use]
    pub const fn is_logical(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Xor)
    }
}

const fn binary_operator(kind: TokenKind) -> Option<BinaryOperator> {
    Some(match kind {
        TokenKind::Star => BinaryOperator::Multiply,
        TokenKind::Slash => BinaryOperator::Divide,
        TokenKind::Percent => BinaryOperator::Remainder,
        TokenKind::Plus => BinaryOperator::Add,
        TokenKind::Minus => BinaryOperator::Subtract,
        TokenKind::Tilde => BinaryOperator::Matches,
        TokenKind::Equal => BinaryOperator::Equal,
        TokenKind::NotEqual | TokenKind::Unequal => BinaryOperator::NotEqual,
        TokenKind::Less => BinaryOperator::Less,
        TokenKind::LessOrEqual => BinaryOperator::LessOrEqual,
        TokenKind::Greater => BinaryOperator::Greater,
        TokenKind::GreaterOrEqual => BinaryOperator::GreaterOrEqual,
        TokenKind::And => BinaryOperator::And,
        TokenKind::Xor => BinaryOperator::Xor,
        TokenKind::Or => BinaryOperator::Or,
        _ => return None,
    })
}

impl Parser<'_> {
    /// Reads an expression.
    pub(super) fn expression(&mut self) -> Parse<Expression> {
        self.operators(level::OR)
    }

    /// Reads an expression of operators that bind at least as tightly as `minimum`.
    fn operators(&mut self, minimum: u8) -> Parse<Expression> {
        if self.open_operands >= super::MAX_OPEN_OPERANDS {
            let span = self.peek().span();
            return self.too_deep(span);
        }
        self.open_operands += 1;
        let expression = self.climb(minimum);
        self.open_operands -= 1;
        expression
    }

    #[inline(always)]
    fn climb(&mut self, minimum: u8) -> Parse<Expression> {
        let mut left = self.unary()?;
        loop {
            let token = self.peek();
            if let Some(operator) = binary_operator(token.kind) {
                let level = operator.level();
                if level < minimum {
                    return Ok(left);
                }
                self.bump();
                if token.kind == TokenKind::Unequal {
                    self.report(
                        Diagnostic::warning("UNDOCUMENTED_OPERATOR", token.span(), "`<>` is not documented")
                            .with_help("write `!=`")
                            .with_fix([Edit::replace(token.span(), "!=")]),
                    );
                }
                left = self.right_operand(left, operator)?;
                continue;
            }
            match token.kind {
                TokenKind::At if minimum <= level::ALIGN => {
                    self.bump();
                    let height = self.height;
                    let unit = self.alignment_unit(token)?;
                    self.grow(height, token.span())?;
                    let span = left.span.to(unit.span);
                    let kind = ExpressionKind::Align { value: Some(Box::new(left)), unit };
                    left = Expression { kind, span };
                }
                TokenKind::Identifier if minimum <= level::IN && self.is_word(token, "in") => {
                    left = self.in_query(left)?;
                }
                TokenKind::Assign | TokenKind::ForeignOperator => {
                    let Some(operator) = self.foreign_operator(token, minimum) else { return Ok(left) };
                    left = self.right_operand(left, operator)?;
                }
                _ => return Ok(left),
            }
        }
    }

    fn right_operand(&mut self, left: Expression, operator: BinaryOperator) -> Parse<Expression> {
        let height = self.height;
        let right = self.operators(operator.level() + 1)?;
        let span = left.span.to(right.span);
        self.grow(height.max(self.height), span)?;
        let kind = ExpressionKind::Binary { left: Box::new(left), operator, right: Box::new(right) };
        Ok(Expression { kind, span })
    }

    fn in_query(&mut self, needle: Expression) -> Parse<Expression> {
        let word = self.bump();
        let height = self.height;
        let is_query = self.kind() == TokenKind::LeftBracket
            && matches!(self.next_kind(), TokenKind::Identifier | TokenKind::RightBracket);
        if !is_query {
            return self.in_list(&needle, word);
        }
        let query = self.block()?;
        let span = self.span_from(needle.span.start);
        self.grow(height.max(self.height), span)?;
        let kind = ExpressionKind::InQuery { needle: Box::new(needle), query: Box::new(query) };
        Ok(Expression { kind, span })
    }

    fn unary(&mut self) -> Parse<Expression> {
        let token = self.peek();
        match token.kind {
            TokenKind::Minus => {
                self.bump();
                if let Some(smallest) = self.smallest_long(token) {
                    return Ok(smallest);
                }
                let operand = self.nested(Self::unary)?;
                self.prefixed(UnaryOperator::Minus, token, operand)
            }
            TokenKind::Not => {
                self.bump();
                let operand = self.nested(|parser| parser.operators(level::NOT))?;
                self.prefixed(UnaryOperator::Not, token, operand)
            }
            TokenKind::ForeignOperator if self.text(token) == "!" => {
                self.bump();
                self.report_exclamation_mark(token);
                let operand = self.nested(|parser| parser.operators(level::NOT))?;
                self.prefixed(UnaryOperator::Not, token, operand)
            }
            TokenKind::At => {
                self.bump();
                self.height = 1;
                let unit = self.alignment_unit(token)?;
                let span = token.span().to(unit.span);
                Ok(Expression { kind: ExpressionKind::Align { value: None, unit }, span })
            }
            _ => {
                let primary = self.primary()?;
                if self.kind() == TokenKind::LeftBracket { self.indexed(primary) } else { Ok(primary) }
            }
        }
    }

    fn prefixed(&mut self, operator: UnaryOperator, token: Token, operand: Expression) -> Parse<Expression> {
        self.grow(self.height, token.span())?;
        let span = token.span().to(operand.span);
        Ok(Expression { kind: ExpressionKind::Unary { operator, operand: Box::new(operand) }, span })
    }

    /// `-9223372036854775808`: its digits alone are no long, so sign and digits are one literal.
    fn smallest_long(&mut self, minus: Token) -> Option<Expression> {
        let token = self.peek();
        let digits = if token.kind == TokenKind::Integer { self.text(token) } else { return None };
        if digits.trim_start_matches('0') != "9223372036854775808"
            || self.next_kind() == TokenKind::LeftBracket
        {
            return None;
        }
        self.bump();
        self.height = 1;
        let kind = ExpressionKind::Literal(Literal::Long(i64::MIN));
        Some(Expression { kind, span: minus.span().to(token.span()) })
    }

    fn primary(&mut self) -> Parse<Expression> {
        let token = self.peek();
        self.height = 1;
        match token.kind {
            TokenKind::Identifier if self.next_kind() == TokenKind::LeftParenthesis => {
                self.bump();
                let function = self.name(token);
                let arguments = self.list(TokenKind::RightParenthesis)?;
                let span = self.span_from(token.start as usize);
                Ok(Expression { kind: ExpressionKind::Call { function, arguments }, span })
            }
            TokenKind::Identifier | TokenKind::Backtick => {
                self.bump();
                Ok(Expression { kind: ExpressionKind::Field(self.field_name(token)), span: token.span() })
            }
            TokenKind::LeftParenthesis => self.parenthesized(token),
            _ => self.literal(token),
        }
    }

    fn parenthesized(&mut self, opening: Token) -> Parse<Expression> {
        let inner = self.bracketed(|parser| {
            let inner = match parser.expression() {
                Ok(inner) => Some(inner),
                Err(Failed) => {
                    parser.synchronize();
                    None
                }
            };
            while inner.is_some()
                && !matches!(
                    parser.kind(),
                    TokenKind::RightParenthesis
                        | TokenKind::Pipe
                        | TokenKind::End
                        | TokenKind::RightBrace
                        | TokenKind::RightBracket
                )
            {
                if parser.kind() == TokenKind::Comma {
                    parser.report_list_in_parentheses();
                    return Err(Failed);
                }
                if parser.unexpected_after_value(inner.as_ref().map(|inner| inner.span), None) {
                    return Err(Failed);
                }
            }
            parser.close(TokenKind::RightParenthesis, opening)?;
            inner.ok_or(Failed)
        })?;
        let span = self.span_from(opening.start as usize);
        self.grow(self.height, span)?;
        Ok(Expression { kind: ExpressionKind::Parenthesized(Box::new(inner)), span })
    }

    fn indexed(&mut self, mut base: Expression) -> Parse<Expression> {
        while self.kind() == TokenKind::LeftBracket {
            let opening = self.peek();
            let height = self.height;
            self.height = 0;
            let index = self.bracketed(|parser| {
                if parser.eat(TokenKind::RightBracket) {
                    return Ok(None);
                }
                let index = parser.expression()?;
                if parser.kind() == TokenKind::Colon {
                    parser.report_slice();
                    return Err(Failed);
                }
                parser.close(TokenKind::RightBracket, opening)?;
                Ok(Some(Box::new(index)))
            })?;
            let span = Span::new(base.span.start, self.end());
            self.grow(height.max(self.height), span)?;
            base = Expression { kind: ExpressionKind::Index { base: Box::new(base), index }, span };
        }
        Ok(base)
    }
}
