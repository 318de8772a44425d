//! Who can see it, in which zones: the management zones of a subject's entities, and why it is not in others.
//!
//! ```text
//! annotations ─> Member ─> its entities, with labels, tags and, of classic environments, their zones ─┐
//! builtin:management-zones ─> ManagementZone { rules } ────────────────── visibility, rule by rule ───┤
//!                                                       ├─ in a zone: which rule, which segment instead
//!                                                       ├─ not in it: the condition that fails, the nearest first
//!                                                       └─ onboarding: is it in a zone of its team
//! ```
//!
//! Grail neither grants nor filters by zones. The card says so, wherever it shows one.

use std::cmp::Reverse;

use grailstage_tenant::management_zone::{
    AttributeRule, Comparison, Condition, EntityFacts, ManagementZone, Rule, RuleKind, RuleOutcome, SCHEMA,
    Visibility, segment_proposal, visibility,
};
use grailstage_tenant::segments::Segment;
use grailstage_tenant::{EntityModel, Freshness, ServiceRequest, SettingsObject};

use crate::InsightError;
use crate::answer::{
    Cell, Column, ColumnKind, Fact, Note, Row, Section, Severity, Status, StatusCell, Table,
};
use crate::card::{Card, Contents, Context, Question, Results, ServiceQuestion};
use crate::counterparts::{self, Member};
use crate::described_entities::{self, DescribedEntity, ENTITIES_SCOPE};
use crate::subject::Subject;

const SEGMENTS_SCOPE: &str = "storage:filter-segments:read";

/// How many of the zones that a component is not in are listed for it: the nearest.
const NEAREST: usize = 5;

/// How many of the values that keep an entity out of a zone are named.
const NAMED: usize = 3;

/// The card.
pub struct ManagementZones;

/// What an environment says of the zones.
#[derive(Default)]
pub struct Reading {
    /// Whether the zones could be read.
    known: bool,
    members: Vec<MemberReading>,
    segments: Vec<Row>,
    notes: Vec<Note>,
}

/// What an environment says of one member.
struct MemberReading {
    /// Its place among the members of the subject.
    place: usize,
    onboarding: Onboarding,
    inside: Vec<Row>,
    onboarding_row: Row,
    outside: Vec<Row>,
    zones: Vec<String>,
}

/// Whether a member is in a zone of its team. Worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Onboarding {
    /// It is.
    Onboarded,
    /// The environment has no entity of it.
    NotFound,
    /// There is no telling.
    Unknown,
    /// The team has a zone, and it is not in there.
    NotOnboarded,
    /// Its team has no zone.
    NoZone,
}

