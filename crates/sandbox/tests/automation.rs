//! Workflows that validate guardians: runs, triggers by event, executions over time.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod client;

use client::{NO_SCOPES, NOW, ask, body, bring, environment, get, post, post_as};
use grailstage_sandbox::{Environment, Fault, FaultKind, Request, Response};
use serde_json::{Value, json};

const SETTINGS: &str = "/platform/classic/environment-api/v2/settings/objects";
const AUTOMATION: &str = "/platform/automation/v1";
const BIZEVENTS: &str = "/api/v2/bizevents/ingest";
const SDLC: &str = "/platform/ingest/v1/events.sdlc";

/// A guardian that always passes; answers the id of its workflow.
fn with_guardian(environment: &Environment, name: &str, kind: &str, tags: &[&str]) -> String {
    let value = json!({
        "name": name,
        "tags": tags,
        "variables": [],
        "eventKind": kind,
        "objectives": [{
            "name": "Answer",
            "objectiveType": "DQL",
            "dqlQuery": "data record(answer = 42)",
            "comparisonOperator": "LESS_THAN_OR_EQUAL",
            "target": 42,
            "segments": [],
            "links": [],
        }],
    });
    let schema = "app:dynatrace.site.reliability.guardian:guardians";
    let objects = json!([{"schemaId": schema, "scope": "environment", "value": value}]);
    let written = post(environment, SETTINGS, &objects, NOW);
    assert_eq!(written.status, 200, "{}", String::from_utf8_lossy(&written.body));
    let search = format!("{AUTOMATION}/workflows?search={}", name.replace(' ', "%20"));
    let found = body(&get(environment, &search, NOW));
    found["results"][0]["id"].as_str().unwrap().to_owned()
}

fn run(environment: &Environment, workflow: &str, request: &Value, now: i64) -> Response {
    post(environment, &format!("{AUTOMATION}/workflows/{workflow}/run"), request, now)
}

fn started(environment: &Environment, workflow: &str) -> String {
    let response = run(environment, workflow, &Value::Null, NOW);
    assert_eq!(response.status, 201, "{}", String::from_utf8_lossy(&response.body));
    body(&response)["id"].as_str().unwrap().to_owned()
}

fn execution(environment: &Environment, id: &str, now: i64) -> Value {
    let response = get(environment, &format!("{AUTOMATION}/executions/{id}"), now);
    assert_eq!(response.status, 200);
    body(&response)
}

fn executions(environment: &Environment, parameters: &str, now: i64) -> Value {
    body(&get(environment, &format!("{AUTOMATION}/executions?{parameters}"), now))
}

/// The types of the events of an execution.
fn events(environment: &Environment, execution: &str, now: i64) -> Vec<String> {
    let query = format!(
        "fetch bizevents | filter dt.automation_engine.workflow_execution.id == \"{execution}\" | fields event.type"
    );
    let text = |record: &Value| record["event.type"].as_str().unwrap().to_owned();
    ask(environment, &query, now).iter().map(text).collect()
}

const STARTED: &str = "guardian.validation.started";
const ALL: [&str; 3] = [STARTED, "guardian.validation.objective", "guardian.validation.finished"];

