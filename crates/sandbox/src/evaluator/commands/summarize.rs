//! `summarize`: one record for each group.

use std::sync::Arc;

use indexmap::IndexMap;

use super::fields::{Column, columns};
use crate::error::SandboxError;
use crate::evaluator::aggregations::{Aggregation, State};
use crate::evaluator::compile::{Compiler, aggregate_name};
use crate::evaluator::parameters::{Item, Parameters};
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::value::Key;

/// The columns of aggregations, and the aggregations they are made of.
pub(super) struct Aggregates {
    pub(super) columns: Vec<Column>,
    pub(super) calls: Vec<Aggregation>,
}

impl Aggregates {
    pub(super) fn compile(
        compiler: &Compiler<'_>,
        items: &[Item<'_>],
        schema: &Schema,
        keys: &Schema,
    ) -> Result<Self, SandboxError> {
        let mut calls = Vec::new();
        let mut columns = Vec::with_capacity(items.len());
        for item in items {
            let expression = item.expression()?;
            let value = compiler.aggregation(expression, schema, keys, &mut calls)?;
            let name = match item.name {
                Some(name) => Name::from(name.name.as_str()),
                None => Compiler::column_name(expression),
            };
            columns.push(Column { name, value });
        }
        Ok(Self { columns, calls })
    }
}

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let items = parameters.take_positional();
    let grouped = parameters.has("by");
    let keys = columns(compiler, &parameters.take_items("by")?, schema)?;
    if items.is_empty() && keys.is_empty() {
        return Err(parameters.missing("aggregation"));
    }
    let key_schema = Schema::of(keys.iter().map(|key| Name::clone(&key.name)));
    let aggregates = Aggregates::compile(compiler, &items, schema, &key_schema)?;
    *schema = Schema::of(keys.iter().chain(&aggregates.columns).map(|column| Name::clone(&column.name)));
    Ok(Box::new(move |rows, context| {
        let mut groups: IndexMap<Vec<Key>, Vec<State>> = IndexMap::new();
        let fresh = || aggregates.calls.iter().map(Aggregation::start).collect::<Vec<State>>();
        if !grouped {
            groups.insert(Vec::new(), fresh());
        }
        let mut key: Vec<Key> = Vec::with_capacity(keys.len());
        for row in &rows {
            key.clear();
            key.extend(keys.iter().map(|column| Key(column.value.value(row, context))));
            // The key is copied only when its group is new.
            let states = match groups.get_index_of(key.as_slice()) {
                Some(index) => groups.get_index_mut(index).map(|(_, states)| states),
                None => {
                    let index = groups.insert_full(key.clone(), fresh()).0;
                    groups.get_index_mut(index).map(|(_, states)| states)
                }
            };
            for (call, state) in aggregates.calls.iter().zip(states.into_iter().flatten()) {
                call.add(state, row, context);
            }
        }
        Ok(groups
            .into_iter()
            .map(|(values, states)| {
                let mut record = Record::with_capacity(keys.len() + aggregates.columns.len());
                for (column, value) in keys.iter().zip(values) {
                    record.set(&column.name, value.0);
                }
                let mut finished = record.clone();
                for (index, state) in states.into_iter().enumerate() {
                    finished.push(aggregate_name(index), state.finish());
                }
                for column in &aggregates.columns {
                    record.set(&column.name, column.value.value(&finished, context));
                }
                Arc::new(record)
            })
            .collect())
    }))
}
