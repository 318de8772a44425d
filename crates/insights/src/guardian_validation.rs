//! Validations of Site Reliability Guardians: which belong to a subject, and what each says.
//!
//! Guardians of the lifecycle write to `events`, those of the business to `bizevents`: for each validation one event at its
//! start, one for each objective, one at its end. Source of the fields: docs.dynatrace.com, Site Reliability Guardian, event
//! structure. Summary, tags, objectives and context are JSON text.

use grailstage_catalog::{GuardianTags, RequiredTag};
use grailstage_dql::ast::{Direction, Expression, Query};
use grailstage_dql::builder::{
    all_of, any_of, call, coalesce, collect_distinct, column, fetch, field, if_then, is_in, is_not_null,
    take_any, take_max, take_min, to_string,
};
use grailstage_tenant::{EnvironmentConfig, links};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::Status;
use crate::moment::Moment;
use crate::statistics::percentage;
use crate::timeframe::Timeframe;

const PROVIDER: &str = "dynatrace.site.reliability.guardian";

/// The tag of a guardian that names the stage it guards.
const STAGE_TAG: &str = "stage";

/// How one kind of guardian writes its events.
pub(crate) struct EventShape {
    data_object: &'static str,
    /// As the guardian's settings and pages spell it.
    kind: &'static str,
    /// The types of the events at the start, for an objective, at the end.
    types: [&'static str; 3],
    validation_id: &'static str,
    guardian_id: &'static str,
    guardian_name: &'static str,
    tags: &'static str,
    result: &'static str,
    summary: &'static str,
    objective: &'static str,
}

pub(crate) const LIFECYCLE: EventShape = EventShape {
    data_object: "events",
    kind: "SDLC_EVENT",
    types: ["validation", "validation.objective", "validation"],
    validation_id: "task.id",
    guardian_id: "dt.srg.id",
    guardian_name: "dt.srg.name",
    tags: "dt.srg.tags",
    result: "validation.result",
    summary: "dt.srg.validation.summary",
    objective: "dt.srg.objective",
};

pub(crate) const BUSINESS: EventShape = EventShape {
    data_object: "bizevents",
    kind: "BIZ_EVENT",
    types: ["guardian.validation.started", "guardian.validation.objective", "guardian.validation.finished"],
    validation_id: "validation.id",
    guardian_id: "guardian.id",
    guardian_name: "guardian.name",
    tags: "guardian.tags",
    result: "validation.status",
    summary: "validation.summary",
    objective: "guardian.objective",
};

/// The validations by guardians that have all tags of one of the sets, a record each, the latest first.
pub(crate) fn validations(shape: &EventShape, timeframe: Timeframe, tags: &[GuardianTags]) -> Query {
    let event_type = || field("event.type");
    let [started, objective, finished] = shape.types;
    // The two ends of a lifecycle validation only differ in their status.
    let is_end = |end: &str, status: &str| {
        let is_type = event_type().eq(end);
        if started == finished { is_type.and(field("event.status").eq(status)) } else { is_type }
    };
    let at_end = |value: &str| if_then(is_end(finished, "finished"), field(value));
    let mut events = timeframe.of(fetch(shape.data_object)).filter(field("event.provider").eq(PROVIDER));
    if started == finished {
        events = events.filter(field("event.kind").eq(shape.kind));
    }
    let mut types = vec![started, objective];
    if started != finished {
        types.push(finished);
    }
    events = events.filter(is_in(event_type(), types));
    if tags.iter().all(|set| !set.tags.is_empty()) {
        events = events
            .parse(field(shape.tags), "JSON:guardian_tags")
            .filter(any_of(tags.iter().map(|set| all_of(set.tags.iter().map(has_tag)))));
    }
    events
        .summarize([
            column("name", take_any(field(shape.guardian_name))),
            column("tags", take_any(field(shape.tags))),
            column("started", take_min(if_then(is_end(started, "started"), field("timestamp")))),
            column("finished", take_max(at_end("timestamp"))),
            column("result", take_any(at_end(shape.result))),
            column("summary", take_any(at_end(shape.summary))),
            column("objectives", collect_distinct(field(shape.objective))),
            column("execution_context", take_any(field("execution_context"))),
        ])
        .by([
            column("id", to_string(field(shape.validation_id))),
            column("guardian", field(shape.guardian_id)),
        ])
        .sort_by(coalesce([field("finished"), field("started")]), Direction::Descending)
        .build()
}

/// Whether a guardian with these tags is one of those that a set asks for; the same as [`has_tag`] of all of them.
fn is_asked_for(tags: &Value, set: &GuardianTags) -> bool {
    set.tags.iter().all(|tag| match (tags.get(&tag.key), &tag.value) {
        (Some(values), Some(wanted)) => {
            values.as_array().is_some_and(|values| values.iter().any(|value| value == wanted.as_str()))
        }
        (Some(values), None) => !values.is_null(),
        (None, _) => false,
    })
}

/// Tags are a record with an array of values for each key.
fn has_tag(tag: &RequiredTag) -> Expression {
    let values = || field("guardian_tags").key(&tag.key);
    match &tag.value {
        Some(value) => call("in", [Expression::from(value.as_str()), values()]),
        None => is_not_null(values()),
    }
}

/// A record of the answer.
#[derive(Deserialize)]
pub(crate) struct ValidationRecord {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    guardian: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    tags: Option<String>,
    #[serde(default)]
    started: Option<Moment>,
    #[serde(default)]
    finished: Option<Moment>,
    #[serde(default)]
    result: Option<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    objectives: Option<Vec<String>>,
    #[serde(default)]
    execution_context: Option<String>,
}

/// A validation.
pub(crate) struct Validation {
    pub(crate) id: String,
    pub(crate) guardian: Guardian,
    /// When it ended; of one that did not, when it began.
    pub(crate) time: Moment,
    /// Nothing while it is not finished.
    pub(crate) result: Option<String>,
    /// How many objectives have each of [`RESULTS`].
    pub(crate) counts: [usize; RESULTS.len()],
    pub(crate) objectives: Vec<Objective>,
    pub(crate) version: Option<String>,
    pub(crate) build: Option<String>,
    pub(crate) url: Option<String>,
}

/// Whose validation it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Guardian {
    pub(crate) name: String,
    pub(crate) stage: Option<String>,
    /// The components that ask for it.
    pub(crate) components: Vec<String>,
    pub(crate) environment: String,
    pub(crate) id: String,
    pub(crate) url: Option<String>,
}

