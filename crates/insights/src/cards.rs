//! All cards: a new one is a line here.

use crate::card::AnyCard;
use crate::dora::Dora;
use crate::kubernetes_deployments::KubernetesDeployments;
use crate::management_zones::ManagementZones;
use crate::ownership::Ownership;
use crate::pipelines::Pipelines;
use crate::problems::Problems;
use crate::release_validations::ReleaseValidations;
use crate::releases::Releases;
use crate::slos::Slos;
use crate::team::Team;
use crate::telemetry_coverage::TelemetryCoverage;
use crate::test_results::TestResults;
use crate::vulnerabilities::Vulnerabilities;

const CARDS: &[&dyn AnyCard] = &[
    &Team,
    &KubernetesDeployments,
    &Releases,
    &TestResults,
    &ReleaseValidations,
    &Pipelines,
    &Dora,
    &Problems,
    &Slos,
    &Vulnerabilities,
    &TelemetryCoverage,
    &Ownership,
    &ManagementZones,
];

/// The ids of all cards.
pub fn card_ids() -> impl Iterator<Item = &'static str> {
    CARDS.iter().map(|card| card.id())
}

/// The id of every card, and the annotations that make it apply to an entity.
pub fn card_annotations() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    CARDS.iter().map(|card| (card.id(), card.annotations()))
}

/// All cards.
pub(crate) fn all() -> impl Iterator<Item = &'static dyn AnyCard> {
    CARDS.iter().copied()
}

/// The card of that id.
pub(crate) fn find(id: &str) -> Option<&'static dyn AnyCard> {
    CARDS.iter().copied().find(|card| card.id() == id)
}
