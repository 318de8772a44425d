//! DuckDB, which the sandbox is measured beside: from PyPI, in a virtual environment of its own.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use super::evaluator::measured;
use crate::process::{command, output, run, say};
use crate::repository;

/// The package that is installed.
const PACKAGE: &str = "duckdb";

/// What the query takes in DuckDB: times in seconds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DuckDb {
    pub(super) version: String,
    pub(super) threads: u64,
    pub(super) load: f64,
    pub(super) one_thread: f64,
    pub(super) all_threads: f64,
    pub(super) groups: u64,
    pub(super) counted: u64,
    pub(super) bytes_per_record: u64,
}

/// Measures the query over the records of the file.
pub(super) fn duckdb(folder: &Path, data: &Path) -> anyhow::Result<DuckDb> {
    let python = python(&folder.join("venv"))?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bench/duckdb_query.py");
    measured(command(python, &repository::root(), [&script]).arg(data))
}

/// A Python that has DuckDB. What is there is used again.
fn python(venv: &Path) -> anyhow::Result<PathBuf> {
    let python = venv.join("bin/python");
    let has =
        |module: &str| output(&python.display().to_string(), &["-c", &format!("import {module}")]).is_some();
    if has(PACKAGE) {
        return Ok(python);
    }
    let root = repository::root();
    if !has("pip") {
        output("python3", &["--version"])
            .context("python3 is missing: install Python 3.9 or newer and try again")?;
        output("python3", &["-c", "import venv, ensurepip"]).context(
            "python3 has neither venv nor pip: install them (python3-venv on Debian) and try again",
        )?;
        say(format!("making a virtual environment of Python in {}", venv.display()));
        run(command("python3", &root, ["-m", "venv", "--clear"]).arg(venv))?;
    }
    say(format!("installing {PACKAGE} from PyPI into {}", venv.display()));
    let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE];
    run(&mut command(&python, &root, arguments))
        .with_context(|| format!("{PACKAGE} cannot be installed: is PyPI within reach?"))?;
    Ok(python)
}
