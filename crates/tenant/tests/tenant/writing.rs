//! Writing to the sandbox, whose connections break before and after it has written.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use grailstage_sandbox::{
    Delivery, Environment, Fault, FaultKind, PLATFORM_TOKEN, Request, Sandbox, SandboxOptions,
};
use grailstage_tenant::event::{Event, EventKind, GuardianTrigger};
use grailstage_tenant::management_zone::{EntityFacts, Visibility, visibility};
use grailstage_tenant::ownership::{DesiredTeam, Outcome, PlanOptions, Responsibilities, TEAMS_SCHEMA, plan};
use grailstage_tenant::settings::Updated;
use grailstage_tenant::workflow::WorkflowRun;
use grailstage_tenant::{
    DqlRequest, EnvironmentConfig, FetchFailure, Host, HttpRequest, HttpResponse, SettingsDraft, Tenant,
    UnixMillis,
};
use serde_json::{Map, Value, json};

use crate::world::START;

/// The production environment of a sandbox, over a connection that can break after a request has arrived.
struct SandboxHost {
    sandbox: Sandbox,
    now: Cell<u64>,
    /// How many of the next writes are carried out without an answer.
    breaks: Cell<u32>,
    writes: Cell<u32>,
}

impl SandboxHost {
    fn environment(&self) -> &Environment {
        self.sandbox.environment("production").unwrap()
    }
}

impl Host for SandboxHost {
    async fn fetch(&self, request: HttpRequest, _most_bytes: usize) -> Result<HttpResponse, FetchFailure> {
        let target = request.url.strip_prefix("https://production.example").unwrap().to_owned();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let is_write = request.method.as_str() != "GET" && !path.contains("/query:");
        let request = Request {
            method: request.method.as_str().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: request.headers,
            body: request.body.unwrap_or_default(),
        };
        let response = self.environment().handle(&request, i64::try_from(self.now.get()).unwrap());
        self.sleep(Duration::from_millis(response.hold_millis)).await;
        let reset = || FetchFailure::Reset { message: "ECONNRESET".to_owned() };
        if is_write {
            self.writes.set(self.writes.get() + 1);
            if self.breaks.get() > 0 {
                self.breaks.set(self.breaks.get() - 1);
                return Err(reset());
            }
        }
        match response.delivery {
            Delivery::Whole => {
                Ok(HttpResponse { status: response.status, headers: response.headers, body: response.body })
            }
            Delivery::Reset => Err(reset()),
            Delivery::Hang => std::future::pending().await,
        }
    }

    async fn sleep(&self, duration: Duration) {
        // Pauses pass at once and move the clock. A deadline is a pause that the work must beat: it never comes.
        if duration >= Duration::from_secs(20) {
            std::future::pending::<()>().await;
        }
        self.now.set(self.now.get() + u64::try_from(duration.as_millis()).unwrap());
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.now.get())
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        // What goes on beside a query that failed: its cancellation.
        block_on(task);
    }
}

fn tenant() -> (Rc<SandboxHost>, Tenant<SandboxHost>) {
    let options = SandboxOptions { seed: 7, now: i64::try_from(START).unwrap() };
    let host = Rc::new(SandboxHost {
        sandbox: Sandbox::new(options),
        now: Cell::new(START),
        breaks: Cell::new(0),
        writes: Cell::new(0),
    });
    let config = json!({
        "name": "production", "url": "https://production.example", "platformToken": PLATFORM_TOKEN,
    });
    let tenant = Tenant::new(Rc::clone(&host), EnvironmentConfig::from_json(&config).unwrap());
    (host, tenant)
}

fn records(tenant: &Tenant<SandboxHost>, query: &str) -> Vec<Value> {
    let result = block_on(tenant.run(&DqlRequest::new(query), std::future::pending())).unwrap();
    result.rows().unwrap()
}

