//! How fast a query runs over a million records held in memory, and what a record costs.
//!
//! `cargo bench -p grailstage-sandbox -- [records]` prints one line of JSON.

use std::sync::Arc;
use std::time::Instant;

use grailstage_sandbox::record::Name;
use grailstage_sandbox::store::{Row, Table, TimeColumn};
use grailstage_sandbox::{EvaluationOptions, Record, Store, Value, evaluate};

const QUERY: &str = "fetch logs
| filter loglevel == \"ERROR\" or duration > 900
| summarize n = count(), slowest = max(duration), by: {service, region}
| sort n desc";

/// Repeats that the fastest is taken of.
const ROUNDS: usize = 5;

fn main() {
    let records: usize =
        std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let before = resident_bytes();
    let mut store = Store::default();
    store.insert_table("logs", Table::new(rows(records), TimeColumn::Point("timestamp")));
    let held = resident_bytes().saturating_sub(before);
    let mut options = EvaluationOptions::at(i64::MAX);
    options.timeframe = Some((0, i64::MAX));
    let mut best = f64::INFINITY;
    let mut groups = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        match evaluate(QUERY, &store, &options) {
            Ok(found) => groups = found.records.len(),
            Err(error) => {
                eprintln!("{error}");
                std::process::exit(1);
            }
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!(
        "{{\"records\":{records},\"seconds\":{best:.3},\"groups\":{groups},\"bytesPerRecord\":{}}}",
        held / records.max(1) as u64
    );
}

/// Log records of about 500 bytes of JSON each.
fn rows(count: usize) -> Vec<Row> {
    let names: Vec<Name> = [
        "timestamp",
        "content",
        "loglevel",
        "service",
        "region",
        "duration",
        "status",
        "host",
        "pod",
        "trace_id",
    ]
    .map(Name::from)
    .to_vec();
    let shared = |prefix: &str, count: usize| -> Vec<Value> {
        (0..count).map(|index| Value::string(format!("{prefix}-{index}"))).collect()
    };
    let (services, regions, hosts) = (shared("service", 50), shared("region", 8), shared("host", 400));
    let levels = ["INFO", "INFO", "INFO", "DEBUG", "WARN", "INFO", "INFO", "ERROR"].map(Value::string);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0)
    };
    let pick =
        |choices: &[Value], at: usize| choices.get(at % choices.len().max(1)).cloned().unwrap_or_default();
    (0..count)
        .map(|index| {
            let at = next();
            let content = format!(
                "request {index} of user u-{at:08x} was answered with status 200 after {} ms; {}",
                at % 1000,
                "the upstream kept its connection open and the cache was warm. ".repeat(4)
            );
            let values = [
                Value::Timestamp(i64::try_from(index).unwrap_or(0) * 1_000_000),
                content.into(),
                pick(&levels, next()),
                pick(&services, next()),
                pick(&regions, next()),
                Value::Long(i64::try_from(next() % 1000).unwrap_or(0)),
                Value::Long(200),
                pick(&hosts, next()),
                Value::string(format!("pod-{:05x}", next() % 4096)),
                Value::string(format!("{:032x}", next())),
            ];
            Arc::new(names.iter().cloned().zip(values).collect::<Record>())
        })
        .collect()
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
