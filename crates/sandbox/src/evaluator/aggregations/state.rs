//! What an aggregation has seen so far.

use std::collections::HashSet;

use super::percentile::percent_rank;
use super::{Kind, percentile_of};
use crate::evaluator::context::Context;
use crate::value::{Key, Value, add, divide, double_from, total_order};

/// What an aggregation has seen so far.
#[derive(Debug, Clone)]
pub(crate) enum State {
    Count(i64),
    Distinct(HashSet<Key>),
    /// The sum and how many values it is of.
    Sum {
        sum: Value,
        count: i64,
        average: bool,
    },
    Extreme {
        best: Value,
        largest: bool,
        any_type: bool,
    },
    First(Option<Value>),
    Last(Value),
    Any(Value),
    Collected {
        values: Vec<Value>,
        seen: Option<HashSet<Key>>,
        maximum: usize,
        expand: bool,
    },
    Values {
        values: Vec<Value>,
        kind: Kind,
    },
    /// Welford's running mean and sum of squared differences.
    Spread {
        count: f64,
        mean: f64,
        squares: f64,
        root: bool,
    },
    Pairs(Vec<(f64, f64)>),
    Elements {
        kind: Kind,
        states: Vec<State>,
    },
    Nothing,
}

impl State {
    pub(super) fn new(kind: &Kind, elementwise: bool) -> Self {
        if elementwise {
            return Self::Elements { kind: kind.clone(), states: Vec::new() };
        }
        match kind {
            Kind::Count | Kind::CountIf => Self::Count(0),
            Kind::CountDistinct => Self::Distinct(HashSet::new()),
            Kind::Sum => Self::Sum { sum: Value::Null, count: 0, average: false },
            Kind::Average => Self::Sum { sum: Value::Null, count: 0, average: true },
            Kind::Minimum => Self::Extreme { best: Value::Null, largest: false, any_type: false },
            Kind::Maximum => Self::Extreme { best: Value::Null, largest: true, any_type: false },
            Kind::TakeMinimum => Self::Extreme { best: Value::Null, largest: false, any_type: true },
            Kind::TakeMaximum => Self::Extreme { best: Value::Null, largest: true, any_type: true },
            Kind::TakeFirst => Self::First(None),
            Kind::TakeLast => Self::Last(Value::Null),
            Kind::TakeAny => Self::Any(Value::Null),
            Kind::CollectArray { maximum, expand } => {
                Self::Collected { values: Vec::new(), seen: None, maximum: *maximum, expand: *expand }
            }
            Kind::CollectDistinct { maximum, expand } => Self::Collected {
                values: Vec::new(),
                seen: Some(HashSet::new()),
                maximum: *maximum,
                expand: *expand,
            },
            Kind::Percentile(_)
            | Kind::Percentiles(_)
            | Kind::PercentRank(_)
            | Kind::PercentileFromSamples(_) => Self::Values { values: Vec::new(), kind: kind.clone() },
            Kind::Variance => Self::Spread { count: 0.0, mean: 0.0, squares: 0.0, root: false },
            Kind::StandardDeviation => Self::Spread { count: 0.0, mean: 0.0, squares: 0.0, root: true },
            Kind::Correlation => Self::Pairs(Vec::new()),
            Kind::Start | Kind::End => Self::Nothing,
        }
    }

