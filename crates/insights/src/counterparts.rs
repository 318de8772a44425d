//! What in Dynatrace belongs to the members of a subject: workloads by their labels, and entities by their ids.

use grailstage_catalog::annotation::DYNATRACE_ENTITY_ID;
use grailstage_catalog::{DynatraceEntityId, DynatraceEntityIds, Entity, WorkloadSelection};
use grailstage_dql::ast::Expression;
use grailstage_dql::builder::{
    Pipeline, array, array_concat, array_remove_nulls, call, coalesce, column, field, is_in, is_not_null,
    to_string,
};
use grailstage_tenant::EntityModel;

use crate::InsightError;
use crate::subject::Subject;
use crate::workloads::{self, CLASSIC_ID, ID, Workload};

/// The annotations that lead to counterparts; any one of them will do.
pub(crate) const ANNOTATIONS: [&str; 3] =
    [WorkloadSelection::ANNOTATIONS[0], WorkloadSelection::ANNOTATIONS[1], DYNATRACE_ENTITY_ID];

/// A member of a subject, with an annotation of [`ANNOTATIONS`].
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its name for people.
    pub(crate) name: String,
    /// Whose it is, as the catalog says; its short form where that is not ambiguous.
    pub(crate) owner: Option<String>,
    /// The workloads that are its own.
    pub(crate) selection: Option<WorkloadSelection>,
    /// The ids of its entities.
    ids: Vec<String>,
}

/// All members of a subject that have counterparts.
///
/// # Errors
/// When an annotation cannot be understood.
pub(crate) fn members(subject: &Subject) -> Result<Vec<Member>, InsightError> {
    let members = subject.members().iter().map(Member::of);
    members.filter_map(Result::transpose).collect()
}

impl Member {
    /// The member that an entity of the catalog is; `None` where it has no counterpart.
    ///
    /// # Errors
    /// When an annotation cannot be understood.
    pub(crate) fn of(entity: &Entity) -> Result<Option<Self>, InsightError> {
        let selection = WorkloadSelection::of(entity)?;
        let ids: Vec<String> = DynatraceEntityIds::of(entity)?
            .iter()
            .flat_map(DynatraceEntityIds::iter)
            .map(|id: &DynatraceEntityId| id.as_str().to_owned())
            .collect();
        if selection.is_none() && ids.is_empty() {
            return Ok(None);
        }
        let owner = Self::owner_of(entity);
        let metadata = &entity.metadata;
        let name = metadata.title.as_ref().unwrap_or(&metadata.name).clone();
        Ok(Some(Self { name, owner, selection, ids }))
    }

    /// Whose an entity is, as the catalog says; its short form where that is not ambiguous.
    pub(crate) fn owner_of(entity: &Entity) -> Option<String> {
        // An owner that is no reference is shown as it is written: whose page it is does not depend on it.
        match entity.owner_ref() {
            Ok(Some(owner)) if owner.kind() == "group" && owner.namespace() == entity.namespace() => {
                Some(owner.name().to_owned())
            }
            Ok(Some(owner)) => Some(owner.to_string()),
            Ok(None) | Err(_) => entity.owner().map(str::to_owned),
        }
    }

    /// The ids of its entities that its annotations name.
    pub(crate) fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Whether one of these ids is of one of its workloads or entities.
    pub(crate) fn has_any(&self, ids: &[String], workloads: &[Workload]) -> bool {
        ids.iter().any(|id| {
            self.ids.contains(id)
                || self.selection.as_ref().is_some_and(|selection| {
                    workloads.iter().any(|workload| workload.has_id(id) && workload.is_of(selection))
                })
        })
    }
}

/// The selections of all members.
pub(crate) fn selections(members: &[Member]) -> Vec<WorkloadSelection> {
    members.iter().filter_map(|member| member.selection.clone()).collect()
}

/// The records that concern a counterpart: `ids` is the array of the entities that a record is about, as
/// [`texts`] makes it. A record that concerns several comes back several times.
pub(crate) fn concerning(
    records: Pipeline,
    ids: Expression,
    members: &[Member],
    model: EntityModel,
) -> Pipeline {
    let named = is_in(field(COUNTERPART), members.iter().flat_map(|member| &member.ids));
    let selections = selections(members);
    if selections.is_empty() {
        return records.expand_as(COUNTERPART, ids).filter(named);
    }
    with_workloads(records, ids, &selections, model).filter(is_not_null(field(WORKLOAD)).or(named))
}

const COUNTERPART: &str = "counterpart";

/// The workload that a record of [`with_workloads`] is about, by [`ID`].
pub(crate) const WORKLOAD: &str = "counterpart_workload";

/// The records with the selected workload that each is about, if any; as often as in [`concerning`].
pub(crate) fn with_workloads(
    records: Pipeline,
    ids: Expression,
    selections: &[WorkloadSelection],
    model: EntityModel,
) -> Pipeline {
    // Records name workloads by ids of either kind.
    let workloads = workloads::of(model, selections, [])
        .expand_as("either_id", array_remove_nulls(array([field(ID), field(CLASSIC_ID)])))
        .fields([column("either_id", field("either_id")), column("workload_id", field(ID))]);
    records.expand_as(COUNTERPART, ids).lookup(
        workloads,
        COUNTERPART,
        "either_id",
        [column(WORKLOAD, field("workload_id"))],
    )
}

/// The ids in these arrays, classic ones and those of Smartscape, as one array of text.
pub(crate) fn texts(arrays: impl IntoIterator<Item = Expression>) -> Expression {
    array_concat(
        arrays
            .into_iter()
            .map(|each| coalesce([call("iCollectArray", [to_string(each)]), array::<Expression>([])])),
    )
}
