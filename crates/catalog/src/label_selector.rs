//! Kubernetes label selectors: which objects, by their labels.
//!
//! ```text
//! "tier in (web,api), !legacy"
//!    │ parse: token → parser, checked by the naming rules; a fault is an error with its place
//!    ▼
//! LabelSelector ── Requirement ─┬─ LabelKey   legacy      tier
//!    │           all must hold  └─ Operator   DoesNotExist  In {api, web}
//!    ├ matches(labels) → bool
//!    └ Display: "!legacy,tier in (api,web)"   the canonical form: sorted, no spaces but around `in`
//! ```
//!
//! The grammar and what it accepts are those of `labels.Parse` in `k8s.io/apimachinery` as of Kubernetes 1.35 (older
//! ones refuse an even number of commas before `)`); see
//! <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>.

mod invalid;
mod parser;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

pub use invalid::InvalidLabelSelector;

use crate::error::CatalogError;
use crate::label::{LabelKey, LabelValue};

/// A label selector: an object is selected if it meets every requirement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct LabelSelector {
    /// What the labels must meet; a parsed selector has them ordered by key. None at all selects everything.
    pub requirements: Vec<Requirement>,
}

/// What one label must meet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// The label's key.
    pub key: LabelKey,
    /// What its value must be, or whether it must be there.
    pub operator: Operator,
}

/// How a requirement judges a label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `key in (a,b)`: the label exists and its value is one of these.
    In(LabelValues),
    /// `key notin (a,b)`: the label has none of these values, or does not exist.
    NotIn(LabelValues),
    /// `key=a` or `key==a`: the label exists and has this value.
    Equals(LabelValue),
    /// `key!=a`: the label has another value, or does not exist.
    NotEquals(LabelValue),
    /// `key`: the label exists, whatever its value.
    Exists,
    /// `!key`: the label does not exist.
    DoesNotExist,
    /// `key>1`: the label exists, its value is a 64-bit integer, and larger than this one.
    ///
    /// Kubernetes' parser takes it though its page on labels does not list it.
    GreaterThan(i64),
    /// `key<1`: the label exists, its value is a 64-bit integer, and smaller than this one.
    LessThan(i64),
}

/// The values of a set-based requirement: at least one, each once, in byte order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LabelValues(BTreeSet<LabelValue>);

impl LabelSelector {
    /// Reads a selector such as `tier in (web, api), !legacy`.
    ///
    /// Text without requirements, empty or of spaces, selects everything, as in Kubernetes. One stricter point:
    /// Kubernetes stops reading at a NUL byte, here it is a character that no name may have.
    ///
    /// # Errors
    /// `invalid-label-selector` with the bytes at fault, what was expected there, and the way out.
    pub fn parse(selector: &str) -> Result<Self, CatalogError> {
        Ok(parser::parse(selector)?)
    }

    /// The selector of objects whose label `key` has this value.
    #[must_use]
    pub fn equals(key: LabelKey, value: LabelValue) -> Self {
        Self { requirements: vec![Requirement { key, operator: Operator::Equals(value) }] }
    }

    /// Whether an object with these labels is selected.
    #[must_use]
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Whether the selector requires nothing, and so selects everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

impl Requirement {
    /// Whether an object with these labels meets the requirement.
    #[must_use]
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = labels.get(self.key.as_str()).map(String::as_str);
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.contains(value)),
            Operator::NotIn(values) => !value.is_some_and(|value| values.contains(value)),
            Operator::Equals(expected) => value == Some(expected.as_str()),
            Operator::NotEquals(refused) => value != Some(refused.as_str()),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan(bound) => number().is_some_and(|number| number > *bound),
            Operator::LessThan(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

impl LabelValues {
    /// The set of the first value and the others.
    #[must_use]
    pub fn new(first: LabelValue, others: impl IntoIterator<Item = LabelValue>) -> Self {
        Self(std::iter::once(first).chain(others).collect())
    }

    /// The values in byte order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &LabelValue> {
        self.0.iter()
    }

    /// Whether the value is one of them.
    #[must_use]
    pub fn contains(&self, value: &str) -> bool {
        self.0.contains(value)
    }
}

impl FromStr for LabelSelector {
    type Err = CatalogError;

