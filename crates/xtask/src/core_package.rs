//! From the compiled module to `js/core/pkg`: glue by wasm-bindgen, size by wasm-opt.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

use crate::build::{PAYLOADS, SCAFFOLD_PAYLOADS};
use crate::process::{command, run, say};
use crate::repository;
use crate::wasm_compiler::WasmCompiler;

/// The most that `gzip -9` of the module may take, in bytes: what a browser would have to load.
///
/// One module holds all of it: the cards, the clients of Dynatrace's interfaces, and the whole language with its
/// catalogue of names, because the queries of a catalog and of the configuration are checked where they are asked.
pub(crate) const MODULE_GZIP_LIMIT: usize = 1_200_000;

/// Compiles crates/wasm and writes `pkg/grailstage.wasm`, its glue and declarations.
pub(crate) fn build(compiler: WasmCompiler) -> anyhow::Result<()> {
    say("compiling crates/wasm");
    run(&mut compiler.cargo(&["build", "--package", "grailstage-wasm", "--profile", "wasm"]))?;

    say("writing js/core/pkg");
    let package = repository::path("js/core/pkg");
    let module = write_glue(&compiler.module("wasm"), &repository::target().join("wasm-bindgen"), &package)?;
    optimise(&module, &package.join("grailstage.wasm"))?;
    report_size(&package.join("grailstage.wasm"))
}

/// Builds a second `@grailstage/core` whose module traps where a request tells it to, and returns its folder.
///
/// Quick to compile and slow to run: it is for tests of the loaders, not of the module.
pub(crate) fn build_trapping(compiler: WasmCompiler) -> anyhow::Result<PathBuf> {
    say("compiling crates/wasm with traps");
    run(&mut compiler.cargo(&["build", "--quiet", "--package", "grailstage-wasm", "--features", "trap"]))?;

    let package = repository::target().join("trapping-core");
    let generated = repository::target().join("wasm-bindgen-trapping");
    let module = write_glue(&compiler.module("debug"), &generated, &package.join("pkg"))?;
    fs::copy(module, package.join("pkg/grailstage.wasm")).context("cannot write the module with traps")?;
    let manifest = "package.json";
    fs::copy(repository::path("js/core").join(manifest), package.join(manifest))
        .context("cannot write the manifest of the package with traps")?;
    let build = command("node", &repository::path("js/core"), ["scripts/build.mjs"]);
    run({ build }.arg(&package))?;
    Ok(package)
}

/// Writes glue and declarations of a module into `package`, and returns the module that fits them.
fn write_glue(module: &Path, generated: &Path, package: &Path) -> anyhow::Result<PathBuf> {
    Bindgen::new()
        .input_path(module)
        .out_name("grailstage")
        .bundler(true)
        .and_then(|bindgen| bindgen.typescript(true).generate(generated))
        .context("wasm-bindgen cannot process the module")?;

    fs::create_dir_all(package).with_context(|| format!("cannot make {}", package.display()))?;
    // The payloads apart from the glue: they are all that customers see of it.
    let payloads = repository::path(PAYLOADS);
    let scaffold_payloads = repository::path(SCAFFOLD_PAYLOADS);
    let glue = |name: &str| generated.join(name);
    for (from, to) in [
        (glue("grailstage_bg.js"), "glue.js"),
        (glue("grailstage.d.ts"), "glue.d.ts"),
        (payloads, "payloads.d.ts"),
        (scaffold_payloads, "scaffoldPayloads.d.ts"),
    ] {
        let to = package.join(to);
        fs::copy(from, &to).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(generated.join("grailstage_bg.wasm"))
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
