//! A Dynatrace environment in memory: the demo's data source, the tests' counterpart, and a way to run DQL over own
//! records.
//!
//! ```text
//!                      ┌──────────────── Sandbox ─────────────────┐
//!  HTTP ── serve ──▶   │ Environment: api ──▶ evaluator ──▶ store │
//!  Request ─────────▶  │   token, query:*      DQL          data  │ ──▶ Response
//!                      └──────────────────────────────────────────┘
//! ```
//!
//! The core is synchronous and has neither sockets nor a clock: [`Environment::handle`] takes a [`Request`] and the
//! time, and answers a [`Response`]. [`serve::Server`] puts that on the network. Queries are evaluated, never
//! recognised by their text.

mod api;
mod automation;
mod data;
mod encoding;
pub mod error;
pub mod evaluator;
mod forecast;
mod guardian;
pub mod load;
mod management_zones;
pub mod metrics;
mod place;
pub mod record;
mod relative_time;
mod segments;
mod selector_text;
pub mod serve;
mod settings;
mod slo;
mod stack;
pub mod store;
pub mod value;

pub use api::{
    ACCOUNT_URN, API_TOKEN, CLIENT_ID, CLIENT_SECRET, Counter, Delivery, Environment, Fault, FaultKind,
    PLATFORM_TOKEN, Request, Response, Sandbox, SandboxOptions,
};
pub use data::BulkTable;
pub use error::SandboxError;
pub use evaluator::{Evaluation, EvaluationOptions, evaluate, verify};
pub use record::Record;
pub use settings::{SettingsError, SettingsObject, SettingsObjectCreate, SettingsObjectUpdate, Violation};
pub use store::Store;
pub use value::Value;
