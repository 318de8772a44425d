//! Sets of data types.

use std::fmt;

/// The types a value can have: a set, as far as it is known before the query runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u32);

/// The names of the catalogue, the bit of each and the words for it in messages.
const NAMES: [(&str, Types, &str); 15] = [
    ("bool", Types::BOOLEAN, "a boolean"),
    ("long", Types::LONG, "a long"),
    ("dbl", Types::DOUBLE, "a double"),
    ("str", Types::STRING, "a string"),
    ("dur", Types::DURATION, "a duration"),
    ("ts", Types::TIMESTAMP, "a timestamp"),
    ("tf", Types::TIMEFRAME, "a timeframe"),
    ("arr", Types::ARRAY, "an array"),
    ("rec", Types::RECORD, "a record"),
    ("ip", Types::IP, "an ip address"),
    ("uid", Types(1 << 10), "a uid"),
    ("ssid", Types(1 << 11), "a smartscapeId"),
    ("bin", Types(1 << 12), "a binary"),
    ("geo", Types(1 << 13), "a geopoint"),
    ("num", Types::NUMBER, "a number"),
];

impl Types {
    /// `true`, `false`
    pub const BOOLEAN: Self = Self(1);
    /// 64-bit integers
    pub const LONG: Self = Self(1 << 1);
    /// 64-bit floating point numbers
    pub const DOUBLE: Self = Self(1 << 2);
    /// Texts
    pub const STRING: Self = Self(1 << 3);
    /// Lengths of time
    pub const DURATION: Self = Self(1 << 4);
    /// Points in time
    pub const TIMESTAMP: Self = Self(1 << 5);
    /// Pairs of points in time
    pub const TIMEFRAME: Self = Self(1 << 6);
    /// Arrays
    pub const ARRAY: Self = Self(1 << 7);
    /// Records
    pub const RECORD: Self = Self(1 << 8);
    /// Addresses
    pub const IP: Self = Self(1 << 9);
    /// Long or double.
    pub const NUMBER: Self = Self(Self::LONG.0 | Self::DOUBLE.0);
    /// Nothing is known.
    pub const ANY: Self = Self((1 << 14) - 1);
    /// No type: `null` has none and fits everywhere.
    pub const NONE: Self = Self(0);

    /// Reads `dbl|dur|long`.
    pub(super) fn from_catalogue(text: &str) -> Option<Self> {
        text.split('|').try_fold(Self::NONE, |types, name| {
            NAMES.iter().find(|(known, ..)| *known == name).map(|(_, bit, _)| types.or(*bit))
        })
    }

    /// The types of both.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The types in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether a value of `self` can be one of `other`; `null` and the unknown always can.
    #[must_use]
    pub const fn may_be(self, other: Self) -> bool {
        self.0 == 0 || self.0 & other.0 != 0
    }

    /// Whether it is known that a value is of these types and no other.
    #[must_use]
    pub const fn is_only(self, other: Self) -> bool {
        self.0 != 0 && self.0 & !other.0 == 0
    }
}

impl fmt::Display for Types {
    /// `a boolean`, `a long or a double`, `any value`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            return formatter.write_str("any value");
        }
        if *self == Self::NONE {
            return formatter.write_str("null");
        }
        let single = NAMES.iter().take(NAMES.len() - 1).filter(|(_, bit, _)| self.0 & bit.0 != 0);
        for (index, (_, _, words)) in single.enumerate() {
            if index > 0 {
                formatter.write_str(" or ")?;
            }
            formatter.write_str(words)?;
        }
        Ok(())
    }
}
