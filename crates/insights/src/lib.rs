//! What a developer wants to know of a component, asked of Dynatrace.
//!
//! ```text
//! CardRequest ── Client::card ─┬─ Card::questions (entity ─> DQL) ─> Tenant::run ─> Card::read (records)
//!   card, entity               │    once for each environment, all at the same time
//!                              │    Card::follow_ups: what the first answers name, such as indicators of objectives
//!                              └─ Card::answer ─> CardAnswer as JSON bytes; a note for each environment that failed
//!
//! QueryRequest ── Client::query ── one query in one environment ─> QueryAnswer as JSON bytes
//!
//! CustomQueryRequest, CatalogQueriesRequest ── Client::{custom_query, catalog_queries} ── queries that people write ─>
//!                                                EntityQueryAnswer, each with a CardAnswer or why it was not asked
//!
//! EvidenceRequest ── evidence ── the same questions of a card, for a decision about a release ─> Evidence
//!
//! text of a query ── language::{check_dql, format_dql, explain_dql} ─> Report as JSON text, without any environment
//! ```
//!
//! A card is one file that holds its questions and its answer side by side, and one line in [`cards`]. What goes
//! over the wire is declared in [`answer`], [`query_answer`], [`request`] and [`error`]; the TypeScript of it is
//! generated.

pub mod answer;
pub mod card;
pub mod cards;
mod client;
mod configuration;
mod counterparts;
mod days;
mod deliveries;
mod described_entities;
pub mod dora;
mod dora_level;
pub mod error;
mod error_budget;
pub mod evidence;
pub mod follow_up;
mod guardian_validation;
pub mod health;
mod insight_error;
pub mod kubernetes_deployments;
pub mod language;
pub mod management_zones;
mod moment;
pub mod ownership;
pub mod pipelines;
pub mod problems;
pub mod queries;
pub mod query_answer;
mod release_fields;
pub mod release_validations;
mod release_version;
pub mod releases;
pub mod request;
mod sdlc;
pub mod slos;
mod stage;
mod statistics;
mod subject;
pub mod team;
pub mod telemetry_coverage;
mod telemetry_gap;
mod test_executions;
pub mod test_results;
mod timeframe;
pub mod validation_search;
pub mod vulnerabilities;
mod workloads;

pub use cards::{card_annotations, card_ids};
pub use client::Client;
pub use insight_error::InsightError;
pub use subject::Subject;
pub use timeframe::Timeframe;
