//! Kubernetes events: what the API server tells about pods and workloads, as Grail stores it.
//!
//! They are Davis events of the provider `KUBERNETES_EVENT`; `status` is `WARN` for warnings and `INFO` for normal ones.
//! Source: community.dynatrace.com, "Kubernetes Event Handling - Update 1.278". Reasons and messages are Kubernetes' own.

use std::sync::Arc;

use super::Random;
use super::company::WorkloadKind;
use super::ids::{entity, uuid};
use super::topology::Workload;
use super::trouble::{Cause, Trouble};
use crate::metrics::{MetricSeries, Points};
use crate::record::Record;
use crate::store::{Row, Store};
use crate::value::{DAY, HOUR, MINUTE, SECOND, TimestampStyle, Value, format_timestamp};

/// How far back events reach.
const HISTORY: i64 = 7 * DAY;
/// How often the kubelet or the scheduler tries again.
const AGAIN: i64 = 5 * MINUTE;

/// Whether an event says that something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Normal,
    Warning,
}

/// What happened to a pod, or to the workload itself.
struct Happening {
    time: i64,
    kind: Kind,
    reason: &'static str,
    message: String,
    /// The pod's name and the node it is on; nothing for the workload itself.
    pod: Option<(String, Option<String>)>,
    /// How often it has happened by then, and since when.
    count: usize,
    first: i64,
}

impl Happening {
    fn once(time: i64, kind: Kind, reason: &'static str, message: String) -> Self {
        Self { time, kind, reason, message, pod: None, count: 1, first: time }
    }

    fn of_pod(mut self, pod: &str, node: Option<String>) -> Self {
        self.pod = Some((pod.to_owned(), node));
        self
    }
}

/// A deployment that succeeded.
struct Deployment<'r> {
    component: &'r str,
    stage: &'r str,
    end: i64,
}

impl<'r> Deployment<'r> {
    fn of(event: &'r Record) -> Option<Self> {
        let text = |field: &str| event.get(field).and_then(Value::as_str);
        if text("event.type")? != "deployment" || text("cicd.deployment.status")? != "succeeded" {
            return None;
        }
        Some(Self {
            component: text("cicd.deployment.name")?,
            stage: text("cicd.deployment.release_stage")?,
            end: event.get("end_time").and_then(Value::as_timestamp)?,
        })
    }
}

/// The events of an environment. `lifecycle` are its lifecycle events: a deployment is seen by Kubernetes, too.
pub(super) fn rows(workloads: &[Workload], lifecycle: &[Row], seed: u64, now: i64) -> Vec<Row> {
    let deployments: Vec<Deployment<'_>> = lifecycle
        .iter()
        .filter_map(|row| Deployment::of(row))
        .filter(|one| one.end > now - HISTORY)
        .collect();
    let mut rows = Vec::new();
    for workload in workloads.iter().filter(|workload| workload.component.telemetry) {
        let mut happenings = troubles(workload, now);
        happenings.extend(rollouts(workload, &deployments));
        happenings.extend(passing(workload, seed, now));
        happenings.extend(jobs(workload, now));
        happenings.retain(|happening| (now - HISTORY..now).contains(&happening.time));
        rows.extend(happenings.iter().map(|happening| record(happening, workload, seed)));
    }
    rows
}

/// Adds the metric that counts the warnings of pods that do not become ready.
pub(super) fn add_metric(store: &mut Store, workloads: &[Workload], now: i64) {
    for workload in workloads {
        let mut reasons: Vec<(&'static str, Vec<(i64, f64)>)> = Vec::new();
        let warnings = troubles(workload, now).into_iter().filter(|one| one.kind == Kind::Warning);
        for Happening { reason, time, .. } in warnings {
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, points)) => points.push((time, 1.0)),
                None => reasons.push((reason, vec![(time, 1.0)])),
            }
        }
        for (reason, mut points) in reasons {
            points.sort_by_key(|(time, _)| *time);
            let dimensions = Record::new()
                .with("k8s.cluster.name", workload.cluster.name)
                .with("k8s.namespace.name", workload.cluster.namespace)
                .with("k8s.workload.name", workload.component.name)
                .with("k8s.workload.kind", workload.component.kind.name().to_lowercase())
                .with("k8s.event.reason", reason)
                .with("dt.entity.cloud_application", workload.classic_id.as_str());
            store.push_metric(MetricSeries {
                key: "dt.kubernetes.events".into(),
                dimensions: Arc::new(dimensions),
                points: Points::Stored(points.into()),
            });
        }
    }
}

