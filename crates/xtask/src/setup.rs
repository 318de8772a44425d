//! What a machine needs beside Rust and Node: installed only where missing, and said.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};

use crate::process::{command, output, run, say};
use crate::repository;
use crate::wasm_compiler::{CompilerChoice, WasmCompiler};

const OLDEST_NODE: u32 = 20;

/// `cargo xtask setup`
pub(crate) fn everything(choice: CompilerChoice) -> anyhow::Result<()> {
    WasmCompiler::ensure(choice)?;
    npm_packages(&repository::path("js"))?;
    npm_packages(&repository::path("tests/e2e"))?;
    npm_packages(&repository::path("tests/official-client"))?;
    chromium()?;
    redis()?;
    say("set-up is complete");
    Ok(())
}

/// Checks that Node and npm are there and new enough.
fn node() -> anyhow::Result<()> {
    let version = output("node", &["--version"])
        .context("Node.js is missing: install Node 20 or newer (nodejs.org) and try again")?;
    let major: u32 =
        version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    if major < OLDEST_NODE {
        bail!("Node.js {version} is too old: install Node {OLDEST_NODE} or newer and try again");
    }
    if output("npm", &["--version"]).is_none() {
        bail!("npm is missing: it usually comes with Node.js; install it and try again");
    }
    Ok(())
}

/// Installs the packages of a package-lock.json, unless exactly that was installed before.
pub(crate) fn npm_packages(directory: &Path) -> anyhow::Result<()> {
    node()?;
    let lock = directory.join("package-lock.json");
    let installed = directory.join("node_modules/.package-lock.json");
    if let (Some(wanted), Some(present)) = (modified(&lock), modified(&installed))
        && present >= wanted
    {
        return Ok(());
    }
    say(format!("installing the npm packages of {}", shown(directory)));
    run(&mut command("npm", directory, ["ci", "--no-audit", "--no-fund"]))
}

/// Installs Debian packages, which needs root.
pub(crate) fn install_debian_packages(purpose: &str, packages: &[&str]) -> anyhow::Result<()> {
    let names = packages.join(" ");
    if output("apt-get", &["--version"]).is_none() {
        bail!("{purpose} is missing, and there is no apt-get to install it with: install {names} by hand");
    }
    if output("id", &["-u"]).as_deref() != Some("0") {
        bail!("{purpose} is missing: run `sudo apt-get install {names}` and try again");
    }
    say(format!("installing {purpose} from Debian: {names}"));
    let root = repository::root();
    run(command("apt-get", &root, ["update", "-q"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    run(command("apt-get", &root, ["install", "-y", "-q", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// A Chromium for the browser tests; `CHROMIUM` names one of one's own.
pub(crate) fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(own) = std::env::var_os("CHROMIUM") {
        return Ok(own.into());
    }
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    install_debian_packages("Chromium, for the browser tests,", &["chromium"])?;
    find_chromium().context("Chromium is still missing; name its path in the variable CHROMIUM")
}

/// A Redis for the tests of backends that share a cache; `REDIS_SERVER` names one of one's own.
pub(crate) fn redis() -> anyhow::Result<PathBuf> {
    if let Some(own) = std::env::var_os("REDIS_SERVER") {
        return Ok(own.into());
    }
    if let Some(found) = find_redis() {
        return Ok(found);
    }
    install_debian_packages("Redis, for the tests of a shared cache,", &["redis-server"])?;
    find_redis().context("Redis is still missing; name its path in the variable REDIS_SERVER")
}

fn find_redis() -> Option<PathBuf> {
    ["redis-server", "valkey-server"]
        .iter()
        .flat_map(|name| ["/usr/bin", "/usr/local/bin"].map(|folder| Path::new(folder).join(name)))
        .find(|path| path.exists())
}

fn find_chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| {
            ["/usr/bin", "/usr/local/bin", "/snap/bin"].map(|folder| Path::new(folder).join(name))
        })
        .find(|path| path.exists())
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

fn shown(directory: &Path) -> String {
    directory.strip_prefix(repository::root()).unwrap_or(directory).display().to_string()
}
