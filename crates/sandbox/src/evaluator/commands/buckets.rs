//! A time cut into intervals of the same length.

use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::Parameters;
use crate::value::{DAY, HOUR, MINUTE, SECOND, Value};

/// How many intervals a series has when the query does not say.
const DEFAULT_BINS: i64 = 120;

/// The lengths that are chosen among when the query gives a number of intervals.
const LENGTHS: [i64; 25] = [
    1_000_000,
    10_000_000,
    100_000_000,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    20 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
];

/// The most intervals a series has.
const LONGEST_SERIES: i64 = 100_000;

/// What a query says about the intervals of a series.
#[derive(Debug, Clone, Copy)]
pub(super) enum Resolution {
    Interval(i64),
    Bins(i64),
}

impl Resolution {
    /// Takes `interval:` or `bins:`.
    pub(super) fn take(
        compiler: &Compiler<'_>,
        parameters: &mut Parameters<'_>,
    ) -> Result<Self, SandboxError> {
        let interval = parameters.take_expression("interval")?;
        let bins = parameters.take_expression("bins")?;
        match (interval, bins) {
            (Some(_), Some(bins)) => {
                Err(SandboxError::WrongParameter { expected: "either an interval or bins", span: bins.span })
            }
            (Some(interval), None) => match compiler.constant(interval)? {
                Value::Duration(length) if length > 0 => Ok(Self::Interval(length)),
                Value::Calendar { amount, unit: grailstage_dql::ast::DurationUnit::Week } if amount > 0 => {
                    Ok(Self::Interval(amount.saturating_mul(7 * DAY)))
                }
                Value::Calendar { .. } => Err(SandboxError::NotSupported {
                    what: "an interval of months or longer".into(),
                    span: interval.span,
                }),
                _ => {
                    Err(SandboxError::WrongParameter { expected: "a positive duration", span: interval.span })
                }
            },
            (None, Some(bins)) => match compiler.constant(bins)? {
                Value::Long(count) if count > 0 => Ok(Self::Bins(count)),
                _ => Err(SandboxError::WrongParameter { expected: "a positive long", span: bins.span }),
            },
            (None, None) => Ok(Self::Bins(DEFAULT_BINS)),
        }
    }
}

/// A time cut into intervals of the same length; both ends lie on multiples of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Buckets {
    pub(super) start: i64,
    pub(super) interval: i64,
    pub(super) count: usize,
}

impl Buckets {
    /// Cuts the time from `start` to `end`, widened to whole intervals.
    pub(super) fn new((start, end): (i64, i64), resolution: Resolution) -> Self {
        let span = end.saturating_sub(start).max(1);
        let interval = match resolution {
            Resolution::Interval(length) => length.max(span / LONGEST_SERIES),
            Resolution::Bins(bins) => {
                let least = span.div_euclid(bins) + i64::from(span % bins != 0);
                LENGTHS.into_iter().find(|length| *length >= least).unwrap_or(least)
            }
        }
        .max(1);
        let start = start - start.rem_euclid(interval);
        let length = end.saturating_sub(start);
        let count = length.div_euclid(interval) + i64::from(length.rem_euclid(interval) != 0);
        Self { start, interval, count: usize::try_from(count.max(1)).unwrap_or(1) }
    }

    /// Cuts the time for metrics, which have a point a minute: no interval is shorter.
    pub(super) fn of_metrics(timeframe: (i64, i64), resolution: Resolution) -> Self {
        let buckets = Self::new(timeframe, resolution);
        if buckets.interval < MINUTE { Self::new(timeframe, Resolution::Interval(MINUTE)) } else { buckets }
    }

    pub(super) fn end(&self) -> i64 {
        self.at(self.count)
    }

    /// Where an interval starts.
    pub(super) fn at(&self, index: usize) -> i64 {
        i64::try_from(index).unwrap_or(i64::MAX).saturating_mul(self.interval).saturating_add(self.start)
    }

    /// The interval that holds a point in time.
    pub(super) fn index(&self, time: i64) -> Option<usize> {
        let index = time.checked_sub(self.start)?.div_euclid(self.interval);
        usize::try_from(index).ok().filter(|index| *index < self.count)
    }

    pub(super) fn timeframe(&self) -> Value {
        Value::Timeframe(self.start, self.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_widened_to_whole_intervals() {
        let buckets = Buckets::new((70 * MINUTE, 170 * MINUTE), Resolution::Interval(HOUR));
        assert_eq!(buckets, Buckets { start: HOUR, interval: HOUR, count: 2 });
        assert_eq!(buckets.index(HOUR), Some(0));
        assert_eq!(buckets.index(3 * HOUR - 1), Some(1));
        assert_eq!((buckets.index(3 * HOUR), buckets.index(HOUR - 1)), (None, None));
    }

    #[test]
    fn a_number_of_intervals_gives_a_round_length() {
        let interval = |span, bins| Buckets::new((0, span), Resolution::Bins(bins)).interval;
        assert_eq!(interval(2 * HOUR, 120), MINUTE);
        assert_eq!(interval(2 * HOUR, 100), 2 * MINUTE);
        assert_eq!(interval(7 * DAY, 120), 2 * HOUR);
        assert_eq!(Buckets::of_metrics((0, 30 * MINUTE), Resolution::Bins(120)).interval, MINUTE);
    }
}
