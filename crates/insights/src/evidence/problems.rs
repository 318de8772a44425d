//! The problems that are open now: the questions of the card `problems`, without those about closed ones.

use std::future::Future;

use grailstage_tenant::Host;

use super::{Evidence, EvidenceRequest};
use crate::InsightError;
use crate::answer::Status;
use crate::card::{Card, Contents, Context, Question, Results};
use crate::client::Client;
use crate::problems::{CLOSED, Problems, Reading};
use crate::subject::Subject;

/// A problem that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemEvidence {
    /// Its title.
    pub title: String,
    /// Opens it.
    pub url: Option<String>,
    /// What it means for users, such as `Availability`.
    pub impact: String,
    /// How bad that is; neutral for what nobody is to be woken for.
    pub status: Status,
    /// The environment that found it.
    pub environment: String,
}

impl<H: Host + 'static> Client<H> {
    /// The problems that are open now, in no order; nothing where the subject has no annotation they could be found
    /// by.
    ///
    /// # Errors
    /// When there is no such environment, an annotation cannot be understood, or the request was cancelled. An
    /// environment that fails is a gap.
    pub async fn problem_evidence(
        &self,
        request: &EvidenceRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Option<Evidence<Vec<ProblemEvidence>>>, InsightError> {
        let readings = self.readings(&OpenProblems, request, cancelled).await?;
        Ok(readings.map(|readings| {
            readings.map(|readings| {
                let open = readings.into_iter().filter_map(|reading| reading.open).flatten();
                open.map(|shown| {
                    let (title, url) = shown.title();
                    ProblemEvidence {
                        title: title.to_owned(),
                        url: url.map(str::to_owned),
                        impact: shown.impact().to_owned(),
                        status: shown.severity,
                        environment: shown.environment().to_owned(),
                    }
                })
                .collect()
            })
        }))
    }
}

/// The card without the question that reads a long time back.
struct OpenProblems;

impl Card for OpenProblems {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        Problems.id()
    }

    fn annotations(&self) -> &'static [&'static str] {
        Problems.annotations()
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let mut questions = Problems.questions(context)?;
        questions.iter_mut().for_each(|questions| questions.retain(|question| question.key != CLOSED));
        Ok(questions)
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        Problems.read(context, results)
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        Problems.answer(subject, readings)
    }
}
