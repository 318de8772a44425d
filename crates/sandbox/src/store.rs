//! What an environment holds: tables of records, topology, metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::metrics::MetricSeries;
use crate::record::Record;
use crate::value::Value;

/// A record as tables hold it.
pub type Row = Arc<Record>;

/// How a table's records lie in time, which decides what a timeframe selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeColumn {
    /// Records are not selected by time.
    None,
    /// One point in time, in this field.
    Point(&'static str),
    /// From the time in the first field to that in the second; null there means "still going on".
    Period(&'static str, &'static str),
    /// A field that holds a timeframe.
    Timeframe(&'static str),
}

impl TimeColumn {
    /// Whether a record belongs to the time from `start` (inclusive) to `end` (exclusive). A record without a time
    /// belongs to every time.
    pub(crate) fn selects(self, record: &Record, start: i64, end: i64) -> bool {
        let at = |field: &str| record.get(field).and_then(Value::as_timestamp);
        match self {
            Self::None => true,
            Self::Point(field) => at(field).is_none_or(|time| start <= time && time < end),
            Self::Period(from, to) => {
                at(from).is_none_or(|from| from < end) && at(to).is_none_or(|to| start <= to)
            }
            Self::Timeframe(field) => match record.get(field) {
                Some(Value::Timeframe(from, to)) => *from < end && start <= *to,
                _ => true,
            },
        }
    }
}

/// Makes the records of a table when they are first read.
type Make = Arc<dyn Fn() -> Vec<Row> + Send + Sync>;

/// A table of records.
#[derive(Clone)]
pub struct Table {
    made: OnceLock<Made>,
    make: Option<Make>,
    time: TimeColumn,
    default_columns: Option<&'static [&'static str]>,
}

#[derive(Clone)]
struct Made {
    rows: Vec<Row>,
    bytes: u64,
}

impl Made {
    fn new(rows: Vec<Row>) -> Self {
        let bytes = rows.iter().map(|row| row.size()).sum();
        Self { rows, bytes }
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Table").field("time", &self.time).finish_non_exhaustive()
    }
}

impl Table {
    /// A table of `rows` that lie in time as `time` says.
    #[must_use]
    pub fn new(rows: Vec<Row>, time: TimeColumn) -> Self {
        Self { made: OnceLock::from(Made::new(rows)), make: None, time, default_columns: None }
    }

    /// A table whose records are made when they are first read.
    pub fn lazy(make: impl Fn() -> Vec<Row> + Send + Sync + 'static, time: TimeColumn) -> Self {
        Self { made: OnceLock::new(), make: Some(Arc::new(make)), time, default_columns: None }
    }

    fn made(&self) -> &Made {
        self.made.get_or_init(|| Made::new(self.make.as_ref().map(|make| make()).unwrap_or_default()))
    }

    /// The table, of which only these columns are in a result unless the query names others, as with entities.
    #[must_use]
    pub fn with_default_columns(mut self, columns: &'static [&'static str]) -> Self {
        self.default_columns = Some(columns);
        self
    }

    /// The columns of a result whose query names none; nothing for all of them.
    #[must_use]
    pub const fn default_columns(&self) -> Option<&'static [&'static str]> {
        self.default_columns
    }

    /// All records.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.made().rows
    }

    /// Gives every record another form; how many bytes they take is counted anew.
    pub(crate) fn map_rows(&mut self, change: impl Fn(&Row) -> Row) {
        let rows = self.rows().iter().map(change).collect();
        self.made = OnceLock::from(Made::new(rows));
    }

    /// Adds a record.
    pub fn push(&mut self, row: Row) {
        self.made();
        if let Some(made) = self.made.get_mut() {
            made.bytes += row.size();
            made.rows.push(row);
        }
    }

    /// The records of a time, and about how many bytes they take.
    #[must_use]
    pub fn select(&self, start: i64, end: i64) -> (Vec<Row>, u64) {
        let Made { rows: all, bytes } = self.made();
        let rows: Vec<Row> =
            all.iter().filter(|row| self.time.selects(row, start, end)).map(Arc::clone).collect();
        let bytes = match all.len() as u64 {
            0 => 0,
            count => (u128::from(*bytes) * rows.len() as u128 / u128::from(count)) as u64,
        };
        (rows, bytes)
    }
}

/// Everything an environment holds.
#[derive(Debug, Clone, Default)]
pub struct Store {
    tables: BTreeMap<String, Table>,
    nodes: Vec<Row>,
    edges: Vec<Row>,
    metrics: Vec<MetricSeries>,
    /// The ids of management zones by their names, which entities have.
    management_zones: BTreeMap<String, i64>,
}

impl Store {
    /// Says which management zones there are: name and numeric id.
    pub(crate) fn set_management_zones(&mut self, zones: impl IntoIterator<Item = (String, i64)>) {
        self.management_zones = zones.into_iter().collect();
    }

    /// The numeric id of the management zone of that name.
    pub(crate) fn management_zone_id(&self, name: &str) -> Option<i64> {
        self.management_zones.get(name).copied()
    }

    /// Whether a problem that is going on affects the entity.
    pub(crate) fn is_unhealthy(&self, entity_id: &str) -> bool {
        let problems = self.table("dt.davis.problems").map(Table::rows).unwrap_or_default();
        problems.iter().any(|problem| {
            let affected = problem.get("affected_entity_ids").and_then(Value::as_array).unwrap_or_default();
            problem.get("event.status").and_then(Value::as_str) == Some("ACTIVE")
                && affected.iter().any(|id| id.as_str() == Some(entity_id))
        })
    }

    /// The series of all metrics.
    #[must_use]
    pub fn metrics(&self) -> &[MetricSeries] {
        &self.metrics
    }

    /// Adds a series of a metric.
    pub fn push_metric(&mut self, series: MetricSeries) {
        self.metrics.push(series);
    }

    /// Puts a table under a name that `fetch` knows, replacing one of that name.
    pub fn insert_table(&mut self, name: impl Into<String>, table: Table) {
        self.tables.insert(name.into(), table);
    }

    /// The table of that name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The table of that name, for writing.
    pub fn table_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(name)
    }

    /// The names of the tables in alphabetical order.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The Smartscape nodes: records with at least `id`, `type` and `name`.
    #[must_use]
    pub fn nodes(&self) -> &[Row] {
        &self.nodes
    }

    /// The Smartscape edges: records with at least `source_id`, `type` and `target_id`.
    #[must_use]
    pub fn edges(&self) -> &[Row] {
        &self.edges
    }

    /// Adds a Smartscape node.
    pub fn push_node(&mut self, node: Row) {
        self.nodes.push(node);
    }

    /// Adds a Smartscape edge.
    pub fn push_edge(&mut self, edge: Row) {
        self.edges.push(edge);
    }
}
