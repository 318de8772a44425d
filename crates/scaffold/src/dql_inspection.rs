//! `dynatrace:dql:check`: what there is to say about a query before anybody runs it. No environment is asked.

use grailstage_dql::analysis::analyse;
use grailstage_dql::diagnostic::Severity;
use grailstage_dql::report::{Finding, check_report};
use grailstage_dql::{Dialect, parse_recovering};
use grailstage_insights::language::DqlDialect;
use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// How the query is named in the drawings of its findings.
const NAME: &str = "query";

/// A query to be inspected.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DqlInspectionRequest {
    /// The DQL.
    pub query: String,
    /// How the text is read; a whole query where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dialect: Option<DqlDialect>,
    /// Whether habits that cost are reported, too; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub lints: Option<bool>,
}

/// What was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DqlInspection {
    /// Whether no finding is an error.
    pub valid: bool,
    /// The findings by place.
    pub findings: Vec<Finding>,
    /// The tables read, each once; none where the query is not valid.
    pub tables: Vec<String>,
    /// The permissions it takes, sorted; none where the query is not valid.
    pub scopes: Vec<&'static str>,
    /// The findings drawn on the text, each with its place, the marked line and advice.
    pub drawings: Vec<DqlDrawing>,
}

/// A finding as people read it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DqlDrawing {
    /// Whether it makes the query invalid.
    pub error: bool,
    /// Several lines of text.
    pub text: String,
}

/// Inspects a query.
#[must_use]
pub fn inspect(request: &DqlInspectionRequest) -> DqlInspection {
    let source = request.query.as_str();
    let dialect: Dialect = request.dialect.unwrap_or_default().into();
    let report = check_report(source, dialect, request.lints.unwrap_or(false));
    let drawings = report.diagnostics.iter().map(|finding| DqlDrawing {
        error: finding.diagnostic.severity == Severity::Error,
        text: finding.diagnostic.render(source, NAME),
    });
    let drawings = drawings.collect();
    let analysis = report.valid.then(|| analyse(&parse_recovering(source, dialect).query));
    let (tables, scopes) = analysis.map(|found| (found.tables, found.scopes)).unwrap_or_default();
    DqlInspection { valid: report.valid, findings: report.diagnostics, tables, scopes, drawings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inspected(query: &str, dialect: Option<DqlDialect>, lints: bool) -> DqlInspection {
        inspect(&DqlInspectionRequest { query: query.to_owned(), dialect, lints: Some(lints) })
    }

    #[test]
    fn tells_what_a_valid_query_reads() {
        let found = inspected("fetch logs | append [fetch bizevents]", None, false);
        assert!(found.valid && found.findings.is_empty() && found.drawings.is_empty());
        assert_eq!(found.tables, ["logs", "bizevents"]);
        assert_eq!(found.scopes, ["storage:bizevents:read", "storage:buckets:read", "storage:logs:read"]);
    }

    #[test]
    fn draws_a_mistake_in_its_line_and_guesses_nothing_about_the_rest() {
        let found = inspected("fetch logs\n| fliter a == 1", None, false);
        assert!(!found.valid && found.tables.is_empty() && found.scopes.is_empty());
        assert_eq!((found.findings[0].start.line, found.findings[0].start.column), (2, 3));
        assert!(found.drawings[0].error);
        assert!(found.drawings[0].text.contains("query:2:3"), "{}", found.drawings[0].text);
    }

    #[test]
    fn reads_a_text_in_its_dialect_and_lints_only_when_asked() {
        let costly = "filter lower(loglevel) == \"error\"";
        let snippet = Some(DqlDialect::Snippet);
        assert!(inspected(costly, snippet, false).findings.is_empty());
        let linted = inspected(costly, snippet, true);
        assert!(linted.valid && !linted.findings.is_empty() && !linted.drawings[0].error);
        assert!(!inspected(costly, None, false).valid);
    }
}
