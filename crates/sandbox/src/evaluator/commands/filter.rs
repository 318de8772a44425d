//! `filter`, `filterOut` and `search`: some of the records.

use grailstage_dql::ast::{BinaryOperator, Expression, ExpressionKind, Literal, UnaryOperator};

use crate::error::SandboxError;
use crate::evaluator::compile::{Compiler, not_supported};
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::evaluator::search::{Needle, matches};
use crate::record::Record;
use crate::value::Value;

/// Keeps the records for which the condition is true.
pub(super) fn filter(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let condition = condition(compiler, parameters, schema)?;
    Ok(Box::new(move |mut rows, context| {
        rows.retain(|row| condition.value(row, context) == Value::Boolean(true));
        Ok(rows)
    }))
}

/// Keeps the records for which the condition is false or null.
pub(super) fn filter_out(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let condition = condition(compiler, parameters, schema)?;
    Ok(Box::new(move |mut rows, context| {
        rows.retain(|row| condition.value(row, context) != Value::Boolean(true));
        Ok(rows)
    }))
}

fn condition(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &Schema,
) -> Result<Expr, SandboxError> {
    let item = parameters.take_first("condition")?;
    if item.name.is_some() {
        return Err(SandboxError::WrongParameter { expected: "a boolean", span: item.span });
    }
    let expression = item.expression()?;
    if let ExpressionKind::Literal(literal) = &expression.kind
        && !matches!(literal, Literal::Boolean(_) | Literal::Null)
    {
        return Err(SandboxError::WrongParameter { expected: "a boolean", span: expression.span });
    }
    compiler.condition(expression, schema)
}

/// What `search` looks for: text anywhere in a record, or a condition of one field.
enum Search {
    Anywhere(Needle),
    Condition(Expr),
    Not(Box<Search>),
    And(Box<Search>, Box<Search>),
    Or(Box<Search>, Box<Search>),
}

/// Keeps the records in which the text stands.
pub(super) fn search(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let search = search_of(compiler, parameters.take_first("condition")?.nameless()?, schema)?;
    Ok(Box::new(move |mut rows, context| {
        rows.retain(|row| search.matches(row, |condition| condition.value(row, context)));
        Ok(rows)
    }))
}

fn search_of(
    compiler: &Compiler<'_>,
    expression: &Expression,
    schema: &Schema,
) -> Result<Search, SandboxError> {
    let part = |expression| search_of(compiler, expression, schema).map(Box::new);
    Ok(match &expression.kind {
        ExpressionKind::Literal(Literal::String { value, .. }) => {
            Search::Anywhere(Needle::new(value, "*", false))
        }
        ExpressionKind::Parenthesized(inner) => *part(inner)?,
        ExpressionKind::Unary { operator: UnaryOperator::Not, operand } => Search::Not(part(operand)?),
        ExpressionKind::Binary { left, operator: BinaryOperator::And, right } => {
            Search::And(part(left)?, part(right)?)
        }
        ExpressionKind::Binary { left, operator: BinaryOperator::Or, right } => {
            Search::Or(part(left)?, part(right)?)
        }
        ExpressionKind::Binary { .. } => Search::Condition(compiler.condition(expression, schema)?),
        _ => return Err(not_supported("this search condition", expression.span)),
    })
}

impl Search {
    fn matches(&self, record: &Record, value: impl Fn(&Expr) -> Value + Copy) -> bool {
        match self {
            Self::Anywhere(needle) => {
                record.iter().any(|(name, value)| needle.matches_phrase(name) || matches(value, needle))
            }
            Self::Condition(condition) => value(condition) == Value::Boolean(true),
            Self::Not(inner) => !inner.matches(record, value),
            Self::And(left, right) => left.matches(record, value) && right.matches(record, value),
            Self::Or(left, right) => left.matches(record, value) || right.matches(record, value),
        }
    }
}
