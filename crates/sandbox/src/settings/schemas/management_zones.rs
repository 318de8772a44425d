//! `builtin:management-zones`: named selections of entities and data. Source: docs.dynatrace.com, the schema's page;
//! Dynatrace's Terraform provider, resource `management_zone_v2`.

use serde_json::Value as Json;

use crate::management_zones;
use crate::settings::{Candidate, Kind, ObjectType, Property, Schema, Violations};

/// A management zone.
pub(crate) static MANAGEMENT_ZONES: Schema = Schema {
    id: "builtin:management-zones",
    display_name: "Management zones",
    description: "Rules that put entities and data into named zones",
    version: "1.0.14",
    max_objects: 5000,
    value: &ObjectType {
        name: "managementZone",
        properties: &[
            Property::required("name", Kind::Text(1, 500)),
            Property::optional("description", Kind::Text(0, 500)),
            Property::optional("legacyId", Kind::Integer),
            Property::required("rules", Kind::List(&RULE, 500)),
        ],
    },
    rules,
};

const RULE: Kind = Kind::Object(&ObjectType {
    name: "rule",
    properties: &[
        Property::required("enabled", Kind::Boolean),
        Property::required("type", Kind::Enum("ruleType", &["ME", "DIMENSION", "SELECTOR"])),
        Property::required("attributeRule", Kind::Object(&ATTRIBUTE_RULE)).only_if("type", &["ME"]),
        Property::required("dimensionRule", Kind::Object(&DIMENSION_RULE)).only_if("type", &["DIMENSION"]),
        Property::required("entitySelector", Kind::Text(1, 2000)).only_if("type", &["SELECTOR"]),
    ],
});

const ENTITY_TYPES: Kind = Kind::Enum(
    "entityType",
    &[
        "APPMON_SERVER",
        "APPMON_SYSTEM_PROFILE",
        "AWS_ACCOUNT",
        "AWS_APPLICATION_LOAD_BALANCER",
        "AWS_AUTO_SCALING_GROUP",
        "AWS_CLASSIC_LOAD_BALANCER",
        "AWS_NETWORK_LOAD_BALANCER",
        "AWS_RELATIONAL_DATABASE_SERVICE",
        "AZURE",
        "BROWSER_MONITOR",
        "CLOUD_APPLICATION",
        "CLOUD_APPLICATION_NAMESPACE",
        "CLOUD_FOUNDRY_FOUNDATION",
        "CUSTOM_APPLICATION",
        "CUSTOM_DEVICE",
        "CUSTOM_DEVICE_GROUP",
        "DATA_CENTER_SERVICE",
        "ENTERPRISE_APPLICATION",
        "ESXI_HOST",
        "EXTERNAL_MONITOR",
        "HOST",
        "HOST_GROUP",
        "HTTP_MONITOR",
        "KUBERNETES_CLUSTER",
        "KUBERNETES_SERVICE",
        "MOBILE_APPLICATION",
        "NETWORK_AVAILABILITY_MONITOR",
        "OPENSTACK_ACCOUNT",
        "PROCESS_GROUP",
        "QUEUE",
        "SERVICE",
        "WEB_APPLICATION",
    ],
);

const ATTRIBUTE_RULE: ObjectType = ObjectType {
    name: "attributeRule",
    properties: &[
        Property::required("entityType", ENTITY_TYPES),
        Property::required("conditions", Kind::List(&CONDITION, 100)),
        Property::optional("serviceToHostPropagation", Kind::Boolean).only_if("entityType", &["SERVICE"]),
        Property::optional("serviceToPGPropagation", Kind::Boolean).only_if("entityType", &["SERVICE"]),
        Property::optional("pgToHostPropagation", Kind::Boolean).only_if("entityType", &["PROCESS_GROUP"]),
        Property::optional("pgToServicePropagation", Kind::Boolean).only_if("entityType", &["PROCESS_GROUP"]),
        Property::optional("hostToPGPropagation", Kind::Boolean).only_if("entityType", &["HOST"]),
        Property::optional("customDeviceGroupToCustomDevicePropagation", Kind::Boolean)
            .only_if("entityType", &["CUSTOM_DEVICE_GROUP"]),
        Property::optional("azureToServicePropagation", Kind::Boolean).only_if("entityType", &["AZURE"]),
        Property::optional("azureToPGPropagation", Kind::Boolean).only_if("entityType", &["AZURE"]),
    ],
};

