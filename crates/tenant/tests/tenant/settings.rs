//! Settings 2.0: pages, single outcomes, retries that write once.

use std::rc::Rc;

use grailstage_tenant::settings::{Deleted, Updated};
use grailstage_tenant::{SettingsDraft, TenantError};
use serde_json::{Value, json};

use crate::world::{Endpoint, Reply, World, answer, hang, html, reset, text};

const OBJECTS: &str = "/classic/environment-api/v2/settings/objects";
const TEAMS: &str = "builtin:ownership.teams";

fn world(replies: impl IntoIterator<Item = Reply>) -> Rc<World> {
    let world = World::new();
    world.on(Endpoint::Service, replies);
    world
}

fn page(ids: &[&str], next: Option<&str>) -> Reply {
    let items: Vec<Value> = ids.iter().map(|id| json!({"objectId": id, "value": {"name": id}})).collect();
    answer(200, &json!({"items": items, "totalCount": 3, "pageSize": 500, "nextPageKey": next}))
}

fn object(token: &str, value: Value) -> Reply {
    answer(
        200,
        &json!({"objectId": "id/1", "schemaId": TEAMS, "scope": "environment", "updateToken": token, "value": value}),
    )
}

fn draft(external_id: &str) -> SettingsDraft {
    SettingsDraft::new(TEAMS, external_id, json!({"name": "Team A"}))
}

fn conflict() -> Reply {
    answer(409, &json!({"error": {"code": 409, "message": "The update token is outdated."}}))
}

fn written() -> Reply {
    answer(200, &json!({"code": 200, "objectId": "id/1"}))
}

