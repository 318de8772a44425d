//! Own records are read from files and folders, and what is wrong with them is named.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use grailstage_sandbox::load::{record_to_json, store_from_files, time_span};
use grailstage_sandbox::{EvaluationOptions, evaluate};
use serde_json::{Value, json};

/// A folder of its own for one test, with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn ask(path: &Path, query: &str) -> Value {
    let store = store_from_files(path, &[]).unwrap();
    let mut options = EvaluationOptions::at(0);
    options.timeframe = time_span(&store);
    Value::Array(evaluate(query, &store, &options).unwrap().records.iter().map(record_to_json).collect())
}

/// The error, its paths relative to the folder.
fn refused(folder: &Path, file: &str) -> String {
    let error = store_from_files(&folder.join(file), &[]).unwrap_err();
    let text = error.to_string().replace(&format!("{}/", folder.display()), "");
    match error.help() {
        Some(help) => format!("{text}; {help}"),
        None => text,
    }
}

#[test]
fn a_folder_has_a_file_a_table() {
    let folder = folder(
        "tables",
        &[
            ("logs.json", "[{\"timestamp\": \"2024-01-01T00:00:00Z\", \"n\": 1},\n {\"n\": 2}]\n"),
            (
                "spans.jsonl",
                "{\"start_time\": \"2024-01-01T00:00:00Z\", \"duration\": 5}\n\n{\"duration\": 7}",
            ),
            ("dt.davis.problems.ndjson", "{\"event.status\": \"ACTIVE\"}\r\n"),
            ("metrics.json", "[{\"metric.key\": \"m\", \"points\": [[\"2024-01-01T00:00:00Z\", 2]]}]"),
            (
                "smartscapeNodes.json",
                "[{\"id\": \"HOST-0000000000000001\", \"type\": \"HOST\", \"name\": \"h\"}]",
            ),
            ("lookups/teams.json", "[{\"team\": \"orders\"}]"),
            ("bizevents.jsonl", ""),
            ("README.md", "what this is"),
            (".hidden", "nothing"),
        ],
    );
    assert_eq!(ask(&folder, "fetch logs | summarize s = sum(n)"), json!([{"s": 3.0}]));
    assert_eq!(ask(&folder, "fetch spans | summarize s = sum(duration) == 12ns"), json!([{"s": true}]));
    assert_eq!(ask(&folder, "fetch dt.davis.problems"), json!([{"event.status": "ACTIVE"}]));
    assert_eq!(ask(&folder, "timeseries s = sum(m, scalar: true) | fields s"), json!([{"s": 2.0}]));
    assert_eq!(ask(&folder, "smartscapeNodes HOST | fields name"), json!([{"name": "h"}]));
    assert_eq!(ask(&folder, "load \"/lookups/teams\""), json!([{"team": "orders"}]));
    assert_eq!(ask(&folder, "fetch bizevents"), json!([]));
}

#[test]
fn a_file_alone_is_the_table_of_its_name_or_those_it_names() {
    let folder = folder(
        "alone",
        &[
            ("logs.jsonl", "{\"n\": 1}\n{\"n\": 2}\n"),
            ("events.json", "[{\"n\": 3}]"),
            ("all.json", "{\"logs\": [{\"n\": 4}]}"),
            ("records.jsonl", "{\"n\": 5}"),
        ],
    );
    assert_eq!(ask(&folder.join("logs.jsonl"), "fetch logs | summarize s = sum(n)"), json!([{"s": 3.0}]));
    assert_eq!(ask(&folder.join("events.json"), "fetch events"), json!([{"n": 3}]));
    assert_eq!(ask(&folder.join("all.json"), "fetch logs"), json!([{"n": 4}]));
    let asked_for = store_from_files(&folder.join("records.jsonl"), &["spans".to_owned()]).unwrap();
    assert_eq!(asked_for.table("spans").unwrap().rows().len(), 1);
    assert_eq!(
        refused(&folder, "records.jsonl"),
        "`records.jsonl` holds records, and its name is no table; name the file after its table, such as logs.jsonl, \
         or write {\"logs\": […]} into a .json file"
    );
}

