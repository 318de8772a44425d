//! Ownership teams: what is planned, and that carrying it out twice writes once.

use std::cell::RefCell;
use std::rc::Rc;

use grailstage_tenant::ownership::{
    DesiredTeam, Outcome, Plan, PlanOptions, Responsibilities, Step, Teams, plan,
};
use grailstage_tenant::{HttpRequest, Method};
use serde_json::{Value, json};

use crate::world::{Endpoint, Reply, World, answer, reset, text};

/// The settings service of the scripted world, as far as teams need it. It keeps what is written also when
/// the connection breaks afterwards.
#[derive(Default)]
struct Service {
    objects: Vec<Value>,
    writes: usize,
    breaks: usize,
}

impl Service {
    fn reply(&mut self, request: &HttpRequest) -> Reply {
        let path = request.url.split('?').next().unwrap();
        let id = path.rsplit_once("/objects/").map(|(_, id)| id.to_owned());
        let body: Value =
            request.body.as_deref().map_or(Value::Null, |it| serde_json::from_slice(it).unwrap());
        let found = id.as_ref().and_then(|id| self.objects.iter().position(|it| it["objectId"] == **id));
        let reply = match (request.method, found) {
            (Method::Get, Some(at)) => return answer(200, &self.objects[at]),
            (Method::Get, None) if id.is_none() => return answer(200, &json!({"items": self.objects})),
            (Method::Post, _) => answer(200, &json!([self.post(&body[0])])),
            (Method::Put, Some(at)) => self.put(at, &body),
            (Method::Delete, Some(at)) => {
                self.objects.remove(at);
                self.writes += 1;
                text(204, "application/json", "")
            }
            _ => return answer(404, &json!({"error": {"code": 404, "message": "no such object"}})),
        };
        if self.breaks > 0 {
            self.breaks -= 1;
            return reset();
        }
        reply
    }

    fn post(&mut self, draft: &Value) -> Value {
        self.writes += 1;
        let external_id = &draft["externalId"];
        if let Some(known) = self.objects.iter_mut().find(|it| it["externalId"] == *external_id) {
            known["value"] = draft["value"].clone();
            return json!({"code": 200, "objectId": known["objectId"]});
        }
        let id = format!("object{}", self.objects.len());
        self.objects.push(json!({
            "objectId": id, "externalId": external_id, "value": draft["value"], "updateToken": "1",
        }));
        json!({"code": 200, "objectId": id})
    }

    fn put(&mut self, at: usize, body: &Value) -> Reply {
        let object = &mut self.objects[at];
        if object["updateToken"] != body["updateToken"] {
            return answer(409, &json!({"error": {"code": 409, "message": "outdated"}}));
        }
        self.writes += 1;
        object["value"] = body["value"].clone();
        object["updateToken"] = json!(format!("{}+", body["updateToken"].as_str().unwrap()));
        answer(200, &json!({"code": 200}))
    }
}

fn world(objects: Vec<Value>) -> (Rc<World>, Rc<RefCell<Service>>) {
    let world = World::new();
    let service = Rc::new(RefCell::new(Service { objects, ..Service::default() }));
    let answering = Rc::clone(&service);
    world.script(Endpoint::Service, move |request, _| answering.borrow_mut().reply(request));
    (world, service)
}

fn group(name: &str) -> DesiredTeam {
    DesiredTeam {
        entity_ref: format!("group:default/{name}"),
        identifier: name.to_owned(),
        name: name.to_uppercase(),
        description: Some("builds".to_owned()),
        email: Some(format!("{name}@acme.example")),
        url: Some(format!("https://portal.example/catalog/default/group/{name}")),
        responsibilities: Responsibilities { development: true, ..Responsibilities::default() },
    }
}

fn options(remove: bool) -> PlanOptions {
    PlanOptions { mark: "backstage".to_owned(), remove }
}

