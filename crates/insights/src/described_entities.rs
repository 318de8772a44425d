//! The entities of a subject's members, and what they say about themselves: labels, annotations, tags and zones.
//!
//! ```text
//! Member ─┬─ selection ─> workloads ── lookup ─> their classic tags and zones ─┐
//!         └─ ids ───────> nodes and classic entities, appended to each other ──┴─> DescribedEntity
//! ```

use std::collections::{BTreeMap, BTreeSet};

use grailstage_dql::builder::{
    Column, Pipeline, ago, column, fetch, fetch_named, field, is_in, minutes, smartscape_nodes, to_string,
};
use grailstage_tenant::EntityModel;
use grailstage_tenant::management_zone::EntityFacts;
use grailstage_tenant::ownership::{MetadataSource, Metadatum};
use grailstage_tenant::tag::Tag;
use serde::Deserialize;

use crate::InsightError;
use crate::card::{Context, Question, Results};
use crate::counterparts::{self, Member};
use crate::workloads::{self, CLASSIC_ID, CLUSTER, ID, LABELS, NAME, NAMESPACE, Workload};

/// The scope of what only classic entities have. Without it tags and zones stay unknown.
pub(crate) const ENTITIES_SCOPE: &str = "storage:entities:read";

// The fields beside those of a workload.
const ANNOTATIONS: &str = "annotations";
const TAGS: &str = "tags";
const ZONES: &str = "zones";
/// Keys under which primary tags name an owner. Primary tags are fields of their own and cannot be asked for by the
/// beginning of a key.
const PRIMARY_TAGS: [&str; 3] = ["primary_tags.owner", "primary_tags.dt.owner", "primary_tags.ownership"];

/// An entity of a member, as its records say. What is not known is `None`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DescribedEntity {
    #[serde(flatten)]
    workload: Workload,
    #[serde(default)]
    annotations: Option<BTreeMap<String, Option<String>>>,
    /// As text, such as `[Kubernetes]app:cart`.
    #[serde(default)]
    tags: Option<Vec<String>>,
    /// The names of its zones.
    #[serde(default)]
    pub(crate) zones: Option<Vec<String>>,
    #[serde(default, rename = "primary_tags.owner")]
    primary_owner: Option<String>,
    #[serde(default, rename = "primary_tags.dt.owner")]
    primary_dt_owner: Option<String>,
    #[serde(default, rename = "primary_tags.ownership")]
    primary_ownership: Option<String>,
}

/// The questions for the entities of these members, without what the token may not read.
pub(crate) fn questions(context: &Context<'_>, members: &[Member]) -> Vec<Question> {
    let selections = counterparts::selections(members);
    let mut questions = Vec::new();
    if !selections.is_empty() {
        let query = described_workloads(context, &selections).build();
        questions.push(Question { key: "workloads", query });
    }
    let ids: BTreeSet<&str> = members.iter().flat_map(Member::ids).map(String::as_str).collect();
    if let Some(entities) = described_ids(context, &ids) {
        questions.push(Question { key: "entities", query: entities.build() });
    }
    questions
}

/// The entities that came back.
///
/// # Errors
/// `unexpected-records`
pub(crate) fn read(results: &Results) -> Result<Vec<DescribedEntity>, InsightError> {
    let mut entities: Vec<DescribedEntity> = results.records("workloads")?;
    let more: Vec<DescribedEntity> = results.records("entities")?;
    for entity in more {
        if !entities.iter().any(|known| known.workload.has_id(&entity.workload.id)) {
            entities.push(entity);
        }
    }
    Ok(entities)
}

fn described_workloads(
    context: &Context<'_>,
    selections: &[grailstage_catalog::WorkloadSelection],
) -> Pipeline {
    let model = context.environment.entity_model();
    let mut fields = vec![ID, CLASSIC_ID, NAME, CLUSTER, NAMESPACE, LABELS];
    let mut more = Vec::new();
    let mut looked_up = vec![column(TAGS, field("related_tags"))];
    match model {
        EntityModel::Smartscape => {
            more = node_columns();
            fields.push(ANNOTATIONS);
            fields.extend(PRIMARY_TAGS);
        }
        EntityModel::Classic => {
            looked_up.push(column(ANNOTATIONS, field("related_annotations")));
            looked_up.push(column(ZONES, field("related_zones")));
        }
    }
    let workloads = workloads::of(model, selections, more);
    if !context.may(ENTITIES_SCOPE) {
        return workloads.fields(fields);
    }
    fields.push(TAGS);
    if model == EntityModel::Classic {
        fields.extend([ANNOTATIONS, ZONES]);
    }
    let classic = fetch("dt.entity.cloud_application").from(ago(minutes(10))).fields([
        column("related", field("id")),
        column("related_tags", field("tags")),
        column("related_annotations", field("kubernetesAnnotations")),
        column("related_zones", field("managementZones")),
    ]);
    workloads.lookup(classic, CLASSIC_ID, "related", looked_up).fields(fields)
}

/// What nodes of Smartscape say about themselves.
fn node_columns() -> Vec<Column> {
    let mut columns =
        vec![column(LABELS, field("tags:k8s.labels")), column(ANNOTATIONS, field("tags:k8s.annotations"))];
    columns.extend(PRIMARY_TAGS.map(|key| column(key, field(key))));
    columns
}

