//! Everything that is made from source: the WebAssembly module and the npm packages around it.

use std::fs;

use anyhow::{Context, bail};

use crate::core_package;
use crate::process::{command, run as run_command, say};
use crate::repository;
use crate::setup;
use crate::wasm_compiler::{CompilerChoice, WasmCompiler};

/// Where the types of the answers stand, for JavaScript. Generated from crates/insights.
pub(crate) const PAYLOADS: &str = "js/plugins/dynatrace-common/src/payloads.ts";

/// `cargo xtask build`
pub(crate) fn run(choice: CompilerChoice) -> anyhow::Result<()> {
    let compiler = WasmCompiler::ensure(choice)?;
    setup::npm_packages(&repository::path("js"))?;
    payload_types(false)?;
    core_package::build(compiler)?;
    say("building the npm packages");
    run_command(&mut command("npm", &repository::path("js"), ["run", "--silent", "build"]))
}

/// Writes the TypeScript declarations of the answers, or with `check` fails where they are out of date.
pub(crate) fn payload_types(check: bool) -> anyhow::Result<()> {
    let mut cargo = command(
        "cargo",
        &repository::root(),
        [
            "run",
            "--quiet",
            "--package",
            "grailstage-insights",
            "--features",
            "typescript",
            "--bin",
            "payload_types",
        ],
    );
    let printed = cargo.output().context("cannot run cargo")?;
    if !printed.status.success() {
        bail!("the types of the answers cannot be generated:\n{}", String::from_utf8_lossy(&printed.stderr));
    }
    let file = repository::path(PAYLOADS);
    if fs::read(&file).is_ok_and(|present| present == printed.stdout) {
        return Ok(());
    }
    if check {
        bail!("{PAYLOADS} is not what crates/insights declares: run `cargo xtask build` and commit it");
    }
    say(format!("writing {PAYLOADS}"));
    fs::write(&file, &printed.stdout).with_context(|| format!("cannot write {PAYLOADS}"))
}
