//! How an environment fares: asked for now, and remembered from what was asked before.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use crate::error::TenantError;
use crate::host::{Host, Method, UnixMillis};
use crate::operation::{Asked, Repetition};
use crate::tenant::Tenant;

const DEADLINE: Duration = Duration::from_secs(20);
/// How long a scope that was missing counts as missing: nobody tells when it is granted.
const MEMORY: Duration = Duration::from_secs(3_600);

/// How an environment fares.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Whether Dynatrace answered.
    pub reachable: bool,
    /// Whether it accepted the credentials; unknown where it did not get that far.
    pub credentials_accepted: Option<bool>,
    /// The scopes of the access token, where the token endpoint tells; platform tokens do not.
    pub granted_scopes: Option<Vec<String>>,
    /// Scopes that queries of the last hour turned out to lack.
    pub missing_scopes: Vec<String>,
    /// How far the environment's clock is ahead of ours, in milliseconds, to the second.
    pub clock_skew_millis: Option<i64>,
    /// Why the check failed.
    pub error: Option<TenantError>,
    /// The last failure of a query, and when that was.
    pub last_failure: Option<(UnixMillis, TenantError)>,
}

/// What the runs of an environment left behind.
#[derive(Default)]
pub(crate) struct Experience {
    last_failure: RefCell<Option<(UnixMillis, TenantError)>>,
    missing_scopes: RefCell<BTreeMap<String, UnixMillis>>,
}

impl Experience {
    /// Remembers a failure that says something about the environment.
    pub(crate) fn remember(&self, now: UnixMillis, error: &TenantError) {
        match error {
            TenantError::Cancelled | TenantError::QueueFull { .. } | TenantError::InvalidQuery { .. } => {
                return;
            }
            TenantError::MissingScope { scopes } => {
                self.missing_scopes.borrow_mut().extend(scopes.iter().map(|scope| (scope.clone(), now)));
            }
            _ => {}
        }
        *self.last_failure.borrow_mut() = Some((now, error.clone()));
    }

    fn missing_scopes(&self, now: UnixMillis) -> Vec<String> {
        let mut scopes = self.missing_scopes.borrow_mut();
        scopes.retain(|_, met| now.since(*met) < MEMORY);
        scopes.keys().cloned().collect()
    }
}

impl<H: Host + 'static> Tenant<H> {
    /// How the environment fares. Lets Grail look at a query without running it, which costs nothing; ends
    /// within 20 s.
    pub async fn condition(&self) -> Condition {
        let outcome = self
            .operate(DEADLINE, |operation| async move {
                let query = grailstage_dql::print(&grailstage_dql::fetch("events").build());
                let asked = Asked::json(
                    Method::Post,
                    "/platform/storage/query/v1/query:verify".to_owned(),
                    &json!({ "query": query }),
                    Repetition::Harmless,
                )?;
                let response = operation.succeed(&asked).await?;
                operation.read::<serde_json::Value>(&response)
            })
            .await;
        let error = outcome.err();
        let now = self.wire.host.now();
        Condition {
            reachable: !matches!(
                error,
                Some(
                    TenantError::Unreachable { .. }
                        | TenantError::DeadlineExceeded { .. }
                        | TenantError::NotFound { .. }
                        | TenantError::NotJson { .. }
                        | TenantError::Redirected { .. }
                        | TenantError::ResponseTooLarge { .. }
                )
            ),
            credentials_accepted: match error {
                // Whoever lacks a scope has been recognised.
                None | Some(TenantError::MissingScope { .. } | TenantError::Forbidden { .. }) => Some(true),
                Some(TenantError::InvalidCredentials { .. }) => Some(false),
                Some(_) => None,
            },
            granted_scopes: self.tokens.granted_scopes(),
            missing_scopes: self.experience.missing_scopes(now),
            clock_skew_millis: self.wire.clock_skew_millis(),
            error,
            last_failure: self.experience.last_failure.borrow().clone(),
        }
    }
}
