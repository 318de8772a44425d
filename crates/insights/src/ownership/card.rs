//! Who answers for it: the teams that Dynatrace names, next to the owner in the catalog.
//!
//! ```text
//! annotations ─> Member ─> its entities: labels, annotations, tags, primary tags ─┐
//! builtin:ownership.config ─> which keys name an owner ───────────────────────────┼─> Owners ─┬─> a row a team
//! builtin:ownership.teams ──> who goes by that name, and how to reach them ───────┘           └─> a row a member,
//! spec.owner ──────────────────────────────────────────────────────────────────────────────────── with what differs
//! ```

use grailstage_catalog::Entity;
use grailstage_tenant::ownership::{
    Assignment, CONFIG_SCHEMA, CatalogOwner, Contact, Difference, Metadatum, Owners, OwnershipKeys,
    TEAMS_SCHEMA, Team, Teams, differences, owners,
};
use grailstage_tenant::{Freshness, ServiceRequest, SettingsObject};

use super::unreadable;
use crate::InsightError;
use crate::answer::{
    Cell, Column, ColumnKind, Fact, LinkCell, Note, Section, Severity, Status, StatusCell, Table,
};
use crate::card::{Card, Contents, Context, Question, Results, ServiceQuestion};
use crate::counterparts::{self, Member};
use crate::described_entities::{self, ENTITIES_SCOPE};
use crate::subject::Subject;

const SETTINGS_SCOPE: &str = "settings:objects:read";

/// The card.
pub struct Ownership;

/// What an environment knows of the owners.
pub struct Reading {
    environment: String,
    /// Nothing where the token may not read them.
    teams: Option<Teams>,
    keys: OwnershipKeys,
    /// One for each member of the subject, in its order.
    members: Vec<MemberReading>,
    notes: Vec<Note>,
}

/// What an environment knows of one member.
struct MemberReading {
    /// How many entities of it there are.
    entities: usize,
    owners: Owners,
}

impl Card for Ownership {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "ownership"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &counterparts::ANNOTATIONS
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        &[SETTINGS_SCOPE, ENTITIES_SCOPE]
    }

    /// Teams change rarely.
    fn freshness(&self) -> Freshness {
        Freshness::seconds(300)
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let members = counterparts::members(context.subject)?;
        Ok((!members.is_empty()).then(|| described_entities::questions(context, &members)))
    }

    fn service_questions(&self, context: &Context<'_>) -> Result<Vec<ServiceQuestion>, InsightError> {
        if !context.may(SETTINGS_SCOPE) {
            return Ok(Vec::new());
        }
        Ok(vec![
            ServiceQuestion { key: "teams", request: ServiceRequest::settings(TEAMS_SCHEMA) },
            ServiceQuestion { key: "keys", request: ServiceRequest::settings(CONFIG_SCHEMA) },
        ])
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let environment = context.environment.name();
        let teams = results.items::<SettingsObject>("teams")?.map(|objects| Teams::read(&objects));
        let keys = results.items::<SettingsObject>("keys")?.unwrap_or_default();
        let keys = keys.first().map(|object| OwnershipKeys::read(&object.value)).unwrap_or_default();
        let entities = described_entities::read(results)?;
        let nobody = Teams::default();
        let known = teams.as_ref().unwrap_or(&nobody);
        let mut members = Vec::new();
        for entity in context.subject.members() {
            let own: Vec<_> = match Member::of(entity)? {
                Some(member) => entities.iter().filter(|entity| entity.is_of(&member)).collect(),
                None => Vec::new(),
            };
            let metadata: Vec<Metadatum> = own.iter().flat_map(|entity| entity.metadata()).collect();
            members.push(MemberReading { entities: own.len(), owners: owners(&metadata, &keys, known) });
        }
        let notes = teams.iter().flat_map(|teams| unreadable(environment, teams)).collect();
        Ok(Reading { environment: environment.to_owned(), teams, keys, members, notes })
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let mut teams = Vec::new();
        let mut components = Vec::new();
        let mut remarks = Vec::new();
        for (place, entity) in subject.members().iter().enumerate() {
            let catalog = catalog_owner(entity);
            for reading in &readings {
                let Some(member) = reading.members.get(place) else { continue };
                let view = View { entity, catalog: catalog.as_ref(), reading, member };
                view.tell_teams(&mut teams);
                view.tell_component(place, &mut components);
                view.tell_remarks(&mut remarks);
            }
        }
        let facts = facts(&teams, &components);
        let everywhere = readings.len();
        let mut notes: Vec<Note> = readings.into_iter().flat_map(|reading| reading.notes).collect();
        notes.extend(remarks.into_iter().map(|remark| remark.into_note(everywhere)));
        teams.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.identifier.cmp(&b.identifier)));
        let sections = vec![
            Section::Table(Table {
                key: "teams",
                title: Some("Teams"),
                columns: team_columns(),
                rows: teams.into_iter().map(TeamRow::into_row).collect(),
            }),
            Section::Table(Table {
                key: "components",
                title: Some("Catalog and Dynatrace"),
                columns: component_columns(),
                rows: components.into_iter().map(ComponentRow::into_row).collect(),
            }),
        ];
        Contents { facts, sections, notes }
    }
}

