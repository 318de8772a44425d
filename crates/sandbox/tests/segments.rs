//! Filter segments over the API, in process.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use grailstage_sandbox::{Environment, PLATFORM_TOKEN, Request, Response, Sandbox, SandboxOptions};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200_000;
const BASE: &str = "/platform/storage/filter-segments/v1/filter-segments";

fn production() -> Arc<Environment> {
    environment_named("production")
}

/// The one with two namespaces.
fn preproduction() -> Arc<Environment> {
    environment_named("preproduction")
}

fn environment_named(name: &str) -> Arc<Environment> {
    Arc::clone(Sandbox::new(SandboxOptions { seed: 7, now: NOW }).environment(name).unwrap())
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&response.body)))
}

fn send_as(environment: &Environment, token: &str, method: &str, rest: &str, payload: &Value) -> Response {
    let mut request = Request::post(&format!("{BASE}{rest}"), payload.to_string()).with_bearer(token);
    request.method = method.into();
    environment.handle(&request, NOW)
}

fn send(environment: &Environment, method: &str, rest: &str, payload: &Value) -> Response {
    send_as(environment, PLATFORM_TOKEN, method, rest, payload)
}

fn get(environment: &Environment, rest: &str) -> Value {
    let response = send(environment, "GET", rest, &Value::Null);
    assert_eq!(response.status, 200, "{rest}: {}", String::from_utf8_lossy(&response.body));
    body(&response)
}

fn statement(key: &str, operator: &str, value: &str) -> Value {
    json!({"type": "Statement",
        "key": {"type": "Key", "textValue": key, "value": key},
        "operator": {"type": "ComparisonOperator", "textValue": operator, "value": operator},
        "value": {"type": "String", "textValue": format!("\"{value}\""), "value": value, "isEscaped": true}})
}

fn include(tree: &Value) -> Value {
    json!({"dataObject": "_all_data_object", "filter": tree.to_string()})
}

fn group(children: &[Value]) -> Value {
    json!({"type": "Group", "logicalOperator": "AND", "explicit": false, "range": {"from": 0, "to": 20}, "children": children})
}

fn segment(name: &str) -> Value {
    json!({
        "name": name,
        "description": "of a test",
        "isPublic": true,
        "variables": {"type": "query", "value": "data record(ns = \"webshop\")"},
        "includes": [include(&group(&[statement("k8s.namespace.name", "=", "$ns")]))],
    })
}

fn make(environment: &Environment, name: &str) -> String {
    let made = send(environment, "POST", "", &segment(name));
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    body(&made)["uid"].as_str().unwrap().to_owned()
}

#[test]
fn a_segment_is_made_read_and_deleted() {
    let environment = production();
    let made = body(&send(&environment, "POST", "", &segment("Webshop")));
    assert_eq!((&made["version"], &made["includes"]), (&json!(1), &segment("")["includes"]));
    let uid = made["uid"].as_str().unwrap();

    let plain = get(&environment, &format!("/{uid}"));
    assert_eq!((&plain["name"], &plain["isPublic"]), (&json!("Webshop"), &json!(true)));
    assert!(plain.get("includes").is_none() && plain.get("variables").is_none(), "{plain}");
    let whole =
        get(&environment, &format!("/{uid}?add-fields=INCLUDES&add-fields=VARIABLES,RESOURCECONTEXT"));
    assert_eq!(whole["includes"], segment("")["includes"]);
    assert_eq!(whole["variables"]["type"], "query");
    assert_eq!(whole["allowedOperations"], json!(["READ", "WRITE", "DELETE", "SHARE"]));

    let deleted = send(&environment, "DELETE", &format!("/{uid}"), &Value::Null);
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    let gone = send(&environment, "GET", &format!("/{uid}"), &Value::Null);
    assert_eq!(gone.status, 404);
    assert!(body(&gone)["error"]["message"].as_str().unwrap().contains(uid));
}

