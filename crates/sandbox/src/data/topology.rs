//! The topology: Smartscape nodes and edges, and the same as classic entities.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::company::{COMPONENTS, Cluster, Component, Landscape, WorkloadKind};
use super::ids::{entity, hexadecimal, uuid};
use super::trouble::{Cause, Trouble};
use super::{Random, ownership, resources};
use crate::record::{Name, Record};
use crate::store::{Store, Table, TimeColumn};
use crate::value::{DAY, Value, value_from_json};

/// A workload on a cluster.
#[derive(Debug, Clone)]
pub(crate) struct Workload {
    pub(crate) component: &'static Component,
    pub(crate) cluster: &'static Cluster,
    /// The id of the Smartscape node.
    pub(crate) id: String,
    /// The id of the classic entity.
    pub(crate) classic_id: String,
    pub(crate) pods: Vec<String>,
}

/// The workloads of an environment.
pub(crate) fn workloads(landscape: &Landscape, seed: u64) -> Vec<Workload> {
    landscape
        .clusters
        .iter()
        .flat_map(|cluster| COMPONENTS.iter().map(move |component| workload(component, cluster, seed)))
        .collect()
}

fn workload(component: &'static Component, cluster: &'static Cluster, seed: u64) -> Workload {
    let thing = format!("{}/{}", cluster.name, component.name);
    let mut random = Random::of(seed, &format!("pods/{thing}"));
    let set = format!("{:x}", random.below(1 << 32) | (1 << 31));
    let pods = (0..component.desired(cluster))
        .map(|index| match component.kind {
            WorkloadKind::StatefulSet => format!("{}-{index}", component.name),
            WorkloadKind::Deployment => format!("{}-{set}-{:05x}", component.name, random.below(1 << 20)),
            WorkloadKind::DaemonSet | WorkloadKind::CronJob => {
                format!("{}-{:05x}", component.name, random.below(1 << 20))
            }
        })
        .collect();
    Workload {
        component,
        cluster,
        id: entity(seed, component.kind.node_type(), &thing),
        classic_id: entity(seed, "CLOUD_APPLICATION", &thing),
        pods,
    }
}

impl Workload {
    pub(crate) fn labels(&self) -> Vec<(&'static str, String)> {
        let mut labels = vec![
            ("app.kubernetes.io/name", self.component.name.to_owned()),
            ("app.kubernetes.io/part-of", "webshop".to_owned()),
            ("backstage.io/kubernetes-id", format!("webshop.{}", self.component.name)),
            ("stage", self.cluster.stage.to_owned()),
            ("team", self.component.team.to_owned()),
        ];
        if let Some(version) = self.component.version_in(self.cluster.stage) {
            labels.push(("app.kubernetes.io/version", version));
        }
        if let Some(owner) = ownership::owner_label(self.component) {
            labels.push((ownership::OWNER_LABEL, owner.to_owned()));
        }
        labels.sort_unstable();
        labels
    }

    /// The image of its container. Python runs on Alpine, where no agent instruments it.
    pub(crate) fn image(&self) -> String {
        let version = self.component.version_in(self.cluster.stage).unwrap_or_else(|| "latest".into());
        let base = if self.component.technology == "python" { "-alpine" } else { "" };
        format!("registry.example.com/webshop/{}:{version}{base}", self.component.name)
    }

    /// Its pods with the index of each and, for the one that is not ready, why.
    pub(crate) fn each_pod(&self) -> impl Iterator<Item = (u64, &str, Option<&'static Trouble>)> {
        let trouble = Trouble::of(self.component, self.cluster);
        let last = self.pods.len().saturating_sub(1);
        self.pods
            .iter()
            .enumerate()
            .map(move |(index, pod)| (index as u64, pod.as_str(), trouble.filter(|_| index == last)))
    }

