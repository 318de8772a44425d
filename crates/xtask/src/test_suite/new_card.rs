//! That `cargo xtask new-card` makes a card which compiles, passes its tests and the checks of TypeScript.
//!
//! ```text
//! git ls-files ─> target/new-card ─> new-card freshly-made ─> cargo test, fmt, tsc, prettier, the test of translations
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::tally::{self, Tally};
use crate::new_card::{self, CardName};
use crate::process::{command, run as run_command, run_and_read};
use crate::repository;
use crate::setup;

const CARD: &str = "freshly-made";
const CARD_TEST: &str = "freshly_made";

/// Adds a card to a copy of the repository, so that nothing of it is left here.
pub(super) fn check() -> anyhow::Result<Tally> {
    setup::npm_packages(&repository::path("js"))?;
    let copy = copy_of_repository()?;
    new_card::add(&copy, &CardName::new(CARD)?)?;
    new_card::finish(&copy)?;
    let mut tests =
        command("cargo", &copy, ["test", "--package", "grailstage-insights", "--test", CARD_TEST]);
    let (output, succeeded) = run_and_read(tests.env("CARGO_TARGET_DIR", repository::target_of(&copy)))?;
    let tally = tally::of_cargo(&output, succeeded)?;
    run_command(&mut command("cargo", &copy, ["fmt", "--all", "--check"]))?;
    let js = copy.join("js");
    run_command(&mut command("npm", &js, ["run", "--silent", "prettier:check"]))?;
    // Declarations would name the packages by where the links lead.
    let types = ["tsc", "--noEmit", "--declaration", "false", "--emitDeclarationOnly", "false"];
    run_command(&mut command("npx", &js, types))?;
    let jest = ["backstage-cli", "package", "test", "--watch=false", "translations", "cardDefinitions"];
    run_command(command("npx", &js.join("plugins/dynatrace"), jest).env("CI", "true"))?;
    Ok(tally + Tally { passed: 4, failed: 0 })
}

fn copy_of_repository() -> anyhow::Result<PathBuf> {
    let root = repository::root();
    let copy = repository::target().join("new-card");
    remove_sources(&copy).context("cannot remove the copy of an earlier run")?;
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = command("git", &root, list).output().context("cannot run git")?;
    for file in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        // Deleted, and not committed yet.
        if !root.join(file).exists() {
            continue;
        }
        let to = copy.join(file);
        fs::create_dir_all(to.parent().unwrap_or(&copy))
            .with_context(|| format!("cannot make the folder of {file}"))?;
        fs::copy(root.join(file), to).with_context(|| format!("cannot copy {file}"))?;
    }
    copy_folder(&root.join("js/core/pkg"), &copy.join("js/core/pkg"))
        .context("the core package is not built: run `cargo xtask build`")?;
    link_packages(&root.join("js/node_modules"), &copy.join("js/node_modules"))?;
    Ok(copy)
}

/// Leaves what was compiled, which the next copy needs again.
fn remove_sources(copy: &Path) -> anyhow::Result<()> {
    if !copy.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(copy)? {
        let entry = entry?;
        if entry.path() == repository::target_of(copy) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Links every package of others; those of this repository are the copy's own, as npm links them: relatively.
fn link_packages(from: &Path, to: &Path) -> anyhow::Result<()> {
    let own = "@grailstage";
    fs::create_dir_all(to.join(own))?;
    for entry in fs::read_dir(from).context("cannot read js/node_modules")? {
        let entry = entry?;
        if entry.file_name() != own {
            link(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    for entry in fs::read_dir(from.join(own)).context("cannot read js/node_modules/@grailstage")? {
        let entry = entry?;
        link(&fs::read_link(entry.path())?, &to.join(own).join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::os::unix::fs::symlink(from, to).context("cannot link js/node_modules")
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::os::windows::fs::symlink_dir(from, to).context("cannot link js/node_modules")
}
