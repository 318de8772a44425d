//! The value of a service-level objective, and what it leaves of the error budget.

use grailstage_dql::ast::{Expression, Parameter, Query};
use grailstage_dql::builder::{call, field};

use super::metric_expression::{MetricExpression, Resolution};
use super::{Definition, SloError};
use crate::evaluator::{self, EvaluationOptions};
use crate::relative_time::relative_time;
use crate::store::Store;
use crate::value::{HOUR, Value};

/// How a value stands to target and warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Success,
    Warning,
    Failure,
}

/// What a service-level objective is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evaluation {
    /// In percent.
    pub(crate) value: f64,
    pub(crate) status: Status,
    /// How far the value is above the target, in percentage points; below 0 when the target is missed.
    pub(crate) error_budget: f64,
    /// From when to when, in nanoseconds since 1970.
    pub(crate) timeframe: (i64, i64),
}

/// How fast the error budget is used up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BurnRate {
    /// 1 for a budget that lasts exactly as long as the window.
    pub(crate) rate: f64,
    /// The value of the last hour, in percent.
    pub(crate) value: f64,
    /// In how many hours nothing is left at this rate; nothing when that never happens.
    pub(crate) hours_left: Option<f64>,
}

impl Status {
    /// How a value in percent stands to an objective.
    pub(crate) fn of(value: f64, definition: &Definition) -> Self {
        if value < definition.target {
            Self::Failure
        } else if value < definition.warning {
            Self::Warning
        } else {
            Self::Success
        }
    }

    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Warning => "WARNING",
            Self::Failure => "FAILURE",
        }
    }
}

impl Definition {
    /// From when to when it looks at the time `now`.
    pub(crate) fn timeframe(&self, now: i64) -> Result<(i64, i64), SloError> {
        let start = relative_time(&self.window, now).filter(|start| *start < now);
        start.map(|start| (start, now)).ok_or_else(|| SloError::Window { window: self.window.clone() })
    }

    /// The query that answers the value as `sli`: a number, or an array with one for each interval.
    fn query(&self, resolution: Resolution) -> Result<Query, SloError> {
        let expression = MetricExpression::read(&self.metric_expression)?;
        Ok(expression.query(self.condition()?.as_ref(), resolution))
    }

    /// The query of the value of each interval, as SLOs on Grail have it.
    pub(crate) fn indicator(&self) -> Result<String, SloError> {
        Ok(grailstage_dql::print(&self.query(Resolution::Intervals)?))
    }

    /// The entity selector as a condition on the dimension of its entity type.
    fn condition(&self) -> Result<Option<Expression>, SloError> {
        let selector = self.filter.trim();
        if selector.is_empty() {
            return Ok(None);
        }
        let kind = selector
            .split_once("type(")
            .and_then(|(_, rest)| rest.split_once(')'))
            .map(|(kind, _)| kind.trim().trim_matches('"').to_lowercase())
            .filter(|kind| !kind.is_empty())
            .ok_or_else(|| SloError::Filter(format!("the filter `{selector}` lacks a type(…)")))?;
        let entities = call("classicEntitySelector", [Parameter::from(Expression::from(selector))]);
        let dimension = field(&format!("dt.entity.{kind}"));
        Ok(Some(call("in", [Parameter::from(dimension), Parameter::from(entities)])))
    }
}

/// Evaluates a service-level objective over a timeframe, with what `options` allow.
///
/// # Errors
///
/// When the definition cannot be read, or there is nothing to read.
pub(crate) fn evaluate(
    definition: &Definition,
    timeframe: (i64, i64),
    store: &Store,
    options: &EvaluationOptions,
) -> Result<Evaluation, SloError> {
    let query = grailstage_dql::print(&definition.query(Resolution::Scalar)?);
    let options = EvaluationOptions { timeframe: Some(timeframe), ..options.clone() };
    let found = evaluator::evaluate(&query, store, &options)?;
    let value = found
        .records
        .first()
        .and_then(|record| record.get("sli"))
        .and_then(Value::as_number)
        .filter(|value| value.is_finite())
        .ok_or(SloError::NoData)?;
    let status = Status::of(value, definition);
    Ok(Evaluation { value, status, error_budget: value - definition.target, timeframe })
}

/// How fast the last hour used the budget up; nothing when no failure is allowed at all or the hour has no data.
pub(crate) fn burn_rate(
    definition: &Definition,
    evaluation: &Evaluation,
    store: &Store,
    options: &EvaluationOptions,
) -> Option<BurnRate> {
    let allowed = 100.0 - definition.target;
    let hour = (options.now.saturating_sub(HOUR), options.now);
    let last = evaluate(definition, hour, store, options).ok().filter(|_| allowed > 0.0)?;
    let rate = (100.0 - last.value) / allowed;
    let left = (evaluation.error_budget / allowed).max(0.0);
    let window = (evaluation.timeframe.1 - evaluation.timeframe.0) as f64 / HOUR as f64;
    let hours_left = (rate > 0.0).then(|| window * left / rate);
    Some(BurnRate { rate, value: last.value, hours_left })
}