/// Entities by their ids: nodes of Smartscape, and classic entities by their types.
fn described_ids(context: &Context<'_>, ids: &BTreeSet<&str>) -> Option<Pipeline> {
    let model = context.environment.entity_model();
    let mut by_type: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for id in ids {
        if let Some(entity_type) = EntityFacts::type_of_id(id) {
            by_type.entry(entity_type).or_default().push(id);
        }
    }
    let pipelines = by_type.into_iter().filter_map(|(entity_type, ids)| {
        if is_node_type(entity_type) {
            return (model == EntityModel::Smartscape).then(|| nodes(entity_type, ids));
        }
        context.may(ENTITIES_SCOPE).then(|| classic_entities(model, entity_type, ids))
    });
    pipelines.reduce(Pipeline::append)
}

/// Types that exist in Smartscape only.
fn is_node_type(entity_type: &str) -> bool {
    entity_type.starts_with("K8S_") || matches!(entity_type, "PROCESS" | "CONTAINER")
}

fn nodes(entity_type: &str, ids: Vec<&str>) -> Pipeline {
    let mut columns = vec![
        column(ID, to_string(field("id"))),
        column(CLASSIC_ID, field("id_classic")),
        column(NAME, field("name")),
        column(CLUSTER, field("k8s.cluster.name")),
        column(NAMESPACE, field("k8s.namespace.name")),
    ];
    columns.extend(node_columns());
    smartscape_nodes([entity_type])
        .from(ago(minutes(10)))
        .filter(is_in(to_string(field("id")), ids))
        .fields(columns)
}

fn classic_entities(model: EntityModel, entity_type: &str, ids: Vec<&str>) -> Pipeline {
    let mut columns = vec![
        column(ID, field("id")),
        column(CLASSIC_ID, field("id")),
        column(NAME, field("entity.name")),
        column(TAGS, field("tags")),
    ];
    if model == EntityModel::Classic {
        columns.push(column(ZONES, field("managementZones")));
    }
    fetch_named(&format!("dt.entity.{}", entity_type.to_lowercase()))
        .from(ago(minutes(10)))
        .filter(is_in(field("id"), ids))
        .fields(columns)
}

impl DescribedEntity {
    /// Whether it belongs to a member.
    pub(crate) fn is_of(&self, member: &Member) -> bool {
        let ids: Vec<String> = [Some(&self.workload.id), self.workload.classic_id.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        member.has_any(&ids, std::slice::from_ref(&self.workload))
    }

    /// All it says about itself. Kubernetes labels that Dynatrace took over as tags count once, as labels.
    pub(crate) fn metadata(&self) -> Vec<Metadatum> {
        let labels = self.workload.labels();
        let annotations = self.annotations.iter().flatten();
        let annotations = annotations.filter_map(|(key, value)| Some((key.as_str(), value.as_deref()?)));
        let is_label = |tag: &Tag| {
            let of_kubernetes =
                tag.context.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("kubernetes"));
            of_kubernetes
                && tag.value.as_deref().is_some_and(|value| labels.get(tag.key.as_str()) == Some(&value))
        };
        let tags = self.tags.iter().flatten().filter(|tag| !is_label(&Tag::parse(tag)));
        let primary = [&self.primary_owner, &self.primary_dt_owner, &self.primary_ownership];
        let primary = PRIMARY_TAGS.into_iter().zip(primary).filter_map(|(key, value)| {
            Some(Metadatum::new(
                MetadataSource::PrimaryTag,
                key.trim_start_matches("primary_tags."),
                value.as_deref()?,
            ))
        });
        labels
            .iter()
            .map(|(key, value)| Metadatum::new(MetadataSource::Label, *key, *value))
            .chain(annotations.map(|(key, value)| Metadatum::new(MetadataSource::Annotation, key, value)))
            .chain(tags.filter_map(|tag| Metadatum::of_tag(tag)))
            .chain(primary)
            .collect()
    }

    /// The same under the names that the rules of zones use.
    pub(crate) fn facts(&self) -> EntityFacts {
        let workload = &self.workload;
        let id = workload.classic_id.as_ref().unwrap_or(&workload.id);
        let labels = workload.labels();
        EntityFacts {
            id: id.clone(),
            entity_type: classic_type(EntityFacts::type_of_id(id).unwrap_or_default()).to_owned(),
            name: workload.name.clone(),
            tags: self.tags.clone(),
            labels: workload.knows_labels().then(|| {
                labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
            }),
            cluster: workload.cluster.clone(),
            namespace: workload.namespace.clone(),
            attributes: BTreeMap::new(),
        }
    }
}

/// The classic type of what a node of Smartscape stands for.
fn classic_type(entity_type: &str) -> &str {
    match entity_type {
        "K8S_CRONJOB" | "K8S_DAEMONSET" | "K8S_DEPLOYMENT" | "K8S_STATEFULSET" => "CLOUD_APPLICATION",
        "K8S_NAMESPACE" => "CLOUD_APPLICATION_NAMESPACE",
        "K8S_CLUSTER" => "KUBERNETES_CLUSTER",
        other => other,
    }
}
