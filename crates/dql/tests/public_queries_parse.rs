//! The public queries in `../shared/dql`, where that folder is present.

mod public_queries;

use grailstage_dql::{parse_recovering, print};

#[test]
fn every_valid_query_parses_and_prints_to_itself() {
    let mut failures = Vec::new();
    for (source, dialect) in public_queries::valid_queries() {
        let parsed = parse_recovering(&source, dialect);
        if let Some(error) = parsed.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
            failures.push(error.render(&source, "source"));
            continue;
        }
        let printed = print(&parsed.query);
        let again = parse_recovering(&printed, dialect);
        if !again.is_valid() || again.query != parsed.query || print(&again.query) != printed {
            failures.push(format!("changed by printing\n{source}\n---\n{printed}"));
        }
    }
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n====\n"));
}
