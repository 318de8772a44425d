//! Settings 2.0 over the API, in process.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use grailstage_sandbox::{
    API_TOKEN, Environment, PLATFORM_TOKEN, Request, Response, Sandbox, SandboxOptions, SettingsError,
    SettingsObjectCreate, SettingsObjectUpdate,
};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200_000;
const PLATFORM: &str = "/platform/classic/environment-api/v2/settings";
const LIVE: &str = "/api/v2/settings";
const TEAMS: &str = "builtin:ownership.teams";
const ZONES: &str = "builtin:management-zones";

fn production() -> Arc<Environment> {
    Arc::clone(Sandbox::new(SandboxOptions { seed: 7, now: NOW }).environment("production").unwrap())
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&response.body)))
}

fn send_at(
    environment: &Environment,
    method: &str,
    target: &str,
    payload: Option<&Value>,
    now: i64,
) -> Response {
    let mut request = Request::get(&format!("{PLATFORM}{target}")).with_bearer(PLATFORM_TOKEN);
    request.method = method.into();
    request.body = payload.map(ToString::to_string).unwrap_or_default().into();
    environment.handle(&request, now)
}

fn send(environment: &Environment, method: &str, target: &str, payload: Option<&Value>) -> Response {
    send_at(environment, method, target, payload, NOW)
}

fn get(environment: &Environment, target: &str) -> Response {
    send(environment, "GET", target, None)
}

fn items(environment: &Environment, target: &str) -> Vec<Value> {
    let response = get(environment, target);
    assert_eq!(response.status, 200, "{target}: {}", String::from_utf8_lossy(&response.body));
    body(&response)["items"].as_array().unwrap().clone()
}

fn post(environment: &Environment, objects: &Value) -> Response {
    send(environment, "POST", "/objects", Some(objects))
}

fn team(identifier: &str) -> Value {
    json!({
        "name": format!("Team {identifier}"),
        "identifier": identifier,
        "supplementaryIdentifiers": [],
        "responsibilities": {"development": true, "security": false, "operations": true, "infrastructure": false, "lineOfBusiness": false},
        "contactDetails": [{"integrationType": "EMAIL", "email": "team@example.com"}],
        "links": [{"linkType": "URL", "url": "https://example.com"}],
        "additionalInformation": [{"key": "costCentre", "value": "42"}],
    })
}

fn team_object(identifier: &str) -> Value {
    json!({"schemaId": TEAMS, "scope": "environment", "value": team(identifier)})
}

/// Makes a team and answers its object id.
fn make_team(environment: &Environment, identifier: &str) -> String {
    let made = post(environment, &json!([team_object(identifier)]));
    assert_eq!(made.status, 200, "{}", String::from_utf8_lossy(&made.body));
    body(&made)[0]["objectId"].as_str().unwrap().to_owned()
}

/// The paths and messages of the violations of one element of an answer.
fn violations(element: &Value) -> Vec<(String, String)> {
    let violations = element["error"]["constraintViolations"].as_array();
    violations
        .unwrap_or_else(|| panic!("no violations: {element}"))
        .iter()
        .map(|violation| {
            let text = |name: &str| violation[name].as_str().unwrap().to_owned();
            (text("path"), text("message"))
        })
        .collect()
}

#[test]
fn an_object_is_made_read_changed_and_deleted() {
    let environment = production();
    let id = make_team(&environment, "logistics");
    assert!(id.starts_with("vu9U3hXa3q0AAAAB") && id.len() > 100, "{id}");

    let object = body(&get(&environment, &format!("/objects/{id}")));
    assert_eq!(object["value"], team("logistics"));
    assert_eq!(
        (&object["schemaId"], &object["scope"], &object["created"]),
        (&json!(TEAMS), &json!("environment"), &json!(NOW))
    );

    let mut value = team("logistics");
    value["name"] = json!("Logistics");
    let update = json!({"value": value, "updateToken": object["updateToken"]});
    let changed = send_at(&environment, "PUT", &format!("/objects/{id}"), Some(&update), NOW + 5);
    assert_eq!((changed.status, body(&changed)), (200, json!({"code": 200, "objectId": id})));
    let object = body(&get(&environment, &format!("/objects/{id}")));
    assert_eq!(
        (&object["value"]["name"], &object["modified"], &object["created"]),
        (&json!("Logistics"), &json!(NOW + 5), &json!(NOW))
    );

    let deleted = send(&environment, "DELETE", &format!("/objects/{id}"), None);
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    let gone = get(&environment, &format!("/objects/{id}"));
    assert_eq!((gone.status, body(&gone)["error"]["code"].clone()), (404, json!(404)));
    assert!(body(&gone)["error"]["message"].as_str().unwrap().contains(&id));
}

