//! The vulnerabilities that are open now: the questions of the card `vulnerabilities`.

use std::future::Future;

use grailstage_tenant::Host;

use super::{Evidence, EvidenceRequest};
use crate::InsightError;
use crate::client::Client;
pub use crate::vulnerabilities::RISKY;
use crate::vulnerabilities::Vulnerabilities;

/// A vulnerability that is open and not muted.
#[derive(Debug, Clone, PartialEq)]
pub struct VulnerabilityEvidence {
    /// Its title.
    pub title: String,
    /// Opens it.
    pub url: Option<String>,
    /// Its risk score of 10, where it is known.
    pub score: Option<f64>,
    /// Whether it can be reached from the public network.
    pub exposed: bool,
    /// The environment that found it.
    pub environment: String,
}

impl<H: Host + 'static> Client<H> {
    /// The vulnerabilities that are open now, of each environment the riskiest first; nothing where the subject has no annotation they could
    /// be found by.
    ///
    /// # Errors
    /// When there is no such environment, an annotation cannot be understood, or the request was cancelled. An
    /// environment that fails is a gap.
    pub async fn vulnerability_evidence(
        &self,
        request: &EvidenceRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Option<Evidence<Vec<VulnerabilityEvidence>>>, InsightError> {
        let readings = self.readings(&Vulnerabilities, request, cancelled).await?;
        Ok(readings.map(|readings| {
            readings.map(|readings| {
                let open = readings.into_iter().flatten().flatten().filter(|shown| !shown.muted);
                open.map(|shown| {
                    let (title, url) = shown.title();
                    VulnerabilityEvidence {
                        title: title.to_owned(),
                        url: url.map(str::to_owned),
                        score: shown.score,
                        exposed: shown.exposed,
                        environment: shown.environment().to_owned(),
                    }
                })
                .collect()
            })
        }))
    }
}
