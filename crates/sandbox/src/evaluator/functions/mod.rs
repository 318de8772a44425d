//! The functions of DQL, one file for each kind.
//!
//! Names, parameters and types are those of Dynatrace's published function definitions (docs.dynatrace.com, DQL
//! functions). A function is given values and answers a value; what does not fit its types is null.

mod array;
mod bits;
mod conversion;
mod flow;
mod hash;
mod mathematical;
mod network;
mod string;
mod text_code;
mod time;
mod unsupported;

use super::context::Context;
use crate::value::Value;

pub(crate) use time::time_zone;
pub(crate) use unsupported::exists_in_grail;

/// A function.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) call: fn(&Arguments<'_>) -> Value,
}

/// A parameter of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// How a parameter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By position.
    Required,
    /// By name, or not at all.
    Named,
    /// Any number of times, by position.
    Variadic,
}

const fn required(name: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Required }
}

const fn named(name: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Named }
}

const fn variadic(name: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Variadic }
}

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    call: fn(&Arguments<'_>) -> Value,
) -> Function {
    Function { name, parameters, call }
}

/// The values a function is called with.
pub(crate) struct Arguments<'a> {
    /// One for each parameter, in the order of the definition; null where an optional one is absent.
    pub(crate) fixed: &'a [Value],
    /// The values of the variadic parameter.
    pub(crate) rest: &'a [Value],
    pub(crate) context: &'a Context<'a>,
}

impl Arguments<'_> {
    fn get(&self, index: usize) -> &Value {
        self.fixed.get(index).unwrap_or(&Value::Null)
    }

    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).as_str()
    }

    fn long(&self, index: usize) -> Option<i64> {
        self.get(index).as_long()
    }

    fn number(&self, index: usize) -> Option<f64> {
        self.get(index).as_number()
    }

    fn array(&self, index: usize) -> Option<&[Value]> {
        self.get(index).as_array()
    }

    fn zone(&self) -> &jiff::tz::TimeZone {
        &self.context.options.zone
    }
}

const TABLES: [&[Function]; 10] = [
    array::FUNCTIONS,
    bits::FUNCTIONS,
    conversion::FUNCTIONS,
    flow::FUNCTIONS,
    hash::FUNCTIONS,
    mathematical::FUNCTIONS,
    network::FUNCTIONS,
    string::FUNCTIONS,
    text_code::FUNCTIONS,
    time::FUNCTIONS,
];

/// The function of a name in any case.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    TABLES.iter().flat_map(|table| table.iter()).find(|function| function.name.eq_ignore_ascii_case(name))
}

/// Functions that the compiler knows by itself, because their arguments are more than values.
const COMPILED: [&str; 20] = [
    "classicEntitySelector",
    "record",
    "exists",
    "parse",
    "parseAll",
    "matchesPattern",
    "splitByPattern",
    "replacePattern",
    "getNodeName",
    "getNodeField",
    "entityName",
    "entityAttr",
    "lookup",
    "iAny",
    "iCollectArray",
    "iIndex",
    "iSum",
    "iAvg",
    "iMin",
    "iMax",
];

/// The names of all functions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter()).map(|function| function.name).chain(COMPILED)
}

#[cfg(test)]
mod tests {
    use grailstage_dql::catalogue::catalogue;

    use super::*;

    /// Functions of Grail that the sandbox refuses by name.
    const REFUSED: [&str; 8] = [
        "asGeopoint",
        "forecast",
        "getRecordField",
        "hashXxHash32",
        "hashXxHash64",
        "impute",
        "matchesRegex",
        "toGeopoint",
    ];

    #[test]
    fn every_function_of_grail_is_there_or_refused() {
        let mut missing: Vec<&str> = catalogue()
            .all_functions()
            .iter()
            .filter(|signature| !signature.aggregates() && !signature.category.contains("aggregation"))
            .map(|signature| signature.name)
            .filter(|name| find(name).is_none() && !COMPILED.contains(name))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        assert_eq!(missing, REFUSED);
    }

    #[test]
    fn named_parameters_are_those_of_grail() {
        let mut wrong = Vec::new();
        for function in TABLES.iter().flat_map(|table| table.iter()) {
            let signatures: Vec<_> = catalogue().functions(function.name).collect();
            for parameter in function.parameters.iter().filter(|parameter| parameter.kind == Kind::Named) {
                if !signatures.iter().any(|signature| signature.parameter(parameter.name).is_some()) {
                    wrong.push(format!("{} has no {}", function.name, parameter.name));
                }
            }
        }
        assert_eq!(wrong, [] as [String; 0]);
    }
}
