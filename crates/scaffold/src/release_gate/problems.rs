//! Whether the open problems let a release through.

use std::future::Future;

use grailstage_insights::Client;
use grailstage_insights::answer::Status;
use grailstage_insights::evidence::EvidenceRequest;
use grailstage_tenant::Host;

use super::judging::{Judging, counted};
use super::{Aspect, GateProblems, GateSeverity, GateVerdict, Judged};
use crate::ScaffoldError;

pub(super) async fn judged<H: Host + 'static>(
    client: &Client<H>,
    about: &EvidenceRequest,
    bounds: Option<&GateProblems>,
    missing: GateVerdict,
    cancelled: impl Future<Output = ()>,
) -> Result<Judged, ScaffoldError> {
    let Some(bounds) = bounds else { return Ok(Judged::NotAsked) };
    let Some(evidence) = client.problem_evidence(about, cancelled).await? else {
        return Ok(Judged::NoAnnotation);
    };
    let mut judging = Judging::new(Aspect::Problems, (&evidence.questions, &evidence.gaps), "open", missing);
    for problem in &evidence.found {
        let text = format!("{}: {}", problem.title, problem.impact.to_lowercase());
        let verdict = verdict(bounds, problem.status);
        judging.add(verdict, text, problem.url.as_deref(), Some(&problem.environment));
    }
    let summary = counted(evidence.found.len(), "open problem", "open problems");
    Ok(Judged::Seen(judging.end(summary)))
}

fn verdict(bounds: &GateProblems, status: Status) -> GateVerdict {
    let severity = match status {
        Status::Error => GateSeverity::Error,
        Status::Warning | Status::Unknown => GateSeverity::Warning,
        Status::Ok | Status::Neutral => GateSeverity::Quiet,
    };
    if bounds.fail.as_deref().unwrap_or(&[GateSeverity::Error]).contains(&severity) {
        GateVerdict::Fail
    } else if bounds.warning.as_deref().unwrap_or(&[GateSeverity::Warning]).contains(&severity) {
        GateVerdict::Warning
    } else {
        GateVerdict::Pass
    }
}
