//! `timeseries`: series of metrics; `metrics`: which series there are.
//! Source: docs.dynatrace.com, DQL metric commands.

use std::collections::BTreeSet;
use std::sync::Arc;

use grailstage_dql::ast::{Expression, ExpressionKind, Name as Word, Parameter, Value as SyntaxValue};
use grailstage_dql::span::Span;
use indexmap::IndexMap;

use super::NamePattern;
use super::buckets::{Buckets, Resolution};
use super::fields::{Column, columns};
use super::make_timeseries::number;
use super::timeframe;
use crate::error::SandboxError;
use crate::evaluator::aggregations::{percent_rank, percentile_of};
use crate::evaluator::compile::Compiler;
use crate::evaluator::context::Context;
use crate::evaluator::expression::Expr;
use crate::evaluator::parameters::{Item, Parameters, word};
use crate::evaluator::plan::Stage;
use crate::evaluator::schema::Schema;
use crate::metrics::MetricSeries;
use crate::record::{Name, Record};
use crate::value::{Key, Value};

/// What is made of the points of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Average,
    Sum,
    Minimum,
    Maximum,
    Count,
    CountDistinct,
    Percentile(f64),
    PercentRank(f64),
    Start,
    End,
}

/// What is made of the points of one series before series are put together.
#[derive(Debug, Clone, Copy)]
enum Rollup {
    Average,
    Sum,
    Minimum,
    Maximum,
}

/// One column of series.
struct Metric {
    name: Name,
    key: Name,
    kind: Kind,
    rollup: Option<Rollup>,
    default: Value,
    rate: Option<i64>,
    scalar: bool,
    filter: Option<Expr>,
}

const EXPECTED: &str = "a metric-based timeseries aggregation";

/// Named options of an aggregation, or of the command when there is one aggregation.
struct Options<'a>(Vec<(&'a Word, &'a Expression)>);

impl<'a> Options<'a> {
    fn take(&mut self, name: &str) -> Option<&'a Expression> {
        let index = self.0.iter().position(|(word, _)| word.text.eq_ignore_ascii_case(name))?;
        Some(self.0.remove(index).1)
    }
}

pub(super) fn compile(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    schema: &mut Schema,
) -> Result<Stage, SandboxError> {
    compiler.authorise("timeseries", parameters.span())?;
    let items = parameters.take_some("metric")?;
    let open = Schema::open();
    let mut metrics = items
        .iter()
        .map(|item| metric(compiler, item, &open))
        .collect::<Result<Vec<Metric>, SandboxError>>()?;
    if let [metric] = metrics.as_mut_slice() {
        if let Some(rollup) = parameters.take_expression("rollup")? {
            metric.rollup = rollup_of(rollup)?;
        }
        if let Some(default) = parameters.take_expression("default")? {
            metric.default = number(compiler.constant(default)?);
        }
        if let Some(rate) = parameters.take_expression("rate")? {
            metric.rate = rate_of(compiler, rate)?;
        }
    }
    let keys = columns(compiler, &parameters.take_items("by")?, &open)?;
    let filter = parameters
        .take_items("filter")?
        .iter()
        .map(|item| compiler.condition(item.nameless()?, &open))
        .collect::<Result<Vec<Expr>, SandboxError>>()?;
    let resolution = Resolution::take(compiler, parameters)?;
    let wanted = timeframe::take(compiler, parameters)?;
    let shift = match parameters.take_expression("shift")? {
        Some(shift) => match compiler.constant(shift)? {
            Value::Duration(shift) => shift,
            Value::Calendar { amount, unit: grailstage_dql::ast::DurationUnit::Week } => {
                amount.saturating_mul(7 * crate::value::DAY)
            }
            _ => return Err(SandboxError::WrongParameter { expected: "a duration", span: shift.span }),
        },
        None => 0,
    };
    let nonempty = parameters.take_flag("nonempty")?;
    let union = parameters.take_flag("union")?;
    parameters.take_items("bucket")?;
    *schema = Schema::of(
        ["timeframe", "interval"]
            .map(Name::from)
            .into_iter()
            .chain(keys.iter().map(|key| Name::clone(&key.name)))
            .chain(metrics.iter().map(|metric| Name::clone(&metric.name))),
    );
    let query = SeriesQuery { metrics, keys, filter, resolution, wanted, shift, nonempty, union };
    Ok(Box::new(move |_, context| Ok(query.run(context))))
}

