//! Groups of the catalog and teams of an environment -> what has to be written for them to agree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::team::{Responsibilities, Team, Teams};

/// The longest identifier the schema allows.
const LONGEST_IDENTIFIER: usize = 100;

/// A team as the catalog wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredTeam {
    /// The group's full reference, such as `group:default/team-a`.
    pub entity_ref: String,
    /// What labels and tags shall name it by.
    pub identifier: String,
    /// The name for people.
    pub name: String,
    /// What it does; without one, what the team says stays.
    pub description: Option<String>,
    /// Its email address; without one, what the team says stays.
    pub email: Option<String>,
    /// The group's page.
    pub url: Option<String>,
    /// What it answers for when it is created. Later this is edited in Dynatrace.
    pub responsibilities: Responsibilities,
}

/// How a plan is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanOptions {
    /// Stands before the group's reference in the external id and says whose team it is: `backstage` makes
    /// `backstage:group:default/team-a`. Two catalogs that write to one environment need two marks.
    pub mark: String,
    /// Whether teams with this mark go when their group has gone.
    pub remove: bool,
}

impl PlanOptions {
    /// The external id of a group's team.
    #[must_use]
    pub fn external_id(&self, entity_ref: &str) -> String {
        format!("{}:{entity_ref}", self.mark)
    }

    /// The group a team was created from, if it has this mark.
    #[must_use]
    pub fn entity_ref<'a>(&self, external_id: Option<&'a str>) -> Option<&'a str> {
        external_id?.strip_prefix(self.mark.as_str())?.strip_prefix(':')
    }
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The field of the schema.
    pub field: &'static str,
    /// What is there; `null` for nothing.
    pub from: Value,
    /// What shall be there.
    pub to: Value,
}

/// What is to be done for one team.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// There is none yet.
    Create {
        /// The team.
        desired: DesiredTeam,
    },
    /// Fields the catalog knows differ.
    Update {
        /// The team.
        desired: DesiredTeam,
        /// The settings object.
        object_id: String,
        /// The fields, at least one.
        changes: Vec<FieldChange>,
    },
    /// It is as it shall be.
    Keep,
    /// Its group has gone.
    Remove {
        /// The settings object.
        object_id: String,
    },
    /// It is not touched although catalog and Dynatrace differ.
    Leave {
        /// Why.
        reason: String,
    },
}

/// A team and what is to be done for it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedTeam {
    /// The group's full reference.
    pub entity_ref: String,
    /// The team's identifier.
    pub identifier: String,
    /// What is to be done.
    pub step: Step,
}

/// What has to be written; made by [`plan`], carried out by
/// [`Tenant::write_ownership_teams`](crate::Tenant::write_ownership_teams).
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The teams, by group.
    pub teams: Vec<PlannedTeam>,
    pub(super) options: PlanOptions,
}

impl Plan {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.teams.iter().all(|team| matches!(team.step, Step::Keep | Step::Leave { .. }))
    }
}

/// What has to be written for every group to have its team.
///
/// Only teams that carry the mark are changed or removed; of those only the fields the catalog knows. A plan
/// made after it was carried out is empty. Without any group nothing is removed: an empty catalog is more
/// likely broken than meant.
#[must_use]
pub fn plan(desired: &[DesiredTeam], teams: &Teams, options: PlanOptions) -> Plan {
    let groups: BTreeMap<&str, &DesiredTeam> =
        desired.iter().map(|team| (team.entity_ref.as_str(), team)).collect();
    let mut taken = BTreeSet::new();
    let mut planned = Vec::new();
    for (entity_ref, group) in &groups {
        let own = teams
            .teams
            .iter()
            .find(|team| options.entity_ref(team.object_external_id.as_deref()) == Some(entity_ref));
        let step = if taken.insert(group.identifier.as_str()) {
            match own {
                Some(team) => existing(group, team),
                None => new(group, teams),
            }
        } else {
            Step::Leave { reason: format!("another group has the identifier `{}`", group.identifier) }
        };
        planned.push(PlannedTeam {
            entity_ref: (*entity_ref).to_owned(),
            identifier: group.identifier.clone(),
            step,
        });
    }
    for team in &teams.teams {
        let Some(entity_ref) = options.entity_ref(team.object_external_id.as_deref()) else { continue };
        if groups.contains_key(entity_ref) {
            continue;
        }
        let step = if !options.remove {
            Step::Leave { reason: "its group has gone from the catalog, and removing is off".to_owned() }
        } else if groups.is_empty() {
            Step::Leave { reason: "the catalog has no groups at all".to_owned() }
        } else {
            Step::Remove { object_id: team.object_id.clone() }
        };
        planned.push(PlannedTeam {
            entity_ref: entity_ref.to_owned(),
            identifier: team.identifier.clone(),
            step,
        });
    }
    Plan { teams: planned, options }
}

