//! Do our builds work, how long do they take: the pipeline runs of a subject.
//!
//! ```text
//! annotations ─> DeliverySelection ─> runs  (events, one a run)      ─> rate of failure, durations, queues, by day
//!                                     steps (tasks, by their name)   ─> the longest ones
//! ```
//!
//! One pipeline may report to several environments. Where they say different things of a run, what ended last counts:
//! a run that is tried again ends again, and who knows of the end knows more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use grailstage_catalog::DeliverySelection;
use grailstage_dql::ast::{Direction, Query};
use grailstage_dql::builder::{
    Pipeline, call, coalesce, collect_array, column, count_if, field, if_then, is_in, percentile, record,
    take_max, take_min, to_string, to_timestamp,
};
use grailstage_tenant::number::Long;
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{
    Cell, Chart, ChartKind, Column, ColumnKind, Fact, LinkCell, Row, Section, Series, Status, Table, Unit,
};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::days::Days;
use crate::moment::Moment;
use crate::sdlc;
use crate::statistics::{median, percentage, percentile as percentile_of};
use crate::subject::Subject;
use crate::test_executions::{failed, passed, result};
use crate::timeframe::Timeframe;

/// From which rate of failure on, in percent, a pipeline needs to be looked at, and mended.
const FAILING: (f64, f64) = (10.0, 25.0);

/// How many of the latest runs are listed.
const LATEST: usize = 20;

/// How many of the longest steps are listed.
const LONGEST: u32 = 15;

/// The card.
pub struct Pipelines;

/// What an environment knows of the pipelines.
pub struct Reading {
    timeframe: Timeframe,
    runs: Vec<Runs>,
    steps: Vec<Step>,
}

impl Card for Pipelines {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "pipelines"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &DeliverySelection::ANNOTATIONS
    }

    fn lookback(&self) -> Option<Duration> {
        Some(Duration::from_secs(14 * 86_400))
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let selections = sdlc::selections(context.subject)?;
        if selections.is_empty() {
            return Ok(None);
        }
        let events = || sdlc::events(context.timeframe, &selections);
        let runs = events()
            .filter(field("event.category").eq("pipeline"))
            .filter(field("event.status").eq("finished"))
            .fields_add([
                column("source", sdlc::source()),
                column("id", to_string(field("cicd.pipeline.run.id"))),
                column(
                    "pipeline",
                    coalesce([field("cicd.pipeline.name"), to_string(field("cicd.pipeline.id"))]),
                ),
            ])
            // A sender that repeats itself and a run that is tried again both leave several events.
            .dedup_sorted(["source", "pipeline", "id"], [("timestamp", Direction::Descending)])
            // So one record holds them all, as the number of records is limited.
            .summarize([column(
                "runs",
                collect_array(record([
                    column("id", field("id")),
                    column("outcome", field("cicd.pipeline.run.outcome")),
                    column("time", field("timestamp")),
                    column("duration", sdlc::duration()),
                    column("queued", field("cicd.pipeline.run.queued.duration")),
                    column("url", field("cicd.pipeline.run.url.full")),
                    column("branch", field("vcs.ref.head.name")),
                    column("revision", field("vcs.ref.head.revision")),
                ])),
            )])
            .by([
                column("source", field("source")),
                column("repository", field("vcs.repository.name")),
                column("pipeline", field("pipeline")),
            ])
            .build();
        let steps = steps(events());
        Ok(Some(vec![Question { key: "runs", query: runs }, Question { key: "steps", query: steps }]))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        Ok(Reading {
            timeframe: context.timeframe,
            runs: results.records("runs")?,
            steps: results.records("steps")?,
        })
    }

    fn answer(&self, _: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let Some(days) = readings.first().map(|reading| Days::of(reading.timeframe)) else {
            return Contents::default();
        };
        let (pipelines, steps): (Vec<_>, Vec<_>) =
            readings.into_iter().map(|reading| (reading.runs, reading.steps)).unzip();
        let runs = once(pipelines.into_iter().flatten());
        let sections = vec![
            Section::Chart(chart(&runs, days)),
            Section::Table(by_pipeline(&runs, days)),
            Section::Table(step_table(steps.into_iter().flatten())),
            Section::Table(latest(&runs)),
        ];
        Contents { facts: facts(&runs, days), sections, notes: Vec::new() }
    }
}

