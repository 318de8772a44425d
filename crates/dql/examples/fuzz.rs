//! Runs the fuzz targets of `tests/fuzz` for a time, on a stable compiler.
//!
//! ```text
//! cargo run --release -p grailstage-dql --example fuzz -- [parse|print|bind] [seconds] [seed]
//! ```
//!
//! A text that breaks a target is written to `tests/crashers`, to be kept as a test once it is repaired.

#[path = "../tests/fuzz/mod.rs"]
mod fuzz;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use fuzz::{Random, Target, seeds};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize| arguments.get(index).map(String::as_str);
    let targets: Vec<Target> = match argument(0) {
        Some("parse") => vec![Target::Parse],
        Some("print") => vec![Target::Print],
        Some("bind") => vec![Target::Bind],
        _ => Target::ALL.to_vec(),
    };
    let seconds = argument(1).and_then(|text| text.parse().ok()).unwrap_or(60);
    let seed = argument(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let seeds = seeds();
    let mut broken = false;
    for target in targets {
        broken |= run(target, Duration::from_secs(seconds), seed, &seeds);
    }
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs a target; tells whether it broke.
fn run(target: Target, time: Duration, seed: u64, seeds: &[String]) -> bool {
    let mut random = Random::new(seed);
    let start = Instant::now();
    let (mut texts, mut bytes) = (0_u64, 0_usize);
    while start.elapsed() < time {
        let text = random.text(seeds);
        texts += 1;
        bytes += text.len();
        // A panic ends the run with the text still unknown; it is written before the target sees it.
        let complaint = std::panic::catch_unwind(|| target.complaint(&text, &mut Random::new(texts)));
        let complaint = complaint.unwrap_or_else(|_| Some("it panicked".to_owned()));
        if let Some(complaint) = complaint {
            let path = format!("{}/tests/crashers/{target:?}-{texts}.dql", env!("CARGO_MANIFEST_DIR"))
                .to_lowercase();
            eprintln!("{target:?} {complaint}\n--- of\n{text}\n--- kept in {path}");
            if let Err(error) = std::fs::write(&path, &text) {
                eprintln!("cannot write `{path}`: {error}");
            }
            return true;
        }
    }
    println!("{target:?}: {texts} texts, {bytes} bytes, no complaint");
    false
}
