//! What can Dynatrace not see: which telemetry of a subject's workloads arrives, and why the rest likely does not.
//!
//! ```text
//! annotations ─> Member ─> workloads (with images and annotations of their pods)
//!                          logs, spans, metrics of the last hour ─┐
//!                          Kubernetes events of the last day     ─┴─> a row a component and signal ─> gaps, with reasons
//! ```
//!
//! What it scans: logs and spans of one hour, Kubernetes events of one day; at most [`MOST_SCANNED`] gigabytes of each.
//! Metrics and workloads cost no scan.

use std::collections::BTreeMap;

use grailstage_catalog::WorkloadSelection;
use grailstage_dql::ast::{Direction, Expression, Query};
use grailstage_dql::builder::{
    Pipeline, TimeSpan, ago, array_sum, bin, call, coalesce, collect_array, column, count, count_distinct,
    days, fetch, field, hours, if_then, is_not_null, minutes, not, now, record, starts_with, string_length,
    sum, take_max, timeseries,
};
use grailstage_tenant::number::{Double, Long};
use grailstage_tenant::{EntityModel, Freshness};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{
    Cell, Column, ColumnKind, Fact, LinkCell, ReadinessCell, Row, Section, SparklineCell, Status, StatusCell,
    Table, Unit,
};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::moment::Moment;
use crate::subject::Subject;
use crate::telemetry_gap::{Advice, Facts, Gap, Signal};
use crate::workloads::Workload;
use crate::workloads::{
    self, CLASSIC_ID, CLUSTER, DESIRED, ID, KIND, LABELS, NAME, NAMESPACE, READY, VERSION,
};

/// Most gigabytes that one of the questions about records may scan.
const MOST_SCANNED: i64 = 10;

/// How far back logs, spans and metrics are looked for, and in which steps their course is drawn.
const RECENT: (TimeSpan, TimeSpan) = (hours(1), minutes(5));

/// The same of Kubernetes events, which come only when something happens.
const EVENTS: (TimeSpan, TimeSpan) = (days(1), hours(2));

/// How often the time looked at is in a day.
const fn times_a_day(signal: Signal) -> f64 {
    if matches!(signal, Signal::KubernetesEvents) { 1.0 } else { 24.0 }
}

/// What is said of a signal of which nothing came in the time looked at.
const fn silence(signal: Signal) -> &'static str {
    if matches!(signal, Signal::KubernetesEvents) { "nothing within 24 h" } else { "nothing within 1 h" }
}

/// The steps of the course of a signal, in milliseconds.
const fn step(signal: Signal) -> i64 {
    if matches!(signal, Signal::KubernetesEvents) { 7_200_000 } else { 300_000 }
}

/// How many steps of the time looked at are whole.
const WHOLE_STEPS: i64 = 11;

/// The key of a question, what it asks for, and how.
type Source = (&'static str, Signal, fn(Pipeline) -> Query);

const SOURCES: [Source; 5] = [
    ("logs", Signal::Logs, logs),
    ("spans", Signal::Traces, spans),
    ("metrics", Signal::ContainerMetrics, container_metrics),
    ("series", Signal::OwnMetrics, own_metrics),
    ("events", Signal::KubernetesEvents, kubernetes_events),
];

/// The card.
pub struct TelemetryCoverage;

impl Card for TelemetryCoverage {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "telemetry-coverage"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &WorkloadSelection::ANNOTATIONS
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        const {
            &[
                Signal::Logs.scope(),
                Signal::Traces.scope(),
                Signal::OwnMetrics.scope(),
                Signal::KubernetesEvents.scope(),
            ]
        }
    }

    fn freshness(&self) -> Freshness {
        Freshness::seconds(300)
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let selections = workloads::selections(context.subject)?;
        if selections.is_empty() {
            return Ok(None);
        }
        let model = context.environment.entity_model();
        let mut questions = vec![Question { key: "workloads", query: workload_query(model, &selections) }];
        let names = || workloads::of(model, &selections, []).fields([column("workload_name", field(NAME))]);
        for (key, signal, query) in SOURCES {
            if context.may(signal.scope()) {
                questions.push(Question { key, query: query(names()) });
            }
        }
        Ok(Some(questions))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let workloads: Vec<Workload> = results.records("workloads")?;
        let manifests: Vec<Manifest> = results.records("workloads")?;
        let mut found = BTreeMap::new();
        for (key, signal, _) in SOURCES {
            let knowledge = match results.get(key) {
                Some(result) => {
                    Knowledge::Asked { arrivals: results.records(key)?, partial: result.is_partial() }
                }
                None if context.may(signal.scope()) => Knowledge::Failed,
                None => Knowledge::Forbidden,
            };
            found.insert(signal, knowledge);
        }
        let links = workloads.iter().map(|workload| workload.link(context.environment)).collect();
        Ok(Reading {
            environment: context.environment.name().to_owned(),
            has_workloads: results.get("workloads").is_some(),
            workloads,
            links,
            manifests,
            found,
        })
    }

    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let mut coverage = Coverage::default();
        for entity in subject.members() {
            // What could not be understood has been told of before.
            let Ok(Some(selection)) = WorkloadSelection::of(entity) else { continue };
            let name = entity.metadata.title.as_ref().unwrap_or(&entity.metadata.name);
            let python = entity.metadata.tags.iter().any(|tag| tag.eq_ignore_ascii_case("python"));
            coverage.add(name, &selection, python, &readings);
        }
        coverage.contents(&readings)
    }
}

