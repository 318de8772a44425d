//! Which version is where, since when, by whom: the stages of a subject's components.
//!
//! ```text
//! annotations ─┬─ WorkloadSelection ──> workloads  (version and stage from their labels)       ─┐
//!              ├─ DynatraceEntityIds ─> spans      (release fields of services)                ─┼─> places:
//!              └─ DeliverySelection ──> deliveries (deployments and releases, by repository    ─┘   component × stage
//!                                                   and stage: version, outcome, run)
//! ```

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use grailstage_catalog::annotation::DYNATRACE_ENTITY_ID;
use grailstage_catalog::{DeliverySelection, DynatraceEntityIds, Entity, WorkloadSelection};

use crate::InsightError;
use crate::answer::{Cell, Column, ColumnKind, Fact, LinkCell, Row, Section, Status, StatusCell, Table};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::deliveries::{self, Delivery, Target};
use crate::moment::Moment;
use crate::release_fields::{self, Release};
use crate::release_version::compare;
use crate::subject::Subject;
use crate::workloads::{self, Workload};
use crate::{sdlc, stage};

const EVENTS_SCOPE: &str = "storage:events:read";
const SMARTSCAPE_SCOPE: &str = "storage:smartscape:read";
const ENTITIES_SCOPE: &str = "storage:entities:read";
const SPANS_SCOPE: &str = "storage:spans:read";

/// The labels that may say which stage a workload serves; the first one counts. Source of the first:
/// docs.dynatrace.com, version detection strategies; the others are common usage.
const STAGE_LABELS: [&str; 4] = ["dynatrace-release-stage", "stage", "environment", "env"];

/// How many of the latest deliveries are listed.
const LATEST: usize = 50;

const WORKLOADS: &str = "workloads";
const DELIVERIES: &str = "deliveries";
const SPANS: &str = "spans";

/// The card.
pub struct Releases;

/// What an environment knows of workloads and deliveries.
pub struct Reading {
    environment: String,
    workloads: Vec<(Workload, LinkCell)>,
    releases: Vec<Release>,
    targets: Vec<Target>,
}

impl Card for Releases {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "releases"
    }

    fn annotations(&self) -> &'static [&'static str] {
        const ALL: [&str; 8] = {
            let [id, selector] = WorkloadSelection::ANNOTATIONS;
            let [github, gitlab, bitbucket, azure, argocd] = DeliverySelection::ANNOTATIONS;
            [id, selector, DYNATRACE_ENTITY_ID, github, gitlab, bitbucket, azure, argocd]
        };
        &ALL
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        &[EVENTS_SCOPE, SMARTSCAPE_SCOPE, ENTITIES_SCOPE, SPANS_SCOPE]
    }

    fn lookback(&self) -> Option<Duration> {
        Some(Duration::from_secs(30 * 86_400))
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let workload_selections = workloads::selections(context.subject)?;
        let delivery_selections = sdlc::selections(context.subject)?;
        let mut ids = Vec::new();
        for member in context.subject.members() {
            ids.extend(entity_ids(member)?);
        }
        if workload_selections.is_empty() && delivery_selections.is_empty() && ids.is_empty() {
            return Ok(None);
        }
        let model = context.environment.entity_model();
        let workloads = (!workload_selections.is_empty()).then(|| Question {
            key: WORKLOADS,
            query: workloads::labelled(model, &workload_selections).build(),
        });
        let spans = (!ids.is_empty()).then(|| Question { key: SPANS, query: release_fields::of(&ids) });
        let deliveries = (!delivery_selections.is_empty()).then(|| Question {
            key: DELIVERIES,
            query: deliveries::of(context.timeframe, &delivery_selections),
        });
        let may_workloads = context.may(SMARTSCAPE_SCOPE) && context.may(ENTITIES_SCOPE);
        let allowed: Vec<_> = [
            workloads.clone().filter(|_| may_workloads),
            spans.clone().filter(|_| context.may(SPANS_SCOPE)),
            deliveries.clone().filter(|_| context.may(EVENTS_SCOPE)),
        ]
        .into_iter()
        .flatten()
        .collect();
        // Without any there is nothing left to show: the token's lack is then the answer.
        let all = || [workloads, spans, deliveries].into_iter().flatten().collect();
        Ok(Some(if allowed.is_empty() { all() } else { allowed }))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let workloads: Vec<Workload> = results.records(WORKLOADS)?;
        Ok(Reading {
            environment: context.environment.name().to_owned(),
            workloads: workloads
                .into_iter()
                .map(|workload| {
                    let link = workload.link(context.environment);
                    (workload, link)
                })
                .collect(),
            releases: results.records(SPANS)?,
            targets: results.records(DELIVERIES)?,
        })
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let mut places = Vec::new();
        let mut history = Vec::new();
        for member in subject.members() {
            let component = Component::of(member, &readings);
            history.extend(component.history());
            places.extend(component.places());
        }
        history
            .sort_by(|a, b| b.delivery.time.cmp(&a.delivery.time).then_with(|| a.component.cmp(b.component)));
        let sections = vec![
            Section::Table(matrix(&places)),
            Section::Table(place_table(&places)),
            Section::Table(history_table(&history)),
        ];
        Contents { facts: facts(&places, &history), sections, notes: Vec::new() }
    }
}