impl Card for ManagementZones {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "management-zones"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &counterparts::ANNOTATIONS
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        &[ENTITIES_SCOPE, SEGMENTS_SCOPE]
    }

    /// Zones change rarely.
    fn freshness(&self) -> Freshness {
        Freshness::seconds(300)
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let members = counterparts::members(context.subject)?;
        Ok((!members.is_empty()).then(|| described_entities::questions(context, &members)))
    }

    fn service_questions(&self, context: &Context<'_>) -> Result<Vec<ServiceQuestion>, InsightError> {
        let mut questions = vec![ServiceQuestion { key: "zones", request: ServiceRequest::settings(SCHEMA) }];
        if context.may(SEGMENTS_SCOPE) {
            questions.push(ServiceQuestion { key: "segments", request: ServiceRequest::Segments });
        }
        Ok(questions)
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let Some(objects) = results.items::<SettingsObject>("zones")? else {
            // The note of the failed question says why.
            return Ok(Reading::default());
        };
        let environment = context.environment.name();
        let (mut zones, mut notes) = (Vec::new(), Vec::new());
        for object in &objects {
            match ManagementZone::read(object) {
                Ok(zone) => zones.push(zone),
                Err(reason) => notes.push(Note {
                    severity: Severity::Warning,
                    code: "unreadable-zone".to_owned(),
                    message: format!("{reason} (settings object `{}`)", object.object_id),
                    help: None,
                    environment: Some(environment.to_owned()),
                }),
            }
        }
        let model = context.environment.entity_model();
        let entities = described_entities::read(results)?;
        let mut members = Vec::new();
        let mut used = Vec::new();
        for (place, entity) in context.subject.members().iter().enumerate() {
            let Some(member) = Member::of(entity)? else { continue };
            let own: Vec<_> = entities.iter().filter(|entity| entity.is_of(&member)).collect();
            let view = View { environment, model, member: &member, own: &own, zones: &zones };
            let reading =
                view.read(place, entity.owner_ref().ok().flatten().map(|owner| owner.name().to_owned()));
            used.extend(reading.zones.iter().cloned());
            members.push(reading);
        }
        let existing = results.items::<Segment>("segments")?;
        let segments = zones.iter().filter(|zone| used.contains(&zone.name));
        let segments =
            segments.flat_map(|zone| segment_rows(zone, existing.as_deref(), environment)).collect();
        Ok(Reading { known: true, members, segments, notes })
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let mut notes = vec![what_grail_honours()];
        let known = readings.iter().any(|reading| reading.known);
        let (mut inside, mut onboarding, mut outside) = (Vec::new(), Vec::new(), Vec::new());
        let mut segments = Vec::new();
        let mut verdicts: Vec<(usize, Onboarding)> = Vec::new();
        let mut zones = Vec::new();
        for reading in readings {
            notes.extend(reading.notes);
            segments.extend(reading.segments);
            for member in reading.members {
                verdicts.push((member.place, member.onboarding));
                inside.extend(member.inside);
                onboarding.push(member.onboarding_row);
                outside.extend(member.outside);
                zones.extend(member.zones);
            }
        }
        if !known {
            return Contents { facts: Vec::new(), sections: Vec::new(), notes };
        }
        zones.sort_unstable();
        zones.dedup();
        let facts = facts(&verdicts, zones.len());
        notes.extend(remedies(subject, &verdicts));
        let table = |key, title, columns, rows| {
            Section::Table(Table { key, title: Some(title), columns, rows }.join_environments())
        };
        let sections = vec![
            table("onboarding", "Onboarding", onboarding_columns(), onboarding),
            table("zones", "Zones", zone_columns(), inside),
            table("elsewhere", "Zones it is not in, the nearest first", elsewhere_columns(), outside),
            table("segments", "Segments in place of the zones", segment_columns(), segments),
        ];
        Contents { facts, sections, notes }
    }
}

/// One member as one environment sees it.
struct View<'a> {
    environment: &'a str,
    model: EntityModel,
    member: &'a Member,
    own: &'a [&'a DescribedEntity],
    zones: &'a [ManagementZone],
}

/// What a zone says of the entities of a member.
struct Standing<'a> {
    zone: &'a ManagementZone,
    /// How many are in it.
    inside: usize,
    /// The rules that match, by their place.
    rules: Vec<usize>,
    /// Whether there is no telling of some.
    unknown: bool,
    /// The outcome that comes nearest to a match, with the place of its rule.
    nearest: Option<(usize, RuleOutcome)>,
}

