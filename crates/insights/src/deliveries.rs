//! What was deployed and released: the events of software delivery at the end of each.

use grailstage_catalog::DeliverySelection;
use grailstage_dql::ast::{Direction, Query};
use grailstage_dql::builder::{coalesce, collect_array, column, field, is_in, record, to_string};
use serde::Deserialize;

use crate::answer::{Cell, LinkCell};
use crate::moment::Moment;
use crate::sdlc::{self, Origin};
use crate::timeframe::Timeframe;

/// What was deployed and released, a record for each target: what of a repository went to a stage and a namespace. So one
/// record holds them all, as the number of records is limited.
pub(crate) fn of(timeframe: Timeframe, selections: &[DeliverySelection]) -> Query {
    sdlc::events(timeframe, selections)
        .filter(field("event.category").eq("task"))
        .filter(is_in(field("event.type"), ["deployment", "release"]))
        .filter(field("event.status").eq("finished"))
        .fields_add([
            column("source", sdlc::source()),
            column("run", to_string(field("cicd.pipeline.run.id"))),
            column("id", coalesce([to_string(field("task.id")), field("event.id")])),
        ])
        // Senders repeat themselves; an id says which task it is only within a run of a repository.
        .dedup_sorted(
            ["source", "run", "id", "event.type", "cicd.deployment.release_stage"],
            [("timestamp", Direction::Descending)],
        )
        .summarize([column(
            "deliveries",
            collect_array(record([
                column("id", field("id")),
                column("time", field("timestamp")),
                column("kind", field("event.type")),
                column("version", coalesce([field("artifact.version"), field("release.name")])),
                column("outcome", coalesce([field("cicd.deployment.status"), field("task.outcome")])),
                column("user", field("ext.pipeline.run.trigger.user")),
                column(
                    "pipeline",
                    coalesce([field("cicd.pipeline.name"), to_string(field("cicd.pipeline.id"))]),
                ),
                column("run", field("run")),
                column("url", field("cicd.pipeline.run.url.full")),
                column("provider", field("event.provider")),
                column("revision", field("vcs.ref.head.revision")),
            ])),
        )])
        .by(Origin::columns().into_iter().chain([
            column(
                "stage",
                coalesce([
                    field("cicd.deployment.release_stage"),
                    field("deployment.environment.name"),
                    field("argocd.app.stage"),
                ]),
            ),
            column(
                "namespace",
                coalesce([field("cicd.deployment.namespace"), field("deployment.namespace")]),
            ),
        ]))
        .build()
}

/// What went to one stage and namespace.
#[derive(Deserialize)]
pub(crate) struct Target {
    #[serde(flatten)]
    pub(crate) origin: Origin,
    #[serde(default)]
    pub(crate) stage: Option<String>,
    #[serde(default)]
    pub(crate) namespace: Option<String>,
    pub(crate) deliveries: Vec<Delivery>,
}

/// A deployment or a release that ended.
#[derive(Deserialize)]
pub(crate) struct Delivery {
    #[serde(default)]
    pub(crate) id: Option<String>,
    pub(crate) time: Moment,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) version: Option<String>,
    #[serde(default)]
    pub(crate) outcome: Option<String>,
    #[serde(default)]
    pub(crate) user: Option<String>,
    #[serde(default)]
    pub(crate) pipeline: Option<String>,
    #[serde(default)]
    pub(crate) run: Option<String>,
    #[serde(default)]
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) provider: Option<String>,
    #[serde(default)]
    pub(crate) revision: Option<String>,
}

impl Delivery {
    /// Who brought it: a person where the event names one, the run of a pipeline otherwise.
    pub(crate) fn by(&self) -> Cell {
        let run = match (&self.pipeline, &self.run) {
            (Some(pipeline), Some(run)) => Some(format!("{pipeline}, run {run}")),
            (pipeline, run) => pipeline.clone().or_else(|| run.clone()),
        };
        let (text, detail) = match (&self.user, run, &self.provider) {
            (Some(user), run, provider) => (user.clone(), run.or_else(|| provider.clone())),
            (None, Some(run), provider) => (run, provider.clone()),
            (None, None, Some(provider)) => (provider.clone(), None),
            (None, None, None) => return Cell::Unknown,
        };
        match &self.url {
            Some(url) => LinkCell::outside(text, url, detail),
            None => Cell::Text(text),
        }
    }

    /// A release that says nothing of its outcome has come out.
    pub(crate) fn succeeded(&self) -> bool {
        match &self.outcome {
            Some(outcome) => sdlc::outcome(outcome) == Some(true),
            None => self.kind.as_deref() == Some("release"),
        }
    }
}
