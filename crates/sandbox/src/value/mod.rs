//! The values of DQL.

mod arithmetic;
mod comparison;
mod conversion;
mod json;
mod key;
mod time;
mod types;

use std::net::IpAddr;
use std::sync::Arc;

pub(crate) use arithmetic::{add, divide, multiply, negate, remainder, subtract};
pub(crate) use comparison::{NullOrder, compare, equal, total_order};
pub(crate) use conversion::{
    boolean_from, double_from, duration_from, ip_from, long_from, smartscape_id_from, text_of,
    timeframe_from, timestamp_from, uid_from,
};
pub(crate) use json::{value_from_json, write_json, write_record};
pub(crate) use key::Key;
pub(crate) use time::{TimestampStyle, add_calendar, format_timestamp, nanos_per, parse_timestamp, zoned};
pub(crate) use types::{type_name, write_types};

use grailstage_dql::ast::DurationUnit;

use crate::record::Record;

/// Nanoseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000_000;
/// Nanoseconds in a minute.
pub(crate) const MINUTE: i64 = 60 * SECOND;
/// Nanoseconds in an hour.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// Nanoseconds in 24 hours.
pub(crate) const DAY: i64 = 24 * HOUR;

/// A value of DQL. Cloning is cheap: whatever owns memory is shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A 64-bit integer.
    Long(i64),
    /// A floating point number.
    Double(f64),
    /// Text.
    String(Arc<str>),
    /// A point in time: nanoseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// A length of time in nanoseconds.
    Duration(i64),
    /// A length of time whose nanoseconds depend on the calendar, such as a month. Exists only in calculations.
    Calendar {
        /// How many.
        amount: i64,
        /// Of what: day or longer.
        unit: DurationUnit,
    },
    /// From the first point in time (inclusive) to the second (exclusive), in nanoseconds since 1970.
    Timeframe(i64, i64),
    /// Values of any types, in order.
    Array(Arc<[Value]>),
    /// Named values.
    Record(Arc<Record>),
    /// The id of a Smartscape node, such as `K8S_POD-0123456789ABCDEF`.
    SmartscapeId(Arc<str>),
    /// An IP address.
    Ip(IpAddr),
    /// An identifier of 64 or 128 bits, such as a trace id.
    Uid(Uid),
    /// Bytes.
    Binary(Arc<[u8]>),
}

/// Reads a point in time of ISO 8601 with its offset, or in UTC: nanoseconds since 1970; nothing for other text.
#[must_use]
pub fn read_timestamp(text: &str) -> Option<i64> {
    parse_timestamp(text, &jiff::tz::TimeZone::UTC)
}

/// An identifier of 64 or 128 bits; 128 bits may be written as a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid {
    /// The highest 64 bits; 0 for an identifier of 64 bits.
    pub high: u64,
    /// The lowest 64 bits.
    pub low: u64,
    /// How it is written.
    pub form: UidForm,
}

/// How an identifier is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UidForm {
    /// 16 hexadecimal digits.
    Bits64,
    /// 32 hexadecimal digits.
    Bits128,
    /// 32 hexadecimal digits in five groups.
    Uuid,
}

impl std::fmt::Display for Uid {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.form {
            UidForm::Bits64 => write!(formatter, "{:016x}", self.low),
            UidForm::Bits128 => write!(formatter, "{:016x}{:016x}", self.high, self.low),
            UidForm::Uuid => write!(
                formatter,
                "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                self.high >> 32,
                (self.high >> 16) & 0xffff,
                self.high & 0xffff,
                self.low >> 48,
                self.low & 0xffff_ffff_ffff
            ),
        }
    }
}

impl Value {
    /// A string value.
    pub fn string(text: impl AsRef<str>) -> Self {
        Self::String(Arc::from(text.as_ref()))
    }

    /// An array value.
    pub fn array(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Array(elements.into_iter().collect())
    }

    /// An array of strings.
    pub fn strings<T: AsRef<str>>(elements: impl IntoIterator<Item = T>) -> Self {
        Self::array(elements.into_iter().map(Self::string))
    }

    /// A record value.
    #[must_use]
    pub fn record(record: Record) -> Self {
        Self::Record(Arc::new(record))
    }

    /// The id of a Smartscape node.
    pub fn smartscape_id(text: impl AsRef<str>) -> Self {
        Self::SmartscapeId(Arc::from(text.as_ref()))
    }

    /// Whether this is [`Value::Null`].
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The boolean, or nothing for null and every other type.
    #[must_use]
    pub const fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(value) = self { Some(*value) } else { None }
    }

    /// The long, or nothing for null and every other type.
    #[must_use]
    pub const fn as_long(&self) -> Option<i64> {
        if let Self::Long(value) = self { Some(*value) } else { None }
    }

    /// The number as a double, or nothing for null and what is neither long nor double.
    #[must_use]
    pub const fn as_number(&self) -> Option<f64> {
        match self {
            Self::Long(value) => Some(*value as f64),
            Self::Double(value) => Some(*value),
            _ => None,
        }
    }

    /// The text of a string, or nothing for null and every other type.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(value) = self { Some(value) } else { None }
    }

    /// The elements of an array, or nothing for null and every other type.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(value) = self { Some(value) } else { None }
    }

    /// The record, or nothing for null and every other type.
    #[must_use]
    pub fn as_record(&self) -> Option<&Record> {
        if let Self::Record(value) = self { Some(value) } else { None }
    }

    /// The point in time, or nothing for null and every other type.
    #[must_use]
    pub const fn as_timestamp(&self) -> Option<i64> {
        if let Self::Timestamp(value) = self { Some(*value) } else { None }
    }

    /// About how many bytes the value takes in a record store.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::Null => 0,
            Self::Boolean(_) => 1,
            Self::Long(_)
            | Self::Double(_)
            | Self::Timestamp(_)
            | Self::Duration(_)
            | Self::Calendar { .. } => 8,
            Self::Timeframe(..) | Self::Ip(_) | Self::Uid(_) => 16,
            Self::String(text) | Self::SmartscapeId(text) => text.len() as u64,
            Self::Binary(bytes) => bytes.len() as u64,
            Self::Array(elements) => elements.iter().map(Self::size).sum(),
            Self::Record(record) => record.size(),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Long(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Long(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::string(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(Arc::from(value))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
