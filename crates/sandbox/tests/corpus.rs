//! Public queries of Dynatrace compile: the sandbox knows the language they use.
//!
//! The queries are third-party text that stays outside the project; without them the test says so and passes.

use std::collections::BTreeMap;
use std::path::Path;

use grailstage_sandbox::{EvaluationOptions, SandboxError, Store, verify};

/// Beside the repository, so that it is never copied into it.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/dql/corpus.jsonl");

/// Commands that may not start a query and yet do, in the middle of a pipeline.
fn as_query(text: &str) -> String {
    format!("data record(unused = 1) | {}", text.trim_start().trim_start_matches('|'))
}

#[test]
fn public_queries_are_supported() {
    let Ok(corpus) = std::fs::read_to_string(Path::new(CORPUS)) else {
        eprintln!("skipped: there is no corpus at {CORPUS}");
        return;
    };
    let (mut all, mut missing) = (0, BTreeMap::<String, u32>::new());
    for line in corpus.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        if case["expect"] != "valid" {
            continue;
        }
        let text = case["query"].as_str().unwrap();
        let query = if case["kind"] == "snippet" { as_query(text) } else { text.to_owned() };
        all += 1;
        match verify(&query, &Store::default(), &EvaluationOptions::at(0)) {
            // The store is empty and a snippet's fields are unknown.
            Ok(()) | Err(SandboxError::UnknownDataObject { .. } | SandboxError::FieldDoesNotExist { .. }) => {
            }
            Err(error) => {
                if std::env::var_os("SHOW_CORPUS").is_some() {
                    eprintln!("{error}\n    {query}");
                }
                *missing.entry(error.to_string()).or_default() += 1;
            }
        }
    }
    let refused: u32 = missing.values().sum();
    eprintln!("{} of {all} public queries compile", all - refused);
    assert!(f64::from(refused) <= 0.01 * f64::from(all), "{refused} of {all}: {missing:#?}");
}
