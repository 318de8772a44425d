//! Array functions.

use super::{Arguments, Function, function, named, required, variadic};
use crate::evaluator::aggregations::percentile_of;
use crate::evaluator::expression::element;
use crate::value::{Key, Value, add, divide, double_from, equal, subtract, total_order};

const ARRAY: &[super::Parameter] = &[required("array")];
const WINDOW: &[super::Parameter] = &[required("array"), required("windowSize")];
const VECTORS: &[super::Parameter] = &[required("first"), required("second")];

pub(super) const FUNCTIONS: &[Function] = &[
    function("arraySize", ARRAY, |a| a.array(0).map(<[Value]>::len).into()),
    function("arrayFirst", ARRAY, |a| present(a).next().cloned().unwrap_or_default()),
    function("arrayLast", ARRAY, |a| present(a).last().cloned().unwrap_or_default()),
    function("arrayElement", &[required("array"), required("index")], |a| {
        a.array(0).map(|array| element(array, a.get(1))).unwrap_or_default()
    }),
    function("arrayConcat", &[variadic("array")], |a| {
        let arrays: Option<Vec<&[Value]>> = a.rest.iter().map(Value::as_array).collect();
        arrays.map_or(Value::Null, |arrays| Value::array(arrays.concat()))
    }),
    function("arrayDistinct", ARRAY, |a| {
        mapped(a, |array| {
            let mut seen = std::collections::HashSet::new();
            array.iter().filter(|value| seen.insert(Key((*value).clone()))).cloned().collect()
        })
    }),
    function("arrayFlatten", ARRAY, |a| {
        mapped(a, |array| {
            array
                .iter()
                .flat_map(|value| value.as_array().unwrap_or(std::slice::from_ref(value)))
                .cloned()
                .collect()
        })
    }),
    function("arrayRemoveNulls", ARRAY, |a| {
        mapped(a, |array| array.iter().filter(|v| !v.is_null()).cloned().collect())
    }),
    function("arrayReverse", ARRAY, |a| mapped(a, |array| array.iter().rev().cloned().collect())),
    function("arraySort", &[required("array"), named("direction")], |a| {
        let nulls = a.context.options.null_order;
        let descending = a.text(1).is_some_and(|direction| direction.starts_with("desc"));
        a.array(0).map_or(Value::Null, |array| {
            let mut sorted = array.to_vec();
            sorted
                .sort_by(|x, y| if descending { total_order(y, x, nulls) } else { total_order(x, y, nulls) });
            Value::array(sorted)
        })
    }),
    function("arraySlice", &[required("array"), named("from"), named("to")], |a| {
        a.array(0).map_or(Value::Null, |array| {
            let from = bound(a.long(1).unwrap_or(0), array.len());
            let to = bound(a.long(2).unwrap_or(i64::MAX), array.len());
            Value::array(array.get(from..to.max(from)).unwrap_or_default().to_vec())
        })
    }),
    function("arrayIndexOf", &[required("array"), required("value")], |a| {
        a.array(0).map(|array| index(array.iter().position(|v| equal(v, a.get(1)) == Some(true)))).into()
    }),
    function("arrayLastIndexOf", &[required("array"), required("value")], |a| {
        a.array(0).map(|array| index(array.iter().rposition(|v| equal(v, a.get(1)) == Some(true)))).into()
    }),
    function("arrayToString", &[required("array"), named("delimiter")], |a| {
        let delimiter = a.text(1).unwrap_or_default();
        a.array(0)
            .map(|array| {
                let parts: Vec<String> =
                    array.iter().filter_map(|value| crate::value::text_of(value, a.zone())).collect();
                parts.join(delimiter)
            })
            .into()
    }),
    function("arraySum", ARRAY, |a| match a.array(0) {
        Some(array) => sum(a, array),
        None => Value::Null,
    }),
    function("arrayAvg", ARRAY, |a| match a.array(0) {
        Some(array) => {
            let count = array.iter().filter(|value| is_summable(value)).count();
            if count == 0 { Value::Double(0.0) } else { divide(&sum(a, array), &Value::from(count)) }
        }
        None => Value::Null,
    }),
    function("arrayMin", ARRAY, |a| {
        present(a).min_by(|x, y| total_order(x, y, a.context.options.null_order)).cloned().unwrap_or_default()
    }),
    function("arrayMax", ARRAY, |a| {
        present(a).max_by(|x, y| total_order(x, y, a.context.options.null_order)).cloned().unwrap_or_default()
    }),
    function("arrayMedian", ARRAY, |a| percentile_of(&mut present(a).cloned().collect::<Vec<_>>(), 50.0)),
    function("arrayPercentile", &[required("array"), required("percentile")], |a| {
        a.number(1)
            .map_or(Value::Null, |rank| percentile_of(&mut present(a).cloned().collect::<Vec<_>>(), rank))
    }),
    function("arrayDiff", ARRAY, differences),
    function("arrayDelta", ARRAY, differences),
    function("arrayCumulativeSum", ARRAY, |a| {
        let mut total = Value::Null;
        mapped(a, |array| {
            array
                .iter()
                .map(|value| {
                    if is_summable(value) {
                        total = if total.is_null() { value.clone() } else { add(&total, value, a.zone()) };
                    }
                    total.clone()
                })
                .collect()
        })
    }),
    function("arrayMovingSum", WINDOW, |a| window(a, sum_or_null)),
    function("arrayMovingAvg", WINDOW, |a| {
        window(a, |a, part| {
            let count = part.iter().filter(|value| is_summable(value)).count();
            divide(&double_from(&sum_or_null(a, part)), &Value::from(count))
        })
    }),
    function("arrayMovingMin", WINDOW, |a| {
        window(a, |a, part| {
            extreme(part.iter().min_by(|x, y| total_order(x, y, a.context.options.null_order)))
        })
    }),
    function("arrayMovingMax", WINDOW, |a| {
        window(a, |_, part| {
            extreme(part.iter().max_by(|x, y| total_order(x, y, crate::value::NullOrder::First)))
        })
    }),
    function("vectorInnerProductDistance", VECTORS, |a| vectors(a, |x, y| -dot(x, y))),
    function("vectorCosineDistance", VECTORS, |a| {
        vectors(a, |x, y| 1.0 - dot(x, y) / (dot(x, x).sqrt() * dot(y, y).sqrt()))
    }),
    function("vectorL1Distance", VECTORS, |a| {
        vectors(a, |x, y| x.iter().zip(y).map(|(x, y)| (x - y).abs()).sum())
    }),
    function("vectorL2Distance", VECTORS, |a| {
        vectors(a, |x, y| x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt())
    }),
];

