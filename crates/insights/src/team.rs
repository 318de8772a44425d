//! How are my components: the state of all components of a group, system or domain, one row each.
//!
//! ```text
//! components ─> Member ─┬─ workloads        (Smartscape, or classic entities) ─> pods and versions ─┐
//!                       ├─ problems         (open ones)                        ─> how many, how bad ┼─> one row each
//!                       └─ vulnerabilities  (open and not muted)               ─> how many, how bad ┘
//! ```
//!
//! Three queries an environment, however many components there are; whose each record is, is worked out here. What
//! costs more, such as objectives and validations, is on the pages that the rows lead to.

use std::collections::BTreeMap;

use grailstage_catalog::Entity;
use grailstage_dql::builder::{collect_distinct, column, field, take_max};
use grailstage_tenant::number::Double;
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{
    Cell, Column, ColumnKind, EntityCell, Fact, ReadinessCell, Row, Section, Status, StatusCell, Table,
};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::counterparts::{self, Member};
use crate::subject::Subject;
use crate::workloads::{self, Workload};
use crate::{problems, vulnerabilities};

const EVENTS_SCOPE: &str = "storage:events:read";
const SECURITY_EVENTS_SCOPE: &str = "storage:security.events:read";

/// How many versions of a component are named in an environment; more are counted.
const VERSIONS: usize = 3;

/// The card.
pub struct Team;

/// What an environment knows of the components.
pub struct Reading {
    environment: String,
    /// By the place of the component among those of the subject; only those with counterparts.
    members: BTreeMap<usize, MemberReading>,
}

/// What an environment knows of one component.
struct MemberReading {
    /// Nothing where they were asked for in vain.
    workloads: Option<Vec<Running>>,
    problems: Option<Found>,
    vulnerabilities: Option<Found>,
}

struct Running {
    version: Option<String>,
    pods: Option<(i64, i64)>,
}

/// How many of something there are, and how bad the worst is.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    count: i64,
    worst: Option<Status>,
}

/// How a component fares. Worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Well,
    /// Nothing in the catalog says what in Dynatrace is its own.
    NotConnected,
    /// No environment has a workload of it.
    NotFound,
    /// No environment told.
    Unknown,
    Vulnerable,
    Problems,
    PartlyReady,
    SevereProblems,
    NotReady,
}

impl Card for Team {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "team"
    }

    /// None: it is about components, and a component has cards of its own.
    fn annotations(&self) -> &'static [&'static str] {
        &[]
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        &[EVENTS_SCOPE, SECURITY_EVENTS_SCOPE]
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let members = counterparts::members(context.subject)?;
        if context.subject.components.is_none() {
            return Ok(None);
        }
        if members.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let model = context.environment.entity_model();
        let mut questions = Vec::new();
        let selections = counterparts::selections(&members);
        if !selections.is_empty() {
            let query = workloads::labelled_with_pods(model, &selections).build();
            questions.push(Question { key: "workloads", query });
        }
        if context.may(EVENTS_SCOPE) {
            let query = problems::open(&members, model)
                .dedup(["event.id"])
                .fields([
                    column("category", field("event.category")),
                    column("mute", field("dt.davis.mute.status")),
                    column("maintenance", field("maintenance.is_under_maintenance")),
                    column("affected", problems::affected()),
                ])
                .build();
            questions.push(Question { key: "problems", query });
        }
        if context.may(SECURITY_EVENTS_SCOPE) {
            let query = vulnerabilities::open(&members, model)
                .filter(vulnerabilities::not_muted())
                .summarize([
                    column("score", take_max(field("vulnerability.risk.score"))),
                    column("affected", collect_distinct(field("counterpart"))),
                ])
                .by([column("display_id", field("vulnerability.display_id"))])
                .build();
            questions.push(Question { key: "vulnerabilities", query });
        }
        Ok(Some(questions))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let workloads: Vec<Workload> = results.records("workloads")?;
        let problems: Vec<Problem> = results.records("problems")?;
        let findings: Vec<Finding> = results.records("vulnerabilities")?;
        let told = |key: &str| results.get(key).is_some();
        let mut members = BTreeMap::new();
        for (place, entity) in context.subject.members().iter().enumerate() {
            let Some(member) = Member::of(entity)? else { continue };
            let own = |affected: &Affected| member.has_any(&affected.ids(), &workloads);
            let running = member.selection.as_ref().map_or_else(
                || Some(Vec::new()),
                |selection| {
                    let own = workloads.iter().filter(|workload| workload.is_of(selection));
                    told("workloads").then(|| own.map(Running::of).collect())
                },
            );
            let of_problems = problems.iter().filter(|problem| own(&problem.affected)).map(Problem::severity);
            let of_findings = findings.iter().filter(|finding| own(&finding.affected)).map(Finding::severity);
            let reading = MemberReading {
                problems: told("problems").then(|| of_problems.collect()),
                vulnerabilities: told("vulnerabilities").then(|| of_findings.collect()),
                workloads: running,
            };
            members.insert(place, reading);
        }
        Ok(Reading { environment: context.environment.name().to_owned(), members })
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let mut components: Vec<Standing<'_>> = subject
            .components
            .iter()
            .flatten()
            .enumerate()
            .map(|(place, entity)| Standing::of(entity, place, &readings))
            .collect();
        components.sort_by(|a, b| {
            let more = |each: &Standing<'_>| (each.state, each.missing_pods(), each.open_problems());
            more(b).cmp(&more(a)).then_with(|| a.cell.text.cmp(&b.cell.text))
        });
        let facts = facts(&components);
        let mut columns = columns();
        let mut rows: Vec<Row> = components.into_iter().map(Standing::into_row).collect();
        // All components of a group have the same owner.
        if subject.entity.kind.eq_ignore_ascii_case("group") {
            columns.pop();
            for row in &mut rows {
                row.pop();
            }
        }
        let table = Table { key: "components", title: None, columns, rows };
        Contents { facts, sections: vec![Section::Table(table)], notes: Vec::new() }
    }
}