/// The longest steps with their runs. All cases of a test are one run of it, from the start of the first to the end of
/// the last; it fails where a case fails in every attempt.
fn steps(events: Pipeline) -> Query {
    let end = || coalesce([to_timestamp(field("end_time")), field("timestamp")]);
    let of_run = || ["source", "repository", "step", "kind", "run", "task"];
    events
        .filter(field("event.category").eq("task"))
        .filter(is_in(field("event.type"), ["build", "test", "deployment", "release"]))
        .filter(field("event.status").eq("finished"))
        .fields_add([
            column("source", sdlc::source()),
            column("id", coalesce([to_string(field("task.id")), field("event.id")])),
        ])
        .fields_add([
            column("repository", field("vcs.repository.name")),
            column("step", field("task.name")),
            column("kind", field("event.type")),
            column("run", coalesce([to_string(field("cicd.pipeline.run.id")), field("id")])),
            column("task", if_then(field("event.type").ne("test"), field("id"))),
        ])
        // A sender that repeats itself leaves several events of an attempt.
        .dedup_sorted(
            ["source", "kind", "run", "id", "test.suite.name", "test.case.name", "task.run.attempt"],
            [("timestamp", Direction::Descending)],
        )
        .summarize([
            column("begin", take_min(end().minus(call("toDuration", [sdlc::duration()])))),
            column("end", take_max(end())),
            column("good", count_if(passed(result()))),
            column("bad", count_if(failed(result()))),
        ])
        .by(of_run().into_iter().chain(["test.suite.name", "test.case.name"]))
        .summarize([
            column("begin", take_min(field("begin"))),
            column("end", take_max(field("end"))),
            column("judged", count_if(field("good").gt(0).or(field("bad").gt(0)))),
            column("red", count_if(field("good").eq(0).and(field("bad").gt(0)))),
        ])
        .by(of_run())
        .fields_add([column("nanoseconds", field("end").minus(field("begin")))])
        .summarize([
            column("slow", percentile(field("nanoseconds"), 95)),
            column(
                "runs",
                collect_array(record([
                    column("run", field("run")),
                    column("task", field("task")),
                    column("time", field("end")),
                    column("duration", field("nanoseconds")),
                    column("good", if_then(field("judged").gt(0), field("red").eq(0))),
                ])),
            ),
        ])
        .by(["source", "repository", "step", "kind"])
        .sort_by("slow", Direction::Descending)
        .limit(LONGEST)
        .build()
}

/// The runs of a pipeline as an environment knows them.
#[derive(Deserialize)]
struct Runs {
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    pipeline: Option<String>,
    runs: Vec<Run>,
}

/// Each run once, the latest first.
fn once(pipelines: impl Iterator<Item = Runs>) -> Vec<Run> {
    let mut runs: Vec<(Option<String>, Run)> = Vec::new();
    for Runs { source, repository, pipeline, runs: of_pipeline } in pipelines {
        for run in of_pipeline {
            let (repository, pipeline) = (repository.clone(), pipeline.clone());
            runs.push((source.clone(), Run { repository, pipeline, ..run }));
        }
    }
    runs.sort_by(|(_, a), (_, b)| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
    let mut seen = BTreeSet::new();
    runs.retain(|(source, run)| {
        run.id.is_none() || seen.insert((source.clone(), run.pipeline.clone(), run.id.clone()))
    });
    runs.into_iter().map(|(_, run)| run).collect()
}

/// A run that ended.
#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    id: Option<String>,
    #[serde(skip)]
    pipeline: Option<String>,
    #[serde(skip)]
    repository: Option<String>,
    #[serde(default)]
    outcome: Option<String>,
    time: Moment,
    #[serde(default)]
    duration: Option<Long>,
    #[serde(default)]
    queued: Option<Long>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    branch: Option<String>,
    #[serde(default)]
    revision: Option<String>,
}

impl Run {
    /// Whether it succeeded or failed; a cancelled one did neither.
    fn outcome(&self) -> Option<bool> {
        self.outcome.as_deref().and_then(sdlc::outcome)
    }
}

/// The runs of a step as an environment knows them.
#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    step: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    runs: Vec<StepRun>,
}

/// A run of a step.
#[derive(Deserialize)]
struct StepRun {
    #[serde(default)]
    run: Option<String>,
    #[serde(default)]
    task: Option<String>,
    time: Moment,
    #[serde(default)]
    duration: Option<Long>,
    /// Nothing for one that neither succeeded nor failed.
    #[serde(default)]
    good: Option<bool>,
}

fn millis(nanoseconds: f64) -> f64 {
    nanoseconds / 1e6
}

fn durations<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Vec<f64> {
    runs.into_iter()
        .filter_map(|run| run.duration.as_ref())
        .map(|Long(value)| millis(*value as f64))
        .collect()
}

fn queues<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Vec<f64> {
    runs.into_iter().filter_map(|run| run.queued.as_ref()).map(|Long(value)| millis(*value as f64)).collect()
}

