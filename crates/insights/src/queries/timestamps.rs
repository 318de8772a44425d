//! Points in time in a column, to the nanosecond.

use serde_json::Value;

/// How many digits of a second the column of these values takes: none, or as many as milliseconds, microseconds or
/// nanoseconds have. All its texts have as many, so that they sort as the times they say.
pub(super) fn digits<'a>(values: impl Iterator<Item = &'a Value>) -> u8 {
    let nanoseconds = values.filter_map(read).map(|time| time.subsec_nanosecond());
    let digits = nanoseconds.map(|nanoseconds| match nanoseconds {
        0 => 0,
        it if it % 1_000_000 == 0 => 3,
        it if it % 1_000 == 0 => 6,
        _ => 9,
    });
    digits.max().unwrap_or_default()
}

/// A timestamp in ISO 8601, as Grail writes it but for that many digits of a second; nothing where it is none.
pub(super) fn text(value: &Value, digits: u8) -> Option<String> {
    read(value).map(|time| format!("{time:.*}", usize::from(digits)))
}

fn read(value: &Value) -> Option<jiff::Timestamp> {
    value.as_str()?.parse().ok()
}
