//! A team as `builtin:ownership.teams` describes it.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::settings::SettingsObject;

/// A team of an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// The id of its settings object.
    pub object_id: String,
    /// The external id of its settings object, by which an importer knows its own.
    pub object_external_id: Option<String>,
    /// The name for people.
    pub name: String,
    /// What labels and tags name it by; never changes.
    pub identifier: String,
    /// What it does.
    pub description: Option<String>,
    /// Other names it goes by; another team may have the same, then both own.
    pub supplementary_identifiers: Vec<String>,
    /// What it answers for.
    pub responsibilities: Responsibilities,
    /// How to reach it.
    pub contacts: Vec<Contact>,
    /// Where to read on.
    pub links: Vec<TeamLink>,
    /// Further facts.
    pub additional_information: Vec<AdditionalInformation>,
    /// The team's own external id, set when it was imported.
    pub external_id: Option<String>,
    /// The whole value of its settings object, unknown fields included.
    pub value: Value,
}

/// What a team answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Responsibilities {
    /// Writing the software.
    pub development: bool,
    /// Its security.
    pub security: bool,
    /// Running it.
    pub operations: bool,
    /// What it runs on.
    pub infrastructure: bool,
    /// The business it serves.
    pub line_of_business: bool,
}

impl Responsibilities {
    /// Their names as in the schema, those that are set.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        [
            ("development", self.development),
            ("security", self.security),
            ("operations", self.operations),
            ("infrastructure", self.infrastructure),
            ("lineOfBusiness", self.line_of_business),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect()
    }
}

/// A way to reach a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// `EMAIL`
    Email {
        /// The address.
        address: String,
    },
    /// `SLACK`
    Slack {
        /// The channel.
        channel: String,
        /// Its address, where one is given.
        url: Option<String>,
    },
    /// `MS_TEAMS`
    MsTeams {
        /// The channel.
        channel: String,
        /// Its address, where one is given.
        url: Option<String>,
    },
    /// `JIRA`
    Jira {
        /// The project's key.
        project: String,
        /// Who gets new issues.
        default_assignee: Option<String>,
        /// The address of the server, where one is given.
        url: Option<String>,
    },
    /// A kind this version does not know, or one without what belongs to it.
    Other {
        /// The kind, such as `PAGERDUTY`.
        kind: String,
        /// Its address, where one is given.
        url: Option<String>,
    },
}

/// A link of a team.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamLink {
    /// `DOCUMENTATION`, `RUNBOOK`, `WIKI`, `DASHBOARD`, `HEALTH_APP`, `REPOSITORY`, `URL`; an open set.
    #[serde(default = "plain_url")]
    pub link_type: String,
    /// Where it leads; any text.
    pub url: String,
}

/// A further fact about a team.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AdditionalInformation {
    /// What it is, such as `costCenter`.
    pub key: String,
    /// The fact.
    pub value: String,
    /// Where to read on.
    #[serde(default)]
    pub url: Option<String>,
}

/// A settings object that does not read as what its schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The id of the object.
    pub object_id: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The teams of an environment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Teams {
    /// Those that can be read, in the order of the list.
    pub teams: Vec<Team>,
    /// Those that cannot.
    pub unreadable: Vec<Unreadable>,
}

impl Teams {
    /// Reads a list of settings objects.
    #[must_use]
    pub fn read(objects: &[SettingsObject]) -> Self {
        let mut teams = Self::default();
        for object in objects {
            match Team::read(object) {
                Ok(team) => teams.teams.push(team),
                Err(reason) => {
                    teams.unreadable.push(Unreadable { object_id: object.object_id.clone(), reason });
                }
            }
        }
        teams
    }

    /// The teams a value names, by identifier or supplementary identifier; more than one where they share it.
    pub fn named<'a>(&'a self, value: &'a str) -> impl Iterator<Item = &'a Team> {
        self.teams.iter().filter(move |team| team.is_named(value))
    }

    /// The teams by identifier.
    #[must_use]
    pub fn by_identifier(&self) -> HashMap<&str, &Team> {
        self.teams.iter().map(|team| (team.identifier.as_str(), team)).collect()
    }
}

impl Team {
    /// Reads a team. Unknown fields are kept in [`Team::value`], list entries that cannot be read are left
    /// out; name and identifier are what a team cannot do without.
    ///
    /// # Errors
    /// What is missing, as a clause.
    pub fn read(object: &SettingsObject) -> Result<Self, String> {
        let value = &object.value;
        let required = |key: &str| text(value, key).ok_or_else(|| format!("the team has no `{key}`"));
        let supplementary = list(value, "supplementaryIdentifiers").filter_map(|item| {
            item.as_str().map(str::to_owned).or_else(|| text(item, "supplementaryIdentifier"))
        });
        Ok(Self {
            name: required("name")?,
            identifier: required("identifier")?,
            object_id: object.object_id.clone(),
            object_external_id: object.external_id.clone(),
            description: text(value, "description"),
            supplementary_identifiers: supplementary.collect(),
            responsibilities: parts(value.get("responsibilities")).unwrap_or_default(),
            contacts: list(value, "contactDetails").map(contact).collect(),
            links: list(value, "links").filter_map(|item| parts(Some(item))).collect(),
            additional_information: list(value, "additionalInformation")
                .filter_map(|item| parts(Some(item)))
                .collect(),
            external_id: text(value, "externalId"),
            value: value.clone(),
        })
    }

