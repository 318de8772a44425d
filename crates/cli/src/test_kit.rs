//! `grailstage dql test`: queries with their data and the records they should give.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use crate::failure::Failure;
use crate::run::{load, read, read_json, records};

/// Queries with their data and the records they should give.
#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// A folder of `x.dql`, `x.input.json` and `x.expected.json`, also in folders inside; or one `x.dql`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The time that now() answers, such as 2024-05-15T13:00:00Z
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// Write what the queries give into the `.expected.json` files
    #[arg(long)]
    update: bool,
}

/// Runs every query of the folder; whether all gave what they should. A file without its query is a failure: its query
/// was renamed, and nobody would notice that it is no longer tested.
pub(crate) fn run(arguments: &TestArguments) -> Result<bool, Failure> {
    let mut files = Vec::new();
    if arguments.folder.is_file() {
        files.push(arguments.folder.clone());
    } else {
        collect(&arguments.folder, &mut files)?;
    }
    files.sort();
    let queries: Vec<&PathBuf> = files.iter().filter(|path| is_query(path)).collect();
    if queries.is_empty() {
        return Err(Failure {
            message: format!("there is no `.dql` file in `{}`", arguments.folder.display()),
            help: Some(
                "write a query to `x.dql`, its data to `x.input.json`, its records to `x.expected.json`"
                    .into(),
            ),
        });
    }
    let mut failed = 0;
    for (file, query) in files.iter().filter_map(|file| Some((file, query_of(file)?))) {
        if !query.is_file() {
            failed += 1;
            println!(
                "FAILED  {}\n        there is no `{}` that it belongs to",
                file.display(),
                query.display()
            );
        }
    }
    let alone = failed;
    for query in &queries {
        match case(query, arguments) {
            Ok(()) => println!("ok      {}", query.display()),
            Err(report) => {
                failed += 1;
                println!("FAILED  {}\n{}", query.display(), indented(&report));
            }
        }
    }
    println!("\n{} passed, {failed} failed", queries.len() + alone - failed);
    Ok(failed == 0)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| Failure {
        message: format!("cannot read `{}`: {error}", folder.display()),
        help: None,
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if is_query(&path) || query_of(&path).is_some() {
            found.push(path);
        }
    }
    Ok(())
}

fn is_query(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "dql")
}

/// The query that an input or an expectation belongs to.
fn query_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let stem = name.strip_suffix(".input.json").or_else(|| name.strip_suffix(".expected.json"))?;
    Some(path.with_file_name(format!("{stem}.dql")))
}

/// Fails when a file that belongs to a query is not there; `help` says what to do about it.
fn there(path: &Path, help: &str) -> Result<(), Failure> {
    match path.try_exists() {
        Ok(false) => {
            Err(Failure { message: format!("there is no `{}`", path.display()), help: Some(help.into()) })
        }
        _ => Ok(()),
    }
}

/// One query; the error is the report of what is different.
fn case(path: &Path, arguments: &TestArguments) -> Result<(), String> {
    let failure = |failure: Failure| failure.to_string();
    let query = read(path).map_err(failure)?;
    let input = path.with_extension("input.json");
    there(
        &input,
        "write the records that the query runs over there: an array, or an object of arrays by data object",
    )
    .map_err(failure)?;
    let load = |tables: &[String]| load(&input, tables);
    let found =
        records(&path.display().to_string(), &query, load, arguments.now.as_deref()).map_err(failure)?;
    let expected_path = path.with_extension("expected.json");
    if arguments.update {
        let text = format!("{:#}\n", Value::Array(found));
        return std::fs::write(&expected_path, text).map_err(|error| error.to_string());
    }
    there(&expected_path, "`--update` writes what the query gives into it; read it before you trust it")
        .map_err(failure)?;
    let expected = match read_json(&expected_path).map_err(failure)? {
        Value::Array(expected) => expected,
        _ => return Err(format!("error: `{}` is not an array of records", expected_path.display())),
    };
    match differences(&expected, &found) {
        report if report.is_empty() => Ok(()),
        report => Err(format!("- expected, + found\n{}", report.join("\n"))),
    }
}

/// What is different, record by record and field by field.
fn differences(expected: &[Value], found: &[Value]) -> Vec<String> {
    let mut report = Vec::new();
    for index in 0..expected.len().max(found.len()) {
        match (expected.get(index), found.get(index)) {
            (Some(Value::Object(expected)), Some(Value::Object(found))) => {
                for (name, value) in expected {
                    match found.get(name) {
                        Some(other) if same(value, other) => {}
                        Some(other) => {
                            report.push(format!("record {index}, `{name}`:\n  - {value}\n  + {other}"))
                        }
                        None => report
                            .push(format!("record {index}, `{name}`:\n  - {value}\n  + (no such field)")),
                    }
                }
                for (name, value) in found.iter().filter(|(name, _)| !expected.contains_key(*name)) {
                    report.push(format!("record {index}, `{name}`:\n  - (no such field)\n  + {value}"));
                }
            }
            (Some(expected), Some(found)) => {
                report.push(format!("record {index}:\n  - {expected}\n  + {found}"))
            }
            (Some(expected), None) => report.push(format!("record {index} is missing:\n  - {expected}")),
            (None, Some(found)) => report.push(format!("record {index} is too much:\n  + {found}")),
            (None, None) => {}
        }
    }
    report
}

/// Whether two values are the same: numbers by amount, points in time however they are written.
fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => {
            let time = grailstage_sandbox::value::read_timestamp;
            a == b || time(a).is_some_and(|a| time(b) == Some(a))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        _ => expected == found,
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("        {line}")).collect::<Vec<_>>().join("\n")
}