#[test]
fn an_object_survives_queries_and_a_reset_takes_it_away() {
    let environment = production();
    let before = items(&environment, &format!("/objects?schemaIds={TEAMS}"));
    make_team(&environment, "logistics");
    let query = json!({"query": "fetch logs | limit 1", "requestTimeoutMilliseconds": 1000});
    let request = Request::post("/platform/storage/query/v1/query:execute", query.to_string());
    assert_eq!(environment.handle(&request.with_bearer(PLATFORM_TOKEN), NOW + 3_600_000).status, 200);
    assert_eq!(items(&environment, &format!("/objects?schemaIds={TEAMS}")).len(), before.len() + 1);
    environment.reset();
    assert_eq!(items(&environment, &format!("/objects?schemaIds={TEAMS}")), before);
}

#[test]
fn a_list_has_the_fields_that_are_asked_for() {
    let environment = production();
    let id = make_team(&environment, "logistics");
    let default = items(&environment, &format!("/objects?schemaIds={TEAMS}&scopes=environment"));
    let ours = default.iter().find(|item| item["objectId"] == json!(id)).unwrap();
    assert_eq!(ours, &json!({"objectId": id, "value": team("logistics")}));
    let few = items(&environment, &format!("/objects?schemaIds={TEAMS}&fields=schemaId,scope"));
    assert_eq!(few[0], json!({"schemaId": TEAMS, "scope": "environment"}));
    assert_eq!(items(&environment, &format!("/objects?schemaIds={TEAMS}&scopes=HOST-1")), [] as [Value; 0]);
    let unknown = get(&environment, &format!("/objects?schemaIds={TEAMS}&fields=colour"));
    assert_eq!(unknown.status, 400);
    assert!(violations(&body(&unknown))[0].1.contains("colour"));
}

#[test]
fn a_list_comes_in_pages_that_only_the_key_continues() {
    let environment = production();
    for index in b'a'..=b'e' {
        make_team(&environment, &format!("paged-{}", char::from(index)));
    }
    let filter = "filter=value.identifier%20starts-with%20'paged'";
    let mut found = Vec::new();
    let mut target = format!("/objects?schemaIds={TEAMS}&{filter}&pageSize=2");
    for expected in [2, 2, 1] {
        let page = body(&get(&environment, &target));
        assert_eq!((&page["totalCount"], &page["pageSize"]), (&json!(5), &json!(2)), "{page}");
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), expected);
        found.extend(items.iter().map(|item| item["value"]["identifier"].as_str().unwrap().to_owned()));
        match page["nextPageKey"].as_str() {
            Some(key) => target = format!("/objects?nextPageKey={key}"),
            None => target = "end".into(),
        }
    }
    assert_eq!(target, "end");
    assert_eq!(found, ["paged-a", "paged-b", "paged-c", "paged-d", "paged-e"]);

    let first = body(&get(&environment, &format!("/objects?schemaIds={TEAMS}&pageSize=1")));
    let key = first["nextPageKey"].as_str().unwrap();
    for bad in [
        format!("/objects?nextPageKey={key}&pageSize=1"),
        "/objects?nextPageKey=nonsense".into(),
        format!("/objects?schemaIds={TEAMS}&pageSize=501"),
        format!("/objects?schemaIds={TEAMS}&pageSize=0"),
        format!("/objects?schemaIds={TEAMS}&pageSize=many"),
        "/objects".into(),
    ] {
        assert_eq!(get(&environment, &bad).status, 400, "{bad}");
    }
}

