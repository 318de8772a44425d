//! Validations of guardians over records that the test writes, with numbers worked by hand.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod client;

use client::{NOW, ask, body, bring, environment, get, post};
use grailstage_sandbox::Environment;
use serde_json::{Value, json};

const SETTINGS: &str = "/platform/classic/environment-api/v2/settings/objects";
const AUTOMATION: &str = "/platform/automation/v1";
/// An execution that starts at `NOW` has ended by then.
const LATER: i64 = NOW + 3000;

/// Ten logs of the shop ten minutes ago, three of them errors, and one error of it three hours ago.
fn with_logs(environment: &Environment) {
    let log = |level: &str, minutes: i64| {
        let time = format!("2026-11-21T{:02}:{:02}:00Z", (600 - minutes) / 60, (600 - minutes) % 60);
        json!({"content": "x", "loglevel": level, "app": "shop", "timestamp": time})
    };
    let mut logs: Vec<Value> =
        (0..10).map(|index| log(if index < 3 { "ERROR" } else { "INFO" }, 10)).collect();
    logs.push(log("ERROR", 180));
    assert_eq!(bring(environment, "/api/v2/logs/ingest", &json!(logs).to_string(), NOW), 204);
}

/// The share of errors in percent: 30 in the last half hour.
const RATE: &str =
    "fetch logs | filter app == \"shop\" | summarize rate = 100.0 * countIf(loglevel == \"ERROR\") / count()";

fn objective(name: &str, query: &str, operator: &str, target: Value, warning: Value) -> Value {
    json!({
        "name": name,
        "objectiveType": "DQL",
        "dqlQuery": query,
        "comparisonOperator": operator,
        "target": target,
        "warning": warning,
        "segments": [],
        "links": [],
    })
}

fn guardian(kind: &str, objectives: Value) -> Value {
    json!({
        "name": "shop staging",
        "tags": ["service:shop", "stage:staging"],
        "variables": [{"name": "app", "definition": "shop"}],
        "eventKind": kind,
        "objectives": objectives,
    })
}

/// Makes a settings object and answers its id.
fn define(environment: &Environment, schema: &str, value: &Value) -> String {
    let objects = json!([{"schemaId": schema, "scope": "environment", "value": value}]);
    let written = post(environment, SETTINGS, &objects, NOW);
    assert_eq!(written.status, 200, "{}", String::from_utf8_lossy(&written.body));
    body(&written)[0]["objectId"].as_str().unwrap().to_owned()
}

fn define_guardian(environment: &Environment, value: &Value) -> String {
    define(environment, "app:dynatrace.site.reliability.guardian:guardians", value)
}

/// The id of the workflow of the guardian `shop staging`.
fn workflow(environment: &Environment) -> String {
    let found = body(&get(environment, &format!("{AUTOMATION}/workflows?search=shop%20staging"), NOW));
    assert_eq!(found["count"], 1);
    found["results"][0]["id"].as_str().unwrap().to_owned()
}

/// Runs the workflow of the guardian `shop staging` and answers the result of its task.
fn validate(environment: &Environment, params: &Value) -> Value {
    let run = format!("{AUTOMATION}/workflows/{}/run", workflow(environment));
    let started = post(environment, &run, &json!({"params": params}), NOW);
    assert_eq!(started.status, 201, "{}", String::from_utf8_lossy(&started.body));
    let id = body(&started)["id"].as_str().unwrap().to_owned();
    let result = format!("{AUTOMATION}/executions/{id}/tasks/run_validation/result");
    body(&get(environment, &result, LATER))
}

/// The objectives that the validation's events hold.
fn objectives(environment: &Environment, result: &Value) -> Vec<Value> {
    let id = result["validation_id"].as_str().unwrap();
    let query = format!(
        "fetch events | filter task.id == \"{id}\" and event.type == \"validation.objective\" | fields dt.srg.objective"
    );
    let parse = |record: &Value| serde_json::from_str(record["dt.srg.objective"].as_str().unwrap()).unwrap();
    ask(environment, &query, LATER + 1).iter().map(parse).collect()
}