    /// The names of its persistent volume claims: a stateful set has one for each pod.
    pub(crate) fn claims(&self) -> Vec<String> {
        match (self.component.kind, self.component.volume_bytes() > 0.0) {
            (_, false) => Vec::new(),
            (WorkloadKind::StatefulSet, true) => self.pods.iter().map(|pod| format!("data-{pod}")).collect(),
            (_, true) => vec![format!("{}-data", self.component.name)],
        }
    }

    /// The name of the node that its pod of that index is on.
    pub(crate) fn node(&self, index: u64) -> String {
        node_name(self.cluster, self.node_index(index))
    }

    /// Workloads begin at different nodes, so that their pods spread.
    fn node_index(&self, pod: u64) -> u64 {
        let name = self.component.name;
        let first = COMPONENTS.iter().position(|component| component.name == name).unwrap_or(0) as u64;
        (first + pod) % self.cluster.nodes.max(1)
    }

    /// The manifest with its status, as the Kubernetes API shows it.
    fn manifest(&self, seed: u64, now: i64) -> Json {
        let component = self.component;
        let (desired, missing) = (component.desired(self.cluster), component.missing(self.cluster));
        let ready = desired - missing;
        let labels: serde_json::Map<String, Json> =
            self.labels().into_iter().map(|(key, value)| (key.to_owned(), Json::String(value))).collect();
        let container = json!({
            "name": component.name,
            "image": self.image(),
            "resources": resources::of(component).manifest(),
        });
        let template = json!({"metadata": {"labels": labels}, "spec": {"containers": [container]}});
        let (spec, status) = match component.kind {
            WorkloadKind::Deployment => (
                json!({"replicas": desired, "template": template}),
                json!({
                    "replicas": desired,
                    "updatedReplicas": desired,
                    "readyReplicas": ready,
                    "availableReplicas": ready,
                    "unavailableReplicas": missing,
                    "conditions": [{"type": "Available", "status": if ready > 0 { "True" } else { "False" }}],
                }),
            ),
            WorkloadKind::StatefulSet => (
                json!({"replicas": desired, "serviceName": component.name, "template": template}),
                json!({"replicas": desired, "readyReplicas": ready, "currentReplicas": desired}),
            ),
            WorkloadKind::DaemonSet => (
                json!({"template": template}),
                json!({
                    "currentNumberScheduled": desired,
                    "desiredNumberScheduled": desired,
                    "numberReady": ready,
                    "numberAvailable": ready,
                }),
            ),
            WorkloadKind::CronJob => (
                json!({"schedule": "0 * * * *", "suspend": false, "jobTemplate": {"spec": {"template": template}}}),
                json!({
                    "lastScheduleTime": crate::value::format_timestamp(
                        now - now.rem_euclid(crate::value::HOUR),
                        &jiff::tz::TimeZone::UTC,
                        crate::value::TimestampStyle::Result,
                    ),
                }),
            ),
        };
        json!({
            "apiVersion": if component.kind == WorkloadKind::CronJob { "batch/v1" } else { "apps/v1" },
            "kind": component.kind.name(),
            "metadata": {
                "name": component.name,
                "namespace": self.cluster.namespace,
                "uid": uuid(seed, &self.id),
                "labels": labels,
                "annotations": {"deployment.kubernetes.io/revision": "7"},
            },
            "spec": spec,
            "status": status,
        })
    }
}

/// What all nodes of a generation share.
struct Build<'s> {
    store: &'s mut Store,
    seed: u64,
    lifetime: Value,
}

impl Build<'_> {
    fn node(&mut self, id: &str, kind: &str, name: &str) -> Record {
        let _ = &self.store;
        Record::new()
            .with("id", Value::smartscape_id(id))
            .with("type", kind)
            .with("name", name)
            .with("lifetime", self.lifetime.clone())
    }

    fn edge(&mut self, source: (&str, &str), kind: &str, target: (&str, &str), dynamic: bool) {
        self.store.push_edge(Arc::new(
            Record::new()
                .with("source_id", Value::smartscape_id(source.1))
                .with("source_type", source.0)
                .with("type", kind)
                .with("target_id", Value::smartscape_id(target.1))
                .with("target_type", target.0)
                .with("lifetime", self.lifetime.clone())
                .with("dt.system.edge_kind", if dynamic { "dynamic" } else { "static" }),
        ));
    }
}

