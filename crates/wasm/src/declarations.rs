//! TypeScript declarations of what crosses the boundary, generated from the types of `insights`.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const PAYLOADS: &'static str = include_str!("../../../js/plugins/dynatrace-common/src/payloads.ts");
