//! Values as keys of groups and sets.

use std::hash::{Hash, Hasher};

use super::Value;

/// A value that can be looked up: null equals null, and a long equals the double of the same amount.
#[derive(Debug, Clone)]
pub(crate) struct Key(pub(crate) Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for Key {}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Double(a), Value::Double(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Record(a), Value::Record(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((m, a), (n, b))| m == n && same(a, b))
        }
        _ => super::equal(left, right).unwrap_or(false),
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

fn hash<H: Hasher>(value: &Value, state: &mut H) {
    std::mem::discriminant(match value {
        Value::Long(_) => &Value::Double(0.0),
        other => other,
    })
    .hash(state);
    match value {
        Value::Null => {}
        Value::Boolean(value) => value.hash(state),
        Value::Long(value) => (*value as f64).to_bits().hash(state),
        Value::Double(value) => (if *value == 0.0 { 0.0 } else { *value }).to_bits().hash(state),
        Value::String(text) | Value::SmartscapeId(text) => text.hash(state),
        Value::Timestamp(value) | Value::Duration(value) => value.hash(state),
        Value::Calendar { amount, unit } => (amount, unit).hash(state),
        Value::Timeframe(start, end) => (start, end).hash(state),
        Value::Array(elements) => elements.iter().for_each(|element| hash(element, state)),
        Value::Record(record) => record.iter().for_each(|(name, value)| {
            name.hash(state);
            hash(value, state);
        }),
        Value::Ip(address) => address.hash(state),
        Value::Uid(uid) => uid.hash(state),
        Value::Binary(bytes) => bytes.hash(state),
    }
}
