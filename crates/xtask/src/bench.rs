//! `cargo xtask bench`: the benchmarks of all crates. They measure and never judge: a slow machine fails no test.

mod evaluator;
mod yardstick;

use crate::core_package;
use crate::process::{command, run as run_command, say};
use crate::repository;
use crate::setup;
use crate::wasm_compiler::{CompilerChoice, WasmCompiler};

/// Runs the benchmarks one after the other, so that they do not share the processor.
pub(crate) fn run(choice: CompilerChoice) -> anyhow::Result<()> {
    say("measuring the language");
    let benches = ["bench", "--package", "grailstage-dql", "--benches"];
    run_command(&mut command("cargo", &repository::root(), benches))?;
    language_in_wasm(choice)?;
    evaluator::run()
}

/// The language in WebAssembly beside the same functions compiled for this machine.
fn language_in_wasm(choice: CompilerChoice) -> anyhow::Result<()> {
    let js = repository::path("js");
    setup::npm_packages(&js)?;
    core_package::build(WasmCompiler::ensure(choice)?)?;
    let core = ["--workspace", "@grailstage/core"];
    run_command(command("npm", &js, ["run", "--silent", "build"]).args(core))?;
    let native =
        ["build", "--quiet", "--release", "--package", "grailstage-insights", "--example", "language_speed"];
    run_command(&mut command("cargo", &repository::root(), native))?;

    say("measuring @grailstage/core");
    let mut bench = command("npm", &js, ["run", "--silent", "bench"]);
    bench.args(core).env("NATIVE", repository::target().join("release/examples/language_speed"));
    run_command(&mut bench)
}