    /// Whether a value under an ownership key names this team.
    #[must_use]
    pub fn is_named(&self, value: &str) -> bool {
        self.identifier == value || self.supplementary_identifiers.iter().any(|it| it == value)
    }

    /// The first email address.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.contacts.iter().find_map(|contact| match contact {
            Contact::Email { address } => Some(address.as_str()),
            _ => None,
        })
    }
}

fn contact(item: &Value) -> Contact {
    let kind = text(item, "integrationType").unwrap_or_else(|| "UNKNOWN".to_owned());
    let url = text(item, "url");
    let jira = item.get("jira").unwrap_or(&Value::Null);
    let known = match kind.as_str() {
        "EMAIL" => text(item, "email").map(|address| Contact::Email { address }),
        "SLACK" => text(item, "slackChannel").map(|channel| Contact::Slack { channel, url: url.clone() }),
        "MS_TEAMS" => text(item, "msTeams").map(|channel| Contact::MsTeams { channel, url: url.clone() }),
        "JIRA" => text(jira, "project").map(|project| Contact::Jira {
            project,
            default_assignee: text(jira, "defaultAssignee"),
            url: url.clone(),
        }),
        _ => None,
    };
    known.unwrap_or(Contact::Other { kind, url })
}

fn plain_url() -> String {
    "URL".to_owned()
}

fn parts<'a, T: Deserialize<'a>>(value: Option<&'a Value>) -> Option<T> {
    T::deserialize(value?).ok()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// A text that says something.
fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> SettingsObject {
        SettingsObject {
            object_id: "vu9U3h".to_owned(),
            schema_id: super::super::TEAMS_SCHEMA.to_owned(),
            scope: "environment".to_owned(),
            external_id: Some("backstage:group:default/a".to_owned()),
            schema_version: None,
            modified: None,
            update_token: None,
            value,
        }
    }

    #[test]
    fn reads_every_part_and_keeps_what_it_does_not_know() {
        let value = json!({
            "name": "Team A", "identifier": "team-a", "description": "",
            "supplementaryIdentifiers": [{"supplementaryIdentifier": "a"}, {"supplementaryIdentifier": "squad-a"}],
            "responsibilities": {"development": true, "security": false, "operations": true,
                "infrastructure": false, "lineOfBusiness": false},
            "contactDetails": [
                {"integrationType": "EMAIL", "email": "a@acme.example"},
                {"integrationType": "SLACK", "slackChannel": "#team-a", "url": "https://slack.example/a"},
                {"integrationType": "MS_TEAMS", "msTeams": "Team A"},
                {"integrationType": "JIRA", "jira": {"project": "A", "defaultAssignee": "kim"}},
                {"integrationType": "PAGERDUTY", "url": "https://pd.example"},
                {"integrationType": "EMAIL"},
            ],
            "links": [{"linkType": "RUNBOOK", "url": "https://wiki.example"}, {"linkType": "WIKI"}, {"url": "x"}],
            "additionalInformation": [{"key": "costCenter", "value": "42"}, {"key": "broken"}],
            "externalId": "group:default/a", "newField": 7,
        });
        let team = Team::read(&object(value.clone())).unwrap();
        assert_eq!((team.name.as_str(), team.identifier.as_str()), ("Team A", "team-a"));
        assert_eq!(team.description, None);
        assert_eq!(team.supplementary_identifiers, ["a", "squad-a"]);
        assert_eq!(team.responsibilities.names(), ["development", "operations"]);
        assert_eq!(team.email(), Some("a@acme.example"));
        let slack = Contact::Slack { channel: "#team-a".into(), url: Some("https://slack.example/a".into()) };
        assert_eq!(team.contacts[1], slack);
        assert_eq!(team.contacts[2], Contact::MsTeams { channel: "Team A".into(), url: None });
        let jira = Contact::Jira { project: "A".into(), default_assignee: Some("kim".into()), url: None };
        assert_eq!(team.contacts[3], jira);
        let other = Contact::Other { kind: "PAGERDUTY".into(), url: Some("https://pd.example".into()) };
        assert_eq!(team.contacts[4], other);
        assert_eq!(team.contacts[5], Contact::Other { kind: "EMAIL".into(), url: None });
        assert_eq!(team.links.iter().map(|it| it.link_type.as_str()).collect::<Vec<_>>(), ["RUNBOOK", "URL"]);
        assert_eq!(team.additional_information.len(), 1);
        assert_eq!(team.external_id.as_deref(), Some("group:default/a"));
        assert_eq!(team.value, value);
    }

    #[test]
    fn a_team_without_identifier_is_told_and_does_not_stop_the_others() {
        let teams = Teams::read(&[
            object(json!({"name": "A", "identifier": "a"})),
            object(json!({"name": "B"})),
            object(json!(null)),
        ]);
        assert_eq!(teams.teams.len(), 1);
        let reasons: Vec<_> = teams.unreadable.iter().map(|it| it.reason.as_str()).collect();
        assert_eq!(reasons, ["the team has no `identifier`", "the team has no `name`"]);
    }
}
