//! Where does it run, which version, is it healthy: the Kubernetes workloads of an entity.
//!
//! ```text
//! annotations ─> WorkloadSelection ─> workloads (Smartscape, or classic entities)
//!                                        + restarts             (metrics)
//!                                        + warnings             (events of Kubernetes)
//!                                        + open problems        (events)
//!                                        + open vulnerabilities (security.events)
//!                                     ─> one row a workload
//! ```

use grailstage_catalog::WorkloadSelection;
use grailstage_dql::ast::{Direction, Expression};
use grailstage_dql::builder::{
    Column as Field, Pipeline, ago, all_of, array_sum, coalesce, column, concat, count, count_distinct,
    fetch, field, hours, is_not_null, lower, sum, timeseries, to_long,
};
use grailstage_tenant::number::Long;
use grailstage_tenant::{BaseUrl, EntityModel, EnvironmentConfig, links};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{Cell, Column, ColumnKind, Fact, LinkCell, ReadinessCell, Row, Section, Status, Table};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::counterparts::{self, WORKLOAD};
use crate::subject::Subject;
use crate::workloads::{self, CLUSTER, DESIRED, ID, KIND, LABELS, NAME, NAMESPACE, READY, VERSION};
use crate::{problems, vulnerabilities};

const EVENTS_SCOPE: &str = "storage:events:read";
const METRICS_SCOPE: &str = "storage:metrics:read";
const SECURITY_EVENTS_SCOPE: &str = "storage:security.events:read";

/// The card.
pub struct KubernetesDeployments;

impl Card for KubernetesDeployments {
    type Reading = Vec<Row>;

    fn id(&self) -> &'static str {
        "kubernetes-deployments"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &WorkloadSelection::ANNOTATIONS
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        &[METRICS_SCOPE, EVENTS_SCOPE, SECURITY_EVENTS_SCOPE]
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let selections = workloads::selections(context.subject)?;
        if selections.is_empty() {
            return Ok(None);
        }
        let model = context.environment.entity_model();
        let mut workloads = workloads::labelled_in_full(model, &selections);
        let mut fields = match model {
            EntityModel::Smartscape => vec![READY, DESIRED],
            EntityModel::Classic => Vec::new(),
        };
        fields.extend([ID, KIND, NAME, CLUSTER, NAMESPACE, VERSION, LABELS]);
        if context.may(METRICS_SCOPE) || context.may(EVENTS_SCOPE) {
            workloads = workloads.fields_add([column(PLACE, place([CLUSTER, NAMESPACE, NAME]))]);
        }
        if context.may(METRICS_SCOPE) {
            workloads =
                workloads.lookup(restarts(), PLACE, PLACE, [RESTARTS]).fields_add([none_is_zero(RESTARTS)]);
            fields.push(RESTARTS);
        }
        if context.may(EVENTS_SCOPE) {
            workloads = workloads
                .lookup(warnings(), PLACE, PLACE, [WARNINGS])
                .fields_add([none_is_zero(WARNINGS)])
                .lookup(open_problems(&selections, model), ID, WORKLOAD, [PROBLEMS])
                .fields_add([none_is_zero(PROBLEMS)]);
            fields.extend([WARNINGS, PROBLEMS]);
        }
        if context.may(SECURITY_EVENTS_SCOPE) {
            workloads = workloads
                .lookup(open_vulnerabilities(&selections, model), ID, WORKLOAD, [VULNERABILITIES])
                .fields_add([none_is_zero(VULNERABILITIES)]);
            fields.push(VULNERABILITIES);
        }
        // No `limit`: the request bounds the records, and only then does Grail say that it cut some off.
        let query = workloads
            .fields(fields)
            .sort([(lower(field(NAME)), Direction::Ascending), (field(CLUSTER), Direction::Ascending)])
            .build();
        Ok(Some(vec![Question { key: "workloads", query }]))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let selections = workloads::named_selections(context.subject)?;
        let workloads: Vec<Workload> = results.records("workloads")?;
        let labelled: Vec<workloads::Workload> = results.records("workloads")?;
        let rows = workloads.into_iter().zip(&labelled).map(|(workload, labelled)| {
            let own = selections.iter().filter(|(_, selection)| labelled.is_of(selection));
            let own: Vec<&str> = own.map(|(name, _)| *name).collect();
            workload.into_row(&own, context.environment)
        });
        Ok(rows.collect())
    }

    fn answer(&self, _: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let mut rows: Vec<_> = readings.into_iter().flatten().collect();
        sort(&mut rows);
        let facts = facts(&rows);
        let table = Table { key: "workloads", title: None, columns: columns(), rows };
        Contents { facts, sections: vec![Section::Table(table)], notes: Vec::new() }
    }
}

