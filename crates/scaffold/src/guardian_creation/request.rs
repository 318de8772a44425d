//! What a template says of a guardian, and what comes of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::ScaffoldError;

/// A guardian to be made.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GuardianCreateRequest {
    /// Name of the environment; may be left out where only one is configured.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
    /// Its name.
    pub name: String,
    /// By what it is found again; made from its name where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub external_id: Option<String>,
    /// What it is for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub description: Option<String>,
    /// Whether it is one of the business, and not of the lifecycle; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub business: Option<bool>,
    /// Tags, by which cards and events find it, such as `stage` and `production`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub tags: Option<BTreeMap<String, String>>,
    /// Whose objectives it gets.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub technology: Option<Technology>,
    /// How strict they are; `medium` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub criticality: Option<Criticality>,
    /// What they measure.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub workload: Option<GuardianWorkload>,
    /// Thresholds of their own, by objective: `error-rate`, `response-time`, `error-logs`, `cpu`, `memory`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub thresholds: Option<BTreeMap<String, Thresholds>>,
    /// More objectives.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub objectives: Option<Vec<GuardianObjective>>,
    /// Service-level objectives to be kept.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub slos: Option<Vec<GuardianSlo>>,
    /// Whether to tell only what would be done; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dry_run: Option<bool>,
}

/// What kind of workload it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Technology {
    /// It answers requests.
    WebService,
    /// It works without being asked.
    Worker,
}

impl Technology {
    #[cfg(test)]
    pub(super) const ALL: [Self; 2] = [Self::WebService, Self::Worker];

    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::WebService => "web-service",
            Self::Worker => "worker",
        }
    }
}

/// How much depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Criticality {
    /// Customers notice at once.
    High,
    /// Others can bridge it.
    Medium,
    /// It can wait.
    Low,
}

impl Criticality {
    #[cfg(test)]
    pub(super) const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// A workload of Kubernetes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GuardianWorkload {
    /// Its cluster.
    pub cluster: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Where an objective warns and fails.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Thresholds {
    /// Beyond it, it warns.
    pub warning: f64,
    /// Beyond it, it fails.
    pub target: f64,
}

/// An objective of one's own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GuardianObjective {
    /// Its name.
    pub name: String,
    /// DQL whose first number is the value.
    pub query: String,
    /// Whether the value shall be at least the target, and not at most.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub at_least: Option<bool>,
    /// Beyond it, it fails.
    pub target: f64,
    /// Beyond it, it warns.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub warning: Option<f64>,
}

impl GuardianObjective {
    /// The objective as the settings hold it. DQL that Dynatrace would refuse is refused here.
    pub(super) fn to_settings(&self) -> Result<Value, ScaffoldError> {
        let finding = grailstage_dql::check(&self.query, grailstage_dql::Dialect::Query)
            .into_iter()
            .find(grailstage_dql::diagnostic::Diagnostic::is_error);
        if let Some(finding) = finding {
            return Err(ScaffoldError::InvalidInput {
                input: "objectives".to_owned(),
                problem: format!("have in `{}` DQL with a mistake: {}", self.name, finding.message),
                help: finding.help.map(std::borrow::Cow::into_owned),
            });
        }
        let mut objective = bounded(self.at_least.unwrap_or(false), self.target, self.warning);
        if let Some(members) = objective.as_object_mut() {
            members.insert("name".to_owned(), self.name.clone().into());
            members.insert("objectiveType".to_owned(), "DQL".into());
            members.insert("dqlQuery".to_owned(), self.query.clone().into());
        }
        Ok(objective)
    }
}

/// A service-level objective to be kept.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GuardianSlo {
    /// Its name within the guardian.
    pub name: String,
    /// Its metric, such as `func:slo.cart_availability`.
    pub reference: String,
    /// Below it, it fails; in percent.
    pub target: f64,
    /// Below it, it warns.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub warning: Option<f64>,
}

impl GuardianSlo {
    pub(super) fn to_settings(&self) -> Value {
        let mut objective = bounded(true, self.target, self.warning);
        if let Some(members) = objective.as_object_mut() {
            members.insert("name".to_owned(), self.name.clone().into());
            members.insert("objectiveType".to_owned(), "REFERENCE_SLO".into());
            members.insert("referenceSlo".to_owned(), self.reference.clone().into());
        }
        objective
    }
}

fn bounded(at_least: bool, target: f64, warning: Option<f64>) -> Value {
    let operator = if at_least { "GREATER_THAN_OR_EQUAL" } else { "LESS_THAN_OR_EQUAL" };
    let mut objective = json!({
        "comparisonOperator": operator,
        "target": target,
        "autoAdaptiveThresholdEnabled": false,
        "segments": [],
        "links": [],
    });
    if let (Some(warning), Some(members)) = (warning, objective.as_object_mut()) {
        members.insert("warning".to_owned(), warning.into());
    }
    objective
}

/// What became of a guardian, or with a dry run would.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GuardianCreateAnswer {
    /// The environment.
    pub environment: String,
    /// Its id, once it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub guardian_id: Option<String>,
    /// By what it is found again.
    pub external_id: String,
    /// What became of it.
    pub outcome: GuardianOutcome,
    /// Opens it in Dynatrace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
    /// What it measures.
    pub objectives: Vec<CreatedObjective>,
}

/// What became of a guardian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum GuardianOutcome {
    /// There was none.
    Created,
    /// It was another.
    Updated,
    /// It was as it shall be.
    Unchanged,
}

/// An objective of a guardian.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CreatedObjective {
    /// Its name.
    pub name: String,
    /// Beyond it, it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub target: Option<f64>,
    /// Beyond it, it warns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub warning: Option<f64>,
}

impl CreatedObjective {
    pub(super) fn of(objective: &Value) -> Self {
        Self {
            name: objective.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            target: objective.get("target").and_then(Value::as_f64),
            warning: objective.get("warning").and_then(Value::as_f64),
        }
    }
}
