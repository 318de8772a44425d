//! Do our builds work, how long do they take: the pipeline runs of a subject.
//!
//! ```text
//! annotations ─> DeliverySelection ─> runs  (events, one a run)      ─> rate of failure, durations, queues, by day
//!                                     steps (tasks, by their name)   ─> the longest ones
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use grailstage_catalog::DeliverySelection;
use grailstage_dql::ast::{Direction, Expression};
use grailstage_dql::builder::{
    coalesce, column, count, count_if, field, is_in, percentile, take_max, to_string,
};
use grailstage_tenant::number::{Double, Long};
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
    environment: String,
    runs: Vec<Run>,
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
            // A sender that repeats itself and a run that is tried again both leave several events.
            .dedup_sorted(
                ["cicd.pipeline.run.id", "vcs.repository.name"],
                [("timestamp", Direction::Descending)],
            )
            .fields([
                column("id", to_string(field("cicd.pipeline.run.id"))),
                column(
                    "pipeline",
                    coalesce([field("cicd.pipeline.name"), to_string(field("cicd.pipeline.id"))]),
                ),
                column("repository", field("vcs.repository.name")),
                column("outcome", field("cicd.pipeline.run.outcome")),
                column("time", field("timestamp")),
                column("duration", sdlc::duration()),
                column("queued", field("cicd.pipeline.run.queued.duration")),
                column("url", field("cicd.pipeline.run.url.full")),
                column("branch", field("vcs.ref.head.name")),
                column("revision", field("vcs.ref.head.revision")),
            ])
            .sort_by("time", Direction::Descending)
            .build();
        let steps = events()
            .filter(field("event.category").eq("task"))
            .filter(is_in(field("event.type"), ["build", "test", "deployment", "release"]))
            .filter(field("event.status").eq("finished"))
            .dedup_sorted(["task.id", "vcs.repository.name"], [("timestamp", Direction::Descending)])
            .fields_add([column("nanoseconds", sdlc::duration())])
            .summarize([
                column("runs", count()),
                column("failed", count_if(is_in(lower_outcome(), sdlc::FAILURES))),
                column("median", percentile(field("nanoseconds"), 50)),
                column("slow", percentile(field("nanoseconds"), 95)),
                column("latest", take_max(field("timestamp"))),
            ])
            .by([
                column("step", field("task.name")),
                column("kind", field("event.type")),
                column("repository", field("vcs.repository.name")),
            ])
            .sort_by("slow", Direction::Descending)
            .limit(LONGEST)
            .build();
        Ok(Some(vec![Question { key: "runs", query: runs }, Question { key: "steps", query: steps }]))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        Ok(Reading {
            timeframe: context.timeframe,
            environment: context.environment.name().to_owned(),
            runs: results.records("runs")?,
            steps: results.records("steps")?,
        })
    }

    fn answer(&self, _: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let Some(days) = readings.first().map(|reading| Days::of(reading.timeframe)) else {
            return Contents::default();
        };
        let mut steps = Vec::new();
        let mut runs = Vec::new();
        for reading in readings {
            steps.extend(reading.steps.into_iter().map(|step| step.into_row(&reading.environment)));
            // One pipeline may report to several environments.
            runs.extend(reading.runs);
        }
        runs.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
        runs.dedup_by(|a, b| a.id.is_some() && a.id == b.id && a.repository == b.repository);
        let sections = vec![
            Section::Chart(chart(&runs, days)),
            Section::Table(by_pipeline(&runs, days)),
            Section::Table(Table {
                key: "steps",
                title: Some("Longest steps"),
                columns: step_columns(),
                rows: steps,
            }),
            Section::Table(latest(&runs)),
        ];
        Contents { facts: facts(&runs, days), sections, notes: Vec::new() }
    }
}

fn lower_outcome() -> Expression {
    grailstage_dql::builder::lower(field("task.outcome"))
}

/// A run that ended.
#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    pipeline: Option<String>,
    #[serde(default)]
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

/// All runs of a step.
#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    step: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    runs: Long,
    failed: Long,
    #[serde(default)]
    median: Option<Double>,
    #[serde(default)]
    slow: Option<Double>,
    #[serde(default)]
    latest: Option<Moment>,
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
    let outcomes: Vec<bool> = runs.into_iter().filter_map(Run::outcome).collect();
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

impl Step {
    fn into_row(self, environment: &str) -> Row {
        vec![
            Cell::text(self.step),
            Cell::text(self.kind),
            Cell::text(self.repository),
            Cell::Number(self.runs.0 as f64),
            Cell::number(percentage(
                usize::try_from(self.failed.0).unwrap_or(0),
                usize::try_from(self.runs.0).unwrap_or(0),
            )),
            Cell::number(self.median.map(|Double(value)| millis(value))),
            Cell::number(self.slow.map(|Double(value)| millis(value))),
            Cell::text(self.latest.map(|latest| latest.to_string())),
            Cell::Text(environment.to_owned()),
        ]
    }
}

fn step_columns() -> Vec<Column> {
    vec![
        Column::new("step", "Step", ColumnKind::Text),
        Column::new("kind", "Kind", ColumnKind::Text),
        Column::new("repository", "Repository", ColumnKind::Text).of_several(),
        Column::new("runs", "Runs", ColumnKind::Number),
        Column::number("failure-rate", "Failure rate", Unit::Percent),
        Column::number("duration", "Median duration", Unit::Milliseconds),
        Column::number("slow-duration", "95th percentile", Unit::Milliseconds),
        Column::new("latest", "Latest", ColumnKind::Timestamp),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
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
