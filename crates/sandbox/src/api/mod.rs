//! The HTTP API of an environment, without a network.

mod accounts;
mod analyzers;
mod autocomplete;
mod automation;
mod classic;
mod control;
mod entities;
mod environment;
mod fault;
mod ingest;
mod message;
mod problems;
mod query;
mod query_tree;
mod segments;
mod settings;
mod signature;
mod slo;
mod slo_evaluations;

pub use accounts::{ACCOUNT_URN, API_TOKEN, CLIENT_ID, CLIENT_SECRET, PLATFORM_TOKEN};
pub(crate) use control::{Control, Listener};
pub use environment::{Counter, Environment, Sandbox, SandboxOptions};
pub use fault::{Fault, FaultKind};
pub(crate) use ingest::Ingested;
pub use message::{Delivery, Request, Response};
