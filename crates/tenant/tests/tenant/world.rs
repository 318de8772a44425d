//! A scripted environment and the time in it.
//!
//! Nothing here waits: when every future is pending, the clock jumps to the next timer. Each endpoint answers
//! from its script and every call is logged with its moment.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use grailstage_tenant::{
    DqlRequest, EnvironmentConfig, FetchFailure, GrailResult, Host, HttpRequest, HttpResponse, Observation,
    StoreFailure, Tenant, TenantError, UnixMillis,
};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z.
pub(crate) const START: u64 = 1_795_255_200_000;
pub(crate) const CLIENT_SECRET: &str = "dt0s02.CLIENT.S3CRETS3CRET/+=";

#[derive(Default)]
pub(crate) struct Clock {
    now: Cell<u64>,
    timers: RefCell<BTreeMap<(u64, u64), Waker>>,
    next_timer: Cell<u64>,
}

pub(crate) struct Sleep {
    clock: Rc<Clock>,
    key: (u64, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.clock.now.get() >= self.key.0 {
            return Poll::Ready(());
        }
        self.clock.timers.borrow_mut().insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.timers.borrow_mut().remove(&self.key);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Endpoint {
    Token,
    Execute,
    Poll,
    Cancel,
    /// Any other service of the platform.
    Service,
}

#[derive(Clone)]
pub(crate) enum Outcome {
    Answer(HttpResponse),
    Fail(FetchFailure),
    Hang,
}

/// What an endpoint does with a call, and how long it takes.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) after: Duration,
    pub(crate) outcome: Outcome,
}

impl Reply {
    pub(crate) fn after_millis(mut self, millis: u64) -> Self {
        self.after = Duration::from_millis(millis);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let Outcome::Answer(response) = &mut self.outcome {
            response.headers.retain(|(key, _)| key != name);
            response.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

pub(crate) fn text(status: u16, content_type: &str, body: &str) -> Reply {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    let response = HttpResponse { status, headers, body: body.as_bytes().to_vec() };
    Reply { after: Duration::ZERO, outcome: Outcome::Answer(response) }
}

pub(crate) fn answer(status: u16, body: &Value) -> Reply {
    text(status, "application/json", &body.to_string())
}

pub(crate) fn html(status: u16) -> Reply {
    text(status, "text/html; charset=utf-8", "<!doctype html>\n<html><title>Sign in</title></html>")
}

pub(crate) fn failure(failure: FetchFailure) -> Reply {
    Reply { after: Duration::ZERO, outcome: Outcome::Fail(failure) }
}

pub(crate) fn reset() -> Reply {
    failure(FetchFailure::Reset { message: "socket hang up".to_owned() })
}

pub(crate) fn hang() -> Reply {
    Reply { after: Duration::ZERO, outcome: Outcome::Hang }
}

pub(crate) fn token(value: &str) -> Reply {
    answer(200, &json!({"token_type": "Bearer", "access_token": value, "expires_in": 300}))
}

pub(crate) fn done() -> Reply {
    answer(
        200,
        &json!({"state": "SUCCEEDED", "progress": 100, "result": {"records": [{"a": "1"}], "types": []}}),
    )
}

pub(crate) fn running(status: u16) -> Reply {
    answer(status, &json!({"state": "RUNNING", "requestToken": "tok/with+chars==", "ttlSeconds": 399}))
}

pub(crate) fn state(name: &str) -> Reply {
    answer(200, &json!({"state": name, "requestToken": "tok/with+chars==", "progress": 10}))
}

pub(crate) fn grail_error(status: u16, details: &Value) -> Reply {
    answer(status, &json!({"error": {"code": status, "message": "SOME_ERROR", "details": details}}))
}

type Script = Box<dyn FnMut(&HttpRequest, u64) -> Reply>;

pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    /// Milliseconds since the start.
    pub(crate) at: u64,
    pub(crate) request: HttpRequest,
}

/// What several processes share: two tenants of one world are two replicas.
#[derive(Default)]
pub(crate) struct Store {
    /// Values, and when they end.
    pub(crate) values: RefCell<BTreeMap<String, (Vec<u8>, u64)>>,
    pub(crate) mood: Cell<Mood>,
    pub(crate) asked: Cell<usize>,
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Mood {
    #[default]
    Works,
    Fails,
    Hangs,
}

impl Store {
    async fn answers(&self) -> Result<(), StoreFailure> {
        self.asked.set(self.asked.get() + 1);
        match self.mood.get() {
            Mood::Works => Ok(()),
            Mood::Fails => Err(StoreFailure("the connection is closed".to_owned())),
            Mood::Hangs => std::future::pending().await,
        }
    }
}

/// The environment and the machine this runs on.
pub(crate) struct World {
    clock: Rc<Clock>,
    scripts: RefCell<BTreeMap<Endpoint, Script>>,
    pub(crate) calls: RefCell<Vec<Call>>,
    /// Requests whose future was dropped before the answer.
    pub(crate) aborted: Cell<usize>,
    tasks: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    pub(crate) store: Store,
    /// What was told, as JSON.
    pub(crate) observed: RefCell<Vec<Value>>,
}

impl World {
    /// An environment that issues the tokens `access-1`, `access-2`, … and knows nothing else.
    pub(crate) fn new() -> Rc<Self> {
        let clock = Rc::new(Clock::default());
        clock.now.set(START);
        let world = Self {
            clock,
            scripts: RefCell::default(),
            calls: RefCell::default(),
            aborted: Cell::new(0),
            tasks: RefCell::default(),
            store: Store::default(),
            observed: RefCell::default(),
        };
        let mut issued = 0;
        world.script(Endpoint::Token, move |_, _| {
            issued += 1;
            token(&format!("access-{issued}"))
        });
        world.on(Endpoint::Cancel, [text(202, "application/json", "")]);
        Rc::new(world)
    }

    /// Sets what an endpoint does with each call; `now` is in milliseconds since the start.
    pub(crate) fn script(
        &self,
        endpoint: Endpoint,
        script: impl FnMut(&HttpRequest, u64) -> Reply + 'static,
    ) {
        self.scripts.borrow_mut().insert(endpoint, Box::new(script));
    }

    /// Sets the replies of an endpoint in order; a further call fails the test.
    pub(crate) fn on(&self, endpoint: Endpoint, replies: impl IntoIterator<Item = Reply>) -> &Self {
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        self.script(endpoint, move |_, now| {
            replies.pop_front().unwrap_or_else(|| panic!("no reply left for {endpoint:?} at {now} ms"))
        });
        self
    }

    pub(crate) fn elapsed(&self) -> u64 {
        self.clock.now.get() - START
    }

    pub(crate) fn count(&self, endpoint: Endpoint) -> usize {
        self.calls.borrow().iter().filter(|call| call.endpoint == endpoint).count()
    }

    pub(crate) fn moments(&self, endpoint: Endpoint) -> Vec<u64> {
        self.calls.borrow().iter().filter(|call| call.endpoint == endpoint).map(|call| call.at).collect()
    }

    /// What was asked of the services other than queries: method, path with query, body.
    pub(crate) fn service_calls(&self) -> Vec<(&'static str, String, Value)> {
        let calls = self.calls.borrow();
        let calls = calls.iter().filter(|call| call.endpoint == Endpoint::Service);
        calls
            .map(|call| {
                let target = call.request.url.split_once("/platform").unwrap().1.to_owned();
                let body = call.request.body.as_deref().map(|body| serde_json::from_slice(body).unwrap());
                (call.request.method.as_str(), target, body.unwrap_or_default())
            })
            .collect()
    }

    /// The authorization headers sent to an endpoint.
    pub(crate) fn bearers(&self, endpoint: Endpoint) -> Vec<String> {
        let calls = self.calls.borrow();
        let calls = calls.iter().filter(|call| call.endpoint == endpoint);
        calls.map(|call| call.request.header("authorization").unwrap_or("none").to_owned()).collect()
    }

    pub(crate) fn timer(&self, millis: u64) -> Sleep {
        let id = self.clock.next_timer.get();
        self.clock.next_timer.set(id + 1);
        Sleep { clock: Rc::clone(&self.clock), key: (self.clock.now.get() + millis, id) }
    }

    /// Drives what was spawned to its end.
    pub(crate) fn settle(&self) {
        self.block_on(std::future::poll_fn(|_| match self.tasks.borrow().is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }));
    }

    /// Lets everything that was spawned go on as far as it can now.
    fn advance_tasks(&self, context: &mut Context<'_>) {
        loop {
            let mut tasks = std::mem::take(&mut *self.tasks.borrow_mut());
            let before = tasks.len();
            tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
            let ended = before - tasks.len();
            let mut spawned = self.tasks.borrow_mut();
            let further = spawned.len();
            tasks.append(&mut spawned);
            *spawned = tasks;
            if ended == 0 && further == 0 {
                return;
            }
        }
    }

    /// Drives a future to its end, and what was spawned beside it; when all wait, the clock moves to the next
    /// timer.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        struct Flag(AtomicBool);
        impl Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let flag = Arc::new(Flag(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            self.advance_tasks(&mut context);
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            if flag.0.swap(false, Ordering::Relaxed) {
                continue;
            }
            let next = self.clock.timers.borrow().keys().next().copied().expect("someone waits for ever");
            assert!(next.0 < START + 7_200_000, "two hours have passed");
            self.clock.now.set(next.0);
            while let Some(entry) = {
                let mut timers = self.clock.timers.borrow_mut();
                let due = timers.first_entry().filter(|entry| entry.key().0 <= next.0);
                due.map(std::collections::btree_map::OccupiedEntry::remove)
            } {
                entry.wake();
            }
        }
    }

    pub(crate) fn tenant(self: &Rc<Self>) -> Tenant<Self> {
        Tenant::new(Rc::clone(self), EnvironmentConfig::from_json(&oauth_config()).unwrap())
    }

    /// Runs one query that is never cancelled.
    pub(crate) fn ask(self: &Rc<Self>) -> Result<GrailResult, TenantError> {
        let tenant = self.tenant();
        self.block_on(tenant.run(&DqlRequest::new("fetch logs | limt 5"), std::future::pending()))
    }
}

pub(crate) fn oauth_config() -> Value {
    json!({
        "name": "production",
        "url": "https://abc12345.apps.dynatrace.com",
        "clientId": "dt0s02.CLIENT",
        "clientSecret": CLIENT_SECRET,
        "accountUrn": "urn:dtaccount:6f0c-11",
        "tokenUrl": "https://sso.example.com/sso/oauth2/token",
    })
}

struct AbortWatch<'a> {
    world: &'a World,
    finished: bool,
}

impl Drop for AbortWatch<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.world.aborted.set(self.world.aborted.get() + 1);
        }
    }
}

