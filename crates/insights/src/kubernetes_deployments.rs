//! Where does it run, which version, is it healthy: the Kubernetes workloads of an entity.
//!
//! ```text
//! annotations ─> WorkloadSelection ─> workloads (Smartscape, or classic entities)
//!                                        + open problems        (events)
//!                                        + open vulnerabilities (security.events)
//!                                     ─> one row a workload
//! ```

use grailstage_catalog::{LabelSelector, Operator, WorkloadSelection};
use grailstage_dql::ast::{Direction, Expression};
use grailstage_dql::builder::{
    Pipeline, ago, all_of, any_of, call, coalesce, column, count_distinct, fetch, field, hours, is_in,
    is_not_null, is_null, lower, minutes, not, smartscape_nodes, to_long, to_string,
};
use grailstage_tenant::number::Long;
use grailstage_tenant::{BaseUrl, EntityModel, EnvironmentConfig, links};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{Cell, Column, ColumnKind, Fact, LinkCell, ReadinessCell, Row, Section, Status, Table};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::subject::Subject;

const EVENTS_SCOPE: &str = "storage:events:read";
const SECURITY_EVENTS_SCOPE: &str = "storage:security.events:read";

/// The kinds of workloads that are shown; the pods and replica sets below them are not.
const WORKLOAD_TYPES: [&str; 4] = ["K8S_CRONJOB", "K8S_DAEMONSET", "K8S_DEPLOYMENT", "K8S_STATEFULSET"];

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
        &[EVENTS_SCOPE, SECURITY_EVENTS_SCOPE]
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let mut selections = Vec::new();
        for member in context.subject.members() {
            selections.extend(WorkloadSelection::of(member)?);
        }
        if selections.is_empty() {
            return Ok(None);
        }
        let model = context.environment.entity_model();
        let (mut workloads, mut fields) = match model {
            EntityModel::Smartscape => (smartscape_workloads(&selections), vec![READY, DESIRED]),
            EntityModel::Classic => (classic_workloads(&selections), Vec::new()),
        };
        fields.extend([ID, KIND, NAME, CLUSTER, NAMESPACE, VERSION]);
        if context.may(EVENTS_SCOPE) {
            workloads = workloads
                .lookup(open_problems(model), ID, "affected", [PROBLEMS])
                .fields_add([none_is_zero(PROBLEMS)]);
            fields.push(PROBLEMS);
        }
        if context.may(SECURITY_EVENTS_SCOPE) {
            workloads = workloads
                .lookup(open_vulnerabilities(), CLASSIC_ID, "affected", [VULNERABILITIES])
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
        let workloads: Vec<Workload> = results.records("workloads")?;
        Ok(workloads.into_iter().map(|workload| workload.into_row(context.environment)).collect())
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
const PROBLEMS_COLUMN: usize = 5;
const VULNERABILITIES_COLUMN: usize = 6;

fn columns() -> Vec<Column> {
    vec![
        Column::new("workload", "Workload", ColumnKind::Link),
        Column::new("cluster", "Cluster", ColumnKind::Text),
        Column::new("namespace", "Namespace", ColumnKind::Text),
        Column::new("version", "Version", ColumnKind::Text),
        Column::new("pods", "Pods", ColumnKind::Readiness),
        Column::new("problems", "Problems", ColumnKind::Count),
        Column::new("vulnerabilities", "Vulnerabilities", ColumnKind::Count),
        Column::new("logs", "Logs", ColumnKind::Link),
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

// The fields of the answer, and of the record below.
const ID: &str = "id";
const CLASSIC_ID: &str = "classic_id";
const KIND: &str = "kind";
const NAME: &str = "name";
const CLUSTER: &str = "cluster";
const NAMESPACE: &str = "namespace";
const VERSION: &str = "version";
const LABELS: &str = "labels";
const READY: &str = "ready";
const DESIRED: &str = "desired";
const PROBLEMS: &str = "problems";
const VULNERABILITIES: &str = "vulnerabilities";

/// The label that says which version a workload runs. Source: Kubernetes documentation, recommended labels.
const VERSION_LABEL: &str = "app.kubernetes.io/version";

/// Workloads as nodes of Smartscape. The manifest says how many pods are ready and wanted; where it is hidden from
/// the token, they stay unknown. Source of the fields: docs.dynatrace.com, semantic dictionary, Smartscape.
fn smartscape_workloads(selections: &[WorkloadSelection]) -> Pipeline {
    let labels = "tags:k8s.labels";
    let nodes = smartscape_nodes(WORKLOAD_TYPES).from(ago(minutes(10)));
    let nodes = match selections {
        [selection] => match &selection.namespace {
            Some(namespace) => nodes.filter(field("k8s.namespace.name").eq(namespace.as_str())),
            None => nodes,
        }
        .filter(selected(labels, &selection.labels)),
        selections => nodes.filter(any_selected(labels, "k8s.namespace.name", selections)),
    };
    nodes.parse(field("k8s.object"), "JSON:manifest").fields(vec![
        // Problems name nodes by text, not by the id type that nodes have.
        column(ID, to_string(field("id"))),
        column(CLASSIC_ID, field("id_classic")),
        column(KIND, field("type")),
        column(NAME, field("name")),
        column(CLUSTER, field("k8s.cluster.name")),
        column(NAMESPACE, field("k8s.namespace.name")),
        column(VERSION, field(labels).key(VERSION_LABEL)),
        // Deployments and stateful sets count replicas, daemon sets count nodes.
        column(READY, coalesce([manifest("status", "readyReplicas"), manifest("status", "numberReady")])),
        column(
            DESIRED,
            coalesce([manifest("spec", "replicas"), manifest("status", "desiredNumberScheduled")]),
        ),
    ])
}

fn manifest(section: &str, key: &str) -> Expression {
    field("manifest").key(section).key(key)
}

/// Workloads as classic entities, for environments without Smartscape. Source of the fields: docs.dynatrace.com,
/// classic entity types, cloud application.
fn classic_workloads(selections: &[WorkloadSelection]) -> Pipeline {
    let labels = "cloudApplicationLabels";
    let name_of = |entity_type| {
        fetch(entity_type)
            .from(ago(minutes(10)))
            .fields([column("related", field("id")), column("related_name", field("entity.name"))])
    };
    let workloads = fetch("dt.entity.cloud_application")
        .from(ago(minutes(10)))
        .filter(any_of(selections.iter().map(|selection| selected(labels, &selection.labels))))
        .fields([
            column(ID, field("id")),
            column(CLASSIC_ID, field("id")),
            column(KIND, field("cloudApplicationDeploymentTypes").at_index(0)),
            column(NAME, field("entity.name")),
            column(VERSION, field(labels).key(VERSION_LABEL)),
            column(LABELS, field(labels)),
            column("cluster_id", field("clustered_by").key("dt.entity.kubernetes_cluster")),
            column("namespace_id", field("belongs_to").key("dt.entity.cloud_application_namespace")),
        ])
        .lookup(
            name_of("dt.entity.kubernetes_cluster"),
            "cluster_id",
            "related",
            [column(CLUSTER, field("related_name"))],
        )
        .lookup(
            name_of("dt.entity.cloud_application_namespace"),
            "namespace_id",
            "related",
            [column(NAMESPACE, field("related_name"))],
        );
    match selections {
        [WorkloadSelection { namespace: None, .. }] => workloads,
        [WorkloadSelection { namespace: Some(namespace), .. }] => {
            workloads.filter(field(NAMESPACE).eq(namespace.as_str()))
        }
        selections => workloads.filter(any_selected(LABELS, NAMESPACE, selections)),
    }
}

/// Several selections, each with its own namespace, as one condition.
fn any_selected(labels: &str, namespace_field: &str, selections: &[WorkloadSelection]) -> Expression {
    any_of(selections.iter().map(|selection| {
        let labels = selected(labels, &selection.labels);
        match &selection.namespace {
            Some(namespace) => field(namespace_field).eq(namespace.as_str()).and(labels),
            None => labels,
        }
    }))
}

/// A label selector as a condition on a record of labels. An absent label is null, and in DQL a comparison with
/// null is neither true nor false: the negative requirements, which an absent label meets, have to say so.
fn selected(labels: &str, selector: &LabelSelector) -> Expression {
    all_of(selector.requirements.iter().map(|requirement| {
        let label = || field(labels).key(requirement.key.as_str());
        match &requirement.operator {
            Operator::Equals(value) => label().eq(value.as_str()),
            Operator::NotEquals(value) => any_of([is_null(label()), label().ne(value.as_str())]),
            Operator::In(values) => is_in(label(), values.iter().map(|value| value.as_str())),
            Operator::NotIn(values) => {
                any_of([is_null(label()), not(is_in(label(), values.iter().map(|value| value.as_str())))])
            }
            Operator::Exists => is_not_null(label()),
            Operator::DoesNotExist => is_null(label()),
            Operator::GreaterThan(bound) => to_long(label()).gt(*bound),
            Operator::LessThan(bound) => to_long(label()).lt(*bound),
        }
    }))
}

/// How many problems are open, by what they affect. Source: docs.dynatrace.com, Davis problems on Grail; the semantic
/// dictionary lists Smartscape ids in `smartscape.affected_entity.ids`, environments are also seen to have records with
/// an `id` in `smartscape.affected_entities`.
fn open_problems(model: EntityModel) -> Pipeline {
    let affected = match model {
        EntityModel::Smartscape => coalesce([
            field("smartscape.affected_entity.ids"),
            call("iCollectArray", [field("smartscape.affected_entities").each().key("id")]),
        ]),
        EntityModel::Classic => field("affected_entity_ids"),
    };
    fetch("dt.davis.problems")
        .from(ago(hours(24)))
        .filter(
            field("event.status").eq("ACTIVE").and(call("isFalseOrNull", [field("dt.davis.is_duplicate")])),
        )
        .expand_as("affected", affected)
        .summarize([column(PROBLEMS, count_distinct(field("event.id")))])
        .by([column("affected", to_string(field("affected")))])
}

/// How many vulnerabilities are open and not muted, by the classic id of the workload they affect. Open ones are
/// reported again every 15 minutes. Source: docs.dynatrace.com, vulnerability state reports.
fn open_vulnerabilities() -> Pipeline {
    let not_muted = |name| any_of([is_null(field(name)), field(name).ne("MUTED")]);
    fetch("security.events")
        .from(ago(hours(1)))
        .filter(all_of([
            field("event.provider").eq("Dynatrace"),
            field("event.type").eq("VULNERABILITY_STATE_REPORT_EVENT"),
            field("event.level").eq("ENTITY"),
        ]))
        .dedup_sorted(
            ["vulnerability.display_id", "affected_entity.id"],
            [("timestamp", Direction::Descending)],
        )
        .filter(all_of([
            field("vulnerability.resolution.status").eq("OPEN"),
            not_muted("vulnerability.parent.mute.status"),
            not_muted("vulnerability.mute.status"),
        ]))
        .expand_as("affected", field("related_entities.kubernetes_workloads.ids"))
        .summarize([column(VULNERABILITIES, count_distinct(field("vulnerability.display_id")))])
        .by(["affected"])
}

fn none_is_zero(name: &str) -> grailstage_dql::builder::Column {
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
    problems: Option<Long>,
    #[serde(default)]
    vulnerabilities: Option<Long>,
}

impl Workload {
    fn into_row(self, environment: &EnvironmentConfig) -> Row {
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
        let url = match environment.entity_model() {
            EntityModel::Smartscape => links::kubernetes_node(base, &self.id),
            EntityModel::Classic => links::classic_entity(base, &self.id),
        };
        let detail = self.kind.as_deref().map(kind_title);
        let workload = match url {
            Some(url) => Cell::Link(LinkCell { text: self.name, url, detail }),
            None => Cell::Link(LinkCell { text: self.name, url: base.as_str().to_owned(), detail }),
        };
        vec![
            workload,
            Cell::text(self.cluster),
            Cell::text(self.namespace),
            Cell::text(self.version),
            pods,
            Cell::count(self.problems.map(|Long(count)| count)),
            Cell::count(self.vulnerabilities.map(|Long(count)| count)),
            logs,
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

/// The kind as Kubernetes spells it: `Deployment` for `K8S_DEPLOYMENT` and `KUBERNETES_DEPLOYMENT`.
fn kind_title(kind: &str) -> String {
    let kind = kind.trim_start_matches("KUBERNETES_").trim_start_matches("K8S_");
    match kind {
        "CRONJOB" | "CRON_JOB" => "CronJob".to_owned(),
        "DAEMONSET" | "DAEMON_SET" => "DaemonSet".to_owned(),
        "STATEFULSET" | "STATEFUL_SET" => "StatefulSet".to_owned(),
        other => {
            let mut characters = other.chars();
            characters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(characters.flat_map(char::to_lowercase)).collect()
            })
        }
    }
}
