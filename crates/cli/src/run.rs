//! `grailstage dql run`: a query over own records.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use grailstage_dql::diagnostic::Diagnostic;
use grailstage_sandbox::load::{FileError, record_to_json, store_from_files, time_span};
use grailstage_sandbox::serve::now_millis;
use grailstage_sandbox::{Evaluation, EvaluationOptions, SandboxError, Store, evaluate};
use serde_json::Value;

use crate::failure::Failure;

/// A query over own records.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The query, or a file that holds it
    query: String,
    /// A folder of one file a data object, such as logs.json (an array of objects) or logs.jsonl (an object a line), or
    /// one such file, or a JSON object of arrays by data object
    #[arg(long, value_name = "DIR|FILE")]
    data: PathBuf,
    /// How records are shown
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
    /// The time that now() answers, such as 2024-05-15T13:00:00Z
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    Table,
    Json,
}

/// Runs the query and prints its records.
pub(crate) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let path = Path::new(&arguments.query);
    let (name, query) = if path.is_file() || path.extension().is_some_and(|extension| extension == "dql") {
        (arguments.query.clone(), read(path)?)
    } else {
        ("query".to_owned(), arguments.query.clone())
    };
    let load = |tables: &[String]| {
        let store = load(&arguments.data, tables)?;
        if let Some(note) = missing_tables(tables, &store) {
            eprintln!("{note}");
        }
        Ok(store)
    };
    let records = records(&name, &query, load, arguments.now.as_deref())?;
    match arguments.output {
        Output::Json => println!("{:#}", Value::Array(records)),
        Output::Table => print!("{}", table(&records)),
    }
    Ok(())
}

/// Reads the data of a query that reads these tables. One that reads none leaves records without a name where they are.
pub(crate) fn load(data: &Path, tables: &[String]) -> Result<Store, Failure> {
    match store_from_files(data, tables) {
        Err(FileError::NoTable { .. }) if tables.is_empty() => Ok(Store::default()),
        store => Ok(store?),
    }
}

/// Says which of the tables that a query reads the data does not have: no records are no error, but rarely meant.
fn missing_tables(tables: &[String], store: &Store) -> Option<String> {
    let listed =
        |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    // Metrics and topology are no tables of the store.
    let missing: Vec<&str> = tables
        .iter()
        .map(String::as_str)
        .filter(|table| *table != "metrics" && !table.starts_with("smartscape."))
        .filter(|table| store.table(table).is_none())
        .collect();
    let has = listed(store.table_names().collect());
    (!missing.is_empty()).then(|| {
        let has = if has.is_empty() { String::new() } else { format!("; it has {has}") };
        format!("note: the data has no records for {}{has}", listed(missing))
    })
}

/// The records that a query gives over what `load` makes of the tables it reads, as plain JSON.
pub(crate) fn records(
    name: &str,
    query: &str,
    load: impl FnOnce(&[String]) -> Result<Store, Failure>,
    now: Option<&str>,
) -> Result<Vec<Value>, Failure> {
    let tree = grailstage_dql::parse(query).map_err(|diagnostics| Failure {
        message: diagnostics
            .iter()
            .map(|diagnostic| diagnostic.render(query, name))
            .collect::<Vec<_>>()
            .join("\n"),
        help: None,
    })?;
    let tables = grailstage_dql::analysis::analyse(&tree).tables;
    let store = load(&tables)?;
    let now = match now {
        Some(text) => time(text)?,
        None => now_millis().saturating_mul(1_000_000),
    };
    let mut options = EvaluationOptions::at(now);
    // Own records are as old as they are: without a timeframe in the query, all of them are read.
    options.timeframe = time_span(&store);
    let evaluation: Evaluation =
        evaluate(query, &store, &options).map_err(|error| marked(name, query, &error))?;
    Ok(evaluation.records.iter().map(record_to_json).collect())
}

fn marked(name: &str, query: &str, error: &SandboxError) -> Failure {
    let mut diagnostic = Diagnostic::error(error.grail_code(), error.span(), error.to_string());
    if let Some(help) = error.help() {
        diagnostic = diagnostic.with_help(help);
    }
    Failure { message: diagnostic.render(query, name).trim_end().to_owned(), help: None }
}

fn time(text: &str) -> Result<i64, Failure> {
    grailstage_sandbox::value::read_timestamp(text)
        .ok_or_else(|| Failure { message: format!("`{text}` is not a point in time"), help: None })
}

pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure {
        message: format!("cannot read `{}`: {error}", path.display()),
        help: None,
    })
}

pub(crate) fn read_json(path: &Path) -> Result<Value, Failure> {
    serde_json::from_str(&read(path)?).map_err(|error| Failure {
        message: format!("`{}` is not JSON: {error}", path.display()),
        help: None,
    })
}

/// The widest a column of a table gets.
const WIDEST: usize = 60;

/// Records as a table: a header, a rule and a line for each record.
fn table(records: &[Value]) -> String {
    let mut columns: Vec<&String> = Vec::new();
    for name in records.iter().filter_map(Value::as_object).flat_map(|record| record.keys()) {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    let cell = |record: &Value, name: &str| -> String {
        let text = match record.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.replace('\n', "⏎"),
            Some(value) => value.to_string(),
        };
        if text.chars().count() > WIDEST {
            text.chars().take(WIDEST - 1).chain(['…']).collect()
        } else {
            text
        }
    };
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(|name| (*name).clone()).collect()];
    lines.extend(records.iter().map(|record| columns.iter().map(|name| cell(record, name)).collect()));
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| {
            lines
                .iter()
                .filter_map(|line| line.get(column))
                .map(|text| text.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    if columns.is_empty() {
        lines.clear();
    }
    for (index, line) in lines.iter().enumerate() {
        let padded: Vec<String> =
            line.iter().zip(&widths).map(|(text, width)| format!("{text:width$}", width = *width)).collect();
        out.push_str(padded.join("  ").trim_end());
        out.push('\n');
        if index == 0 {
            out.push_str(&widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "));
            out.push('\n');
        }
    }
    let plural = if records.len() == 1 { "record" } else { "records" };
    out.push_str(&format!("{} {plural}\n", records.len()));
    out
}
