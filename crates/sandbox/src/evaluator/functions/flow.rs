//! Functions that choose, and functions that answer true or false.

use super::{Arguments, Function, function, named, required, variadic};
use crate::value::{Value, equal, type_name};

pub(super) const FUNCTIONS: &[Function] = &[
    function("if", &[required("condition"), required("then"), named("else")], |a| match a.get(0) {
        Value::Boolean(true) => a.get(1).clone(),
        _ => a.get(2).clone(),
    }),
    function("coalesce", &[variadic("expression")], |a| {
        a.rest.iter().find(|value| !value.is_null()).cloned().unwrap_or_default()
    }),
    function("isNull", &[required("expression")], |a| a.get(0).is_null().into()),
    function("isNotNull", &[required("expression")], |a| (!a.get(0).is_null()).into()),
    function("isTrueOrNull", &[required("expression")], |a| {
        matches!(a.get(0), Value::Null | Value::Boolean(true)).into()
    }),
    function("isFalseOrNull", &[required("expression")], |a| {
        matches!(a.get(0), Value::Null | Value::Boolean(false)).into()
    }),
    function("isFinite", &[required("expression")], |a| a.number(0).map(f64::is_finite).into()),
    function("isInfinite", &[required("expression")], |a| a.number(0).map(f64::is_infinite).into()),
    function("isNaN", &[required("expression")], |a| a.number(0).map(f64::is_nan).into()),
    function("in", &[required("element"), variadic("elements")], is_in),
    function("type", &[required("expression"), named("withSubtype")], |a| match a.get(0) {
        Value::Null => Value::Null,
        value => type_name(value).into(),
    }),
    function("random", &[], |a| a.context.random().into()),
];

/// Whether any needle equals any element of the haystacks; null when that hangs on a null.
fn is_in(arguments: &Arguments<'_>) -> Value {
    let needle = arguments.get(0);
    let needles = needle.as_array().unwrap_or(std::slice::from_ref(needle));
    let mut unknown = needle.is_null();
    for hay in arguments.rest {
        for straw in hay.as_array().unwrap_or(std::slice::from_ref(hay)) {
            for needle in needles {
                match equal(needle, straw) {
                    Some(true) => return Value::Boolean(true),
                    Some(false) => {}
                    None => unknown = unknown || needle.is_null(),
                }
            }
        }
    }
    if unknown { Value::Null } else { Value::Boolean(false) }
}
