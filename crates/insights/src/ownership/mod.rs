//! Ownership teams of all environments as groups of the catalog, and groups of the catalog as ownership teams; and
//! the card that tells who answers for a component.
//!
//! ```text
//! OwnershipTeamsRequest ── Client::ownership_teams ── teams of every environment ─> groups, merged by identifier
//! OwnershipSyncRequest ─── Client::write_ownership_teams ── groups ─> wanted teams ─> a plan for every environment
//!                                                                      └─ dry run ends here ─> carried out
//! ```

mod card;
mod exchange;
mod offered_groups;
mod wanted_teams;

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::{Either, join_all, select};
use grailstage_tenant::ownership::{self, Outcome, Plan, PlanOptions, PlannedTeam, Step, Teams, WrittenTeam};
use grailstage_tenant::{Host, Tenant, TenantError};

use crate::InsightError;
use crate::answer::{Note, Severity};
use crate::client::{Client, error_note, json, payload, tenant_note};
use crate::configuration::Environment;
pub use card::Ownership;
pub use exchange::{
    ChangedField, OwnershipSyncAnswer, OwnershipSyncRequest, OwnershipTeamsAnswer, OwnershipTeamsRequest,
    SyncOutcome, SyncStep, SyncedEnvironment, SyncedTeam,
};
use offered_groups::{OfferedGroups, link_title};
use wanted_teams::wanted_teams;

/// The identifier a group has or shall have as a team in Dynatrace; without it, the group's name.
pub const TEAM_IDENTIFIER: &str = "dynatrace.com/team-identifier";
/// What the team of a group answers for when it is created, such as `development,operations`.
pub const TEAM_RESPONSIBILITIES: &str = "dynatrace.com/team-responsibilities";
/// The environments a group was taken from; a group that has it is never written back.
pub const TEAM_ENVIRONMENTS: &str = "dynatrace.com/team-environments";
/// The ids of the settings objects a group was taken from, in the order of the environments.
pub const TEAM_OBJECT_IDS: &str = "dynatrace.com/team-object-ids";

/// Stands before a group's reference in the external id of its team, unless the request says otherwise.
const DEFAULT_MARK: &str = "backstage";

impl<H: Host + 'static> Client<H> {
    /// The ownership teams as groups of the catalog: the JSON of an [`OwnershipTeamsAnswer`]. An environment
    /// that fails is a note in the answer.
    ///
    /// # Errors
    /// When there is no such environment, or the request was cancelled.
    pub async fn ownership_teams(
        &self,
        request: &OwnershipTeamsRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Vec<u8>, InsightError> {
        let mark = mark(request.mark.as_deref())?;
        let asked = self.chosen(request.environments.as_deref().unwrap_or_default())?;
        let mut answer = OwnershipTeamsAnswer { groups: Vec::new(), answered: Vec::new(), notes: Vec::new() };
        let reads = asked.iter().map(|environment| async move { (*environment, read(environment).await) });
        let reads = or_cancelled(join_all(reads), cancelled).await?;
        let namespace = request.namespace.as_deref();
        let mut groups = OfferedGroups::new(namespace, mark, request.existing.as_deref().unwrap_or_default());
        for (environment, teams) in reads {
            let name = environment.name();
            match teams {
                Ok(teams) => {
                    answer.answered.push(name.to_owned());
                    answer.notes.extend(unreadable(name, &teams));
                    answer.notes.extend(groups.take(name, &teams));
                }
                Err(error) => answer.notes.push(tenant_note(name, &error)),
            }
        }
        answer.groups = groups.into_entities();
        Ok(json(&answer))
    }

    /// Brings groups of the catalog to the environments as ownership teams, or with `dry_run` tells what that
    /// would do: the JSON of an [`OwnershipSyncAnswer`]. An environment that fails is a note in the answer.
    ///
    /// Teams that were not created from this catalog are never changed or removed.
    ///
    /// # Errors
    /// When there is no such environment, an entity cannot be understood, or the request was cancelled. What
    /// was written before stays.
    pub async fn write_ownership_teams(
        &self,
        request: OwnershipSyncRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Vec<u8>, InsightError> {
        let mark = mark(request.mark.as_deref())?;
        let options = PlanOptions { mark: mark.to_owned(), remove: request.remove.unwrap_or(false) };
        let (wanted, mut notes) = wanted_teams(request.groups, request.base_url.as_deref())?;
        let asked = self.chosen(request.environments.as_deref().unwrap_or_default())?;
        let dry_run = request.dry_run.unwrap_or(false);
        let attempts = asked.iter().map(|environment| {
            let (wanted, options) = (&wanted, options.clone());
            async move {
                let teams = read(environment).await?;
                let plan = ownership::plan(wanted, &teams, options);
                let outcomes = match environment {
                    Environment::Usable(tenant) if !dry_run => {
                        Some(tenant.write_ownership_teams(&plan).await)
                    }
                    _ => None,
                };
                Ok::<_, TenantError>((unreadable(environment.name(), &teams), plan, outcomes))
            }
        });
        let mut environments = Vec::new();
        let attempts = or_cancelled(join_all(attempts), cancelled).await?;
        for (environment, attempt) in asked.iter().zip(attempts) {
            let name = environment.name();
            match attempt {
                Ok((unreadable, plan, outcomes)) => {
                    notes.extend(unreadable);
                    environments.push(synced(name, &plan, outcomes.as_deref()));
                }
                Err(error) => notes.push(tenant_note(name, &error)),
            }
        }
        Ok(json(&OwnershipSyncAnswer { dry_run, environments, notes }))
    }
}

async fn read<H: Host + 'static>(environment: &Environment<H>) -> Result<Teams, TenantError> {
    match environment {
        Environment::Usable(tenant) => Tenant::ownership_teams(tenant).await,
        Environment::Broken { error, .. } => Err(error.clone()),
    }
}

