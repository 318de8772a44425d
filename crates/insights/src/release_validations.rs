//! Did the guardian let it through: the validations of a subject's Site Reliability Guardians.
//!
//! ```text
//! annotations ─> GuardianTags ─> lifecycle (events)    ─┐
//!                                business  (bizevents) ─┴─> one record a validation ─> guardians, objectives, history
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use grailstage_catalog::GuardianTags;

use crate::InsightError;
use crate::answer::{
    Cell, Chart, ChartKind, Column, ColumnKind, Fact, LinkCell, Row, Section, Series, SparklineCell, Status,
    StatusCell, Table, Unit,
};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::days::Days;
use crate::guardian_validation::{
    BUSINESS, Guardian, LIFECYCLE, RESULTS, Validation, ValidationRecord, status_of, validations,
};
use crate::statistics::percentage;
use crate::subject::Subject;
use crate::timeframe::Timeframe;

const EVENTS_SCOPE: &str = "storage:events:read";
const BIZEVENTS_SCOPE: &str = "storage:bizevents:read";

/// Below which share of validations that let a release through, in percent, guardians need to be looked at, and
/// releases to be mended.
const LETTING_THROUGH: (f64, f64) = (90.0, 75.0);

/// How many of the latest validations are listed.
const LATEST: usize = 50;

/// How many of the latest validations of a guardian make its course.
const COURSE: usize = 20;

const LIFECYCLE_KEY: &str = "lifecycle";
const BUSINESS_KEY: &str = "business";

/// The card.
pub struct ReleaseValidations;

/// What an environment knows of validations.
pub struct Reading {
    timeframe: Timeframe,
    pub(crate) validations: Vec<Validation>,
}

impl Card for ReleaseValidations {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "release-validations"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &GuardianTags::ANNOTATIONS
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        &[EVENTS_SCOPE, BIZEVENTS_SCOPE]
    }

    fn lookback(&self) -> Option<Duration> {
        Some(Duration::from_secs(14 * 86_400))
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let tags: Vec<_> = asking(context.subject)?.into_iter().map(|(_, tags)| tags).collect();
        if tags.is_empty() {
            return Ok(None);
        }
        let mut questions = Vec::new();
        // Without both there is nothing left to show: the token's lack is then the answer.
        if context.may(EVENTS_SCOPE) || !context.may(BIZEVENTS_SCOPE) {
            let query = validations(&LIFECYCLE, context.timeframe, &tags);
            questions.push(Question { key: LIFECYCLE_KEY, query });
        }
        if context.may(BIZEVENTS_SCOPE) {
            let query = validations(&BUSINESS, context.timeframe, &tags);
            questions.push(Question { key: BUSINESS_KEY, query });
        }
        Ok(Some(questions))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let asking = asking(context.subject)?;
        let mut validations = Vec::new();
        for (key, shape) in [(LIFECYCLE_KEY, &LIFECYCLE), (BUSINESS_KEY, &BUSINESS)] {
            let records: Vec<ValidationRecord> = results.records(key)?;
            let read =
                records.into_iter().map(|record| record.into_validation(shape, context.environment, &asking));
            validations.extend(read);
        }
        Ok(Reading { timeframe: context.timeframe, validations })
    }

    fn answer(&self, _: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let Some(days) = readings.first().map(|reading| Days::of(reading.timeframe)) else {
            return Contents::default();
        };
        let mut validations: Vec<_> = readings.into_iter().flat_map(|reading| reading.validations).collect();
        validations.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
        let guardians = by_guardian(&validations);
        let sections = vec![
            Section::Table(guardian_table(&guardians)),
            Section::Table(objective_table(&guardians)),
            Section::Chart(chart(&validations, days)),
            Section::Table(latest(&validations)),
        ];
        Contents { facts: facts(&validations, &guardians, days), sections, notes: Vec::new() }
    }
}

/// The members with guardians, by their names for people, and the tags of these.
fn asking(subject: &Subject) -> Result<Vec<(&str, GuardianTags)>, InsightError> {
    let mut asking = Vec::new();
    for member in subject.members() {
        if let Some(tags) = GuardianTags::of(member)? {
            asking.push((member.metadata.title.as_deref().unwrap_or(&member.metadata.name), tags));
        }
    }
    Ok(asking)
}

impl Validation {
    fn result_cell(&self) -> Cell {
        let Some(result) = &self.result else {
            return Cell::status(Status::Unknown, "not finished");
        };
        let detail = Some(format!("{} of {} objectives passed", self.count("pass"), self.objectives()));
        Cell::Status(StatusCell { status: status_of(result), label: result.clone(), detail })
    }

