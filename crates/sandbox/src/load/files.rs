//! Own records in files.
//!
//! ```text
//!  records.json   {"logs": [{…}], "spans": [{…}]}, or [{…}, {…}]   one file for all tables
//!  logs.jsonl     one object a line                                 the table it is named after
//!  a folder       logs.json, dt.davis.problems.jsonl, metrics.json, lookups/teams.json ──▶ a table each
//! ```

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::builder::{NoRecord, TableBuilder};
use super::{LoadError, store_from_json};
use crate::store::Store;

/// Why a file holds no data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It can't be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file or folder.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// It is not JSON, or has something else in the place of a record.
    #[error("`{file}`, line {line}: {reason}")]
    Malformed {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// It is JSON of another shape.
    #[error("`{file}`: {source}")]
    Shape {
        /// The file.
        file: String,
        /// What is wrong.
        source: LoadError,
    },
    /// Its name does not say how it is to be read.
    #[error("`{file}` is neither .json nor .jsonl")]
    UnknownFormat {
        /// The file.
        file: String,
    },
    /// Its name does not say which table its records belong to.
    #[error("`{file}` holds records, and its name is no table")]
    NoTable {
        /// The file.
        file: String,
    },
    /// Two files hold the same table.
    #[error("`{first}` and `{second}` both hold the table `{table}`")]
    Twice {
        /// The table.
        table: String,
        /// A file.
        first: String,
        /// Another file.
        second: String,
    },
    /// The folder holds nothing to read.
    #[error("the folder `{folder}` holds neither .json nor .jsonl files")]
    Empty {
        /// The folder.
        folder: String,
    },
}

impl FileError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable-file",
            Self::Malformed { .. } => "malformed-file",
            Self::Shape { source, .. } => source.code(),
            Self::UnknownFormat { .. } => "unknown-format",
            Self::NoTable { .. } => "no-table",
            Self::Twice { .. } => "table-twice",
            Self::Empty { .. } => "empty-folder",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::UnknownFormat { .. } | Self::Empty { .. } => {
                "a table is a file such as logs.json, an array of objects, or logs.jsonl, one object a line"
            }
            Self::NoTable { .. } => {
                "name the file after its table, such as logs.jsonl, or write {\"logs\": […]} into a .json file"
            }
            Self::Twice { .. } => "put the records of one table into one file",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Array,
    Lines,
}

/// The store that a file or a folder holds.
///
/// In a folder, each file is the table of its name without the extension; those of folders inside are lookup files:
/// `lookups/teams.json` is `/lookups/teams`. Hidden files and Markdown are left out. Records of a single file belong
/// to each of `tables`; when there are none, to the table that the file is named after.
///
/// # Errors
///
/// When a file can't be read, or holds anything but records: with its name, and the line where there is one.
pub fn store_from_files(path: &Path, tables: &[String]) -> Result<Store, FileError> {
    let mut store = Store::default();
    if path.is_dir() {
        let files = files_of(path)?;
        for (table, file) in &files {
            read_tables(file, format(file)?, std::slice::from_ref(table), &mut store)?;
        }
        return Ok(store);
    }
    match format(path) {
        Ok(Format::Lines) => read_tables(path, Format::Lines, &tables_of(path, tables)?, &mut store)?,
        // Any other name is read as JSON: a single file is what the user says it is.
        _ => {
            let text = read(path)?;
            if text.trim_start().starts_with('[') {
                read_array(path, &text, &tables_of(path, tables)?, &mut store)?;
            } else {
                let json: Json = serde_json::from_str(&text).map_err(|error| malformed(path, 0, &error))?;
                store = store_from_json(&json, tables)
                    .map_err(|source| FileError::Shape { file: shown(path), source })?;
            }
        }
    }
    Ok(store)
}

/// The tables that a single file stands for.
fn tables_of(file: &Path, tables: &[String]) -> Result<Vec<String>, FileError> {
    if !tables.is_empty() {
        return Ok(tables.to_vec());
    }
    let name = stem(file);
    let known = grailstage_dql::catalogue::catalogue().data_object(&name).is_some()
        || matches!(name.as_str(), "metrics" | "smartscapeNodes" | "smartscapeEdges");
    if known { Ok(vec![name]) } else { Err(FileError::NoTable { file: shown(file) }) }
}

