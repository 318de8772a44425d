//! What all actions that write have in common: one object whatever the connection does, none in a dry run, and none that
//! nobody wants any more.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use std::future::{Future, pending};
use std::rc::Rc;

use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use grailstage_insights::Client;
use grailstage_insights::error::ErrorPayload;
use grailstage_sandbox::{PLATFORM_TOKEN, Request};
use grailstage_scaffold::event_sending::send_event;
use grailstage_scaffold::guardian_creation::create_guardian;
use grailstage_scaffold::release_validation::start_validation;
use grailstage_scaffold::zone_onboarding::onboard;
use grailstage_tenant::{Host, SettingsDraft};
use sandbox_host::{Breakage, SandboxHost, environment, records};
use serde_json::{Value, json};

const GUARDIANS: &str = "app:dynatrace.site.reliability.guardian:guardians";
const ZONES: &str = "builtin:management-zones";
const TEAMS: &str = "builtin:ownership.teams";
const GUARDED: &str = "guarded";

/// An action that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    SendEvent,
    SendTests,
    CreateGuardian,
    ValidateByEvent,
    ValidateByWorkflow,
    RegisterTeam,
    OnboardZone,
}

const ACTIONS: [Action; 7] = [
    Action::SendEvent,
    Action::SendTests,
    Action::CreateGuardian,
    Action::ValidateByEvent,
    Action::ValidateByWorkflow,
    Action::RegisterTeam,
    Action::OnboardZone,
];

type Outcome = Result<Value, Box<ErrorPayload>>;

struct World {
    host: Rc<SandboxHost>,
    client: Client<SandboxHost>,
}

impl World {
    fn new() -> Self {
        let host = SandboxHost::new();
        let config = json!({ "environments": [environment("production", PLATFORM_TOKEN)] });
        let client = Client::new(Rc::clone(&host), &config).unwrap();
        let world = Self { host, client };
        let guardian = json!({
            "name": GUARDED, "description": "", "tags": [], "variables": [], "eventKind": "BIZ_EVENT",
            "objectives": [{
                "name": "load", "objectiveType": "DQL", "dqlQuery": "data record(load = 1.0)",
                "comparisonOperator": "LESS_THAN_OR_EQUAL", "target": 80.0, "autoAdaptiveThresholdEnabled": false,
                "segments": [], "links": [],
            }],
        });
        let draft = SettingsDraft::new(GUARDIANS, "test:guarded", guardian);
        block_on(world.client.environment(None).unwrap().settings().upsert(&draft)).unwrap();
        world.host.writes.set(0);
        world
    }

    /// A request of the action with these further members, by a client.
    fn run<'w>(
        &'w self,
        client: &'w Client<SandboxHost>,
        action: Action,
        further: Value,
        cancelled: impl Future<Output = ()> + 'w,
    ) -> LocalBoxFuture<'w, Outcome> {
        let mut request = match action {
            Action::SendEvent => json!({ "id": "it-1", "type": "deployment", "version": "2.4.1" }),
            Action::SendTests => json!({
                "id": "it-1", "type": "test", "results": [{
                    "file": "r.xml",
                    "xml": "<testsuite name='s'><testcase name='a'/><testcase name='b'/></testsuite>",
                }],
            }),
            Action::CreateGuardian => json!({
                "name": "it", "objectives": [{ "name": "a", "query": "fetch logs | summarize count()", "target": 1 }],
            }),
            Action::ValidateByEvent => json!({ "guardian": GUARDED, "id": "it-1" }),
            Action::ValidateByWorkflow => {
                json!({ "guardian": GUARDED, "id": "it-1", "workflow": self.workflow() })
            }
            Action::RegisterTeam => json!({ "groups": [{
                "apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": { "name": "it" },
                "spec": { "type": "team", "profile": { "displayName": "It" } },
            }] }),
            Action::OnboardZone => json!({ "zone": "it", "namespaces": ["webshop"], "group": "it" }),
        };
        request.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        Box::pin(async move {
            macro_rules! asked {
                ($($ask:tt)*) => {
                    $($ask)*(client, &serde_json::from_value(request).unwrap(), cancelled).await.map_err(boxed)?
                };
            }
            let bytes = match action {
                Action::SendEvent | Action::SendTests => asked!(send_event),
                Action::CreateGuardian => asked!(create_guardian),
                Action::ValidateByEvent | Action::ValidateByWorkflow => asked!(start_validation),
                Action::OnboardZone => serde_json::to_vec(&asked!(onboard)).unwrap(),
                Action::RegisterTeam => {
                    let request = serde_json::from_value(request).unwrap();
                    client.write_ownership_teams(request, cancelled).await.map_err(boxed)?
                }
            };
            Ok(serde_json::from_slice(&bytes).unwrap())
        })
    }

    fn perform(&self, action: Action, further: Value) -> Outcome {
        block_on(self.run(&self.client, action, further, pending()))
    }

    /// How often there is what the action writes, and how often that should be.
    fn written(&self, action: Action) -> (usize, usize) {
        self.host.pass(std::time::Duration::from_secs(60));
        match action {
            Action::SendEvent => (self.found("events", "it-1"), 1),
            Action::SendTests => (self.found("events", "it-1-0") + self.found("events", "it-1-1"), 2),
            Action::ValidateByEvent => (self.found("bizevents", "it-1"), 1),
            Action::CreateGuardian => (self.objects(GUARDIANS), 1),
            Action::RegisterTeam => (self.objects(TEAMS), 1),
            Action::OnboardZone => (self.objects(ZONES), 1),
            Action::ValidateByWorkflow => {
                let executions = self.automation("executions");
                let of_it = |it: &&Value| it["params"].to_string().contains("it-1");
                (executions.iter().filter(of_it).count(), 1)
            }
        }
    }

    fn found(&self, table: &str, id: &str) -> usize {
        records(&self.client, "production", &format!("fetch {table} | filter event.id == \"{id}\"")).len()
    }

    fn objects(&self, schema: &str) -> usize {
        let objects = block_on(self.client.environment(None).unwrap().settings().list(schema)).unwrap();
        let is_it = |value: &Value| ["it", "It"].iter().any(|name| value["name"] == *name);
        objects.iter().filter(|object| is_it(&object.value)).count()
    }

    /// The workflow that validates the guardian.
    fn workflow(&self) -> String {
        let tenant = self.client.environment(None).unwrap();
        let guardian = block_on(tenant.settings().find(GUARDIANS, "test:guarded")).unwrap().unwrap();
        let workflows = self.automation("workflows");
        let is_it = |it: &&Value| it["tasks"]["run_validation"]["input"]["objectId"] == guardian.object_id;
        workflows.iter().find(is_it).unwrap()["id"].as_str().unwrap().to_owned()
    }

    fn automation(&self, what: &str) -> Vec<Value> {
        let request = Request {
            method: "GET".to_owned(),
            path: format!("/platform/automation/v1/{what}"),
            query: String::new(),
            headers: vec![("authorization".to_owned(), format!("Bearer {PLATFORM_TOKEN}"))],
            body: Vec::new(),
        };
        let environment = self.host.sandbox.environment("production").unwrap();
        let now = i64::try_from(self.host.now().0).unwrap();
        let body: Value = serde_json::from_slice(&environment.handle(&request, now).body).unwrap();
        body["results"].as_array().unwrap().clone()
    }

    /// What a further attempt of a step says: since when an earlier one may have written.
    fn again(action: Action) -> Value {
        match action {
            Action::CreateGuardian | Action::RegisterTeam | Action::OnboardZone => json!({}),
            _ => json!({ "attemptedSince": "2026-11-21T12:00:00Z" }),
        }
    }
}