#[test]
fn filters_compare_what_the_answer_shows() {
    let environment = production();
    for identifier in ["red", "green", "blue"] {
        make_team(&environment, identifier);
    }
    let found = |filter: &str| -> Vec<String> {
        let filter = filter.replace(' ', "%20").replace('=', "%3D").replace('"', "%22").replace('<', "%3C");
        let colours = "(value.identifier%20in%20('red','green','blue'))";
        items(
            &environment,
            &format!("/objects?schemaIds={TEAMS}&filter={colours}%20and%20({filter})&sort=value.identifier"),
        )
        .iter()
        .map(|item| item["value"]["identifier"].as_str().unwrap().to_owned())
        .collect()
    };
    assert_eq!(found("value.identifier = 'red'"), ["red"]);
    assert_eq!(found("value.identifier != \"red\""), ["blue", "green"]);
    assert_eq!(found("value.identifier contains 're'"), ["green", "red"]);
    assert_eq!(found("value.identifier not contains 're'"), ["blue"]);
    assert_eq!(found("not value.identifier ends-with 'd'"), ["blue", "green"]);
    assert_eq!(found("value.identifier < 'c' or value.identifier = 'red'"), ["blue", "red"]);
    assert_eq!(found("value.responsibilities.security = true"), [] as [&str; 0]);
    assert_eq!(found("value.description exists"), [] as [&str; 0]);
    let descending = items(
        &environment,
        &format!(
            "/objects?schemaIds={TEAMS}&sort=-value.identifier&filter=value.identifier%20in%20('red','blue')"
        ),
    );
    assert_eq!(descending[0]["value"]["identifier"], "red");
    for (bad, names) in [
        ("value.name ~ 'x'", "~"),
        ("value.name = x", "x"),
        ("value.name = 'x", "'"),
        ("colour = 'x'", "colour"),
        ("modified > 1", "fields"),
        ("(value.name = 'x'", ")"),
        ("value.name = 'x' 'y'", "y"),
        ("", "schemaIds"),
    ] {
        let target = format!("/objects?schemaIds={TEAMS}&filter={}", bad.replace(' ', "%20"));
        let response = get(&environment, &target);
        if bad.is_empty() {
            assert_eq!(response.status, 200, "an empty filter is none");
            continue;
        }
        assert_eq!(response.status, 400, "{bad}");
        let (path, message) = violations(&body(&response)).remove(0);
        assert!(path == "filter" && message.contains(names), "{bad}: {message}");
    }
}

#[test]
fn each_element_of_a_post_has_its_own_code() {
    let environment = production();
    let mixed = json!([
        team_object("first"),
        {"schemaId": "builtin:unknown", "scope": "environment", "value": {}},
        {"schemaId": TEAMS, "scope": "environment", "value": {"name": "x"}},
    ]);
    let response = post(&environment, &mixed);
    assert_eq!(response.status, 207);
    let elements = body(&response);
    let codes: Vec<&Value> = elements.as_array().unwrap().iter().map(|element| &element["code"]).collect();
    assert_eq!(codes, [&json!(200), &json!(404), &json!(400)]);
    assert!(elements[0]["objectId"].is_string());
    assert!(elements[1]["error"]["message"].as_str().unwrap().contains("builtin:unknown"));
    assert_eq!(elements[2]["error"]["message"], "Validation failed");
    assert_eq!(elements[2]["invalidValue"], json!({"name": "x"}));
    let paths: Vec<String> = violations(&elements[2]).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["builtin:ownership.teams/2/identifier", "builtin:ownership.teams/2/responsibilities"]);
    let violation = &elements[2]["error"]["constraintViolations"][0];
    assert_eq!(
        (&violation["parameterLocation"], &violation["location"]),
        (&json!("PAYLOAD_BODY"), &Value::Null)
    );

    let all_bad =
        post(&environment, &json!([{"schemaId": "builtin:unknown", "scope": "environment", "value": {}}]));
    assert_eq!(all_bad.status, 404);
    let wrong_scope =
        post(&environment, &json!([{"schemaId": TEAMS, "scope": "HOST-1", "value": team("other")}]));
    assert_eq!(wrong_scope.status, 400);
    assert_eq!(violations(&body(&wrong_scope)[0])[0].0, "builtin:ownership.teams/0/scope");
    assert_eq!(post(&environment, &json!([])).status, 200);
}