/// The owner in the catalog; nothing where there is none, or none that can be read.
fn catalog_owner(entity: &Entity) -> Option<CatalogOwner> {
    let owner = entity.owner_ref().ok().flatten()?;
    Some(CatalogOwner { entity_ref: owner.stringify(), name: owner.name().to_owned() })
}

/// One member as one environment sees it.
struct View<'a> {
    entity: &'a Entity,
    catalog: Option<&'a CatalogOwner>,
    reading: &'a Reading,
    member: &'a MemberReading,
}

/// A team, wherever it is the same.
#[derive(PartialEq)]
struct TeamRow {
    name: String,
    identifier: String,
    standing: Standing,
    responsibilities: Option<String>,
    contacts: Vec<LinkCell>,
    links: Vec<LinkCell>,
    environments: Vec<String>,
}

/// Who says that a team is an owner. The less agreement, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Both,
    Dynatrace,
    Catalog,
}

/// A member and what is to be said of its owners, wherever that is the same.
struct ComponentRow {
    place: usize,
    name: String,
    catalog: Option<String>,
    teams: Option<String>,
    verdict: Verdict,
    named: Option<String>,
    entities: usize,
    environments: Vec<String>,
}

/// What catalog and Dynatrace make together. Worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Agree,
    NotFound,
    TeamsUnknown,
    NoOwnerInCatalog,
    NoSuchTeam,
    NoOwnerInDynatrace,
    UnknownTeam,
    OtherOwner,
}

/// A sentence about a member, and what can be done.
#[derive(PartialEq)]
struct Remark {
    code: &'static str,
    message: String,
    help: String,
    environments: Vec<String>,
}

