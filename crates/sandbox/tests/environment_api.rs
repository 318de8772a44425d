//! Entities and problems over the Environment API v2: the same that DQL queries see.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use grailstage_sandbox::{
    API_TOKEN, Environment, PLATFORM_TOKEN, Request, Response, Sandbox, SandboxOptions,
};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200_000;

fn production() -> Arc<Environment> {
    Arc::clone(Sandbox::new(SandboxOptions { seed: 7, now: NOW }).environment("production").unwrap())
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&response.body)))
}

/// Sends a request whose parameters are in clear.
fn send(environment: &Environment, path: &str, parameters: &[(&str, &str)]) -> Response {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let query: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let target = format!("/platform/classic/environment-api/v2/{path}?{}", query.join("&"));
    environment.handle(&Request::get(&target).with_bearer(PLATFORM_TOKEN), NOW)
}

fn get(environment: &Environment, path: &str, parameters: &[(&str, &str)]) -> Value {
    let response = send(environment, path, parameters);
    assert_eq!(response.status, 200, "{path} {parameters:?}: {}", String::from_utf8_lossy(&response.body));
    body(&response)
}

/// The one violation of a refusal: the parameter and the message.
fn refusal(environment: &Environment, path: &str, parameters: &[(&str, &str)]) -> (String, String) {
    let response = send(environment, path, parameters);
    assert_eq!(response.status, 400, "{path} {parameters:?}");
    let violation = body(&response)["error"]["constraintViolations"][0].clone();
    assert_eq!(violation["parameterLocation"], "QUERY");
    (violation["path"].as_str().unwrap().into(), violation["message"].as_str().unwrap().into())
}

fn ask(environment: &Environment, query: &str) -> Vec<Value> {
    let request = json!({"query": query, "requestTimeoutMilliseconds": 1000, "maxResultRecords": 10_000});
    let request = Request::post("/platform/storage/query/v1/query:execute", request.to_string());
    let response = environment.handle(&request.with_bearer(PLATFORM_TOKEN), NOW);
    body(&response)["result"]["records"].as_array().unwrap_or_else(|| panic!("{query}")).clone()
}

