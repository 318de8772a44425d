//! `describe`: the fields of a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::{Parameters, word};
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::value::{Value, type_name};

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let object = parameters.take_first("dataObject")?.nameless()?;
    let name =
        word(object).ok_or(SandboxError::WrongParameter { expected: "a data object", span: object.span })?;
    let table = compiler
        .store
        .table(name)
        .ok_or_else(|| SandboxError::UnknownDataObject { name: name.to_owned(), span: object.span })?;
    compiler.authorise(name, object.span)?;
    let mut types: BTreeMap<Name, Vec<&'static str>> = BTreeMap::new();
    for (field, value) in table.rows().iter().flat_map(|row| row.iter()) {
        let known = types.entry(Name::clone(field)).or_default();
        let name = type_name(value);
        if !value.is_null() && !known.contains(&name) {
            known.push(name);
        }
    }
    *schema = Schema::of(["field", "data_types"].map(Name::from));
    Ok(Box::new(move |_, _| {
        Ok(types
            .iter()
            .map(|(field, types)| {
                Arc::new(
                    Record::new().with("field", field.as_ref()).with("data_types", Value::strings(types)),
                )
            })
            .collect())
    }))
}
