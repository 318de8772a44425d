//! Whether the guardians of a release let it through.

use std::future::Future;

use grailstage_insights::Client;
use grailstage_insights::evidence::EvidenceRequest;
use grailstage_tenant::Host;

use super::judging::{Judging, counted};
use super::{Aspect, GateResult, GateValidations, GateVerdict, Judged};
use crate::ScaffoldError;

pub(super) async fn judged<H: Host + 'static>(
    client: &Client<H>,
    about: &EvidenceRequest,
    bounds: Option<&GateValidations>,
    missing: GateVerdict,
    cancelled: impl Future<Output = ()>,
) -> Result<Judged, ScaffoldError> {
    let Some(bounds) = bounds else { return Ok(Judged::NotAsked) };
    let Some(evidence) = client.validation_evidence(about, cancelled).await? else {
        return Ok(Judged::NoAnnotation);
    };
    // Lifecycle guardians are the usual ones; where they could not be asked, any question leads on.
    let mut judging =
        Judging::new(Aspect::Validations, (&evidence.questions, &evidence.gaps), "lifecycle", missing);
    if evidence.found.is_empty() {
        judging.add(missing, "no guardian has validated anything".to_owned(), None, None);
        return Ok(Judged::Seen(judging.end("no validations".to_owned())));
    }
    let mut validated = 0_usize;
    for guardian in &evidence.found {
        let environment = Some(guardian.environment.as_str());
        let Some(validation) = &guardian.validation else {
            let text = format!("{} has not validated the release", guardian.guardian);
            judging.add(missing, text, guardian.url.as_deref(), environment);
            continue;
        };
        validated += 1;
        let mut text = format!("{} says {}", guardian.guardian, validation.result);
        if !validation.missed.is_empty() {
            text.push_str(&format!(": {}", validation.missed.join(", ")));
        }
        let url = validation.url.as_deref().or(guardian.url.as_deref());
        judging.add(verdict(bounds, &validation.result), text, url, environment);
    }
    let guardians = counted(evidence.found.len(), "guardian", "guardians");
    Ok(Judged::Seen(judging.end(format!("{validated} of {guardians} validated it"))))
}

/// A result that is not known lets nothing through.
fn verdict(bounds: &GateValidations, result: &str) -> GateVerdict {
    let fails = bounds.fail.as_deref().unwrap_or(&[GateResult::Fail, GateResult::Error]);
    let warns = bounds.warning.as_deref().unwrap_or(&[GateResult::Warning]);
    match GateResult::read(result) {
        None => GateVerdict::Fail,
        Some(result) if fails.contains(&result) => GateVerdict::Fail,
        Some(result) if warns.contains(&result) => GateVerdict::Warning,
        Some(_) => GateVerdict::Pass,
    }
}