/// What became of an objective.
pub(crate) struct Objective {
    pub(crate) name: String,
    pub(crate) status: Option<String>,
    pub(crate) value: Option<f64>,
    pub(crate) target: Option<f64>,
    pub(crate) warning: Option<f64>,
    pub(crate) comparison: Option<String>,
}

/// The results of validations and objectives with what they mean.
pub(crate) const RESULTS: [(&str, Status); 5] = [
    ("pass", Status::Ok),
    ("warning", Status::Warning),
    ("fail", Status::Error),
    ("error", Status::Error),
    ("info", Status::Neutral),
];

pub(crate) fn status_of(result: &str) -> Status {
    known(result).map_or(Status::Unknown, |(_, status)| *status)
}

fn known(result: &str) -> Option<&'static (&'static str, Status)> {
    RESULTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(result))
}

/// A result as [`RESULTS`] writes it, if it is one of them.
fn spelled(result: String) -> String {
    known(&result).map_or(result, |(name, _)| (*name).to_owned())
}

impl ValidationRecord {
    /// Whether it is by that guardian, and its trigger carried that text.
    pub(crate) fn is_of(&self, guardian_id: &str, correlation: &str) -> bool {
        self.guardian.as_deref() == Some(guardian_id)
            && self.execution_context.as_deref().is_some_and(|context| context.contains(correlation))
    }

    /// `components` are the names of those who may ask for the guardian, with its tags.
    pub(crate) fn into_validation(
        self,
        shape: &EventShape,
        environment: &EnvironmentConfig,
        components: &[(&str, GuardianTags)],
    ) -> Validation {
        let base = environment.url();
        let id = self.id.unwrap_or_default();
        let guardian_id = self.guardian.unwrap_or_default();
        let tags = json(self.tags);
        let asking = components.iter().filter(|(_, set)| is_asked_for(&tags, set));
        let asking = asking.map(|(name, _)| (*name).to_owned()).collect();
        let context = json(self.execution_context);
        let objectives: Vec<_> =
            self.objectives.unwrap_or_default().iter().filter_map(|text| Objective::read(text)).collect();
        let summary = json(self.summary);
        let counts = RESULTS.map(|(result, _)| match number(&summary, result) {
            Some(count) => count as usize,
            None => objectives.iter().filter(|objective| objective.status.as_deref() == Some(result)).count(),
        });
        Validation {
            url: links::guardian_validation(base, &guardian_id, &id),
            guardian: Guardian {
                name: self.name.unwrap_or_default(),
                stage: tags.get(STAGE_TAG).and_then(texts),
                components: asking,
                environment: environment.name().to_owned(),
                url: links::guardian(base, &guardian_id, shape.kind),
                id: guardian_id,
            },
            time: self.finished.or(self.started).unwrap_or(Moment(0)),
            result: self.finished.and(self.result).map(spelled),
            counts,
            objectives,
            version: context.get("version").and_then(texts),
            build: context.get("buildId").and_then(texts),
            id,
        }
    }
}

