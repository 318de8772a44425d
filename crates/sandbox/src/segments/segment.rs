//! A segment, and whether it may be one.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::segment_error::SegmentError;

/// How many includes a segment may have. Source: docs.dynatrace.com, limits of segments.
const MOST_INCLUDES: usize = 20;

/// What a segment is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewFilterSegment {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Whether everyone sees it, or only its owner.
    pub(crate) is_public: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) variables: Option<Variables>,
    /// One of them has to fit; data objects without one are empty.
    #[serde(default)]
    pub(crate) includes: Vec<Include>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
}

/// Where the values of variables come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variables {
    #[serde(rename = "type")]
    kind: String,
    /// DQL whose columns are the variables.
    value: String,
}

/// A filter over one data object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Include {
    pub(super) data_object: String,
    /// The syntax tree of the filter, as the text of a JSON.
    pub(super) filter: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    apply_to: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) relationship: Option<Relationship>,
}

/// Which related entities are part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relationship {
    name: String,
    target: String,
}

/// A segment of an environment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FilterSegment {
    pub(crate) uid: String,
    pub(crate) owner: String,
    /// Grows with every change.
    pub(crate) version: u64,
    pub(crate) content: NewFilterSegment,
}

impl NewFilterSegment {
    /// Refuses what is no segment; the error says where it is wrong.
    pub(crate) fn check(&self) -> Result<(), SegmentError> {
        let wrong = |place: String, message: String| Err(SegmentError::Invalid { place, message });
        if self.name.trim().is_empty() {
            return wrong("name".into(), "the name is empty".into());
        }
        if let Some(variables) = &self.variables {
            if variables.kind != "query" {
                let kind = &variables.kind;
                return wrong(
                    "variables.type".into(),
                    format!("the type `{kind}` is unknown; there is `query`"),
                );
            }
            if grailstage_dql::parse(&variables.value).is_err() {
                return wrong("variables.value".into(), "the value is not DQL".into());
            }
        }
        if self.includes.len() > MOST_INCLUDES {
            return wrong("includes".into(), format!("there are more than {MOST_INCLUDES} includes"));
        }
        for (index, include) in self.includes.iter().enumerate() {
            let place = format!("includes[{index}]");
            if include.data_object.is_empty() {
                return wrong(format!("{place}.dataObject"), "the data object is empty".into());
            }
            let tree = serde_json::from_str::<Json>(&include.filter)
                .map_err(|_| "the filter is not the JSON of a syntax tree".to_owned());
            if let Err(message) = tree.and_then(|tree| node(&tree)) {
                return wrong(format!("{place}.filter"), message);
            }
        }
        Ok(())
    }
}

/// Whether a node of the syntax tree of a filter field is one: groups hold nodes, statements compare a key with a value.
fn node(tree: &Json) -> Result<(), String> {
    let member = |name: &str| tree.get(name);
    match member("type").and_then(Json::as_str) {
        Some("Group") => {
            if !matches!(member("logicalOperator").and_then(Json::as_str), Some("AND" | "OR")) {
                return Err("a group of the filter has no `logicalOperator` AND or OR".into());
            }
            let children = member("children").and_then(Json::as_array);
            children.ok_or("a group of the filter has no `children`")?.iter().try_for_each(node)
        }
        Some("Statement") => {
            let value = |name: &str| member(name).and_then(|part| part.get("value"));
            for part in ["key", "operator"] {
                if value(part).and_then(Json::as_str).is_none_or(str::is_empty) {
                    return Err(format!("a statement of the filter has no `{part}` with a value"));
                }
            }
            if value("operator").and_then(Json::as_str) == Some("==") {
                return Err(
                    "a statement of the filter has `==`; conditions of segments are written with `=`".into(),
                );
            }
            Ok(())
        }
        // Between the children of a group there are nodes for its operators and for text that is not finished.
        Some(_) => Ok(()),
        None => Err("a node of the filter has no `type`".into()),
    }
}
