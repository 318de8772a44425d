//! The stages that releases pass, by their names.

/// Names of stages in the order that releases pass them. Source of the last of each: common usage; senders are free.
const ORDER: [&[&str]; 4] = [
    &["dev", "development", "sandbox"],
    &["test", "testing", "qa", "integration"],
    &["hardening", "staging", "stage", "uat", "preprod", "preproduction", "pre-production"],
    &[PRODUCTION, "prod", "live"],
];

/// The stage that customers use.
const PRODUCTION: &str = "production";

/// Which stage of [`ORDER`] it is.
fn place(stage: &str) -> Option<usize> {
    ORDER.iter().position(|names| names.iter().any(|name| name.eq_ignore_ascii_case(stage)))
}

/// Sorts stages: as releases pass them, those of no known name before production.
pub(crate) fn rank(stage: &str) -> usize {
    match place(stage) {
        Some(place) => place * 2,
        None => ORDER.len() * 2 - 3,
    }
}

/// Whether customers use it.
pub(crate) fn is_production(stage: &str) -> bool {
    place(stage).is_some_and(|place| place + 1 == ORDER.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_sorted_as_releases_pass_them() {
        let mut stages = ["prod", "canary", "Staging", "qa", "development"];
        stages.sort_by_key(|stage| rank(stage));
        assert_eq!(stages, ["development", "qa", "Staging", "canary", "prod"]);
    }

    #[test]
    fn only_production_is_production() {
        assert!(["production", "PROD", "live"].into_iter().all(is_production));
        assert!(!["preprod", "pre-production", "canary", ""].into_iter().any(is_production));
    }
}
