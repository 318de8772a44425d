//! Points in time as configuration writes them: `now-2h`, `-2h`, `now()-7d/d`, or ISO 8601.
//! Sources: types of `@dynatrace-sdk/client-davis-analyzers`, `Timeframe`; docs.dynatrace.com, timeframes of SLOs.

use grailstage_dql::ast::DurationUnit;
use jiff::tz::TimeZone;

use crate::value::{add_calendar, nanos_per, parse_timestamp, zoned};

/// The point in time that `text` names at the time `now`, both in nanoseconds since 1970; nothing for other text.
pub(crate) fn relative_time(text: &str, now: i64) -> Option<i64> {
    let text = text.trim();
    let relative = text.strip_prefix("now()").or_else(|| text.strip_prefix("now"));
    let Some(rest) = relative.or_else(|| text.starts_with(['-', '+']).then_some(text)) else {
        return parse_timestamp(text, &TimeZone::UTC);
    };
    let rest = rest.trim();
    let (offset, rounding) = rest.split_once('/').unwrap_or((rest, ""));
    let time = if offset.is_empty() { now } else { moved(offset, now)? };
    if rounding.is_empty() { Some(time) } else { start_of(rounding, time) }
}

/// `now` moved by `-2h` or `+30m`.
fn moved(offset: &str, now: i64) -> Option<i64> {
    let (sign, rest) = match offset.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, offset.strip_prefix('+')?),
    };
    let rest = rest.trim();
    let digits = rest.find(|character: char| !character.is_ascii_digit())?;
    let (amount, unit) = rest.split_at_checked(digits)?;
    let amount = amount.parse::<i64>().ok()?.checked_mul(sign)?;
    let unit = unit_of(unit)?;
    match nanos_per(unit) {
        Some(nanos) => now.checked_add(amount.checked_mul(nanos)?),
        None => add_calendar(now, amount, unit, &TimeZone::UTC),
    }
}

fn unit_of(text: &str) -> Option<DurationUnit> {
    Some(match text {
        "s" => DurationUnit::Second,
        "m" => DurationUnit::Minute,
        "h" => DurationUnit::Hour,
        "d" => DurationUnit::Day,
        "w" => DurationUnit::Week,
        "M" => DurationUnit::Month,
        "y" => DurationUnit::Year,
        _ => return None,
    })
}

/// When the unit of time that holds `time` started. Weeks start on Monday.
fn start_of(unit: &str, time: i64) -> Option<i64> {
    let day = zoned(time, &TimeZone::UTC)?.start_of_day().ok()?;
    let start = match unit {
        "s" | "m" | "h" => {
            let length = nanos_per(unit_of(unit)?)?;
            return Some(time - time.rem_euclid(length));
        }
        "d" => day,
        "w" => {
            let since_monday = i64::from(day.weekday().to_monday_zero_offset());
            day.checked_sub(jiff::Span::new().days(since_monday)).ok()?
        }
        "M" => day.first_of_month().ok()?,
        "y" => day.first_of_year().ok()?,
        _ => return None,
    };
    i64::try_from(start.timestamp().as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_in_time_is_absolute_or_relative() {
        let at = |text: &str| parse_timestamp(text, &TimeZone::UTC);
        let now = at("2026-11-21T10:20:30Z").unwrap_or_default();
        for (text, expected) in [
            ("now", "2026-11-21T10:20:30Z"),
            ("now()", "2026-11-21T10:20:30Z"),
            ("now-2h", "2026-11-21T08:20:30Z"),
            ("now() - 30m", "2026-11-21T09:50:30Z"),
            ("-1w", "2026-11-14T10:20:30Z"),
            ("now+1d", "2026-11-22T10:20:30Z"),
            ("-1M", "2026-10-21T10:20:30Z"),
            ("now/d", "2026-11-21T00:00:00Z"),
            ("now-1d/d", "2026-11-20T00:00:00Z"),
            ("now/h", "2026-11-21T10:00:00Z"),
            ("now/w", "2026-11-16T00:00:00Z"),
            ("now/M", "2026-11-01T00:00:00Z"),
            ("now/y", "2026-01-01T00:00:00Z"),
            ("2026-11-21T11:00:00+01:00", "2026-11-21T10:00:00Z"),
        ] {
            assert_eq!(relative_time(text, now), at(expected), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_point_in_time() {
        for text in
            ["", "soon", "now-", "now-h", "now-2", "now-2x", "now/x", "now 2h", "now-99999999999999999h"]
        {
            assert_eq!(relative_time(text, 0), None, "{text}");
        }
    }
}
