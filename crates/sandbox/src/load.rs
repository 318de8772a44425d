//! Own records in a store: JSON in, JSON out.
//!
//! ```text
//!  {"logs": [{…}, {…}], "smartscapeNodes": [{…}], "metrics": [{…}]} ──▶ Store
//!  a folder of logs.jsonl, smartscapeNodes.json, metrics.json       ──▶ Store
//! ```

mod builder;
mod files;

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

pub use self::files::{FileError, store_from_files};

use self::builder::{NoRecord, TableBuilder};
use crate::metrics::{MetricSeries, Points};
use crate::record::{Name, Record};
use crate::store::{Row, Store, TimeColumn};
use crate::value::{
    TimestampStyle, Value, format_timestamp, parse_timestamp, smartscape_id_from, uid_from, value_from_json,
};

/// Why JSON is no data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Neither an array of records nor an object of tables.
    #[error("the data is neither an array of records nor an object of such arrays")]
    NoTables,
    /// A table is not an array of objects.
    #[error("`{table}` is not an array of records")]
    NoRecords {
        /// The table.
        table: String,
    },
    /// A metric lacks its key or its points.
    #[error(
        "element {index} of `metrics` needs `metric.key` and `points`, an array of pairs of time and number"
    )]
    NoSeries {
        /// Its position, from 0.
        index: usize,
    },
}

impl LoadError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoTables => "no-tables",
            Self::NoRecords { .. } => "no-records",
            Self::NoSeries { .. } => "no-series",
        }
    }
}

/// Makes a store of JSON: an object of tables by the names that `fetch` knows, besides them `smartscapeNodes`,
/// `smartscapeEdges`, `metrics` (objects of `metric.key`, `points` and dimensions) and lookup files (`/lookups/…`).
/// An array of records stands for each of `tables`.
///
/// Fields that are times, ids or durations by their name in Dynatrace's semantic dictionary get that type.
///
/// # Errors
///
/// When the JSON has another shape.
pub fn store_from_json(json: &Json, tables: &[String]) -> Result<Store, LoadError> {
    let mut store = Store::default();
    match json {
        Json::Array(_) if tables.is_empty() => return Err(LoadError::NoTables),
        Json::Array(_) => {
            for table in tables {
                add(&mut store, table, json)?;
            }
        }
        Json::Object(named) => {
            for (table, records) in named {
                add(&mut store, table, records)?;
            }
        }
        _ => return Err(LoadError::NoTables),
    }
    Ok(store)
}

fn add(store: &mut Store, table: &str, records: &Json) -> Result<(), LoadError> {
    let wrong = || LoadError::NoRecords { table: table.to_owned() };
    let mut builder = TableBuilder::new(table);
    for (index, record) in records.as_array().ok_or_else(wrong)?.iter().enumerate() {
        builder.push(record).map_err(|error| match error {
            NoRecord::NoObject => wrong(),
            NoRecord::NoSeries => LoadError::NoSeries { index },
        })?;
    }
    builder.finish(store);
    Ok(())
}

/// How the records of a table of that name lie in time.
#[must_use]
pub fn time_column(table: &str) -> TimeColumn {
    match table {
        "spans" | "user.events" | "user.sessions" => TimeColumn::Point("start_time"),
        "dt.davis.problems" => TimeColumn::Period("event.start", "event.end"),
        _ if table.starts_with("dt.entity.") => TimeColumn::Timeframe("lifetime"),
        _ if table.starts_with('/') => TimeColumn::None,
        _ => TimeColumn::Point("timestamp"),
    }
}

/// A record of JSON with its fields typed by their names.
pub(crate) fn record(object: &Map<String, Json>, table: &str) -> Record {
    object
        .iter()
        .map(|(name, value)| (Name::from(name.as_str()), typed(name, value_from_json(value), table)))
        .collect()
}

/// The type a field has by its name, where the value fits.
fn typed(name: &str, value: Value, table: &str) -> Value {
    let or_same = |typed: Value, value: Value| if typed.is_null() { value } else { typed };
    let zone = TimeZone::UTC;
    match name {
        "timestamp"
        | "start_time"
        | "end_time"
        | "event.start"
        | "event.end"
        | "vulnerability.first_seen" => match &value {
            Value::String(text) => {
                let time = parse_timestamp(text, &zone).map_or(Value::Null, Value::Timestamp);
                or_same(time, value)
            }
            _ => value,
        },
        "duration" if table == "spans" => match value {
            Value::Long(nanos) => Value::Duration(nanos),
            value => value,
        },
        "trace.id" | "span.id" | "span.parent_id" => or_same(uid_from(&value), value),
        "lifetime" | "validity.timeframe" => match &value {
            Value::Record(record) => {
                let at = |name| {
                    record.get(name).and_then(Value::as_str).and_then(|text| parse_timestamp(text, &zone))
                };
                match (at("start"), at("end")) {
                    (Some(start), Some(end)) => Value::Timeframe(start, end),
                    _ => value,
                }
            }
            _ => value,
        },
        _ => {
            let is_id = name.starts_with("dt.smartscape.")
                || name == "smartscape.affected_entity.ids"
                || (table.starts_with("smartscape") && matches!(name, "id" | "source_id" | "target_id"));
            match value {
                Value::Array(elements) if is_id => Value::array(
                    elements.iter().map(|element| or_same(smartscape_id_from(element), element.clone())),
                ),
                value if is_id => or_same(smartscape_id_from(&value), value),
                value => value,
            }
        }
    }
}