/// Failed ones in hundredths of those that succeeded or failed.
fn failure_rate<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Option<f64> {
    rate_of(runs.into_iter().map(Run::outcome))
}

fn rate_of(outcomes: impl Iterator<Item = Option<bool>>) -> Option<f64> {
    let outcomes: Vec<bool> = outcomes.flatten().collect();
    percentage(outcomes.iter().filter(|good| !**good).count(), outcomes.len())
}

fn status_of(rate: Option<f64>) -> Status {
    match rate {
        None => Status::Unknown,
        Some(rate) if rate >= FAILING.1 => Status::Error,
        Some(rate) if rate >= FAILING.0 => Status::Warning,
        Some(_) => Status::Ok,
    }
}

fn facts(runs: &[Run], days: Days) -> Vec<Fact> {
    let by_day = days.group(runs.iter().map(|run| (run.time, run)));
    let course =
        |value: &dyn Fn(&[&Run]) -> Option<f64>| by_day.iter().map(|day| value(day)).collect::<Vec<_>>();
    let rate = failure_rate(runs);
    vec![
        Fact::count("runs", "Runs", runs.len(), Status::Neutral)
            .with_trend(course(&|day| Some(day.len() as f64))),
        Fact::number("failure-rate", "Failure rate", rate, Unit::Percent, status_of(rate))
            .with_trend(course(&|day| failure_rate(day.iter().copied()))),
        Fact::number(
            "duration",
            "Median duration",
            median(&durations(runs)),
            Unit::Milliseconds,
            Status::Neutral,
        )
        .with_trend(course(&|day| median(&durations(day.iter().copied())))),
        Fact::number(
            "slow-duration",
            "Duration, 95th percentile",
            percentile_of(&durations(runs), 95.0),
            Unit::Milliseconds,
            Status::Neutral,
        )
        .with_trend(course(&|day| percentile_of(&durations(day.iter().copied()), 95.0))),
        Fact::number(
            "queue",
            "Median queue time",
            median(&queues(runs)),
            Unit::Milliseconds,
            Status::Neutral,
        )
        .with_trend(course(&|day| median(&queues(day.iter().copied())))),
    ]
}

fn chart(runs: &[Run], days: Days) -> Chart {
    let series = |name: &str, status, is: fn(&Run) -> bool| Series {
        name: name.to_owned(),
        values: days
            .group(runs.iter().filter(|run| is(run)).map(|run| (run.time, ())))
            .iter()
            .map(|day| Some(day.len() as f64))
            .collect(),
        status: Some(status),
    };
    let all = [
        series("succeeded", Status::Ok, |run| run.outcome() == Some(true)),
        series("failed", Status::Error, |run| run.outcome() == Some(false)),
        series("other", Status::Neutral, |run| run.outcome().is_none()),
    ];
    // A kind of outcome that never came is no series.
    let series =
        all.into_iter().filter(|series| series.values.iter().any(|value| *value != Some(0.0))).collect();
    Chart {
        key: "runs".to_owned(),
        title: "Runs a day".to_owned(),
        kind: ChartKind::StackedBars,
        unit: None,
        times: days.starts(),
        series,
    }
}