async fn or_cancelled<T>(
    work: impl Future<Output = T>,
    cancelled: impl Future<Output = ()>,
) -> Result<T, InsightError> {
    match select(cancelled.boxed_local(), work.boxed_local()).await {
        Either::Left(_) => Err(InsightError::Cancelled),
        Either::Right((outcome, _)) => Ok(outcome),
    }
}

/// A mark without a colon, so that one mark is never the beginning of another's external ids.
fn mark(mark: Option<&str>) -> Result<&str, InsightError> {
    let mark = mark.unwrap_or(DEFAULT_MARK);
    let fits = !mark.is_empty()
        && mark.len() <= 50
        && mark.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'));
    if fits {
        return Ok(mark);
    }
    let reason = format!("the mark `{mark}` is not made of 1 to 50 letters, digits, `-`, `_` and `.`");
    Err(InsightError::InvalidRequest { reason })
}

fn unreadable<'a>(environment: &'a str, teams: &'a Teams) -> Vec<Note> {
    let note = |team: &ownership::Unreadable| {
        let message = format!("{} (settings object `{}`)", team.reason, team.object_id);
        Note { severity: Severity::Warning, ..error_note(environment, "unreadable-team", message, None) }
    };
    teams.unreadable.iter().map(note).collect()
}

fn synced(environment: &str, plan: &Plan, outcomes: Option<&[WrittenTeam]>) -> SyncedEnvironment {
    let team = |(place, team): (usize, &PlannedTeam)| {
        let outcome = outcomes.and_then(|outcomes| outcomes.get(place)).map(|written| &written.outcome);
        let (step, reason, changes) = match &team.step {
            Step::Create { .. } => (SyncStep::Create, None, Vec::new()),
            Step::Update { changes, .. } => {
                let changes = changes.iter().map(|change| ChangedField {
                    field: change.field.to_owned(),
                    from: change.from.clone(),
                    to: change.to.clone(),
                });
                (SyncStep::Update, None, changes.collect())
            }
            Step::Keep => (SyncStep::Keep, None, Vec::new()),
            Step::Remove { .. } => (SyncStep::Remove, None, Vec::new()),
            Step::Leave { reason } => (SyncStep::Leave, Some(reason.clone()), Vec::new()),
        };
        SyncedTeam {
            entity_ref: team.entity_ref.clone(),
            identifier: team.identifier.clone(),
            step,
            reason,
            changes,
            outcome: outcome.map(|outcome| match outcome {
                Outcome::Created => SyncOutcome::Created,
                Outcome::Updated => SyncOutcome::Updated,
                Outcome::Unchanged => SyncOutcome::Unchanged,
                Outcome::Removed => SyncOutcome::Removed,
                Outcome::Left => SyncOutcome::Left,
                Outcome::Failed(_) => SyncOutcome::Failed,
            }),
            error: outcome.and_then(|outcome| match outcome {
                Outcome::Failed(error) => Some(payload(environment, error)),
                _ => None,
            }),
        }
    };
    SyncedEnvironment {
        environment: environment.to_owned(),
        teams: plan.teams.iter().enumerate().map(team).collect(),
    }
}
