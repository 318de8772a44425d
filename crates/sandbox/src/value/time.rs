//! Points in time: text, calendar and time zones.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use grailstage_dql::ast::DurationUnit;

use super::SECOND;

/// A point in time in a time zone; nothing outside the years a calendar knows.
pub(crate) fn zoned(nanos: i64, zone: &TimeZone) -> Option<Zoned> {
    Timestamp::from_nanosecond(i128::from(nanos)).ok().map(|time| time.to_zoned(zone.clone()))
}

/// Nanoseconds since 1970, nothing before 1677 and after 2262.
pub(crate) fn nanos_of(time: Timestamp) -> Option<i64> {
    i64::try_from(time.as_nanosecond()).ok()
}

/// Adds calendar units: the same time of day, days or months later.
pub(crate) fn add_calendar(nanos: i64, amount: i64, unit: DurationUnit, zone: &TimeZone) -> Option<i64> {
    let span = match unit {
        DurationUnit::Day => Span::new().try_days(amount),
        DurationUnit::Week => Span::new().try_weeks(amount),
        DurationUnit::Month => Span::new().try_months(amount),
        DurationUnit::Quarter => Span::new().try_months(amount.checked_mul(3)?),
        DurationUnit::Year => Span::new().try_years(amount),
        _ => return nanos.checked_add(amount.checked_mul(nanos_per(unit)?)?),
    };
    let moved = zoned(nanos, zone)?.checked_add(span.ok()?).ok()?;
    nanos_of(moved.timestamp())
}

/// The nanoseconds of a unit whose length is always the same.
pub(crate) const fn nanos_per(unit: DurationUnit) -> Option<i64> {
    Some(match unit {
        DurationUnit::Nanosecond => 1,
        DurationUnit::Microsecond => 1_000,
        DurationUnit::Millisecond => 1_000_000,
        DurationUnit::Second => SECOND,
        DurationUnit::Minute => super::MINUTE,
        DurationUnit::Hour => super::HOUR,
        DurationUnit::Day => super::DAY,
        _ => return None,
    })
}

/// How a timestamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimestampStyle {
    /// As in a result: nine digits of the fraction and the zone's offset, `Z` for UTC.
    Result,
}

/// Writes a timestamp.
pub(crate) fn format_timestamp(nanos: i64, zone: &TimeZone, style: TimestampStyle) -> String {
    let TimestampStyle::Result = style;
    let Some(time) = zoned(nanos, zone) else { return nanos.to_string() };
    let civil = time.datetime();
    let offset = time.offset().seconds();
    let text = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
        civil.subsec_nanosecond()
    );
    if offset == 0 {
        return text + "Z";
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("{text}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads an ISO 8601 timestamp; without an offset it is in `zone`. A date alone is its midnight.
pub(crate) fn parse_timestamp(text: &str, zone: &TimeZone) -> Option<i64> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return nanos_of(time);
    }
    let civil: DateTime = text.parse().ok()?;
    nanos_of(zone.to_timestamp(civil).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: TimeZone = TimeZone::UTC;

    #[test]
    fn writes_nine_digits_and_z_for_utc() {
        assert_eq!(
            format_timestamp(1_500_000_000, &UTC, TimestampStyle::Result),
            "1970-01-01T00:00:01.500000000Z"
        );
    }

    #[test]
    fn writes_the_offset_of_another_zone() {
        let zone = TimeZone::get("Asia/Dubai").unwrap();
        assert_eq!(format_timestamp(0, &zone, TimestampStyle::Result), "1970-01-01T04:00:00.000000000+04:00");
    }

    #[test]
    fn reads_dates_offsets_and_fractions() {
        let read = |text| parse_timestamp(text, &UTC);
        assert_eq!(read("1970-01-01"), Some(0));
        assert_eq!(read("1970-01-01T00:00:01"), Some(SECOND));
        assert_eq!(read("1970-01-01T01:00:01.25+01:00"), Some(SECOND + 250_000_000));
        assert_eq!(read("yesterday"), None);
    }

    #[test]
    fn a_month_later_is_the_same_day_of_the_month() {
        let january = parse_timestamp("2024-01-31", &UTC).unwrap();
        assert_eq!(add_calendar(january, 1, DurationUnit::Month, &UTC), parse_timestamp("2024-02-29", &UTC));
    }

    #[test]
    fn a_calendar_day_across_the_clock_change_keeps_the_time_of_day() {
        let vienna = TimeZone::get("Europe/Vienna").unwrap();
        let before = parse_timestamp("2024-03-30T12:00:00", &vienna).unwrap();
        let after = add_calendar(before, 1, DurationUnit::Day, &vienna).unwrap();
        assert_eq!(after - before, 23 * super::super::HOUR);
    }
}
