//! Functions of time.

use jiff::tz::{Offset, TimeZone};

use super::{Arguments, Function, function, named, required};
use crate::evaluator::dpl::format_timestamp_with;
use crate::value::{SECOND, Value, zoned};

const PART: &[super::Parameter] = &[required("timestamp"), named("timezone")];

pub(super) const FUNCTIONS: &[Function] = &[
    function("now", &[], |a| Value::Timestamp(a.context.options.now)),
    function("getYear", PART, |a| part(a, |time| i64::from(time.year()))),
    function("getMonth", PART, |a| part(a, |time| i64::from(time.month()))),
    function("getDayOfMonth", PART, |a| part(a, |time| i64::from(time.day()))),
    function("getDayOfYear", PART, |a| part(a, |time| i64::from(time.day_of_year()))),
    function("getDayOfWeek", PART, |a| part(a, |time| i64::from(time.weekday().to_monday_one_offset()))),
    function("getWeekOfYear", PART, |a| part(a, |time| i64::from(time.date().iso_week_date().week()))),
    function("getHour", PART, |a| part(a, |time| i64::from(time.hour()))),
    function("getMinute", PART, |a| part(a, |time| i64::from(time.minute()))),
    function("getSecond", PART, |a| part(a, |time| i64::from(time.second()))),
    function("unixSecondsFromTimestamp", &[required("timestamp")], |a| since_1970(a, SECOND)),
    function("unixMillisFromTimestamp", &[required("timestamp")], |a| since_1970(a, 1_000_000)),
    function("unixNanosFromTimestamp", &[required("timestamp")], |a| since_1970(a, 1)),
    function("timestampFromUnixSeconds", &[required("seconds")], |a| from_1970(a, SECOND)),
    function("timestampFromUnixMillis", &[required("millis")], |a| from_1970(a, 1_000_000)),
    function("timestampFromUnixNanos", &[required("nanos")], |a| from_1970(a, 1)),
    function(
        "timestamp",
        &[
            required("year"),
            required("month"),
            required("day"),
            required("hour"),
            required("minute"),
            required("second"),
            named("millis"),
            named("micros"),
            named("nanos"),
            named("timezone"),
        ],
        |a| timestamp(a).map_or(Value::Null, Value::Timestamp),
    ),
    function(
        "formatTimestamp",
        &[required("timestamp"), named("interval"), named("format"), named("timezone"), named("locale")],
        |a| {
            let format = a.text(2).unwrap_or("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS");
            let zone = zone_of(a, 3);
            a.get(0)
                .as_timestamp()
                .and_then(|time| {
                    let time = match a.get(1) {
                        Value::Duration(interval) if *interval > 0 => time - time.rem_euclid(*interval),
                        _ => time,
                    };
                    format_timestamp_with(time, format, &zone?)
                })
                .into()
        },
    ),
];

/// The zone that an argument names, or that of the query.
fn zone_of(arguments: &Arguments<'_>, index: usize) -> Option<TimeZone> {
    match arguments.text(index) {
        Some(name) => time_zone(name),
        None => Some(arguments.zone().clone()),
    }
}

/// A time zone by its IANA name or its offset, such as `+01:00`.
pub(crate) fn time_zone(name: &str) -> Option<TimeZone> {
    if let Some(sign) = match name.chars().next() {
        Some('+') => Some(1),
        Some('-') => Some(-1),
        _ => None,
    } {
        let (hours, minutes) = name.get(1..)?.split_once(':').unwrap_or((name.get(1..)?, "0"));
        let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
        return Offset::from_seconds(sign * seconds).ok().map(Offset::to_time_zone);
    }
    if matches!(name, "Z" | "UTC") {
        return Some(TimeZone::UTC);
    }
    TimeZone::get(name).ok()
}

fn part(arguments: &Arguments<'_>, part: fn(&jiff::Zoned) -> i64) -> Value {
    zone_of(arguments, 1)
        .and_then(|zone| zoned(arguments.get(0).as_timestamp()?, &zone))
        .map(|time| part(&time))
        .into()
}

fn since_1970(arguments: &Arguments<'_>, unit: i64) -> Value {
    arguments.get(0).as_timestamp().map(|nanos| nanos.div_euclid(unit)).into()
}

fn from_1970(arguments: &Arguments<'_>, unit: i64) -> Value {
    arguments.long(0).and_then(|amount| amount.checked_mul(unit)).map_or(Value::Null, Value::Timestamp)
}

fn timestamp(arguments: &Arguments<'_>) -> Option<i64> {
    let small = |index| i8::try_from(arguments.long(index)?).ok();
    let optional = |index| arguments.long(index).unwrap_or(0);
    let fraction = optional(6).checked_mul(1_000_000)?.checked_add(optional(7).checked_mul(1_000)?)?;
    let civil = jiff::civil::DateTime::new(
        i16::try_from(arguments.long(0)?).ok()?,
        small(1)?,
        small(2)?,
        small(3)?,
        small(4)?,
        small(5)?,
        i32::try_from(fraction.checked_add(optional(8))?).ok()?,
    )
    .ok()?;
    i64::try_from(zone_of(arguments, 9)?.to_timestamp(civil).ok()?.as_nanosecond()).ok()
}
