//! The client as JavaScript sees it.

use std::rc::Rc;

use grailstage_insights::error::ErrorPayload;
use grailstage_insights::request::{CardRequest, QueryRequest};
use grailstage_insights::{Client, InsightError};
use js_sys::{Function, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

use crate::abort::aborted;
use crate::fetch_host::{AnswerStore, FetchHost};
use crate::json::json;
use crate::promise::promise;
use crate::thrown::{plain, thrown};

/// Dynatrace environments, ready to be asked. `@grailstage/core` wraps it as `DynatraceClient`.
#[wasm_bindgen]
pub struct WasmClient {
    // Shared with the requests under way: JavaScript may free the client before they end.
    pub(crate) client: Rc<Client<FetchHost>>,
}

#[wasm_bindgen]
impl WasmClient {
    /// A client for the value of the `dynatrace` configuration key, `undefined` where there is none.
    ///
    /// `store` keeps answers; without one they are shared only. `observe` hears of calls and queries.
    ///
    /// # Errors
    /// Throws an `ErrorPayload` when the configuration cannot be read at all.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "unknown")] config: &JsValue,
        store: Option<AnswerStore>,
        #[wasm_bindgen(unchecked_param_type = "((observation: Observation) => void) | undefined")]
        observe: Option<Function>,
    ) -> Result<WasmClient, JsValue> {
        crate::panic_report::install();
        let config = json(config, "config").map_err(thrown)?;
        let client = Client::new(Rc::new(FetchHost { store, observe }), &config).map_err(thrown)?;
        Ok(Self { client: Rc::new(client) })
    }

    /// One `ErrorPayload` for each environment that cannot be used.
    #[wasm_bindgen(js_name = configurationIssues, unchecked_return_type = "ErrorPayload[]")]
    #[must_use]
    pub fn configuration_issues(&self) -> JsValue {
        plain(&self.client.configuration_issues())
    }

    /// How all environments fare: UTF-8 JSON of a `HealthAnswer`.
    #[wasm_bindgen(unchecked_return_type = "Promise<Uint8Array>")]
    pub fn health(&self) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        promise(async move { answer(Ok::<_, InsightError>(client.health().await)) })
    }

    /// The answer of a card: UTF-8 JSON of a `CardAnswer`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(unchecked_return_type = "Promise<Uint8Array>")]
    pub fn card(
        &self,
        #[wasm_bindgen(unchecked_param_type = "CardRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        #[cfg(feature = "trap")]
        let trap = crate::trap::Trap::in_call(request);
        let request = read::<CardRequest>(request);
        promise(async move {
            #[cfg(feature = "trap")]
            trap.in_task().await;
            answer(client.card(request.map_err(thrown)?, aborted(signal)).await)
        })
    }

    /// The answer of a DQL query: UTF-8 JSON of a `QueryAnswer`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(unchecked_return_type = "Promise<Uint8Array>")]
    pub fn query(
        &self,
        #[wasm_bindgen(unchecked_param_type = "QueryRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        #[cfg(feature = "trap")]
        let trap = crate::trap::Trap::in_call(request);
        let request = read::<QueryRequest>(request);
        promise(async move {
            #[cfg(feature = "trap")]
            trap.in_task().await;
            answer(client.query(&request.map_err(thrown)?, aborted(signal)).await)
        })
    }
}

pub(crate) fn answer(answer: Result<Vec<u8>, impl Into<ErrorPayload>>) -> Result<JsValue, JsValue> {
    answer.map(|bytes| Uint8Array::from(bytes.as_slice()).into()).map_err(thrown)
}

pub(crate) fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, InsightError> {
    json(value, "request").and_then(|json| {
        serde_json::from_value(json)
            .map_err(|error| InsightError::InvalidRequest { reason: error.to_string() })
    })
}