/// The images and annotations of pods, which only the manifest tells.
fn workload_query(model: EntityModel, selections: &[WorkloadSelection]) -> Query {
    let template = |path: fn(Expression) -> Expression| {
        let spec = || field("manifest").key("spec");
        [
            path(spec().key("template")),
            // Cron jobs have it one level deeper.
            path(spec().key("jobTemplate").key("spec").key("template")),
        ]
    };
    let images = template(|template| {
        call("iCollectArray", [template.key("spec").key("containers").each().key("image")])
    });
    let annotations = template(|template| template.key("metadata").key("annotations"));
    let query = workloads::of(
        model,
        selections,
        [
            column(LABELS, field("tags:k8s.labels")),
            column("images", coalesce(images)),
            column("pod_annotations", coalesce(annotations)),
        ],
    );
    let mut fields = vec![ID, CLASSIC_ID, KIND, NAME, CLUSTER, NAMESPACE, VERSION, LABELS];
    if model == EntityModel::Smartscape {
        fields.extend([READY, DESIRED, "images", "pod_annotations"]);
    }
    query.fields(fields).sort_by(NAME, Direction::Ascending).build()
}

fn place() -> [grailstage_dql::builder::Column; 3] {
    [
        column(CLUSTER, field("k8s.cluster.name")),
        column(NAMESPACE, field("k8s.namespace.name")),
        column("workload", field("k8s.workload.name")),
    ]
}

/// Records of workloads of these names, by step and then by workload.
fn recent(table: &'static str, time: &str, size: Option<Expression>, names: Pipeline) -> Query {
    let mut sums = vec![column("step_records", count()), column("step_last", take_max(field(time)))];
    let mut totals = vec![
        column("records", sum(field("step_records"))),
        column("last", take_max(field("step_last"))),
        column(
            "steps",
            collect_array(record([column("start", field("step")), column("records", field("step_records"))])),
        ),
    ];
    if let Some(size) = size {
        sums.push(column("step_bytes", sum(size)));
        totals.push(column("bytes", sum(field("step_bytes"))));
    }
    let mut by_step = place().to_vec();
    by_step.push(column("step", bin(field(time), RECENT.1)));
    fetch(table)
        .from(ago(RECENT.0))
        .parameter("scanLimitGBytes", MOST_SCANNED)
        .filter(field("k8s.workload.name").in_query(names))
        .summarize(sums)
        .by(by_step)
        .summarize(totals)
        .by([CLUSTER, NAMESPACE, "workload"])
        .fields_add([column("asked", now())])
        .build()
}

fn logs(names: Pipeline) -> Query {
    recent("logs", "timestamp", Some(string_length(field("content"))), names)
}

fn spans(names: Pipeline) -> Query {
    recent("spans", "start_time", None, names)
}

