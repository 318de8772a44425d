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

/// Where the types of the actions of templates stand, for JavaScript. Generated from crates/scaffold.
pub(crate) const SCAFFOLD_PAYLOADS: &str = "js/plugins/dynatrace-common/src/scaffoldPayloads.ts";

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

/// Writes what is generated from crates/insights and crates/scaffold, or with `check` fails where it is out of date.
pub(crate) fn payload_types(check: bool) -> anyhow::Result<()> {
    let root = repository::root();
    insights_types(&root, check)?;
    generated(&root, SCAFFOLD_PAYLOADS, ["scaffold", "scaffold_types"], &[], check)
}

/// Those of crates/insights, in the repository or a copy of it.
pub(crate) fn insights_types(root: &Path, check: bool) -> anyhow::Result<()> {
    generated(root, PAYLOADS, ["insights", "payload_types"], &[], check)?;
    generated(root, CARDS, ["insights", "payload_types"], &["cards"], check)
}

fn generated(
    root: &Path,
    path: &str,
    [declaring, program]: [&str; 2],
    arguments: &[&str],
    check: bool,
) -> anyhow::Result<()> {
    let package = format!("grailstage-{declaring}");
    let run = ["run", "--quiet", "--package", &package, "--features", "typescript", "--bin", program, "--"];
    let mut cargo = command("cargo", root, run);
    cargo.args(arguments).env("CARGO_TARGET_DIR", repository::target_of(root));
    let printed = cargo.output().context("cannot run cargo")?;
    if !printed.status.success() {
        bail!("`{path}` cannot be generated:\n{}", String::from_utf8_lossy(&printed.stderr));
    }
    let file = root.join(path);
    if fs::read(&file).is_ok_and(|present| present == printed.stdout) {
        return Ok(());
    }
    if check {
        bail!("{path} is not what crates/{declaring} declares: run `cargo xtask build` and commit it");
    }
    say(format!("writing {path}"));
    fs::write(&file, &printed.stdout).with_context(|| format!("cannot write {path}"))
}
