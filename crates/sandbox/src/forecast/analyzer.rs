//! The forecast analyzer: what it is given as JSON, and what it answers.
//! Sources: types and examples of `@dynatrace-sdk/client-davis-analyzers`; docs.dynatrace.com, forecast analysis.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use super::{FEWEST_VALUES, ForecastRequest, forecast};
use crate::error::SandboxError;
use crate::evaluator::{EvaluationOptions, evaluate};
use crate::record::Record;
use crate::relative_time::relative_time;
use crate::store::{Row, Store};
use crate::value::{
    DAY, TimestampStyle, Value, format_timestamp, read_timestamp, value_from_json, write_record, write_types,
};

/// The name of the analyzer.
pub(crate) const NAME: &str = "dt.statistics.GenericForecastAnalyzer";
/// The most values that are forecast.
const LONGEST_HORIZON: u64 = 600;

/// Something wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// What.
    pub(crate) message: String,
    /// Where, as a JSON path.
    pub(crate) path: &'static str,
}

/// Where the series come from.
#[derive(Debug, Clone)]
enum Source {
    /// A DQL query.
    Query(String),
    /// Records as a query would answer them.
    Records(Vec<Row>),
}

/// What the analyzer is given.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    source: Source,
    horizon: usize,
    coverage: f64,
    timeframe: Option<(i64, i64)>,
    with_data: bool,
}

/// What the analyzer found, and what reading for it cost.
#[derive(Debug, Clone)]
pub(crate) struct Analysis {
    /// `SUCCESSFUL`, `SUCCESSFUL_WITH_WARNINGS` or `FAILED`.
    pub(crate) status: &'static str,
    pub(crate) output: Vec<Json>,
    pub(crate) logs: Vec<Json>,
    /// The series that were read, when they are asked for.
    pub(crate) data: Option<Json>,
    pub(crate) scanned_bytes: u64,
}

/// One series of a record.
struct Series {
    end: i64,
    interval: i64,
    span: i64,
    values: Vec<Option<f64>>,
    dimensions: Record,
}

