//! What the segments of an environment leave of an answer.

use std::sync::Arc;

use grailstage_sandbox::{Environment, PLATFORM_TOKEN, Request};
use grailstage_tenant::{DqlRequest, TenantError};
use serde_json::{Value, json};

use crate::sandbox_world::{sandbox_of, tenant_of, world_of};
use crate::world::START;

fn logs() -> Value {
    let record = |namespace: &str, workload: &str| json!({"timestamp": "2026-11-21T09:30:00Z", "k8s.namespace.name": namespace, "k8s.workload.name": workload});
    json!({ "logs": [record("shop", "cart"), record("shop", "checkout"), record("payment", "cart")] })
}

/// A segment whose one include is a statement about all data.
fn make(environment: &Environment, key: &str, value: &str) -> String {
    let filter = json!({"type": "Group", "logicalOperator": "AND", "explicit": false, "children": [{
        "type": "Statement",
        "key": {"type": "Key", "textValue": key, "value": key},
        "operator": {"type": "ComparisonOperator", "textValue": "=", "value": "="},
        "value": {"type": "String", "textValue": format!("\"{value}\""), "value": value, "isEscaped": true},
    }]});
    let segment = json!({"name": key, "isPublic": true,
        "includes": [{"dataObject": "_all_data_object", "filter": filter.to_string()}]});
    let path = "/platform/storage/filter-segments/v1/filter-segments";
    let request = Request::post(path, segment.to_string()).with_bearer(PLATFORM_TOKEN);
    let answer = environment.handle(&request, i64::try_from(START).unwrap());
    let made: Value = serde_json::from_slice(&answer.body).unwrap();
    made["uid"].as_str().unwrap().to_owned()
}

fn count(environment: &Arc<Environment>, segments: &Value) -> Result<Value, TenantError> {
    let world = crate::sandbox_world::world_without_reset(environment);
    let tenant = tenant_of(&world, &json!({ "filterSegments": segments }));
    let request = DqlRequest::new("fetch logs | summarize found = count()");
    let result = world.block_on(tenant.run(&request, std::future::pending()))?;
    Ok(result.rows::<Value>().unwrap()[0]["found"].clone())
}

#[test]
fn every_query_is_limited_to_what_the_segments_of_the_environment_have_in_common() {
    let sandbox = sandbox_of(&logs());
    let environment = sandbox.environment("production").unwrap();
    drop(world_of(environment, &[]));
    let shop = make(environment, "k8s.namespace.name", "$namespace");
    let cart = make(environment, "k8s.workload.name", "cart");
    let bound = |values: &[&str]| json!({"id": shop, "variables": [{"name": "namespace", "values": values}]});

    assert_eq!(count(environment, &json!([])).unwrap(), "3");
    assert_eq!(count(environment, &json!([{ "id": cart }])).unwrap(), "2");
    assert_eq!(count(environment, &json!([bound(&["shop"])])).unwrap(), "2");
    assert_eq!(count(environment, &json!([bound(&["shop", "payment"])])).unwrap(), "3");
    assert_eq!(count(environment, &json!([bound(&["shop"]), { "id": cart }])).unwrap(), "1");
}

#[test]
fn a_segment_that_cannot_be_applied_fails_the_query() {
    let sandbox = sandbox_of(&logs());
    let environment = sandbox.environment("production").unwrap();
    drop(world_of(environment, &[]));
    let shop = make(environment, "k8s.namespace.name", "$namespace");
    let unknown = count(environment, &json!([{ "id": "nowhere" }])).unwrap_err();
    assert_eq!(unknown.code(), "invalid-query");
    assert!(unknown.to_string().contains("nowhere"), "{unknown}");
    let unbound = count(environment, &json!([{ "id": shop }])).unwrap_err();
    assert_eq!(unbound.code(), "invalid-query");
    assert!(unbound.to_string().contains("$namespace"), "{unbound}");
}
