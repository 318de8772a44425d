//! Groups of the catalog -> the teams they shall be.

use grailstage_catalog::Entity;
use grailstage_tenant::ownership::{DesiredTeam, Responsibilities};
use serde_json::Value;

use super::{TEAM_ENVIRONMENTS, TEAM_IDENTIFIER, TEAM_RESPONSIBILITIES};
use crate::InsightError;
use crate::answer::{Note, Severity};

/// The teams of these groups, and what to know. Entities of other kinds and groups that were taken from
/// Dynatrace are passed over.
///
/// # Errors
/// `invalid-entity`
pub(super) fn wanted_teams(
    groups: Vec<Value>,
    base_url: Option<&str>,
) -> Result<(Vec<DesiredTeam>, Vec<Note>), InsightError> {
    let mut teams = Vec::new();
    let mut notes = Vec::new();
    for group in groups {
        let group = Entity::from_json(group)?;
        let is_group = group.kind.eq_ignore_ascii_case("group");
        if is_group && group.annotation(TEAM_ENVIRONMENTS).is_none() {
            teams.push(wanted_team(&group, base_url, &mut notes));
        }
    }
    Ok((teams, notes))
}

fn wanted_team(group: &Entity, base_url: Option<&str>, notes: &mut Vec<Note>) -> DesiredTeam {
    let profile = |key: &str| {
        let text = group.spec.as_ref()?.get("profile")?.get(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let entity_ref = group.entity_ref();
    let identifier = group.annotation(TEAM_IDENTIFIER).map(str::trim).filter(|text| !text.is_empty());
    let responsibilities = match group.annotation(TEAM_RESPONSIBILITIES) {
        None => Responsibilities { development: true, ..Responsibilities::default() },
        Some(text) => responsibilities(text, &entity_ref.stringify(), notes),
    };
    let url = base_url.map(|base| {
        let base = base.trim_end_matches('/');
        format!("{base}/catalog/{}/group/{}", entity_ref.namespace(), entity_ref.name())
    });
    DesiredTeam {
        identifier: identifier.unwrap_or(&group.metadata.name).to_owned(),
        name: profile("displayName")
            .or_else(|| group.metadata.title.clone())
            .unwrap_or_else(|| group.metadata.name.clone()),
        description: group.metadata.description.clone().filter(|text| !text.trim().is_empty()),
        email: profile("email"),
        url,
        responsibilities,
        entity_ref: entity_ref.stringify(),
    }
}

fn responsibilities(text: &str, entity_ref: &str, notes: &mut Vec<Note>) -> Responsibilities {
    let mut responsibilities = Responsibilities::default();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let slot = match name {
            "development" => &mut responsibilities.development,
            "security" => &mut responsibilities.security,
            "operations" => &mut responsibilities.operations,
            "infrastructure" => &mut responsibilities.infrastructure,
            "lineOfBusiness" => &mut responsibilities.line_of_business,
            unknown => {
                notes.push(Note {
                    severity: Severity::Warning,
                    code: "invalid-annotation".to_owned(),
                    message: format!("annotation `{TEAM_RESPONSIBILITIES}` of {entity_ref}: there is no responsibility `{unknown}`"),
                    help: Some(
                        "use `development`, `security`, `operations`, `infrastructure` and `lineOfBusiness`".to_owned(),
                    ),
                    environment: None,
                });
                continue;
            }
        };
        *slot = true;
    }
    responsibilities
}
