//! Service-level objectives: what a definition says, and what the environment's own metrics say about it.
//!
//! ```text
//!  builtin:monitoring.slo ── Definition ── metric expression ──▶ DQL ──▶ evaluator ──▶ Evaluation
//!                                          entity selector                             value, budget, burn rate
//! ```
//!
//! Source: docs.dynatrace.com, service-level objectives, metric expressions and the schema `builtin:monitoring.slo`.

mod definition;
mod evaluation;
mod metric_expression;
mod slo_error;

pub(crate) use definition::{Definition, SCHEMA};
pub(crate) use evaluation::{BurnRate, Evaluation, Status, burn_rate, evaluate};
pub(crate) use slo_error::SloError;
