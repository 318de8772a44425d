//! Values for placeholders, and where they are found.

use std::collections::BTreeMap;

use super::placeholder::Placeholder;
use crate::builder::TimeSpan;

/// The value of a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// A text.
    String(String),
    /// An integer.
    Long(i64),
    /// A floating point number.
    Double(f64),
    /// A truth value.
    Boolean(bool),
    /// A length of time.
    Duration(TimeSpan),
    /// Several values.
    List(Vec<Bound>),
}

impl Bound {
    /// The value as a part of a text; a list is none.
    pub(super) fn as_text(&self) -> Option<String> {
        Some(match self {
            Self::String(value) => value.clone(),
            Self::Long(value) => value.to_string(),
            Self::Double(value) if !value.is_finite() => "null".to_owned(),
            Self::Double(value) => value.to_string(),
            Self::Boolean(value) => value.to_string(),
            Self::Duration(TimeSpan { amount, unit }) => format!("{amount}{}", unit.as_str()),
            Self::List(_) => return None,
        })
    }
}

/// Where values are found.
pub trait Scope {
    /// The value of a path, if it has one.
    fn resolve(&self, path: &[String]) -> Option<Bound>;

    /// The paths that have values, as they are written, for help.
    fn names(&self) -> Vec<String>;
}

/// Values by path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bindings {
    values: BTreeMap<Vec<String>, Bound>,
}

impl Bindings {
    /// With a value for `${name}`.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Bound>) -> Self {
        self.with_path([name], value)
    }

    /// With a value for a path such as `${entity.metadata.labels['a']}`, given by its segments.
    #[must_use]
    pub fn with_path<'a>(mut self, path: impl IntoIterator<Item = &'a str>, value: impl Into<Bound>) -> Self {
        self.values.insert(path.into_iter().map(str::to_owned).collect(), value.into());
        self
    }
}

impl Scope for Bindings {
    fn resolve(&self, path: &[String]) -> Option<Bound> {
        self.values.get(path).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.values.keys().map(|path| Placeholder::written(path)).collect()
    }
}

impl From<&str> for Bound {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Bound {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<i64> for Bound {
    fn from(value: i64) -> Self {
        Self::Long(value)
    }
}

impl From<f64> for Bound {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl From<bool> for Bound {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<TimeSpan> for Bound {
    fn from(value: TimeSpan) -> Self {
        Self::Duration(value)
    }
}

impl<B: Into<Bound>> From<Vec<B>> for Bound {
    fn from(values: Vec<B>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<B: Into<Bound>, const N: usize> From<[B; N]> for Bound {
    fn from(values: [B; N]) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}