/// What happens to the pod that does not become ready.
fn troubles(workload: &Workload, now: i64) -> Vec<Happening> {
    let Some((index, pod, trouble)) =
        workload.each_pod().find_map(|(index, pod, trouble)| Some((index, pod, trouble?)))
    else {
        return Vec::new();
    };
    let start = trouble.start(now);
    let node = (trouble.cause != Cause::Unschedulable).then(|| workload.node(index));
    let container = workload.component.name;
    let told = |time: i64, kind: Kind, reason: &'static str, message: String, count: usize| Happening {
        count,
        first: start,
        ..Happening::once(time, kind, reason, message).of_pod(pod, node.clone())
    };
    let tries =
        || (0..).map(|count| (count, start + AGAIN * count as i64)).take_while(|(_, time)| *time < now);
    match trouble.cause {
        Cause::CrashLoop => crash_loop(trouble, container, pod, now, told),
        Cause::Unschedulable => tries()
            .map(|(count, time)| {
                let others = workload.cluster.nodes.saturating_sub(1);
                let message = format!(
                    "0/{} nodes are available: 1 Insufficient memory, {others} node(s) didn't satisfy plugin(s) \
                     [NodeAffinity]. preemption: 0/{0} nodes are available.",
                    workload.cluster.nodes
                );
                told(time, Kind::Warning, "FailedScheduling", message, count + 1)
            })
            .collect(),
        Cause::ImagePull => tries()
            .flat_map(|(count, time)| {
                let image = workload.image();
                let failed = format!("Failed to pull image \"{image}\": not found");
                let pulling = format!("Pulling image \"{image}\"");
                let waiting = format!("Back-off pulling image \"{image}\"");
                [
                    told(time, Kind::Normal, "Pulling", pulling, count + 1),
                    told(time + 2 * SECOND, Kind::Warning, "Failed", failed, count + 1),
                    told(time + 9 * SECOND, Kind::Warning, "BackOff", waiting, count + 1),
                ]
            })
            .collect(),
        Cause::NotReady => tries()
            .map(|(count, time)| {
                let message = "Readiness probe failed: dial tcp 10.2.0.17:9092: connect: connection refused";
                told(time, Kind::Warning, "Unhealthy", message.to_owned(), count + 1)
            })
            .collect(),
    }
}

