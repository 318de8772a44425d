//! `grailstage dql` as a process.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn grailstage(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_grailstage"))
        .arg("dql")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn check_draws_findings_and_fails_on_errors() {
    let output = grailstage(&["check", "-"], "fetch logs\n| fliter a == 1");
    assert_eq!(output.status.code(), Some(1));
    let drawn = text(&output.stderr);
    assert!(
        drawn.contains("error[UNKNOWN_COMMAND]") && drawn.contains("-:2:3") && drawn.contains("^^^^^^"),
        "{drawn}"
    );
}

#[test]
fn check_passes_warnings() {
    let output = grailstage(&["check", "-"], "fetch logs | filter a == null");
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("warning[NULL_COMPARISON]"));
}

#[test]
fn check_of_json_lines_yields_a_line_each() {
    let lines = "{\"query\":\"fetch logs\"}\n{\"query\":\"| limit 3\",\"kind\":\"snippet\"}\n\n{\"query\":\"fetch 'a'\"}\n";
    let output = grailstage(&["check", "--jsonl", "query", "-"], lines);
    assert_eq!(output.status.code(), Some(1));
    let results: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let valid: Vec<bool> = results.iter().map(|result| result["valid"].as_bool().unwrap()).collect();
    assert_eq!(valid, [true, true, false]);
    let finding = &results[2]["diagnostics"][0];
    assert_eq!(finding["code"], "PARSE_ERROR_SINGLE_QUOTES");
    assert_eq!(finding["fixed"], "fetch \"a\"");
    assert_eq!(finding["start"], serde_json::json!({"line": 1, "column": 7}));
}

#[test]
fn a_line_that_is_no_json_is_named() {
    let output = grailstage(&["check", "--jsonl", "query", "-"], "{\"query\":\"fetch logs\"}\nfetch logs\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("-:2 is not JSON"));
}

#[test]
fn fmt_of_standard_input_goes_to_standard_output() {
    let output = grailstage(&["fmt", "-"], "fetch logs|limit 3 // few");
    assert_eq!(text(&output.stdout), "fetch logs\n| limit 3 // few\n");
}

#[test]
fn fmt_changes_files_and_check_does_not() {
    let folder = std::env::temp_dir().join(format!("grailstage-fmt-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("a.dql");
    let file = path.to_str().unwrap();
    std::fs::write(&path, "fetch logs|limit 3").unwrap();
    assert_eq!(grailstage(&["fmt", "--check", file], "").status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "fetch logs|limit 3");
    assert!(grailstage(&["fmt", file], "").status.success());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "fetch logs\n| limit 3\n");
    assert!(grailstage(&["fmt", "--check", file], "").status.success());
    std::fs::write(&path, "fetch logs | filter (").unwrap();
    assert_eq!(grailstage(&["fmt", file], "").status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "fetch logs | filter (");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn explain_tells_what_is_read() {
    let output = grailstage(&["explain", "-"], "timeseries avg(dt.host.cpu.usage), by:{host.name}, from:-2h");
    let told = text(&output.stdout);
    assert!(
        told.contains("storage:metrics:read")
            && told.contains("2h ago to now")
            && told.contains("dt.host.cpu.usage"),
        "{told}"
    );
}

#[test]
fn a_missing_file_is_an_error() {
    let output = grailstage(&["check", "/no/such/file.dql"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("/no/such/file.dql"));
}

#[test]
fn queries_embedded_in_yaml_are_checked_where_they_stand() {
    let yaml = "metadata:\n  annotations:\n    example.com/dql: |\n      fetch logs\n      | filter a == ${componentName}\n\n    \
        other: |\n      not a query\nspec:\n  query: >-\n    fetch logs\n    | fliter a == 1\n";
    let output = grailstage(&["check", "--yaml", "-"], yaml);
    assert_eq!(output.status.code(), Some(1));
    let drawn = text(&output.stderr);
    assert!(drawn.contains("queries: 2, errors: 1"), "{drawn}");
    assert!(drawn.contains("- (from line 11):2:3"), "{drawn}");
}
