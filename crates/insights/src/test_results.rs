//! Are my tests green, flaky, slow: the test cases that ran for a subject.
//!
//! ```text
//! annotations ─> DeliverySelection ─> executions (events of tests, one an attempt)
//!                                       ├ days   (by day and suite)            ─> runs, pass rate, green runs
//!                                       ├ cases  (by case)                     ─> slowest, getting slower
//!                                       └ failed (by case and revision)        ─> failing now, flaky
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use grailstage_catalog::DeliverySelection;
use grailstage_tenant::number::{Double, Long};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{
    Cell, Chart, ChartKind, Column, ColumnKind, Fact, LinkCell, Note, Section, Series, Severity,
    SparklineCell, Status, Table, Unit,
};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::days::Days;
use crate::moment::Moment;
use crate::statistics::percentage;
use crate::subject::Subject;
use crate::test_executions::CASES;
pub(crate) use crate::test_executions::questions_about;
use crate::timeframe::Timeframe;

/// Below which share of passed executions, in percent, the tests need to be looked at, and mended.
const PASSING: (f64, f64) = (99.0, 95.0);

/// Below which share of green runs, in percent, the tests need to be looked at, and mended.
const GREEN: (f64, f64) = (90.0, 75.0);

/// A case gets slower when its median of the later half of the timeframe exceeds the one of the earlier half by this
/// factor and by this many milliseconds, so that noise of short cases is none.
const SLOWER: (f64, f64) = (1.15, 1_000.0);

/// How many executions each half needs for that.
const ENOUGH: i64 = 5;

/// How many of the slowest cases are listed.
const SLOWEST: usize = 15;

const FLAKY: &str =
    "Cases that both failed and passed at one and the same revision, in another attempt or another run";

/// The card.
pub struct TestResults;

/// What an environment knows of the tests.
pub struct Reading {
    timeframe: Timeframe,
    environment: String,
    pub(crate) days: Vec<Day>,
    cases: Vec<Case>,
    /// Whether there are more cases.
    cut: bool,
    failed: Vec<FailedRevision>,
}

impl Card for TestResults {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "test-results"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &DeliverySelection::ANNOTATIONS
    }

    fn lookback(&self) -> Option<Duration> {
        Some(Duration::from_secs(28 * 86_400))
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        questions_about(context, None)
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let mut cases: Vec<Case> = results.records("cases")?;
        let most = usize::try_from(CASES).unwrap_or(usize::MAX);
        let cut = cases.len() > most;
        cases.truncate(most);
        Ok(Reading {
            timeframe: context.timeframe,
            environment: context.environment.name().to_owned(),
            days: results.records("days")?.into_iter().flat_map(Suite::into_days).collect(),
            cases,
            cut,
            failed: results.records("failed")?,
        })
    }

    fn answer(&self, _: &Subject, mut readings: Vec<Self::Reading>) -> Contents {
        let Some(days) = readings.first().map(|reading| Days::of(reading.timeframe)) else {
            return Contents::default();
        };
        once(&mut readings);
        let found: Vec<Found<'_>> = readings.iter().flat_map(Found::all).collect();
        let counted: Vec<&Day> = readings.iter().flat_map(|reading| &reading.days).collect();
        let sections = vec![
            Section::Table(failing_table(&found)),
            Section::Table(flaky_table(&found)),
            Section::Chart(chart(&counted, days)),
            Section::Table(suite_table(&readings, days)),
            Section::Table(slowest_table(&found)),
        ];
        let notes = readings.iter().filter(|reading| reading.cut).map(cut_note).collect();
        Contents { facts: facts(&counted, &found, days), sections, notes }
    }
}

fn cut_note(reading: &Reading) -> Note {
    Note {
        severity: Severity::Warning,
        code: "truncated".to_owned(),
        message: format!(
            "only {CASES} cases are looked at: those that failed most, and of the others the slowest"
        ),
        help: Some("choose a shorter timeframe, or look at each component".to_owned()),
        environment: Some(reading.environment.clone()),
    }
}

/// One pipeline may report to several environments: of what they say of a day or of a case the fullest account counts, as
/// an environment may have missed an event.
pub(crate) fn once(readings: &mut [Reading]) {
    keep_fullest(readings, |reading| &mut reading.days, Day::names, Day::executions);
    keep_fullest(readings, |reading| &mut reading.cases, Case::names, |case| case.executions);
}

