//! The tests of a release: the questions of the card `test-results`, about its executions alone.

use std::future::Future;

use grailstage_dql::ast::Expression;
use grailstage_dql::builder::{any_of, field};
use grailstage_tenant::Host;

use super::{Evidence, EvidenceRequest, outside};
use crate::InsightError;
use crate::card::{Card, Contents, Context, Question, Results};
use crate::client::Client;
use crate::subject::Subject;
use crate::test_results::{Found, Reading, TestResults, once, questions_about};

/// What is known of the tests of a release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestEvidence {
    /// How many executions of cases passed; every attempt counts.
    pub passed: u64,
    /// How many failed.
    pub failed: u64,
    /// The cases that have failed since they last passed.
    pub failing: Vec<TestCase>,
    /// The cases that both failed and passed at one revision, and do not fail now.
    pub flaky: Vec<TestCase>,
}

/// A case of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// Its suite.
    pub suite: Option<String>,
    /// Its name.
    pub name: String,
    /// The run in which it failed; http or https.
    pub url: Option<String>,
    /// The environment that was told of it.
    pub environment: String,
}

impl<H: Host + 'static> Client<H> {
    /// The tests that ran for a release; nothing where the subject has no annotation they could be found by.
    ///
    /// # Errors
    /// When there is no such environment, an annotation cannot be understood, or the request was cancelled. An
    /// environment that fails is a gap.
    pub async fn test_evidence(
        &self,
        request: &EvidenceRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Option<Evidence<TestEvidence>>, InsightError> {
        let card = TestsOfRelease { only: condition(request) };
        let readings = self.readings(&card, request, cancelled).await?;
        Ok(readings.map(|readings| readings.map(|readings| evidence(readings, request))))
    }
}

/// The card about the executions of one release.
struct TestsOfRelease {
    only: Option<Expression>,
}

fn condition(request: &EvidenceRequest) -> Option<Expression> {
    let named = [("artifact.version", &request.version), ("vcs.ref.head.revision", &request.revision)];
    let conditions: Vec<Expression> = named
        .into_iter()
        .filter_map(|(name, value)| value.as_deref().map(|value| field(name).eq(value)))
        .collect();
    (!conditions.is_empty()).then(|| any_of(conditions))
}

impl Card for TestsOfRelease {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        TestResults.id()
    }

    fn annotations(&self) -> &'static [&'static str] {
        TestResults.annotations()
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        questions_about(context, self.only.as_ref())
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        TestResults.read(context, results)
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        TestResults.answer(subject, readings)
    }
}

fn evidence(mut readings: Vec<Reading>, request: &EvidenceRequest) -> TestEvidence {
    once(&mut readings);
    let mut evidence = TestEvidence::default();
    let days = readings.iter().flat_map(|reading| &reading.days);
    for day in days.filter(|day| request.is_of_stage(day.stage.as_deref())) {
        evidence.passed += u64::try_from(day.passed.0).unwrap_or(0);
        evidence.failed += u64::try_from(day.failed.0).unwrap_or(0);
    }
    let found = readings.iter().flat_map(Found::all);
    for case in found.filter(|found| request.is_of_stage(found.case.stage.as_deref())) {
        let told = |url: Option<&str>| TestCase {
            suite: case.case.suite.clone(),
            name: case.case.case.clone().unwrap_or_default(),
            url: outside(url),
            environment: case.environment.to_owned(),
        };
        if let Some(failing) = case.failing() {
            evidence.failing.push(told(failing.first.url.as_deref()));
        } else if let Some(revision) = case.flaky().next() {
            evidence.flaky.push(told(revision.url.as_deref()));
        }
    }
    evidence
}
