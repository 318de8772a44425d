//! The sandbox as the host of a client: the same API, without sockets, and a clock that only pauses move.

#![allow(dead_code, reason = "each test file that shares this module uses its part")]

pub(crate) mod settings;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use grailstage_insights::{Client, InsightError};
use grailstage_sandbox::{Delivery, Request, Response, Sandbox, SandboxOptions};
use grailstage_tenant::{FetchFailure, Host, HttpRequest, HttpResponse, StoreFailure, UnixMillis};
use serde_json::{Value, json};

/// 2026-11-21T12:00:00Z
pub(crate) const NOW: u64 = 1_795_262_400_000;

/// Entries by key, and until when they are kept.
type Kept = BTreeMap<String, (Vec<u8>, UnixMillis)>;

/// What becomes of the connection of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breakage {
    /// It breaks before the request arrives.
    Before,
    /// It breaks after the request was carried out, before the answer.
    After,
    /// The request never arrives, and no answer comes.
    SilentBefore,
    /// The request is carried out, and no answer comes.
    SilentAfter,
}

/// Routes `https://{environment}.example/…` to the environment of that name.
pub(crate) struct SandboxHost {
    pub(crate) sandbox: Sandbox,
    /// What becomes of the next writes, in their order; of those after them, nothing.
    pub(crate) breakages: RefCell<VecDeque<Breakage>>,
    /// How many writes were sent.
    pub(crate) writes: Cell<u32>,
    silent: Cell<bool>,
    waits_for_silence: RefCell<Option<Waker>>,
    /// Whether the settings of `production` are asked with a token that has no scope for them.
    pub(crate) without_settings: Cell<bool>,
    clock: Cell<u64>,
    tasks: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    /// What is kept and until when; absent for a host that keeps nothing.
    store: Option<RefCell<Kept>>,
}

impl SandboxHost {
    pub(crate) fn new() -> Rc<Self> {
        let options = SandboxOptions { seed: 7, now: i64::try_from(NOW).unwrap() };
        Rc::new(Self {
            sandbox: Sandbox::new(options),
            breakages: RefCell::default(),
            writes: Cell::new(0),
            silent: Cell::new(false),
            waits_for_silence: RefCell::default(),
            without_settings: Cell::new(false),
            clock: Cell::new(NOW),
            tasks: RefCell::default(),
            store: None,
        })
    }

    /// One that keeps answers.
    pub(crate) fn with_store() -> Rc<Self> {
        let host = Rc::into_inner(Self::new()).unwrap();
        Rc::new(Self { store: Some(RefCell::default()), ..host })
    }

    /// Forgets all answers.
    pub(crate) fn forget(&self) {
        if let Some(store) = &self.store {
            store.borrow_mut().clear();
        }
    }
}

impl SandboxHost {
    /// Lets time pass.
    pub(crate) fn pass(&self, duration: Duration) {
        self.clock.set(self.clock.get() + u64::try_from(duration.as_millis()).unwrap());
    }

    /// Resolves as soon as a write waits for an answer that never comes.
    pub(crate) fn silence(&self) -> impl Future<Output = ()> {
        poll_fn(|context| {
            if self.silent.take() {
                return Poll::Ready(());
            }
            self.waits_for_silence.replace(Some(context.waker().clone()));
            Poll::Pending
        })
    }

    async fn never_answer<T>(&self) -> T {
        self.silent.set(true);
        if let Some(waiting) = self.waits_for_silence.take() {
            waiting.wake();
        }
        std::future::pending().await
    }

    /// Ends what goes on beside the requests.
    pub(crate) fn settle(&self) {
        while let Some(task) = { self.tasks.borrow_mut().pop() } {
            block_on(task);
        }
    }
}

