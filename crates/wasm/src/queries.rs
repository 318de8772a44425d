//! Queries that people write themselves, as JavaScript sees them.

use std::rc::Rc;

use grailstage_insights::queries::{CatalogQueriesRequest, CustomQueryRequest};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

use crate::abort::aborted;
use crate::client::{WasmClient, answer, read};
use crate::thrown::{plain, thrown};

#[wasm_bindgen]
impl WasmClient {
    /// The answer of a query of the configuration for an entity: UTF-8 JSON of an `EntityQueryAnswer`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = customQuery, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn custom_query(
        &self,
        #[wasm_bindgen(unchecked_param_type = "CustomQueryRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<CustomQueryRequest>(request);
        wasm_bindgen_futures::future_to_promise(async move {
            answer(client.custom_query(request.map_err(thrown)?, aborted(signal)).await)
        })
    }

    /// The answers of the queries of an entity, as UTF-8 JSON of a `CatalogQueriesAnswer`, and what was asked.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = catalogQueries, unchecked_return_type = "Promise<CatalogQueriesOutcome>")]
    pub fn catalog_queries(
        &self,
        #[wasm_bindgen(unchecked_param_type = "CatalogQueriesRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<CatalogQueriesRequest>(request);
        wasm_bindgen_futures::future_to_promise(async move {
            let outcome =
                client.catalog_queries(request.map_err(thrown)?, aborted(signal)).await.map_err(thrown)?;
            let object = Object::new();
            Reflect::set(&object, &"answer".into(), &Uint8Array::from(outcome.answer.as_slice()))?;
            Reflect::set(&object, &"asked".into(), &plain(&outcome.asked))?;
            Ok(object.into())
        })
    }
}