#[test]
fn bad_json_gets_an_envelope() {
    let environment = production();
    for payload in [
        json!({"schemaId": TEAMS}),
        json!([{"schemaId": TEAMS}]),
        json!("x"),
        json!([{"schemaId": TEAMS, "scope": "environment", "value": {}, "colour": "red"}]),
    ] {
        let response = post(&environment, &payload);
        assert_eq!(response.status, 400, "{payload}");
        assert!(violations(&body(&response))[0].1.starts_with("Could not map JSON: "), "{payload}");
    }
    let mut request = Request::post(&format!("{PLATFORM}/objects"), "[{").with_bearer(PLATFORM_TOKEN);
    assert_eq!(environment.handle(&request, NOW).status, 400);
    let id = make_team(&environment, "logistics");
    request.method = "PUT".into();
    request.path = format!("{PLATFORM}/objects/{id}");
    assert_eq!(environment.handle(&request, NOW).status, 400);
    let patch = send(&environment, "PATCH", "/objects", None);
    assert_eq!(patch.status, 405);
    let other = get(&environment, "/permissions");
    assert_eq!(other.status, 404);
    assert!(body(&other)["error"]["message"].as_str().unwrap().contains("settings/permissions"));
}

#[test]
fn validation_alone_keeps_nothing() {
    let environment = production();
    let before = items(&environment, &format!("/objects?schemaIds={TEAMS}"));
    let target = "/objects?validateOnly=true";
    let good = send(&environment, "POST", target, Some(&json!([team_object("logistics")])));
    assert_eq!((good.status, body(&good)), (200, json!([{"code": 200}])));
    let bad = send(&environment, "POST", target, Some(&json!([team_object("1logistics")])));
    assert_eq!(bad.status, 400);
    assert_eq!(items(&environment, &format!("/objects?schemaIds={TEAMS}")), before);

    let id = make_team(&environment, "logistics");
    let mut value = team("logistics");
    value["name"] = json!("Other");
    let update = json!({"value": value});
    let valid = send(&environment, "PUT", &format!("/objects/{id}?validateOnly=true"), Some(&update));
    assert_eq!((valid.status, body(&valid)), (200, json!({"code": 200})));
    assert_eq!(body(&get(&environment, &format!("/objects/{id}")))["value"], team("logistics"));
    assert_eq!(send(&environment, "POST", "/objects?validateOnly=maybe", Some(&json!([]))).status, 400);
}

#[test]
fn an_external_id_replaces_the_object_that_has_it() {
    let environment = production();
    let mut object = team_object("logistics");
    object["externalId"] = json!("backstage:group:default/logistics");
    let id = body(&post(&environment, &json!([object])))[0]["objectId"].clone();
    object["value"]["name"] = json!("Logistics");
    let again = body(&post(&environment, &json!([object])));
    assert_eq!(again, json!([{"code": 200, "objectId": id}]));
    let found = items(
        &environment,
        &format!(
            "/objects?schemaIds={TEAMS}&externalIds=backstage:group:default/logistics&fields=objectId,externalId,value"
        ),
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["value"]["name"], "Logistics");
    assert_eq!(found[0]["externalId"], "backstage:group:default/logistics");

    let by_id =
        json!([{"schemaId": TEAMS, "scope": "environment", "value": team("logistics"), "objectId": id}]);
    let refused = post(&environment, &by_id);
    assert_eq!(refused.status, 400);
    assert!(violations(&body(&refused)[0])[0].0.ends_with("/objectId"));
    object["externalId"] = json!("another");
    object["objectId"] = id.clone();
    assert_eq!(body(&post(&environment, &json!([object])))[0]["objectId"], id);
    object["externalId"] = json!("x".repeat(501));
    assert_eq!(post(&environment, &json!([object])).status, 400);
}