#[test]
fn lists_have_no_includes_and_the_lean_one_hardly_anything() {
    let environment = production();
    assert_eq!(get(&environment, ""), json!({"filterSegments": []}));
    let first = make(&environment, "first");
    let second = make(&environment, "second");
    assert_ne!(first, second);
    let list = get(&environment, "");
    assert_eq!(list["filterSegments"][1]["name"], "second");
    assert_eq!(list["filterSegments"][1]["description"], "of a test");
    let lean = get(&environment, ":lean");
    assert_eq!(lean["filterSegments"][0], json!({"uid": first, "name": "first", "isPublic": true}));
    let owners = get(&environment, ":lean?add-fields=OWNER");
    assert!(owners["filterSegments"][0]["owner"].is_string());
    let refused = send(&environment, "GET", "?add-fields=INCLUDES", &Value::Null);
    assert_eq!(refused.status, 400);
    assert_eq!(body(&refused)["error"]["errorDetails"][0]["parameterDescriptor"], "add-fields");
    environment.reset();
    assert_eq!(get(&environment, ""), json!({"filterSegments": []}));
}

#[test]
fn a_change_names_the_version_it_changes() {
    let environment = production();
    let uid = make(&environment, "Webshop");
    let at = |version: &str| format!("/{uid}?optimistic-locking-version={version}");
    let patched = send(&environment, "PATCH", &at("1"), &json!({"name": "Shop"}));
    assert_eq!((patched.status, patched.body.len()), (200, 0));
    let now = get(&environment, &format!("/{uid}?add-fields=INCLUDES"));
    assert_eq!((&now["name"], &now["version"]), (&json!("Shop"), &json!(2)));
    assert_eq!(now["includes"], segment("")["includes"], "what a patch does not name stays");

    let mut replacement = json!({"uid": uid, "owner": "sandbox", "name": "Only this", "isPublic": false});
    let stale = send(&environment, "PUT", &at("1"), &replacement);
    assert_eq!(stale.status, 409);
    assert!(body(&stale)["error"]["message"].as_str().unwrap().contains("version 2"));
    assert_eq!(send(&environment, "PUT", &at("2"), &replacement).status, 200);
    let now = get(&environment, &format!("/{uid}?add-fields=INCLUDES"));
    assert_eq!((&now["name"], &now["includes"]), (&json!("Only this"), &json!([])));
    replacement["uid"] = json!("another");
    assert_eq!(send(&environment, "PUT", &at("3"), &replacement).status, 400);
    for version in ["", "x"] {
        let refused = send(&environment, "PATCH", &at(version), &json!({}));
        assert_eq!(refused.status, 400);
        assert_eq!(
            body(&refused)["error"]["errorDetails"][0]["parameterDescriptor"],
            "optimistic-locking-version"
        );
    }
    for method in ["PUT", "PATCH", "DELETE"] {
        let unknown = send(&environment, method, "/unknown?optimistic-locking-version=1", &json!({}));
        assert_eq!(unknown.status, 404, "{method}");
    }
}

#[test]
fn what_is_no_segment_is_refused_with_its_place() {
    let environment = production();
    let with = |member: &str, value: Value| {
        let mut segment = segment("Webshop");
        segment[member] = value;
        segment
    };
    let trees = |trees: &[Value]| -> Value { trees.iter().map(include).collect() };
    let good = group(&[statement("a", "=", "b"), json!({"type": "LogicalOperator"}), group(&[])]);
    for (payload, place, names) in [
        (with("name", json!(" ")), "name", "empty"),
        (with("variables", json!({"type": "list", "value": "x"})), "variables.type", "list"),
        (with("variables", json!({"type": "query", "value": "not DQL ("})), "variables.value", "DQL"),
        (with("includes", vec![include(&good); 21].into()), "includes", "20"),
        (
            with("includes", json!([{"dataObject": "logs", "filter": "a = \"b\""}])),
            "includes[0].filter",
            "JSON",
        ),
        (with("includes", trees(&[good.clone(), json!({})])), "includes[1].filter", "type"),
        (with("includes", trees(&[group(&[statement("a", "==", "b")])])), "includes[0].filter", "`=`"),
        (with("includes", trees(&[group(&[statement("", "=", "b")])])), "includes[0].filter", "key"),
        (
            with("includes", json!([{"dataObject": "", "filter": good.to_string()}])),
            "includes[0].dataObject",
            "empty",
        ),
        (with("colour", json!("red")), "", "colour"),
        (json!({"name": "x"}), "", "isPublic"),
        (json!([]), "", "object"),
    ] {
        let refused = send(&environment, "POST", "", &payload);
        assert_eq!(refused.status, 400, "{payload}");
        let detail = &body(&refused)["error"]["errorDetails"][0];
        assert_eq!(detail["bodyDescriptor"], place, "{payload}");
        assert!(detail["message"].as_str().unwrap().contains(names), "{detail}");
    }
    assert_eq!(send(&environment, "POST", "", &with("includes", trees(&[good]))).status, 201);
    assert_eq!(send(&environment, "DELETE", "", &Value::Null).status, 405);
}

