//! A settings object as it is read, and as it is to be written.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A settings object of the environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingsObject {
    /// Its id, an opaque text of a hundred characters and more.
    pub object_id: String,
    /// The schema, such as `builtin:ownership.teams`; empty where an object was read by its id and the
    /// environment does not say.
    pub schema_id: String,
    /// What it applies to: `environment` or an entity id.
    pub scope: String,
    /// The id it was given by whoever imported it.
    pub external_id: Option<String>,
    /// The version of the schema its value follows.
    pub schema_version: Option<String>,
    /// Time of the last change, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// Changes with every change of the object.
    pub update_token: Option<String>,
    /// Its value, as the schema says.
    pub value: Value,
}

/// A settings object to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingsDraft {
    /// The schema.
    pub schema_id: String,
    /// What it applies to; most often `environment`.
    pub scope: String,
    /// The id to find it by again. It cannot be changed later.
    pub external_id: Option<String>,
    /// The value, as the schema says.
    pub value: Value,
}

impl SettingsDraft {
    /// An object that applies to the environment and can be found again by its external id.
    #[must_use]
    pub fn new(schema_id: impl Into<String>, external_id: impl Into<String>, value: Value) -> Self {
        Self {
            schema_id: schema_id.into(),
            scope: "environment".to_owned(),
            external_id: Some(external_id.into()),
            value,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("schemaId".to_owned(), self.schema_id.clone().into());
        object.insert("scope".to_owned(), self.scope.clone().into());
        if let Some(external_id) = &self.external_id {
            object.insert("externalId".to_owned(), external_id.clone().into());
        }
        object.insert("value".to_owned(), self.value.clone());
        Value::Object(object)
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Updated {
    /// The object has the new value.
    Written,
    /// It had it before.
    Unchanged,
}

/// What became of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The object is gone now.
    Removed,
    /// There was none.
    WasGone,
}