    pub(crate) fn add(&mut self, value: Value, context: &Context<'_>) {
        match self {
            Self::Count(count) => *count += i64::from(value == Value::Boolean(true)),
            Self::First(first) => {
                first.get_or_insert(value);
            }
            Self::Last(last) => *last = value,
            _ if value.is_null() => {}
            Self::Any(any) => {
                if any.is_null() {
                    *any = value;
                }
            }
            Self::Distinct(seen) => {
                seen.insert(Key(value));
            }
            Self::Sum { sum, count, .. } => {
                if matches!(value, Value::Long(_) | Value::Double(_) | Value::Duration(_)) {
                    *sum = if sum.is_null() { value } else { add(sum, &value, &context.options.zone) };
                    *count += 1;
                }
            }
            Self::Extreme { best, largest, any_type } => {
                let allowed = *any_type
                    || matches!(
                        value,
                        Value::Boolean(_)
                            | Value::Long(_)
                            | Value::Double(_)
                            | Value::Duration(_)
                            | Value::String(_)
                            | Value::Timestamp(_)
                    );
                let order = total_order(&value, best, context.options.null_order);
                if allowed && (best.is_null() || if *largest { order.is_gt() } else { order.is_lt() }) {
                    *best = value;
                }
            }
            Self::Collected { values, seen, maximum, expand } => {
                let elements = match value {
                    Value::Array(elements) if *expand => elements.to_vec(),
                    value => vec![value],
                };
                for element in elements {
                    if values.len() < *maximum
                        && seen.as_mut().is_none_or(|seen| seen.insert(Key(element.clone())))
                    {
                        values.push(element);
                    }
                }
            }
            Self::Values { values, kind } => match value {
                Value::Array(elements) if matches!(kind, Kind::PercentileFromSamples(_)) => {
                    values.extend(elements.iter().filter(|element| !element.is_null()).cloned());
                }
                value => values.push(value),
            },
            Self::Spread { count, mean, squares, .. } => {
                if let Some(value) = value.as_number() {
                    *count += 1.0;
                    let before = value - *mean;
                    *mean += before / *count;
                    *squares += before * (value - *mean);
                }
            }
            Self::Pairs(pairs) => {
                if let Some([x, y]) = value.as_array()
                    && let (Some(x), Some(y)) = (x.as_number(), y.as_number())
                {
                    pairs.push((x, y));
                }
            }
            Self::Elements { kind, states } => {
                for (index, element) in value.as_array().unwrap_or_default().iter().enumerate() {
                    if states.len() <= index {
                        states.push(Self::new(kind, false));
                    }
                    if let Some(state) = states.get_mut(index) {
                        state.add(element.clone(), context);
                    }
                }
            }
            Self::Nothing => {}
        }
    }

    pub(crate) fn finish(self) -> Value {
        match self {
            Self::Count(count) => Value::Long(count),
            Self::Distinct(seen) => Value::from(seen.len()),
            Self::Sum { sum: Value::Null, .. } | Self::Nothing => Value::Null,
            Self::Sum { sum: sum @ Value::Duration(_), count, average: true } => {
                divide(&sum, &Value::Long(count))
            }
            Self::Sum { sum, count, average: true } => divide(&double_from(&sum), &Value::Long(count)),
            Self::Sum { sum: Value::Long(sum), .. } => Value::Double(sum as f64),
            Self::Sum { sum, .. } => sum,
            Self::Extreme { best, .. } => best,
            Self::First(first) => first.unwrap_or_default(),
            Self::Last(value) | Self::Any(value) => value,
            Self::Collected { values, .. } => Value::array(values),
            Self::Values { mut values, kind } => match kind {
                Kind::Percentile(rank) | Kind::PercentileFromSamples(rank) => {
                    percentile_of(&mut values, rank)
                }
                Kind::Percentiles(ranks) => {
                    Value::array(ranks.into_iter().map(|rank| percentile_of(&mut values, rank)))
                }
                Kind::PercentRank(value) => {
                    let numbers: Vec<f64> = values.iter().filter_map(Value::as_number).collect();
                    percent_rank(&numbers, value)
                }
                _ => Value::Null,
            },
            Self::Spread { count, squares, root, .. } => {
                if count == 0.0 {
                    Value::Null
                } else {
                    let variance = squares / count;
                    Value::Double(if root { variance.sqrt() } else { variance })
                }
            }
            Self::Pairs(pairs) => correlation(&pairs),
            Self::Elements { states, .. } => Value::array(states.into_iter().map(Self::finish)),
        }
    }
}

/// Pearson's correlation coefficient.
fn correlation(pairs: &[(f64, f64)]) -> Value {
    let count = pairs.len() as f64;
    let (mean_x, mean_y) = (
        pairs.iter().map(|(x, _)| x).sum::<f64>() / count,
        pairs.iter().map(|(_, y)| y).sum::<f64>() / count,
    );
    let sum =
        |term: fn(f64, f64) -> f64| pairs.iter().map(|(x, y)| term(x - mean_x, y - mean_y)).sum::<f64>();
    let spread = (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt();
    if spread > 0.0 { Value::Double(sum(|x, y| x * y) / spread) } else { Value::Null }
}
