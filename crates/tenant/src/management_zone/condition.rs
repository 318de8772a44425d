//! One condition of an attribute rule, and whether values meet it.

use std::fmt;

use serde_json::Value;

use super::rule::text;
use crate::tag::Tag;

/// A condition on an attribute of an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The attribute, such as `CLOUD_APPLICATION_NAMESPACE_NAME`; an open set of some two hundred.
    pub key: String,
    /// The key within the attribute, such as the name of a label.
    pub dynamic_key: Option<String>,
    /// How it is compared.
    pub operator: Operator,
    /// What it is compared to.
    pub expected: Expected,
    /// Whether upper and lower case differ.
    pub case_sensitive: bool,
}

/// How a condition compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Whether the comparison must not hold.
    pub negated: bool,
    /// The comparison.
    pub comparison: Comparison,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// `EQUALS`
    Equals,
    /// `EXISTS`
    Exists,
    /// `BEGINS_WITH`
    BeginsWith,
    /// `ENDS_WITH`
    EndsWith,
    /// `CONTAINS`
    Contains,
    /// `TAG_KEY_EQUALS`
    TagKeyEquals,
    /// `GREATER_THAN`
    Greater,
    /// `GREATER_THAN_OR_EQUAL`
    GreaterOrEqual,
    /// `LOWER_THAN`
    Lower,
    /// `LOWER_THAN_OR_EQUAL`
    LowerOrEqual,
    /// One that cannot be evaluated here, such as `REGEX_MATCHES` or `IS_IP_IN_RANGE`.
    Other(String),
}

/// What a condition compares to.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// `stringValue` or `enumValue`
    Text(String),
    /// `integerValue`
    Integer(i64),
    /// `tag`
    Tag(Tag),
    /// `entityId`
    Entity(String),
    /// Nothing, as for `EXISTS`.
    Nothing,
}

impl Condition {
    pub(super) fn read(value: &Value) -> Self {
        let expected = text(value, "tag")
            .map(|tag| Expected::Tag(Tag::parse(&tag)))
            .or_else(|| text(value, "entityId").map(Expected::Entity))
            .or_else(|| text(value, "stringValue").map(Expected::Text))
            .or_else(|| text(value, "enumValue").map(Expected::Text))
            .or_else(|| value.get("integerValue").and_then(Value::as_i64).map(Expected::Integer));
        Self {
            key: text(value, "key").unwrap_or_default(),
            dynamic_key: text(value, "dynamicKey"),
            operator: Operator::read(&text(value, "operator").unwrap_or_default()),
            expected: expected.unwrap_or(Expected::Nothing),
            case_sensitive: value.get("caseSensitive").and_then(Value::as_bool).unwrap_or(false),
        }
    }

    /// What it compares to, as text; nothing for `EXISTS` and its like.
    #[must_use]
    pub fn expected_text(&self) -> Option<String> {
        match &self.expected {
            Expected::Text(text) | Expected::Entity(text) => Some(text.clone()),
            Expected::Integer(number) => Some(number.to_string()),
            Expected::Tag(tag) => Some(tag.to_string()),
            Expected::Nothing => None,
        }
    }

    /// Whether values meet it; `None` where that cannot be evaluated. An attribute without a value meets
    /// negated conditions only.
    pub(super) fn is_met_by(&self, values: &[String]) -> Option<bool> {
        let holds = match (&self.operator.comparison, &self.expected) {
            (Comparison::Exists, _) => !values.is_empty(),
            (Comparison::Equals, Expected::Text(expected) | Expected::Entity(expected)) => {
                self.any(values, expected, |value, expected| value == expected)
            }
            (Comparison::BeginsWith, Expected::Text(expected)) => {
                self.any(values, expected, |value, expected| value.starts_with(expected))
            }
            (Comparison::EndsWith, Expected::Text(expected)) => {
                self.any(values, expected, |value, expected| value.ends_with(expected))
            }
            (Comparison::Contains, Expected::Text(expected)) => {
                self.any(values, expected, |value, expected| value.contains(expected))
            }
            (Comparison::Equals, Expected::Tag(expected)) => {
                values.iter().any(|value| same_tag(&Tag::parse(value), expected))
            }
            (Comparison::TagKeyEquals, Expected::Tag(expected)) => {
                values.iter().map(|value| Tag::parse(value)).any(|tag| same_tag_key(&tag, expected))
            }
            (Comparison::TagKeyEquals, Expected::Text(expected)) => {
                let expected = Tag::parse(expected);
                values.iter().map(|value| Tag::parse(value)).any(|tag| same_tag_key(&tag, &expected))
            }
            (comparison, Expected::Integer(expected)) => {
                let holds: fn(&i64, &i64) -> bool = match comparison {
                    Comparison::Equals => i64::eq,
                    Comparison::Greater => i64::gt,
                    Comparison::GreaterOrEqual => i64::ge,
                    Comparison::Lower => i64::lt,
                    Comparison::LowerOrEqual => i64::le,
                    _ => return None,
                };
                let numbers = values.iter().map(|value| value.parse::<i64>().ok());
                numbers.collect::<Option<Vec<_>>>()?.iter().any(|number| holds(number, expected))
            }
            _ => return None,
        };
        Some(holds != self.operator.negated)
    }

