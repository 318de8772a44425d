//! That `cargo xtask new-card` makes a card which compiles, passes its tests and the checks of TypeScript.

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
    // What others wrote is compiled already.
    let (output, succeeded) = run_and_read(tests.env("CARGO_TARGET_DIR", repository::target()))?;
    let tally = tally::of_cargo(&output, succeeded)?;
    run_command(&mut command("cargo", &copy, ["fmt", "--all", "--check"]))?;
    run_command(&mut command("npm", &copy.join("js"), ["run", "--silent", "prettier:check"]))?;
    Ok(tally + Tally { passed: 2, failed: 0 })
}

fn copy_of_repository() -> anyhow::Result<PathBuf> {
    let root = repository::root();
    let copy = repository::target().join("new-card");
    if copy.exists() {
        fs::remove_dir_all(&copy).context("cannot remove the copy of an earlier run")?;
    }
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
    link(&root.join("js/node_modules"), &copy.join("js/node_modules"))?;
    Ok(copy)
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::os::unix::fs::symlink(from, to).context("cannot link js/node_modules")
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::os::windows::fs::symlink_dir(from, to).context("cannot link js/node_modules")
}