#[test]
fn a_stale_update_token_is_a_conflict() {
    let environment = production();
    let id = make_team(&environment, "logistics");
    let target = format!("/objects/{id}");
    let token = body(&get(&environment, &target))["updateToken"].as_str().unwrap().to_owned();
    let update = json!({"value": team("logistics"), "updateToken": token});
    assert_eq!(send(&environment, "PUT", &target, Some(&update)).status, 200);
    let stale = send(&environment, "PUT", &target, Some(&update));
    assert_eq!((stale.status, body(&stale)["code"].clone()), (409, json!(409)));
    let encoded = token.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
    let delete = send(&environment, "DELETE", &format!("{target}?updateToken={encoded}"), None);
    assert_eq!((delete.status, body(&delete)["error"]["code"].clone()), (409, json!(409)));
    assert_eq!(send(&environment, "PUT", &target, Some(&json!({"value": team("logistics")}))).status, 200);
    assert_eq!(send(&environment, "DELETE", &target, None).status, 204);
    for method in ["PUT", "DELETE"] {
        let gone = send(&environment, method, &target, Some(&update));
        assert_eq!((gone.status, body(&gone)["code"].clone()), (404, json!(404)), "{method}");
    }
}

#[test]
fn a_token_without_the_scope_is_told_which_one_it_misses() {
    let environment = production();
    let ask = |method: &str, path: &str, scheme: &str, token: &str| {
        let mut request = Request::get(path).with_header("authorization", &format!("{scheme} {token}"));
        request.method = method.into();
        request.body = b"[]".to_vec();
        let response = environment.handle(&request, NOW);
        let missing = match response.status {
            403 => body(&response)["error"]["details"]["missingScopes"].clone(),
            _ => Value::Null,
        };
        (response.status, missing)
    };
    let objects = format!("{PLATFORM}/objects?schemaIds={TEAMS}");
    let live = format!("{LIVE}/objects?schemaIds={TEAMS}");
    let missing = |scope: &str| (403, json!([scope]));
    let fine = (200, Value::Null);
    assert_eq!(ask("GET", &objects, "Bearer", "dt0s16.NOSCOPES.TOKEN"), missing("settings:objects:read"));
    assert_eq!(ask("POST", &objects, "Bearer", "dt0s16.READONLY.TOKEN"), missing("settings:objects:write"));
    assert_eq!(ask("GET", &objects, "Bearer", "dt0s16.READONLY.TOKEN"), fine);
    let schemas = format!("{PLATFORM}/schemas");
    assert_eq!(ask("GET", &schemas, "Bearer", "dt0s16.NOSCOPES.TOKEN"), missing("settings:schemas:read"));
    assert_eq!(ask("GET", &live, "Api-Token", API_TOKEN), fine);
    assert_eq!(ask("GET", &live, "Bearer", PLATFORM_TOKEN), fine);
    assert_eq!(ask("GET", &live, "Api-Token", "dt0c01.NOSCOPES.TOKEN"), missing("settings.read"));
    assert_eq!(ask("POST", &live, "Api-Token", "dt0c01.READONLY.TOKEN"), missing("settings.write"));
    assert_eq!(ask("GET", &live, "Api-Token", "dt0c01.OTHER.TOKEN").0, 401);
    assert_eq!(ask("GET", &objects, "Api-Token", API_TOKEN).0, 401, "the platform takes no API tokens");
    assert_eq!(environment.handle(&Request::get(&objects), NOW).status, 401);
}

