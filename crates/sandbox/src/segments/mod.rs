//! Filter segments: named filters over data, the successor of management zones. The sandbox keeps and checks
//! them, and limits queries by them.
//! Source: docs.dynatrace.com, segments, and the types of `@dynatrace-sdk/client-filter-segment-management`.

mod condition;
mod segment;
mod segment_error;
mod segment_store;
mod selection;

pub(crate) use segment::{FilterSegment, NewFilterSegment};
pub(crate) use segment_error::SegmentError;
pub(crate) use segment_store::SegmentStore;
pub(crate) use selection::{Selection, WantedSegment};
