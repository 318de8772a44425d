//! The names of the language: what exists, what it takes, what it yields. Read from `catalogue.txt`.

mod table;
mod types;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

pub use types::Types;

/// What a parameter's value has to be, where it is not simply a value of some types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An expression.
    Value,
    /// One of the choices, bare or as a string.
    Choice,
    /// The name of a data object.
    DataObject,
    /// The name of a bucket, or a pattern for it.
    Bucket,
    /// The key of a metric.
    MetricKey,
    /// The name of a field, not of one inside a record.
    Field,
    /// The name of a field, or the path of one inside a record.
    AnyField,
    /// The name of a field, or a pattern in a string.
    FieldPattern,
    /// An expression over aggregations.
    Aggregation,
    /// An expression over time series aggregations.
    TimeseriesAggregation,
    /// A time series aggregation of a metric.
    MetricAggregation,
    /// `left[a] == right[b]`, or the field both sides share.
    JoinCondition,
    /// A sub-query.
    Query,
    /// A pattern of the Dynatrace Pattern Language.
    Pattern,
    /// A string literal that holds JSON.
    Json,
    /// The path of a lookup file.
    File,
    /// A type of topology, or a pattern for it.
    TopologyType,
    /// The mini language of `search`.
    Search,
    /// Any text that only Grail can judge.
    Opaque,
}

/// Whether `name = value` may or must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// No name.
    Forbidden,
    /// With or without a name.
    Allowed,
    /// With a name.
    Required,
}

/// A parameter of a command or function.
#[derive(Debug, Clone)]
pub struct ParameterInfo {
    /// Its name; of a nameless one a word for it.
    pub name: &'static str,
    /// Another name for it.
    pub alias: Option<&'static str>,
    /// Whether the name can be written.
    pub nameless: bool,
    /// Whether the name must be written.
    pub named: bool,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it takes any number of values.
    pub variadic: bool,
    /// What its value has to be.
    pub kind: Kind,
    /// The types its value may have.
    pub types: Types,
    /// The words it may be, when its kind is [`Kind::Choice`].
    pub choices: Vec<&'static str>,
    /// The range of its number: lower bound, and upper bound if any.
    pub range: Option<(i64, Option<i64>)>,
    /// Its default as text.
    pub default: Option<&'static str>,
    /// Whether it must not read fields.
    pub constant: bool,
    /// Whether it must be written out.
    pub literal: bool,
    /// Whether it may have a name of its own.
    pub assignment: Assignment,
    /// Whether `asc` and `desc` may follow.
    pub sortable: bool,
    /// Whether it may change.
    pub experimental: bool,
    /// Whether it is understood, but not offered.
    pub unlisted: bool,
}

/// What a command or a function takes, and what a function yields.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The name in its canonical spelling.
    pub name: &'static str,
    /// Its parameters in order.
    pub parameters: Vec<ParameterInfo>,
    /// The types of its value; of a command all.
    pub result: Types,
    /// For commands: stands first in a pipeline.
    pub source: bool,
    /// May change.
    pub experimental: bool,
    /// Should not be used any more.
    pub deprecated: bool,
    /// For functions: the heading in the catalogue, such as `string`.
    pub category: &'static str,
}

impl Signature {
    /// The parameter that can be written by this name, in any case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<(usize, &ParameterInfo)> {
        self.parameters.iter().enumerate().find(|(_, parameter)| {
            !parameter.nameless && parameter.name.eq_ignore_ascii_case(name)
                || parameter.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(name))
        })
    }

    /// Whether it aggregates records.
    #[must_use]
    pub fn aggregates(&self) -> bool {
        self.category.ends_with("aggregation")
    }
}

/// A data object, or all that start like it.
#[derive(Debug, Clone, Copy)]
pub struct DataObject {
    /// Its name; `dt.entity.` for all that start so.
    pub name: &'static str,
    /// Whether the name is the start of many.
    pub prefix: bool,
    /// The permission that reading it takes.
    pub scope: &'static str,
}

type NameMap<T> = HashMap<&'static [u8], T, BuildHasherDefault<Fnv>>;

/// All names.
#[derive(Debug, Default)]
pub struct Catalogue {
    commands: Vec<Signature>,
    functions: Vec<Signature>,
    data_objects: Vec<DataObject>,
    command_index: NameMap<usize>,
    /// Functions by lower-case name; overloads in the order of the table.
    function_index: NameMap<Vec<usize>>,
    /// Lower-case names, which the indexes borrow.
    lower_case: Vec<&'static str>,
}