/// Points of the metric that every running container has.
fn container_metrics(names: Pipeline) -> Query {
    timeseries([column("points", call("count", [field("dt.kubernetes.container.cpu_usage")]))])
        .by(place())
        .from(ago(RECENT.0))
        .parameter("interval", RECENT.1)
        .filter(field("workload").in_query(names))
        .fields([
            column(CLUSTER, field(CLUSTER)),
            column(NAMESPACE, field(NAMESPACE)),
            column("workload", field("workload")),
            column("records", array_sum(field("points"))),
            column("points", field("points")),
            column("timeframe", field("timeframe")),
        ])
        .build()
}

/// How many series have points, of metrics that are not Dynatrace's own.
fn own_metrics(names: Pipeline) -> Query {
    fetch("metric.series")
        .from(ago(RECENT.0))
        .filter(field("k8s.workload.name").in_query(names))
        .filter(not(starts_with(field("metric.key"), "dt.")))
        .summarize([column("records", count()), column("metrics", count_distinct(field("metric.key")))])
        .by(place())
        .build()
}

/// Kubernetes events: those of the workloads, and for each cluster those of all others, without their names.
fn kubernetes_events(names: Pipeline) -> Query {
    let own = || is_not_null(field("own"));
    fetch("events")
        .from(ago(EVENTS.0))
        .parameter("scanLimitGBytes", MOST_SCANNED)
        .filter(is_not_null(field("dt.kubernetes.event.reason")))
        .lookup(names, "k8s.workload.name", "workload_name", [column("own", field("workload_name"))])
        .summarize([column("step_records", count()), column("step_last", take_max(field("timestamp")))])
        .by([
            column(CLUSTER, field("k8s.cluster.name")),
            column(NAMESPACE, if_then(own(), field("k8s.namespace.name"))),
            column("workload", field("own")),
            column("step", bin(field("timestamp"), EVENTS.1)),
        ])
        .summarize([
            column("records", sum(field("step_records"))),
            column("last", take_max(field("step_last"))),
            column(
                "steps",
                collect_array(record([
                    column("start", field("step")),
                    column("records", field("step_records")),
                ])),
            ),
        ])
        .by([CLUSTER, NAMESPACE, "workload"])
        .fields_add([column("asked", now())])
        .build()
}

/// What only manifests tell of a workload.
#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    ready: Option<Long>,
    #[serde(default)]
    desired: Option<Long>,
    #[serde(default)]
    images: Option<Vec<Option<String>>>,
    #[serde(default)]
    pod_annotations: Option<BTreeMap<String, Option<String>>>,
}

/// What arrived of one workload; of the rest of a cluster, where it names none.
#[derive(Deserialize)]
struct Arrival {
    #[serde(default)]
    cluster: Option<String>,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    workload: Option<String>,
    #[serde(default)]
    records: Option<Double>,
    #[serde(default)]
    metrics: Option<Long>,
    #[serde(default)]
    bytes: Option<Double>,
    #[serde(default)]
    last: Option<Moment>,
    #[serde(default)]
    asked: Option<Moment>,
    #[serde(default)]
    steps: Option<Vec<Step>>,
    #[serde(default)]
    points: Option<Vec<Option<Double>>>,
    #[serde(default)]
    timeframe: Option<Period>,
}

#[derive(Deserialize)]
struct Step {
    start: Moment,
    records: Double,
}

#[derive(Deserialize)]
struct Period {
    start: Moment,
}

impl Arrival {
    fn records(&self) -> f64 {
        self.records.map_or(0.0, |Double(records)| records)
    }

    /// Whether it is of that workload. Telemetry that does not name cluster or namespace is of any.
    fn is_of(&self, workload: &Workload) -> bool {
        let agrees = |told: &Option<String>, own: &Option<String>| told.is_none() || told == own;
        self.workload.as_deref() == Some(&workload.name)
            && agrees(&self.cluster, &workload.cluster)
            && agrees(&self.namespace, &workload.namespace)
    }

    /// When the last of it came: to the step, where a metric tells.
    fn last(&self, step: i64) -> Option<Moment> {
        self.last.or_else(|| {
            let start = self.timeframe.as_ref()?.start;
            let at =
                self.points.as_ref()?.iter().rposition(|point| point.is_some_and(|Double(p)| p > 0.0))?;
            Some(Moment(start.0 + i64::try_from(at).ok()? * step))
        })
    }