/// The ids of what a record is about.
#[derive(Deserialize, Default)]
#[serde(transparent)]
struct Affected(Option<Vec<Option<String>>>);

impl Affected {
    fn ids(&self) -> Vec<String> {
        self.0.iter().flatten().flatten().cloned().collect()
    }
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    mute: Option<String>,
    #[serde(default)]
    maintenance: Option<bool>,
    #[serde(default)]
    affected: Affected,
}

impl Problem {
    /// What nobody is to be woken for is neither good nor bad.
    fn severity(&self) -> Status {
        if self.mute.as_deref() == Some("MUTED") || self.maintenance == Some(true) {
            return Status::Neutral;
        }
        problems::severity(self.category.as_deref().unwrap_or_default())
    }
}

#[derive(Deserialize)]
struct Finding {
    #[serde(default)]
    score: Option<Double>,
    #[serde(default)]
    affected: Affected,
}

impl Finding {
    fn severity(&self) -> Status {
        match self.score {
            Some(Double(score)) if score >= vulnerabilities::RISKY.1 => Status::Warning,
            _ => Status::Neutral,
        }
    }
}

impl FromIterator<Status> for Found {
    fn from_iter<I: IntoIterator<Item = Status>>(severities: I) -> Self {
        severities.into_iter().fold(Self::default(), |found, severity| Self {
            count: found.count + 1,
            worst: found.worst.max(Some(severity)),
        })
    }
}

impl Running {
    fn of(workload: &Workload) -> Self {
        Self { version: workload.version.clone(), pods: workload.pods() }
    }
}

/// A component over all environments.
struct Standing<'a> {
    entity: &'a Entity,
    cell: EntityCell,
    state: State,
    pods: Option<(i64, i64)>,
    /// In words, an environment each.
    versions: Vec<String>,
    problems: Option<Found>,
    vulnerabilities: Option<Found>,
}

impl<'a> Standing<'a> {
    fn of(entity: &'a Entity, place: usize, readings: &[Reading]) -> Self {
        let told: Vec<(&str, &MemberReading)> = readings
            .iter()
            .filter_map(|reading| Some((reading.environment.as_str(), reading.members.get(&place)?)))
            .collect();
        // What one environment did not tell is not known of all.
        let sum = |of: fn(&MemberReading) -> Option<Found>| {
            let found: Option<Vec<Found>> = told.iter().map(|(_, member)| of(member)).collect();
            let found = found.filter(|found| !found.is_empty())?;
            Some(found.into_iter().fold(Found::default(), |sum, each| Found {
                count: sum.count + each.count,
                worst: sum.worst.max(each.worst),
            }))
        };
        let running = || told.iter().filter_map(|(_, member)| member.workloads.as_ref()).flatten();
        let pods: Vec<(i64, i64)> = running().filter_map(|running| running.pods).collect();
        let problems = sum(|member| member.problems);
        let vulnerabilities = sum(|member| member.vulnerabilities);
        let workloads_told = told.iter().any(|(_, member)| member.workloads.is_some());
        let worst = |found: Option<Found>| found.and_then(|found| found.worst);
        let by_ids = Member::of(entity).ok().flatten().is_some_and(|member| !member.ids().is_empty());
        let state = if told.is_empty() && !readings.is_empty() {
            State::NotConnected
        } else if pods.iter().any(|(ready, desired)| *ready <= 0 && *desired > 0) {
            State::NotReady
        } else if worst(problems) == Some(Status::Error) {
            State::SevereProblems
        } else if pods.iter().any(|(ready, desired)| ready < desired) {
            State::PartlyReady
        } else if worst(problems) == Some(Status::Warning) {
            State::Problems
        } else if worst(vulnerabilities) == Some(Status::Warning) {
            State::Vulnerable
        } else if !workloads_told {
            State::Unknown
        } else if running().next().is_none() && !by_ids {
            State::NotFound
        } else if problems.is_none() {
            // Its pods are ready, but whether a problem is open nobody told.
            State::Unknown
        } else {
            State::Well
        };
        let total =
            pods.iter().copied().reduce(|(ready, desired), (more, wanted)| (ready + more, desired + wanted));
        Self {
            entity,
            cell: EntityCell::of(entity),
            state,
            pods: total,
            versions: told.iter().filter_map(|(environment, member)| versions(environment, member)).collect(),
            problems,
            vulnerabilities,
        }
    }

