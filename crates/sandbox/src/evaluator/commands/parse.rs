//! `parse`: fields out of text.

use std::sync::Arc;

use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::value::Value;

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let named_pattern = parameters.take_expression("pattern")?;
    let source = parameters.take_first("expression")?.nameless()?;
    let text = compiler.expression(source, schema)?;
    let pattern = match named_pattern {
        Some(pattern) => compiler.pattern(pattern)?,
        None => compiler.pattern(parameters.take_first("pattern")?.nameless()?)?,
    };
    let preserve = parameters.take_flag("preserveFieldsOnFailure")?;
    let prerequisite = parameters
        .take_expression("parsingPrerequisite")?
        .map(|condition| compiler.condition(condition, schema))
        .transpose()?;
    pattern.names().iter().for_each(|name| schema.add(name));
    Ok(Box::new(move |mut rows, context| {
        for row in &mut rows {
            if let Some(condition) = &prerequisite
                && condition.value(row, context) != Value::Boolean(true)
            {
                continue;
            }
            let parsed = match text.value(row, context) {
                Value::String(text) => pattern.fields(&text, &context.options.zone),
                _ => None,
            };
            match parsed {
                Some(parsed) => {
                    let record = Arc::make_mut(row);
                    for (name, value) in parsed.iter() {
                        record.set(name, value.clone());
                    }
                }
                None if preserve => {}
                None => {
                    let record = Arc::make_mut(row);
                    for name in pattern.names() {
                        record.set(name, Value::Null);
                    }
                }
            }
        }
        Ok(rows)
    }))
}
