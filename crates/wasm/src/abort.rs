//! JavaScript's `AbortSignal` as a future.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// Resolves when the signal is aborted; never without a signal.
pub(crate) async fn aborted(signal: Option<AbortSignal>) {
    let Some(signal) = signal else {
        return std::future::pending().await;
    };
    if signal.aborted() {
        return;
    }
    let mut listener = None;
    let promise = Promise::new(&mut |resolve, _| listener = Some(resolve));
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    let forward = Closure::<dyn FnMut()>::new(move || {
        // Calling a promise's resolver cannot fail.
        drop(listener.call0(&wasm_bindgen::JsValue::UNDEFINED));
    });
    let registration = Registration { signal, forward };
    registration.add();
    drop(JsFuture::from(promise).await);
}

/// Takes the listener off the signal again: a signal can live much longer than one request.
struct Registration {
    signal: AbortSignal,
    forward: Closure<dyn FnMut()>,
}

impl Registration {
    fn add(&self) {
        let listener = self.forward.as_ref().unchecked_ref();
        drop(self.signal.add_event_listener_with_callback("abort", listener));
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let listener = self.forward.as_ref().unchecked_ref();
        drop(self.signal.remove_event_listener_with_callback("abort", listener));
    }
}