    fn missing_pods(&self) -> i64 {
        self.pods.map_or(0, |(ready, desired)| desired - ready)
    }

    fn open_problems(&self) -> i64 {
        self.problems.map_or(0, |problems| problems.count)
    }

    fn into_row(self) -> Row {
        let (status, label) = self.state.in_words();
        let owner = Member::owner_of(self.entity);
        let count = |found: Option<Found>| Cell::count(found.map(|found| found.count));
        vec![
            Cell::Entity(self.cell),
            Cell::Status(StatusCell { status, label: label.to_owned(), detail: None }),
            self.pods.map_or(Cell::Unknown, |(ready, desired)| {
                Cell::Readiness(ReadinessCell::new(Some(ready), Some(desired)))
            }),
            Cell::text((!self.versions.is_empty()).then(|| self.versions.join("; "))),
            count(self.problems),
            count(self.vulnerabilities),
            Cell::text(owner),
        ]
    }
}

/// The versions of a component in an environment: `2.7.3 in production`.
fn versions(environment: &str, member: &MemberReading) -> Option<String> {
    let running = member.workloads.iter().flatten();
    let mut versions: Vec<&str> = running.filter_map(|running| running.version.as_deref()).collect();
    versions.sort_unstable();
    versions.dedup();
    let more = versions.len().saturating_sub(VERSIONS);
    versions.truncate(VERSIONS);
    let mut words = versions.join(", ");
    if more > 0 {
        words.push_str(&format!(" and {more} more"));
    }
    (!words.is_empty()).then(|| format!("{words} in {environment}"))
}

impl State {
    const fn in_words(self) -> (Status, &'static str) {
        match self {
            Self::Well => (Status::Ok, "well"),
            Self::NotConnected => (Status::Neutral, "not connected"),
            Self::NotFound => (Status::Neutral, "not found"),
            Self::Unknown => (Status::Unknown, "unknown"),
            Self::Vulnerable => (Status::Warning, "vulnerable"),
            Self::Problems => (Status::Warning, "open problem"),
            Self::PartlyReady => (Status::Warning, "partly ready"),
            Self::SevereProblems => (Status::Error, "open problem"),
            Self::NotReady => (Status::Error, "not ready"),
        }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("component", "Component", ColumnKind::Entity),
        Column::new("state", "State", ColumnKind::Status),
        Column::new("pods", "Pods", ColumnKind::Readiness),
        Column::new("versions", "Running versions", ColumnKind::Text),
        Column::new("problems", "Problems", ColumnKind::Count),
        Column::new("vulnerabilities", "Vulnerabilities", ColumnKind::Count),
        // The last: it can be left out.
        Column::new("owner", "Owner", ColumnKind::Text),
    ]
}

/// How many components there are, and how many of them have something that is better absent.
fn facts(components: &[Standing<'_>]) -> Vec<Fact> {
    let count = |is: &dyn Fn(&Standing<'_>) -> bool| components.iter().filter(|each| is(each)).count();
    let status_of = |each: &Standing<'_>| each.state.in_words().0;
    let has = |found: Option<Found>| found.is_some_and(|found| found.count > 0);
    let mut facts = vec![
        Fact::count("bad", "to be mended", count(&|each| status_of(each) == Status::Error), Status::Error),
        Fact::count(
            "doubtful",
            "to be looked at",
            count(&|each| status_of(each) == Status::Warning),
            Status::Warning,
        ),
        Fact::count("well", "well", count(&|each| each.state == State::Well), Status::Ok),
        Fact::count("unknown", "unknown", count(&|each| each.state == State::Unknown), Status::Unknown),
        Fact::count("with-problems", "with problems", count(&|each| has(each.problems)), Status::Warning),
        Fact::count(
            "with-vulnerabilities",
            "with vulnerabilities",
            count(&|each| has(each.vulnerabilities)),
            Status::Neutral,
        ),
    ];
    facts.retain(|fact| fact.value != Cell::Count(0));
    facts.push(Fact::things("components", ("component", "components"), components.len(), Status::Neutral));
    facts
}
