//! Expressions: literals from Rust values, fields, operators.

use crate::ast::{
    AlignmentUnit, BinaryOperator, DurationUnit, Expression, ExpressionKind, FieldName, Literal, Parameter,
    Query, StringStyle, UnaryOperator, Value,
};
use crate::parser::level;
use crate::span::Span;

impl Expression {
    /// An expression that stands nowhere.
    pub(crate) fn of(kind: ExpressionKind) -> Self {
        Self { kind, span: Span::default() }
    }

    fn literal(literal: Literal) -> Self {
        Self::of(ExpressionKind::Literal(literal))
    }

    /// How tightly the outermost operator binds.
    fn level(&self) -> u8 {
        match &self.kind {
            ExpressionKind::Binary { operator, .. } => operator.level(),
            ExpressionKind::Unary { operator: UnaryOperator::Not, .. } => level::NOT,
            ExpressionKind::Unary { operator: UnaryOperator::Minus, .. }
            | ExpressionKind::Align { value: None, .. }
            | ExpressionKind::Literal(Literal::Long(i64::MIN)) => level::MINUS,
            ExpressionKind::Align { .. } => level::ALIGN,
            ExpressionKind::InQuery { .. } => level::IN,
            _ => level::PRIMARY,
        }
    }

    /// Itself, in parentheses if its operator binds more loosely than `minimum`.
    fn at_least(self, minimum: u8) -> Self {
        if self.level() < minimum { Self::of(ExpressionKind::Parenthesized(Box::new(self))) } else { self }
    }

    /// `self operator right`, with the parentheses that keep both operands whole.
    #[must_use]
    pub fn binary(self, operator: BinaryOperator, right: impl Into<Self>) -> Self {
        let right = right.into();
        if matches!(operator, BinaryOperator::And | BinaryOperator::Or) {
            // `a and (b and c)` is `a and b and c`.
            if let ExpressionKind::Binary { left: first, operator: inner, right: second } = right.kind {
                if inner == operator {
                    return self.binary(operator, *first).binary(operator, *second);
                }
                let right = Self::of(ExpressionKind::Binary { left: first, operator: inner, right: second });
                return self.join(operator, right);
            }
        }
        self.join(operator, right)
    }

    fn join(self, operator: BinaryOperator, right: Self) -> Self {
        let level = operator.level();
        Self::of(ExpressionKind::Binary {
            left: Box::new(self.at_least(level)),
            operator,
            right: Box::new(right.at_least(level + 1)),
        })
    }

    /// `self == right`
    #[must_use]
    pub fn eq(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Equal, right)
    }

    /// `self != right`
    #[must_use]
    pub fn ne(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::NotEqual, right)
    }

    /// `self < right`
    #[must_use]
    pub fn lt(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Less, right)
    }

    /// `self <= right`
    #[must_use]
    pub fn le(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::LessOrEqual, right)
    }

    /// `self > right`
    #[must_use]
    pub fn gt(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Greater, right)
    }

    /// `self >= right`
    #[must_use]
    pub fn ge(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::GreaterOrEqual, right)
    }

    /// `self and right`
    #[must_use]
    pub fn and(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::And, right)
    }

    /// `self or right`
    #[must_use]
    pub fn or(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Or, right)
    }

    /// `self xor right`
    #[must_use]
    pub fn xor(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Xor, right)
    }

    /// `self + right`
    #[must_use]
    pub fn plus(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Add, right)
    }

    /// `self - right`
    #[must_use]
    pub fn minus(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Subtract, right)
    }

    /// `self * right`
    #[must_use]
    pub fn times(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Multiply, right)
    }

    /// `self / right`: of two longs the quotient is a long.
    #[must_use]
    pub fn divided_by(self, right: impl Into<Self>) -> Self {
        self.binary(BinaryOperator::Divide, right)
    }

    /// `self ~ text`: searches for a token.
    #[must_use]
    pub fn matches(self, text: &str) -> Self {
        self.binary(BinaryOperator::Matches, text)
    }

    /// `self[key]`: the field `key` of a record.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.indexed(Some(field(key)))
    }

    /// `self[index]`: an element of an array; negative indexes count from the end.
    #[must_use]
    pub fn at_index(self, index: i64) -> Self {
        self.indexed(Some(Self::from(index)))
    }

    /// `self[]`: every element of an array.
    #[must_use]
    pub fn each(self) -> Self {
        self.indexed(None)
    }

    fn indexed(self, index: Option<Self>) -> Self {
        Self::of(ExpressionKind::Index {
            base: Box::new(self.at_least(level::PRIMARY)),
            index: index.map(Box::new),
        })
    }

    /// `self@unit`: rounds a time down.
    #[must_use]
    pub fn aligned_to(self, factor: i64, unit: DurationUnit) -> Self {
        let unit = AlignmentUnit { factor, unit, week_start: None, span: Span::default() };
        Self::of(ExpressionKind::Align { value: Some(Box::new(self.at_least(level::ALIGN))), unit })
    }

    /// `self in [query]`
    #[must_use]
    pub fn in_query(self, query: impl Into<Query>) -> Self {
        let needle = Box::new(self.at_least(level::IN));
        Self::of(ExpressionKind::InQuery { needle, query: Box::new(query.into()) })
    }
}