const PODS_COLUMN: usize = 4;
const RESTARTS_COLUMN: usize = 5;
const WARNINGS_COLUMN: usize = 6;
const PROBLEMS_COLUMN: usize = 7;
const VULNERABILITIES_COLUMN: usize = 8;

fn columns() -> Vec<Column> {
    vec![
        Column::new("workload", "Workload", ColumnKind::Link),
        Column::new("cluster", "Cluster", ColumnKind::Text),
        Column::new("namespace", "Namespace", ColumnKind::Text),
        Column::new("version", "Version", ColumnKind::Text),
        Column::new("pods", "Pods", ColumnKind::Readiness),
        Column::new("restarts", "Restarts, 1 h", ColumnKind::Count),
        Column::new("warnings", "Warnings, 1 h", ColumnKind::Count),
        Column::new("problems", "Problems", ColumnKind::Count),
        Column::new("vulnerabilities", "Vulnerabilities", ColumnKind::Count),
        Column::new("logs", "Logs", ColumnKind::Link),
        // As a rule the name of the workload says it.
        Column::new("component", "Component", ColumnKind::Text).of_several().on_request(),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

/// The state of all workloads: how many are ready, and how many have something that is better absent.
fn facts(rows: &[Row]) -> Vec<Fact> {
    let count = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
    let readiness = |status| {
        count(&|row| match row.get(PODS_COLUMN) {
            Some(Cell::Readiness(pods)) => pods.status == status,
            _ => status == Status::Unknown,
        })
    };
    let concerned = |column| count(&|row| matches!(row.get(column), Some(Cell::Count(count)) if *count > 0));
    let mut facts = vec![
        Fact::count("not-ready", "not ready", readiness(Status::Error), Status::Error),
        Fact::count("partly-ready", "partly ready", readiness(Status::Warning), Status::Warning),
        Fact::count("ready", "ready", readiness(Status::Ok), Status::Ok),
        Fact::count("readiness-unknown", "unknown", readiness(Status::Unknown), Status::Unknown),
        Fact::count("restarted", "restarted", concerned(RESTARTS_COLUMN), Status::Warning),
        Fact::count("with-warnings", "with warnings", concerned(WARNINGS_COLUMN), Status::Warning),
        Fact::count("with-problems", "with problems", concerned(PROBLEMS_COLUMN), Status::Warning),
        Fact::count(
            "with-vulnerabilities",
            "with vulnerabilities",
            concerned(VULNERABILITIES_COLUMN),
            Status::Warning,
        ),
    ];
    facts.retain(|fact| fact.value != Cell::Count(0));
    facts
}

fn sort(rows: &mut [Row]) {
    rows.sort_by_cached_key(|row| {
        row.iter()
            .map(|cell| match cell {
                Cell::Link(link) => link.text.to_lowercase(),
                Cell::Text(text) => text.clone(),
                _ => String::new(),
            })
            .collect::<Vec<_>>()
    });
}

/// Names a workload in one field, as lookups need it.
const PLACE: &str = "place";

// The fields of the answer beside those of the workloads.
const RESTARTS: &str = "restarts";
const WARNINGS: &str = "warnings";
const PROBLEMS: &str = "problems";
const VULNERABILITIES: &str = "vulnerabilities";

/// Cluster, namespace and name of a workload. The latter two have no slash: Kubernetes documentation, object names.
fn place(fields: [&str; 3]) -> Expression {
    let [cluster, namespace, name] = fields.map(field);
    concat([cluster, "/".into(), namespace, "/".into(), name])
}

/// The same of metrics and events. Source: docs.dynatrace.com, semantic dictionary, Kubernetes fields.
const NAMES: [&str; 3] = ["k8s.cluster.name", "k8s.namespace.name", "k8s.workload.name"];

/// How often containers were restarted within the hour, by workload. A series exists only where there was a restart.
fn restarts() -> Pipeline {
    timeseries([column(RESTARTS, sum(field("dt.kubernetes.container.restarts")))])
        .by(NAMES)
        .from(ago(hours(1)))
        .fields([column(PLACE, place(NAMES)), column(RESTARTS, to_long(array_sum(field(RESTARTS))))])
}

/// How often Kubernetes warned within the hour, by workload. Source of the status: community.dynatrace.com, "Kubernetes
/// Event Handling - Update 1.278".
fn warnings() -> Pipeline {
    fetch("events")
        .from(ago(hours(1)))
        .filter(field("event.provider").eq("KUBERNETES_EVENT").and(field("status").eq("WARN")))
        .summarize([column(WARNINGS, count())])
        .by([column(PLACE, place(NAMES))])
}

/// How many problems are open, by the workload that they affect.
fn open_problems(selections: &[WorkloadSelection], model: EntityModel) -> Pipeline {
    counterparts::with_workloads(problems::active(), problems::affected(), selections, model)
        .filter(is_not_null(field(WORKLOAD)))
        .summarize([column(PROBLEMS, count_distinct(field("event.id")))])
        .by([WORKLOAD])
}

/// How many vulnerabilities are open and not muted, by the workload that they affect.
fn open_vulnerabilities(selections: &[WorkloadSelection], model: EntityModel) -> Pipeline {
    let open = vulnerabilities::newest().filter(vulnerabilities::not_muted());
    counterparts::with_workloads(open, vulnerabilities::affected(), selections, model)
        .filter(is_not_null(field(WORKLOAD)))
        .summarize([column(VULNERABILITIES, count_distinct(field("vulnerability.display_id")))])
        .by([WORKLOAD])
}

fn none_is_zero(name: &str) -> Field {
    column(name, coalesce([field(name), 0.into()]))
}

/// A record of the answer.
#[derive(Deserialize)]
struct Workload {
    id: String,
    #[serde(default)]
    kind: Option<String>,
    name: String,
    #[serde(default)]
    cluster: Option<String>,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    ready: Option<Long>,
    #[serde(default)]
    desired: Option<Long>,
    #[serde(default)]
    restarts: Option<Long>,
    #[serde(default)]
    warnings: Option<Long>,
    #[serde(default)]
    problems: Option<Long>,
    #[serde(default)]
    vulnerabilities: Option<Long>,
}

impl Workload {
    fn into_row(self, components: &[&str], environment: &EnvironmentConfig) -> Row {
        let base = environment.url();
        let logs =
            Cell::Link(LinkCell { text: "Show logs".to_owned(), url: self.logs_url(base), detail: None });
        let (ready, desired) =
            (self.ready.map(|Long(ready)| ready), self.desired.map(|Long(desired)| desired));
        // Kubernetes leaves `readyReplicas` out while no pod is ready.
        let ready = ready.or_else(|| desired.map(|_| 0));
        let pods = match desired {
            None => Cell::Unknown,
            Some(_) => Cell::Readiness(ReadinessCell::new(ready, desired)),
        };
        let workload = workloads::link(environment, &self.id, self.name, self.kind.as_deref());
        vec![
            workload,
            Cell::text(self.cluster),
            Cell::text(self.namespace),
            Cell::text(self.version),
            pods,
            Cell::count(self.restarts.map(|Long(count)| count)),
            Cell::count(self.warnings.map(|Long(count)| count)),
            Cell::count(self.problems.map(|Long(count)| count)),
            Cell::count(self.vulnerabilities.map(|Long(count)| count)),
            logs,
            Cell::joined(components),
            Cell::Text(environment.name().to_owned()),
        ]
    }

    /// The workload's logs in a notebook.
    fn logs_url(&self, base: &BaseUrl) -> String {
        let mut conditions = Vec::new();
        for (name, value) in [("k8s.cluster.name", &self.cluster), ("k8s.namespace.name", &self.namespace)] {
            if let Some(value) = value {
                conditions.push(field(name).eq(value.as_str()));
            }
        }
        conditions.push(field("k8s.workload.name").eq(self.name.as_str()));
        let query = fetch("logs")
            .from(ago(hours(2)))
            .filter(all_of(conditions))
            .sort_by("timestamp", Direction::Descending)
            .limit(1000)
            .build();
        links::notebook(base, &grailstage_dql::print(&query), Some(&format!("Logs of {}", self.name)), None)
    }
}
