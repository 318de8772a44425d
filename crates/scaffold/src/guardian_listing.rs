//! The guardians of an environment, for those who choose one in a form.

use std::cmp::Ordering;
use std::future::Future;

use grailstage_insights::Client;
use grailstage_tenant::Host;
use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::ScaffoldError;
use crate::cancellation::or_cancelled;
use crate::guardian;

/// Whose guardians.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GuardianListRequest {
    /// Name of the environment; may be left out where only one is configured.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
}

/// The guardians of an environment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GuardianList {
    /// The environment.
    pub environment: String,
    /// Its guardians by name.
    pub guardians: Vec<ListedGuardian>,
}

/// A guardian of a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ListedGuardian {
    /// Its id.
    pub id: String,
    /// Its name, which others may have, too.
    pub name: String,
    /// Whether it is one of the business, and not of the lifecycle.
    pub business: bool,
}

/// The guardians of an environment that its credentials may see: the JSON of a [`GuardianList`].
///
/// # Errors
/// When there is no such environment, it refuses, or the request was cancelled.
pub async fn list_guardians<H: Host + 'static>(
    client: &Client<H>,
    request: &GuardianListRequest,
    cancelled: impl Future<Output = ()>,
) -> Result<Vec<u8>, ScaffoldError> {
    let tenant = client.environment(request.environment.as_deref())?;
    let guardians = or_cancelled(guardian::all(&tenant), cancelled).await??;
    let mut guardians: Vec<ListedGuardian> = guardians
        .into_iter()
        .map(|guardian| ListedGuardian {
            business: guardian.is_business(),
            id: guardian.id,
            name: guardian.name,
        })
        .collect();
    guardians.sort_by(by_name);
    Ok(crate::json(&GuardianList { environment: tenant.environment().name().to_owned(), guardians }))
}

fn by_name(one: &ListedGuardian, other: &ListedGuardian) -> Ordering {
    one.name.cmp(&other.name).then_with(|| one.id.cmp(&other.id))
}
