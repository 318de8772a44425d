//! Results of `timeseries` and `makeTimeseries` as charts.
//!
//! Such a record has a `timeframe`, an `interval` and arrays of numbers with a value for each interval
//! (docs.dynatrace.com, "DQL metric commands").

use std::collections::{BTreeMap, BTreeSet};

use grailstage_tenant::number::Long;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::columns::{Drawing, EnvironmentRecords, Field, double, environment_column};
use crate::answer::{
    Cell, Chart, ChartKind, Column, ColumnKind, Note, Row, Section, Series, Severity, SparklineCell, Table,
    Unit,
};
use crate::moment::Moment;

const TIMEFRAME: &str = "timeframe";
const INTERVAL: &str = "interval";
/// More courses than this are a tangle.
const CHARTED: usize = 8;

/// The courses that a result consists of.
pub(super) struct TimeSeries<'f> {
    /// Fields with a value for each interval.
    measures: Vec<&'f Field>,
    /// All others but timeframe and interval.
    others: Vec<Field>,
}

/// One course.
struct Course {
    name: String,
    start: i64,
    interval_millis: i64,
    values: Vec<Option<f64>>,
}

impl<'f> TimeSeries<'f> {
    /// The time series in these records; `None` where they are no such.
    pub(super) fn of(fields: &'f [Field], answers: &[EnvironmentRecords<'_>]) -> Option<Self> {
        let has = |name: &str, kind: &str| fields.iter().any(|f| f.name == name && f.kind == kind);
        if !has(TIMEFRAME, "timeframe") || !has(INTERVAL, "duration") {
            return None;
        }
        let is_measure = |field: &Field| {
            let mut values = answers
                .iter()
                .flat_map(|answer| &answer.records)
                .filter_map(|record| record.get(&field.name))
                .filter(|value| !value.is_null())
                .peekable();
            values.peek().is_some() && values.all(is_course)
        };
        let measures: Vec<&Field> =
            fields.iter().filter(|field| field.kind == "array" && is_measure(field)).collect();
        let others = fields
            .iter()
            .filter(|field| ![TIMEFRAME, INTERVAL].contains(&field.name.as_str()))
            .filter(|field| !measures.iter().any(|measure| measure.name == field.name))
            .cloned()
            .collect();
        (!measures.is_empty()).then_some(Self { measures, others })
    }

    /// Whether the field of that name is one of its courses.
    pub(super) fn has(&self, name: &str) -> bool {
        self.measures.iter().any(|measure| measure.name == name)
    }

    /// The charts, and below them a table where there is more to say than they show.
    pub(super) fn sections(
        &self,
        answers: &[EnvironmentRecords<'_>],
        drawing: &mut Drawing<'_>,
    ) -> (Vec<Section>, Vec<Note>) {
        let courses = self.courses(answers, drawing);
        let count = courses.len();
        let mut by_interval: BTreeMap<i64, Vec<Course>> = BTreeMap::new();
        for course in courses {
            by_interval.entry(course.interval_millis).or_default().push(course);
        }
        let mut notes = Vec::new();
        let mut sections = Vec::new();
        for (number, courses) in by_interval.into_values().enumerate() {
            if courses.len() > CHARTED {
                notes.push(Note {
                    severity: Severity::Info,
                    code: "notification".to_owned(),
                    message: format!("the chart shows the first {CHARTED} of {} series", courses.len()),
                    help: Some("the table has them all".to_owned()),
                    environment: None,
                });
            }
            sections.push(Section::Chart(self.chart(number, courses, drawing)));
        }
        let has_scalars = self.others.iter().any(|field| !is_dimension(field));
        if count > self.measures.len() || has_scalars {
            sections.push(Section::Table(self.table(answers, drawing)));
        }
        (sections, notes)
    }

    fn chart(&self, number: usize, mut courses: Vec<Course>, drawing: &Drawing<'_>) -> Chart {
        courses.truncate(CHARTED);
        let times: BTreeSet<i64> = courses.iter().flat_map(Course::times).collect();
        let series = courses
            .into_iter()
            .map(|course| {
                let by_time: BTreeMap<i64, Option<f64>> =
                    course.times().zip(course.values.iter().copied()).collect();
                Series {
                    name: course.name,
                    values: times.iter().map(|time| by_time.get(time).copied().flatten()).collect(),
                    status: None,
                }
            })
            .collect();
        let names: Vec<&str> = self.measures.iter().map(|measure| measure.name.as_str()).collect();
        Chart {
            key: format!("series-{number}"),
            title: names.join(", "),
            kind: ChartKind::Line,
            unit: self.unit(drawing),
            times: times.into_iter().map(|time| Moment(time).to_string()).collect(),
            series,
        }
    }

    /// The unit of all measures, where they have the same.
    fn unit(&self, drawing: &Drawing<'_>) -> Option<Unit> {
        let mut units = self.measures.iter().map(|measure| drawing.units.get(&measure.name));
        let first = units.next()??;
        units.all(|unit| unit == Some(first)).then_some(*first)
    }

    fn courses(&self, answers: &[EnvironmentRecords<'_>], drawing: &Drawing<'_>) -> Vec<Course> {
        let says_environment = drawing.names_environments;
        let records: Vec<(&str, &Map<String, Value>)> = answers
            .iter()
            .flat_map(|answer| answer.records.iter().map(|record| (answer.name, record)))
            .collect();
        let dimensions: Vec<&Field> = self.others.iter().filter(|field| is_dimension(field)).collect();
        let named = |fields: &[&Field]| -> Vec<String> {
            records
                .iter()
                .map(|(environment, record)| {
                    let values = fields.iter().map(|field| text(record.get(&field.name)));
                    says_environment.then(|| (*environment).to_owned()).into_iter().chain(values).collect()
                })
                .map(|parts: Vec<String>| parts.join(" · "))
                .collect()
        };
        let mut names = named(&dimensions);
        let distinct: BTreeSet<&String> = names.iter().collect();
        if distinct.len() < names.len() {
            // A number such as a status code is a dimension too, if the texts do not tell the series apart.
            names = named(&self.others.iter().collect::<Vec<_>>());
        }
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let mut courses = Vec::new();
        for ((_, record), name) in records.iter().zip(&names) {
            let Some((start, interval_millis)) = grid(record) else { continue };
            for measure in &self.measures {
                let name = match (name.is_empty(), self.measures.len()) {
                    (true, _) => measure.name.clone(),
                    (false, 1) => name.clone(),
                    (false, _) => format!("{name} · {}", measure.name),
                };
                let times_taken = taken.entry(name.clone()).or_default();
                *times_taken += 1;
                let name = if *times_taken == 1 { name } else { format!("{name} ({times_taken})") };
                let values = course(record.get(&measure.name));
                courses.push(Course { name, start, interval_millis, values });
            }
        }
        courses
    }

    fn table(&self, answers: &[EnvironmentRecords<'_>], drawing: &mut Drawing<'_>) -> Table {
        let mut columns: Vec<Column> =
            self.others.iter().map(|field| drawing.column(field, answers)).collect();
        columns.extend(self.measures.iter().map(|measure| Column {
            unit: drawing.units.get(&measure.name).copied(),
            ..Column::new(format!("field:{}", measure.name), &measure.name, ColumnKind::Sparkline)
        }));
        let says_environment = drawing.says_environment(&self.others);
        if says_environment {
            columns.push(environment_column());
        }
        let mut rows = Vec::new();
        for answer in answers {
            for (nth, record) in answer.records.iter().enumerate() {
                let mut row: Row =
                    self.others.iter().map(|field| drawing.field_cell(field, answer, nth, record)).collect();
                row.extend(
                    self.measures.iter().map(|measure| {
                        Cell::Sparkline(SparklineCell::new(course(record.get(&measure.name))))
                    }),
                );
                if says_environment {
                    row.push(Cell::Text(answer.name.to_owned()));
                }
                rows.push(row);
            }
        }
        Table { key: "records", title: None, columns, rows }
    }
}

impl Course {
    fn times(&self) -> impl Iterator<Item = i64> {
        let (start, interval) = (self.start, self.interval_millis);
        (0..self.values.len()).map(move |index| {
            start.saturating_add(interval.saturating_mul(i64::try_from(index).unwrap_or(0)))
        })
    }
}

/// Whether a field tells series apart by a text.
fn is_dimension(field: &Field) -> bool {
    !matches!(
        field.kind.as_str(),
        "long" | "double" | "duration" | "timestamp" | "timeframe" | "array" | "record"
    )
}

/// Start and interval of a record in milliseconds.
fn grid(record: &Map<String, Value>) -> Option<(i64, i64)> {
    let Moment(start) = Moment::deserialize(record.get(TIMEFRAME)?.get("start")?).ok()?;
    let Long(interval) = Long::deserialize(record.get(INTERVAL)?).ok()?;
    let millis = interval / 1_000_000;
    (millis > 0).then_some((start, millis))
}

fn is_course(value: &Value) -> bool {
    let numbers = |values: &Vec<Value>| values.iter().all(|value| value.is_null() || double(value).is_some());
    value.as_array().is_some_and(numbers)
}

fn course(value: Option<&Value>) -> Vec<Option<f64>> {
    let values = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    values.iter().map(|value| double(value).filter(|number| number.is_finite())).collect()
}

/// The value of a dimension in the name of a series.
fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
