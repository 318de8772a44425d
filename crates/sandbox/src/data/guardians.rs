//! The guardians that validate each release of a component in a stage, and one of the business.

use grailstage_dql::print;
use grailstage_dql::template::{Bindings, Template};
use serde_json::{Value as Json, json};

use super::company::{Cluster, Component};
use super::ids::uuid;
use super::resources;
use super::topology::has_service;
use crate::settings::{object_id, schemas::GUARDIANS};

/// An objective of a guardian: its value has to be at most the target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Objective {
    pub(super) name: &'static str,
    pub(super) target: f64,
    pub(super) warning: f64,
    /// DQL whose first number is the value.
    query: &'static str,
    unit: &'static str,
}

/// In percent of the limit, over all containers.
const CPU: Objective = Objective {
    name: "CPU usage",
    target: 80.0,
    warning: 70.0,
    query: "timeseries {used = avg(dt.kubernetes.container.cpu_usage, scalar: true), limit = avg(dt.kubernetes.container.limits_cpu, scalar: true)},
        filter: {k8s.cluster.name == ${cluster} and k8s.namespace.name == ${namespace} and k8s.workload.name == ${workload}}
        | fields share = 100.0 * used / limit",
    unit: "percent",
};

const ERRORS: Objective = Objective {
    name: "Error rate",
    target: 2.0,
    warning: 1.0,
    query: "timeseries {failed = sum(dt.service.request.failure_count, scalar: true), all = sum(dt.service.request.count, scalar: true)},
        filter: {k8s.cluster.name == ${cluster} and k8s.namespace.name == ${namespace} and k8s.workload.name == ${workload}}
        | fields rate = 100.0 * failed / all",
    unit: "percent",
};

const RESPONSE_TIME: Objective = Objective {
    name: "Response time p95",
    target: 400.0,
    warning: 300.0,
    query: "timeseries {time = percentile(dt.service.request.response_time, 95, scalar: true)},
        filter: {k8s.cluster.name == ${cluster} and k8s.namespace.name == ${namespace} and k8s.workload.name == ${workload}}
        | fields milliseconds = time / 1000.0",
    unit: "milli second",
};

/// In millicores, for a container that may use as much as there is.
const CPU_WITHOUT_LIMIT: Objective = Objective {
    name: "CPU usage",
    target: 400.0,
    warning: 300.0,
    query: "timeseries {used = avg(dt.kubernetes.container.cpu_usage, scalar: true)},
        filter: {k8s.cluster.name == ${cluster} and k8s.namespace.name == ${namespace} and k8s.workload.name == ${workload}}
        | fields used",
    unit: "milli core",
};

/// For a workload without a service.
const LOGS: Objective = Objective {
    name: "Error logs",
    target: 5.0,
    warning: 2.0,
    query: "fetch logs
        | filter k8s.cluster.name == ${cluster} and k8s.namespace.name == ${namespace} and k8s.workload.name == ${workload}
        | summarize errors = countIf(loglevel == ${error}), all = count()
        | fields rate = 100.0 * errors / all",
    unit: "percent",
};

/// In percent of the limit, for a workload without a service.
const MEMORY: Objective = Objective {
    name: "Memory usage",
    target: 90.0,
    warning: 80.0,
    query: "timeseries {used = avg(dt.kubernetes.container.memory_working_set, scalar: true), limit = avg(dt.kubernetes.container.limits_memory, scalar: true)},
        filter: {k8s.cluster.name == ${cluster} and k8s.namespace.name == ${namespace} and k8s.workload.name == ${workload}}
        | fields share = 100.0 * used / limit",
    unit: "percent",
};

/// What the releases of a component have to reach.
pub(super) fn objectives(component: &Component) -> [Objective; 3] {
    let cpu = if resources::of(component).limits.is_some() { CPU } else { CPU_WITHOUT_LIMIT };
    let [first, second] = if has_service(component) { [ERRORS, RESPONSE_TIME] } else { [LOGS, MEMORY] };
    [first, second, cpu]
}

/// The name of a component's guardian.
pub(super) fn name(component: &Component, stage: &str) -> String {
    format!("{} {stage}", component.name)
}

/// What the settings object of a component's guardian gets its id from.
pub(super) fn guardian_uuid(seed: u64, component: &Component, stage: &str) -> String {
    uuid(seed, &format!("guardian/{}/{stage}", component.name))
}

/// The id of a component's guardian: that of its settings object.
pub(super) fn guardian_id(seed: u64, component: &Component, stage: &str) -> String {
    object_id(&GUARDIANS, &guardian_uuid(seed, component, stage))
}

/// The value of the settings object of a component's guardian.
pub(super) fn value(component: &Component, cluster: &Cluster) -> Json {
    let objectives: Vec<Json> = objectives(component)
        .iter()
        .map(|objective| {
            json!({
                "name": objective.name,
                "objectiveType": "DQL",
                "dqlQuery": query(objective.query, component, cluster),
                "comparisonOperator": "LESS_THAN_OR_EQUAL",
                "target": objective.target,
                "warning": objective.warning,
                "autoAdaptiveThresholdEnabled": false,
                "displayUnit": {"base": objective.unit, "display": objective.unit, "decimals": 2},
                "segments": [],
                "links": [{
                    "url": format!("https://wiki.example.com/runbooks/{}", component.name),
                    "label": "Runbook",
                }],
            })
        })
        .collect();
    json!({
        "name": name(component, cluster.stage),
        "description": format!("Whether a release of {} may stay in {}", component.name, cluster.stage),
        "tags": [format!("service:{}", component.name), format!("stage:{}", cluster.stage)],
        "variables": [],
        "eventKind": "SDLC_EVENT",
        "objectives": objectives,
    })
}

/// A guardian of the other kind, which was never run.
pub(super) fn business() -> Json {
    json!({
        "name": "webshop orders",
        "description": "Whether customers can order",
        "tags": ["system:webshop", "stage:production"],
        "variables": [],
        "eventKind": "BIZ_EVENT",
        "objectives": [{
            "name": "Orders in an hour",
            "objectiveType": "DQL",
            "dqlQuery": "fetch bizevents, from: -1h | summarize orders = count()",
            "comparisonOperator": "GREATER_THAN_OR_EQUAL",
            "target": 10.0,
            "warning": 15.0,
            "segments": [],
            "links": [],
        }],
    })
}

fn query(text: &str, component: &Component, cluster: &Cluster) -> String {
    let values = Bindings::default()
        .with("cluster", cluster.name)
        .with("namespace", cluster.namespace)
        .with("workload", component.name)
        .with("error", "ERROR");
    // The templates above bind, which a test of the data set sees: a query is never empty.
    Template::parse(text)
        .and_then(|template| template.bind(&values))
        .map(|query| print(&query))
        .unwrap_or_default()
}
