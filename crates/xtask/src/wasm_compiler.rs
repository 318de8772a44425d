//! Two ways to a WebAssembly compiler: rustup's prebuilt target, or Debian's compiler that builds the standard
//! library from source where rustup cannot download.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use clap::ValueEnum;

use crate::process::{command, output, run, say};
use crate::repository;

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// What the user asked for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompilerChoice {
    /// rustup's target if it is there or can be added, else Debian's compiler
    Auto,
    /// rustup's prebuilt wasm32 target
    Rustup,
    /// Debian's rustc-web, which builds std from source
    Debian,
}

/// A compiler that is installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WasmCompiler {
    Rustup,
    Debian,
}

impl WasmCompiler {
    /// Finds a compiler, installing one where needed.
    pub(crate) fn ensure(choice: CompilerChoice) -> anyhow::Result<Self> {
        let compiler = match choice {
            CompilerChoice::Rustup => Self::from_rustup()?,
            CompilerChoice::Debian => Self::from_debian()?,
            CompilerChoice::Auto => match Self::from_rustup() {
                Ok(compiler) => compiler,
                Err(reason) => {
                    say(format!("rustup has no {TARGET} target here ({reason:#}); trying Debian's compiler"));
                    Self::from_debian()?
                }
            },
        };
        say(match compiler {
            Self::Rustup => format!("WebAssembly compiler: rustup's {TARGET} target"),
            Self::Debian => "WebAssembly compiler: Debian's rustc-web, with std built from source".to_owned(),
        });
        Ok(compiler)
    }

    fn from_rustup() -> anyhow::Result<Self> {
        let installed = output("rustup", &["target", "list", "--installed"]).context("there is no rustup")?;
        if !installed.lines().any(|line| line == TARGET) {
            say(format!("adding rustup's {TARGET} target"));
            run(&mut command("rustup", &repository::root(), ["target", "add", TARGET]))?;
        }
        Ok(Self::Rustup)
    }

    fn from_debian() -> anyhow::Result<Self> {
        let has_compiler = Path::new("/usr/bin/rustc").exists()
            && Path::new("/usr/bin/cargo").exists()
            && output("/usr/bin/wasm-ld-22", &["--version"]).is_some()
            && output("dpkg-query", &["-W", "rust-web-src"]).is_some();
        if !has_compiler {
            crate::setup::install_debian_packages("the WebAssembly compiler", &DEBIAN_PACKAGES)?;
        }
        if output("/usr/bin/rustc", &["--version"]).is_none() {
            bail!("/usr/bin/rustc does not run after installing {}", DEBIAN_PACKAGES.join(", "));
        }
        Ok(Self::Debian)
    }

    /// `cargo …` for WebAssembly; `subcommand` is what follows, such as `build --package x`.
    pub(crate) fn cargo(self, subcommand: &[&str]) -> Command {
        let root = repository::root();
        let mut cargo = match self {
            Self::Rustup => command("cargo", &root, subcommand),
            Self::Debian => {
                let mut cargo = command("/usr/bin/cargo", &root, subcommand);
                cargo
                    .args(["-Z", "build-std=std,panic_abort"])
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTDOC", "/usr/bin/rustdoc")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22")
                    // `cargo xtask` runs under rustup's cargo, whose own settings must not reach the other compiler.
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("CARGO");
                cargo
            }
        };
        cargo.args(["--target", TARGET]).env("CARGO_TARGET_DIR", self.target_directory());
        cargo
    }

    /// A folder of its own for each compiler: artefacts of one cannot be read by the other.
    pub(crate) fn target_directory(self) -> std::path::PathBuf {
        repository::target().join(match self {
            Self::Rustup => "wasm-rustup",
            Self::Debian => "wasm-debian",
        })
    }

    /// Where a build with `profile` leaves the module of crates/wasm.
    pub(crate) fn module(self, profile: &str) -> std::path::PathBuf {
        self.target_directory().join(TARGET).join(profile).join("grailstage_wasm.wasm")
    }
}