impl View<'_> {
    fn read(&self, place: usize, owner: Option<String>) -> MemberReading {
        let standings: Vec<Standing<'_>> = self.zones.iter().map(|zone| self.standing(zone)).collect();
        let inside: Vec<&Standing<'_>> = standings.iter().filter(|standing| standing.inside > 0).collect();
        let of_team: Vec<&Standing<'_>> = standings
            .iter()
            .filter(|standing| owner.as_deref().is_some_and(|owner| is_of_team(&standing.zone.name, owner)))
            .collect();
        let onboarding = if self.own.is_empty() {
            Onboarding::NotFound
        } else if of_team.iter().any(|standing| standing.inside > 0) {
            Onboarding::Onboarded
        } else if of_team.iter().any(|standing| standing.unknown) {
            Onboarding::Unknown
        } else if of_team.is_empty() {
            Onboarding::NoZone
        } else {
            Onboarding::NotOnboarded
        };
        let mut outside: Vec<&Standing<'_>> =
            standings.iter().filter(|standing| standing.inside == 0 && !self.own.is_empty()).collect();
        outside.sort_by_key(|standing| {
            (Reverse(of_team.iter().any(|own| own.zone == standing.zone)), standing.distance())
        });
        outside.truncate(NEAREST);
        let names: Vec<String> = of_team.iter().map(|standing| standing.zone.name.clone()).collect();
        MemberReading {
            place,
            onboarding,
            zones: inside.iter().map(|standing| standing.zone.name.clone()).collect(),
            onboarding_row: vec![
                Cell::Text(self.member.name.clone()),
                Cell::text(self.member.owner.clone()),
                onboarding.cell(),
                Cell::text((!names.is_empty()).then(|| names.join(", "))),
                Cell::number(Some(inside.len() as f64)),
                Cell::Text(self.environment.to_owned()),
            ],
            inside: inside.iter().map(|standing| self.inside_row(standing)).collect(),
            outside: outside.iter().map(|standing| self.outside_row(standing)).collect(),
        }
    }

    /// Where a classic environment says which zones an entity is in, that counts, and the rules explain it; elsewhere
    /// the rules decide.
    fn standing<'z>(&self, zone: &'z ManagementZone) -> Standing<'z> {
        let mut standing = Standing { zone, inside: 0, rules: Vec::new(), unknown: false, nearest: None };
        for entity in self.own {
            let facts: EntityFacts = entity.facts();
            let told = match self.model {
                EntityModel::Classic => entity.zones.as_ref().map(|zones| zones.contains(&zone.name)),
                EntityModel::Smartscape => None,
            };
            match visibility(zone, &facts) {
                Visibility::Visible { rule } => {
                    if told != Some(false) {
                        standing.inside += 1;
                        if !standing.rules.contains(&rule) {
                            standing.rules.push(rule);
                        }
                    }
                }
                Visibility::Hidden { rules } | Visibility::Unknown { rules } => {
                    if told == Some(true) {
                        standing.inside += 1;
                    } else if told.is_none() {
                        standing.unknown |=
                            rules.iter().any(|rule| matches!(rule, RuleOutcome::NotEvaluable { .. }));
                    }
                    for (place, outcome) in rules.into_iter().enumerate() {
                        let known = standing.nearest.as_ref().map(|(_, known)| distance(known));
                        if known.is_none_or(|known| distance(&outcome) < known) {
                            standing.nearest = Some((place, outcome));
                        }
                    }
                }
            }
        }
        standing
    }

    fn inside_row(&self, standing: &Standing<'_>) -> Row {
        let rules: Vec<String> = standing
            .rules
            .iter()
            .filter_map(|place| {
                Some(format!("rule {}: {}", place + 1, in_words(standing.zone.rules.get(*place)?)))
            })
            .collect();
        let why = if rules.is_empty() {
            "Dynatrace says so; no rule that can be evaluated here explains it".to_owned()
        } else {
            rules.join("; ")
        };
        vec![
            Cell::Text(standing.zone.name.clone()),
            Cell::Text(self.member.name.clone()),
            Cell::Text(format!("{} of {}", standing.inside, self.own.len())),
            Cell::Text(why),
            Cell::text(standing.zone.description.clone()),
            Cell::Text(self.environment.to_owned()),
        ]
    }

    fn outside_row(&self, standing: &Standing<'_>) -> Row {
        let (status, label) =
            if standing.unknown { (Status::Unknown, "no telling") } else { (Status::Neutral, "not in it") };
        let why = match &standing.nearest {
            Some((place, outcome)) => format!("rule {}: {}", place + 1, why_not(outcome)),
            None => "the zone has no rules".to_owned(),
        };
        vec![
            Cell::Text(standing.zone.name.clone()),
            Cell::Text(self.member.name.clone()),
            Cell::Status(StatusCell { status, label: label.to_owned(), detail: None }),
            Cell::Text(why),
            Cell::Text(self.environment.to_owned()),
        ]
    }
}