/// Names longer than any known one are unknown.
const LONGEST_NAME: usize = 40;

/// The catalogue.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("catalogue.txt")));
    &CATALOGUE
}

impl Catalogue {
    /// The command of that name, in any case.
    #[must_use]
    pub fn command(&self, name: &str) -> Option<&Signature> {
        let index = with_lower_case(name, |lower| self.command_index.get(lower))?;
        self.commands.get(*index)
    }

    /// All functions of that name, in any case: an aggregation may also be one of time series.
    pub fn functions(&self, name: &str) -> impl Iterator<Item = &Signature> {
        with_lower_case(name, |lower| self.function_index.get(lower))
            .into_iter()
            .flatten()
            .filter_map(|index| self.functions.get(*index))
    }

    /// All commands.
    #[must_use]
    pub fn all_commands(&self) -> &[Signature] {
        &self.commands
    }

    /// All function signatures.
    #[must_use]
    pub fn all_functions(&self) -> &[Signature] {
        &self.functions
    }

    /// All data objects.
    #[must_use]
    pub fn all_data_objects(&self) -> &[DataObject] {
        &self.data_objects
    }

    /// The data object of that name, if it is a known one.
    #[must_use]
    pub fn data_object(&self, name: &str) -> Option<&DataObject> {
        self.data_objects
            .iter()
            .find(|object| if object.prefix { name.starts_with(object.name) } else { name == object.name })
    }

    fn index(&mut self) {
        for (position, command) in self.commands.iter().enumerate() {
            if let Some(lower) = self.lower_case.iter().find(|lower| lower.eq_ignore_ascii_case(command.name))
            {
                self.command_index.insert(lower.as_bytes(), position);
            }
        }
        for (position, function) in self.functions.iter().enumerate() {
            if let Some(lower) =
                self.lower_case.iter().find(|lower| lower.eq_ignore_ascii_case(function.name))
            {
                self.function_index.entry(lower.as_bytes()).or_default().push(position);
            }
        }
    }
}

/// Looks up a name without allocating its lower-case form.
fn with_lower_case<T>(name: &str, look_up: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    let mut buffer = [0u8; LONGEST_NAME];
    let lower = buffer.get_mut(..name.len())?;
    for (target, byte) in lower.iter_mut().zip(name.bytes()) {
        *target = byte.to_ascii_lowercase();
    }
    look_up(lower)
}

/// Fowler-Noll-Vo 1a: names are short and none of them is an attacker's.
#[derive(Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(table::unread(include_str!("catalogue.txt")), Vec::<String>::new());
    }

    #[test]
    fn names_are_found_in_any_case_with_their_canonical_spelling() {
        assert_eq!(catalogue().command("MAKETIMESERIES").unwrap().name, "makeTimeseries");
        assert_eq!(catalogue().functions("todouble").next().unwrap().name, "toDouble");
        assert!(catalogue().command("head").is_none());
        assert!(catalogue().functions(&"x".repeat(1000)).next().is_none());
    }

    #[test]
    fn a_name_may_have_several_signatures() {
        let categories: Vec<_> = catalogue().functions("avg").map(|function| function.category).collect();
        assert_eq!(categories, ["aggregation", "timeseries aggregation", "metric aggregation"]);
    }

    #[test]
    fn marks_of_a_parameter_are_read() {
        let (_, precision) =
            catalogue().functions("countDistinct").next().unwrap().parameter("PRECISION").unwrap();
        assert!(precision.named && precision.optional && precision.constant);
        assert_eq!((precision.range, precision.default), (Some((3, Some(16))), Some("14")));
        let rename = catalogue().command("fieldsRename").unwrap();
        let [field] = rename.parameters.as_slice() else { panic!() };
        assert!(field.nameless && field.variadic && !field.optional);
        assert_eq!(field.assignment, Assignment::Required);
        let (_, kind) = catalogue().command("join").unwrap().parameter("kind").unwrap();
        assert_eq!(kind.choices, ["inner", "leftOuter", "outer"]);
    }

    #[test]
    fn data_objects_know_their_permission() {
        let scope = |name| catalogue().data_object(name).map(|object| object.scope);
        assert_eq!(scope("logs"), Some("storage:logs:read"));
        assert_eq!(scope("dt.entity.cloud_application"), Some("storage:entities:read"));
        assert_eq!(scope("smartscapeNodes"), None);
    }
}
