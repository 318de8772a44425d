//! From the compiled module to `js/core/pkg`: glue by wasm-bindgen, size by wasm-opt.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

use crate::build::PAYLOADS;
use crate::process::{command, run, say};
use crate::repository;
use crate::wasm_compiler::WasmCompiler;

/// The most that `gzip -9` of the module may take, in bytes: what a browser would have to load.
///
/// One module holds all of it: the cards, the clients of Dynatrace's interfaces, and the whole language with its
/// catalogue of names, because the queries of a catalog and of the configuration are checked where they are asked.
pub(crate) const MODULE_GZIP_LIMIT: usize = 1_000_000;

/// Compiles crates/wasm and writes `pkg/grailstage.wasm`, its glue and declarations.
pub(crate) fn build(compiler: WasmCompiler) -> anyhow::Result<()> {
    say("compiling crates/wasm");
    run(&mut compiler.cargo(&["build", "--package", "grailstage-wasm", "--profile", "wasm"]))?;

    say("writing js/core/pkg");
    let package = repository::path("js/core/pkg");
    let generated = repository::target().join("wasm-bindgen");
    Bindgen::new()
        .input_path(compiler.module("wasm"))
        .out_name("grailstage")
        .bundler(true)
        .and_then(|bindgen| bindgen.typescript(true).generate(&generated))
        .context("wasm-bindgen cannot process the module")?;

    fs::create_dir_all(&package).context("cannot make js/core/pkg")?;
    // The payloads apart from the glue: they are all that customers see of it.
    let payloads = repository::path(PAYLOADS);
    let glue = |name: &str| generated.join(name);
    for (from, to) in [
        (glue("grailstage_bg.js"), "glue.js"),
        (glue("grailstage.d.ts"), "glue.d.ts"),
        (payloads, "payloads.d.ts"),
    ] {
        fs::copy(from, package.join(to)).with_context(|| format!("cannot write js/core/pkg/{to}"))?;
    }
    optimise(&generated.join("grailstage_bg.wasm"), &package.join("grailstage.wasm"))?;
    report_size(&package.join("grailstage.wasm"))
}

fn optimise(from: &Path, to: &Path) -> anyhow::Result<()> {
    let js = repository::path("js");
    let mut wasm_opt = command("npm", &js, ["exec", "--offline", "--", "wasm-opt"]);
    // The feature list is what rustc enables for wasm32-unknown-unknown; wasm-opt refuses code outside it.
    for feature in [
        "bulk-memory",
        "bulk-memory-opt",
        "call-indirect-overlong",
        "multivalue",
        "mutable-globals",
        "nontrapping-float-to-int",
        "reference-types",
        "sign-ext",
    ] {
        wasm_opt.arg(format!("--enable-{feature}"));
    }
    run(wasm_opt.args(["-O3", "--strip-debug", "--strip-producers", "-o"]).arg(to).arg(from))
}

fn report_size(module: &Path) -> anyhow::Result<()> {
    let (plain, compressed) = module_size(module)?;
    say(format!("grailstage.wasm: {plain} bytes, {compressed} with gzip -9 (limit {MODULE_GZIP_LIMIT})"));
    if compressed > MODULE_GZIP_LIMIT {
        bail!("grailstage.wasm is {compressed} bytes with gzip -9, over the limit of {MODULE_GZIP_LIMIT}");
    }
    Ok(())
}

/// The module's size in bytes, plain and after `gzip -9`.
fn module_size(module: &Path) -> anyhow::Result<(usize, usize)> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes).context("cannot compress the module")?;
    Ok((bytes.len(), gzip.finish().context("cannot compress the module")?.len()))
}