impl Standing<'_> {
    fn distance(&self) -> usize {
        self.nearest.as_ref().map_or(usize::MAX, |(_, outcome)| distance(outcome))
    }
}

/// How far a rule is from a match: by the number of conditions that fail, and where no entity of this type can match,
/// further than any.
const fn distance(outcome: &RuleOutcome) -> usize {
    match outcome {
        RuleOutcome::Matches => 0,
        RuleOutcome::NotEvaluable { .. } => 1,
        RuleOutcome::Failed { conditions } => 1 + conditions.len(),
        RuleOutcome::Disabled => 1_000,
        RuleOutcome::OtherType { .. } => 1_001,
        RuleOutcome::NotForEntities => 1_002,
    }
}

impl Onboarding {
    fn cell(self) -> Cell {
        match self {
            Self::Onboarded => Cell::status(Status::Ok, "onboarded"),
            Self::NotFound => Cell::status(Status::Neutral, "not found"),
            Self::Unknown => Cell::status(Status::Unknown, "no telling"),
            Self::NotOnboarded => Cell::status(Status::Warning, "not onboarded"),
            Self::NoZone => Cell::status(Status::Warning, "no zone of its team"),
        }
    }
}

/// Whether a zone is a team's: its name has the team's as a whole word, as `Team: orders` has `orders`.
fn is_of_team(zone: &str, team: &str) -> bool {
    let is_of_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    let (zone, team) = (zone.to_lowercase(), team.to_lowercase());
    zone.match_indices(&team).any(|(at, found)| {
        let before = zone.get(..at).and_then(|text| text.chars().next_back());
        let after = zone.get(at + found.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_of_word) && !after.is_some_and(is_of_word)
    })
}

fn in_words(rule: &Rule) -> String {
    match &rule.kind {
        RuleKind::Entities(rule) => attributes_in_words(rule),
        RuleKind::Selector(selector) => format!("entities that {} selects", selector.text),
        RuleKind::Dimensions(rule) => {
            let conditions: Vec<String> = rule
                .conditions
                .iter()
                .map(|condition| {
                    let key = condition.key.as_deref().unwrap_or(&condition.condition_type);
                    let comparison = if condition.matcher == "EQUALS" { "is" } else { "begins with" };
                    format!("{key} {comparison} {}", condition.value)
                })
                .collect();
            format!("metrics and logs where {}", conditions.join(" and "))
        }
        RuleKind::Other { kind } => format!("a rule of the kind {kind}"),
    }
}

fn attributes_in_words(rule: &AttributeRule) -> String {
    let kind = rule.entity_type.replace('_', " ").to_lowercase();
    if rule.conditions.is_empty() {
        return format!("every {kind}");
    }
    let conditions: Vec<String> = rule.conditions.iter().map(condition_in_words).collect();
    let mut words = format!("{kind} whose {}", conditions.join(" and "));
    if !rule.spreads_to.is_empty() {
        words.push_str(&format!(", and what belongs to it of {}", rule.spreads_to.join(", ")));
    }
    words
}

fn condition_in_words(condition: &Condition) -> String {
    let mut attribute = condition.key.replace('_', " ").to_lowercase();
    if let Some(dynamic) = &condition.dynamic_key {
        attribute.push_str(&format!(" {dynamic}"));
    }
    let not = if condition.operator.negated { "not " } else { "" };
    let comparison = match &condition.operator.comparison {
        Comparison::Equals => "is",
        Comparison::Exists => "is there",
        Comparison::BeginsWith => "begins with",
        Comparison::EndsWith => "ends with",
        Comparison::Contains => "contains",
        Comparison::TagKeyEquals => "has the key",
        Comparison::Greater => "is more than",
        Comparison::GreaterOrEqual => "is at least",
        Comparison::Lower => "is less than",
        Comparison::LowerOrEqual => "is at most",
        Comparison::Other(name) => name,
    };
    let expected = condition.expected_text();
    let expected = expected.map(|text| format!(" {text}")).unwrap_or_default();
    format!("{attribute} {not}{comparison}{expected}")
}

