//! Functions that convert, cast and create values.

use super::{Arguments, Function, function, named, required, variadic};
use crate::value::{
    Uid, UidForm, Value, boolean_from, double_from, duration_from, ip_from, long_from, nanos_per,
    smartscape_id_from, text_of, timeframe_from, timestamp_from, uid_from,
};
use grailstage_dql::ast::DurationUnit;

pub(super) const FUNCTIONS: &[Function] = &[
    function("toString", &[required("value")], |a| text_of(a.get(0), a.zone()).into()),
    function("toBoolean", &[required("value")], |a| boolean_from(a.get(0))),
    function("toLong", &[required("value")], |a| long_from(a.get(0))),
    function("toDouble", &[required("value")], |a| double_from(a.get(0))),
    function("toTimestamp", &[required("value")], |a| timestamp_from(a.get(0), a.zone())),
    function("toDuration", &[required("value")], |a| duration_from(a.get(0))),
    function("toTimeframe", &[required("value")], |a| timeframe_from(a.get(0), a.zone())),
    function("toIp", &[required("value")], |a| ip_from(a.get(0))),
    function("toUid", &[required("value")], |a| uid_from(a.get(0))),
    function("toSmartscapeId", &[required("value")], |a| smartscape_id_from(a.get(0))),
    function("toVariant", &[required("value")], |a| a.get(0).clone()),
    function("toArray", &[required("value")], |a| match a.get(0) {
        Value::Null => Value::Null,
        array @ Value::Array(_) => array.clone(),
        value => Value::array([value.clone()]),
    }),
    function("asArray", &[required("value")], |a| cast(a, |v| matches!(v, Value::Array(_)))),
    function("asBinary", &[required("value")], |a| cast(a, |v| matches!(v, Value::Binary(_)))),
    function("asBoolean", &[required("value")], |a| cast(a, |v| matches!(v, Value::Boolean(_)))),
    function("asDouble", &[required("value")], |a| cast(a, |v| matches!(v, Value::Double(_)))),
    function("asDuration", &[required("value")], |a| cast(a, |v| matches!(v, Value::Duration(_)))),
    function("asIp", &[required("value")], |a| cast(a, |v| matches!(v, Value::Ip(_)))),
    function("asLong", &[required("value")], |a| cast(a, |v| matches!(v, Value::Long(_)))),
    function("asNumber", &[required("value")], |a| {
        cast(a, |v| matches!(v, Value::Long(_) | Value::Double(_)))
    }),
    function("asRecord", &[required("value")], |a| cast(a, |v| matches!(v, Value::Record(_)))),
    function("asSmartscapeId", &[required("value")], |a| cast(a, |v| matches!(v, Value::SmartscapeId(_)))),
    function("asString", &[required("value")], |a| cast(a, |v| matches!(v, Value::String(_)))),
    function("asTimeframe", &[required("value")], |a| cast(a, |v| matches!(v, Value::Timeframe(..)))),
    function("asTimestamp", &[required("value")], |a| cast(a, |v| matches!(v, Value::Timestamp(_)))),
    function("asUid", &[required("value")], |a| cast(a, |v| matches!(v, Value::Uid(_)))),
    function("array", &[variadic("expression")], |a| Value::array(a.rest.iter().cloned())),
    function("duration", &[required("value"), named("unit")], duration),
    function("ip", &[required("expression")], |a| ip_from(a.get(0))),
    function("timeframe", &[required("from"), named("to")], timeframe),
    function("smartscapeId", &[required("type"), required("numericId")], |a| match (a.text(0), a.long(1)) {
        (Some(kind), Some(id)) => Value::smartscape_id(format!("{kind}-{:016X}", id.cast_unsigned())),
        _ => Value::Null,
    }),
    function("uid64", &[required("value")], |a| match a.long(0) {
        Some(bits) => Value::Uid(Uid { high: 0, low: bits.cast_unsigned(), form: UidForm::Bits64 }),
        None => Value::Null,
    }),
    function("uid128", &[required("high"), required("low")], |a| uid(a, UidForm::Bits128)),
    function("uuid", &[required("mostSignificantBits"), required("leastSignificantBits")], |a| {
        uid(a, UidForm::Uuid)
    }),
    function("isUid64", &[required("value")], |a| is_form(a, UidForm::Bits64)),
    function("isUid128", &[required("value")], |a| is_form(a, UidForm::Bits128)),
    function("isUuid", &[required("value")], |a| is_form(a, UidForm::Uuid)),
    function("getHighBits", &[required("value")], |a| match a.get(0) {
        Value::Uid(uid) => Value::Long(uid.high.cast_signed()),
        Value::Ip(std::net::IpAddr::V6(address)) => {
            Value::Long(((u128::from(*address) >> 64) as u64).cast_signed())
        }
        Value::Ip(std::net::IpAddr::V4(_)) => Value::Long(0),
        _ => Value::Null,
    }),
    function("getLowBits", &[required("value")], |a| match a.get(0) {
        Value::Uid(uid) => Value::Long(uid.low.cast_signed()),
        Value::Ip(std::net::IpAddr::V6(address)) => Value::Long((u128::from(*address) as u64).cast_signed()),
        Value::Ip(std::net::IpAddr::V4(address)) => Value::Long(i64::from(u32::from(*address))),
        _ => Value::Null,
    }),
    function("getStart", &[required("timeframe")], |a| match a.get(0) {
        Value::Timeframe(start, _) => Value::Timestamp(*start),
        _ => Value::Null,
    }),
    function("getEnd", &[required("timeframe")], |a| match a.get(0) {
        Value::Timeframe(_, end) => Value::Timestamp(*end),
        _ => Value::Null,
    }),
    function("jsonField", &[required("expression"), required("fieldName"), named("seek")], |a| {
        json(a)
            .and_then(|json| Some(crate::value::value_from_json(json.get(a.text(1)?)?)))
            .unwrap_or_default()
    }),
    function("jsonPath", &[required("expression"), required("jsonPath"), named("seek")], |a| {
        json(a).and_then(|json| json_path(&json, a.text(1)?)).unwrap_or_default()
    }),
];

