//! Guardians, as the settings hold them.

use grailstage_dql::ast::{Expression, Parameter};
use grailstage_dql::builder::{all_of, call, fetch, field};
use serde_json::{Value as Json, json};

use crate::evaluator::{EvaluationOptions, evaluate};
use crate::settings::SettingsObject;
use crate::store::{Row, Store, Table, TimeColumn};

/// The schema of the definitions.
pub(crate) const SCHEMA: &str = "app:dynatrace.site.reliability.guardian:guardians";

/// What kind of events a guardian listens to and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// Of the lifecycle, in `events`.
    Lifecycle,
    /// Of the business, in `bizevents`.
    Business,
}

/// A guardian.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Guardian {
    /// The id of its settings object.
    pub(crate) id: String,
    pub(crate) name: String,
    /// `key:value` or `key`.
    pub(crate) tags: Vec<String>,
    /// Names without dollar, and what they stand for.
    pub(super) variables: Vec<(String, String)>,
    pub(crate) kind: EventKind,
    pub(super) objectives: Vec<Objective>,
}

/// What a guardian validates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Objective {
    /// Its definition, which the event of its result repeats.
    pub(super) value: Json,
    pub(super) indicator: Indicator,
    /// Whether a greater value is the better one.
    pub(super) greater_is_better: bool,
    pub(super) target: Option<f64>,
    pub(super) warning: Option<f64>,
    pub(super) auto_adaptive: bool,
    pub(super) has_segments: bool,
}

/// Where the value of an objective comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Indicator {
    /// The first number that a query answers.
    Dql(String),
    /// The value of a service-level objective.
    Slo(String),
}

impl EventKind {
    /// The table of the events.
    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Lifecycle => "events",
            Self::Business => "bizevents",
        }
    }

    /// The type of the event that asks for a validation.
    pub(crate) const fn trigger(self) -> &'static str {
        match self {
            Self::Lifecycle => "validation.triggered",
            Self::Business => "guardian.validation.triggered",
        }
    }
}

impl Guardian {
    /// The guardian that an object of [`SCHEMA`] holds.
    pub(crate) fn of(object: &SettingsObject) -> Self {
        let value = &object.value;
        let list = |name: &str| value.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
        let lifecycle = value.get("eventKind").and_then(Json::as_str) == Some("SDLC_EVENT");
        let variable = |variable: &Json| Some((text(variable, "name")?, text(variable, "definition")?));
        Self {
            id: object.object_id.clone(),
            name: text(value, "name").unwrap_or_default(),
            tags: list("tags").iter().filter_map(|tag| tag.as_str().map(ToOwned::to_owned)).collect(),
            variables: list("variables").iter().filter_map(variable).collect(),
            kind: if lifecycle { EventKind::Lifecycle } else { EventKind::Business },
            objectives: list("objectives").into_iter().map(Objective::of).collect(),
        }
    }

    /// The tags by key: `{"stage": ["production"]}`.
    pub(crate) fn tags_by_key(&self) -> Json {
        let mut tags = serde_json::Map::new();
        for tag in &self.tags {
            let (key, value) =
                tag.split_once(':').map_or((tag.as_str(), None), |(key, value)| (key, Some(value)));
            if let Some(values) = tags.entry(key).or_insert_with(|| json!([])).as_array_mut() {
                values.extend(value.map(Json::from));
            }
        }
        Json::Object(tags)
    }

    /// The condition on the events that ask for a validation of this guardian.
    fn trigger(&self) -> Expression {
        let mut conditions = vec![field("event.type").eq(self.kind.trigger())];
        if self.kind == EventKind::Lifecycle {
            conditions.push(field("event.kind").eq("SDLC_EVENT"));
        }
        conditions.extend(self.tags.iter().map(|tag| match tag.split_once(':') {
            Some((key, value)) => field(&format!("tag.{key}")).eq(value),
            None => call("isNotNull", [Parameter::from(field(&format!("tag.{tag}")))]),
        }));
        all_of(conditions)
    }

    /// The condition as the trigger of a workflow writes it.
    pub(crate) fn filter_query(&self) -> String {
        grailstage_dql::print_expression(&self.trigger())
    }

    /// Whether an event asks for a validation of this guardian.
    pub(crate) fn is_asked_by(&self, event: &Row) -> bool {
        let mut store = Store::default();
        store.insert_table("events", Table::new(vec![Row::clone(event)], TimeColumn::None));
        let query = grailstage_dql::print(&fetch("events").filter(self.trigger()).build());
        evaluate(&query, &store, &EvaluationOptions::at(0)).is_ok_and(|found| !found.records.is_empty())
    }
}

impl Objective {
    fn of(value: Json) -> Self {
        let threshold = |name: &str| value.get(name).and_then(Json::as_f64);
        let query = |name: &str| text(&value, name).unwrap_or_default();
        let indicator = match value.get("objectiveType").and_then(Json::as_str) {
            Some("REFERENCE_SLO") => Indicator::Slo(query("referenceSlo")),
            _ => Indicator::Dql(query("dqlQuery")),
        };
        let operator = value.get("comparisonOperator").and_then(Json::as_str);
        let segments = value.get("segments").and_then(Json::as_array);
        Self {
            indicator,
            greater_is_better: operator == Some("GREATER_THAN_OR_EQUAL"),
            target: threshold("target"),
            warning: threshold("warning"),
            auto_adaptive: value.get("autoAdaptiveThresholdEnabled").and_then(Json::as_bool).unwrap_or(false),
            has_segments: segments.is_some_and(|segments| !segments.is_empty()),
            value,
        }
    }
}

fn text(value: &Json, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(ToOwned::to_owned)
}