fn metric(compiler: &Compiler<'_>, item: &Item<'_>, schema: &Schema) -> Result<Metric, SandboxError> {
    let expression = item.expression()?;
    let wrong = |span: Span| SandboxError::WrongParameter { expected: EXPECTED, span };
    let ExpressionKind::Call { function, arguments } = &expression.kind else {
        return Err(wrong(expression.span));
    };
    let (positional, mut options) = split(arguments)?;
    let rank = |index: usize| -> Result<f64, SandboxError> {
        let value: &&Expression = positional.get(index).ok_or_else(|| wrong(expression.span))?;
        compiler.constant(value)?.as_number().ok_or_else(|| wrong(value.span))
    };
    let kind = match function.text.to_ascii_lowercase().as_str() {
        "avg" => Kind::Average,
        "sum" => Kind::Sum,
        "min" => Kind::Minimum,
        "max" => Kind::Maximum,
        "count" => Kind::Count,
        "countdistinct" => Kind::CountDistinct,
        "median" => Kind::Percentile(50.0),
        "percentile" => Kind::Percentile(rank(1)?),
        "percentrank" => Kind::PercentRank(rank(1)?),
        "start" => Kind::Start,
        "end" => Kind::End,
        _ => return Err(wrong(expression.span)),
    };
    let key = match positional.first() {
        Some(first) => word(first).ok_or_else(|| wrong(first.span))?,
        None if matches!(kind, Kind::Start | Kind::End) => "",
        None => return Err(wrong(expression.span)),
    };
    let rollup = options.take("rollup").map(rollup_of).transpose()?.flatten();
    let default =
        options.take("default").map(|value| compiler.constant(value)).transpose()?.unwrap_or_default();
    let rate = options.take("rate").map(|rate| rate_of(compiler, rate)).transpose()?.flatten();
    let scalar = options.take("scalar").map(|value| compiler.constant(value)).transpose()?;
    let filter = options.take("filter").map(|filter| compiler.condition(filter, schema)).transpose()?;
    if let Some((name, value)) = options.0.first() {
        return Err(SandboxError::UnknownParameter {
            name: name.text.to_string(),
            span: name.span.to(value.span),
        });
    }
    let name = match item.name {
        Some(name) => Name::from(name.name.as_str()),
        // Options are not part of the name.
        None => {
            let plain = Parameter::clone;
            let arguments = arguments.iter().filter(|argument| argument.name.is_none()).map(plain).collect();
            let call = ExpressionKind::Call { function: function.clone(), arguments };
            Compiler::column_name(&Expression { kind: call, span: expression.span })
        }
    };
    Ok(Metric {
        name,
        key: Name::from(key),
        kind,
        rollup,
        default: number(default),
        rate,
        scalar: scalar == Some(Value::Boolean(true)),
        filter,
    })
}

type Split<'a> = (Vec<&'a Expression>, Options<'a>);

fn split(arguments: &[Parameter]) -> Result<Split<'_>, SandboxError> {
    let (mut positional, mut named) = (Vec::new(), Vec::new());
    for argument in arguments {
        match (&argument.name, &argument.value) {
            (None, SyntaxValue::Expression(expression)) => positional.push(expression),
            (Some(name), SyntaxValue::Expression(expression)) => named.push((name, expression)),
            (Some(name), SyntaxValue::Group(group)) => match group.as_slice() {
                [Parameter { value: SyntaxValue::Expression(expression), .. }] => {
                    named.push((name, expression))
                }
                _ => {
                    return Err(SandboxError::WrongParameter {
                        expected: "an expression",
                        span: argument.span,
                    });
                }
            },
            _ => return Err(SandboxError::WrongParameter { expected: "an expression", span: argument.span }),
        }
    }
    Ok((positional, Options(named)))
}

