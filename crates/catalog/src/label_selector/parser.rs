//! Tokens → selector, or the first fault with its place.
//!
//! ```text
//! selector     = [ requirement { "," requirement } ]
//! requirement  = KEY                                   the label exists
//!              | "!" KEY                               it does not
//!              | KEY ( "=" | "==" | "!=" ) [ VALUE ]   no value: the empty one
//!              | KEY ( ">" | "<" ) INTEGER
//!              | KEY ( "in" | "notin" ) "(" values ")"
//! values       = [ VALUE ] { "," [ VALUE ] }           no value: the empty one
//! ```
//!
//! `in` and `notin` are operators only after a key: elsewhere they are keys and values like any other.

use std::collections::BTreeSet;
use std::iter::Peekable;

use super::invalid::{Expected, InvalidLabelSelector};
use super::token::{Token, TokenKind, tokens};
use super::{LabelSelector, LabelValues, Operator, Requirement};
use crate::label::{LabelKey, LabelValue};
use crate::span::Span;

/// Reads a selector; its requirements come out ordered by key.
pub(super) fn parse(selector: &str) -> Result<LabelSelector, InvalidLabelSelector> {
    let end = Token { kind: TokenKind::End, text: "", span: Span::new(selector.len(), selector.len()) };
    let mut parser = Parser { tokens: tokens(selector).peekable(), end };
    let mut requirements = parser.requirements()?;
    requirements.sort_by(|left, right| left.key.cmp(&right.key));
    Ok(LabelSelector { requirements })
}

struct Parser<'a, T: Iterator<Item = Token<'a>>> {
    tokens: Peekable<T>,
    end: Token<'a>,
}

impl<'a, T: Iterator<Item = Token<'a>>> Parser<'a, T> {
    fn next(&mut self) -> Token<'a> {
        self.tokens.next().unwrap_or(self.end)
    }

    fn peek(&mut self) -> TokenKind {
        self.tokens.peek().map_or(TokenKind::End, |token| token.kind)
    }

    fn requirements(&mut self) -> Result<Vec<Requirement>, InvalidLabelSelector> {
        let mut requirements = Vec::new();
        if self.peek() == TokenKind::End {
            return Ok(requirements);
        }
        loop {
            let requirement = self.requirement()?;
            let expected = if requirement.operator == Operator::DoesNotExist {
                Expected::CommaOrEndAfterBang
            } else {
                Expected::CommaOrEnd
            };
            requirements.push(requirement);
            let token = self.next();
            match token.kind {
                TokenKind::End => return Ok(requirements),
                TokenKind::Comma => {}
                _ => return Err(InvalidLabelSelector::unexpected(&token, expected)),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, InvalidLabelSelector> {
        let token = self.next();
        match token.kind {
            TokenKind::Bang => {
                let key = self.next();
                if key.kind != TokenKind::Word {
                    return Err(InvalidLabelSelector::unexpected(&key, Expected::Key));
                }
                Ok(Requirement { key: label_key(&key)?, operator: Operator::DoesNotExist })
            }
            TokenKind::Word => Ok(Requirement { key: label_key(&token)?, operator: self.operator()? }),
            _ => Err(InvalidLabelSelector::unexpected(&token, Expected::Requirement)),
        }
    }

    /// Reads what follows a key.
    fn operator(&mut self) -> Result<Operator, InvalidLabelSelector> {
        if matches!(self.peek(), TokenKind::End | TokenKind::Comma) {
            return Ok(Operator::Exists);
        }
        let token = self.next();
        match (token.kind, token.text) {
            (TokenKind::Equals | TokenKind::DoubleEquals, _) => Ok(Operator::Equals(self.exact_value()?)),
            (TokenKind::NotEquals, _) => Ok(Operator::NotEquals(self.exact_value()?)),
            (TokenKind::Greater, _) => Ok(Operator::GreaterThan(self.integer()?)),
            (TokenKind::Less, _) => Ok(Operator::LessThan(self.integer()?)),
            (TokenKind::Word, "in") => Ok(Operator::In(self.values()?)),
            (TokenKind::Word, "notin") => Ok(Operator::NotIn(self.values()?)),
            _ => Err(InvalidLabelSelector::unexpected(&token, Expected::Operator)),
        }
    }

    fn exact_value(&mut self) -> Result<LabelValue, InvalidLabelSelector> {
        if matches!(self.peek(), TokenKind::End | TokenKind::Comma) {
            return Ok(LabelValue::empty());
        }
        let token = self.next();
        if token.kind == TokenKind::Word {
            label_value(&token)
        } else {
            Err(InvalidLabelSelector::unexpected(&token, Expected::Value))
        }
    }

    fn integer(&mut self) -> Result<i64, InvalidLabelSelector> {
        let token = self.next();
        if token.kind != TokenKind::Word {
            return Err(InvalidLabelSelector::unexpected(&token, Expected::Integer));
        }
        // A bound is a label value first: that rules out a sign, as in Kubernetes.
        label_value(&token)?;
        token.text.parse().map_err(|_| InvalidLabelSelector::unexpected(&token, Expected::Integer))
    }

    fn values(&mut self) -> Result<LabelValues, InvalidLabelSelector> {
        let open = self.next();
        if open.kind != TokenKind::Open {
            return Err(InvalidLabelSelector::unexpected(&open, Expected::Open));
        }
        let mut values = BTreeSet::new();
        loop {
            let (value, expected) = if self.peek() == TokenKind::Word {
                (label_value(&self.next())?, Expected::CommaOrClose)
            } else {
                (LabelValue::empty(), Expected::ValueOrClose)
            };
            values.insert(value);
            let token = self.next();
            match token.kind {
                TokenKind::Comma => {}
                TokenKind::Close => return Ok(LabelValues(values)),
                _ => return Err(InvalidLabelSelector::unexpected(&token, expected)),
            }
        }
    }
}

fn label_key(token: &Token<'_>) -> Result<LabelKey, InvalidLabelSelector> {
    LabelKey::checked(token.text)
        .map_err(|rule| InvalidLabelSelector::key(token.text, token.span.start, rule))
}

fn label_value(token: &Token<'_>) -> Result<LabelValue, InvalidLabelSelector> {
    LabelValue::checked(token.text)
        .map_err(|rule| InvalidLabelSelector::value(token.text, token.span.start, rule))
}
