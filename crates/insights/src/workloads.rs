//! The Kubernetes workloads that belong to a subject.
//!
//! ```text
//! annotations ─> WorkloadSelection ─> a query of one record a workload (Smartscape, or classic entities)
//! ```

use std::collections::BTreeMap;

use grailstage_catalog::{LabelSelector, Operator, WorkloadSelection};
use grailstage_dql::ast::Expression;
use grailstage_dql::builder::{
    Column, Pipeline, ago, all_of, any_of, coalesce, column, fetch, field, is_in, is_not_null, is_null,
    minutes, not, smartscape_nodes, to_long, to_string,
};
use grailstage_tenant::number::Long;
use grailstage_tenant::{EntityModel, EnvironmentConfig, links};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{Cell, LinkCell};
use crate::subject::Subject;

/// The kinds of workloads that are shown; the pods and replica sets below them are not.
const WORKLOAD_TYPES: [&str; 4] = ["K8S_CRONJOB", "K8S_DAEMONSET", "K8S_DEPLOYMENT", "K8S_STATEFULSET"];

// The fields of a workload.
pub(crate) const ID: &str = "id";
pub(crate) const CLASSIC_ID: &str = "classic_id";
pub(crate) const KIND: &str = "kind";
pub(crate) const NAME: &str = "name";
pub(crate) const CLUSTER: &str = "cluster";
pub(crate) const NAMESPACE: &str = "namespace";
pub(crate) const VERSION: &str = "version";
pub(crate) const LABELS: &str = "labels";
pub(crate) const READY: &str = "ready";
pub(crate) const DESIRED: &str = "desired";

/// The label that says which version a workload runs. Source: Kubernetes documentation, recommended labels.
const VERSION_LABEL: &str = "app.kubernetes.io/version";

/// Where Smartscape has the labels of a node.
const SMARTSCAPE_LABELS: &str = "tags:k8s.labels";

/// What the annotations of all members select; empty where none has one of [`WorkloadSelection::ANNOTATIONS`].
pub(crate) fn selections(subject: &Subject) -> Result<Vec<WorkloadSelection>, InsightError> {
    Ok(named_selections(subject)?.into_iter().map(|(_, selection)| selection).collect())
}

/// The same with the name of each member for people.
pub(crate) fn named_selections(subject: &Subject) -> Result<Vec<(&str, WorkloadSelection)>, InsightError> {
    let mut selections = Vec::new();
    for member in subject.members() {
        if let Some(selection) = WorkloadSelection::of(member)? {
            selections.push((member.metadata.title.as_deref().unwrap_or(&member.metadata.name), selection));
        }
    }
    Ok(selections)
}

/// The selected workloads, with the fields above. `READY` and `DESIRED` are of Smartscape only, as are `more`
/// columns, which may use its fields and the record `manifest`; `LABELS` is of classic entities only.
pub(crate) fn of(
    model: EntityModel,
    selections: &[WorkloadSelection],
    more: impl IntoIterator<Item = Column>,
) -> Pipeline {
    match model {
        EntityModel::Smartscape => smartscape(selections, more),
        EntityModel::Classic => classic(selections),
    }
}

/// The same with `LABELS`, whatever the model.
pub(crate) fn labelled_in_full(model: EntityModel, selections: &[WorkloadSelection]) -> Pipeline {
    of(model, selections, [column(LABELS, field(SMARTSCAPE_LABELS))])
}

/// The selected workloads with their labels, to be read as [`Workload`].
pub(crate) fn labelled(model: EntityModel, selections: &[WorkloadSelection]) -> Pipeline {
    labelled_in_full(model, selections).fields([ID, CLASSIC_ID, NAME, CLUSTER, NAMESPACE, VERSION, LABELS])
}

/// The same with how many pods are ready and wanted, which classic entities do not say.
pub(crate) fn labelled_with_pods(model: EntityModel, selections: &[WorkloadSelection]) -> Pipeline {
    let workloads = labelled_in_full(model, selections);
    let mut fields = vec![ID, CLASSIC_ID, NAME, CLUSTER, NAMESPACE, VERSION, LABELS];
    if model == EntityModel::Smartscape {
        fields.extend([READY, DESIRED]);
    }
    workloads.fields(fields)
}

