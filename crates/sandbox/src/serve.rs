//! The sandbox on the network: a listener for each environment.
//!
//! ```text
//!  http://127.0.0.1:7080 ── listener ─┐                       ┌─▶ Environment "production"
//!                                     ├─ connection ── handle ┤
//!  http://127.0.0.1:7081 ── listener ─┘                       └─▶ Environment "preproduction"
//! ```
//!
//! A stopped environment has no listener and no connections: a client is refused by the operating system. The control
//! API answers on every listener, and on one of its own that is always open.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::api::{Control, Delivery, Environment, Request, Response, Sandbox};

/// The largest request body that is read.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// What the listener of the control API is called where environments have names.
const CONTROL: &str = "control";

/// Why a sandbox cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there, or it may not be listened on.
    #[error("can't listen on {address} for the environment `{environment}`: {reason}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// For which environment.
        environment: &'static str,
        /// What the operating system says.
        reason: std::io::Error,
    },
}

impl ServeError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "listen",
        }
    }

    /// What someone can do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Listen { reason, .. } if reason.kind() == std::io::ErrorKind::AddrInUse => {
                Some("another program uses the port; choose another one with --port".into())
            }
            Self::Listen { .. } => None,
        }
    }
}

/// A sandbox that is being served. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    addresses: Vec<(&'static str, SocketAddr)>,
    control: SocketAddr,
    tasks: JoinSet<()>,
}

impl Server {
    /// Serves the environments on consecutive ports of the loopback interface from `port` and the control API on the one
    /// behind; each on a free port when `port` is 0.
    ///
    /// # Errors
    ///
    /// When one of the ports cannot be listened on.
    pub async fn start(sandbox: Arc<Sandbox>, port: u16) -> Result<Self, ServeError> {
        let names = sandbox.environments().iter().map(|environment| environment.name()).chain([CONTROL]);
        let mut bound = Vec::new();
        for (environment, offset) in names.zip(0_u16..) {
            let port = if port == 0 { 0 } else { port.saturating_add(offset) };
            let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
            let failed = |reason| ServeError::Listen { address, environment, reason };
            let listener = TcpListener::bind(address).await.map_err(failed)?;
            let address = listener.local_addr().map_err(failed)?;
            bound.push((listener, address));
        }
        let control_listener = bound.pop();
        let mut listeners = Vec::new();
        let mut loops = Vec::new();
        for (environment, (listener, address)) in sandbox.environments().iter().zip(bound) {
            let (running, watched) = watch::channel(true);
            let (opened, open) = watch::channel(true);
            listeners.push(crate::api::Listener {
                environment: Arc::clone(environment),
                address,
                running,
                open,
            });
            loops.push((
                Arc::clone(environment),
                listener,
                address,
                Switch { running: watched, open: opened },
            ));
        }
        let addresses =
            loops.iter().map(|(environment, _, address, _)| (environment.name(), *address)).collect();
        let control = Arc::new(Control { sandbox, listeners });
        let mut tasks = JoinSet::new();
        for (environment, listener, address, switch) in loops {
            tasks.spawn(listen(Some(environment), listener, address, switch, Arc::clone(&control)));
        }
        let mut control_address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        if let Some((listener, address)) = control_listener {
            control_address = address;
            let (always, watched) = watch::channel(true);
            tasks.spawn(async move {
                let switch = Switch { running: watched, open: watch::channel(true).0 };
                listen(None, listener, address, switch, control).await;
                drop(always);
            });
        }
        Ok(Self { addresses, control: control_address, tasks })
    }

    /// Where the control API listens, which no request can stop.
    #[must_use]
    pub const fn control(&self) -> SocketAddr {
        self.control
    }

    /// Where each environment listens, by its name.
    #[must_use]
    pub fn addresses(&self) -> &[(&'static str, SocketAddr)] {
        &self.addresses
    }

    /// Closes all listeners and connections.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Whether an environment should listen, and whether it does.
struct Switch {
    running: watch::Receiver<bool>,
    open: watch::Sender<bool>,
}

/// Accepts connections while the environment is running; closes everything when it is stopped.
async fn listen(
    environment: Option<Arc<Environment>>,
    first: TcpListener,
    address: SocketAddr,
    Switch { mut running, open: opened }: Switch,
    control: Arc<Control>,
) {
    let mut listener = Some(first);
    let mut connections = JoinSet::new();
    loop {
        if !*running.borrow_and_update() {
            listener = None;
            opened.send_replace(false);
            // Long enough for the answer of the request that stops the environment, if it came this way.
            tokio::time::sleep(Duration::from_millis(50)).await;
            connections.shutdown().await;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).await.ok();
            opened.send_replace(listener.is_some());
        }
        let Some(open) = &listener else {
            if running.changed().await.is_err() {
                return;
            }
            continue;
        };
        tokio::select! {
            accepted = open.accept() => {
                if let Ok((stream, _)) = accepted {
                    let _ = stream.set_nodelay(true);
                    let (environment, control) = (environment.clone(), Arc::clone(&control));
                    connections.spawn(async move {
                        let service = service_fn(move |request| {
                            answer(environment.clone(), Arc::clone(&control), request)
                        });
                        // A broken connection is the client's matter.
                        let _ = hyper::server::conn::http1::Builder::new()
                            .serve_connection(TokioIo::new(stream), service)
                            .await;
                    });
                }
            }
            changed = running.changed() => if changed.is_err() { return },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

/// The answer breaks the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken on purpose")]
struct Broken;

async fn answer(
    environment: Option<Arc<Environment>>,
    control: Arc<Control>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Broken> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        return Ok(to_hyper(Response { status: 413, ..Response::default() }));
    };
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
        body: body.to_bytes().to_vec(),
    };
    let Some(environment) = environment.filter(|_| !request.path.starts_with("/__sandbox/")) else {
        return Ok(to_hyper(control.handle(&request).await));
    };
    let work = tokio::task::spawn_blocking(move || environment.handle(&request, now_millis()));
    let Ok(response) = work.await else {
        return Ok(to_hyper(Response { status: 500, ..Response::default() }));
    };
    if response.hold_millis > 0 {
        tokio::time::sleep(Duration::from_millis(response.hold_millis)).await;
    }
    match response.delivery {
        Delivery::Whole => Ok(to_hyper(response)),
        Delivery::Reset => Err(Broken),
        Delivery::Hang => match std::future::pending::<Infallible>().await {},
    }
}

fn to_hyper(response: Response) -> hyper::Response<Full<Bytes>> {
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name.as_str(), value.as_str());
    }
    builder.body(Full::new(Bytes::from(response.body))).unwrap_or_default()
}

/// Milliseconds since 1970.
#[must_use]
pub fn now_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|elapsed| i64::try_from(elapsed.as_millis()).ok())
        .unwrap_or(0)
}
