//! What is known about the fields of records before there are records.

use std::collections::HashSet;

use grailstage_dql::span::Span;

use crate::error::SandboxError;
use crate::record::Name;

/// The fields that records can have at some point of a pipeline.
///
/// Raw tables are open: any field may be there, and one that is not reads as null. After `fields` or `summarize`
/// only the fields named there can exist, and reading another is an error.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schema {
    open: bool,
    fields: HashSet<Name>,
    hidden: HashSet<Name>,
}

impl Schema {
    /// Records that may have any field.
    pub(crate) fn open() -> Self {
        Self { open: true, ..Self::default() }
    }

    /// Records that have at most these fields.
    pub(crate) fn of(fields: impl IntoIterator<Item = Name>) -> Self {
        Self { fields: fields.into_iter().collect(), ..Self::default() }
    }

    /// Marks fields that can be read but are not in the result unless the query names them.
    pub(crate) fn hide(&mut self, fields: impl IntoIterator<Item = Name>) {
        self.hidden.extend(fields);
    }

    /// The fields that are not in the result.
    pub(crate) fn hidden(&self) -> &HashSet<Name> {
        &self.hidden
    }

    /// The query makes or names a field.
    pub(crate) fn add(&mut self, field: &Name) {
        self.hidden.remove(field);
        if !self.open {
            self.fields.insert(Name::clone(field));
        }
    }

    /// Adds what the records of another pipeline can have, each field renamed by `rename`.
    pub(crate) fn add_all(&mut self, other: &Self, rename: impl Fn(&Name) -> Name) {
        if other.open {
            self.open = true;
        }
        for field in &other.fields {
            self.add(&rename(field));
        }
    }

    /// The query removes a field.
    pub(crate) fn remove(&mut self, keep: impl Fn(&Name) -> bool) {
        self.fields.retain(|field| keep(field));
    }

    /// Any field may be there from now on.
    pub(crate) fn set_open(&mut self) {
        self.open = true;
    }

    /// Fails where a field is read that no record can have.
    pub(crate) fn check(&self, name: &str, span: Span) -> Result<(), SandboxError> {
        if self.open || self.fields.contains(name) {
            Ok(())
        } else {
            Err(SandboxError::FieldDoesNotExist { name: name.to_owned(), span })
        }
    }
}
