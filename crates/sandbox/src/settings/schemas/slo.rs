//! `builtin:monitoring.slo`: classic service-level objectives. Source: docs.dynatrace.com, the schema's page; Dynatrace's
//! Terraform provider, resource `slo_v2`.

use serde_json::Value as Json;

use crate::settings::{Candidate, Kind, ObjectType, Property, Schema, Violations};

/// A service-level objective.
pub(crate) static SLO: Schema = Schema {
    id: "builtin:monitoring.slo",
    display_name: "Service-level objective definitions",
    description: "Metric expressions with targets in percent",
    version: "6.0.21",
    max_objects: 5000,
    value: &ObjectType {
        name: "slo",
        properties: &[
            Property::required("enabled", Kind::Boolean),
            Property::required("name", Kind::Text(1, 200)),
            Property::optional("customDescription", Kind::Text(0, 1000)),
            Property::optional("metricName", Kind::Text(1, 200)),
            Property::required("metricExpression", Kind::Text(1, 10_000)),
            Property::required("evaluationType", Kind::Enum("evaluationType", &["AGGREGATE"])),
            Property::required("filter", Kind::Text(0, 2000)),
            Property::required("evaluationWindow", Kind::Text(1, 100)),
            Property::required("targetSuccess", Kind::Float(0.0, 100.0)),
            Property::required("targetWarning", Kind::Float(0.0, 100.0)),
            Property::required("errorBudgetBurnRate", Kind::Object(&BURN_RATE)),
            Property::optional("legacyId", Kind::Text(1, 200)),
            // What the platform's SLO service calls tags: the sandbox keeps the objectives of both APIs here.
            Property::optional("tags", Kind::Set(&Kind::Text(1, 500), 100)),
        ],
    },
    rules,
};

const BURN_RATE: ObjectType = ObjectType {
    name: "errorBudgetBurnRate",
    properties: &[
        Property::required("burnRateVisualizationEnabled", Kind::Boolean),
        Property::optional("fastBurnThreshold", Kind::Float(0.0, f64::MAX)),
    ],
};

/// A warning comes before the target is missed, and names are unique.
fn rules(candidate: &Candidate<'_>, violations: &mut Violations<'_>) {
    let number = |name: &str| candidate.value.get(name).and_then(Json::as_f64).unwrap_or_default();
    let (target, warning) = (number("targetSuccess"), number("targetWarning"));
    if warning < target {
        violations
            .at("targetWarning", format!("The warning {warning} has to be at least the target {target}."));
    }
    let name = candidate.value.get("name").and_then(Json::as_str).unwrap_or_default();
    let taken = |other: &Json| other.get("name").and_then(Json::as_str) == Some(name);
    if candidate.others.iter().any(|other| taken(&other.value)) {
        violations.at("name", format!("There is another objective of the name '{name}'."));
    }
}
