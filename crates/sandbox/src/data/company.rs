//! The company whose data the sandbox holds: a webshop, its teams, clusters and components.

use super::trouble::Trouble;

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
        self.version_before(stage, 0)
    }

    /// The version that a stage had that many versions ago.
    pub(crate) fn version_before(&self, stage: &str, versions: u32) -> Option<String> {
        let (major, minor, patch) = self.version?;
        let (major, minor, patch) = match patch.checked_sub(versions) {
            Some(patch) => (major, minor, patch),
            None => {
                // Three patches of each minor version, ten minor versions of each major one.
                let older = versions - patch - 1;
                let patch = 2 - older % 3;
                let minors = 1 + older / 3;
                match minor.checked_sub(minors) {
                    Some(minor) => (major, minor, patch),
                    None => (major.saturating_sub(1), 10_u32.saturating_sub(minors - minor), patch),
                }
            }
        };
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

    /// How many of them are missing right now.
    pub(crate) fn missing(&self, cluster: &Cluster) -> i64 {
        i64::from(Trouble::of(self, cluster).is_some())
    }
    /// The size of each of its volumes, in bytes; 0 when it has none.
    pub(crate) fn volume_bytes(&self) -> f64 {
        const GIBIBYTE: f64 = 1_073_741_824.0;
        match self.name {
            "kafka" => 10.0 * GIBIBYTE,
            "search" => 4.0 * GIBIBYTE,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    const CATALOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/catalog/components.yaml");
    /// What the catalog has and the data set does not: one that is known by entities of another, one that is not deployed
    /// yet, one whose label selector is broken, and a library, which runs nowhere.
    const WITHOUT_DATA: [&str; 4] = ["card-network", "gift-cards", "legacy-gateway", "ui-kit"];

    #[derive(Debug, Deserialize)]
    struct Entity {
        kind: String,
        metadata: Metadata,
        spec: Spec,
    }

    #[derive(Debug, Deserialize)]
    struct Metadata {
        name: String,
        #[serde(default)]
        annotations: BTreeMap<String, String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Spec {
        owner: String,
        #[serde(default)]
        depends_on: Vec<String>,
    }

    #[test]
    fn the_portals_catalog_has_each_component_with_its_team_and_what_it_calls() {
        let text = std::fs::read_to_string(CATALOG).unwrap();
        let mut entities: BTreeMap<String, Entity> = serde_saphyr::from_multiple::<Entity>(&text)
            .unwrap()
            .into_iter()
            .map(|entity| (entity.metadata.name.clone(), entity))
            .collect();
        for component in COMPONENTS {
            let name = component.name;
            let entity = entities.remove(name).unwrap_or_else(|| panic!("the catalog lacks `{name}`"));
            assert_eq!(entity.kind, "Component", "{name}");
            assert_eq!(entity.spec.owner, format!("group:default/{}", component.team), "{name}");
            assert_eq!(
                entity.metadata.annotations.get("backstage.io/kubernetes-id"),
                Some(&format!("webshop.{name}")),
                "{name}"
            );
            let calls: Vec<String> =
                component.calls.iter().map(|called| format!("component:default/{called}")).collect();
            assert_eq!(entity.spec.depends_on, calls, "{name}");
        }
        assert_eq!(entities.into_keys().collect::<Vec<_>>(), WITHOUT_DATA);
    }

    #[test]
    fn older_versions_count_down() {
        let versions = |name: &str, stage: &str| -> Vec<String> {
            let component = COMPONENTS.iter().find(|component| component.name == name).unwrap();
            (0..5).map(|ago| component.version_before(stage, ago).unwrap()).collect()
        };
        assert_eq!(versions("catalog", "production"), ["5.0.1", "5.0.0", "4.9.2", "4.9.1", "4.9.0"]);
        assert_eq!(versions("storefront", "hardening"), ["4.12.1", "4.11.3", "4.11.2", "4.11.1", "4.10.3"]);
    }
}
