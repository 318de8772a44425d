//! Metrics of the workloads. Keys and units: docs.dynatrace.com, built-in metrics on Grail.

use std::sync::Arc;

use super::Random;
use super::company::{Landscape, WorkloadKind};
use super::resources::{self, Resources};
use super::topology::{Workload, has_service, node_name, service_id};
use super::trouble::{INCIDENT_MINUTES, SLOW_MINUTES, Trouble, fails, is_slow, suffers};
use crate::metrics::{MetricSeries, Points, Rhythm};
use crate::record::Record;
use crate::store::Store;
use crate::value::Value;

/// Bytes of a mebibyte.
const MEBIBYTE: f64 = 1_048_576.0;

/// Adds the series of an environment.
pub(super) fn add(store: &mut Store, landscape: &Landscape, workloads: &[Workload], seed: u64, now: i64) {
    for workload in workloads.iter().filter(|workload| workload.component.telemetry) {
        containers(store, workload, seed, now);
        if has_service(workload.component) {
            service(store, workload, seed, now);
        }
        volumes(store, workload, seed, now);
    }
    nodes(store, landscape, now);
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

/// A value that never changes.
const fn constant(value: f64, now: i64) -> Rhythm {
    Rhythm { seed: 0, base: value, swing: 0.0, noise: 0.0, trend: 0.0, now, incident: None, whole: false }
}

fn push(store: &mut Store, key: &str, dimensions: &Arc<Record>, rhythm: Rhythm) {
    store.push_metric(MetricSeries {
        key: key.into(),
        dimensions: Arc::clone(dimensions),
        points: Points::Rhythm(rhythm),
    });
}

/// One series for each container that runs.
fn containers(store: &mut Store, workload: &Workload, seed: u64, now: i64) {
    let component = workload.component;
    let of_workload = Arc::new(kubernetes(workload));
    if component.kind != WorkloadKind::CronJob {
        let desired = component.desired(workload.cluster) as f64;
        push(store, "dt.kubernetes.workload.pods_desired", &of_workload, constant(desired, now));
    }
    for (index, pod, trouble) in workload.each_pod() {
        let runs = trouble.is_none_or(Trouble::runs);
        let phase =
            Arc::new(kubernetes(workload).with("pod_phase", if runs { "Running" } else { "Pending" }));
        push(store, "dt.kubernetes.pods", &phase, constant(1.0, now));
        if !runs {
            continue;
        }
        let dimensions = Arc::new(
            kubernetes(workload)
                .with("k8s.pod.name", pod)
                .with("k8s.node.name", workload.node(index))
                .with("k8s.container.name", component.name),
        );
        let mut random = Random::of(seed, &format!("metrics/{}/{pod}", workload.cluster.name));
        usage(store, workload, &dimensions, &mut random, now);
        let restarts = trouble.map(|trouble| trouble.restarts(now)).unwrap_or_default();
        if !restarts.is_empty() {
            store.push_metric(MetricSeries {
                key: "dt.kubernetes.container.restarts".into(),
                dimensions,
                points: Points::Stored(restarts.into_iter().map(|time| (time, 1.0)).collect()),
            });
        }
    }
}

/// What a container uses, beside what it asks for and may use. Nothing uses more than its limit.
fn usage(store: &mut Store, workload: &Workload, dimensions: &Arc<Record>, random: &mut Random, now: i64) {
    let Resources { requests, limits, cpu: (quiet, busy), memory } = resources::of(workload.component);
    let load = resources::load(workload.cluster);
    let size = 0.9 + 0.15 * random.unit();
    let throttled = limits.map_or(0.0, |(cpu, _)| (quiet + busy - 0.8 * f64::from(cpu)).max(0.0));
    for (key, base, swing, noise) in [
        ("dt.kubernetes.container.cpu_usage", quiet * load, busy * load, 0.04 * quiet * load),
        ("dt.kubernetes.container.cpu_throttled", 0.2, throttled * load, 0.2),
        (
            "dt.kubernetes.container.memory_working_set",
            memory * MEBIBYTE * (0.85 + 0.1 * load),
            0.03 * memory * MEBIBYTE * load,
            0.01 * memory * MEBIBYTE,
        ),
    ] {
        let (base, swing, noise) = (base * size, swing * size, noise * size);
        let seed = random.next();
        let whole = key.ends_with("memory_working_set");
        push(
            store,
            key,
            dimensions,
            Rhythm { seed, base, swing, noise, trend: 0.0, now, incident: None, whole },
        );
    }
    for (name, amounts) in [("requests", requests), ("limits", limits)] {
        let Some((cpu, memory)) = amounts else { continue };
        for (resource, amount) in [("cpu", f64::from(cpu)), ("memory", f64::from(memory) * MEBIBYTE)] {
            let key = format!("dt.kubernetes.container.{name}_{resource}");
            push(store, &key, dimensions, constant(amount, now));
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
    let load = resources::load(workload.cluster);
    let mut random = Random::of(seed, &format!("service/{id}"));
    let incident = |factor: f64| Some((INCIDENT_MINUTES, 0, factor));
    let (failing, slowing) = if fails(workload, now, now) {
        (incident(60.0), incident(6.0))
    } else if suffers(workload, now, now) {
        (incident(35.0), incident(4.0))
    } else if is_slow(workload, now, now) {
        (None, Some((SLOW_MINUTES, 0, 4.0)))
    } else {
        (None, None)
    };
    let requests = 40.0 + 60.0 * random.unit();
    let failures = requests * 0.004;
    let response = 30_000.0 + 60_000.0 * random.unit();
    for (key, base, swing, noise, incident, whole) in [
        ("dt.service.request.count", requests * load, 3.0 * requests * load, 8.0 * load, None, true),
        ("dt.service.request.failure_count", failures * load, failures * load, 0.4 * load, failing, true),
        // In microseconds.
        ("dt.service.request.response_time", response, response * 0.5, response * 0.2, slowing, false),
    ] {
        let rhythm = Rhythm { seed: random.next(), base, swing, noise, trend: 0.0, now, incident, whole };
        push(store, key, &dimensions, rhythm);
    }
}

/// The volumes of a workload: size in bytes, how much of it was used 30 days ago, and how much more each day. One of
/// kafka's fills up.
fn volumes(store: &mut Store, workload: &Workload, seed: u64, now: i64) {
    let capacity = workload.component.volume_bytes();
    for (index, claim) in workload.claims().into_iter().enumerate() {
        let dimensions = Arc::new(
            Record::new()
                .with("k8s.cluster.name", workload.cluster.name)
                .with("k8s.namespace.name", workload.cluster.namespace)
                .with("k8s.persistentvolumeclaim.name", claim.as_str()),
        );
        let filling =
            workload.component.name == "kafka" && workload.cluster.stage == "production" && index == 0;
        let (used, trend) = if filling { (0.45, 0.015) } else { (0.35, 0.001) };
        let (used, trend, noise) = (used * capacity, trend * capacity, 0.002 * capacity);
        let seed = Random::of(seed, &format!("volume/{}/{claim}", workload.cluster.name)).next();
        let rhythm = Rhythm { seed, base: used, swing: 0.0, noise, trend, now, incident: None, whole: true };
        push(store, "dt.kubernetes.persistentvolumeclaim.capacity", &dimensions, constant(capacity, now));
        push(store, "dt.kubernetes.persistentvolumeclaim.used", &dimensions, rhythm);
        // The same noise the other way round: what is used and what is left are the capacity at any time.
        let left = Rhythm { base: capacity - used, noise: -noise, trend: -trend, ..rhythm };
        push(store, "dt.kubernetes.persistentvolumeclaim.available", &dimensions, left);
    }
}

/// What nodes offer.
fn nodes(store: &mut Store, landscape: &Landscape, now: i64) {
    let (cpu, memory) = resources::ALLOCATABLE;
    for cluster in landscape.clusters {
        for index in 0..cluster.nodes {
            let dimensions = Arc::new(
                Record::new()
                    .with("k8s.cluster.name", cluster.name)
                    .with("k8s.node.name", node_name(cluster, index)),
            );
            push(store, "dt.kubernetes.nodes", &dimensions, constant(1.0, now));
            push(store, "dt.kubernetes.node.cpu_allocatable", &dimensions, constant(f64::from(cpu), now));
            let memory = f64::from(memory) * MEBIBYTE;
            push(store, "dt.kubernetes.node.memory_allocatable", &dimensions, constant(memory, now));
            push(store, "dt.kubernetes.node.pods_allocatable", &dimensions, constant(110.0, now));
        }
    }
}
