//! Running DQL: request bytes, the run itself, and the answer.
//!
//! `request` says what is asked, `run` drives it through the states of the Grail query API, `response` reads
//! one answer of that API, `result` is what a finished query leaves behind.

pub mod request;
mod response;
pub mod result;
pub(crate) mod run;
