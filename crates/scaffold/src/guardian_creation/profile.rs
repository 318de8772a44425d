//! What guardians measure, by technology and criticality: `profiles.json`, with its sources.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::request::{Criticality, Technology, Thresholds};
use crate::ScaffoldError;

const PROFILES: &str = include_str!("profiles.json");

/// The data file.
#[derive(Deserialize)]
pub(super) struct Profiles {
    objectives: BTreeMap<String, ProfileObjective>,
    technologies: BTreeMap<String, Vec<String>>,
    thresholds: BTreeMap<String, BTreeMap<String, Thresholds>>,
}

/// An objective without its thresholds.
#[derive(Clone, Deserialize)]
pub(super) struct ProfileObjective {
    pub(super) name: String,
    pub(super) unit: String,
    /// DQL with the placeholders `cluster`, `namespace` and `workload`.
    pub(super) query: String,
}

impl Profiles {
    /// Reads the data file, which a test does, too.
    pub(super) fn read() -> Result<Self, ScaffoldError> {
        serde_json::from_str(PROFILES)
            .map_err(|error| ScaffoldError::input("technology", format!("has no profiles: {error}")))
    }

    /// The objectives of a technology with their keys and thresholds, in the order of the file.
    pub(super) fn objectives(
        &self,
        technology: Technology,
        criticality: Criticality,
    ) -> Vec<(String, ProfileObjective, Thresholds)> {
        let keys = self.technologies.get(technology.text()).map(Vec::as_slice).unwrap_or_default();
        let found = keys.iter().filter_map(|key| {
            let objective = self.objectives.get(key)?.clone();
            let thresholds = *self.thresholds.get(criticality.text())?.get(key)?;
            Some((key.clone(), objective, thresholds))
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use grailstage_dql::template::{Bindings, Template};

    use super::*;

    #[test]
    fn every_technology_has_thresholds_that_warn_before_they_fail_and_queries_that_bind() {
        let profiles = Profiles::read().unwrap();
        let values = Bindings::default()
            .with("cluster", "it's")
            .with("namespace", "\"a\" | limit 0")
            .with("workload", "`x`");
        for technology in Technology::ALL {
            let keys = &profiles.technologies[technology.text()];
            for criticality in Criticality::ALL {
                let objectives = profiles.objectives(technology, criticality);
                assert_eq!(objectives.len(), keys.len(), "{} {}", technology.text(), criticality.text());
                for (key, objective, thresholds) in objectives {
                    assert!(thresholds.warning < thresholds.target, "{key}");
                    let template = Template::parse(&objective.query).unwrap();
                    let query = grailstage_dql::print(&template.bind(&values).unwrap());
                    assert!(grailstage_dql::parse(&query).is_ok(), "{query}");
                }
            }
        }
    }

    #[test]
    fn the_more_critical_the_stricter() {
        let profiles = Profiles::read().unwrap();
        for technology in Technology::ALL {
            let [high, medium, low] = Criticality::ALL.map(|it| profiles.objectives(technology, it));
            for ((high, medium), low) in high.iter().zip(&medium).zip(&low) {
                assert!(high.2.target < medium.2.target && medium.2.target < low.2.target, "{}", high.0);
            }
        }
    }
}
