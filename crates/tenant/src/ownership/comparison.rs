//! What Dynatrace says of an entity's owner, next to what the catalog says.

use super::owners::{Assignment, Owners};
use super::team::{Team, Teams};

/// The owner an entity has in the catalog: `spec.owner` in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogOwner {
    /// The full reference, such as `group:default/team-a`.
    pub entity_ref: String,
    /// The name within it, such as `team-a`.
    pub name: String,
}

/// A point on which catalog and Dynatrace do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Dynatrace names teams, the catalog nobody.
    NoOwnerInCatalog {
        /// Identifiers of the teams.
        teams: Vec<String>,
    },
    /// The catalog names an owner, nothing in Dynatrace does.
    NoOwnerInDynatrace {
        /// The catalog's owner.
        catalog: String,
    },
    /// The catalog's owner is no team in Dynatrace.
    NoSuchTeam {
        /// The catalog's owner.
        catalog: String,
    },
    /// Both name an owner, and not the same.
    OtherOwner {
        /// The catalog's owner.
        catalog: String,
        /// Identifiers of the teams Dynatrace names.
        teams: Vec<String>,
    },
    /// A label, annotation or tag names a team that does not exist.
    UnknownTeam {
        /// Where, and what it names.
        assignment: Assignment,
    },
}

/// Where catalog and Dynatrace differ; empty where they agree.
///
/// The catalog's owner and a team are the same when the team was imported from it (external id), or when the
/// team goes by the owner's name.
#[must_use]
pub fn differences(owners: &Owners, catalog: Option<&CatalogOwner>, teams: &Teams) -> Vec<Difference> {
    let named: Vec<String> = owners.teams.iter().map(|team| team.identifier.clone()).collect();
    let mut differences = Vec::new();
    match catalog {
        None if named.is_empty() => {}
        None => differences.push(Difference::NoOwnerInCatalog { teams: named }),
        Some(owner) => {
            let catalog = owner.entity_ref.clone();
            let same: Vec<&Team> = teams.teams.iter().filter(|team| owner.is(team)).collect();
            if same.is_empty() {
                differences.push(Difference::NoSuchTeam { catalog: catalog.clone() });
            }
            if named.is_empty() {
                differences.push(Difference::NoOwnerInDynatrace { catalog });
            } else if !same.iter().any(|team| named.contains(&team.identifier)) {
                differences.push(Difference::OtherOwner { catalog, teams: named });
            }
        }
    }
    let unknown = owners.unknown.iter().cloned();
    differences.extend(unknown.map(|assignment| Difference::UnknownTeam { assignment }));
    differences
}