fn events(id: &str) -> [(Event, &'static str); 2] {
    let sdlc = Event::sdlc(id, "deployment", "ci.example").with("task.name", "deploy");
    let business = Event::business(id, "order.placed", "shop").with("amount", 3);
    [(sdlc, "fetch events | filter event.kind == \"SDLC_EVENT\""), (business, "fetch bizevents")]
}

fn stored(tenant: &Tenant<SandboxHost>, source: &str, id: &str) -> usize {
    records(tenant, source).iter().filter(|record| record["event.id"] == id).count()
}

#[test]
fn an_event_is_stored_once_whenever_the_connection_breaks() {
    let (host, tenant) = tenant();
    for (before, after) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
        let id = format!("it's \"{before}{after}\" | limit 0");
        for (event, source) in events(&id) {
            for _ in 0..before {
                host.environment().add_fault(Fault::once("ingest", FaultKind::ConnectionReset));
            }
            // What the sandbox breaks off counts as a write too, so the later breaks come after a real one.
            host.breaks.set(before + after);
            block_on(tenant.send_event(&event)).unwrap();
            block_on(host.sleep(Duration::from_secs(1)));
            assert_eq!(stored(&tenant, source, &id), 1, "{before} before, {after} after: {source}");
        }
    }
}

#[test]
fn events_in_one_request_are_stored_once_each_whenever_the_connection_breaks() {
    let (host, tenant) = tenant();
    for breaks in [0, 1, 2] {
        let events: Vec<Event> =
            (0..250).map(|nth| Event::sdlc(format!("{breaks}-{nth}"), "test", "ci.example")).collect();
        host.breaks.set(breaks);
        let writes = host.writes.get();
        assert_eq!(block_on(tenant.send_events(&events, None)).unwrap(), 250);
        assert_eq!(host.writes.get() - writes, 3, "a request that arrived is not sent again");
        block_on(host.sleep(Duration::from_secs(1)));
        let query = format!("fetch events | filter startsWith(event.id, \"{breaks}-\")");
        assert_eq!(records(&tenant, &query).len(), 250, "{breaks}");
    }
}

#[test]
fn only_what_an_earlier_attempt_has_not_stored_is_sent() {
    let (host, tenant) = tenant();
    let begun = host.now();
    let events: Vec<Event> =
        (0..5).map(|nth| Event::business(format!("it's {nth}"), "order.placed", "shop")).collect();
    block_on(tenant.send_events(&events[1..3], None)).unwrap();
    block_on(host.sleep(Duration::from_secs(5)));
    for expected in [3, 0] {
        assert_eq!(block_on(tenant.send_events(&events, Some(begun))).unwrap(), expected);
        block_on(host.sleep(Duration::from_secs(5)));
    }
    for event in &events {
        assert_eq!(stored(&tenant, "fetch bizevents", event.id()), 1);
    }
}

#[test]
fn an_event_is_told_to_be_unconfirmed_when_it_cannot_be_looked_for() {
    let (host, tenant) = tenant();
    host.breaks.set(1);
    host.environment().add_fault(Fault::once("execute", FaultKind::Failed));
    let (event, source) = events("id-1").into_iter().next().unwrap();
    let error = block_on(tenant.send_event(&event)).unwrap_err();
    assert_eq!(error.code(), "write-unconfirmed");
    assert_eq!((host.writes.get(), stored(&tenant, source, "id-1")), (1, 1));
}

#[test]
fn an_event_that_is_refused_is_sent_once() {
    let (host, _) = tenant();
    let config =
        json!({"name": "x", "url": "https://production.example", "platformToken": "dt0s16.WRONG.TOKEN"});
    let tenant = Tenant::new(Rc::clone(&host), EnvironmentConfig::from_json(&config).unwrap());
    for (event, _) in events("id-1") {
        assert_eq!(block_on(tenant.send_event(&event)).unwrap_err().code(), "invalid-credentials");
    }
    assert_eq!(host.writes.get(), 2);
}

