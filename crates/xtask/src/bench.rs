//! `cargo xtask bench`: the benchmarks of all crates. They measure and never judge: a slow machine fails no test.

use crate::process::{command, run as run_command, say};
use crate::repository;

/// Runs the benchmarks one after the other, so that they do not share the processor.
pub(crate) fn run() -> anyhow::Result<()> {
    for package in ["grailstage-dql", "grailstage-sandbox"] {
        say(format!("measuring {package}"));
        run_command(&mut command(
            "cargo",
            &repository::root(),
            ["bench", "--package", package, "--benches"],
        ))?;
    }
    Ok(())
}
