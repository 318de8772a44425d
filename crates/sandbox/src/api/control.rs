//! The control API under `/__sandbox`: what tests and demos do to a sandbox.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::environment::{Environment, Sandbox};
use super::fault::Fault;
use super::message::{Request, Response};

/// The control API of a running sandbox.
pub(crate) struct Control {
    pub(crate) sandbox: Arc<Sandbox>,
    /// Where each environment listens, and the switch that opens and closes its listener.
    pub(crate) listeners: Vec<Listener>,
}

pub(crate) struct Listener {
    pub(crate) environment: Arc<Environment>,
    pub(crate) address: SocketAddr,
    pub(crate) running: tokio::sync::watch::Sender<bool>,
    /// Whether the listener is open.
    pub(crate) open: tokio::sync::watch::Receiver<bool>,
}

impl Control {
    /// Answers a request whose path starts with `/__sandbox/`.
    pub(crate) async fn handle(&self, request: &Request) -> Response {
        let path: Vec<&str> = request.path.split('/').skip(2).collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["health"]) => ok(&json!({"status": "ok"})),
            ("GET", ["environments"]) => {
                let environments: Vec<Json> = self.listeners.iter().map(Listener::describe).collect();
                ok(&json!({"environments": environments}))
            }
            ("POST", ["environments", name, action @ ("stop" | "start")]) => match self.listener(name) {
                Some(listener) => {
                    let wanted = *action == "start";
                    listener.running.send_replace(wanted);
                    // The answer says that it is done, not that it will be.
                    let _ = listener.open.clone().wait_for(|open| *open == wanted).await;
                    ok(&listener.describe())
                }
                None => unknown(name),
            },
            ("GET", ["counters"]) => {
                let counters: Map<String, Json> = self
                    .sandbox
                    .environments()
                    .iter()
                    .map(|environment| (environment.name().to_owned(), json!(environment.counters())))
                    .collect();
                ok(&Json::Object(counters))
            }
            ("POST", ["reset"]) => {
                self.sandbox.environments().iter().for_each(|environment| environment.reset());
                ok(&json!({"status": "ok"}))
            }
            ("GET", ["environments", name, "faults"]) => match self.sandbox.environment(name) {
                Some(environment) => ok(&json!({"faults": environment.faults()})),
                None => unknown(name),
            },
            ("POST", ["environments", name, "faults"]) => match self.sandbox.environment(name) {
                Some(environment) => match serde_json::from_slice::<Fault>(&request.body) {
                    Ok(fault) => {
                        environment.add_fault(fault);
                        ok(&json!({"faults": environment.faults()}))
                    }
                    Err(error) => Response::json(400, json!({"message": error.to_string()}).to_string()),
                },
                None => unknown(name),
            },
            ("DELETE", ["environments", name, "faults"]) => match self.sandbox.environment(name) {
                Some(environment) => {
                    environment.clear_faults();
                    ok(&json!({"faults": environment.faults()}))
                }
                None => unknown(name),
            },
            ("POST", ["environments", name, "automation"]) => match self.sandbox.environment(name) {
                Some(environment) => execution_time(environment, request),
                None => unknown(name),
            },
            _ => Response::json(404, json!({"message": "there's no such control"}).to_string()),
        }
    }

    fn listener(&self, name: &str) -> Option<&Listener> {
        self.listeners.iter().find(|listener| listener.environment.name() == name)
    }
}

impl Listener {
    fn describe(&self) -> Json {
        json!({
            "name": self.environment.name(),
            "url": format!("http://{}", self.address),
            "clusters": self.environment.clusters(),
            "running": *self.open.borrow(),
        })
    }
}

/// `{"executionSeconds": 10}`: how long executions of workflows take; null for ever.
fn execution_time(environment: &Environment, request: &Request) -> Response {
    let body = request.json().unwrap_or_default();
    let millis = match body.get("executionSeconds") {
        Some(Json::Null) => None,
        Some(seconds) if seconds.as_f64().is_some_and(|seconds| seconds >= 0.0) => {
            seconds.as_f64().map(|seconds| (seconds * 1000.0) as u64)
        }
        _ => {
            let message = "`executionSeconds` has to be a number from 0 on, or null for ever";
            return Response::json(400, json!({"message": message}).to_string());
        }
    };
    environment.set_execution_time(millis);
    ok(&json!({"executionSeconds": body.get("executionSeconds")}))
}

fn ok(body: &Json) -> Response {
    Response::json(200, body.to_string())
}

fn unknown(name: &str) -> Response {
    Response::json(404, json!({"message": format!("there's no environment `{name}`")}).to_string())
}
