//! Guardians that templates make in the sandbox.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use std::future::{pending, ready};
use std::rc::Rc;

use futures_executor::block_on;
use grailstage_insights::Client;
use grailstage_insights::error::ErrorPayload;
use grailstage_sandbox::{Fault, FaultKind};
use grailstage_scaffold::guardian_creation::create_guardian;
use grailstage_tenant::SettingsObject;
use sandbox_host::{SandboxHost, environment};
use serde_json::{Value, json};

const SCHEMA: &str = "app:dynatrace.site.reliability.guardian:guardians";

fn client() -> (Rc<SandboxHost>, Client<SandboxHost>) {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    (host, client)
}

fn create(client: &Client<SandboxHost>, request: &Value) -> Result<Value, Box<ErrorPayload>> {
    let request = serde_json::from_value(request.clone()).unwrap();
    let bytes =
        block_on(create_guardian(client, &request, pending())).map_err(|error| Box::new(error.into()))?;
    Ok(serde_json::from_slice(&bytes).unwrap())
}

fn stored(client: &Client<SandboxHost>, name: &str) -> Vec<SettingsObject> {
    let tenant = client.environment(None).unwrap();
    let objects = block_on(tenant.settings().list(SCHEMA)).unwrap();
    objects.into_iter().filter(|object| object.value["name"] == json!(name)).collect()
}

fn payments() -> Value {
    json!({
        "name": "payments new", "technology": "web-service", "criticality": "high", "tags": { "stage": "production" },
        "workload": { "cluster": "prod-eu", "namespace": "webshop", "name": "it's \"x\" | limit 0" },
        "thresholds": { "cpu": { "warning": 50, "target": 60 } },
        "slos": [{ "name": "Availability", "reference": "func:slo.a", "target": 99 }],
    })
}

#[test]
fn a_guardian_is_created_once_and_then_unchanged_or_updated() {
    let (_, client) = client();
    let mut request = payments();
    let answer = create(&client, &request).unwrap();
    assert_eq!(answer["outcome"], json!("created"));
    let objects = stored(&client, "payments new");
    assert_eq!((objects.len(), json!(objects[0].object_id)), (1, answer["guardianId"].clone()));
    let value = &objects[0].value;
    assert_eq!((&value["eventKind"], &value["tags"]), (&json!("SDLC_EVENT"), &json!(["stage:production"])));
    let objectives = value["objectives"].as_array().unwrap();
    let named: Vec<_> =
        objectives.iter().map(|it| (it["name"].as_str().unwrap(), it["target"].as_f64().unwrap())).collect();
    assert_eq!(
        named,
        [
            ("Error rate", 1.0),
            ("Response time p95", 500.0),
            ("CPU usage", 60.0),
            ("Memory usage", 85.0),
            ("Availability", 99.0)
        ]
    );
    let query = objectives[0]["dqlQuery"].as_str().unwrap();
    assert!(query.contains(r#""it's \"x\" | limit 0""#), "{query}");
    assert_eq!(create(&client, &request).unwrap()["outcome"], json!("unchanged"));
    request["criticality"] = json!("low");
    assert_eq!(create(&client, &request).unwrap()["outcome"], json!("updated"));
    assert_eq!(stored(&client, "payments new").len(), 1);
}

#[test]
fn a_warning_that_is_left_out_is_taken_back() {
    let (_, client) = client();
    let request = |warning: Value| {
        let mut objective = json!({ "name": "a", "query": "fetch logs | summarize count()", "target": 10 });
        if !warning.is_null() {
            objective["warning"] = warning;
        }
        json!({ "name": "payments new", "objectives": [objective] })
    };
    create(&client, &request(json!(5))).unwrap();
    assert_eq!(create(&client, &request(Value::Null)).unwrap()["outcome"], json!("updated"));
    let objects = stored(&client, "payments new");
    assert_eq!((objects.len(), &objects[0].value["objectives"][0]["warning"]), (1, &Value::Null));
    assert_eq!(create(&client, &request(Value::Null)).unwrap()["outcome"], json!("unchanged"));
}

#[test]
fn a_broken_connection_leaves_one_guardian() {
    let (host, client) = client();
    // The first request looks for the guardian, the second writes it: either may break.
    for fault in [FaultKind::ConnectionReset, FaultKind::TruncatedJson] {
        host.sandbox.environment("production").unwrap().add_fault(Fault::once("settings", fault));
        drop(create(&client, &payments()));
    }
    create(&client, &payments()).unwrap();
    assert_eq!(stored(&client, "payments new").len(), 1);
}

#[test]
fn a_dry_run_and_a_cancelled_request_write_nothing() {
    let (_, client) = client();
    let mut request = payments();
    request["dryRun"] = json!(true);
    let answer = create(&client, &request).unwrap();
    assert_eq!((&answer["outcome"], &answer["guardianId"]), (&json!("created"), &Value::Null));
    let wanted = serde_json::from_value(payments()).unwrap();
    let error = block_on(create_guardian(&client, &wanted, ready(()))).unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(stored(&client, "payments new").len(), 0);
}

#[test]
fn what_cannot_be_guarded_is_refused_by_its_input() {
    let (_, client) = client();
    let objective = |name: &str, query: &str| json!({ "name": name, "query": query, "target": 1 });
    for (request, named) in [
        (json!({ "name": "x" }), "`objectives`"),
        (json!({ "name": " ", "objectives": [objective("a", "fetch logs")] }), "`name`"),
        (json!({ "name": "x", "technology": "worker" }), "`workload`"),
        (json!({ "name": "x", "objectives": [objective("a", "fetch logs | fliter b")] }), "fliter"),
        (
            json!({ "name": "x", "objectives": [objective("a", "fetch logs"), objective("a", "fetch logs")] }),
            "twice",
        ),
        (json!({ "name": "x", "thresholds": { "cpu": { "warning": 1, "target": 2 } } }), "`thresholds`"),
        (
            json!({
                "name": "x", "technology": "worker", "workload": { "cluster": "a", "namespace": "b", "name": "c" },
                "thresholds": { "response-time": { "warning": 1, "target": 2 } },
            }),
            "`response-time`",
        ),
    ] {
        let error = create(&client, &request).unwrap_err();
        assert_eq!(error.code, "invalid-input");
        assert!(error.message.contains(named), "{}", error.message);
    }
}
