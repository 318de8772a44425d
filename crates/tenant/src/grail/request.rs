//! What is asked: a query with its timeframe and bounds -> the bytes of `query:execute`.

use std::time::Duration;

use serde::Serialize;

use crate::environment::EnvironmentConfig;
use crate::limits::Limits;

/// The timeframe a query runs in when its text names none. Grail ignores a start without an end, so there is
/// no half of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeframe {
    /// Start, ISO 8601.
    pub start: String,
    /// End, ISO 8601.
    pub end: String,
}

/// A segment a query is limited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentFilter {
    /// The segment's id.
    pub id: String,
    /// Values for the variables of the segment; Grail refuses a query that leaves one out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<SegmentVariable>,
}

/// The values of a variable of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentVariable {
    /// The variable's name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// A question to an environment.
#[derive(Debug, Clone)]
pub struct DqlRequest {
    /// The DQL text.
    pub query: String,
    /// The default timeframe; without one, and none in the text, Grail takes the last 2 h.
    pub timeframe: Option<Timeframe>,
    /// IANA time zone for `bin` and calendar functions, and for the offset of timestamps; default UTC.
    pub timezone: Option<String>,
    /// Fewer records than the environment's limit; more has no effect.
    pub max_result_records: Option<u64>,
    /// Fewer bytes than the environment's limit; more has no effect.
    pub max_result_bytes: Option<u64>,
    /// Fewer gigabytes to scan than the environment's limit; more has no effect.
    pub scan_limit_gbytes: Option<u64>,
    /// The segments the query is limited to: what all of them include. Grail takes at most ten, and finds
    /// nothing in a data object no include of a segment names.
    pub segments: Vec<SegmentFilter>,
    /// The time for everything: token, start, result; without one, what the limits of the environment give.
    pub deadline: Option<Duration>,
}

impl DqlRequest {
    /// A question with no timeframe of its own, and the environment's limits and deadline.
    #[must_use]
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            timeframe: None,
            timezone: None,
            max_result_records: None,
            max_result_bytes: None,
            scan_limit_gbytes: None,
            segments: Vec::new(),
            deadline: None,
        }
    }

    /// The same question over a default timeframe.
    #[must_use]
    pub fn timeframe(mut self, start: impl Into<String>, end: impl Into<String>) -> Self {
        self.timeframe = Some(Timeframe { start: start.into(), end: end.into() });
        self
    }

    /// The same question in a time zone.
    #[must_use]
    pub fn timezone(mut self, timezone: impl Into<String>) -> Self {
        self.timezone = Some(timezone.into());
        self
    }

    /// The same question for at most this many records.
    #[must_use]
    pub const fn max_result_records(mut self, records: u64) -> Self {
        self.max_result_records = Some(records);
        self
    }

    /// The same question limited to a further segment.
    #[must_use]
    pub fn segment(mut self, segment: SegmentFilter) -> Self {
        self.segments.push(segment);
        self
    }

    /// The same question with another deadline.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The time for everything, within an environment of these limits.
    pub(crate) fn deadline_within(&self, limits: Limits) -> Duration {
        self.deadline.unwrap_or_else(|| limits.request_timeout())
    }

    /// The limits of the environment, where the question does not ask for less.
    pub(crate) fn within(&self, limits: Limits) -> Limits {
        let less = |asked: Option<u64>, limit: u64| asked.unwrap_or(u64::MAX).clamp(1, limit);
        let scan = match u64::try_from(limits.default_scan_limit_gbytes) {
            Ok(limit) => i64::try_from(less(self.scan_limit_gbytes, limit.max(1))).ok(),
            // A negative limit is none.
            Err(_) => self.scan_limit_gbytes.and_then(|asked| i64::try_from(asked.max(1)).ok()),
        };
        Limits {
            max_result_records: less(self.max_result_records, limits.max_result_records),
            max_result_bytes: less(self.max_result_bytes, limits.max_result_bytes),
            default_scan_limit_gbytes: scan.unwrap_or(limits.default_scan_limit_gbytes),
            ..limits
        }
    }

    /// The body of `query:execute`, within the limits and segments of the environment.
    pub(crate) fn body(
        &self,
        environment: &EnvironmentConfig,
        hold: Duration,
    ) -> Result<Vec<u8>, serde_json::Error> {
        let limits = self.within(environment.limits());
        serde_json::to_vec(&ExecuteRequest {
            query: &self.query,
            request_timeout_milliseconds: u64::try_from(hold.as_millis()).unwrap_or(u64::MAX),
            default_timeframe_start: self.timeframe.as_ref().map(|timeframe| timeframe.start.as_str()),
            default_timeframe_end: self.timeframe.as_ref().map(|timeframe| timeframe.end.as_str()),
            timezone: self.timezone.as_deref(),
            max_result_records: limits.max_result_records,
            max_result_bytes: limits.max_result_bytes,
            fetch_timeout_seconds: limits.fetch_timeout_seconds,
            default_scan_limit_gbytes: limits.default_scan_limit_gbytes,
            filter_segments: environment.filter_segments().iter().chain(&self.segments).collect(),
        })
    }
}

/// `ExecuteRequest` of the Grail query API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecuteRequest<'a> {
    query: &'a str,
    request_timeout_milliseconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_timeframe_start: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_timeframe_end: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<&'a str>,
    max_result_records: u64,
    max_result_bytes: u64,
    fetch_timeout_seconds: u64,
    default_scan_limit_gbytes: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filter_segments: Vec<&'a SegmentFilter>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(scan: i64) -> Limits {
        Limits { default_scan_limit_gbytes: scan, ..Limits::default() }
    }

    #[test]
    fn a_question_may_ask_for_less_than_the_limits_and_never_for_more() {
        let limits = limits(100);
        let mut request = DqlRequest::new("fetch logs").max_result_records(3);
        request.max_result_bytes = Some(2_048);
        request.scan_limit_gbytes = Some(10);
        let within = request.within(limits);
        assert_eq!(
            (within.max_result_records, within.max_result_bytes, within.default_scan_limit_gbytes),
            (3, 2_048, 10)
        );

        for (records, bytes, scan) in [
            (None, None, None),
            (Some(u64::MAX), Some(u64::MAX), Some(u64::MAX)),
            (Some(9_999_999), None, Some(101)),
        ] {
            request.max_result_records = records;
            request.max_result_bytes = bytes;
            request.scan_limit_gbytes = scan;
            let within = request.within(limits);
            assert_eq!(within.max_result_records, limits.max_result_records);
            assert_eq!(within.max_result_bytes, limits.max_result_bytes);
            assert_eq!(within.default_scan_limit_gbytes, 100);
        }
    }

    #[test]
    fn an_environment_without_a_scan_limit_takes_that_of_the_question() {
        let mut request = DqlRequest::new("fetch logs");
        assert_eq!(request.within(limits(-1)).default_scan_limit_gbytes, -1);
        request.scan_limit_gbytes = Some(10);
        assert_eq!(request.within(limits(-1)).default_scan_limit_gbytes, 10);
    }
}