fn existing(group: &DesiredTeam, team: &Team) -> Step {
    if team.identifier != group.identifier {
        let reason = format!("its identifier is `{}` and cannot be changed", team.identifier);
        return Step::Leave { reason };
    }
    let changes = changes(&team.value, &group.applied_to(&team.value));
    if changes.is_empty() {
        return Step::Keep;
    }
    Step::Update { desired: group.clone(), object_id: team.object_id.clone(), changes }
}

fn new(group: &DesiredTeam, teams: &Teams) -> Step {
    if let Some(reason) = unfit(&group.identifier) {
        return Step::Leave { reason };
    }
    let namesake = teams.teams.iter().find(|team| team.identifier.eq_ignore_ascii_case(&group.identifier));
    match namesake {
        Some(team) => Step::Leave {
            reason: format!("the team `{}` exists and was not created from this group", team.identifier),
        },
        None => Step::Create { desired: group.clone() },
    }
}

/// What keeps a text from being an identifier, by the rules of the schema.
fn unfit(identifier: &str) -> Option<String> {
    let ends_are_letters = [identifier.chars().next(), identifier.chars().next_back()]
        .iter()
        .all(|end| end.is_some_and(|end| end.is_ascii_alphabetic()));
    let clean = identifier.chars().all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_');
    let fits = ends_are_letters && clean && identifier.len() <= LONGEST_IDENTIFIER;
    (!fits).then(|| {
        format!(
            "`{identifier}` cannot be an identifier, which has 1 to {LONGEST_IDENTIFIER} letters, digits, `-` \
             and `_` and a letter at both ends"
        )
    })
}

fn changes(from: &Value, to: &Value) -> Vec<FieldChange> {
    ["name", "description", "contactDetails", "links"]
        .into_iter()
        .filter_map(|field| {
            let (from, to) = (from.get(field).unwrap_or(&Value::Null), to.get(field).unwrap_or(&Value::Null));
            (from != to).then(|| FieldChange { field, from: from.clone(), to: to.clone() })
        })
        .collect()
}

impl DesiredTeam {
    /// The value of a new team.
    pub(super) fn created(&self) -> Value {
        let answers = self.responsibilities;
        let value = json!({
            "name": self.name,
            "identifier": self.identifier,
            "supplementaryIdentifiers": [],
            "responsibilities": {
                "development": answers.development,
                "security": answers.security,
                "operations": answers.operations,
                "infrastructure": answers.infrastructure,
                "lineOfBusiness": answers.line_of_business,
            },
            "contactDetails": [],
            "links": [],
            "additionalInformation": [],
            "externalId": self.entity_ref,
        });
        self.applied_to(&value)
    }

    /// The value of a team with what the catalog knows put in, and everything else as it is.
    pub(super) fn applied_to(&self, value: &Value) -> Value {
        let mut fields = value.as_object().cloned().unwrap_or_else(Map::new);
        fields.insert("name".to_owned(), self.name.clone().into());
        if let Some(description) = &self.description {
            fields.insert("description".to_owned(), description.clone().into());
        }
        if let Some(email) = &self.email {
            put(&mut fields, "contactDetails", json!({"integrationType": "EMAIL", "email": email}), |item| {
                item.get("integrationType").and_then(Value::as_str) == Some("EMAIL")
            });
        }
        if let Some(url) = &self.url {
            // The catalog may move to another host; its path to the group stays.
            let path = path(url);
            put(&mut fields, "links", json!({"linkType": "URL", "url": url}), |item| {
                item.get("url").and_then(Value::as_str).is_some_and(|it| it == url || self::path(it) == path)
            });
        }
        Value::Object(fields)
    }
}

/// Puts members into the first item of a list that is the one, or a new item at its end. Members of the item
/// that are not given stay.
fn put(fields: &mut Map<String, Value>, list: &str, item: Value, is_it: impl Fn(&Value) -> bool) {
    let slot = fields.entry(list.to_owned()).or_insert_with(|| json!([]));
    if !slot.is_array() {
        *slot = json!([]);
    }
    let Some(items) = slot.as_array_mut() else { return };
    match (items.iter_mut().find(|it| is_it(it)).and_then(Value::as_object_mut), item) {
        (Some(found), Value::Object(item)) => {
            let kind = found.get("linkType").cloned();
            found.extend(item);
            // A link someone has sorted under another kind stays there.
            if let Some(kind) = kind {
                found.insert("linkType".to_owned(), kind);
            }
        }
        (_, item) => items.push(item),
    }
}

fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/').map_or("", |(_, path)| path)
}