    fn any(&self, values: &[String], expected: &str, holds: impl Fn(&str, &str) -> bool) -> bool {
        if self.case_sensitive {
            return values.iter().any(|value| holds(value, expected));
        }
        let expected = expected.to_lowercase();
        values.iter().any(|value| holds(&value.to_lowercase(), &expected))
    }
}

/// Key and value are the same, and the context where both have one: rules write it as the API does
/// (`KUBERNETES`), entities as the screens do (`Kubernetes`).
pub(super) fn same_tag(tag: &Tag, expected: &Tag) -> bool {
    same_tag_key(tag, expected) && tag.value == expected.value
}

fn same_tag_key(tag: &Tag, expected: &Tag) -> bool {
    let plain = |tag: &Tag| tag.context.as_deref().map(|it| it.replace(['_', ' '], "").to_lowercase());
    tag.key == expected.key && plain(tag) == plain(expected)
}

impl Operator {
    fn read(name: &str) -> Self {
        // `IS_IP_IN_RANGE` and whatever else begins otherwise stays whole.
        let (negated, plain) = match name.strip_prefix("NOT_") {
            Some(plain) => (true, plain),
            None => (false, name),
        };
        let comparison = match plain {
            "EQUALS" => Comparison::Equals,
            "EXISTS" => Comparison::Exists,
            "BEGINS_WITH" => Comparison::BeginsWith,
            "ENDS_WITH" => Comparison::EndsWith,
            "CONTAINS" => Comparison::Contains,
            "TAG_KEY_EQUALS" => Comparison::TagKeyEquals,
            "GREATER_THAN" => Comparison::Greater,
            "GREATER_THAN_OR_EQUAL" => Comparison::GreaterOrEqual,
            "LOWER_THAN" => Comparison::Lower,
            "LOWER_THAN_OR_EQUAL" => Comparison::LowerOrEqual,
            other => Comparison::Other(other.to_owned()),
        };
        Self { negated, comparison }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            formatter.write_str("NOT_")?;
        }
        formatter.write_str(match &self.comparison {
            Comparison::Equals => "EQUALS",
            Comparison::Exists => "EXISTS",
            Comparison::BeginsWith => "BEGINS_WITH",
            Comparison::EndsWith => "ENDS_WITH",
            Comparison::Contains => "CONTAINS",
            Comparison::TagKeyEquals => "TAG_KEY_EQUALS",
            Comparison::Greater => "GREATER_THAN",
            Comparison::GreaterOrEqual => "GREATER_THAN_OR_EQUAL",
            Comparison::Lower => "LOWER_THAN",
            Comparison::LowerOrEqual => "LOWER_THAN_OR_EQUAL",
            Comparison::Other(name) => name,
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.key)?;
        if let Some(dynamic_key) = &self.dynamic_key {
            write!(formatter, "[{dynamic_key}]")?;
        }
        write!(formatter, " {}", self.operator)?;
        match &self.expected {
            Expected::Text(text) | Expected::Entity(text) => write!(formatter, " `{text}`"),
            Expected::Integer(number) => write!(formatter, " {number}"),
            Expected::Tag(tag) => write!(formatter, " `{tag}`"),
            Expected::Nothing => Ok(()),
        }
    }
}
