//! Shared metadata, written once in `plugin-package.json` and stamped everywhere else.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use crate::family::{Family, Package};
use crate::process::say;
use crate::repository;

/// Writes the metadata, or with `check` fails where a file differs.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let family = Family::read()?;
    let mut stale = Vec::new();
    for package in &family.packages {
        let file = package.path().join("package.json");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let manifest: Map<String, Value> =
            serde_json::from_str(&text).with_context(|| format!("cannot understand {}", file.display()))?;
        let stamped = format!("{}\n", serde_json::to_string_pretty(&stamped(manifest, &family, package)?)?);
        settle(&file, &text, &stamped, check, &mut stale)?;
    }

    let file = repository::path("Cargo.toml");
    let text = fs::read_to_string(&file).context("cannot read Cargo.toml")?;
    settle(&file, &text, &stamped_workspace(&text, &family)?, check, &mut stale)?;

    let file = repository::path("js/backstage.json");
    let text = fs::read_to_string(&file).unwrap_or_default();
    let backstage = format!("{}\n", serde_json::to_string_pretty(&json!({ "version": family.backstage }))?);
    settle(&file, &text, &backstage, check, &mut stale)?;

    if stale.is_empty() {
        say("the manifests agree with plugin-package.json");
        return Ok(());
    }
    bail!("{} differ from plugin-package.json: run `cargo xtask stamp`", stale.join(", "))
}

fn settle(file: &Path, old: &str, new: &str, check: bool, stale: &mut Vec<String>) -> anyhow::Result<()> {
    if old == new {
        return Ok(());
    }
    let name = file.strip_prefix(repository::root()).unwrap_or(file).display().to_string();
    if check {
        stale.push(name);
        return Ok(());
    }
    say(format!("stamping {name}"));
    fs::write(file, new).with_context(|| format!("cannot write {}", file.display()))
}

/// The manifest with the shared members first, in npm's customary order, and the package's own after them.
fn stamped(
    mut manifest: Map<String, Value>,
    family: &Family,
    package: &Package,
) -> anyhow::Result<Map<String, Value>> {
    let mut shared = Map::new();
    shared.insert("name".to_owned(), json!(family.full_name(package)));
    shared.insert("version".to_owned(), json!(family.version));
    let description = manifest.get("description").cloned();
    shared.insert(
        "description".to_owned(),
        description.with_context(|| format!("{} has no description", family.full_name(package)))?,
    );
    shared.insert("license".to_owned(), json!(family.license));
    for (key, value) in [("author", &family.author), ("homepage", &family.homepage)] {
        if let Some(value) = value {
            shared.insert(key.to_owned(), json!(value));
        }
    }
    if let Some(bugs) = &family.bugs {
        shared.insert("bugs".to_owned(), json!({ "url": bugs }));
    }
    shared.insert(
        "repository".to_owned(),
        json!({ "type": "git", "url": format!("git+{}.git", family.repository), "directory": package.repository_directory() }),
    );
    shared.insert("keywords".to_owned(), json!(family.keywords));
    if let Some(role) = &package.role {
        shared.insert("backstage".to_owned(), backstage_metadata(&manifest, family, package, role));
    }
    for key in shared.keys() {
        manifest.shift_remove(key);
    }
    shared.extend(manifest);
    for key in ["dependencies", "devDependencies", "peerDependencies"] {
        if let Some(Value::Object(dependencies)) = shared.get_mut(key) {
            for sibling in &family.packages {
                if let Some(range) = dependencies.get_mut(&family.full_name(sibling)) {
                    *range = json!(format!("^{}", family.version));
                }
            }
        }
    }
    Ok(shared)
}

/// What Backstage's package metadata asks for: a plugin lists its family, a module names the plugin it extends.
/// Source: Backstage documentation, tooling/package-metadata.
fn backstage_metadata(
    manifest: &Map<String, Value>,
    family: &Family,
    package: &Package,
    role: &str,
) -> Value {
    let mut metadata = Map::new();
    metadata.insert("role".to_owned(), json!(role));
    metadata.insert("pluginId".to_owned(), json!(package.plugin_id.as_ref().unwrap_or(&family.plugin_id)));
    match &package.plugin_id {
        Some(extended) => {
            metadata
                .insert("pluginPackage".to_owned(), json!(format!("@backstage/plugin-{extended}-backend")));
        }
        None => {
            let members: Vec<String> = family
                .packages
                .iter()
                .filter(|sibling| sibling.role.is_some() && sibling.plugin_id.is_none())
                .map(|sibling| family.full_name(sibling))
                .collect();
            metadata.insert("pluginPackages".to_owned(), json!(members));
        }
    }
    if let Some(features) = manifest.get("backstage").and_then(|own| own.get("features")) {
        metadata.insert("features".to_owned(), features.clone());
    }
    Value::Object(metadata)
}

/// Cargo.toml with the family's version, licence and repository in `[workspace.package]`.
fn stamped_workspace(text: &str, family: &Family) -> anyhow::Result<String> {
    let mut section = "";
    let mut stamped = 0;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let value = match line.split_once(" = ") {
            Some(("version", _)) => Some(&family.version),
            Some(("license", _)) => Some(&family.license),
            Some(("repository", _)) => Some(&family.repository),
            _ => None,
        };
        match (section, value, line.split_once(" = ")) {
            ("[workspace.package]", Some(value), Some((key, _))) => {
                stamped += 1;
                lines.push(format!("{key} = \"{value}\""));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    if stamped != 3 {
        bail!("[workspace.package] of Cargo.toml lacks version, license or repository");
    }
    Ok(lines.join("\n") + "\n")
}
