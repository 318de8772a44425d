//! The company whose data the sandbox holds: a webshop, its teams, clusters and components.

/// A Kubernetes cluster with the stage it serves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cluster {
    pub(crate) name: &'static str,
    pub(crate) namespace: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) nodes: u64,
}

/// A Dynatrace environment and the clusters it watches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Landscape {
    pub(crate) name: &'static str,
    pub(crate) clusters: &'static [Cluster],
}

/// The environments, each an origin of its own.
pub(crate) const LANDSCAPES: [Landscape; 2] = [
    Landscape {
        name: "production",
        clusters: &[Cluster { name: "prod-eu", namespace: "webshop", stage: "production", nodes: 5 }],
    },
    Landscape {
        name: "preproduction",
        clusters: &[
            Cluster { name: "dev", namespace: "webshop-dev", stage: "development", nodes: 3 },
            Cluster { name: "hardening", namespace: "webshop-hardening", stage: "hardening", nodes: 3 },
        ],
    },
];

/// A kind of Kubernetes workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkloadKind {
    Deployment,
    StatefulSet,
    DaemonSet,
    CronJob,
}

impl WorkloadKind {
    /// As Kubernetes writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::CronJob => "CronJob",
        }
    }

    /// The type of its Smartscape node.
    pub(crate) const fn node_type(self) -> &'static str {
        match self {
            Self::Deployment => "K8S_DEPLOYMENT",
            Self::StatefulSet => "K8S_STATEFULSET",
            Self::DaemonSet => "K8S_DAEMONSET",
            Self::CronJob => "K8S_CRONJOB",
        }
    }

    /// As the classic entity writes it.
    pub(crate) const fn classic_type(self) -> &'static str {
        match self {
            Self::Deployment => "KUBERNETES_DEPLOYMENT",
            Self::StatefulSet => "KUBERNETES_STATEFUL_SET",
            Self::DaemonSet => "KUBERNETES_DAEMON_SET",
            Self::CronJob => "KUBERNETES_CRON_JOB",
        }
    }
}

/// A component of the webshop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Component {
    pub(crate) name: &'static str,
    pub(crate) team: &'static str,
    pub(crate) kind: WorkloadKind,
    pub(crate) technology: &'static str,
    /// The version in production; other stages are ahead. Nothing for a workload without the label.
    pub(crate) version: Option<(u32, u32, u32)>,
    /// How many pods it should have in production.
    pub(crate) replicas: i64,
    /// What it calls.
    pub(crate) calls: &'static [&'static str],
    /// Whether anything but its Kubernetes objects is known.
    pub(crate) telemetry: bool,
}

const fn deployment(
    name: &'static str,
    team: &'static str,
    technology: &'static str,
    version: (u32, u32, u32),
    replicas: i64,
    calls: &'static [&'static str],
) -> Component {
    let kind = WorkloadKind::Deployment;
    Component { name, team, kind, technology, version: Some(version), replicas, calls, telemetry: true }
}

/// All components.
pub(crate) const COMPONENTS: [Component; 14] = [
    deployment(
        "storefront",
        "experience",
        "nodejs",
        (4, 12, 0),
        4,
        &["cart", "catalog", "search", "recommendation"],
    ),
    deployment("cart", "orders", "java", (2, 7, 3), 3, &["catalog"]),
    deployment("checkout", "orders", "java", (3, 1, 0), 3, &["cart", "payment", "shipping", "kafka"]),
    deployment("payment", "orders", "go", (1, 19, 4), 3, &[]),
    deployment("catalog", "experience", "dotnet", (5, 0, 1), 2, &[]),
    deployment("search", "experience", "java", (2, 3, 8), 2, &["catalog"]),
    deployment("recommendation", "experience", "python", (0, 9, 2), 2, &["catalog"]),
    deployment("inventory", "fulfilment", "java", (1, 4, 1), 2, &["kafka"]),
    deployment("shipping", "fulfilment", "go", (1, 2, 6), 2, &["inventory"]),
    Component {
        version: None,
        ..deployment("notification", "fulfilment", "nodejs", (0, 0, 0), 1, &["kafka"])
    },
    Component { telemetry: false, ..deployment("accounting", "platform", "dotnet", (1, 0, 0), 1, &[]) },
    Component {
        kind: WorkloadKind::CronJob,
        ..deployment("batch-report", "platform", "python", (0, 4, 0), 1, &["accounting"])
    },
    Component {
        kind: WorkloadKind::StatefulSet,
        ..deployment("kafka", "platform", "java", (3, 9, 0), 3, &[])
    },
    Component {
        kind: WorkloadKind::DaemonSet,
        ..deployment("node-agent", "platform", "go", (0, 8, 1), 0, &[])
    },
];

impl Component {
    /// The version in a stage: what is not in production yet is newer.
    pub(crate) fn version_in(&self, stage: &str) -> Option<String> {
        let (major, minor, patch) = self.version?;
        Some(match stage {
            "development" => format!("{major}.{}.0-rc.1", minor + 1),
            "hardening" => format!("{major}.{minor}.{}", patch + 1),
            _ => format!("{major}.{minor}.{patch}"),
        })
    }

    /// How many pods it should have on a cluster.
    pub(crate) fn desired(&self, cluster: &Cluster) -> i64 {
        match (self.kind, cluster.stage) {
            (WorkloadKind::DaemonSet, _) => i64::try_from(cluster.nodes).unwrap_or(0),
            (WorkloadKind::StatefulSet, _) | (_, "production") => self.replicas,
            _ => 1,
        }
    }

    /// How many of them are missing: what goes wrong right now.
    pub(crate) fn missing(&self, cluster: &Cluster) -> i64 {
        match (self.name, cluster.name) {
            ("payment", "prod-eu")
            | ("inventory", "dev")
            | ("kafka", "hardening")
            | ("node-agent", "prod-eu") => 1,
            _ => 0,
        }
    }
}
