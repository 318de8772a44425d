//! The typed arithmetic of DQL: what the table of operand types does not list is null.
//! Source: docs.dynatrace.com, DQL operators.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Value, add_calendar};

/// `left + right`
pub(crate) fn add(left: &Value, right: &Value, zone: &jiff::tz::TimeZone) -> Value {
    match (left, right) {
        (Value::Long(a), Value::Long(b)) => Value::Long(a.wrapping_add(*b)),
        (Value::Timestamp(time), Value::Duration(by)) | (Value::Duration(by), Value::Timestamp(time)) => {
            time.checked_add(*by).map_or(Value::Null, Value::Timestamp)
        }
        (Value::Timestamp(time), Value::Calendar { amount, unit })
        | (Value::Calendar { amount, unit }, Value::Timestamp(time)) => {
            add_calendar(*time, *amount, *unit, zone).map_or(Value::Null, Value::Timestamp)
        }
        (Value::Duration(a), Value::Duration(b)) => a.checked_add(*b).map_or(Value::Null, Value::Duration),
        (Value::Calendar { amount: a, unit: of }, Value::Calendar { amount: b, unit }) if of == unit => {
            Value::Calendar { amount: a.wrapping_add(*b), unit: *unit }
        }
        (Value::Timeframe(start, end), Value::Duration(by))
        | (Value::Duration(by), Value::Timeframe(start, end)) => {
            match (start.checked_add(*by), end.checked_add(*by)) {
                (Some(start), Some(end)) => Value::Timeframe(start, end),
                _ => Value::Null,
            }
        }
        (Value::Ip(address), Value::Long(by)) | (Value::Long(by), Value::Ip(address)) => {
            shift_ip(*address, *by)
        }
        (Value::Ip(address), Value::Double(by)) | (Value::Double(by), Value::Ip(address)) => {
            shift_ip(*address, *by as i64)
        }
        _ => numbers(left, right, |a, b| a + b),
    }
}

/// `left - right`
pub(crate) fn subtract(left: &Value, right: &Value, zone: &jiff::tz::TimeZone) -> Value {
    match (left, right) {
        (Value::Long(a), Value::Long(b)) => Value::Long(a.wrapping_sub(*b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => a.checked_sub(*b).map_or(Value::Null, Value::Duration),
        (Value::Duration(_), Value::Timestamp(_) | Value::Timeframe(..)) => Value::Null,
        (Value::Ip(address), Value::Long(by)) => shift_ip(*address, by.wrapping_neg()),
        (Value::Long(_) | Value::Double(_), Value::Ip(_)) => Value::Null,
        (_, Value::Duration(_) | Value::Calendar { .. } | Value::Double(_)) => {
            add(left, &negate(right), zone)
        }
        _ => numbers(left, right, |a, b| a - b),
    }
}

/// `left * right`
pub(crate) fn multiply(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Long(a), Value::Long(b)) => Value::Long(a.wrapping_mul(*b)),
        (Value::Duration(span), Value::Long(by)) | (Value::Long(by), Value::Duration(span)) => {
            span.checked_mul(*by).map_or(Value::Null, Value::Duration)
        }
        (Value::Duration(span), Value::Double(by)) | (Value::Double(by), Value::Duration(span)) => {
            Value::Duration((*span as f64 * by).round() as i64)
        }
        _ => numbers(left, right, |a, b| a * b),
    }
}

/// `left / right`: two longs make a long, truncated.
pub(crate) fn divide(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Long(a), Value::Long(b)) => a.checked_div(*b).map_or(Value::Null, Value::Long),
        (Value::Duration(a), Value::Duration(b)) => {
            if *b == 0 {
                Value::Null
            } else {
                Value::Double(*a as f64 / *b as f64)
            }
        }
        (Value::Duration(span), Value::Long(by)) => {
            span.checked_div(*by).map_or(Value::Null, Value::Duration)
        }
        (Value::Duration(span), Value::Double(by)) => {
            if *by == 0.0 {
                Value::Null
            } else {
                Value::Duration((*span as f64 / by).round() as i64)
            }
        }
        _ => numbers(left, right, |a, b| a / b),
    }
}

/// `left % right`
pub(crate) fn remainder(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Long(a), Value::Long(b)) => a.checked_rem(*b).map_or(Value::Null, Value::Long),
        (Value::Duration(a), Value::Duration(b)) => a.checked_rem(*b).map_or(Value::Null, Value::Duration),
        _ => numbers(left, right, |a, b| a % b),
    }
}

/// `-operand`
pub(crate) fn negate(operand: &Value) -> Value {
    match operand {
        Value::Long(value) => Value::Long(value.wrapping_neg()),
        Value::Double(value) => Value::Double(-value),
        Value::Duration(value) => Value::Duration(value.wrapping_neg()),
        Value::Calendar { amount, unit } => Value::Calendar { amount: amount.wrapping_neg(), unit: *unit },
        _ => Value::Null,
    }
}

fn numbers(left: &Value, right: &Value, operation: impl Fn(f64, f64) -> f64) -> Value {
    match (left.as_number(), right.as_number()) {
        (Some(a), Some(b)) => Value::Double(operation(a, b)),
        _ => Value::Null,
    }
}

fn shift_ip(address: IpAddr, by: i64) -> Value {
    match address {
        IpAddr::V4(address) => {
            let shifted =
                i64::from(u32::from(address)).checked_add(by).and_then(|bits| u32::try_from(bits).ok());
            shifted.map_or(Value::Null, |bits| Value::Ip(IpAddr::V4(Ipv4Addr::from(bits))))
        }
        IpAddr::V6(address) => u128::from(address)
            .checked_add_signed(i128::from(by))
            .map_or(Value::Null, |bits| Value::Ip(IpAddr::V6(Ipv6Addr::from(bits)))),
    }
}