#[test]
fn a_trigger_is_the_event_guardians_listen_to() {
    let trigger = |kind| GuardianTrigger {
        kind,
        id: "t-1".to_owned(),
        provider: "Backstage".to_owned(),
        tags: vec![("service".to_owned(), "cart".to_owned()), ("stage".to_owned(), "hardening".to_owned())],
        timeframe: Some(("2026-11-21T09:00:00Z".to_owned(), "2026-11-21T09:30:00Z".to_owned())),
        context: Map::from_iter([("buildId".to_owned(), json!("4711"))]),
    };
    let (host, tenant) = tenant();
    for (kind, query) in [
        (
            EventKind::Business,
            "fetch bizevents | filter event.type == \"guardian.validation.triggered\" and tag.stage == \"hardening\"",
        ),
        (
            EventKind::Sdlc,
            "fetch events | filter event.type == \"validation.triggered\" and event.kind == \"SDLC_EVENT\" \
             and tag.stage == \"hardening\" and event.category == \"task\"",
        ),
    ] {
        host.breaks.set(1);
        block_on(tenant.send_event(&trigger(kind).event())).unwrap();
        let found =
            records(&tenant, &format!("{query} | filter contains(toString(execution_context), \"t-1\")"));
        assert_eq!(found.len(), 1, "{query}");
        assert!(found[0]["timeframe.from"].as_str().unwrap().starts_with("2026-11-21T09:00:00"));
        assert_eq!(found[0]["tag.service"], "cart");
    }
}

fn group(name: &str) -> DesiredTeam {
    DesiredTeam {
        entity_ref: format!("group:default/{name}"),
        identifier: name.to_owned(),
        name: name.to_uppercase(),
        description: None,
        email: Some(format!("{name}@acme.example")),
        url: None,
        responsibilities: Responsibilities { development: true, ..Responsibilities::default() },
    }
}

#[test]
fn settings_are_written_once_whenever_the_connection_breaks() {
    let (host, tenant) = tenant();
    for (before, after) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let settings = tenant.settings();
        let known = block_on(settings.list(TEAMS_SCHEMA)).unwrap().len();
        let value = |name: &str| {
            json!({"name": name, "identifier": "write-once", "supplementaryIdentifiers": [],
                "responsibilities": {"development": true, "security": false, "operations": false,
                    "infrastructure": false, "lineOfBusiness": false},
                "contactDetails": [], "links": [], "additionalInformation": []})
        };
        let break_it = || {
            for _ in 0..before {
                host.environment().add_fault(Fault::once("settings", FaultKind::ConnectionReset));
            }
            host.breaks.set(before + after);
        };
        break_it();
        let draft = SettingsDraft::new(TEAMS_SCHEMA, "test:write-once", value("Once"));
        let id = block_on(settings.upsert(&draft)).unwrap();
        assert_eq!(block_on(settings.list(TEAMS_SCHEMA)).unwrap().len(), known + 1);
        assert_eq!(block_on(settings.upsert(&draft)).unwrap(), id);

        host.breaks.set(after);
        assert_eq!(block_on(settings.update(&id, |_| value("Twice"))).unwrap(), Updated::Written);
        assert_eq!(block_on(settings.get(&id)).unwrap().value["name"], "Twice");

        host.breaks.set(after);
        block_on(settings.delete(&id, None)).unwrap();
        assert_eq!(block_on(settings.list(TEAMS_SCHEMA)).unwrap().len(), known);
    }
}

#[test]
fn the_environment_validates_without_writing() {
    let (_, tenant) = tenant();
    let known = block_on(tenant.settings().list(TEAMS_SCHEMA)).unwrap().len();
    let draft = SettingsDraft::new(TEAMS_SCHEMA, "test:x", json!({"name": "X", "identifier": "1"}));
    let outcomes = block_on(tenant.settings().validate(&[draft])).unwrap();
    assert_eq!(outcomes[0].as_ref().unwrap_err().code(), "rejected");
    assert_eq!(block_on(tenant.settings().list(TEAMS_SCHEMA)).unwrap().len(), known);
}

