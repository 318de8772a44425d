//! Running other programs: shown before they run, and named when they fail.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// Tells the user what is being done.
pub(crate) fn say(what: impl AsRef<str>) {
    println!("\x1b[1m==> {}\x1b[0m", what.as_ref());
}

/// A command that runs in `directory`.
pub(crate) fn command(
    program: impl AsRef<OsStr>,
    directory: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory).args(arguments);
    command
}

/// Runs to the end, with output passed through.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = described(command);
    println!("\x1b[2m$ {line}\x1b[0m");
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs to the end, passing standard output through and giving it back; errors are passed through only.
/// The second value says whether the program succeeded.
pub(crate) fn run_and_read(command: &mut Command) -> anyhow::Result<(String, bool)> {
    let line = described(command);
    println!("\x1b[2m$ {line}\x1b[0m");
    // Test runners write their summary to either stream: both are read, in the order they come.
    let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
    let errors = writer.try_clone().context("cannot make a pipe")?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(errors)
        .spawn()
        .with_context(|| format!("cannot start `{line}`"))?;
    // The command keeps its ends of the pipe open; without closing them the loop below would not end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut text = String::new();
    let mut lines = BufReader::new(reader);
    let mut bytes = Vec::new();
    while lines.read_until(b'\n', &mut bytes).context("cannot read output")? > 0 {
        let part = String::from_utf8_lossy(&bytes);
        print!("{part}");
        std::io::stdout().flush().ok();
        text.push_str(&part);
        bytes.clear();
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{line}`"))?;
    Ok((text, status.success()))
}

/// What a quick program prints, or `None` when it is missing or fails.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn described(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
