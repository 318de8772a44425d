//! The events of software delivery that belong to a subject: runs, builds, tests, deployments, changes, validations.
//!
//! Source of the fields: docs.dynatrace.com, semantic dictionary, SDLC events.

use grailstage_catalog::DeliverySelection;
use grailstage_dql::ast::Expression;
use grailstage_dql::builder::{
    Column, Pipeline, any_of, coalesce, column, fetch, field, is_in, is_null, lower, matches_value,
    to_timestamp,
};
use serde::Deserialize;

use crate::InsightError;
use crate::subject::Subject;
use crate::timeframe::Timeframe;

/// What the annotations of all members select; empty where none has one of [`DeliverySelection::ANNOTATIONS`].
pub(crate) fn selections(subject: &Subject) -> Result<Vec<DeliverySelection>, InsightError> {
    let mut selections = Vec::new();
    for member in subject.members() {
        selections.extend(DeliverySelection::of(member)?);
    }
    Ok(selections)
}

/// All their events within the timeframe. Filter by `event.category`, `event.type` and `event.status` next.
pub(crate) fn events(timeframe: Timeframe, selections: &[DeliverySelection]) -> Pipeline {
    timeframe
        .of(fetch("events"))
        .filter(field("event.kind").eq("SDLC_EVENT"))
        .filter(any_of(selections.iter().flat_map(conditions)))
}

/// Events name their repository by its address; some senders only know its name, with or without its owner.
/// [`Origin::is_of`] is the same for a record.
fn conditions(selection: &DeliverySelection) -> impl Iterator<Item = Expression> {
    let address = || field("vcs.repository.url.full");
    let repositories = selection.repositories.iter().flat_map(move |repository| {
        let at = move |end: &String| {
            ["", ".git"].map(|suffix| matches_value(address(), format!("*/{end}{suffix}").as_str()))
        };
        let called = repository.called();
        let called = is_in(lower(field("vcs.repository.name")), called.iter().map(String::as_str));
        repository.address_ends().iter().flat_map(at).chain([is_null(address()).and(called)])
    });
    let applications = selection.argocd_apps.iter().flat_map(|application| {
        let application = application.to_lowercase();
        ["argocd.app.name", "cicd.deployment.name"].map(|name| lower(field(name)).eq(application.as_str()))
    });
    repositories.chain(applications)
}

/// Where events come from: what tells whose they are, and within which their ids of runs and tasks mean something.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Origin {
    #[serde(default)]
    repository_url: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    application: Option<String>,
    #[serde(default)]
    deployment: Option<String>,
}

const ORIGIN: [(&str, &str); 4] = [
    ("repository_url", "vcs.repository.url.full"),
    ("repository", "vcs.repository.name"),
    ("application", "argocd.app.name"),
    ("deployment", "cicd.deployment.name"),
];

impl Origin {
    /// Its columns, to be read with `serde(flatten)`.
    pub(crate) fn columns() -> [Column; 4] {
        ORIGIN.map(|(name, of)| column(name, field(of)))
    }

    /// The names of its columns.
    pub(crate) fn names() -> [&'static str; 4] {
        ORIGIN.map(|(name, _)| name)
    }

    /// Whether events from there belong to an entity.
    pub(crate) fn is_of(&self, selection: &DeliverySelection) -> bool {
        let of_repository =
            selection.repositories.iter().any(|repository| match (&self.repository_url, &self.repository) {
                (Some(url), _) => repository.is_at(url),
                (None, Some(name)) => repository.called().contains(&name.to_lowercase()),
                (None, None) => false,
            });
        let is_app =
            |name: &String| selection.argocd_apps.iter().any(|app| app.to_lowercase() == name.to_lowercase());
        of_repository || [&self.application, &self.deployment].into_iter().flatten().any(is_app)
    }

    /// What [`source`] is of its events.
    pub(crate) fn source(&self) -> Option<String> {
        let names = [&self.repository_url, &self.repository, &self.application, &self.deployment];
        names.into_iter().flatten().next().map(|name| name.to_lowercase())
    }
}

/// Within which the ids of runs and tasks mean something: other repositories count theirs from one, too.
pub(crate) fn source() -> Expression {
    lower(coalesce(ORIGIN.map(|(_, of)| field(of))))
}

/// How long something took, in nanoseconds; senders that leave the duration out give both ends of it.
pub(crate) fn duration() -> Expression {
    coalesce([field("duration"), to_timestamp(field("end_time")).minus(to_timestamp(field("start_time")))])
}

/// The spellings of failure.
pub(crate) const FAILURES: [&str; 5] = ["failure", "failed", "error", "timed_out", "rejected"];

/// The spellings of success.
pub(crate) const SUCCESSES: [&str; 3] = ["success", "succeeded", "warning"];

/// Whether an outcome is one of success or of failure; senders spell them differently, and others, such as
/// `canceled`, are neither.
pub(crate) fn outcome(text: &str) -> Option<bool> {
    let is_in = |spellings: &[&str]| spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(text));
    if is_in(&SUCCESSES) {
        Some(true)
    } else if is_in(&FAILURES) {
        Some(false)
    } else {
        None
    }
}