impl Host for World {
    async fn fetch(&self, request: HttpRequest, most_bytes: usize) -> Result<HttpResponse, FetchFailure> {
        let endpoint = match request.url.split('?').next().unwrap() {
            "https://sso.example.com/sso/oauth2/token" => Endpoint::Token,
            "https://abc12345.apps.dynatrace.com/platform/storage/query/v1/query:execute" => {
                Endpoint::Execute
            }
            "https://abc12345.apps.dynatrace.com/platform/storage/query/v1/query:poll" => Endpoint::Poll,
            "https://abc12345.apps.dynatrace.com/platform/storage/query/v1/query:cancel" => Endpoint::Cancel,
            other if other.starts_with("https://abc12345.apps.dynatrace.com/platform/") => Endpoint::Service,
            other => panic!("nobody lives at {other}"),
        };
        let at = self.elapsed();
        let reply = {
            let mut scripts = self.scripts.borrow_mut();
            let script = scripts.get_mut(&endpoint).unwrap_or_else(|| panic!("{endpoint:?} is not expected"));
            script(&request, at)
        };
        self.calls.borrow_mut().push(Call { endpoint, at, request });
        let mut watch = AbortWatch { world: self, finished: false };
        if !reply.after.is_zero() {
            self.timer(u64::try_from(reply.after.as_millis()).unwrap()).await;
        }
        let outcome = match reply.outcome {
            Outcome::Answer(response) if response.body.len() > most_bytes => {
                Err(FetchFailure::TooLarge { most_bytes })
            }
            Outcome::Answer(response) => Ok(response),
            Outcome::Fail(failure) => Err(failure),
            Outcome::Hang => std::future::pending().await,
        };
        watch.finished = true;
        outcome
    }