/// The files of a folder, by table.
fn files_of(folder: &Path) -> Result<BTreeMap<String, PathBuf>, FileError> {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut waiting = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = waiting.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') || path.extension().is_some_and(|extension| extension == "md") {
                continue;
            }
            if path.is_dir() {
                waiting.push((path, format!("{prefix}/{name}")));
                continue;
            }
            format(&path)?;
            let table = match prefix.as_str() {
                "" => stem(&path),
                folder => format!("{folder}/{}", stem(&path)),
            };
            if let Some(other) = found.get(&table) {
                let mut both = [shown(other), shown(&path)];
                both.sort();
                let [first, second] = both;
                return Err(FileError::Twice { table, first, second });
            }
            found.insert(table, path);
        }
    }
    if found.is_empty() { Err(FileError::Empty { folder: shown(folder) }) } else { Ok(found) }
}

/// The name without its extension.
fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn format(file: &Path) -> Result<Format, FileError> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => Ok(Format::Array),
        Some("jsonl" | "ndjson") => Ok(Format::Lines),
        _ => Err(FileError::UnknownFormat { file: shown(file) }),
    }
}

fn read_tables(file: &Path, format: Format, tables: &[String], store: &mut Store) -> Result<(), FileError> {
    match format {
        Format::Array => read_array(file, &read(file)?, tables, store),
        Format::Lines => read_lines(file, tables, store),
    }
}

/// An array of objects. Its elements are read one by one, so that each has its line.
fn read_array(file: &Path, text: &str, tables: &[String], store: &mut Store) -> Result<(), FileError> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| malformed(file, 0, &error))?;
    let mut builders = builders(tables);
    // Elements come in order: lines are counted on from the last one.
    let (mut line, mut counted) = (0, 0);
    for element in elements {
        let element = element.get();
        let at = element.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        line += text.get(counted..at).map_or(0, |skipped| skipped.matches('\n').count());
        counted = at;
        let json: Json = serde_json::from_str(element).map_err(|error| malformed(file, line, &error))?;
        push(&mut builders, &json, file, line + 1)?;
    }
    builders.into_iter().for_each(|builder| builder.finish(store));
    Ok(())
}

/// One object a line; empty lines are left out.
fn read_lines(file: &Path, tables: &[String], store: &mut Store) -> Result<(), FileError> {
    let mut reader = BufReader::new(File::open(file).map_err(|error| unreadable(file, &error))?);
    let mut builders = builders(tables);
    let mut bytes = Vec::new();
    let mut lines = 0;
    while reader.read_until(b'\n', &mut bytes).map_err(|error| unreadable(file, &error))? > 0 {
        if !bytes.trim_ascii().is_empty() {
            let json: Json =
                serde_json::from_slice(&bytes).map_err(|error| malformed(file, lines, &error))?;
            push(&mut builders, &json, file, lines + 1)?;
        }
        lines += 1;
        bytes.clear();
    }
    builders.into_iter().for_each(|builder| builder.finish(store));
    Ok(())
}

fn builders(tables: &[String]) -> Vec<TableBuilder<'_>> {
    tables.iter().map(|table| TableBuilder::new(table)).collect()
}

fn push(builders: &mut [TableBuilder<'_>], json: &Json, file: &Path, line: usize) -> Result<(), FileError> {
    for builder in builders {
        builder.push(json).map_err(|error| FileError::Malformed {
            file: shown(file),
            line,
            reason: match error {
                NoRecord::NoObject => "a record is an object, and this is none".to_owned(),
                NoRecord::NoSeries => {
                    "a metric needs `metric.key` and `points`, an array of pairs of time and number"
                        .to_owned()
                }
            },
        })?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(file).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> FileError {
    FileError::Unreadable { file: shown(file), reason: error.to_string() }
}

/// An error of JSON that begins after so many lines of the file.
fn malformed(file: &Path, lines_before: usize, error: &serde_json::Error) -> FileError {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    FileError::Malformed {
        file: shown(file),
        line: lines_before + error.line().max(1),
        reason: format!("{reason} (column {})", error.column()),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