#[test]
fn an_execution_runs_for_a_time_and_then_its_events_are_there() {
    let environment = environment("preproduction");
    let workflow = with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]);
    let response = run(&environment, &workflow, &json!({"params": {"x": 1}, "input": {"y": 2}}), NOW);
    assert_eq!(response.status, 201);
    let created = body(&response);
    assert_eq!((&created["state"], &created["workflow"]), (&json!("RUNNING"), &json!(workflow)));
    assert_eq!(
        (&created["startedAt"], &created["endedAt"]),
        (&json!("2026-11-21T10:00:00.000Z"), &Value::Null)
    );
    assert_eq!((&created["params"], &created["input"]), (&json!({"x": 1}), &json!({"y": 2})));
    assert_eq!(created["triggerType"], "Manual");
    let id = created["id"].as_str().unwrap();
    let tasks = format!("{AUTOMATION}/executions/{id}/tasks");
    let task = |now: i64| body(&get(&environment, &tasks, now))["run_validation"].clone();
    assert_eq!(execution(&environment, id, NOW + 2999)["state"], "RUNNING");
    assert_eq!((&task(NOW + 2999)["state"], &task(NOW + 2999)["result"]), (&json!("RUNNING"), &Value::Null));
    assert_eq!(body(&get(&environment, &format!("{tasks}/run_validation/result"), NOW + 2999)), Value::Null);
    assert_eq!(events(&environment, id, NOW), [STARTED]);
    assert_eq!(events(&environment, id, NOW + 2999), [STARTED]);
    let ended = execution(&environment, id, NOW + 3000);
    assert_eq!((&ended["state"], &ended["runtime"]), (&json!("SUCCESS"), &json!(3)));
    assert_eq!(ended["endedAt"], "2026-11-21T10:00:03.000Z");
    assert_eq!(events(&environment, id, NOW + 3000), ALL);
    assert_eq!(events(&environment, id, NOW + 9000), ALL);
    let done = task(NOW + 3000);
    assert_eq!(
        (&done["state"], &done["execution"], &done["name"]),
        (&json!("SUCCESS"), &json!(id), &json!("run_validation"))
    );
    assert_eq!(done["result"]["validation_status"], "pass");
    let one = |part: &str| body(&get(&environment, &format!("{tasks}/run_validation{part}"), NOW + 3000));
    assert_eq!(one(""), done);
    assert_eq!(one("/result"), done["result"]);
    assert_eq!(one("/input")["objectId"], done["result"]["guardian_id"]);
    assert_eq!(one("/log"), "The validation is finished: pass\n");
    let actions = body(&get(&environment, &format!("{AUTOMATION}/executions/{id}/actions"), NOW + 3000));
    let action = format!("{AUTOMATION}/action-executions/{}", actions[0].as_str().unwrap());
    let action = body(&get(&environment, &action, NOW + 3000));
    assert_eq!((&action["state"], &action["result"]), (&json!("SUCCESS"), &done["result"]));
    let list = body(&get(&environment, &format!("{AUTOMATION}/workflows/{workflow}"), NOW + 3000));
    assert_eq!(list["lastExecution"]["state"], "SUCCESS");
}

#[test]
fn events_stay_when_the_data_set_is_made_anew() {
    let environment = environment("preproduction");
    let id = started(&environment, &with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]));
    assert_eq!(events(&environment, &id, NOW + 120_000), ALL);
    assert_eq!(events(&environment, &id, NOW + 240_000), ALL);
}

#[test]
fn a_bizevent_starts_the_validations_of_the_guardians_it_names() {
    let environment = environment("preproduction");
    let mine = with_guardian(&environment, "mine", "BIZ_EVENT", &["service:shop", "stage:staging"]);
    with_guardian(&environment, "other stage", "BIZ_EVENT", &["service:shop", "stage:production"]);
    with_guardian(&environment, "other kind", "SDLC_EVENT", &["service:shop"]);
    let event = |event_type: &str| {
        json!({
            "event.type": event_type,
            "event.provider": "Backstage",
            "tag.service": "shop",
            "tag.stage": "staging",
            "timeframe.from": "now-12m",
            "timeframe.to": "now-2m",
            "execution_context": {"id": "c-1"},
        })
        .to_string()
    };
    assert_eq!(bring(&environment, BIZEVENTS, &event("some.other.event"), NOW), 202);
    assert_eq!(executions(&environment, "", NOW)["count"], 0);
    assert_eq!(bring(&environment, BIZEVENTS, &event("guardian.validation.triggered"), NOW), 202);
    let found = executions(&environment, "", NOW);
    assert_eq!(found["count"], 1);
    let execution = &found["results"][0];
    assert_eq!((&execution["workflow"], &execution["triggerType"]), (&json!(mine), &json!("Event")));
    assert_eq!(execution["params"]["event"]["tag.service"], "shop");
    let query = "fetch bizevents | filter event.type == \"guardian.validation.finished\" | filter contains(execution_context, \"c-1\")";
    let finished = ask(&environment, query, NOW + 3000);
    assert_eq!(finished.len(), 1);
    assert_eq!(finished[0]["validation.status"], "pass");
    assert_eq!(finished[0]["validation.from"], "2026-11-21T09:48:00.000000000Z");
    assert_eq!(finished[0]["validation.to"], "2026-11-21T09:58:00.000000000Z");
    assert_eq!(finished[0]["dt.automation_engine.workflow_execution.trigger.type"], "Event");
}

#[test]
fn a_lifecycle_event_starts_the_validations_of_lifecycle_guardians() {
    let environment = environment("preproduction");
    let mine = with_guardian(&environment, "mine", "SDLC_EVENT", &["service:shop"]);
    with_guardian(&environment, "other", "BIZ_EVENT", &["service:shop"]);
    let event = json!({"event.type": "validation.triggered", "event.provider": "ci", "tag.service": "shop"});
    assert_eq!(bring(&environment, SDLC, &event.to_string(), NOW), 202);
    let found = executions(&environment, "", NOW);
    assert_eq!((&found["count"], &found["results"][0]["workflow"]), (&json!(1), &json!(mine)));
    let query = "fetch events | filter event.type == \"validation\" and dt.srg.name == \"mine\" | fields event.status, validation.result";
    let finished = json!({"event.status": "finished", "validation.result": "pass"});
    assert_eq!(ask(&environment, query, NOW + 3000)[1], finished);
}

