//! Whether the error budgets let a release through.

use std::future::Future;

use grailstage_insights::Client;
use grailstage_insights::evidence::{EvidenceRequest, ObjectiveEvidence};
use grailstage_tenant::Host;

use super::judging::{Judging, counted};
use super::{Aspect, GateObjectives, GateVerdict, Judged};
use crate::ScaffoldError;

pub(super) async fn judged<H: Host + 'static>(
    client: &Client<H>,
    about: &EvidenceRequest,
    bounds: Option<&GateObjectives>,
    missing: GateVerdict,
    cancelled: impl Future<Output = ()>,
) -> Result<Judged, ScaffoldError> {
    let Some(bounds) = bounds else { return Ok(Judged::NotAsked) };
    let Some(evidence) = client.objective_evidence(about, cancelled).await? else {
        return Ok(Judged::NoAnnotation);
    };
    let mut judging =
        Judging::new(Aspect::Objectives, (&evidence.questions, &evidence.gaps), "objectives", missing);
    if evidence.found.is_empty() {
        judging.add(missing, "no objective has the tags of the annotation".to_owned(), None, None);
        return Ok(Judged::Seen(judging.end("no objectives".to_owned())));
    }
    let mut exhausted = 0_usize;
    for objective in &evidence.found {
        exhausted += usize::from(objective.budget_left.is_some_and(|left| left <= 0.0));
        let (verdict, text) = verdict(bounds, objective, missing);
        let text = format!("{}: {text}", objective.name);
        judging.add(verdict, text, objective.url.as_deref(), Some(&objective.environment));
    }
    let objectives = counted(evidence.found.len(), "objective", "objectives");
    Ok(Judged::Seen(judging.end(format!("{exhausted} of {objectives} without error budget"))))
}

fn verdict(
    bounds: &GateObjectives,
    objective: &ObjectiveEvidence,
    missing: GateVerdict,
) -> (GateVerdict, String) {
    let Some(left) = objective.budget_left else {
        return match &objective.not_evaluated {
            Some(reason) => (missing, reason.clone()),
            None => (GateVerdict::Pass, "its target allows no failure, and there was none".to_owned()),
        };
    };
    let budget = bounds.budget_left().verdict(|bound| left <= bound);
    let rate = objective.burn_rate;
    let burning = bounds.burn_rate().verdict(|bound| rate.is_some_and(|rate| rate >= bound));
    let mut text = format!("{left:.1} % of the error budget is left");
    if let Some(rate) = rate {
        text.push_str(&format!(", burning at {rate:.1}"));
    }
    (budget.max(burning), text)
}
