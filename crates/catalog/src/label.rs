//! The keys and values of Kubernetes labels, valid by construction.
//!
//! Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>.

use std::borrow::Borrow;
use std::fmt;

use crate::error::CatalogError;
use crate::label_selector::InvalidLabelSelector;
use crate::naming_rule::{BrokenRule, check_label_key, check_label_value};

/// The key of a label: `name` or `prefix/name`, such as `app.kubernetes.io/name`.
///
/// The prefix is a DNS-1123 subdomain of at most 253 characters; the name has at most 63.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelKey(String);

impl LabelKey {
    /// Takes the text of a key, without spaces around it.
    ///
    /// # Errors
    /// `invalid-label-selector` where the text breaks Kubernetes' rules for label keys.
    pub fn new(key: &str) -> Result<Self, CatalogError> {
        Ok(Self::checked(key).map_err(|rule| InvalidLabelSelector::key(key, 0, rule))?)
    }

    /// The key, or the rule it breaks: for callers who know where in a longer text it stands.
    pub(crate) fn checked(key: &str) -> Result<Self, BrokenRule> {
        check_label_key(key).map(|()| Self(key.to_owned()))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of a label: at most 63 letters, digits, `-`, `_` and `.`; empty is a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelValue(String);

impl LabelValue {
    /// Takes the text of a value, without spaces around it.
    ///
    /// # Errors
    /// `invalid-label-selector` where the text breaks Kubernetes' rules for label values.
    pub fn new(value: &str) -> Result<Self, CatalogError> {
        Ok(Self::checked(value).map_err(|rule| InvalidLabelSelector::value(value, 0, rule))?)
    }

    /// The value, or the rule it breaks: for callers who know where in a longer text it stands.
    pub(crate) fn checked(value: &str) -> Result<Self, BrokenRule> {
        check_label_value(value).map(|()| Self(value.to_owned()))
    }

    /// The empty value, as in `a=`.
    #[must_use]
    pub const fn empty() -> Self {
        Self(String::new())
    }

    /// The value as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LabelKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for LabelValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Borrow<str> for LabelValue {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn refuses_a_key_that_no_label_can_have() {
        let error = LabelKey::new("app name").unwrap_err();
        assert_eq!(error.code(), "invalid-label-selector");
        assert_eq!(error.span(), Some(Span::new(3, 4)));
        assert_eq!(error.annotation(), None);
    }

    #[test]
    fn refuses_a_value_that_no_label_can_have() {
        let error = LabelValue::new("-1").unwrap_err();
        assert_eq!(error.span(), Some(Span::new(0, 1)));
        assert_eq!(LabelValue::new("").unwrap(), LabelValue::empty());
    }
}
