//! The npm packages as they would be published: `target/npm/*.tgz`.

use std::fs;

use anyhow::{Context, bail};

use crate::family::Family;
use crate::process::{command, run as run_command, say};
use crate::repository;
use crate::wasm_compiler::CompilerChoice;

/// `cargo xtask pack`
pub(crate) fn run(choice: CompilerChoice) -> anyhow::Result<()> {
    crate::build::run(choice)?;
    let family = Family::read()?;
    let destination = repository::path("target/npm");
    fs::create_dir_all(&destination).context("cannot make target/npm")?;
    let js = repository::path("js");
    say("packing the npm packages into target/npm");
    let destination = destination.display().to_string();
    for package in &family.packages {
        // npm packs the licence that lies beside the manifest only.
        fs::copy(repository::path("LICENSE"), package.path().join("LICENSE"))
            .context("cannot copy LICENSE")?;
    }
    let mut pack = command("npm", &js, ["pack", "--silent", "--pack-destination", destination.as_str()]);
    for package in &family.packages {
        pack.arg("--workspace").arg(family.full_name(package));
    }
    run_command(&mut pack)?;
    for package in &family.packages {
        let tarball = family.tarball(package);
        if !tarball.exists() {
            bail!("npm pack did not write {}", tarball.display());
        }
    }
    Ok(())
}
