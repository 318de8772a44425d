//! Points in time as templates write them.

use grailstage_tenant::UnixMillis;
use jiff::Timestamp;

use crate::ScaffoldError;

/// Reads ISO 8601 with an offset.
pub(crate) fn timestamp(input: &str, text: &str) -> Result<Timestamp, ScaffoldError> {
    text.parse().map_err(|_| ScaffoldError::InvalidInput {
        input: input.to_owned(),
        problem: format!("is `{text}`, which is no point in time"),
        help: Some("write it as in `2026-01-31T12:00:00Z`".to_owned()),
    })
}

/// As [`timestamp`], in milliseconds since 1970; earlier ones are refused.
pub(crate) fn moment(input: &str, text: &str) -> Result<UnixMillis, ScaffoldError> {
    let millis = u64::try_from(timestamp(input, text)?.as_millisecond());
    millis
        .map(UnixMillis)
        .map_err(|_| ScaffoldError::input(input, format!("is `{text}`, which is before 1970")))
}

/// ISO 8601 in UTC.
pub(crate) fn iso(time: UnixMillis) -> String {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).map(|time| time.to_string()).unwrap_or_default()
}
