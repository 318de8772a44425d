use proptest::prelude::*;

use super::*;

const HALF: ForecastRequest<'static> = ForecastRequest { horizon: 5, seasons: &[], coverage: 0.9 };

fn of(values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
    values.into_iter().map(Some).collect()
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

#[test]
fn a_constant_stays_constant_without_doubt() {
    let answer = forecast(&of([7.0; 20]), &HALF).unwrap();
    close(&answer.point, &[7.0; 5]);
    close(&answer.lower, &[7.0; 5]);
    close(&answer.upper, &[7.0; 5]);
}

#[test]
fn a_line_goes_on() {
    let answer = forecast(&of((0..30).map(|index| 3.0 - 2.0 * f64::from(index))), &HALF).unwrap();
    close(&answer.point, &[-57.0, -59.0, -61.0, -63.0, -65.0]);
}

#[test]
fn a_season_goes_on_where_it_stands() {
    let week = [5.0, 1.0, 4.0, 9.0];
    let values = of((0..22).map(|index| week[index % 4]));
    let answer = forecast(&values, &ForecastRequest { seasons: &[4], ..HALF }).unwrap();
    close(&answer.point, &[4.0, 9.0, 5.0, 1.0, 4.0]);
}

#[test]
fn a_season_on_a_line_goes_on() {
    let week = [5.0, 1.0, 4.0, 9.0, 0.0];
    let at = |index: usize| week[index % 5] + 0.5 * index as f64;
    let answer =
        forecast(&of((0..40).map(at)), &ForecastRequest { horizon: 12, seasons: &[5], ..HALF }).unwrap();
    close(&answer.point, &(40..52).map(at).collect::<Vec<_>>());
}

#[test]
fn the_season_that_is_there_is_chosen() {
    let at = |index: usize| [0.0, 3.0, 1.0, 8.0, 2.0, 6.0][index % 6];
    let request = ForecastRequest { horizon: 6, seasons: &[4, 6], ..HALF };
    close(&forecast(&of((0..60).map(at)), &request).unwrap().point, &(60..66).map(at).collect::<Vec<_>>());
}

#[test]
fn a_season_that_is_not_there_twice_is_left_out() {
    let request = ForecastRequest { seasons: &[11], ..HALF };
    let values = of((0..20).map(f64::from));
    assert_eq!(forecast(&values, &request), forecast(&values, &HALF));
}

#[test]
fn gaps_are_bridged_and_what_misses_at_the_end_is_forecast_first() {
    let mut values = of((0..30).map(f64::from));
    for index in [0, 7, 8, 9, 15, 28, 29] {
        values[index] = None;
    }
    values[12] = Some(f64::NAN);
    close(&forecast(&values, &HALF).unwrap().point, &[30.0, 31.0, 32.0, 33.0, 34.0]);
    assert_eq!(bridged(&[None, Some(1.0), None, None, Some(4.0), None]), (vec![1.0, 2.0, 3.0, 4.0], 1));
    assert_eq!(bridged(&[None, None]), (Vec::new(), 0));
}

#[test]
fn fewer_than_fourteen_values_are_too_few() {
    let mut values = of((0..13).map(f64::from));
    values.extend([None; 10]);
    assert_eq!(forecast(&values, &HALF), Err(TooFewValues { values: 13 }));
    values[20] = Some(13.0);
    assert!(forecast(&values, &HALF).is_ok());
    assert_eq!(forecast(&[], &HALF), Err(TooFewValues { values: 0 }));
}

#[test]
fn bounds_are_as_wide_as_the_noise_and_widen() {
    // Up and down by 1: no level, trend or season follows that, so errors are about 1.
    let values = of((0..200).map(|index| if (index * 7 + index / 3) % 2 == 0 { 1.0 } else { -1.0 }));
    let answer = forecast(&values, &HALF).unwrap();
    let width = |step: usize| answer.upper[step] - answer.lower[step];
    // 2 · 1.645 · 1
    assert!((width(0) - 3.29).abs() < 0.5, "{}", width(0));
    assert!((1..5).all(|step| width(step) >= width(step - 1)));
    let wider = forecast(&values, &ForecastRequest { coverage: 0.99, ..HALF }).unwrap();
    assert!(((wider.upper[0] - wider.lower[0]) / width(0) - 2.575_829 / 1.644_854).abs() < 1e-5);
}

#[test]
fn only_the_last_values_of_a_long_series_count() {
    let mut values = of((0..MOST_VALUES as u32).map(f64::from));
    let answer = forecast(&values, &HALF).unwrap();
    values.splice(0..0, of((0..500).map(|index| f64::from(index * index % 97) * 1000.0)));
    assert_eq!(forecast(&values, &HALF).unwrap(), answer);
}

proptest! {
    #[test]
    fn four_times_the_values_are_four_times_the_forecast(
        values in proptest::collection::vec(-100.0..100.0_f64, 14..60),
    ) {
        let plain = forecast(&of(values.clone()), &HALF).unwrap();
        let scaled = forecast(&of(values.iter().map(|value| value * 4.0)), &HALF).unwrap();
        // A power of two scales without rounding.
        prop_assert_eq!(plain.point.iter().map(|value| value * 4.0).collect::<Vec<_>>(), scaled.point);
    }

    #[test]
    fn the_point_lies_between_its_bounds(
        values in proptest::collection::vec(proptest::option::of(-1e9..1e9_f64), 0..80),
        season in 0..20_usize,
    ) {
        let request = ForecastRequest { seasons: &[season], ..HALF };
        if let Ok(answer) = forecast(&values, &request) {
            prop_assert_eq!(answer.point.len(), 5);
            for step in 0..5 {
                prop_assert!(answer.lower[step] <= answer.point[step]);
                prop_assert!(answer.point[step] <= answer.upper[step]);
            }
        }
    }
}
