//! Filter segments: named filters over data, the successor of management zones. The sandbox keeps and checks them; it
//! does not limit queries by them.
//! Source: docs.dynatrace.com, segments, and the types of `@dynatrace-sdk/client-filter-segment-management`.

mod segment;
mod segment_error;
mod segment_store;

pub(crate) use segment::{FilterSegment, NewFilterSegment};
pub(crate) use segment_error::SegmentError;
pub(crate) use segment_store::SegmentStore;