fn execute(environment: &Environment, token: &str, query: &str, segments: &Value) -> Response {
    let payload = json!({"query": query, "requestTimeoutMilliseconds": 1_000, "maxResultRecords": 100_000,
        "defaultTimeframeStart": "2026-11-21T00:00:00Z", "defaultTimeframeEnd": "2026-11-21T10:00:00Z",
        "filterSegments": segments});
    let path = "/platform/storage/query/v1/query:execute";
    environment.handle(&Request::post(path, payload.to_string()).with_bearer(token), NOW)
}

fn found(environment: &Environment, query: &str, segments: &Value) -> Vec<Value> {
    let answer = body(&execute(environment, PLATFORM_TOKEN, query, segments));
    assert_eq!(answer["state"], "SUCCEEDED", "{query} {segments}: {answer}");
    answer["result"]["records"].as_array().unwrap().clone()
}

fn make_of(environment: &Environment, includes: &Value) -> Value {
    let segment = json!({"name": "of a test", "isPublic": true, "includes": includes});
    let made = send(environment, "POST", "", &segment);
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    json!({ "id": body(&made)["uid"] })
}

#[test]
fn a_query_finds_what_all_its_segments_include() {
    let environment = preproduction();
    let key = "k8s.namespace.name";
    let of = |operator: &str, value: &str| group(&[statement(key, operator, value)]);
    let logs = found(&environment, "fetch logs | fields k8s.namespace.name, k8s.workload.name", &json!([]));
    let counted =
        |test: &dyn Fn(&str) -> bool| logs.iter().filter(|log| log[key].as_str().is_some_and(test)).count();
    let development = counted(&|namespace| namespace == "webshop-dev");
    assert!(0 < development && development < logs.len());

    let narrowed = |query: &str, segments: &Value| found(&environment, query, segments).len();
    let all = make_of(&environment, &json!([include(&of("=", "webshop-dev"))]));
    assert_eq!(narrowed("fetch logs", &json!([all])), development);
    let not = make_of(&environment, &json!([include(&of("!=", "webshop-dev"))]));
    assert_eq!(narrowed("fetch logs", &json!([not])), logs.len() - development);
    assert_eq!(narrowed("fetch logs", &json!([all, not])), 0, "segments are joined by and");
    let both =
        make_of(&environment, &json!([include(&of("=", "webshop-dev")), include(&of("!=", "webshop-dev"))]));
    assert_eq!(narrowed("fetch logs", &json!([both])), logs.len(), "includes are joined by or");

    let mut open = of("=", "webshop-d*");
    open["children"][0]["value"]["isEscaped"] = json!(false);
    let open = make_of(&environment, &json!([include(&open)]));
    assert_eq!(
        narrowed("fetch logs", &json!([open])),
        counted(&|namespace| namespace.starts_with("webshop-d"))
    );

    let only_logs =
        make_of(&environment, &json!([{"dataObject": "logs", "filter": of("=", "webshop-dev").to_string()}]));
    assert_eq!(narrowed("fetch logs", &json!([only_logs])), development);
    for other in ["fetch spans", "fetch dt.davis.problems", "smartscapeNodes \"*\"", "metrics"] {
        assert!(narrowed(other, &json!([])) > 0, "{other}");
        assert_eq!(narrowed(other, &json!([only_logs])), 0, "no include names the data of {other}");
    }
    for record in found(&environment, "metrics", &json!([all])) {
        assert_eq!(record[key], "webshop-dev", "series go by their dimensions");
    }
    let nodes = "smartscapeNodes K8S_DEPLOYMENT | fields k8s.namespace.name";
    let nodes = found(&environment, nodes, &json!([all]));
    assert!(!nodes.is_empty() && nodes.iter().all(|node| node[key] == "webshop-dev"), "{nodes:?}");
    let lookups = narrowed("data record(a = 1)", &json!([only_logs]));
    assert_eq!(lookups, 1, "what a query brings itself is not data");
}

