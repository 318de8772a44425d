//! `app:dynatrace.site.reliability.guardian:guardians`: what releases are validated against. `eventKind` says which of
//! the two kinds a guardian is: `SDLC_EVENT` writes lifecycle events, `BIZ_EVENT` or null business events.
//! Source: docs.dynatrace.com, Site Reliability Guardian; Dynatrace's Terraform provider, resource
//! `site_reliability_guardian`.

use serde_json::Value as Json;

use crate::settings::{Candidate, Kind, ObjectType, Property, Schema, Violations};

/// A guardian.
pub(crate) static GUARDIANS: Schema = Schema {
    id: "app:dynatrace.site.reliability.guardian:guardians",
    display_name: "Guardians",
    description: "Objectives that a service has to reach",
    version: "2.1.0",
    max_objects: 1000,
    value: &ObjectType {
        name: "guardian",
        properties: &[
            Property::required("name", Kind::Text(1, 500)),
            Property::optional("description", Kind::Text(0, 1000)),
            Property::required("tags", Kind::Set(&Kind::Text(1, 500), 100)),
            Property::required("variables", Kind::List(&VARIABLE, 100)),
            Property::optional("eventKind", Kind::Enum("eventKind", &["BIZ_EVENT", "SDLC_EVENT"])),
            Property::required("objectives", Kind::List(&OBJECTIVE, 50)),
        ],
    },
    rules,
};

const VARIABLE: Kind = Kind::Object(&ObjectType {
    name: "variable",
    properties: &[
        Property::required("name", Kind::Text(1, 200)),
        Property::required("definition", Kind::Text(0, 2000)),
    ],
});

const OBJECTIVE: Kind = Kind::Object(&ObjectType {
    name: "objective",
    properties: &[
        Property::required("name", Kind::Text(1, 500)),
        Property::optional("description", Kind::Text(0, 1000)),
        Property::required("objectiveType", Kind::Enum("objectiveType", &["DQL", "REFERENCE_SLO"])),
        Property::required("dqlQuery", Kind::Text(1, 10_000)).only_if("objectiveType", &["DQL"]),
        Property::required("referenceSlo", Kind::Text(1, 1000)).only_if("objectiveType", &["REFERENCE_SLO"]),
        Property::required(
            "comparisonOperator",
            Kind::Enum("comparisonOperator", &["GREATER_THAN_OR_EQUAL", "LESS_THAN_OR_EQUAL"]),
        ),
        Property::optional("target", ANY_NUMBER),
        Property::optional("warning", ANY_NUMBER),
        Property::optional("autoAdaptiveThresholdEnabled", Kind::Boolean),
        Property::optional("displayUnit", Kind::Object(&DISPLAY_UNIT)),
        Property::required("segments", Kind::List(&SEGMENT, 10)),
        Property::required("links", Kind::List(&LINK, 5)),
    ],
});

const ANY_NUMBER: Kind = Kind::Float(f64::NEG_INFINITY, f64::INFINITY);

const DISPLAY_UNIT: ObjectType = ObjectType {
    name: "displayUnit",
    properties: &[
        Property::required("base", Kind::Text(1, 100)),
        Property::required("display", Kind::Text(1, 100)),
        Property::optional("decimals", Kind::Integer),
    ],
};

const SEGMENT: Kind = Kind::Object(&ObjectType {
    name: "segment",
    properties: &[
        Property::required("id", Kind::Text(1, 200)),
        Property::required("variables", Kind::List(&SEGMENT_VARIABLE, 100)),
    ],
});

const SEGMENT_VARIABLE: Kind = Kind::Object(&ObjectType {
    name: "segmentVariable",
    properties: &[
        Property::required("name", Kind::Text(1, 200)),
        Property::required("values", Kind::List(&Kind::Text(0, 1000), 100)),
    ],
});

const LINK: Kind = Kind::Object(&ObjectType {
    name: "link",
    properties: &[
        Property::required("url", Kind::Text(1, 2000)),
        Property::required("label", Kind::Text(1, 500)),
    ],
});

/// There is something to validate, tags are `key:value`, and names of objectives and variables are unique.
fn rules(candidate: &Candidate<'_>, violations: &mut Violations<'_>) {
    let list = |name: &str| candidate.value.get(name).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    if list("objectives").is_empty() {
        violations.at("objectives", "There has to be at least one objective.");
    }
    for (index, tag) in list("tags").iter().filter_map(Json::as_str).enumerate() {
        if !tag.split_once(':').is_some_and(|(key, value)| !key.is_empty() && !value.is_empty()) {
            violations.inside("tags", |violations| {
                violations.inside(index, |violations| {
                    violations.add(format!("A tag has the form 'key:value', unlike '{tag}'."));
                });
            });
        }
    }
    for name in ["objectives", "variables"] {
        let names: Vec<&str> =
            list(name).iter().filter_map(|element| element.get("name")?.as_str()).collect();
        for (index, element) in names.iter().enumerate() {
            if names.get(..index).unwrap_or_default().contains(element) {
                violations.inside(name, |violations| {
                    violations.inside(index, |violations| {
                        violations.at("name", format!("The name '{element}' is there twice."));
                    });
                });
            }
        }
    }
}