fn keep_fullest<T, K: Ord>(
    readings: &mut [Reading],
    of: fn(&mut Reading) -> &mut Vec<T>,
    key: fn(&T) -> K,
    executions: fn(&T) -> Long,
) {
    let mut fullest: BTreeMap<K, (Long, usize)> = BTreeMap::new();
    for (place, reading) in readings.iter_mut().enumerate() {
        for account in of(reading).iter() {
            let known = fullest.entry(key(account)).or_insert((executions(account), place));
            if known.0 < executions(account) {
                *known = (executions(account), place);
            }
        }
    }
    for (place, reading) in readings.iter_mut().enumerate() {
        of(reading).retain(|account| fullest.get(&key(account)).is_some_and(|(_, kept)| *kept == place));
    }
}

/// The days of a suite.
#[derive(Deserialize)]
struct Suite {
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    suite: Option<String>,
    #[serde(default)]
    stage: Option<String>,
    days: Vec<Day>,
}

impl Suite {
    fn into_days(self) -> impl Iterator<Item = Day> {
        let Self { repository, suite, stage, days } = self;
        days.into_iter().map(move |day| Day {
            repository: repository.clone(),
            suite: suite.clone(),
            stage: stage.clone(),
            ..day
        })
    }
}

/// The runs of a suite that ended on a day.
#[derive(Deserialize)]
pub(crate) struct Day {
    day: Moment,
    #[serde(skip)]
    repository: Option<String>,
    #[serde(skip)]
    suite: Option<String>,
    #[serde(skip)]
    pub(crate) stage: Option<String>,
    runs: Long,
    green: Long,
    pub(crate) passed: Long,
    pub(crate) failed: Long,
    #[serde(default)]
    nanoseconds: Option<Double>,
}

impl Day {
    fn names(&self) -> (Moment, [Option<String>; 3]) {
        (self.day, [&self.repository, &self.suite, &self.stage].map(Clone::clone))
    }

    fn executions(&self) -> Long {
        Long(self.passed.0 + self.failed.0)
    }
}

/// All executions of a case.
#[derive(Deserialize)]
pub(crate) struct Case {
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    pub(crate) suite: Option<String>,
    #[serde(default)]
    pub(crate) case: Option<String>,
    #[serde(default)]
    pub(crate) stage: Option<String>,
    executions: Long,
    failed: Long,
    revisions: Long,
    #[serde(default)]
    last_passed: Option<Moment>,
    #[serde(default)]
    median: Option<Double>,
    #[serde(default)]
    slow: Option<Double>,
    #[serde(default)]
    earlier: Option<Double>,
    #[serde(default)]
    later: Option<Double>,
    earlier_count: Long,
    later_count: Long,
}

impl Case {
    fn names(&self) -> [Option<String>; 4] {
        [&self.repository, &self.suite, &self.case, &self.stage].map(Clone::clone)
    }
}

/// A revision at which a case failed.
#[derive(Deserialize)]
pub(crate) struct FailedRevision {
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    suite: Option<String>,
    #[serde(default)]
    case: Option<String>,
    #[serde(default)]
    stage: Option<String>,
    #[serde(default)]
    revision: Option<String>,
    passed: Long,
    failed: Long,
    first_failed: Moment,
    last_failed: Moment,
    #[serde(default)]
    branch: Option<String>,
    #[serde(default)]
    pub(crate) url: Option<String>,
}

impl FailedRevision {
    fn is_of(&self, case: &Case) -> bool {
        self.case == case.case
            && self.suite == case.suite
            && self.repository == case.repository
            && self.stage == case.stage
    }

    fn is_flaky(&self) -> bool {
        self.passed.0 > 0
    }

    /// When it first failed after that moment, as far as is known.
    fn failed_after(&self, passed: Option<Moment>) -> Option<Moment> {
        [self.first_failed, self.last_failed]
            .into_iter()
            .find(|failed| passed.is_none_or(|passed| *failed > passed))
    }
}

/// A case with the revisions at which it failed, the latest first.
pub(crate) struct Found<'r> {
    pub(crate) environment: &'r str,
    pub(crate) case: &'r Case,
    failed: Vec<&'r FailedRevision>,
}

/// Since when a case fails.
pub(crate) struct Failing<'r> {
    since: Moment,
    pub(crate) first: &'r FailedRevision,
    latest: Moment,
    failures: i64,
}

