//! Teams of several environments -> groups of the catalog.

use std::collections::{BTreeMap, BTreeSet};

use grailstage_catalog::{DEFAULT_NAMESPACE, EntityRef};
use grailstage_tenant::ownership::{PlanOptions, Team, Teams};
use serde_json::{Value, json};

use super::{TEAM_ENVIRONMENTS, TEAM_IDENTIFIER, TEAM_OBJECT_IDS, TEAM_RESPONSIBILITIES};
use crate::answer::{Note, Severity};
use crate::client::error_note;

/// Groups, one for each identifier.
pub(super) struct OfferedGroups<'a> {
    namespace: &'a str,
    own: PlanOptions,
    existing: BTreeSet<String>,
    groups: BTreeMap<String, Offer>,
}

/// A team, and where it was found.
struct Offer {
    team: Team,
    environments: Vec<String>,
    object_ids: Vec<String>,
}

impl<'a> OfferedGroups<'a> {
    pub(super) fn new(namespace: Option<&'a str>, mark: &str, existing: &[String]) -> Self {
        Self {
            namespace: namespace.unwrap_or(DEFAULT_NAMESPACE),
            own: PlanOptions { mark: mark.to_owned(), remove: false },
            // The catalog compares references without regard to case.
            existing: existing.iter().map(|entity_ref| entity_ref.to_lowercase()).collect(),
            groups: BTreeMap::new(),
        }
    }

    /// Takes the teams of an environment, and tells which it leaves out.
    pub(super) fn take(&mut self, environment: &str, teams: &Teams) -> Vec<Note> {
        let mut notes = Vec::new();
        for team in &teams.teams {
            // Its group is in the catalog already: it comes from there.
            if self.own.entity_ref(team.object_external_id.as_deref()).is_some() {
                continue;
            }
            let left_out = |severity, code: &str, message: String| Note {
                severity,
                ..error_note(environment, code, message, None)
            };
            let entity_ref = match EntityRef::new("group", self.namespace, &team.identifier) {
                Ok(entity_ref) => entity_ref.stringify().to_lowercase(),
                Err(error) => {
                    let message = format!("team `{}` cannot be a group: {error}", team.identifier);
                    notes.push(left_out(Severity::Warning, "no-group-name", message));
                    continue;
                }
            };
            if self.existing.contains(&entity_ref) {
                let message = format!(
                    "team `{}` is left out: the catalog has {entity_ref} from elsewhere",
                    team.identifier
                );
                notes.push(left_out(Severity::Info, "group-exists", message));
                continue;
            }
            let offer = self.groups.entry(entity_ref).or_insert_with(|| Offer {
                team: team.clone(),
                environments: Vec::new(),
                object_ids: Vec::new(),
            });
            offer.environments.push(environment.to_owned());
            offer.object_ids.push(team.object_id.clone());
        }
        notes
    }

    /// The groups, by reference. Where environments differ, the first one has the say.
    pub(super) fn into_entities(self) -> Vec<Value> {
        self.groups.values().map(|offer| entity(self.namespace, offer)).collect()
    }
}

fn entity(namespace: &str, offer: &Offer) -> Value {
    let team = &offer.team;
    let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    let links: Vec<Value> = team
        .links
        .iter()
        .filter(|link| is_web(&link.url))
        .map(|link| json!({"url": link.url, "title": link_title(&link.link_type)}))
        .collect();
    let mut metadata = json!({
        "name": team.identifier,
        "namespace": namespace,
        "title": team.name,
        "annotations": {
            TEAM_IDENTIFIER: team.identifier,
            TEAM_ENVIRONMENTS: offer.environments.join(","),
            TEAM_OBJECT_IDS: offer.object_ids.join(","),
        },
    });
    let mut profile = json!({"displayName": team.name});
    if let Some(email) = team.email() {
        put(&mut profile, "email", email.into());
    }
    if let Some(description) = &team.description {
        put(&mut metadata, "description", description.as_str().into());
    }
    if !links.is_empty() {
        put(&mut metadata, "links", links.into());
    }
    let responsibilities = team.responsibilities.names();
    if let (false, Some(annotations)) = (responsibilities.is_empty(), metadata.get_mut("annotations")) {
        put(annotations, TEAM_RESPONSIBILITIES, responsibilities.join(",").into());
    }
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": metadata,
        "spec": {"type": "team", "profile": profile, "children": []},
    })
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// `HEALTH_APP` as people write it: `Health app`.
pub(super) fn link_title(link_type: &str) -> String {
    match link_type {
        "URL" => "Link".to_owned(),
        other => {
            let words = other.replace('_', " ").to_lowercase();
            let mut letters = words.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}
