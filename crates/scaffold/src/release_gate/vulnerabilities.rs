//! Whether the open vulnerabilities let a release through.

use std::future::Future;

use grailstage_insights::Client;
use grailstage_insights::evidence::{EvidenceRequest, VulnerabilityEvidence};
use grailstage_tenant::Host;

use super::judging::{Judging, counted};
use super::{Aspect, GateVerdict, GateVulnerabilities, Judged};
use crate::ScaffoldError;

pub(super) async fn judged<H: Host + 'static>(
    client: &Client<H>,
    about: &EvidenceRequest,
    bounds: Option<&GateVulnerabilities>,
    missing: GateVerdict,
    cancelled: impl Future<Output = ()>,
) -> Result<Judged, ScaffoldError> {
    let Some(bounds) = bounds else { return Ok(Judged::NotAsked) };
    let Some(evidence) = client.vulnerability_evidence(about, cancelled).await? else {
        return Ok(Judged::NoAnnotation);
    };
    let exposed_only = bounds.exposed_only.unwrap_or(false);
    let counting: Vec<&VulnerabilityEvidence> =
        evidence.found.iter().filter(|found| found.exposed || !exposed_only).collect();
    let mut judging =
        Judging::new(Aspect::Vulnerabilities, (&evidence.questions, &evidence.gaps), "findings", missing);
    for found in &counting {
        let (verdict, score) = match found.score {
            Some(score) => (bounds.score().verdict(|bound| score >= bound), format!("risk score {score:.1}")),
            None => (GateVerdict::Warning, "no risk score".to_owned()),
        };
        let exposed = if found.exposed { ", exposed to the public network" } else { "" };
        let text = format!("{}: {score}{exposed}", found.title);
        judging.add(verdict, text, found.url.as_deref(), Some(&found.environment));
    }
    let which = if exposed_only { " that are exposed" } else { "" };
    let open = counted(counting.len(), "open vulnerability", "open vulnerabilities");
    Ok(Judged::Seen(judging.end(format!("{open}{which}"))))
}
