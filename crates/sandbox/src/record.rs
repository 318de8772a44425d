//! A record: named values in order.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::value::Value;

/// How many names records share that are written down field by field.
const SHARED_NAMES: usize = 4_096;

thread_local! {
    static NAMES: RefCell<HashSet<Name>> = RefCell::new(HashSet::new());
}

/// A name that records written down one after the other share.
fn shared(name: &str) -> Name {
    NAMES.with_borrow_mut(|names| match names.get(name) {
        Some(known) => Name::clone(known),
        None => {
            let new = Name::from(name);
            if names.len() < SHARED_NAMES {
                names.insert(Name::clone(&new));
            }
            new
        }
    })
}

/// The name of a field, shared by the records that have it.
pub type Name = Arc<str>;

/// Named values in order. Records have few fields, so a field is found by walking them; shared names make that a
/// comparison of addresses most of the time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    fields: Vec<(Name, Value)>,
}

impl Record {
    /// A record without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// A record without fields and room for `capacity` of them.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { fields: Vec::with_capacity(capacity) }
    }

    /// The record with one more field; for writing records down.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(&shared(name), value.into());
        self
    }

    /// The value of a field, nothing when there is no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields
            .iter()
            .find(|(candidate, _)| std::ptr::eq(candidate.as_ref(), name) || candidate.as_ref() == name)
            .map(|(_, value)| value)
    }

    /// The value of a field, null when there is no such field.
    #[must_use]
    pub fn value(&self, name: &str) -> Value {
        self.get(name).cloned().unwrap_or_default()
    }

    /// Gives a field a value: in place when the field exists, else as the last field.
    pub fn set(&mut self, name: &Name, value: Value) {
        match self.fields.iter_mut().find(|(candidate, _)| candidate == name) {
            Some((_, slot)) => *slot = value,
            None => self.fields.push((Name::clone(name), value)),
        }
    }

    /// Appends a field that is known to be new.
    pub(crate) fn push(&mut self, name: Name, value: Value) {
        self.fields.push((name, value));
    }

    /// Keeps the fields whose name passes.
    pub fn retain(&mut self, mut keep: impl FnMut(&Name) -> bool) {
        self.fields.retain(|(name, _)| keep(name));
    }

    /// Gives every field the name that `rename` answers for it, where it answers one.
    pub(crate) fn rename(&mut self, rename: impl Fn(&Name) -> Option<Name>) {
        for (name, _) in &mut self.fields {
            if let Some(new) = rename(name) {
                *name = new;
            }
        }
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Value)> {
        self.fields.iter().map(|(name, value)| (name, value))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// About how many bytes the record takes in a record store.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.fields.iter().map(|(name, value)| name.len() as u64 + value.size()).sum()
    }
}

impl FromIterator<(Name, Value)> for Record {
    fn from_iter<T: IntoIterator<Item = (Name, Value)>>(fields: T) -> Self {
        Self { fields: fields.into_iter().collect() }
    }
}
