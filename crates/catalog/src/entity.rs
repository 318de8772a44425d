//! The catalog's entities as Backstage hands them out.
//!
//! ```text
//! JSON ── json::read ──► Entity { what this project reads, typed; the rest in `other` } ── json::write ──► JSON
//! ```
//!
//! Reading asks for what the catalog's own schema asks for
//! (<https://backstage.io/docs/features/software-catalog/descriptor-format>), no more: an entity it stores is
//! readable here. Writing loses nothing: JSON that was read is written back equal, apart from the order of keys.

mod json;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::entity_ref::{DEFAULT_NAMESPACE, EntityRef, EntityRefContext};
use crate::error::CatalogError;

/// An entity of the catalog: a component, system, group and so on.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// The version of its format, such as `backstage.io/v1alpha1`.
    pub api_version: String,
    /// Its kind as written, such as `Component`; without `:` and `/`.
    pub kind: String,
    /// What every kind has.
    pub metadata: Metadata,
    /// What its kind adds.
    pub spec: Option<Map<String, Value>>,
    /// How it stands to other entities, as worked out by the catalog.
    pub relations: Vec<Relation>,
    /// All other fields, such as `status`; also a field above that was written as `null` or empty.
    pub other: Map<String, Value>,
}

/// What every kind of entity has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// The name, unique for a kind and namespace.
    pub name: String,
    /// The namespace as written; [`Entity::namespace`] knows the default.
    pub namespace: Option<String>,
    /// The title for people.
    pub title: Option<String>,
    /// What it is, for people.
    pub description: Option<String>,
    /// Labels by key.
    pub labels: BTreeMap<String, String>,
    /// Annotations by key.
    pub annotations: BTreeMap<String, String>,
    /// Tags in the order written.
    pub tags: Vec<String>,
    /// Links in the order written.
    pub links: Vec<Link>,
    /// The catalog's own id of the entity.
    pub uid: Option<String>,
    /// Changes with every change of the entity.
    pub etag: Option<String>,
    /// All other fields; also a field above that was written as `null` or empty.
    pub other: Map<String, Value>,
}

/// A link of an entity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Link {
    /// Where it leads; any text, not checked to be a URL.
    pub url: String,
    /// The text for people.
    pub title: Option<String>,
    /// The key of an icon.
    pub icon: Option<String>,
    /// The key of a group of links.
    pub link_type: Option<String>,
    /// All other fields; also a field above that was written as `null`.
    pub other: Map<String, Value>,
}

/// How an entity stands to another one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Relation {
    /// The kind of relation, such as `ownedBy`.
    pub relation_type: String,
    /// The full reference of the other entity, as text.
    pub target_ref: String,
    /// All other fields.
    pub other: Map<String, Value>,
}

impl Entity {
    /// Reads an entity from its JSON value.
    ///
    /// # Errors
    /// `invalid-entity` with the JSON path of the value that the catalog's schema does not allow.
    pub fn from_json(value: Value) -> Result<Self, CatalogError> {
        Ok(json::read(value)?)
    }

    /// Reads an entity from JSON text in UTF-8.
    ///
    /// # Errors
    /// `invalid-entity` if the text is not JSON, or as [`from_json`](Self::from_json).
    pub fn from_json_slice(text: &[u8]) -> Result<Self, CatalogError> {
        let value = serde_json::from_slice(text)
            .map_err(|error| InvalidEntity { path: String::new(), fault: format!("not JSON: {error}") })?;
        Self::from_json(value)
    }

    /// The entity as JSON, with all fields it was read with.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json::write(self)
    }

    /// The namespace, `default` where none is written.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.metadata.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)
    }

    /// The reference to this entity.
    #[must_use]
    pub fn entity_ref(&self) -> EntityRef {
        EntityRef::from_checked(&self.kind, self.namespace(), &self.metadata.name)
    }

    /// The value of an annotation.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata.annotations.get(key).map(String::as_str)
    }

    /// `spec.type` if it is text, such as `service`.
    #[must_use]
    pub fn spec_type(&self) -> Option<&str> {
        self.spec_text("type")
    }

    /// `spec.lifecycle` if it is text, such as `production`.
    #[must_use]
    pub fn lifecycle(&self) -> Option<&str> {
        self.spec_text("lifecycle")
    }

    /// `spec.owner` if it is text, as written: a reference that may be short.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.spec_text("owner")
    }

    /// `spec.system` if it is text, as written: a reference that may be short.
    #[must_use]
    pub fn system(&self) -> Option<&str> {
        self.spec_text("system")
    }

    /// The owner in full: without a kind it is a group, without a namespace it is in the entity's.
    ///
    /// # Errors
    /// `invalid-entity-ref` if `spec.owner` is not a reference.
    pub fn owner_ref(&self) -> Result<Option<EntityRef>, CatalogError> {
        self.resolve(self.owner(), "group")
    }

    /// The system in full: without a kind it is a system, without a namespace it is in the entity's.
    ///
    /// # Errors
    /// `invalid-entity-ref` if `spec.system` is not a reference.
    pub fn system_ref(&self) -> Result<Option<EntityRef>, CatalogError> {
        self.resolve(self.system(), "system")
    }

    fn resolve(&self, text: Option<&str>, kind: &str) -> Result<Option<EntityRef>, CatalogError> {
        let context = EntityRefContext { kind: Some(kind), namespace: Some(self.namespace()) };
        text.map(|text| EntityRef::parse_in(text, context)).transpose()
    }

    fn spec_text(&self, key: &str) -> Option<&str> {
        self.spec.as_ref()?.get(key)?.as_str()
    }
}

impl Relation {
    /// The other entity.
    ///
    /// # Errors
    /// `invalid-entity-ref` if the target is not a reference that says its kind.
    pub fn target(&self) -> Result<EntityRef, CatalogError> {
        EntityRef::parse(&self.target_ref)
    }
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A value that is not what the catalog's schema allows at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEntity {
    path: String,
    fault: String,
}

impl InvalidEntity {
    /// Where the value stands, such as `metadata.links[0].url` or `metadata.annotations["a.b/c"]`; empty for
    /// the entity itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How to write it right.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        "an entity needs `apiVersion`, `kind` and `metadata.name`, as the catalog hands it out; see \
         https://backstage.io/docs/features/software-catalog/descriptor-format"
    }
}

impl fmt::Display for InvalidEntity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(formatter, "invalid entity: {}", self.fault)
        } else {
            write!(formatter, "invalid entity at `{}`: {}", self.path, self.fault)
        }
    }
}

impl std::error::Error for InvalidEntity {}