#[test]
fn an_objective_has_the_verdict_of_its_thresholds() {
    let environment = environment("preproduction");
    with_logs(&environment);
    let (less, greater) = ("LESS_THAN_OR_EQUAL", "GREATER_THAN_OR_EQUAL");
    // The value is 30.
    let cases = [
        (less, json!(40), json!(35), "pass"),
        (less, json!(30), json!(30), "pass"),
        (less, json!(40), json!(29.9), "warning"),
        (less, json!(29), json!(20), "fail"),
        (less, json!(29), Value::Null, "fail"),
        (less, Value::Null, json!(29), "warning"),
        (less, Value::Null, json!(31), "pass"),
        (greater, json!(20), json!(25), "pass"),
        (greater, json!(20), json!(31), "warning"),
        (greater, json!(31), json!(40), "fail"),
        (greater, Value::Null, Value::Null, "info"),
    ];
    let of_case = |(index, (operator, target, warning, _)): (usize, &(&str, Value, Value, &str))| {
        objective(&format!("case {index}"), RATE, operator, target.clone(), warning.clone())
    };
    let all: Vec<Value> = cases.iter().enumerate().map(of_case).collect();
    define_guardian(&environment, &guardian("SDLC_EVENT", json!(all)));
    let result = validate(&environment, &json!({}));
    let found = objectives(&environment, &result);
    assert_eq!(found.len(), cases.len());
    for (found, (operator, target, warning, verdict)) in found.iter().zip(cases) {
        assert_eq!(
            (&found["value"], &found["status"]),
            (&json!(30.0), &json!(verdict)),
            "{operator} {target} {warning}"
        );
    }
}

#[test]
fn the_worst_objective_decides_and_all_are_counted() {
    let environment = environment("preproduction");
    with_logs(&environment);
    let at_most = |name: &str, target: i64, warning: i64| {
        objective(name, RATE, "LESS_THAN_OR_EQUAL", json!(target), json!(warning))
    };
    let all = json!([
        at_most("passes", 40, 35),
        at_most("also passes", 50, 45),
        at_most("warns", 40, 20),
        objective("informs", RATE, "LESS_THAN_OR_EQUAL", Value::Null, Value::Null),
        at_most("fails", 20, 10),
    ]);
    define_guardian(&environment, &guardian("SDLC_EVENT", all));
    let result = validate(&environment, &json!({}));
    assert_eq!(result["validation_status"], "fail");
    assert_eq!(
        result["validation_summary"],
        json!({"pass": 2, "warning": 1, "fail": 1, "error": 0, "info": 1})
    );
    let statuses: Vec<Value> = objectives(&environment, &result)
        .iter()
        .map(|found| json!([found["name"], found["status"]]))
        .collect();
    let expected = json!([
        ["passes", "pass"],
        ["also passes", "pass"],
        ["warns", "warning"],
        ["informs", "info"],
        ["fails", "fail"],
    ]);
    assert_eq!(json!(statuses), expected);
}

#[test]
fn an_objective_without_a_value_is_an_error_that_names_its_reason() {
    let environment = environment("preproduction");
    let with = |name: &str, query: &str, more: Value| {
        let mut made = objective(name, query, "LESS_THAN_OR_EQUAL", json!(1), json!(1));
        made.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        made
    };
    let nothing = json!({});
    let all = json!([
        with("syntax", "fetch logs | limt 1", nothing.clone()),
        with("no record", "fetch logs | filter app == \"no such\" | fields content", nothing.clone()),
        with("no number", "data record(a = \"text\")", nothing.clone()),
        with("variable", "fetch logs | filter app == $other", nothing.clone()),
        with("adaptive", RATE, json!({"autoAdaptiveThresholdEnabled": true})),
        with("segments", RATE, json!({"segments": [{"id": "s", "variables": []}]})),
        with(
            "slo",
            RATE,
            json!({"objectiveType": "REFERENCE_SLO", "dqlQuery": null, "referenceSlo": "func:slo.none"})
        ),
    ]);
    define_guardian(&environment, &guardian("SDLC_EVENT", all));
    let result = validate(&environment, &json!({}));
    assert_eq!(result["validation_status"], "error");
    assert_eq!(result["validation_summary"]["error"], 7);
    let found = objectives(&environment, &result);
    let expected = [
        "the query failed: there's no command `limt`",
        "the query returned no number",
        "the query returned no number",
        "the variable `$other` is not defined by the guardian",
        "auto-adaptive thresholds are not supported by the sandbox; set a target or a warning instead",
        "segments of an objective are not supported by the sandbox; filter in its query instead",
        "there is no SLO `func:slo.none`",
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!((&found["status"], &found["error"]), (&json!("error"), &json!(expected)));
        assert!(found.get("value").is_none());
    }
    assert_eq!(found.len(), expected.len());
}

