//! `append`, `join` and `joinNested`: records of sub-queries.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use grailstage_dql::ast::{BinaryOperator, Expression, ExpressionKind};

use super::fields::{Column, columns};
use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::context::Context;
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::{Item, Parameters};
use crate::evaluator::plan::{Plan, Stage};
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::store::Row;
use crate::value::{Key, Value};

pub(super) fn append(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let plans: Vec<Plan> = parameters
        .take_some("query")?
        .iter()
        .map(|item| Plan::compile(compiler, item.block()?))
        .collect::<Result<_, _>>()?;
    plans.iter().for_each(|plan| schema.add_all(plan.schema(), Name::clone));
    Ok(Box::new(move |mut rows, context| {
        for plan in &plans {
            rows.extend(plan.run(context)?);
        }
        Ok(rows)
    }))
}

/// What has to be equal, on the left and on the right.
struct Condition {
    left: Vec<Expr>,
    right: Vec<Expr>,
}

impl Condition {
    fn compile(
        compiler: &Compiler<'_>,
        items: &[Item<'_>],
        left: &Schema,
        right: &Schema,
    ) -> Result<Self, SandboxError> {
        let mut condition = Self { left: Vec::new(), right: Vec::new() };
        for item in items {
            condition.add(compiler, item.nameless()?, left, right)?;
        }
        Ok(condition)
    }

    fn add(
        &mut self,
        compiler: &Compiler<'_>,
        expression: &Expression,
        left: &Schema,
        right: &Schema,
    ) -> Result<(), SandboxError> {
        match &expression.kind {
            ExpressionKind::Field(_) => {
                self.left.push(compiler.expression(expression, left)?);
                self.right.push(compiler.expression(expression, right)?);
            }
            ExpressionKind::Parenthesized(inner) => self.add(compiler, inner, left, right)?,
            ExpressionKind::Binary { left: a, operator: BinaryOperator::And, right: b } => {
                self.add(compiler, a, left, right)?;
                self.add(compiler, b, left, right)?;
            }
            ExpressionKind::Binary { left: a, operator: BinaryOperator::Equal, right: b } => {
                let wrong =
                    SandboxError::WrongParameter { expected: "a join condition", span: expression.span };
                match (side(a), side(b)) {
                    (Some(("left", a)), Some(("right", b))) | (Some(("right", b)), Some(("left", a))) => {
                        self.left.push(compiler.expression(a, left)?);
                        self.right.push(compiler.expression(b, right)?);
                    }
                    _ => return Err(wrong),
                }
            }
            _ => {
                return Err(SandboxError::WrongParameter {
                    expected: "a join condition",
                    span: expression.span,
                });
            }
        }
        Ok(())
    }
}

/// `left[field]` and `right[field]`.
fn side(expression: &Expression) -> Option<(&str, &Expression)> {
    match &expression.kind {
        ExpressionKind::Index { base, index: Some(index) } => match &base.kind {
            ExpressionKind::Field(field) if matches!(field.name.as_str(), "left" | "right") => {
                Some((&field.name, index))
            }
            _ => None,
        },
        ExpressionKind::Parenthesized(inner) => side(inner),
        _ => None,
    }
}

/// The values that have to be equal; nothing when one is null, which equals nothing.
fn key(expressions: &[Expr], row: &Record, context: &Context<'_>) -> Option<Vec<Key>> {
    expressions
        .iter()
        .map(|expression| Some(expression.value(row, context)).filter(|value| !value.is_null()).map(Key))
        .collect()
}

fn by_key(rows: &[Row], keys: &[Expr], context: &Context<'_>) -> HashMap<Vec<Key>, Vec<usize>> {
    let mut found: HashMap<Vec<Key>, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(key) = key(keys, row, context) {
            found.entry(key).or_default().push(index);
        }
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JoinKind {
    Inner,
    LeftOuter,
    Outer,
}

pub(super) fn join(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let plan = Plan::compile(compiler, parameters.take_first("joinTable")?.block()?)?;
    let on = parameters.take_items("on")?;
    if on.is_empty() {
        return Err(parameters.missing("on"));
    }
    let condition = Condition::compile(compiler, &on, schema, plan.schema())?;
    let kind = match parameters.take_word("kind")? {
        None => JoinKind::Inner,
        Some((word, span)) => match word.to_ascii_lowercase().as_str() {
            "inner" => JoinKind::Inner,
            "leftouter" => JoinKind::LeftOuter,
            "outer" => JoinKind::Outer,
            _ => return Err(SandboxError::WrongParameter { expected: "inner, leftOuter or outer", span }),
        },
    };
    let prefix = parameters.take_word("prefix")?.map_or("right.", |(prefix, _)| prefix).to_owned();
    parameters.take_word("executionOrder")?;
    parameters.take_word("broadcast")?;
    let picked = if parameters.has("fields") {
        let picked = columns(compiler, &parameters.take_items("fields")?, plan.schema())?;
        picked.iter().for_each(|column| schema.add(&column.name));
        Some(picked)
    } else {
        schema.add_all(plan.schema(), |name| Name::from(format!("{prefix}{name}")));
        None
    };
    Ok(Box::new(move |rows, context| {
        let right = plan.run(context)?;
        let found = by_key(&right, &condition.right, context);
        let added = Added::new(&right, picked.as_deref(), &prefix);
        let mut joined = Vec::with_capacity(rows.len());
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for row in &rows {
            let matches = key(&condition.left, row, context).and_then(|key| found.get(&key));
            for index in matches.into_iter().flatten() {
                used.insert(*index);
                joined.push(added.joined(row, right.get(*index), context));
            }
            if matches.is_none() && kind != JoinKind::Inner {
                joined.push(added.joined(row, None, context));
            }
        }
        if kind == JoinKind::Outer {
            let empty = Arc::new(Record::new());
            for (index, row) in right.iter().enumerate() {
                if !used.contains(&index) {
                    joined.push(added.joined(&empty, Some(row), context));
                }
            }
        }
        Ok(joined)
    }))
}

/// What a joined record gets from the right side.
enum Added<'a> {
    Columns(&'a [Column]),
    All(Vec<(Name, Name)>),
}

impl<'a> Added<'a> {
    fn new(right: &[Row], picked: Option<&'a [Column]>, prefix: &str) -> Self {
        if let Some(columns) = picked {
            return Self::Columns(columns);
        }
        let mut known: BTreeSet<&Name> = BTreeSet::new();
        let names = right.iter().flat_map(|row| row.iter().map(|(name, _)| name));
        Self::All(
            names
                .filter(|name| known.insert(name))
                .map(|name| (Name::clone(name), Name::from(format!("{prefix}{name}"))))
                .collect(),
        )
    }

    fn joined(&self, left: &Row, right: Option<&Row>, context: &Context<'_>) -> Row {
        let mut record = left.as_ref().clone();
        let nothing = Record::new();
        let right = right.map_or(&nothing, |right| right.as_ref());
        match self {
            Self::Columns(columns) => {
                for column in *columns {
                    record.set(&column.name, column.value.value(right, context));
                }
            }
            Self::All(names) => {
                for (name, prefixed) in names {
                    record.set(prefixed, right.value(name));
                }
            }
        }
        Arc::new(record)
    }
}

pub(super) fn join_nested(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let item = parameters.take_first("joinTable")?;
    let name = item.name.map(|name| Name::from(name.name.as_str())).ok_or(SandboxError::WrongParameter {
        expected: "an assignment of an execution block",
        span: item.span,
    })?;
    let plan = Plan::compile(compiler, item.block()?)?;
    let on = parameters.take_items("on")?;
    if on.is_empty() {
        return Err(parameters.missing("on"));
    }
    let condition = Condition::compile(compiler, &on, schema, plan.schema())?;
    parameters.take_word("executionOrder")?;
    let picked = if parameters.has("fields") {
        Some(columns(compiler, &parameters.take_items("fields")?, plan.schema())?)
    } else {
        None
    };
    schema.add(&name);
    Ok(Box::new(move |mut rows, context| {
        let right = plan.run(context)?;
        let found = by_key(&right, &condition.right, context);
        for row in &mut rows {
            let matches = key(&condition.left, row, context).and_then(|key| found.get(&key));
            let nested =
                matches.into_iter().flatten().filter_map(|index| right.get(*index)).map(
                    |row| match &picked {
                        None => Value::Record(Arc::clone(row)),
                        Some(columns) => Value::record(
                            columns
                                .iter()
                                .map(|column| (Name::clone(&column.name), column.value.value(row, context)))
                                .collect(),
                        ),
                    },
                );
            let nested = Value::array(nested);
            Arc::make_mut(row).set(&name, nested);
        }
        Ok(rows)
    }))
}
