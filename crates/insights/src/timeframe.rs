//! The stretch of time a card is about.

use std::time::Duration;

use grailstage_dql::builder::Pipeline;
use grailstage_tenant::UnixMillis;

use crate::InsightError;
use crate::answer::AnswerTimeframe;

/// From a moment up to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeframe {
    /// Its start.
    pub from: UnixMillis,
    /// Its end.
    pub to: UnixMillis,
}

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60_000;
/// A stretch moves in one of these steps, the largest that is a hundredth of its length: what changes less is the
/// same question.
const STEPS: [u64; 4] = [5 * MINUTE, MINUTE, 15 * SECOND, 5 * SECOND];

impl Timeframe {
    /// What the reader asks for, or `lookback` up to now. Starts and ends on steps of about a hundredth of its
    /// length, at most 5 min, and up to now at least a minute: so readers within one of them ask the same question.
    ///
    /// # Errors
    /// `invalid-request` when a moment is not ISO 8601, or the end is not after the start.
    pub fn new(
        from: Option<&str>,
        to: Option<&str>,
        lookback: Duration,
        now: UnixMillis,
    ) -> Result<Self, InsightError> {
        let to = match to {
            Some(text) => moment("to", text)?,
            None => down(now, step(millis(lookback)).max(MINUTE)),
        };
        let from = match from {
            Some(text) => moment("from", text)?,
            None => UnixMillis(to.0.saturating_sub(millis(lookback))),
        };
        if from >= to {
            let reason = format!("`from` ({}) is not before `to` ({})", iso(from), iso(to));
            return Err(InsightError::InvalidRequest { reason });
        }
        let step = step(millis(to.since(from)));
        let (start, end) = (down(from, step), down(to, step));
        // Less than a second stays as it is.
        Ok(if start < end { Self { from: start, to: end } } else { Self { from, to } })
    }

    /// A source that reads this stretch only.
    #[must_use]
    pub fn of(&self, source: Pipeline) -> Pipeline {
        source.from(iso(self.from)).to(iso(self.to))
    }

    /// What of it is not before a moment, on a step; nothing where all of it is. A start that is a step or so earlier
    /// stays: starts are rounded down, and the reader's clock may be behind.
    pub(crate) fn not_before(self, earliest: UnixMillis) -> Option<Self> {
        let step = step(millis(self.duration()));
        let earliest = down(earliest, step);
        let from = if self.from.0.saturating_add(step) < earliest.0 { earliest } else { self.from };
        (from < self.to).then_some(Self { from, to: self.to })
    }

    /// How long it is.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.to.since(self.from)
    }
}

impl From<Timeframe> for AnswerTimeframe {
    fn from(timeframe: Timeframe) -> Self {
        Self { from: iso(timeframe.from), to: iso(timeframe.to) }
    }
}

fn step(length: u64) -> u64 {
    STEPS.into_iter().find(|step| *step <= length / 100).unwrap_or(SECOND)
}

fn down(moment: UnixMillis, step: u64) -> UnixMillis {
    UnixMillis(moment.0 / step * step)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn moment(name: &str, text: &str) -> Result<UnixMillis, InsightError> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .and_then(|timestamp| u64::try_from(timestamp.as_millisecond()).ok())
        .map(UnixMillis)
        .ok_or_else(|| InsightError::InvalidRequest {
            reason: format!("`{name}` is `{text}`, which is not a time such as `2026-01-31T12:00:00Z`"),
        })
}

/// The moment in ISO 8601; empty for one that no calendar has.
pub(crate) fn iso(time: UnixMillis) -> String {
    i64::try_from(time.0)
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map(|timestamp| timestamp.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_795_262_461_234);
    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn looks_back_from_the_last_whole_minute() {
        let timeframe = Timeframe::new(None, None, HOUR, NOW).unwrap();
        assert_eq!(
            (iso(timeframe.from), iso(timeframe.to)),
            ("2026-11-21T11:01:00Z".into(), "2026-11-21T12:01:00Z".into())
        );
        assert_eq!(timeframe.duration(), HOUR);
    }

    #[test]
    fn takes_what_the_reader_asks_for() {
        let (from, to) = ("2026-11-01T00:00:00Z", "2026-11-02T02:00:00+02:00");
        let timeframe = Timeframe::new(Some(from), Some(to), HOUR, NOW).unwrap();
        assert_eq!(timeframe.duration(), 24 * HOUR);
    }

    #[test]
    fn readers_a_moment_apart_ask_the_same() {
        let asked = |from: &str, to: &str| Timeframe::new(Some(from), Some(to), HOUR, NOW).unwrap();
        // Of 2 h a step is a minute.
        let one = asked("2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z");
        assert_eq!(one, asked("2026-11-21T10:00:59.999Z", "2026-11-21T12:00:59Z"));
        assert_ne!(one, asked("2026-11-21T10:01:00Z", "2026-11-21T12:01:00Z"));
        let week = Timeframe::new(None, None, 7 * 24 * HOUR, NOW).unwrap();
        assert_eq!(iso(week.to), "2026-11-21T12:00:00Z");
    }

    #[test]
    fn what_is_before_a_moment_is_left_out_but_for_a_step() {
        let day = 24 * 60 * MINUTE;
        let ago = |days: u64| iso(UnixMillis(NOW.0 - days * day));
        let last = |days: u64| Timeframe::new(Some(&ago(days)), None, HOUR, NOW).unwrap();
        let earliest = |behind: u64| UnixMillis(NOW.0 + behind - 30 * day);
        // On steps of 5 min, wherever between them the reader's clock and ours are.
        for behind in [0, 1_000, MINUTE, 4 * MINUTE] {
            assert_eq!(last(30).not_before(earliest(behind)), Some(last(30)), "{behind}");
        }
        let cut = last(90).not_before(earliest(0)).unwrap();
        assert_eq!((iso(cut.from), cut.to), ("2026-10-22T12:00:00Z".into(), last(90).to));
        let gone = Timeframe::new(Some(&ago(90)), Some(&ago(60)), HOUR, NOW).unwrap();
        assert_eq!(gone.not_before(earliest(0)), None);
    }

    #[test]
    fn a_second_is_not_widened_nor_lost() {
        let (from, to) = ("2026-11-21T10:00:00.400Z", "2026-11-21T10:00:01.400Z");
        let timeframe = Timeframe::new(Some(from), Some(to), HOUR, NOW).unwrap();
        assert_eq!(timeframe.duration(), Duration::from_secs(1));
    }

    #[test]
    fn refuses_what_is_no_time_and_an_end_before_the_start() {
        for (from, to) in
            [("yesterday", "2026-11-02T00:00:00Z"), ("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z")]
        {
            let error = Timeframe::new(Some(from), Some(to), HOUR, NOW).unwrap_err();
            assert_eq!(error.code(), "invalid-request");
            assert!(error.to_string().contains(from), "{error}");
        }
    }
}
