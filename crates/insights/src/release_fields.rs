//! Which version of a service answers requests, and in which stage: the release fields of its spans.
//!
//! They are what a process was told at its start, wherever it runs. Source: docs.dynatrace.com, version detection
//! strategies.

use grailstage_dql::ast::{Direction, Query};
use grailstage_dql::builder::{ago, column, fetch, field, hours, is_in, is_not_null, take_max, to_string};
use serde::Deserialize;

/// Most gigabytes that the question may scan.
const MOST_SCANNED: i64 = 10;

/// What the services of these ids, classic or of Smartscape, have answered with in the last hour.
pub(crate) fn of(ids: &[String]) -> Query {
    let fields = || ["service", "node", "stage"];
    fetch("spans")
        .from(ago(hours(1)))
        .parameter("scanLimitGBytes", MOST_SCANNED)
        .filter(is_not_null(field("deployment.release_version")))
        .fields_add([
            column("service", field("dt.entity.service")),
            column("node", to_string(field("dt.smartscape.service"))),
            column("stage", field("deployment.release_stage")),
            column("version", field("deployment.release_version")),
        ])
        .filter(
            is_in(field("service"), ids.iter().map(String::as_str))
                .or(is_in(field("node"), ids.iter().map(String::as_str))),
        )
        .summarize([column("last", take_max(field("start_time")))])
        .by(fields().into_iter().chain(["version"]))
        // While a version takes over from another one, both answer.
        .dedup_sorted(fields(), [("last", Direction::Descending)])
        .build()
}

/// The version of a service in a stage.
#[derive(Deserialize)]
pub(crate) struct Release {
    #[serde(default)]
    service: Option<String>,
    #[serde(default)]
    node: Option<String>,
    #[serde(default)]
    pub(crate) stage: Option<String>,
    pub(crate) version: String,
}

impl Release {
    /// Whether it is of one of these entities.
    pub(crate) fn is_of(&self, ids: &[String]) -> bool {
        [&self.service, &self.node].into_iter().flatten().any(|id| ids.contains(id))
    }
}
