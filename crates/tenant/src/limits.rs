//! How much a query may cost.

use std::time::Duration;

use serde_json::Value;

use crate::error::TenantError;

/// The bounds every query of an environment runs in. They go to Grail with each request, and a limit that
/// took effect comes back as a notification.
///
/// Field meanings: `ExecuteRequest` of the Grail query API (developer.dynatrace.com, client-query).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most records in an answer. 1 to 100,000; default 1,000, as Grail's own.
    pub max_result_records: u64,
    /// Soft cap on the serialised records in bytes (the last record is completed). 1,024 to 104,857,600;
    /// default 5,242,880.
    pub max_result_bytes: u64,
    /// The time for a request from its start to its answer, in seconds: queue, token, tries and result. 1 to 900;
    /// default 30. What is not done by then is cancelled in the environment.
    pub request_timeout_seconds: u64,
    /// Soft cap on the phase that reads data, in seconds. 1 to 900; default five sixths of the time for the
    /// request, so that a slow query ends with what it has found instead of with nothing.
    pub fetch_timeout_seconds: u64,
    /// Most gigabytes a query may scan; `-1` for no limit. -1 or 1 to 1,000,000; default 100.
    pub default_scan_limit_gbytes: i64,
    /// How many queries run in the environment at the same time. 1 to 100; default 8.
    pub max_concurrent_queries: usize,
    /// How many more wait for their turn; what comes then is refused. 0 to 10,000; default 200.
    pub max_queued_queries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_result_records: 1_000,
            max_result_bytes: 5_242_880,
            request_timeout_seconds: 30,
            fetch_timeout_seconds: 25,
            default_scan_limit_gbytes: 100,
            max_concurrent_queries: 8,
            max_queued_queries: 200,
        }
    }
}

const MAX_RESULT_RECORDS: &str = "maxResultRecords";
const MAX_RESULT_BYTES: &str = "maxResultBytes";
const REQUEST_TIMEOUT_SECONDS: &str = "requestTimeoutSeconds";
const FETCH_TIMEOUT_SECONDS: &str = "fetchTimeoutSeconds";
const DEFAULT_SCAN_LIMIT_GBYTES: &str = "defaultScanLimitGbytes";
const MAX_CONCURRENT_QUERIES: &str = "maxConcurrentQueries";
const MAX_QUEUED_QUERIES: &str = "maxQueuedQueries";
/// What an answer may hold besides its records: types, metadata, notifications, and the record Grail completes.
const ANSWER_OVERHEAD_BYTES: u64 = 1_048_576;

impl Limits {
    /// Reads the `limits` object of an environment; what is absent keeps its default.
    ///
    /// # Errors
    /// `invalid-config` for an unknown key, or a value that is not a whole number within its bounds. A limit
    /// that is silently ignored would be a bill.
    pub fn from_json(value: &Value) -> Result<Self, TenantError> {
        let mut limits = Self::default();
        if value.is_null() {
            return Ok(limits);
        }
        let Some(object) = value.as_object() else {
            return Err(invalid("limits", "is not an object", "give the limits as `key: number` pairs"));
        };
        for (key, value) in object {
            match key.as_str() {
                MAX_RESULT_RECORDS => limits.max_result_records = natural(key, value, 1, 100_000)?,
                MAX_RESULT_BYTES => limits.max_result_bytes = natural(key, value, 1_024, 104_857_600)?,
                REQUEST_TIMEOUT_SECONDS => limits.request_timeout_seconds = natural(key, value, 1, 900)?,
                FETCH_TIMEOUT_SECONDS => limits.fetch_timeout_seconds = natural(key, value, 1, 900)?,
                DEFAULT_SCAN_LIMIT_GBYTES => {
                    limits.default_scan_limit_gbytes = if value.as_i64() == Some(-1) {
                        -1
                    } else {
                        i64::try_from(natural(key, value, 1, 1_000_000)?).unwrap_or(i64::MAX)
                    };
                }
                MAX_CONCURRENT_QUERIES => limits.max_concurrent_queries = count(key, value, 1, 100)?,
                MAX_QUEUED_QUERIES => limits.max_queued_queries = count(key, value, 0, 10_000)?,
                unknown => {
                    return Err(invalid(
                        &format!("limits.{unknown}"),
                        "is not a known limit",
                        &format!(
                            "known are `{MAX_RESULT_RECORDS}`, `{MAX_RESULT_BYTES}`, `{REQUEST_TIMEOUT_SECONDS}`, \
                             `{FETCH_TIMEOUT_SECONDS}`, `{DEFAULT_SCAN_LIMIT_GBYTES}`, `{MAX_CONCURRENT_QUERIES}` and `{MAX_QUEUED_QUERIES}`"
                        ),
                    ));
                }
            }
        }
        if !object.contains_key(FETCH_TIMEOUT_SECONDS) {
            limits.fetch_timeout_seconds = (limits.request_timeout_seconds * 5 / 6).max(1);
        }
        Ok(limits)
    }

