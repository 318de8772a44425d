//! What a template says of an event, and what comes of sending it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// An event to be sent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EventSendRequest {
    /// Name of the environment; may be left out where only one is configured.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub environment: Option<String>,
    /// The id of the event, used by no other; where there are several, what their ids start with.
    pub id: String,
    /// Since when an earlier attempt may have sent it, in ISO 8601: then it is looked for first.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub attempted_since: Option<String>,
    /// Whether to tell only what would be sent; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dry_run: Option<bool>,
    /// Where it goes; `sdlc` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub destination: Option<EventDestination>,
    /// Its type: one of [`SDLC_TYPES`](super::SDLC_TYPES), or any for business events.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Who sends it; `backstage` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub provider: Option<String>,
    /// `started` or `finished`; `finished` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub status: Option<EventStatus>,
    /// How it ended, such as `success` or `failure`; `success` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub outcome: Option<String>,
    /// What was done, such as `deploy`; the type where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// When it began, in ISO 8601.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub started_at: Option<String>,
    /// When it ended, in ISO 8601.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub ended_at: Option<String>,
    /// Address of the repository; cards find events by it.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub repository_url: Option<String>,
    /// The branch or tag.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub branch: Option<String>,
    /// The revision of the code.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub revision: Option<String>,
    /// The pipeline and its run.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub pipeline: Option<EventPipeline>,
    /// What was deployed or released, and where.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub deployment: Option<EventDeployment>,
    /// The change, of an event of that type.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub change: Option<EventChange>,
    /// The version of the artifact.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub version: Option<String>,
    /// The artifact.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub artifact: Option<String>,
    /// More fields, flat, with dots in their names.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "Record<string, string | number | boolean>"))]
    pub attributes: Option<Map<String, Value>>,
    /// Reports of tests, of an event of that type.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub results: Option<Vec<TestReport>>,
}

/// Where an event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum EventDestination {
    /// Events of software delivery, in `events`.
    Sdlc,
    /// Business events, in `bizevents`.
    Business,
}

/// Which end of something an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum EventStatus {
    /// Its beginning.
    Started,
    /// Its end.
    Finished,
}

/// A run of a pipeline.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EventPipeline {
    /// The pipeline's id.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub id: Option<String>,
    /// Its name.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// Id of the run.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub run_id: Option<String>,
    /// Address of the run.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub run_url: Option<String>,
}

/// Where something was deployed or released.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EventDeployment {
    /// Its name; cards find the applications of Argo CD by it.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// The namespace.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub namespace: Option<String>,
    /// The stage, such as `production`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub stage: Option<String>,
}

/// A pull or merge request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EventChange {
    /// Its number.
    pub id: String,
    /// Its title.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub title: Option<String>,
    /// `open`, `merged` or `closed`; `merged` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub state: Option<String>,
    /// Its address.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
}

/// A report of tests.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct TestReport {
    /// The name of its file, for messages.
    pub file: String,
    /// Its text.
    pub xml: String,
}

/// What was sent, or with a dry run would be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EventSendAnswer {
    /// The environment.
    pub environment: String,
    /// The id of the event, or what the ids start with.
    pub id: String,
    /// How many events it is.
    pub count: usize,
    /// How many were sent now: the others were there from an earlier attempt.
    pub sent: usize,
    /// The first of them.
    #[cfg_attr(feature = "typescript", ts(type = "Record<string, unknown>"))]
    pub first: Map<String, Value>,
    /// What the reports say, of tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub tests: Option<TestSummary>,
    /// The DQL that finds them.
    pub query: String,
    /// Opens that DQL in a notebook.
    pub notebook_url: String,
}

/// How test cases ended. One that was tried again counts once, by its last attempt.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct TestSummary {
    /// How many cases there are.
    pub total: usize,
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many were left out.
    pub skipped: usize,
    /// How many passed after they had failed.
    pub flaky: usize,
    /// The first of those that failed, each as suite and case.
    pub failures: Vec<String>,
}
