//! The arrows between the crates: who may know whom.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand};

const ALLOWED: [(&str, &str); 16] = [
    ("insights", "dql"),
    ("insights", "catalog"),
    ("insights", "tenant"),
    ("tenant", "dql"),
    ("sandbox", "dql"),
    ("scaffold", "insights"),
    ("scaffold", "tenant"),
    ("scaffold", "dql"),
    ("scaffold", "catalog"),
    ("wasm", "scaffold"),
    ("wasm", "insights"),
    ("wasm", "tenant"),
    ("wasm", "catalog"),
    ("wasm", "dql"),
    ("cli", "dql"),
    ("cli", "sandbox"),
];

#[test]
fn crates_know_only_those_below_them() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    let mut arrows = BTreeSet::new();
    for package in &metadata.packages {
        let from = package.name.trim_start_matches("grailstage-").to_owned();
        for dependency in &package.dependencies {
            if let Some(to) = dependency.name.strip_prefix("grailstage-")
                // Any crate may be tested against the sandbox.
                && !(dependency.kind == DependencyKind::Development && to == "sandbox")
            {
                arrows.insert((from.clone(), to.to_owned()));
            }
        }
    }
    assert!(
        arrows.contains(&("insights".to_owned(), "dql".to_owned())),
        "no arrow was found at all: {arrows:?}"
    );
    let forbidden: Vec<_> =
        arrows.iter().filter(|(from, to)| !ALLOWED.contains(&(from.as_str(), to.as_str()))).collect();
    assert!(forbidden.is_empty(), "arrows that the design does not allow: {forbidden:?}");
}

#[test]
fn only_the_boundary_knows_javascript() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    for package in &metadata.packages {
        let knows_javascript = package.dependencies.iter().any(|dependency| {
            ["wasm-bindgen", "js-sys", "web-sys", "gloo-net"].contains(&dependency.name.as_str())
        });
        assert_eq!(knows_javascript, package.name.as_str() == "grailstage-wasm", "{}", package.name);
    }
}