#[test]
fn what_is_wrong_is_named_with_its_file_and_line() {
    let folder = folder(
        "wrong",
        &[
            ("logs.jsonl", "{\"n\": 1}\n\n{\"n\": }\n"),
            ("spans.jsonl", "{\"n\": 1}\n[2]\n"),
            ("bytes.jsonl", ""),
            ("events.json", "[\n  {\"n\": 1},\n  {\"n\": 2},\n\n  3\n]"),
            ("bizevents.json", "[\n  {\"n\": 1},\n  {\"n\" 2}\n]"),
            ("metrics.json", "[{\"metric.key\": \"a\",\n\"points\": []},\n{\"metric.key\": \"b\"}]"),
            ("cut.json", "{\"logs\": [{\"n\": 1}"),
            ("number.json", "5"),
        ],
    );
    assert_eq!(refused(&folder, "logs.jsonl"), "`logs.jsonl`, line 3: expected value (column 7)");
    assert_eq!(
        refused(&folder, "spans.jsonl"),
        "`spans.jsonl`, line 2: a record is an object, and this is none"
    );
    assert_eq!(
        refused(&folder, "events.json"),
        "`events.json`, line 5: a record is an object, and this is none"
    );
    assert_eq!(refused(&folder, "bizevents.json"), "`bizevents.json`, line 3: expected `:` (column 8)");
    assert!(
        refused(&folder, "metrics.json").starts_with("`metrics.json`, line 3: a metric needs `metric.key`")
    );
    assert_eq!(refused(&folder, "cut.json"), "`cut.json`, line 1: EOF while parsing a list (column 18)");
    assert_eq!(
        refused(&folder, "number.json"),
        "`number.json`: the data is neither an array of records nor an object of such arrays"
    );
    assert!(refused(&folder, "none.json").starts_with("cannot read `none.json`: "));
}

#[test]
fn a_line_that_is_not_utf_8_is_named() {
    let folder = folder("bytes", &[]);
    std::fs::write(folder.join("logs.jsonl"), b"{\"a\": 1}\n{\"a\": \"\xff\"}\n").unwrap();
    assert!(
        refused(&folder, "logs.jsonl").starts_with("`logs.jsonl`, line 2: "),
        "{}",
        refused(&folder, "logs.jsonl")
    );
}

#[test]
fn a_folder_that_cannot_be_meant_is_refused() {
    let twice = folder("twice", &[("logs.json", "[]"), ("logs.jsonl", "")]);
    assert_eq!(
        refused(&twice, ""),
        "`logs.json` and `logs.jsonl` both hold the table `logs`; put the records of one table into one file"
    );
    let csv = folder("csv", &[("logs.json", "[]"), ("spans.csv", "a,b")]);
    assert!(
        refused(&csv, "").starts_with("`spans.csv` is neither .json nor .jsonl; a table is a file such as")
    );
    let empty = folder("empty", &[("README.md", "")]);
    assert!(refused(&empty, "").contains("holds neither .json nor .jsonl files"));
}

#[test]
fn records_share_what_is_the_same_in_all_of_them() {
    let lines: String = (0..100).map(|n| format!("{{\"level\": \"INFO\", \"n\": {n}}}\n")).collect();
    let folder = folder("shared", &[("logs.jsonl", lines.as_str())]);
    let store = store_from_files(&folder, &[]).unwrap();
    let rows = store.table("logs").unwrap().rows();
    let level = |index: usize| match rows.get(index).and_then(|row| row.get("level")) {
        Some(grailstage_sandbox::Value::String(text)) => text.as_ptr(),
        other => panic!("{other:?}"),
    };
    assert_eq!(level(0), level(99));
}