fn by_pipeline(runs: &[Run], days: Days) -> Table {
    let mut pipelines: BTreeMap<(&str, &str), Vec<&Run>> = BTreeMap::new();
    for run in runs {
        let key =
            (run.repository.as_deref().unwrap_or_default(), run.pipeline.as_deref().unwrap_or_default());
        pipelines.entry(key).or_default().push(run);
    }
    let rows = pipelines
        .into_iter()
        .map(|((repository, pipeline), runs)| {
            let all = || runs.iter().copied();
            let rates = days.group(all().map(|run| (run.time, run)));
            let rate = failure_rate(all());
            vec![
                Cell::Text(pipeline.to_owned()),
                Cell::Text(repository.to_owned()),
                runs.first().map_or(Cell::Unknown, |run| outcome_cell(run)),
                Cell::Number(runs.len() as f64),
                Cell::number(rate),
                Cell::Sparkline(crate::answer::SparklineCell::new(
                    rates.iter().map(|day| failure_rate(day.iter().copied())).collect(),
                )),
                Cell::number(median(&durations(all()))),
                Cell::number(percentile_of(&durations(all()), 95.0)),
                Cell::number(median(&queues(all()))),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("pipeline", "Pipeline", ColumnKind::Text),
        Column::new("repository", "Repository", ColumnKind::Text).of_several(),
        Column::new("latest-outcome", "Latest run", ColumnKind::Status),
        Column::new("runs", "Runs", ColumnKind::Number),
        Column::number("failure-rate", "Failure rate", Unit::Percent),
        Column {
            unit: Some(Unit::Percent),
            ..Column::new("failures", "Failures a day", ColumnKind::Sparkline)
        },
        Column::number("duration", "Median duration", Unit::Milliseconds),
        Column::number("slow-duration", "95th percentile", Unit::Milliseconds),
        Column::number("queue", "Median queue time", Unit::Milliseconds),
    ];
    Table { key: "pipelines", title: Some("Pipelines"), columns, rows }
}

fn step_table(steps: impl Iterator<Item = Step>) -> Table {
    let mut merged: BTreeMap<_, BTreeMap<_, StepRun>> = BTreeMap::new();
    for Step { source, repository, step, kind, runs } in steps {
        let known = merged.entry((source, repository, step, kind)).or_default();
        for run in runs {
            let key = (run.run.clone(), run.task.clone());
            if known.get(&key).is_none_or(|other| other.time < run.time) {
                known.insert(key, run);
            }
        }
    }
    let mut rows: Vec<(Option<f64>, Row)> = merged
        .into_iter()
        .map(|((_, repository, step, kind), runs)| {
            let lasted: Vec<f64> = runs
                .values()
                .filter_map(|run| run.duration)
                .map(|Long(value)| millis(value as f64))
                .collect();
            let slow = percentile_of(&lasted, 95.0);
            let latest = runs.values().map(|run| run.time).max();
            let row = vec![
                Cell::text(step),
                Cell::text(kind),
                Cell::text(repository),
                Cell::Number(runs.len() as f64),
                Cell::number(rate_of(runs.values().map(|run| run.good))),
                Cell::number(median(&lasted)),
                Cell::number(slow),
                Cell::text(latest.map(|latest| latest.to_string())),
            ];
            (slow, row)
        })
        .collect();
    rows.sort_by(|(a, _), (b, _)| b.unwrap_or(0.0).total_cmp(&a.unwrap_or(0.0)));
    let columns = vec![
        Column::new("step", "Step", ColumnKind::Text),
        Column::new("kind", "Kind", ColumnKind::Text),
        Column::new("repository", "Repository", ColumnKind::Text).of_several(),
        Column::new("runs", "Runs", ColumnKind::Number),
        Column::number("failure-rate", "Failure rate", Unit::Percent),
        Column::number("duration", "Median duration", Unit::Milliseconds),
        Column::number("slow-duration", "95th percentile", Unit::Milliseconds),
        Column::new("latest", "Latest", ColumnKind::Timestamp),
    ];
    let rows = rows.into_iter().take(LONGEST as usize).map(|(_, row)| row).collect();
    Table { key: "steps", title: Some("Longest steps"), columns, rows }
}

fn outcome_cell(run: &Run) -> Cell {
    match (&run.outcome, run.outcome()) {
        (None, _) => Cell::Unknown,
        (Some(text), Some(true)) => Cell::status(Status::Ok, text.as_str()),
        (Some(text), Some(false)) => Cell::status(Status::Error, text.as_str()),
        (Some(text), None) => Cell::status(Status::Neutral, text.as_str()),
    }
}

fn latest(runs: &[Run]) -> Table {
    let rows = runs
        .iter()
        .take(LATEST)
        .map(|run| {
            let id = run.id.clone().unwrap_or_default();
            let name = match &run.url {
                Some(url) => LinkCell::outside(id, url, run.pipeline.clone()),
                None => Cell::Text(id),
            };
            let millis_of =
                |value: &Option<Long>| Cell::number(value.as_ref().map(|Long(value)| millis(*value as f64)));
            vec![
                name,
                Cell::text(run.repository.clone()),
                outcome_cell(run),
                Cell::Text(run.time.to_string()),
                millis_of(&run.duration),
                millis_of(&run.queued),
                Cell::text(run.branch.clone()),
                Cell::text(run.revision.as_ref().map(|revision| revision.chars().take(8).collect())),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("run", "Run", ColumnKind::Link),
        Column::new("repository", "Repository", ColumnKind::Text).of_several(),
        Column::new("outcome", "Outcome", ColumnKind::Status),
        Column::new("ended", "Ended", ColumnKind::Timestamp),
        Column::number("duration", "Duration", Unit::Milliseconds),
        Column::number("queue", "Queue time", Unit::Milliseconds),
        Column::new("branch", "Branch", ColumnKind::Text),
        Column::new("revision", "Revision", ColumnKind::Text),
    ];
    Table { key: "latest-runs", title: Some("Latest runs"), columns, rows }
}
