//! What is wrong now, and how long does it take to mend: the problems of a subject, as Davis found them.
//!
//! ```text
//! annotations ─> Member ─> workloads (Smartscape, or classic entities), with labels ─> whose each problem is
//!                          open      (problems of now)                              ─> one row each
//!                          closed    (problems that ended in the timeframe)         ─> mean time to resolve, by day
//! ```

use std::time::Duration;

use grailstage_dql::ast::{Direction, Expression};
use grailstage_dql::builder::{Pipeline, ago, call, coalesce, column, fetch, field, hours, now, to_string};
use grailstage_tenant::number::Long;
use grailstage_tenant::{EntityModel, EnvironmentConfig, links};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{
    Cell, Chart, ChartKind, Column, ColumnKind, Fact, LinkCell, Row, Section, Series, Status, StatusCell,
    Table, Unit,
};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::counterparts::{self, Member};
use crate::days::Days;
use crate::moment::Moment;
use crate::subject::Subject;
use crate::timeframe::Timeframe;
use crate::workloads::{self, Workload};

/// How many of the latest closed problems are listed.
const LATEST: usize = 20;

/// Names the question about problems that have ended.
pub(crate) const CLOSED: &str = "closed";

/// The card.
pub struct Problems;

/// What an environment knows of the problems.
pub struct Reading {
    timeframe: Timeframe,
    /// Nothing where it was asked in vain.
    pub(crate) open: Option<Vec<Shown>>,
    closed: Option<Vec<Shown>>,
}

/// A problem with what is drawn of it.
pub(crate) struct Shown {
    pub(crate) severity: Status,
    /// Whether it counts for the time to resolve.
    counts: bool,
    start: Option<Moment>,
    end: Option<Moment>,
    millis: Option<f64>,
    row: Row,
}

impl Shown {
    /// Its title, and its page where it has one.
    pub(crate) fn title(&self) -> (&str, Option<&str>) {
        self.row.first().map_or(("", None), Cell::words)
    }

    /// The environment that found it.
    pub(crate) fn environment(&self) -> &str {
        self.row.last().map_or("", |cell| cell.words().0)
    }

    /// What it means for users, in a word.
    pub(crate) fn impact(&self) -> &str {
        self.row.get(1).map_or("", |cell| cell.words().0)
    }
}

impl Card for Problems {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "problems"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &counterparts::ANNOTATIONS
    }

    fn lookback(&self) -> Option<Duration> {
        Some(Duration::from_secs(30 * 86_400))
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let members = counterparts::members(context.subject)?;
        if members.is_empty() {
            return Ok(None);
        }
        let model = context.environment.entity_model();
        let open = fields(open(&members, model)).sort_by("start", Direction::Descending).build();
        let closed = with_status(context.timeframe.of(fetch("dt.davis.problems")), "CLOSED");
        let closed = fields(counterparts::concerning(closed, affected(), &members, model))
            .sort_by("end", Direction::Descending)
            .build();
        let mut questions =
            vec![Question { key: "open", query: open }, Question { key: CLOSED, query: closed }];
        let selections = counterparts::selections(&members);
        if !selections.is_empty() {
            let query = workloads::labelled(model, &selections).build();
            questions.push(Question { key: "workloads", query });
        }
        Ok(Some(questions))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let members = counterparts::members(context.subject)?;
        let workloads: Vec<Workload> = results.records("workloads")?;
        let shown = |key: &str| -> Result<Option<Vec<Shown>>, InsightError> {
            let problems: Vec<Problem> = results.records(key)?;
            let shown = problems
                .into_iter()
                .map(|problem| problem.shown(context.environment, &members, &workloads))
                .collect();
            Ok(results.get(key).map(|_| shown))
        };
        Ok(Reading { timeframe: context.timeframe, open: shown("open")?, closed: shown(CLOSED)? })
    }

    fn answer(&self, _: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let Some(days) = readings.first().map(|reading| Days::of(reading.timeframe)) else {
            return Contents::default();
        };
        let all_open_known = readings.iter().all(|reading| reading.open.is_some());
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for reading in readings {
            open.extend(reading.open.into_iter().flatten());
            closed.extend(reading.closed.into_iter().flatten());
        }
        // The worst first, and of those the latest.
        open.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| b.start.cmp(&a.start)));
        closed.sort_by_key(|problem| std::cmp::Reverse(problem.end));
        let facts = facts(&open, all_open_known, &closed, days);
        let chart = chart(&closed, days);
        let rows = |problems: Vec<Shown>| problems.into_iter().map(|problem| problem.row);
        let sections = vec![
            Section::Table(Table {
                key: "open",
                title: Some("Open problems"),
                columns: columns("open", "Open for", users()),
                rows: rows(open).collect(),
            }),
            Section::Chart(chart),
            Section::Table(Table {
                key: "closed",
                title: Some("Latest closed problems"),
                columns: columns("resolved", "Took", users().on_request()),
                rows: rows(closed).take(LATEST).collect(),
            }),
        ];
        Contents { facts, sections, notes: Vec::new() }
    }
}

