//! `fields` and its kind: which fields a record has.

use std::sync::Arc;

use grailstage_dql::ast::ExpressionKind;

use super::{NamePattern, without};
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::dpl::Pattern;
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::{Item, Parameters, word};
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::value::Value;

/// A field and what it gets.
pub(super) struct Column {
    pub(super) name: Name,
    pub(super) value: Expr,
}

/// The fields that items define, in their order.
pub(super) fn columns(
    compiler: &Compiler<'_>,
    items: &[Item<'_>],
    schema: &Schema,
) -> Result<Vec<Column>, SandboxError> {
    items
        .iter()
        .map(|item| {
            let expression = item.expression()?;
            let value = compiler.expression(expression, schema)?;
            let name = match (item.name, &value) {
                (Some(name), _) => Name::from(name.name.as_str()),
                // The function `parse` names the column by its pattern.
                (None, Expr::Parse { pattern, .. }) => match Pattern::names(pattern) {
                    [name] => Name::clone(name),
                    _ => Name::from("parsed_record"),
                },
                (None, _) => Compiler::column_name(expression),
            };
            Ok(Column { name, value })
        })
        .collect()
}

/// Only these fields, in this order.
pub(super) fn fields(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let columns = columns(compiler, &parameters.take_some("field")?, schema)?;
    *schema = Schema::of(columns.iter().map(|column| Name::clone(&column.name)));
    Ok(Box::new(move |mut rows, context| {
        for row in &mut rows {
            let mut record = Record::with_capacity(columns.len());
            for column in &columns {
                record.set(&column.name, column.value.value(row, context));
            }
            *row = Arc::new(record);
        }
        Ok(rows)
    }))
}

/// More fields; all values are those before the command.
pub(super) fn fields_add(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let columns = columns(compiler, &parameters.take_some("field")?, schema)?;
    for column in &columns {
        schema.add(&column.name);
    }
    Ok(Box::new(move |mut rows, context| {
        for row in &mut rows {
            let values: Vec<Value> = columns.iter().map(|column| column.value.value(row, context)).collect();
            let record = Arc::make_mut(row);
            for (column, value) in columns.iter().zip(values) {
                record.set(&column.name, value);
            }
        }
        Ok(rows)
    }))
}

/// Names and patterns of fields: bare words are names, strings may hold `*`.
fn patterns(parameters: &mut Parameters<'_>) -> Result<Vec<(NamePattern, bool)>, SandboxError> {
    parameters
        .take_some("field")?
        .iter()
        .map(|item| {
            let expression = item.nameless()?;
            let is_field = matches!(expression.kind, ExpressionKind::Field(_));
            word(expression)
                .map(|word| (NamePattern::new(word), is_field))
                .ok_or(SandboxError::WrongParameter { expected: "a field", span: item.span })
        })
        .collect()
}

pub(super) fn fields_keep(
    _: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let patterns = patterns(parameters)?;
    let keep = move |name: &Name| patterns.iter().any(|(pattern, _)| pattern.matches(name));
    let named: Vec<Name> = schema.hidden().iter().filter(|name| keep(name)).cloned().collect();
    named.iter().for_each(|name| schema.add(name));
    schema.remove(&keep);
    Ok(Box::new(move |rows, _| Ok(without(rows, |name| !keep(name)))))
}

pub(super) fn fields_remove(
    _: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let patterns = patterns(parameters)?;
    let remove = move |name: &Name| patterns.iter().any(|(pattern, _)| pattern.matches(name));
    schema.remove(|name| !remove(name));
    Ok(Box::new(move |rows, _| Ok(without(rows, &remove))))
}

/// `new = old`: the field keeps its place; a field that had the new name is gone.
pub(super) fn fields_rename(
    _: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let renames: Vec<(Name, Name)> = parameters
        .take_some("field")?
        .iter()
        .map(|item| {
            let wrong =
                SandboxError::WrongParameter { expected: "an assignment of a field", span: item.span };
            match (item.name, &item.expression()?.kind) {
                (Some(new), ExpressionKind::Field(old)) => {
                    schema.check(&old.name, old.span)?;
                    Ok((Name::from(new.name.as_str()), Name::from(old.name.as_str())))
                }
                _ => Err(wrong),
            }
        })
        .collect::<Result<_, _>>()?;
    schema.remove(|name| !renames.iter().any(|(_, old)| old == name));
    renames.iter().for_each(|(new, _)| schema.add(new));
    Ok(Box::new(move |mut rows, _| {
        for row in &mut rows {
            let record = Arc::make_mut(row);
            let replaced = |name: &Name| {
                renames.iter().any(|(new, _)| new == name) && !renames.iter().any(|(_, old)| old == name)
            };
            let existing: Vec<&(Name, Name)> =
                renames.iter().filter(|(_, old)| record.get(old).is_some()).collect();
            let overwritten: Vec<Name> = record
                .iter()
                .map(|(name, _)| name)
                .filter(|name| replaced(name) && existing.iter().any(|(new, _)| new == *name))
                .cloned()
                .collect();
            record.retain(|name| !overwritten.contains(name));
            record
                .rename(|name| renames.iter().find(|(_, old)| old == name).map(|(new, _)| Name::clone(new)));
        }
        Ok(rows)
    }))
}

/// The fields of a record as fields of their own.
pub(super) fn fields_flatten(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let items = parameters.take_some("record")?;
    let sources = columns(compiler, &items, schema)?;
    let prefix = parameters.take_word("prefix")?.map(|(prefix, _)| prefix.to_owned());
    let picked: Vec<(Name, Name)> = parameters
        .take_items("fields")?
        .iter()
        .map(|item| {
            let key = word(item.expression()?)
                .ok_or(SandboxError::WrongParameter { expected: "a field", span: item.span })?;
            Ok((Name::from(key), Name::from(item.name.map_or(key, |name| name.name.as_str()))))
        })
        .collect::<Result<_, SandboxError>>()?;
    let depth = match parameters.take_expression("depth")? {
        Some(expression) => match compiler.constant(expression)? {
            Value::Long(depth @ 1..=10) => depth,
            _ => {
                return Err(SandboxError::WrongParameter {
                    expected: "a number from 1 to 10",
                    span: expression.span,
                });
            }
        },
        None => 1,
    };
    schema.set_open();
    Ok(Box::new(move |mut rows, context| {
        for row in &mut rows {
            let values: Vec<Value> = sources.iter().map(|source| source.value.value(row, context)).collect();
            let record = Arc::make_mut(row);
            for (source, value) in sources.iter().zip(values) {
                let Value::Record(inner) = value else { continue };
                if picked.is_empty() {
                    let prefix = prefix.clone().unwrap_or_else(|| format!("{}.", source.name));
                    flatten(&inner, &prefix, depth, record);
                } else {
                    for (key, name) in &picked {
                        record.set(name, inner.value(key));
                    }
                }
            }
        }
        Ok(rows)
    }))
}

fn flatten(inner: &Record, prefix: &str, depth: i64, out: &mut Record) {
    for (key, value) in inner.iter() {
        match value {
            Value::Record(nested) if depth > 1 => flatten(nested, &format!("{prefix}{key}."), depth - 1, out),
            value => out.set(&Name::from(format!("{prefix}{key}")), value.clone()),
        }
    }
}
