//! How well do we deliver: DORA's four keys and reliability.
//!
//! ```text
//! annotations ─> DeliverySelection ─> deliveries  (deployments to production, merged changes) ─> the four keys
//!                                     validations (of production's guardians, by day)         ─> reliability
//! ```
//!
//! A deployment is what one run of a pipeline rolls out to production, to however many targets. Each key is worked out
//! for each component of the catalog, from all that its repositories and applications report; several components count
//! together. What several share, such as a repository, counts for each of them.
//!
//! Reliability is what the events of delivery support: whether a release meets its objectives in production. How long
//! problems last is the matter of problems, and how much error budget is left that of service-level objectives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use grailstage_catalog::{DeliverySelection, Entity};
use grailstage_dql::ast::Direction;
use grailstage_dql::builder::{
    any_of, bin, coalesce, collect_array, column, contains, count, count_if, field, hours, if_then, is_in,
    is_null, lower, not, record, to_string, to_timestamp,
};
use grailstage_tenant::number::Long;
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{
    Cell, Chart, ChartKind, Column, ColumnKind, Fact, LinkCell, Section, Series, Status, Table, Unit,
};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::days::Days;
use crate::dora_level::Level;
use crate::moment::Moment;
use crate::sdlc::{self, Origin};
use crate::statistics::{median, percentage};
use crate::subject::Subject;
use crate::timeframe::Timeframe;

/// How stages are called that users meet. A deployment that names no stage counts as one to production.
const PRODUCTION: [&str; 3] = ["production", "prod", "live"];

/// Below which share of passed validations, in percent, reliability needs to be looked at, and mended. DORA publishes
/// no levels of it.
const RELIABLE: (f64, f64) = (95.0, 80.0);

/// How many of the latest events of a kind are listed.
const LATEST: usize = 50;

/// The card.
pub struct Dora;

/// What an environment knows of delivery.
pub struct Reading {
    timeframe: Timeframe,
    deliveries: Vec<Deliveries>,
    validations: Vec<Validations>,
}

