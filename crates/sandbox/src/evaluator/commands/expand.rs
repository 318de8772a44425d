//! `expand`: a record for each element of an array.

use std::sync::Arc;

use super::fields::columns;
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::store::Row;
use crate::value::Value;

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let columns = columns(compiler, &parameters.take_some("array")?, schema)?;
    columns.iter().for_each(|column| schema.add(&column.name));
    let limit = match parameters.take_expression("limit")? {
        Some(expression) => compiler
            .constant(expression)?
            .as_long()
            .and_then(|limit| usize::try_from(limit).ok())
            .ok_or(SandboxError::WrongParameter { expected: "a positive long", span: expression.span })?,
        None => usize::MAX,
    };
    Ok(Box::new(move |mut rows, context| {
        for column in &columns {
            let mut expanded: Vec<Row> = Vec::with_capacity(rows.len());
            for row in rows {
                let Value::Array(elements) = column.value.value(&row, context) else { continue };
                for element in elements.iter().take(limit) {
                    let mut record = row.as_ref().clone();
                    record.set(&column.name, element.clone());
                    expanded.push(Arc::new(record));
                }
            }
            rows = expanded;
        }
        Ok(rows)
    }))
}
