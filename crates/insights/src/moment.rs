//! A point in time in a record.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

/// A timestamp as Grail writes it, such as `2026-11-21T12:00:00.000000000Z`, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(pub(crate) i64);

/// In ISO 8601; empty for one that no calendar has.
impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        jiff::Timestamp::from_millisecond(self.0).map_or(Ok(()), |timestamp| write!(formatter, "{timestamp}"))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse::<jiff::Timestamp>()
            .map(|timestamp| Self(timestamp.as_millisecond()))
            .map_err(|_| de::Error::invalid_value(de::Unexpected::Str(&text), &"a timestamp"))
    }
}
