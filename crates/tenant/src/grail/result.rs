//! What a finished query leaves behind: the bytes of its answer, and views into them.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::response::Standing;
use crate::body;
use crate::error::TenantError;
use crate::host::HttpResponse;
use crate::number::Long;
use crate::redaction::Redaction;

/// The result of a query. It owns the bytes of the answer; records are slices of them, never copied.
#[derive(Clone)]
pub struct GrailResult {
    // INVARIANT: every span of `records` lies in `body` and holds one complete JSON value.
    pub(super) body: String,
    pub(super) records: Vec<RecordSpan>,
    pub(super) types: Vec<TypeBucket>,
    pub(super) metadata: Metadata,
    pub(super) notifications: Vec<Notification>,
    pub(super) elapsed: Duration,
}

/// Where a record lies in the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecordSpan {
    /// Its place among all records, those that are `null` included: what `indexRange` counts in.
    pub(super) index: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The field's name, an opaque text such as `count()`.
    pub name: String,
    /// Grail's name of its type (`string`, `long`, `smartscape_id`, …; an open set), or `mixed` where records
    /// differ. `undefined` where no record has a value.
    pub kind: String,
}

/// What Grail says about the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Id of the execution.
    pub query_id: Option<String>,
    /// The query in canonical form.
    pub canonical_query: Option<String>,
    /// Bytes read, which is what a query costs.
    pub scanned_bytes: u64,
    /// Records read.
    pub scanned_records: u64,
    /// Time Grail took, in milliseconds.
    pub execution_time_milliseconds: u64,
    /// Only a sample was read.
    pub sampled: bool,
    /// Start and end of the data looked at, ISO 8601.
    pub analysis_timeframe: Option<(String, String)>,
}

/// How much a notification matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Info,
    /// The result is not what it seems. On the wire `WARN` or `WARNING`.
    Warning,
    /// Something is wrong.
    Error,
}

/// A remark of Grail on a result, such as that a limit cut it short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// How much it matters.
    pub severity: Severity,
    /// Grail's name for it, such as `API_RECORDS_LIMIT_ADDED`; an open set.
    pub notification_type: String,
    /// Grail's sentence.
    pub message: String,
}

impl Notification {
    /// Whether it says that the result may be less than the whole: a limit, a timeout or sampling.
    ///
    /// Grail answers a limited query with success; this is the only sign.
    #[must_use]
    pub fn says_partial(&self) -> bool {
        let name = self.notification_type.as_str();
        name.contains("LIMIT") || matches!(name, "FETCH_TIMEOUT" | "SAMPLING_APPLIED")
    }
}

/// The types of the fields over a range of records. Several buckets appear where a field has different types
/// in different records.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeBucket {
    /// First and last record, both inclusive; absent for nested records.
    #[serde(default)]
    index_range: Option<(Long, Long)>,
    /// Field names and types in the order of the wire.
    #[serde(default, deserialize_with = "in_order")]
    mappings: Vec<(String, FieldType)>,
}

impl TypeBucket {
    /// Whether the record at this index is described here.
    #[must_use]
    pub fn covers(&self, index: usize) -> bool {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        self.index_range.is_none_or(|(first, last)| (first.0..=last.0).contains(&index))
    }

    /// Field names and types, in the order of the query's columns.
    #[must_use]
    pub fn mappings(&self) -> &[(String, FieldType)] {
        &self.mappings
    }
}

/// The type of a field.
#[derive(Debug, Clone, Deserialize)]
pub struct FieldType {
    /// Grail's name of the type.
    #[serde(rename = "type", default = "undefined")]
    pub kind: String,
    /// For arrays and records: the types within; an array's elements go by the field name `element`.
    #[serde(default)]
    pub types: Option<Vec<TypeBucket>>,
}

impl GrailResult {
    /// A result from the whole text of an answer, as [`Self::answer_text`] gives it; `None` for any other text.
    pub(crate) fn from_answer(body: Vec<u8>, elapsed: Duration) -> Option<Self> {
        let response = HttpResponse { status: 200, headers: Vec::new(), body };
        match Standing::read(response, &Redaction::new(Vec::new())) {
            Ok(Standing::Done(mut result)) => {
                result.elapsed = elapsed;
                Some(*result)
            }
            _ => None,
        }
    }