impl Objective {
    fn read(text: &str) -> Option<Self> {
        let described: Value = serde_json::from_str(text).ok()?;
        let text = |key: &str| described.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            name: text("name")?,
            status: text("status").map(spelled),
            value: number(&described, "value"),
            target: number(&described, "target"),
            warning: number(&described, "warning"),
            comparison: text("comparisonOperator").map(|operator| match operator.as_str() {
                "LESS_THAN_OR_EQUAL" => "at most".to_owned(),
                "GREATER_THAN_OR_EQUAL" => "at least".to_owned(),
                _ => operator,
            }),
        })
    }
}

/// What a text of JSON holds; null for one that holds none.
fn json(text: Option<String>) -> Value {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null)
}

/// A number of an object, whether it is written as a number or as text.
fn number(object: &Value, key: &str) -> Option<f64> {
    let value = object.get(key)?;
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// One value, or several of them joined.
fn texts(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().filter_map(texts).collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        }
        _ => None,
    }
}

impl Validation {
    /// Whether the release goes on; a result of the information alone neither says so nor stops it.
    pub(crate) fn lets_through(&self) -> Option<bool> {
        match self.status() {
            Status::Ok | Status::Warning => Some(true),
            Status::Error => Some(false),
            Status::Neutral | Status::Unknown => None,
        }
    }

    pub(crate) fn status(&self) -> Status {
        self.result.as_deref().map_or(Status::Unknown, status_of)
    }

    /// How many objectives have that result.
    pub(crate) fn count(&self, result: &str) -> usize {
        RESULTS.iter().zip(self.counts).find(|((name, _), _)| *name == result).map_or(0, |(_, count)| count)
    }

    pub(crate) fn objectives(&self) -> usize {
        self.counts.iter().sum()
    }

    /// How many hundredths of its objectives passed.
    pub(crate) fn passed(&self) -> Option<f64> {
        percentage(self.count("pass"), self.objectives())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_result_is_the_same_however_it_is_written() {
        let objective = |status: &str| json!({ "name": status, "status": status }).to_string();
        let record = json!({
            "id": "1", "guardian": "g", "finished": "2026-11-21T12:00:00Z", "result": "FAIL",
            "objectives": [objective("Pass"), objective("PASS"), objective("FAIL"), objective("unheard-of")],
        });
        let record: ValidationRecord = serde_json::from_value(record).unwrap();
        let environment = json!({ "name": "a", "url": "https://a.example", "platformToken": "dt0s16.A.B" });
        let environment = EnvironmentConfig::from_json(&environment).unwrap();
        let validation = record.into_validation(&LIFECYCLE, &environment, &[]);
        assert_eq!((validation.result.as_deref(), validation.status()), (Some("fail"), Status::Error));
        assert_eq!((validation.count("pass"), validation.count("fail")), (2, 1));
        let statuses: Vec<_> =
            validation.objectives.iter().filter_map(|objective| objective.status.as_deref()).collect();
        assert_eq!(statuses, ["pass", "pass", "fail", "unheard-of"]);
    }

    #[test]
    fn a_guardian_is_asked_for_by_those_whose_tags_it_has_all_of() {
        let tags = json!({ "service": ["cart", "basket"], "critical": [] });
        for (set, expected) in [
            ("", true),
            ("service=cart", true),
            ("service=basket,critical", true),
            ("service", true),
            ("service=car", false),
            ("service=cart,stage=production", false),
            ("critical=yes", false),
        ] {
            assert_eq!(is_asked_for(&tags, &GuardianTags::parse(set).unwrap()), expected, "{set}");
        }
    }
}
