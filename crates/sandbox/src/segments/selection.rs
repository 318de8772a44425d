//! The segments of a query, and which records they let through.
//!
//! Source: docs.dynatrace.com, segments: "Include data", "Supported data types", "Segment limits"; error code
//! `FILTER_SEGMENT_REQUIRES_VARIABLE` as Grail's. The code for a segment that does not exist is the sandbox's own.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::condition::Condition;
use super::segment_store::SegmentStore;
use crate::record::Record;

/// How many segments a query takes.
const MOST_SEGMENTS: usize = 10;
/// The data object of an include for data of all types, entities among them.
const ALL_DATA: &str = "_all_data_object";

/// A segment as a query asks for it: an element of `filterSegments`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedSegment {
    id: String,
    #[serde(default)]
    variables: Vec<Binding>,
}

/// The values of a variable.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Binding {
    name: String,
    values: Vec<String>,
}

/// What a query is limited to: the records that each of its segments includes.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    segments: Vec<Vec<Included>>,
}

/// An include with its variables bound.
#[derive(Debug, Clone)]
struct Included {
    data_object: String,
    condition: Condition,
}

/// Why a query cannot be limited to its segments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SelectionError {
    /// More segments than a query takes.
    #[error("a query takes at most {MOST_SEGMENTS} filter segments, not {count}")]
    TooMany { count: usize },
    /// No segment of that uid.
    #[error("the filter segment `{id}` doesn't exist")]
    Unknown { id: String },
    /// The query leaves a variable of the segment out.
    #[error("the filter segment `{id}` requires the variable `${variable}`")]
    RequiresVariable { id: String, variable: String },
    /// What Grail filters by and the sandbox does not.
    #[error("{what} of the filter segment `{id}` is not supported by the sandbox")]
    NotSupported { id: String, what: String },
}

impl Selection {
    /// All data.
    pub(crate) const fn none() -> Self {
        Self { segments: Vec::new() }
    }

    /// The data that the wanted segments have in common.
    pub(crate) fn of(wanted: &[WantedSegment], store: &SegmentStore) -> Result<Self, SelectionError> {
        if wanted.len() > MOST_SEGMENTS {
            return Err(SelectionError::TooMany { count: wanted.len() });
        }
        let segments = wanted.iter().map(|wanted| selected(wanted, store)).collect::<Result<_, _>>()?;
        Ok(Self { segments })
    }

    /// Whether there is no segment.
    pub(crate) const fn is_none(&self) -> bool {
        self.segments.is_empty()
    }

    /// Whether a record of a data object is part of the selection. A data object that no include of a segment names is
    /// not.
    pub(crate) fn includes(&self, data_object: &str, record: &Record) -> bool {
        let concerned =
            |include: &&Included| include.data_object == ALL_DATA || include.data_object == data_object;
        self.segments
            .iter()
            .all(|includes| includes.iter().filter(concerned).any(|include| include.condition.holds(record)))
    }
}

fn selected(wanted: &WantedSegment, store: &SegmentStore) -> Result<Vec<Included>, SelectionError> {
    let id = || wanted.id.clone();
    let segment = store.get(&wanted.id).map_err(|_| SelectionError::Unknown { id: id() })?;
    let bound = |variable: &str| {
        let name = |binding: &Binding| binding.name.trim_start_matches('$') == variable;
        let binding = wanted.variables.iter().find(|binding| name(binding));
        binding.map(|binding| binding.values.clone())
    };
    segment
        .content
        .includes
        .iter()
        .map(|include| {
            if include.relationship.is_some() {
                return Err(SelectionError::NotSupported { id: id(), what: "the relationship".into() });
            }
            let tree = serde_json::from_str(&include.filter).unwrap_or(Json::Null);
            let condition = Condition::of(&tree, &bound).map_err(|error| error.of_segment(&wanted.id))?;
            Ok(Included { data_object: include.data_object.clone(), condition })
        })
        .collect()
}

impl SelectionError {
    /// The code in `error.message` and `details.errorType`.
    const fn grail_code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "TOO_MANY_FILTER_SEGMENTS",
            Self::Unknown { .. } => "FILTER_SEGMENT_NOT_FOUND",
            Self::RequiresVariable { .. } => "FILTER_SEGMENT_REQUIRES_VARIABLE",
            Self::NotSupported { .. } => "NOT_SUPPORTED_BY_SANDBOX",
        }
    }

    fn arguments(&self) -> Vec<String> {
        match self {
            Self::TooMany { count } => vec![count.to_string()],
            Self::Unknown { id } => vec![format!("`{id}`")],
            Self::RequiresVariable { id, variable } => vec![format!("`{id}`"), format!("`${variable}`")],
            Self::NotSupported { id, what } => vec![format!("`{id}`"), what.clone()],
        }
    }

    /// The body of Grail's answer, which has the status 400.
    pub(crate) fn envelope(&self, query: &str, query_id: &str) -> Json {
        let message = self.to_string();
        json!({"error": {"code": 400, "message": self.grail_code(), "details": {
            "exceptionType": "DQL-SYNTAX-ERROR",
            "errorType": self.grail_code(),
            "errorMessage": message,
            "errorMessageFormat": message,
            "errorMessageFormatSpecifierTypes": [],
            "arguments": self.arguments(),
            "queryString": query,
            "queryId": query_id,
        }}})
    }
}