    fn cells(&self) -> Row {
        let count = |result| Cell::count(i64::try_from(self.count(result)).ok());
        vec![
            link_or_text(&self.guardian.name, self.url.as_ref()),
            Cell::text(self.guardian.stage.clone()),
            self.result_cell(),
            Cell::Text(self.time.to_string()),
            Cell::Number(self.count("pass") as f64),
            count("warning"),
            count("fail"),
            count("error"),
            Cell::Number(self.count("info") as f64),
            Cell::text(self.version.clone()),
            Cell::text(self.build.clone()),
            Cell::joined(&self.guardian.components),
            Cell::Text(self.guardian.environment.clone()),
        ]
    }
}

fn component_column() -> Column {
    Column::new("component", "Component", ColumnKind::Text).of_several()
}

fn link_or_text(text: &str, url: Option<&String>) -> Cell {
    match url {
        Some(url) => Cell::Link(LinkCell { text: text.to_owned(), url: url.clone(), detail: None }),
        None => Cell::Text(text.to_owned()),
    }
}

/// The validations of each guardian, the latest first.
pub(crate) type Guardians<'v> = Vec<(&'v Guardian, Vec<&'v Validation>)>;

pub(crate) fn by_guardian(validations: &[Validation]) -> Guardians<'_> {
    let mut guardians: BTreeMap<(&str, &str), Vec<&Validation>> = BTreeMap::new();
    for validation in validations {
        let guardian = &validation.guardian;
        guardians.entry((&guardian.environment, &guardian.id)).or_default().push(validation);
    }
    let mut guardians: Guardians<'_> = guardians
        .into_values()
        .filter_map(|validations| Some((&validations.first()?.guardian, validations)))
        .collect();
    // What stops releases comes first.
    guardians.sort_by(|(a, of_a), (b, of_b)| {
        let status = |validations: &[&Validation]| last(validations).map(Validation::status);
        status(of_b).cmp(&status(of_a)).then_with(|| a.cmp(b))
    });
    guardians
}

/// The latest validation that is finished, or the latest at all.
fn last<'v>(validations: &[&'v Validation]) -> Option<&'v Validation> {
    validations.iter().find(|validation| validation.result.is_some()).or(validations.first()).copied()
}

/// Those that let a release through, in hundredths of those that decided.
fn rate<'v>(validations: impl IntoIterator<Item = &'v Validation>) -> Option<f64> {
    let decided: Vec<bool> = validations.into_iter().filter_map(Validation::lets_through).collect();
    percentage(decided.iter().filter(|good| **good).count(), decided.len())
}

fn facts(validations: &[Validation], guardians: &Guardians<'_>, days: Days) -> Vec<Fact> {
    let by_day = days.group(validations.iter().map(|validation| (validation.time, validation)));
    let rate_of_all = rate(validations);
    let status = match rate_of_all {
        None => Status::Unknown,
        Some(rate) if rate < LETTING_THROUGH.1 => Status::Error,
        Some(rate) if rate < LETTING_THROUGH.0 => Status::Warning,
        Some(_) => Status::Ok,
    };
    let now = |status| {
        guardians.iter().filter(|(_, all)| last(all).is_some_and(|last| last.status() == status)).count()
    };
    let or_ok = |count, status| if count == 0 { Status::Ok } else { status };
    let (stopping, warning) = (now(Status::Error), now(Status::Warning));
    vec![
        Fact::count("stopping", "Guardians that stop releases", stopping, or_ok(stopping, Status::Error))
            .with_detail("whose latest validation is fail or error"),
        Fact::count("warning", "Guardians that warn", warning, or_ok(warning, Status::Warning))
            .with_detail("whose latest validation is warning"),
        Fact::number("let-through", "Let through", rate_of_all, Unit::Percent, status)
            .with_detail("pass or warning, of all that end as pass, warning, fail or error")
            .with_trend(by_day.iter().map(|day| rate(day.iter().copied())).collect()),
        Fact::count("validations", "Validations", validations.len(), Status::Neutral)
            .with_trend(by_day.iter().map(|day| Some(day.len() as f64)).collect()),
    ]
}

fn chart(validations: &[Validation], days: Days) -> Chart {
    let series = RESULTS
        .iter()
        .filter_map(|(result, status)| {
            let of_it = validations.iter().filter(|validation| validation.result.as_deref() == Some(result));
            let values: Vec<_> = days
                .group(of_it.map(|validation| (validation.time, ())))
                .iter()
                .map(|day| Some(day.len() as f64))
                .collect();
            // A result that never came is no series.
            values.iter().any(|value| *value != Some(0.0)).then(|| Series {
                name: (*result).to_owned(),
                values,
                status: Some(*status),
            })
        })
        .collect();
    Chart {
        key: "results".to_owned(),
        title: "Validations a day".to_owned(),
        kind: ChartKind::StackedBars,
        unit: None,
        times: days.starts(),
        series,
    }
}

