//! Additive exponential smoothing: its state, and the parameters that fit a series.

/// How fast level, trend and season follow the values; each from 0 (never) to 1 (at once).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameters {
    /// Of the level.
    pub(super) alpha: f64,
    /// Of the trend, as a share of what the level follows.
    pub(super) beta: f64,
    /// Of the season; at most what the level leaves.
    pub(super) gamma: f64,
}

impl Parameters {
    /// How much of an error reaches the forecast `step` values later.
    pub(super) fn weight(self, step: usize, season: Option<usize>) -> f64 {
        let trend = self.alpha * self.beta * step as f64;
        let seasonal = season.is_some_and(|season| step.is_multiple_of(season));
        self.alpha + trend + if seasonal { self.gamma } else { 0.0 }
    }
}

/// What is known behind the last value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    level: f64,
    trend: f64,
    /// What each place of the season adds; empty without a season.
    season: Vec<f64>,
    /// The next value's place in the season.
    place: usize,
}

impl State {
    /// How many values a season has.
    pub(super) const fn season(&self) -> Option<usize> {
        if self.season.is_empty() { None } else { Some(self.season.len()) }
    }

    /// The forecast of the value `step` (from 1) behind the last one.
    pub(super) fn ahead(&self, step: usize) -> f64 {
        let place = (self.place + step.saturating_sub(1)) % self.season.len().max(1);
        self.trend.mul_add(step as f64, self.level) + self.season.get(place).copied().unwrap_or(0.0)
    }

    /// Takes the next value in and answers by how much the forecast was wrong.
    pub(super) fn learn(&mut self, value: f64, parameters: Parameters) -> f64 {
        let error = value - self.ahead(1);
        self.level += parameters.alpha.mul_add(error, self.trend);
        self.trend += parameters.alpha * parameters.beta * error;
        if let Some(seasonal) = self.season.get_mut(self.place) {
            *seasonal += parameters.gamma * error;
            self.place = (self.place + 1) % self.season.len();
        }
        error
    }

    /// What stands before the first value, from the first values.
    pub(super) fn before(values: &[f64], season: Option<usize>) -> Self {
        let first = values.get(..started_with(values.len(), season)).unwrap_or(values);
        match season {
            None => {
                let (level, trend) = line(first);
                Self { level: level - trend, trend, season: Vec::new(), place: 0 }
            }
            Some(season) => {
                let (one, two) = first.split_at_checked(season).unwrap_or((first, &[]));
                let trend = (mean(two) - mean(one)) / season as f64;
                // The middle of the two seasons has the mean of both.
                let middle = (first.len() as f64 - 1.0) / 2.0;
                let level = trend.mul_add(-middle, mean(first));
                let rest = |(index, value): (usize, &f64)| value - trend.mul_add(index as f64, level);
                let both = one.iter().enumerate().map(rest);
                let later = two.iter().enumerate().map(|(index, value)| rest((index + season, value)));
                let season = both.zip(later).map(|(one, two)| f64::midpoint(one, two)).collect();
                Self { level: level - trend, trend, season, place: 0 }
            }
        }
    }
}

/// How many of the values the state before the first one is estimated from.
pub(super) fn started_with(values: usize, season: Option<usize>) -> usize {
    season.map_or(10, |season| 2 * season).min(values)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The straight line with the least squared errors: its value at the first place, and what each place adds.
fn line(values: &[f64]) -> (f64, f64) {
    let middle = (values.len() as f64 - 1.0) / 2.0;
    let centre = mean(values);
    let (mut shared, mut spread) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let off = index as f64 - middle;
        shared += off * (value - centre);
        spread += off * off;
    }
    let slope = if spread > 0.0 { shared / spread } else { 0.0 };
    (slope.mul_add(-middle, centre), slope)
}

/// A model that was fitted to a series.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) state: State,
    pub(super) parameters: Parameters,
    /// The variance of what the next value's forecast is wrong by.
    pub(super) variance: f64,
    /// Akaike's information criterion: the lower, the better the model for what it takes to describe it.
    pub(super) criterion: f64,
}

