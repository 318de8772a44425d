//! What queries may read and cost.

use grailstage_dql::analysis::{Lookback, Policy};
use grailstage_dql::ast::Query;
use grailstage_dql::diagnostic::Diagnostic;
use grailstage_tenant::{DqlRequest, UnixMillis};
use serde_json::Value;

use crate::InsightError;

const DAY_NANOSECONDS: i128 = 86_400_000_000_000;

/// What the queries of entities may read unless the configuration says otherwise.
const CATALOG_TABLES: [&str; 7] =
    ["logs", "events", "spans", "metrics", "entities", "security.events", "bizevents"];
const CATALOG_DAYS_BACK: u64 = 30;
const CATALOG_RECORDS: u64 = 1_000;
const CATALOG_BYTES: u64 = 1_048_576;
const CATALOG_SCAN_GBYTES: u64 = 10;

/// Names of a policy that stand for several tables.
const FAMILIES: [(&str, &[&str]); 3] = [
    ("entities", &["dt.entity.*", "dt.smartscape.*", "smartscape.nodes", "smartscape.edges"]),
    ("events", &["events", "dt.davis.events", "dt.davis.problems", "dt.synthetic.events"]),
    ("metrics", &["metrics", "metric.series"]),
];

/// What queries of one kind may read and cost.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QueryRules {
    /// Whether they are asked at all.
    pub(super) enabled: bool,
    /// The tables they may read; all where absent.
    tables: Option<Vec<String>>,
    /// How many days back they may read; any where absent.
    days_back: Option<u64>,
    records: Option<u64>,
    bytes: Option<u64>,
    scan_gbytes: Option<u64>,
}

impl QueryRules {
    /// Those of queries that an operator writes: none.
    pub(super) const FREE: Self =
        Self { enabled: true, tables: None, days_back: None, records: None, bytes: None, scan_gbytes: None };

    /// Those of queries that whoever owns an entity writes.
    pub(super) fn catalog() -> Self {
        Self {
            enabled: true,
            tables: Some(CATALOG_TABLES.map(str::to_owned).to_vec()),
            days_back: Some(CATALOG_DAYS_BACK),
            records: Some(CATALOG_RECORDS),
            bytes: Some(CATALOG_BYTES),
            scan_gbytes: Some(CATALOG_SCAN_GBYTES),
        }
    }

    /// These rules with what the configuration says below `key`.
    ///
    /// # Errors
    /// `invalid-config` for an unknown key or a value out of bounds: a rule that is silently ignored is none.
    pub(super) fn with(mut self, key: &str, value: &Value) -> Result<Self, InsightError> {
        for (name, value) in object(key, value)? {
            let place = format!("{key}.{name}");
            match name.as_str() {
                "enabled" => {
                    self.enabled =
                        value.as_bool().ok_or_else(|| invalid(&place, "is neither true nor false"))?;
                }
                "tables" => self.tables = Some(texts(&place, value)?),
                "maxDaysBack" => self.days_back = Some(number(&place, value, 36_500)?),
                "limits" => {
                    for (name, value) in object(&place, value)? {
                        let place = format!("{place}.{name}");
                        let (limit, most) = match name.as_str() {
                            "maxResultRecords" => (&mut self.records, 100_000),
                            "maxResultBytes" => (&mut self.bytes, 104_857_600),
                            "defaultScanLimitGbytes" => (&mut self.scan_gbytes, 1_000_000),
                            _ => {
                                let known = "known are `maxResultRecords`, `maxResultBytes` and `defaultScanLimitGbytes`";
                                return Err(unknown(&place, known));
                            }
                        };
                        *limit = Some(number(&place, value, most)?);
                    }
                }
                _ => {
                    return Err(unknown(&place, "known are `enabled`, `tables`, `maxDaysBack` and `limits`"));
                }
            }
        }
        Ok(self)
    }

    /// Holds a query to the rules.
    ///
    /// # Errors
    /// One finding for each rule broken, where it is broken.
    pub(super) fn enforce(&self, query: &Query, now: UnixMillis) -> Result<Query, Vec<Diagnostic>> {
        if self.tables.is_none() && self.days_back.is_none() {
            return Ok(query.clone());
        }
        let policy = Policy {
            allowed_tables: self
                .tables
                .as_ref()
                .map(|names| names.iter().flat_map(|name| tables(name)).collect()),
            maximum_lookback: self.days_back.map(|days| Lookback {
                nanoseconds: i128::from(days) * DAY_NANOSECONDS,
                now: i128::from(now.0) * 1_000_000,
            }),
            ..Policy::default()
        };
        policy.enforce(query)
    }

    /// The earliest moment that may be read; `None` for any.
    pub(super) fn earliest(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.days_back.map(|days| UnixMillis(now.0.saturating_sub(days.saturating_mul(86_400_000))))
    }

    /// How many days back may be read; `None` for any number.
    pub(super) fn days_back(&self) -> Option<u64> {
        self.days_back
    }

    /// The question within these limits, and those of the environment where they are lower.
    pub(super) fn limit(&self, mut request: DqlRequest) -> DqlRequest {
        request.max_result_records = self.records;
        request.max_result_bytes = self.bytes;
        request.scan_limit_gbytes = self.scan_gbytes;
        request
    }
}

/// The tables that a name of the policy stands for.
fn tables(name: &str) -> Vec<String> {
    FAMILIES.iter().find(|(family, _)| *family == name).map_or_else(
        || vec![name.to_owned()],
        |(_, tables)| tables.iter().map(|&table| table.to_owned()).collect(),
    )
}

pub(super) fn object<'a>(
    key: &str,
    value: &'a Value,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, InsightError> {
    let object = match value {
        Value::Null => None,
        Value::Object(object) => Some(object),
        _ => return Err(invalid(key, "is not an object")),
    };
    Ok(object.into_iter().flatten())
}

pub(super) fn texts(key: &str, value: &Value) -> Result<Vec<String>, InsightError> {
    let list = value.as_array().ok_or_else(|| invalid(key, "is not a list"))?;
    let texts = list.iter().map(|text| text.as_str().map(|text| text.trim().to_owned()));
    texts.collect::<Option<_>>().ok_or_else(|| invalid(key, "has an entry that is not a text"))
}

/// A whole number from one up. Substituted environment variables arrive as texts.
fn number(key: &str, value: &Value, most: u64) -> Result<u64, InsightError> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    number
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| invalid(key, &format!("is not a whole number from 1 to {most}")))
}

pub(super) fn unknown(key: &str, known: &str) -> InsightError {
    invalid(key, &format!("is not a known key; {known}"))
}

pub(super) fn invalid(key: &str, problem: &str) -> InsightError {
    InsightError::InvalidConfig { key: key.to_owned(), problem: problem.to_owned() }
}
