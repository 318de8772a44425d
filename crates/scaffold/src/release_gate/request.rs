//! What a template says of a release that wants to go on.

use std::collections::BTreeMap;
use std::time::Duration;

use grailstage_insights::Subject;
use grailstage_insights::evidence::{EvidenceRequest, FAST, RISKY};
use grailstage_tenant::UnixMillis;
use serde::Deserialize;
use serde_json::{Value, json};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::GateVerdict;
use crate::ScaffoldError;
use crate::moment::moment;

/// How far back tests and validations are looked for, unless the request says otherwise.
const LOOK_BACK: Duration = Duration::from_secs(14 * 86_400);
/// How far clocks may differ: what was sent a moment ago counts.
pub(super) const MARGIN: Duration = Duration::from_secs(60);

/// A release to be judged.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ReleaseGateRequest {
    /// Names of the environments to ask; all where absent or empty.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environments: Option<Vec<String>>,
    /// The catalog entity as JSON.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "unknown"))]
    pub entity: Option<Value>,
    /// The components behind a system, domain or group, as JSON; absent for an entity that stands for itself.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "unknown[]"))]
    pub components: Option<Vec<Value>>,
    /// The annotations that an entity would have, in place of one.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub annotations: Option<BTreeMap<String, String>>,
    /// The version; tests and validations of others do not count.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub version: Option<String>,
    /// The revision of its code; tests of it count, whatever version they name.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub revision: Option<String>,
    /// The stage; tests and guardians of others do not count, those that name none do.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub stage: Option<String>,
    /// Since when tests and validations count, in ISO 8601; the last 14 days where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub since: Option<String>,
    /// What is looked at; where absent, all that the entity has annotations for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub aspects: Option<GateAspects>,
    /// What it means that something cannot be seen: no test ran, no guardian validated, an environment does not answer.
    /// `fail` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub missing: Option<GateVerdict>,
}

/// What is looked at, each with its bounds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateAspects {
    /// The tests that ran for the release.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub tests: Option<GateTests>,
    /// What its guardians say.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub validations: Option<GateValidations>,
    /// What is left of its error budgets.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub objectives: Option<GateObjectives>,
    /// The vulnerabilities that are open now.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub vulnerabilities: Option<GateVulnerabilities>,
    /// The problems that are open now.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub problems: Option<GateProblems>,
}

/// Where a number warns and fails; never where absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateBounds {
    /// Where it warns.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub warning: Option<f64>,
    /// Where it fails.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fail: Option<f64>,
}

impl GateBounds {
    /// The worst verdict whose bound the number is on the wrong side of.
    pub(super) fn verdict(self, is_beyond: impl Fn(f64) -> bool) -> GateVerdict {
        if self.fail.is_some_and(&is_beyond) {
            GateVerdict::Fail
        } else if self.warning.is_some_and(is_beyond) {
            GateVerdict::Warning
        } else {
            GateVerdict::Pass
        }
    }
}

/// The bounds of tests.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateTests {
    /// How many cases may fail: more than that warns or fails; `{ fail: 0 }` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub failing: Option<GateBounds>,
    /// How many cases may be flaky; `{ warning: 0 }` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub flaky: Option<GateBounds>,
    /// How many percent of the executions of cases have to pass: less than that warns or fails; any where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub pass_rate: Option<GateBounds>,
}

/// The bounds of validations.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateValidations {
    /// The results that warn; `warning` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub warning: Option<Vec<GateResult>>,
    /// The results that fail; `fail` and `error` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fail: Option<Vec<GateResult>>,
}

/// What a guardian can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum GateResult {
    /// All objectives are reached.
    Pass,
    /// An objective is close to its limit.
    Warning,
    /// An objective is not reached.
    Fail,
    /// The validation or an objective broke.
    Error,
    /// No objective has a limit.
    Info,
}

