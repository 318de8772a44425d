//! What the generated company has set works: its guardians can be validated, its objectives evaluated, its metrics
//! forecast.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod client;

use client::{NOW, ask, body, bring, environment, get, post};
use grailstage_sandbox::Environment;
use serde_json::{Value, json};

const AUTOMATION: &str = "/platform/automation/v1";

fn workflows(environment: &Environment) -> Vec<Value> {
    body(&get(environment, &format!("{AUTOMATION}/workflows?limit=1000"), NOW))["results"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn each_guardian_has_a_workflow_whose_objectives_have_values() {
    for (name, stages) in [("production", 1), ("preproduction", 2)] {
        let environment = environment(name);
        let workflows = workflows(&environment);
        // One for each component with telemetry and stage, and one of the business.
        assert_eq!(workflows.len(), 13 * stages + usize::from(name == "production"), "{name}");
        let run = |workflow: &Value| {
            let run = format!("{AUTOMATION}/workflows/{}/run", workflow["id"].as_str().unwrap());
            let execution = body(&post(&environment, &run, &Value::Null, NOW));
            let tasks = format!("{AUTOMATION}/executions/{}/tasks", execution["id"].as_str().unwrap());
            body(&get(&environment, &tasks, NOW + 3000))["run_validation"]["result"].clone()
        };
        for workflow in &workflows {
            let result = run(workflow);
            // The only pod of inventory in development can't pull its image: there is no CPU that it could use.
            let without_pods = i32::from(result["guardian_name"] == "inventory development");
            assert_eq!(result["validation_summary"]["error"], without_pods, "{result}");
        }
        let title = |workflow: &&Value| workflow["title"].as_str().unwrap().contains("payment");
        let payment = run(workflows.iter().find(title).unwrap());
        // The incident that goes on in production is no secret to its guardian.
        let expected = if name == "production" { "fail" } else { "pass" };
        assert_eq!(payment["validation_status"], expected, "{payment}");
    }
}

#[test]
fn an_event_for_a_component_and_stage_validates_its_guardian() {
    let environment = environment("production");
    let event = json!({
        "event.type": "validation.triggered",
        "event.provider": "Backstage",
        "tag.service": "cart",
        "tag.stage": "production",
        "execution_context": {"id": "release-7"},
    });
    assert_eq!(bring(&environment, "/platform/ingest/v1/events.sdlc", &event.to_string(), NOW), 202);
    let query = "fetch events | filter event.type == \"validation\" and event.status == \"finished\" and contains(execution_context, \"release-7\") | fields dt.srg.name, validation.result";
    assert_eq!(ask(&environment, query, NOW + 2999), [] as [Value; 0]);
    let found = ask(&environment, query, NOW + 3000);
    assert_eq!(found, [json!({"dt.srg.name": "cart production", "validation.result": "pass"})]);
}

#[test]
fn the_objectives_of_the_company_have_values_and_the_incident_burns_a_budget() {
    let environment = environment("production");
    let target = "/platform/classic/environment-api/v2/slo?evaluate=true&pageSize=100";
    let slos = body(&get(&environment, target, NOW))["slo"].as_array().unwrap().clone();
    assert_eq!(slos.len(), 6);
    for slo in &slos {
        assert_eq!(slo["error"], "NONE", "{slo}");
        let value = slo["evaluatedPercentage"].as_f64().unwrap();
        assert!((90.0..=100.0).contains(&value), "{slo}");
        let burns = slo["errorBudgetBurnRate"]["burnRateType"].as_str().unwrap();
        // Payment fails, and checkout calls it.
        let suffers =
            ["payment", "checkout"].iter().any(|name| slo["name"].as_str().unwrap().starts_with(name));
        assert_eq!(burns == "FAST", suffers, "{slo}");
        let missed = slo["name"].as_str().unwrap().starts_with("catalog");
        assert_eq!(slo["status"] == "FAILURE", missed, "{slo}");
    }
}

#[test]
fn a_volume_that_fills_up_is_forecast_to_go_on() {
    let environment = environment("production");
    let input = json!({
        "timeSeriesData": "timeseries used = avg(dt.kubernetes.persistentvolumeclaim.used), by: {k8s.persistentvolumeclaim.name}, interval: 6h, from: now() - 14d | sort k8s.persistentvolumeclaim.name",
        "forecastHorizon": 28,
    });
    let execute = "/platform/davis/analyzers/v1/analyzers/dt.statistics.GenericForecastAnalyzer:execute?timeout-seconds=5";
    let result = body(&post(&environment, execute, &input, NOW))["result"].clone();
    assert_eq!(result["resultStatus"], "SUCCESSFUL");
    let capacity = 10_737_418_240.0;
    for output in result["output"].as_array().unwrap() {
        let record = &output["timeSeriesDataWithPredictions"]["records"][0];
        let points = record["dt.davis.forecast:point"].as_array().unwrap();
        let growth = (points[27].as_f64().unwrap() - points[0].as_f64().unwrap()) / capacity;
        // 1.5 % of the capacity a day over 27 steps of a quarter of a day for the one that fills up, 0.1 % for the others.
        let fills_up = record["k8s.persistentvolumeclaim.name"] == "data-kafka-0";
        let expected = if fills_up { 0.015 } else { 0.001 } * 27.0 / 4.0;
        assert!((growth - expected).abs() < 0.01, "{record}");
    }
}