/// The open problems of the members, as [`counterparts::concerning`] has them.
pub(crate) fn open(members: &[Member], model: EntityModel) -> Pipeline {
    counterparts::concerning(active(), affected(), members, model)
}

/// All open problems: those of now, whatever the timeframe; Davis writes them again while they are open.
pub(crate) fn active() -> Pipeline {
    with_status(fetch("dt.davis.problems").from(ago(hours(24))), "ACTIVE")
}

fn with_status(problems: Pipeline, status: &str) -> Pipeline {
    problems
        .filter(field("event.status").eq(status).and(call("isFalseOrNull", [field("dt.davis.is_duplicate")])))
}

/// All entities that a problem affects, by ids of both kinds. Source: docs.dynatrace.com, Davis problems on Grail; the
/// semantic dictionary lists Smartscape ids in `smartscape.affected_entity.ids`, environments are also seen to have
/// records with an `id` in `smartscape.affected_entities`.
pub(crate) fn affected() -> Expression {
    counterparts::texts([
        field("smartscape.affected_entity.ids").each(),
        field("smartscape.affected_entities").each().key("id"),
        field("affected_entity_ids").each(),
    ])
}

/// What is read of each problem, once. Source: docs.dynatrace.com, semantic dictionary, Davis problem events.
fn fields(problems: Pipeline) -> Pipeline {
    problems.dedup(["event.id"]).fields([
        column("id", field("event.id")),
        column("display_id", field("display_id")),
        column("title", field("event.name")),
        column("category", field("event.category")),
        column("start", field("event.start")),
        column("end", field("event.end")),
        column(
            "duration",
            coalesce([
                field("resolved_problem_duration"),
                coalesce([field("event.end"), now()]).minus(field("event.start")),
            ]),
        ),
        column("affected", affected()),
        column("cause", to_string(field("root_cause_entity_id"))),
        column("cause_name", field("root_cause_entity_name")),
        column("users", field("dt.davis.affected_users_count")),
        column("mute", field("dt.davis.mute.status")),
        column("frequent", field("dt.davis.is_frequent_event")),
        column("maintenance", field("maintenance.is_under_maintenance")),
    ])
}

#[derive(Deserialize)]
struct Problem {
    id: String,
    #[serde(default)]
    display_id: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    start: Option<Moment>,
    #[serde(default)]
    end: Option<Moment>,
    #[serde(default)]
    duration: Option<Long>,
    #[serde(default)]
    affected: Option<Vec<String>>,
    #[serde(default)]
    cause: Option<String>,
    #[serde(default)]
    cause_name: Option<String>,
    #[serde(default)]
    users: Option<Long>,
    #[serde(default)]
    mute: Option<String>,
    #[serde(default)]
    frequent: Option<bool>,
    #[serde(default)]
    maintenance: Option<bool>,
}

impl Problem {
    fn shown(self, environment: &EnvironmentConfig, members: &[Member], workloads: &[Workload]) -> Shown {
        let affected = self.affected.clone().unwrap_or_default();
        let concerned: Vec<&Member> =
            members.iter().filter(|member| member.has_any(&affected, workloads)).collect();
        let listed = |value: fn(&Member) -> Option<&str>| {
            let mut values: Vec<&str> = concerned.iter().filter_map(|member| value(member)).collect();
            values.sort_unstable();
            values.dedup();
            Cell::joined(&values)
        };
        let own = workloads
            .iter()
            .filter(|workload| affected.iter().any(|id| workload.has_id(id)))
            .map(|workload| workload.link(environment));
        let millis = self.duration.map(|Long(nanoseconds)| nanoseconds as f64 / 1e6);
        let impact = self.impact();
        let severity = impact.status;
        let time = |moment: Option<Moment>| Cell::text(moment.map(|moment| moment.to_string()));
        let row = vec![
            self.title_cell(environment),
            Cell::Status(impact),
            Cell::Links(own.collect()),
            self.cause_cell(environment),
            time(self.start),
            Cell::number(millis),
            Cell::number(self.users.map(|Long(users)| users as f64)),
            listed(|member| Some(&member.name)),
            listed(|member| member.owner.as_deref()),
            Cell::Text(environment.name().to_owned()),
        ];
        let counts = self.frequent != Some(true) && self.maintenance != Some(true);
        Shown { severity, counts, start: self.start, end: self.end, millis, row }
    }

