//! `grailstage`: DQL and a Dynatrace sandbox on the command line.
//!
//! ```text
//!  grailstage dql check|fmt|explain ── queries in files
//!  grailstage dql run|test ── queries over own records
//!  grailstage sandbox serve ── a Dynatrace environment in memory, on loopback
//!  grailstage sandbox generate ── records for load tests
//! ```

mod dql;
mod failure;
mod generate;
mod run;
mod sandbox;
mod test_kit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::failure::Failure;

/// DQL and a Dynatrace sandbox on the command line
#[derive(Debug, Parser)]
#[command(name = "grailstage", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check, format and explain queries
    #[command(subcommand)]
    Dql(dql::DqlCommand),
    /// A Dynatrace environment in memory
    #[command(subcommand)]
    Sandbox(sandbox::Sandbox),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Dql(command) => dql::run(&command),
        Command::Sandbox(command) => sandbox::run(&command).map(|()| ExitCode::SUCCESS),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

impl From<grailstage_sandbox::serve::ServeError> for Failure {
    fn from(error: grailstage_sandbox::serve::ServeError) -> Self {
        let help = error.help();
        Self { message: error.to_string(), help }
    }
}

impl From<grailstage_sandbox::load::FileError> for Failure {
    fn from(error: grailstage_sandbox::load::FileError) -> Self {
        let help = error.help();
        Self { message: error.to_string(), help }
    }
}