/// Adds nodes, edges and classic entities.
pub(super) fn build(store: &mut Store, landscape: &Landscape, workloads: &[Workload], seed: u64, now: i64) {
    let mut build = Build { store, seed, lifetime: Value::Timeframe(now - 60 * DAY, now) };
    for cluster in landscape.clusters {
        build.cluster(cluster);
    }
    for workload in workloads {
        build.workload(workload, now);
    }
    build.calls(workloads);
    classic(store, landscape, workloads, seed, now);
}

fn cluster_id(seed: u64, cluster: &Cluster) -> String {
    entity(seed, "K8S_CLUSTER", cluster.name)
}

fn namespace_id(seed: u64, cluster: &Cluster, namespace: &str) -> String {
    entity(seed, "K8S_NAMESPACE", &format!("{}/{namespace}", cluster.name))
}

fn node_id(seed: u64, cluster: &Cluster, index: u64) -> String {
    entity(seed, "K8S_NODE", &format!("{}/{index}", cluster.name))
}

pub(super) fn node_name(cluster: &Cluster, index: u64) -> String {
    format!("{}-node-{index}", cluster.name)
}

fn claim_id(seed: u64, cluster: &Cluster, claim: &str) -> String {
    entity(seed, "K8S_PERSISTENTVOLUMECLAIM", &format!("{}/{claim}", cluster.name))
}

/// The status of a pod, as the Kubernetes API shows it.
fn pod_status(workload: &Workload, trouble: Option<&Trouble>, now: i64) -> Json {
    let container = |ready: bool, restarts: usize, state: Json| {
        json!({
            "phase": "Running",
            "containerStatuses": [{
                "name": workload.component.name,
                "ready": ready,
                "restartCount": restarts,
                "image": workload.image(),
                "state": state,
            }],
        })
    };
    let Some(trouble) = trouble else {
        return container(true, 0, json!({"running": {}}));
    };
    match trouble.cause {
        Cause::CrashLoop => {
            container(false, trouble.restarts(now).len(), json!({"waiting": {"reason": "CrashLoopBackOff"}}))
        }
        Cause::NotReady => container(false, 0, json!({"running": {}})),
        Cause::ImagePull => {
            let mut status = container(false, 0, json!({"waiting": {"reason": "ImagePullBackOff"}}));
            if let Some(phase) = status.get_mut("phase") {
                *phase = "Pending".into();
            }
            status
        }
        Cause::Unschedulable => json!({
            "phase": "Pending",
            "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}],
        }),
    }
}

/// The namespaces of a cluster: the webshop's and one that is not the company's own.
fn namespaces(cluster: &Cluster) -> [&'static str; 2] {
    [cluster.namespace, "kube-system"]
}

