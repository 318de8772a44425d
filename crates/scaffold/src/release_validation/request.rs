//! What a template says of a validation, and what comes of it.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// A guardian to be asked.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ValidationStartRequest {
    /// Name of the environment; may be left out where only one is configured.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
    /// Id or name of the guardian.
    pub guardian: String,
    /// The id of this validation, used by no other: it is found again by it.
    pub id: String,
    /// Since when an earlier attempt may have started it, in ISO 8601: then it is looked for first.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub attempted_since: Option<String>,
    /// Whether only to look for the guardian; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dry_run: Option<bool>,
    /// Id of the workflow to run; where absent, an event is sent that the guardian's workflow listens to.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub workflow: Option<String>,
    /// Start of what is validated, in ISO 8601; where absent, the workflow decides.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub from: Option<String>,
    /// Its end.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to: Option<String>,
    /// The version that is validated.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub version: Option<String>,
    /// The build that is validated.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub build_id: Option<String>,
}

/// A validation that was started.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ValidationStart {
    /// The environment.
    pub environment: String,
    /// Id of the guardian.
    pub guardian_id: String,
    /// Its name.
    pub guardian_name: String,
    /// Whether it is a guardian of the lifecycle, and not of the business.
    pub lifecycle: bool,
    /// The id the validation is found by.
    pub id: String,
    /// The execution of the workflow that was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub execution_id: Option<String>,
    /// When it was started, in ISO 8601.
    pub started_at: String,
    /// Opens the guardian in Dynatrace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
}

/// A validation to be waited for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ValidationWaitRequest {
    /// What was started.
    pub started: ValidationStart,
    /// How long to wait, up to four hours; 900 where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub timeout_seconds: Option<u64>,
}

/// What a guardian says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Verdict {
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
    /// It said nothing in time.
    Timeout,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Pass, Self::Warning, Self::Fail, Self::Error, Self::Info, Self::Timeout];

    /// As Dynatrace writes it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Info => "info",
            Self::Timeout => "timeout",
        }
    }
}

/// How a validation ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ValidationVerdict {
    /// What the guardian says.
    pub verdict: Verdict,
    /// Why, where the guardian said nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<String>,
    /// Id of the validation, once it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub validation_id: Option<String>,
    /// Opens the validation, or else the guardian, in Dynatrace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
    /// What became of each objective.
    pub objectives: Vec<ValidationObjective>,
    /// The verdict with a table of the objectives, in Markdown.
    pub markdown: String,
}

/// What became of an objective.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ValidationObjective {
    /// Its name.
    pub name: String,
    /// `pass`, `warning`, `fail`, `error` or `info`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub result: Option<String>,
    /// The number that was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub value: Option<f64>,
    /// Where it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub target: Option<f64>,
    /// Where it warns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub warning: Option<f64>,
    /// `at most` or `at least`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub comparison: Option<String>,
}