fn names(entities: &Value, field: &str) -> Vec<String> {
    entities.as_array().unwrap().iter().map(|entity| entity[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn entities_are_those_that_dql_sees() {
    let environment = production();
    let found = get(
        &environment,
        "entities",
        &[("entitySelector", "type(\"CLOUD_APPLICATION\")"), ("sort", "name"), ("pageSize", "500")],
    );
    let seen =
        ask(&environment, "fetch dt.entity.cloud_application | sort entity.name | fields id, entity.name");
    assert_eq!(found["totalCount"], seen.len());
    assert_eq!(found["nextPageKey"], Value::Null);
    for (entity, record) in found["entities"].as_array().unwrap().iter().zip(&seen) {
        assert_eq!(
            entity,
            &json!({"entityId": record["id"], "type": "CLOUD_APPLICATION", "displayName": record["entity.name"]})
        );
    }
}

#[test]
fn an_entity_has_the_fields_that_are_asked_for() {
    let environment = production();
    let selector = "type(\"CLOUD_APPLICATION\"),entityName.equals(\"cart\")";
    let fields = "+tags,+managementZones,+properties.namespaceName,+fromRelationships.belongsTo,+toRelationships,+firstSeenTms";
    let found = get(&environment, "entities", &[("entitySelector", selector), ("fields", fields)]);
    let cart = &found["entities"][0];
    assert!(
        cart["tags"].as_array().unwrap().contains(
            &json!({"context": "KUBERNETES", "key": "team", "value": "orders", "stringRepresentation": "[Kubernetes]team:orders"})
        ),
        "{cart}"
    );
    assert_eq!(names(&cart["managementZones"], "name"), ["Stage: production", "Team: orders"]);
    assert!(cart["managementZones"][0]["id"].as_str().unwrap().parse::<i64>().is_ok());
    assert_eq!(cart["properties"], json!({"namespaceName": "webshop"}));
    assert_eq!(cart["fromRelationships"]["belongsTo"][0]["type"], "CLOUD_APPLICATION_NAMESPACE");
    assert!(cart["fromRelationships"].get("clusteredBy").is_none());
    assert_eq!(cart["toRelationships"]["runsOn"][0]["type"], "SERVICE");
    assert!(cart["firstSeenTms"].as_i64().unwrap() < NOW);
    assert!(cart.get("lastSeenTms").is_none());

    let id = cart["entityId"].as_str().unwrap();
    let whole = get(&environment, &format!("entities/{id}"), &[]);
    assert_eq!(whole["displayName"], "cart");
    for field in [
        "firstSeenTms",
        "lastSeenTms",
        "properties",
        "tags",
        "managementZones",
        "fromRelationships",
        "toRelationships",
    ] {
        assert!(whole.get(field).is_some(), "{field}");
    }
    let few = get(&environment, &format!("entities/{id}"), &[("fields", "+tags")]);
    assert_eq!(few.as_object().unwrap().len(), 4);
}

#[test]
fn zones_select_entities_by_name_and_by_id() {
    let environment = production();
    let by_name = get(
        &environment,
        "entities",
        &[
            ("entitySelector", "type(SERVICE),mzName(\"Team: orders\")"),
            ("sort", "name"),
            ("fields", "+managementZones"),
        ],
    );
    assert_eq!(names(&by_name["entities"], "displayName"), ["cart", "checkout", "payment"]);
    let zones = by_name["entities"][0]["managementZones"].as_array().unwrap();
    let id = zones.iter().find(|zone| zone["name"] == "Team: orders").unwrap()["id"].as_str().unwrap();
    let selector = format!("type(SERVICE),mzId({id})");
    let by_id = get(&environment, "entities", &[("entitySelector", &selector), ("sort", "-name")]);
    assert_eq!(names(&by_id["entities"], "displayName"), ["payment", "checkout", "cart"]);
}

#[test]
fn entities_come_in_pages() {
    let environment = production();
    let mut page =
        get(&environment, "entities", &[("entitySelector", "type(CLOUD_APPLICATION)"), ("pageSize", "6")]);
    let mut found = names(&page["entities"], "entityId");
    assert_eq!((found.len(), &page["pageSize"]), (6, &json!(6)));
    while let Some(key) = page["nextPageKey"].as_str().map(ToOwned::to_owned) {
        page = get(&environment, "entities", &[("nextPageKey", &key)]);
        found.extend(names(&page["entities"], "entityId"));
    }
    found.sort();
    found.dedup();
    assert_eq!(page["totalCount"], found.len());
}

#[test]
fn what_an_entity_selector_may_not_be_is_named() {
    let environment = production();
    for (selector, names) in [
        ("", "entitySelector"),
        ("mzName(\"x\")", "'type' or 'entityId'"),
        ("type(\"DISK_DRIVE\")", "DISK_DRIVE"),
        ("type(SERVICE),softwareTechnologies(\"JAVA\")", "softwareTechnologies"),
        ("type(SERVICE),healthState(\"SICK\")", "SICK"),
        ("type(SERVICE),not(type(HOST))", "negated"),
        ("type(SERVICE),", "ends"),
        ("type(SERVICE) tag(a)", "comma"),
        ("type(SERVICE", "`)`"),
        ("type", "`(`"),
        (&format!("type(SERVICE),tag(\"{}\")", "x".repeat(2000)), "2000"),
    ] {
        let (path, message) = refusal(&environment, "entities", &[("entitySelector", selector)]);
        assert!(path == "entitySelector" && message.contains(names), "{selector}: {message}");
    }
    let service = ("entitySelector", "type(SERVICE)");
    for (name, value) in [("fields", "+colour"), ("sort", "id"), ("from", "yesterday"), ("pageSize", "501")] {
        assert_eq!(refusal(&environment, "entities", &[service, (name, value)]).0, name);
    }
    assert_eq!(refusal(&environment, "entities", &[service, ("from", "now"), ("to", "now-1h")]).0, "from");
    let unknown = send(&environment, "entities/SERVICE-0000000000000000", &[]);
    assert_eq!(unknown.status, 404);
    assert!(body(&unknown)["error"]["message"].as_str().unwrap().contains("SERVICE-0000000000000000"));
    assert_eq!(send(&environment, "entities/nonsense", &[]).status, 404);
}

#[test]
fn entities_of_another_time_are_left_out() {
    let environment = production();
    let found = |from: &str, to: &str| {
        get(&environment, "entities", &[("entitySelector", "type(SERVICE)"), ("from", from), ("to", to)])["totalCount"].clone()
    };
    assert_eq!(found("now-2y", "now-1y"), 0);
    assert_ne!(found("now-1h", "now"), 0);
    assert_ne!(found(&(NOW - 1000).to_string(), &NOW.to_string()), 0);
}

#[test]
fn problems_are_those_that_dql_sees() {
    let environment = production();
    let found = get(&environment, "problems", &[("from", "now-30d"), ("pageSize", "500")]);
    let seen = ask(
        &environment,
        "fetch dt.davis.problems, from: -30d | filter not dt.davis.is_duplicate | sort event.start desc
           | fields event.id, display_id, event.name, status = if(event.status == \"ACTIVE\", \"OPEN\", else: \"CLOSED\"), start = toLong(event.start), event.end",
    );
    assert!(seen.len() > 10);
    assert_eq!(found["totalCount"], seen.len());
    for (problem, record) in found["problems"].as_array().unwrap().iter().zip(&seen) {
        assert_eq!(problem["status"], record["status"], "{problem}");
        let start = record["start"].as_str().unwrap().parse::<i64>().unwrap() / 1_000_000;
        assert_eq!(problem["startTime"], start);
        assert_eq!(problem["endTime"] == -1, record["event.end"].is_null());
    }
    let ids = |problems: &[Value], field: &str| {
        let mut ids: Vec<String> =
            problems.iter().map(|problem| problem[field].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(found["problems"].as_array().unwrap(), "problemId"), ids(&seen, "event.id"));
}

#[test]
fn a_problem_names_what_it_affects_and_why() {
    let environment = production();
    let open = get(
        &environment,
        "problems",
        &[("problemSelector", "status(\"open\"),managementZones(\"team: ORDERS\"),severityLevel(\"ERROR\")")],
    );
    assert_eq!(open["totalCount"], 1, "{open}");
    let problem = &open["problems"][0];
    assert_eq!(
        (&problem["status"], &problem["endTime"], &problem["impactLevel"]),
        (&json!("OPEN"), &json!(-1), &json!("INFRASTRUCTURE"))
    );
    assert_eq!(names(&problem["affectedEntities"], "name"), ["payment", "checkout"]);
    assert_eq!(problem["rootCauseEntity"]["name"], "payment");
    assert_eq!(problem["rootCauseEntity"]["entityId"]["type"], "CLOUD_APPLICATION");
    assert_eq!(names(&problem["managementZones"], "name"), ["Stage: production", "Team: orders"]);
    assert_eq!(problem["k8s.namespace.name"], json!(["webshop"]));
    assert!(
        names(&problem["entityTags"], "stringRepresentation").contains(&"[Kubernetes]team:orders".into())
    );
    assert!(problem.get("evidenceDetails").is_none());

    let id = problem["problemId"].as_str().unwrap();
    let whole = get(
        &environment,
        &format!("problems/{id}"),
        &[("fields", "+evidenceDetails,+impactAnalysis,recentComments")],
    );
    assert_eq!(whole["displayId"], problem["displayId"]);
    assert_eq!(whole["evidenceDetails"]["details"][0]["rootCauseRelevant"], true);
    assert_eq!(whole["impactAnalysis"]["impacts"], json!([]), "workloads are no impact on users");
    assert_eq!(whole["recentComments"]["totalCount"], 0);
    assert_eq!(send(&environment, "problems/-1_2V2", &[]).status, 404);
    assert_eq!(send(&environment, &format!("problems/{id}/comments"), &[]).status, 404);
}

#[test]
fn problems_are_selected_by_each_criterion() {
    let environment = production();
    let all = get(&environment, "problems", &[("from", "now-30d"), ("pageSize", "500")]);
    let incident = get(&environment, "problems", &[("problemSelector", "severityLevel(ERROR),status(open)")]);
    let incident = incident["problems"][0].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let count = |selector: String| {
        let found = get(
            &environment,
            "problems",
            &[("from", "now-30d"), ("pageSize", "500"), ("problemSelector", &selector)],
        );
        found["totalCount"].as_u64().unwrap()
    };
    let expected = |passes: &dyn Fn(&Value) -> bool| {
        all["problems"].as_array().unwrap().iter().filter(|problem| passes(problem)).count() as u64
    };
    let payment = text(&incident["rootCauseEntity"]["entityId"]["id"]);
    let zone = text(&incident["managementZones"][0]["id"]);
    assert_eq!(count(format!("displayId(\"{}\")", text(&incident["displayId"]))), 1);
    assert_eq!(count(format!("problemId(\"{}\",\"other\")", text(&incident["problemId"]))), 1);
    let affects = |problem: &Value| {
        problem["affectedEntities"]
            .as_array()
            .unwrap()
            .iter()
            .any(|entity| entity["entityId"]["id"] == payment)
    };
    for criterion in ["affectedEntities", "impactedEntities"] {
        assert_eq!(count(format!("{criterion}(\"{payment}\")")), expected(&affects));
    }
    assert_eq!(
        count(format!("rootCauseEntity(\"{payment}\")")),
        expected(&|problem| problem["rootCauseEntity"]["entityId"]["id"] == payment)
    );
    assert_eq!(count("status(\"closed\")".into()), expected(&|problem| problem["status"] == "CLOSED"));
    assert_eq!(
        count("severityLevel(\"PERFORMANCE\",\"AVAILABILITY\")".into()),
        expected(&|problem| problem["severityLevel"] == "PERFORMANCE"
            || problem["severityLevel"] == "AVAILABILITY")
    );
    let everything = expected(&|_| true);
    for criterion in [
        format!("managementZoneIds(\"{zone}\")"),
        "impactLevel(\"INFRASTRUCTURE\")".into(),
        "affectedEntityTypes(\"CLOUD_APPLICATION\")".into(),
        "underMaintenance(false)".into(),
        "problemFilterNames(\"default\")".into(),
    ] {
        assert_eq!(count(criterion.clone()), everything, "{criterion}");
    }
    assert_eq!(count("underMaintenance(true)".into()), 0);
    assert_eq!(count("entityTags(\"[Kubernetes]team:nobody\")".into()), 0);
    assert_eq!(
        count("text(\"failure RATE\")".into()),
        expected(&|problem| problem["title"].as_str().unwrap().contains("Failure rate"))
    );
    for (selector, names) in [
        ("colour(\"red\")", "colour"),
        ("status(\"open\",\"closed\")", "one value"),
        ("status(\"resolved\")", "resolved"),
        ("severityLevel()", "severityLevel"),
    ] {
        let (path, message) = refusal(&environment, "problems", &[("problemSelector", selector)]);
        assert!(path == "problemSelector" && message.contains(names), "{selector}: {message}");
    }
}

#[test]
fn problems_are_selected_by_time_and_by_what_they_affect() {
    let environment = production();
    let payment = ("entitySelector", "type(CLOUD_APPLICATION),entityName.equals(payment)");
    let open = get(&environment, "problems", &[payment, ("problemSelector", "status(open)")]);
    assert!(open["totalCount"].as_u64().unwrap() >= 2, "{open}");
    let long_ago = get(&environment, "problems", &[("from", "now-3y"), ("to", "now-2y")]);
    assert_eq!(long_ago["totalCount"], 0);
    let ascending =
        get(&environment, "problems", &[("from", "now-30d"), ("sort", "+startTime"), ("pageSize", "2")]);
    let times: Vec<i64> = ascending["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["startTime"].as_i64().unwrap())
        .collect();
    assert!(times.is_sorted());
    let key = ascending["nextPageKey"].as_str().unwrap();
    let next = get(&environment, "problems", &[("nextPageKey", key), ("fields", "+recentComments")]);
    assert!(next["problems"][0]["startTime"].as_i64().unwrap() >= times[1]);
    assert!(next["problems"][0].get("recentComments").is_some());
    assert_eq!(refusal(&environment, "problems", &[("nextPageKey", key), ("from", "now-1h")]).0, "from");
    assert_eq!(
        refusal(&environment, "problems", &[("pageSize", "11"), ("fields", "+impactAnalysis")]).0,
        "pageSize"
    );
    for (name, value) in [("fields", "+colour"), ("sort", "title"), ("entitySelector", "tag(a)"), ("to", "x")]
    {
        assert_eq!(refusal(&environment, "problems", &[(name, value)]).0, name);
    }
}

#[test]
fn a_token_without_the_scope_is_told_which_one_it_misses() {
    let environment = production();
    for (api, scope, token_scope) in [
        ("entities?entitySelector=type(SERVICE)", "environment-api:entities:read", "entities.read"),
        ("problems", "environment-api:problems:read", "problems.read"),
    ] {
        let ask = |prefix: &str, authorization: &str| {
            let request = Request::get(&format!("{prefix}{api}")).with_header("authorization", authorization);
            let response = environment.handle(&request, NOW);
            (response.status, body(&response)["error"]["details"]["missingScopes"].clone())
        };
        let platform = "/platform/classic/environment-api/v2/";
        assert_eq!(ask(platform, "Bearer dt0s16.NOSCOPES.TOKEN"), (403, json!([scope])));
        assert_eq!(ask("/api/v2/", "Api-Token dt0c01.NOSCOPES.TOKEN"), (403, json!([token_scope])));
        assert_eq!(ask("/api/v2/", &format!("Api-Token {API_TOKEN}")).0, 200);
        assert_eq!(ask(platform, "Bearer nonsense").0, 401);
        let post = Request::post(&format!("{platform}{api}"), "{}").with_bearer(PLATFORM_TOKEN);
        assert_eq!(environment.handle(&post, NOW).status, 405);
    }
}
