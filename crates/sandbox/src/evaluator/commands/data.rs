//! `data`: records written in the query.

use std::sync::Arc;

use grailstage_dql::ast::{ExpressionKind, Literal};

use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::store::Row;
use crate::value::{Value, value_from_json};

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let rows: Vec<Row> = if let Some(json) = parameters.take_expression("json")? {
        let wrong = SandboxError::WrongParameter {
            expected: "a JSON array of objects or one object",
            span: json.span,
        };
        let ExpressionKind::Literal(Literal::String { value, .. }) = &json.kind else { return Err(wrong) };
        let parsed: serde_json::Value = serde_json::from_str(value).map_err(|_| wrong.clone())?;
        let objects = match parsed {
            serde_json::Value::Array(objects) => objects,
            object => vec![object],
        };
        objects
            .iter()
            .map(|object| match value_from_json(object) {
                Value::Record(record) => Ok(record),
                _ => Err(wrong.clone()),
            })
            .collect::<Result<_, _>>()?
    } else {
        parameters
            .take_some("record")?
            .iter()
            .map(|item| match (item.name, compiler.constant(item.expression()?)?) {
                (None, Value::Record(record)) => Ok(record),
                (None, _) => Err(SandboxError::WrongParameter { expected: "a record", span: item.span }),
                (Some(name), value) => Ok(Arc::new(Record::new().with(&name.name, value))),
            })
            .collect::<Result<_, _>>()?
    };
    *schema = Schema::of(rows.iter().flat_map(|row| row.iter().map(|(name, _)| Name::clone(name))));
    Ok(Box::new(move |_, _| Ok(rows.clone())))
}
