//! What is wrong with a selector, where, and the way out.

use std::fmt;

use super::token::{Token, TokenKind};
use crate::excerpt::quoted;
use crate::naming_rule::BrokenRule;
use crate::span::Span;

/// A fault in a label selector: the first one, with the bytes it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidLabelSelector {
    annotation: Option<&'static str>,
    span: Span,
    fault: Fault,
}

/// What is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    /// A token stands where another is needed.
    Unexpected { found: String, expected: Expected },
    /// A key or value breaks Kubernetes' rules for names.
    BrokenRule { message: String, help: &'static str },
}

/// What the grammar needs at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// The start of a requirement.
    Requirement,
    /// The key after `!`.
    Key,
    /// What follows a key.
    Operator,
    /// What follows `=`, `==` or `!=`.
    Value,
    /// What follows `>` or `<`.
    Integer,
    /// What follows `in` or `notin`.
    Open,
    /// What follows `(` or a `,` within.
    ValueOrClose,
    /// What follows a value within parentheses.
    CommaOrClose,
    /// What follows a requirement.
    CommaOrEnd,
    /// What follows `!key`.
    CommaOrEndAfterBang,
}

impl Expected {
    const fn tokens(self) -> &'static [&'static str] {
        match self {
            Self::Requirement => &["a label key", "`!`"],
            Self::Key => &["a label key"],
            Self::Operator => &["`=`", "`==`", "`!=`", "`>`", "`<`", "`in`", "`notin`", "`,`", "the end"],
            Self::Value => &["a label value", "`,`", "the end"],
            Self::Integer => &["an integer"],
            Self::Open => &["`(`"],
            Self::ValueOrClose => &["a label value", "`,`", "`)`"],
            Self::CommaOrClose => &["`,`", "`)`"],
            Self::CommaOrEnd | Self::CommaOrEndAfterBang => &["`,`", "the end"],
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Requirement => {
                "write one requirement before and after each `,`, as in `tier=web,!legacy`, and none of them empty"
            }
            Self::Key | Self::CommaOrEndAfterBang => {
                "`!` stands before a label key alone, as in `!legacy`; to refuse a value write `tier!=web`"
            }
            Self::Operator => {
                "a requirement is `key`, `!key`, `key=value`, `key!=value`, `key in (a,b)` or `key notin (a,b)`; \
                 requirements are joined by `,`"
            }
            Self::Value => {
                "write one value without quotes after the operator, as in `tier=web`; for several values write \
                 `tier in (web,api)`"
            }
            Self::Integer => "`>` and `<` compare with a 64-bit integer without sign, as in `weight>10`",
            Self::Open => "write the values in parentheses, as in `tier in (web,api)`",
            Self::ValueOrClose | Self::CommaOrClose => {
                "separate the values by `,` and close the parenthesis, as in `tier in (web,api)`"
            }
            Self::CommaOrEnd => "join requirements by `,`, as in `tier=web,!legacy`; all of them must hold",
        }
    }
}

impl InvalidLabelSelector {
    /// A token where another is needed.
    pub(super) fn unexpected(found: &Token<'_>, expected: Expected) -> Self {
        let text = if found.kind == TokenKind::End { "the end".to_owned() } else { quoted(found.text) };
        Self { annotation: None, span: found.span, fault: Fault::Unexpected { found: text, expected } }
    }

    /// A label key that starts at `start` and breaks a rule.
    pub(crate) fn key(key: &str, start: usize, rule: BrokenRule) -> Self {
        Self::broken("label key", key, start, rule)
    }

    /// A label value that starts at `start` and breaks a rule.
    pub(crate) fn value(value: &str, start: usize, rule: BrokenRule) -> Self {
        Self::broken("label value", value, start, rule)
    }

    fn broken(role: &str, text: &str, start: usize, rule: BrokenRule) -> Self {
        let message = format!("{role} {} {}", quoted(text), rule.reason);
        let fault = Fault::BrokenRule { message, help: rule.help };
        Self { annotation: None, span: rule.span.shifted(start), fault }
    }

    /// The same fault, found in this annotation's value.
    #[must_use]
    pub(crate) fn in_annotation(self, annotation: &'static str) -> Self {
        Self { annotation: Some(annotation), ..self }
    }

    /// The annotation the selector came from, if any.
    #[must_use]
    pub const fn annotation(&self) -> Option<&'static str> {
        self.annotation
    }

    /// The bytes of the selector at fault; empty at the place where something is missing.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// What could stand at the place, each a phrase for people such as `` `,` `` or `a label key`; empty if the
    /// token fits and its text breaks a rule for names.
    #[must_use]
    pub const fn expected(&self) -> &'static [&'static str] {
        match &self.fault {
            Fault::Unexpected { expected, .. } => expected.tokens(),
            Fault::BrokenRule { .. } => &[],
        }
    }

    /// How to write it right.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match &self.fault {
            Fault::Unexpected { expected, .. } => expected.help(),
            Fault::BrokenRule { help, .. } => help,
        }
    }
}

impl fmt::Display for InvalidLabelSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(annotation) = self.annotation {
            write!(formatter, "annotation {}: ", quoted(annotation))?;
        }
        write!(formatter, "malformed label selector at byte {}: ", self.span.start)?;
        match &self.fault {
            Fault::Unexpected { found, expected } => {
                formatter.write_str("expected ")?;
                write_alternatives(formatter, expected.tokens())?;
                write!(formatter, ", found {found}")
            }
            Fault::BrokenRule { message, .. } => formatter.write_str(message),
        }
    }
}

impl std::error::Error for InvalidLabelSelector {}

/// Writes `a, b or c`.
fn write_alternatives(formatter: &mut fmt::Formatter<'_>, alternatives: &[&str]) -> fmt::Result {
    let Some((last, others)) = alternatives.split_last() else { return Ok(()) };
    if !others.is_empty() {
        write!(formatter, "{} or ", others.join(", "))?;
    }
    formatter.write_str(last)
}
