//! The data set: a believable company, the same for the same seed, relative to now.
//!
//! ```text
//!  seed, now ──▶ company: teams, clusters, components ──▶ topology: workloads, pods, services
//!                                                              │
//!  what goes wrong now ──▶ problems, Kubernetes events, logs, │
//!                          spans, metrics, synthetic results ◀┤
//!   vulnerabilities                                          ◀┤
//!   runs, tests, deployments, validations, orders            ◀┘
//! ```

mod bulk;
mod business;
pub(crate) mod company;
mod guardians;
mod ids;
mod kubernetes_events;
mod lifecycle;
mod logs;
mod metrics;
mod ownership;
mod problems;
mod random;
mod resources;
mod service_levels;
mod settings;
mod spans;
mod synthetic;
mod topology;
mod trouble;
mod vulnerabilities;
mod zones;

use std::sync::{Arc, OnceLock};

pub use bulk::BulkTable;
pub(crate) use ids::uuid;
pub(crate) use random::Random;
pub(crate) use settings::settings;

use self::company::Landscape;
use self::topology::Workload;
use crate::load::time_column;
use crate::store::{Row, Store, Table, TimeColumn};
use crate::value::Value;

/// What an environment holds at a time, in nanoseconds since 1970. Tables are made when they are first read.
pub(crate) fn generate(landscape: &'static Landscape, seed: u64, now: i64) -> Store {
    let workloads: Arc<[Workload]> = topology::workloads(landscape, seed).into();
    let mut store = Store::default();
    topology::build(&mut store, landscape, &workloads, seed, now);
    metrics::add(&mut store, landscape, &workloads, seed, now);
    kubernetes_events::add_metric(&mut store, &workloads, now);
    synthetic::add(&mut store, landscape, seed, now);
    let source = Arc::new(Source { landscape, workloads, seed, now, events: OnceLock::new() });
    let mut add = |name: &str, make: fn(&Source) -> Vec<Row>| {
        let source = Arc::clone(&source);
        store.insert_table(name, Table::lazy(move || make(&source), time_column(name)));
    };
    add("dt.davis.problems", |from| problems::rows(&from.workloads, from.seed, from.now));
    add("security.events", |from| vulnerabilities::rows(&from.workloads, from.seed, from.now));
    add("logs", |from| logs::rows(&from.workloads, from.seed, from.now, 6));
    add("spans", |from| spans::rows(&from.workloads, from.seed, from.now));
    add("events", events);
    add("dt.davis.events", davis_events);
    add("bizevents", |from| business::rows(from.landscape, from.seed, from.now));
    for kind in OTHER_ENTITIES {
        let table = Table::new(Vec::new(), TimeColumn::None).with_default_columns(&["id", "entity.name"]);
        store.insert_table(format!("dt.entity.{kind}"), table);
    }
    store
}

/// What tables are made of.
struct Source {
    landscape: &'static Landscape,
    workloads: Arc<[Workload]>,
    seed: u64,
    now: i64,
    /// Two tables show them.
    events: OnceLock<Vec<Row>>,
}

fn events(from: &Source) -> Vec<Row> {
    from.events.get_or_init(|| make_events(from)).clone()
}

/// Lifecycle events, problems and Kubernetes events as the events they are.
fn make_events(from: &Source) -> Vec<Row> {
    let mut rows = lifecycle::rows(from.landscape, from.seed, from.now);
    rows.extend(kubernetes_events::rows(&from.workloads, &rows, from.seed, from.now));
    rows.extend(problems::rows(&from.workloads, from.seed, from.now));
    rows.sort_by_key(|row| row.get("timestamp").and_then(Value::as_timestamp));
    rows
}

/// The view on those events that Davis knows.
fn davis_events(from: &Source) -> Vec<Row> {
    let mut rows = events(from);
    rows.retain(|row| row.get("event.kind").and_then(Value::as_str) == Some("DAVIS_EVENT"));
    rows
}

/// Entity types that Dynatrace knows and the webshop has none of.
const OTHER_ENTITIES: [&str; 9] = [
    "application",
    "cloud_application_instance",
    "container_group_instance",
    "host",
    "kubernetes_node",
    "kubernetes_service",
    "process_group",
    "process_group_instance",
    "environment",
];
