//! Who owns the webshop, as Dynatrace knows it: teams, and the label on each workload.

use serde_json::{Value as Json, json};

use super::company::Component;

/// The label that names the owner; one of the keys of [`config`].
pub(crate) const OWNER_LABEL: &str = "dt.owner";

/// What the label of a component's workloads says; nothing for one that nobody labelled. It mostly names the team of the
/// catalog, and the exceptions are those that an ownership card exists for.
pub(crate) fn owner_label(component: &Component) -> Option<&'static str> {
    match component.name {
        // Moved to another team; the label was not.
        "notification" => Some("platform"),
        // Names a team that does not exist any more.
        "accounting" => Some("finance"),
        "batch-report" => None,
        _ => Some(component.team),
    }
}

/// A team before it becomes a settings object.
struct Team {
    name: &'static str,
    identifier: &'static str,
    /// Other names of the team. Labels call `webshop-orders` by the name of the catalog's group.
    supplementary: &'static [&'static str],
    description: &'static str,
    /// The name of the catalog's group.
    group: &'static str,
    security: bool,
    infrastructure: bool,
    business: bool,
    cost_centre: &'static str,
}

const TEAMS: [Team; 4] = [
    Team {
        name: "Experience",
        identifier: "experience",
        supplementary: &[],
        description: "What customers see and find",
        group: "experience",
        security: false,
        infrastructure: false,
        business: true,
        cost_centre: "4100",
    },
    Team {
        name: "Orders",
        identifier: "webshop-orders",
        supplementary: &["orders"],
        description: "From cart to payment",
        group: "orders",
        security: true,
        infrastructure: false,
        business: true,
        cost_centre: "4200",
    },
    Team {
        name: "Fulfilment",
        identifier: "fulfilment",
        supplementary: &["logistics", "shipping-and-stock"],
        description: "From payment to parcel",
        group: "fulfilment",
        security: false,
        infrastructure: false,
        business: false,
        cost_centre: "4300",
    },
    Team {
        name: "Platform",
        identifier: "platform",
        supplementary: &["sre"],
        description: "What all of it runs on",
        group: "platform",
        security: true,
        infrastructure: true,
        business: false,
        cost_centre: "9000",
    },
];

/// The values of the teams' settings objects.
pub(super) fn teams() -> Vec<Json> {
    TEAMS.iter().map(Team::value).collect()
}

/// The value of the settings object with the keys of owners.
pub(super) fn config() -> Json {
    json!({"ownershipIdentifiers": [
        {"enabled": true, "key": "owner"},
        {"enabled": true, "key": OWNER_LABEL},
        {"enabled": false, "key": "team"},
    ]})
}

impl Team {
    fn value(&self) -> Json {
        let group = self.group;
        let supplementary: Vec<Json> =
            self.supplementary.iter().map(|name| json!({"supplementaryIdentifier": name})).collect();
        let mut contacts = vec![
            json!({"integrationType": "EMAIL", "email": format!("{group}@example.com")}),
            json!({
                "integrationType": "SLACK",
                "slackChannel": format!("#team-{group}"),
                "url": format!("https://example.slack.com/archives/team-{group}"),
            }),
        ];
        if self.infrastructure {
            contacts.push(json!({
                "integrationType": "JIRA",
                "jira": {"project": "PLAT", "defaultAssignee": "dmitri"},
            }));
        }
        json!({
            "name": self.name,
            "identifier": self.identifier,
            "description": self.description,
            "supplementaryIdentifiers": supplementary,
            "responsibilities": {
                "development": true,
                "security": self.security,
                "operations": true,
                "infrastructure": self.infrastructure,
                "lineOfBusiness": self.business,
            },
            "contactDetails": contacts,
            "links": [
                {"linkType": "WIKI", "url": format!("https://wiki.example.com/teams/{group}")},
                {"linkType": "RUNBOOK", "url": format!("https://wiki.example.com/teams/{group}/runbooks")},
                {"linkType": "REPOSITORY", "url": format!("https://github.com/example?q={group}")},
            ],
            "additionalInformation": [{"key": "costCentre", "value": self.cost_centre}],
        })
    }
}
