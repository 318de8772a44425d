//! `time @ unit`: rounds a point in time down. Source: docs.dynatrace.com, DQL operators, time alignment.

use grailstage_dql::ast::{AlignmentUnit, DurationUnit};
use jiff::Span;
use jiff::tz::TimeZone;

use crate::value::{HOUR, MINUTE, SECOND, zoned};

/// Rounds nanoseconds since 1970 down to a unit of the zone's calendar and clock.
pub(crate) fn align(nanos: i64, unit: AlignmentUnit, zone: &TimeZone) -> Option<i64> {
    let time = zoned(nanos, zone)?;
    let factor = unit.factor.max(1);
    let past_second = i64::from(time.subsec_nanosecond());
    let past_minute = i64::from(time.second()) * SECOND + past_second;
    let past_hour = i64::from(time.minute()) * MINUTE + past_minute;
    // The clock's own reading is rounded, so that 3h means 0, 3, 6 … o'clock of the zone.
    let past = |reading: i8, of: i64, rest: i64| {
        i64::from(reading).rem_euclid(factor).checked_mul(of)?.checked_add(rest)
    };
    let day = match unit.unit {
        DurationUnit::Nanosecond => return nanos.checked_sub(nanos.rem_euclid(factor)),
        DurationUnit::Microsecond => return nanos.checked_sub(nanos.rem_euclid(factor.checked_mul(1_000)?)),
        DurationUnit::Millisecond => {
            return nanos.checked_sub(nanos.rem_euclid(factor.checked_mul(1_000_000)?));
        }
        DurationUnit::Second => return nanos.checked_sub(past(time.second(), SECOND, past_second)?),
        DurationUnit::Minute => return nanos.checked_sub(past(time.minute(), MINUTE, past_minute)?),
        DurationUnit::Hour => return nanos.checked_sub(past(time.hour(), HOUR, past_hour)?),
        DurationUnit::Day => time,
        DurationUnit::Week => {
            // The neutral locale's week is that of ISO 8601: it starts on Monday.
            let start = i64::from(unit.week_start.unwrap_or(1) % 7);
            let today = i64::from(time.weekday().to_sunday_zero_offset());
            time.checked_sub(Span::new().try_days((today - start).rem_euclid(7)).ok()?).ok()?
        }
        DurationUnit::Month => time.first_of_month().ok()?,
        DurationUnit::Quarter => {
            let months = i64::from((time.month() - 1) % 3);
            time.first_of_month().ok()?.checked_sub(Span::new().try_months(months).ok()?).ok()?
        }
        DurationUnit::Year => time.first_of_year().ok()?,
    };
    i64::try_from(day.start_of_day().ok()?.timestamp().as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse_timestamp;
    use grailstage_dql::span::Span as Place;

    fn aligned(time: &str, factor: i64, unit: DurationUnit, week_start: Option<u8>, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        let nanos = parse_timestamp(time, &zone).unwrap();
        let unit = AlignmentUnit { factor, unit, week_start, span: Place::default() };
        zoned(align(nanos, unit, &zone).unwrap(), &zone).unwrap().datetime().to_string()
    }

    #[test]
    fn rounds_down_to_clock_units() {
        let time = "2024-05-15T13:47:52.5";
        assert_eq!(aligned(time, 1, DurationUnit::Second, None, "UTC"), "2024-05-15T13:47:52");
        assert_eq!(aligned(time, 15, DurationUnit::Minute, None, "UTC"), "2024-05-15T13:45:00");
        assert_eq!(aligned(time, 1, DurationUnit::Hour, None, "UTC"), "2024-05-15T13:00:00");
        assert_eq!(aligned(time, 6, DurationUnit::Hour, None, "UTC"), "2024-05-15T12:00:00");
    }

    #[test]
    fn rounds_down_to_calendar_units() {
        let time = "2024-05-15T13:47:52"; // a Wednesday
        assert_eq!(aligned(time, 1, DurationUnit::Day, None, "UTC"), "2024-05-15T00:00:00");
        assert_eq!(aligned(time, 1, DurationUnit::Week, Some(1), "UTC"), "2024-05-13T00:00:00");
        assert_eq!(aligned(time, 1, DurationUnit::Week, Some(0), "UTC"), "2024-05-12T00:00:00");
        assert_eq!(aligned(time, 1, DurationUnit::Week, Some(7), "UTC"), "2024-05-12T00:00:00");
        assert_eq!(aligned(time, 1, DurationUnit::Month, None, "UTC"), "2024-05-01T00:00:00");
        assert_eq!(aligned(time, 1, DurationUnit::Quarter, None, "UTC"), "2024-04-01T00:00:00");
        assert_eq!(aligned(time, 1, DurationUnit::Year, None, "UTC"), "2024-01-01T00:00:00");
    }

    #[test]
    fn midnight_is_that_of_the_zone() {
        assert_eq!(
            aligned("2024-05-15T13:47:52", 1, DurationUnit::Day, None, "Asia/Kolkata"),
            "2024-05-15T00:00:00"
        );
        assert_eq!(
            aligned("2024-05-15T13:47:52", 1, DurationUnit::Hour, None, "Asia/Kolkata"),
            "2024-05-15T13:00:00"
        );
    }
}