    /// How many came in each whole step.
    fn course(&self, step: i64) -> Option<Vec<f64>> {
        if let Some(points) = &self.points {
            let whole = points.get(1..points.len().saturating_sub(1))?;
            return Some(whole.iter().map(|point| point.map_or(0.0, |Double(value)| value)).collect());
        }
        let steps = self.steps.as_ref()?;
        let end = self.asked?.0.div_euclid(step) * step;
        let course = (1..=WHOLE_STEPS).rev().map(|back| {
            let start = end - back * step;
            steps.iter().filter(|each| each.start.0 == start).map(|each| each.records.0).sum()
        });
        Some(course.collect())
    }
}

/// What is known about a signal in an environment.
enum Knowledge {
    Asked { arrivals: Vec<Arrival>, partial: bool },
    Failed,
    Forbidden,
}

/// What an environment knows.
pub struct Reading {
    environment: String,
    has_workloads: bool,
    workloads: Vec<Workload>,
    links: Vec<LinkCell>,
    manifests: Vec<Manifest>,
    found: BTreeMap<Signal, Knowledge>,
}

impl Reading {
    fn arrivals(&self, signal: Signal) -> &[Arrival] {
        match self.found.get(&signal) {
            Some(Knowledge::Asked { arrivals, .. }) => arrivals,
            _ => &[],
        }
    }

    /// What arrived of a workload; `None` where there is no telling.
    fn of(&self, signal: Signal, workload: &Workload) -> Option<Vec<&Arrival>> {
        let arrivals: Vec<&Arrival> = self
            .arrivals(signal)
            .iter()
            .filter(|arrival| arrival.is_of(workload) && arrival.records() > 0.0)
            .collect();
        match self.found.get(&signal) {
            Some(Knowledge::Asked { partial, .. }) => (!arrivals.is_empty() || !partial).then_some(arrivals),
            _ => None,
        }
    }

    /// Why a signal of a workload of a component does not arrive.
    fn gap(&self, at: usize, signal: Signal, tagged_python: bool) -> Option<Gap> {
        let (workload, manifest) = (self.workloads.get(at)?, self.manifests.get(at)?);
        let images: Vec<String> = manifest.images.iter().flatten().flatten().cloned().collect();
        let annotations: Vec<(String, String)> = manifest
            .pod_annotations
            .iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
            .collect();
        let silent = [Signal::Logs, Signal::Traces, Signal::ContainerMetrics]
            .into_iter()
            .all(|signal| self.of(signal, workload).is_some_and(|arrivals| arrivals.is_empty()));
        let facts = Facts {
            kind: manifest.kind.as_deref().unwrap_or_default(),
            desired: manifest.desired.map(|Long(count)| count),
            // Kubernetes leaves `readyReplicas` out while no pod is ready.
            ready: manifest.ready.map(|Long(count)| count).or_else(|| manifest.desired.map(|_| 0)),
            images: &images,
            annotations: &annotations,
            tagged_python,
            silent,
            cluster_has_events: self
                .arrivals(Signal::KubernetesEvents)
                .iter()
                .any(|arrival| arrival.cluster == workload.cluster),
        };
        Some(facts.gap(signal))
    }
}

/// Where a gap is: the components and the workloads.
#[derive(Default)]
struct Where {
    components: Vec<String>,
    workloads: Vec<LinkCell>,
}

/// All that is shown.
#[derive(Default)]
struct Coverage {
    rows: Vec<Row>,
    /// The state of each row.
    states: Vec<Status>,
    gaps: BTreeMap<(std::cmp::Reverse<Status>, &'static str, Advice, String), Where>,
    /// Components that run nowhere.
    nowhere: Vec<String>,
    /// What all rows with a volume have of it a day.
    volume: Option<f64>,
}

impl Coverage {
    fn add(&mut self, component: &str, selection: &WorkloadSelection, python: bool, readings: &[Reading]) {
        let mut found = false;
        for reading in readings {
            let own: Vec<usize> = (0..reading.workloads.len())
                .filter(|&at| reading.workloads.get(at).is_some_and(|workload| workload.is_of(selection)))
                .collect();
            if own.is_empty() {
                continue;
            }
            found = true;
            for signal in Signal::ALL {
                self.signal(component, signal, &own, python, reading);
            }
        }
        // An environment that did not tell its workloads may have some.
        if !found && readings.iter().all(|reading| reading.has_workloads) {
            self.nowhere.push(component.to_owned());
        }
    }