fn rollup_of(expression: &Expression) -> Result<Option<Rollup>, SandboxError> {
    Ok(Some(match word(expression).map(str::to_ascii_lowercase).as_deref() {
        Some("avg") => Rollup::Average,
        Some("sum" | "total") => Rollup::Sum,
        Some("min") => Rollup::Minimum,
        Some("max") => Rollup::Maximum,
        _ => {
            let expected = "one of min, max, sum, avg and total";
            return Err(SandboxError::WrongParameter { expected, span: expression.span });
        }
    }))
}

fn rate_of(compiler: &Compiler<'_>, expression: &Expression) -> Result<Option<i64>, SandboxError> {
    match compiler.constant(expression)? {
        Value::Duration(rate) if rate > 0 => Ok(Some(rate)),
        _ => Err(SandboxError::WrongParameter { expected: "a positive duration", span: expression.span }),
    }
}

struct SeriesQuery {
    metrics: Vec<Metric>,
    keys: Vec<Column>,
    filter: Vec<Expr>,
    resolution: Resolution,
    wanted: (i64, i64),
    shift: i64,
    nonempty: bool,
    union: bool,
}

/// The points of a group, interval by interval.
type Slots = Vec<Vec<f64>>;

impl SeriesQuery {
    fn run(&self, context: &Context<'_>) -> Vec<Arc<Record>> {
        let buckets = Buckets::of_metrics(self.wanted, self.resolution);
        let mut groups: IndexMap<Vec<Key>, Vec<Option<Slots>>> = IndexMap::new();
        let mut read = 0;
        for (index, metric) in self.metrics.iter().enumerate() {
            for series in context.store.metrics().iter().filter(|series| series.key == metric.key) {
                let dimensions = series.dimensions.as_ref();
                let passes = self
                    .filter
                    .iter()
                    .chain(&metric.filter)
                    .all(|condition| condition.value(dimensions, context) == Value::Boolean(true));
                if !passes || !is_selected(series, context) {
                    continue;
                }
                let Some((slots, points)) = self.slots(series, metric, &buckets) else { continue };
                read += points;
                let key = self.keys.iter().map(|key| Key(key.value.value(dimensions, context))).collect();
                let group = groups.entry(key).or_insert_with(|| self.metrics.iter().map(|_| None).collect());
                if let Some(slot) = group.get_mut(index) {
                    match slot {
                        None => *slot = Some(slots),
                        Some(existing) => {
                            existing.iter_mut().zip(slots).for_each(|(into, points)| into.extend(points));
                        }
                    }
                }
            }
        }
        context.scanned("metrics", read, 0, self.wanted);
        let of_metrics = |group: &[Option<Slots>]| {
            let measured = self.metrics.iter().zip(group).filter(|(metric, _)| !metric.key.is_empty());
            let (all, some) = measured.fold((true, false), |(all, some), (_, slots)| {
                (all && slots.is_some(), some || slots.is_some())
            });
            if self.union { some } else { all }
        };
        groups.retain(|_, group| of_metrics(group));
        if groups.is_empty() && self.nonempty && self.keys.is_empty() {
            groups.insert(Vec::new(), self.metrics.iter().map(|_| None).collect());
        }
        groups.into_iter().map(|(key, group)| self.record(&buckets, key, group)).collect()
    }

    /// The points of one series by interval, rolled up where that is wanted; nothing when it has none.
    fn slots(&self, series: &MetricSeries, metric: &Metric, buckets: &Buckets) -> Option<(Slots, usize)> {
        let mut slots: Slots = vec![Vec::new(); buckets.count];
        let mut count = 0;
        for (time, value) in series.between(buckets.start + self.shift, buckets.end() + self.shift) {
            if let Some(slot) = buckets.index(time - self.shift).and_then(|index| slots.get_mut(index)) {
                slot.push(value);
                count += 1;
            }
        }
        if let Some(rollup) = metric.rollup {
            for slot in slots.iter_mut().filter(|slot| !slot.is_empty()) {
                *slot = vec![rollup.apply(slot)];
            }
        }
        (count > 0).then_some((slots, count))
    }

