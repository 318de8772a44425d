//! `fieldsSummary`: how often which values of a field occur; `failIf`: a query that refuses its own result.

use std::sync::Arc;

use indexmap::IndexMap;

use super::fields::columns;
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::value::{Key, Value};

const TOP_VALUES: usize = 20;

pub(super) fn fields_summary(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let columns = columns(compiler, &parameters.take_some("field")?, schema)?;
    let top = match parameters.take_expression("topValues")? {
        Some(expression) => compiler
            .constant(expression)?
            .as_long()
            .and_then(|top| usize::try_from(top).ok())
            .ok_or(SandboxError::WrongParameter { expected: "a positive long", span: expression.span })?,
        None => TOP_VALUES,
    };
    parameters.take_flag("extrapolateSamples")?;
    *schema = Schema::of(["field", "rawCount", "count", "values"].map(Name::from));
    Ok(Box::new(move |rows, context| {
        Ok(columns
            .iter()
            .map(|column| {
                let mut counts: IndexMap<Key, i64> = IndexMap::new();
                for value in
                    rows.iter().map(|row| column.value.value(row, context)).filter(|value| !value.is_null())
                {
                    *counts.entry(Key(value)).or_default() += 1;
                }
                let present: i64 = counts.values().sum();
                counts.sort_by(|_, a, _, b| b.cmp(a));
                let values = counts.into_iter().take(top).map(|(key, count)| {
                    Value::record(Record::new().with("value", key.0).with("count", count))
                });
                Arc::new(
                    Record::new()
                        .with("field", column.name.as_ref())
                        .with("rawCount", present)
                        .with("count", present)
                        .with("values", Value::array(values)),
                )
            })
            .collect())
    }))
}

pub(super) fn fail_if(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let condition = compiler.condition(parameters.take_first("condition")?.nameless()?, schema)?;
    let message = compiler.expression(parameters.take_first("message")?.nameless()?, schema)?;
    let span = parameters.span();
    Ok(Box::new(move |rows, context| {
        match rows.iter().find(|row| condition.value(row, context) == Value::Boolean(true)) {
            Some(row) => {
                let message =
                    message.value(row, context).as_str().unwrap_or("the query failed itself").to_owned();
                Err(SandboxError::Failed { message, span })
            }
            None => Ok(rows),
        }
    }))
}
