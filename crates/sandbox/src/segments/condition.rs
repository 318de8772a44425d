//! The condition of an include: the syntax tree of a filter field, with its variables bound.

use serde_json::Value as Json;

use super::selection::SelectionError;
use crate::evaluator::{Part, matches_wildcard};
use crate::record::Record;
use crate::value::Value;

/// Whether a record is included.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    /// A field is one of these, or, for an array, has one of these.
    Is {
        key: String,
        wanted: Vec<Vec<Part>>,
    },
    IsNot {
        key: String,
        wanted: Vec<Vec<Part>>,
    },
}

/// Why a tree is no condition.
pub(super) enum ConditionError {
    /// A variable without values.
    RequiresVariable(String),
    /// An operator the sandbox has not.
    Operator(String),
}

impl ConditionError {
    pub(super) fn of_segment(self, id: &str) -> SelectionError {
        let id = id.to_owned();
        match self {
            Self::RequiresVariable(variable) => SelectionError::RequiresVariable { id, variable },
            Self::Operator(operator) => {
                SelectionError::NotSupported { id, what: format!("the operator `{operator}`") }
            }
        }
    }
}

impl Condition {
    /// Reads the tree; `bound` knows the values of variables.
    pub(super) fn of(
        tree: &Json,
        bound: &impl Fn(&str) -> Option<Vec<String>>,
    ) -> Result<Self, ConditionError> {
        let text = |pointer: &str| tree.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
        if text("/type") == "Statement" {
            return statement(tree, text("/key/value"), text("/operator/value"), bound);
        }
        let children = tree.get("children").and_then(Json::as_array).into_iter().flatten();
        let conditions = children
            .filter(|child| matches!(child.get("type").and_then(Json::as_str), Some("Group" | "Statement")))
            .map(|child| Self::of(child, bound))
            .collect::<Result<_, _>>()?;
        Ok(if text("/logicalOperator") == "OR" { Self::Any(conditions) } else { Self::All(conditions) })
    }

    pub(super) fn holds(&self, record: &Record) -> bool {
        let has = |key: &str, wanted: &[Vec<Part>]| {
            record.get(key).is_some_and(|value| wanted.iter().any(|pattern| fits(value, pattern)))
        };
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(record)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(record)),
            Self::Is { key, wanted } => has(key, wanted),
            Self::IsNot { key, wanted } => !has(key, wanted),
        }
    }
}

fn statement(
    tree: &Json,
    key: &str,
    operator: &str,
    bound: &impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Condition, ConditionError> {
    let value = tree.get("value").unwrap_or(&Json::Null);
    let values = match value.get("value") {
        Some(Json::Array(values)) => values.iter().collect(),
        _ => vec![value],
    };
    let mut wanted = Vec::new();
    for value in values {
        wanted.extend(patterns(value, bound)?);
    }
    let key = key.to_owned();
    match operator {
        "=" | "in" => Ok(Condition::Is { key, wanted }),
        "!=" | "not in" => Ok(Condition::IsNot { key, wanted }),
        other => Err(ConditionError::Operator(other.to_owned())),
    }
}

/// What a value of the tree stands for: itself, with `*` for anything outside quotes, or the values of a variable, which
/// an asterisk may follow.
fn patterns(
    value: &Json,
    bound: &impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Vec<Vec<Part>>, ConditionError> {
    let text = match value.get("value").unwrap_or(value) {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let exactly = |text: &str| text.chars().map(Part::Exactly).collect::<Vec<Part>>();
    if let Some(variable) = text.strip_prefix('$') {
        let name = variable.strip_suffix('*').unwrap_or(variable);
        let values = bound(name).ok_or_else(|| ConditionError::RequiresVariable(name.to_owned()))?;
        let open = (name != variable).then_some(Part::AnyRun);
        return Ok(values.iter().map(|value| exactly(value).into_iter().chain(open).collect()).collect());
    }
    if value.get("isEscaped").and_then(Json::as_bool).unwrap_or(false) {
        return Ok(vec![exactly(&text)]);
    }
    let part = |character| if character == '*' { Part::AnyRun } else { Part::Exactly(character) };
    Ok(vec![text.chars().map(part).collect()])
}

fn fits(value: &Value, pattern: &[Part]) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| fits(element, pattern)),
        Value::String(text) | Value::SmartscapeId(text) => matches_wildcard(pattern, text),
        _ => false,
    }
}