const CONDITION: Kind = Kind::Object(&ObjectType {
    name: "condition",
    properties: &[
        Property::required("key", Kind::Text(1, 200)),
        Property::required(
            "operator",
            Kind::Enum(
                "operator",
                &[
                    "BEGINS_WITH",
                    "CONTAINS",
                    "ENDS_WITH",
                    "EQUALS",
                    "EXISTS",
                    "GREATER_THAN",
                    "GREATER_THAN_OR_EQUAL",
                    "IS_IP_IN_RANGE",
                    "LOWER_THAN",
                    "LOWER_THAN_OR_EQUAL",
                    "NOT_BEGINS_WITH",
                    "NOT_CONTAINS",
                    "NOT_ENDS_WITH",
                    "NOT_EQUALS",
                    "NOT_EXISTS",
                    "NOT_GREATER_THAN",
                    "NOT_GREATER_THAN_OR_EQUAL",
                    "NOT_IS_IP_IN_RANGE",
                    "NOT_LOWER_THAN",
                    "NOT_LOWER_THAN_OR_EQUAL",
                    "NOT_REGEX_MATCHES",
                    "NOT_TAG_KEY_EQUALS",
                    "REGEX_MATCHES",
                    "TAG_KEY_EQUALS",
                ],
            ),
        ),
        Property::optional("caseSensitive", Kind::Boolean),
        Property::optional("stringValue", Kind::Text(1, 1000)),
        Property::optional("enumValue", Kind::Text(1, 200)),
        Property::optional("integerValue", Kind::Integer),
        Property::optional("entityId", Kind::Text(1, 200)),
        Property::optional("tag", Kind::Text(1, 1000)),
        Property::optional("dynamicKey", Kind::Text(1, 500)),
        Property::optional("dynamicKeySource", Kind::Text(1, 500)),
    ],
});

const DIMENSION_RULE: ObjectType = ObjectType {
    name: "dimensionRule",
    properties: &[
        Property::required("appliesTo", Kind::Enum("dimensionType", &["ANY", "LOG", "METRIC"])),
        Property::required("conditions", Kind::List(&DIMENSION_CONDITION, 100)),
    ],
};

const DIMENSION_CONDITION: Kind = Kind::Object(&ObjectType {
    name: "dimensionCondition",
    properties: &[
        Property::required(
            "conditionType",
            Kind::Enum("dimensionConditionType", &["DIMENSION", "LOG_FILE_NAME", "METRIC_KEY"]),
        ),
        Property::required("key", Kind::Text(1, 500)).only_if("conditionType", &["DIMENSION"]),
        Property::required("ruleMatcher", Kind::Enum("dimensionOperator", &["BEGINS_WITH", "EQUALS"])),
        Property::required("value", Kind::Text(1, 1000)),
    ],
});

/// Names are unique, because selectors name zones; and a rule that the sandbox could not follow is refused.
fn rules(candidate: &Candidate<'_>, violations: &mut Violations<'_>) {
    let name = candidate.value.get("name").and_then(Json::as_str).unwrap_or_default();
    let taken = |other: &Json| other.get("name").and_then(Json::as_str) == Some(name);
    if candidate.others.iter().any(|other| taken(&other.value)) {
        violations.at("name", format!("There is another management zone of the name '{name}'."));
    }
    let rules = candidate.value.get("rules").and_then(Json::as_array).into_iter().flatten();
    for (index, rule) in rules.enumerate() {
        if let Some((place, message)) = management_zones::unsupported(rule) {
            violations.inside("rules", |violations| {
                violations.inside(index, |violations| {
                    violations.inside(place.join("/"), |violations| violations.add(message));
                });
            });
        }
    }
}