impl View<'_> {
    /// Nothing where teams are unknown, or the environment has no entity of the member.
    fn differences(&self) -> Vec<Difference> {
        match &self.reading.teams {
            Some(teams) if self.member.entities > 0 => differences(&self.member.owners, self.catalog, teams),
            _ => Vec::new(),
        }
    }

    fn verdict(&self) -> Verdict {
        if self.member.entities == 0 {
            return Verdict::NotFound;
        }
        if self.reading.teams.is_none() {
            return Verdict::TeamsUnknown;
        }
        self.differences().iter().map(Verdict::of).max().unwrap_or(Verdict::Agree)
    }

    fn tell_teams(&self, rows: &mut Vec<TeamRow>) {
        let Some(teams) = &self.reading.teams else { return };
        let named =
            |team: &Team| self.member.owners.teams.iter().any(|owner| owner.identifier == team.identifier);
        let of_catalog = |team: &Team| self.catalog.is_some_and(|owner| owner.is(team));
        for team in &teams.teams {
            let standing = match (named(team), of_catalog(team)) {
                (true, true) => Standing::Both,
                (true, false) => Standing::Dynatrace,
                (false, true) => Standing::Catalog,
                (false, false) => continue,
            };
            let row = TeamRow::of(team, standing);
            let known = rows.iter_mut().find(|known| known.says_the_same_as(&row));
            let row = match known {
                Some(known) => {
                    known.standing = known.standing.min(standing);
                    known
                }
                None => {
                    rows.push(row);
                    let Some(row) = rows.last_mut() else { continue };
                    row
                }
            };
            remember(&mut row.environments, &self.reading.environment);
        }
    }

    fn tell_component(&self, place: usize, rows: &mut Vec<ComponentRow>) {
        let owners = &self.member.owners;
        let teams: Vec<String> = owners.teams.iter().map(|team| team.name.clone()).collect();
        let mut places: Vec<String> = Vec::new();
        for named in owners.teams.iter().flat_map(|team| &team.assignments).chain(&owners.unknown) {
            remember(&mut places, &place_of(named));
        }
        let row = ComponentRow {
            place,
            name: self.entity.metadata.title.as_ref().unwrap_or(&self.entity.metadata.name).clone(),
            catalog: self.entity.owner().map(str::to_owned),
            teams: some_joined(&teams),
            verdict: self.verdict(),
            named: some_joined(&places),
            entities: self.member.entities,
            environments: vec![self.reading.environment.clone()],
        };
        let same = |known: &&mut ComponentRow| {
            (known.place, known.verdict, &known.teams, &known.named)
                == (row.place, row.verdict, &row.teams, &row.named)
        };
        match rows.iter_mut().find(same) {
            Some(known) => {
                known.entities += row.entities;
                known.environments.extend(row.environments);
            }
            None => rows.push(row),
        }
    }

    fn tell_remarks(&self, remarks: &mut Vec<Remark>) {
        let name = &self.entity.metadata.name;
        if let (Err(error), Some(written)) = (self.entity.owner_ref(), self.entity.owner()) {
            self.tell(
                remarks,
                "invalid-owner",
                format!("`{name}`: `spec.owner` is `{written}`: {error}"),
                "write a reference to a group or a user, such as `group:default/team-a`".to_owned(),
            );
        }
        for difference in self.differences() {
            let (code, message, help) = self.words(name, &difference);
            self.tell(remarks, code, message, help);
        }
    }

    fn tell(&self, remarks: &mut Vec<Remark>, code: &'static str, message: String, help: String) {
        let remark = Remark { code, message, help, environments: Vec::new() };
        let known =
            remarks.iter().position(|known| known.message == remark.message && known.help == remark.help);
        let at = known.unwrap_or_else(|| {
            remarks.push(remark);
            remarks.len() - 1
        });
        if let Some(remark) = remarks.get_mut(at) {
            remember(&mut remark.environments, &self.reading.environment);
        }
    }

    /// The code of a difference, what it is, and the way out.
    fn words(&self, name: &str, difference: &Difference) -> (&'static str, String, String) {
        // The first key is the one an environment has set up for it, or `owner`.
        let key = self.reading.keys.beginnings().first().map_or("owner", String::as_str);
        let label = |team: &str| format!("give its workloads the label or annotation `{key}: {team}`");
        match difference {
            Difference::NoOwnerInCatalog { teams } => (
                "no-owner-in-catalog",
                format!("`{name}` has no owner in the catalog; Dynatrace names {}", quoted(teams)),
                "set `spec.owner` in the descriptor of the component".to_owned(),
            ),
            Difference::NoOwnerInDynatrace { catalog } => (
                "no-owner-in-dynatrace",
                format!("`{name}` is of `{catalog}` in the catalog, and nothing in Dynatrace names an owner"),
                label(&self.own_identifier()),
            ),
            Difference::NoSuchTeam { catalog } => (
                "no-such-team",
                format!("`{name}` is of `{catalog}`, which is no ownership team in Dynatrace"),
                format!(
                    "let the catalog module write its groups to Dynatrace, or create a team with the identifier `{}` there",
                    self.own_identifier()
                ),
            ),
            Difference::OtherOwner { catalog, teams } => (
                "other-owner",
                format!("`{name}` is of `{catalog}` in the catalog; Dynatrace names {}", quoted(teams)),
                format!(
                    "{}, or change `spec.owner` in its descriptor, whichever is out of date",
                    label(&self.own_identifier())
                ),
            ),
            Difference::UnknownTeam { assignment } => (
                "unknown-team",
                format!(
                    "`{name}`: the {} `{}` names `{}`, which is no ownership team",
                    assignment.source, assignment.key, assignment.value
                ),
                "write the identifier of a team there, or create the team in Dynatrace".to_owned(),
            ),
        }
    }

    /// What Dynatrace calls the catalog's owner, or shall call it.
    fn own_identifier(&self) -> String {
        let Some(catalog) = self.catalog else { return "team".to_owned() };
        let teams = self.reading.teams.iter().flat_map(|teams| &teams.teams);
        let own = teams.into_iter().find(|team| catalog.is(team));
        own.map_or_else(|| catalog.name.clone(), |team| team.identifier.clone())
    }
}

