//! A Dynatrace environment: one question in DQL goes in, one answer in bytes comes out, or the reason why not.
//!
//! ```text
//! config JSON ── EnvironmentConfig::from_json ──┐
//!                                               ▼
//! DqlRequest ────────────────────────────▶ Tenant::run ◀── cancelled (a future)
//!                                               │
//!        TokenSource (cached, single flight) ◀──┤  POST {tokenUrl}
//!                                               │
//!                                               ├─ POST query:execute ──▶ result? ──────────┐
//!                                               ├─ GET  query:poll  (one per 5 s) ─▶ result? ┤
//!                                               └─ POST query:cancel (deadline, cancelled)   ▼
//!                                                                    GrailResult │ TenantError
//! ```
//!
//! Beside queries there are the other services of an environment, each a module of its own: [`settings`], and
//! [`ownership`] and [`management_zone`] on top of it, [`slo`], [`event`] and [`workflow`]. They share the token, the retries and the host;
//! what is read from them can be shared and kept as answers of queries are, see [`service`].
//!
//! Every arrow to the outside goes through the [`Host`] trait: it sends the HTTP request, sleeps and tells the
//! time. This crate starts no thread, owns no clock and opens no socket; on one thread of WebAssembly it runs
//! as it does in a test with a clock the test turns.
//!
//! Secrets ([`Secret`]) have no textual form: whatever this crate gives out, errors and `Debug` output
//! included, has been searched for the values it knows.

pub mod base_url;
mod body;
mod condition;
pub mod environment;
pub mod error;
mod error_envelope;
pub mod event;
mod exchange;
mod filter_segment;
mod gate;
pub mod grail;
pub mod host;
pub mod limits;
pub mod links;
pub mod management_zone;
pub mod number;
pub mod observation;
mod operation;
pub mod ownership;
mod query_position;
mod redaction;
mod refusal;
mod retry_after;
pub mod secret;
pub mod segments;
pub mod service;
pub mod settings;
mod sharing;
pub mod slo;
pub mod tag;
mod tenant;
mod token;
pub mod workflow;
mod write_once;

pub use base_url::BaseUrl;
pub use condition::Condition;
pub use environment::{EntityModel, EnvironmentConfig};
pub use error::TenantError;
pub use grail::request::{DqlRequest, SegmentFilter, SegmentVariable, Timeframe};
pub use grail::result::{Column, GrailResult, Metadata, Notification, Severity};
pub use host::{FetchFailure, Host, HttpRequest, HttpResponse, Method, StoreFailure, UnixMillis};
pub use limits::Limits;
pub use observation::{CacheOutcome, Observation, Route};
pub use secret::Secret;
pub use service::{ServiceRequest, ServiceResult};
pub use settings::{Settings, SettingsDraft, SettingsObject};
pub use sharing::{Answer, Freshness, fingerprint};
pub use tenant::Tenant;