#[test]
fn schemas_are_listed_and_described() {
    let environment = production();
    let listed = body(&get(&environment, "/schemas"));
    let ids: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|item| item["schemaId"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "app:dynatrace.site.reliability.guardian:guardians",
            ZONES,
            "builtin:monitoring.slo",
            "builtin:ownership.config",
            TEAMS,
        ]
    );
    assert_eq!(listed["totalCount"], 5);
    let schema = body(&get(&environment, "/schemas/builtin%3Aownership.teams"));
    assert_eq!((&schema["schemaId"], &schema["allowedScopes"]), (&json!(TEAMS), &json!(["environment"])));
    assert_eq!(schema["properties"]["supplementaryIdentifiers"]["maxObjects"], 3);
    assert_eq!(schema["properties"]["responsibilities"]["type"]["$ref"], "#/types/responsibilities");
    assert_eq!(schema["types"]["responsibilities"]["properties"]["security"]["type"], "boolean");
    assert_eq!(schema["enums"]["linkType"]["items"][0]["value"], "DOCUMENTATION");
    let unknown = get(&environment, "/schemas/builtin:tags.auto-tagging");
    assert_eq!(unknown.status, 404);
    assert!(body(&unknown)["error"]["message"].as_str().unwrap().contains("builtin:tags.auto-tagging"));
    assert_eq!(get(&environment, "/objects?schemaIds=builtin:tags.auto-tagging").status, 404);
}

/// What is refused of a value of a schema: the places below the object.
fn refused(schema: &str, value: &Value) -> Vec<String> {
    let environment = production();
    let response = post(&environment, &json!([{"schemaId": schema, "scope": "environment", "value": value}]));
    if response.status == 200 {
        return Vec::new();
    }
    let prefix = format!("{schema}/0/");
    let answer = body(&response);
    violations(&answer[0])
        .into_iter()
        .map(|(path, _)| path.strip_prefix(&prefix).unwrap().to_owned())
        .collect()
}

/// The value with another one at a JSON pointer.
fn with(value: &Value, pointer: &str, new: Value) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(name.to_owned(), new);
        }
        Value::Array(elements) => elements[name.parse::<usize>().unwrap()] = new,
        other => panic!("{other}"),
    }
    value
}

#[test]
fn a_team_has_to_fit_its_schema() {
    let good = team("logistics");
    assert_eq!(refused(TEAMS, &good), [] as [&str; 0]);
    let supplementary = |names: &[&str]| -> Value {
        names.iter().map(|name| json!({"supplementaryIdentifier": name})).collect()
    };
    assert_eq!(
        refused(TEAMS, &with(&good, "/supplementaryIdentifiers", supplementary(&["a", "b", "c"]))),
        [] as [&str; 0]
    );
    let slack = json!([{"integrationType": "SLACK", "slackChannel": "#x", "email": "x@example.com"}]);
    let jira = json!([{"integrationType": "JIRA"}]);
    for (pointer, value, path) in [
        ("/identifier", json!("-logistics"), "identifier"),
        ("/identifier", json!("logistics1"), "identifier"),
        ("/identifier", json!("lo gistics"), "identifier"),
        ("/identifier", json!("x".repeat(101)), "identifier"),
        ("/identifier", json!(7), "identifier"),
        ("/name", json!(""), "name"),
        ("/responsibilities/security", Value::Null, "responsibilities/security"),
        ("/responsibilities/security", json!("yes"), "responsibilities/security"),
        ("/supplementaryIdentifiers", supplementary(&["a", "b", "c", "d"]), "supplementaryIdentifiers"),
        ("/supplementaryIdentifiers", supplementary(&["a", "a"]), "supplementaryIdentifiers/1"),
        (
            "/supplementaryIdentifiers",
            supplementary(&["a", "9"]),
            "supplementaryIdentifiers/1/supplementaryIdentifier",
        ),
        ("/contactDetails", slack, "contactDetails/0/email"),
        ("/contactDetails", jira, "contactDetails/0/jira"),
        ("/contactDetails/0/integrationType", json!("FAX"), "contactDetails/0/integrationType"),
        ("/links/0/linkType", json!("HOMEPAGE"), "links/0/linkType"),
        ("/colour", json!("red"), "colour"),
    ] {
        let paths = refused(TEAMS, &with(&good, pointer, value.clone()));
        assert!(paths.contains(&path.to_owned()), "{pointer} = {value}: {paths:?}");
    }
}

