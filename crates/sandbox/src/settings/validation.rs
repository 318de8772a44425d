//! Whether a value fits its schema.

use serde_json::{Map, Value as Json};

use super::object::SettingsObject;
use super::schema::{Kind, ObjectType, Property, Schema};
use super::settings_error::Violation;

/// A value that wants to become an object's.
pub(crate) struct Candidate<'a> {
    pub(crate) value: &'a Json,
    /// What the object holds now; nothing when it is new.
    pub(crate) previous: Option<&'a Json>,
    /// The other objects of the schema.
    pub(crate) others: &'a [&'a SettingsObject],
}

/// Collects what is wrong with a value.
pub(crate) struct Violations<'a> {
    prefix: String,
    path: Vec<String>,
    found: &'a mut Vec<Violation>,
}

impl<'a> Violations<'a> {
    /// A collection for the object at `index` of a request.
    pub(crate) fn new(schema_id: &str, index: usize, found: &'a mut Vec<Violation>) -> Self {
        Self { prefix: format!("{schema_id}/{index}"), path: Vec::new(), found }
    }

    /// Something is wrong here.
    pub(crate) fn add(&mut self, message: impl Into<String>) {
        let path = std::iter::once(self.prefix.as_str()).chain(self.path.iter().map(String::as_str));
        let path = path.collect::<Vec<_>>().join("/");
        self.found.push(Violation { path, message: message.into() });
    }

    /// Looks at a part of the value.
    pub(crate) fn inside(&mut self, part: impl ToString, look: impl FnOnce(&mut Self)) {
        self.path.push(part.to_string());
        look(self);
        self.path.pop();
    }

    /// Something is wrong with a property.
    pub(crate) fn at(&mut self, property: &str, message: impl Into<String>) {
        self.inside(property, |violations| violations.add(message));
    }
}

/// Everything that is wrong with a candidate.
pub(crate) fn violations(schema: &Schema, candidate: &Candidate<'_>, index: usize) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut violations = Violations::new(schema.id, index, &mut found);
    object(candidate.value, schema.value, &mut violations);
    if found.is_empty() {
        (schema.rules)(candidate, &mut Violations::new(schema.id, index, &mut found));
    }
    found
}

fn object(value: &Json, expected: &ObjectType, violations: &mut Violations<'_>) {
    let Json::Object(members) = value else {
        violations.add(format!("An object is expected, not {}.", kind_of(value)));
        return;
    };
    for name in members.keys() {
        if !expected.properties.iter().any(|property| property.name == name) {
            let known: Vec<&str> = expected.properties.iter().map(|property| property.name).collect();
            violations.at(name, format!("There is no property '{name}', only {}.", known.join(", ")));
        }
    }
    for property in expected.properties {
        violations.inside(property.name, |violations| member(members, property, violations));
    }
}

fn member(members: &Map<String, Json>, property: &Property, violations: &mut Violations<'_>) {
    let name = property.name;
    let value = members.get(name).filter(|value| !value.is_null());
    if let Some((other, wanted)) = property.only_if {
        let current = members.get(other).and_then(Json::as_str).unwrap_or_default();
        if !wanted.contains(&current) {
            if value.is_some() {
                let wanted = wanted.join(" or ");
                violations
                    .add(format!("Given property '{name}' may only be set when '{other}' is {wanted}."));
            }
            return;
        }
    }
    match (value, property.kind) {
        (Some(value), kind) => typed(name, value, kind, violations),
        (None, Kind::List(..) | Kind::Set(..)) => {}
        (None, _) if property.nullable => {}
        (None, _) => violations.add(format!("Given property '{name}' is required and must not be null.")),
    }
}

fn typed(name: &str, value: &Json, kind: Kind, violations: &mut Violations<'_>) {
    let broken = |constraint: String| {
        format!(
            "Given property '{name}' with value: '{value}' violates the following constraint: {constraint}"
        )
    };
    match (kind, value) {
        (Kind::Boolean, Json::Bool(_)) => {}
        (Kind::Integer, Json::Number(number)) if number.is_i64() => {}
        (Kind::Float(least, greatest), Json::Number(number)) => {
            if number.as_f64().is_none_or(|number| number < least || number > greatest) {
                violations.add(broken(format!("must be between {least} and {greatest}")));
            }
        }
        (Kind::Text(shortest, longest), Json::String(text)) => {
            let length = text.chars().count();
            if length < shortest || length > longest {
                violations.add(broken(format!("length must be between {shortest} and {longest}")));
            }
        }
        (Kind::Enum(_, values), Json::String(text)) => {
            if !values.contains(&text.as_str()) {
                violations.add(broken(format!("must be one of {}", values.join(", "))));
            }
        }
        (Kind::Object(expected), value) => object(value, expected, violations),
        (Kind::List(element, most) | Kind::Set(element, most), Json::Array(elements)) => {
            if elements.len() > most {
                violations.add(format!("Given property '{name}' has more than {most} elements."));
            }
            for (index, value) in elements.iter().enumerate() {
                violations.inside(index, |violations| {
                    typed(name, value, *element, violations);
                    let before = elements.get(..index).unwrap_or_default();
                    if matches!(kind, Kind::Set(..)) && before.contains(value) {
                        violations
                            .add(format!("Given property '{name}' is a set and holds '{value}' twice."));
                    }
                });
            }
        }
        (kind, value) => {
            let expected = match kind {
                Kind::Boolean => "a boolean",
                Kind::Integer => "an integer",
                Kind::Float(..) => "a number",
                Kind::Text(..) | Kind::Enum(..) => "a text",
                Kind::List(..) | Kind::Set(..) => "a list",
                Kind::Object(_) => "an object",
            };
            violations.add(format!("Given property '{name}' has to be {expected}, not {}.", kind_of(value)));
        }
    }
}

const fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
