//! Ownership teams as JavaScript sees them.

use std::rc::Rc;

use grailstage_insights::ownership::{OwnershipSyncRequest, OwnershipTeamsRequest};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

use crate::abort::aborted;
use crate::client::{WasmClient, answer, read};
use crate::promise::promise;
use crate::thrown::thrown;

#[wasm_bindgen]
impl WasmClient {
    /// The ownership teams as groups of the catalog: UTF-8 JSON of an `OwnershipTeamsAnswer`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = ownershipTeams, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn ownership_teams(
        &self,
        #[wasm_bindgen(unchecked_param_type = "OwnershipTeamsRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<OwnershipTeamsRequest>(request);
        promise(
            async move { answer(client.ownership_teams(&request.map_err(thrown)?, aborted(signal)).await) },
        )
    }

    /// Groups of the catalog as ownership teams: UTF-8 JSON of an `OwnershipSyncAnswer`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = writeOwnershipTeams, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn write_ownership_teams(
        &self,
        #[wasm_bindgen(unchecked_param_type = "OwnershipSyncRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<OwnershipSyncRequest>(request);
        promise(async move {
            answer(client.write_ownership_teams(request.map_err(thrown)?, aborted(signal)).await)
        })
    }
}
