//! `sort` and `limit`.

use grailstage_dql::ast::Direction;

use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::context::Context;
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::{Item, ItemValue, Parameters};
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::store::Row;
use crate::value::{Value, total_order};

/// What is sorted by, most important first.
pub(super) struct Order(Vec<(Expr, Direction)>);

impl Order {
    pub(super) fn compile(
        compiler: &Compiler<'_>,
        items: &[Item<'_>],
        schema: &Schema,
    ) -> Result<Self, SandboxError> {
        items
            .iter()
            .map(|item| match item.value {
                ItemValue::Sorted(expression, direction) => {
                    Ok((compiler.expression(expression, schema)?, direction))
                }
                _ => Ok((compiler.expression(item.nameless()?, schema)?, Direction::Ascending)),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Sorts records; equal ones keep their order.
    pub(super) fn apply(&self, rows: Vec<Row>, context: &Context<'_>) -> Vec<Row> {
        if self.0.is_empty() {
            return rows;
        }
        let nulls = context.options.null_order;
        let mut keyed: Vec<(Vec<Value>, Row)> = rows
            .into_iter()
            .map(|row| (self.0.iter().map(|(key, _)| key.value(&row, context)).collect(), row))
            .collect();
        keyed.sort_by(|(a, _), (b, _)| {
            self.0
                .iter()
                .zip(a.iter().zip(b))
                .map(|((_, direction), (a, b))| match direction {
                    Direction::Ascending => total_order(a, b, nulls),
                    Direction::Descending => total_order(b, a, nulls),
                })
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        keyed.into_iter().map(|(_, row)| row).collect()
    }
}

pub(super) fn sort(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let items = parameters.take_some("expression")?;
    let order = Order::compile(compiler, &items, schema)?;
    Ok(Box::new(move |rows, context| Ok(order.apply(rows, context))))
}

pub(super) fn limit(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    _: &mut Schema,
) -> Result<Stage, SandboxError> {
    let size = parameters.take_first("size")?.nameless()?;
    let count = compiler
        .constant(size)?
        .as_long()
        .and_then(|count| usize::try_from(count).ok())
        .ok_or(SandboxError::WrongParameter { expected: "a positive long", span: size.span })?;
    Ok(Box::new(move |mut rows, _| {
        rows.truncate(count);
        Ok(rows)
    }))
}