fn why_not(outcome: &RuleOutcome) -> String {
    match outcome {
        RuleOutcome::Matches => "it matches".to_owned(),
        RuleOutcome::Disabled => "it is switched off".to_owned(),
        RuleOutcome::OtherType { entity_type } => format!("it is for the type {entity_type}"),
        RuleOutcome::NotForEntities => "it is for metrics and logs".to_owned(),
        RuleOutcome::NotEvaluable { reason } => reason.replace('`', ""),
        RuleOutcome::Failed { conditions } => {
            let conditions: Vec<String> = conditions
                .iter()
                .map(|failed| {
                    let condition = failed.condition.replace('`', "");
                    format!("{condition} fails: found {}", some_of(&failed.found, &condition))
                })
                .collect();
            conditions.join("; ")
        }
    }
}

/// Some of what was found, and how many more there are: an entity can have dozens of tags. Those with a key that the
/// condition names come first, since their values are what is different.
fn some_of(found: &[String], condition: &str) -> String {
    let has_key = |value: &str| value.rsplit_once(':').is_some_and(|(key, _)| condition.contains(key));
    let (mut named, others): (Vec<&str>, Vec<&str>) =
        found.iter().map(String::as_str).partition(|value| has_key(value));
    named.extend(others);
    named.truncate(NAMED);
    match (named.is_empty(), found.len() - named.len()) {
        (true, _) => "nothing".to_owned(),
        (false, 0) => named.join(", "),
        (false, more) => format!("{} and {more} more", named.join(", ")),
    }
}

/// Whether the environment has a segment of a zone's name. What it includes is not told in a list, and not compared.
fn segment_cell(zone: &str, existing: Option<&[Segment]>) -> Cell {
    let Some(existing) = existing else {
        return Cell::status(Status::Unknown, "proposed");
    };
    let folded = |name: &str| name.trim().to_lowercase();
    match existing.iter().find(|segment| folded(&segment.name) == folded(zone)) {
        Some(segment) => {
            let detail = (segment.name != zone).then(|| segment.name.clone());
            Cell::Status(StatusCell { status: Status::Ok, label: "exists".to_owned(), detail })
        }
        None => Cell::status(Status::Neutral, "proposed"),
    }
}

fn segment_rows(zone: &ManagementZone, existing: Option<&[Segment]>, environment: &str) -> Vec<Row> {
    let proposal = segment_proposal(zone);
    let remarks = (!proposal.remarks.is_empty()).then(|| proposal.remarks.join("; ").replace('`', ""));
    let row = |object: Option<String>, filter: Option<String>| {
        vec![
            Cell::Text(proposal.name.clone()),
            segment_cell(&zone.name, existing),
            Cell::text(object),
            Cell::text(filter),
            Cell::text(remarks.clone()),
            Cell::Text(environment.to_owned()),
        ]
    };
    if proposal.includes.is_empty() {
        return vec![row(None, None)];
    }
    proposal
        .includes
        .iter()
        .map(|include| row(Some(include.data_object.clone()), Some(include.filter_text())))
        .collect()
}

