//! The time a data source reads, from its `from:`, `to:` and `timeframe:`.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::reading::named;
use crate::ast::{
    AlignmentUnit, BinaryOperator, Command, DurationUnit, Expression, ExpressionKind, Literal, Parameter,
    UnaryOperator, Value,
};

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// One end of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "nanoseconds")]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlMoment"))]
pub enum Moment {
    /// Not given: the environment's or the request's default.
    Default,
    /// Nanoseconds from now; before it they are negative. Calendar units count with their longest length, and a time
    /// rounded down with the earliest it can become.
    Relative(
        #[serde(serialize_with = "as_number")]
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        i128,
    ),
    /// Nanoseconds since 1970-01-01 in UTC.
    Absolute(
        #[serde(serialize_with = "as_number")]
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        i128,
    ),
    /// Computed from something the text does not tell.
    Unknown,
}

fn as_number<S: serde::Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(i64::try_from(*value).unwrap_or(i64::MAX))
}

/// The time a data source reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlTimeframe"))]
pub struct Timeframe {
    /// Its start.
    pub from: Moment,
    /// Its end; by default now.
    pub to: Moment,
}

impl Timeframe {
    /// The time of a data source.
    #[must_use]
    pub fn of(command: &Command) -> Self {
        if let Some(expression) = named(command, "timeframe") {
            return Self::of_expression(expression);
        }
        let moment = |name| named(command, name).map_or(Moment::Default, moment);
        Self { from: moment("from"), to: moment("to") }
    }

    /// Its length in nanoseconds, where the text tells: `None` of defaults and of what is computed.
    #[must_use]
    pub fn length(&self) -> Option<i128> {
        match (self.from, self.to) {
            (Moment::Relative(from), Moment::Relative(to))
            | (Moment::Absolute(from), Moment::Absolute(to)) => Some(to - from),
            (Moment::Relative(from), Moment::Default) => Some(-from),
            _ => None,
        }
    }

    /// Whether nothing is given, so that the default of the request applies.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.from == Moment::Default && self.to == Moment::Default
    }

    /// `timeframe("a/b")` as a string, or `timeframe(from:…, to:…)`.
    fn of_expression(expression: &Expression) -> Self {
        let unknown = Self { from: Moment::Unknown, to: Moment::Unknown };
        match &expression.kind {
            ExpressionKind::Literal(Literal::String { value, .. }) => match value.split_once('/') {
                Some((from, to)) => Self { from: timestamp(from), to: timestamp(to) },
                None => unknown,
            },
            ExpressionKind::Call { function, arguments }
                if function.text.eq_ignore_ascii_case("timeframe") =>
            {
                let argument = |name: &str, index: usize| {
                    let by_name = arguments.iter().find(|argument| is_named(argument, name));
                    let found =
                        by_name.or_else(|| arguments.get(index).filter(|argument| argument.name.is_none()));
                    match found.map(|argument| &argument.value) {
                        Some(Value::Expression(expression)) => moment(expression),
                        Some(_) => Moment::Unknown,
                        None => Moment::Default,
                    }
                };
                Self { from: argument("from", 0), to: argument("to", usize::MAX) }
            }
            _ => unknown,
        }
    }
}

fn is_named(argument: &Parameter, name: &str) -> bool {
    argument.name.as_ref().is_some_and(|given| given.text.eq_ignore_ascii_case(name))
}

fn moment(expression: &Expression) -> Moment {
    match &expression.kind {
        ExpressionKind::Literal(Literal::String { value, .. }) => timestamp(value),
        _ => match offset(expression) {
            Some(nanoseconds) => Moment::Relative(nanoseconds),
            None => Moment::Unknown,
        },
    }
}

/// Nanoseconds from now: of a duration on its own, and of `now()` with durations added and taken away.
pub(super) fn offset(expression: &Expression) -> Option<i128> {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Duration { amount, unit }) => {
            Some(i128::from(*amount) * longest(*unit))
        }
        ExpressionKind::Call { function, arguments } => {
            (function.text.eq_ignore_ascii_case("now") && arguments.is_empty()).then_some(0)
        }
        ExpressionKind::Unary { operator: UnaryOperator::Minus, operand } => {
            offset(operand).map(|value| -value)
        }
        ExpressionKind::Binary { left, operator: BinaryOperator::Add, right } => {
            Some(offset(left)? + offset(right)?)
        }
        ExpressionKind::Binary { left, operator: BinaryOperator::Subtract, right } => {
            // `now()-2h@h` is read as two hours ago, rounded down to the hour: earlier, not later.
            match &right.kind {
                ExpressionKind::Align { value: Some(value), unit } => {
                    Some(offset(left)? - offset(value)? - aligned(*unit))
                }
                _ => Some(offset(left)? - offset(right)?),
            }
        }
        ExpressionKind::Align { value, unit } => {
            let value = value.as_deref().map_or(Some(0), offset)?;
            Some(value - aligned(*unit))
        }
        ExpressionKind::Parenthesized(inner) => offset(inner),
        _ => None,
    }
}

