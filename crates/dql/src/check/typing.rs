//! Which types operators take and yield (docs.dynatrace.com, DQL operators).

use super::Checker;
use crate::ast::{BinaryOperator, Expression, ExpressionKind, Literal, UnaryOperator};
use crate::catalogue::Types;
use crate::diagnostic::{Diagnostic, Edit};
use crate::span::Span;

const LONG: Types = Types::LONG;
const DOUBLE: Types = Types::DOUBLE;
const DURATION: Types = Types::DURATION;
const TIMESTAMP: Types = Types::TIMESTAMP;
const TIMEFRAME: Types = Types::TIMEFRAME;
const IP: Types = Types::IP;

type Rule = (Types, Types, Types);

/// The rules all arithmetic has for numbers.
const NUMBERS: [Rule; 3] = [(LONG, LONG, LONG), (DOUBLE, Types::NUMBER, DOUBLE), (LONG, DOUBLE, DOUBLE)];

const ADD: [Rule; 7] = [
    (TIMESTAMP, DURATION, TIMESTAMP),
    (DURATION, TIMESTAMP, TIMESTAMP),
    (DURATION, DURATION, DURATION),
    (TIMEFRAME, DURATION, TIMEFRAME),
    (DURATION, TIMEFRAME, TIMEFRAME),
    (IP, Types::NUMBER.or(IP), IP),
    (Types::NUMBER, IP, IP),
];

const SUBTRACT: [Rule; 5] = [
    (TIMESTAMP, TIMESTAMP, DURATION),
    (TIMESTAMP, DURATION, TIMESTAMP),
    (DURATION, DURATION, DURATION),
    (TIMEFRAME, DURATION, TIMEFRAME),
    (IP, Types::NUMBER.or(IP), IP),
];

const MULTIPLY: [Rule; 2] = [(DURATION, Types::NUMBER, DURATION), (Types::NUMBER, DURATION, DURATION)];
const DIVIDE: [Rule; 2] = [(DURATION, Types::NUMBER, DURATION), (DURATION, DURATION, DOUBLE)];
const REMAINDER: [Rule; 1] = [(DURATION, DURATION, DURATION)];

/// The types of a constant.
pub(super) const fn literal_types(literal: &Literal) -> Types {
    match literal {
        Literal::Null => Types::NONE,
        Literal::Boolean(_) => Types::BOOLEAN,
        Literal::Long(_) => LONG,
        Literal::Double(_) => DOUBLE,
        Literal::Duration { .. } => DURATION,
        Literal::String { .. } => Types::STRING,
    }
}

fn arithmetic(operator: BinaryOperator, left: Types, right: Types) -> Option<Types> {
    let rules: &[Rule] = match operator {
        BinaryOperator::Add => &ADD,
        BinaryOperator::Subtract => &SUBTRACT,
        BinaryOperator::Multiply => &MULTIPLY,
        BinaryOperator::Divide => &DIVIDE,
        _ => &REMAINDER,
    };
    if left == Types::NONE || right == Types::NONE {
        return Some(Types::NONE);
    }
    if left == Types::ANY && right == Types::ANY {
        return Some(Types::ANY);
    }
    let result = NUMBERS
        .iter()
        .chain(rules)
        .filter(|(l, r, _)| left.and(*l) != Types::NONE && right.and(*r) != Types::NONE)
        .fold(Types::NONE, |types, (_, _, result)| types.or(*result));
    (result != Types::NONE).then_some(result)
}

/// The types that compare by order with themselves; numbers do so with each other.
const ORDERED: Types = Types::NUMBER.or(Types::STRING).or(TIMESTAMP).or(DURATION).or(IP);

fn comparable(left: Types, right: Types) -> bool {
    if left == Types::NONE || right == Types::NONE {
        return true;
    }
    let widened =
        |types: Types| if types.and(Types::NUMBER) == Types::NONE { types } else { types.or(Types::NUMBER) };
    widened(left).and(right) != Types::NONE
}

