//! `grailstage sandbox generate` as a process.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn grailstage(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_grailstage")).args(arguments).output().unwrap()
}

fn generate(arguments: &[&str]) -> String {
    let output = grailstage(&[&["sandbox", "generate"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generate").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_same_seed_gives_the_same_lines() {
    for table in ["logs", "spans", "bizevents"] {
        let lines = |seed: &str| generate(&["--rows", "20", "--table", table, "--seed", seed]);
        let first = lines("5");
        assert_eq!(first.lines().count(), 20);
        assert_eq!(first, lines("5"));
        assert_ne!(first, lines("6"));
    }
}

#[test]
fn a_folder_of_generated_records_is_data() {
    let folder = folder("data");
    for table in ["logs", "spans", "bizevents"] {
        let file = folder.join(format!("{table}.jsonl"));
        let printed = generate(&["--rows", "300", "--table", table, "--out", file.to_str().unwrap()]);
        assert_eq!(printed, "");
    }
    let query = "fetch spans | summarize n = count(), traces = countDistinctExact(trace.id), timed = countIf(duration > 1ms), by: {kind = \"spans\"}
        | append [fetch logs | summarize n = count(), timed = countIf(timestamp < toTimestamp(\"2026-01-01\")), by: {kind = \"logs\"}]
        | append [fetch bizevents | summarize n = count(), timed = countIf(order.amount > 1), by: {kind = \"orders\"}]";
    let output = grailstage(&["dql", "run", query, "--data", folder.to_str().unwrap(), "--output", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        found,
        serde_json::json!([
            {"kind": "spans", "n": 300, "traces": 100, "timed": 300},
            {"kind": "logs", "n": 300, "timed": 300},
            {"kind": "orders", "n": 300, "timed": 300},
        ])
    );
}

#[test]
fn records_are_written_as_they_are_made_and_nobody_has_to_read_them_all() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_grailstage"))
        .args(["sandbox", "generate", "--rows", "1000000000000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert!(line.starts_with("{\"timestamp\":\""), "{line}");
    drop(lines);
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_cannot_be_done_is_said() {
    let refused = |arguments: &[&str]| {
        let output = grailstage(&[&["sandbox", "generate", "--rows", "1"], arguments].concat());
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&["--end", "yesterday"]).contains("`yesterday` is not a point in time"));
    assert!(refused(&["--table", "metrics"]).contains("[possible values: logs, spans, bizevents]"));
    let out = folder("no").join("missing/logs.jsonl");
    assert!(refused(&["--out", out.to_str().unwrap()]).contains("missing/logs.jsonl`: "));
}
