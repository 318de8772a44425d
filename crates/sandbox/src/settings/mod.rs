//! Settings 2.0: objects of known schemas, checked before they are kept.
//!
//! ```text
//!  value ──▶ Schema: types, constraints, rules across objects ──▶ Violation …   (refused)
//!                                                            └──▶ SettingsStore (kept: object id, update token)
//! ```
//!
//! One file a schema in [`schemas`]. Source of the protocol: docs.dynatrace.com, Settings API (`/api/v2/settings`), and
//! the types of `@dynatrace-sdk/client-classic-environment-v2`.

mod filter;
mod object;
mod schema;
pub(crate) mod schemas;
mod settings_error;
mod settings_store;
mod validation;

pub(crate) use filter::{Filter, Sort};
pub(crate) use object::{FIELDS, object_id};
pub use object::{SettingsObject, SettingsObjectCreate, SettingsObjectUpdate};
pub(crate) use schema::{Kind, ObjectType, Property, Schema};
pub use settings_error::{SettingsError, Violation};
pub(crate) use settings_store::{SettingsStore, WriteMode};
pub(crate) use validation::{Candidate, Violations};
