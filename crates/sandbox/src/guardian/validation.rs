//! A validation: the value and verdict of each objective, and the worst of them.

use serde_json::{Value as Json, json};

use super::definition::{Guardian, Indicator, Objective};
use super::guardian_error::GuardianError;
use super::variables::bound;
use crate::evaluator::{self, EvaluationOptions};
use crate::slo::{self, Definition};
use crate::store::Store;
use crate::value::Value;

/// What a validation says, from the least to the most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// There is no threshold.
    Info,
    Pass,
    Warning,
    Fail,
    /// There is no value.
    Error,
}

/// What became of an objective.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ObjectiveResult {
    pub(super) verdict: Verdict,
    /// The objective with `value` and `status`, and `error` when there is no value.
    pub(super) described: Json,
}

/// What became of all objectives of a guardian.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Validation {
    pub(super) objectives: Vec<ObjectiveResult>,
    /// From when to when, in nanoseconds since 1970.
    pub(crate) timeframe: (i64, i64),
}

impl Verdict {
    const ALL: [Self; 5] = [Self::Pass, Self::Warning, Self::Fail, Self::Error, Self::Info];

    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

impl Validation {
    /// The most severe verdict.
    pub(crate) fn verdict(&self) -> Verdict {
        self.objectives.iter().map(|objective| objective.verdict).max().unwrap_or(Verdict::Info)
    }

    /// How many objectives have which verdict.
    pub(crate) fn summary(&self) -> Json {
        let counted = Verdict::ALL.into_iter().map(|verdict| {
            let of_it = self.objectives.iter().filter(|objective| objective.verdict == verdict);
            (verdict.text().to_owned(), json!(of_it.count()))
        });
        Json::Object(counted.collect())
    }
}

/// Evaluates the objectives of a guardian over a timeframe; `slos` are those that an objective may mean.
pub(crate) fn validate(
    guardian: &Guardian,
    timeframe: (i64, i64),
    slos: &[Definition],
    store: &Store,
    now: i64,
) -> Validation {
    let mut options = EvaluationOptions::at(now);
    options.timeframe = Some(timeframe);
    let objectives = guardian.objectives.iter().map(|objective| {
        let mut described = objective.value.clone();
        let measured = value(objective, guardian, slos, store, &options);
        let verdict = match &measured {
            Ok(value) => objective.verdict(*value),
            Err(_) => Verdict::Error,
        };
        if let Some(members) = described.as_object_mut() {
            match measured {
                Ok(value) => members.insert("value".into(), json!(value)),
                Err(error) => members.insert("error".into(), json!(error.to_string())),
            };
            members.insert("status".into(), json!(verdict.text()));
        }
        ObjectiveResult { verdict, described }
    });
    Validation { objectives: objectives.collect(), timeframe }
}

impl Objective {
    fn verdict(&self, value: f64) -> Verdict {
        let holds =
            |threshold: f64| if self.greater_is_better { value >= threshold } else { value <= threshold };
        match (self.target, self.warning) {
            (None, None) => Verdict::Info,
            (Some(target), _) if !holds(target) => Verdict::Fail,
            (_, Some(warning)) if !holds(warning) => Verdict::Warning,
            _ => Verdict::Pass,
        }
    }
}

fn value(
    objective: &Objective,
    guardian: &Guardian,
    slos: &[Definition],
    store: &Store,
    options: &EvaluationOptions,
) -> Result<f64, GuardianError> {
    if objective.auto_adaptive {
        return Err(GuardianError::AutoAdaptiveThreshold);
    }
    if objective.has_segments {
        return Err(GuardianError::Segments);
    }
    match &objective.indicator {
        Indicator::Dql(query) => {
            let query = bound(query, &guardian.variables)?;
            let found = evaluator::evaluate(&query, store, options)?;
            let first = found.records.first();
            let numbers = first.into_iter().flat_map(|record| record.iter());
            let mut numbers = numbers.filter_map(|(_, value)| match value {
                // A length of time is the number of its nanoseconds, as the API writes it.
                Value::Duration(nanos) => Some(*nanos as f64),
                other => other.as_number(),
            });
            numbers.find(|number| number.is_finite()).ok_or(GuardianError::NoNumber)
        }
        Indicator::Slo(reference) => {
            let slo = slos.iter().find(|slo| slo.is_meant_by(reference));
            let slo = slo.ok_or_else(|| GuardianError::UnknownSlo { reference: reference.clone() })?;
            let timeframe = options.default_timeframe();
            Ok(slo::evaluate(slo, timeframe, store, options)?.value)
        }
    }
}
