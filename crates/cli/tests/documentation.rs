//! The commands that the documentation shows print what it shows.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The commands of all `console` blocks with the lines that follow each.
fn commands(page: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push((command, String::new())),
                (None, Some((_, output))) => output.extend([line, "\n"]),
                (None, None) => {}
            },
        }
    }
    found
}

/// A folder whose `queries` is a copy of the examples.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documentation");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("queries")).unwrap();
    for entry in std::fs::read_dir(Path::new(REPOSITORY).join("examples/queries/tested")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.join("queries").join(path.file_name().unwrap())).unwrap();
    }
    folder
}

#[test]
fn the_page_on_running_and_testing_shows_what_is_printed() {
    let page = std::fs::read_to_string(Path::new(REPOSITORY).join("docs/dql-run-and-test.md")).unwrap();
    let folder = folder();
    let program = Path::new(env!("CARGO_BIN_EXE_grailstage")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let commands = commands(&page);
    assert!(commands.len() > 10, "{commands:?}");
    for (command, expected) in commands {
        let output = Command::new("sh")
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .env("PATH", &path)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "$ {command}");
    }
}
