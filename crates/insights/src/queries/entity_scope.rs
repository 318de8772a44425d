//! The values that the placeholders of a query stand for.

use grailstage_dql::template::{Bound, Scope};
use serde_json::Value;

const COMPONENT_NAMESPACE: &str = "componentNamespace";
const COMPONENT_NAME: &str = "componentName";
const ENVIRONMENT_NAME: &str = "environmentName";
const ENVIRONMENT_URL: &str = "environmentUrl";

/// The placeholders of `@dynatrace/backstage-plugin-dql`. Besides them `${entity.…}` leads into the entity.
pub(super) const PLACEHOLDERS: [&str; 4] =
    [COMPONENT_NAMESPACE, COMPONENT_NAME, ENVIRONMENT_NAME, ENVIRONMENT_URL];

/// The placeholders as help names them.
pub(super) fn placeholder_names() -> Vec<String> {
    let paths = ["entity.metadata.name", "entity.metadata.labels['…']"];
    PLACEHOLDERS.iter().chain(&paths).map(|&name| name.to_owned()).collect()
}

/// An entity in an environment.
#[derive(Debug, Clone, Copy)]
pub(super) struct EntityScope<'a> {
    /// Namespace of the entity, `default` where none is written.
    pub(super) namespace: &'a str,
    /// Name of the entity.
    pub(super) name: &'a str,
    /// The whole of it, as JSON.
    pub(super) entity: &'a Value,
    /// Name of the environment.
    pub(super) environment_name: &'a str,
    /// Address of the environment, without slash at the end.
    pub(super) environment_url: &'a str,
}

impl Scope for EntityScope<'_> {
    fn resolve(&self, path: &[String]) -> Option<Bound> {
        match path {
            [name] => match name.as_str() {
                COMPONENT_NAMESPACE => Some(self.namespace.into()),
                COMPONENT_NAME => Some(self.name.into()),
                ENVIRONMENT_NAME => Some(self.environment_name.into()),
                ENVIRONMENT_URL => Some(self.environment_url.into()),
                _ => None,
            },
            [first, path @ ..] if first == "entity" => {
                path.iter().try_fold(self.entity, |value, key| value.get(key)).and_then(bound)
            }
            _ => None,
        }
    }

    fn names(&self) -> Vec<String> {
        placeholder_names()
    }
}

/// A value of the entity as one of DQL: scalars, and lists of them.
fn bound(value: &Value) -> Option<Bound> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Bool(truth) => Some((*truth).into()),
        Value::Number(number) => {
            number.as_i64().map(Bound::Long).or_else(|| number.as_f64().map(Bound::Double))
        }
        Value::Array(values) => values
            .iter()
            .map(|value| bound(value).filter(|value| !matches!(value, Bound::List(_))))
            .collect::<Option<Vec<_>>>()
            .map(Bound::List),
        Value::Null | Value::Object(_) => None,
    }
}
