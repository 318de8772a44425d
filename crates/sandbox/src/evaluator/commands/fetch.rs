//! `fetch`: the records of a table.

use std::collections::BTreeSet;

use super::timeseries::series_records;
use super::{NamePattern, timeframe};
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::{Parameters, word};
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::Name;
use crate::value::Value;

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let object = parameters.take_first("dataObject")?.nameless()?;
    let name = word(object)
        .ok_or(SandboxError::WrongParameter { expected: "a data object", span: object.span })?
        .to_owned();
    let (start, end) = timeframe::take(compiler, parameters)?;
    let ratio = match parameters.take_expression("samplingRatio")? {
        Some(expression) => {
            sampling_ratio(&compiler.constant(expression)?).ok_or(SandboxError::WrongParameter {
                expected: "a number of at least 1",
                span: expression.span,
            })?
        }
        None => 1,
    };
    if let Some(limit) = parameters.take_expression("scanLimitGBytes")? {
        compiler.constant(limit)?;
    }
    let buckets: Vec<NamePattern> = parameters
        .take_items("bucket")?
        .iter()
        .map(|item| match compiler.constant(item.nameless()?)? {
            Value::String(pattern) => Ok(NamePattern::new(&pattern)),
            _ => Err(SandboxError::WrongParameter { expected: "a constant string", span: item.span }),
        })
        .collect::<Result<_, _>>()?;
    let unknown = || SandboxError::UnknownDataObject { name: name.clone(), span: object.span };
    if name == "metric.series" {
        compiler.authorise(&name, object.span)?;
        return Ok(Box::new(move |_, context| Ok(series_records(context, (start, end), &buckets))));
    }
    let table = match compiler.store.table(&name) {
        Some(table) => table,
        // What Grail knows and the store lacks is a table without records.
        None if grailstage_dql::catalogue::catalogue()
            .data_object(&name)
            .is_some_and(|known| !known.prefix) =>
        {
            compiler.authorise(&name, object.span)?;
            return Ok(Box::new(|_, _| Ok(Vec::new())));
        }
        None => return Err(unknown()),
    };
    compiler.authorise(&name, object.span)?;
    if let Some(columns) = table.default_columns() {
        let known: BTreeSet<Name> =
            table.rows().iter().flat_map(|row| row.iter().map(|(name, _)| Name::clone(name))).collect();
        *schema = Schema::of(known.iter().cloned().chain(columns.iter().map(|column| Name::from(*column))));
        schema.hide(known.into_iter().filter(|name| !columns.contains(&name.as_ref())));
    }
    Ok(Box::new(move |_, context| {
        let Some(table) = context.store.table(&name) else { return Ok(Vec::new()) };
        let (mut rows, mut bytes) = table.select(start, end);
        if ratio > 1 {
            rows = rows.into_iter().step_by(ratio).collect();
            bytes /= ratio as u64;
            context.set_sampled();
        }
        context.scanned(&name, rows.len(), bytes, (start, end));
        context.narrow(&name, &mut rows);
        if !buckets.is_empty() {
            rows.retain(|row| {
                row.get("dt.system.bucket")
                    .and_then(Value::as_str)
                    .is_some_and(|bucket| buckets.iter().any(|pattern| pattern.matches(bucket)))
            });
        }
        Ok(rows)
    }))
}

/// One record in how many is read: powers of ten, rounded down.
fn sampling_ratio(value: &Value) -> Option<usize> {
    let wanted = value.as_number().filter(|ratio| *ratio >= 1.0)?;
    (0..=5).rev().map(|power| 10_usize.pow(power)).find(|ratio| *ratio as f64 <= wanted)
}

/// `load`: the records of a lookup file.
pub(super) fn load(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    _: &mut Schema,
) -> Result<Stage, SandboxError> {
    let file = parameters.take_first("tabularFile")?.nameless()?;
    let path = match compiler.constant(file)? {
        Value::String(path) if path.starts_with('/') => path,
        _ => {
            return Err(SandboxError::WrongParameter {
                expected: "a path that starts with a slash",
                span: file.span,
            });
        }
    };
    let offset = match parameters.take_expression("offset")? {
        Some(offset) => compiler
            .constant(offset)?
            .as_long()
            .and_then(|offset| usize::try_from(offset).ok())
            .ok_or(SandboxError::WrongParameter { expected: "a positive long", span: offset.span })?,
        None => 0,
    };
    compiler.authorise("load", file.span)?;
    if compiler.store.table(&path).is_none() {
        return Err(SandboxError::UnknownDataObject { name: path.to_string(), span: file.span });
    }
    let time = compiler.options.default_timeframe();
    Ok(Box::new(move |_, context| {
        let Some(table) = context.store.table(&path) else { return Ok(Vec::new()) };
        let rows: Vec<_> = table.rows().iter().skip(offset).cloned().collect();
        context.scanned(&path, rows.len(), rows.iter().map(|row| row.size()).sum(), time);
        Ok(rows)
    }))
}