fn crash_loop(
    trouble: &Trouble,
    container: &str,
    pod: &str,
    now: i64,
    told: impl Fn(i64, Kind, &'static str, String, usize) -> Happening,
) -> Vec<Happening> {
    let restarts = trouble.restarts(now);
    let each = restarts.iter().enumerate().flat_map(|(index, &time)| {
        let count = index + 1;
        let unhealthy = "Liveness probe failed: HTTP probe failed with statuscode: 503".to_owned();
        let killing = format!("Container {container} failed liveness probe, will be restarted");
        let waiting = format!("Back-off restarting failed container {container} in pod {pod}");
        [
            told(time - 8 * SECOND, Kind::Warning, "Unhealthy", unhealthy, count),
            told(time - 5 * SECOND, Kind::Normal, "Killing", killing, count),
            told(time, Kind::Warning, "BackOff", waiting, count),
        ]
    });
    each.collect()
}

/// What Kubernetes does when a new version is deployed: the workload is scaled, and pods are started. The pods of
/// today are those of the last deployment.
fn rollouts(workload: &Workload, deployments: &[Deployment<'_>]) -> Vec<Happening> {
    let deployed: Vec<i64> = deployments
        .iter()
        .filter(|deployment| {
            (deployment.component, deployment.stage) == (workload.component.name, workload.cluster.stage)
        })
        .map(|deployment| deployment.end)
        .collect();
    let name = workload.component.name;
    let mut happenings: Vec<Happening> = deployed
        .iter()
        .filter(|_| workload.component.kind == WorkloadKind::Deployment)
        .map(|&end| {
            let desired = workload.pods.len();
            let message = format!("Scaled up replica set {name} to {desired}");
            Happening::once(end - 25 * SECOND, Kind::Normal, "ScalingReplicaSet", message)
        })
        .collect();
    if let Some(&last) = deployed.iter().max() {
        for (index, pod, _) in workload.each_pod().filter(|(.., trouble)| trouble.is_none()) {
            let node = workload.node(index);
            let image = workload.image();
            for (before, reason, message) in [
                (
                    20,
                    "Scheduled",
                    format!("Successfully assigned {}/{pod} to {node}", workload.cluster.namespace),
                ),
                (18, "Pulled", format!("Container image \"{image}\" already present on machine")),
                (17, "Created", format!("Created container: {name}")),
                (16, "Started", format!("Started container {name}")),
            ] {
                let happening = Happening::once(last - before * SECOND, Kind::Normal, reason, message);
                happenings.push(happening.of_pod(pod, Some(node.clone())));
            }
        }
    }
    happenings
}

/// A probe that failed once, now and then; never with `catalog`.
fn passing(workload: &Workload, seed: u64, now: i64) -> Vec<Happening> {
    const SLOT: i64 = 6 * HOUR;
    if workload.component.name == "catalog" || workload.component.kind == WorkloadKind::CronJob {
        return Vec::new();
    }
    let base = Random::of(seed, &format!("passing/{}", workload.id)).next();
    let last = now.div_euclid(SLOT);
    (last - HISTORY / SLOT..=last)
        .filter_map(|slot| {
            let mut random = Random::new(base ^ slot.cast_unsigned());
            let time = slot * SLOT + i64::try_from(random.below(SLOT.cast_unsigned())).ok()?;
            let index = random.below(workload.pods.len() as u64);
            let (_, pod, trouble) = workload.each_pod().nth(usize::try_from(index).ok()?)?;
            let message = "Readiness probe failed: context deadline exceeded".to_owned();
            (trouble.is_none() && random.chance(0.12)).then(|| {
                Happening::once(time, Kind::Warning, "Unhealthy", message)
                    .of_pod(pod, Some(workload.node(index)))
            })
        })
        .collect()
}

/// The hourly jobs of a cron job.
fn jobs(workload: &Workload, now: i64) -> Vec<Happening> {
    if workload.component.kind != WorkloadKind::CronJob {
        return Vec::new();
    }
    let last = now.div_euclid(HOUR);
    (last - HISTORY / HOUR..=last)
        .flat_map(|hour| {
            let time = hour * HOUR;
            // As the controller names jobs: by the minutes since 1970 that they were scheduled for.
            let job = format!("{}-{}", workload.component.name, hour * 60);
            let created = format!("Created job {job}");
            let done = format!("Saw completed job: {job}, condition: Complete");
            [
                Happening::once(time + SECOND, Kind::Normal, "SuccessfulCreate", created),
                Happening::once(time + 95 * SECOND, Kind::Normal, "SawCompletedJob", done),
            ]
        })
        .collect()
}

fn record(happening: &Happening, workload: &Workload, seed: u64) -> Row {
    let Happening { time, kind, reason, message, pod, count, first } = happening;
    let (component, cluster) = (workload.component, workload.cluster);
    let thing = pod.as_ref().map_or(component.name, |(pod, _)| pod);
    let pod_id = pod
        .as_ref()
        .map(|(pod, _)| entity(seed, "CLOUD_APPLICATION_INSTANCE", &format!("{}/{pod}", cluster.name)));
    let written = |nanos: i64| format_timestamp(nanos, &jiff::tz::TimeZone::UTC, TimestampStyle::Result);
    let record = Record::new()
        .with("timestamp", Value::Timestamp(*time))
        .with("event.id", uuid(seed, &format!("{}/{thing}/{reason}/{time}", workload.id)))
        .with("event.kind", "DAVIS_EVENT")
        .with("event.provider", "KUBERNETES_EVENT")
        .with("event.type", "CUSTOM_INFO")
        .with("event.category", "INFO")
        .with("event.name", format!("{reason} on {thing}"))
        .with("event.description", message.as_str())
        .with("event.status", "CLOSED")
        .with("event.start", Value::Timestamp(*time))
        .with("event.end", Value::Timestamp(*time))
        .with("status", if *kind == Kind::Warning { "WARN" } else { "INFO" })
        // Properties of Davis events are texts, numbers and times too.
        .with("dt.kubernetes.event.reason", *reason)
        .with("dt.kubernetes.event.message", message.as_str())
        .with("dt.kubernetes.event.count", count.to_string())
        .with("dt.kubernetes.event.first_seen", written(*first))
        .with("dt.kubernetes.event.last_seen", written(*time))
        .with(
            "dt.kubernetes.event.involved_object.kind",
            if pod.is_some() { "Pod" } else { component.kind.name() },
        )
        .with("dt.kubernetes.event.involved_object.name", thing)
        .with("k8s.cluster.name", cluster.name)
        .with("k8s.cluster.uid", uuid(seed, cluster.name))
        .with("k8s.namespace.name", cluster.namespace)
        .with("k8s.workload.name", component.name)
        .with("k8s.workload.kind", component.kind.name().to_lowercase())
        .with("k8s.pod.name", pod.as_ref().map(|(pod, _)| pod.as_str()))
        .with("k8s.node.name", pod.as_ref().and_then(|(_, node)| node.as_deref()))
        .with("dt.entity.cloud_application", workload.classic_id.as_str())
        .with("dt.entity.cloud_application_instance", pod_id)
        .with("dt.source_entity", workload.classic_id.as_str())
        .with("dt.system.bucket", "default_davis_events");
    Arc::new(record)
}