/// Fits the parameters by the squared errors of the forecasts of one value from the value `scored_from` on: a coarse
/// grid, then finer ones around its best place.
pub(super) fn fit(values: &[f64], season: Option<usize>, scored_from: usize) -> Model {
    // A series that no value is left to score of is scored whole.
    let scored_from = if scored_from + 3 > values.len() { 0 } else { scored_from };
    let start = State::before(values, season);
    let run = |parameters: Parameters| {
        let mut state = start.clone();
        let mut squares = 0.0;
        for (index, value) in values.iter().enumerate() {
            let error = state.learn(*value, parameters);
            if index >= scored_from {
                squares += error * error;
            }
        }
        (state, squares)
    };
    let mut parameters = Parameters { alpha: 0.5, beta: 0.25, gamma: 0.25 };
    let mut best = f64::INFINITY;
    let mut width = 0.5_f64;
    for _ in 0..4 {
        let around = |centre: f64| {
            (-2_i32..=2).map(move |step| (width / 2.0).mul_add(f64::from(step), centre).clamp(0.0, 1.0))
        };
        let centre = parameters;
        for alpha in around(centre.alpha) {
            for beta in around(centre.beta) {
                for gamma in around(centre.gamma).take(if season.is_some() { 5 } else { 1 }) {
                    let tried = Parameters { alpha, beta, gamma: gamma.min(1.0 - alpha) };
                    let squares = run(tried).1;
                    if squares < best {
                        best = squares;
                        parameters = tried;
                    }
                }
            }
        }
        width /= 2.0;
    }
    let (state, squares) = run(parameters);
    let scored = (values.len() - scored_from) as f64;
    let smoothing = if season.is_some() { 3.0 } else { 2.0 };
    let described_by = smoothing + 2.0 + season.unwrap_or(0) as f64;
    let variance = squares / (scored - smoothing).max(1.0);
    // Rounding leaves crumbs where a model fits exactly; what is below them is no difference.
    let crumbs = 1e-18 * values.iter().map(|value| value * value).sum::<f64>().max(f64::MIN_POSITIVE);
    let criterion = scored.mul_add((squares.max(crumbs) / scored).ln(), 2.0 * described_by);
    Model { state, parameters, variance, criterion }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_what_the_formulas_say() {
        // Level 10, trend 1, season (2, -2): the forecast is 10 + 1 + 2 = 13. The value 17 is 4 above it.
        let mut state = State { level: 10.0, trend: 1.0, season: vec![2.0, -2.0], place: 0 };
        let parameters = Parameters { alpha: 0.5, beta: 0.5, gamma: 0.25 };
        assert_eq!(state.learn(17.0, parameters).to_bits(), 4.0_f64.to_bits());
        // Level 10 + 1 + 0.5·4, trend 1 + 0.5·0.5·4, season 2 + 0.25·4 at the place that was next.
        assert_eq!(state, State { level: 13.0, trend: 2.0, season: vec![3.0, -2.0], place: 1 });
        assert_eq!([state.ahead(1), state.ahead(2), state.ahead(3)], [13.0, 20.0, 17.0]);
    }

    #[test]
    fn a_line_starts_one_step_before_its_first_value() {
        let state = State::before(&[5.0, 7.0, 9.0, 11.0], None);
        assert_eq!((state.level, state.trend), (3.0, 2.0));
    }

    #[test]
    fn a_season_on_a_line_starts_exactly() {
        // 10, 11, 12 … with +1, 0, -1 on top.
        let values = [11.0, 11.0, 11.0, 14.0, 14.0, 14.0];
        let mut state = State::before(&values, Some(3));
        for value in values {
            let error = state.learn(value, Parameters { alpha: 0.3, beta: 0.3, gamma: 0.3 });
            assert!(error.abs() < 1e-12, "{error}");
        }
    }

    #[test]
    fn an_error_reaches_later_forecasts_by_level_trend_and_season() {
        let parameters = Parameters { alpha: 0.5, beta: 0.2, gamma: 0.25 };
        let close = |weight: f64, expected: f64| (weight - expected).abs() < 1e-12;
        assert!(close(parameters.weight(1, None), 0.6));
        assert!(close(parameters.weight(3, None), 0.8));
        assert!(close(parameters.weight(3, Some(3)), 1.05));
    }
}
