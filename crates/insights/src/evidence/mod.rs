//! What cards know of a subject before it is drawn: what a decision about a release goes by.
//!
//! ```text
//! EvidenceRequest ── Client::{test, validation, objective, …}_evidence ── the questions of the card
//!                    ─> Card::Reading of each environment ─> Evidence: what was found, and what could not be seen
//! ```
//!
//! The questions are those of the cards, so a decision and the card that people look at go by the same records. A card
//! whose readings are to count becomes a file here.

mod objectives;
mod problems;
mod tests;
mod validations;
mod vulnerabilities;

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::join_all;
use grailstage_catalog::Entity;
use grailstage_tenant::Host;
use serde_json::Value;

use crate::answer::{EnvironmentState, Note, Severity};
use crate::card::Card;
use crate::client::{Client, ask};
use crate::subject::Subject;
use crate::timeframe::Timeframe;
use crate::{InsightError, answer};

pub use objectives::{FAST, ObjectiveEvidence};
pub use problems::ProblemEvidence;
pub use tests::{TestCase, TestEvidence};
pub use validations::{GuardianEvidence, ValidationEvidence};
pub use vulnerabilities::{RISKY, VulnerabilityEvidence};

/// What evidence is asked about.
#[derive(Debug, Clone)]
pub struct EvidenceRequest {
    /// Whom it is about.
    pub subject: Subject,
    /// Names of the environments to ask; all where empty.
    pub environments: Vec<String>,
    /// When tests and validations ran. What is wrong now does not depend on it.
    pub timeframe: Timeframe,
    /// The version of the release: of tests `artifact.version`, of validations what their trigger carried.
    pub version: Option<String>,
    /// The revision of its code, by which tests are found, too.
    pub revision: Option<String>,
    /// The stage; tests and guardians that name none belong to all.
    pub stage: Option<String>,
}

impl EvidenceRequest {
    /// Reads entities of the catalog as JSON.
    ///
    /// # Errors
    /// When one of them cannot be understood.
    pub fn subject(entity: Value, components: Option<Vec<Value>>) -> Result<Subject, InsightError> {
        let components = components.map(|all| all.into_iter().map(Entity::from_json).collect());
        Ok(Subject { entity: Entity::from_json(entity)?, components: components.transpose()? })
    }

    /// Whether something of that stage belongs to the release.
    fn is_of_stage(&self, stage: Option<&str>) -> bool {
        match (&self.stage, stage) {
            (Some(wanted), Some(stage)) => wanted == stage,
            _ => true,
        }
    }
}

/// What the environments know.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence<T> {
    /// What was found.
    pub found: T,
    /// Why it may not be all: environments that failed, scopes that are missing, limits that cut an answer.
    pub gaps: Vec<Note>,
    /// What was asked.
    pub questions: Questions,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Questions(Vec<AskedQuestion>);

/// A query that was asked of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AskedQuestion {
    environment: String,
    /// Names the query within its card.
    key: String,
    notebook_url: String,
}

impl Questions {
    /// Opens the question of that name in a notebook of the environment, or of any where it is not known.
    #[must_use]
    pub fn notebook(&self, key: &str, environment: Option<&str>) -> Option<&str> {
        let of_key = || self.0.iter().filter(|question| question.key == key);
        let there = |question: &&AskedQuestion| environment == Some(question.environment.as_str());
        of_key().find(there).or_else(|| of_key().next()).map(|question| question.notebook_url.as_str())
    }
}

impl<T> Evidence<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Evidence<U> {
        Evidence { found: change(self.found), gaps: self.gaps, questions: self.questions }
    }
}

impl<H: Host + 'static> Client<H> {
    /// The readings of a card in all environments that answer, asked anew; nothing where the subject has none of the
    /// annotations that the card goes by.
    async fn readings<C: Card>(
        &self,
        card: &C,
        request: &EvidenceRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Option<Evidence<Vec<C::Reading>>>, InsightError> {
        let environments = self.chosen(&request.environments)?;
        if environments.is_empty() {
            return Err(InsightError::NoEnvironment { known: Vec::new() });
        }
        let freshness = card.freshness().anew();
        let cancelled = cancelled.boxed_local().shared();
        let moment = (self.now(), request.timeframe);
        let attempts = environments.iter().map(|environment| {
            ask(card, &request.subject, moment, freshness, environment, cancelled.clone())
        });
        let mut evidence = Evidence { found: Vec::new(), gaps: Vec::new(), questions: Questions::default() };
        for attempt in join_all(attempts).await {
            let Some(contribution) = attempt? else {
                return Ok(None);
            };
            let report = contribution.report;
            let is_silent = report.state == EnvironmentState::Failed;
            let is_gap = |note: &Note| is_silent || note.severity != Severity::Info;
            evidence.gaps.extend(contribution.notes.into_iter().filter(is_gap));
            evidence.questions.0.extend(report.queries.into_iter().map(|query| AskedQuestion {
                environment: report.name.clone(),
                key: query.key,
                notebook_url: query.notebook_url,
            }));
            let reading = contribution.reading.and_then(|reading| reading.downcast().ok());
            evidence.found.extend(reading.map(|reading| *reading));
        }
        Ok(Some(evidence))
    }
}

/// An address that a record names; nothing of one that is no plain one of http or https.
fn outside(url: Option<&str>) -> Option<String> {
    let link = answer::LinkCell::guarded(String::new(), url?);
    (!link.url.is_empty()).then_some(link.url)
}
