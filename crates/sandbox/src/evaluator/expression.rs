//! Compiled expressions and their values.
//!
//! An expression has a value for every record, never an error: where the types do not fit, the value is null.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use grailstage_dql::ast::AlignmentUnit;

use super::alignment::align;
use super::context::Context;
use super::dpl::Pattern;
use super::entity_selector::EntitySelector;
use super::functions::{Arguments, Function};
use super::plan::Plan;
use super::search::{Needle, matches};
use crate::record::{Name, Record};
use crate::value::{Key, Value, add, compare, divide, equal, multiply, negate, remainder, subtract};

/// A compiled expression.
pub(crate) enum Expr {
    Constant(Value),
    Field(Name),
    /// The current element of one of the arrays that the nearest [`Expr::Iterate`] walks over.
    Element(usize),
    /// The index of that element.
    Position,
    Call {
        function: &'static Function,
        fixed: Vec<Option<Expr>>,
        rest: Vec<Expr>,
    },
    Negate(Box<Expr>),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Xor(Box<Expr>, Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Comparison(Comparison, Box<Expr>, Box<Expr>),
    Search(Box<Expr>, Needle),
    /// `base[key]`: the field of a record; with an array the element whose position the field `key` holds.
    Key(Box<Expr>, Name),
    At(Box<Expr>, Box<Expr>),
    /// `value @ unit`; a duration is an offset to now.
    Align(Option<Box<Expr>>, AlignmentUnit),
    /// `left ± offset @ unit`, which means `(left ± offset) @ unit` when left is a timestamp.
    AddAligned {
        left: Box<Expr>,
        offset: Box<Expr>,
        subtract: bool,
        unit: AlignmentUnit,
    },
    InQuery(Box<Expr>, Box<Plan>, OnceLock<HashSet<Key>>),
    /// `lookup([query], sourceField:, lookupField:)`
    Lookup(Box<super::commands::LookupTable>, Box<Expr>),
    MakeRecord(Vec<(Name, Expr)>),
    /// Whether the record has the field, even with null.
    Exists(Name),
    /// A field of the Smartscape node of an id.
    NodeField(Box<Expr>, Name),
    /// The ids of the classic entities that a selector finds.
    Entities(EntitySelector),
    /// A field of the classic entity of an id.
    EntityField(Box<Expr>, Name),
    Parse {
        text: Box<Expr>,
        pattern: Arc<Pattern>,
        all: bool,
    },
    Pattern {
        text: Box<Expr>,
        pattern: Arc<Pattern>,
        use_of_pattern: PatternUse,
    },
    Iterate {
        sources: Vec<Expr>,
        body: Box<Expr>,
        reducer: Reducer,
    },
}

/// What is done with a pattern that names nothing.
pub(crate) enum PatternUse {
    Matches,
    Replace(Box<Expr>),
    Split,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What an iteration makes of the values of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reducer {
    Collect,
    Any,
    Sum,
    Average,
    Minimum,
    Maximum,
}

/// One step of an iteration.
pub(crate) struct Frame<'a> {
    elements: &'a [Arc<[Value]>],
    index: usize,
}

/// What an expression is evaluated with.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) record: &'a Record,
    pub(crate) context: &'a Context<'a>,
    pub(crate) frame: Option<&'a Frame<'a>>,
}

impl Expr {
    /// The value for a record.
    pub(crate) fn value(&self, record: &Record, context: &Context<'_>) -> Value {
        self.evaluate(Scope { record, context, frame: None })
    }

