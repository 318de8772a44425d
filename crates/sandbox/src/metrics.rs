//! Metrics: series of points by key and dimensions.

use std::sync::Arc;

use crate::data::Random;
use crate::record::Record;
use crate::value::{DAY, MINUTE};

/// A metric's points for one combination of dimensions, one a minute.
#[derive(Debug, Clone)]
pub struct MetricSeries {
    /// The metric key, such as `dt.kubernetes.container.cpu_usage`.
    pub key: Arc<str>,
    /// The dimensions, by name.
    pub dimensions: Arc<Record>,
    /// Where the points come from.
    pub points: Points,
}

/// Where the points of a series come from.
#[derive(Debug, Clone)]
pub enum Points {
    /// Points in time (nanoseconds since 1970, ascending) and their values.
    Stored(Arc<[(i64, f64)]>),
    /// Points that are computed when they are read: a daily rhythm with noise.
    Rhythm(Rhythm),
}

/// A daily rhythm with noise.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    /// Decides the noise.
    pub seed: u64,
    /// The value of a quiet night.
    pub base: f64,
    /// What the busiest hour adds.
    pub swing: f64,
    /// How much each point is off, at most.
    pub noise: f64,
    /// What is added for every day that the point lies after `now`'s day 30 days before: fills up or grows.
    pub trend: f64,
    /// The time of the last point, in nanoseconds since 1970.
    pub now: i64,
    /// From when to when something is wrong (minutes before now), and by what the value is multiplied then.
    pub incident: Option<(i64, i64, f64)>,
    /// Whether values are whole.
    pub whole: bool,
}

impl Rhythm {
    /// The value of a minute.
    fn at(&self, time: i64) -> f64 {
        let minute = time.div_euclid(MINUTE);
        let mut random = Random::new(self.seed ^ minute.cast_unsigned());
        let day = time.rem_euclid(DAY) as f64 / DAY as f64;
        // Quiet at 3 o'clock, busiest at 15 o'clock.
        let rhythm = (1.0 - ((day - 0.125) * std::f64::consts::TAU).cos()) / 2.0;
        let days = (time - (self.now - 30 * DAY)) as f64 / DAY as f64;
        let mut value = self.swing.mul_add(rhythm, self.base) + self.trend * days;
        value += self.noise * (2.0 * random.unit() - 1.0);
        if let Some((from, to, factor)) = self.incident
            && (self.now - from * MINUTE..self.now - to * MINUTE).contains(&time)
        {
            value *= factor;
        }
        let value = value.max(0.0);
        if self.whole { value.round() } else { value }
    }
}

impl MetricSeries {
    /// The points from `start` (inclusive) to `end` (exclusive), in nanoseconds since 1970.
    pub(crate) fn between(&self, start: i64, end: i64) -> Box<dyn Iterator<Item = (i64, f64)> + '_> {
        match &self.points {
            Points::Stored(points) => {
                let first = points.partition_point(|(time, _)| *time < start);
                Box::new(points.iter().skip(first).copied().take_while(move |(time, _)| *time < end))
            }
            Points::Rhythm(rhythm) => {
                let first = start.max(rhythm.now - 35 * DAY);
                let first = first + (MINUTE - first.rem_euclid(MINUTE)).rem_euclid(MINUTE);
                let last = end.min(rhythm.now);
                let steps =
                    u64::try_from(last.saturating_sub(first)).map_or(0, |span| span.div_ceil(MINUTE as u64));
                Box::new((0..steps).map(move |step| {
                    let time = first + i64::try_from(step).unwrap_or(0) * MINUTE;
                    (time, rhythm.at(time))
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_points_are_cut_to_the_time() {
        let series = MetricSeries {
            key: "m".into(),
            dimensions: Arc::new(Record::new()),
            points: Points::Stored([(10, 1.0), (20, 2.0), (30, 3.0)].into()),
        };
        assert_eq!(series.between(20, 30).collect::<Vec<_>>(), [(20, 2.0)]);
    }

    #[test]
    fn a_rhythm_has_a_point_a_minute_and_none_in_the_future() {
        let rhythm = Rhythm {
            seed: 1,
            base: 10.0,
            swing: 0.0,
            noise: 0.0,
            trend: 0.0,
            now: 100 * DAY,
            incident: Some((10, 5, 2.0)),
            whole: true,
        };
        let series = MetricSeries {
            key: "m".into(),
            dimensions: Arc::new(Record::new()),
            points: Points::Rhythm(rhythm),
        };
        let values: Vec<f64> =
            series.between(100 * DAY - 12 * MINUTE, 101 * DAY).map(|(_, value)| value).collect();
        assert_eq!(values, [10.0, 10.0, 20.0, 20.0, 20.0, 20.0, 20.0, 10.0, 10.0, 10.0, 10.0, 10.0]);
    }
}
