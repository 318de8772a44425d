//! The levels that DORA publishes.

use crate::answer::Status;

const HOUR: f64 = 3_600_000.0;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;
const MONTH: f64 = 30.0 * DAY;

/// How well a team does. Source: Google Cloud, Accelerate State of `DevOps` Report 2023 (dora.dev), table of software
/// delivery performance. Its levels overlap or leave gaps here and there: a value belongs to the best it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Low,
    Medium,
    High,
    Elite,
}

impl Level {
    /// The report says "on demand" for elite: here that is once a day at least. High is once a week at least, medium
    /// once a month at least.
    pub(crate) fn of_frequency(per_day: f64) -> Self {
        Self::of(|limit| per_day >= limit, [1.0, DAY / WEEK, DAY / MONTH])
    }

    /// Within a day, a week, a month.
    pub(crate) fn of_lead_time(millis: f64) -> Self {
        Self::of(|limit| millis < limit, [DAY, WEEK, MONTH])
    }

    /// 5, 10 and 15 %.
    pub(crate) fn of_failure_rate(percent: f64) -> Self {
        Self::of(|limit| percent <= limit, [5.0, 10.0, 15.0])
    }

    /// Within an hour, a day, a week.
    pub(crate) fn of_restoration(millis: f64) -> Self {
        Self::of(|limit| millis < limit, [HOUR, DAY, WEEK])
    }

    fn of(reaches: impl Fn(f64) -> bool, [elite, high, medium]: [f64; 3]) -> Self {
        if reaches(elite) {
            Self::Elite
        } else if reaches(high) {
            Self::High
        } else if reaches(medium) {
            Self::Medium
        } else {
            Self::Low
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Elite => "Elite",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }

    pub(crate) const fn status(self) -> Status {
        match self {
            Self::Elite | Self::High => Status::Ok,
            Self::Medium => Status::Warning,
            Self::Low => Status::Error,
        }
    }
}
