//! How fast DQL is read, checked and printed, next to sqlparser-rs on SQL of the same length.
//!
//! The text is the corpus of this project, and the public queries in `../shared/dql` where they are present.

#![expect(clippy::expect_used, reason = "a bench may stop")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use grailstage_dql::lexer::lex;
use grailstage_dql::{Dialect, check_parsed, format, parse_recovering, print};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// The `.dql` files below a folder.
fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "dql") {
            found.extend(std::fs::read_to_string(&path));
        }
    }
}

/// All queries that are read without errors, and how.
fn corpus() -> Vec<(String, Dialect)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    files(&root.join("../../tests/corpus"), &mut texts);
    let shared =
        std::env::var_os("GRAILSTAGE_SHARED").map_or_else(|| root.join("../../../shared"), PathBuf::from);
    if let Ok(lines) = std::fs::read_to_string(shared.join("dql/corpus.jsonl")) {
        texts.extend(lines.lines().filter_map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line).ok()?;
            entry.get("query")?.as_str().map(str::to_owned)
        }));
    }
    texts
        .into_iter()
        .filter_map(|text| {
            let dialect = [Dialect::Query, Dialect::Snippet]
                .into_iter()
                .find(|dialect| parse_recovering(&text, *dialect).is_valid())?;
            Some((text, dialect))
        })
        .collect()
}

/// An SQL query of about as many bytes, with the names, literals and calls a DQL query has.
fn sql(length: usize) -> String {
    const CONDITIONS: [&str; 6] = [
        "loglevel = 'ERROR'",
        "k8s_namespace_name IN ('webshop', 'payment')",
        "NOT lower(content) LIKE '%timeout%'",
        "(duration > 250 OR status_code >= 500)",
        "coalesce(service_name, host_name, 'unknown') <> 'unknown'",
        "bytes_received / 1024 + 17 < 9000",
    ];
    let mut text = "SELECT host_name, count(*) AS lines FROM logs WHERE event_kind = 'LOG'".to_owned();
    for condition in CONDITIONS.iter().cycle() {
        if text.len() + condition.len() > length.max(80) {
            break;
        }
        text.push_str("\n  AND ");
        text.push_str(condition);
    }
    text
}

fn front_end(criterion: &mut Criterion) {
    let corpus = corpus();
    let bytes: usize = corpus.iter().map(|(text, _)| text.len()).sum();
    let mut group = criterion.benchmark_group("corpus");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("lex", |bencher| {
        bencher.iter(|| {
            for (text, _) in &corpus {
                black_box(lex(text));
            }
        });
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            for (text, dialect) in &corpus {
                black_box(parse_recovering(text, *dialect));
            }
        });
    });
    group.bench_function("check", |bencher| {
        bencher.iter(|| {
            for (text, dialect) in &corpus {
                let parsed = parse_recovering(text, *dialect);
                black_box(check_parsed(text, &parsed, *dialect));
            }
        });
    });
    group.bench_function("format", |bencher| {
        bencher.iter(|| {
            for (text, dialect) in &corpus {
                black_box(format(text, *dialect).ok());
            }
        });
    });
    let trees: Vec<_> = corpus.iter().map(|(text, dialect)| parse_recovering(text, *dialect).query).collect();
    group.bench_function("print", |bencher| {
        bencher.iter(|| {
            for tree in &trees {
                black_box(print(tree));
            }
        });
    });
    group.finish();

    let statements: Vec<String> = corpus.iter().map(|(text, _)| sql(text.len())).collect();
    let bytes: usize = statements.iter().map(String::len).sum();
    let mut group = criterion.benchmark_group("sql of the same length");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("sqlparser-rs", |bencher| {
        bencher.iter(|| {
            for statement in &statements {
                black_box(Parser::parse_sql(&GenericDialect {}, statement).expect("the SQL is valid"));
            }
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(std::time::Duration::from_millis(500)).measurement_time(std::time::Duration::from_secs(3));
    targets = front_end
}
criterion_main!(benches);
