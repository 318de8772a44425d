//! `dedup`: one record (or a few) for each value.

use std::collections::HashMap;

use super::sort::Order;
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::value::Key;

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let keys: Vec<Expr> = parameters
        .take_some("expression")?
        .iter()
        .map(|item| compiler.expression(item.nameless()?, schema))
        .collect::<Result<_, _>>()?;
    let order = Order::compile(compiler, &parameters.take_items("sort")?, schema)?;
    parameters.take_flag("filterPushThrough")?;
    let limit = match parameters.take_expression("limit")? {
        Some(expression) => compiler
            .constant(expression)?
            .as_long()
            .and_then(|limit| usize::try_from(limit).ok())
            .ok_or(SandboxError::WrongParameter { expected: "a positive long", span: expression.span })?,
        None => 1,
    };
    Ok(Box::new(move |rows, context| {
        let mut seen: HashMap<Vec<Key>, usize> = HashMap::new();
        let mut rows = order.apply(rows, context);
        rows.retain(|row| {
            let key = keys.iter().map(|key| Key(key.value(row, context))).collect();
            let count = seen.entry(key).or_default();
            *count += 1;
            *count <= limit
        });
        Ok(rows)
    }))
}