    /// The time for a request from its start to its answer.
    #[must_use]
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds)
    }

    /// The most bytes of an answer that are read: twice what Grail was asked to keep to, which is a soft cap,
    /// and what stands around the records.
    #[must_use]
    pub fn most_answer_bytes(&self) -> usize {
        let bytes = self.max_result_bytes.saturating_mul(2).saturating_add(ANSWER_OVERHEAD_BYTES);
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }
}

fn count(key: &str, value: &Value, least: u64, most: u64) -> Result<usize, TenantError> {
    Ok(usize::try_from(natural(key, value, least, most)?).unwrap_or(usize::MAX))
}

/// A whole number between two bounds, both inclusive. Substituted environment variables arrive as strings.
fn natural(key: &str, value: &Value, least: u64, most: u64) -> Result<u64, TenantError> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    match number {
        Some(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(invalid(
            &format!("limits.{key}"),
            "is out of bounds",
            &format!("give a whole number from {least} to {most}"),
        )),
    }
}

fn invalid(key: &str, problem: &str, way_out: &str) -> TenantError {
    TenantError::InvalidConfig {
        key: key.to_owned(),
        problem: problem.to_owned(),
        way_out: way_out.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_defaults_for_what_is_absent() {
        let limits = Limits::from_json(&json!({"maxResultRecords": 50})).unwrap();
        assert_eq!(limits, Limits { max_result_records: 50, ..Limits::default() });
        assert_eq!(Limits::from_json(&Value::Null).unwrap(), Limits::default());
    }

    #[test]
    fn reads_numbers_from_substituted_strings() {
        assert_eq!(Limits::from_json(&json!({"maxResultBytes": "2048"})).unwrap().max_result_bytes, 2048);
    }

    #[test]
    fn a_queue_of_none_is_a_queue() {
        let limits = Limits::from_json(&json!({"maxConcurrentQueries": "2", "maxQueuedQueries": 0})).unwrap();
        assert_eq!((limits.max_concurrent_queries, limits.max_queued_queries), (2, 0));
    }

    #[test]
    fn reading_ends_before_the_request_unless_told_otherwise() {
        let read = |limits: Value| {
            let limits = Limits::from_json(&limits).unwrap();
            (limits.request_timeout_seconds, limits.fetch_timeout_seconds)
        };
        assert_eq!(read(json!({})), (30, 25));
        assert_eq!(read(json!({"requestTimeoutSeconds": 60})), (60, 50));
        assert_eq!(read(json!({"requestTimeoutSeconds": 1})), (1, 1));
        assert_eq!(read(json!({"requestTimeoutSeconds": "12", "fetchTimeoutSeconds": 12})), (12, 12));
    }

    #[test]
    fn minus_one_lifts_the_scan_limit_and_no_other() {
        let limits = Limits::from_json(&json!({"defaultScanLimitGbytes": -1})).unwrap();
        assert_eq!(limits.default_scan_limit_gbytes, -1);
        assert!(Limits::from_json(&json!({"maxResultRecords": -1})).is_err());
    }

    #[test]
    fn refuses_what_is_out_of_bounds_or_unknown() {
        for broken in [
            json!({"maxResultRecords": 0}),
            json!({"maxResultRecords": 100_001}),
            json!({"maxResultRecords": 1.5}),
            json!({"maxResultBytes": "many"}),
            json!({"fetchTimeoutSeconds": 901}),
            json!({"requestTimeoutSeconds": 0}),
            json!({"requestTimeoutSeconds": 0.5}),
            json!({"defaultScanLimitGbytes": 0}),
            json!({"maxRecords": 5}),
            json!({"maxConcurrentQueries": 0}),
            json!({"maxQueuedQueries": -1}),
            json!([1]),
        ] {
            let error = Limits::from_json(&broken).unwrap_err();
            assert_eq!(error.code(), "invalid-config", "{broken}");
            assert!(error.help().is_some(), "{broken}");
        }
    }
}
