//! How many tests passed and failed, read from what test runners print.

use std::ops::Add;

use anyhow::bail;

/// Counts of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    /// A check that is one test.
    pub(crate) const ONE: Self = Self { passed: 1, failed: 0 };
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// `test result: ok. 12 passed; 0 failed; …`, once for each test binary.
pub(crate) fn of_cargo(output: &str, succeeded: bool) -> anyhow::Result<Tally> {
    judge("cargo test", succeeded, sum(output, "test result:", "passed", "failed"))
}

/// `Tests:       1 failed, 12 passed, 13 total`
pub(crate) fn of_jest(output: &str, succeeded: bool) -> anyhow::Result<Tally> {
    judge("jest", succeeded, sum(output, "Tests:", "passed", "failed"))
}

/// `  12 passed (3.4s)` and `  1 failed`, each alone at the start of a line.
pub(crate) fn of_playwright(output: &str, succeeded: bool) -> anyhow::Result<Tally> {
    judge("playwright", succeeded, sum(output, "", "passed", "failed"))
}

/// `ℹ pass 12` and `ℹ fail 0`
pub(crate) fn of_node(output: &str, succeeded: bool) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for line in plain(output).lines() {
        let mut words = line.split_whitespace().rev();
        match (
            words.next().and_then(|word| word.parse::<usize>().ok()),
            words.next(),
            words.next(),
            words.next(),
        ) {
            (Some(count), Some("pass"), Some("ℹ" | "#"), None) => tally.passed += count,
            (Some(count), Some("fail"), Some("ℹ" | "#"), None) => tally.failed += count,
            _ => {}
        }
    }
    judge("node --test", succeeded, tally)
}

/// Adds up `<count> <passed|failed>` in the lines that start with `prefix` or, without one, with a count.
fn sum(output: &str, prefix: &str, passed: &str, failed: &str) -> Tally {
    let mut tally = Tally::default();
    for line in plain(output).lines() {
        let Some(counts) = line.trim_start().strip_prefix(prefix) else { continue };
        let words: Vec<&str> = counts.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
        if prefix.is_empty() && words.first().is_none_or(|word| word.parse::<usize>().is_err()) {
            continue;
        }
        for pair in words.windows(2) {
            if let [count, word] = pair
                && let Ok(count) = count.parse::<usize>()
            {
                if *word == passed {
                    tally.passed += count;
                } else if *word == failed {
                    tally.failed += count;
                }
            }
        }
    }
    tally
}

/// A run that fails without a failed test, or succeeds without any test, is a failure: something else broke.
fn judge(runner: &str, succeeded: bool, tally: Tally) -> anyhow::Result<Tally> {
    match (succeeded, tally) {
        (true, Tally { passed: 0, .. }) => bail!("{runner} ran no test"),
        (true, Tally { failed: 0, .. }) => Ok(tally),
        (false, Tally { failed: 0, passed }) => Ok(Tally { passed, failed: 1 }),
        _ => Ok(tally),
    }
}

/// Without the escape sequences of colours.
fn plain(output: &str) -> String {
    let mut text = String::with_capacity(output.len());
    let mut characters = output.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_the_binaries_of_cargo_test() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored\n…\ntest result: FAILED. 3 passed; 2 failed; 0 ignored";
        assert_eq!(of_cargo(output, false).unwrap(), Tally { passed: 15, failed: 2 });
    }

    #[test]
    fn reads_the_summaries_of_javascript_runners() {
        let jest = "Test Suites: 1 failed, 2 passed, 3 total\nTests:       \u{1b}[31m1 failed\u{1b}[39m, 12 passed, 13 total";
        assert_eq!(of_jest(jest, false).unwrap(), Tally { passed: 12, failed: 1 });
        assert_eq!(of_node("ℹ tests 3\nℹ pass 3\nℹ fail 0\n", true).unwrap(), Tally { passed: 3, failed: 0 });
        assert_eq!(
            of_playwright("  ✓ 1 opens 2 passed doors\n  9 passed (3.4s)", true).unwrap(),
            Tally { passed: 9, failed: 0 }
        );
    }

    #[test]
    fn a_run_without_tests_is_a_failure() {
        assert!(of_cargo("nothing", true).is_err());
    }

    #[test]
    fn a_runner_that_breaks_after_its_tests_is_a_failure() {
        assert_eq!(
            of_cargo("test result: ok. 2 passed; 0 failed", false).unwrap(),
            Tally { passed: 2, failed: 1 }
        );
    }
}
