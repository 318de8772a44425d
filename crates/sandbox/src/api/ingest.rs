//! Getting data in: logs, events, business events and metrics land in the tables and can be queried at once.
//! Source: docs.dynatrace.com, Environment API v2 and OpenPipeline ingest endpoints.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::message::{Request, Response};
use crate::load;
use crate::metrics::{MetricSeries, Points};
use crate::record::{Name, Record};
use crate::store::{Row, Store, Table};
use crate::value::Value;

/// What a request brought.
#[derive(Debug, Clone)]
pub(crate) enum Ingested {
    /// A record for a table.
    Record(&'static str, Row),
    /// A point of a metric.
    Metric(MetricSeries),
}

impl Ingested {
    /// Puts it into a store.
    pub(crate) fn apply(&self, store: &mut Store) {
        match self {
            Self::Record(table, row) => match store.table_mut(table) {
                Some(table) => table.push(Arc::clone(row)),
                None => {
                    store.insert_table(*table, Table::new(vec![Arc::clone(row)], load::time_column(table)))
                }
            },
            Self::Metric(series) => store.push_metric(series.clone()),
        }
    }
}

/// The table that an ingest path fills; nothing for other paths. Metrics have the table `metrics`.
pub(crate) fn table_of(path: &str) -> Option<&'static str> {
    Some(match path {
        "/api/v2/logs/ingest" | "/platform/classic/environment-api/v2/logs/ingest" => "logs",
        "/api/v2/bizevents/ingest" | "/platform/classic/environment-api/v2/bizevents/ingest" => "bizevents",
        "/api/v2/metrics/ingest" | "/platform/classic/environment-api/v2/metrics/ingest" => "metrics",
        "/platform/ingest/v1/events" => "events",
        "/platform/ingest/v1/security.events" | "/platform/ingest/v1/events.security" => "security.events",
        _ if path == "/platform/ingest/v1/events.sdlc"
            || path.starts_with("/platform/ingest/custom/events.sdlc/") =>
        {
            "sdlc"
        }
        _ => return None,
    })
}

/// The scope that a bearer token needs for a table; API tokens have all.
pub(crate) const WRITE_SCOPE: &str = "storage:events:write";

/// Reads what a request brings: the answer, and what lands in the store.
pub(crate) fn ingest(table: &'static str, request: &Request, now_millis: i64) -> (Response, Vec<Ingested>) {
    let now = now_millis.saturating_mul(1_000_000);
    if table == "metrics" {
        return metrics(request, now);
    }
    let objects: Option<Vec<Map<String, Json>>> = match request.json() {
        Some(Json::Object(object)) => Some(vec![object]),
        Some(Json::Array(elements)) => elements
            .into_iter()
            .map(|element| match element {
                Json::Object(object) => Some(object),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    let Some(objects) = objects else {
        return (
            Response::gateway_error(400, "The payload has to be an object or an array of objects.", "ingest"),
            Vec::new(),
        );
    };
    let pairs = crate::encoding::form_pairs(&request.query);
    let records = objects
        .into_iter()
        .map(|object| {
            let mut record = load::record(&object, table);
            for (name, value) in &pairs {
                // Parameters of the request win over the body.
                record.set(&Name::from(name.as_str()), value.as_str().into());
            }
            complete(record, table, now)
        })
        .map(|record| Ingested::Record(if table == "sdlc" { "events" } else { table }, Arc::new(record)))
        .collect();
    let status = if table == "logs" { 204 } else { 202 };
    (Response::empty(status), records)
}

/// Adds what the endpoint adds.
fn complete(mut record: Record, table: &str, now: i64) -> Record {
    let mut default = |name: &str, value: Value| {
        if record.get(name).is_none_or(Value::is_null) {
            record.set(&Name::from(name), value);
        }
    };
    default("timestamp", Value::Timestamp(now));
    match table {
        "logs" => {
            default("loglevel", "NONE".into());
            default("dt.system.bucket", "default_logs".into());
        }
        "bizevents" => {
            default("event.kind", "BIZ_EVENT".into());
            default("dt.system.bucket", "default_bizevents".into());
        }
        "sdlc" => {
            default("event.kind", "SDLC_EVENT".into());
            default("start_time", Value::Timestamp(now));
            default("end_time", Value::Timestamp(now));
            default("dt.system.bucket", "default_events".into());
            let has = |prefix: &str| record.iter().any(|(name, _)| name.starts_with(prefix));
            let category = if has("task.") {
                Some("task")
            } else {
                (has("pipeline.") || has("cicd.pipeline.")).then_some("pipeline")
            };
            if let (None, Some(category)) = (record.get("event.category"), category) {
                record.set(&Name::from("event.category"), category.into());
            }
        }
        _ => {}
    }
    record
}

/// Lines of `key,dimension=value gauge,1.5 1700000000000`.
fn metrics(request: &Request, now: i64) -> (Response, Vec<Ingested>) {
    let text = String::from_utf8_lossy(&request.body);
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let found: Vec<Ingested> =
        lines.iter().filter_map(|line| metric(line, now)).map(Ingested::Metric).collect();
    let invalid = lines.len() - found.len();
    let status = if invalid == 0 { 202 } else { 400 };
    (Response::json(status, json!({"linesOk": found.len(), "linesInvalid": invalid}).to_string()), found)
}

fn metric(line: &str, now: i64) -> Option<MetricSeries> {
    let mut parts = line.split_whitespace();
    let mut names = parts.next()?.split(',');
    let key = names.next().filter(|key| !key.is_empty())?;
    let dimensions: Record = names
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((Name::from(name), Value::string(value.trim_matches('"'))))
        })
        .collect::<Option<_>>()?;
    let payload = parts.next()?;
    let value = payload
        .strip_prefix("gauge,")
        .or_else(|| payload.strip_prefix("count,delta="))
        .unwrap_or(payload)
        .parse::<f64>()
        .ok()?;
    let time = match parts.next() {
        Some(millis) => millis.parse::<i64>().ok()?.checked_mul(1_000_000)?,
        None => now,
    };
    Some(MetricSeries {
        key: key.into(),
        dimensions: Arc::new(dimensions),
        points: Points::Stored([(time, value)].into()),
    })
}
