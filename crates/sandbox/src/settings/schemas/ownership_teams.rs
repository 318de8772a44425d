//! `builtin:ownership.teams`: who owns things. Source: docs.dynatrace.com, ownership teams and the schema's page;
//! Dynatrace's Terraform provider, resource `ownership_teams`.

use serde_json::Value as Json;

use crate::settings::{Candidate, Kind, ObjectType, Property, Schema, Violations};

/// A team.
pub(crate) static OWNERSHIP_TEAMS: Schema = Schema {
    id: "builtin:ownership.teams",
    display_name: "Ownership teams",
    description: "Teams that own entities, with their responsibilities and how to reach them",
    version: "1.0.6",
    max_objects: 2000,
    value: &ObjectType {
        name: "team",
        properties: &[
            Property::required("name", Kind::Text(1, 500)),
            Property::required("identifier", Kind::Text(1, 100)),
            Property::optional("description", Kind::Text(0, 1000)),
            Property::required("supplementaryIdentifiers", Kind::Set(&SUPPLEMENTARY_IDENTIFIER, 3)),
            Property::required("responsibilities", Kind::Object(&RESPONSIBILITIES)),
            Property::required("contactDetails", Kind::List(&CONTACT, 50)),
            Property::required("links", Kind::List(&LINK, 50)),
            Property::required("additionalInformation", Kind::List(&INFORMATION, 100)),
            Property::optional("externalId", Kind::Text(0, 500)),
        ],
    },
    rules,
};

const SUPPLEMENTARY_IDENTIFIER: Kind = Kind::Object(&ObjectType {
    name: "supplementaryIdentifier",
    properties: &[Property::required("supplementaryIdentifier", Kind::Text(1, 100))],
});

const RESPONSIBILITIES: ObjectType = ObjectType {
    name: "responsibilities",
    properties: &[
        Property::required("development", Kind::Boolean),
        Property::required("security", Kind::Boolean),
        Property::required("operations", Kind::Boolean),
        Property::required("infrastructure", Kind::Boolean),
        Property::required("lineOfBusiness", Kind::Boolean),
    ],
};

const CONTACT: Kind = Kind::Object(&ObjectType {
    name: "contactDetails",
    properties: &[
        Property::required(
            "integrationType",
            Kind::Enum("integrationType", &["EMAIL", "SLACK", "MS_TEAMS", "JIRA"]),
        ),
        Property::required("email", Kind::Text(1, 500)).only_if("integrationType", &["EMAIL"]),
        Property::required("slackChannel", Kind::Text(1, 500)).only_if("integrationType", &["SLACK"]),
        Property::required("msTeams", Kind::Text(1, 500)).only_if("integrationType", &["MS_TEAMS"]),
        Property::optional("url", Kind::Text(1, 2000)).only_if("integrationType", &["SLACK", "MS_TEAMS"]),
        Property::required("jira", Kind::Object(&JIRA)).only_if("integrationType", &["JIRA"]),
    ],
});

const JIRA: ObjectType = ObjectType {
    name: "jiraConnection",
    properties: &[
        Property::required("project", Kind::Text(1, 500)),
        Property::required("defaultAssignee", Kind::Text(1, 500)),
    ],
};

const LINK: Kind = Kind::Object(&ObjectType {
    name: "link",
    properties: &[
        Property::required(
            "linkType",
            Kind::Enum(
                "linkType",
                &["DOCUMENTATION", "RUNBOOK", "WIKI", "DASHBOARD", "HEALTH_APP", "URL", "REPOSITORY"],
            ),
        ),
        Property::required("url", Kind::Text(1, 2000)),
    ],
});

const INFORMATION: Kind = Kind::Object(&ObjectType {
    name: "additionalInformation",
    properties: &[
        Property::required("key", Kind::Text(1, 100)),
        Property::required("value", Kind::Text(1, 500)),
        Property::optional("url", Kind::Text(1, 2000)),
    ],
});

/// Identifiers have a grammar, are unique and never change; nor does the team's own external id.
fn rules(candidate: &Candidate<'_>, violations: &mut Violations<'_>) {
    let text = |value: &Json, name: &str| value.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
    let identifier = text(candidate.value, "identifier").unwrap_or_default();
    if !is_identifier(&identifier) {
        violations.at("identifier", format!("{}: '{identifier}'.", GRAMMAR));
    }
    if candidate.others.iter().any(|other| text(&other.value, "identifier").as_deref() == Some(&identifier)) {
        violations.at("identifier", format!("The identifier '{identifier}' belongs to another team."));
    }
    let supplementary =
        candidate.value.get("supplementaryIdentifiers").and_then(Json::as_array).into_iter().flatten();
    for (index, element) in supplementary.enumerate() {
        let identifier = text(element, "supplementaryIdentifier").unwrap_or_default();
        if !is_identifier(&identifier) {
            violations.inside("supplementaryIdentifiers", |violations| {
                violations.inside(index, |violations| {
                    violations.at("supplementaryIdentifier", format!("{GRAMMAR}: '{identifier}'."));
                });
            });
        }
    }
    if let Some(previous) = candidate.previous {
        for name in ["identifier", "externalId"] {
            if text(previous, name) != text(candidate.value, name) {
                violations.at(name, format!("Given property '{name}' is immutable."));
            }
        }
    }
}

const GRAMMAR: &str = "An identifier starts and ends with a letter and has only letters, digits, '-' and '_'";

fn is_identifier(text: &str) -> bool {
    let letter = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphabetic());
    letter(text.chars().next())
        && letter(text.chars().next_back())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
}
