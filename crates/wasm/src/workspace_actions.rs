//! What the actions of templates plan for the files of a workspace, as JavaScript sees it.

use std::rc::Rc;

use grailstage_insights::InsightError;
use grailstage_scaffold::ScaffoldError;
use grailstage_scaffold::telemetry_plan::{self, TelemetryPlanRequest};
use grailstage_scaffold::workload_metadata::{self, OwnerMetadataRequest, ReleaseMetadataRequest};
use grailstage_scaffold::zone_onboarding::{self, ZoneOnboardingRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

use crate::abort::aborted;
use crate::client::{WasmClient, answer, read};
use crate::promise::promise;
use crate::thrown::thrown;

/// How the telemetry of a service gets into Dynatrace: the JSON of a `TelemetryPlan`.
///
/// # Errors
/// Throws an `ErrorPayload` for a request that cannot be used.
#[wasm_bindgen(js_name = planTelemetry)]
pub fn plan_telemetry(
    #[wasm_bindgen(unchecked_param_type = "Scaffold.TelemetryPlanRequest")] request: &JsValue,
) -> Result<String, JsValue> {
    made::<TelemetryPlanRequest, _>(request, telemetry_plan::plan)
}

/// The entries that name the owner of a workload: the JSON of a `WorkloadMetadata`.
///
/// # Errors
/// Throws an `ErrorPayload` for a request that cannot be used.
#[wasm_bindgen(js_name = ownerMetadata)]
pub fn owner_metadata(
    #[wasm_bindgen(unchecked_param_type = "Scaffold.OwnerMetadataRequest")] request: &JsValue,
) -> Result<String, JsValue> {
    made::<OwnerMetadataRequest, _>(request, workload_metadata::owner_metadata)
}

/// The entries that name the release of a workload: the JSON of a `WorkloadMetadata`.
///
/// # Errors
/// Throws an `ErrorPayload` for a request that cannot be used.
#[wasm_bindgen(js_name = releaseMetadata)]
pub fn release_metadata(
    #[wasm_bindgen(unchecked_param_type = "Scaffold.ReleaseMetadataRequest")] request: &JsValue,
) -> Result<String, JsValue> {
    made::<ReleaseMetadataRequest, _>(request, workload_metadata::release_metadata)
}

#[wasm_bindgen]
impl WasmClient {
    /// A management zone and what goes with it: UTF-8 JSON of a `ZoneOnboarding`.
    ///
    /// # Errors
    /// Rejects with an `ErrorPayload`.
    #[wasm_bindgen(js_name = onboardZone, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn onboard_zone(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Scaffold.ZoneOnboardingRequest")] request: &JsValue,
        signal: Option<AbortSignal>,
    ) -> js_sys::Promise {
        let client = Rc::clone(&self.client);
        let request = read::<ZoneOnboardingRequest>(request);
        promise(async move {
            let onboarding =
                zone_onboarding::onboard(&client, &request.map_err(thrown)?, aborted(signal)).await;
            answer(onboarding.and_then(|onboarding| json(&onboarding).map(String::into_bytes)))
        })
    }
}

fn made<Q: DeserializeOwned, A: Serialize>(
    request: &JsValue,
    make: impl Fn(&Q) -> Result<A, ScaffoldError>,
) -> Result<String, JsValue> {
    crate::panic_report::install();
    let request = read::<Q>(request).map_err(thrown)?;
    make(&request).and_then(|made| json(&made)).map_err(thrown)
}

fn json(value: &impl Serialize) -> Result<String, ScaffoldError> {
    serde_json::to_string(value)
        .map_err(|error| InsightError::UnexpectedRecords { reason: error.to_string() }.into())
}