#[test]
fn an_identifier_is_unique_and_never_changes() {
    let environment = production();
    let id = make_team(&environment, "logistics");
    let second = post(&environment, &json!([team_object("logistics")]));
    assert_eq!(second.status, 400);
    assert!(violations(&body(&second)[0])[0].0.ends_with("/identifier"));
    let renamed =
        send(&environment, "PUT", &format!("/objects/{id}"), Some(&json!({"value": team("transport")})));
    assert_eq!(renamed.status, 400);
    assert!(violations(&body(&renamed))[0].1.contains("immutable"));
}

#[test]
fn there_is_one_ownership_config() {
    let environment = production();
    let keys = |keys: &[&str]| -> Value {
        let keys: Vec<Value> = keys.iter().map(|key| json!({"enabled": true, "key": key})).collect();
        json!([{"schemaId": "builtin:ownership.config", "scope": "environment", "value": {"ownershipIdentifiers": keys}}])
    };
    let first = body(&post(&environment, &keys(&["owner", "dt.owner"])))[0]["objectId"].clone();
    let second = body(&post(&environment, &keys(&["team"])))[0]["objectId"].clone();
    assert_eq!(first, second);
    assert_eq!(items(&environment, "/objects?schemaIds=builtin:ownership.config").len(), 1);
    assert_eq!(post(&environment, &keys(&[])).status, 400);
    assert_eq!(post(&environment, &keys(&["a", "b", "c", "d", "e", "f"])).status, 400);
    assert_eq!(post(&environment, &keys(&["a", "a"])).status, 400);
}

#[test]
fn a_rule_of_a_zone_has_the_members_of_its_type() {
    let condition = json!({"key": "CLOUD_APPLICATION_NAMESPACE_NAME", "operator": "EQUALS", "stringValue": "webshop", "caseSensitive": true});
    let entities = json!({"enabled": true, "type": "ME", "attributeRule": {"entityType": "CLOUD_APPLICATION_NAMESPACE", "conditions": [condition]}});
    let dimension = json!({"enabled": true, "type": "DIMENSION", "dimensionRule": {"appliesTo": "LOG", "conditions": [{"conditionType": "DIMENSION", "key": "k8s.namespace.name", "ruleMatcher": "EQUALS", "value": "webshop"}]}});
    let selector =
        json!({"enabled": false, "type": "SELECTOR", "entitySelector": "type(\"SERVICE\"),tag(\"owner:x\")"});
    let zone = |rules: Value| json!({"name": "Zone of a test", "rules": rules});
    assert_eq!(refused(ZONES, &zone(json!([entities, dimension, selector]))), [] as [&str; 0]);
    for (rule, path) in [
        (with(&entities, "/entitySelector", json!("type(HOST)")), "rules/0/entitySelector"),
        (with(&entities, "/attributeRule", Value::Null), "rules/0/attributeRule"),
        (with(&entities, "/attributeRule/entityType", json!("POD")), "rules/0/attributeRule/entityType"),
        (
            with(&entities, "/attributeRule/serviceToHostPropagation", json!(true)),
            "rules/0/attributeRule/serviceToHostPropagation",
        ),
        (
            with(&entities, "/attributeRule/conditions/0/operator", json!("LIKE")),
            "rules/0/attributeRule/conditions/0/operator",
        ),
        (
            with(&dimension, "/dimensionRule/conditions/0/key", Value::Null),
            "rules/0/dimensionRule/conditions/0/key",
        ),
        (with(&selector, "/entitySelector", json!("")), "rules/0/entitySelector"),
    ] {
        assert_eq!(refused(ZONES, &zone(json!([rule]))), [path]);
    }
}

