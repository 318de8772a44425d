//! Generated syntax trees: as the builder makes them, and as nobody would write them.

use grailstage_dql::ast::{
    AlignmentUnit, BinaryOperator, Command, Direction, DurationUnit, Expression, ExpressionKind, FieldName,
    Literal, Name, Parameter, Query, StringStyle, UnaryOperator, Value,
};
use grailstage_dql::builder::{TimeSpan, field, is_in, not};
use grailstage_dql::span::Span;
use proptest::prelude::*;

const BINARY: [BinaryOperator; 15] = [
    BinaryOperator::Multiply,
    BinaryOperator::Divide,
    BinaryOperator::Remainder,
    BinaryOperator::Add,
    BinaryOperator::Subtract,
    BinaryOperator::Matches,
    BinaryOperator::Equal,
    BinaryOperator::NotEqual,
    BinaryOperator::Less,
    BinaryOperator::LessOrEqual,
    BinaryOperator::Greater,
    BinaryOperator::GreaterOrEqual,
    BinaryOperator::And,
    BinaryOperator::Xor,
    BinaryOperator::Or,
];

const UNITS: [DurationUnit; 11] = [
    DurationUnit::Nanosecond,
    DurationUnit::Microsecond,
    DurationUnit::Millisecond,
    DurationUnit::Second,
    DurationUnit::Minute,
    DurationUnit::Hour,
    DurationUnit::Day,
    DurationUnit::Week,
    DurationUnit::Month,
    DurationUnit::Quarter,
    DurationUnit::Year,
];

fn of(kind: ExpressionKind) -> Expression {
    Expression { kind, span: Span::default() }
}

fn name_text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-zA-Z_][a-zA-Z0-9_]{0,6}(\\.[a-z0-9_]{1,4}){0,2}",
        2 => proptest::sample::select(vec!["in", "asc", "desc", "by", "filter", "mod", "not", "null", "AND", "count()"])
            .prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn name() -> impl Strategy<Value = Name> {
    // A reserved word is a parameter's name, but never a function's or command's.
    "[a-z][a-zA-Z0-9]{1,8}"
        .prop_filter("reserved", |text| !grailstage_dql::quote::is_reserved(text))
        .prop_map(|text| Name { text: text.into(), span: Span::default() })
}

fn field_name() -> impl Strategy<Value = FieldName> {
    name_text().prop_map(|name| FieldName { name: name.into(), span: Span::default() })
}

fn alignment() -> impl Strategy<Value = AlignmentUnit> {
    (1i64..100, proptest::sample::select(UNITS.to_vec()), proptest::option::of(0u8..8)).prop_map(
        |(factor, unit, week_start)| match week_start {
            Some(_) => {
                AlignmentUnit { factor: 1, unit: DurationUnit::Week, week_start, span: Span::default() }
            }
            None => AlignmentUnit { factor, unit, week_start: None, span: Span::default() },
        },
    )
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        (0..=i64::MAX).prop_map(Literal::Long),
        Just(Literal::Long(-1)),
        Just(Literal::Long(i64::MIN)),
        any::<f64>()
            .prop_filter("written without a sign", |value| value.is_finite() && !value.is_sign_negative())
            .prop_map(Literal::Double),
        (0..=i64::MAX, proptest::sample::select(UNITS.to_vec()))
            .prop_map(|(amount, unit)| Literal::Duration { amount, unit }),
        (any::<String>(), any::<bool>()).prop_map(|(value, triple)| {
            let fits = grailstage_dql::quote::fits_triple_quotes(&value);
            let style = if triple && fits { StringStyle::TripleQuoted } else { StringStyle::Quoted };
            Literal::String { value: value.into(), style }
        }),
    ]
}

fn leaf() -> impl Strategy<Value = Expression> {
    prop_oneof![
        literal().prop_map(|literal| of(ExpressionKind::Literal(literal))),
        field_name().prop_map(|name| of(ExpressionKind::Field(name))),
        alignment().prop_map(|unit| of(ExpressionKind::Align { value: None, unit })),
    ]
}