fn present<'a>(arguments: &Arguments<'a>) -> impl Iterator<Item = &'a Value> + use<'a> {
    let fixed = arguments.fixed;
    fixed.first().and_then(Value::as_array).unwrap_or_default().iter().filter(|value| !value.is_null())
}

fn mapped(arguments: &Arguments<'_>, map: impl FnOnce(&[Value]) -> Vec<Value>) -> Value {
    arguments.array(0).map_or(Value::Null, |array| Value::array(map(array)))
}

const fn is_summable(value: &Value) -> bool {
    matches!(value, Value::Long(_) | Value::Double(_) | Value::Duration(_))
}

/// The sum as a double or a duration; 0 of nothing.
fn sum(arguments: &Arguments<'_>, array: &[Value]) -> Value {
    match sum_or_null(arguments, array) {
        Value::Null => Value::Double(0.0),
        Value::Long(sum) => Value::Double(sum as f64),
        sum => sum,
    }
}

fn sum_or_null(arguments: &Arguments<'_>, array: &[Value]) -> Value {
    array
        .iter()
        .filter(|value| is_summable(value))
        .cloned()
        .reduce(|sum, value| add(&sum, &value, arguments.zone()))
        .unwrap_or_default()
}

fn bound(position: i64, length: usize) -> usize {
    if position < 0 {
        length.saturating_sub(usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX))
    } else {
        usize::try_from(position).unwrap_or(usize::MAX).min(length)
    }
}

fn index(position: Option<usize>) -> i64 {
    position.and_then(|position| i64::try_from(position).ok()).unwrap_or(-1)
}

/// The difference of each element to the one before it; the first has none.
fn differences(arguments: &Arguments<'_>) -> Value {
    mapped(arguments, |array| {
        let zone = arguments.zone();
        let pairs =
            array.iter().zip(array.iter().skip(1)).map(|(before, after)| subtract(after, before, zone));
        array.first().map(|_| Value::Null).into_iter().chain(pairs).collect()
    })
}

/// A value for every element of what the window that ends there holds.
fn window(arguments: &Arguments<'_>, reduce: fn(&Arguments<'_>, &[Value]) -> Value) -> Value {
    let Some(size) = arguments.long(1).and_then(|size| usize::try_from(size).ok()) else {
        return Value::Null;
    };
    mapped(arguments, |array| {
        (0..array.len())
            .map(|end| {
                let start = (end + 1).saturating_sub(size.max(1));
                reduce(arguments, array.get(start..=end).unwrap_or_default())
            })
            .collect()
    })
}

fn extreme(value: Option<&Value>) -> Value {
    value.cloned().unwrap_or_default()
}

fn vectors(arguments: &Arguments<'_>, distance: fn(&[f64], &[f64]) -> f64) -> Value {
    let vector =
        |index| -> Option<Vec<f64>> { arguments.array(index)?.iter().map(Value::as_number).collect() };
    match (vector(0), vector(1)) {
        (Some(first), Some(second)) if first.len() == second.len() => distance(&first, &second).into(),
        _ => Value::Null,
    }
}

fn dot(first: &[f64], second: &[f64]) -> f64 {
    first.iter().zip(second).map(|(x, y)| x * y).sum()
}
