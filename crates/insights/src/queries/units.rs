//! The units that a query names for its columns.

use std::collections::BTreeMap;

use super::columns::Field;
use crate::answer::{Note, Severity, Unit};

/// Says of each unit that goes unused why it does.
pub(super) fn notes(
    units: &BTreeMap<String, Unit>,
    fields: &[Field],
    is_measure: impl Fn(&str) -> bool,
) -> Vec<Note> {
    let reason = |name: &str, unit: Unit| {
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Some("there is no column of that name");
        };
        match field.kind.as_str() {
            // Without any value, nobody can tell.
            "long" | "double" | "undefined" => None,
            "duration" if unit == Unit::Milliseconds => None,
            "duration" => Some("durations have one of their own"),
            _ if is_measure(name) => None,
            _ => Some("it is no column of numbers"),
        }
    };
    let remarks = units.iter().filter_map(|(name, unit)| reason(name, *unit).map(|reason| (name, reason)));
    remarks
        .map(|(name, reason)| Note {
            severity: Severity::Info,
            code: "unit-not-applied".to_owned(),
            message: format!("the unit of `{name}` is not applied: {reason}"),
            help: Some("whoever wrote the query corrects its `units`".to_owned()),
            environment: None,
        })
        .collect()
}
