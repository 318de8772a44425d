//! How long a service asks to be left alone.

use std::time::Duration;

use crate::host::UnixMillis;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads a `Retry-After` header (RFC 9110 section 10.2.3): seconds, or an HTTP date, which `now` is taken
/// from. A date in the past is no wait. `None` for anything else.
pub(crate) fn parse(value: &str, now: UnixMillis) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    parse_http_date(value).map(|moment| moment.since(now))
}

/// Reads the one date form servers may still write, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
pub(crate) fn parse_http_date(value: &str) -> Option<UnixMillis> {
    let (_, date) = value.split_once(", ")?;
    let mut words = date.split(' ');
    let day: u64 = words.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    let year: u64 = words.next()?.parse().ok().filter(|year| (1970..=9999).contains(year))?;
    let mut clock = words.next()?.split(':');
    let hour: u64 = clock.next()?.parse().ok().filter(|hour| *hour < 24)?;
    let minute: u64 = clock.next()?.parse().ok().filter(|minute| *minute < 60)?;
    let second: u64 = clock.next()?.parse().ok().filter(|second| *second <= 60)?;
    if words.next()? != "GMT" || words.next().is_some() || clock.next().is_some() {
        return None;
    }
    let seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(UnixMillis(seconds * 1000))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar; `month` counts from 0.
fn days_since_1970(year: u64, month: usize, day: u64) -> u64 {
    const BEFORE_MONTH: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let leap_days_before = |year: u64| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let in_year = BEFORE_MONTH.get(month).copied().unwrap_or(0) + u64::from(month >= 2 && leap(year));
    (year - 1970) * 365 + leap_days_before(year) - leap_days_before(1970) + in_year + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds() {
        assert_eq!(parse(" 120 ", UnixMillis(0)), Some(Duration::from_secs(120)));
    }

    #[test]
    fn reads_the_example_date_of_the_rfc() {
        assert_eq!(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(UnixMillis(784_111_777_000)));
    }

    #[test]
    fn knows_leap_days() {
        assert_eq!(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT"), Some(UnixMillis(1_709_164_800_000)));
        assert_eq!(parse_http_date("Fri, 01 Mar 2024 00:00:00 GMT"), Some(UnixMillis(1_709_251_200_000)));
        assert_eq!(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(UnixMillis(0)));
        assert_eq!(parse_http_date("Sat, 21 Nov 2026 10:00:00 GMT"), Some(UnixMillis(1_795_255_200_000)));
    }

    #[test]
    fn a_date_in_the_past_is_no_wait() {
        let now = UnixMillis(1_795_255_200_000);
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::ZERO));
        assert_eq!(parse("Sat, 21 Nov 2026 10:00:07 GMT", now), Some(Duration::from_secs(7)));
    }

    #[test]
    fn ignores_what_is_neither() {
        for broken in [
            "",
            "soon",
            "-1",
            "1.5",
            "Sun, 06 Nov 1994",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse(broken, UnixMillis(0)), None, "{broken}");
        }
    }
}
