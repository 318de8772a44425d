//! Equality and order of values.

use std::cmp::Ordering;

use super::Value;

/// `left == right`: nothing (null) when either is null, false across types, arrays and records by value.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    if left.is_null() || right.is_null() {
        return None;
    }
    Some(same(left, right))
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Long(a), Value::Double(b)) | (Value::Double(b), Value::Long(a)) => *a as f64 == *b,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Record(a), Value::Record(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

/// The order of two values for `<`, `<=`, `>` and `>=`: nothing (null) where the types have no order with each other.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Long(a), Value::Long(b)) => Some(a.cmp(b)),
        (Value::Long(_) | Value::Double(_), Value::Long(_) | Value::Double(_)) => {
            left.as_number()?.partial_cmp(&right.as_number()?)
        }
        (Value::String(a), Value::String(b)) | (Value::SmartscapeId(a), Value::SmartscapeId(b)) => {
            Some(a.cmp(b))
        }
        (Value::Timestamp(a), Value::Timestamp(b)) | (Value::Duration(a), Value::Duration(b)) => {
            Some(a.cmp(b))
        }
        (Value::Ip(a), Value::Ip(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Where null stands when records are sorted in ascending order; descending order is the exact reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NullOrder {
    /// After every value.
    #[default]
    Last,
    /// Before every value.
    First,
}

/// An order of all values, for sorting and for the extreme values of aggregations: by type, then by value.
pub(crate) fn total_order(left: &Value, right: &Value, nulls: NullOrder) -> Ordering {
    if let Some(order) = compare(left, right) {
        return order;
    }
    match (left, right) {
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Double(_) | Value::Long(_), Value::Double(_) | Value::Long(_)) => {
            // Only NaN is left without an order: it stands after the numbers.
            let is_nan = |value: &Value| value.as_number().is_some_and(f64::is_nan);
            is_nan(left).cmp(&is_nan(right))
        }
        (Value::Uid(a), Value::Uid(b)) => a.cmp(b),
        (Value::Timeframe(a, b), Value::Timeframe(c, d)) => (a, b).cmp(&(c, d)),
        (Value::Binary(a), Value::Binary(b)) => a.cmp(b),
        (Value::Array(a), Value::Array(b)) => a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| total_order(a, b, nulls))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        (Value::Record(a), Value::Record(b)) => a
            .iter()
            .zip(b.iter())
            .map(|((m, a), (n, b))| m.cmp(n).then_with(|| total_order(a, b, nulls)))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        _ => rank(left, nulls).cmp(&rank(right, nulls)),
    }
}

fn rank(value: &Value, nulls: NullOrder) -> u8 {
    match value {
        Value::Null => match nulls {
            NullOrder::First => 0,
            NullOrder::Last => u8::MAX,
        },
        Value::Boolean(_) => 1,
        Value::Long(_) | Value::Double(_) => 2,
        Value::String(_) => 3,
        Value::Timestamp(_) => 4,
        Value::Duration(_) => 5,
        Value::Calendar { .. } => 6,
        Value::Timeframe(..) => 7,
        Value::Ip(_) => 8,
        Value::Uid(_) => 9,
        Value::SmartscapeId(_) => 10,
        Value::Binary(_) => 11,
        Value::Array(_) => 12,
        Value::Record(_) => 13,
    }
}
