//! What is read from services other than Grail is shared and kept as answers of queries are.

use std::future::{pending, ready};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use grailstage_tenant::segments::Segment;
use grailstage_tenant::slo::Slo;
use grailstage_tenant::{
    Answer, CacheOutcome, DqlRequest, Freshness, ServiceRequest, ServiceResult, SettingsObject, Tenant,
    TenantError,
};
use serde_json::json;

use crate::world::{Endpoint, Reply, World, answer, grail_error, hang};

const TEAMS: &str = "builtin:ownership.teams";
const MINUTE: Freshness =
    Freshness { fresh: Duration::from_secs(60), stale: Duration::from_secs(600), anew: false };

fn world(replies: impl IntoIterator<Item = Reply>) -> Rc<World> {
    let world = World::new();
    world.on(Endpoint::Service, replies);
    world
}

fn page(ids: &[&str], next: Option<&str>) -> Reply {
    let items: Vec<_> = ids.iter().map(|id| json!({"objectId": id, "value": {"name": id}})).collect();
    answer(200, &json!({"items": items, "nextPageKey": next}))
}

fn ask(world: &World, tenant: &Rc<Tenant<World>>) -> Result<Answer<ServiceResult>, TenantError> {
    let request = ServiceRequest::settings(TEAMS);
    let answer = world.block_on(tenant.ask_service(&request, MINUTE, pending()));
    world.settle();
    answer
}

fn ids(answer: &Answer<ServiceResult>) -> Vec<String> {
    let objects: Vec<SettingsObject> = answer.result.items().unwrap();
    objects.into_iter().map(|object| object.object_id).collect()
}

#[test]
fn fifty_callers_at_once_cost_one_list() {
    let world = world([page(&["a", "b"], Some("2")), page(&["c"], None)]);
    let tenant = Rc::new(world.tenant());
    let request = ServiceRequest::settings(TEAMS);
    let asked = (0..50).map(|_| tenant.ask_service(&request, MINUTE, pending()));
    let answers: Vec<_> = world.block_on(join_all(asked)).into_iter().map(Result::unwrap).collect();
    assert_eq!(world.count(Endpoint::Service), 2, "one for each page");
    assert!(answers.iter().all(|answer| ids(answer) == ["a", "b", "c"]));
    assert_eq!(answers.iter().filter(|answer| answer.cache == CacheOutcome::Shared).count(), 49);
}

#[test]
fn a_list_is_kept_for_every_replica() {
    let world = world([page(&["a"], None)]);
    ask(&world, &Rc::new(world.tenant())).unwrap();
    let again = ask(&world, &Rc::new(world.tenant())).unwrap();
    assert_eq!((again.cache, again.result.item_count()), (CacheOutcome::Hit, 1));
    assert_eq!((ids(&again), world.count(Endpoint::Service)), (vec!["a".to_owned()], 1));
}

#[test]
fn schemas_are_not_mixed_up_with_each_other_or_with_queries() {
    let world = world([page(&["a"], None), page(&["b"], None)]);
    world.on(Endpoint::Execute, [grail_error(400, &json!({"errorType": "PARSE_ERROR"}))]);
    let tenant = Rc::new(world.tenant());
    ask(&world, &tenant).unwrap();
    let other = ServiceRequest::settings("builtin:ownership.config");
    let other = world.block_on(tenant.ask_service(&other, MINUTE, pending())).unwrap();
    assert_eq!(ids(&other), ["b"]);
    let query = world.block_on(tenant.ask(&DqlRequest::new(TEAMS), MINUTE, pending()));
    assert!(query.is_err());
}

#[test]
fn objectives_come_in_pages_that_only_the_key_continues() {
    let page = |id: &str, next: Option<&str>| {
        let slo = json!({"id": id, "tags": ["service:cart"], "criteria": [{"timeframeFrom": "now-7d", "target": 99}]});
        answer(200, &json!({"slos": [slo], "totalCount": 2, "nextPageKey": next}))
    };
    let world = world([page("a", Some("p+2==")), page("b", None)]);
    let tenant = Rc::new(world.tenant());
    let answer = world.block_on(tenant.ask_service(&ServiceRequest::Slos, MINUTE, pending())).unwrap();
    let slos: Vec<Slo> = answer.result.items().unwrap();
    assert_eq!(slos.iter().map(|slo| slo.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((slos[0].criteria[0].target, slos[0].custom_sli.is_none()), (99.0, true));
    let targets: Vec<String> = world.service_calls().into_iter().map(|(_, target, _)| target).collect();
    assert_eq!(targets, ["/slo/v1/slos?page-size=200", "/slo/v1/slos?page-key=p%2B2%3D%3D"]);
}

#[test]
fn segments_come_in_one_lean_list() {
    let segments = json!({"filterSegments": [
        {"uid": "a", "name": "Team: orders", "isPublic": true, "owner": "somebody"}, {"uid": "b", "name": "mine"},
    ]});
    let world = world([answer(200, &segments)]);
    let tenant = Rc::new(world.tenant());
    let answer = world.block_on(tenant.ask_service(&ServiceRequest::Segments, MINUTE, pending())).unwrap();
    let segments: Vec<Segment> = answer.result.items().unwrap();
    let told: Vec<_> = segments.iter().map(|it| (it.uid.as_str(), it.name.as_str(), it.is_public)).collect();
    assert_eq!(told, [("a", "Team: orders", true), ("b", "mine", false)]);
    let targets: Vec<String> = world.service_calls().into_iter().map(|(_, target, _)| target).collect();
    assert_eq!(targets, ["/storage/filter-segments/v1/filter-segments:lean"]);
}

#[test]
fn a_missing_scope_is_told_once_and_remembered() {
    let refusal = json!({"error": {"code": 403, "message": "Insufficient permissions.", "details": {
        "missingScopes": ["settings:objects:read"],
    }}});
    let world = world([answer(403, &refusal)]);
    let tenant = Rc::new(world.tenant());
    for _ in 0..2 {
        let error = ask(&world, &tenant).unwrap_err();
        assert_eq!(error.code(), "missing-scope");
    }
    assert_eq!(world.count(Endpoint::Service), 1);
}

#[test]
fn a_list_that_nobody_waits_for_is_given_up() {
    let world = world([hang()]);
    let tenant = Rc::new(world.tenant());
    let request = ServiceRequest::settings(TEAMS);
    let outcome = world.block_on(tenant.ask_service(&request, MINUTE, ready(())));
    assert_eq!(outcome.unwrap_err().code(), "cancelled");
    world.settle();
}

#[test]
fn a_list_that_hangs_ends_at_its_deadline() {
    let world = world([hang()]);
    let error = ask(&world, &Rc::new(world.tenant())).unwrap_err();
    assert_eq!(error.code(), "deadline-exceeded");
}