fn series(object: &Map<String, Json>) -> Option<MetricSeries> {
    let key = object.get("metric.key")?.as_str()?;
    let mut points: Vec<(i64, f64)> = object
        .get("points")?
        .as_array()?
        .iter()
        .map(|point| match point.as_array()?.as_slice() {
            [time, value] => Some((parse_timestamp(time.as_str()?, &TimeZone::UTC)?, value.as_f64()?)),
            _ => None,
        })
        .collect::<Option<_>>()?;
    points.sort_by_key(|(time, _)| *time);
    let dimensions: Record = object
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "metric.key" | "points"))
        .map(|(name, value)| (Name::from(name.as_str()), value_from_json(value)))
        .collect();
    Some(MetricSeries {
        key: key.into(),
        dimensions: Arc::new(dimensions),
        points: Points::Stored(points.into()),
    })
}

/// The time that the records of a store span, in nanoseconds since 1970; nothing when none has a time.
#[must_use]
pub fn time_span(store: &Store) -> Option<(i64, i64)> {
    let tables =
        store.table_names().filter_map(|name| store.table(name).map(|table| (time_column(name), table)));
    let of_rows = tables.flat_map(|(column, table)| {
        let field = match column {
            TimeColumn::Point(field) | TimeColumn::Period(field, _) => Some(field),
            TimeColumn::None | TimeColumn::Timeframe(_) => None,
        };
        table.rows().iter().filter_map(move |row| row.get(field?)?.as_timestamp())
    });
    let of_points = store.metrics().iter().flat_map(|series| match &series.points {
        Points::Stored(points) => points.iter().map(|(time, _)| *time).collect::<Vec<_>>(),
        Points::Rhythm(_) => Vec::new(),
    });
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for time in of_rows.chain(of_points) {
        first = first.min(time);
        last = last.max(time);
    }
    (first <= last).then(|| (first, last.saturating_add(1)))
}

/// A record as JSON for people: longs and durations (in nanoseconds) are numbers, points in time are text.
#[must_use]
pub fn record_to_json(record: &Row) -> Json {
    Json::Object(record.iter().map(|(name, value)| (name.to_string(), value_to_json(value))).collect())
}

fn value_to_json(value: &Value) -> Json {
    let zone = TimeZone::UTC;
    let time = |nanos: i64| Json::String(format_timestamp(nanos, &zone, TimestampStyle::Result));
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => (*value).into(),
        Value::Long(value) | Value::Duration(value) => (*value).into(),
        Value::Double(value) => serde_json::Number::from_f64(*value).map_or_else(
            || Json::String(crate::value::text_of(&Value::Double(*value), &zone).unwrap_or_default()),
            Json::Number,
        ),
        Value::Timestamp(nanos) => time(*nanos),
        Value::Timeframe(start, end) => serde_json::json!({"start": time(*start), "end": time(*end)}),
        Value::Array(elements) => Json::Array(elements.iter().map(value_to_json).collect()),
        Value::Record(record) => record_to_json(record),
        Value::String(text) | Value::SmartscapeId(text) => Json::String(text.to_string()),
        other => crate::value::text_of(other, &zone).map_or(Json::Null, Json::String),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::evaluator::{EvaluationOptions, evaluate};

    fn ask(data: &Json, query: &str) -> Json {
        let store = store_from_json(data, &["logs".to_owned()]).unwrap();
        let mut options = EvaluationOptions::at(0);
        options.timeframe = time_span(&store);
        Json::Array(evaluate(query, &store, &options).unwrap().records.iter().map(record_to_json).collect())
    }

    #[test]
    fn an_array_is_the_table_that_is_asked_for() {
        let data = json!([{"timestamp": "2024-01-01T00:00:00Z", "content": "a"}, {"content": "b"}]);
        assert_eq!(
            ask(&data, "fetch logs | filter timestamp < toTimestamp(\"2025-01-01\") | fields content"),
            json!([{"content": "a"}])
        );
    }

    #[test]
    fn tables_topology_and_metrics_have_their_places() {
        let data = json!({
            "spans": [{"start_time": "2024-01-01T00:00:00Z", "duration": 5, "trace.id": "be3a338d6fed5e4443165f25d18fc1fa"}],
            "smartscapeNodes": [{"id": "HOST-0000000000000001", "type": "HOST", "name": "h"}],
            "metrics": [{"metric.key": "m", "host": "h", "points": [["2024-01-01T00:00:30Z", 2], ["2024-01-01T00:00:00Z", 1]]}],
            "/lookups/x": [{"k": 1}],
        });
        assert_eq!(
            ask(&data, "fetch spans | fields d = duration > 1ns, t = type(trace.id)"),
            json!([{"d": true, "t": "uid"}])
        );
        assert_eq!(
            ask(&data, "smartscapeNodes HOST | fields type(id)"),
            json!([{"type(id)": "smartscape_id"}])
        );
        assert_eq!(
            ask(&data, "timeseries s = sum(m, scalar: true), by: {host} | fields host, s"),
            json!([{"host": "h", "s": 3.0}])
        );
        assert_eq!(ask(&data, "load \"/lookups/x\""), json!([{"k": 1}]));
    }

    #[test]
    fn other_shapes_are_refused_by_name() {
        let refused = |data: &Json| store_from_json(data, &["logs".to_owned()]).unwrap_err().to_string();
        assert_eq!(
            refused(&json!(5)),
            "the data is neither an array of records nor an object of such arrays"
        );
        assert_eq!(refused(&json!({"logs": [1]})), "`logs` is not an array of records");
        assert!(refused(&json!({"metrics": [{"metric.key": "m"}]})).contains("element 0"));
    }
}