/// The ids of the entities in Dynatrace that are an entity of the catalog.
fn entity_ids(member: &Entity) -> Result<Vec<String>, InsightError> {
    let ids = DynatraceEntityIds::of(member)?;
    Ok(ids.iter().flat_map(DynatraceEntityIds::iter).map(|id| id.as_str().to_owned()).collect())
}

/// A delivery with where it went.
struct Delivered<'r> {
    component: &'r str,
    stage: Option<String>,
    environment: &'r str,
    delivery: &'r Delivery,
}

/// What all environments know of a member of the subject.
struct Component<'r> {
    name: &'r str,
    /// With the stage of each.
    workloads: Vec<(String, &'r str, &'r Workload, &'r LinkCell)>,
    releases: Vec<(&'r str, &'r Release)>,
    targets: Vec<(Option<String>, &'r str, &'r Target)>,
}

impl<'r> Component<'r> {
    fn of(member: &'r Entity, readings: &'r [Reading]) -> Self {
        // A member whose annotations cannot be read stopped the questions already.
        let workload_selection = WorkloadSelection::of(member).ok().flatten();
        let delivery_selection = DeliverySelection::of(member).ok().flatten();
        let ids = entity_ids(member).unwrap_or_default();
        let mut workloads = Vec::new();
        let mut releases = Vec::new();
        let mut targets = Vec::new();
        for reading in readings {
            let environment = reading.environment.as_str();
            let of_member = |target: &&Target| {
                delivery_selection.as_ref().is_some_and(|selection| target.origin.is_of(selection))
            };
            targets.extend(reading.targets.iter().filter(of_member).map(|target| (environment, target)));
            let is_of = |(workload, _): &&(Workload, LinkCell)| {
                workload_selection.as_ref().is_some_and(|selection| workload.is_of(selection))
            };
            let released = reading.releases.iter().filter(|release| release.is_of(&ids));
            releases.extend(released.map(|release| (environment, release)));
            workloads.extend(reading.workloads.iter().filter(is_of).map(|workload| (environment, workload)));
        }
        // Where one side does not name the stage, the other one may, for the same namespace.
        let mut of_namespace: BTreeMap<&str, &str> = BTreeMap::new();
        for (_, target) in &targets {
            if let (Some(namespace), Some(stage)) = (&target.namespace, &target.stage) {
                of_namespace.insert(namespace, stage);
            }
        }
        for (_, (workload, _)) in &workloads {
            if let (Some(namespace), Some(stage)) = (&workload.namespace, label_of_stage(workload)) {
                of_namespace.insert(namespace, stage);
            }
        }
        let stage_of = |own: Option<&str>, namespace: Option<&String>| {
            let named = || namespace.and_then(|namespace| of_namespace.get(namespace.as_str()).copied());
            own.or_else(named).or(namespace.map(String::as_str)).map(str::to_owned)
        };
        Self {
            name: &member.metadata.name,
            workloads: workloads
                .iter()
                .map(|(environment, (workload, link))| {
                    let stage = stage_of(label_of_stage(workload), workload.namespace.as_ref());
                    (stage.unwrap_or_default(), *environment, workload, link)
                })
                .collect(),
            releases,
            targets: targets
                .iter()
                .map(|(environment, target)| {
                    (stage_of(target.stage.as_deref(), target.namespace.as_ref()), *environment, *target)
                })
                .collect(),
        }
    }