#[test]
fn a_workflow_says_what_starts_it() {
    let environment = environment("preproduction");
    let id = with_guardian(&environment, "mine", "SDLC_EVENT", &["service:shop", "with blank:x"]);
    let workflow = body(&get(&environment, &format!("{AUTOMATION}/workflows/{id}"), NOW));
    let trigger = &workflow["trigger"]["eventTrigger"];
    let words: Vec<&str> = trigger["filterQuery"].as_str().unwrap().split_whitespace().collect();
    assert_eq!(
        words.join(" "),
        "event.type == \"validation.triggered\" and event.kind == \"SDLC_EVENT\" and tag.service == \"shop\" and `tag.with blank` == \"x\""
    );
    assert_eq!(trigger["triggerConfiguration"]["value"]["eventType"], "events");
    let task = &workflow["tasks"]["run_validation"];
    assert_eq!(task["action"], "dynatrace.site.reliability.guardian:validate-guardian-action");
    assert_eq!((&workflow["title"], &workflow["lastExecution"]), (&json!("Validate mine"), &Value::Null));
}

#[test]
fn an_execution_can_be_cancelled_while_it_runs() {
    let environment = environment("preproduction");
    let workflow = with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]);
    let first = started(&environment, &workflow);
    let cancel = |path: &str, now: i64| {
        post(&environment, &format!("{AUTOMATION}/executions/{path}/cancel"), &Value::Null, now).status
    };
    assert_eq!(cancel(&first, NOW + 1000), 204);
    let cancelled = execution(&environment, &first, NOW + 9000);
    assert_eq!(
        (&cancelled["state"], &cancelled["endedAt"]),
        (&json!("CANCELLED"), &json!("2026-11-21T10:00:01.000Z"))
    );
    assert_eq!(events(&environment, &first, NOW + 9000), [STARTED]);
    assert_eq!(cancel(&first, NOW + 9000), 400);
    let second = started(&environment, &workflow);
    assert_eq!(cancel(&format!("{second}/tasks/run_validation"), NOW), 200);
    assert_eq!(execution(&environment, &second, NOW)["state"], "CANCELLED");
    assert_eq!(cancel("unknown", NOW), 404);
    assert_eq!(cancel(&format!("{second}/tasks/unknown"), NOW), 404);
}

#[test]
fn an_execution_is_slow_endless_or_broken_on_demand() {
    let environment = environment("preproduction");
    let workflow = with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]);
    environment.add_fault(Fault::once("run", FaultKind::SlowQuery { millis: 60_000 }));
    let slow = started(&environment, &workflow);
    assert_eq!(execution(&environment, &slow, NOW + 59_999)["state"], "RUNNING");
    assert_eq!(execution(&environment, &slow, NOW + 60_000)["state"], "SUCCESS");
    environment.add_fault(Fault::once("run", FaultKind::NeverEnds));
    let event = json!({"event.type": "guardian.validation.triggered", "tag.a": "b"});
    assert_eq!(bring(&environment, BIZEVENTS, &event.to_string(), NOW), 202);
    let endless = executions(&environment, "state=RUNNING", NOW + 86_400_000);
    assert_eq!((&endless["count"], &endless["results"][0]["triggerType"]), (&json!(1), &json!("Event")));
    environment.add_fault(Fault::once("run", FaultKind::Failed));
    let broken = started(&environment, &workflow);
    let ended = execution(&environment, &broken, NOW + 3000);
    assert_eq!((&ended["state"], &ended["stateInfo"]), (&json!("ERROR"), &json!("The action failed.")));
    assert_eq!(events(&environment, &broken, NOW + 3000), [STARTED]);
    environment.set_execution_time(Some(0));
    let at_once = started(&environment, &workflow);
    assert_eq!(execution(&environment, &at_once, NOW)["state"], "SUCCESS");
    assert_eq!(events(&environment, &at_once, NOW), ALL);
    environment.reset();
    let usual = started(&environment, &with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]));
    assert_eq!(execution(&environment, &usual, NOW + 2999)["state"], "RUNNING");
}