impl Verdict {
    const fn of(difference: &Difference) -> Self {
        match difference {
            Difference::NoOwnerInCatalog { .. } => Self::NoOwnerInCatalog,
            Difference::NoOwnerInDynatrace { .. } => Self::NoOwnerInDynatrace,
            Difference::NoSuchTeam { .. } => Self::NoSuchTeam,
            Difference::OtherOwner { .. } => Self::OtherOwner,
            Difference::UnknownTeam { .. } => Self::UnknownTeam,
        }
    }

    const fn words(self) -> (Status, &'static str) {
        match self {
            Self::Agree => (Status::Ok, "agree"),
            Self::NotFound => (Status::Neutral, "not found"),
            Self::TeamsUnknown => (Status::Unknown, "teams not readable"),
            Self::NoOwnerInCatalog => (Status::Warning, "no owner in the catalog"),
            Self::NoSuchTeam => (Status::Warning, "no such team"),
            Self::NoOwnerInDynatrace => (Status::Warning, "no owner in Dynatrace"),
            Self::UnknownTeam => (Status::Warning, "unknown team"),
            Self::OtherOwner => (Status::Warning, "another owner"),
        }
    }
}

impl Standing {
    fn cell(self) -> Cell {
        match self {
            Self::Both => Cell::status(Status::Ok, "catalog and Dynatrace"),
            Self::Dynatrace => Cell::status(Status::Warning, "Dynatrace only"),
            Self::Catalog => Cell::status(Status::Warning, "catalog only"),
        }
    }
}

impl TeamRow {
    fn of(team: &Team, standing: Standing) -> Self {
        let responsibilities: Vec<String> =
            team.responsibilities.names().into_iter().map(responsibility).collect();
        Self {
            name: team.name.clone(),
            identifier: team.identifier.clone(),
            standing,
            responsibilities: some_joined(&responsibilities),
            contacts: team.contacts.iter().map(contact).collect(),
            links: team
                .links
                .iter()
                .map(|link| LinkCell::guarded(super::link_title(&link.link_type), &link.url))
                .collect(),
            environments: Vec::new(),
        }
    }

    /// Whether it is the same team, described alike; who names it is put together.
    fn says_the_same_as(&self, other: &Self) -> bool {
        (&self.name, &self.identifier, &self.responsibilities, &self.contacts, &self.links)
            == (&other.name, &other.identifier, &other.responsibilities, &other.contacts, &other.links)
    }

    fn into_row(self) -> Vec<Cell> {
        vec![
            Cell::Text(self.name),
            Cell::Text(self.identifier),
            self.standing.cell(),
            Cell::text(self.responsibilities),
            Cell::Links(self.contacts),
            Cell::Links(self.links),
            Cell::Text(self.environments.join(", ")),
        ]
    }
}

impl ComponentRow {
    fn into_row(self) -> Vec<Cell> {
        let (status, label) = self.verdict.words();
        vec![
            Cell::Text(self.name),
            Cell::text(self.catalog),
            Cell::text(self.teams),
            Cell::Status(StatusCell { status, label: label.to_owned(), detail: None }),
            Cell::text(self.named),
            Cell::number(Some(self.entities as f64)),
            Cell::Text(self.environments.join(", ")),
        ]
    }
}

