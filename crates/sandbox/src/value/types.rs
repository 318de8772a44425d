//! The `types` member of a result: which field has which type in which records.
//! Source: Grail query API, `RangedFieldTypes` (real answers count both ends of `indexRange` in).

use std::sync::Arc;

use indexmap::IndexMap;

use super::Value;
use super::json::write_string;
use crate::record::{Name, Record};

/// The type of a field: a name, and for arrays and records the types inside.
#[derive(Debug, Clone, PartialEq)]
enum FieldType {
    Undefined,
    Scalar(&'static str),
    Array(Vec<Ranged>),
    Record(Vec<Ranged>),
}

/// The types of the fields of a run of records (or of the elements of an array).
#[derive(Debug, Clone, PartialEq)]
struct Ranged {
    first: usize,
    last: usize,
    mappings: IndexMap<Name, FieldType>,
}

/// The name of a value's type as the API and the function `type` write it.
pub(crate) const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "undefined",
        Value::Boolean(_) => "boolean",
        Value::Long(_) => "long",
        Value::Double(_) => "double",
        Value::String(_) => "string",
        Value::Timestamp(_) => "timestamp",
        Value::Duration(_) | Value::Calendar { .. } => "duration",
        Value::Timeframe(..) => "timeframe",
        Value::Array(_) => "array",
        Value::Record(_) => "record",
        Value::SmartscapeId(_) => "smartscape_id",
        Value::Ip(_) => "ip_address",
        Value::Uid(_) => "uid",
        Value::Binary(_) => "binary",
    }
}

/// Appends the `types` of a list of records to a JSON text.
pub(crate) fn write_types(records: &[Arc<Record>], out: &mut String) {
    let ranges = ranges_of(records.iter().map(|record| record.iter()));
    write_ranges(&ranges, true, out);
}

fn ranges_of<'a, I>(records: impl Iterator<Item = I>) -> Vec<Ranged>
where
    I: Iterator<Item = (&'a Name, &'a Value)>,
{
    let mut ranges: Vec<Ranged> = Vec::new();
    for (index, record) in records.enumerate() {
        let mappings: IndexMap<Name, FieldType> =
            record.map(|(name, value)| (Name::clone(name), field_type(value))).collect();
        if let Some(range) = ranges.last_mut()
            && merge(&mut range.mappings, &mappings)
        {
            range.last = index;
        } else {
            ranges.push(Ranged { first: index, last: index, mappings });
        }
    }
    ranges
}

fn field_type(value: &Value) -> FieldType {
    match value {
        Value::Null => FieldType::Undefined,
        Value::Array(elements) => {
            let element = Name::from("element");
            FieldType::Array(ranges_of(elements.iter().map(|value| std::iter::once((&element, value)))))
        }
        Value::Record(record) => FieldType::Record(ranges_of(std::iter::once(record.iter()))),
        other => FieldType::Scalar(type_name(other)),
    }
}

/// Widens `into` by `other`, unless a field has two types.
fn merge(into: &mut IndexMap<Name, FieldType>, other: &IndexMap<Name, FieldType>) -> bool {
    let agree = other.iter().all(|(name, new)| into.get(name).is_none_or(|old| compatible(old, new)));
    if agree {
        for (name, new) in other {
            match into.get_mut(name) {
                Some(old) => widen(old, new),
                None => {
                    into.insert(Name::clone(name), new.clone());
                }
            }
        }
    }
    agree
}

fn compatible(old: &FieldType, new: &FieldType) -> bool {
    match (old, new) {
        (FieldType::Undefined, _) | (_, FieldType::Undefined) => true,
        (FieldType::Array(a), FieldType::Array(b)) | (FieldType::Record(a), FieldType::Record(b)) => {
            match (a.as_slice(), b.as_slice()) {
                ([], _) | (_, []) => true,
                ([a], [b]) => b
                    .mappings
                    .iter()
                    .all(|(name, new)| a.mappings.get(name).is_none_or(|old| compatible(old, new))),
                _ => a == b,
            }
        }
        _ => old == new,
    }
}

fn widen(old: &mut FieldType, new: &FieldType) {
    match (old, new) {
        (_, FieldType::Undefined) => {}
        (old @ FieldType::Undefined, new) => *old = new.clone(),
        (FieldType::Array(a), FieldType::Array(b)) | (FieldType::Record(a), FieldType::Record(b)) => {
            match (a.as_mut_slice(), b.as_slice()) {
                ([], _) => a.clone_from(b),
                ([a], [b]) => {
                    a.last = a.last.max(b.last);
                    merge(&mut a.mappings, &b.mappings);
                }
                _ => {}
            }
        }
        _ => {}
    }
}

fn write_ranges(ranges: &[Ranged], with_range: bool, out: &mut String) {
    use std::fmt::Write as _;
    out.push('[');
    for (index, range) in ranges.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push('{');
        if with_range {
            let _ = write!(out, "\"indexRange\":[{},{}],", range.first, range.last);
        }
        out.push_str("\"mappings\":{");
        for (index, (name, kind)) in range.mappings.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_string(name, out);
            match kind {
                FieldType::Undefined => out.push_str(":{\"type\":\"undefined\"}"),
                FieldType::Scalar(name) => {
                    let _ = write!(out, ":{{\"type\":\"{name}\"}}");
                }
                FieldType::Array(types) => {
                    out.push_str(":{\"type\":\"array\",\"types\":");
                    write_ranges(types, true, out);
                    out.push('}');
                }
                FieldType::Record(types) => {
                    out.push_str(":{\"type\":\"record\",\"types\":");
                    write_ranges(types, false, out);
                    out.push('}');
                }
            }
        }
        out.push_str("}}");
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(records: Vec<Record>) -> String {
        let records: Vec<_> = records.into_iter().map(Arc::new).collect();
        let mut out = String::new();
        write_types(&records, &mut out);
        out
    }

    #[test]
    fn one_range_counts_both_ends_in() {
        assert_eq!(
            types(vec![Record::new().with("a", 1_i64), Record::new().with("a", 2_i64)]),
            r#"[{"indexRange":[0,1],"mappings":{"a":{"type":"long"}}}]"#
        );
    }

    #[test]
    fn a_field_of_two_types_makes_two_ranges() {
        assert_eq!(
            types(vec![Record::new().with("a", 1_i64), Record::new().with("a", "x")]),
            r#"[{"indexRange":[0,0],"mappings":{"a":{"type":"long"}}},{"indexRange":[1,1],"mappings":{"a":{"type":"string"}}}]"#
        );
    }

    #[test]
    fn null_takes_the_type_of_its_neighbours_and_is_undefined_alone() {
        assert_eq!(
            types(vec![
                Record::new().with("a", Value::Null).with("b", Value::Null),
                Record::new().with("a", 1.5).with("b", Value::Null)
            ]),
            r#"[{"indexRange":[0,1],"mappings":{"a":{"type":"double"},"b":{"type":"undefined"}}}]"#
        );
    }

    #[test]
    fn arrays_and_records_tell_what_they_hold() {
        assert_eq!(
            types(vec![
                Record::new()
                    .with("tags", Value::strings(["x", "y"]))
                    .with("ctx", Value::record(Record::new().with("v", "1")))
            ]),
            r#"[{"indexRange":[0,0],"mappings":{"tags":{"type":"array","types":[{"indexRange":[0,1],"mappings":{"element":{"type":"string"}}}]},"ctx":{"type":"record","types":[{"mappings":{"v":{"type":"string"}}}]}}}]"#
        );
    }

    #[test]
    fn no_records_have_no_types() {
        assert_eq!(types(vec![]), "[]");
    }
}