    pub(crate) fn evaluate(&self, scope: Scope<'_>) -> Value {
        let zone = &scope.context.options.zone;
        match self {
            Self::Constant(value) => value.clone(),
            Self::Field(name) => scope.record.value(name),
            Self::Element(slot) => scope
                .frame
                .and_then(|frame| frame.elements.get(*slot)?.get(frame.index))
                .cloned()
                .unwrap_or_default(),
            Self::Position => scope.frame.map(|frame| frame.index).into(),
            Self::Call { function, fixed, rest } => {
                let fixed: Vec<Value> = fixed
                    .iter()
                    .map(|argument| {
                        argument.as_ref().map(|argument| argument.evaluate(scope)).unwrap_or_default()
                    })
                    .collect();
                let rest: Vec<Value> = rest.iter().map(|argument| argument.evaluate(scope)).collect();
                (function.call)(&Arguments { fixed: &fixed, rest: &rest, context: scope.context })
            }
            Self::Negate(operand) => negate(&operand.evaluate(scope)),
            Self::Not(operand) => operand.evaluate(scope).as_boolean().map(|value| !value).into(),
            Self::And(left, right) => match left.evaluate(scope).as_boolean() {
                Some(false) => Value::Boolean(false),
                left => match (left, right.evaluate(scope).as_boolean()) {
                    (_, Some(false)) => Value::Boolean(false),
                    (Some(true), Some(true)) => Value::Boolean(true),
                    _ => Value::Null,
                },
            },
            Self::Or(left, right) => match left.evaluate(scope).as_boolean() {
                Some(true) => Value::Boolean(true),
                left => match (left, right.evaluate(scope).as_boolean()) {
                    (_, Some(true)) => Value::Boolean(true),
                    (Some(false), Some(false)) => Value::Boolean(false),
                    _ => Value::Null,
                },
            },
            Self::Xor(left, right) => {
                match (left.evaluate(scope).as_boolean(), right.evaluate(scope).as_boolean()) {
                    (Some(left), Some(right)) => Value::Boolean(left != right),
                    _ => Value::Null,
                }
            }
            Self::Arithmetic(operator, left, right) => {
                let (left, right) = (left.evaluate(scope), right.evaluate(scope));
                match operator {
                    Arithmetic::Add => add(&left, &right, zone),
                    Arithmetic::Subtract => subtract(&left, &right, zone),
                    Arithmetic::Multiply => multiply(&left, &right),
                    Arithmetic::Divide => divide(&left, &right),
                    Arithmetic::Remainder => remainder(&left, &right),
                }
            }
            Self::Comparison(operator, left, right) => {
                operator.apply(&left.evaluate(scope), &right.evaluate(scope)).into()
            }
            Self::Search(value, needle) => Value::Boolean(matches(&value.evaluate(scope), needle)),
            Self::Key(base, key) => match base.evaluate(scope) {
                Value::Record(record) => record.value(key),
                Value::Timeframe(start, end) => match key.as_ref() {
                    "start" => Value::Timestamp(start),
                    "end" => Value::Timestamp(end),
                    _ => Value::Null,
                },
                Value::Array(elements) => element(&elements, &scope.record.value(key)),
                _ => Value::Null,
            },
            Self::At(base, index) => match base.evaluate(scope) {
                Value::Array(elements) => element(&elements, &index.evaluate(scope)),
                Value::Record(record) => match index.evaluate(scope) {
                    Value::String(key) => record.value(&key),
                    _ => Value::Null,
                },
                _ => Value::Null,
            },
            Self::Align(value, unit) => {
                let now = Value::Timestamp(scope.context.options.now);
                let time = match value.as_ref().map(|value| value.evaluate(scope)) {
                    None => now,
                    Some(offset @ (Value::Duration(_) | Value::Calendar { .. })) => add(&now, &offset, zone),
                    Some(time) => time,
                };
                aligned(&time, *unit, scope)
            }
            Self::AddAligned { left, offset, subtract: minus, unit } => {
                let offset = offset.evaluate(scope);
                let offset = if *minus { negate(&offset) } else { offset };
                match (left.evaluate(scope), offset) {
                    (left, offset @ (Value::Duration(_) | Value::Calendar { .. })) => {
                        aligned(&add(&left, &offset, zone), *unit, scope)
                    }
                    _ => Value::Null,
                }
            }
            Self::InQuery(needle, plan, found) => {
                let found = found.get_or_init(|| values_of(plan, scope.context));
                match needle.evaluate(scope) {
                    Value::Null => Value::Null,
                    Value::Array(needles) => {
                        Value::Boolean(needles.iter().any(|needle| found.contains(&Key(needle.clone()))))
                    }
                    needle => Value::Boolean(found.contains(&Key(needle))),
                }
            }
            Self::Lookup(table, source) => {
                table.find(&source.evaluate(scope), scope.context).map_or(Value::Null, Value::Record)
            }
            Self::MakeRecord(fields) => {
                let mut record = Record::with_capacity(fields.len());
                for (name, value) in fields {
                    record.set(name, value.evaluate(scope));
                }
                Value::record(record)
            }
            Self::Exists(name) => Value::Boolean(scope.record.get(name).is_some()),
            Self::NodeField(id, name) => {
                scope.context.node(&id.evaluate(scope)).map(|node| node.value(name)).unwrap_or_default()
            }
            Self::Entities(selector) => selector.ids(scope.context.store),
            Self::EntityField(id, name) => {
                let id = id.evaluate(scope);
                let id = id.as_array().and_then(<[Value]>::first).unwrap_or(&id);
                scope.context.entity(id).map(|entity| entity.value(name)).unwrap_or_default()
            }
            Self::Parse { text, pattern, all } => match text.evaluate(scope) {
                Value::String(text) if *all => pattern.parse_all(&text, zone),
                Value::String(text) => pattern.parse_one(&text, zone),
                _ => Value::Null,
            },
            Self::Pattern { text, pattern, use_of_pattern } => match text.evaluate(scope) {
                Value::String(text) => match use_of_pattern {
                    PatternUse::Matches => Value::Boolean(pattern.matches_whole(&text, zone)),
                    PatternUse::Replace(by) => match by.evaluate(scope) {
                        Value::String(by) => pattern.replace_all(&text, &by, zone).into(),
                        _ => Value::Null,
                    },
                    PatternUse::Split => Value::strings(pattern.split(&text, zone)),
                },
                _ => Value::Null,
            },
            Self::Iterate { sources, body, reducer } => iterate(sources, body, *reducer, scope),
        }
    }
}

