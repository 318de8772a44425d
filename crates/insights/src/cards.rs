//! All cards: a new one is a line here.

use crate::card::Card;
use crate::kubernetes_deployments::KubernetesDeployments;

const CARDS: &[&dyn Card] = &[&KubernetesDeployments];

/// The ids of all cards.
pub fn card_ids() -> impl Iterator<Item = &'static str> {
    CARDS.iter().map(|card| card.id())
}

/// The card of that id.
pub(crate) fn find(id: &str) -> Option<&'static dyn Card> {
    CARDS.iter().copied().find(|card| card.id() == id)
}