    fn signal(&mut self, component: &str, signal: Signal, own: &[usize], python: bool, reading: &Reading) {
        let step = step(signal);
        let mut arrived: Vec<&Arrival> = Vec::new();
        let (mut sending, mut unknown) = (0_i64, 0_i64);
        let mut worst: Option<Gap> = None;
        for &at in own {
            let Some(workload) = reading.workloads.get(at) else { continue };
            match reading.of(signal, workload) {
                None => unknown += 1,
                Some(arrivals) if arrivals.is_empty() => {
                    let Some(gap) = reading.gap(at, signal, python) else { continue };
                    self.tell(component, gap, signal, reading, at);
                    worst =
                        Some(worst.map_or(gap, |worst| if gap.status > worst.status { gap } else { worst }));
                }
                Some(arrivals) => {
                    sending += 1;
                    arrived.extend(arrivals);
                }
            }
        }
        let all = i64::try_from(own.len()).unwrap_or(i64::MAX);
        let metrics = arrived.iter().filter_map(|arrival| arrival.metrics).map(|Long(count)| count).max();
        let (status, label) = match (worst, unknown) {
            (Some(gap), _) if gap.status > Status::Unknown && sending > 0 => (gap.status, "Partly missing"),
            (Some(gap), _) if gap.status > Status::Unknown || sending + unknown == 0 => {
                (gap.status, gap.state)
            }
            (_, 1..) if sending == 0 => match reading.found.get(&signal) {
                Some(Knowledge::Forbidden) => (Status::Unknown, "May not be read"),
                Some(Knowledge::Asked { .. }) => (Status::Unknown, "Not found so far"),
                _ => (Status::Unknown, "Not answered"),
            },
            _ => (Status::Ok, "Arriving"),
        };
        let silent = sending == 0 && unknown == 0;
        let detail = metrics
            .map(|count| format!("{count} {}", if count == 1 { "metric" } else { "metrics" }))
            .or_else(|| silent.then(|| silence(signal).to_owned()));
        let records: f64 = arrived.iter().map(|arrival| arrival.records()).sum();
        let bytes: Vec<f64> =
            arrived.iter().filter_map(|arrival| arrival.bytes).map(|Double(bytes)| bytes).collect();
        let last = arrived.iter().filter_map(|arrival| arrival.last(step)).max();
        let course = arrived
            .iter()
            .filter_map(|arrival| arrival.course(step))
            .reduce(|sums, course| sums.iter().zip(&course).map(|(sum, value)| sum + value).collect());
        let a_day = times_a_day(signal);
        let volume = (!bytes.is_empty()).then(|| bytes.iter().sum::<f64>() * a_day);
        if let Some(volume) = volume {
            *self.volume.get_or_insert_default() += volume;
        }
        // Series are not records that come one after the other.
        let counts = signal != Signal::OwnMetrics && !arrived.is_empty();
        self.states.push(status);
        self.rows.push(vec![
            Cell::Text(component.to_owned()),
            Cell::Text(signal.title().to_owned()),
            Cell::Status(StatusCell { status, label: label.to_owned(), detail }),
            Cell::text(last.map(|last| last.to_string())),
            Cell::number(counts.then_some(records * a_day)),
            Cell::number(volume),
            course.map_or(Cell::Unknown, |course| {
                Cell::Sparkline(SparklineCell::new(course.into_iter().map(Some).collect()))
            }),
            Cell::Readiness(ReadinessCell { ready: Some(sending), desired: Some(all), status }),
            Cell::Text(reading.environment.clone()),
        ]);
    }

    fn tell(&mut self, component: &str, gap: Gap, signal: Signal, reading: &Reading, at: usize) {
        let Some(advice) = gap.advice else { return };
        let key = (std::cmp::Reverse(gap.status), signal.title(), advice, reading.environment.clone());
        let place = self.gaps.entry(key).or_default();
        if place.components.last().map(String::as_str) != Some(component) {
            place.components.push(component.to_owned());
        }
        place.workloads.extend(reading.links.get(at).cloned());
    }