impl Input {
    /// Reads the body of a request at the time `now`, in nanoseconds since 1970.
    pub(crate) fn read(body: &Json, now: i64) -> Result<Self, Vec<Violation>> {
        let mut violations = Vec::new();
        let mut wrong = |path: &'static str, message: &str| {
            violations.push(Violation { message: message.to_owned(), path });
        };
        let source = source(body.get("timeSeriesData"));
        if let Err(message) = &source {
            wrong("$.timeSeriesData", message);
        }
        let horizon = match body.get("forecastHorizon").filter(|horizon| !horizon.is_null()) {
            None => 100,
            Some(horizon) => match horizon.as_u64().filter(|horizon| (1..=LONGEST_HORIZON).contains(horizon))
            {
                Some(horizon) => usize::try_from(horizon).unwrap_or(1),
                None => {
                    wrong("$.forecastHorizon", "The value has to be a whole number from 1 to 600.");
                    1
                }
            },
        };
        let coverage = match body.get("coverageProbability").filter(|coverage| !coverage.is_null()) {
            None => 0.9,
            Some(coverage) => match coverage.as_f64().filter(|coverage| *coverage > 0.0 && *coverage < 1.0) {
                Some(coverage) => coverage,
                None => {
                    wrong("$.coverageProbability", "The value has to be a number above 0 and below 1.");
                    0.5
                }
            },
        };
        let general = body.get("generalParameters").unwrap_or(&Json::Null);
        let timeframe = general.get("timeframe").filter(|timeframe| !timeframe.is_null()).and_then(|given| {
            let point = |name: &str, default: Option<&str>| {
                given.get(name).and_then(Json::as_str).or(default).and_then(|text| relative_time(text, now))
            };
            let read = point("startTime", None).zip(point("endTime", Some("now")));
            if read.is_none_or(|(start, end)| start >= end) {
                wrong("$.generalParameters.timeframe", "The timeframe needs a startTime before its endTime.");
            }
            read
        });
        let with_data = general.get("resolveDimensionalQueryData").and_then(Json::as_bool).unwrap_or(false);
        match source {
            Ok(source) if violations.is_empty() => {
                Ok(Self { source, horizon, coverage, timeframe, with_data })
            }
            _ => Err(violations),
        }
    }

    /// Reads the series and forecasts each.
    ///
    /// # Errors
    ///
    /// When the query asks for data that the token may not read. Other failures of the query are a failed analysis.
    pub(crate) fn analyse(
        &self,
        store: &Store,
        options: &EvaluationOptions,
    ) -> Result<Analysis, SandboxError> {
        let mut options = options.clone();
        options.timeframe = self.timeframe.or(options.timeframe);
        let timeframe = options.default_timeframe();
        let (records, query, scanned_bytes) = match &self.source {
            Source::Records(records) => (records.clone(), json!({"records": records.len()}), 0),
            Source::Query(text) => match evaluate(text, store, &options) {
                Ok(found) => {
                    let query = json!({"expression": text, "timeframe": {
                        "startTime": written(timeframe.0), "endTime": written(timeframe.1),
                    }});
                    (found.records, query, found.scanned_bytes)
                }
                Err(error @ SandboxError::NotAuthorizedForTable { .. }) => return Err(error),
                Err(error) => return Ok(Analysis::failed(&format!("The query failed: {error}."))),
            },
        };
        let mut series = Vec::new();
        for record in &records {
            let found = Series::of(record);
            if found.is_empty() {
                return Ok(Analysis::failed(
                    "The data is no time series: a record needs timeframe, interval and an array of numbers.",
                ));
            }
            series.extend(found);
        }
        let output: Vec<Json> = series.iter().map(|series| self.output(series, &query)).collect();
        let failed = output.iter().any(|element| element.get("analysisStatus") == Some(&json!("FAILED")));
        Ok(Analysis {
            status: if failed { "SUCCESSFUL_WITH_WARNINGS" } else { "SUCCESSFUL" },
            output,
            logs: Vec::new(),
            data: self
                .with_data
                .then(|| json!([{"query": query, "value": result(&records), "type": "timeseriesArray"}])),
            scanned_bytes,
        })
    }

    fn output(&self, series: &Series, query: &Json) -> Json {
        let seasons = series.seasons();
        let request = ForecastRequest { horizon: self.horizon, seasons: &seasons, coverage: self.coverage };
        match forecast(&series.values, &request) {
            Ok(found) => {
                let numbers = |numbers: Vec<f64>| Value::array(numbers.into_iter().map(Value::Double));
                let until = i64::try_from(self.horizon)
                    .ok()
                    .and_then(|steps| steps.checked_mul(series.interval))
                    .map_or(series.end, |length| series.end.saturating_add(length));
                let mut record = Record::new()
                    .with("timeframe", Value::Timeframe(series.end, until))
                    .with("interval", Value::Duration(series.interval))
                    .with("dt.davis.forecast:point", numbers(found.point))
                    .with("dt.davis.forecast:lower", numbers(found.lower))
                    .with("dt.davis.forecast:upper", numbers(found.upper));
                series.dimensions.iter().for_each(|(name, value)| record.set(name, value.clone()));
                json!({
                    "analysisStatus": "OK",
                    "forecastQualityAssessment": "VALID",
                    "analyzedTimeSeriesQuery": query,
                    "timeSeriesDataWithPredictions": result(&[Arc::new(record)]),
                })
            }
            Err(error) => json!({
                "analysisStatus": "FAILED",
                "forecastQualityAssessment": "NO_DATA",
                "analyzedTimeSeriesQuery": query,
                "system": {"logs": [{"level": "WARNING", "message": format!("Not enough data: {error}.")}]},
            }),
        }
    }
}

impl Analysis {
    fn failed(message: &str) -> Self {
        let log = json!({"level": "SEVERE", "message": message, "path": "$.timeSeriesData"});
        Self { status: "FAILED", output: Vec::new(), logs: vec![log], data: None, scanned_bytes: 0 }
    }
}

impl Series {
    /// The series of a record: one for each array of numbers. The other fields are dimensions.
    fn of(record: &Record) -> Vec<Self> {
        let (Some(Value::Timeframe(start, end)), Some(Value::Duration(interval))) =
            (record.get("timeframe"), record.get("interval"))
        else {
            return Vec::new();
        };
        let mut arrays = Vec::new();
        let mut dimensions = Record::new();
        for (name, value) in record.iter() {
            match numbers(value) {
                _ if matches!(name.as_ref(), "timeframe" | "interval") => {}
                Some(values) => arrays.push(values),
                None => dimensions.set(name, value.clone()),
            }
        }
        let series = |values| Self {
            end: *end,
            interval: *interval,
            span: end.saturating_sub(*start),
            values,
            dimensions: dimensions.clone(),
        };
        if *interval > 0 { arrays.into_iter().map(series).collect() } else { Vec::new() }
    }

    /// A day from seven days of data on, a week from fourteen days on; in values.
    fn seasons(&self) -> Vec<usize> {
        [(DAY, 7 * DAY), (7 * DAY, 14 * DAY)]
            .into_iter()
            .filter(|(season, least)| season % self.interval == 0 && self.span >= *least)
            .filter_map(|(season, _)| usize::try_from(season / self.interval).ok())
            .collect()
    }
}

