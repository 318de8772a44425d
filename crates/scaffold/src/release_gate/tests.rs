//! Whether the tests of a release let it through.

use std::future::Future;

use grailstage_insights::Client;
use grailstage_insights::evidence::{EvidenceRequest, TestCase};
use grailstage_tenant::Host;

use super::judging::{Judging, counted};
use super::{Aspect, GateBounds, GateTests, GateVerdict, Judged};
use crate::ScaffoldError;

pub(super) async fn judged<H: Host + 'static>(
    client: &Client<H>,
    about: &EvidenceRequest,
    bounds: Option<&GateTests>,
    missing: GateVerdict,
    cancelled: impl Future<Output = ()>,
) -> Result<Judged, ScaffoldError> {
    let Some(bounds) = bounds else { return Ok(Judged::NotAsked) };
    let Some(evidence) = client.test_evidence(about, cancelled).await? else {
        return Ok(Judged::NoAnnotation);
    };
    let found = &evidence.found;
    let mut judging = Judging::new(Aspect::Tests, (&evidence.questions, &evidence.gaps), "cases", missing);
    let executions = found.passed.saturating_add(found.failed);
    if executions == 0 {
        judging.add(missing, "no test of the release has ended".to_owned(), None, None);
        return Ok(Judged::Seen(judging.end("no tests".to_owned())));
    }
    let failing = bounds.failing.unwrap_or(GateBounds { warning: None, fail: Some(0.0) });
    let flaky = bounds.flaky.unwrap_or(GateBounds { warning: Some(0.0), fail: None });
    for (cases, bounds, what) in [(&found.failing, failing, "fails"), (&found.flaky, flaky, "is flaky")] {
        let verdict = bounds.verdict(|bound| cases.len() as f64 > bound);
        for case in cases {
            let text = format!("{} {what}", named(case));
            judging.add(verdict, text, case.url.as_deref(), Some(&case.environment));
        }
    }
    let rate = found.passed as f64 / executions as f64 * 100.0;
    if let Some(bounds) = bounds.pass_rate {
        let verdict = bounds.verdict(|bound| rate < bound);
        judging.add(verdict, format!("{rate:.1} % of {executions} executions passed"), None, None);
    }
    let (failing, flaky) =
        (counted(found.failing.len(), "case", "cases"), counted(found.flaky.len(), "case", "cases"));
    let fails = if found.failing.len() == 1 { "fails" } else { "fail" };
    let is_flaky = if found.flaky.len() == 1 { "is" } else { "are" };
    Ok(Judged::Seen(judging.end(format!("{failing} {fails}, {flaky} {is_flaky} flaky, {rate:.1} % passed"))))
}

fn named(case: &TestCase) -> String {
    match &case.suite {
        Some(suite) => format!("{suite}: {}", case.name),
        None => case.name.clone(),
    }
}
