//! The language as JavaScript sees it. The answers are JSON text, which JavaScript parses faster than objects cross
//! the boundary.

use grailstage_insights::InsightError;
use grailstage_insights::language;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::json;
use crate::thrown::thrown;

/// The mistakes in a text: the JSON of a `DqlReport`.
///
/// # Errors
/// Throws an `ErrorPayload` for wrong options.
#[wasm_bindgen(js_name = checkDql)]
pub fn check_dql(
    #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "DqlCheckOptions | undefined")] options: &JsValue,
) -> Result<String, JsValue> {
    report(text, options, language::check_dql)
}

/// A text laid out anew: the JSON of a `DqlReport`.
///
/// # Errors
/// Throws an `ErrorPayload` for wrong options.
#[wasm_bindgen(js_name = formatDql)]
pub fn format_dql(
    #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "DqlOptions | undefined")] options: &JsValue,
) -> Result<String, JsValue> {
    report(text, options, language::format_dql)
}

/// What a query reads and yields: the JSON of a `DqlReport`.
///
/// # Errors
/// Throws an `ErrorPayload` for wrong options.
#[wasm_bindgen(js_name = explainDql)]
pub fn explain_dql(
    #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "DqlOptions | undefined")] options: &JsValue,
) -> Result<String, JsValue> {
    report(text, options, language::explain_dql)
}

fn report(
    text: &JsValue,
    options: &JsValue,
    make: fn(&str, &Value) -> Result<String, InsightError>,
) -> Result<String, JsValue> {
    crate::panic_report::install();
    #[cfg(feature = "trap")]
    drop(crate::trap::Trap::in_call(text));
    let text = text.as_string().ok_or_else(|| {
        let reason = format!("the DQL is of type `{}` and not a string", type_name(text));
        thrown(InsightError::InvalidRequest { reason })
    })?;
    let options = json(options, "the value of `options`").map_err(thrown)?;
    make(&text, &options).map_err(thrown)
}

fn type_name(value: &JsValue) -> String {
    value.js_typeof().as_string().unwrap_or_default()
}
