//! Constants, alignment units, and the tokens that are neither.

use super::{Dialect, Parse, Parser};
use crate::ast::{
    AlignmentUnit, DurationUnit, Expression, ExpressionKind, FieldName, Literal, SmolStr, StringStyle,
};
use crate::diagnostic::{Diagnostic, Edit};
use crate::quote::unescape_string;
use crate::token::{Token, TokenKind};

impl DurationUnit {
    /// The unit an author wrote: `m`, `M`, or a long spelling such as `min`. Short ones are case-sensitive, since
    /// `m` is a minute and `M` a month.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "ns" => Self::Nanosecond,
            "us" => Self::Microsecond,
            "ms" => Self::Millisecond,
            "s" => Self::Second,
            "m" => Self::Minute,
            "h" => Self::Hour,
            "d" => Self::Day,
            "w" => Self::Week,
            "M" => Self::Month,
            "q" => Self::Quarter,
            "y" => Self::Year,
            _ => {
                let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
                if is(&["sec", "secs", "second", "seconds"]) {
                    Self::Second
                } else if is(&["min", "mins", "minute", "minutes"]) {
                    Self::Minute
                } else if is(&["hr", "hrs", "hour", "hours"]) {
                    Self::Hour
                } else if is(&["day", "days"]) {
                    Self::Day
                } else {
                    return None;
                }
            }
        })
    }

    /// Its short spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nanosecond => "ns",
            Self::Microsecond => "us",
            Self::Millisecond => "ms",
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "M",
            Self::Quarter => "q",
            Self::Year => "y",
        }
    }
}

