//! Environments and the sandbox that holds them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::accounts::{Accounts, Caller, Need};
use super::analyzers::{self, Analyses};
use super::autocomplete::autocomplete;
use super::automation;
use super::entities::{self, is_entities};
use super::fault::{Fault, FaultKind, Faults};
use super::ingest::{Ingested, WRITE_SCOPE, ingest, table_of};
use super::message::{Delivery, Request, Response};
use super::problems::{self, is_problems};
use super::query::{Queries, execute, verify};
use super::query_tree::parse;
use super::segments::{self, is_segments};
use super::settings::{self, is_settings};
use super::slo;
use super::slo_evaluations::SloEvaluations;
use crate::automation::{Executions, USUAL_MILLIS};
use crate::data::company::{LANDSCAPES, Landscape};
use crate::data::{Random, generate};
use crate::management_zones;
use crate::segments::SegmentStore;
use crate::settings::SettingsStore;
use crate::store::Store;

/// How old the data set gets before it is made anew, in milliseconds: "now" in it stays now.
const REFRESH_MILLIS: i64 = 60 * 1000;

/// How a sandbox is made.
#[derive(Debug, Clone, Copy)]
pub struct SandboxOptions {
    /// Decides ids, numbers and texts of the data set.
    pub seed: u64,
    /// The time the data set is made for, in milliseconds since 1970.
    pub now: i64,
}

/// Environments of one account.
#[derive(Debug)]
pub struct Sandbox {
    environments: Vec<Arc<Environment>>,
}

impl Sandbox {
    /// A sandbox with its data set.
    #[must_use]
    pub fn new(options: SandboxOptions) -> Self {
        let accounts = Arc::new(Mutex::new(Accounts::new(options.seed)));
        let environments = LANDSCAPES
            .iter()
            .map(|landscape| Arc::new(Environment::new(landscape, options, Arc::clone(&accounts))))
            .collect();
        Self { environments }
    }

    /// The environment of that name: `production` or `preproduction`.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&Arc<Environment>> {
        self.environments.iter().find(|environment| environment.name() == name)
    }

    /// All environments.
    #[must_use]
    pub fn environments(&self) -> &[Arc<Environment>] {
        &self.environments
    }
}

/// How often a route was called and what that cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counter {
    /// Requests.
    pub calls: u64,
    /// Requests answered with a status of 400 and above.
    pub errors: u64,
    /// Bytes that queries read.
    pub scanned_bytes: u64,
}

/// A Dynatrace environment. It has neither sockets nor a clock: requests and the time come from outside.
#[derive(Debug)]
pub struct Environment {
    landscape: &'static Landscape,
    seed: u64,
    accounts: Arc<Mutex<Accounts>>,
    /// The settings that a reset brings back.
    generated_settings: SettingsStore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    store: Arc<Store>,
    made_millis: i64,
    /// Whether the data set is the generated one, which follows the time.
    generated: bool,
    queries: Queries,
    analyses: Analyses,
    slo_evaluations: SloEvaluations,
    executions: Executions,
    counters: BTreeMap<&'static str, Counter>,
    faults: Faults,
    settings: SettingsStore,
    segments: SegmentStore,
    /// The change of the settings that the management zones of the store's entities are of.
    zones_of: u64,
    /// What requests brought, in their order.
    ingested: Vec<Ingested>,
    random: Random,
}

impl State {
    /// Computes the management zones of entities anew when settings have changed. Own data keeps the zones it came with.
    fn follow_settings(&mut self) {
        if self.generated && self.zones_of != self.settings.changes() {
            management_zones::apply(&self.settings, Arc::make_mut(&mut self.store));
            self.zones_of = self.settings.changes();
        }
    }

    /// Puts what was brought into the store, and keeps it for when the data set is made anew.
    fn keep(&mut self, ingested: Vec<Ingested>) {
        if ingested.is_empty() {
            return;
        }
        let store = Arc::make_mut(&mut self.store);
        ingested.iter().for_each(|item| item.apply(store));
        self.ingested.extend(ingested);
    }
}

