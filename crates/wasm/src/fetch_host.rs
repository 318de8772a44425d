//! The host on JavaScript's `fetch`, `setTimeout` and `Date`, with a store and a listener where there are.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use gloo_net::http::{Headers, RequestBuilder};
use gloo_timers::future::TimeoutFuture;
use grailstage_tenant::{
    FetchFailure, Host, HttpRequest, HttpResponse, Method, Observation, StoreFailure, UnixMillis,
};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestRedirect, Response, ResponseType};

use crate::thrown::plain;

#[wasm_bindgen]
extern "C" {
    // gloo-net's own `send` keeps an error's message only, and what happened is in its cause.
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(request: &web_sys::Request) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// `AnswerStore` of `@grailstage/core`.
    #[wasm_bindgen(typescript_type = "AnswerStore")]
    pub type AnswerStore;

    #[wasm_bindgen(method, catch)]
    fn get(this: &AnswerStore, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn set(this: &AnswerStore, key: &str, value: Uint8Array, ttl_millis: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn claim(this: &AnswerStore, key: &str, ttl_millis: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn release(this: &AnswerStore, key: &str) -> Result<Promise, JsValue>;
}

/// What the store says in the end, whether it fails at once or later.
async fn settled(promise: Result<Promise, JsValue>) -> Result<JsValue, StoreFailure> {
    let failed = |error: JsValue| {
        StoreFailure(text(&error, "message").unwrap_or_else(|| "no reason given".to_owned()))
    };
    JsFuture::from(promise.map_err(failed)?).await.map_err(failed)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// A browser, Node or anything else that has `fetch`.
pub(crate) struct FetchHost {
    /// Where answers are kept.
    pub(crate) store: Option<AnswerStore>,
    /// Hears of everything that is worth a metric.
    pub(crate) observe: Option<Function>,
}

impl Host for FetchHost {
    async fn fetch(&self, request: HttpRequest, most_bytes: usize) -> Result<HttpResponse, FetchFailure> {
        let abort = AbortOnDrop::new();
        let mut builder = match request.method {
            Method::Get => RequestBuilder::new(&request.url).method(gloo_net::http::Method::GET),
            Method::Post => RequestBuilder::new(&request.url).method(gloo_net::http::Method::POST),
            Method::Put => RequestBuilder::new(&request.url).method(gloo_net::http::Method::PUT),
            Method::Delete => RequestBuilder::new(&request.url).method(gloo_net::http::Method::DELETE),
        }
        .redirect(RequestRedirect::Manual)
        .abort_signal(abort.signal().as_ref());
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let request = match &request.body {
            Some(body) => builder.body(Uint8Array::from(body.as_slice())),
            None => builder.build(),
        }
        .map_err(|error| FetchFailure::Unreachable { message: error.to_string() })?;

        let response = JsFuture::from(fetch(&request.into())).await.map_err(|error| failure(&error))?;
        let response: Response = response.dyn_into().map_err(|error| failure(&error))?;
        if response.type_() == ResponseType::Opaqueredirect {
            return Err(FetchFailure::Redirected);
        }
        let answer = HttpResponse {
            status: response.status(),
            headers: headers(&response),
            body: read(&response, most_bytes).await?,
        };
        abort.finished();
        Ok(answer)
    }

    async fn store_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFailure> {
        let Some(store) = &self.store else { return Ok(None) };
        let value = settled(store.get(key)).await?;
        Ok(value.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
    }

    async fn store_set(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), StoreFailure> {
        let Some(store) = &self.store else { return Ok(()) };
        settled(store.set(key, Uint8Array::from(value.as_slice()), milliseconds(ttl))).await.map(drop)
    }

    async fn store_claim(&self, key: &str, ttl: Duration) -> Result<bool, StoreFailure> {
        let Some(store) = &self.store else { return Ok(true) };
        Ok(settled(store.claim(key, milliseconds(ttl))).await?.is_truthy())
    }

    async fn store_release(&self, key: &str) -> Result<(), StoreFailure> {
        let Some(store) = &self.store else { return Ok(()) };
        settled(store.release(key)).await.map(drop)
    }

    fn observe(&self, observation: &Observation<'_>) {
        if let Some(observe) = &self.observe {
            // A listener that throws is its own fault; the request goes on.
            drop(observe.call1(&JsValue::UNDEFINED, &plain(observation)));
        }
    }

    async fn sleep(&self, duration: Duration) {
        TimeoutFuture::new(u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)).await;
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn now(&self) -> UnixMillis {
        // Dates are whole milliseconds well below 2^53.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the clock is after 1970"
        )]
        UnixMillis(js_sys::Date::now() as u64)
    }
}

fn headers(response: &Response) -> Vec<(String, String)> {
    let headers = Headers::from_raw(response.headers());
    headers.entries().map(|(name, value)| (name.to_lowercase(), value)).collect()
}

/// Reads the body chunk by chunk. The caller aborts the request where this gives up, which ends the stream.
async fn read(response: &Response, most_bytes: usize) -> Result<Vec<u8>, FetchFailure> {
    let broken = |error: JsValue| FetchFailure::Reset { message: explain(&error) };
    let Some(stream) = response.body() else { return Ok(Vec::new()) };
    let reader = ReadableStreamDefaultReader::new(&stream).map_err(broken)?;
    let mut body = Vec::new();
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(broken)?;
        let chunk = Reflect::get(&step, &JsValue::from_str("value")).map_err(broken)?;
        // Only the last step has no value.
        let Ok(chunk) = chunk.dyn_into::<Uint8Array>() else { return Ok(body) };
        let length = usize::try_from(chunk.length()).unwrap_or(usize::MAX);
        if length > most_bytes.saturating_sub(body.len()) {
            return Err(FetchFailure::TooLarge { most_bytes });
        }
        body.extend_from_slice(&chunk.to_vec());
    }
}

/// A connection that broke is worth another try; one that could not be made is not.
fn failure(error: &JsValue) -> FetchFailure {
    let message = explain(error);
    if ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "other side closed"]
        .iter()
        .any(|mark| message.contains(mark))
    {
        return FetchFailure::Reset { message };
    }
    FetchFailure::Unreachable { message }
}

/// `fetch` has one message, "fetch failed", for everything.
fn explain(error: &JsValue) -> String {
    let message = text(error, "message").unwrap_or_else(|| "fetch failed".to_owned());
    cause(error).map_or_else(|| message.clone(), |cause| format!("{message}: {cause}"))
}

/// `error.cause`: its code and message, where there is one.
fn cause(error: &JsValue) -> Option<String> {
    let cause = Reflect::get(error, &JsValue::from_str("cause")).ok()?;
    match (text(&cause, "code"), text(&cause, "message")) {
        (Some(code), Some(message)) if !message.contains(&code) => Some(format!("{code} {message}")),
        (code, message) => message.or(code),
    }
}

fn text(object: &JsValue, key: &str) -> Option<String> {
    let value = Reflect::get(object, &JsValue::from_str(key)).ok()?;
    value.as_string().filter(|text| !text.is_empty())
}

/// Ends the request when the future that waits for it is dropped.
struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }

    fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
