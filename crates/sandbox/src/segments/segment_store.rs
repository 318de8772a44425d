//! The segments of an environment.

use super::segment::{FilterSegment, NewFilterSegment};
use super::segment_error::SegmentError;
use crate::data::uuid;

/// Who makes segments through the API.
const OWNER: &str = "sandbox";

/// Segments in the order they were made.
#[derive(Debug, Clone)]
pub(crate) struct SegmentStore {
    segments: Vec<FilterSegment>,
    seed: u64,
    made: u64,
}

impl SegmentStore {
    /// A store without segments; the seed decides the ids of those to come.
    pub(crate) const fn new(seed: u64) -> Self {
        Self { segments: Vec::new(), seed, made: 0 }
    }

    /// All segments.
    pub(crate) fn segments(&self) -> &[FilterSegment] {
        &self.segments
    }

    /// The segment of that uid.
    pub(crate) fn get(&self, uid: &str) -> Result<&FilterSegment, SegmentError> {
        self.segments
            .iter()
            .find(|segment| segment.uid == uid)
            .ok_or_else(|| SegmentError::Unknown { uid: uid.to_owned() })
    }

    /// Makes a segment.
    pub(crate) fn create(&mut self, content: NewFilterSegment) -> Result<&FilterSegment, SegmentError> {
        content.check()?;
        // Eleven characters, as uids of segments have.
        let digits = uuid(self.seed, &format!("segment/{}", self.made)).replace('-', "");
        let uid: String = digits.chars().take(11).collect();
        self.made += 1;
        self.segments.push(FilterSegment { uid: uid.clone(), owner: OWNER.to_owned(), version: 1, content });
        self.get(&uid)
    }

    /// Gives a segment of the expected version other content.
    pub(crate) fn update(
        &mut self,
        uid: &str,
        expected: u64,
        content: NewFilterSegment,
    ) -> Result<(), SegmentError> {
        let current = self.get(uid)?.version;
        if current != expected {
            return Err(SegmentError::Changed { uid: uid.to_owned(), current, expected });
        }
        content.check()?;
        for segment in self.segments.iter_mut().filter(|segment| segment.uid == uid) {
            segment.content = content.clone();
            segment.version += 1;
        }
        Ok(())
    }

    /// Takes a segment away.
    pub(crate) fn delete(&mut self, uid: &str) -> Result<(), SegmentError> {
        self.get(uid)?;
        self.segments.retain(|segment| segment.uid != uid);
        Ok(())
    }
}