impl Environment {
    fn new(landscape: &'static Landscape, options: SandboxOptions, accounts: Arc<Mutex<Accounts>>) -> Self {
        let random = Random::of(options.seed, landscape.name);
        let settings = crate::data::settings(landscape, options.seed, options.now);
        let mut store = generate(landscape, options.seed, options.now.saturating_mul(1_000_000));
        management_zones::apply(&settings, &mut store);
        let state = State {
            store: Arc::new(store),
            made_millis: options.now,
            generated: true,
            queries: Queries::new(random.clone().next()),
            analyses: Analyses::new(random.clone().next()),
            slo_evaluations: SloEvaluations::new(random.clone().next()),
            executions: Executions::new(random.clone().next()),
            counters: BTreeMap::new(),
            faults: Faults::default(),
            zones_of: settings.changes(),
            settings: settings.clone(),
            segments: SegmentStore::new(random.clone().next()),
            ingested: Vec::new(),
            random,
        };
        Self {
            landscape,
            seed: options.seed,
            accounts,
            generated_settings: settings,
            state: Mutex::new(state),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.landscape.name
    }

    /// The names of its Kubernetes clusters.
    #[must_use]
    pub fn clusters(&self) -> Vec<&'static str> {
        self.landscape.clusters.iter().map(|cluster| cluster.name).collect()
    }

    /// Puts other data in the place of the generated data set.
    pub fn replace_data(&self, store: Store) {
        let mut state = self.state();
        let mut store = store;
        state.ingested.iter().for_each(|item| item.apply(&mut store));
        state.store = Arc::new(store);
        state.generated = false;
    }

    /// Lets something go wrong.
    pub fn add_fault(&self, fault: Fault) {
        self.state().faults.add(fault);
    }

