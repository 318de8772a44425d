//! A settings object, and what a request wants of one.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::schema::Schema;
use crate::encoding::base64;

/// A persisted settings object.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingsObject {
    /// Which object: an opaque text of base 64 that says schema, scope and a UUID.
    pub object_id: String,
    /// What the object gets its id from.
    pub(crate) uuid: String,
    /// The schema, such as `builtin:ownership.teams`.
    pub schema_id: &'static str,
    /// The version of the schema it was written with.
    pub schema_version: &'static str,
    /// What it applies to: `environment`.
    pub scope: String,
    /// The id that whoever made it gave it.
    pub external_id: Option<String>,
    /// What is set.
    pub value: Json,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: i64,
    /// Who changed it last.
    pub author: String,
    /// How often it was changed.
    pub(crate) revision: u64,
}

/// Fields of an object that a request may ask for.
pub(crate) const FIELDS: [&str; 17] = [
    "objectId",
    "summary",
    "searchSummary",
    "created",
    "modified",
    "createdBy",
    "modifiedBy",
    "author",
    "updateToken",
    "scope",
    "modificationInfo",
    "resourceContext",
    "owner",
    "schemaId",
    "schemaVersion",
    "value",
    "externalId",
];

impl SettingsObject {
    /// What an update names to be refused when the object has changed since.
    #[must_use]
    pub fn update_token(&self) -> String {
        base64(format!("{}/{}", self.uuid, self.revision).as_bytes())
    }

    /// A field as an answer shows it; nothing when it is not set.
    pub(crate) fn field(&self, name: &str) -> Option<Json> {
        Some(match name {
            "objectId" => json!(self.object_id),
            "summary" | "searchSummary" => json!(self.summary()),
            "created" => json!(self.created),
            "modified" => json!(self.modified),
            "createdBy" | "modifiedBy" | "author" => json!(self.author),
            "updateToken" => json!(self.update_token()),
            "scope" => json!(self.scope),
            "modificationInfo" => {
                json!({"deletable": true, "modifiable": true, "movable": false, "modifiablePaths": [], "nonModifiablePaths": []})
            }
            "resourceContext" => json!({"operations": ["read", "write", "delete"]}),
            "schemaId" => json!(self.schema_id),
            "schemaVersion" => json!(self.schema_version),
            "value" => self.value.clone(),
            "externalId" => json!(self.external_id.as_ref()?),
            _ => return None,
        })
    }

    /// What a list shows of the object.
    fn summary(&self) -> String {
        let name = self.value.get("name").and_then(Json::as_str);
        name.unwrap_or(self.schema_id).to_owned()
    }
}

/// An element of `POST …/settings/objects`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsObjectCreate {
    /// The schema.
    pub schema_id: String,
    /// What it applies to.
    pub scope: String,
    /// What is set.
    pub value: Json,
    /// The version of the schema that the value is written for.
    #[serde(default)]
    pub schema_version: Option<String>,
    /// An id of the caller's own: an object that has it already is replaced.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The object to replace; only together with an external id.
    #[serde(default)]
    pub object_id: Option<String>,
    /// Where to put it; only for schemas whose objects are ordered.
    #[serde(default)]
    pub insert_after: Option<String>,
}

/// The body of `PUT …/settings/objects/{objectId}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsObjectUpdate {
    /// What is set.
    pub value: Json,
    /// The version of the schema that the value is written for.
    #[serde(default)]
    pub schema_version: Option<String>,
    /// The update is refused unless this is the object's.
    #[serde(default)]
    pub update_token: Option<String>,
    /// Where to move it; only for schemas whose objects are ordered.
    #[serde(default)]
    pub insert_after: Option<String>,
    /// Where to move it; only for schemas whose objects are ordered.
    #[serde(default)]
    pub insert_before: Option<String>,
}

/// The id of an object. The layout is that of ids seen from Dynatrace: a magic number and a version, then schema, kind of
/// scope, scope and UUID, each behind its length, and the magic number again; in base 64 for URLs, without padding.
pub(crate) fn object_id(schema: &Schema, uuid: &str) -> String {
    const MAGIC: [u8; 8] = [0xbe, 0xef, 0x54, 0xde, 0x15, 0xda, 0xde, 0xad];
    let mut bytes = MAGIC.to_vec();
    bytes.extend([0, 0, 0, 1]);
    for part in [schema.id, "tenant", "tenant", uuid] {
        bytes.extend(u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(part.bytes());
    }
    bytes.extend(MAGIC);
    base64(&bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}
