//! Labels, annotations and tags of an entity -> the teams that own it.

use std::fmt;

use super::keys::OwnershipKeys;
use super::team::Teams;
use crate::tag::Tag;

/// Where an entity says something about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetadataSource {
    /// A Kubernetes label.
    Label,
    /// A Kubernetes annotation.
    Annotation,
    /// A tag of the entity in Dynatrace.
    Tag,
    /// A primary tag, `primary_tags.…` in Grail.
    PrimaryTag,
}

impl fmt::Display for MetadataSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Label => "label",
            Self::Annotation => "annotation",
            Self::Tag => "tag",
            Self::PrimaryTag => "primary tag",
        })
    }
}

/// One thing an entity says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadatum {
    /// Where.
    pub source: MetadataSource,
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

impl Metadatum {
    /// A fact from this place.
    #[must_use]
    pub fn new(source: MetadataSource, key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { source, key: key.into(), value: value.into() }
    }

    /// The fact a classic tag states, such as `[Kubernetes]dt.owner:team-a`; a tag without value states none.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = Tag::parse(tag);
        Some(Self::new(MetadataSource::Tag, tag.key, tag.value?))
    }
}

/// A place where an owner is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Where.
    pub source: MetadataSource,
    /// Under which key.
    pub key: String,
    /// The identifier named.
    pub value: String,
}

/// A team that owns an entity, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwningTeam {
    /// The team's identifier.
    pub identifier: String,
    /// The team's name.
    pub name: String,
    /// Where it is named; at least one.
    pub assignments: Vec<Assignment>,
}

/// Who owns an entity according to Dynatrace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owners {
    /// The teams, in the order they are named.
    pub teams: Vec<OwningTeam>,
    /// What is named and is no team.
    pub unknown: Vec<Assignment>,
}

/// The owners of an entity: every fact under an ownership key names teams by identifier or supplementary
/// identifier. A value shared by two teams makes both owners, as in Dynatrace.
#[must_use]
pub fn owners(metadata: &[Metadatum], keys: &OwnershipKeys, teams: &Teams) -> Owners {
    let mut owners = Owners::default();
    for fact in metadata.iter().filter(|fact| keys.name_an_owner(&fact.key)) {
        let value = fact.value.trim();
        if value.is_empty() {
            continue;
        }
        let assignment = Assignment { source: fact.source, key: fact.key.clone(), value: value.to_owned() };
        let mut known = false;
        for team in teams.named(value) {
            known = true;
            match owners.teams.iter_mut().find(|owner| owner.identifier == team.identifier) {
                Some(owner) => owner.assignments.push(assignment.clone()),
                None => owners.teams.push(OwningTeam {
                    identifier: team.identifier.clone(),
                    name: team.name.clone(),
                    assignments: vec![assignment.clone()],
                }),
            }
        }
        if !known && !owners.unknown.contains(&assignment) {
            owners.unknown.push(assignment);
        }
    }
    owners
}
