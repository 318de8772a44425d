//! Function calls. [`call`] makes any; the rest are the ones queries need often, under their own names.

use super::expression::{Column, TimeSpan, positional};
use crate::ast::{Expression, ExpressionKind, Name, Parameter, Value};
use crate::span::Span;

pub(super) fn name(text: &str) -> Name {
    Name { text: text.into(), span: Span::default() }
}

fn argument(value: impl Into<Expression>) -> Parameter {
    positional(Value::Expression(value.into()))
}

/// `name: value`, for [`call`].
#[must_use]
pub fn named_argument(parameter: &'static str, value: impl Into<Expression>) -> Parameter {
    Parameter { name: Some(name(parameter)), value: Value::Expression(value.into()), span: Span::default() }
}

impl From<Expression> for Parameter {
    fn from(expression: Expression) -> Self {
        positional(Value::Expression(expression))
    }
}

/// `function(arguments)`
///
/// The name is part of the program and never input, hence `'static`.
#[must_use]
pub fn call<P: Into<Parameter>>(
    function: &'static str,
    arguments: impl IntoIterator<Item = P>,
) -> Expression {
    let arguments = arguments.into_iter().map(Into::into).collect();
    Expression::of(ExpressionKind::Call { function: name(function), arguments })
}

macro_rules! functions {
    ($($rust:ident $dql:literal ($($parameter:ident),*))*) => {$(
        #[doc = concat!("`", $dql, "(", $(stringify!($parameter), ", ",)* ")`")]
        #[must_use]
        pub fn $rust($($parameter: impl Into<Expression>),*) -> Expression {
            call::<Parameter>($dql, [$(argument($parameter)),*])
        }
    )*};
}

functions! {
    now "now" ()
    count "count" ()
    count_if "countIf" (condition)
    count_distinct "countDistinct" (expression)
    count_distinct_exact "countDistinctExact" (expression)
    sum "sum" (expression)
    avg "avg" (expression)
    min "min" (expression)
    max "max" (expression)
    percentile "percentile" (expression, percent)
    take_any "takeAny" (expression)
    take_first "takeFirst" (expression)
    take_last "takeLast" (expression)
    take_max "takeMax" (expression)
    take_min "takeMin" (expression)
    collect_array "collectArray" (expression)
    collect_distinct "collectDistinct" (expression)
    to_string "toString" (value)
    to_long "toLong" (value)
    to_double "toDouble" (value)
    to_timestamp "toTimestamp" (value)
    is_null "isNull" (value)
    is_not_null "isNotNull" (value)
    lower "lower" (text)
    upper "upper" (text)
    string_length "stringLength" (text)
    contains "contains" (text, substring)
    starts_with "startsWith" (text, prefix)
    ends_with "endsWith" (text, suffix)
    matches_value "matchesValue" (field, pattern)
    matches_phrase "matchesPhrase" (field, phrase)
    split_string "splitString" (text, separator)
    replace_string "replaceString" (text, substring, replacement)
    if_then "if" (condition, then)
    bin "bin" (value, interval)
    array_size "arraySize" (array)
    array_first "arrayFirst" (array)
    array_last "arrayLast" (array)
    array_min "arrayMin" (array)
    array_max "arrayMax" (array)
    array_sum "arraySum" (array)
    array_avg "arrayAvg" (array)
    array_distinct "arrayDistinct" (array)
    array_flatten "arrayFlatten" (array)
    array_remove_nulls "arrayRemoveNulls" (array)
}

macro_rules! variadic_functions {
    ($($rust:ident $dql:literal)*) => {$(
        #[doc = concat!("`", $dql, "(…)`")]
        #[must_use]
        pub fn $rust<E: Into<Expression>>(values: impl IntoIterator<Item = E>) -> Expression {
            call::<Parameter>($dql, values.into_iter().map(argument))
        }
    )*};
}

variadic_functions! {
    array "array"
    array_concat "arrayConcat"
    coalesce "coalesce"
    concat "concat"
}

/// `if(condition, then, else:otherwise)`
#[must_use]
pub fn if_else(
    condition: impl Into<Expression>,
    then: impl Into<Expression>,
    otherwise: impl Into<Expression>,
) -> Expression {
    call("if", [argument(condition), argument(then), named_argument("else", otherwise)])
}

/// `arrayToString(array, delimiter:"…")`
#[must_use]
pub fn array_to_string(array: impl Into<Expression>, delimiter: &str) -> Expression {
    call("arrayToString", [argument(array), named_argument("delimiter", delimiter)])
}

/// `record(name = value, …)`
#[must_use]
pub fn record<C: Into<Column>>(entries: impl IntoIterator<Item = C>) -> Expression {
    call("record", entries.into_iter().map(|entry| entry.into().into_parameter()))
}

/// `in(needle, {…})`: whether the needle is one of the values; `false` of none, for `in` needs at least one.
#[must_use]
pub fn is_in<E: Into<Expression>>(
    needle: impl Into<Expression>,
    values: impl IntoIterator<Item = E>,
) -> Expression {
    let values: Vec<Parameter> = values.into_iter().map(argument).collect();
    if values.is_empty() {
        return Expression::from(false);
    }
    call("in", [argument(needle), positional(Value::Group(values))])
}

/// `now()-span`
#[must_use]
pub fn ago(span: TimeSpan) -> Expression {
    now().minus(span)
}