#[test]
fn the_timeframe_of_the_request_is_that_of_the_queries() {
    let environment = environment("preproduction");
    with_logs(&environment);
    let count = "fetch logs | filter app == \"shop\" | summarize count()";
    let objective = objective("Logs", count, "LESS_THAN_OR_EQUAL", json!(1000), Value::Null);
    define_guardian(&environment, &guardian("SDLC_EVENT", json!([objective])));
    for (params, value) in [
        (json!({}), 10.0),
        (json!({"timeframe.from": "now-4h", "timeframe.to": "now"}), 11.0),
        (
            json!({"event": {"timeframe.from": "2026-11-21T06:30:00Z", "timeframe.to": "2026-11-21T08:00:00Z"}}),
            1.0,
        ),
        (json!({"timeframe.from": "now-5m"}), 0.0),
    ] {
        let result = validate(&environment, &params);
        assert_eq!(objectives(&environment, &result)[0]["value"], value, "{params}");
    }
}

#[test]
fn variables_stand_in_queries() {
    let environment = environment("preproduction");
    with_logs(&environment);
    let count = "fetch logs | filter app == $app | summarize count()";
    let objective = objective("Logs", count, "LESS_THAN_OR_EQUAL", json!(10), Value::Null);
    define_guardian(&environment, &guardian("SDLC_EVENT", json!([objective])));
    let result = validate(&environment, &json!({}));
    assert_eq!(result["validation_status"], "pass");
    assert_eq!(objectives(&environment, &result)[0]["value"], 10.0);
}

#[test]
fn an_slo_is_evaluated_over_the_timeframe_of_the_validation() {
    let environment = environment("preproduction");
    let lines = [
        format!("my.requests.count 200 {}", NOW - 600_000),
        format!("my.failures.count 5 {}", NOW - 600_000),
        format!("my.requests.count 800 {}", NOW - 7_200_000),
        format!("my.failures.count 0 {}", NOW - 7_200_000),
    ];
    assert_eq!(bring(&environment, "/api/v2/metrics/ingest", &lines.join("\n"), NOW), 202);
    let slo = json!({
        "enabled": true,
        "name": "Shop works",
        "metricName": "shop_works",
        "metricExpression": "100 - 100 * (my.failures.count:splitBy()) / (my.requests.count:splitBy())",
        "evaluationType": "AGGREGATE",
        "filter": "",
        "evaluationWindow": "-1w",
        "targetSuccess": 99.0,
        "targetWarning": 99.5,
        "errorBudgetBurnRate": {"burnRateVisualizationEnabled": false},
    });
    define(&environment, "builtin:monitoring.slo", &slo);
    let objective = json!({
        "name": "Works",
        "objectiveType": "REFERENCE_SLO",
        "referenceSlo": "func:slo.shop_works",
        "comparisonOperator": "GREATER_THAN_OR_EQUAL",
        "target": 97.0,
        "warning": 98.0,
        "segments": [],
        "links": [],
    });
    define_guardian(&environment, &guardian("SDLC_EVENT", json!([objective])));
    // 5 of 200 in the last half hour, 5 of 1000 in the last three hours.
    let short = validate(&environment, &json!({}));
    assert_eq!(objectives(&environment, &short)[0]["value"], 97.5);
    assert_eq!(short["validation_status"], "warning");
    let long = validate(&environment, &json!({"timeframe.from": "now-3h"}));
    assert_eq!(objectives(&environment, &long)[0]["value"], 99.5);
    assert_eq!(long["validation_status"], "pass");
}

