//! Metrics of the workloads. Keys: docs.dynatrace.com, built-in metrics on Grail.

use std::sync::Arc;

use super::Random;
use super::topology::{Workload, has_service, service_id};
use crate::metrics::{MetricSeries, Points, Rhythm};
use crate::record::Record;
use crate::store::Store;
use crate::value::Value;

/// A metric of every container of a workload: key, value at night, what the busiest hour adds, noise.
const CONTAINER: [(&str, f64, f64, f64); 8] = [
    ("dt.kubernetes.container.cpu_usage", 60.0, 120.0, 25.0),
    ("dt.kubernetes.container.cpu_throttled", 0.5, 3.0, 1.0),
    ("dt.kubernetes.container.requests_cpu", 250.0, 0.0, 0.0),
    ("dt.kubernetes.container.limits_cpu", 1000.0, 0.0, 0.0),
    ("dt.kubernetes.container.memory_working_set", 310_000_000.0, 60_000_000.0, 9_000_000.0),
    ("dt.kubernetes.container.requests_memory", 536_870_912.0, 0.0, 0.0),
    ("dt.kubernetes.container.limits_memory", 1_073_741_824.0, 0.0, 0.0),
    ("dt.kubernetes.container.restarts", 0.0, 0.0, 0.0),
];

/// The minutes in which the incident of the demo goes on.
const INCIDENT: (i64, i64) = (47, 0);

/// Adds the series of an environment.
pub(super) fn add(store: &mut Store, workloads: &[Workload], seed: u64, now: i64) {
    for workload in workloads {
        container(store, workload, seed, now);
        if has_service(workload.component) {
            service(store, workload, seed, now);
        }
    }
    volumes(store, workloads, seed, now);
}

fn kubernetes(workload: &Workload) -> Record {
    let component = workload.component;
    Record::new()
        .with("k8s.cluster.name", workload.cluster.name)
        .with("k8s.namespace.name", workload.cluster.namespace)
        .with("k8s.workload.name", component.name)
        .with("k8s.workload.kind", component.kind.name().to_lowercase())
        .with("dt.entity.cloud_application", workload.classic_id.as_str())
}

fn push(store: &mut Store, key: &str, dimensions: &Arc<Record>, rhythm: Rhythm) {
    store.push_metric(MetricSeries {
        key: key.into(),
        dimensions: Arc::clone(dimensions),
        points: Points::Rhythm(rhythm),
    });
}

fn container(store: &mut Store, workload: &Workload, seed: u64, now: i64) {
    let component = workload.component;
    // One series for each pod is what Kubernetes reports even for a component that sends nothing itself.
    for pod in &workload.pods {
        let mut random = Random::of(seed, &format!("metrics/{}/{pod}", workload.cluster.name));
        let size = 0.6 + 0.8 * random.unit();
        let dimensions = Arc::new(
            kubernetes(workload)
                .with("k8s.pod.name", pod.as_str())
                .with("k8s.container.name", component.name),
        );
        for (key, base, swing, noise) in CONTAINER {
            let fixed = swing == 0.0 && noise == 0.0;
            let scale = if fixed { 1.0 } else { size };
            push(
                store,
                key,
                &dimensions,
                Rhythm {
                    seed: random.next(),
                    base: base * scale,
                    swing: swing * scale,
                    noise: noise * scale,
                    trend: 0.0,
                    now,
                    incident: None,
                    whole: false,
                },
            );
        }
    }
}

fn service(store: &mut Store, workload: &Workload, seed: u64, now: i64) {
    let component = workload.component;
    let id = service_id(seed, workload);
    let dimensions = Arc::new(
        kubernetes(workload)
            .with("dt.entity.service", id.as_str())
            .with("dt.smartscape.service", Value::smartscape_id(&id))
            .with("service.name", component.name),
    );
    let production = workload.cluster.stage == "production";
    let load = if production { 1.0 } else { 0.05 };
    let mut random = Random::of(seed, &format!("service/{id}"));
    let broken = production && component.name == "payment";
    let slow = production && component.name == "search";
    let requests = 40.0 + 60.0 * random.unit();
    let failures = requests * 0.004;
    let response = 30_000.0 + 60_000.0 * random.unit();
    for (key, base, swing, noise, incident, whole) in [
        ("dt.service.request.count", requests * load, 3.0 * requests * load, 8.0 * load, None, true),
        (
            "dt.service.request.failure_count",
            failures * load,
            failures * load,
            0.4 * load,
            broken.then_some((INCIDENT.0, INCIDENT.1, 60.0)),
            true,
        ),
        // In microseconds.
        (
            "dt.service.request.response_time",
            response,
            response * 0.5,
            response * 0.2,
            if slow { Some((130, 0, 4.0)) } else { broken.then_some((INCIDENT.0, INCIDENT.1, 6.0)) },
            false,
        ),
    ] {
        let rhythm = Rhythm { seed: random.next(), base, swing, noise, trend: 0.0, now, incident, whole };
        push(store, key, &dimensions, rhythm);
    }
}

/// Volumes of the stateful workload, one of which fills up.
fn volumes(store: &mut Store, workloads: &[Workload], seed: u64, now: i64) {
    for workload in workloads.iter().filter(|workload| workload.component.name == "kafka") {
        for (index, pod) in workload.pods.iter().enumerate() {
            let claim = format!("data-{pod}");
            let dimensions = Arc::new(
                Record::new()
                    .with("k8s.cluster.name", workload.cluster.name)
                    .with("k8s.namespace.name", workload.cluster.namespace)
                    .with("k8s.persistentvolumeclaim.name", claim.as_str()),
            );
            let mut random = Random::of(seed, &format!("volume/{}/{claim}", workload.cluster.name));
            let capacity = 10_737_418_240.0;
            let filling = workload.cluster.stage == "production" && index == 0;
            let used = if filling { 0.45 } else { 0.35 } * capacity;
            for (key, base, noise, trend) in [
                ("dt.kubernetes.persistentvolumeclaim.capacity", capacity, 0.0, 0.0),
                (
                    "dt.kubernetes.persistentvolumeclaim.used",
                    used,
                    capacity * 0.002,
                    if filling { capacity * 0.015 } else { 0.0 },
                ),
            ] {
                let seed = random.next();
                let rhythm =
                    Rhythm { seed, base, swing: 0.0, noise, trend, now, incident: None, whole: true };
                push(store, key, &dimensions, rhythm);
            }
        }
    }
}
