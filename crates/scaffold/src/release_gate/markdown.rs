//! A verdict as people read it in a pull request or a task log.

use grailstage_insights::evidence::EvidenceRequest;

use super::{GateAspect, GateVerdict};
use crate::markdown::{escaped, linked};

/// A line with the verdict, and a list of what each aspect says.
pub(super) fn report(about: &EvidenceRequest, verdict: GateVerdict, aspects: &[GateAspect]) -> String {
    let mut release = "Release".to_owned();
    for (word, value) in [("version", &about.version), ("revision", &about.revision), ("in", &about.stage)] {
        if let Some(value) = value {
            release.push_str(&format!(" {word} {value}"));
        }
    }
    let mut text = format!("**{}**: {}\n", escaped(&release), verdict.text());
    for aspect in aspects {
        let title = linked(aspect.aspect.title(), aspect.url.as_deref());
        text.push_str(&format!("\n- {title}: {}, {}", aspect.verdict.text(), escaped(&aspect.summary)));
        for reason in &aspect.reasons {
            // A question is a long address, and the aspect leads to it.
            let page = reason.url.as_deref().filter(|_| reason.has_page);
            let told = linked(&reason.text, page);
            let place = reason.environment.as_deref().map(|name| format!(" ({})", escaped(name)));
            text.push_str(&format!("\n  - {}: {told}{}", reason.verdict.text(), place.unwrap_or_default()));
        }
    }
    text
}