impl Build<'_> {
    fn cluster(&mut self, cluster: &'static Cluster) {
        let id = cluster_id(self.seed, cluster);
        let record = self
            .node(&id, "K8S_CLUSTER", cluster.name)
            .with("id_classic", entity(self.seed, "KUBERNETES_CLUSTER", cluster.name))
            .with("k8s.cluster.name", cluster.name)
            .with("k8s.cluster.uid", uuid(self.seed, cluster.name));
        self.store.push_node(Arc::new(record));
        for namespace in namespaces(cluster) {
            let namespace_id = namespace_id(self.seed, cluster, namespace);
            let classic =
                entity(self.seed, "CLOUD_APPLICATION_NAMESPACE", &format!("{}/{namespace}", cluster.name));
            let record = self
                .node(&namespace_id, "K8S_NAMESPACE", namespace)
                .with("id_classic", classic)
                .with("k8s.cluster.name", cluster.name)
                .with("k8s.namespace.name", namespace);
            self.store.push_node(Arc::new(record));
            self.edge(("K8S_NAMESPACE", &namespace_id), "belongs_to", ("K8S_CLUSTER", &id), false);
        }
        for index in 0..cluster.nodes {
            let node = node_id(self.seed, cluster, index);
            let name = node_name(cluster, index);
            let record = self
                .node(&node, "K8S_NODE", &name)
                .with("id_classic", entity(self.seed, "KUBERNETES_NODE", &name))
                .with("k8s.cluster.name", cluster.name)
                .with("k8s.node.name", name);
            self.store.push_node(Arc::new(record));
            self.edge(("K8S_NODE", &node), "belongs_to", ("K8S_CLUSTER", &id), false);
        }
        self.foreign_workload(cluster);
    }

    /// A workload that is none of the webshop's: no card of a component may show it.
    fn foreign_workload(&mut self, cluster: &'static Cluster) {
        let thing = format!("{}/coredns", cluster.name);
        let id = entity(self.seed, "K8S_DEPLOYMENT", &thing);
        let labels = Record::new().with("k8s-app", "kube-dns");
        let manifest = json!({
            "kind": "Deployment",
            "metadata": {"name": "coredns", "namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
            "spec": {"replicas": 2},
            "status": {"replicas": 2, "readyReplicas": 2},
        });
        let record = self
            .node(&id, "K8S_DEPLOYMENT", "coredns")
            .with("id_classic", entity(self.seed, "CLOUD_APPLICATION", &thing))
            .with("k8s.cluster.name", cluster.name)
            .with("k8s.namespace.name", "kube-system")
            .with("k8s.workload.name", "coredns")
            .with("k8s.workload.kind", "deployment")
            .with("tags:k8s.labels", Value::record(labels))
            .with("k8s.object", manifest.to_string());
        self.store.push_node(Arc::new(record));
    }

    fn workload(&mut self, workload: &Workload, now: i64) {
        let (component, cluster) = (workload.component, workload.cluster);
        let kind = component.kind.node_type();
        let namespace = namespace_id(self.seed, cluster, cluster.namespace);
        let labels: Record =
            workload.labels().into_iter().map(|(key, value)| (Name::from(key), Value::from(value))).collect();
        let tags = Record::new().with("team", component.team).with("stage", cluster.stage);
        let references = Record::new()
            .with("belongs_to.k8s_namespace", Value::array([Value::smartscape_id(&namespace)]))
            .with(
                "belongs_to.k8s_cluster",
                Value::array([Value::smartscape_id(cluster_id(self.seed, cluster))]),
            );
        let record = self
            .node(&workload.id, kind, component.name)
            .with("id_classic", workload.classic_id.as_str())
            .with("k8s.cluster.name", cluster.name)
            .with("k8s.cluster.uid", uuid(self.seed, cluster.name))
            .with("k8s.namespace.name", cluster.namespace)
            .with("k8s.workload.name", component.name)
            .with("k8s.workload.kind", component.kind.name().to_lowercase())
            .with("tags", Value::record(tags))
            .with("tags:k8s.labels", Value::record(labels))
            .with("tags:k8s.annotations", Value::record(annotations()))
            .with("k8s.object", workload.manifest(self.seed, now).to_string())
            .with("references", Value::record(references));
        self.store.push_node(Arc::new(record));
        self.edge((kind, &workload.id), "belongs_to", ("K8S_NAMESPACE", &namespace), false);
        self.pods(workload, now);
    }

    fn pods(&mut self, workload: &Workload, now: i64) {
        let (component, cluster) = (workload.component, workload.cluster);
        for claim in workload.claims() {
            let id = claim_id(self.seed, cluster, &claim);
            let record = self
                .node(&id, "K8S_PERSISTENTVOLUMECLAIM", &claim)
                .with("k8s.cluster.name", cluster.name)
                .with("k8s.namespace.name", cluster.namespace)
                .with("k8s.persistentvolumeclaim.name", claim);
            self.store.push_node(Arc::new(record));
        }
        for (index, pod, trouble) in workload.each_pod() {
            let thing = format!("{}/{pod}", cluster.name);
            let id = entity(self.seed, "K8S_POD", &thing);
            let all = workload.claims();
            // A stateful set gives each pod the claim of its own number, another workload its claim to all pods.
            let claims = match (component.kind, usize::try_from(index)) {
                (WorkloadKind::StatefulSet, Ok(index)) => all.get(index).cloned().into_iter().collect(),
                _ => all,
            };
            let manifest = json!({
                "kind": "Pod",
                "metadata": {"name": pod, "namespace": cluster.namespace},
                "spec": {
                    "containers": [{"name": component.name, "image": workload.image()}],
                    "volumes": claims
                        .iter()
                        .map(|claim| json!({"name": "data", "persistentVolumeClaim": {"claimName": claim}}))
                        .collect::<Vec<_>>(),
                },
                "status": pod_status(workload, trouble, now),
            });
            for claim in &claims {
                let claim = claim_id(self.seed, cluster, claim);
                self.edge(("K8S_POD", &id), "uses", ("K8S_PERSISTENTVOLUMECLAIM", &claim), false);
            }
            let node = trouble.is_none_or(|trouble| trouble.cause != Cause::Unschedulable);
            let record = self
                .node(&id, "K8S_POD", pod)
                .with("id_classic", entity(self.seed, "CLOUD_APPLICATION_INSTANCE", &thing))
                .with("k8s.cluster.name", cluster.name)
                .with("k8s.namespace.name", cluster.namespace)
                .with("k8s.workload.name", component.name)
                .with("k8s.workload.kind", component.kind.name().to_lowercase())
                .with("k8s.pod.name", pod)
                .with("k8s.node.name", node.then(|| workload.node(index)))
                .with("k8s.object", manifest.to_string());
            self.store.push_node(Arc::new(record));
            self.edge(("K8S_POD", &id), "is_part_of", (component.kind.node_type(), &workload.id), false);
            if node {
                let node = node_id(self.seed, cluster, workload.node_index(index));
                self.edge(("K8S_POD", &id), "runs_on", ("K8S_NODE", &node), false);
            }
        }
    }

    /// Services and which of them call each other.
    fn calls(&mut self, workloads: &[Workload]) {
        for workload in workloads.iter().filter(|workload| has_service(workload.component)) {
            let id = service_id(self.seed, workload);
            let record = self
                .node(&id, "SERVICE", workload.component.name)
                .with("id_classic", id.as_str())
                .with("k8s.cluster.name", workload.cluster.name)
                .with("k8s.namespace.name", workload.cluster.namespace)
                .with("k8s.workload.name", workload.component.name)
                .with("k8s.workload.kind", workload.component.kind.name().to_lowercase());
            self.store.push_node(Arc::new(record));
            self.edge(
                ("SERVICE", &id),
                "runs_on",
                (workload.component.kind.node_type(), &workload.id),
                false,
            );
            let called = workloads.iter().filter(|other| {
                other.cluster.name == workload.cluster.name
                    && workload.component.calls.contains(&other.component.name)
                    && has_service(other.component)
            });
            for other in called {
                let target = service_id(self.seed, other);
                self.edge(("SERVICE", &id), "calls", ("SERVICE", &target), true);
            }
        }
    }
}

