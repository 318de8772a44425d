//! What is asked of and told about ownership teams.

use serde::{Deserialize, Serialize};
use serde_json::Value;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::answer::Note;
use crate::error::ErrorPayload;

/// The ownership teams as groups of the catalog.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct OwnershipTeamsRequest {
    /// Names of the environments to ask; all where absent or empty.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environments: Option<Vec<String>>,
    /// The namespace the groups get; `default` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub namespace: Option<String>,
    /// Full references of groups the catalog has from elsewhere. Teams of the same name are left out.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub existing: Option<Vec<String>>,
    /// The mark of teams that were created from this catalog, which are left out; `backstage` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub mark: Option<String>,
}

/// The ownership teams as groups of the catalog.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct OwnershipTeamsAnswer {
    /// Entities of the kind `Group`, without the annotations that say where an entity is managed.
    #[cfg_attr(feature = "typescript", ts(type = "unknown[]"))]
    pub groups: Vec<Value>,
    /// The environments that answered. A group may be missing because the others did not.
    pub answered: Vec<String>,
    /// What to know: environments that failed, teams that were left out.
    pub notes: Vec<Note>,
}

/// Groups of the catalog, to be written as ownership teams.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct OwnershipSyncRequest {
    /// The groups as JSON, all of them: a team whose group is missing counts as left over.
    #[cfg_attr(feature = "typescript", ts(type = "unknown[]"))]
    pub groups: Vec<Value>,
    /// Names of the environments to write to; all where absent or empty.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environments: Option<Vec<String>>,
    /// Tells the teams of this catalog from others; `backstage` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub mark: Option<String>,
    /// Whether teams of this catalog go when their group has gone; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub remove: Option<bool>,
    /// Whether to tell only what would be done; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dry_run: Option<bool>,
    /// The address of the portal, for a link to the group; without it, teams get none.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub base_url: Option<String>,
}

/// What was done, or with a dry run would be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct OwnershipSyncAnswer {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The environments that answered.
    pub environments: Vec<SyncedEnvironment>,
    /// What to know: environments that failed, groups that cannot be used as they are.
    pub notes: Vec<Note>,
}

/// What was done in one environment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SyncedEnvironment {
    /// Its name.
    pub environment: String,
    /// Every team there is something to say about.
    pub teams: Vec<SyncedTeam>,
}

/// What was done for one team.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SyncedTeam {
    /// The group's full reference.
    pub entity_ref: String,
    /// The team's identifier.
    pub identifier: String,
    /// What is to be done.
    pub step: SyncStep,
    /// Why it is left as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<String>,
    /// The fields that differ.
    pub changes: Vec<ChangedField>,
    /// What became of it; absent in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub outcome: Option<SyncOutcome>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub error: Option<ErrorPayload>,
}

/// A field that differs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ChangedField {
    /// The field of the team.
    pub field: String,
    /// What is there; `null` for nothing.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub from: Value,
    /// What shall be there.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub to: Value,
}

/// What is to be done for a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum SyncStep {
    /// There is none yet.
    Create,
    /// Fields differ.
    Update,
    /// It is as it shall be.
    Keep,
    /// Its group has gone.
    Remove,
    /// It is left as it is although catalog and Dynatrace differ.
    Leave,
}

/// What became of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum SyncOutcome {
    /// It is there now.
    Created,
    /// It has the new fields.
    Updated,
    /// There was nothing to do.
    Unchanged,
    /// It is gone.
    Removed,
    /// It was left as it is.
    Left,
    /// It could not be written.
    Failed,
}
