//! `dynatrace:telemetry:plan`: which way logs, metrics and traces of a service get into Dynatrace, and why.
//!
//! ```text
//! TelemetryPlanRequest ─┬─ Libc::of_image ─▶ code_module ─┐       support_facts: what is known, from where, since when
//!                       └──────────────────────────────── ┴─▶ signals ─▶ wiring ─▶ markdown
//!                                                             route and    what to write into
//!                                                             reasons      the repository
//! ```
//!
//! Nothing is asked and nothing is written: `dynatrace:telemetry:apply` takes the wiring from here and puts it into the
//! files of the workspace.

mod code_module;
mod markdown;
mod request;
mod signals;
mod support_facts;
mod wiring;

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

pub use request::{Language, Libc, OneAgentMode, Orchestrator, TelemetryPlanRequest};
pub use support_facts::{SUPPORT_FACTS, SupportFact};
pub use wiring::{EnvironmentVariable, Package, PodAnnotation, SecretKey, TelemetryWiring};

use crate::ScaffoldError;

/// How the telemetry of a service gets into Dynatrace.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct TelemetryPlan {
    /// The service.
    pub service: String,
    /// Its language.
    pub language: Language,
    /// The C library the plan was made for.
    pub libc: Libc,
    /// Logs, metrics and traces, in this order.
    pub signals: Vec<SignalPlan>,
    /// What belongs into its repository.
    pub wiring: TelemetryWiring,
    /// What the reasons rest on.
    pub sources: Vec<PlanSource>,
    /// All of it as Markdown.
    pub markdown: String,
}

/// How one kind of telemetry gets into Dynatrace.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SignalPlan {
    /// Which kind.
    pub signal: Signal,
    /// The way in.
    pub route: TelemetryRoute,
    /// Why this one, the deciding reason first.
    pub reasons: Vec<PlanReason>,
    /// What has to be there for it.
    pub needs: Vec<String>,
    /// Other ways that would work, or may.
    pub alternatives: Vec<PlanAlternative>,
}

/// A kind of telemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Signal {
    /// Log records
    Logs,
    /// Metrics
    Metrics,
    /// Distributed traces
    Traces,
}

/// A way into Dynatrace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum TelemetryRoute {
    /// OneAgent, on the node or in the process
    OneAgent,
    /// Scraped by an ActiveGate, by the annotations of the pod
    Prometheus,
    /// From the process to the environment by OTLP
    OtlpDirect,
    /// From the process to a collector, and from there by OTLP
    OtlpCollector,
}

/// Why a way was chosen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct PlanReason {
    /// The reason, as a sentence without full stop.
    pub text: String,
    /// The id of the fact it rests on; absent where it follows from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub source: Option<String>,
    /// Whether the fact is certain.
    pub confirmed: bool,
}

/// A way that was not chosen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct PlanAlternative {
    /// The way.
    pub route: TelemetryRoute,
    /// When it is the better one.
    pub when: String,
}

/// A fact that a reason rests on.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct PlanSource {
    /// Its id.
    pub id: String,
    /// What it says.
    pub statement: String,
    /// The page.
    pub url: String,
    /// The day the page was read, `YYYY-MM-DD`.
    pub read: String,
    /// Why it is not certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub doubt: Option<String>,
}

/// Makes a plan.
///
/// # Errors
/// `invalid-input` for a name, address or path that cannot be used.
pub fn plan(request: &TelemetryPlanRequest) -> Result<TelemetryPlan, ScaffoldError> {
    check(request)?;
    let libc = request
        .libc
        .or_else(|| request.base_image.as_deref().map(str::trim).map(Libc::of_image))
        .unwrap_or(Libc::Unknown);
    let (signals, facts) = signals::signals(request, libc);
    let wiring = wiring::wiring(request, &signals);
    let sources = facts.into_iter().map(|fact| PlanSource {
        id: fact.id.to_owned(),
        statement: fact.statement.to_owned(),
        url: fact.source.to_owned(),
        read: fact.read.to_owned(),
        doubt: fact.doubt.map(str::to_owned),
    });
    let mut plan = TelemetryPlan {
        service: request.service.clone(),
        language: request.language,
        libc,
        signals,
        wiring,
        sources: sources.collect(),
        markdown: String::new(),
    };
    plan.markdown = markdown::markdown(&plan);
    Ok(plan)
}

fn check(request: &TelemetryPlanRequest) -> Result<(), ScaffoldError> {
    let is_name = |text: &str, most: usize| {
        let ends = [text.chars().next(), text.chars().next_back()];
        text.len() <= most
            && ends.iter().all(|end| end.is_some_and(|it| it.is_ascii_alphanumeric()))
            && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_'))
    };
    let invalid = |input: &str, problem: String, help: &str| ScaffoldError::InvalidInput {
        input: input.to_owned(),
        problem,
        help: Some(help.to_owned()),
    };
    if !is_name(&request.service, 253) {
        return Err(invalid(
            "service",
            format!("is `{}`, which no service can be named", request.service),
            "use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
        ));
    }
    if let Some(secret) = &request.secret
        && !(is_name(secret, 253)
            && !secret.contains('_')
            && !secret.chars().any(|it| it.is_ascii_uppercase()))
    {
        return Err(invalid(
            "secret",
            format!("is `{secret}`, which no Kubernetes secret can be named"),
            "use lower-case letters, digits, `-` and `.`",
        ));
    }
    let addresses =
        [("collectorEndpoint", &request.collector_endpoint), ("otlpEndpoint", &request.otlp_endpoint)];
    for (input, address) in addresses {
        if let Some(address) = address
            && !((address.starts_with("https://") || address.starts_with("http://"))
                && !address.contains(['@', ' ', '"', '\'', '\n', '?', '#']))
        {
            return Err(invalid(
                input,
                format!("is `{address}`, which is not the address of a service"),
                "give an http or https address without user, query and fragment",
            ));
        }
    }
    if let Some(path) = &request.metrics_path
        && (!path.starts_with('/') || path.contains(char::is_whitespace))
    {
        return Err(invalid(
            "metricsPath",
            format!("is `{path}`, which is not a path"),
            "give a path such as `/metrics`",
        ));
    }
    if request.metrics_port == Some(0) {
        return Err(invalid("metricsPort", "is 0".to_owned(), "give the port that the pod listens on"));
    }
    Ok(())
}