#[test]
fn both_kinds_of_guardians_can_be_made() {
    let guardians = "app:dynatrace.site.reliability.guardian:guardians";
    let objective = json!({"name": "Errors", "objectiveType": "DQL", "dqlQuery": "fetch logs | summarize count()", "comparisonOperator": "LESS_THAN_OR_EQUAL", "target": 5.0, "warning": 3});
    let good = json!({"name": "cart of a test", "description": "", "tags": ["stage:production"], "variables": [], "eventKind": "SDLC_EVENT", "objectives": [objective]});
    for kind in [json!("SDLC_EVENT"), json!("BIZ_EVENT"), Value::Null] {
        assert_eq!(refused(guardians, &with(&good, "/eventKind", kind)), [] as [&str; 0]);
    }
    for (pointer, value, path) in [
        ("/eventKind", json!("LOG"), "eventKind"),
        ("/objectives", json!([]), "objectives"),
        ("/objectives", json!([objective, objective]), "objectives/1/name"),
        ("/objectives/0/dqlQuery", Value::Null, "objectives/0/dqlQuery"),
        ("/objectives/0/objectiveType", json!("REFERENCE_SLO"), "objectives/0/referenceSlo"),
        ("/objectives/0/target", json!("5"), "objectives/0/target"),
        ("/tags", json!(["production"]), "tags/0"),
    ] {
        let paths = refused(guardians, &with(&good, pointer, value.clone()));
        assert!(paths.contains(&path.to_owned()), "{pointer} = {value}: {paths:?}");
    }
}

#[test]
fn a_service_level_objective_warns_before_it_fails() {
    let schema = "builtin:monitoring.slo";
    let good = json!({
        "enabled": true, "name": "Objective of a test", "metricExpression": "(100)*(builtin:service.errors.total.successCount:splitBy())/(builtin:service.requestCount.total:splitBy())",
        "evaluationType": "AGGREGATE", "filter": "type(SERVICE)", "evaluationWindow": "-1w", "targetSuccess": 99.0, "targetWarning": 99.5,
        "errorBudgetBurnRate": {"burnRateVisualizationEnabled": true, "fastBurnThreshold": 10},
    });
    assert_eq!(refused(schema, &good), [] as [&str; 0]);
    assert_eq!(refused(schema, &with(&good, "/targetWarning", json!(98.0))), ["targetWarning"]);
    assert_eq!(refused(schema, &with(&good, "/targetSuccess", json!(101))), ["targetSuccess"]);
}

#[test]
fn order_is_for_schemas_that_have_one() {
    let environment = production();
    let mut object = team_object("logistics");
    object["insertAfter"] = json!("");
    let refused = post(&environment, &json!([object]));
    assert_eq!(violations(&body(&refused)[0])[0].0, "builtin:ownership.teams/0/insertAfter");
}

#[test]
fn objects_can_be_worked_on_in_process() {
    let environment = production();
    let create = SettingsObjectCreate {
        schema_id: TEAMS.into(),
        scope: "environment".into(),
        value: team("logistics"),
        ..SettingsObjectCreate::default()
    };
    let id = environment.create_settings_object(create.clone(), NOW).unwrap();
    let object = environment.settings_object(&id).unwrap();
    assert_eq!((object.schema_id, &object.value), (TEAMS, &team("logistics")));
    assert!(environment.settings_objects(TEAMS).contains(&object));
    let update = SettingsObjectUpdate { value: team("logistics"), ..SettingsObjectUpdate::default() };
    environment.update_settings_object(&id, update, NOW + 1).unwrap();
    let refusal = environment.delete_settings_object(&id, Some(&object.update_token())).unwrap_err();
    assert_eq!((refusal.code(), refusal.status()), ("changed", 409));
    assert!(refusal.help().is_some());
    environment.delete_settings_object(&id, None).unwrap();
    assert!(matches!(environment.settings_object(&id), Err(SettingsError::UnknownObject { .. })));
    let unknown = SettingsObjectCreate { schema_id: "x".into(), ..create };
    assert_eq!(environment.create_settings_object(unknown, NOW).unwrap_err().code(), "unknown-schema");
}