fn boxed(error: impl Into<ErrorPayload>) -> Box<ErrorPayload> {
    Box::new(error.into())
}

#[test]
fn each_action_writes_once_and_a_further_attempt_nothing() {
    for action in ACTIONS {
        let world = World::new();
        world.perform(action, json!({})).unwrap();
        assert_eq!(world.host.writes.get(), 1, "{action:?}");
        let (written, wanted) = world.written(action);
        assert_eq!(written, wanted, "{action:?}");
        world.perform(action, World::again(action)).unwrap();
        assert_eq!((world.host.writes.get(), world.written(action)), (1, (wanted, wanted)), "{action:?}");
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    for action in ACTIONS {
        let world = World::new();
        world.perform(action, json!({ "dryRun": true })).unwrap();
        assert_eq!((world.host.writes.get(), world.written(action).0), (0, 0), "{action:?}");
    }
}

#[test]
fn connections_that_break_before_or_after_the_write_leave_one_object() {
    use Breakage::{After, Before};
    for action in ACTIONS {
        for breakages in [vec![Before], vec![After], vec![Before, After], vec![After, After]] {
            let world = World::new();
            world.host.breakages.borrow_mut().extend(breakages.iter().copied());
            world.perform(action, json!({})).unwrap();
            let (written, wanted) = world.written(action);
            assert_eq!(written, wanted, "{action:?} {breakages:?}");
        }
    }
}

#[test]
fn an_attempt_that_ends_in_mid_write_is_completed_by_the_next_one_and_not_doubled() {
    for action in ACTIONS {
        for breakage in [Breakage::SilentBefore, Breakage::SilentAfter] {
            let world = World::new();
            world.host.breakages.borrow_mut().push_back(breakage);
            let attempt = world.run(&world.client, action, json!({}), world.host.silence());
            assert_eq!(block_on(attempt).unwrap_err().code, "cancelled", "{action:?} {breakage:?}");
            let (written, wanted) = world.written(action);
            assert_eq!(written, if breakage == Breakage::SilentAfter { wanted } else { 0 }, "{action:?}");
            world.perform(action, World::again(action)).unwrap();
            assert_eq!(world.written(action), (wanted, wanted), "{action:?} {breakage:?}");
        }
    }
}

#[test]
fn a_token_that_may_not_write_is_told_so_and_leaves_nothing() {
    for action in ACTIONS {
        let world = World::new();
        let config = json!({ "environments": [environment("production", "dt0s16.NOSCOPES.TOKEN")] });
        let client = Client::new(Rc::clone(&world.host), &config).unwrap();
        let outcome = block_on(world.run(&client, action, json!({}), pending()));
        match (action, outcome) {
            // Several environments may be asked for teams: one that refuses is a note.
            (Action::RegisterTeam, outcome) => {
                assert_eq!(outcome.unwrap()["notes"][0]["code"], "missing-scope", "{action:?}");
            }
            (_, outcome) => assert_eq!(outcome.unwrap_err().code, "missing-scope", "{action:?}"),
        }
        assert_eq!(world.written(action).0, 0, "{action:?}");
    }
}
