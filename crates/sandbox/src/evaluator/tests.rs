//! Each case is a query with its own data and the records it gives, worked out by hand.

mod commands;
mod expressions;
mod functions;
mod refusals;
mod series;
mod topology;

use super::{EvaluationOptions, evaluate};
use crate::store::Store;
use crate::value::{parse_timestamp, write_record};

/// 2024-05-15 is a Wednesday.
const NOW: &str = "2024-05-15T13:47:52.500Z";

fn options() -> EvaluationOptions {
    EvaluationOptions::at(parse_timestamp(NOW, &jiff::tz::TimeZone::UTC).unwrap())
}

/// The records of a query as JSON lines.
fn run(query: &str) -> String {
    run_on(query, &Store::default())
}

fn run_on(query: &str, store: &Store) -> String {
    match evaluate(query, store, &options()) {
        Err(error) => format!("{} {error}", error.code()),
        Ok(found) => {
            let lines: Vec<String> = found
                .records
                .iter()
                .map(|record| {
                    let mut line = String::new();
                    write_record(record, &mut line, &jiff::tz::TimeZone::UTC);
                    line
                })
                .collect();
            lines.join("\n")
        }
    }
}

/// The value of an expression.
fn value(expression: &str) -> String {
    let result = run(&format!("data record(unused = 1) | fields x = {expression}"));
    match result.strip_prefix("{\"x\":").and_then(|rest| rest.strip_suffix('}')) {
        Some(value) => value.to_owned(),
        None => result,
    }
}

fn assert_values(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        assert_eq!(value(expression), *expected, "{expression}");
    }
}

fn assert_records(cases: &[(&str, &str)]) {
    for (query, expected) in cases {
        assert_eq!(run(query), *expected, "{query}");
    }
}
