//! Records of any query as a table whose columns keep the types of Grail.

use std::collections::{BTreeMap, BTreeSet};

use grailstage_tenant::number::{Double, Long};
use grailstage_tenant::{BaseUrl, GrailResult};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::links::{self, LinkOrigins};
use super::timestamps;
use crate::InsightError;
use crate::answer::{Cell, Column, ColumnKind, LinkCell, Note, RecordCell, Row, Table, Unit};

/// Up to here a double holds every whole number.
const EXACT: u64 = 1 << 53;
const MIXED: &str = "mixed";
const TIMESTAMP: &str = "timestamp";
const UNDEFINED: &str = "undefined";
const ENVIRONMENT: &str = "environment";

/// What one environment answered.
pub(super) struct EnvironmentRecords<'a> {
    pub(super) name: &'a str,
    pub(super) url: &'a BaseUrl,
    pub(super) result: &'a GrailResult,
    pub(super) records: Vec<Map<String, Value>>,
}

impl<'a> EnvironmentRecords<'a> {
    /// Reads the records of a result.
    ///
    /// # Errors
    /// `unexpected-records` when one of them is no object.
    pub(super) fn read(
        name: &'a str,
        url: &'a BaseUrl,
        result: &'a GrailResult,
    ) -> Result<Self, InsightError> {
        let unexpected = |error: grailstage_tenant::TenantError| InsightError::UnexpectedRecords {
            reason: error.to_string(),
        };
        Ok(Self { name, url, result, records: result.rows().map_err(unexpected)? })
    }
}

/// A field of the records of all environments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    /// Grail's name of its type, `mixed` where records differ.
    pub(super) kind: String,
    /// How many digits of a second its timestamps have.
    pub(super) digits: u8,
}

/// The fields of all environments, in the order in which they come up.
pub(super) fn fields(answers: &[EnvironmentRecords<'_>]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for column in answers.iter().flat_map(|answer| answer.result.columns()) {
        match fields.iter_mut().find(|field| field.name == column.name) {
            None => fields.push(Field { name: column.name, kind: column.kind, digits: 0 }),
            Some(field) if field.kind == column.kind || column.kind == UNDEFINED => {}
            Some(field) if field.kind == UNDEFINED => field.kind = column.kind,
            Some(field) => MIXED.clone_into(&mut field.kind),
        }
    }
    for field in fields.iter_mut().filter(|field| [TIMESTAMP, MIXED].contains(&field.kind.as_str())) {
        let records = answers.iter().flat_map(|answer| &answer.records);
        field.digits = timestamps::digits(records.filter_map(|record| record.get(&field.name)));
    }
    fields
}

/// Draws values: what they count, and where links may lead.
pub(super) struct Drawing<'a> {
    pub(super) units: &'a BTreeMap<String, Unit>,
    pub(super) links: &'a LinkOrigins,
    /// Whether rows say which environment they are from.
    pub(super) names_environments: bool,
    /// The addresses that are no links.
    pub(super) refused: BTreeSet<String>,
}