impl Host for SandboxHost {
    async fn fetch(&self, mut request: HttpRequest, most_bytes: usize) -> Result<HttpResponse, FetchFailure> {
        let address = request.url.strip_prefix("https://").unwrap();
        let (host, target) = address.split_once('/').unwrap();
        if self.without_settings.get() && host == "production.example" && target.contains("/settings/") {
            let bearer = "Bearer dt0s16.NOSCOPES.TOKEN".to_owned();
            request.headers.retain(|(name, _)| name != "authorization");
            request.headers.push(("authorization".to_owned(), bearer));
        }
        let environment = host.trim_end_matches(".example");
        let Some(environment) = self.sandbox.environment(environment) else {
            return Err(FetchFailure::Unreachable { message: "ECONNREFUSED".to_owned() });
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let reset = || FetchFailure::Reset { message: "ECONNRESET".to_owned() };
        let is_write = request.method.as_str() != "GET"
            && !path.contains("/query:")
            && !query.contains("validateOnly=true");
        let mut breakage = None;
        if is_write {
            self.writes.set(self.writes.get() + 1);
            breakage = self.breakages.borrow_mut().pop_front();
        }
        match breakage {
            Some(Breakage::Before) => return Err(reset()),
            Some(Breakage::SilentBefore) => return self.never_answer().await,
            _ => {}
        }
        let request = Request {
            method: request.method.as_str().to_owned(),
            path: format!("/{path}"),
            query: query.to_owned(),
            headers: request.headers,
            body: request.body.unwrap_or_default(),
        };
        let Response { status, headers, body, hold_millis, delivery } =
            environment.handle(&request, i64::try_from(self.clock.get()).unwrap());
        self.sleep(Duration::from_millis(hold_millis)).await;
        match breakage {
            Some(Breakage::After) => return Err(reset()),
            Some(Breakage::SilentAfter) => return self.never_answer().await,
            _ => {}
        }
        match delivery {
            Delivery::Whole if body.len() > most_bytes => Err(FetchFailure::TooLarge { most_bytes }),
            Delivery::Whole => Ok(HttpResponse { status, headers, body }),
            Delivery::Reset => Err(reset()),
            Delivery::Hang => std::future::pending().await,
        }
    }

    async fn sleep(&self, duration: Duration) {
        // Pauses pass at once and move the clock. A deadline is a pause that the work must beat: it never comes.
        if duration >= Duration::from_secs(20) {
            std::future::pending::<()>().await;
        }
        self.clock.set(self.clock.get() + u64::try_from(duration.as_millis()).unwrap());
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.get())
    }

    async fn store_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFailure> {
        let kept = self.store.as_ref().and_then(|store| store.borrow().get(key).cloned());
        Ok(kept.filter(|(_, until)| self.now() < *until).map(|(value, _)| value))
    }

    async fn store_set(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), StoreFailure> {
        if let Some(store) = &self.store {
            store.borrow_mut().insert(key.to_owned(), (value, self.now().after(ttl)));
        }
        Ok(())
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.tasks.borrow_mut().push(task);
    }
}

/// An environment of the sandbox in the configuration.
pub(crate) fn environment(name: &str, token: &str) -> Value {
    json!({ "name": name, "url": format!("https://{name}.example"), "platformToken": token })
}

/// Both environments, with all scopes, and links to where the sandbox's data leads.
pub(crate) fn both() -> Value {
    json!({
        "environments": [
            environment("production", grailstage_sandbox::PLATFORM_TOKEN),
            environment("preproduction", grailstage_sandbox::PLATFORM_TOKEN),
        ],
        "policy": {
            "links": ["https://ci.example.com", "https://example.slack.com", "https://wiki.example.com"],
        },
    })
}

/// Both environments, with limits that let all records of a test through.
pub(crate) fn unlimited() -> Value {
    let mut config = both();
    for environment in config["environments"].as_array_mut().unwrap() {
        environment["limits"] = json!({ "maxResultRecords": 100_000, "maxResultBytes": 100_000_000 });
    }
    config
}

/// An entity with these annotations.
pub(crate) fn component(annotations: Value) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": "cart", "annotations": annotations },
    })
}

/// The answer of a card as JSON.
pub(crate) fn card(client: &Client<SandboxHost>, request: Value) -> Result<Value, InsightError> {
    let request = serde_json::from_value(request).unwrap();
    let bytes = block_on(client.card(request, std::future::pending()))?;
    Ok(serde_json::from_slice(&bytes).unwrap())
}

/// What the first environment was asked, one query below the other.
pub(crate) fn asked(answer: &Value) -> String {
    let queries = answer["environments"][0]["queries"].as_array().unwrap();
    queries.iter().map(|query| query["query"].as_str().unwrap()).collect::<Vec<_>>().join("\n\n")
}

/// The rows of a table of an answer, each as an object by column.
pub(crate) fn table(answer: &Value, key: &str) -> Vec<BTreeMap<String, Value>> {
    let sections = answer["sections"].as_array().unwrap();
    let table = sections.iter().find(|section| section["type"] == "table" && section["key"] == key).unwrap();
    let columns = table["columns"].as_array().unwrap();
    table["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let keys = columns.iter().map(|column| column["key"].as_str().unwrap().to_owned());
            keys.zip(row.as_array().unwrap().iter().cloned()).collect()
        })
        .collect()
}

/// A fact of an answer.
pub(crate) fn fact<'a>(answer: &'a Value, key: &str) -> &'a Value {
    answer["facts"].as_array().unwrap().iter().find(|fact| fact["key"] == key).unwrap()
}

/// The records of a query, as objects.
pub(crate) fn records(client: &Client<SandboxHost>, environment: &str, query: &str) -> Vec<Value> {
    let request = serde_json::from_value(json!({ "query": query, "environment": environment })).unwrap();
    let bytes = block_on(client.query(&request, std::future::pending())).unwrap();
    let answer: Value = serde_json::from_slice(&bytes).unwrap();
    let columns = answer["columns"].as_array().unwrap();
    answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            columns
                .iter()
                .zip(row.as_array().unwrap())
                .map(|(c, cell)| (c["name"].as_str().unwrap().to_owned(), cell.clone()))
                .collect()
        })
        .collect()
}
