//! Site Reliability Guardians: objectives that are really evaluated, and the events of a validation.
//!
//! ```text
//!  settings object ── Guardian ── variables bound ──▶ DQL ──▶ evaluator ─┐
//!                         │                           SLO ──▶ evaluation ┴▶ value ──▶ Verdict ─┐
//!                         └── filter of the trigger event                                      ▼
//!                                                        events: started, objective …, finished
//! ```
//!
//! Sources: docs.dynatrace.com, Site Reliability Guardian (concepts, event structure, execution context).

mod definition;
mod events;
mod guardian_error;
mod validation;
mod variables;

pub(crate) use definition::{EventKind, Guardian, SCHEMA};
pub(crate) use events::{Origin, finished, started};
pub(crate) use validation::{Validation, validate};