fn numbers(value: &Value) -> Option<Vec<Option<f64>>> {
    let elements = value.as_array()?;
    let number = |element: &Value| match element {
        Value::Null => Some(None),
        other => other.as_number().map(Some),
    };
    elements.iter().map(number).collect()
}

/// `timeSeriesData`: a query as text or as an `expression`, or the result of a query.
fn source(given: Option<&Json>) -> Result<Source, String> {
    let expression = |text: &str| match text.trim() {
        "" => Err("The query must not be empty.".to_owned()),
        _ => Ok(Source::Query(text.to_owned())),
    };
    match given {
        None | Some(Json::Null) => Err("The parameter is required.".into()),
        Some(Json::String(text)) => expression(text),
        Some(Json::Object(members)) => match (members.get("expression"), members.get("records")) {
            (Some(Json::String(text)), _) => expression(text),
            (None, Some(Json::Array(records))) => {
                let records = records.iter().map(|record| Some(Arc::new(inline(record.as_object()?)?)));
                records.collect::<Option<_>>().map(Source::Records).ok_or_else(|| {
                    "A record needs a timeframe with start and end, and an interval in nanoseconds.".into()
                })
            }
            _ => Err("The value needs an expression or records.".into()),
        },
        Some(_) => Err("The value has to be a DQL query, or an object with an expression or records.".into()),
    }
}

/// A record of a result as JSON, with the types its fields have in a result.
fn inline(members: &Map<String, Json>) -> Option<Record> {
    let timeframe = members.get("timeframe")?;
    let point = |name: &str| read_timestamp(timeframe.get(name)?.as_str()?);
    let interval = match members.get("interval")? {
        Json::String(text) => text.parse::<i64>().ok()?,
        number => number.as_i64()?,
    };
    let mut record = Record::new()
        .with("timeframe", Value::Timeframe(point("start")?, point("end")?))
        .with("interval", Value::Duration(interval));
    for (name, value) in members.iter().filter(|(name, _)| !matches!(name.as_str(), "timeframe" | "interval"))
    {
        record = record.with(name, value_from_json(&longs_as_numbers(value)));
    }
    Some(record)
}

/// A result writes the longs of an array as text.
fn longs_as_numbers(value: &Json) -> Json {
    match value {
        Json::Array(elements) => elements
            .iter()
            .map(|element| match element.as_str().and_then(|text| text.parse::<i64>().ok()) {
                Some(long) => long.into(),
                None => element.clone(),
            })
            .collect(),
        other => other.clone(),
    }
}

/// Records as a result of a query.
fn result(records: &[Row]) -> Json {
    let mut text = String::from("{\"records\":[");
    for (index, record) in records.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_record(record, &mut text, &TimeZone::UTC);
    }
    text.push_str("],\"types\":");
    write_types(records, &mut text);
    text.push_str(",\"metadata\":{}}");
    serde_json::from_str(&text).unwrap_or(Json::Null)
}

fn written(time: i64) -> String {
    format_timestamp(time, &TimeZone::UTC, TimestampStyle::Result)
}

/// The analyzer as the list of analyzers shows it.
pub(crate) fn definition() -> Json {
    json!({
        "name": NAME,
        "displayName": "Generic forecast analysis",
        "description": "Forecasts how a time series goes on, by exponential smoothing with trend and season.",
        "category": {"displayName": "Statistics"},
        "type": "IMPLEMENTED",
        "labels": ["FORECAST"],
    })
}

/// What the analyzer takes and answers.
pub(crate) fn parameters() -> (Json, Json) {
    let parameter = |name: &str, kind: &str, title: &str, optional: bool| json!({"name": name, "type": kind, "displayName": title, "optional": optional, "array": false});
    let mut horizon = parameter("forecastHorizon", "integer", "Forecast horizon", true);
    let mut coverage = parameter("coverageProbability", "number", "Coverage probability", true);
    if let (Some(horizon), Some(coverage)) = (horizon.as_object_mut(), coverage.as_object_mut()) {
        horizon.insert("defaultValue".into(), json!(100));
        horizon.insert("valueConstraints".into(), json!({"min": 1, "max": LONGEST_HORIZON}));
        coverage.insert("defaultValue".into(), json!(0.9));
    }
    let data = json!({
        "name": "timeSeriesData",
        "type": "timeseriesQuery",
        "displayName": "Time series data",
        "description": format!("A time series with at least {FEWEST_VALUES} values."),
        "optional": false,
        "array": false,
    });
    let output = json!([
        parameter("analysisStatus", "string", "Analysis status", false),
        parameter("forecastQualityAssessment", "string", "Quality of the forecast", false),
        parameter("timeSeriesDataWithPredictions", "timeseriesArray", "Forecast", true),
    ]);
    (json!([data, horizon, coverage]), output)
}