impl<'r> Found<'r> {
    pub(crate) fn all(reading: &'r Reading) -> impl Iterator<Item = Self> + use<'r> {
        reading.cases.iter().map(|case| {
            let failed = reading.failed.iter().filter(|failed| failed.is_of(case)).collect();
            Self { environment: &reading.environment, case, failed }
        })
    }

    /// Since when it has failed without passing once; nothing for one whose latest execution passed.
    pub(crate) fn failing(&self) -> Option<Failing<'r>> {
        let open = || {
            self.failed.iter().filter_map(|revision| {
                revision.failed_after(self.case.last_passed).map(|since| (since, *revision))
            })
        };
        let (since, first) = open().min_by_key(|(since, _)| *since)?;
        let latest = open().map(|(_, revision)| revision.last_failed).max()?;
        let failures = open().map(|(_, revision)| revision.failed.0).sum();
        Some(Failing { since, first, latest, failures })
    }

    pub(crate) fn flaky(&self) -> impl Iterator<Item = &'r FailedRevision> {
        self.failed.iter().copied().filter(|revision| revision.is_flaky())
    }

    fn is_flaky(&self) -> bool {
        self.flaky().next().is_some()
    }

    fn is_slower(&self) -> bool {
        let (factor, least) = SLOWER;
        let enough = self.case.earlier_count.0 >= ENOUGH && self.case.later_count.0 >= ENOUGH;
        match (millis(self.case.earlier), millis(self.case.later)) {
            (Some(earlier), Some(later)) => enough && later > earlier * factor && later - earlier >= least,
            _ => false,
        }
    }

    /// By how many hundredths the later half of the timeframe is slower than the earlier one.
    fn change(&self) -> Option<f64> {
        let (earlier, later) = (millis(self.case.earlier)?, millis(self.case.later)?);
        (earlier > 0.0).then(|| (later - earlier) / earlier * 100.0)
    }

    fn names(&self) -> Vec<Cell> {
        let Case { case, suite, repository, stage, .. } = self.case;
        [case, suite, repository, stage].into_iter().map(|name| Cell::text(name.clone())).collect()
    }

    fn row(&self, cells: impl IntoIterator<Item = Cell>) -> Vec<Cell> {
        let mut row = self.names();
        row.extend(cells);
        row.push(Cell::Text(self.environment.to_owned()));
        row
    }
}

fn millis(nanoseconds: Option<Double>) -> Option<f64> {
    nanoseconds.map(|Double(value)| value / 1e6)
}

fn size(Long(value): Long) -> usize {
    usize::try_from(value).unwrap_or(0)
}

/// The sum of a count over suites and days.
fn total<'d>(days: impl IntoIterator<Item = &'d Day>, count: fn(&Day) -> Long) -> usize {
    days.into_iter().map(|day| size(count(day))).sum()
}

/// Passed executions in hundredths of those that passed or failed.
fn pass_rate<'d>(days: impl IntoIterator<Item = &'d Day> + Clone) -> Option<f64> {
    let passed = total(days.clone(), |day| day.passed);
    percentage(passed, passed + total(days, |day| day.failed))
}

fn green_rate<'d>(days: impl IntoIterator<Item = &'d Day> + Clone) -> Option<f64> {
    percentage(total(days.clone(), |day| day.green), total(days, |day| day.runs))
}

fn status_of(rate: Option<f64>, (warning, error): (f64, f64)) -> Status {
    match rate {
        None => Status::Unknown,
        Some(rate) if rate < error => Status::Error,
        Some(rate) if rate < warning => Status::Warning,
        Some(_) => Status::Ok,
    }
}

fn status_of_count(count: usize, bad: Status) -> Status {
    if count == 0 { Status::Ok } else { bad }
}

