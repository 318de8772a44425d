//! `dynatrace:release:gate`: whether a release may go on, in one verdict with reasons.
//!
//! ```text
//! ReleaseGateRequest ─┬─ tests            insights::Client::test_evidence          ─┐
//!                     ├─ validations      insights::Client::validation_evidence    ─┤  Judging ─> GateAspect
//!                     ├─ objectives       insights::Client::objective_evidence     ─┤
//!                     ├─ vulnerabilities  insights::Client::vulnerability_evidence ─┤  (reasons, each with its link)
//!                     └─ problems         insights::Client::problem_evidence       ─┘
//!                                                       the worst of them ─> ReleaseGate with verdict and Markdown
//! ```
//!
//! An aspect is a file that judges what a card knows, an entry of [`Aspect`] and [`GateAspects`], and a line in
//! [`gate_release`]. What cannot be seen lets nothing through: it counts as [`ReleaseGateRequest::missing`] says. The gate
//! reads only, so a dry run is no different.

mod answer;
mod judging;
mod markdown;
mod objectives;
mod problems;
mod request;
mod tests;
mod validations;
mod vulnerabilities;

use std::future::Future;

use futures_util::{FutureExt, try_join};
use grailstage_insights::evidence::EvidenceRequest;
use grailstage_insights::{Client, Timeframe, card_annotations};
use grailstage_tenant::Host;

use crate::ScaffoldError;
use crate::moment::iso;
pub use answer::{Aspect, GateAspect, GateLeftOut, GateReason, GateVerdict, ReleaseGate};
pub use request::{
    GateAspects, GateBounds, GateObjectives, GateProblems, GateResult, GateSeverity, GateTests,
    GateValidations, GateVulnerabilities, ReleaseGateRequest,
};

/// Judges a release: the JSON of a [`ReleaseGate`]. Whatever the verdict is, it is an answer.
///
/// # Errors
/// When an input cannot be used, there is no such environment, the entity has no annotation that any aspect goes by, or
/// the request was cancelled. An environment that does not answer is a reason of the verdict.
pub async fn gate_release<H: Host + 'static>(
    client: &Client<H>,
    request: &ReleaseGateRequest,
    cancelled: impl Future<Output = ()>,
) -> Result<Vec<u8>, ScaffoldError> {
    let now = client.now();
    // A form that was not filled in says nothing.
    let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let about = EvidenceRequest {
        subject: request.subject()?,
        environments: request.environments.clone().unwrap_or_default(),
        timeframe: Timeframe { from: request.since(now)?, to: now.after(request::MARGIN) },
        version: said(&request.version),
        revision: said(&request.revision),
        stage: said(&request.stage),
    };
    let aspects = request.aspects()?;
    let missing = request.missing.unwrap_or(GateVerdict::Fail);
    let cancelled = cancelled.shared();
    let till = || cancelled.clone();
    let judged = try_join!(
        tests::judged(client, &about, aspects.tests.as_ref(), missing, till()),
        validations::judged(client, &about, aspects.validations.as_ref(), missing, till()),
        objectives::judged(client, &about, aspects.objectives.as_ref(), missing, till()),
        vulnerabilities::judged(client, &about, aspects.vulnerabilities.as_ref(), missing, till()),
        problems::judged(client, &about, aspects.problems.as_ref(), missing, till()),
    )?;
    let judged = [
        (Aspect::Tests, judged.0),
        (Aspect::Validations, judged.1),
        (Aspect::Objectives, judged.2),
        (Aspect::Vulnerabilities, judged.3),
        (Aspect::Problems, judged.4),
    ];
    let (mut seen, mut left_out) = (Vec::new(), Vec::new());
    for (aspect, judged) in judged {
        match judged {
            Judged::Seen(judged) => seen.push(judged),
            Judged::NotAsked => {}
            Judged::NoAnnotation if request.aspects.is_some() => {
                seen.push(without_annotation(aspect, missing))
            }
            Judged::NoAnnotation => left_out.push(GateLeftOut { aspect, annotations: annotations(aspect) }),
        }
    }
    let Some(verdict) = seen.iter().map(|aspect| aspect.verdict).max() else {
        let mut known: Vec<&str> =
            left_out.iter().flat_map(|left_out| left_out.annotations.clone()).collect();
        known.sort_unstable();
        known.dedup();
        return Err(ScaffoldError::InvalidInput {
            input: "entity".to_owned(),
            problem: "has no annotation that a gate could go by".to_owned(),
            help: Some(format!("give it one of {}", known.join(", "))),
        });
    };
    Ok(crate::json(&ReleaseGate {
        verdict,
        markdown: markdown::report(&about, verdict, &seen),
        aspects: seen,
        left_out,
        asked_at: iso(now),
    }))
}

/// What became of an aspect.
enum Judged {
    Seen(GateAspect),
    /// The request names others.
    NotAsked,
    /// The entity has none of the annotations of its card.
    NoAnnotation,
}

fn annotations(aspect: Aspect) -> Vec<&'static str> {
    let known = card_annotations().find(|(card, _)| *card == aspect.card());
    known.map(|(_, annotations)| annotations.to_vec()).unwrap_or_default()
}

/// An aspect that was asked for by name, and cannot be looked at.
fn without_annotation(aspect: Aspect, missing: GateVerdict) -> GateAspect {
    let text = format!("the entity has none of the annotations {}", annotations(aspect).join(", "));
    let reason = GateReason { verdict: missing, text, url: None, environment: None, has_page: false };
    GateAspect { aspect, verdict: missing, summary: "not known".to_owned(), reasons: vec![reason], url: None }
}