#[test]
fn a_query_gives_the_values_of_variables() {
    let environment = preproduction();
    let uid = make(&environment, "Webshop");
    let bound =
        |name: &str, values: &[&str]| json!([{"id": uid, "variables": [{"name": name, "values": values}]}]);
    let by = "fetch logs | summarize count(), by: {k8s.namespace.name} | fields k8s.namespace.name";
    let namespaces: Vec<Value> = found(&environment, by, &json!([]));
    let name = |at: usize| namespaces[at]["k8s.namespace.name"].as_str().unwrap().to_owned();
    let named: Vec<String> = (0..namespaces.len())
        .filter(|at| namespaces[*at]["k8s.namespace.name"].is_string())
        .map(name)
        .collect();
    assert_eq!(named.len(), 2, "one of each stage");
    assert_eq!(found(&environment, by, &bound("$ns", &[&named[0]])).len(), 1);
    assert_eq!(found(&environment, by, &bound("ns", &[&named[0], &named[1]])).len(), 2);
    assert_eq!(found(&environment, by, &bound("$ns", &["nowhere"])).len(), 0);

    let refused = execute(&environment, PLATFORM_TOKEN, by, &json!([{ "id": uid }]));
    assert_eq!(refused.status, 400);
    let error = &body(&refused)["error"];
    assert_eq!(error["message"], "FILTER_SEGMENT_REQUIRES_VARIABLE");
    assert_eq!(error["details"]["arguments"], json!([format!("`{uid}`"), "`$ns`"]));
}

#[test]
fn a_query_whose_segments_cannot_be_applied_is_refused() {
    let environment = production();
    let uid = make(&environment, "Webshop");
    let refused = |token: &str, segments: &Value| {
        let response = execute(&environment, token, "fetch logs", segments);
        (response.status, body(&response)["error"].clone())
    };
    let (status, error) = refused(PLATFORM_TOKEN, &json!([{ "id": "nowhere" }]));
    assert_eq!((status, &error["message"]), (400, &json!("FILTER_SEGMENT_NOT_FOUND")));
    assert!(error["details"]["errorMessage"].as_str().unwrap().contains("`nowhere`"));
    let (status, error) = refused(PLATFORM_TOKEN, &vec![json!({ "id": uid }); 11].into());
    assert_eq!((status, &error["message"]), (400, &json!("TOO_MANY_FILTER_SEGMENTS")));
    let (status, error) = refused(PLATFORM_TOKEN, &json!([{ "uid": uid }]));
    assert_eq!(status, 400);
    assert!(error["message"].as_str().unwrap().contains("filterSegments"), "{error}");
    let larger = group(&[statement("status_code", ">", "400")]);
    let larger = make_of(&environment, &json!([include(&larger)]));
    let (status, error) = refused(PLATFORM_TOKEN, &json!([larger]));
    assert_eq!((status, &error["message"]), (400, &json!("NOT_SUPPORTED_BY_SANDBOX")));
    let (status, error) = refused("dt0s16.NOSCOPES.TOKEN", &json!([{ "id": uid }]));
    assert_eq!(status, 403);
    assert_eq!(error["details"]["missingScopes"], json!(["storage:filter-segments:read"]));
}

#[test]
fn a_token_without_the_scope_is_told_which_one_it_misses() {
    let environment = production();
    let uid = make(&environment, "Webshop");
    let missing = |method: &str, rest: &str, token: &str| {
        let response = send_as(&environment, token, method, rest, &segment("x"));
        (response.status, body(&response)["error"]["details"]["missingScopes"].clone())
    };
    let none = "dt0s16.NOSCOPES.TOKEN";
    let reader = "dt0s16.READONLY.TOKEN";
    assert_eq!(missing("GET", "", none), (403, json!(["storage:filter-segments:read"])));
    assert_eq!(missing("GET", "", reader).0, 200);
    assert_eq!(missing("POST", "", reader), (403, json!(["storage:filter-segments:write"])));
    let target = format!("/{uid}");
    assert_eq!(missing("DELETE", &target, reader), (403, json!(["storage:filter-segments:delete"])));
    assert_eq!(missing("GET", "", "nonsense").0, 401);
}
