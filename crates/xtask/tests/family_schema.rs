//! plugin-package.json against its schema.

use std::path::Path;

use serde_json::{Value, json};

#[expect(clippy::expect_used, reason = "without its files there is nothing to test")]
fn read(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    serde_json::from_str(&std::fs::read_to_string(file).expect("the file is there"))
        .expect("the file is JSON")
}

#[test]
fn the_manifest_of_the_family_fits_its_schema() {
    let schema = jsonschema::validator_for(&read("plugin-package.schema.json")).expect("the schema is one");
    let errors: Vec<String> = schema
        .iter_errors(&read("plugin-package.json"))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_schema_refuses_a_role_backstage_does_not_have() {
    let schema = jsonschema::validator_for(&read("plugin-package.schema.json")).expect("the schema is one");
    let mut manifest = read("plugin-package.json");
    manifest["packages"][1]["role"] = json!("plugin");
    assert!(!schema.is_valid(&manifest));
}