/// Whether traces show the component as a service.
pub(crate) fn has_service(component: &Component) -> bool {
    component.telemetry && component.technology != "python" && component.kind == WorkloadKind::Deployment
}

/// The id of a component's service, the same in Smartscape and as classic entity.
pub(crate) fn service_id(seed: u64, workload: &Workload) -> String {
    format!(
        "SERVICE-{}",
        hexadecimal(seed, &format!("SERVICE/{}/{}", workload.cluster.name, workload.component.name))
    )
}

const ENTITY_COLUMNS: &[&str] = &["id", "entity.name"];

fn classic(store: &mut Store, landscape: &Landscape, workloads: &[Workload], seed: u64, now: i64) {
    let lifetime = Value::Timeframe(now - 60 * DAY, now);
    let entity_record = |id: String, name: &str| {
        Record::new().with("id", id).with("entity.name", name).with("lifetime", lifetime.clone())
    };
    let no_tags = || Value::strings::<&str>([]);
    let mut tables: [(&str, Vec<Arc<Record>>); 4] = [
        ("dt.entity.kubernetes_cluster", Vec::new()),
        ("dt.entity.cloud_application_namespace", Vec::new()),
        ("dt.entity.cloud_application", Vec::new()),
        ("dt.entity.service", Vec::new()),
    ];
    let [(_, clusters), (_, namespace_rows), (_, applications), (_, services)] = &mut tables;
    for cluster in landscape.clusters {
        let cluster_id = entity(seed, "KUBERNETES_CLUSTER", cluster.name);
        clusters.push(Arc::new(entity_record(cluster_id.clone(), cluster.name).with("tags", no_tags())));
        for namespace in namespaces(cluster) {
            let id = entity(seed, "CLOUD_APPLICATION_NAMESPACE", &format!("{}/{namespace}", cluster.name));
            let clustered_by = Record::new().with("dt.entity.kubernetes_cluster", cluster_id.as_str());
            namespace_rows.push(Arc::new(
                entity_record(id, namespace)
                    .with("tags", no_tags())
                    .with("clustered_by", Value::record(clustered_by)),
            ));
        }
    }
    for workload in workloads {
        let (component, cluster) = (workload.component, workload.cluster);
        let namespace =
            entity(seed, "CLOUD_APPLICATION_NAMESPACE", &format!("{}/{}", cluster.name, cluster.namespace));
        let labels = value_from_json(&Json::Object(
            workload.labels().into_iter().map(|(key, value)| (key.to_owned(), Json::String(value))).collect(),
        ));
        let tags = workload.labels().into_iter().map(|(key, value)| format!("[Kubernetes]{key}:{value}"));
        let clustered_by = Record::new()
            .with("dt.entity.kubernetes_cluster", entity(seed, "KUBERNETES_CLUSTER", cluster.name));
        let belongs_to = Record::new().with("dt.entity.cloud_application_namespace", namespace);
        applications.push(Arc::new(
            entity_record(workload.classic_id.clone(), component.name)
                .with("cloudApplicationDeploymentTypes", Value::strings([component.kind.classic_type()]))
                .with("cloudApplicationLabels", labels.clone())
                .with("kubernetesLabels", labels)
                .with("kubernetesAnnotations", Value::record(annotations()))
                .with("namespaceName", cluster.namespace)
                .with("tags", Value::strings(tags))
                .with("clustered_by", Value::record(clustered_by))
                .with("belongs_to", Value::record(belongs_to)),
        ));
        if has_service(component) {
            // As a rule for automatic tags writes them.
            let owner = ownership::owner_label(component).map(|owner| format!("owner:{owner}"));
            let tags = [format!("stage:{}", cluster.stage), format!("team:{}", component.team)];
            let runs_on = Record::new().with("dt.entity.cloud_application", workload.classic_id.as_str());
            services.push(Arc::new(
                entity_record(service_id(seed, workload), component.name)
                    .with("tags", Value::strings(owner.into_iter().chain(tags)))
                    .with("runs_on", Value::record(runs_on)),
            ));
        }
    }
    for (name, rows) in tables {
        store.insert_table(
            name,
            Table::new(rows, TimeColumn::Timeframe("lifetime")).with_default_columns(ENTITY_COLUMNS),
        );
    }
}

/// What Kubernetes writes on every deployment.
fn annotations() -> Record {
    Record::new().with("deployment.kubernetes.io/revision", "7")
}
