//! `makeTimeseries`: records to series. Source: docs.dynatrace.com, DQL aggregation commands.

use std::sync::Arc;

use indexmap::IndexMap;

use super::buckets::{Buckets, Resolution};
use super::fields::columns;
use super::summarize::Aggregates;
use super::timeframe;
use crate::error::SandboxError;
use crate::evaluator::aggregations::{Aggregation, Kind, State};
use crate::evaluator::compile::{Compiler, aggregate_name};
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::Parameters;
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::record::{Name, Record};
use crate::value::{Key, Value, divide, multiply};

/// What has been seen of one aggregation of one group.
struct Series {
    /// One state for each interval, made when it is first needed.
    states: Vec<Option<State>>,
    whole: State,
}

impl Series {
    fn new(call: &Aggregation, count: usize) -> Self {
        Self { states: (0..count).map(|_| None).collect(), whole: call.start() }
    }
}

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    let items = parameters.take_some("aggregation")?;
    let keys = columns(compiler, &parameters.take_items("by")?, schema)?;
    let key_schema = Schema::of(keys.iter().map(|key| Name::clone(&key.name)));
    let aggregates = Aggregates::compile(compiler, &items, schema, &key_schema)?;
    for (call, item) in aggregates.calls.iter().zip(&items) {
        if !allowed(call.kind()) {
            return Err(SandboxError::WrongParameter {
                expected: "a time series aggregation",
                span: item.span,
            });
        }
    }
    let resolution = Resolution::take(compiler, parameters)?;
    let given = ["from", "to", "timeframe"].iter().any(|name| parameters.has(name));
    let wanted = timeframe::take(compiler, parameters)?;
    let nonempty = parameters.take_flag("nonempty")?;
    let spread = parameters
        .take_expression("spread")?
        .map(|spread| compiler.expression(spread, schema))
        .transpose()?;
    let time = match parameters.take_expression("time")? {
        Some(time) => compiler.expression(time, schema)?,
        None => {
            if spread.is_none() {
                schema.check("timestamp", parameters.span())?;
            }
            Expr::Field(Name::from("timestamp"))
        }
    };
    *schema = Schema::of(
        ["timeframe", "interval"]
            .map(Name::from)
            .into_iter()
            .chain(keys.iter().chain(&aggregates.columns).map(|column| Name::clone(&column.name))),
    );
    Ok(Box::new(move |rows, context| {
        let buckets = Buckets::new(if given { wanted } else { context.analysis_timeframe() }, resolution);
        let mut groups: IndexMap<Vec<Key>, Vec<Series>> = IndexMap::new();
        let fresh =
            || aggregates.calls.iter().map(|call| Series::new(call, buckets.count)).collect::<Vec<_>>();
        for row in &rows {
            let hit: Vec<usize> = match &spread {
                Some(spread) => match spread.value(row, context) {
                    Value::Timeframe(start, end) => (0..buckets.count)
                        .filter(|index| start < buckets.at(index + 1) && end >= buckets.at(*index))
                        .collect(),
                    _ => Vec::new(),
                },
                None => time
                    .value(row, context)
                    .as_timestamp()
                    .and_then(|time| buckets.index(time))
                    .into_iter()
                    .collect(),
            };
            if hit.is_empty() {
                continue;
            }
            let key = keys.iter().map(|column| Key(column.value.value(row, context))).collect();
            let group = groups.entry(key).or_insert_with(fresh);
            for (call, series) in aggregates.calls.iter().zip(group) {
                call.add(&mut series.whole, row, context);
                for index in &hit {
                    if let Some(state) = series.states.get_mut(*index) {
                        call.add(state.get_or_insert_with(|| call.start()), row, context);
                    }
                }
            }
        }
        if groups.is_empty() && nonempty && keys.is_empty() {
            groups.insert(Vec::new(), fresh());
        }
        Ok(groups
            .into_iter()
            .map(|(key, group)| {
                let mut record = Record::new()
                    .with("timeframe", buckets.timeframe())
                    .with("interval", Value::Duration(buckets.interval));
                for (column, value) in keys.iter().zip(key) {
                    record.set(&column.name, value.0);
                }
                let mut finished = record.clone();
                for (index, (call, series)) in aggregates.calls.iter().zip(group).enumerate() {
                    finished.push(aggregate_name(index), finish(call, series, &buckets));
                }
                for column in &aggregates.columns {
                    record.set(&column.name, column.value.value(&finished, context));
                }
                Arc::new(record)
            })
            .collect())
    }))
}

const fn allowed(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::TakeFirst
            | Kind::TakeLast
            | Kind::TakeAny
            | Kind::TakeMinimum
            | Kind::TakeMaximum
            | Kind::CollectArray { .. }
            | Kind::CollectDistinct { .. }
            | Kind::Percentiles(_)
            | Kind::Variance
            | Kind::StandardDeviation
            | Kind::Correlation
    )
}

fn finish(call: &Aggregation, series: Series, buckets: &Buckets) -> Value {
    match call.kind() {
        Kind::Start => Value::array((0..buckets.count).map(|index| Value::Timestamp(buckets.at(index)))),
        Kind::End => Value::array((0..buckets.count).map(|index| Value::Timestamp(buckets.at(index + 1)))),
        _ if call.scalar => {
            let span = buckets.end() - buckets.start;
            rated(series.whole.finish(), call, span)
        }
        _ => Value::array(series.states.into_iter().map(|state| match state.map(State::finish) {
            None | Some(Value::Null) => number(call.default.clone()),
            Some(value) => rated(value, call, buckets.interval),
        })),
    }
}

/// A value per `rate:` instead of per interval.
fn rated(value: Value, call: &Aggregation, span: i64) -> Value {
    match call.rate {
        Some(rate) => {
            let per_span = Value::Double(rate as f64 / span.max(1) as f64);
            multiply(&number(value), &per_span)
        }
        None => number(value),
    }
}

/// Series hold doubles.
pub(super) fn number(value: Value) -> Value {
    match value {
        Value::Long(_) => divide(&value, &Value::Double(1.0)),
        value => value,
    }
}