impl Drawing<'_> {
    /// All records as a table, the fields in their order.
    pub(super) fn table(&mut self, fields: &[Field], answers: &[EnvironmentRecords<'_>]) -> Table {
        let mut columns: Vec<Column> = fields.iter().map(|field| self.column(field, answers)).collect();
        let says_environment = self.says_environment(fields);
        if says_environment {
            columns.push(environment_column());
        }
        let mut rows = Vec::new();
        for answer in answers {
            for (nth, record) in answer.records.iter().enumerate() {
                let mut row: Row =
                    fields.iter().map(|field| self.field_cell(field, answer, nth, record)).collect();
                if says_environment {
                    row.push(Cell::Text(answer.name.to_owned()));
                }
                rows.push(row);
            }
        }
        Table { key: "records", title: None, columns, rows }
    }

    /// Whether a column for the environment is added: a query that has one of its own says it itself.
    pub(super) fn says_environment(&self, fields: &[Field]) -> bool {
        self.names_environments && !fields.iter().any(|field| field.name.eq_ignore_ascii_case(ENVIRONMENT))
    }

    /// The column of a field. Its key has a prefix, so that nobody takes it for one that has a translation.
    pub(super) fn column(&self, field: &Field, answers: &[EnvironmentRecords<'_>]) -> Column {
        let key = format!("field:{}", field.name);
        let unit = self.units.get(&field.name).copied();
        let kind = match field.kind.as_str() {
            "duration" => return Column::number(key, &field.name, Unit::Milliseconds),
            "long" | "double" => {
                return Column { unit, ..Column::new(key, &field.name, ColumnKind::Number) };
            }
            TIMESTAMP => ColumnKind::Timestamp,
            "record" if self.all_links(field, answers) => ColumnKind::Link,
            "record" | "timeframe" | "geo_point" => ColumnKind::Record,
            _ => ColumnKind::Text,
        };
        Column::new(key, &field.name, kind)
    }

    fn all_links(&self, field: &Field, answers: &[EnvironmentRecords<'_>]) -> bool {
        let values =
            answers.iter().flat_map(|answer| &answer.records).filter_map(|record| record.get(&field.name));
        values.filter(|value| !value.is_null()).all(|value| link(value).is_some())
    }

    /// The value of a field in the n-th record of an environment.
    pub(super) fn field_cell(
        &mut self,
        field: &Field,
        answer: &EnvironmentRecords<'_>,
        nth: usize,
        record: &Map<String, Value>,
    ) -> Cell {
        let Some(value) = record.get(&field.name) else { return Cell::Unknown };
        let own = (field.kind == MIXED).then(|| answer.result.type_of(nth, &field.name)).flatten();
        let kind = own.map_or(field.kind.as_str(), |own| own.kind.as_str());
        self.cell(value, kind, field.digits, answer.url)
    }

    fn cell(&mut self, value: &Value, kind: &str, digits: u8, environment: &BaseUrl) -> Cell {
        match (kind, value) {
            (_, Value::Null) => Cell::Unknown,
            ("long", value) => long(value),
            ("double", value) => Cell::number(double(value)),
            ("duration", value) => Cell::number(double(value).map(|nanoseconds| nanoseconds / 1e6)),
            (TIMESTAMP, value) => timestamps::text(value, digits).map_or_else(|| plain(value), Cell::Text),
            (_, Value::Object(_)) => match link(value) {
                Some((text, url)) if self.links.allows(url, environment) => {
                    Cell::Link(LinkCell { text: text.to_owned(), url: url.to_owned(), detail: None })
                }
                Some((text, url)) => {
                    self.refused.insert(url.to_owned());
                    Cell::Text(if text == url { url.to_owned() } else { format!("{text} ({url})") })
                }
                None => Cell::Record(RecordCell { record: value.clone() }),
            },
            (_, Value::Array(values)) if values.iter().any(|value| value.is_object() || value.is_array()) => {
                Cell::Record(RecordCell { record: value.clone() })
            }
            (_, Value::Number(_)) => Cell::number(double(value)),
            (_, value) => plain(value),
        }
    }

    /// Says once that there are links that are none, and how to allow them.
    pub(super) fn note_on_links(&self) -> Option<Note> {
        links::note(&self.refused)
    }
}

pub(super) fn environment_column() -> Column {
    Column::new(ENVIRONMENT, "Environment", ColumnKind::Text)
}

/// A link as `@dynatrace/backstage-plugin-dql` has it: `text`, or `title` as its manual says, and `url`.
fn link(value: &Value) -> Option<(&str, &str)> {
    if value.get("type")?.as_str()? != "link" {
        return None;
    }
    let text = value.get("text").or_else(|| value.get("title"))?.as_str()?;
    Some((text, value.get("url")?.as_str()?))
}

fn long(value: &Value) -> Cell {
    match Long::deserialize(value) {
        Ok(Long(number)) if number.unsigned_abs() <= EXACT => Cell::Number(number as f64),
        // More digits than a number has in JavaScript.
        Ok(Long(number)) => Cell::Text(number.to_string()),
        Err(_) => plain(value),
    }
}

/// A number that Grail wrote as one or as a text.
pub(super) fn double(value: &Value) -> Option<f64> {
    Double::deserialize(value).ok().map(|Double(number)| number)
}

/// A value in words.
pub(super) fn plain(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Unknown,
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(values) => {
            let texts: Vec<String> = values
                .iter()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .collect();
            Cell::Text(texts.join(", "))
        }
        other => Cell::Text(other.to_string()),
    }
}
