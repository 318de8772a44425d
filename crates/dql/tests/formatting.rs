//! Formatting changes layout only, and only once.

#![expect(clippy::unwrap_used, reason = "tests")]

mod public_queries;
#[expect(dead_code, reason = "each test file uses a part")]
mod trees;

use grailstage_dql::lexer::lex;
use grailstage_dql::token::TokenKind;
use grailstage_dql::{Dialect, format, parse_recovering, print};
use proptest::prelude::*;

/// What is wrong with the formatting of a text, if anything.
fn complaint(source: &str, dialect: Dialect) -> Option<String> {
    let once = match format(source, dialect) {
        Ok(once) => once,
        Err(errors) => return Some(errors.first().unwrap().render(source, "source")),
    };
    let read = parse_recovering(&once, dialect);
    if !read.is_valid() {
        return Some(format!("unreadable:\n{once}"));
    }
    if read.query != parse_recovering(source, dialect).query {
        return Some(format!("another tree:\n{source}\n---\n{once}"));
    }
    if comments(source) != comments(&once) {
        return Some(format!("other comments:\n{source}\n---\n{once}"));
    }
    let twice = format(&once, dialect).unwrap();
    (twice != once).then(|| format!("not idempotent:\n{source}\n--- once\n{once}\n--- twice\n{twice}"))
}

fn comments(source: &str) -> Vec<&str> {
    lex(source).comments.iter().map(|c| source.get(c.span.start..c.span.end).unwrap().trim_end()).collect()
}

#[test]
fn public_queries_keep_tree_and_comments() {
    let complaints: Vec<String> = public_queries::valid_queries()
        .iter()
        .filter_map(|(source, dialect)| complaint(source, *dialect))
        .collect();
    assert!(complaints.is_empty(), "{}:\n{}", complaints.len(), complaints.join("\n====\n"));
}

#[test]
fn public_queries_keep_comments_between_any_two_tokens() {
    for (source, dialect) in public_queries::valid_queries() {
        for comment in [" // line\n", "\n// own\n", " /* block */ ", "\n/* two\n   lines */\n"] {
            let tokens = lex(&source).tokens;
            let mut text = String::new();
            let mut position = 0;
            for token in tokens {
                text.push_str(source.get(position..token.start as usize).unwrap());
                // A comment is no blank: between a number and a name it would join them.
                text.push_str(comment);
                position = token.start as usize;
                if token.kind == TokenKind::End {
                    break;
                }
            }
            if let Some(complaint) = complaint(&text, dialect) {
                panic!("{complaint}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_trees_keep_tree_and_comments(query in trees::raw_query(), picks in any::<u64>()) {
        let source = print(&query);
        let mut text = String::new();
        let mut position = 0;
        let mut picks = picks;
        for token in lex(&source).tokens {
            text.push_str(source.get(position..token.start as usize).unwrap());
            position = token.start as usize;
            picks = picks.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(match picks >> 60 {
                0 => " // a\n",
                1 => "\n\n// b\n",
                2 => " /* c */ ",
                3 => "\n/* d */",
                4 => "\n\n\n",
                _ => " ",
            });
        }
        prop_assert_eq!(complaint(&text, Dialect::Query), None);
    }
}
