//! Service-level objectives: what they promise, and the query that says how it is kept.
//!
//! ```text
//! ServiceRequest::Slos ── all pages of /platform/slo/v1/slos ──▶ Slo { tags, criteria, indicator }
//! ```
//!
//! The API: the platform's SLO service, with the scope `slo:slos:read`. It is asked for definitions only: its own
//! evaluations say neither how the last hour went nor what they scanned, and starting one needs the scope to write.
//! Source: docs.dynatrace.com, SLO service API.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::TenantError;
use crate::grail::request::{SegmentFilter, SegmentVariable};
use crate::host::Host;
use crate::operation::{Asked, query_string};
use crate::tenant::Tenant;

const API: &str = "/platform/slo/v1/slos";
/// The most objectives asked for in one page.
const PAGE_SIZE: usize = 200;
/// With this many pages a list ends, whatever the service says.
const MOST_PAGES: usize = 20;

/// A service-level objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Slo {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// `key:value`, or `key`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What is promised, for each of its windows.
    #[serde(default)]
    pub criteria: Vec<SloCriterion>,
    /// Its own indicator; absent where it is made from a template.
    #[serde(default)]
    pub custom_sli: Option<CustomSli>,
}

/// What is promised for one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SloCriterion {
    /// The start of the window, such as `now-7d`.
    pub timeframe_from: String,
    /// Its end; `now` where absent.
    #[serde(default)]
    pub timeframe_to: Option<String>,
    /// In percent.
    pub target: f64,
    /// In percent, at least the target.
    #[serde(default)]
    pub warning: Option<f64>,
}

/// An indicator in DQL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomSli {
    /// A query whose column `sli` holds a value in percent for each interval.
    #[serde(default)]
    pub indicator: Option<String>,
    /// The segments that the query is limited to, as the service writes them.
    #[serde(default)]
    pub filter_segments: Option<Vec<Value>>,
}

impl CustomSli {
    /// The segments that the query is limited to; `None` where one of them cannot be read: without it the query would
    /// say something else.
    #[must_use]
    pub fn segments(&self) -> Option<Vec<SegmentFilter>> {
        self.filter_segments.iter().flatten().map(segment).collect()
    }
}

fn segment(segment: &Value) -> Option<SegmentFilter> {
    let variable = |variable: &Value| {
        let values = variable.get("values")?.as_array()?.iter();
        let values = values.map(|value| value.as_str().map(str::to_owned)).collect::<Option<_>>()?;
        Some(SegmentVariable { name: variable.get("name")?.as_str()?.to_owned(), values })
    };
    let variables = segment.get("variables").and_then(Value::as_array).into_iter().flatten();
    let variables = variables.map(variable).collect::<Option<_>>()?;
    Some(SegmentFilter { id: segment.get("id")?.as_str()?.to_owned(), variables })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    slos: Vec<Slo>,
    #[serde(default)]
    next_page_key: Option<String>,
}

impl<H: Host + 'static> Tenant<H> {
    /// All service-level objectives of the environment.
    ///
    /// # Errors
    /// [`TenantError`]; `unexpected-answer` when the list does not end, since part of it would read as the whole.
    pub async fn slos(&self, deadline: Duration) -> Result<Vec<Slo>, TenantError> {
        self.operate(deadline, async |operation| {
            let mut all = Vec::new();
            let mut key: Option<String> = None;
            for _ in 0..MOST_PAGES {
                // The size must not be sent together with the key of a page.
                let parameter = match key.take() {
                    Some(key) => ("page-key", key),
                    None => ("page-size", PAGE_SIZE.to_string()),
                };
                let asked = Asked::get(format!("{API}{}", query_string([parameter])));
                let page: Page = operation.read(&operation.succeed(&asked).await?)?;
                all.extend(page.slos);
                match page.next_page_key.filter(|key| !key.is_empty()) {
                    Some(next) => key = Some(next),
                    None => return Ok(all),
                }
            }
            let message = format!("the list of service-level objectives has more than {MOST_PAGES} pages");
            Err(TenantError::UnexpectedAnswer { message })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn indicator(segments: Value) -> CustomSli {
        serde_json::from_value(json!({ "indicator": "fetch logs", "filterSegments": segments })).unwrap()
    }

    #[test]
    fn segments_keep_their_variables() {
        let sli = indicator(json!([{ "id": "a", "variables": [{ "name": "$x", "values": ["1", "2"] }] }]));
        let variables =
            vec![SegmentVariable { name: "$x".to_owned(), values: vec!["1".to_owned(), "2".to_owned()] }];
        assert_eq!(sli.segments(), Some(vec![SegmentFilter { id: "a".to_owned(), variables }]));
        assert_eq!(indicator(Value::Null).segments(), Some(Vec::new()));
    }

    #[test]
    fn a_segment_that_cannot_be_read_is_not_left_out() {
        for unreadable in [json!([{ "name": "a" }]), json!(["a"]), json!([{ "id": "a", "variables": [{}] }])]
        {
            assert_eq!(indicator(unreadable).segments(), None);
        }
    }
}
