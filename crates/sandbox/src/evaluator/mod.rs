//! Evaluating DQL.
//!
//! ```text
//!  text ── grailstage_dql::parse ──▶ syntax tree ── Plan::compile ──▶ stages ── run ──▶ records
//!                                        │ Compiler: expressions, schema: fields, names: columns
//! ```
//!
//! A query is compiled before it runs, so that an unknown function, a missing scope or a field that cannot exist is
//! an error even when there are no records.

mod aggregations;
mod alignment;
mod call;
mod commands;
mod compile;
mod context;
mod dpl;
mod entity_selector;
mod expression;
mod functions;
mod parameters;
mod plan;
mod schema;
pub(crate) mod scopes;
mod search;
mod wildcard;

use grailstage_dql::span::Span;

pub(crate) use aggregations::is_aggregation;
pub(crate) use commands::names as command_names;
pub use context::EvaluationOptions;
pub(crate) use entity_selector::EntitySelector;
pub(crate) use functions::names as function_names;
pub(crate) use functions::time_zone;
pub(crate) use wildcard::{Part, matches as matches_wildcard};

use self::compile::Compiler;
use self::context::Context;
use self::plan::Plan;
use crate::error::SandboxError;
use crate::stack::with_room;
use crate::store::{Row, Store};

/// What a query found.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The records in order.
    pub records: Vec<Row>,
    /// How many records were read from tables.
    pub scanned_records: u64,
    /// About how many bytes they take.
    pub scanned_bytes: u64,
    /// From when to when the tables were read, in nanoseconds since 1970.
    pub timeframe: (i64, i64),
    /// Whether only a sample was read.
    pub sampled: bool,
    /// How many bytes were read from which table.
    pub contributions: Vec<(String, u64)>,
}

/// Evaluates a query over what `store` holds.
///
/// # Errors
///
/// The first thing wrong with the query, with its place in `query`; Grail's errors for what Grail refuses, and
/// [`SandboxError::NotSupported`] for what only the sandbox cannot do.
pub fn evaluate(query: &str, store: &Store, options: &EvaluationOptions) -> Result<Evaluation, SandboxError> {
    with_room(|| {
        let plan = plan(query, store, options)?;
        let context = Context::new(store, options);
        let records = plan.run(&context)?;
        Ok(Evaluation {
            records,
            scanned_records: context.scanned_records(),
            scanned_bytes: context.scanned_bytes(),
            timeframe: context.analysis_timeframe(),
            sampled: context.sampled(),
            contributions: context.contributions(),
        })
    })
}

/// Checks a query without reading a record.
///
/// # Errors
///
/// As [`evaluate`].
pub fn verify(query: &str, store: &Store, options: &EvaluationOptions) -> Result<(), SandboxError> {
    with_room(|| plan(query, store, options).map(|_| ()))
}

fn plan(query: &str, store: &Store, options: &EvaluationOptions) -> Result<Plan, SandboxError> {
    let tree = grailstage_dql::parse(query).map_err(|diagnostics| {
        diagnostics.into_iter().next().map_or_else(
            || SandboxError::Syntax {
                message: "the query can't be read".into(),
                grail_code: "PARSE_ERROR",
                span: Span::default(),
            },
            |first| SandboxError::Syntax { message: first.message, grail_code: first.code, span: first.span },
        )
    })?;
    Plan::compile(&Compiler { store, options }, &tree)
}

#[cfg(test)]
mod tests;