impl Card for Dora {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "dora"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &DeliverySelection::ANNOTATIONS
    }

    fn lookback(&self) -> Option<Duration> {
        Some(Duration::from_secs(30 * 86_400))
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let selections = sdlc::selections(context.subject)?;
        if selections.is_empty() {
            return Ok(None);
        }
        let finished = || {
            sdlc::events(context.timeframe, &selections)
                .filter(field("event.category").eq("task"))
                .filter(field("event.status").eq("finished"))
        };
        let outcome = || lower(coalesce([field("cicd.deployment.status"), field("task.outcome")]));
        let stage = || {
            lower(coalesce([
                field("cicd.deployment.release_stage"),
                field("deployment.environment.name"),
                field("argocd.app.stage"),
            ]))
        };
        let is_deployment = || field("event.type").eq("deployment");
        let deployment = is_deployment().and(is_null(stage()).or(is_in(stage(), PRODUCTION)));
        // A change that was merged succeeds; one that was closed otherwise does not.
        let change = field("event.type").eq("change").and(is_in(outcome(), sdlc::SUCCESSES));
        let deliveries = finished()
            .filter(deployment.or(change))
            .fields_add([
                column("source", sdlc::source()),
                column("id", coalesce([to_string(field("task.id")), field("event.id")])),
                // Only deployments may count their tasks anew in each run.
                column("run", if_then(is_deployment(), to_string(field("cicd.pipeline.run.id")))),
            ])
            // A sender that repeats itself leaves several events of a task.
            .dedup_sorted(["event.type", "source", "run", "id"], [("timestamp", Direction::Descending)])
            // So one record holds them all, as the number of records is limited.
            .summarize([column(
                "deliveries",
                collect_array(record([
                    column("id", field("id")),
                    column("run", field("run")),
                    column("time", coalesce([to_timestamp(field("end_time")), field("timestamp")])),
                    column("started", to_timestamp(field("start_time"))),
                    column("outcome", outcome()),
                    column("revision", field("vcs.ref.head.revision")),
                    column("version", field("artifact.version")),
                    column("title", field("vcs.change.title")),
                    column(
                        "url",
                        coalesce([field("vcs.change.url.full"), field("cicd.pipeline.run.url.full")]),
                    ),
                ])),
            )])
            .by(Origin::columns().into_iter().chain([column("kind", field("event.type"))]))
            .build();
        // Tags are the text of a JSON object; a value of it stands between quotes.
        let tags = || lower(field("dt.srg.tags"));
        let in_production = any_of(PRODUCTION.map(|stage| contains(tags(), format!("\"{stage}\"").as_str())));
        let validations = finished()
            .filter(field("event.type").eq("validation"))
            .filter(is_null(tags()).or(not(contains(tags(), "\"stage\""))).or(in_production))
            .dedup_sorted(["task.id"], [("timestamp", Direction::Descending)])
            .summarize([
                column("validations", count()),
                column("met", count_if(is_in(lower(field("validation.result")), ["pass", "warning"]))),
            ])
            .by(Origin::columns().into_iter().chain([column("day", bin(field("timestamp"), hours(24)))]))
            .summarize([column(
                "days",
                collect_array(record(["day", "validations", "met"].map(|name| column(name, field(name))))),
            )])
            .by(Origin::names())
            .build();
        Ok(Some(vec![
            Question { key: "deliveries", query: deliveries },
            Question { key: "validations", query: validations },
        ]))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        Ok(Reading {
            timeframe: context.timeframe,
            deliveries: results.records("deliveries")?,
            validations: results.records("validations")?,
        })
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let Some(timeframe) = readings.first().map(|reading| reading.timeframe) else {
            return Contents::default();
        };
        let members = subject.members().iter();
        let performances: Vec<_> = members.filter_map(|member| Performance::of(member, &readings)).collect();
        let days = Days::of(timeframe);
        let sections = if performances.is_empty() {
            Vec::new()
        } else {
            // Of a component alone the facts say all that its row would.
            let components = subject.components.is_some();
            let components = components.then(|| Section::Table(component_table(&performances, timeframe)));
            let details = [
                Section::Chart(chart(&performances, days)),
                Section::Table(change_table(&performances)),
                Section::Table(deployment_table(&performances)),
                Section::Table(restoration_table(&performances)),
            ];
            components.into_iter().chain(details).collect()
        };
        Contents { facts: facts(&performances, timeframe, days), sections, notes: Vec::new() }
    }
}

/// The deployments or the changes that come from one place.
#[derive(Deserialize)]
struct Deliveries {
    kind: String,
    #[serde(flatten)]
    origin: Origin,
    deliveries: Vec<Delivery>,
}

/// A deployment to one target, or a merged change.
#[derive(Deserialize)]
struct Delivery {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    run: Option<String>,
    time: Moment,
    #[serde(default)]
    started: Option<Moment>,
    #[serde(default)]
    outcome: Option<String>,
    #[serde(default)]
    revision: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

impl Delivery {
    fn began(&self) -> Moment {
        self.started.unwrap_or(self.time)
    }
}

/// The validations that come from one place.
#[derive(Deserialize)]
struct Validations {
    #[serde(flatten)]
    origin: Origin,
    days: Vec<ValidationDay>,
}

/// The validations of a day.
#[derive(Deserialize)]
struct ValidationDay {
    day: Moment,
    validations: Long,
    met: Long,
}

/// What a run rolled out.
struct Deployment {
    began: Moment,
    end: Moment,
    good: bool,
    version: Option<String>,
    revision: Option<String>,
    url: Option<String>,
}

impl Deployment {
    /// Whether it brought a change: it began when that was merged, or is of its very revision. One that was under way
    /// at the merge is of an older revision.
    fn carries(&self, change: &Delivery) -> bool {
        let is_its = change.revision.is_some() && self.revision == change.revision;
        self.good && (self.began >= change.time || is_its && self.end >= change.began())
    }
}

/// A merged change with when it reached production.
struct Change<'r> {
    delivery: &'r Delivery,
    deployed: Option<Moment>,
}

