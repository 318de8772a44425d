//! `dynatrace:zone:onboard`: a management zone for the namespaces of a team, and what goes with it.
//!
//! ```text
//! ZoneOnboardingRequest ─┬─ zone_value ──────▶ the zone, written once by its external id
//!                        ├─ segment_proposal ▶ the segment that would take its place in Grail
//!                        ├─ access_policy ───▶ the statements that let a group read the data
//!                        └─ access_document ─▶ requests for group and ticket, from templates
//! ```
//!
//! A zone decides nothing about what a query of Grail reads: segment and policy do, and are proposed only, since they
//! belong to those who administer the account.

mod access_document;
mod access_policy;
mod zone_value;

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use grailstage_insights::{Client, InsightError};
use grailstage_tenant::management_zone::{ManagementZone, SCHEMA, segment_proposal};
use grailstage_tenant::settings::{SettingsDraft, SettingsObject, Updated};
use grailstage_tenant::{Host, Tenant, TenantError, links};
use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::ScaffoldError;

/// Stands before the name of a zone in the external id of its settings object, and says that it was made here.
const MARK: &str = "backstage:zone:";

/// A zone that is wanted.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ZoneOnboardingRequest {
    /// Name of the environment; may be left out where only one is configured.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
    /// The name of the zone.
    pub zone: String,
    /// What it is for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub description: Option<String>,
    /// The Kubernetes namespaces in it.
    pub namespaces: Vec<String>,
    /// The Kubernetes cluster they are in; any where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cluster: Option<String>,
    /// The group that shall see it.
    pub group: String,
    /// Who asks, such as a user's reference.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub requester: Option<String>,
    /// What for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<String>,
    /// The documents that ask for access; two of its own where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub documents: Option<Vec<AccessDocumentTemplate>>,
    /// Whether to tell only what would be done; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dry_run: Option<bool>,
}

/// A document that asks for access, before it is filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct AccessDocumentTemplate {
    /// The file it becomes.
    pub path: String,
    /// Its text, with `{{zone}}`, `{{group}}`, `{{namespaces}}`, `{{cluster}}`, `{{environment}}`, `{{requester}}`,
    /// `{{reason}}`, `{{policy}}` and `{{segment}}`.
    pub template: String,
}

/// A zone and what goes with it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ZoneOnboarding {
    /// The environment.
    pub environment: String,
    /// The name of the zone.
    pub zone: String,
    /// What was done, or with a dry run would be.
    pub step: ZoneStep,
    /// The id of its settings object; absent where a dry run would create it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub object_id: Option<String>,
    /// Opens the management zones in Dynatrace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
    /// The segment that would take its place.
    pub segment: ProposedSegment,
    /// The statements of a policy for the group, one a line.
    pub policy: String,
    /// The documents that ask for access.
    pub documents: Vec<AccessDocument>,
    /// What to know, each a sentence without full stop.
    pub remarks: Vec<String>,
}

/// What becomes of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ZoneStep {
    /// It was not there.
    Create,
    /// It was there, and other.
    Update,
    /// It is as it shall be.
    Keep,
}

/// A segment that nobody has made yet.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ProposedSegment {
    /// Its name.
    pub name: String,
    /// What it includes; joined by or.
    pub includes: Vec<ProposedInclude>,
    /// Where it selects something else than the zone, one sentence each.
    pub remarks: Vec<String>,
}

/// What a segment includes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ProposedInclude {
    /// The data object, such as `logs`.
    pub data_object: String,
    /// The condition on its records, as DQL.
    pub filter: String,
}

/// A document that asks for access.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct AccessDocument {
    /// The file it belongs into.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Makes a zone what it shall be, or tells what that would be, and proposes what goes with it.
///
/// A zone that was not made here is never changed. Written again after a broken connection it stays one zone.
///
/// # Errors
/// `invalid-input`, also where a zone of that name is somebody else's; what the environment says; `cancelled`.
pub async fn onboard<H: Host + 'static>(
    client: &Client<H>,
    request: &ZoneOnboardingRequest,
    cancelled: impl Future<Output = ()>,
) -> Result<ZoneOnboarding, ScaffoldError> {
    zone_value::check(request)?;
    // A document that cannot be made stops the step before anything is written.
    access_document::check(request)?;
    let tenant = client.environment(request.environment.as_deref())?;
    let work = write(&tenant, request);
    match select(cancelled.boxed_local(), work.boxed_local()).await {
        Either::Left(_) => Err(ScaffoldError::Insight(InsightError::Cancelled)),
        Either::Right((outcome, _)) => outcome,
    }
}

