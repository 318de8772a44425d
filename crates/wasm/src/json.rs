//! JavaScript values as JSON.

use grailstage_insights::InsightError;
use wasm_bindgen::JsValue;

/// A JavaScript value as JSON, through JavaScript's own JSON: exact for numbers, and `undefined` members vanish as
/// they do on the wire. Requests are small.
pub(crate) fn json(value: &JsValue, what: &str) -> Result<serde_json::Value, InsightError> {
    if value.is_undefined() {
        return Ok(serde_json::Value::Null);
    }
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    let text = text.ok_or_else(|| InsightError::InvalidRequest { reason: format!("{what} is not JSON") })?;
    serde_json::from_str(&text).map_err(|error| InsightError::InvalidRequest { reason: error.to_string() })
}