impl Parser<'_> {
    /// Reads a constant, or reports what stands in its place.
    pub(super) fn literal(&mut self, token: Token) -> Parse<Expression> {
        let text = self.text(token);
        let literal = match token.kind {
            TokenKind::True => Literal::Boolean(true),
            TokenKind::False => Literal::Boolean(false),
            TokenKind::Null => Literal::Null,
            TokenKind::String => string(unescape_string(inner(text, 1)), StringStyle::Quoted),
            TokenKind::TripleString => string(inner(text, 3), StringStyle::TripleQuoted),
            TokenKind::Integer => match text.parse() {
                Ok(value) => Literal::Long(value),
                Err(_) => return self.too_large(token),
            },
            TokenKind::Hexadecimal => match u64::from_str_radix(text.get(2..).unwrap_or_default(), 16) {
                Ok(value) => Literal::Long(value.cast_signed()),
                Err(_) => return self.too_large(token),
            },
            TokenKind::Double => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Literal::Double(value),
                _ => return self.too_large(token),
            },
            TokenKind::Duration => {
                let (amount, unit) = self.duration(token)?;
                Literal::Duration { amount, unit }
            }
            TokenKind::SingleQuoted => return Ok(self.single_quoted(token)),
            TokenKind::Placeholder if self.dialect == Dialect::Template => {
                self.bump();
                self.placeholders.push(token.span());
                let name = FieldName { name: text.into(), span: token.span() };
                return Ok(Expression { kind: ExpressionKind::Field(name), span: token.span() });
            }
            _ => return self.unexpected_operand(token),
        };
        self.bump();
        Ok(Expression { kind: ExpressionKind::Literal(literal), span: token.span() })
    }

    fn too_large<T>(&mut self, token: Token) -> Parse<T> {
        let message = format!("the number `{}` does not fit 64 bits", self.text(token));
        self.fail(Diagnostic::error("NUMBER_OUT_OF_RANGE", token.span(), message))
    }

    /// SQL doubles a single quote to write one: `'it''s'` is read as one literal.
    fn single_quoted(&mut self, first: Token) -> Expression {
        let mut value = String::new();
        let mut last = first;
        while self.kind() == TokenKind::SingleQuoted
            && (self.peek() == first || self.peek().start == last.end)
        {
            last = self.bump();
            if last != first {
                value.push('\'');
            }
            let text = self.text(last);
            let text = text.strip_prefix('\'').unwrap_or(text);
            value.push_str(text.strip_suffix('\'').unwrap_or(text));
            self.single_quoted.push(last);
        }
        let kind = ExpressionKind::Literal(string(value, StringStyle::Quoted));
        Expression { kind, span: first.span().to(last.span()) }
    }

    /// Grail reports single quotes once, at the last literal of the query; the fix covers all of them.
    pub(super) fn report_single_quotes(&mut self) {
        let tokens = std::mem::take(&mut self.single_quoted);
        let Some(last) = tokens.last() else { return };
        let mut edits = Vec::new();
        let mut literals = tokens.iter().peekable();
        while let Some(first) = literals.next() {
            let mut span = first.span();
            let mut value = unquoted(self.text(*first)).to_owned();
            while let Some(next) = literals.next_if(|next| next.start as usize == span.end) {
                value.push('\'');
                value.push_str(unquoted(self.text(*next)));
                span = span.to(next.span());
            }
            let mut text = String::new();
            crate::quote::write_string(&mut text, &value, StringStyle::Quoted);
            edits.push(Edit::replace(span, text));
        }
        let diagnostic =
            Diagnostic::error("PARSE_ERROR_SINGLE_QUOTES", last.span(), "single quotes do not make a string")
                .with_help("strings are written in double quotes")
                .with_fix(edits);
        self.report(diagnostic);
    }

    /// The amount and unit of a duration token.
    fn duration(&mut self, token: Token) -> Parse<(i64, DurationUnit)> {
        let text = self.text(token);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (amount, unit) = text.split_at_checked(digits).unwrap_or_default();
        let Ok(amount) = amount.parse() else { return self.too_large(token) };
        match DurationUnit::from_text(unit) {
            Some(unit) => Ok((amount, unit)),
            None => self.unknown_unit(token, unit),
        }
    }

    fn unknown_unit<T>(&mut self, token: Token, unit: &str) -> Parse<T> {
        let message = format!("`{unit}` is not a unit of time");
        let lower = unit.to_ascii_lowercase();
        let meant = DurationUnit::from_text(&lower)
            .or_else(|| DurationUnit::from_text(lower.trim_end_matches(['s', 'z'])))
            .or(match lower.trim_end_matches('s') {
                "week" => Some(DurationUnit::Week),
                "month" | "mon" | "mo" => Some(DurationUnit::Month),
                "quarter" => Some(DurationUnit::Quarter),
                "year" | "yr" => Some(DurationUnit::Year),
                "milli" | "millisecond" => Some(DurationUnit::Millisecond),
                "micro" | "microsecond" => Some(DurationUnit::Microsecond),
                "nano" | "nanosecond" => Some(DurationUnit::Nanosecond),
                _ => None,
            });
        let start = token.end as usize - unit.len();
        let span = crate::span::Span::new(start, token.end as usize);
        let diagnostic = Diagnostic::error("INVALID_DURATION_UNIT", token.span(), message)
            .with_help("units are ns, us, ms, s, m (minute), h, d, w, M (month), q, y");
        let diagnostic = match meant {
            Some(meant) => diagnostic.with_fix([Edit::replace(span, meant.as_str())]),
            None => diagnostic,
        };
        // The token reads as a value all the same: what follows it is not wrong because of it.
        self.bump();
        self.fail(diagnostic)
    }

    /// Reads the unit after `@`.
    pub(super) fn alignment_unit(&mut self, at: Token) -> Parse<AlignmentUnit> {
        let token = self.peek();
        let span = token.span();
        let plain = |unit| AlignmentUnit { factor: 1, unit, week_start: None, span };
        let unit = match token.kind {
            TokenKind::Duration => {
                let (factor, unit) = self.duration(token)?;
                Some(AlignmentUnit { factor, ..plain(unit) })
            }
            TokenKind::Identifier => {
                let text = self.text(token);
                let week_start = match text.as_bytes() {
                    [b'w', digit @ b'0'..=b'7'] => Some(digit - b'0'),
                    _ => None,
                };
                match week_start {
                    Some(_) => Some(AlignmentUnit { week_start, ..plain(DurationUnit::Week) }),
                    None => DurationUnit::from_text(text).map(plain),
                }
            }
            _ => None,
        };
        match unit {
            Some(unit) => {
                self.bump();
                Ok(unit)
            }
            None => self.fail(
                Diagnostic::error(
                    "PARSE_ERROR",
                    if token.kind == TokenKind::End { at.span() } else { span },
                    format!("{} is not a unit to align to", self.describe(token)),
                )
                .with_help("align to s, m, h with or without a factor (`@15m`), d, w, w0 to w7, M, q or y"),
            ),
        }
    }
}

fn string(value: impl Into<SmolStr>, style: StringStyle) -> Literal {
    Literal::String { value: value.into(), style }
}

/// The text between delimiters of `width` bytes.
fn inner(text: &str, width: usize) -> &str {
    text.get(width..text.len().saturating_sub(width)).unwrap_or_default()
}

fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.strip_suffix('\'').unwrap_or(text)
}
