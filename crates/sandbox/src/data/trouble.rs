//! What goes wrong right now. Problems, Kubernetes events, logs, metrics, spans and manifests all tell it from here.

use super::company::{Cluster, Component};
use super::topology::Workload;
use crate::value::{MINUTE, SECOND};

/// The incident of the demo: payment fails requests, and who calls it suffers. This many minutes ago it began.
pub(super) const INCIDENT_MINUTES: i64 = 47;

/// What the failing component serves, where.
const INCIDENT: (&str, &str) = ("prod-eu", "payment");
/// Who suffers from it.
const SUFFERER: &str = "checkout";

/// The service that answers slowly, and since how many minutes.
const SLOW: (&str, &str) = ("prod-eu", "search");
pub(super) const SLOW_MINUTES: i64 = 130;

/// Why a pod does not become ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Its container fails its liveness probe and is restarted, each time later.
    CrashLoop,
    /// Its image is not in the registry.
    ImagePull,
    /// No node takes it.
    Unschedulable,
    /// It runs and its readiness probe fails.
    NotReady,
}

/// A workload whose last pod is not ready.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trouble {
    pub(crate) cluster: &'static str,
    pub(crate) component: &'static str,
    pub(crate) cause: Cause,
    /// How many minutes ago it began.
    pub(crate) minutes: i64,
}

/// All of them.
pub(crate) const TROUBLES: [Trouble; 4] = [
    Trouble { cluster: "prod-eu", component: "payment", cause: Cause::CrashLoop, minutes: 46 },
    Trouble { cluster: "prod-eu", component: "node-agent", cause: Cause::Unschedulable, minutes: 320 },
    Trouble { cluster: "dev", component: "inventory", cause: Cause::ImagePull, minutes: 95 },
    Trouble { cluster: "hardening", component: "kafka", cause: Cause::NotReady, minutes: 210 },
];

impl Trouble {
    /// The trouble of a component on a cluster.
    pub(crate) fn of(component: &Component, cluster: &Cluster) -> Option<&'static Self> {
        TROUBLES.iter().find(|trouble| trouble.component == component.name && trouble.cluster == cluster.name)
    }

    /// When it began, in nanoseconds since 1970.
    pub(crate) const fn start(&self, now: i64) -> i64 {
        now - self.minutes * MINUTE
    }

    /// Whether the pod has containers: it is on a node and its image is there.
    pub(crate) const fn runs(&self) -> bool {
        matches!(self.cause, Cause::CrashLoop | Cause::NotReady)
    }

    /// When the container was restarted. The kubelet waits ten seconds, then twice as long each time, five minutes at
    /// most (kubernetes.io, "Pod lifecycle", restart policy).
    pub(crate) fn restarts(&self, now: i64) -> Vec<i64> {
        const UPTIME: i64 = 15 * SECOND;
        if self.cause != Cause::CrashLoop {
            return Vec::new();
        }
        let mut wait = 10 * SECOND;
        let mut time = self.start(now) + UPTIME;
        let mut times = Vec::new();
        while time < now {
            times.push(time);
            time += wait + UPTIME;
            wait = (wait * 2).min(5 * MINUTE);
        }
        times
    }
}

/// Whether requests to the workload fail at that time.
pub(super) fn fails(workload: &Workload, time: i64, now: i64) -> bool {
    (workload.cluster.name, workload.component.name) == INCIDENT && in_incident(time, now)
}

/// Whether the workload suffers from the one that fails.
pub(super) fn suffers(workload: &Workload, time: i64, now: i64) -> bool {
    (workload.cluster.name, workload.component.name) == (INCIDENT.0, SUFFERER) && in_incident(time, now)
}

/// Whether the workload answers slowly at that time, without failing.
pub(super) fn is_slow(workload: &Workload, time: i64, now: i64) -> bool {
    (workload.cluster.name, workload.component.name) == SLOW && time > now - SLOW_MINUTES * MINUTE
}

/// Whether the incident goes on at that time.
pub(super) const fn in_incident(time: i64, now: i64) -> bool {
    time > now - INCIDENT_MINUTES * MINUTE
}
