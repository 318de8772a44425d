//! Why a settings object is not what was asked for.

use serde_json::{Value as Json, json};

/// What is wrong with one place of a value. Source: `ConstraintViolation` of the Environment API v2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: schema, index of the object in the request and the path inside the value, such as
    /// `builtin:ownership.teams/0/identifier`.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// Why a settings object cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No schema of that id.
    #[error("the settings schema `{schema_id}` is not known to the sandbox, which knows {known}")]
    UnknownSchema {
        /// What was asked for.
        schema_id: String,
        /// What could have been asked for, with commas.
        known: String,
    },
    /// No object of that id.
    #[error("there is no settings object `{object_id}`")]
    UnknownObject {
        /// What was asked for.
        object_id: String,
    },
    /// The object was changed in the meantime.
    #[error("the settings object `{object_id}` was changed since its update token was read")]
    Changed {
        /// Which object.
        object_id: String,
    },
    /// The value does not fit its schema.
    #[error("Validation failed")]
    Invalid {
        /// Everything that is wrong.
        violations: Vec<Violation>,
    },
}

impl SettingsError {
    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::UnknownSchema { .. } | Self::UnknownObject { .. } => 404,
            Self::Changed { .. } => 409,
            Self::Invalid { .. } => 400,
        }
    }

    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownSchema { .. } => "unknown-schema",
            Self::UnknownObject { .. } => "unknown-object",
            Self::Changed { .. } => "changed",
            Self::Invalid { .. } => "invalid",
        }
    }

    /// What someone can do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        matches!(self, Self::Changed { .. })
            .then(|| "read the object again and repeat the change on what it has become".into())
    }

    /// The member `error` of an answer. Source: `Error` of the Environment API v2.
    pub(crate) fn json(&self) -> Json {
        let mut error = json!({"code": self.status(), "message": self.to_string()});
        if let (Self::Invalid { violations }, Json::Object(members)) = (self, &mut error) {
            let violations: Vec<Json> = violations
                .iter()
                .map(|violation| {
                    json!({
                        "path": violation.path,
                        "message": violation.message,
                        "parameterLocation": "PAYLOAD_BODY",
                        "location": null,
                    })
                })
                .collect();
            members.insert("constraintViolations".into(), Json::Array(violations));
        }
        error
    }
}
