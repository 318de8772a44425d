//! Findings, formatting and analysis in the one shape that crosses to JSON: of the command line and of JavaScript.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::analysis::{Analysis, analyse, lint};
use crate::diagnostic::{Diagnostic, Position};
use crate::formatter::format_parsed;
use crate::parser::{Dialect, parse_recovering};

/// A finding with its places as people count them and the text it can be repaired to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlFinding"))]
pub struct Finding {
    /// Code, severity, message, help, byte span and edits.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
    /// Line and column of the first character.
    pub start: Position,
    /// Line and column behind the last character.
    pub end: Position,
    /// The whole text with the edits made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fixed: Option<String>,
}

/// What there is to say about a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlReport"))]
pub struct Report {
    /// Whether no finding is an error.
    pub valid: bool,
    /// The findings by place.
    pub diagnostics: Vec<Finding>,
    /// What it reads and yields, of a valid text that was to be explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub analysis: Option<Analysis>,
    /// The text laid out anew, of one that was to be formatted and could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub formatted: Option<String>,
}

impl Report {
    /// What there is to say about a text, given what was found in it.
    #[must_use]
    pub fn new(source: &str, diagnostics: Vec<Diagnostic>) -> Self {
        let valid = !diagnostics.iter().any(Diagnostic::is_error);
        let finding = |diagnostic: Diagnostic| Finding {
            start: Position::of(source, diagnostic.span.start),
            end: Position::of(source, diagnostic.span.end),
            fixed: diagnostic.fix.as_ref().map(|fix| fix.apply(source)),
            diagnostic,
        };
        let diagnostics = diagnostics.into_iter().map(finding).collect();
        Self { valid, diagnostics, analysis: None, formatted: None }
    }
}

/// Checks a text; with `lints` habits that cost are reported, too.
#[must_use]
pub fn check_report(source: &str, dialect: Dialect, lints: bool) -> Report {
    let mut found = crate::check::check(source, dialect);
    if lints && !found.iter().any(Diagnostic::is_error) {
        found.extend(lint(&parse_recovering(source, dialect).query));
        found.sort_by_key(|finding| finding.span.start);
    }
    Report::new(source, found)
}

/// Formats a text; what cannot be read is reported and not formatted.
#[must_use]
pub fn format_report(source: &str, dialect: Dialect) -> Report {
    let mut parsed = parse_recovering(source, dialect);
    let diagnostics = std::mem::take(&mut parsed.diagnostics);
    let mut report = Report::new(source, diagnostics);
    report.formatted = report.valid.then(|| format_parsed(source, &parsed));
    report
}

/// Checks a text and tells what it reads and yields, if it is valid.
#[must_use]
pub fn explain_report(source: &str, dialect: Dialect) -> Report {
    let mut report = check_report(source, dialect, false);
    report.analysis = report.valid.then(|| analyse(&parse_recovering(source, dialect).query));
    report
}