fn cast(arguments: &Arguments<'_>, has_type: fn(&Value) -> bool) -> Value {
    let value = arguments.get(0);
    if has_type(value) { value.clone() } else { Value::Null }
}

fn uid(arguments: &Arguments<'_>, form: UidForm) -> Value {
    match (arguments.long(0), arguments.long(1)) {
        (Some(high), Some(low)) => {
            Value::Uid(Uid { high: high.cast_unsigned(), low: low.cast_unsigned(), form })
        }
        _ => Value::Null,
    }
}

fn is_form(arguments: &Arguments<'_>, form: UidForm) -> Value {
    match arguments.get(0) {
        Value::Uid(uid) => Value::Boolean(uid.form == form),
        Value::Null => Value::Null,
        _ => Value::Boolean(false),
    }
}

fn duration(arguments: &Arguments<'_>) -> Value {
    let unit = match arguments.text(1).unwrap_or("ns") {
        "ns" => DurationUnit::Nanosecond,
        "us" => DurationUnit::Microsecond,
        "ms" => DurationUnit::Millisecond,
        "s" => DurationUnit::Second,
        "m" => DurationUnit::Minute,
        "h" => DurationUnit::Hour,
        "d" => DurationUnit::Day,
        _ => return Value::Null,
    };
    let per = nanos_per(unit).unwrap_or(1);
    match arguments.get(0) {
        Value::Long(amount) => amount.checked_mul(per).map_or(Value::Null, Value::Duration),
        Value::Double(amount) => Value::Duration((amount * per as f64).round() as i64),
        _ => Value::Null,
    }
}

/// A timeframe; durations are offsets to now, and without an end it ends now.
fn timeframe(arguments: &Arguments<'_>) -> Value {
    let now = Value::Timestamp(arguments.context.options.now);
    let at = |value: &Value| match value {
        Value::Duration(_) | Value::Calendar { .. } => crate::value::add(&now, value, arguments.zone()),
        Value::Null => Value::Null,
        other => timestamp_from(other, arguments.zone()),
    };
    let end = if arguments.get(1).is_null() { now.clone() } else { at(arguments.get(1)) };
    match (at(arguments.get(0)), end) {
        (Value::Timestamp(start), Value::Timestamp(end)) => Value::Timeframe(start, end),
        _ => Value::Null,
    }
}

fn json(arguments: &Arguments<'_>) -> Option<serde_json::Value> {
    let text = arguments.text(0)?;
    let start = match arguments.get(2) {
        Value::Boolean(true) => text.find(['{', '['])?,
        _ => 0,
    };
    serde_json::Deserializer::from_str(text.get(start..)?).into_iter().next()?.ok()
}

/// The members and elements of a JSON path: `$.a.b[0]['c']`, or the same without `$.`.
fn json_path(json: &serde_json::Value, path: &str) -> Option<Value> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut found = json;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (key, after) = inside.split_once(']')?;
            let name = key.trim_matches(['\'', '"']);
            found = match key.parse::<i64>() {
                Ok(index) => {
                    let elements = found.as_array()?;
                    let index =
                        if index < 0 { index.checked_add_unsigned(elements.len() as u64)? } else { index };
                    elements.get(usize::try_from(index).ok()?)?
                }
                Err(_) => found.get(name)?,
            };
            rest = after;
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, after) = rest.split_at_checked(end)?;
            found = found.get(key)?;
            rest = after;
        }
    }
    Some(crate::value::value_from_json(found))
}
