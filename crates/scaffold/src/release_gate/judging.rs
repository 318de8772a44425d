//! From what was found to the verdict of an aspect.

use grailstage_insights::answer::Note;
use grailstage_insights::evidence::Questions;

use super::{Aspect, GateAspect, GateReason, GateVerdict};

/// How many reasons are told.
const MOST_REASONS: usize = 20;

/// The verdict of an aspect in the making.
pub(super) struct Judging<'e> {
    aspect: Aspect,
    questions: &'e Questions,
    /// Names the question whose records decide.
    question: &'static str,
    reasons: Vec<GateReason>,
}

impl<'e> Judging<'e> {
    /// Begins with what could not be seen, which is as `missing` says.
    pub(super) fn new(
        aspect: Aspect,
        (questions, gaps): (&'e Questions, &[Note]),
        question: &'static str,
        missing: GateVerdict,
    ) -> Self {
        let mut judging = Self { aspect, questions, question, reasons: Vec::new() };
        for gap in gaps {
            judging.add(missing, gap.message.clone(), None, gap.environment.as_deref());
        }
        judging
    }

    /// Adds a reason; without an address of its own it leads to the question.
    pub(super) fn add(
        &mut self,
        verdict: GateVerdict,
        text: String,
        url: Option<&str>,
        environment: Option<&str>,
    ) {
        let has_page = url.is_some();
        let url = url.or_else(|| self.questions.notebook(self.question, environment));
        self.reasons.push(GateReason {
            verdict,
            text,
            url: url.map(str::to_owned),
            environment: environment.map(str::to_owned),
            has_page,
        });
    }

    /// The worst of all reasons, even of those that are not told.
    pub(super) fn end(mut self, summary: String) -> GateAspect {
        let verdict = self.reasons.iter().map(|reason| reason.verdict).max().unwrap_or(GateVerdict::Pass);
        self.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
        self.reasons.truncate(MOST_REASONS);
        let url = self.questions.notebook(self.question, None).map(str::to_owned);
        GateAspect { aspect: self.aspect, verdict, summary, reasons: self.reasons, url }
    }
}

/// `no cases`, `1 case`, `2 cases`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}
