//! Everything that is made from source: the WebAssembly module and the npm packages around it.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::core_package;
use crate::process::{command, run as run_command, say};
use crate::repository;
use crate::setup;
use crate::wasm_compiler::{CompilerChoice, WasmCompiler};

/// Where the types of the answers stand, for JavaScript. Generated from crates/insights.
pub(crate) const PAYLOADS: &str = "js/plugins/dynatrace-common/src/payloads.ts";

/// Where the registry of the cards stands, for JavaScript. Generated from crates/insights.
const CARDS: &str = "js/plugins/dynatrace-common/src/dynatraceCards.ts";

/// `cargo xtask build`
pub(crate) fn run(choice: CompilerChoice) -> anyhow::Result<()> {
    let compiler = WasmCompiler::ensure(choice)?;
    setup::npm_packages(&repository::path("js"))?;
    payload_types(false)?;
    core_package::build(compiler)?;
    say("building the npm packages");
    run_command(&mut command("npm", &repository::path("js"), ["run", "--silent", "build"]))
}

/// Writes what is generated from crates/insights, or with `check` fails where it is out of date.
pub(crate) fn payload_types(check: bool) -> anyhow::Result<()> {
    payload_types_of(&repository::root(), check)
}

/// The same, in the repository or a copy of it.
pub(crate) fn payload_types_of(root: &Path, check: bool) -> anyhow::Result<()> {
    generated(root, PAYLOADS, &[], check)?;
    generated(root, CARDS, &["cards"], check)
}

fn generated(root: &Path, path: &str, arguments: &[&str], check: bool) -> anyhow::Result<()> {
    let program = ["run", "--quiet", "--package", "grailstage-insights", "--features", "typescript"];
    let binary = ["--bin", "payload_types", "--"];
    let mut cargo = command("cargo", root, program);
    cargo.args(binary).args(arguments).env("CARGO_TARGET_DIR", repository::target_of(root));
    let printed = cargo.output().context("cannot run cargo")?;
    if !printed.status.success() {
        bail!("`{path}` cannot be generated:\n{}", String::from_utf8_lossy(&printed.stderr));
    }
    let file = root.join(path);
    if fs::read(&file).is_ok_and(|present| present == printed.stdout) {
        return Ok(());
    }
    if check {
        bail!("{path} is not what crates/insights declares: run `cargo xtask build` and commit it");
    }
    say(format!("writing {path}"));
    fs::write(&file, &printed.stdout).with_context(|| format!("cannot write {path}"))
}
