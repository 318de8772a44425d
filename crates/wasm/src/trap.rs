//! Ways to trap, for the tests of what comes after a trap. Only with the feature `trap`, which no package has.
//!
//! A request traps that has the name of a way anywhere in it: as the name of its entity, or in its query.

use std::hint::black_box;

use gloo_timers::future::TimeoutFuture;
use js_sys::JSON;
use wasm_bindgen::JsValue;

/// Panic in the call itself.
const IN_CALL: &str = "trap-in-call";
/// Panic in the future, after a while in which others can begin.
const IN_TASK: &str = "trap-in-task";
/// Call without end, in the call itself.
const BY_STACK: &str = "trap-by-stack";
/// Ask for more memory than there is, in the call itself.
const BY_MEMORY: &str = "trap-by-memory";
/// How long the future goes well.
const WHILE_MILLIS: u32 = 100;
/// Twice this is more than a module of 32 bits can have beside what it has already.
const HALF_BYTES: usize = 0x7fff_0000;

/// What is left to trap of a request that has come through the call.
pub(crate) struct Trap {
    request: String,
}

impl Trap {
    /// Traps where the request says that the call should.
    pub(crate) fn in_call(request: &JsValue) -> Self {
        let request = JSON::stringify(request).map(String::from).unwrap_or_default();
        // The message quotes the request, as that of a true panic might.
        assert!(!request.contains(IN_CALL), "a panic over {request}");
        if request.contains(BY_STACK) {
            black_box(deeper(0));
        }
        if request.contains(BY_MEMORY) {
            black_box([Vec::<u8>::with_capacity(HALF_BYTES), Vec::with_capacity(HALF_BYTES)]);
        }
        Self { request }
    }

    /// Traps where the request says that its future should.
    #[expect(clippy::panic, reason = "this is what it is for")]
    pub(crate) async fn in_task(self) {
        if self.request.contains(IN_TASK) {
            TimeoutFuture::new(WHILE_MILLIS).await;
            panic!("a panic over {}", self.request);
        }
    }
}

/// Ends when the stack does.
#[inline(never)]
fn deeper(depth: u64) -> u64 {
    let page = black_box([depth; 512]);
    if depth == u64::MAX { depth } else { deeper(depth + 1) + page.iter().sum::<u64>() }
}
