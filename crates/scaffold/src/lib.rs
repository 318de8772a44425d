//! What software templates do in Dynatrace: the logic behind the actions of Backstage's scaffolder.
//!
//! ```text
//! step of a template ── zod ──▶ request (JSON) ──▶ the action's function here ──▶ answer as JSON, or a ScaffoldError
//!
//! event_sending       dynatrace:event:send         ─▶ tenant: events, a hundred in a request, found again by their ids
//! guardian_creation   dynatrace:guardian:create    ─▶ tenant: settings object, found again by its external id
//! release_validation  dynatrace:guardian:validate  ─▶ tenant: trigger event or workflow; insights: its validation
//! zone_onboarding     dynatrace:zone:onboard       ─▶ tenant: settings object; segment, policy and documents beside it
//! release_gate        dynatrace:release:gate       ─▶ insights: evidence, by the questions of the cards
//! dql_inspection      dynatrace:dql:check          ─▶ dql, without any environment
//! workload_metadata   dynatrace:{owner,release}:annotate ─▶ entries that TypeScript writes into the workspace
//! telemetry_plan      dynatrace:telemetry:{plan,apply}   ─▶ a plan that TypeScript writes into the workspace
//! ```
//!
//! One action, one module: its request, its answer and its function side by side; `dynatrace:dql:query` and
//! `dynatrace:team:register` take what `insights` has anyway. TypeScript only reads the workspace, asks for the
//! permission, leaves the audit event and keeps the checkpoint; what is written, and how a second try finds what the first
//! one wrote, is decided here. Requests carry an id of their own for that, chosen once for each write.
//!
//! What goes over the wire is declared beside each action; `scaffold_types` prints the TypeScript of it. Files are read
//! (reports in the XML of JUnit, templates of documents) by parsers that `examples/fuzz.rs` tries.

mod cancellation;
pub mod dql_inspection;
pub mod event_sending;
mod guardian;
pub mod guardian_creation;
pub mod guardian_listing;
mod markdown;
mod moment;
pub mod release_gate;
pub mod release_validation;
mod scaffold_error;
mod settings_value;
pub mod telemetry_plan;
pub mod workload_metadata;
pub mod zone_onboarding;

use serde::Serialize;

pub use scaffold_error::ScaffoldError;

/// The types of the answers serialise whatever they hold: no map with keys that are not strings is among them.
pub(crate) fn json(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).unwrap_or_default()
}
