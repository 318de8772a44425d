//! The values of tables and facts.

use std::borrow::Borrow;

use grailstage_catalog::Entity;
use serde::Serialize;
use serde_json::Value;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::{Status, origin};

/// One value. Its type goes with the [`ColumnKind`](super::ColumnKind) of its column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Cell {
    /// Not known.
    Unknown,
    /// For `text`, and in ISO 8601 for `timestamp`.
    Text(String),
    /// For `count`.
    Count(#[cfg_attr(feature = "typescript", ts(type = "number"))] i64),
    /// For `number`, in the unit of the column.
    Number(f64),
    /// For `link`.
    Link(LinkCell),
    /// For `entity`.
    Entity(EntityCell),
    /// For `links`.
    Links(Vec<LinkCell>),
    /// For `readiness`.
    Readiness(ReadinessCell),
    /// For `status`.
    Status(StatusCell),
    /// For `sparkline`.
    Sparkline(SparklineCell),
    /// For `record`.
    Record(RecordCell),
}

impl Cell {
    /// A text, or unknown.
    #[must_use]
    pub fn text(value: Option<String>) -> Self {
        value.map_or(Self::Unknown, Self::Text)
    }

    /// Several texts as one, or unknown where there are none.
    pub(crate) fn joined<S: Borrow<str>>(texts: &[S]) -> Self {
        Self::text((!texts.is_empty()).then(|| texts.join(", ")))
    }

    /// A count, or unknown.
    #[must_use]
    pub fn count(value: Option<i64>) -> Self {
        value.map_or(Self::Unknown, Self::Count)
    }

    /// A number, or unknown; what is not finite is unknown, too.
    #[must_use]
    pub fn number(value: Option<f64>) -> Self {
        value.filter(|number| number.is_finite()).map_or(Self::Unknown, Self::Number)
    }

    /// A status in words.
    #[must_use]
    pub fn status(status: Status, text: impl Into<String>) -> Self {
        Self::Status(StatusCell { status, label: text.into(), detail: None })
    }

    /// What it says in words, and where that leads; nothing of a cell without words.
    pub(crate) fn words(&self) -> (&str, Option<&str>) {
        match self {
            Self::Text(text) => (text, None),
            Self::Link(link) => (&link.text, Some(link.url.as_str()).filter(|url| !url.is_empty())),
            Self::Status(status) => (&status.label, None),
            _ => ("", None),
        }
    }

    /// Its links; none of other cells.
    pub(crate) fn links_mut(&mut self) -> &mut [LinkCell] {
        match self {
            Self::Link(link) => std::slice::from_mut(link),
            Self::Links(links) => links,
            _ => &mut [],
        }
    }
}

/// A text that leads to a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct LinkCell {
    /// What is shown.
    pub text: String,
    /// Where it leads: http, https or mailto; empty for a text that leads nowhere.
    pub url: String,
    /// A second, quieter text, such as the kind of a workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub detail: Option<String>,
}

impl LinkCell {
    /// A link to a page outside Dynatrace that a record names; only the text where its address is no plain one of http or
    /// https. Where links may lead is decided for all of them, once the card is put together.
    #[must_use]
    pub fn outside(text: String, url: &str, detail: Option<String>) -> Cell {
        if origin(url).is_some() {
            Cell::Link(Self { text, url: url.to_owned(), detail })
        } else {
            Cell::Text(text)
        }
    }

    /// The same for a list of links: one with another address leads nowhere.
    #[must_use]
    pub fn guarded(text: String, url: &str) -> Self {
        let url = if origin(url).is_some() { url.to_owned() } else { String::new() };
        Self { text, url, detail: None }
    }

    /// An e-mail address; leads nowhere where it is not a plain one, which could carry more than an address.
    #[must_use]
    pub fn mail(address: &str) -> Self {
        let is_plain = |part: &str| {
            !part.is_empty() && part.chars().all(|it| it.is_ascii_alphanumeric() || "._+-".contains(it))
        };
        let is_address = address.split_once('@').is_some_and(|(name, host)| is_plain(name) && is_plain(host));
        let url = if is_address { format!("mailto:{address}") } else { String::new() };
        Self { text: address.to_owned(), url, detail: None }
    }
}

/// An entity of the catalog; leads to its page in the portal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EntityCell {
    /// What is shown.
    pub text: String,
    /// Its full reference, such as `component:default/cart`.
    pub entity_ref: String,
}

impl EntityCell {
    /// An entity by its title, or its name.
    #[must_use]
    pub fn of(entity: &Entity) -> Self {
        let text = entity.metadata.title.as_ref().unwrap_or(&entity.metadata.name).clone();
        Self { text, entity_ref: entity.entity_ref().stringify() }
    }
}

/// How many of the wanted instances are ready.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ReadinessCell {
    /// Ready instances.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub ready: Option<i64>,
    /// Wanted instances.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub desired: Option<i64>,
    /// What that means.
    pub status: Status,
}

impl ReadinessCell {
    /// Judges the two numbers.
    #[must_use]
    pub fn new(ready: Option<i64>, desired: Option<i64>) -> Self {
        let status = match (ready, desired) {
            (Some(ready), Some(desired)) if ready >= desired => Status::Ok,
            (Some(0), Some(_)) => Status::Error,
            (Some(_), Some(_)) => Status::Warning,
            _ => Status::Unknown,
        };
        Self { ready, desired, status }
    }
}

/// A status with its words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct StatusCell {
    /// What it means.
    pub status: Status,
    /// The same in words, in English; frontends translate the ones they know.
    pub label: String,
    /// More of it, such as `3 of 4 objectives`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub detail: Option<String>,
}

/// A small course of values.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SparklineCell {
    /// The values from old to new, in equal steps; `null` where there is none.
    pub points: Vec<Option<f64>>,
    /// The last value, by which rows are sorted.
    pub last: Option<f64>,
}

impl SparklineCell {
    /// The course of these values.
    #[must_use]
    pub fn new(points: Vec<Option<f64>>) -> Self {
        let last = points.iter().rev().find_map(|point| *point);
        Self { points, last }
    }
}

/// Any structure, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct RecordCell {
    /// The structure.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub record: Value,
}
