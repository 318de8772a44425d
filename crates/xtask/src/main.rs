//! The workflow of this repository, as `cargo xtask …`.
//!
//! ```text
//! setup ── what a machine needs: wasm compiler, npm packages, Chromium (each only where missing)
//!   └ build ── crates/wasm ─cargo─> .wasm ─wasm-bindgen─> glue ─wasm-opt─> js/core/pkg ─npm─> js/**/dist
//!       └ pack ── target/npm/*.tgz, as published
//!           ├ demo ── sandbox + portal with the packed packages, on loopback, until Ctrl-C
//!           └ test ── everything CI checks; ends with `N passed, N failed`
//! bench ── speed and memory, each beside a yardstick measured in the same run
//! new-card ── the files of a card, and its line in each registry
//! stamp ── plugin-package.json ──> the shared metadata of every package.json and of Cargo.toml
//! ```

mod bench;
mod build;
mod core_package;
mod demo;
mod family;
mod new_card;
mod pack;
mod portal;
mod process;
mod repository;
mod setup;
mod stamp;
mod test_suite;
mod wasm_compiler;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use wasm_compiler::CompilerChoice;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The workflow of this repository", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what is missing: the wasm compiler, npm packages, Chromium
    Setup {
        #[command(flatten)]
        compiler: CompilerOption,
    },
    /// Builds the WebAssembly module and the npm packages
    Build {
        #[command(flatten)]
        compiler: CompilerOption,
    },
    /// Builds and packs the npm packages into target/npm, as they would be published
    Pack {
        #[command(flatten)]
        compiler: CompilerOption,
    },
    /// Builds everything, starts the sandbox and the portal on loopback and waits for Ctrl-C
    Demo {
        #[command(flatten)]
        compiler: CompilerOption,
        /// Port of the portal
        #[arg(long, default_value_t = 7007)]
        port: u16,
        /// First of the sandbox's three ports: one for each environment, one for its controls
        #[arg(long, default_value_t = 7080)]
        sandbox_port: u16,
    },
    /// Runs everything CI checks
    Test {
        #[command(flatten)]
        compiler: CompilerOption,
        /// Only the checks whose name contains this text
        #[arg(long)]
        only: Option<String>,
    },
    /// Measures speed and memory, with a yardstick in the same run
    Bench {
        #[command(flatten)]
        compiler: CompilerOption,
    },
    /// Makes a card: its files, its line in each registry, and a start that works
    NewCard {
        /// Its id in lower-case words, such as pod-restarts
        id: String,
    },
    /// Writes the shared metadata of plugin-package.json into the package manifests
    Stamp {
        /// Changes nothing and fails where a manifest differs
        #[arg(long)]
        check: bool,
    },
}

#[derive(clap::Args)]
struct CompilerOption {
    /// Which compiler makes the WebAssembly: rustup's target, Debian's packages, or whichever is there
    #[arg(long, value_enum, default_value_t = CompilerChoice::Auto, env = "GRAILSTAGE_WASM_COMPILER")]
    wasm_compiler: CompilerChoice,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        // Not by returning the error: that would add a backtrace where the environment asks for them.
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Setup { compiler } => setup::everything(compiler.wasm_compiler),
        Task::Build { compiler } => build::run(compiler.wasm_compiler),
        Task::Pack { compiler } => pack::run(compiler.wasm_compiler),
        Task::Demo { compiler, port, sandbox_port } => demo::run(compiler.wasm_compiler, port, sandbox_port),
        Task::Test { compiler, only } => test_suite::run(compiler.wasm_compiler, only.as_deref()),
        Task::Bench { compiler } => bench::run(compiler.wasm_compiler),
        Task::NewCard { id } => new_card::run(&id),
        Task::Stamp { check } => stamp::run(check),
    }
}
