//! `cargo xtask test`: everything CI checks, one check after the other, counted.

mod new_card;
mod tally;

use anyhow::bail;
use tally::Tally;

use crate::build;
use crate::core_package;
use crate::pack;
use crate::portal::{self, Ports, RunningDemo};
use crate::process::{command, run as run_command, run_and_read, say};
use crate::repository;
use crate::setup;
use crate::stamp;
use crate::wasm_compiler::{CompilerChoice, WasmCompiler};

/// One named check. It fails with an error, or with failed tests in its tally.
struct Check {
    name: &'static str,
    run: fn(CompilerChoice) -> anyhow::Result<Tally>,
}

/// In the order in which a mistake is cheapest to hear of.
const CHECKS: &[Check] = &[
    Check { name: "rust format", run: rust_format },
    Check { name: "rust lints", run: rust_lints },
    Check { name: "rust tests", run: rust_tests },
    Check { name: "hostile values", run: hostile_values },
    Check { name: "fuzzing", run: fuzzing },
    Check { name: "official client", run: official_client },
    Check { name: "payload types", run: payload_types },
    Check { name: "manifests", run: manifests },
    Check { name: "packages build and pack", run: packages },
    Check { name: "a new card", run: a_new_card },
    Check { name: "wasm tests in Node", run: wasm_tests },
    Check { name: "core package", run: core_package },
    Check { name: "typescript", run: typescript },
    Check { name: "javascript lints", run: javascript_lints },
    Check { name: "javascript tests", run: javascript_tests },
    Check { name: "tarballs in a fresh app", run: fresh_install },
    Check { name: "portal in a browser", run: portal_in_a_browser },
];

/// Runs the checks whose name contains `only`, and ends with `N passed, N failed`.
pub(crate) fn run(choice: CompilerChoice, only: Option<&str>) -> anyhow::Result<()> {
    let chosen: Vec<&Check> =
        CHECKS.iter().filter(|check| only.is_none_or(|part| check.name.contains(part))).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        bail!("no check has `{}` in its name; there are: {}", only.unwrap_or_default(), names.join(", "));
    }
    let mut total = Tally::default();
    let mut report = Vec::new();
    for check in chosen {
        say(format!("check: {}", check.name));
        let started = std::time::Instant::now();
        let tally = (check.run)(choice).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Tally { passed: 0, failed: 1 }
        });
        let verdict = if tally.failed == 0 { "ok  " } else { "FAIL" };
        report.push(format!(
            "{verdict} {:<26} {:>5} passed {:>3} failed {:>5} s",
            check.name,
            tally.passed,
            tally.failed,
            started.elapsed().as_secs()
        ));
        total = total + tally;
    }
    println!("\n{}\n", report.join("\n"));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

fn rust_format(_: CompilerChoice) -> anyhow::Result<Tally> {
    run_command(&mut command("cargo", &repository::root(), ["fmt", "--all", "--check"]))?;
    Ok(Tally::ONE)
}

fn rust_lints(choice: CompilerChoice) -> anyhow::Result<Tally> {
    let root = repository::root();
    let lint = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    run_command(&mut command("cargo", &root, lint))?;
    // Most of crates/wasm exists on WebAssembly only. Debian's compiler comes without clippy.
    let compiler = WasmCompiler::ensure(choice)?;
    let task = if compiler == WasmCompiler::Rustup { "clippy" } else { "check" };
    run_command(
        compiler
            .cargo(&[task, "--quiet", "--package", "grailstage-wasm", "--all-targets"])
            .env("RUSTFLAGS", "-D warnings"),
    )?;
    Ok(Tally { passed: 2, failed: 0 })
}

fn rust_tests(_: CompilerChoice) -> anyhow::Result<Tally> {
    let (output, succeeded) =
        run_and_read(&mut command("cargo", &repository::root(), ["test", "--workspace", "--no-fail-fast"]))?;
    tally::of_cargo(&output, succeeded)
}

/// Values that try to become syntax, far more of them than a debug build gets through: in DQL, and from templates.
fn hostile_values(_: CompilerChoice) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for (package, cases) in [("grailstage-dql", "1000000"), ("grailstage-scaffold", "20000")] {
        let test =
            ["test", "--quiet", "--profile", "stress", "--package", package, "--test", "hostile_values"];
        let mut tests = command("cargo", &repository::root(), test);
        let (output, succeeded) = run_and_read(tests.env("GRAILSTAGE_HOSTILE_CASES", cases))?;
        tally = tally + tally::of_cargo(&output, succeeded)?;
    }
    Ok(tally)
}

