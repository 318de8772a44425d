//! What the actions of templates do, as JavaScript sees it.

use std::rc::Rc;

use grailstage_insights::InsightError;
use grailstage_scaffold::dql_inspection::{self, DqlInspectionRequest};
use grailstage_scaffold::event_sending::{EventSendRequest, send_event};
use grailstage_scaffold::guardian_creation::{GuardianCreateRequest, create_guardian};
use grailstage_scaffold::guardian_listing::{GuardianListRequest, list_guardians};
use grailstage_scaffold::release_gate::{ReleaseGateRequest, gate_release};
use grailstage_scaffold::release_validation::{
    ValidationStartRequest, ValidationWaitRequest, await_validation, start_validation,
};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

use crate::abort::aborted;
use crate::client::{WasmClient, answer, read};
use crate::promise::promise;
use crate::thrown::thrown;

/// What there is to say about a query: the JSON of a `DqlInspection`.
///
/// # Errors
/// Throws an `ErrorPayload` for a request that is none. A wrong query is an answer.
#[wasm_bindgen(js_name = inspectDql)]
pub fn inspect_dql(
    #[wasm_bindgen(unchecked_param_type = "Scaffold.DqlInspectionRequest")] request: &JsValue,
) -> Result<String, JsValue> {
    crate::panic_report::install();
    let request = read::<DqlInspectionRequest>(request).map_err(thrown)?;
    serde_json::to_string(&dql_inspection::inspect(&request))
        .map_err(|error| thrown(InsightError::UnexpectedRecords { reason: error.to_string() }))
}

#[wasm_bindgen]
impl WasmClient {
    /// Sends an event: UTF-8 JSON of an `EventSendAnswer`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = sendEvent, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn send_event(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Scaffold.EventSendRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<EventSendRequest>(request);
        promise(async move { answer(send_event(&client, &request.map_err(thrown)?, aborted(signal)).await) })
    }

    /// Makes a guardian or brings it up to date: UTF-8 JSON of a `GuardianCreateAnswer`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = createGuardian, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn create_guardian(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Scaffold.GuardianCreateRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<GuardianCreateRequest>(request);
        promise(
            async move { answer(create_guardian(&client, &request.map_err(thrown)?, aborted(signal)).await) },
        )
    }

    /// The guardians of an environment: UTF-8 JSON of a `GuardianList`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = listGuardians, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn list_guardians(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Scaffold.GuardianListRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<GuardianListRequest>(request);
        wasm_bindgen_futures::future_to_promise(async move {
            answer(list_guardians(&client, &request.map_err(thrown)?, aborted(signal)).await)
        })
    }

    /// Asks a guardian to validate: UTF-8 JSON of a `ValidationStart`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = startValidation, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn start_validation(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Scaffold.ValidationStartRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<ValidationStartRequest>(request);
        promise(
            async move { answer(start_validation(&client, &request.map_err(thrown)?, aborted(signal)).await) },
        )
    }

    /// Waits for the verdict of a validation: UTF-8 JSON of a `ValidationVerdict`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = awaitValidation, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn await_validation(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Scaffold.ValidationWaitRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<ValidationWaitRequest>(request);
        promise(
            async move { answer(await_validation(&client, &request.map_err(thrown)?, aborted(signal)).await) },
        )
    }
    /// Judges a release: UTF-8 JSON of a `ReleaseGate`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = gateRelease, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn gate_release(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Scaffold.ReleaseGateRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<ReleaseGateRequest>(request);
        promise(
            async move { answer(gate_release(&client, &request.map_err(thrown)?, aborted(signal)).await) },
        )
    }
}