impl GateResult {
    /// What Dynatrace writes; nothing of a result that is not known.
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "pass" => Some(Self::Pass),
            "warning" => Some(Self::Warning),
            "fail" => Some(Self::Fail),
            "error" => Some(Self::Error),
            "info" => Some(Self::Info),
            _ => None,
        }
    }
}

/// The bounds of service-level objectives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateObjectives {
    /// How many percent of an error budget have to be left: that or less warns or fails; `{ fail: 0 }` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub budget_left: Option<GateBounds>,
    /// From which burn rate of the last hour on it warns or fails; `{ warning: 10 }` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub burn_rate: Option<GateBounds>,
}

impl GateObjectives {
    pub(super) fn budget_left(&self) -> GateBounds {
        self.budget_left.unwrap_or(GateBounds { warning: None, fail: Some(0.0) })
    }

    pub(super) fn burn_rate(&self) -> GateBounds {
        self.burn_rate.unwrap_or(GateBounds { warning: Some(FAST), fail: None })
    }
}

/// The bounds of vulnerabilities.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateVulnerabilities {
    /// From which risk score of 10 on one warns or fails; `{ warning: 7, fail: 9 }` where absent. One without a score
    /// warns.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub score: Option<GateBounds>,
    /// Whether only those count that can be reached from the public network; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub exposed_only: Option<bool>,
}

impl GateVulnerabilities {
    pub(super) fn score(&self) -> GateBounds {
        self.score.unwrap_or(GateBounds { warning: Some(RISKY.0), fail: Some(RISKY.1) })
    }
}

/// The bounds of problems.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateProblems {
    /// The severities that warn; `warning` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub warning: Option<Vec<GateSeverity>>,
    /// The severities that fail; `error` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fail: Option<Vec<GateSeverity>>,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum GateSeverity {
    /// Something is not available, fails, or is not monitored any more.
    Error,
    /// Something is slow or short of resources.
    Warning,
    /// For information, muted, or in maintenance.
    Quiet,
}

impl ReleaseGateRequest {
    /// Whom it is about.
    pub(super) fn subject(&self) -> Result<Subject, ScaffoldError> {
        let entity = match (&self.entity, &self.annotations) {
            (Some(entity), None) => entity.clone(),
            (None, Some(annotations)) => json!({
                "apiVersion": "backstage.io/v1alpha1",
                "kind": "Component",
                "metadata": { "name": "release", "annotations": annotations },
            }),
            _ => return Err(ScaffoldError::input("entity", "or `annotations` is needed, and not both")),
        };
        Ok(EvidenceRequest::subject(entity, self.components.clone())?)
    }

    /// Since when tests and validations count.
    pub(super) fn since(&self, now: UnixMillis) -> Result<UnixMillis, ScaffoldError> {
        let Some(text) = &self.since else { return Ok(now.before(LOOK_BACK)) };
        let since = moment("since", text)?;
        if since >= now {
            return Err(ScaffoldError::input("since", format!("is `{text}`, which is not in the past")));
        }
        Ok(since)
    }

    /// What is looked at.
    pub(super) fn aspects(&self) -> Result<GateAspects, ScaffoldError> {
        match &self.aspects {
            Some(GateAspects { tests: None, validations: None, objectives: None, vulnerabilities: None, problems: None }) => {
                Err(ScaffoldError::InvalidInput {
                    input: "aspects".to_owned(),
                    problem: "names none".to_owned(),
                    help: Some(
                        "name `tests`, `validations`, `objectives`, `vulnerabilities` or `problems`, or leave it out"
                            .to_owned(),
                    ),
                })
            }
            Some(aspects) => Ok(aspects.clone()),
            None => Ok(GateAspects {
                tests: Some(GateTests::default()),
                validations: Some(GateValidations::default()),
                objectives: Some(GateObjectives::default()),
                vulnerabilities: Some(GateVulnerabilities::default()),
                problems: Some(GateProblems::default()),
            }),
        }
    }
}