fn plain(value: Value) -> Parameter {
    Parameter { name: None, value, span: Span::default() }
}

fn parameters(
    expression: impl Strategy<Value = Expression> + Clone + 'static,
) -> impl Strategy<Value = Vec<Parameter>> {
    let value = prop_oneof![
        4 => expression.clone().prop_map(Value::Expression),
        1 => (expression.clone(), any::<bool>()).prop_map(|(expression, ascending)| Value::Sorted {
            expression,
            direction: if ascending { Direction::Ascending } else { Direction::Descending },
        }),
        1 => (field_name(), expression.clone()).prop_map(|(field, expression)| Value::Assignment {
            field,
            value: Box::new(Value::Expression(expression)),
        }),
        1 => proptest::collection::vec(expression.clone(), 0..4)
            .prop_map(|list| Value::Group(list.into_iter().map(|e| plain(Value::Expression(e))).collect())),
        1 => expression.prop_map(|expression| Value::Block(wrapped(vec![expression]))),
    ];
    proptest::collection::vec(
        (proptest::option::weighted(0.3, name()), value).prop_map(|(name, value)| Parameter {
            name,
            value,
            span: Span::default(),
        }),
        0..4,
    )
}

fn wrapped(expressions: Vec<Expression>) -> Query {
    let name = |text: &str| Name { text: text.into(), span: Span::default() };
    let command = |text, parameters| Command { name: name(text), parameters, span: Span::default() };
    let filters = expressions.into_iter().map(|e| command("filter", vec![plain(Value::Expression(e))]));
    Query {
        commands: std::iter::once(command("fetch", Vec::new())).chain(filters).collect(),
        span: Span::default(),
    }
}

/// Trees with operators anywhere, parenthesized or not.
fn raw_expression() -> impl Strategy<Value = Expression> + Clone {
    leaf().prop_recursive(6, 48, 4, |inner| {
        prop_oneof![
            6 => (inner.clone(), proptest::sample::select(BINARY.to_vec()), inner.clone()).prop_map(
                |(left, operator, right)| of(ExpressionKind::Binary {
                    left: Box::new(left), operator, right: Box::new(right),
                })),
            2 => (inner.clone(), any::<bool>()).prop_map(|(operand, minus)| of(ExpressionKind::Unary {
                operator: if minus { UnaryOperator::Minus } else { UnaryOperator::Not },
                operand: Box::new(operand),
            })),
            2 => (inner.clone(), alignment()).prop_map(|(value, unit)| of(ExpressionKind::Align {
                value: Some(Box::new(value)), unit,
            })),
            1 => (inner.clone(), proptest::option::of(inner.clone())).prop_map(|(base, index)| {
                of(ExpressionKind::Index { base: Box::new(base), index: index.map(Box::new) })
            }),
            1 => (inner.clone(), inner.clone()).prop_map(|(needle, condition)| of(ExpressionKind::InQuery {
                needle: Box::new(needle), query: Box::new(wrapped(vec![condition])),
            })),
            2 => (name(), parameters(inner.clone()))
                .prop_map(|(function, arguments)| of(ExpressionKind::Call { function, arguments })),
            1 => inner.prop_map(|inner| of(ExpressionKind::Parenthesized(Box::new(inner)))),
        ]
    })
}

