//! Conversions between types: `toLong` and its kind. What cannot be converted is null; an array is its first element.
//! Source: docs.dynatrace.com, DQL conversion and casting functions.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{TimestampStyle, Uid, UidForm, Value, format_timestamp, parse_timestamp};

fn first(value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.first().cloned().unwrap_or_default(),
        other => other.clone(),
    }
}

/// `toBoolean`
pub(crate) fn boolean_from(value: &Value) -> Value {
    match first(value) {
        Value::Boolean(value) => Value::Boolean(value),
        Value::Long(value) => Value::Boolean(value != 0),
        Value::Double(value) => Value::Boolean(value != 0.0),
        Value::String(text) => Value::Boolean(text.eq_ignore_ascii_case("true")),
        _ => Value::Null,
    }
}

/// `toLong`
pub(crate) fn long_from(value: &Value) -> Value {
    match first(value) {
        Value::Boolean(value) => Value::Long(i64::from(value)),
        Value::Long(value) | Value::Timestamp(value) | Value::Duration(value) => Value::Long(value),
        Value::Double(value) if value.is_finite() => Value::Long(value as i64),
        Value::String(text) => {
            let text = text.trim();
            text.parse::<i64>()
                .ok()
                .or_else(|| {
                    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| value as i64)
                })
                .into()
        }
        Value::Ip(IpAddr::V4(address)) => Value::Long(i64::from(u32::from(address))),
        Value::Ip(IpAddr::V6(address)) => i64::try_from(u128::from(address)).ok().into(),
        Value::Uid(uid) if uid.form == UidForm::Bits64 => Value::Long(uid.low.cast_signed()),
        _ => Value::Null,
    }
}

/// `toDouble`
pub(crate) fn double_from(value: &Value) -> Value {
    match first(value) {
        Value::Double(value) => Value::Double(value),
        Value::String(text) => text.trim().parse::<f64>().ok().into(),
        other => long_from(&other).as_number().into(),
    }
}

/// `toTimestamp`: strings are ISO 8601, numbers are nanoseconds since 1970.
pub(crate) fn timestamp_from(value: &Value, zone: &TimeZone) -> Value {
    match first(value) {
        Value::Timestamp(value) | Value::Long(value) => Value::Timestamp(value),
        Value::Double(value) if value.is_finite() => Value::Timestamp(value as i64),
        Value::String(text) => parse_timestamp(&text, zone)
            .or_else(|| text.trim().parse::<i64>().ok())
            .map_or(Value::Null, Value::Timestamp),
        _ => Value::Null,
    }
}

/// `toDuration`: numbers are nanoseconds, strings are `5m` or nanoseconds.
pub(crate) fn duration_from(value: &Value) -> Value {
    match first(value) {
        Value::Duration(value) | Value::Long(value) => Value::Duration(value),
        Value::Double(value) if value.is_finite() => Value::Duration(value.round() as i64),
        Value::Timeframe(start, end) => end.checked_sub(start).map_or(Value::Null, Value::Duration),
        Value::String(text) => parse_duration(text.trim()).map_or(Value::Null, Value::Duration),
        _ => Value::Null,
    }
}

fn parse_duration(text: &str) -> Option<i64> {
    let digits =
        text.find(|character: char| !character.is_ascii_digit() && character != '-').unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(digits)?;
    let per = match unit.trim() {
        "" | "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => super::SECOND,
        "m" => super::MINUTE,
        "h" => super::HOUR,
        "d" => super::DAY,
        _ => return None,
    };
    amount.parse::<i64>().ok()?.checked_mul(per)
}

/// `toTimeframe`: a string is `start/end`.
pub(crate) fn timeframe_from(value: &Value, zone: &TimeZone) -> Value {
    match first(value) {
        Value::Timeframe(start, end) => Value::Timeframe(start, end),
        Value::String(text) => text
            .split_once('/')
            .and_then(|(start, end)| Some((parse_timestamp(start, zone)?, parse_timestamp(end, zone)?)))
            .map_or(Value::Null, |(start, end)| Value::Timeframe(start, end)),
        _ => Value::Null,
    }
}

/// `toIp`
pub(crate) fn ip_from(value: &Value) -> Value {
    match first(value) {
        Value::Ip(address) => Value::Ip(address),
        Value::String(text) => text.trim().parse().map_or(Value::Null, Value::Ip),
        Value::Long(bits) => {
            u32::try_from(bits).map_or(Value::Null, |bits| Value::Ip(IpAddr::V4(Ipv4Addr::from(bits))))
        }
        _ => Value::Null,
    }
}

/// `toUid`: 16 or 32 hexadecimal digits, or a UUID.
pub(crate) fn uid_from(value: &Value) -> Value {
    match first(value) {
        Value::Uid(uid) => Value::Uid(uid),
        Value::Long(bits) => Value::Uid(Uid { high: 0, low: bits.cast_unsigned(), form: UidForm::Bits64 }),
        Value::String(text) => parse_uid(text.trim()).map_or(Value::Null, Value::Uid),
        _ => Value::Null,
    }
}

fn parse_uid(text: &str) -> Option<Uid> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        return None;
    }
    let digits: String = text.chars().filter(|character| *character != '-').collect();
    let bits = u128::from_str_radix(&digits, 16).ok()?;
    let (high, low) = ((bits >> 64) as u64, bits as u64);
    match (digits.len(), text.len()) {
        (16, 16) => Some(Uid { high: 0, low, form: UidForm::Bits64 }),
        (32, 32) => Some(Uid { high, low, form: UidForm::Bits128 }),
        (32, 36) => Some(Uid { high, low, form: UidForm::Uuid }),
        _ => None,
    }
}

/// `toSmartscapeId`: a type in capitals, a hyphen and 16 hexadecimal digits.
pub(crate) fn smartscape_id_from(value: &Value) -> Value {
    match first(value) {
        Value::SmartscapeId(id) => Value::SmartscapeId(id),
        Value::String(text) if is_smartscape_id(&text) => Value::SmartscapeId(Arc::clone(&text)),
        _ => Value::Null,
    }
}

fn is_smartscape_id(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(kind, digits)| {
        !kind.is_empty()
            && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
            && digits.len() == 16
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The text of a value as `toString` writes it; nothing for null.
pub(crate) fn text_of(value: &Value, zone: &TimeZone) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Boolean(value) => value.to_string(),
        Value::Long(value) | Value::Duration(value) => value.to_string(),
        Value::Double(value) => double_text(*value),
        Value::String(text) | Value::SmartscapeId(text) => text.to_string(),
        Value::Timestamp(nanos) => format_timestamp(*nanos, zone, TimestampStyle::Result),
        Value::Calendar { amount, unit } => format!("{amount} {unit:?}").to_lowercase(),
        Value::Timeframe(start, end) => format!(
            "{}/{}",
            format_timestamp(*start, zone, TimestampStyle::Result),
            format_timestamp(*end, zone, TimestampStyle::Result)
        ),
        Value::Ip(address) => address.to_string(),
        Value::Uid(uid) => uid.to_string(),
        Value::Array(_) | Value::Record(_) | Value::Binary(_) => {
            let mut text = String::new();
            super::write_json(value, &mut text, zone);
            text
        }
    })
}

/// A double as text: whole numbers keep one digit behind the point.
pub(crate) fn double_text(value: f64) -> String {
    if value.is_nan() {
        "NaN".into()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".into() } else { "-Infinity".into() }
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value:.1}")
    } else {
        value.to_string()
    }
}