    /// Each delivery once, though several environments may have been told of it.
    fn history(&self) -> Vec<Delivered<'r>> {
        let mut seen = BTreeSet::new();
        let mut history = Vec::new();
        for (stage, environment, target) in &self.targets {
            let source = target.origin.source();
            for delivery in &target.deliveries {
                let Delivery { kind, run, id, .. } = delivery;
                if seen.insert((source.clone(), stage, kind, run, id)) {
                    let stage = stage.clone();
                    history.push(Delivered { component: self.name, stage, environment, delivery });
                }
            }
        }
        history
    }

    /// Where it is: what labels and spans say, and for stages without both what was deployed.
    fn places(&self) -> Vec<Place<'r>> {
        let mut places: BTreeMap<(usize, String, &str), Place<'r>> = BTreeMap::new();
        for (stage, environment, workload, link) in &self.workloads {
            let key = (stage::rank(stage), stage.to_lowercase(), *environment);
            let place = places.entry(key).or_insert_with(|| Place::new(self.name, stage, environment));
            place.workloads.push(link);
            place.running.extend(workload.version.as_deref());
        }
        for (environment, release) in &self.releases {
            let stage = release.stage.as_deref().unwrap_or_default();
            let key = (stage::rank(stage), stage.to_lowercase(), *environment);
            let place = places.entry(key).or_insert_with(|| Place::new(self.name, stage, environment));
            place.answering.insert(&release.version);
        }
        for stage in self.targets.iter().filter_map(|(stage, ..)| stage.as_deref()) {
            if !places.keys().any(|(_, other, _)| *other == stage.to_lowercase()) {
                let environment = self.best_informed(stage);
                let key = (stage::rank(stage), stage.to_lowercase(), environment);
                places.insert(key, Place::new(self.name, stage, environment));
            }
        }
        let mut places: Vec<Place<'r>> = places.into_values().collect();
        for place in &mut places {
            // One environment may hold the events of all.
            place.deliveries = self.deliveries_to(&place.stage, Some(place.environment));
            if place.deliveries.is_empty() {
                place.deliveries = self.deliveries_to(&place.stage, None);
            }
        }
        places.retain(|place| !place.versions().is_empty() || !place.workloads.is_empty());
        compare_to_production(&mut places);
        places
    }

    /// The environment that was told of most deliveries to a stage: where it runs, no event says.
    fn best_informed(&self, stage: &str) -> &'r str {
        let told = |environment: &str| -> usize {
            let to_stage = self.targets.iter().filter(|(of, at, _)| {
                *at == environment && of.as_ref().is_some_and(|of| of.eq_ignore_ascii_case(stage))
            });
            to_stage.map(|(.., target)| target.deliveries.len()).sum()
        };
        // Of several that were told alike, the first one.
        let environments = self.targets.iter().rev().map(|(_, environment, _)| *environment);
        environments.max_by_key(|environment| told(environment)).unwrap_or_default()
    }

    /// The versions that came to a stage, from old to new.
    fn deliveries_to(&self, stage: &str, environment: Option<&str>) -> Vec<&'r Delivery> {
        let mut deliveries: Vec<&Delivery> = self
            .targets
            .iter()
            .filter(|(of, at, _)| {
                of.as_ref().is_some_and(|of| of.eq_ignore_ascii_case(stage))
                    && environment.is_none_or(|environment| *at == environment)
            })
            .flat_map(|(_, _, target)| &target.deliveries)
            .filter(|delivery| delivery.succeeded() && delivery.version.is_some())
            .collect();
        deliveries.sort_by_key(|delivery| delivery.time);
        deliveries
    }
}

fn label_of_stage(workload: &Workload) -> Option<&str> {
    STAGE_LABELS.iter().find_map(|label| workload.label(label)).filter(|stage| !stage.is_empty())
}

/// A component in a stage of an environment.
struct Place<'r> {
    component: &'r str,
    stage: String,
    environment: &'r str,
    workloads: Vec<&'r LinkCell>,
    /// What the labels of its workloads say.
    running: BTreeSet<&'r str>,
    /// What the spans of its services say.
    answering: BTreeSet<&'r str>,
    /// What succeeded, from old to new.
    deliveries: Vec<&'r Delivery>,
    drift: Drift,
}

/// How a version stands to that in production.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drift {
    NoVersion,
    Mixed,
    NotInProduction,
    Same,
    Ahead,
    Behind,
    Different,
}

impl Drift {
    fn describe(self) -> (Status, &'static str) {
        match self {
            Self::NoVersion => (Status::Unknown, "no version"),
            Self::Mixed => (Status::Warning, "several versions"),
            Self::NotInProduction => (Status::Neutral, "not in production"),
            Self::Same => (Status::Ok, "as in production"),
            Self::Ahead => (Status::Neutral, "ahead of production"),
            Self::Behind => (Status::Warning, "behind production"),
            Self::Different => (Status::Neutral, "differs from production"),
        }
    }
}