/// Each fuzz target for fifteen seconds, from a stable seed.
fn fuzzing(_: CompilerChoice) -> anyhow::Result<Tally> {
    for package in ["grailstage-dql", "grailstage-scaffold"] {
        let fuzz = ["run", "--quiet", "--profile", "stress", "--package", package, "--example", "fuzz", "--"];
        run_command(command("cargo", &repository::root(), fuzz).args(["all", "15", "1"]))?;
    }
    Ok(Tally { passed: 6, failed: 0 })
}

/// Dynatrace's own client of the query API, over HTTP against the sandbox.
fn official_client(_: CompilerChoice) -> anyhow::Result<Tally> {
    let directory = repository::path("tests/official-client");
    setup::npm_packages(&directory)?;
    let mut tests = command("npm", &directory, ["run", "--silent", "test"]);
    let (output, succeeded) = run_and_read(tests.env("GRAILSTAGE", portal::build_sandbox()?))?;
    tally::of_node(&output, succeeded)
}

fn payload_types(_: CompilerChoice) -> anyhow::Result<Tally> {
    build::payload_types(true)?;
    Ok(Tally::ONE)
}

fn a_new_card(_: CompilerChoice) -> anyhow::Result<Tally> {
    new_card::check()
}

fn manifests(_: CompilerChoice) -> anyhow::Result<Tally> {
    stamp::run(true)?;
    Ok(Tally::ONE)
}

fn packages(choice: CompilerChoice) -> anyhow::Result<Tally> {
    pack::run(choice)?;
    Ok(Tally::ONE)
}

fn wasm_tests(choice: CompilerChoice) -> anyhow::Result<Tally> {
    let compiler = WasmCompiler::ensure(choice)?;
    let root = repository::root();
    let features = ["--features", "wasm-test-runner", "--bin", "wasm-test-runner"];
    run_command(
        command("cargo", &root, ["build", "--quiet", "--package", "grailstage-xtask"]).args(features),
    )?;
    let runner = repository::target().join("debug/wasm-test-runner");
    let mut tests = compiler.cargo(&["test", "--package", "grailstage-wasm", "--tests"]);
    let (output, succeeded) = run_and_read(tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner))?;
    tally::of_cargo(&output, succeeded)
}

fn core_package(choice: CompilerChoice) -> anyhow::Result<Tally> {
    let mut tests = command("npm", &repository::path("js/core"), ["test"]);
    tests
        .env("GRAILSTAGE", portal::build_sandbox()?)
        .env("TRAPPING_CORE", core_package::build_trapping(WasmCompiler::ensure(choice)?)?);
    let (output, succeeded) = run_and_read(&mut tests)?;
    tally::of_node(&output, succeeded)
}

fn typescript(_: CompilerChoice) -> anyhow::Result<Tally> {
    run_command(&mut command("npm", &repository::path("js"), ["run", "--silent", "tsc"]))?;
    Ok(Tally::ONE)
}

fn javascript_lints(_: CompilerChoice) -> anyhow::Result<Tally> {
    let js = repository::path("js");
    run_command(&mut command("npm", &js, ["run", "--silent", "lint"]))?;
    run_command(&mut command("npm", &js, ["run", "--silent", "prettier:check"]))?;
    Ok(Tally { passed: 2, failed: 0 })
}

fn javascript_tests(choice: CompilerChoice) -> anyhow::Result<Tally> {
    let mut tests = command("npm", &repository::path("js"), ["run", "--silent", "test"]);
    tests
        .env("CI", "true")
        .env("GRAILSTAGE", portal::build_sandbox()?)
        .env("REDIS_SERVER", setup::redis()?)
        .env("TRAPPING_CORE", core_package::build_trapping(WasmCompiler::ensure(choice)?)?);
    let (output, succeeded) = run_and_read(&mut tests)?;
    tally::of_jest(&output, succeeded)
}

fn fresh_install(_: CompilerChoice) -> anyhow::Result<Tally> {
    // The browser's driver comes from there.
    setup::npm_packages(&repository::path("tests/e2e"))?;
    let mut tests = command("node", &repository::path("tests/packaging"), ["--test"]);
    tests.env("CHROMIUM", setup::chromium()?).env("GRAILSTAGE", portal::build_sandbox()?);
    let (output, succeeded) = run_and_read(&mut tests)?;
    tally::of_node(&output, succeeded)
}

fn portal_in_a_browser(_: CompilerChoice) -> anyhow::Result<Tally> {
    let ports = Ports::free()?;
    let directory = repository::path("tests/e2e");
    setup::npm_packages(&directory)?;
    let chromium = setup::chromium()?;
    portal::prepare()?;
    let demo = RunningDemo::start(ports)?;
    let (output, succeeded) = run_and_read(
        command("npm", &directory, ["run", "--silent", "test"])
            .env("CHROMIUM", chromium)
            .env("PORTAL_URL", ports.portal_url())
            .env("SANDBOX_URL", ports.control_url()),
    )?;
    drop(demo);
    tally::of_playwright(&output, succeeded)
}
