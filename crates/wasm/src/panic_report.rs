//! Where a panic happened, told to the loader before the module traps.

use std::sync::Once;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    // Not a global: the loader makes the glue in a function that has a parameter of this name.
    #[wasm_bindgen(js_name = reportPanic)]
    fn report_panic(place: &str);
}

/// Reports file and line only: a panic's message could quote data.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
            report_panic(&place);
        }));
    });
}
