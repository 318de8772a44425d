//! What a running query knows about its surroundings.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::segments::Selection;
use crate::store::{Row, Store};
use crate::value::{NullOrder, Value};

/// What a query is evaluated with.
#[derive(Debug, Clone)]
pub struct EvaluationOptions {
    /// The time `now()` answers, in nanoseconds since 1970.
    pub now: i64,
    /// The timeframe of commands that name none, in nanoseconds since 1970; nothing for the last two hours.
    pub timeframe: Option<(i64, i64)>,
    /// The zone of calendar calculations and of timestamps written without one.
    pub zone: TimeZone,
    /// Where null stands in a sorted result.
    pub null_order: NullOrder,
    /// The scopes of the token; nothing for all.
    pub scopes: Option<Vec<String>>,
    /// What the segments of the query let through.
    pub(crate) segments: Selection,
}

impl EvaluationOptions {
    /// The options of a query at the time `now` (nanoseconds since 1970), everything else as by default.
    #[must_use]
    pub const fn at(now: i64) -> Self {
        Self {
            now,
            timeframe: None,
            zone: TimeZone::UTC,
            null_order: NullOrder::Last,
            scopes: None,
            segments: Selection::none(),
        }
    }

    /// From when to when a command looks that names no timeframe.
    #[must_use]
    pub fn default_timeframe(&self) -> (i64, i64) {
        self.timeframe.unwrap_or((self.now.saturating_sub(2 * crate::value::HOUR), self.now))
    }
}

/// The surroundings of a running query.
pub(crate) struct Context<'a> {
    pub(crate) store: &'a Store,
    pub(crate) options: &'a EvaluationOptions,
    scanned_records: Cell<u64>,
    scanned_bytes: RefCell<BTreeMap<String, u64>>,
    sampled: Cell<bool>,
    timeframe: Cell<Option<(i64, i64)>>,
    random: Cell<u64>,
    failure: RefCell<Option<crate::error::SandboxError>>,
    nodes: OnceCell<HashMap<Arc<str>, Row>>,
    entities: OnceCell<HashMap<Arc<str>, Row>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(store: &'a Store, options: &'a EvaluationOptions) -> Self {
        Self {
            store,
            options,
            scanned_records: Cell::new(0),
            scanned_bytes: RefCell::default(),
            sampled: Cell::new(false),
            timeframe: Cell::new(None),
            random: Cell::new(options.now.cast_unsigned()),
            failure: RefCell::new(None),
            nodes: OnceCell::new(),
            entities: OnceCell::new(),
        }
    }

    /// Notes what a command read, and from which time.
    pub(crate) fn scanned(&self, table: &str, records: usize, bytes: u64, timeframe: (i64, i64)) {
        self.scanned_records.set(self.scanned_records.get() + records as u64);
        *self.scanned_bytes.borrow_mut().entry(table.to_owned()).or_default() += bytes;
        self.timeframe.set(Some(
            self.timeframe
                .get()
                .map_or(timeframe, |(start, end)| (start.min(timeframe.0), end.max(timeframe.1))),
        ));
    }

    /// Leaves out what the segments of the query do not include of a data object.
    pub(crate) fn narrow(&self, data_object: &str, rows: &mut Vec<Row>) {
        if !self.options.segments.is_none() {
            rows.retain(|row| self.options.segments.includes(data_object, row));
        }
    }

    pub(crate) fn scanned_records(&self) -> u64 {
        self.scanned_records.get()
    }

    pub(crate) fn scanned_bytes(&self) -> u64 {
        self.scanned_bytes.borrow().values().sum()
    }

    /// How many bytes were read from which table.
    pub(crate) fn contributions(&self) -> Vec<(String, u64)> {
        self.scanned_bytes.borrow().clone().into_iter().collect()
    }

    /// Notes that only a sample was read.
    pub(crate) fn set_sampled(&self) {
        self.sampled.set(true);
    }

    pub(crate) fn sampled(&self) -> bool {
        self.sampled.get()
    }

    pub(crate) fn analysis_timeframe(&self) -> (i64, i64) {
        self.timeframe.get().unwrap_or_else(|| self.options.default_timeframe())
    }

    /// The Smartscape node of an id, given as an id or as text.
    pub(crate) fn node(&self, id: &Value) -> Option<&Row> {
        let nodes = self.nodes.get_or_init(|| by_id(self.store.nodes()));
        nodes.get(id_text(id)?)
    }

    /// The classic entity of an id.
    pub(crate) fn entity(&self, id: &Value) -> Option<&Row> {
        let entities = self.entities.get_or_init(|| {
            let tables = self.store.table_names().filter(|name| name.starts_with("dt.entity."));
            tables.filter_map(|name| self.store.table(name)).flat_map(|table| by_id(table.rows())).collect()
        });
        entities.get(id_text(id)?)
    }

    /// The next of a sequence of random numbers from 0 (inclusive) to 1 (exclusive).
    pub(crate) fn random(&self) -> f64 {
        let mut random = crate::data::Random::new(self.random.get());
        let value = random.unit();
        self.random.set(random.next());
        value
    }

    /// Keeps the failure of a sub-query that an expression ran: expressions have values, not errors.
    pub(crate) fn fail(&self, error: crate::error::SandboxError) {
        self.failure.borrow_mut().get_or_insert(error);
    }

    pub(crate) fn take_failure(&self) -> Option<crate::error::SandboxError> {
        self.failure.borrow_mut().take()
    }
}

fn id_text(id: &Value) -> Option<&Arc<str>> {
    match id {
        Value::SmartscapeId(id) | Value::String(id) => Some(id),
        _ => None,
    }
}

fn by_id(rows: &[Row]) -> HashMap<Arc<str>, Row> {
    rows.iter().filter_map(|row| Some((Arc::clone(id_text(row.get("id")?)?), Arc::clone(row)))).collect()
}
