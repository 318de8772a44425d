//! Why a segment is not what was asked for.

/// Why a segment cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SegmentError {
    /// No segment of that uid.
    #[error("there is no filter segment `{uid}`")]
    Unknown { uid: String },
    /// Another version than the one to change.
    #[error("the filter segment `{uid}` has the version {current}, not {expected}")]
    Changed { uid: String, current: u64, expected: u64 },
    /// It is no segment.
    #[error("{message}")]
    Invalid { place: String, message: String },
}

impl SegmentError {
    /// The HTTP status.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::Unknown { .. } => 404,
            Self::Changed { .. } => 409,
            Self::Invalid { .. } => 400,
        }
    }

    /// What is wrong where in the body, for an answer's `errorDetails`.
    pub(crate) fn place(&self) -> Option<&str> {
        match self {
            Self::Invalid { place, .. } => Some(place),
            _ => None,
        }
    }
}