impl Remark {
    fn into_note(self, everywhere: usize) -> Note {
        let environment = (self.environments.len() < everywhere).then(|| self.environments.join(", "));
        Note {
            // What differs takes nothing away from the answer.
            severity: Severity::Info,
            code: self.code.to_owned(),
            message: self.message,
            help: Some(self.help),
            environment,
        }
    }
}

fn team_columns() -> Vec<Column> {
    vec![
        Column::new("team", "Team", ColumnKind::Text),
        Column::new("identifier", "Identifier", ColumnKind::Text),
        Column::new("named-by", "Named by", ColumnKind::Status),
        Column::new("responsibilities", "Responsibilities", ColumnKind::Text),
        Column::new("contacts", "Contacts", ColumnKind::Links),
        Column::new("links", "Links", ColumnKind::Links),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

fn component_columns() -> Vec<Column> {
    vec![
        Column::new("component", "Component", ColumnKind::Text),
        Column::new("owner", "Owner in the catalog", ColumnKind::Text),
        Column::new("teams", "Teams in Dynatrace", ColumnKind::Text),
        Column::new("state", "State", ColumnKind::Status),
        Column::new("named-in", "Named in", ColumnKind::Text),
        Column::new("entities", "Entities", ColumnKind::Number),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

fn facts(teams: &[TeamRow], rows: &[ComponentRow]) -> Vec<Fact> {
    // A component counts by the worst that any environment says of it.
    let mut verdicts: Vec<(usize, Verdict)> = Vec::new();
    for row in rows {
        match verdicts.iter_mut().find(|(place, _)| *place == row.place) {
            Some((_, verdict)) => *verdict = (*verdict).max(row.verdict),
            None => verdicts.push((row.place, row.verdict)),
        }
    }
    let count = |is: &dyn Fn(Verdict) -> bool| verdicts.iter().filter(|(_, verdict)| is(*verdict)).count();
    let mut identifiers: Vec<&str> = teams.iter().map(|team| team.identifier.as_str()).collect();
    identifiers.sort_unstable();
    identifiers.dedup();
    let differs = |verdict: Verdict| verdict.words().0 == Status::Warning;
    let mut facts = vec![
        Fact::count("differ", "differ", count(&differs), Status::Warning),
        Fact::count("agree", "agree", count(&|verdict| verdict == Verdict::Agree), Status::Ok),
        Fact::count(
            "owners-unknown",
            "unknown",
            count(&|verdict| matches!(verdict, Verdict::NotFound | Verdict::TeamsUnknown)),
            Status::Unknown,
        ),
        Fact::things("teams", ("team", "teams"), identifiers.len(), Status::Neutral),
    ];
    facts.retain(|fact| fact.value != Cell::Count(0));
    facts
}

/// A way to reach a team, as a link where its address is safe.
fn contact(contact: &Contact) -> LinkCell {
    let link = |kind: &str, text: &str, url: Option<&String>| {
        let cell = LinkCell::guarded(text.to_owned(), url.map_or("", String::as_str));
        LinkCell { detail: Some(kind.to_owned()), ..cell }
    };
    match contact {
        Contact::Email { address } => LinkCell::mail(address),
        Contact::Slack { channel, url } => link("Slack", channel, url.as_ref()),
        Contact::MsTeams { channel, url } => link("Microsoft Teams", channel, url.as_ref()),
        Contact::Jira { project, default_assignee, url } => {
            let text = match default_assignee {
                Some(assignee) => format!("{project} ({assignee})"),
                None => project.clone(),
            };
            link("Jira", &text, url.as_ref())
        }
        Contact::Other { kind, url } => LinkCell::guarded(kind.clone(), url.as_deref().unwrap_or_default()),
    }
}

fn responsibility(name: &str) -> String {
    match name {
        "lineOfBusiness" => "line of business".to_owned(),
        other => other.to_owned(),
    }
}

fn place_of(assignment: &Assignment) -> String {
    format!("{} {}: {}", assignment.source, assignment.key, assignment.value)
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn some_joined(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn remember(texts: &mut Vec<String>, text: &str) {
    if !texts.iter().any(|known| known == text) {
        texts.push(text.to_owned());
    }
}