fn aligned(time: &Value, unit: AlignmentUnit, scope: Scope<'_>) -> Value {
    time.as_timestamp()
        .and_then(|time| align(time, unit, &scope.context.options.zone))
        .map_or(Value::Null, Value::Timestamp)
}

fn values_of(plan: &Plan, context: &Context<'_>) -> HashSet<Key> {
    match plan.run(context) {
        Ok(rows) => rows
            .iter()
            .filter_map(|row| row.iter().next())
            .flat_map(|(_, value)| match value {
                Value::Array(elements) => elements.to_vec(),
                Value::Null => Vec::new(),
                value => vec![value.clone()],
            })
            .map(Key)
            .collect(),
        Err(error) => {
            context.fail(error);
            HashSet::new()
        }
    }
}

/// The element at a position; negative positions count from the end.
pub(crate) fn element(elements: &[Value], index: &Value) -> Value {
    let Value::Long(index) = index else { return Value::Null };
    let position = if *index < 0 { index.checked_add_unsigned(elements.len() as u64) } else { Some(*index) };
    position
        .and_then(|position| usize::try_from(position).ok())
        .and_then(|position| elements.get(position))
        .cloned()
        .unwrap_or_default()
}

impl Comparison {
    fn apply(self, left: &Value, right: &Value) -> Option<bool> {
        match self {
            Self::Equal => equal(left, right),
            Self::NotEqual => equal(left, right).map(|same| !same),
            Self::Less => compare(left, right).map(Ordering::is_lt),
            Self::LessOrEqual => compare(left, right).map(Ordering::is_le),
            Self::Greater => compare(left, right).map(Ordering::is_gt),
            Self::GreaterOrEqual => compare(left, right).map(Ordering::is_ge),
        }
    }
}

/// Evaluates `body` once per position of the arrays, which must be equally long.
fn iterate(sources: &[Expr], body: &Expr, reducer: Reducer, scope: Scope<'_>) -> Value {
    let mut elements: Vec<Arc<[Value]>> = Vec::with_capacity(sources.len());
    for source in sources {
        match source.evaluate(scope) {
            Value::Array(array) => elements.push(array),
            _ => return Value::Null,
        }
    }
    let length = elements.first().map_or(0, |array| array.len());
    if elements.iter().any(|array| array.len() != length) {
        return Value::Null;
    }
    let values = (0..length).map(|index| {
        let frame = Frame { elements: &elements, index };
        body.evaluate(Scope { record: scope.record, context: scope.context, frame: Some(&frame) })
    });
    reducer.reduce(values, scope)
}

impl Reducer {
    fn reduce(self, values: impl Iterator<Item = Value>, scope: Scope<'_>) -> Value {
        use crate::value::total_order;
        let nulls = scope.context.options.null_order;
        match self {
            Self::Collect => Value::array(values),
            Self::Any => {
                let mut any = Value::Boolean(false);
                for value in values {
                    match value {
                        Value::Boolean(true) => return Value::Boolean(true),
                        Value::Boolean(false) => {}
                        _ => any = Value::Null,
                    }
                }
                any
            }
            Self::Sum | Self::Average => {
                let values: Vec<Value> = values.filter(|value| !value.is_null()).collect();
                let count = values.len();
                let sum =
                    values.into_iter().reduce(|sum, value| add(&sum, &value, &scope.context.options.zone));
                match (self, sum) {
                    (_, None) => Value::Null,
                    (Self::Average, Some(Value::Duration(sum))) => {
                        divide(&Value::Duration(sum), &Value::from(count))
                    }
                    (Self::Average, Some(sum)) => {
                        divide(&crate::value::double_from(&sum), &Value::from(count))
                    }
                    (_, Some(Value::Long(sum))) => Value::Double(sum as f64),
                    (_, Some(sum)) => sum,
                }
            }
            Self::Minimum => values
                .filter(|value| !value.is_null())
                .min_by(|a, b| total_order(a, b, nulls))
                .unwrap_or_default(),
            Self::Maximum => values
                .filter(|value| !value.is_null())
                .max_by(|a, b| total_order(a, b, nulls))
                .unwrap_or_default(),
        }
    }
}