    /// The category in words. What nobody is to be woken for is neither good nor bad.
    fn impact(&self) -> StatusCell {
        let category = self.category.as_deref().unwrap_or_default();
        let status = severity(category);
        let label = in_words(category).unwrap_or_else(|| "Unknown".to_owned());
        let quiet = if self.mute.as_deref() == Some("MUTED") {
            Some("muted")
        } else if self.maintenance == Some(true) {
            Some("in maintenance")
        } else {
            None
        };
        let status = if quiet.is_some() { Status::Neutral } else { status };
        StatusCell { status, label, detail: quiet.map(str::to_owned) }
    }

    fn title_cell(&self, environment: &EnvironmentConfig) -> Cell {
        let text = self.title.clone().or_else(|| self.display_id.clone()).unwrap_or_else(|| self.id.clone());
        match links::problem(environment.url(), &self.id) {
            Some(url) => Cell::Link(LinkCell { text, url, detail: self.display_id.clone() }),
            None => Cell::Text(text),
        }
    }

    /// The root cause, leading to its page; not known while Davis has found none.
    fn cause_cell(&self, environment: &EnvironmentConfig) -> Cell {
        let Some(id) = &self.cause else { return Cell::Unknown };
        let text = self.cause_name.clone().unwrap_or_else(|| id.clone());
        let base = environment.url();
        let url = links::kubernetes_node(base, id).or_else(|| links::classic_entity(base, id));
        Cell::Link(LinkCell { text, url: url.unwrap_or_else(|| base.as_str().to_owned()), detail: None })
    }
}

/// What a problem of a category means, before anybody muted it.
pub(crate) fn severity(category: &str) -> Status {
    match category {
        "AVAILABILITY" | "ERROR" | "MONITORING_UNAVAILABLE" => Status::Error,
        "INFO" => Status::Neutral,
        _ => Status::Warning,
    }
}

/// `RESOURCE_CONTENTION` as `Resource contention`; nothing of nothing.
fn in_words(constant: &str) -> Option<String> {
    let mut characters = constant.chars();
    let first = characters.next()?;
    let rest = characters.as_str().to_lowercase().replace('_', " ");
    Some(first.to_uppercase().chain(rest.chars()).collect())
}

fn users() -> Column {
    Column::new("users", "Affected users", ColumnKind::Number)
}

fn columns(duration_key: &'static str, duration_title: &'static str, users: Column) -> Vec<Column> {
    vec![
        Column::new("problem", "Problem", ColumnKind::Link),
        Column::new("impact", "Impact", ColumnKind::Status),
        Column::new("workloads", "Affected workloads", ColumnKind::Links),
        Column::new("root-cause", "Root cause", ColumnKind::Link),
        Column::new("since", "Began", ColumnKind::Timestamp),
        Column::number(duration_key, duration_title, Unit::Milliseconds),
        users,
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("owner", "Owner", ColumnKind::Text),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

/// The mean time from the start of a problem to its end.
fn mean_time<'p>(problems: impl IntoIterator<Item = &'p Shown>) -> Option<f64> {
    let times: Vec<f64> =
        problems.into_iter().filter(|problem| problem.counts).filter_map(|problem| problem.millis).collect();
    (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64)
}

fn by_day(closed: &[Shown], days: Days) -> Vec<Vec<&Shown>> {
    days.group(closed.iter().filter_map(|problem| Some((problem.end?, problem))))
}

fn facts(open: &[Shown], all_open_known: bool, closed: &[Shown], days: Days) -> Vec<Fact> {
    let worst = open.iter().map(|problem| problem.severity).max();
    let status = match worst {
        None | Some(Status::Neutral) if !all_open_known => Status::Unknown,
        None => Status::Ok,
        Some(worst) => worst,
    };
    let by_day = by_day(closed, days);
    let mut open_fact = Fact::count("open", "Open", open.len(), status);
    if open.is_empty() && !all_open_known {
        open_fact.value = Cell::Unknown;
    }
    vec![
        open_fact,
        Fact::count("closed", "Closed", closed.len(), Status::Neutral)
            .with_trend(by_day.iter().map(|day| Some(day.len() as f64)).collect()),
        Fact::number(
            "time-to-resolve",
            "Mean time to resolve",
            mean_time(closed),
            Unit::Milliseconds,
            Status::Neutral,
        )
        .with_detail(
            "From the start to the end of the closed problems, without frequent ones and those in maintenance",
        )
        .with_trend(by_day.iter().map(|day| mean_time(day.iter().copied())).collect()),
    ]
}

fn chart(closed: &[Shown], days: Days) -> Chart {
    let values = by_day(closed, days).iter().map(|day| mean_time(day.iter().copied())).collect();
    Chart {
        key: "time-to-resolve".to_owned(),
        title: "Mean time to resolve, by day of the end".to_owned(),
        kind: ChartKind::Line,
        unit: Some(Unit::Milliseconds),
        times: days.starts(),
        series: vec![Series { name: "mean time to resolve".to_owned(), values, status: None }],
    }
}
