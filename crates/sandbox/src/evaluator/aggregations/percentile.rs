//! Percentiles: linear interpolation between the two nearest values.

use crate::value::{NullOrder, Value, total_order};

/// The percentile (0 to 100) of values of one type; null of nothing. Sorts the values.
pub(crate) fn percentile_of(values: &mut [Value], percentile: f64) -> Value {
    values.sort_by(|a, b| total_order(a, b, NullOrder::Last));
    let Some(last) = values.len().checked_sub(1) else { return Value::Null };
    let rank = (percentile.clamp(0.0, 100.0) / 100.0) * last as f64;
    let below = rank.floor();
    let part = rank - below;
    let at = |index: f64| values.get(index as usize).unwrap_or(&Value::Null);
    match (at(below), at(rank.ceil())) {
        (Value::Duration(a), Value::Duration(b)) => {
            Value::Duration(between(*a as f64, *b as f64, part) as i64)
        }
        (Value::Timestamp(a), Value::Timestamp(b)) => {
            Value::Timestamp(a + between(0.0, (b - a) as f64, part) as i64)
        }
        (Value::Boolean(a), _) => Value::Boolean(*a),
        (a, b) => match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => Value::Double(between(a, b, part)),
            _ => Value::Null,
        },
    }
}

fn between(a: f64, b: f64, part: f64) -> f64 {
    (b - a).mul_add(part, a)
}

/// How many percent of the values are at most `value`.
pub(crate) fn percent_rank(values: &[f64], value: f64) -> Value {
    if values.is_empty() {
        return Value::Null;
    }
    let below = values.iter().filter(|candidate| **candidate <= value).count();
    Value::Double(100.0 * below as f64 / values.len() as f64)
}
