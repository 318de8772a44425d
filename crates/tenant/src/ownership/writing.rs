//! A plan -> the environment.

use super::TEAMS_SCHEMA;
use super::plan::{DesiredTeam, Plan, Step};
use crate::error::TenantError;
use crate::host::Host;
use crate::settings::{Deleted, SettingsDraft, Updated};
use crate::tenant::Tenant;

/// What became of a planned team.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It is there now.
    Created,
    /// It has the new fields.
    Updated,
    /// There was nothing to do, or someone else has done it.
    Unchanged,
    /// It is gone.
    Removed,
    /// It was left as it is, as planned.
    Left,
    /// It could not be written.
    Failed(TenantError),
}

/// A planned team and what became of it.
#[derive(Debug, Clone)]
pub struct WrittenTeam {
    /// The group's full reference.
    pub entity_ref: String,
    /// The team's identifier.
    pub identifier: String,
    /// What became of it.
    pub outcome: Outcome,
}

impl<H: Host + 'static> Tenant<H> {
    /// Carries out a plan and tells what became of every team, in the order of the plan. One that fails does
    /// not stop the others. A team is removed only when it still carries the mark of the plan.
    pub async fn write_ownership_teams(&self, plan: &Plan) -> Vec<WrittenTeam> {
        let created: Vec<&DesiredTeam> = plan
            .teams
            .iter()
            .filter_map(|team| match &team.step {
                Step::Create { desired } => Some(desired),
                _ => None,
            })
            .collect();
        let mut creations = self.create_teams(&created, plan).await.into_iter();
        let mut written = Vec::with_capacity(plan.teams.len());
        for team in &plan.teams {
            let outcome = match &team.step {
                Step::Create { .. } => creations.next().unwrap_or(Outcome::Left),
                Step::Update { desired, object_id, .. } => {
                    let change = |value: &serde_json::Value| desired.applied_to(value);
                    match self.settings().update(object_id, change).await {
                        Ok(Updated::Written) => Outcome::Updated,
                        Ok(Updated::Unchanged) => Outcome::Unchanged,
                        Err(error) => Outcome::Failed(error),
                    }
                }
                Step::Remove { object_id } => self.remove_team(object_id, plan).await,
                Step::Keep => Outcome::Unchanged,
                Step::Leave { .. } => Outcome::Left,
            };
            let (entity_ref, identifier) = (team.entity_ref.clone(), team.identifier.clone());
            written.push(WrittenTeam { entity_ref, identifier, outcome });
        }
        written
    }

    async fn create_teams(&self, teams: &[&DesiredTeam], plan: &Plan) -> Vec<Outcome> {
        if teams.is_empty() {
            return Vec::new();
        }
        let draft = |team: &&DesiredTeam| {
            SettingsDraft::new(TEAMS_SCHEMA, plan.options.external_id(&team.entity_ref), team.created())
        };
        let drafts: Vec<SettingsDraft> = teams.iter().map(draft).collect();
        match self.settings().upsert_all(&drafts).await {
            Ok(outcomes) => outcomes
                .into_iter()
                .map(|outcome| outcome.map_or_else(Outcome::Failed, |_| Outcome::Created))
                .collect(),
            Err(error) => teams.iter().map(|_| Outcome::Failed(error.clone())).collect(),
        }
    }

    async fn remove_team(&self, object_id: &str, plan: &Plan) -> Outcome {
        let removed = async {
            let object = match self.settings().get(object_id).await {
                Err(TenantError::NotFound { .. }) => return Ok(Outcome::Unchanged),
                object => object?,
            };
            if plan.options.entity_ref(object.external_id.as_deref()).is_none() {
                return Ok(Outcome::Left);
            }
            match self.settings().delete(object_id, object.update_token.as_deref()).await? {
                Deleted::Removed => Ok(Outcome::Removed),
                Deleted::WasGone => Ok(Outcome::Unchanged),
            }
        };
        removed.await.unwrap_or_else(Outcome::Failed)
    }
}
