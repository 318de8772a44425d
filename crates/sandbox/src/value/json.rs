//! Values as JSON, encoded as the Grail query API does it: longs and durations are strings, because 64 bits do not fit
//! into a JavaScript number; timestamps have nine digits behind the point. Source: Grail query API, `ResultRecord`.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{TimestampStyle, Value, format_timestamp};
use crate::record::{Name, Record};

/// Appends a value to a JSON text; timestamps are in `zone`.
pub(crate) fn write_json(value: &Value, out: &mut String, zone: &TimeZone) {
    use std::fmt::Write as _;
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Long(value) | Value::Duration(value) => {
            let _ = write!(out, "\"{value}\"");
        }
        Value::Double(value) if value.is_finite() => {
            let _ = write!(out, "{value}");
        }
        Value::Double(value) => {
            let _ = write!(out, "\"{}\"", super::conversion::double_text(*value));
        }
        Value::String(text) | Value::SmartscapeId(text) => write_string(text, out),
        Value::Timestamp(nanos) => {
            let _ = write!(out, "\"{}\"", format_timestamp(*nanos, zone, TimestampStyle::Result));
        }
        Value::Calendar { amount, .. } => {
            let _ = write!(out, "\"{amount}\"");
        }
        Value::Timeframe(start, end) => {
            let _ = write!(
                out,
                "{{\"start\":\"{}\",\"end\":\"{}\"}}",
                format_timestamp(*start, zone, TimestampStyle::Result),
                format_timestamp(*end, zone, TimestampStyle::Result)
            );
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(element, out, zone);
            }
            out.push(']');
        }
        Value::Record(record) => write_record(record, out, zone),
        Value::Ip(address) => {
            let _ = write!(out, "\"{address}\"");
        }
        Value::Uid(uid) => {
            let _ = write!(out, "\"{uid}\"");
        }
        Value::Binary(bytes) => {
            out.push('"');
            out.push_str(&crate::encoding::base64(bytes));
            out.push('"');
        }
    }
}

/// Appends a record to a JSON text.
pub(crate) fn write_record(record: &Record, out: &mut String, zone: &TimeZone) {
    out.push('{');
    for (index, (name, value)) in record.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        write_json(value, out, zone);
    }
    out.push('}');
}

/// Appends a JSON string.
pub(crate) fn write_string(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|character: char| matches!(character, '"' | '\\') || character < ' ') {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = tail.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// A value from plain JSON, such as a DQL `JSON` matcher or a file of records gives: whole numbers are longs, other
/// numbers doubles, strings stay strings.
pub(crate) fn value_from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Boolean(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(value) => Value::Long(value),
            None => number.as_f64().into(),
        },
        serde_json::Value::String(text) => Value::string(text),
        serde_json::Value::Array(elements) => Value::array(elements.iter().map(value_from_json)),
        serde_json::Value::Object(members) => Value::Record(Arc::new(
            members.iter().map(|(name, value)| (Name::from(name.as_str()), value_from_json(value))).collect(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value) -> String {
        let mut out = String::new();
        write_json(value, &mut out, &TimeZone::UTC);
        out
    }

    #[test]
    fn longs_and_durations_are_strings() {
        assert_eq!(written(&Value::Long(9_007_199_254_740_993)), "\"9007199254740993\"");
        assert_eq!(written(&Value::Duration(300_000_000_000)), "\"300000000000\"");
    }

    #[test]
    fn doubles_are_numbers_unless_not_finite() {
        assert_eq!(written(&Value::Double(0.5)), "0.5");
        assert_eq!(written(&Value::Double(1.0)), "1");
        assert_eq!(written(&Value::Double(f64::NAN)), "\"NaN\"");
        assert_eq!(written(&Value::Double(f64::NEG_INFINITY)), "\"-Infinity\"");
    }

    #[test]
    fn strings_are_what_a_json_parser_reads_back() {
        for text in ["", "a\"b\\c", "line\nbreak\ttab\u{1}", "😀 `|`"] {
            let read: String = serde_json::from_str(&written(&Value::string(text))).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn a_timeframe_is_an_object() {
        assert_eq!(
            written(&Value::Timeframe(0, 1)),
            r#"{"start":"1970-01-01T00:00:00.000000000Z","end":"1970-01-01T00:00:00.000000001Z"}"#
        );
    }
}