fn planned(world: &Rc<World>, groups: &[DesiredTeam], remove: bool) -> (Plan, Vec<(String, &'static str)>) {
    let teams = world.block_on(world.tenant().ownership_teams()).unwrap();
    let plan = plan(groups, &teams, options(remove));
    let steps = plan.teams.iter().map(|team| {
        let step = match &team.step {
            Step::Create { .. } => "create",
            Step::Update { .. } => "update",
            Step::Keep => "keep",
            Step::Remove { .. } => "remove",
            Step::Leave { .. } => "leave",
        };
        (team.identifier.clone(), step)
    });
    let steps = steps.collect();
    (plan, steps)
}

fn step(steps: &[(String, &'static str)], identifier: &str) -> &'static str {
    steps.iter().find(|(name, _)| name == identifier).unwrap().1
}

#[test]
fn creates_a_team_once_and_then_keeps_it() {
    let (world, service) = world(vec![]);
    let (plan, steps) = planned(&world, &[group("a")], false);
    assert_eq!(step(&steps, "a"), "create");
    // The connection breaks after the team was written; the second try finds it by its external id.
    service.borrow_mut().breaks = 1;
    let written = world.block_on(world.tenant().write_ownership_teams(&plan));
    assert!(matches!(written[0].outcome, Outcome::Created));
    assert_eq!(service.borrow().objects.len(), 1);
    assert_eq!(
        service.borrow().objects[0]["value"],
        json!({
            "name": "A", "identifier": "a", "description": "builds", "supplementaryIdentifiers": [],
            "responsibilities": {"development": true, "security": false, "operations": false,
                "infrastructure": false, "lineOfBusiness": false},
            "contactDetails": [{"integrationType": "EMAIL", "email": "a@acme.example"}],
            "links": [{"linkType": "URL", "url": "https://portal.example/catalog/default/group/a"}],
            "additionalInformation": [], "externalId": "group:default/a",
        })
    );
    let (again, steps) = planned(&world, &[group("a")], false);
    assert_eq!((step(&steps, "a"), again.is_empty()), ("keep", true));
    let writes = service.borrow().writes;
    world.block_on(world.tenant().write_ownership_teams(&again));
    assert_eq!(service.borrow().writes, writes);
}

#[test]
fn changes_only_what_the_catalog_knows() {
    let (world, service) = world(vec![json!({
        "objectId": "o", "externalId": "backstage:group:default/a", "updateToken": "1",
        "value": {
            "name": "Old", "identifier": "a", "supplementaryIdentifiers": [{"supplementaryIdentifier": "x"}],
            "responsibilities": {"development": false, "security": true, "operations": false,
                "infrastructure": false, "lineOfBusiness": false},
            "contactDetails": [{"integrationType": "SLACK", "slackChannel": "#a"},
                {"integrationType": "EMAIL", "email": "old@acme.example"}],
            "links": [{"linkType": "WIKI", "url": "https://old.example/catalog/default/group/a"},
                {"linkType": "RUNBOOK", "url": "https://r.example"}],
            "newField": true,
        },
    })]);
    let (plan, _) = planned(&world, &[group("a")], false);
    let Step::Update { changes, .. } = &plan.teams[0].step else { panic!("an update") };
    let fields: Vec<_> = changes.iter().map(|it| it.field).collect();
    assert_eq!(fields, ["name", "description", "contactDetails", "links"]);
    service.borrow_mut().breaks = 1;
    let written = world.block_on(world.tenant().write_ownership_teams(&plan));
    assert!(matches!(written[0].outcome, Outcome::Updated), "{:?}", written[0].outcome);
    assert_eq!(service.borrow().writes, 1);
    assert_eq!(
        service.borrow().objects[0]["value"],
        json!({
            "name": "A", "identifier": "a", "supplementaryIdentifiers": [{"supplementaryIdentifier": "x"}],
            "responsibilities": {"development": false, "security": true, "operations": false,
                "infrastructure": false, "lineOfBusiness": false},
            "contactDetails": [{"integrationType": "SLACK", "slackChannel": "#a"},
                {"integrationType": "EMAIL", "email": "a@acme.example"}],
            "links": [{"linkType": "WIKI", "url": "https://portal.example/catalog/default/group/a"},
                {"linkType": "RUNBOOK", "url": "https://r.example"}],
            "newField": true, "description": "builds",
        })
    );
    assert_eq!(step(&planned(&world, &[group("a")], false).1, "a"), "keep");
}

fn foreign(identifier: &str, external_id: Value) -> Value {
    json!({"objectId": identifier, "externalId": external_id, "updateToken": "1",
        "value": {"name": identifier, "identifier": identifier}})
}

#[test]
fn never_touches_what_it_did_not_create() {
    let (world, service) = world(vec![
        foreign("a", Value::Null),
        foreign("b", json!("terraform:b")),
        foreign("c", json!("backstage2:group:default/c")),
    ]);
    let (plan, steps) = planned(&world, &[group("a"), group("B"), group("d")], true);
    assert_eq!(steps, [("B".to_owned(), "leave"), ("a".to_owned(), "leave"), ("d".to_owned(), "create")]);
    world.block_on(world.tenant().write_ownership_teams(&plan));
    assert_eq!(service.borrow().writes, 1);
    assert_eq!(service.borrow().objects.len(), 4);
}

#[test]
fn removes_its_own_only_when_told_and_never_all() {
    let own = || vec![foreign("gone", json!("backstage:group:default/gone")), foreign("other", Value::Null)];
    for (groups, remove, expected) in
        [(vec![group("a")], false, "leave"), (vec![], true, "leave"), (vec![group("a")], true, "remove")]
    {
        let (world, _) = world(own());
        let (plan, steps) = planned(&world, &groups, remove);
        assert_eq!(step(&steps, "gone"), expected);
        assert!(plan.teams.iter().all(|team| team.identifier != "other"));
    }
    let (world, service) = world(own());
    let (plan, _) = planned(&world, &[group("a")], true);
    // Removed, then the connection breaks: it is gone all the same.
    service.borrow_mut().breaks = 2;
    let written = world.block_on(world.tenant().write_ownership_teams(&plan));
    assert!(written.iter().all(|it| !matches!(it.outcome, Outcome::Failed(_))), "{written:?}");
    let left: Vec<Value> =
        service.borrow().objects.iter().map(|it| it["value"]["identifier"].clone()).collect();
    assert_eq!(left, ["other", "a"]);
}

#[test]
fn a_team_that_lost_its_mark_is_not_removed() {
    let (world, service) = world(vec![foreign("gone", json!("backstage:group:default/gone"))]);
    let (plan, _) = planned(&world, &[group("a")], true);
    service.borrow_mut().objects[0]["externalId"] = Value::Null;
    world.block_on(world.tenant().write_ownership_teams(&plan));
    assert_eq!(service.borrow().objects.len(), 2);
}

#[test]
fn tells_why_a_group_has_no_team() {
    let reason = |groups: &[DesiredTeam], teams: &Teams| {
        plan(groups, teams, options(false)).teams.into_iter().find_map(|team| match team.step {
            Step::Leave { reason } => Some(reason),
            _ => None,
        })
    };
    let none = Teams::default();
    for name in ["1a", "a1", "a b", "", "ä", &"a".repeat(101)] {
        let reason = reason(&[group(name)], &none).unwrap();
        assert!(reason.contains("cannot be an identifier"), "{reason}");
    }
    assert_eq!(reason(&[group("team-1_a")], &none), None);
    let mut twin = group("b");
    twin.identifier = "a".to_owned();
    assert_eq!(reason(&[group("a"), twin], &none).unwrap(), "another group has the identifier `a`");
}

#[test]
fn one_rejected_team_does_not_stop_the_others() {
    let world = World::new();
    world.on(
        Endpoint::Service,
        [answer(
            207,
            &json!([{"code": 400, "error": {"code": 400, "message": "no"}}, {"code": 200, "objectId": "o"}]),
        )],
    );
    let plan = plan(&[group("a"), group("b")], &Teams::default(), options(false));
    let written = world.block_on(world.tenant().write_ownership_teams(&plan));
    assert!(matches!(written[0].outcome, Outcome::Failed(_)));
    assert!(matches!(written[1].outcome, Outcome::Created));
}

#[test]
fn reads_the_keys_and_falls_back_on_the_default() {
    let world = World::new();
    world.on(
        Endpoint::Service,
        [
            answer(200, &json!({"items": [{"objectId": "k", "value": {"ownershipIdentifiers": [{"enabled": true, "key": "team"}]}}]})),
            answer(200, &json!({"items": []})),
        ],
    );
    let tenant = world.tenant();
    assert_eq!(world.block_on(tenant.ownership_keys()).unwrap().beginnings(), ["team"]);
    assert_eq!(world.block_on(tenant.ownership_keys()).unwrap().beginnings(), ["owner", "dt.owner"]);
}
