//! Mathematical functions and constants.

use super::{Arguments, Function, function, named, required};
use crate::record::Record;
use crate::value::{Value, add};

const X: &[super::Parameter] = &[required("expression")];
const BINNED: &[super::Parameter] = &[required("expression"), required("interval"), named("at")];

pub(super) const FUNCTIONS: &[Function] = &[
    function("abs", X, |a| match a.get(0) {
        Value::Long(value) => Value::Long(value.wrapping_abs()),
        Value::Double(value) => Value::Double(value.abs()),
        Value::Duration(value) => Value::Duration(value.wrapping_abs()),
        _ => Value::Null,
    }),
    function("acos", X, |a| real(a, f64::acos)),
    function("asin", X, |a| real(a, f64::asin)),
    function("atan", X, |a| real(a, f64::atan)),
    function("cbrt", X, |a| real(a, f64::cbrt)),
    function("cos", X, |a| real(a, f64::cos)),
    function("cosh", X, |a| real(a, f64::cosh)),
    function("degreeToRadian", X, |a| real(a, f64::to_radians)),
    function("exp", X, |a| real(a, f64::exp)),
    function("log", X, |a| real(a, f64::ln)),
    function("log10", X, |a| real(a, f64::log10)),
    function("log1p", X, |a| real(a, f64::ln_1p)),
    function("radianToDegree", X, |a| real(a, f64::to_degrees)),
    function("sin", X, |a| real(a, f64::sin)),
    function("sinh", X, |a| real(a, f64::sinh)),
    function("sqrt", X, |a| real(a, f64::sqrt)),
    function("tan", X, |a| real(a, f64::tan)),
    function("tanh", X, |a| real(a, f64::tanh)),
    function("e", &[], |_| Value::Double(std::f64::consts::E)),
    function("pi", &[], |_| Value::Double(std::f64::consts::PI)),
    function("atan2", &[required("ordinate"), required("abscissa")], |a| two(a, f64::atan2)),
    function("hypotenuse", &[required("x"), required("y")], |a| two(a, f64::hypot)),
    function("power", &[required("base"), required("exponent")], |a| two(a, f64::powf)),
    function("ceil", X, |a| whole(a, f64::ceil)),
    function("floor", X, |a| whole(a, f64::floor)),
    function("signum", X, |a| match a.get(0) {
        Value::Long(value) => Value::Long(value.signum()),
        Value::Double(value) => Value::Double(if *value == 0.0 { 0.0 } else { value.signum() }),
        _ => Value::Null,
    }),
    function("round", &[required("expression"), named("decimals")], |a| match (a.get(0), a.long(1)) {
        (Value::Long(value), _) => Value::Long(*value),
        (Value::Double(value), None | Some(0)) => Value::Long(value.round() as i64),
        (Value::Double(value), Some(decimals)) => {
            let factor = 10_f64.powi(i32::try_from(decimals.clamp(0, 300)).unwrap_or(0));
            let rounded = (value * factor).round() / factor;
            Value::Double(if rounded.is_finite() { rounded } else { *value })
        }
        _ => Value::Null,
    }),
    function("hexStringToNumber", X, |a| {
        a.text(0)
            .and_then(|text| u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok())
            .map(u64::cast_signed)
            .into()
    }),
    function("numberToHexString", &[required("expression"), named("minLength")], |a| {
        let length = usize::try_from(a.long(1).unwrap_or(0)).unwrap_or(0).min(64);
        a.long(0).map(|value| format!("{value:0length$x}")).into()
    }),
    function("bin", BINNED, |a| bin(a).unwrap_or_default()),
    function("range", BINNED, |a| match bin(a) {
        Some(start) => {
            let end = add(&start, a.get(1), a.zone());
            Value::record(Record::new().with("start", start).with("end", end))
        }
        None => Value::Null,
    }),
];

fn real(arguments: &Arguments<'_>, function: fn(f64) -> f64) -> Value {
    arguments.number(0).map(function).into()
}

fn two(arguments: &Arguments<'_>, function: fn(f64, f64) -> f64) -> Value {
    match (arguments.number(0), arguments.number(1)) {
        (Some(x), Some(y)) => function(x, y).into(),
        _ => Value::Null,
    }
}

fn whole(arguments: &Arguments<'_>, function: fn(f64) -> f64) -> Value {
    match arguments.get(0) {
        Value::Long(value) => Value::Long(*value),
        Value::Double(value) => Value::Double(function(*value)),
        _ => Value::Null,
    }
}

/// The start of the interval that holds a value: multiples of the interval from `at`, or from 0 and 1970.
fn bin(arguments: &Arguments<'_>) -> Option<Value> {
    let whole = |value: i64, interval: i64, at: i64| {
        let past = value.checked_sub(at)?.checked_rem_euclid(interval).filter(|_| interval > 0)?;
        value.checked_sub(past)
    };
    match (arguments.get(0), arguments.get(1), arguments.get(2)) {
        (Value::Timestamp(time), Value::Duration(interval), at) => {
            whole(*time, *interval, at.as_timestamp().unwrap_or(0)).map(Value::Timestamp)
        }
        (Value::Duration(value), Value::Duration(interval), at) => {
            let at = if let Value::Duration(at) = at { *at } else { 0 };
            whole(*value, *interval, at).map(Value::Duration)
        }
        (Value::Long(value), Value::Long(interval), at) if !matches!(at, Value::Double(_)) => {
            whole(*value, *interval, at.as_long().unwrap_or(0)).map(Value::Long)
        }
        (value, interval, at) => {
            let (value, interval) =
                (value.as_number()?, interval.as_number().filter(|interval| *interval > 0.0)?);
            let at = at.as_number().unwrap_or(0.0);
            Some(Value::Double(((value - at) / interval).floor().mul_add(interval, at)))
        }
    }
}