#[test]
fn teams_are_brought_over_once() {
    let (host, tenant) = tenant();
    let planned = |groups: &[DesiredTeam]| {
        let teams = block_on(tenant.ownership_teams()).unwrap();
        assert!(teams.unreadable.is_empty(), "{:?}", teams.unreadable);
        plan(groups, &teams, PlanOptions { mark: "backstage".to_owned(), remove: true })
    };
    let known = block_on(tenant.ownership_teams()).unwrap().teams.len();
    let groups = [group("zebra"), group("yak")];
    host.breaks.set(1);
    let written = block_on(tenant.write_ownership_teams(&planned(&groups)));
    assert!(written.iter().all(|team| matches!(team.outcome, Outcome::Created)), "{written:?}");
    assert_eq!(block_on(tenant.ownership_teams()).unwrap().teams.len(), known + 2);
    assert!(planned(&groups).is_empty());

    let mut renamed = groups.clone();
    renamed[0].name = "Zebras".to_owned();
    host.breaks.set(1);
    let written = block_on(tenant.write_ownership_teams(&planned(&renamed[..1])));
    let outcomes: Vec<_> = written.iter().map(|team| format!("{:?}", team.outcome)).collect();
    // The removal comes after the break: it is found gone, or removed.
    assert_eq!(outcomes, ["Updated", "Removed"]);
    assert_eq!(block_on(tenant.ownership_teams()).unwrap().teams.len(), known + 1);
    assert!(planned(&renamed[..1]).is_empty());
}

/// What the automation API of the sandbox lists.
fn listed(host: &SandboxHost, what: &str) -> Vec<Value> {
    let request = Request {
        method: "GET".to_owned(),
        path: format!("/platform/automation/v1/{what}"),
        query: String::new(),
        headers: vec![("authorization".to_owned(), format!("Bearer {PLATFORM_TOKEN}"))],
        body: Vec::new(),
    };
    let response = host.environment().handle(&request, i64::try_from(host.now.get()).unwrap());
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    body["results"].as_array().unwrap().clone()
}

#[test]
fn a_workflow_runs_once_whenever_the_connection_breaks() {
    let (host, tenant) = tenant();
    let workflow_id = listed(&host, "workflows")[0]["id"].as_str().unwrap().to_owned();
    for (before, after) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let run = WorkflowRun {
            workflow_id: workflow_id.clone(),
            run_id: format!("run-{before}-{after}"),
            params: Map::new(),
            input: Value::Null,
        };
        for _ in 0..before {
            host.environment().add_fault(Fault::once("run", FaultKind::ConnectionReset));
        }
        host.breaks.set(before + after);
        let started = block_on(tenant.start_workflow(&run)).unwrap();
        let waited = tenant.wait_for_execution(&started.id, Duration::from_secs(600), std::future::pending());
        assert!(block_on(waited).unwrap().has_ended());
        let executions = listed(&host, "executions");
        let of_run = executions.iter().filter(|it| it["params"]["grailstage_run_id"] == *run.run_id);
        assert_eq!(of_run.count(), 1, "{before} before, {after} after");
    }
}

#[test]
fn the_rules_say_of_entities_what_the_environment_says() {
    let (_, tenant) = tenant();
    let (zones, unreadable) = block_on(tenant.management_zones()).unwrap();
    assert!(!zones.is_empty() && unreadable.is_empty(), "{unreadable:?}");
    let (mut inside, mut outside, mut open) = (0, 0, 0);
    for entity_type in ["SERVICE", "CLOUD_APPLICATION"] {
        let ids = records(&tenant, &format!("fetch dt.entity.{} | fields id", entity_type.to_lowercase()));
        let ids: Vec<String> = ids.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();
        for entity in block_on(tenant.zoned_entities(&ids, std::future::pending())).unwrap() {
            let name = entity.name.unwrap_or_default();
            let facts = EntityFacts {
                id: entity.id,
                entity_type: entity_type.to_owned(),
                name,
                tags: Some(entity.tags.unwrap_or_default()),
                ..EntityFacts::default()
            };
            let said = entity.zones.unwrap_or_default();
            for zone in &zones {
                let is_in = said.contains(&zone.name);
                match visibility(zone, &facts) {
                    Visibility::Visible { .. } => {
                        inside += 1;
                        assert!(is_in, "{} is in {}", facts.name, zone.name);
                    }
                    Visibility::Hidden { .. } => {
                        outside += 1;
                        assert!(!is_in, "{} is not in {}", facts.name, zone.name);
                    }
                    Visibility::Unknown { .. } => open += 1,
                }
            }
        }
    }
    assert!(inside > 0 && outside > 0, "{inside} inside, {outside} outside, {open} open");
}
