//! A table that is being filled with JSON objects, one by one.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{series, time_column, typed};
use crate::metrics::MetricSeries;
use crate::record::{Name, Record};
use crate::store::{Row, Store, Table};
use crate::value::{Value, value_from_json};

/// The longest text that records share, in bytes.
const SHARED_LENGTH: usize = 64;
/// How many texts records share: a column of ids must not keep every id a second time.
const SHARED_TEXTS: usize = 20_000;

/// Why a JSON value is no record of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoRecord {
    /// It is not an object.
    NoObject,
    /// A metric lacks its key or its points.
    NoSeries,
}

/// Texts that many records have, each kept once.
#[derive(Debug, Default)]
struct Shared {
    known: HashSet<Arc<str>>,
}

impl Shared {
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        if text.len() <= SHARED_LENGTH && self.known.len() < SHARED_TEXTS {
            self.known.insert(Arc::clone(&new));
        }
        new
    }
}

/// A table that is being filled.
#[derive(Debug)]
pub(super) struct TableBuilder<'t> {
    table: &'t str,
    names: Shared,
    texts: Shared,
    rows: Vec<Row>,
    series: Vec<MetricSeries>,
}

impl<'t> TableBuilder<'t> {
    pub(super) fn new(table: &'t str) -> Self {
        Self {
            table,
            names: Shared::default(),
            texts: Shared::default(),
            rows: Vec::new(),
            series: Vec::new(),
        }
    }

    /// Adds a record, its fields typed by their names.
    pub(super) fn push(&mut self, json: &Json) -> Result<(), NoRecord> {
        let object = json.as_object().ok_or(NoRecord::NoObject)?;
        if matches!(self.table, "metrics" | "timeseries") {
            self.series.push(series(object).ok_or(NoRecord::NoSeries)?);
        } else {
            let record = self.record(object);
            self.rows.push(Arc::new(record));
        }
        Ok(())
    }

    fn record(&mut self, object: &Map<String, Json>) -> Record {
        let mut record = Record::with_capacity(object.len());
        for (name, json) in object {
            let value = match json {
                Json::String(text) => Value::String(self.texts.text(text)),
                json => value_from_json(json),
            };
            let name: Name = self.names.text(name);
            let value = typed(&name, value, self.table);
            record.push(name, value);
        }
        record
    }

    /// Puts what was added into the store.
    pub(super) fn finish(mut self, store: &mut Store) {
        match self.table {
            "smartscapeNodes" => self.rows.into_iter().for_each(|row| store.push_node(row)),
            "smartscapeEdges" => self.rows.into_iter().for_each(|row| store.push_edge(row)),
            "metrics" | "timeseries" => self.series.into_iter().for_each(|series| store.push_metric(series)),
            table => {
                self.rows.shrink_to_fit();
                store.insert_table(table, Table::new(self.rows, time_column(table)));
            }
        }
    }
}
