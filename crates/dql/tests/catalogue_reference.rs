//! The catalogue against the reference in `../shared/reference`, where that folder is present.

use std::collections::BTreeSet;
use std::path::PathBuf;

use grailstage_dql::catalogue::catalogue;

fn reference() -> Option<String> {
    let root = std::env::var_os("GRAILSTAGE_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = root.join("reference/dql-language.md");
    let text = std::fs::read_to_string(&path);
    if text.is_err() {
        eprintln!("skipped: {} is absent", path.display());
    }
    text.ok()
}

/// The function names of section 10, by the numbers its headings announce.
#[test]
fn every_function_of_the_reference_is_in_the_catalogue() {
    let Some(text) = reference() else { return };
    let section = text.split("## 10. Functions").nth(1).unwrap().split("### 10.1").next().unwrap();
    let mut announced = 0;
    let mut names = Vec::new();
    for line in section.lines() {
        if let Some(count) = line.strip_prefix("**").and_then(|line| line.split_once("** (")) {
            announced += count.1.trim_end_matches(')').parse::<usize>().unwrap();
        }
        if let Some(list) = line.strip_prefix("- ") {
            let list = list.split(" `(").next().unwrap();
            names.extend(
                list.split(", ").map(|name| name.trim_matches('`').trim_end_matches(['ᵉ', 'ᵈ']).to_owned()),
            );
        }
    }
    let known: Vec<&str> = catalogue().all_functions().iter().map(|function| function.name).collect();
    assert_eq!(names.len(), announced, "the reading of the reference");
    assert_eq!(known.len(), announced);
    let known: BTreeSet<&str> = known.into_iter().collect();
    let missing: Vec<&String> = names.iter().filter(|name| !known.contains(name.as_str())).collect();
    assert_eq!(missing, Vec::<&String>::new());
}

#[test]
fn every_command_of_the_reference_is_in_the_catalogue() {
    let Some(text) = reference() else { return };
    let section = text.split("## 5. Commands").nth(1).unwrap().split("## 6.").next().unwrap();
    let mut missing = Vec::new();
    let mut seen = 0;
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let names = row.trim_start_matches("| ").split('|').next().unwrap();
        for name in names.split('`').skip(1).step_by(2) {
            seen += 1;
            if catalogue().command(name).is_none() {
                missing.push(name.to_owned());
            }
        }
    }
    assert!(seen >= 25, "the reading of the reference: {seen}");
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_data_object_of_the_reference_is_in_the_catalogue() {
    let Some(text) = reference() else { return };
    let section = text.split("## 7. Data objects").nth(1).unwrap();
    let list = section.lines().nth(1).unwrap().split(". Unknown").next().unwrap();
    let mut missing = Vec::new();
    for entry in list.split(", ") {
        let name = entry.split([' ', '/']).next().unwrap().replace("<type>", "host");
        if catalogue().data_object(&name).is_none() {
            missing.push(name);
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}