impl<'r> Place<'r> {
    fn new(component: &'r str, stage: &str, environment: &'r str) -> Self {
        Self {
            component,
            stage: stage.to_owned(),
            environment,
            workloads: Vec::new(),
            running: BTreeSet::new(),
            answering: BTreeSet::new(),
            deliveries: Vec::new(),
            drift: Drift::NoVersion,
        }
    }

    /// What labels say is what runs, or what spans say; without them it is what came last.
    fn versions(&self) -> Vec<&'r str> {
        match (self.running.is_empty(), self.answering.is_empty()) {
            (false, _) => self.running.iter().copied().collect(),
            (true, false) => self.answering.iter().copied().collect(),
            (true, true) => {
                self.deliveries.last().and_then(|delivery| delivery.version.as_deref()).into_iter().collect()
            }
        }
    }

    /// What says so; nothing where nothing does.
    fn source(&self) -> Option<String> {
        let source = match (self.running.is_empty(), self.answering.is_empty()) {
            (false, _) => "label",
            (true, false) => "spans",
            (true, true) => "deployment",
        };
        (!self.versions().is_empty()).then(|| source.to_owned())
    }

    fn version(&self) -> Option<&'r str> {
        match self.versions().as_slice() {
            [version] => Some(version),
            _ => None,
        }
    }

    /// The delivery that brought its version, the first after any other version.
    fn brought(&self) -> Option<&'r Delivery> {
        let version = self.version()?;
        let mut first = None;
        for delivery in self.deliveries.iter().rev() {
            if delivery.version.as_deref() == Some(version) {
                first = Some(*delivery);
            } else if first.is_some() {
                break;
            }
        }
        first
    }

    fn since(&self) -> Option<Moment> {
        self.brought().map(|delivery| delivery.time)
    }

    fn cell(&self) -> Cell {
        let (status, drift) = self.drift.describe();
        let versions = self.versions();
        if versions.is_empty() {
            return Cell::status(status, drift);
        }
        Cell::Status(StatusCell { status, label: versions.join(", "), detail: Some(drift.to_owned()) })
    }

    fn row(&self) -> Row {
        let (status, drift) = self.drift.describe();
        let brought = self.brought();
        let component = match self.workloads.as_slice() {
            [link] => Cell::Link(LinkCell { text: self.component.to_owned(), ..(*link).clone() }),
            _ => Cell::Text(self.component.to_owned()),
        };
        let versions = self.versions();
        vec![
            component,
            Cell::Text(self.stage.clone()),
            Cell::text((!versions.is_empty()).then(|| versions.join(", "))),
            Cell::status(status, drift),
            Cell::text(self.since().map(|since| since.to_string())),
            brought.map_or(Cell::Unknown, Delivery::by),
            Cell::text(brought.and_then(|delivery| short(delivery.revision.as_deref()))),
            Cell::text(self.source()),
            Cell::Text(self.environment.to_owned()),
        ]
    }
}

fn short(revision: Option<&str>) -> Option<String> {
    revision.map(|revision| revision.chars().take(8).collect())
}

