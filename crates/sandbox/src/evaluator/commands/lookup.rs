//! `lookup`: fields of the first record of a sub-query that fits; as a command and as a function.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use grailstage_dql::ast::{Expression, Parameter, Query, Value as SyntaxValue};
use grailstage_dql::span::Span;

use super::fields::{Column, columns};
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::context::Context;
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::{Plan, Stage};
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::store::Row;
use crate::value::{Key, Value};

/// The records of a sub-query by the value they are looked up by; of equal ones the first.
pub(crate) struct LookupTable {
    plan: Plan,
    key: Expr,
    rows: OnceLock<(HashMap<Key, Row>, Vec<Name>)>,
}

impl LookupTable {
    fn new(compiler: &Compiler<'_>, query: &Query, key: &Expression) -> Result<Self, SandboxError> {
        let plan = Plan::compile(compiler, query)?;
        let key = compiler.expression(key, plan.schema())?;
        Ok(Self { plan, key, rows: OnceLock::new() })
    }

    /// `lookup([query], sourceField: x, lookupField: y)`
    pub(crate) fn of_function(
        compiler: &Compiler<'_>,
        arguments: &[Parameter],
        span: Span,
        schema: &Schema,
    ) -> Result<(Self, Expr), SandboxError> {
        let missing = |name| SandboxError::MissingParameter { of: "lookup".into(), name, span };
        let (mut query, mut source, mut key) = (None, None, None);
        for argument in arguments {
            let name = argument.name.as_ref().map(|name| name.text.to_ascii_lowercase());
            match (name.as_deref(), &argument.value) {
                (None, SyntaxValue::Block(block)) => query = Some(block),
                (Some("sourcefield"), SyntaxValue::Expression(expression)) => source = Some(expression),
                (Some("lookupfield"), SyntaxValue::Expression(expression)) => key = Some(expression),
                (Some("executionorder" | "broadcast"), _) => {}
                (Some(_), _) => {
                    let name = argument.name.as_ref().map(|name| name.text.to_string()).unwrap_or_default();
                    return Err(SandboxError::UnknownParameter { name, span: argument.span });
                }
                (None, _) => {
                    return Err(SandboxError::WrongParameter {
                        expected: "an execution block",
                        span: argument.span,
                    });
                }
            }
        }
        let key = key.ok_or_else(|| missing("lookupField"))?;
        let table = Self::new(compiler, query.ok_or_else(|| missing("lookupTable"))?, key)?;
        Ok((table, compiler.expression(source.unwrap_or(key), schema)?))
    }

    fn load(&self, context: &Context<'_>) -> &(HashMap<Key, Row>, Vec<Name>) {
        self.rows.get_or_init(|| {
            let found = self.plan.run(context).unwrap_or_else(|error| {
                context.fail(error);
                Vec::new()
            });
            let mut names: Vec<Name> = Vec::new();
            let mut known: BTreeSet<Name> = BTreeSet::new();
            let mut rows = HashMap::with_capacity(found.len());
            for row in found {
                for (name, _) in row.iter() {
                    if known.insert(Name::clone(name)) {
                        names.push(Name::clone(name));
                    }
                }
                let key = self.key.value(&row, context);
                if !key.is_null() {
                    rows.entry(Key(key)).or_insert(row);
                }
            }
            (rows, names)
        })
    }

    /// The first record with that key.
    pub(crate) fn find(&self, key: &Value, context: &Context<'_>) -> Option<Row> {
        self.load(context).0.get(&Key(key.clone())).cloned()
    }
}

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let query = parameters.take_first("lookupTable")?.block()?;
    let key = parameters.take_expression("lookupField")?.ok_or_else(|| parameters.missing("lookupField"))?;
    let source = parameters.take_expression("sourceField")?.unwrap_or(key);
    let source = compiler.expression(source, schema)?;
    let table = LookupTable::new(compiler, query, key)?;
    let has_prefix = parameters.has("prefix");
    let prefix = parameters.take_word("prefix")?.map_or("lookup.", |(prefix, _)| prefix).to_owned();
    parameters.take_word("executionOrder")?;
    parameters.take_word("broadcast")?;
    if parameters.has("fields") {
        let mut picked = columns(compiler, &parameters.take_items("fields")?, table.plan.schema())?;
        if has_prefix {
            prefix_columns(&mut picked, &prefix);
        }
        picked.iter().for_each(|column| schema.add(&column.name));
        return Ok(Box::new(move |mut rows, context| {
            let nothing = Record::new();
            for row in &mut rows {
                let found = table.find(&source.value(row, context), context);
                let found = found.as_deref().unwrap_or(&nothing);
                let values: Vec<Value> =
                    picked.iter().map(|column| column.value.value(found, context)).collect();
                let record = Arc::make_mut(row);
                for (column, value) in picked.iter().zip(values) {
                    record.set(&column.name, value);
                }
            }
            Ok(rows)
        }));
    }
    schema.remove(|name| !name.starts_with(&prefix));
    schema.add_all(table.plan.schema(), |name| Name::from(format!("{prefix}{name}")));
    Ok(Box::new(move |mut rows, context| {
        let names: Vec<(Name, Name)> = table
            .load(context)
            .1
            .iter()
            .map(|name| (Name::clone(name), Name::from(format!("{prefix}{name}"))))
            .collect();
        for row in &mut rows {
            let found = table.find(&source.value(row, context), context);
            let record = Arc::make_mut(row);
            record.retain(|name| !name.starts_with(&prefix));
            for (name, prefixed) in &names {
                let value = found.as_ref().map(|found| found.value(name)).unwrap_or_default();
                record.set(prefixed, value);
            }
        }
        Ok(rows)
    }))
}

pub(super) fn prefix_columns(columns: &mut [Column], prefix: &str) {
    for column in columns {
        column.name = Name::from(format!("{prefix}{}", column.name));
    }
}
