//! Numbers as Grail writes them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A DQL `long` or `duration` (nanoseconds). On the wire it is a JSON string, so that 64 bits survive
/// JavaScript; a JSON number is read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Long(pub i64);

/// A DQL `double`. On the wire it is a JSON number, or one of the strings `NaN`, `Infinity`, `-Infinity`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Double(pub f64);

struct LongVisitor;

impl Visitor<'_> for LongVisitor {
    type Value = Long;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number, or a string that holds one")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Long, E> {
        Ok(Long(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Long, E> {
        i64::try_from(value).map(Long).map_err(|_| E::custom("the number does not fit into 64 bits"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Long, E> {
        // 2^53: beyond it a double does not hold every whole number.
        if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            return Ok(Long(value as i64));
        }
        Err(E::custom("the number is not whole"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Long, E> {
        value.trim().parse().map(Long).map_err(|_| E::custom("the string holds no whole number"))
    }
}

impl<'de> Deserialize<'de> for Long {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LongVisitor)
    }
}

struct DoubleVisitor;

impl Visitor<'_> for DoubleVisitor {
    type Value = Double;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, or a string that holds one")
    }

    #[expect(clippy::cast_precision_loss, reason = "the field is a double")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Double, E> {
        Ok(Double(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "the field is a double")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Double, E> {
        Ok(Double(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Double, E> {
        Ok(Double(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Double, E> {
        value.trim().parse().map(Double).map_err(|_| E::custom("the string holds no number"))
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DoubleVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_longs_from_strings_and_numbers() {
        let longs: Vec<Long> = serde_json::from_str(r#"["252", 7, -3, 1e3, "9223372036854775807"]"#).unwrap();
        assert_eq!(longs, [Long(252), Long(7), Long(-3), Long(1000), Long(i64::MAX)]);
    }

    #[test]
    fn refuses_what_is_no_long() {
        for broken in ["\"\"", "\"x\"", "1.5", "true", "[]", "9223372036854775808"] {
            assert!(serde_json::from_str::<Long>(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn reads_doubles_that_json_has_no_number_for() {
        let doubles: Vec<Double> = serde_json::from_str(r#"[0.5, 1, "Infinity", "-Infinity"]"#).unwrap();
        assert_eq!(doubles, [0.5, 1.0, f64::INFINITY, f64::NEG_INFINITY].map(Double));
        assert!(serde_json::from_str::<Double>("\"NaN\"").unwrap().0.is_nan());
        assert!(serde_json::from_str::<Double>("\"many\"").is_err());
    }
}
