//! `grailstage dql run` and `grailstage dql test` as processes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const KIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kit");
const NOW: &str = "2024-05-15T13:00:00Z";

fn grailstage(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_grailstage")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn data() -> String {
    format!("{KIT}/errors-by-level.input.json")
}

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_query_runs_over_records_of_a_file() {
    let output = grailstage(&[
        "dql",
        "run",
        "fetch logs | summarize n = count(), by: {loglevel} | sort n",
        "--data",
        &data(),
    ]);
    assert!(output.status.success());
    assert_eq!(
        text(&output.stdout),
        "loglevel  n\n--------  -\nWARN      1\nINFO      1\nERROR     3\n3 records\n"
    );
}

#[test]
fn json_is_printed_on_demand() {
    let query = "fetch logs | limit 1 | fields timestamp, n = 1";
    let output = grailstage(&["dql", "run", query, "--data", &data(), "--output", "json"]);
    assert_eq!(
        text(&output.stdout),
        "[\n  {\n    \"timestamp\": \"2024-05-15T11:00:00.000000000Z\",\n    \"n\": 1\n  }\n]\n"
    );
}

#[test]
fn an_array_of_records_stands_for_what_the_query_fetches() {
    let file = folder("array").join("records.json");
    std::fs::write(&file, r#"[{"a": 1}, {"a": 2}]"#).unwrap();
    let query =
        "fetch bizevents | filter a in [fetch events | filter a == 2 | fields a] | summarize s = sum(a)";
    let output = grailstage(&["dql", "run", query, "--data", file.to_str().unwrap(), "--output", "json"]);
    assert_eq!(text(&output.stdout), "[\n  {\n    \"s\": 2.0\n  }\n]\n");
}

#[test]
fn a_mistake_is_shown_where_it_is() {
    let output = grailstage(&["dql", "run", "fetch logs | limt 5", "--data", &data()]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(message.contains("UNKNOWN_COMMAND") && message.contains("^^^^"), "{message}");
    let output = grailstage(&["dql", "run", "fetch logs", "--data", "no-such-file.json"]);
    assert!(text(&output.stderr).contains("no-such-file.json"));
}

#[test]
fn a_folder_of_queries_is_tested() {
    let output = grailstage(&["dql", "test", KIT, "--now", NOW]);
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert!(text(&output.stdout).ends_with("\n2 passed, 0 failed\n"));
}

#[test]
fn a_difference_names_record_and_field() {
    let folder = folder("different");
    std::fs::write(folder.join("x.dql"), "fetch logs | fields a, b").unwrap();
    std::fs::write(folder.join("x.input.json"), r#"[{"a": 1, "b": "y"}, {"a": 2}]"#).unwrap();
    std::fs::write(folder.join("x.expected.json"), r#"[{"a": 1.0, "b": "x"}]"#).unwrap();
    let path = folder.to_str().unwrap();
    let output = grailstage(&["dql", "test", path]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    assert!(
        report.contains("record 0, `b`:") && report.contains("- \"x\"") && report.contains("+ \"y\""),
        "{report}"
    );
    assert!(report.contains("record 1 is too much:"), "{report}");
    assert!(!report.contains("`a`"), "{report}");
    assert!(grailstage(&["dql", "test", path, "--update"]).status.success());
    assert!(grailstage(&["dql", "test", path]).status.success());
}

#[test]
fn a_folder_without_queries_is_an_error() {
    let output = grailstage(&["dql", "test", folder("empty").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no `.dql` file"));
}

#[test]
fn a_query_file_that_is_not_there_is_not_taken_for_a_query() {
    let output = grailstage(&["dql", "run", "nowhere/x.dql", "--data", &data()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot read `nowhere/x.dql`"), "{}", text(&output.stderr));
}

#[test]
fn a_mistake_in_the_query_is_drawn_once() {
    let output = grailstage(&["dql", "run", "limt 3", "--data", &data()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error[UNKNOWN_COMMAND]: "), "{}", text(&output.stderr));
}

#[test]
fn a_table_that_the_data_lacks_is_noted() {
    let file = folder("lacks").join("records.json");
    std::fs::write(&file, r#"{"events": [{"a": 1}]}"#).unwrap();
    let output = grailstage(&["dql", "run", "fetch logs", "--data", file.to_str().unwrap()]);
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), "0 records\n");
    assert_eq!(text(&output.stderr), "note: the data has no records for `logs`; it has `events`\n");
}

#[test]
fn files_that_are_missing_are_named_with_what_to_do() {
    let folder = folder("missing");
    let path = folder.to_str().unwrap();
    std::fs::write(folder.join("x.dql"), "fetch logs | fields a").unwrap();
    let report = || text(&grailstage(&["dql", "test", path]).stdout);
    assert!(
        report().contains("x.input.json`") && report().contains("help: write the records"),
        "{}",
        report()
    );
    std::fs::write(folder.join("x.input.json"), r#"[{"a": 1}]"#).unwrap();
    assert!(report().contains("x.expected.json`") && report().contains("`--update`"), "{}", report());
    let query = folder.join("x.dql");
    assert!(grailstage(&["dql", "test", query.to_str().unwrap(), "--update"]).status.success());
    assert!(report().ends_with("1 passed, 0 failed\n"), "{}", report());
    std::fs::write(folder.join("y.expected.json"), "[]").unwrap();
    assert!(
        report().contains("there is no `") && report().contains("y.dql` that it belongs to"),
        "{}",
        report()
    );
    assert!(report().ends_with("1 passed, 1 failed\n"), "{}", report());
}

#[test]
fn the_examples_pass() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/queries/tested");
    let output = grailstage(&["dql", "test", examples]);
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert!(text(&output.stdout).ends_with("2 passed, 0 failed\n"), "{}", text(&output.stdout));
}