impl Change<'_> {
    /// Milliseconds from its opening to production.
    fn lead_time(&self) -> Option<f64> {
        self.deployed.map(|deployed| (deployed.0 - self.delivery.began().0) as f64)
    }
}

/// Failed deployments in a row with the one that ended them.
struct Restoration<'d> {
    failed: &'d Deployment,
    restored: Option<Moment>,
}

impl Restoration<'_> {
    /// Milliseconds from the end of the first failed deployment.
    fn duration(&self) -> Option<f64> {
        self.restored.map(|restored| (restored.0 - self.failed.end.0) as f64)
    }
}

/// How a component is delivered.
struct Performance<'r> {
    component: &'r str,
    /// From old to new.
    deployments: Vec<Deployment>,
    changes: Vec<Change<'r>>,
    validations: Vec<&'r ValidationDay>,
}

impl<'r> Performance<'r> {
    /// How a member of the subject is delivered; nothing where nobody reports on it.
    fn of(member: &'r Entity, readings: &'r [Reading]) -> Option<Self> {
        // A member whose annotations cannot be read stopped the questions already.
        let selection = DeliverySelection::of(member).ok().flatten()?;
        let validations = readings.iter().flat_map(|reading| &reading.validations);
        let validations: Vec<_> =
            validations.filter(|all| all.origin.is_of(&selection)).flat_map(|all| &all.days).collect();
        let mut runs: BTreeMap<_, Vec<&Delivery>> = BTreeMap::new();
        let mut changes = Vec::new();
        let mut seen = BTreeSet::new();
        let all = readings.iter().flat_map(|reading| &reading.deliveries);
        for Deliveries { kind, origin, deliveries } in all.filter(|all| all.origin.is_of(&selection)) {
            let source = origin.source();
            // One pipeline may report to several environments.
            let news = |delivery: &&Delivery| {
                seen.insert((kind, source.clone(), delivery.run.clone(), delivery.id.clone()))
            };
            let deliveries = deliveries.iter().filter(news);
            if kind == "change" {
                changes.extend(deliveries);
            } else {
                for delivery in deliveries {
                    let run = delivery.run.as_ref().or(delivery.id.as_ref());
                    runs.entry((source.clone(), run)).or_default().push(delivery);
                }
            }
        }
        if runs.is_empty() && changes.is_empty() && validations.is_empty() {
            return None;
        }
        let mut deployments: Vec<_> = runs.into_values().filter_map(deployment).collect();
        deployments.sort_by_key(|deployment| deployment.end);
        let changes = changes
            .into_iter()
            .map(|delivery| {
                let carrier = deployments.iter().find(|deployment| deployment.carries(delivery));
                Change { delivery, deployed: carrier.map(|deployment| deployment.end) }
            })
            .collect();
        Some(Self { component: &member.metadata.name, deployments, changes, validations })
    }

    fn restorations(&self) -> Vec<Restoration<'_>> {
        let mut restorations: Vec<Restoration<'_>> = Vec::new();
        for deployment in &self.deployments {
            let open = restorations.last_mut().filter(|restoration| restoration.restored.is_none());
            match (open, deployment.good) {
                (Some(open), true) => open.restored = Some(deployment.end),
                (None, false) => restorations.push(Restoration { failed: deployment, restored: None }),
                (Some(_), false) | (None, true) => {}
            }
        }
        restorations
    }
}

/// What a run rolled out; nothing where no target was told to have succeeded or failed.
fn deployment(targets: Vec<&Delivery>) -> Option<Deployment> {
    let outcomes = || targets.iter().filter_map(|target| target.outcome.as_deref().and_then(sdlc::outcome));
    outcomes().next()?;
    let good = outcomes().all(|good| good);
    let began = targets.iter().map(|target| target.began()).min()?;
    let last = targets.into_iter().max_by_key(|target| target.time)?;
    let Delivery { version, revision, url, .. } = last;
    Some(Deployment {
        began,
        end: last.time,
        good,
        version: version.clone(),
        revision: revision.clone(),
        url: url.clone(),
    })
}