    async fn sleep(&self, duration: Duration) {
        self.timer(u64::try_from(duration.as_millis()).unwrap()).await;
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.now.get())
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.tasks.borrow_mut().push(task);
    }

    async fn store_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFailure> {
        self.store.answers().await?;
        let now = self.clock.now.get();
        let values = self.store.values.borrow();
        Ok(values.get(key).filter(|(_, until)| now < *until).map(|(value, _)| value.clone()))
    }

    async fn store_set(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), StoreFailure> {
        self.store.answers().await?;
        let until = self.clock.now.get() + u64::try_from(ttl.as_millis()).unwrap();
        self.store.values.borrow_mut().insert(key.to_owned(), (value, until));
        Ok(())
    }

    async fn store_claim(&self, key: &str, ttl: Duration) -> Result<bool, StoreFailure> {
        if self.store_get(key).await?.is_some() {
            return Ok(false);
        }
        self.store_set(key, Vec::new(), ttl).await?;
        Ok(true)
    }

    async fn store_release(&self, key: &str) -> Result<(), StoreFailure> {
        self.store.answers().await?;
        self.store.values.borrow_mut().remove(key);
        Ok(())
    }

    fn observe(&self, observation: &Observation<'_>) {
        self.observed.borrow_mut().push(serde_json::to_value(observation).unwrap());
    }
}

/// Checks error, calls (token, execute, poll, cancel) and the time it all took.
#[track_caller]
pub(crate) fn assert_refused(
    world: &Rc<World>,
    outcome: Result<GrailResult, TenantError>,
    code: &str,
    status: u16,
    calls: [usize; 4],
    within_millis: u64,
) -> TenantError {
    let error = outcome.expect_err("the run fails");
    assert_eq!((error.code(), error.status()), (code, status), "{error}");
    let counted =
        [Endpoint::Token, Endpoint::Execute, Endpoint::Poll, Endpoint::Cancel].map(|it| world.count(it));
    assert_eq!(counted, calls, "calls of token, execute, poll, cancel");
    assert!(world.elapsed() <= within_millis, "took {} ms", world.elapsed());
    error
}