    fn contents(self, readings: &[Reading]) -> Contents {
        let count = |status| self.states.iter().filter(|state| **state == status).count();
        let mut facts = vec![
            Fact::count("arriving", "arriving", count(Status::Ok), Status::Ok),
            Fact::count("missing", "missing", count(Status::Error), Status::Error),
            Fact::count("partly", "to be looked at", count(Status::Warning), Status::Warning),
            Fact::count("signals-unknown", "unknown", count(Status::Unknown), Status::Unknown),
            Fact::count("nowhere", "without workloads", self.nowhere.len(), Status::Error),
        ];
        facts.retain(|fact| fact.value != Cell::Count(0));
        if self.volume.is_some() {
            let title = "Volume a day, estimated";
            let volume = Fact::number("volume", title, self.volume, Unit::Bytes, Status::Neutral);
            facts.push(volume.with_detail("characters of the logs of the last hour, times 24"));
        }
        let mut rows: Vec<Row> = Vec::new();
        if !self.nowhere.is_empty() {
            rows.push(gap_row(
                Status::Error,
                "Workloads",
                &NO_WORKLOAD,
                Where { components: self.nowhere, workloads: Vec::new() },
                None,
            ));
        }
        for reading in readings {
            for signal in Signal::ALL {
                if matches!(reading.found.get(&signal), Some(Knowledge::Forbidden)) {
                    rows.push(forbidden(signal, &reading.environment));
                }
            }
        }
        rows.extend(self.gaps.into_iter().map(|((status, signal, advice, environment), place)| {
            gap_row(status.0, signal, &advice, place, Some(environment))
        }));
        let gaps = Table { key: "gaps", title: Some("Gaps"), columns: gap_columns(), rows };
        let signals =
            Table { key: "signals", title: Some("Signals"), columns: signal_columns(), rows: self.rows };
        Contents { facts, sections: vec![Section::Table(gaps), Section::Table(signals)], notes: Vec::new() }
    }
}

const NO_WORKLOAD: Advice = Advice {
    reason: "No workload of any environment that answered has the labels that the annotation selects.",
    remedy: "Compare the annotation with the labels of the workload (of its own metadata, not only of its \
             pods). If they agree, its cluster or namespace is not connected to these environments.",
};

fn forbidden(signal: Signal, environment: &str) -> Row {
    let scope = signal.scope();
    vec![
        Cell::status(Status::Unknown, "May not be read"),
        Cell::Text(signal.title().to_owned()),
        Cell::Text(format!("The token of the environment lacks the scope {scope}.")),
        Cell::Text(format!("Grant {scope} to the token or OAuth client, and to the user it acts for.")),
        Cell::Unknown,
        Cell::Links(Vec::new()),
        Cell::Text(environment.to_owned()),
    ]
}

fn gap_row(status: Status, signal: &str, advice: &Advice, place: Where, environment: Option<String>) -> Row {
    let label = match status {
        Status::Error => "Missing",
        Status::Warning => "To be looked at",
        _ => "Possible",
    };
    vec![
        Cell::status(status, label),
        Cell::Text(signal.to_owned()),
        Cell::Text(advice.reason.to_owned()),
        Cell::Text(advice.remedy.to_owned()),
        Cell::Text(place.components.join(", ")),
        Cell::Links(place.workloads),
        Cell::text(environment),
    ]
}

fn gap_columns() -> Vec<Column> {
    vec![
        Column::new("gap", "Gap", ColumnKind::Status),
        Column::new("signal", "Signal", ColumnKind::Text),
        Column::new("reason", "Likely reason", ColumnKind::Text),
        Column::new("remedy", "What to do", ColumnKind::Text),
        Column::new("components", "Components", ColumnKind::Text).of_several(),
        Column::new("workloads", "Workloads", ColumnKind::Links),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

fn signal_columns() -> Vec<Column> {
    vec![
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("signal", "Signal", ColumnKind::Text),
        Column::new("state", "State", ColumnKind::Status),
        Column::new("last", "Last seen", ColumnKind::Timestamp),
        Column::number("records", "Records, estimated", Unit::PerDay),
        Column::number("bytes", "Volume a day, estimated", Unit::Bytes),
        Column::new("course", "Course", ColumnKind::Sparkline),
        Column::new("sending", "Workloads sending", ColumnKind::Readiness),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}