impl CatalogOwner {
    /// Whether a team is this owner.
    #[must_use]
    pub fn is(&self, team: &Team) -> bool {
        let imported = [&team.object_external_id, &team.external_id].into_iter().flatten().any(|id| {
            // The mark an importer puts before the reference, `backstage:`, is its own choice.
            id == &self.entity_ref
                || id.strip_suffix(self.entity_ref.as_str()).is_some_and(|mark| mark.ends_with(':'))
        });
        imported || team.is_named(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::keys::OwnershipKeys;
    use super::super::owners::{MetadataSource, Metadatum, owners};
    use super::*;
    use crate::settings::SettingsObject;

    fn teams() -> Teams {
        let object = |external_id: Option<&str>, value| SettingsObject {
            object_id: "x".to_owned(),
            schema_id: String::new(),
            scope: "environment".to_owned(),
            external_id: external_id.map(str::to_owned),
            schema_version: None,
            modified: None,
            update_token: None,
            value,
        };
        let extra = |name: &str| json!([{ "supplementaryIdentifier": name }]);
        Teams::read(&[
            object(
                None,
                json!({"name": "A", "identifier": "team-a", "supplementaryIdentifiers": extra("shared")}),
            ),
            object(
                None,
                json!({"name": "B", "identifier": "team-b", "supplementaryIdentifiers": extra("shared")}),
            ),
            object(Some("backstage:group:default/payments"), json!({"name": "Pay", "identifier": "pay"})),
        ])
    }

    fn facts(facts: &[(MetadataSource, &str, &str)]) -> Vec<Metadatum> {
        facts.iter().map(|(source, key, value)| Metadatum::new(*source, *key, *value)).collect()
    }

    fn owner(name: &str) -> CatalogOwner {
        CatalogOwner { entity_ref: format!("group:default/{name}"), name: name.to_owned() }
    }

    use MetadataSource::{Annotation, Label, PrimaryTag, Tag};

    #[test]
    fn finds_owners_by_beginning_of_key_and_any_identifier() {
        let found = |entries: &[(MetadataSource, &str, &str)]| {
            let owners = owners(&facts(entries), &OwnershipKeys::default(), &teams());
            let names: Vec<String> = owners.teams.iter().map(|team| team.identifier.clone()).collect();
            let unknown: Vec<String> = owners.unknown.iter().map(|it| it.value.clone()).collect();
            (names, unknown)
        };
        let strings = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        for (entries, names, unknown) in [
            (&[(Label, "app", "team-a")][..], &[][..], &[][..]),
            (&[(Label, "owner", "team-a")], &["team-a"], &[]),
            (&[(Annotation, "dt.owner-1", "team-b"), (Label, "owner", "team-a")], &["team-b", "team-a"], &[]),
            (&[(Tag, "owner", "shared")], &["team-a", "team-b"], &[]),
            (&[(PrimaryTag, "ownership", "pay")], &["pay"], &[]),
            (&[(Label, "owner", "team-a"), (Tag, "owner", "team-a")], &["team-a"], &[]),
            (&[(Label, "owner", "nobody"), (Label, "owner", "nobody")], &[], &["nobody"]),
            (&[(Label, "owner", " "), (Label, "owner", " pay ")], &["pay"], &[]),
            (&[(Label, "owner", "Team-A")], &[], &["Team-A"]),
        ] {
            assert_eq!(found(entries), (strings(names), strings(unknown)), "{entries:?}");
        }
    }

    #[test]
    fn keeps_every_place_a_team_is_named_in() {
        let facts = facts(&[(Label, "owner", "team-a"), (Tag, "dt.owner", "team-a")]);
        let owners = owners(&facts, &OwnershipKeys::default(), &teams());
        let sources: Vec<_> = owners.teams[0].assignments.iter().map(|it| it.source).collect();
        assert_eq!(sources, [Label, Tag]);
    }

    #[test]
    fn reads_a_fact_out_of_a_classic_tag() {
        let expected = Metadatum::new(Tag, "dt.owner", "team-a");
        assert_eq!(Metadatum::of_tag("[Kubernetes]dt.owner:team-a"), Some(expected));
        assert_eq!(Metadatum::of_tag("critical"), None);
    }

    #[test]
    fn tells_where_catalog_and_dynatrace_differ() {
        let catalog = |name: &str| format!("group:default/{name}");
        let many = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        for (named, owner, expected) in [
            (None, None, vec![]),
            (Some("team-a"), Some(owner("team-a")), vec![]),
            // Imported from the catalog under another identifier, and named by a supplementary one.
            (Some("pay"), Some(owner("payments")), vec![]),
            (Some("shared"), Some(owner("team-b")), vec![]),
            (Some("team-a"), None, vec![Difference::NoOwnerInCatalog { teams: many(&["team-a"]) }]),
            (
                None,
                Some(owner("team-a")),
                vec![Difference::NoOwnerInDynatrace { catalog: catalog("team-a") }],
            ),
            (
                Some("team-b"),
                Some(owner("team-a")),
                vec![Difference::OtherOwner { catalog: catalog("team-a"), teams: many(&["team-b"]) }],
            ),
            (
                None,
                Some(owner("new")),
                vec![
                    Difference::NoSuchTeam { catalog: catalog("new") },
                    Difference::NoOwnerInDynatrace { catalog: catalog("new") },
                ],
            ),
            (
                Some("nobody"),
                Some(owner("team-a")),
                vec![
                    Difference::NoOwnerInDynatrace { catalog: catalog("team-a") },
                    Difference::UnknownTeam {
                        assignment: Assignment {
                            source: Label,
                            key: "owner".to_owned(),
                            value: "nobody".to_owned(),
                        },
                    },
                ],
            ),
        ] {
            let facts: Vec<_> =
                named.map(|value| Metadatum::new(Label, "owner", value)).into_iter().collect();
            let owners = owners(&facts, &OwnershipKeys::default(), &teams());
            assert_eq!(differences(&owners, owner.as_ref(), &teams()), expected, "{named:?} {owner:?}");
        }
    }

    #[test]
    fn a_reference_is_not_found_in_the_middle_of_another() {
        let mut teams = teams();
        teams.teams[2].object_external_id = Some("subgroup:default/payments".to_owned());
        let owners = Owners::default();
        let found = differences(&owners, Some(&owner("payments")), &teams);
        assert!(matches!(found[0], Difference::NoSuchTeam { .. }));
    }
}
