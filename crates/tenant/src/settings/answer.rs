//! The answers of the Settings 2.0 API, as far as they are read.

use serde::Deserialize;
use serde_json::Value;

use super::object::SettingsObject;
use crate::error::TenantError;
use crate::host::HttpResponse;
use crate::refusal::violations_of;

/// One page of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListAnswer {
    pub(super) items: Vec<Item>,
    #[serde(default)]
    pub(super) next_page_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    #[serde(default)]
    object_id: String,
    #[serde(default)]
    schema_id: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    schema_version: Option<String>,
    #[serde(default)]
    modified: Option<Value>,
    #[serde(default)]
    update_token: Option<String>,
    #[serde(default)]
    value: Value,
}

impl Item {
    pub(super) fn into_object(self, schema_id: &str) -> SettingsObject {
        SettingsObject {
            object_id: self.object_id,
            schema_id: self.schema_id.unwrap_or_else(|| schema_id.to_owned()),
            scope: self.scope.unwrap_or_else(|| "environment".to_owned()),
            external_id: self.external_id.filter(|id| !id.is_empty()),
            schema_version: self.schema_version,
            modified: self.modified.as_ref().and_then(Value::as_i64),
            update_token: self.update_token,
            value: self.value,
        }
    }
}

/// What became of one object of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WrittenItem {
    #[serde(default)]
    code: Option<u16>,
    #[serde(default)]
    object_id: Option<String>,
    #[serde(default)]
    error: Option<Value>,
}

/// The outcomes of the objects of a request; `None` where the body is no list of them.
pub(super) fn items(response: &HttpResponse) -> Option<Vec<WrittenItem>> {
    serde_json::from_slice(&response.body).ok()
}

impl WrittenItem {
    /// The object id, empty after a validation, which makes none.
    pub(super) fn into_outcome(self) -> Result<String, TenantError> {
        let error = match (self.code, self.error) {
            (Some(200..=299), _) | (None, None) => return Ok(self.object_id.unwrap_or_default()),
            (_, error) => error.unwrap_or_default(),
        };
        let message = error.get("message").and_then(Value::as_str).unwrap_or("no reason given").to_owned();
        let own = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
        Err(match self.code.or(own) {
            Some(403) => TenantError::Forbidden { message },
            Some(409 | 412) => TenantError::Conflict { message },
            _ => TenantError::Rejected { message, violations: violations_of(&error) },
        })
    }
}
