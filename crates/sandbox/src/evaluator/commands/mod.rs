//! The commands of DQL, one file for each kind.

mod buckets;
mod combine;
mod data;
mod dedup;
mod describe;
mod expand;
mod fetch;
mod fields;
mod filter;
mod lookup;
mod make_timeseries;
mod parse;
mod smartscape;
mod sort;
mod summarize;
mod summary;
mod timeframe;
mod timeseries;
mod traverse;

use std::sync::Arc;

use super::compile::Compiler;
use super::parameters::Parameters;
use super::plan::Stage;
use super::schema::Schema;
use super::wildcard::{self, Part};
use crate::error::SandboxError;
use crate::record::Name;
use crate::store::Row;

pub(crate) use lookup::LookupTable;

/// Compiles a command: takes its parameters, notes what it does to the fields, and answers what it does to records.
type Compile = fn(&Compiler<'_>, &mut Parameters<'_>, &mut Schema) -> Result<Stage, SandboxError>;

/// Where a command may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It loads data: first in a query or block.
    First,
    /// Anywhere behind.
    Later,
}

pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) compile: Compile,
}

const fn first(name: &'static str, compile: Compile) -> Definition {
    Definition { name, place: Place::First, compile }
}

const fn later(name: &'static str, compile: Compile) -> Definition {
    Definition { name, place: Place::Later, compile }
}

const COMMANDS: &[Definition] = &[
    first("fetch", fetch::compile),
    first("data", data::compile),
    first("describe", describe::compile),
    first("smartscapeNodes", smartscape::nodes),
    first("smartscapeEdges", smartscape::edges),
    later("filter", filter::filter),
    later("filterOut", filter::filter_out),
    later("search", filter::search),
    later("fields", fields::fields),
    later("fieldsAdd", fields::fields_add),
    later("fieldsKeep", fields::fields_keep),
    later("fieldsRemove", fields::fields_remove),
    later("fieldsRename", fields::fields_rename),
    later("fieldsFlatten", fields::fields_flatten),
    later("sort", sort::sort),
    later("limit", sort::limit),
    later("dedup", dedup::compile),
    later("summarize", summarize::compile),
    later("expand", expand::compile),
    later("parse", parse::compile),
    later("append", combine::append),
    later("join", combine::join),
    later("joinNested", combine::join_nested),
    later("lookup", lookup::compile),
    first("timeseries", timeseries::compile),
    first("metrics", timeseries::metrics),
    first("load", fetch::load),
    later("makeTimeseries", make_timeseries::compile),
    later("fieldsSummary", summary::fields_summary),
    later("failIf", summary::fail_if),
    later("traverse", traverse::compile),
];

/// The command of a name in any case.
pub(crate) fn find(name: &str) -> Option<&'static Definition> {
    COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(name))
}

/// Whether Grail has a command that the sandbox has not.
pub(crate) fn exists_in_grail(name: &str) -> bool {
    grailstage_dql::catalogue::catalogue().command(name).is_some()
}

/// The names of the commands that load data, or of those that stand behind them.
pub(crate) fn names(source: bool) -> impl Iterator<Item = &'static str> {
    COMMANDS
        .iter()
        .filter(move |command| (command.place == Place::First) == source)
        .map(|command| command.name)
}

/// The records without the fields whose name answers true.
pub(crate) fn without(mut rows: Vec<Row>, remove: impl Fn(&Name) -> bool) -> Vec<Row> {
    for row in &mut rows {
        if row.iter().any(|(name, _)| remove(name)) {
            Arc::make_mut(row).retain(|name| !remove(name));
        }
    }
    rows
}

/// A pattern for names: the name itself, with `*` at the start or the end for anything.
#[derive(Debug, Clone)]
pub(crate) struct NamePattern(Vec<Part>);

impl NamePattern {
    pub(crate) fn new(text: &str) -> Self {
        let part = |character| if character == '*' { Part::AnyRun } else { Part::Exactly(character) };
        Self(text.chars().map(part).collect())
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        wildcard::matches(&self.0, name)
    }
}

#[cfg(test)]
mod tests {
    use grailstage_dql::catalogue::catalogue;

    use super::*;

    #[test]
    fn every_command_of_grail_is_there_or_refused() {
        let mut missing: Vec<&str> = catalogue()
            .all_commands()
            .iter()
            .map(|command| command.name)
            .filter(|name| find(name).is_none())
            .collect();
        missing.sort_unstable();
        assert_eq!(missing, ["experimentalSave", "fieldsSnapshot", "jsonExtract"]);
    }

    #[test]
    fn commands_stand_where_grail_puts_them() {
        for command in COMMANDS {
            let known = catalogue().command(command.name).map(|known| (known.name, known.source));
            assert_eq!(known, Some((command.name, command.place == Place::First)));
        }
    }
}
