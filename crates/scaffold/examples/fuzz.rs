//! Runs the fuzz targets of `tests/fuzz` for a time, on a stable compiler.
//!
//! ```text
//! cargo run --release -p grailstage-scaffold --example fuzz -- [report|written|document|all] [seconds] [seed]
//! ```

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a target that cannot go on has failed")]
#![expect(clippy::string_slice, reason = "texts are cut between characters")]

#[path = "../tests/fuzz/mod.rs"]
mod fuzz;
#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use fuzz::{Ground, Random, Target};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize| arguments.get(index).map(String::as_str);
    let targets: Vec<Target> = match argument(0) {
        Some("report") => vec![Target::Report],
        Some("written") => vec![Target::Written],
        Some("document") => vec![Target::Document],
        _ => Target::ALL.to_vec(),
    };
    let seconds = argument(1).and_then(|text| text.parse().ok()).unwrap_or(60);
    let seed = argument(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let ground = Ground::new();
    for target in targets {
        let mut random = Random::new(seed);
        let start = Instant::now();
        let (mut texts, mut bytes) = (0_u64, 0_usize);
        while start.elapsed() < Duration::from_secs(seconds) {
            let (text, complaint) = target.complaint(&ground, &mut random);
            texts += 1;
            bytes += text.len();
            if let Some(complaint) = complaint {
                eprintln!("{target:?} {complaint}\n--- of\n{text}");
                return ExitCode::FAILURE;
            }
        }
        println!("{target:?}: {texts} texts, {bytes} bytes, no complaint");
    }
    ExitCode::SUCCESS
}