/// How far rounding down can reach back.
fn aligned(unit: AlignmentUnit) -> i128 {
    i128::from(unit.factor) * longest(unit.unit)
}

/// The longest a unit can be, in nanoseconds.
fn longest(unit: DurationUnit) -> i128 {
    match unit {
        DurationUnit::Nanosecond => 1,
        DurationUnit::Microsecond => 1_000,
        DurationUnit::Millisecond => 1_000_000,
        DurationUnit::Second => SECOND,
        DurationUnit::Minute => 60 * SECOND,
        DurationUnit::Hour => 3_600 * SECOND,
        // With the change from summer time a day has 25 hours; nobody means that by `7d`.
        DurationUnit::Day => DAY,
        DurationUnit::Week => 7 * DAY,
        DurationUnit::Month => 31 * DAY,
        DurationUnit::Quarter => 92 * DAY,
        DurationUnit::Year => 366 * DAY,
    }
}

/// Reads an ISO 8601 timestamp: `2024-01-15`, `2024-01-15T08:00:00Z`, with fraction and offset.
fn timestamp(text: &str) -> Moment {
    read_timestamp(text.trim()).map_or(Moment::Unknown, Moment::Absolute)
}

fn read_timestamp(text: &str) -> Option<i128> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.splitn(3, '-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let day: i64 = parts.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    if !(0..=9999).contains(&year) {
        return None;
    }
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(position) => time.split_at_checked(position)?,
        None => (time, ""),
    };
    let date = i128::from(days_from_civil(year, month, day)) * DAY;
    Some(date + clock_nanoseconds(clock)? - zone_nanoseconds(zone)?)
}

fn clock_nanoseconds(clock: &str) -> Option<i128> {
    if clock.is_empty() {
        return Some(0);
    }
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut seconds = 0;
    let mut unit = 3_600;
    for part in whole.split(':') {
        seconds += part.parse::<u32>().ok().filter(|part| *part < 62).map(i128::from)? * unit;
        unit /= 60;
    }
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    Some(seconds * SECOND + digits.parse::<i128>().ok()?)
}

fn zone_nanoseconds(zone: &str) -> Option<i128> {
    let sign = match zone.chars().next() {
        None | Some('Z' | 'z') => return Some(0),
        Some('-') => -1,
        Some(_) => 1,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i128 = digits.get(..2)?.parse().ok()?;
    let minutes: i128 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    Some(sign * (hours * 3_600 + minutes * 60) * SECOND)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, counted from March so that the leap day comes last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i128 = 3_600 * SECOND;

    fn of(parameters: &str) -> Timeframe {
        let query = crate::parse(&format!("fetch logs{parameters}")).unwrap();
        Timeframe::of(query.commands.first().unwrap())
    }

    #[test]
    fn offsets_count_from_now() {
        for (text, expected) in [
            ("-2h", -2 * HOUR),
            ("now()-2h", -2 * HOUR),
            ("now() - 1d + 2h", -22 * HOUR),
            ("now()-2h@h", -3 * HOUR),
            ("@d", -24 * HOUR),
            ("-(1h)", -HOUR),
        ] {
            assert_eq!(of(&format!(", from:{text}")).from, Moment::Relative(expected), "{text}");
        }
    }

    #[test]
    fn timestamps_are_read_with_their_zone() {
        let seconds = |text| match timestamp(text) {
            Moment::Absolute(nanoseconds) => nanoseconds / SECOND,
            other => panic!("{other:?}"),
        };
        assert_eq!(seconds("1970-01-01T00:00:00Z"), 0);
        assert_eq!(seconds("2024-02-29T12:30:00.5Z"), 1_709_209_800);
        assert_eq!(seconds("2024-02-29T12:30:00+02:00"), 1_709_202_600);
        assert_eq!(timestamp("yesterday"), Moment::Unknown);
    }

    #[test]
    fn lengths_are_known_where_both_ends_are() {
        assert_eq!(of(", from:-2h").length(), Some(2 * HOUR));
        assert_eq!(of(", from:-2h, to:-1h").length(), Some(HOUR));
        assert_eq!(of(", timeframe:\"2024-01-01T00:00:00Z/2024-01-01T03:00:00Z\"").length(), Some(3 * HOUR));
        assert_eq!(of(", timeframe:timeframe(from:now()-2h, to:now())").length(), Some(2 * HOUR));
        assert_eq!(of("").length(), None);
        assert!(of("").is_default());
        assert_eq!(of(", from:toTimestamp(\"x\")").from, Moment::Unknown);
    }
}
