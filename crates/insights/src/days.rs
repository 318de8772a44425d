//! The days of a timeframe, for courses with a value a day.

use crate::moment::Moment;
use crate::timeframe::Timeframe;

const DAY: i64 = 86_400_000;

/// The days in UTC that a timeframe touches, from old to new.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    first: i64,
    count: usize,
}

impl Days {
    pub(crate) fn of(timeframe: Timeframe) -> Self {
        let day = |millis: u64| i64::try_from(millis).unwrap_or(i64::MAX).div_euclid(DAY);
        let first = day(timeframe.from.0);
        // The end is not part of the timeframe.
        let last = day(timeframe.to.0.saturating_sub(1));
        Self { first, count: usize::try_from(last - first + 1).unwrap_or(1).max(1) }
    }

    /// The start of each day, in ISO 8601.
    pub(crate) fn starts(self) -> Vec<String> {
        (self.first..).take(self.count).map(|day| Moment(day * DAY).to_string()).collect()
    }

    /// The values of each day, by their times; those outside are left out.
    pub(crate) fn group<T>(self, values: impl IntoIterator<Item = (Moment, T)>) -> Vec<Vec<T>> {
        let mut days: Vec<Vec<T>> = (0..self.count).map(|_| Vec::new()).collect();
        for (time, value) in values {
            let day =
                usize::try_from(time.0.div_euclid(DAY) - self.first).ok().and_then(|at| days.get_mut(at));
            if let Some(day) = day {
                day.push(value);
            }
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use grailstage_tenant::UnixMillis;

    use super::*;

    #[test]
    fn values_fall_on_the_days_of_their_times() {
        let timeframe = Timeframe::new(
            Some("2026-11-19T18:00:00Z"),
            Some("2026-11-21T00:00:00Z"),
            Duration::ZERO,
            UnixMillis(0),
        )
        .unwrap();
        let days = Days::of(timeframe);
        assert_eq!(days.starts(), ["2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z"]);
        let time = |text: &str| Moment(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let values = [
            (time("2026-11-19T23:59:59.999Z"), 'a'),
            (time("2026-11-20T00:00:00Z"), 'b'),
            (time("2026-11-21T00:00:00Z"), 'c'),
        ];
        assert_eq!(days.group(values), [vec!['a'], vec!['b']]);
    }
}
