//! What comes of a gate.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// Whether a release may go on. Worse verdicts are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum GateVerdict {
    /// Nothing stands against it.
    Pass,
    /// Something is to be looked at.
    Warning,
    /// It must not.
    Fail,
}

impl GateVerdict {
    /// As it goes over the wire.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::Fail => "fail",
        }
    }
}

/// What a gate looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "GateAspectName"))]
pub enum Aspect {
    /// The tests that ran for the release.
    Tests,
    /// What its guardians say.
    Validations,
    /// What is left of its error budgets.
    Objectives,
    /// The vulnerabilities that are open now.
    Vulnerabilities,
    /// The problems that are open now.
    Problems,
}

impl Aspect {
    /// The card that asks the same questions.
    pub(super) const fn card(self) -> &'static str {
        match self {
            Self::Tests => "test-results",
            Self::Validations => "release-validations",
            Self::Objectives => "slos",
            Self::Vulnerabilities => "vulnerabilities",
            Self::Problems => "problems",
        }
    }

    /// Its heading.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Tests => "Tests",
            Self::Validations => "Validations",
            Self::Objectives => "Objectives",
            Self::Vulnerabilities => "Vulnerabilities",
            Self::Problems => "Problems",
        }
    }
}

/// The verdict about a release.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ReleaseGate {
    /// The worst verdict of all aspects.
    pub verdict: GateVerdict,
    /// What was looked at.
    pub aspects: Vec<GateAspect>,
    /// What was not, since the entity has none of the annotations; only where the request names no aspects.
    pub left_out: Vec<GateLeftOut>,
    /// The verdict with all reasons, in Markdown.
    pub markdown: String,
    /// When it was asked, in ISO 8601.
    pub asked_at: String,
}

/// The verdict of one aspect.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateAspect {
    /// Which it is.
    pub aspect: Aspect,
    /// The worst verdict of its reasons.
    pub verdict: GateVerdict,
    /// It in a few words, such as `2 cases fail`.
    pub summary: String,
    /// What speaks against the release, the worst first; at most 20.
    pub reasons: Vec<GateReason>,
    /// Opens what was asked, in a Dynatrace notebook.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
}

/// What an aspect's verdict comes from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateReason {
    /// What it means for the release; `pass` for what is within its bounds.
    pub verdict: GateVerdict,
    /// What it is, in words.
    pub text: String,
    /// Opens it, or else the question that found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
    /// The environment it was found in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
    /// Whether it has a page of its own.
    #[serde(skip)]
    pub(super) has_page: bool,
}

/// An aspect that was not looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct GateLeftOut {
    /// Which it is.
    pub aspect: Aspect,
    /// The annotations that would have it looked at; any one of them will do.
    pub annotations: Vec<&'static str>,
}
