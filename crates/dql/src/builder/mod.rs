//! Queries written in Rust. What enters as a value stays a value: no text given here is ever read as DQL.
//!
//! ```
//! use grailstage_dql::builder::{ago, any_of, count, fetch, field, is_in, minutes, not};
//! use grailstage_dql::ast::Direction;
//!
//! let namespace = "it's \"quoted\" | limit 0";
//! let query = fetch("logs")
//!     .from(ago(minutes(10)))
//!     .filter(field("k8s.namespace.name").eq(namespace).and(not(is_in(field("loglevel"), ["INFO", "DEBUG"]))))
//!     .summarize([("lines", count())])
//!     .by(["k8s.pod.name"])
//!     .sort_by(field("lines"), Direction::Descending)
//!     .limit(20)
//!     .build();
//!
//! assert_eq!(
//!     grailstage_dql::print(&query),
//!     r#"fetch logs, from:now()-10m
//! | filter k8s.namespace.name == "it's \"quoted\" | limit 0" and not in(loglevel, {"INFO", "DEBUG"})
//! | summarize lines = count(), by:{k8s.pod.name}
//! | sort lines desc
//! | limit 20"#
//! );
//! # let _ = any_of([field("a").eq(1)]);
//! ```

mod expression;
mod functions;
mod pipeline;

pub use expression::{
    Column, TimeSpan, all_of, any_of, column, days, field, hours, milliseconds, minutes, months, not, null,
    seconds, weeks,
};
pub use functions::{
    ago, array, array_avg, array_concat, array_distinct, array_first, array_flatten, array_last, array_max,
    array_min, array_remove_nulls, array_size, array_sum, array_to_string, avg, bin, call, coalesce,
    collect_array, collect_distinct, concat, contains, count, count_distinct, count_distinct_exact, count_if,
    ends_with, if_else, if_then, is_in, is_not_null, is_null, lower, matches_phrase, matches_value, max, min,
    named_argument, now, percentile, record, replace_string, split_string, starts_with, string_length, sum,
    take_any, take_first, take_last, take_max, take_min, to_double, to_long, to_string, to_timestamp, upper,
};
pub use pipeline::{
    JoinKind, Pipeline, data, data_json, fetch, fetch_named, smartscape_edges, smartscape_nodes, source,
    timeseries,
};
