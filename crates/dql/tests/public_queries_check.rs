//! The checks against the public queries in `../shared/dql`, where that folder is present.

#![expect(clippy::unwrap_used, reason = "tests")]

mod public_queries;

use grailstage_dql::diagnostic::{Diagnostic, Severity};
use grailstage_dql::{Dialect, check};

/// Queries marked valid that no environment would run, by id, with the reason. They are read without complaint; only
/// the checks refuse them.
const EXCEPTIONS: [(&str, &str); 4] = [
    ("54a1e0746279", "the words of a help text: `append` and a name in backticks where a sub-query belongs"),
    ("3800ec943890", "an exercise: the sub-query of `join` is left for the reader to fill in"),
    (
        "0a7903954705",
        "an exercise: sub-query and fields of the second `lookup` are left for the reader to fill in",
    ),
    (
        "c40e24fc112c",
        "an exercise: sub-queries and fields of both `lookup`s are left for the reader to fill in",
    ),
];

#[test]
fn every_valid_query_is_accepted() {
    let mut failures = Vec::new();
    for (id, source, dialect) in public_queries::valid_entries() {
        let errors: Vec<Diagnostic> =
            check(&source, dialect).into_iter().filter(Diagnostic::is_error).collect();
        let excepted = EXCEPTIONS.iter().any(|(exception, _)| *exception == id);
        if excepted == errors.is_empty() {
            let drawn: String = errors.iter().map(|error| error.render(&source, "source")).collect();
            failures.push(format!("{id}, excepted: {excepted}\n{drawn}"));
        }
    }
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_query_marked_invalid_in_the_corpus_is_refused() {
    for entry in public_queries::lines("corpus.jsonl") {
        if public_queries::text(&entry, "expect") == "invalid" {
            let source = public_queries::text(&entry, "query");
            assert!(check(source, Dialect::Snippet).iter().any(Diagnostic::is_error), "{source}");
        }
    }
}

/// Our code for what an editor reports and Grail has no known code for; the editor's own names are in lower case.
fn same_code(theirs: &str, ours: &str) -> bool {
    theirs.split(" / ").any(|theirs| match theirs {
        "ij:duplicated-parameter" => ours == "DUPLICATED_PARAMETER",
        "ij:missing-required-parameter" => ours == "MISSING_REQUIRED_PARAMETER",
        "ij:invalid-parameter-value" => ours == "NAMED_PARAMETER_HAS_TO_BE",
        "ij:invalid-join-condition" => ours == "INVALID_JOIN_CONDITION",
        "ij:conflicted-parameter" => ours == "CONFLICTED_PARAMETER",
        "ij:duplicated-field (overwrites; inspection only)" => ours == "DUPLICATED_FIELD",
        "ij:invalid-duration-type (allowed units listed in dql-language.md)" => {
            ours == "INVALID_DURATION_UNIT"
        }
        "ij:invalid-starting-command" => ours == "INVALID_STARTING_COMMAND",
        "ij:invalid-extension-command" => ours == "INVALID_EXTENSION_COMMAND",
        "ij:leading-pipe" => ours == "LEADING_PIPE",
        "ij:missing-pipe" => ours == "PARSE_ERROR",
        "ij:assignment-required" => ours == "ASSIGNMENT_REQUIRED",
        "ij:assignment-not-allowed" => ours == "ASSIGNMENT_NOT_ALLOWED",
        "ij:parameter-cannot-be-named" | "(record() takes `=`, not `:`)" => {
            ours == "UNKNOWN_PARAMETER_DEFINED"
        }
        "ij:parameter-must-be-named" => ours == "PARAMETER_MUST_BE_NAMED",
        "ij:sort-direction-not-allowed" => ours == "SORT_DIRECTION_NOT_ALLOWED",
        "ij:unsupported-operator-type" => ours == "UNSUPPORTED_OPERATOR_TYPE",
        "ij:invalid-alias" => ours == "INVALID_ALIAS",
        "ij:empty-brackets" => ours == "EMPTY_BRACKETS",
        "ij:empty-execution-block" => ours == "EMPTY_EXECUTION_BLOCK",
        "(needs at least one field)" => ours == "NO_PARAMETERS_FOR_COMMAND",
        "`$` isn't allowed here (no variables outside dashboards)" => ours == "PARSE_ERROR",
        code => ours == code,
    })
}

/// The place of a span as the test data gives it: columns of the line it starts in, from 1, end inclusive.
fn columns(source: &str, diagnostic: &Diagnostic) -> (u64, u64) {
    let line = source.get(..diagnostic.span.start).unwrap().rfind('\n').map_or(0, |end| end + 1);
    let column = |byte: usize| (byte - line) as u64;
    (column(diagnostic.span.start) + 1, column(diagnostic.span.end.max(diagnostic.span.start + 1)))
}

#[test]
fn every_invalid_query_is_refused_with_its_code_and_span() {
    let mut failures = Vec::new();
    for entry in public_queries::lines("invalid.jsonl") {
        let (source, code) = (public_queries::text(&entry, "query"), public_queries::text(&entry, "error"));
        let found = check(source, Dialect::Query);
        let span = entry.get("span").and_then(serde_json::Value::as_array).map(|span| {
            let at = |index: usize| span.get(index).and_then(serde_json::Value::as_u64).unwrap();
            (at(0), at(1))
        });
        let matches = |diagnostic: &Diagnostic| {
            same_code(code, diagnostic.code) && span.is_none_or(|span| span == columns(source, diagnostic))
        };
        let inspection = code.contains("inspection only");
        // The finding Grail stops at is the first error of ours.
        let first = found.iter().find(|diagnostic| inspection || diagnostic.severity == Severity::Error);
        if !first.is_some_and(matches) {
            let drawn: String = found.iter().map(|diagnostic| diagnostic.render(source, "source")).collect();
            failures.push(format!("expected {code} at {span:?}\n{source}\n{drawn}"));
        }
    }
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n====\n"));
}

#[test]
fn fixes_lead_to_queries_that_parse() {
    let mut failures = Vec::new();
    for entry in public_queries::lines("invalid.jsonl") {
        let mut source = public_queries::text(&entry, "query").to_owned();
        // One fix may uncover the next mistake.
        for _ in 0..6 {
            let found = check(&source, Dialect::Query);
            let Some(fix) =
                found.iter().filter(|found| found.is_error()).find_map(|found| found.fix.as_ref())
            else {
                break;
            };
            let fixed = fix.apply(&source);
            let parses = grailstage_dql::parse(&fixed).is_ok();
            let syntax = grailstage_dql::parse(&source).is_err();
            if !parses && !syntax {
                failures.push(format!("{source}\n{fixed}"));
            }
            source = fixed;
        }
        let unfixed =
            check(&source, Dialect::Query).iter().any(|found| found.is_error() && found.fix.is_some());
        if unfixed {
            failures.push(format!("never done: {source}"));
        }
        let expected = public_queries::text(&entry, "fix");
        if !expected.is_empty() && expected != source {
            eprintln!("fixed otherwise:\n  {expected}\n  {source}");
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
