//! The evaluator over a million records in memory, beside DuckDB over the same file.
//!
//! ```text
//! grailstage sandbox generate ─> target/bench/logs.jsonl ─┬─> one query in the evaluator, and a floor
//!                                                         └─> the same query in DuckDB
//! ```

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::yardstick;
use crate::process::{command, run as run_command, run_and_read, say};
use crate::repository;

/// How many log records the sandbox is measured with; as JSON they take some 600 MB.
const RECORDS: &str = "1000000";

/// Measures the evaluator and DuckDB one after the other, and prints both.
pub(super) fn run() -> anyhow::Result<()> {
    let root = repository::root();
    say(format!("generating {RECORDS} log records"));
    let folder = repository::target().join("bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let data = folder.join("logs.jsonl");
    run_command(
        command("cargo", &root, ["run", "--quiet", "--release", "--package", "grailstage-cli", "--"])
            .args(["sandbox", "generate", "--rows", RECORDS, "--out"])
            .arg(&data),
    )?;
    say("measuring the sandbox");
    let arguments = ["bench", "--quiet", "--package", "grailstage-sandbox", "--bench", "evaluate", "--"];
    let sandbox: Sandbox = measured(command("cargo", &root, arguments).arg(&data))?;
    say("measuring DuckDB with the same data");
    let duckdb = yardstick::duckdb(&folder, &data);
    println!("\n{}", report(&sandbox, duckdb.as_ref().ok(), size(&data)));
    match duckdb {
        Ok(duckdb) if (duckdb.groups, duckdb.counted) != (sandbox.groups, sandbox.counted) => {
            anyhow::bail!(
                "the sandbox and DuckDB disagree: they count {} and {}",
                sandbox.counted,
                duckdb.counted
            )
        }
        Ok(_) => Ok(()),
        Err(error) => Err(error.context("there is no yardstick")),
    }
}

/// What the benchmark of the sandbox prints: times in seconds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sandbox {
    records: u64,
    load: f64,
    seconds: f64,
    floor: f64,
    groups: u64,
    counted: u64,
    bytes_per_record: u64,
}

/// Runs a program whose last line of output is what it measured, as JSON.
pub(super) fn measured<T: for<'de> Deserialize<'de>>(
    command: &mut std::process::Command,
) -> anyhow::Result<T> {
    let (text, succeeded) = run_and_read(command)?;
    let line = text.lines().rev().find(|line| line.starts_with('{'));
    let line = line.filter(|_| succeeded).context("the benchmark has measured nothing")?;
    serde_json::from_str(line).with_context(|| format!("the benchmark printed `{line}`"))
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |file| file.len())
}

/// The numbers side by side.
fn report(sandbox: &Sandbox, duckdb: Option<&yardstick::DuckDb>, json_bytes: u64) -> String {
    let per_record = json_bytes / sandbox.records.max(1);
    let mut text = format!(
        "{} records, {:.0} MB of JSON ({per_record} bytes a record): filter, then summarize by two fields\n\n\
         {:<28} {:>9} {:>9} {:>14}\n",
        sandbox.records,
        json_bytes as f64 / 1e6,
        "",
        "query s",
        "load s",
        "bytes/record"
    );
    let mut line = |name: &str, query: f64, load: Option<f64>, bytes: Option<u64>| {
        let load = load.map_or(String::new(), |load| format!("{load:.1}"));
        let bytes = bytes.map_or(String::new(), |bytes| bytes.to_string());
        text.push_str(&format!("{name:<28} {query:>9.3} {load:>9} {bytes:>14}\n"));
    };
    line("sandbox", sandbox.seconds, Some(sandbox.load), Some(sandbox.bytes_per_record));
    line("  reading one field (floor)", sandbox.floor, None, None);
    if let Some(duckdb) = duckdb {
        let name = format!("DuckDB {}, 1 thread", duckdb.version);
        line(&name, duckdb.one_thread, Some(duckdb.load), Some(duckdb.bytes_per_record));
        line(&format!("  {} threads", duckdb.threads), duckdb.all_threads, None, None);
        text.push_str(&format!(
            "\nthe sandbox takes {:.1} times as long as DuckDB with one thread, {:.1} times its floor\n",
            sandbox.seconds / duckdb.one_thread,
            sandbox.seconds / sandbox.floor
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_has_both_times_and_their_ratio() {
        let sandbox: Sandbox = serde_json::from_str(
            r#"{"records":1000,"load":2.0,"seconds":0.5,"floor":0.1,"groups":3,"counted":9,"bytesPerRecord":700}"#,
        )
        .unwrap();
        let duckdb: yardstick::DuckDb = serde_json::from_str(
            r#"{"version":"1.4.2","threads":2,"load":4.0,"oneThread":0.25,"allThreads":0.125,"groups":3,"counted":9,"bytesPerRecord":80}"#,
        )
        .unwrap();
        let text = report(&sandbox, Some(&duckdb), 600_000);
        assert!(text.contains("600 bytes a record"), "{text}");
        assert!(text.contains("2.0 times as long as DuckDB with one thread, 5.0 times its floor"), "{text}");
        assert!(!report(&sandbox, None, 600_000).contains("DuckDB"));
    }
}
