//! `traverse`: from nodes along edges to nodes. Source: docs.dynatrace.com, DQL Smartscape commands.

use std::collections::HashMap;
use std::sync::Arc;

use super::NamePattern;
use super::smartscape::patterns;
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::value::{Key, Value};

const HISTORY: &str = "dt.traverse.history";

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    compiler.authorise("traverse", parameters.span())?;
    let (edges, targets) = types(parameters)?;
    let backward = match parameters.take_word("direction")? {
        None => false,
        Some((word, span)) => match word.to_ascii_lowercase().as_str() {
            "forward" => false,
            "backward" => true,
            _ => return Err(SandboxError::WrongParameter { expected: "forward or backward", span }),
        },
    };
    let keep: Vec<NamePattern> = patterns(&parameters.take_items("fieldsKeep")?)?;
    let id = match parameters.take_expression("nodeId")? {
        Some(id) => compiler.expression(id, schema)?,
        None => Expr::Field(Name::from("id")),
    };
    *schema = Schema::open();
    schema.hide([Name::from("references")]);
    let (near, far) = if backward { ("target_id", "source_id") } else { ("source_id", "target_id") };
    Ok(Box::new(move |rows, context| {
        let mut by_near: HashMap<Key, Vec<&Arc<Record>>> = HashMap::new();
        for edge in context.store.edges() {
            let kind = edge.get("type").and_then(Value::as_str).unwrap_or_default();
            if edges.iter().any(|pattern| pattern.matches(kind)) {
                by_near.entry(Key(edge.value(near))).or_default().push(edge);
            }
        }
        let mut found = Vec::new();
        for row in &rows {
            let start = id.value(row, context);
            for edge in by_near.get(&Key(start.clone())).into_iter().flatten() {
                let Some(node) = context.node(&edge.value(far)) else { continue };
                let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
                if !targets.iter().any(|pattern| pattern.matches(kind)) {
                    continue;
                }
                let mut step = Record::new()
                    .with("id", start.clone())
                    .with("edge_type", edge.value("type"))
                    .with("direction", if backward { "backward" } else { "forward" });
                for (name, value) in
                    row.iter().filter(|(name, _)| keep.iter().any(|pattern| pattern.matches(name)))
                {
                    step.set(name, value.clone());
                }
                let mut history = row.value(HISTORY).as_array().unwrap_or_default().to_vec();
                history.push(Value::record(step));
                let mut record = node.as_ref().clone();
                record.set(&Name::from(HISTORY), Value::array(history));
                found.push(Arc::new(record));
            }
        }
        Ok(found)
    }))
}

type Types = (Vec<NamePattern>, Vec<NamePattern>);

/// Edge and target types: two positional groups, or named.
fn types(parameters: &mut Parameters<'_>) -> Result<Types, SandboxError> {
    if parameters.has("edgeTypes") || parameters.has("targetTypes") {
        let edges = patterns(&parameters.take_items("edgeTypes")?)?;
        let targets = patterns(&parameters.take_items("targetTypes")?)?;
        return Ok((or_any(edges), or_any(targets)));
    }
    let groups = parameters.take_groups()?;
    let mut lists = groups.iter().map(|items| patterns(items)).collect::<Result<Vec<_>, _>>()?.into_iter();
    let edges = lists.next().ok_or_else(|| parameters.missing("edgeType"))?;
    let targets = lists.next().ok_or_else(|| parameters.missing("targetType"))?;
    Ok((edges, targets))
}

fn or_any(patterns: Vec<NamePattern>) -> Vec<NamePattern> {
    if patterns.is_empty() { vec![NamePattern::new("*")] } else { patterns }
}
