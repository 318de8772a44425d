//! How fast a query runs over log records held in memory, and what a record costs.
//!
//! `cargo bench -p grailstage-sandbox --bench evaluate -- logs.jsonl` prints one line of JSON. The file is one that
//! `grailstage sandbox generate` writes; `cargo xtask bench` makes it, and puts DuckDB beside it.

use std::path::PathBuf;
use std::time::Instant;

use grailstage_sandbox::load::{store_from_files, time_span};
use grailstage_sandbox::{EvaluationOptions, Store, Value, evaluate};

const QUERY: &str = "fetch logs
| filter loglevel == \"ERROR\" or loglevel == \"WARN\"
| summarize n = count(), last = max(timestamp), by: {k8s.workload.name, k8s.cluster.name}
| sort n desc";

/// Repeats that the fastest is taken of.
const ROUNDS: usize = 5;

fn main() {
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let Some(file) = file else {
        eprintln!(
            "no data: `grailstage sandbox generate --rows 1000000 --out logs.jsonl`, then name the file"
        );
        return;
    };
    let before = resident_bytes();
    let start = Instant::now();
    let store = match store_from_files(&file, &["logs".to_owned()]) {
        Ok(store) => store,
        Err(error) => fail(&error),
    };
    let load = start.elapsed().as_secs_f64();
    let held = resident_bytes().saturating_sub(before);
    let records = store.table("logs").map_or(0, |table| table.rows().len());
    let mut options = EvaluationOptions::at(0);
    options.timeframe = time_span(&store);
    let mut seconds = f64::INFINITY;
    let (mut groups, mut counted) = (0, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        match evaluate(QUERY, &store, &options) {
            Ok(found) => {
                seconds = seconds.min(start.elapsed().as_secs_f64());
                groups = found.records.len();
                counted = found.records.iter().filter_map(|row| row.get("n")?.as_long()).sum();
            }
            Err(error) => fail(&error),
        }
    }
    let floor = (0..ROUNDS).map(|_| floor(&store)).fold(f64::INFINITY, f64::min);
    println!(
        "{{\"records\":{records},\"load\":{load:.3},\"seconds\":{seconds:.4},\"floor\":{floor:.4},\"groups\":{groups},\
         \"counted\":{counted},\"bytesPerRecord\":{}}}",
        held / records.max(1) as u64
    );
}

/// The seconds that it takes to find and compare the one field that the filter reads, which no evaluation over these
/// records can do without.
fn floor(store: &Store) -> f64 {
    let start = Instant::now();
    let rows = store.table("logs").map(|table| table.rows()).unwrap_or_default();
    let level = |row: &grailstage_sandbox::Record| matches!(row.get("loglevel"), Some(Value::String(level)) if matches!(level.as_ref(), "ERROR" | "WARN"));
    let found = rows.iter().filter(|row| level(row)).count();
    std::hint::black_box(found);
    start.elapsed().as_secs_f64()
}

fn fail(error: &dyn std::error::Error) -> ! {
    eprintln!("{error}");
    std::process::exit(1)
}

/// What the process holds in memory; 0 where the system does not say.
fn resident_bytes() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmRSS:"))?.to_owned();
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or(0, |kilobytes| kilobytes * 1024)
}