/// One of the four keys.
struct Key {
    name: &'static str,
    title: &'static str,
    unit: Unit,
    definition: &'static str,
    level: fn(f64) -> Level,
    value: fn(&[Performance<'_>], Timeframe) -> Option<f64>,
}

/// DORA's four keys. Source: dora.dev, "DORA's software delivery metrics: the four keys".
const KEYS: [Key; 4] = [
    Key {
        name: "deployment-frequency",
        title: "Deployment frequency",
        unit: Unit::PerDay,
        definition: "Successful deployments to production a day; of several components their mean",
        level: Level::of_frequency,
        value: frequency,
    },
    Key {
        name: "lead-time",
        title: "Lead time for changes",
        unit: Unit::Milliseconds,
        definition: "Median time from the opening of a merged change to the end of the first successful deployment to \
                     production after the merge",
        level: Level::of_lead_time,
        value: |performances, _| {
            median(&lead_times(performances).map(|(_, millis)| millis).collect::<Vec<_>>())
        },
    },
    Key {
        name: "change-failure-rate",
        title: "Change failure rate",
        unit: Unit::Percent,
        definition: "Deployments to production that failed for at least one target",
        level: Level::of_failure_rate,
        value: |performances, _| failure_rate(performances.iter().flat_map(|all| &all.deployments)),
    },
    Key {
        name: "time-to-restore",
        title: "Time to restore",
        unit: Unit::Milliseconds,
        definition: "Median time from a failed deployment to production to the next successful one of the component",
        level: Level::of_restoration,
        value: |performances, _| {
            median(&restored(performances).map(|(_, millis)| millis).collect::<Vec<_>>())
        },
    },
];

const RELIABILITY: &str = "Validations of guardians of production that passed, with or without a warning: releases \
                           that met their objectives there. DORA publishes no levels";

fn frequency(performances: &[Performance<'_>], timeframe: Timeframe) -> Option<f64> {
    let days = timeframe.duration().as_secs_f64() / 86_400.0;
    mean(successful(performances).count() as f64 / days, performances)
}

/// Of the components that are deployed: without any deployment there is no telling whether deployments are reported at
/// all.
fn mean(sum: f64, performances: &[Performance<'_>]) -> Option<f64> {
    let deployed = performances.iter().filter(|all| !all.deployments.is_empty()).count();
    (deployed > 0).then(|| sum / deployed as f64)
}

fn successful<'p>(performances: &'p [Performance<'_>]) -> impl Iterator<Item = &'p Deployment> {
    performances.iter().flat_map(|all| &all.deployments).filter(|deployment| deployment.good)
}

/// When changes reached production, and the milliseconds it took them.
fn lead_times(performances: &[Performance<'_>]) -> impl Iterator<Item = (Moment, f64)> {
    let changes = performances.iter().flat_map(|all| &all.changes);
    changes.filter_map(|change| change.deployed.zip(change.lead_time()))
}

/// When components were restored, and the milliseconds it took.
fn restored(performances: &[Performance<'_>]) -> impl Iterator<Item = (Moment, f64)> {
    let restorations = performances.iter().flat_map(Performance::restorations);
    restorations.filter_map(|restoration| restoration.restored.zip(restoration.duration()))
}

fn failure_rate<'d>(deployments: impl Iterator<Item = &'d Deployment>) -> Option<f64> {
    let outcomes: Vec<bool> = deployments.map(|deployment| deployment.good).collect();
    percentage(outcomes.iter().filter(|good| !**good).count(), outcomes.len())
}

fn reliability<'d>(days: impl Iterator<Item = &'d ValidationDay>) -> Option<f64> {
    let (met, all) = days.fold((0, 0), |(met, all), day| (met + day.met.0, all + day.validations.0));
    percentage(usize::try_from(met).unwrap_or(0), usize::try_from(all).unwrap_or(0))
}

fn reliability_status(rate: Option<f64>) -> Status {
    let (warning, error) = RELIABLE;
    match rate {
        None => Status::Unknown,
        Some(rate) if rate < error => Status::Error,
        Some(rate) if rate < warning => Status::Warning,
        Some(_) => Status::Ok,
    }
}

fn facts(performances: &[Performance<'_>], timeframe: Timeframe, days: Days) -> Vec<Fact> {
    let mut facts: Vec<Fact> =
        KEYS.iter()
            .map(|key| {
                let value = (key.value)(performances, timeframe);
                let level = value.map(key.level);
                let detail = match level {
                    Some(level) => format!("{}. {}", level.name(), key.definition),
                    None => format!("No events. {}", key.definition),
                };
                let status = level.map_or(Status::Unknown, Level::status);
                Fact::number(key.name, key.title, value, key.unit, status)
                    .with_detail(detail)
                    .with_trend(trend(key, performances, days))
            })
            .collect();
    let validations = || performances.iter().flat_map(|all| &all.validations);
    let rate = reliability(validations().copied());
    let course = days.group(validations().map(|day| (day.day, *day)));
    facts.push(
        Fact::number("reliability", "Reliability", rate, Unit::Percent, reliability_status(rate))
            .with_detail(RELIABILITY)
            .with_trend(course.into_iter().map(|day| reliability(day.into_iter())).collect()),
    );
    facts
}

/// A key's values a day.
fn trend(key: &Key, performances: &[Performance<'_>], days: Days) -> Vec<Option<f64>> {
    let medians = |values: Vec<Vec<f64>>| values.iter().map(|day| median(day)).collect();
    let deployments = || performances.iter().flat_map(|all| &all.deployments);
    match key.name {
        "lead-time" => medians(days.group(lead_times(performances))),
        "time-to-restore" => medians(days.group(restored(performances))),
        "change-failure-rate" => days
            .group(deployments().map(|deployment| (deployment.end, deployment)))
            .into_iter()
            .map(|day| failure_rate(day.into_iter()))
            .collect(),
        _ => days
            .group(successful(performances).map(|deployment| (deployment.end, ())))
            .iter()
            .map(|day| mean(day.len() as f64, performances))
            .collect(),
    }
}

fn component_table(performances: &[Performance<'_>], timeframe: Timeframe) -> Table {
    let rows = performances
        .iter()
        .map(|performance| {
            let alone = std::slice::from_ref(performance);
            let mut row = vec![Cell::Text(performance.component.to_owned())];
            for key in &KEYS {
                let value = (key.value)(alone, timeframe);
                let level = value.map(key.level);
                row.push(Cell::number(value));
                row.push(level.map_or(Cell::Unknown, |level| Cell::status(level.status(), level.name())));
            }
            row.push(Cell::number(reliability(performance.validations.iter().copied())));
            row
        })
        .collect();
    let mut columns = vec![Column::new("component", "Component", ColumnKind::Text)];
    for key in &KEYS {
        columns.push(Column::number(key.name, key.title, key.unit));
        columns.push(Column::new(format!("{}-level", key.name), "Level", ColumnKind::Status));
    }
    columns.push(Column::number("reliability", "Reliability", Unit::Percent));
    Table { key: "components", title: Some("Components"), columns, rows }
}

fn chart(performances: &[Performance<'_>], days: Days) -> Chart {
    let series = |name: &str, status, good: bool| {
        let all = performances.iter().flat_map(|all| &all.deployments);
        let counted = all.filter(|deployment| deployment.good == good);
        let by_day = days.group(counted.map(|deployment| (deployment.end, ())));
        let values = by_day.iter().map(|day| Some(day.len() as f64)).collect();
        Series { name: name.to_owned(), values, status: Some(status) }
    };
    let all = [series("succeeded", Status::Ok, true), series("failed", Status::Error, false)];
    // A kind of outcome that never came is no series.
    let series =
        all.into_iter().filter(|series| series.values.iter().any(|value| *value != Some(0.0))).collect();
    Chart {
        key: "deployments".to_owned(),
        title: "Deployments to production a day".to_owned(),
        kind: ChartKind::StackedBars,
        unit: None,
        times: days.starts(),
        series,
    }
}

fn timestamp(moment: Option<Moment>) -> Cell {
    Cell::text(moment.map(|moment| moment.to_string()))
}

/// The first characters of a revision, as people write it.
fn short(revision: Option<&str>) -> String {
    revision.unwrap_or_default().chars().take(8).collect()
}

fn link(text: String, url: Option<&str>) -> Cell {
    match url {
        Some(url) => LinkCell::outside(text, url, None),
        None => Cell::Text(text),
    }
}

fn change_table(performances: &[Performance<'_>]) -> Table {
    let mut changes: Vec<_> =
        performances.iter().flat_map(|all| all.changes.iter().map(move |change| (all, change))).collect();
    changes.sort_by_key(|(_, change)| std::cmp::Reverse(change.delivery.time));
    let rows = changes
        .into_iter()
        .take(LATEST)
        .map(|(performance, change)| {
            let Delivery { title, id, url, started, time, .. } = change.delivery;
            let name = title.clone().or_else(|| id.clone()).unwrap_or_default();
            vec![
                link(name, url.as_deref()),
                Cell::Text(performance.component.to_owned()),
                timestamp(*started),
                timestamp(Some(*time)),
                timestamp(change.deployed),
                Cell::number(change.lead_time()),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("change", "Change", ColumnKind::Link),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("opened", "Opened", ColumnKind::Timestamp),
        Column::new("merged", "Merged", ColumnKind::Timestamp),
        Column::new("deployed", "In production", ColumnKind::Timestamp),
        Column::number("lead-time", "Lead time", Unit::Milliseconds),
    ];
    Table { key: "changes", title: Some("Latest changes"), columns, rows }
}

fn deployment_table(performances: &[Performance<'_>]) -> Table {
    let mut deployments: Vec<_> =
        performances.iter().flat_map(|all| all.deployments.iter().map(move |one| (all, one))).collect();
    deployments.sort_by_key(|(_, deployment)| std::cmp::Reverse(deployment.end));
    let rows = deployments
        .into_iter()
        .take(LATEST)
        .map(|(performance, deployment)| {
            let outcome = if deployment.good {
                Cell::status(Status::Ok, "succeeded")
            } else {
                Cell::status(Status::Error, "failed")
            };
            vec![
                timestamp(Some(deployment.end)),
                Cell::Text(performance.component.to_owned()),
                outcome,
                Cell::text(deployment.version.clone()),
                link(short(deployment.revision.as_deref()), deployment.url.as_deref()),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("ended", "Ended", ColumnKind::Timestamp),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("outcome", "Outcome", ColumnKind::Status),
        Column::new("version", "Version", ColumnKind::Text),
        Column::new("revision", "Revision", ColumnKind::Link),
    ];
    Table { key: "deployments", title: Some("Latest deployments to production"), columns, rows }
}

fn restoration_table(performances: &[Performance<'_>]) -> Table {
    let mut restorations: Vec<_> = performances
        .iter()
        .flat_map(|all| all.restorations().into_iter().map(move |one| (all, one)))
        .collect();
    restorations.sort_by_key(|(_, restoration)| std::cmp::Reverse(restoration.failed.end));
    let rows = restorations
        .into_iter()
        .take(LATEST)
        .map(|(performance, restoration)| {
            let failed = restoration.failed;
            vec![
                timestamp(Some(failed.end)),
                Cell::Text(performance.component.to_owned()),
                timestamp(restoration.restored),
                Cell::number(restoration.duration()),
                link(short(failed.revision.as_deref()), failed.url.as_deref()),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("failed", "Failed", ColumnKind::Timestamp),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("restored", "Restored", ColumnKind::Timestamp),
        Column::number("time-to-restore", "Took", Unit::Milliseconds),
        Column::new("revision", "Revision", ColumnKind::Link),
    ];
    Table { key: "restorations", title: Some("Failed deployments"), columns, rows }
}
