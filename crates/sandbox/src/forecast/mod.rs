//! Forecasts of a series: additive exponential smoothing with level, trend and season (Holt and Winters).
//!
//! ```text
//!  values ── bridge gaps ──▶ no season ┐
//!                            season 1  ├─ fit parameters, compare ──▶ best ──▶ points and intervals
//!                            season 2  ┘
//! ```
//!
//! Model, error correction form and variance of the intervals: Hyndman and Athanasopoulos, "Forecasting: principles
//! and practice", 3rd edition, chapters 8.2, 8.3 and 8.7.

pub(crate) mod analyzer;
mod normal;
mod smoothing;

use smoothing::{Model, fit};

/// The fewest values that a forecast is made of.
pub(crate) const FEWEST_VALUES: usize = 14;

/// The most values that a forecast is made of, the last ones: two weeks of one a minute. Fitting takes hundreds of walks
/// over them.
const MOST_VALUES: usize = 14 * 24 * 60;

/// What a forecast is asked for.
#[derive(Debug, Clone)]
pub(crate) struct ForecastRequest<'a> {
    /// How many values to forecast.
    pub(crate) horizon: usize,
    /// The seasons that may be in the values, in values each. One that is not there twice is left out.
    pub(crate) seasons: &'a [usize],
    /// The share of future values that lie between the bounds, above 0 and below 1.
    pub(crate) coverage: f64,
}

/// What the values behind the last one will probably be; as many of each as were asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forecast {
    pub(crate) point: Vec<f64>,
    pub(crate) lower: Vec<f64>,
    pub(crate) upper: Vec<f64>,
}

/// There are too few values to forecast from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a forecast takes at least {FEWEST_VALUES} values and the time series has {values}")]
pub(crate) struct TooFewValues {
    /// How many there are.
    pub(crate) values: usize,
}

/// Forecasts what comes behind equally spaced values. A gap is bridged by a straight line; values before the first
/// one that is there do not exist, and those behind the last one are forecast too, but not part of the answer.
///
/// # Errors
///
/// When fewer than [`FEWEST_VALUES`] values are there.
pub(crate) fn forecast(
    values: &[Option<f64>],
    request: &ForecastRequest<'_>,
) -> Result<Forecast, TooFewValues> {
    let there = values.iter().flatten().filter(|value| value.is_finite()).count();
    if there < FEWEST_VALUES {
        return Err(TooFewValues { values: there });
    }
    let (mut known, missing) = bridged(values);
    known.drain(..known.len().saturating_sub(MOST_VALUES));
    let seasons = request.seasons.iter().copied().filter(|season| *season > 1 && known.len() >= 2 * season);
    let candidates: Vec<Option<usize>> = std::iter::once(None).chain(seasons.map(Some)).collect();
    // Errors are compared over the values that no candidate was started with.
    let scored_from = candidates.iter().map(|season| smoothing::started_with(known.len(), *season)).max();
    let models = candidates.into_iter().map(|season| fit(&known, season, scored_from.unwrap_or(0)));
    let best = models.min_by(|one, other| one.criterion.total_cmp(&other.criterion));
    let Some(Model { state, parameters, variance, .. }) = best else {
        return Err(TooFewValues { values: there });
    };
    let quantile = normal::quantile(f64::midpoint(1.0, request.coverage));
    let mut answer = Forecast { point: Vec::new(), lower: Vec::new(), upper: Vec::new() };
    let mut growth = 1.0;
    for step in 1..=missing + request.horizon {
        let point = state.ahead(step);
        let width = quantile * (variance * growth).sqrt();
        growth += parameters.weight(step, state.season()).powi(2);
        if step > missing {
            answer.point.push(point);
            answer.lower.push(point - width);
            answer.upper.push(point + width);
        }
    }
    Ok(answer)
}

/// The values from the first to the last one that is there, without gaps, and how many are missing behind them.
fn bridged(values: &[Option<f64>]) -> (Vec<f64>, usize) {
    let mut known: Vec<f64> = Vec::with_capacity(values.len());
    let mut missing = 0_usize;
    for value in values {
        match (value.filter(|value| value.is_finite()), known.last().copied()) {
            (Some(value), Some(last)) => {
                let step = (value - last) / (missing + 1) as f64;
                known.extend((1..=missing).map(|index| step.mul_add(index as f64, last)));
                known.push(value);
                missing = 0;
            }
            (Some(value), None) => known.push(value),
            (None, Some(_)) => missing += 1,
            (None, None) => {}
        }
    }
    (known, missing)
}

#[cfg(test)]
mod tests;