fn onboarding_columns() -> Vec<Column> {
    vec![
        Column::new("component", "Component", ColumnKind::Text),
        Column::new("owner", "Owner in the catalog", ColumnKind::Text),
        Column::new("state", "State", ColumnKind::Status),
        Column::new("team-zones", "Zones of its team", ColumnKind::Text),
        Column::new("zone-count", "Zones it is in", ColumnKind::Number),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

fn zone_columns() -> Vec<Column> {
    vec![
        Column::new("zone", "Zone", ColumnKind::Text),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("entities", "Entities", ColumnKind::Text),
        Column::new("rule", "Because of", ColumnKind::Text),
        Column::new("description", "Description", ColumnKind::Text).where_known(),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

fn elsewhere_columns() -> Vec<Column> {
    vec![
        Column::new("zone", "Zone", ColumnKind::Text),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("state", "State", ColumnKind::Status),
        Column::new("reason", "Why not", ColumnKind::Text),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

fn segment_columns() -> Vec<Column> {
    vec![
        Column::new("zone", "Zone", ColumnKind::Text),
        Column::new("segment", "Segment", ColumnKind::Status),
        Column::new("data", "Data", ColumnKind::Text),
        Column::new("filter", "Filter", ColumnKind::Text),
        Column::new("remarks", "Remarks", ColumnKind::Text),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

/// The worst that any environment says of each member.
fn worst(verdicts: &[(usize, Onboarding)]) -> Vec<(usize, Onboarding)> {
    let mut worst: Vec<(usize, Onboarding)> = Vec::new();
    for (place, verdict) in verdicts {
        match worst.iter_mut().find(|(known, _)| known == place) {
            Some((_, known)) => *known = (*known).max(*verdict),
            None => worst.push((*place, *verdict)),
        }
    }
    worst
}

fn facts(verdicts: &[(usize, Onboarding)], zones: usize) -> Vec<Fact> {
    let worst = worst(verdicts);
    let count = |all: &[Onboarding]| worst.iter().filter(|(_, verdict)| all.contains(verdict)).count();
    let mut facts = vec![
        Fact::count(
            "not-onboarded",
            "not onboarded",
            count(&[Onboarding::NotOnboarded, Onboarding::NoZone]),
            Status::Warning,
        ),
        Fact::count("onboarded", "onboarded", count(&[Onboarding::Onboarded]), Status::Ok),
        Fact::count(
            "onboarding-unknown",
            "unknown",
            count(&[Onboarding::Unknown, Onboarding::NotFound]),
            Status::Unknown,
        ),
        Fact::things("zones", ("zone", "zones"), zones, Status::Neutral),
    ];
    facts.retain(|fact| fact.value != Cell::Count(0));
    facts
}

fn what_grail_honours() -> Note {
    Note {
        severity: Severity::Info,
        code: "zones-and-grail".to_owned(),
        message: "Grail does not honour management zones: they neither grant nor limit what a query reads. They filter \
                  classic screens, alerting profiles and the classic APIs"
            .to_owned(),
        help: Some(
            "limit access to data in Grail by policies and buckets, and what is shown by segments".to_owned(),
        ),
        environment: None,
    }
}

/// What to do for the members that are in no zone of their team, one note for each kind.
fn remedies(subject: &Subject, verdicts: &[(usize, Onboarding)]) -> Vec<Note> {
    let worst = worst(verdicts);
    let note = |verdict: Onboarding, code: &str, sentence: &str, help: &str| {
        let names: Vec<String> = worst
            .iter()
            .filter(|(_, known)| *known == verdict)
            .filter_map(|(place, _)| subject.members().get(*place))
            .map(|entity| format!("`{}`", entity.metadata.name))
            .collect();
        (!names.is_empty()).then(|| Note {
            severity: Severity::Info,
            code: code.to_owned(),
            message: format!("{}: {sentence}", names.join(", ")),
            help: Some(help.to_owned()),
            environment: None,
        })
    };
    [
        note(
            Onboarding::NotOnboarded,
            "not-onboarded",
            "the team has a management zone, and no rule of it matches",
            "see below which condition fails; give the entity the label or tag that the rule looks for, or run the \
             template that onboards a component to its team's zone",
        ),
        note(
            Onboarding::NoZone,
            "no-zone-of-team",
            "no management zone has the name of the team in its own",
            "run the template that onboards a component to a management zone: it makes the zone of the team",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}
