//! Errors as JavaScript gets them: a plain `ErrorPayload`, which the loader makes a `GrailstageError` of.

use grailstage_insights::error::ErrorPayload;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The payload as a plain object.
pub(crate) fn thrown(error: impl Into<ErrorPayload>) -> JsValue {
    plain(&error.into())
}

/// Small data as plain objects and arrays.
pub(crate) fn plain(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}
