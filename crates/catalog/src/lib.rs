//! What the Backstage catalog says about an entity, as Rust: who it is, whose it is, and which workloads, guardians
//! and Dynatrace entities are its own.
//!
//! ```text
//!  JSON of an entity
//!     │ Entity::from_json            shape only, nothing lost    ! invalid-entity, with the JSON path
//!     ▼
//!  Entity ──────── owner_ref, system_ref, entity_ref ──────────► EntityRef   "component:default/cart"
//!     │ annotations: text                                        ! invalid-entity-ref
//!     │
//!     ├─ WorkloadSelection::of ──► LabelSelector + namespace     ! invalid-label-selector, invalid-annotation
//!     │    kubernetes-label-selector, else kubernetes-id;
//!     │    kubernetes-namespace
//!     ├─ DeliverySelection::of ──► repositories, Argo CD apps    ! invalid-annotation
//!     │    */project-slug, dev.azure.com/project-repo,
//!     │    argocd/app-name
//!     ├─ GuardianTags::of,
//!     │  SloTags::of ────────────► key = value, or key exists    ! invalid-annotation
//!     └─ DynatraceEntityIds::of ─► SERVICE-…, HOST-…             ! invalid-annotation
//! ```
//!
//! Each `of` gives `None` where the annotation is absent: the caller draws that state. An annotation that is there
//! and cannot be used is a [`CatalogError`] with the annotation, the bytes of its value and the way out; nothing is
//! skipped, since a selector that loses a part selects somebody else's workloads.
//!
//! Everything here is values in, values out: no DQL, no network, no other crate of this project.
//!
//! ```
//! use grailstage_catalog::{Entity, WorkloadSelection};
//!
//! let entity = Entity::from_json_slice(
//!     br#"{
//!         "apiVersion": "backstage.io/v1alpha1",
//!         "kind": "Component",
//!         "metadata": {
//!             "name": "cart",
//!             "annotations": { "backstage.io/kubernetes-label-selector": "app = cart, tier in (web, api)" }
//!         }
//!     }"#,
//! )?;
//! let selection = WorkloadSelection::of(&entity)?.map(|selection| selection.labels.to_string());
//! assert_eq!(selection.as_deref(), Some("app=cart,tier in (api,web)"));
//! # Ok::<(), grailstage_catalog::CatalogError>(())
//! ```

pub mod annotation;
mod delivery_selection;
mod dynatrace_entity_ids;
mod entity;
mod entity_ref;
mod error;
mod excerpt;
mod guardian_tags;
mod label;
mod label_selector;
mod naming_rule;
mod required_tag;
mod slo_tags;
mod span;
mod workload_metadata;
mod workload_selection;

pub use annotation::InvalidAnnotation;
pub use delivery_selection::{DeliverySelection, Repository};
pub use dynatrace_entity_ids::{DynatraceEntityId, DynatraceEntityIds};
pub use entity::{Entity, InvalidEntity, Link, Metadata, Relation};
pub use entity_ref::{DEFAULT_NAMESPACE, EntityRef, EntityRefContext, InvalidEntityRef};
pub use error::CatalogError;
pub use guardian_tags::GuardianTags;
pub use label::{LabelKey, LabelValue};
pub use label_selector::{InvalidLabelSelector, LabelSelector, LabelValues, Operator, Requirement};
pub use required_tag::RequiredTag;
pub use slo_tags::SloTags;
pub use span::Span;
pub use workload_metadata::{
    InvalidMetadata, MetadataEntry, MetadataKind, OWNER_KEY, OWNER_KEY_BEGINNINGS, PRODUCT_LABEL,
    STAGE_LABEL, VERSION_LABEL,
};
pub use workload_selection::{KubernetesNamespace, WorkloadSelection};