    fn from_str(selector: &str) -> Result<Self, Self::Err> {
        Self::parse(selector)
    }
}

impl fmt::Display for LabelSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            requirement.fmt(formatter)?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.operator {
            Operator::In(values) => write!(formatter, "{key} in ({values})"),
            Operator::NotIn(values) => write!(formatter, "{key} notin ({values})"),
            Operator::Equals(value) => write!(formatter, "{key}={value}"),
            Operator::NotEquals(value) => write!(formatter, "{key}!={value}"),
            Operator::Exists => write!(formatter, "{key}"),
            Operator::DoesNotExist => write!(formatter, "!{key}"),
            Operator::GreaterThan(bound) => write!(formatter, "{key}>{bound}"),
            Operator::LessThan(bound) => write!(formatter, "{key}<{bound}"),
        }
    }
}

impl fmt::Display for LabelValues {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            value.fmt(formatter)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn selects(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        LabelSelector::parse(selector).unwrap().matches(&labels)
    }

    #[test]
    fn nothing_required_selects_everything() {
        assert!(selects("", &[]));
        assert!(selects(" \t\n", &[("a", "b")]));
        assert!(LabelSelector::parse(" ").unwrap().is_empty());
    }

    #[test]
    fn equality_needs_the_label() {
        assert!(selects("tier=web", &[("tier", "web")]));
        assert!(!selects("tier=web", &[("tier", "api")]));
        assert!(!selects("tier=web", &[]));
        assert!(selects("tier=", &[("tier", "")]));
        assert!(!selects("tier=", &[]));
    }

    #[test]
    fn inequality_selects_objects_without_the_label() {
        assert!(!selects("tier!=web", &[("tier", "web")]));
        assert!(selects("tier!=web", &[("tier", "api")]));
        assert!(selects("tier!=web", &[]));
    }

    #[test]
    fn notin_selects_objects_without_the_label() {
        assert!(!selects("tier notin (web,api)", &[("tier", "api")]));
        assert!(selects("tier notin (web,api)", &[("tier", "db")]));
        assert!(selects("tier notin (web,api)", &[]));
    }

    #[test]
    fn in_needs_the_label() {
        assert!(selects("tier in (web,api)", &[("tier", "api")]));
        assert!(!selects("tier in (web,api)", &[("tier", "db")]));
        assert!(!selects("tier in (web,api)", &[]));
        assert!(selects("tier in ()", &[("tier", "")]));
        assert!(!selects("tier in ()", &[]));
    }

    #[test]
    fn existence_does_not_look_at_the_value() {
        assert!(selects("tier", &[("tier", "")]));
        assert!(!selects("tier", &[("team", "a")]));
        assert!(!selects("!tier", &[("tier", "")]));
        assert!(selects("!tier", &[("team", "a")]));
    }

    #[test]
    fn order_needs_a_label_that_is_an_integer() {
        assert!(selects("weight>9", &[("weight", "10")]));
        assert!(!selects("weight>9", &[("weight", "9")]));
        assert!(!selects("weight>9", &[("weight", "v10")]));
        assert!(!selects("weight>9", &[]));
        assert!(selects("weight<9", &[("weight", "8")]));
        assert!(!selects("weight<9", &[("weight", "9223372036854775808")]));
    }

    #[test]
    fn every_requirement_must_hold() {
        assert!(selects("a=1,b!=2,!c", &[("a", "1"), ("b", "3")]));
        assert!(!selects("a=1,b!=2,!c", &[("a", "1"), ("b", "3"), ("c", "")]));
        assert!(!selects("a=1,a=2", &[("a", "1")]));
    }

    #[test]
    fn keys_and_values_compare_by_case() {
        assert!(!selects("tier=web", &[("tier", "Web")]));
        assert!(!selects("Tier", &[("tier", "web")]));
    }
}
