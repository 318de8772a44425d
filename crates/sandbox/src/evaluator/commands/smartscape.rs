//! `smartscapeNodes` and `smartscapeEdges`: the topology.

use super::{NamePattern, timeframe};
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::{Item, Parameters, word};
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::Name;
use crate::store::{Row, TimeColumn};
use crate::value::Value;

pub(super) fn nodes(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    compiler.authorise("smartscapeNodes", parameters.span())?;
    let types = patterns(&parameters.take_some("type")?)?;
    let timeframe = timeframe::take(compiler, parameters)?;
    schema.hide([Name::from("references")]);
    Ok(Box::new(move |_, context| {
        let mut found = selected(context.store.nodes(), &types, timeframe);
        // Reading the topology costs nothing, but it counts as records read.
        context.scanned("smartscape", found.len(), 0, timeframe);
        context.narrow("smartscapeNodes", &mut found);
        Ok(found)
    }))
}

pub(super) fn edges(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    compiler.authorise("smartscapeEdges", parameters.span())?;
    let types = patterns(&parameters.take_some("type")?)?;
    let timeframe = timeframe::take(compiler, parameters)?;
    schema.hide([Name::from("dt.system.edge_kind")]);
    Ok(Box::new(move |_, context| {
        let mut found = selected(context.store.edges(), &types, timeframe);
        context.scanned("smartscape", found.len(), 0, timeframe);
        context.narrow("smartscapeEdges", &mut found);
        Ok(found)
    }))
}

/// Types: bare words or strings, `*` stands for anything.
pub(super) fn patterns(items: &[Item<'_>]) -> Result<Vec<NamePattern>, SandboxError> {
    items
        .iter()
        .map(|item| {
            word(item.nameless()?)
                .map(NamePattern::new)
                .ok_or(SandboxError::WrongParameter { expected: "a type", span: item.span })
        })
        .collect()
}

fn selected(rows: &[Row], types: &[NamePattern], (start, end): (i64, i64)) -> Vec<Row> {
    rows.iter()
        .filter(|row| {
            row.get("type")
                .and_then(Value::as_str)
                .is_some_and(|kind| types.iter().any(|pattern| pattern.matches(kind)))
        })
        .filter(|row| TimeColumn::Timeframe("lifetime").selects(row, start, end))
        .cloned()
        .collect()
}
