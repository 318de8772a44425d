//! What a developer wants to know of a component, asked of Dynatrace.
//!
//! ```text
//! CardRequest ── Client::card ─┬─ Card::question (entity ─> DQL)   ─> Tenant::run ─> Card::rows (records ─> cells)
//!   card, entity               │    once for each environment, all at the same time
//!                              └─> CardAnswer as JSON bytes: rows of all environments, a note for each that failed
//!
//! QueryRequest ── Client::query ── one query in one environment ─> QueryAnswer as JSON bytes
//! ```
//!
//! A card is one file that holds its question and its answer side by side, and one line in [`cards`]. What goes
//! over the wire is declared in [`answer`], [`query_answer`], [`request`] and [`error`]; the TypeScript of it is
//! generated.

pub mod answer;
pub mod card;
pub mod cards;
mod client;
mod configuration;
pub mod error;
mod insight_error;
pub mod kubernetes_deployments;
pub mod query_answer;
pub mod request;

pub use cards::card_ids;
pub use client::Client;
pub use insight_error::InsightError;
