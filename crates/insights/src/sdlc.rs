//! The events of software delivery that belong to a subject: runs, builds, tests, deployments, changes, validations.
//!
//! Source of the fields: docs.dynatrace.com, semantic dictionary, SDLC events.

use grailstage_catalog::DeliverySelection;
use grailstage_dql::ast::Expression;
use grailstage_dql::builder::{Pipeline, any_of, call, coalesce, fetch, field, is_null, to_timestamp};

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
fn conditions(selection: &DeliverySelection) -> impl Iterator<Item = Expression> {
    let address = || field("vcs.repository.url.full");
    let repositories = selection.repositories.iter().flat_map(move |repository| {
        let path = repository.path();
        let names = [path, repository.name()].map(|name| field("vcs.repository.name").eq(name));
        let pattern =
            |suffix: &str| call("matchesValue", [address(), format!("*/{path}{suffix}").as_str().into()]);
        [pattern(""), pattern(".git"), is_null(address()).and(any_of(names))]
    });
    let applications = selection.argocd_apps.iter().flat_map(|application| {
        ["argocd.app.name", "cicd.deployment.name"].map(|name| field(name).eq(application.as_str()))
    });
    repositories.chain(applications)
}

/// Whether a selection takes events with that repository and application; the same rules as in [`events`].
pub(crate) fn selects(
    selection: &DeliverySelection,
    repository_url: Option<&str>,
    repository_name: Option<&str>,
    application: Option<&str>,
) -> bool {
    let of_repository = selection.repositories.iter().any(|repository| match repository_url {
        Some(url) => {
            let path = url.trim_end_matches(".git").strip_suffix(repository.path());
            path.is_some_and(|before| before.ends_with('/'))
        }
        None => repository_name.is_some_and(|name| name == repository.path() || name == repository.name()),
    });
    of_repository
        || application.is_some_and(|name| selection.argocd_apps.iter().any(|application| application == name))
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
