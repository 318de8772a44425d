//! Queries that people write themselves: in the configuration (`custom.…`) and in entities of the catalog.
//!
//! ```text
//! dynatrace.queries          ── Definition ── Prepared (once, when loaded) ──┐
//! metadata.dynatrace.queries ── Definition ── Prepared (when viewed) ────────┤
//!                                                                            ▼
//!   entity ── EntityScope ── bind (values never become syntax) ── QueryRules::enforce ── DQL, once an environment
//!                                                                            │
//!   EntityQueryAnswer ◀── CardAnswer ◀── sections (columns, time_series) ◀── records
//!                     ◀── QueryRefusal with its findings on the source, where it is not asked at all
//! ```
//!
//! Both lists have the shape of `@dynatrace/backstage-plugin-dql`: `id`, `query`, `description` and `environments`;
//! `units` is an addition.

mod asking;
mod columns;
mod custom_queries;
mod definition;
mod entity_scope;
mod exchange;
mod links;
mod policy;
mod rules;
mod time_series;
mod timestamps;
mod units;

pub use asking::CatalogQueriesOutcome;
pub use exchange::{
    AskedCatalogQuery, CatalogQueriesAnswer, CatalogQueriesRequest, CustomQueryRequest, EntityQueryAnswer,
    QueryRefusal,
};

pub(crate) use custom_queries::CustomQueries;
pub(crate) use links::LinkOrigins;
pub(crate) use policy::QueryPolicy;