async fn write<H: Host + 'static>(
    tenant: &Tenant<H>,
    request: &ZoneOnboardingRequest,
) -> Result<ZoneOnboarding, ScaffoldError> {
    let environment = tenant.environment().name();
    let failed = |error: TenantError| ScaffoldError::environment(environment, error);
    let wanted = zone_value::zone_value(request);
    let external_id = format!("{MARK}{}", request.zone);
    let objects = tenant.settings().list(SCHEMA).await.map_err(failed)?;
    let own = objects.iter().find(|object| object.external_id.as_deref() == Some(external_id.as_str()));
    let is_dry_run = request.dry_run.unwrap_or(false);
    let (step, object_id) = match own {
        None => {
            refuse_namesake(request, &objects)?;
            let id = if is_dry_run {
                None
            } else {
                let draft = SettingsDraft::new(SCHEMA, external_id, wanted.clone());
                Some(tenant.settings().upsert(&draft).await.map_err(failed)?)
            };
            (ZoneStep::Create, id)
        }
        Some(object) => {
            let change = |value: &serde_json::Value| zone_value::applied(&wanted, value);
            let differs = change(&object.value) != object.value;
            let step = match (differs, is_dry_run) {
                (false, _) => ZoneStep::Keep,
                (true, true) => ZoneStep::Update,
                (true, false) => {
                    match tenant.settings().update(&object.object_id, change).await.map_err(failed)? {
                        Updated::Written => ZoneStep::Update,
                        Updated::Unchanged => ZoneStep::Keep,
                    }
                }
            };
            (step, Some(object.object_id.clone()))
        }
    };
    propose(tenant, request, wanted, step, object_id)
}

fn refuse_namesake(request: &ZoneOnboardingRequest, objects: &[SettingsObject]) -> Result<(), ScaffoldError> {
    let is_namesake = |object: &SettingsObject| {
        object.value.get("name").and_then(serde_json::Value::as_str) == Some(request.zone.as_str())
    };
    if !objects.iter().any(is_namesake) {
        return Ok(());
    }
    Err(ScaffoldError::InvalidInput {
        input: "zone".to_owned(),
        problem: format!(
            "is `{}`, and there is a management zone of that name that was not made here",
            request.zone
        ),
        help: Some("choose another name, or leave the zone to those who made it".to_owned()),
    })
}

fn propose<H: Host + 'static>(
    tenant: &Tenant<H>,
    request: &ZoneOnboardingRequest,
    value: serde_json::Value,
    step: ZoneStep,
    object_id: Option<String>,
) -> Result<ZoneOnboarding, ScaffoldError> {
    let environment = tenant.environment();
    let object = SettingsObject {
        object_id: object_id.clone().unwrap_or_default(),
        schema_id: SCHEMA.to_owned(),
        scope: "environment".to_owned(),
        external_id: None,
        schema_version: None,
        modified: None,
        update_token: None,
        value,
    };
    let zone = ManagementZone::read(&object).map_err(|reason| ScaffoldError::input("zone", reason))?;
    let proposal = segment_proposal(&zone);
    let segment = ProposedSegment {
        name: proposal.name.clone(),
        includes: proposal
            .includes
            .iter()
            .map(|include| ProposedInclude {
                data_object: include.data_object.clone(),
                filter: include.filter_text(),
            })
            .collect(),
        remarks: proposal.remarks,
    };
    let policy = access_policy::access_policy(request);
    let documents = access_document::documents(request, environment.name(), &segment, &policy)?;
    Ok(ZoneOnboarding {
        environment: environment.name().to_owned(),
        zone: request.zone.clone(),
        step,
        object_id,
        url: links::app(environment.url(), "dynatrace.classic.settings", &["ui", "settings", SCHEMA], &[]),
        segment,
        policy,
        documents,
        remarks: vec![
            "the zone groups entities in classic screens; what a query reads is up to the policy, and what a screen shows to the segment".to_owned(),
            "policies cannot limit entities to namespaces, so the statements let the group read all of them".to_owned(),
        ],
    })
}
