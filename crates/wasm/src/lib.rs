//! The boundary between Rust and JavaScript: what `@grailstage/core` exports.
//!
//! ```text
//! JavaScript ── WasmClient.card(request, signal) ──> insights::Client ──> tenant ──> FetchHost ──> fetch
//!      ▲                                                    │
//!      └────────── Uint8Array, or a thrown ErrorPayload ◀───┘
//!
//! JavaScript ── WasmClient.<what an action does>(request, signal) ──> scaffold ──> insights::Client ──> tenant
//!
//! JavaScript ── checkDql, formatDql, explainDql (text, options) ──> insights::language ──> JSON text of a DqlReport
//! ```
//!
//! Here are conversions only; whatever could be wrong lives in a crate that is tested natively. The loaders of
//! `js/core` call this module and replace its instance should it ever trap.

#![cfg(target_arch = "wasm32")]

mod abort;
mod client;
mod declarations;
mod dql;
mod fetch_host;
mod json;
mod ownership;
mod panic_report;
mod promise;
mod queries;
mod scaffold;
mod thrown;
#[cfg(feature = "trap")]
mod trap;
mod workspace_actions;

use wasm_bindgen::prelude::wasm_bindgen;

pub use client::WasmClient;
pub use dql::{check_dql, explain_dql, format_dql};
pub use scaffold::inspect_dql;
pub use workspace_actions::{owner_metadata, plan_telemetry, release_metadata};

/// The version of the module.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The ids of the cards the module knows.
#[wasm_bindgen]
#[must_use]
pub fn cards() -> Vec<String> {
    grailstage_insights::card_ids().map(str::to_owned).collect()
}
