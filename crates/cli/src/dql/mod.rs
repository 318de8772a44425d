//! `grailstage dql`: check, format and explain queries in files, on standard input, or in lines of JSON.

mod check;
mod embedded;
mod explain;
mod format;
mod input;
mod output;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use grailstage_dql::Dialect;

use crate::failure::Failure;
use crate::run::RunArguments;
use crate::test_kit::TestArguments;

/// Commands for queries.
#[derive(Debug, Subcommand)]
pub(crate) enum DqlCommand {
    /// Find mistakes: syntax, names, parameters, types, and habits that cost
    Check(CheckArguments),
    /// Lay queries out anew, in place; `-` goes to standard output
    Fmt(FormatArguments),
    /// Tell what queries read and yield: tables, permissions, times, rows, columns
    Explain(ExplainArguments),
    /// Run a query over own records
    Run(RunArguments),
    /// Run the queries of a folder and compare what they give with what they should
    Test(TestArguments),
}

/// What is read, and how.
#[derive(Debug, Args)]
pub(crate) struct InputArguments {
    /// Files with one query each; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read parts of pipelines, which start with `|` or in the middle
    #[arg(long)]
    snippet: bool,
    /// Read `${name}` as a placeholder
    #[arg(long, conflicts_with = "snippet")]
    template: bool,
}

impl InputArguments {
    fn dialect(&self) -> Dialect {
        match (self.snippet, self.template) {
            (true, _) => Dialect::Snippet,
            (_, true) => Dialect::Template,
            _ => Dialect::Query,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Print one JSON array with an element for each file
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,
    /// Read lines of JSON with a query in this field, and print a line of JSON for each; a line whose `kind` is
    /// `snippet` is read as one
    #[arg(long, value_name = "FIELD")]
    jsonl: Option<String>,
    /// Read YAML, and check the block texts (`key: |`) under keys that are called `query` or `dql` or end so
    #[arg(long, conflicts_with = "jsonl")]
    yaml: bool,
    /// Report habits that cost, too
    #[arg(long)]
    lints: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FormatArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Change nothing; fail if something would change
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Print one JSON array with an element for each file
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,
    /// Read lines of JSON with a query in this field, and print a line of JSON for each
    #[arg(long, value_name = "FIELD")]
    jsonl: Option<String>,
}

/// Runs a command. The exit code is 1 where a query is invalid or, with `fmt --check`, not formatted.
pub(crate) fn run(command: &DqlCommand) -> Result<ExitCode, Failure> {
    let good = match command {
        DqlCommand::Check(arguments) => check::run(arguments)?,
        DqlCommand::Fmt(arguments) => format::run(arguments)?,
        DqlCommand::Explain(arguments) => explain::run(arguments)?,
        DqlCommand::Run(arguments) => crate::run::run(arguments).map(|()| true)?,
        DqlCommand::Test(arguments) => crate::test_kit::run(arguments)?,
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