/// The values of the latest validations, from old to new.
fn course(validations: &[&Validation], value: impl Fn(&Validation) -> Option<f64>) -> Cell {
    let finished = validations.iter().filter(|validation| validation.result.is_some());
    let mut points: Vec<_> = finished.take(COURSE).map(|validation| value(validation)).collect();
    points.reverse();
    Cell::Sparkline(SparklineCell::new(points))
}

fn guardian_table(guardians: &Guardians<'_>) -> Table {
    let rows = guardians
        .iter()
        .map(|(guardian, validations)| {
            let last = last(validations);
            vec![
                link_or_text(&guardian.name, guardian.url.as_ref()),
                Cell::text(guardian.stage.clone()),
                last.map_or(Cell::Unknown, Validation::result_cell),
                Cell::text(last.map(|last| last.time.to_string())),
                Cell::text(last.and_then(|last| last.version.clone())),
                Cell::Number(validations.len() as f64),
                Cell::number(rate(validations.iter().copied())),
                course(validations, Validation::passed),
                Cell::joined(&guardian.components),
                Cell::Text(guardian.environment.clone()),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("guardian", "Guardian", ColumnKind::Link),
        Column::new("stage", "Stage", ColumnKind::Text),
        Column::new("result", "Latest result", ColumnKind::Status),
        Column::new("ended", "Ended", ColumnKind::Timestamp),
        Column::new("version", "Version", ColumnKind::Text),
        Column::new("validations", "Validations", ColumnKind::Number).on_request(),
        Column::number("let-through", "Let through", Unit::Percent),
        Column {
            unit: Some(Unit::Percent),
            ..Column::new("passed", "Objectives that passed", ColumnKind::Sparkline)
        },
        component_column(),
        Column::new("environment", "Environment", ColumnKind::Text),
    ];
    Table { key: "guardians", title: Some("Guardians"), columns, rows }
}

/// The objectives of the latest validation of each guardian.
fn objective_table(guardians: &Guardians<'_>) -> Table {
    let mut rows: Vec<(Status, Row)> = Vec::new();
    for (guardian, validations) in guardians {
        for objective in last(validations).into_iter().flat_map(|last| &last.objectives) {
            let status = objective.status.as_deref().map_or(Status::Unknown, status_of);
            let cells = vec![
                Cell::Text(objective.name.clone()),
                Cell::Text(guardian.name.clone()),
                Cell::text(guardian.stage.clone()),
                objective.status.as_ref().map_or(Cell::Unknown, |text| Cell::status(status, text.as_str())),
                Cell::number(objective.value),
                Cell::text(objective.comparison.clone()),
                Cell::number(objective.target),
                Cell::number(objective.warning),
                course(validations, |validation| {
                    let same = validation.objectives.iter().find(|other| other.name == objective.name);
                    same.and_then(|same| same.value)
                }),
                Cell::joined(&guardian.components),
                Cell::Text(guardian.environment.clone()),
            ];
            rows.push((status, cells));
        }
    }
    rows.sort_by_key(|(status, _)| std::cmp::Reverse(*status));
    let columns = vec![
        Column::new("objective", "Objective", ColumnKind::Text),
        Column::new("guardian", "Guardian", ColumnKind::Text),
        Column::new("stage", "Stage", ColumnKind::Text),
        Column::new("result", "Result", ColumnKind::Status),
        Column::new("value", "Value", ColumnKind::Number),
        Column::new("comparison", "Should be", ColumnKind::Text),
        Column::new("target", "Target", ColumnKind::Number),
        Column::new("warning", "Warning", ColumnKind::Number),
        Column::new("values", "Latest values", ColumnKind::Sparkline),
        component_column(),
        Column::new("environment", "Environment", ColumnKind::Text),
    ];
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Table { key: "objectives", title: Some("Objectives of the latest validations"), columns, rows }
}

fn latest(validations: &[Validation]) -> Table {
    let columns = vec![
        Column::new("validation", "Validation", ColumnKind::Link),
        Column::new("stage", "Stage", ColumnKind::Text),
        Column::new("result", "Result", ColumnKind::Status),
        Column::new("ended", "Ended", ColumnKind::Timestamp),
        Column::new("pass", "Pass", ColumnKind::Number),
        Column::new("warning", "Warning", ColumnKind::Count),
        Column::new("fail", "Fail", ColumnKind::Count),
        Column::new("error", "Error", ColumnKind::Count),
        Column::new("info", "Info", ColumnKind::Number).on_request(),
        Column::new("version", "Version", ColumnKind::Text),
        Column::new("build", "Build", ColumnKind::Text).on_request(),
        component_column(),
        Column::new("environment", "Environment", ColumnKind::Text),
    ];
    let rows = validations.iter().take(LATEST).map(Validation::cells).collect();
    Table { key: "validations", title: Some("Latest validations"), columns, rows }
}