    /// The faults that wait for requests.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.state().faults.all().to_vec()
    }

    /// Takes the faults back that wait for requests.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Takes faults, counters and the time that executions take back, and brings the generated settings objects back;
    /// filter segments, of which none are generated, go.
    pub fn reset(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.counters.clear();
        state.executions.takes_millis = Some(USUAL_MILLIS);
        state.settings = self.generated_settings.clone();
        state.segments = SegmentStore::new(Random::of(self.seed, self.landscape.name).next());
        state.follow_settings();
    }

    /// Works on the settings objects.
    pub(super) fn with_settings<T>(&self, work: impl FnOnce(&mut SettingsStore) -> T) -> T {
        let mut state = self.state();
        let result = work(&mut state.settings);
        state.follow_settings();
        result
    }

    /// What was called how often, by route: `token`, `execute`, `poll`, `cancel`, `verify`, `autocomplete`, `parse`,
    /// `ingest`, `settings`, `entities`, `problems`, `segments`, `analyze`, `analyze-poll`, `analyze-cancel`, `analyzers`,
    /// `slo`, `platform-slo`, `run`, `automation`, `app`, `other`.
    #[must_use]
    pub fn counters(&self) -> BTreeMap<&'static str, Counter> {
        self.state().counters.clone()
    }

    /// Makes every access token of the account invalid.
    pub fn revoke_tokens(&self) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).revoke_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request that arrives at `now_millis` (since 1970).
    pub fn handle(&self, request: &Request, now_millis: i64) -> Response {
        let route = route(request);
        let (fault, store, trace_id) = {
            let mut state = self.state();
            state.counters.entry(route).or_default().calls += 1;
            self.refresh(&mut state, now_millis);
            let ended = state.executions.due(now_millis);
            state.keep(ended);
            let trace_id = format!("{:016x}{:016x}", state.random.next(), state.random.next());
            (state.faults.take(route), Arc::clone(&state.store), trace_id)
        };
        let (mut response, scanned) = match fault.as_ref().and_then(|fault| self.broken(fault, &trace_id)) {
            Some(response) => (response, 0),
            None => self.answer(route, request, &store, fault.as_ref(), now_millis, &trace_id),
        };
        match fault {
            Some(FaultKind::Latency { millis }) => {
                response.hold_millis = response.hold_millis.saturating_add(millis);
            }
            Some(FaultKind::TruncatedJson) => response.body.truncate(response.body.len() / 2),
            _ => {}
        }
        let mut state = self.state();
        let counter = state.counters.entry(route).or_default();
        counter.scanned_bytes += scanned;
        counter.errors += u64::from(response.status >= 400);
        response
    }

    /// The answer of a fault that replaces the real one.
    fn broken(&self, fault: &FaultKind, trace_id: &str) -> Option<Response> {
        Some(match fault {
            FaultKind::RateLimited { retry_after_seconds } => {
                Response::rate_limited(*retry_after_seconds, trace_id)
            }
            FaultKind::ServerError { status } => {
                Response::gateway_error(*status, "Something went wrong.", trace_id)
            }
            FaultKind::HtmlPage { status } => Response::html(*status, "Service unavailable"),
            FaultKind::Redirect => {
                let mut response = Response::empty(302);
                response.headers.push(("location".into(), "https://sso.example.com/login".into()));
                response
            }
            FaultKind::Hang => Response { delivery: Delivery::Hang, ..Response::default() },
            FaultKind::ConnectionReset => Response { delivery: Delivery::Reset, ..Response::default() },
            FaultKind::TokenRevoked => {
                self.revoke_tokens();
                return None;
            }
            _ => return None,
        })
    }

    fn answer(
        &self,
        route: &str,
        request: &Request,
        store: &Store,
        fault: Option<&FaultKind>,
        now_millis: i64,
        trace_id: &str,
    ) -> (Response, u64) {
        let accounts = || self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let lacking = match fault {
            Some(FaultKind::LacksScope { scope }) => Some(scope.as_str()),
            _ => None,
        };
        let allowed = |need: Need| {
            accounts().allowed(request, need, now_millis, trace_id)?;
            match lacking {
                Some(scope) if scope == need.scope => Err(Response::lacks_scope(scope, trace_id)),
                _ => Ok(()),
            }
        };
        if route == "token" {
            return (accounts().token(request, now_millis), 0);
        }
        if route == "app" {
            return (Response::page(include_str!("app_page.html")), 0);
        }
        if route == "other" {
            return (Response::gateway_error(404, "The requested resource does not exist.", trace_id), 0);
        }
        if let ("ingest", Some(table)) = (route, table_of(&request.path)) {
            if let Err(response) = accounts().writer(request, WRITE_SCOPE, now_millis, trace_id) {
                return (response, 0);
            }
            if lacking == Some(WRITE_SCOPE) {
                return (Response::lacks_scope(WRITE_SCOPE, trace_id), 0);
            }
            let (response, ingested) = ingest(table, request, now_millis);
            let asking = automation::asking(&ingested);
            self.keep(ingested);
            self.trigger(request, &asking, now_millis);
            return (response, 0);
        }
        if route == "settings" {
            if let Err(response) = allowed(settings::need(request)) {
                return (response, 0);
            }
            return (self.with_settings(|store| settings::settings(request, store, now_millis)), 0);
        }
        if route == "entities" {
            let answer = allowed(entities::READ).map(|()| entities::entities(request, store, now_millis));
            return (answer.unwrap_or_else(|refused| refused), 0);
        }
        if route == "problems" {
            let answer = allowed(problems::READ).map(|()| problems::problems(request, store, now_millis));
            return (answer.unwrap_or_else(|refused| refused), 0);
        }
        if route == "slo" {
            if let Err(response) = allowed(slo::READ) {
                return (response, 0);
            }
            let objects = self.settings_objects(crate::slo::SCHEMA);
            return (slo::classic(request, &objects, store, now_millis), 0);
        }
        let mut caller = match accounts().caller(request, now_millis, trace_id) {
            Ok(caller) => caller,
            Err(response) => return (response, 0),
        };
        caller.scopes.retain(|scope| Some(scope.as_str()) != lacking);
        match route {
            "execute" => {
                let (ticket, segments) = {
                    let mut state = self.state();
                    (state.queries.ticket(), state.segments.clone())
                };
                let executed = execute(request, store, &segments, caller.scopes, fault, ticket, now_millis);
                if let Some(waiting) = executed.waiting {
                    self.state().queries.keep(waiting);
                }
                (executed.response, executed.scanned)
            }
            "poll" => (self.state().queries.poll(request, now_millis), 0),
            "autocomplete" => (autocomplete(request, store, now_millis), 0),
            "parse" => (parse(request, store, now_millis), 0),
            "analyze" | "analyze-poll" | "analyze-cancel" | "analyzers" => {
                let required = caller.require(analyzers::scope(route), trace_id);
                required.map_or_else(
                    |refused| (refused, 0),
                    |()| self.analyze(route, request, store, caller, fault, now_millis),
                )
            }
            "cancel" => (self.state().queries.cancel(request, now_millis), 0),
            "run" | "automation" => {
                let required = caller.require(automation::scope(request), trace_id);
                let answer = required.map(|()| self.automate(request, store, fault, now_millis, trace_id));
                (answer.unwrap_or_else(|refused| refused), 0)
            }
            "segments" => {
                let required = segments::scopes(request);
                if let Err(refused) = required.iter().try_for_each(|scope| caller.require(scope, trace_id)) {
                    return (refused, 0);
                }
                (segments::segments(request, &mut self.state().segments), 0)
            }
            "platform-slo" => {
                if let Err(refused) = caller.require(slo::scope(request), trace_id) {
                    return (refused, 0);
                }
                let action = slo::evaluation_action(request);
                if (request.method.as_str(), action) == ("GET", Some("poll")) {
                    return (self.state().slo_evaluations.poll(request, now_millis), 0);
                }
                let objects = self.settings_objects(crate::slo::SCHEMA);
                let answer = slo::platform(request, &objects, store, caller.scopes, now_millis);
                if action == Some("start") {
                    return (self.state().slo_evaluations.started(answer, fault, now_millis), 0);
                }
                (answer, 0)
            }
            _ => (verify(request, store, caller.scopes, now_millis), 0),
        }
    }

    fn analyze(
        &self,
        route: &str,
        request: &Request,
        store: &Store,
        caller: Caller,
        fault: Option<&FaultKind>,
        now_millis: i64,
    ) -> (Response, u64) {
        match route {
            "analyze" => {
                let ticket = self.state().analyses.ticket();
                let executed = analyzers::execute(request, store, caller.scopes, fault, ticket, now_millis);
                if let Some(waiting) = executed.waiting {
                    self.state().analyses.keep(waiting);
                }
                (executed.response, executed.scanned)
            }
            "analyze-poll" => (self.state().analyses.poll(request, now_millis), 0),
            "analyze-cancel" => (self.state().analyses.cancel(request, now_millis), 0),
            _ => (analyzers::describe(request, now_millis), 0),
        }
    }

    /// Puts what was brought into the store, and keeps it for when the data set is made anew.
    pub(super) fn keep(&self, ingested: Vec<Ingested>) {
        self.state().keep(ingested);
    }

    /// Works on the executions of workflows.
    pub(super) fn with_executions<T>(&self, work: impl FnOnce(&mut Executions) -> T) -> T {
        work(&mut self.state().executions)
    }

    /// What the environment holds now.
    pub(super) fn store(&self) -> Arc<Store> {
        Arc::clone(&self.state().store)
    }

    /// The fault that waits for a request of this route; it is used up by that.
    pub(super) fn take_fault(&self, route: &str) -> Option<FaultKind> {
        self.state().faults.take(route)
    }

    /// Makes the generated data set anew when it has become old.
    fn refresh(&self, state: &mut State, now_millis: i64) {
        if state.generated && now_millis - state.made_millis >= REFRESH_MILLIS {
            let mut store = generate(self.landscape, self.seed, now_millis.saturating_mul(1_000_000));
            management_zones::apply(&state.settings, &mut store);
            state.ingested.iter().for_each(|item| item.apply(&mut store));
            state.store = Arc::new(store);
            state.made_millis = now_millis;
        }
    }
}

fn route(request: &Request) -> &'static str {
    match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/sso/oauth2/token") => "token",
        ("POST", "/platform/storage/query/v1/query:execute") => "execute",
        ("GET", "/platform/storage/query/v1/query:poll") => "poll",
        ("POST", "/platform/storage/query/v1/query:cancel") => "cancel",
        ("POST", "/platform/storage/query/v1/query:verify") => "verify",
        ("POST", "/platform/storage/query/v1/query:parse") => "parse",
        ("POST", "/platform/storage/query/v1/query:autocomplete") => "autocomplete",
        ("POST", path) if table_of(path).is_some() => "ingest",
        (_, path) if is_settings(path) => "settings",
        (_, path) if is_segments(path) => "segments",
        (_, path) if is_entities(path) => "entities",
        (_, path) if is_problems(path) => "problems",
        // What deep links lead to; apps are not part of the API.
        ("GET", path) if path.starts_with("/ui/") => "app",
        (method, path) => slo::route(path)
            .or_else(|| analyzers::route(method, path))
            .or_else(|| automation::route(method, path))
            .unwrap_or("other"),
    }
}
