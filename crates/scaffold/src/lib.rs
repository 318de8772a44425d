//! What software templates do in Dynatrace: the logic behind the actions of Backstage's scaffolder.
//!
//! ```text
//! step of a template ── zod ──▶ request (JSON) ──▶ the action's function here ─┬─▶ insights::Client::environment
//!                                                                              │      └─▶ tenant: events, settings, …
//!                                                                              └─▶ answer as JSON bytes, or a ScaffoldError
//! ```
//!
//! One action, one module: its request, its answer and its function side by side. TypeScript only reads the workspace,
//! asks for the permission, leaves the audit event and keeps the checkpoint; what is written, and how a second try finds
//! what the first one wrote, is decided here. Requests carry an id of their own for that, chosen once for each write.

mod cancellation;
pub mod dql_inspection;
pub mod event_sending;
mod guardian;
pub mod guardian_creation;
mod markdown;
mod moment;
pub mod release_gate;
pub mod release_validation;
mod scaffold_error;
pub mod telemetry_plan;
pub mod workload_metadata;
pub mod zone_onboarding;

use serde::Serialize;

pub use scaffold_error::ScaffoldError;

/// The types of the answers serialise whatever they hold: no map with keys that are not strings is among them.
pub(crate) fn json(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).unwrap_or_default()
}
