//! Bitwise functions.

use super::{Arguments, Function, function, named, required};
use crate::value::Value;

const PAIR: &[super::Parameter] = &[required("first"), required("second")];
const SHIFT: &[super::Parameter] = &[required("expression"), required("numberOfBits")];

pub(super) const FUNCTIONS: &[Function] = &[
    function("bitwiseAnd", PAIR, |a| pair(a, |x, y| x & y)),
    function("bitwiseOr", PAIR, |a| pair(a, |x, y| x | y)),
    function("bitwiseXor", PAIR, |a| pair(a, |x, y| x ^ y)),
    function("bitwiseNot", &[required("expression")], |a| a.long(0).map(|value| !value).into()),
    function("bitwiseCountOnes", &[required("expression")], |a| {
        a.long(0).map(|value| i64::from(value.count_ones())).into()
    }),
    function("bitwiseShiftLeft", SHIFT, |a| {
        pair(a, |value, by| u32::try_from(by).ok().and_then(|by| value.checked_shl(by)).unwrap_or(0))
    }),
    function(
        "bitwiseShiftRight",
        &[required("expression"), required("numberOfBits"), named("ignoreSign")],
        |a| {
            let unsigned = a.get(2) == &Value::Boolean(true);
            match (a.long(0), a.long(1)) {
                (Some(value), Some(by)) => {
                    let by = u32::try_from(by).unwrap_or(u32::MAX).min(63);
                    Value::Long(if unsigned {
                        (value.cast_unsigned() >> by).cast_signed()
                    } else {
                        value >> by
                    })
                }
                _ => Value::Null,
            }
        },
    ),
];

fn pair(arguments: &Arguments<'_>, operation: fn(i64, i64) -> i64) -> Value {
    match (arguments.long(0), arguments.long(1)) {
        (Some(first), Some(second)) => operation(first, second).into(),
        _ => Value::Null,
    }
}