    /// The answer as Grail sent it.
    pub(crate) fn answer_text(&self) -> &str {
        &self.body
    }

    /// How many records there are.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.records.len()
    }

    /// The records as JSON text, borrowed from the answer.
    pub fn record_texts(&self) -> impl Iterator<Item = &str> {
        self.records.iter().filter_map(|record| self.body.get(record.start..record.end))
    }

    /// The records as raw JSON, borrowed from the answer. Records that are `null` are skipped.
    #[must_use]
    pub fn records(&self) -> Vec<&RawValue> {
        self.record_texts().filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    /// The records as `T`, which may borrow from the answer. Records that are `null` are skipped.
    ///
    /// # Errors
    /// `upstream-failed` where a record does not fit `T`, naming the record.
    pub fn rows<'a, T: Deserialize<'a>>(&'a self) -> Result<Vec<T>, TenantError> {
        self.records
            .iter()
            .filter_map(|record| Some((record, self.body.get(record.start..record.end)?)))
            .map(|(record, text)| {
                serde_json::from_str(text).map_err(|error| match body::unexpected(&error) {
                    TenantError::UnexpectedAnswer { message } => TenantError::UnexpectedAnswer {
                        message: format!("record {}: {message}", record.index),
                    },
                    other => other,
                })
            })
            .collect()
    }

    /// The columns: first in the order of the first bucket of types, then what further buckets add. Without
    /// types, the keys of the records in order of appearance, as `undefined`.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for (name, field) in self.types.iter().flat_map(|bucket| &bucket.mappings) {
            match columns.iter_mut().find(|column| column.name == *name) {
                None => columns.push(Column { name: name.clone(), kind: field.kind.clone() }),
                Some(column) if column.kind == field.kind || field.kind == UNDEFINED => {}
                Some(column) if column.kind == UNDEFINED => column.kind.clone_from(&field.kind),
                Some(column) => "mixed".clone_into(&mut column.kind),
            }
        }
        if !columns.is_empty() {
            return columns;
        }
        let mut seen = HashSet::new();
        for record in self.record_texts() {
            let Ok(Keys(keys)) = serde_json::from_str(record) else { continue };
            for name in keys {
                if seen.insert(name.clone()) {
                    columns.push(Column { name, kind: undefined() });
                }
            }
        }
        columns
    }

    /// The buckets of types.
    #[must_use]
    pub fn types(&self) -> &[TypeBucket] {
        &self.types
    }

    /// The type of a field in the n-th record of [`Self::records`].
    #[must_use]
    pub fn type_of(&self, nth: usize, field: &str) -> Option<&FieldType> {
        let index = self.records.get(nth)?.index;
        let bucket = self.types.iter().find(|bucket| bucket.covers(index))?;
        bucket.mappings.iter().find(|(name, _)| name == field).map(|(_, field)| field)
    }

    /// What Grail says about the run.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Grail's remarks on the result.
    #[must_use]
    pub fn notifications(&self) -> &[Notification] {
        &self.notifications
    }

    /// Whether a remark says that the result may be less than the whole.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.notifications.iter().any(Notification::says_partial)
    }

    /// How long the run took, token included, by the host's clock.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Debug for GrailResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("GrailResult")
            .field("records", &self.records.len())
            .field("body_bytes", &self.body.len())
            .field("metadata", &self.metadata)
            .field("notifications", &self.notifications)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

const UNDEFINED: &str = "undefined";

fn undefined() -> String {
    UNDEFINED.to_owned()
}

/// A JSON object as pairs in the order of the text; `null` is an empty one.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, FieldType)>, D::Error> {
    struct Pairs;
    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, FieldType)>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object of field types")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(0));
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_any(Pairs)
}

/// The keys of an object in the order of the text.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;
        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = Keys;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(KeysVisitor)
    }
}
