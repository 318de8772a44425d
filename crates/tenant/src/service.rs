//! What is asked of the services of an environment other than Grail, in the one form in which answers are shared
//! and kept.
//!
//! ```text
//! ServiceRequest ── Tenant::ask_service ── shared, stored as answers of queries are ─▶ ServiceResult { items }
//!                        └── the typed client: Settings::list, Tenant::slos, …
//! ```
//!
//! A service that cards shall ask is a variant of [`ServiceRequest`] and a branch in each of its methods.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::error::TenantError;
use crate::host::Host;
use crate::tenant::Tenant;

/// Something to be read from a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceRequest {
    /// All settings objects of a schema; each item is a [`SettingsObject`](crate::SettingsObject).
    Settings {
        /// The schema, such as `builtin:ownership.teams`.
        schema_id: String,
    },
    /// All service-level objectives of the environment; each item is a [`Slo`](crate::slo::Slo).
    Slos,
    /// All segments that the token may see; each item is a [`Segment`](crate::segments::Segment).
    Segments,
}

impl ServiceRequest {
    /// All settings objects of a schema.
    #[must_use]
    pub fn settings(schema_id: impl Into<String>) -> Self {
        Self::Settings { schema_id: schema_id.into() }
    }

    /// The name of the service.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "settings",
            Self::Slos => "slo",
            Self::Segments => "filter-segments",
        }
    }

    /// What it is asked for. Together with the service it says all that decides about the answer.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::Settings { schema_id } => schema_id,
            Self::Slos => "objectives",
            Self::Segments => "segments",
        }
    }

    /// The scope it needs.
    #[must_use]
    pub const fn scope(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "settings:objects:read",
            Self::Slos => "slo:slos:read",
            Self::Segments => "storage:filter-segments:read",
        }
    }

    /// Asks the service. Dropping the future aborts the open request.
    pub(crate) async fn answer<H: Host + 'static>(
        &self,
        tenant: &Tenant<H>,
        deadline: Duration,
    ) -> Result<ServiceResult, TenantError> {
        let started = tenant.wire.host.now();
        let items = match self {
            Self::Settings { schema_id } => {
                let objects = tenant.settings().deadline(deadline).list(schema_id).await?;
                objects.iter().map(serde_json::to_value).collect()
            }
            Self::Slos => tenant.slos(deadline).await?.iter().map(serde_json::to_value).collect(),
            Self::Segments => tenant.segments(deadline).await?.iter().map(serde_json::to_value).collect(),
        };
        let items: Result<Vec<Value>, serde_json::Error> = items;
        let items = items.map_err(|error| TenantError::UnexpectedAnswer { message: error.to_string() })?;
        Ok(ServiceResult { items, elapsed: tenant.wire.host.now().since(started) })
    }
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceResult {
    pub(crate) items: Vec<Value>,
    pub(crate) elapsed: Duration,
}

impl ServiceResult {
    /// How many things the answer has.
    #[must_use]
    pub const fn item_count(&self) -> usize {
        self.items.len()
    }

    /// How long the service took.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The things, each as the type that the request names.
    ///
    /// # Errors
    /// `unexpected-answer` when one of them has another shape.
    pub fn items<'a, T: Deserialize<'a>>(&'a self) -> Result<Vec<T>, TenantError> {
        let items = self.items.iter().map(T::deserialize).collect::<Result<_, _>>();
        items.map_err(|error| TenantError::UnexpectedAnswer { message: error.to_string() })
    }
}