/// Trees made with the builder's operators.
fn built_expression() -> impl Strategy<Value = Expression> + Clone {
    let leaf = prop_oneof![
        name_text().prop_map(|name| field(&name)),
        any::<String>().prop_map(Expression::from),
        any::<i64>().prop_map(Expression::from),
        any::<f64>().prop_map(Expression::from),
        (any::<i64>(), proptest::sample::select(UNITS.to_vec()))
            .prop_map(|(amount, unit)| Expression::from(TimeSpan { amount, unit })),
    ];
    leaf.prop_recursive(6, 48, 3, |inner| {
        prop_oneof![
            6 => (inner.clone(), proptest::sample::select(BINARY.to_vec()), inner.clone())
                .prop_map(|(left, operator, right)| left.binary(operator, right)),
            1 => inner.clone().prop_map(not),
            1 => (inner.clone(), name_text()).prop_map(|(base, key)| base.key(&key)),
            1 => (inner.clone(), any::<i64>()).prop_map(|(base, index)| base.at_index(index)),
            1 => inner.clone().prop_map(Expression::each),
            1 => inner.clone().prop_map(|value| value.aligned_to(1, DurationUnit::Hour)),
            1 => (inner.clone(), inner.clone()).prop_map(|(needle, e)| needle.in_query(wrapped(vec![e]))),
            1 => (inner.clone(), proptest::collection::vec(inner, 0..3)).prop_map(|(needle, list)| is_in(needle, list)),
        ]
    })
}

/// A query of generated conditions, built.
pub(crate) fn built_query() -> impl Strategy<Value = Query> {
    proptest::collection::vec(built_expression(), 1..3).prop_map(wrapped)
}

/// A query of generated commands and trees.
pub(crate) fn raw_query() -> impl Strategy<Value = Query> {
    proptest::collection::vec((name(), parameters(raw_expression())), 1..4).prop_map(|commands| Query {
        commands: commands
            .into_iter()
            .map(|(name, parameters)| Command { name, parameters, span: Span::default() })
            .collect(),
        span: Span::default(),
    })
}

/// The tree without its parentheses.
pub(crate) fn bare(query: &Query) -> Query {
    Query {
        commands: query
            .commands
            .iter()
            .map(|command| Command {
                name: command.name.clone(),
                parameters: command.parameters.iter().map(bare_parameter).collect(),
                span: command.span,
            })
            .collect(),
        span: query.span,
    }
}

fn bare_parameter(parameter: &Parameter) -> Parameter {
    Parameter { name: parameter.name.clone(), value: bare_value(&parameter.value), span: parameter.span }
}

fn bare_value(value: &Value) -> Value {
    match value {
        Value::Expression(expression) => Value::Expression(bare_expression(expression)),
        Value::Sorted { expression, direction } => {
            Value::Sorted { expression: bare_expression(expression), direction: *direction }
        }
        Value::Assignment { field, value } => {
            Value::Assignment { field: field.clone(), value: Box::new(bare_value(value)) }
        }
        Value::Group(parameters) => Value::Group(parameters.iter().map(bare_parameter).collect()),
        Value::Block(query) => Value::Block(bare(query)),
    }
}

fn bare_expression(expression: &Expression) -> Expression {
    let boxed = |expression: &Expression| Box::new(bare_expression(expression));
    of(match &expression.kind {
        ExpressionKind::Parenthesized(inner) => return bare_expression(inner),
        ExpressionKind::Call { function, arguments } => ExpressionKind::Call {
            function: function.clone(),
            arguments: arguments.iter().map(bare_parameter).collect(),
        },
        ExpressionKind::Unary { operator, operand } => {
            ExpressionKind::Unary { operator: *operator, operand: boxed(operand) }
        }
        ExpressionKind::Binary { left, operator, right } => {
            ExpressionKind::Binary { left: boxed(left), operator: *operator, right: boxed(right) }
        }
        ExpressionKind::Index { base, index } => {
            ExpressionKind::Index { base: boxed(base), index: index.as_deref().map(boxed) }
        }
        ExpressionKind::Align { value, unit } => {
            ExpressionKind::Align { value: value.as_deref().map(boxed), unit: *unit }
        }
        ExpressionKind::InQuery { needle, query } => {
            ExpressionKind::InQuery { needle: boxed(needle), query: Box::new(bare(query)) }
        }
        leaf => leaf.clone(),
    })
}