/// The value of a field. Dots are part of the name.
#[must_use]
pub fn field(name: &str) -> Expression {
    Expression::of(ExpressionKind::Field(FieldName { name: name.into(), span: Span::default() }))
}

/// `not operand`
#[must_use]
pub fn not(operand: impl Into<Expression>) -> Expression {
    let operand = Box::new(operand.into().at_least(level::NOT));
    Expression::of(ExpressionKind::Unary { operator: UnaryOperator::Not, operand })
}

/// `null`
#[must_use]
pub fn null() -> Expression {
    Expression::literal(Literal::Null)
}

/// All conditions joined by `and`; `true` of none.
#[must_use]
pub fn all_of(conditions: impl IntoIterator<Item = Expression>) -> Expression {
    conditions.into_iter().reduce(Expression::and).unwrap_or_else(|| Expression::from(true))
}

/// All conditions joined by `or`; `false` of none.
#[must_use]
pub fn any_of(conditions: impl IntoIterator<Item = Expression>) -> Expression {
    conditions.into_iter().reduce(Expression::or).unwrap_or_else(|| Expression::from(false))
}

impl From<&str> for Expression {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}

impl From<&String> for Expression {
    fn from(value: &String) -> Self {
        Self::from(value.clone())
    }
}

impl From<String> for Expression {
    fn from(value: String) -> Self {
        Self::literal(Literal::String { value: value.into(), style: StringStyle::Quoted })
    }
}

impl From<bool> for Expression {
    fn from(value: bool) -> Self {
        Self::literal(Literal::Boolean(value))
    }
}

impl From<i64> for Expression {
    fn from(value: i64) -> Self {
        match value.checked_neg() {
            Some(positive) if value < 0 => negative(Literal::Long(positive)),
            _ => Self::literal(Literal::Long(value)),
        }
    }
}

impl From<i32> for Expression {
    fn from(value: i32) -> Self {
        Self::from(i64::from(value))
    }
}

impl From<u32> for Expression {
    fn from(value: u32) -> Self {
        Self::from(i64::from(value))
    }
}

impl From<f64> for Expression {
    /// Infinities and NaN have no literal; they become `null`.
    fn from(value: f64) -> Self {
        if !value.is_finite() {
            null()
        } else if value.is_sign_negative() {
            negative(Literal::Double(-value))
        } else {
            Self::literal(Literal::Double(value))
        }
    }
}

fn negative(literal: Literal) -> Expression {
    let operand = Box::new(Expression::literal(literal));
    Expression::of(ExpressionKind::Unary { operator: UnaryOperator::Minus, operand })
}

/// A duration: `10m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSpan {
    /// How many.
    pub amount: i64,
    /// Of what.
    pub unit: DurationUnit,
}

impl From<TimeSpan> for Expression {
    fn from(TimeSpan { amount, unit }: TimeSpan) -> Self {
        match amount.checked_neg() {
            Some(positive) if amount < 0 => negative(Literal::Duration { amount: positive, unit }),
            _ => Self::literal(Literal::Duration { amount: amount.max(0), unit }),
        }
    }
}

macro_rules! time_spans {
    ($($name:ident $unit:ident $example:literal)*) => {$(
        #[doc = concat!("`", $example, "`")]
        #[must_use]
        pub const fn $name(amount: i64) -> TimeSpan {
            TimeSpan { amount, unit: DurationUnit::$unit }
        }
    )*};
}

time_spans! {
    milliseconds Millisecond "100ms"
    seconds Second "30s"
    minutes Minute "10m"
    hours Hour "2h"
    days Day "7d"
    weeks Week "2w"
    months Month "1M"
}

/// An entry of a list of columns: a field, or an expression with or without a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    name: Option<String>,
    expression: Expression,
}

/// `name = expression`
#[must_use]
pub fn column(name: &str, expression: impl Into<Expression>) -> Column {
    Column { name: Some(name.to_owned()), expression: expression.into() }
}

impl From<&str> for Column {
    /// The field of that name.
    fn from(name: &str) -> Self {
        Self { name: None, expression: field(name) }
    }
}

impl From<String> for Column {
    /// The field of that name.
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<Expression> for Column {
    fn from(expression: Expression) -> Self {
        Self { name: None, expression }
    }
}

impl<E: Into<Expression>> From<(&str, E)> for Column {
    /// `name = expression`
    fn from((name, expression): (&str, E)) -> Self {
        column(name, expression)
    }
}

impl Column {
    pub(super) fn into_value(self) -> Value {
        let value = Value::Expression(self.expression);
        match self.name {
            Some(name) => {
                let field = FieldName { name: name.into(), span: Span::default() };
                Value::Assignment { field, value: Box::new(value) }
            }
            None => value,
        }
    }

    pub(super) fn into_parameter(self) -> Parameter {
        positional(self.into_value())
    }
}

pub(super) fn positional(value: Value) -> Parameter {
    Parameter { name: None, value, span: Span::default() }
}
