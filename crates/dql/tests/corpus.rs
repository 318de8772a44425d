//! The queries in `tests/corpus` and what is made of them, byte for byte.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use grailstage_dql::report::{Report, check_report, explain_report, format_report};
use grailstage_dql::{Dialect, parse_recovering, print};
use serde::Serialize;

/// The content of the `.json` beside a query.
#[derive(Serialize)]
struct Expected {
    check: Report,
    format: Report,
    explain: Report,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

/// The files with their folder's name, in order.
fn queries() -> Vec<(PathBuf, Dialect, String)> {
    let mut found = Vec::new();
    for folder in
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        let dialect = match folder.file_name().and_then(|name| name.to_str()) {
            Some("snippets") => Dialect::Snippet,
            Some("templates") => Dialect::Template,
            _ => Dialect::Query,
        };
        for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "dql") {
                let text = std::fs::read_to_string(&file).unwrap();
                found.push((file, dialect, text));
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn is_wrong_on_purpose(file: &Path) -> bool {
    file.parent().is_some_and(|folder| folder.ends_with("habits") || folder.ends_with("errors"))
}

#[test]
fn every_query_is_judged_as_before() {
    let update = std::env::var_os("GRAILSTAGE_UPDATE").is_some();
    let mut changed = Vec::new();
    let queries = queries();
    assert!(queries.len() >= 150, "{}", queries.len());
    for (file, dialect, text) in queries {
        let expected = Expected {
            check: check_report(&text, dialect, true),
            format: format_report(&text, dialect),
            explain: explain_report(&text, dialect),
        };
        let json = serde_json::to_string_pretty(&expected).unwrap() + "\n";
        let beside = file.with_extension("json");
        if update {
            std::fs::write(&beside, json).unwrap();
        } else if std::fs::read_to_string(&beside).unwrap_or_default() != json {
            changed.push(beside);
        }
    }
    assert!(changed.is_empty(), "changed, see tests/corpus/README.md: {changed:#?}");
}

#[test]
fn right_queries_have_no_errors_and_wrong_ones_have_findings() {
    for (file, dialect, text) in queries() {
        let report = check_report(&text, dialect, false);
        if is_wrong_on_purpose(&file) {
            assert!(!report.diagnostics.is_empty(), "{}", file.display());
        } else {
            assert!(report.valid, "{}: {:#?}", file.display(), report.diagnostics);
        }
    }
}

#[test]
fn right_queries_print_to_themselves_and_format_once() {
    for (file, dialect, text) in queries().into_iter().filter(|(file, ..)| !is_wrong_on_purpose(file)) {
        let parsed = parse_recovering(&text, dialect);
        let formatted = grailstage_dql::format(&text, dialect).unwrap();
        assert_eq!(parse_recovering(&formatted, dialect).query, parsed.query, "{}", file.display());
        assert_eq!(grailstage_dql::format(&formatted, dialect).unwrap(), formatted, "{}", file.display());
        if dialect != Dialect::Template {
            let printed = print(&parsed.query);
            assert_eq!(parse_recovering(&printed, dialect).query, parsed.query, "{}", file.display());
        }
    }
}

#[test]
fn applying_fixes_ends() {
    for (file, dialect, text) in queries() {
        let mut text = text;
        for _ in 0..20 {
            let report = check_report(&text, dialect, false);
            let Some(fixed) = report.diagnostics.into_iter().find_map(|finding| finding.fixed) else { break };
            assert_ne!(fixed, text, "{}", file.display());
            text = fixed;
        }
        let left = check_report(&text, dialect, false).diagnostics;
        assert!(left.iter().all(|finding| finding.fixed.is_none()), "{}: {text}\n{left:#?}", file.display());
    }
}