#[test]
fn reads_every_page_with_nothing_but_the_key() {
    let world = world([page(&["a", "b"], Some("p+2==")), page(&["c"], None)]);
    let tenant = world.tenant();
    let objects = world.block_on(tenant.settings().list(TEAMS)).unwrap();
    assert_eq!(objects.iter().map(|it| it.object_id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(objects.iter().all(|it| it.schema_id == TEAMS && it.scope == "environment"));
    let targets: Vec<String> = world.service_calls().into_iter().map(|(_, target, _)| target).collect();
    assert_eq!(
        targets,
        [
            format!(
                "{OBJECTS}?schemaIds=builtin%3Aownership.teams&fields=objectId%2Cvalue%2Cscope%2CexternalId%2C\
                 schemaVersion%2Cmodified%2CupdateToken&pageSize=500"
            ),
            format!("{OBJECTS}?nextPageKey=p%2B2%3D%3D"),
        ]
    );
    assert_eq!(world.bearers(Endpoint::Service), ["Bearer access-1", "Bearer access-1"]);
}

#[test]
fn a_list_without_end_ends() {
    let world = World::new();
    let mut number = 0;
    world.script(Endpoint::Service, move |_, _| {
        number += 1;
        page(&["x"], Some(&number.to_string()))
    });
    let tenant = world.tenant();
    let error = world.block_on(tenant.settings().list(TEAMS)).unwrap_err();
    assert_eq!((error.code(), world.count(Endpoint::Service)), ("too-many-objects", 20));

    world.script(Endpoint::Service, |_, _| page(&["x"], Some("same")));
    let error = world.block_on(tenant.settings().list(TEAMS)).unwrap_err();
    assert_eq!(error.code(), "upstream-failed");
}

#[test]
fn a_failing_page_fails_the_list() {
    let world = world([page(&["a"], Some("2")), html(503), html(503), html(503), html(503)]);
    let tenant = world.tenant();
    let error = world.block_on(tenant.settings().list(TEAMS)).unwrap_err();
    assert_eq!(error.status(), 503);
}

#[test]
fn upsert_is_repeated_with_the_same_external_id() {
    let world = world([reset(), html(502), answer(200, &json!([{"code": 200, "objectId": "id/1"}]))]);
    let tenant = world.tenant();
    let id = world.block_on(tenant.settings().upsert(&draft("group:default/a"))).unwrap();
    assert_eq!(id, "id/1");
    let calls = world.service_calls();
    assert_eq!(calls.len(), 3);
    let expected = json!([{
        "schemaId": TEAMS, "scope": "environment", "externalId": "group:default/a", "value": {"name": "Team A"},
    }]);
    assert!(calls.iter().all(|call| *call == ("POST", OBJECTS.to_owned(), expected.clone())));
}

#[test]
fn tells_what_became_of_each_object() {
    let violation = json!({"path": "builtin:ownership.teams/0/identifier", "message": "must be unique",
        "parameterLocation": "PAYLOAD_BODY", "location": null});
    let world = world([answer(
        207,
        &json!([
            {"code": 200, "objectId": "id/1"},
            {"code": 400, "error": {"code": 400, "message": "Validation failed", "constraintViolations": [violation]}},
            {"code": 409, "error": {"code": 409, "message": "exists"}},
        ]),
    )]);
    let tenant = world.tenant();
    let outcomes =
        world.block_on(tenant.settings().upsert_all(&[draft("a"), draft("b"), draft("c")])).unwrap();
    assert_eq!(outcomes[0].as_deref().unwrap(), "id/1");
    let rejected = outcomes[1].as_ref().unwrap_err();
    assert_eq!((rejected.code(), rejected.status()), ("rejected", 400));
    assert_eq!(
        rejected.to_string(),
        "Validation failed: `builtin:ownership.teams/0/identifier` must be unique"
    );
    assert_eq!(outcomes[2].as_ref().unwrap_err().code(), "conflict");
}

#[test]
fn refuses_an_answer_for_fewer_objects_than_were_sent() {
    let world = world([answer(200, &json!([{"code": 200, "objectId": "id/1"}]))]);
    let tenant = world.tenant();
    let error = world.block_on(tenant.settings().upsert_all(&[draft("a"), draft("b")])).unwrap_err();
    assert_eq!(error.code(), "upstream-failed");
}

#[test]
fn upsert_needs_an_external_id() {
    let world = world([]);
    let tenant = world.tenant();
    let nameless = SettingsDraft { external_id: None, ..draft("") };
    let error = world.block_on(tenant.settings().upsert(&nameless)).unwrap_err();
    assert_eq!((error.code(), world.calls.borrow().len()), ("rejected", 0));
}

#[test]
fn creates_without_external_id_only_once() {
    for (reply, code) in [
        (reset(), "write-unconfirmed"),
        (html(502), "write-unconfirmed"),
        (html(200), "write-unconfirmed"),
        (hang(), "write-unconfirmed"),
        (answer(403, &json!({"error": {"code": 403, "message": "no"}})), "forbidden"),
    ] {
        let world = world([reply]);
        let tenant = world.tenant();
        let nameless = SettingsDraft { external_id: None, ..draft("") };
        let error = world.block_on(tenant.settings().create(&nameless)).unwrap_err();
        assert_eq!((error.code(), world.count(Endpoint::Service)), (code, 1), "{error}");
    }
}

#[test]
fn creates_again_after_a_refusal_that_wrote_nothing() {
    let limited = text(429, "text/plain", "").header("retry-after", "2");
    let world = world([limited, answer(200, &json!([{"code": 200, "objectId": "id/1"}]))]);
    let tenant = world.tenant();
    let nameless = SettingsDraft { external_id: None, ..draft("") };
    assert_eq!(world.block_on(tenant.settings().create(&nameless)).unwrap(), "id/1");
    assert_eq!(world.moments(Endpoint::Service), [0, 2000]);
}

#[test]
fn validates_without_writing() {
    let world = world([answer(200, &json!([{"code": 200}]))]);
    let tenant = world.tenant();
    let outcomes = world.block_on(tenant.settings().validate(&[draft("a")])).unwrap();
    assert!(outcomes[0].is_ok());
    assert_eq!(world.service_calls()[0].1, format!("{OBJECTS}?validateOnly=true"));
}

fn add_b(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("b".to_owned(), json!(1));
    }
    value
}

#[test]
fn changes_what_is_there_and_names_what_it_changes() {
    let world = world([object("t1", json!({"a": 1})), written()]);
    let tenant = world.tenant();
    let outcome = world.block_on(tenant.settings().update("id/1", add_b)).unwrap();
    assert_eq!(outcome, Updated::Written);
    assert_eq!(
        world.service_calls()[1],
        ("PUT", format!("{OBJECTS}/id%2F1"), json!({"value": {"a": 1, "b": 1}, "updateToken": "t1"}))
    );
}

#[test]
fn changes_again_what_someone_else_has_changed() {
    let world = world([object("t1", json!({"a": 1})), conflict(), object("t2", json!({"a": 2})), written()]);
    let tenant = world.tenant();
    world.block_on(tenant.settings().update("id/1", add_b)).unwrap();
    assert_eq!(world.service_calls()[3].2, json!({"value": {"a": 2, "b": 1}, "updateToken": "t2"}));
}

#[test]
fn a_change_that_arrived_before_the_reset_is_not_written_again() {
    let world =
        world([object("t1", json!({"a": 1})), reset(), conflict(), object("t2", json!({"a": 1, "b": 1}))]);
    let tenant = world.tenant();
    assert_eq!(world.block_on(tenant.settings().update("id/1", add_b)).unwrap(), Updated::Written);
    assert_eq!(world.count(Endpoint::Service), 4);
}

#[test]
fn gives_up_on_an_object_that_goes_on_changing() {
    let world = world([object("t1", json!({"a": 1})), conflict(), object("t2", json!({"a": 2})), conflict()]);
    let tenant = world.tenant();
    let error = world.block_on(tenant.settings().update("id/1", add_b)).unwrap_err();
    assert_eq!((error.code(), error.status()), ("conflict", 409));
}

#[test]
fn a_change_without_difference_writes_nothing() {
    let world = world([object("t1", json!({"b": 1}))]);
    let tenant = world.tenant();
    assert_eq!(world.block_on(tenant.settings().update("id/1", add_b)).unwrap(), Updated::Unchanged);
}

#[test]
fn removes_once() {
    let gone = answer(404, &json!({"error": {"code": 404, "message": "no such object"}}));
    let world = world([text(204, "application/json", ""), reset(), gone]);
    let tenant = world.tenant();
    let removed = world.block_on(tenant.settings().delete("id/1", Some("t=1"))).unwrap();
    assert_eq!(removed, Deleted::Removed);
    let again = world.block_on(tenant.settings().delete("id/1", None)).unwrap();
    assert_eq!(again, Deleted::WasGone);
    assert_eq!(world.service_calls()[0].1, format!("{OBJECTS}/id%2F1?updateToken=t%3D1"));
}

#[test]
fn a_new_token_is_taken_once() {
    let refused = || answer(401, &json!({"error": {"code": 401, "message": "expired"}}));
    let world = world([refused(), page(&["a"], None), refused(), refused()]);
    let tenant = world.tenant();
    assert_eq!(world.block_on(tenant.settings().list(TEAMS)).unwrap().len(), 1);
    assert_eq!(world.bearers(Endpoint::Service), ["Bearer access-1", "Bearer access-2"]);
    let error = world.block_on(tenant.settings().list(TEAMS)).unwrap_err();
    assert_eq!(error.code(), "invalid-credentials");
}

#[test]
fn names_the_missing_scope() {
    let refusal = json!({"error": {"code": 403, "message": "Forbidden", "details": {"missingScopes": ["settings:objects:read"]}}});
    let world = world([answer(403, &refusal)]);
    let tenant = world.tenant();
    let error = world.block_on(tenant.settings().list(TEAMS)).unwrap_err();
    assert!(
        matches!(error, TenantError::MissingScope { ref scopes } if *scopes == ["settings:objects:read"])
    );
}

#[test]
fn ends_at_its_deadline_with_the_request_aborted() {
    let world = world([hang()]);
    let tenant = world.tenant();
    let error = world.block_on(tenant.settings().list(TEAMS)).unwrap_err();
    assert_eq!((error.code(), world.elapsed(), world.aborted.get()), ("deadline-exceeded", 30_000, 1));
}

#[test]
fn says_nothing_of_secrets_in_single_outcomes() {
    let echo = json!([{"code": 400, "error": {"code": 400, "message": "bad token access-1"}}]);
    let world = world([answer(400, &echo)]);
    let tenant = world.tenant();
    let error = world.block_on(tenant.settings().upsert(&draft("a"))).unwrap_err();
    assert_eq!(error.to_string(), "bad token [redacted]");
}