#[test]
fn a_timeframe_that_is_none_is_an_error_of_the_execution() {
    let environment = environment("preproduction");
    let workflow = with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]);
    for (params, said) in [
        (json!({"timeframe.from": "soon"}), "`timeframe.from` is no point in time: soon"),
        (
            json!({"timeframe.from": "now", "timeframe.to": "now-1h"}),
            "`timeframe.from` has to be before `timeframe.to`",
        ),
    ] {
        let response = run(&environment, &workflow, &json!({"params": params}), NOW);
        let id = body(&response)["id"].as_str().unwrap().to_owned();
        let ended = execution(&environment, &id, NOW + 3000);
        assert_eq!((&ended["state"], &ended["stateInfo"]), (&json!("ERROR"), &json!(said)));
        assert_eq!(events(&environment, &id, NOW + 3000), [] as [&str; 0]);
    }
}

#[test]
fn a_qualifier_starts_one_execution() {
    let environment = environment("preproduction");
    let workflow = with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]);
    let again = json!({"uniqueQualifier": "build-1"});
    let first = run(&environment, &workflow, &again, NOW);
    let second = run(&environment, &workflow, &again, NOW + 10_000);
    assert_eq!((first.status, second.status), (201, 202));
    assert_eq!(body(&first)["id"], body(&second)["id"]);
    assert_eq!(body(&second)["state"], "SUCCESS");
    assert_eq!(run(&environment, &workflow, &json!({"uniqueQualifier": "build-2"}), NOW).status, 201);
}

#[test]
fn lists_have_filters_and_pages() {
    let environment = environment("preproduction");
    let one = with_guardian(&environment, "mine one", "BIZ_EVENT", &["a:b"]);
    let two = with_guardian(&environment, "mine two", "BIZ_EVENT", &["a:c"]);
    started(&environment, &one);
    started(&environment, &two);
    let last = started(&environment, &one);
    let count = |parameters: &str, now: i64| executions(&environment, parameters, now)["count"].clone();
    assert_eq!(count(&format!("workflow={one}"), NOW), 2);
    assert_eq!(count(&format!("workflow={one},{two}&state=RUNNING"), NOW), 3);
    assert_eq!(count("state=SUCCESS,ERROR", NOW), 0);
    assert_eq!(count("state=SUCCESS,ERROR", NOW + 3000), 3);
    let page = executions(&environment, "limit=1", NOW);
    assert_eq!((&page["count"], &page["results"][0]["id"]), (&json!(3), &json!(last)));
    assert_eq!(executions(&environment, "limit=5&offset=2", NOW)["results"].as_array().unwrap().len(), 1);
    let found = body(&get(&environment, &format!("{AUTOMATION}/workflows?search=MINE&limit=1"), NOW));
    assert_eq!((&found["count"], found["results"].as_array().unwrap().len()), (&json!(2), 1));
}

#[test]
fn what_is_not_there_or_not_right_is_refused() {
    let environment = environment("preproduction");
    let workflow = with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]);
    let id = started(&environment, &workflow);
    for path in [
        "workflows/unknown",
        "executions/unknown",
        "executions/unknown/tasks",
        &format!("executions/{id}/tasks/unknown"),
        "action-executions/unknown",
        "nothing",
    ] {
        let response = get(&environment, &format!("{AUTOMATION}/{path}"), NOW);
        assert_eq!((response.status, &body(&response)["error"]["code"]), (404, &json!(404)), "{path}");
    }
    assert_eq!(run(&environment, "unknown", &Value::Null, NOW).status, 404);
    assert_eq!(run(&environment, &workflow, &json!([1]), NOW).status, 400);
    assert_eq!(run(&environment, &workflow, &json!({"params": 1}), NOW).status, 400);
    assert_eq!(post(&environment, &format!("{AUTOMATION}/workflows"), &json!({}), NOW).status, 405);
}

#[test]
fn scopes_are_enforced() {
    let environment = environment("preproduction");
    let workflow = with_guardian(&environment, "mine", "BIZ_EVENT", &["a:b"]);
    let missing = |response: &Response| {
        assert_eq!(response.status, 403);
        body(response)["error"]["details"]["missingScopes"].clone()
    };
    let list = Request::get(&format!("{AUTOMATION}/workflows")).with_bearer(NO_SCOPES);
    assert_eq!(missing(&environment.handle(&list, NOW)), json!(["automation:workflows:read"]));
    let run = format!("{AUTOMATION}/workflows/{workflow}/run");
    for token in [NO_SCOPES, "dt0s16.READONLY.TOKEN"] {
        let refused = post_as(&environment, token, &run, &Value::Null, NOW);
        assert_eq!(missing(&refused), json!(["automation:workflows:run"]));
    }
    let cancel = format!("{AUTOMATION}/executions/x/cancel");
    let refused = post_as(&environment, "dt0s16.READONLY.TOKEN", &cancel, &Value::Null, NOW);
    assert_eq!(missing(&refused), json!(["automation:workflows:run"]));
    assert_eq!(environment.counters()["run"].calls, 2);
}