    fn record(&self, buckets: &Buckets, key: Vec<Key>, group: Vec<Option<Slots>>) -> Arc<Record> {
        let mut record = Record::new()
            .with("timeframe", buckets.timeframe())
            .with("interval", Value::Duration(buckets.interval));
        for (column, value) in self.keys.iter().zip(key) {
            record.set(&column.name, value.0);
        }
        for (metric, slots) in self.metrics.iter().zip(group) {
            let slots = slots.unwrap_or_else(|| vec![Vec::new(); buckets.count]);
            let value = if metric.scalar {
                let all: Vec<f64> = slots.concat();
                metric.value(all, buckets.end() - buckets.start)
            } else {
                Value::array(slots.into_iter().enumerate().map(|(index, points)| match metric.kind {
                    Kind::Start => Value::Timestamp(buckets.at(index)),
                    Kind::End => Value::Timestamp(buckets.at(index + 1)),
                    _ => metric.value(points, buckets.interval),
                }))
            };
            record.set(&metric.name, value);
        }
        Arc::new(record)
    }
}

impl Rollup {
    fn apply(self, points: &[f64]) -> f64 {
        match self {
            Self::Average => points.iter().sum::<f64>() / points.len() as f64,
            Self::Sum => points.iter().sum(),
            Self::Minimum => points.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Maximum => points.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}

impl Metric {
    fn value(&self, points: Vec<f64>, span: i64) -> Value {
        if points.is_empty() {
            return self.default.clone();
        }
        let value = match self.kind {
            Kind::Average => Rollup::Average.apply(&points),
            Kind::Sum => Rollup::Sum.apply(&points),
            Kind::Minimum => Rollup::Minimum.apply(&points),
            Kind::Maximum => Rollup::Maximum.apply(&points),
            Kind::Count => points.len() as f64,
            Kind::CountDistinct => {
                points.iter().map(|point| point.to_bits()).collect::<BTreeSet<u64>>().len() as f64
            }
            Kind::Percentile(rank) => {
                let mut values: Vec<Value> = points.into_iter().map(Value::Double).collect();
                match percentile_of(&mut values, rank) {
                    Value::Double(value) => value,
                    other => return other,
                }
            }
            Kind::PercentRank(value) => return percent_rank(&points, value),
            Kind::Start | Kind::End => return Value::Null,
        };
        match self.rate {
            Some(rate) => Value::Double(value * rate as f64 / span.max(1) as f64),
            None => Value::Double(value),
        }
    }
}

/// `metrics`: a record for each series that has points in the time.
pub(super) fn metrics(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
    _: &mut Schema,
) -> Result<Stage, SandboxError> {
    compiler.authorise("metrics", parameters.span())?;
    let (start, end) = timeframe::take(compiler, parameters)?;
    let buckets: Vec<NamePattern> = super::smartscape::patterns(&parameters.take_items("bucket")?)?;
    Ok(Box::new(move |_, context| Ok(series_records(context, (start, end), &buckets))))
}

/// The key and the dimensions of a series.
fn series_record(series: &MetricSeries) -> Record {
    let mut record = Record::new().with("metric.key", series.key.as_ref());
    for (name, value) in series.dimensions.iter() {
        record.set(name, value.clone());
    }
    record
}

/// Whether the segments of the query include a series.
fn is_selected(series: &MetricSeries, context: &Context<'_>) -> bool {
    let segments = &context.options.segments;
    segments.is_none() || segments.includes("metrics", &series_record(series))
}

/// The series that have points in the time, as records of `metric.key` and dimensions.
pub(super) fn series_records(
    context: &Context<'_>,
    (start, end): (i64, i64),
    buckets: &[NamePattern],
) -> Vec<Arc<Record>> {
    let found: Vec<Arc<Record>> = context
        .store
        .metrics()
        .iter()
        .filter(|_| buckets.is_empty() || buckets.iter().any(|pattern| pattern.matches("default_metrics")))
        .filter(|series| series.between(start, end).next().is_some())
        .filter(|series| is_selected(series, context))
        .map(|series| Arc::new(series_record(series)))
        .collect();
    context.scanned("metrics", found.len(), 0, (start, end));
    found
}