fn facts(counted: &[&Day], found: &[Found<'_>], days: Days) -> Vec<Fact> {
    let by_day = days.group(counted.iter().map(|day| (day.day, *day)));
    let course = |value: &dyn Fn(&[&Day]) -> Option<f64>| by_day.iter().map(|day| value(day)).collect();
    let all = || counted.iter().copied();
    let (passing, green) = (pass_rate(all()), green_rate(all()));
    let failing = found.iter().filter(|case| case.failing().is_some()).count();
    let flaky = found.iter().filter(|case| case.is_flaky()).count();
    let slower = found.iter().filter(|case| case.is_slower()).count();
    let flaky_by_day = days
        .group(found.iter().flat_map(Found::flaky).map(|revision| (revision.last_failed, ())))
        .iter()
        .map(|day| Some(day.len() as f64))
        .collect();
    vec![
        Fact::count("runs", "Runs", total(all(), |day| day.runs), Status::Neutral)
            .with_detail("Runs of a suite in a pipeline")
            .with_trend(course(&|day| Some(total(day.iter().copied(), |day| day.runs) as f64))),
        Fact::number("pass-rate", "Pass rate", passing, Unit::Percent, status_of(passing, PASSING))
            .with_detail("Executions of cases that passed, of those that passed or failed; every attempt counts")
            .with_trend(course(&|day| pass_rate(day.iter().copied()))),
        Fact::number("green-runs", "Green runs", green, Unit::Percent, status_of(green, GREEN))
            .with_detail("Runs in which every case that failed passed in another attempt")
            .with_trend(course(&|day| green_rate(day.iter().copied()))),
        Fact::count("failing", "Failing now", failing, status_of_count(failing, Status::Error))
            .with_detail("Cases that have failed since they last passed"),
        Fact::count("flaky", "Flaky", flaky, status_of_count(flaky, Status::Warning))
            .with_detail(FLAKY)
            .with_trend(flaky_by_day),
        Fact::count("slower", "Getting slower", slower, status_of_count(slower, Status::Warning)).with_detail(
            format!(
                "Cases whose median duration of the later half of the timeframe exceeds the one of the earlier half \
                 by more than {:.0} % and by {:.0} s; {ENOUGH} executions a half at least",
                (SLOWER.0 - 1.0) * 100.0,
                SLOWER.1 / 1000.0
            ),
        ),
    ]
}

fn chart(counted: &[&Day], days: Days) -> Chart {
    let by_day = days.group(counted.iter().map(|day| (day.day, *day)));
    let series = |name: &str, status, count: fn(&Day) -> Long| Series {
        name: name.to_owned(),
        values: by_day.iter().map(|day| Some(total(day.iter().copied(), count) as f64)).collect(),
        status: Some(status),
    };
    let all =
        [series("passed", Status::Ok, |day| day.passed), series("failed", Status::Error, |day| day.failed)];
    // A kind of result that never came is no series.
    let series =
        all.into_iter().filter(|series| series.values.iter().any(|value| *value != Some(0.0))).collect();
    Chart {
        key: "executions".to_owned(),
        title: "Executions of cases a day".to_owned(),
        kind: ChartKind::StackedBars,
        unit: None,
        times: days.starts(),
        series,
    }
}

/// The columns of a case, with others between its names and its environment.
fn case_columns(columns: impl IntoIterator<Item = Column>) -> Vec<Column> {
    let mut all = vec![
        Column::new("case", "Case", ColumnKind::Text),
        Column::new("suite", "Suite", ColumnKind::Text),
        Column::new("repository", "Repository", ColumnKind::Text).of_several(),
        Column::new("stage", "Stage", ColumnKind::Text).where_known(),
    ];
    all.extend(columns);
    all.push(Column::new("environment", "Environment", ColumnKind::Text));
    all
}

fn failing_table(found: &[Found<'_>]) -> Table {
    let mut failing: Vec<_> =
        found.iter().filter_map(|case| case.failing().map(|failing| (case, failing))).collect();
    failing.sort_by_key(|(_, failing)| std::cmp::Reverse(failing.since));
    let rows = failing
        .into_iter()
        .map(|(case, failing)| {
            let revision = failing.first.revision.as_deref().unwrap_or_default();
            let short: String = revision.chars().take(8).collect();
            let commit = match &failing.first.url {
                Some(url) => LinkCell::outside(short, url, Some(revision.to_owned())),
                None => Cell::Text(short),
            };
            case.row([
                Cell::Text(failing.since.to_string()),
                commit,
                Cell::text(failing.first.branch.clone()),
                Cell::Number(failing.failures as f64),
                Cell::Text(failing.latest.to_string()),
                Cell::text(case.case.last_passed.map(|passed| passed.to_string())),
            ])
        })
        .collect();
    let columns = case_columns([
        Column::new("since", "Failing since", ColumnKind::Timestamp),
        Column::new("commit", "Since commit", ColumnKind::Link),
        Column::new("branch", "Branch", ColumnKind::Text).on_request(),
        Column::new("failures", "Failures", ColumnKind::Number),
        Column::new("latest", "Latest failure", ColumnKind::Timestamp),
        Column::new("last-passed", "Last passed", ColumnKind::Timestamp),
    ]);
    Table { key: "failing", title: Some("Failing now"), columns, rows }
}

fn flaky_table(found: &[Found<'_>]) -> Table {
    let rate = |case: &Found<'_>| percentage(case.flaky().count(), size(case.case.revisions));
    let mut flaky: Vec<_> = found.iter().filter(|case| case.is_flaky()).collect();
    flaky.sort_by(|a, b| rate(b).unwrap_or(0.0).total_cmp(&rate(a).unwrap_or(0.0)));
    let rows = flaky
        .into_iter()
        .map(|case| {
            case.row([
                Cell::Number(case.flaky().count() as f64),
                Cell::number(rate(case)),
                Cell::text(
                    case.flaky().map(|revision| revision.last_failed).max().map(|last| last.to_string()),
                ),
            ])
        })
        .collect();
    let columns = case_columns([
        Column::new("flaky-revisions", "Flaky revisions", ColumnKind::Number),
        Column::number("flaky-rate", "Of all revisions", Unit::Percent),
        Column::new("latest", "Latest failure", ColumnKind::Timestamp),
    ]);
    Table { key: "flaky", title: Some("Flaky"), columns, rows }
}

fn slowest_table(found: &[Found<'_>]) -> Table {
    let slow = |case: &Found<'_>| millis(case.case.slow).unwrap_or(0.0);
    let mut slowest: Vec<_> = found.iter().filter(|case| case.case.slow.is_some()).collect();
    // What gets slower comes first, however short it still is.
    slowest.sort_by(|a, b| b.is_slower().cmp(&a.is_slower()).then_with(|| slow(b).total_cmp(&slow(a))));
    let rows = slowest
        .into_iter()
        .take(SLOWEST)
        .map(|case| {
            case.row([
                if case.is_slower() {
                    Cell::status(Status::Warning, "getting slower")
                } else {
                    Cell::status(Status::Neutral, "steady")
                },
                Cell::number(millis(case.case.median)),
                Cell::number(millis(case.case.slow)),
                Cell::number(millis(case.case.earlier)),
                Cell::number(millis(case.case.later)),
                Cell::number(case.change()),
                Cell::Number(case.case.executions.0 as f64),
                Cell::number(percentage(size(case.case.failed), size(case.case.executions))),
            ])
        })
        .collect();
    let columns = case_columns([
        Column::new("course", "Course", ColumnKind::Status),
        Column::number("duration", "Median duration", Unit::Milliseconds),
        Column::number("slow-duration", "95th percentile", Unit::Milliseconds),
        Column::number("earlier", "Median, earlier half", Unit::Milliseconds).on_request(),
        Column::number("later", "Median, later half", Unit::Milliseconds).on_request(),
        Column::number("change", "Change", Unit::Percent),
        Column::new("executions", "Executions", ColumnKind::Number).on_request(),
        Column::number("failure-rate", "Failure rate", Unit::Percent).on_request(),
    ]);
    Table { key: "slowest", title: Some("Slowest cases"), columns, rows }
}

fn suite_table(readings: &[Reading], days: Days) -> Table {
    type Key<'r> = [Option<&'r str>; 4];
    let mut suites: BTreeMap<Key<'_>, Vec<&Day>> = BTreeMap::new();
    for reading in readings {
        for day in &reading.days {
            let names = [&day.repository, &day.suite, &day.stage].map(Option::as_deref);
            let [repository, suite, stage] = names;
            let key = [repository, suite, stage, Some(reading.environment.as_str())];
            suites.entry(key).or_default().push(day);
        }
    }
    let rows = suites
        .into_iter()
        .map(|([repository, suite, stage, environment], counted)| {
            let all = || counted.iter().copied();
            let runs = total(all(), |day| day.runs);
            let nanoseconds: f64 = all().filter_map(|day| day.nanoseconds).map(|Double(value)| value).sum();
            let rates = days.group(all().map(|day| (day.day, day)));
            let text = |value: Option<&str>| Cell::text(value.map(str::to_owned));
            vec![
                text(suite),
                text(repository),
                text(stage),
                Cell::Number(runs as f64),
                Cell::number(green_rate(all())),
                Cell::number(pass_rate(all())),
                Cell::Sparkline(SparklineCell::new(
                    rates.iter().map(|day| pass_rate(day.iter().copied())).collect(),
                )),
                Cell::number((runs > 0).then(|| nanoseconds / 1e6 / runs as f64)),
                text(environment),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("suite", "Suite", ColumnKind::Text),
        Column::new("repository", "Repository", ColumnKind::Text).of_several(),
        Column::new("stage", "Stage", ColumnKind::Text).where_known(),
        Column::new("runs", "Runs", ColumnKind::Number),
        Column::number("green-runs", "Green runs", Unit::Percent),
        Column::number("pass-rate", "Pass rate", Unit::Percent),
        Column {
            unit: Some(Unit::Percent),
            ..Column::new("passes", "Pass rate a day", ColumnKind::Sparkline)
        },
        Column::number("duration", "Mean time of all cases", Unit::Milliseconds),
        Column::new("environment", "Environment", ColumnKind::Text),
    ];
    Table { key: "suites", title: Some("Suites"), columns, rows }
}
