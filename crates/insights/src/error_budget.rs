//! What is left of an error budget, and how fast it burns.

/// What a service-level objective promises and has kept, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ErrorBudget {
    pub(crate) target: f64,
    /// Over the window.
    pub(crate) value: f64,
    /// Over the last hour.
    pub(crate) last_hour: Option<f64>,
    /// The length of the window, in milliseconds.
    pub(crate) window: f64,
}

impl ErrorBudget {
    /// What the target allows to fail, in percent; nothing where it allows none.
    fn allowed(&self) -> Option<f64> {
        Some(100.0 - self.target).filter(|allowed| *allowed > 0.0)
    }

    /// How much of the budget is left, in hundredths of it; below 0 when more failed than the target allows.
    pub(crate) fn left(&self) -> Option<f64> {
        Some((self.value - self.target) / self.allowed()? * 100.0)
    }

    /// How fast it burned in the last hour: at 1, a whole budget lasts as long as the window.
    pub(crate) fn burn_rate(&self) -> Option<f64> {
        Some((100.0 - self.last_hour?) / self.allowed()?)
    }

    /// In how many milliseconds nothing is left, if it burns on as in the last hour: 0 where nothing is left now, and
    /// nothing at a rate of 1 or less, at which the window forgets as fast as the budget burns.
    pub(crate) fn exhausted_in(&self) -> Option<f64> {
        let left = self.left()?;
        if left <= 0.0 {
            return Some(0.0);
        }
        let rate = self.burn_rate().filter(|rate| *rate > 1.0)?;
        Some(left / 100.0 * self.window / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: f64 = 7.0 * 86_400_000.0;

    fn close(left: Option<f64>, right: f64) -> bool {
        left.is_some_and(|left| (left - right).abs() < 1e-9)
    }

    #[test]
    fn half_of_the_budget_burns_in_a_quarter_of_a_window_at_twice_the_rate() {
        let budget = ErrorBudget { target: 99.0, value: 99.5, last_hour: Some(98.0), window: WEEK };
        assert!(close(budget.left(), 50.0));
        assert!(close(budget.burn_rate(), 2.0));
        assert!(close(budget.exhausted_in(), WEEK / 4.0));
    }

    #[test]
    fn a_budget_overdrawn_has_no_time_left_however_slowly_it_burns() {
        let missed = ErrorBudget { target: 99.0, value: 98.0, last_hour: Some(100.0), window: WEEK };
        assert!(close(missed.left(), -100.0));
        assert!(close(missed.exhausted_in(), 0.0));
    }

    #[test]
    fn a_budget_that_lasts_as_long_as_the_window_is_not_exhausted() {
        let slow = ErrorBudget { target: 99.0, value: 99.5, last_hour: Some(99.0), window: WEEK };
        assert!(close(slow.burn_rate(), 1.0));
        assert_eq!(slow.exhausted_in(), None);
        assert_eq!(ErrorBudget { last_hour: None, ..slow }.exhausted_in(), None);
    }

    #[test]
    fn a_target_that_allows_no_failure_has_no_budget() {
        let strict = ErrorBudget { target: 100.0, value: 100.0, last_hour: Some(100.0), window: WEEK };
        assert_eq!((strict.left(), strict.burn_rate(), strict.exhausted_in()), (None, None, None));
    }
}
