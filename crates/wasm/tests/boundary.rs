//! The boundary in Node: what JavaScript sees of values, errors and aborted requests.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use grailstage_wasm::{WasmClient, check_dql, explain_dql, format_dql};
use js_sys::{Array, JSON, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortController, AbortSignal};

fn object(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

fn client(config: &str) -> WasmClient {
    WasmClient::new(&object(config), None, None).unwrap()
}

fn text(object: &JsValue, key: &str) -> String {
    Reflect::get(object, &key.into()).unwrap().as_string().unwrap_or_default()
}

fn request() -> JsValue {
    object(
        r#"{ "card": "kubernetes-deployments", "entity": { "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": { "name": "cart", "annotations": { "backstage.io/kubernetes-id": "webshop.cart" } } } }"#,
    )
}

async fn card(
    client: &WasmClient,
    request: &JsValue,
    signal: Option<AbortSignal>,
) -> Result<String, JsValue> {
    let bytes: Uint8Array = JsFuture::from(client.card(request, signal)).await?.unchecked_into();
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

#[wasm_bindgen_test]
fn undefined_is_a_configuration_without_environments() {
    let client = WasmClient::new(&JsValue::UNDEFINED, None, None).unwrap();
    assert_eq!(Array::from(&client.configuration_issues()).length(), 0);
}

#[wasm_bindgen_test]
fn a_broken_environment_is_an_issue_and_not_an_exception() {
    let client = client(r#"{ "environments": [{ "name": "production" }] }"#);
    let issue = Array::from(&client.configuration_issues()).get(0);
    assert_eq!(text(&issue, "code"), "invalid-config");
    assert_eq!(text(&issue, "environment"), "production");
}

#[wasm_bindgen_test]
fn an_unreadable_configuration_throws_a_plain_payload() {
    let Err(error) = WasmClient::new(&object(r#"{ "environments": "all" }"#), None, None) else {
        panic!("it was accepted")
    };
    assert_eq!(text(&error, "code"), "invalid-config");
    assert!(!error.has_type::<js_sys::Error>(), "the loader makes the error");
}

#[wasm_bindgen_test]
async fn an_answer_is_json_in_bytes() {
    let answer = card(&client("{}"), &request(), None).await.unwrap();
    assert!(answer.starts_with(r#"{"card":"kubernetes-deployments","state":"not-configured""#), "{answer}");
}

#[wasm_bindgen_test]
async fn a_refused_request_rejects_with_code_and_status() {
    let request = object(r#"{ "card": "kubernetes-deployments" }"#);
    let error = card(&client("{}"), &request, None).await.unwrap_err();
    assert_eq!(text(&error, "code"), "invalid-request");
    assert_eq!(Reflect::get(&error, &"status".into()).unwrap().as_f64(), Some(400.0));
    assert!(text(&error, "message").contains("entity"), "the missing member is named");
}

/// Nothing listens on port 1, and `fetch` refuses to try: both ways the environment cannot be reached.
const UNREACHABLE: &str = r#"{ "environments": [{ "name": "nowhere", "url": "http://127.0.0.1:1", "platformToken": "dt0s16.A.B" }] }"#;

#[wasm_bindgen_test]
async fn the_cause_of_a_failed_fetch_is_told() {
    let answer = card(&client(UNREACHABLE), &request(), None).await.unwrap();
    let answer = object(&answer);
    assert_eq!(text(&answer, "state"), "failed");
    let note = Array::from(&Reflect::get(&answer, &"notes".into()).unwrap()).get(0);
    assert_eq!(text(&note, "code"), "unreachable");
    assert!(text(&note, "message").contains("fetch failed: "), "{}", text(&note, "message"));
}

#[wasm_bindgen_test]
async fn an_aborted_signal_cancels_the_request() {
    let abort = AbortController::new().unwrap();
    abort.abort();
    let error = card(&client(UNREACHABLE), &request(), Some(abort.signal())).await.unwrap_err();
    assert_eq!(text(&error, "code"), "cancelled");
}

#[wasm_bindgen_test]
fn a_report_on_dql_is_json_text() {
    let none = JsValue::UNDEFINED;
    assert_eq!(check_dql(&"fetch logs".into(), &none).unwrap(), r#"{"valid":true,"diagnostics":[]}"#);
    assert!(format_dql(&"fetch logs|limit 3".into(), &none).unwrap().contains(r"fetch logs\n| limit 3\n"));
    // Nanoseconds of today are beyond the exact numbers of JavaScript: as text they are whole.
    let explained =
        explain_dql(&r#"fetch logs, from:"2026-01-01T00:00:00.000000001Z""#.into(), &none).unwrap();
    assert!(explained.contains("1767225600000000001"), "{explained}");
}

#[wasm_bindgen_test]
fn what_is_no_text_or_no_option_of_dql_throws_a_plain_payload() {
    let error = check_dql(&JsValue::from(42), &JsValue::UNDEFINED).unwrap_err();
    assert_eq!(text(&error, "code"), "invalid-request");
    let error = check_dql(&"fetch logs".into(), &object(r#"{ "dialect": "sql" }"#)).unwrap_err();
    assert_eq!(text(&error, "code"), "invalid-option");
    assert!(!error.has_type::<js_sys::Error>(), "the loader makes the error");
}