/// Of a component's places; the newest version in production is what counts.
fn compare_to_production(places: &mut [Place<'_>]) {
    let in_production = places.iter().filter(|place| stage::is_production(&place.stage));
    let reference = in_production.flat_map(Place::versions).reduce(|newest, version| {
        if compare(version, newest) == Some(Ordering::Greater) { version } else { newest }
    });
    for place in places {
        place.drift = match (place.versions().as_slice(), reference) {
            ([], _) => Drift::NoVersion,
            ([version], Some(reference)) => match compare(version, reference) {
                Some(Ordering::Equal) => Drift::Same,
                Some(Ordering::Greater) => Drift::Ahead,
                Some(Ordering::Less) => Drift::Behind,
                None => Drift::Different,
            },
            ([_], None) => Drift::NotInProduction,
            _ => Drift::Mixed,
        };
    }
}

fn facts(places: &[Place<'_>], history: &[Delivered<'_>]) -> Vec<Fact> {
    let count = |drift| places.iter().filter(|place| place.drift == drift).count();
    let fact = |key, title, drift: Drift| {
        let count = count(drift);
        let status = if count == 0 { Status::Ok } else { drift.describe().0 };
        Fact::count(key, title, count, status)
    };
    let mut facts = vec![
        fact("behind-production", "Behind production", Drift::Behind)
            .with_detail("components in a stage with an older version than production"),
        fact("ahead-of-production", "Ahead of production", Drift::Ahead)
            .with_detail("components in a stage with a version that is not in production yet"),
        fact("mixed", "Several versions at once", Drift::Mixed)
            .with_detail("components in a stage whose workloads run different versions"),
    ];
    let latest = history.iter().find(|delivered| delivered.delivery.succeeded());
    if let Some(Delivered { component, stage, delivery, .. }) = latest {
        let version = delivery.version.as_deref().unwrap_or_default();
        let detail = format!("{component} {version} to {}", stage.as_deref().unwrap_or("an unnamed stage"));
        facts.push(Fact {
            key: "latest-delivery",
            title: "Latest delivery",
            kind: ColumnKind::Timestamp,
            unit: None,
            value: Cell::Text(delivery.time.to_string()),
            status: Status::Neutral,
            detail: Some(detail),
            trend: None,
        });
    }
    facts
}

/// A row a component, a column a stage of an environment.
fn matrix(places: &[Place<'_>]) -> Table {
    let keys: BTreeSet<(usize, String, &str)> = places
        .iter()
        .map(|place| (stage::rank(&place.stage), place.stage.to_lowercase(), place.environment))
        .collect();
    let mut columns = vec![Column::new("component", "Component", ColumnKind::Text)];
    columns.extend(keys.iter().map(|(_, stage, environment)| {
        let only = keys.iter().filter(|(_, other, _)| other == stage).count() == 1;
        let title = if only { stage.clone() } else { format!("{stage} ({environment})") };
        Column::new(format!("{stage}/{environment}"), title, ColumnKind::Status)
    }));
    let mut components: Vec<&str> = places.iter().map(|place| place.component).collect();
    components.dedup();
    let rows = components
        .into_iter()
        .map(|component| {
            let cells = keys.iter().map(|(_, stage, environment)| {
                places
                    .iter()
                    .find(|place| {
                        place.component == component
                            && place.stage.to_lowercase() == *stage
                            && place.environment == *environment
                    })
                    .map_or(Cell::Unknown, Place::cell)
            });
            std::iter::once(Cell::Text(component.to_owned())).chain(cells).collect()
        })
        .collect();
    Table { key: "stages", title: Some("Versions by stage"), columns, rows }
}

fn place_table(places: &[Place<'_>]) -> Table {
    let columns = vec![
        Column::new("component", "Component", ColumnKind::Link),
        Column::new("stage", "Stage", ColumnKind::Text),
        Column::new("version", "Version", ColumnKind::Text),
        Column::new("drift", "Compared with production", ColumnKind::Status),
        Column::new("since", "Since, at the latest", ColumnKind::Timestamp),
        Column::new("by", "By", ColumnKind::Link),
        Column::new("revision", "Revision", ColumnKind::Text),
        Column::new("source", "Known by", ColumnKind::Text).on_request(),
        Column::new("environment", "Environment", ColumnKind::Text),
    ];
    let rows = places.iter().map(Place::row).collect();
    Table { key: "places", title: Some("Since when, by whom"), columns, rows }
}

fn history_table(history: &[Delivered<'_>]) -> Table {
    let columns = vec![
        Column::new("version", "Version", ColumnKind::Text),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("stage", "Stage", ColumnKind::Text),
        Column::new("kind", "Kind", ColumnKind::Text),
        Column::new("outcome", "Outcome", ColumnKind::Status),
        Column::new("ended", "Ended", ColumnKind::Timestamp),
        Column::new("by", "By", ColumnKind::Link),
        Column::new("revision", "Revision", ColumnKind::Text),
        Column::new("environment", "Environment", ColumnKind::Text),
    ];
    let row = |delivered: &Delivered<'_>| {
        let delivery = delivered.delivery;
        let outcome = match &delivery.outcome {
            None => Cell::Unknown,
            Some(outcome) => {
                let status = match sdlc::outcome(outcome) {
                    Some(true) => Status::Ok,
                    Some(false) => Status::Error,
                    None => Status::Neutral,
                };
                Cell::status(status, outcome.as_str())
            }
        };
        vec![
            Cell::text(delivery.version.clone()),
            Cell::Text(delivered.component.to_owned()),
            Cell::text(delivered.stage.clone()),
            Cell::text(delivery.kind.clone()),
            outcome,
            Cell::Text(delivery.time.to_string()),
            delivery.by(),
            Cell::text(short(delivery.revision.as_deref())),
            Cell::Text(delivered.environment.to_owned()),
        ]
    };
    let rows = history.iter().take(LATEST).map(row).collect();
    Table { key: "deliveries", title: Some("Latest deployments and releases"), columns, rows }
}
