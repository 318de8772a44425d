//! Segments: which filters an environment has to choose from.
//!
//! The API: `/platform/storage/filter-segments/v1`, with the scope `storage:filter-segments:read`. It lists the segments
//! that its caller may see, without what they include: that is told of one segment at a time. Source: types of
//! `@dynatrace-sdk/client-filter-segment-management`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::TenantError;
use crate::host::Host;
use crate::operation::Asked;
use crate::tenant::Tenant;

const LEAN_LIST: &str = "/platform/storage/filter-segments/v1/filter-segments:lean";

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Its id.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// Whether all users of the environment see it.
    #[serde(default)]
    pub is_public: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    filter_segments: Vec<Segment>,
}

impl<H: Host + 'static> Tenant<H> {
    /// All segments of the environment that the token may see.
    ///
    /// # Errors
    /// [`TenantError`].
    pub async fn segments(&self, deadline: Duration) -> Result<Vec<Segment>, TenantError> {
        self.operate(deadline, async |operation| {
            let list: List = operation.read(&operation.succeed(&Asked::get(LEAN_LIST.to_owned())).await?)?;
            Ok(list.filter_segments)
        })
        .await
    }
}