impl Checker<'_> {
    /// Checks the operands of an operator and returns the types of its value.
    pub(super) fn binary(
        &mut self,
        span: Span,
        (left, left_types): (&Expression, Types),
        operator: BinaryOperator,
        (right, right_types): (&Expression, Types),
    ) -> Types {
        use BinaryOperator as Op;
        let sign = operator.as_str();
        match operator {
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
                if let Some(types) = arithmetic(operator, left_types, right_types) {
                    return types;
                }
                let diagnostic = Diagnostic::error(
                    "UNSUPPORTED_OPERATOR_TYPE",
                    span,
                    format!(
                        "`{sign}` is not defined for {left_types} and {right_types}; the result is always null"
                    ),
                );
                let strings = left_types.or(right_types).and(Types::STRING) != Types::NONE;
                self.report(match operator {
                    Op::Add if strings => diagnostic.with_help("join strings with `concat(…)`"),
                    Op::Subtract if strings => {
                        diagnostic.with_help("`--` starts no comment; comments start with `//`")
                    }
                    _ => diagnostic,
                });
                Types::ANY
            }
            Op::And | Op::Or | Op::Xor => {
                for (operand, types) in [(left, left_types), (right, right_types)] {
                    if !types.may_be(Types::BOOLEAN) {
                        self.report(Diagnostic::error(
                            "UNSUPPORTED_OPERATOR_TYPE",
                            operand.span,
                            format!("`{sign}` takes booleans, but this is {types}"),
                        ));
                    }
                }
                Types::BOOLEAN
            }
            Op::Matches => {
                let literal = matches!(right.kind, ExpressionKind::Literal(Literal::String { .. }));
                if !literal && right_types.is_only(Types::ANY) && !is_placeholder(right) {
                    self.report(
                        Diagnostic::error(
                            "MANDATORY_PARAMETER_HAS_TO_BE",
                            right.span,
                            "`~` takes a string literal",
                        )
                        .with_help("compare with a computed text by `contains(field, text)`"),
                    );
                }
                Types::BOOLEAN
            }
            Op::Equal | Op::NotEqual => {
                self.equality(span, left, operator, right);
                if !comparable(left_types, right_types) {
                    let outcome = if operator == Op::Equal { "false" } else { "true" };
                    self.report(Diagnostic::warning(
                        "INCOMPARABLE_TYPES",
                        span,
                        format!("{left_types} and {right_types} never equal; this is always {outcome}"),
                    ));
                }
                Types::BOOLEAN
            }
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                let ordered = left_types.may_be(ORDERED) && right_types.may_be(ORDERED);
                if !ordered || !comparable(left_types, right_types) {
                    self.report(Diagnostic::warning(
                        "INCOMPARABLE_TYPES",
                        span,
                        format!("`{sign}` between {left_types} and {right_types} is always null"),
                    ));
                }
                Types::BOOLEAN
            }
        }
    }

    /// `x == null` is never true, and a bare word is a field.
    fn equality(&mut self, span: Span, left: &Expression, operator: BinaryOperator, right: &Expression) {
        let is_null =
            |expression: &Expression| matches!(expression.kind, ExpressionKind::Literal(Literal::Null));
        if is_null(left) || is_null(right) {
            let other = if is_null(left) { right } else { left };
            let function = if operator == BinaryOperator::Equal { "isNull" } else { "isNotNull" };
            let fixed = format!("{function}({})", self.text(other.span));
            self.report(
                Diagnostic::warning("NULL_COMPARISON", span, "a comparison with null is null, never true")
                    .with_help(format!("write `{function}(…)`"))
                    .with_fix([Edit::replace(span, fixed)]),
            );
        }
        if let (ExpressionKind::Field(_), ExpressionKind::Field(value)) = (&left.kind, &right.kind) {
            let shouts = value.name.len() > 1
                && value
                    .name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
            if shouts && self.text(right.span) == value.name {
                let mut quoted = String::new();
                crate::quote::write_string(&mut quoted, &value.name, crate::ast::StringStyle::Quoted);
                self.report(
                    Diagnostic::hint(
                        "BAREWORD_VALUE",
                        right.span,
                        format!("`{}` is read as a field", value.name),
                    )
                    .with_help("strings stand in double quotes")
                    .with_fix([Edit::replace(right.span, quoted)]),
                );
            }
        }
    }

    pub(super) fn unary(&mut self, operator: UnaryOperator, operand: &Expression, types: Types) -> Types {
        let (takes, name) = match operator {
            UnaryOperator::Minus => (Types::NUMBER.or(DURATION), "-"),
            UnaryOperator::Not => (Types::BOOLEAN, "not"),
        };
        if !types.may_be(takes) {
            self.report(Diagnostic::error(
                "UNSUPPORTED_OPERATOR_TYPE",
                operand.span,
                format!("`{name}` takes {takes}, but this is {types}"),
            ));
        }
        if types == Types::NONE { Types::NONE } else { types.and(takes) }
    }
}

/// Whether an expression is a placeholder of a template: its value is not known yet.
pub(super) fn is_placeholder(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::Field(field) if field.name.starts_with('$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_follows_the_documented_table() {
        let sum = |left, right| arithmetic(BinaryOperator::Add, left, right);
        assert_eq!(sum(LONG, LONG), Some(LONG));
        assert_eq!(sum(LONG, DOUBLE), Some(DOUBLE));
        assert_eq!(sum(TIMESTAMP, DURATION), Some(TIMESTAMP));
        assert_eq!(sum(Types::STRING, Types::STRING), None);
        assert_eq!(arithmetic(BinaryOperator::Subtract, DURATION, TIMESTAMP), None);
        assert_eq!(arithmetic(BinaryOperator::Divide, DURATION, DURATION), Some(DOUBLE));
    }

    #[test]
    fn numbers_compare_with_each_other_only() {
        assert!(comparable(LONG, DOUBLE));
        assert!(!comparable(LONG, Types::STRING));
        assert!(comparable(Types::ANY, Types::STRING));
    }
}