#[test]
fn a_lifecycle_validation_writes_the_events_of_the_data_set() {
    let environment = environment("production");
    with_logs(&environment);
    let objective = objective("Errors", RATE, "LESS_THAN_OR_EQUAL", json!(40), json!(35));
    let id = define_guardian(&environment, &guardian("SDLC_EVENT", json!([objective])));
    let context = json!({"id": "run-1", "version": "1.2.3"});
    let result = validate(&environment, &json!({"event": {"execution_context": context}}));
    assert_eq!(result["execution_context"], context.to_string());
    let validation = result["validation_id"].as_str().unwrap();
    let query = "fetch events, from: -30d | filter event.kind == \"SDLC_EVENT\" and event.provider == \"dynatrace.site.reliability.guardian\"";
    let all = ask(&environment, query, LATER + 1);
    let (mine, generated): (Vec<Value>, Vec<Value>) =
        all.into_iter().partition(|event| event["task.id"] == validation);
    let described: Vec<(&Value, &Value)> =
        mine.iter().map(|event| (&event["event.type"], &event["event.status"])).collect();
    assert_eq!(
        json!(described),
        json!([["validation", "started"], ["validation.objective", "finished"], ["validation", "finished"]])
    );
    for event in &mine {
        assert_eq!(event["dt.srg.id"], id.as_str());
        assert_eq!(event["dt.srg.name"], "shop staging");
        assert_eq!(event["dt.srg.tags"], r#"{"service":["shop"],"stage":["staging"]}"#);
        assert_eq!(event["execution_context"], context.to_string());
        assert_eq!(event["event.category"], "task");
        // What a pipeline adds to the generated ones is not the guardian's.
        let like =
            |other: &&Value| ["event.type", "event.status"].iter().all(|field| other[field] == event[field]);
        let model = generated.iter().find(like).unwrap();
        for (name, value) in model.as_object().unwrap() {
            let foreign = ["cicd.", "vcs.", "artifact."].iter().any(|prefix| name.starts_with(prefix));
            assert!(foreign || value.is_null() || !event[name].is_null(), "{name} is missing");
        }
    }
    let last = &mine[2];
    assert_eq!(last["validation.result"], "pass");
    assert_eq!(last["dt.srg.validation.summary"], r#"{"pass":1,"warning":0,"fail":0,"error":0,"info":0}"#);
    assert_eq!(last["start_time"], "2026-11-21T09:30:00.000000000Z");
    assert_eq!(last["end_time"], "2026-11-21T10:00:00.000000000Z");
}

#[test]
fn a_business_validation_writes_business_events() {
    let environment = environment("production");
    with_logs(&environment);
    let objective = objective("Errors", RATE, "LESS_THAN_OR_EQUAL", json!(29), Value::Null);
    let mut value = guardian("BIZ_EVENT", json!([objective]));
    value["tags"] = json!(["critical:yes", "critical:very"]);
    let id = define_guardian(&environment, &value);
    let result = validate(&environment, &json!({}));
    assert_eq!(result["guardian_tags"], value["tags"]);
    let validation = result["validation_id"].as_str().unwrap();
    let query = format!("fetch bizevents | filter validation.id == \"{validation}\"");
    let found = ask(&environment, &query, LATER + 1);
    let types: Vec<&Value> = found.iter().map(|event| &event["event.type"]).collect();
    let expected =
        ["guardian.validation.started", "guardian.validation.objective", "guardian.validation.finished"];
    assert_eq!(json!(types), json!(expected));
    for event in &found {
        assert_eq!(event["event.kind"], "BIZ_EVENT");
        assert_eq!(event["guardian.id"], id.as_str());
        assert_eq!(event["guardian.tags"], r#"{"critical":["yes","very"]}"#);
        assert_eq!(event["execution_context"], "{}");
    }
    let objective: Value = serde_json::from_str(found[1]["guardian.objective"].as_str().unwrap()).unwrap();
    assert_eq!((&objective["value"], &objective["status"]), (&json!(30.0), &json!("fail")));
    assert_eq!(found[2]["validation.status"], "fail");
    assert_eq!(found[2]["validation.summary"], r#"{"pass":0,"warning":0,"fail":1,"error":0,"info":0}"#);
    assert_eq!(found[2]["validation.from"], "2026-11-21T09:30:00.000000000Z");
}