/// A record of [`labelled`].
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Workload {
    /// The id of the Smartscape node, or of the classic entity.
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) classic_id: Option<String>,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) cluster: Option<String>,
    #[serde(default)]
    pub(crate) namespace: Option<String>,
    #[serde(default)]
    pub(crate) version: Option<String>,
    #[serde(default)]
    labels: Option<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    ready: Option<Long>,
    #[serde(default)]
    desired: Option<Long>,
}

impl Workload {
    /// How many of its pods are ready, and how many are wanted; nothing where that is not known.
    pub(crate) fn pods(&self) -> Option<(i64, i64)> {
        let Long(desired) = self.desired?;
        // Kubernetes leaves `readyReplicas` out while no pod is ready.
        Some((self.ready.map_or(0, |Long(ready)| ready), desired))
    }

    /// Whether it is what an entity of the catalog selects.
    pub(crate) fn is_of(&self, selection: &WorkloadSelection) -> bool {
        let labels = self.labels.iter().flatten();
        let labels = labels.filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect();
        selection.matches(self.namespace.as_deref().unwrap_or_default(), &labels)
    }

    /// Its labels; none where they are not known.
    pub(crate) fn labels(&self) -> BTreeMap<&str, &str> {
        let labels = self.labels.iter().flatten();
        labels.filter_map(|(key, value)| Some((key.as_str(), value.as_deref()?))).collect()
    }

    /// Whether its labels were asked for and told.
    pub(crate) const fn knows_labels(&self) -> bool {
        self.labels.is_some()
    }

    /// The value of a label.
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        self.labels.as_ref()?.get(key)?.as_deref()
    }

    /// Whether an id of either kind is its own.
    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.id == id || self.classic_id.as_deref() == Some(id)
    }

    /// Leads to its page; says where it is and which version it runs.
    pub(crate) fn link(&self, environment: &EnvironmentConfig) -> LinkCell {
        let parts: Vec<&str> = [&self.cluster, &self.namespace, &self.version]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        let detail = (!parts.is_empty()).then(|| parts.join(" · "));
        let url = url(environment, &self.id);
        LinkCell { text: self.name.clone(), url, detail }
    }
}

/// A workload by name and kind, leading to its page in the Kubernetes app.
pub(crate) fn link(environment: &EnvironmentConfig, id: &str, name: String, kind: Option<&str>) -> Cell {
    Cell::Link(LinkCell { text: name, url: url(environment, id), detail: kind.map(kind_title) })
}

/// The page of a workload; of the environment, where the id is none of a workload.
fn url(environment: &EnvironmentConfig, id: &str) -> String {
    let base = environment.url();
    let url = match environment.entity_model() {
        EntityModel::Smartscape => {
            links::kubernetes_node(base, id).or_else(|| links::classic_entity(base, id))
        }
        EntityModel::Classic => links::classic_entity(base, id),
    };
    url.unwrap_or_else(|| base.as_str().to_owned())
}

/// Workloads as nodes of Smartscape. The manifest says how many pods are ready and wanted; where it is hidden from
/// the token, they stay unknown. Source of the fields: docs.dynatrace.com, semantic dictionary, Smartscape.
fn smartscape(selections: &[WorkloadSelection], more: impl IntoIterator<Item = Column>) -> Pipeline {
    let labels = SMARTSCAPE_LABELS;
    let nodes = smartscape_nodes(WORKLOAD_TYPES).from(ago(minutes(10)));
    let nodes = match selections {
        [selection] => match &selection.namespace {
            Some(namespace) => nodes.filter(field("k8s.namespace.name").eq(namespace.as_str())),
            None => nodes,
        }
        .filter(selected(labels, &selection.labels)),
        selections => nodes.filter(any_selected(labels, "k8s.namespace.name", selections)),
    };
    let mut fields = vec![
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
    ];
    fields.extend(more);
    nodes.parse(field("k8s.object"), "JSON:manifest").fields(fields)
}

fn manifest(section: &str, key: &str) -> Expression {
    field("manifest").key(section).key(key)
}

/// Workloads as classic entities, for environments without Smartscape. Source of the fields: docs.dynatrace.com,
/// classic entity types, cloud application.
fn classic(selections: &[WorkloadSelection]) -> Pipeline {
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
