//! Management zones that templates make in the sandbox, and what is proposed beside them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use std::future::pending;
use std::rc::Rc;

use futures_executor::block_on;
use grailstage_insights::Client;
use grailstage_insights::error::ErrorPayload;
use grailstage_scaffold::zone_onboarding::onboard;
use grailstage_tenant::{SettingsDraft, SettingsObject};
use sandbox_host::{SandboxHost, environment};
use serde_json::{Value, json};

const SCHEMA: &str = "builtin:management-zones";

fn client() -> (Rc<SandboxHost>, Client<SandboxHost>) {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    (host, client)
}

fn asked(client: &Client<SandboxHost>, request: &Value) -> Result<Value, Box<ErrorPayload>> {
    let request = serde_json::from_value(request.clone()).unwrap();
    let zone = block_on(onboard(client, &request, pending())).map_err(|error| Box::new(error.into()))?;
    Ok(serde_json::to_value(zone).unwrap())
}

fn stored(client: &Client<SandboxHost>, name: &str) -> Vec<SettingsObject> {
    let tenant = client.environment(None).unwrap();
    let objects = block_on(tenant.settings().list(SCHEMA)).unwrap();
    objects.into_iter().filter(|object| object.value["name"] == json!(name)).collect()
}

fn orders() -> Value {
    json!({ "zone": "orders", "namespaces": ["webshop", "orders-db"], "cluster": "prod-eu", "group": "orders-readers" })
}

#[test]
fn a_zone_is_created_kept_and_updated_and_stays_one() {
    let (host, client) = client();
    let mut request = orders();
    let first = asked(&client, &request).unwrap();
    assert_eq!(first["step"], "create");
    let objects = stored(&client, "orders");
    assert_eq!((objects.len(), json!(objects[0].object_id)), (1, first["objectId"].clone()));
    let rules = objects[0].value["rules"].to_string();
    for part in ["webshop", "orders-db", "prod-eu"] {
        assert!(rules.contains(part), "{rules}");
    }
    let writes = host.writes.get();
    assert_eq!(asked(&client, &request).unwrap()["step"], "keep");
    request["namespaces"] = json!(["webshop"]);
    let mut dry = request.clone();
    dry["dryRun"] = json!(true);
    assert_eq!(asked(&client, &dry).unwrap()["step"], "update");
    assert_eq!(host.writes.get(), writes, "neither what is as it shall be nor a dry run writes");
    assert_eq!(asked(&client, &request).unwrap()["step"], "update");
    let objects = stored(&client, "orders");
    assert_eq!((objects.len(), objects[0].value["rules"].to_string().contains("orders-db")), (1, false));
}

#[test]
fn a_zone_that_was_not_made_here_is_left_alone() {
    let (host, client) = client();
    let value = json!({ "name": "orders", "rules": [] });
    let tenant = client.environment(None).unwrap();
    block_on(tenant.settings().upsert(&SettingsDraft::new(SCHEMA, "terraform:orders", value))).unwrap();
    let writes = host.writes.get();
    let error = asked(&client, &orders()).unwrap_err();
    assert_eq!(error.code, "invalid-input");
    assert!(error.message.contains("not made here"), "{}", error.message);
    assert_eq!((host.writes.get(), stored(&client, "orders").len()), (writes, 1));
}

#[test]
fn policy_segment_and_documents_name_the_namespaces_and_nothing_put_in_is_a_placeholder() {
    let (_, client) = client();
    let mut request = orders();
    request["reason"] = json!("{{group}} | \"x\"");
    request["documents"] = json!([{ "path": "a.md", "template": "{{ zone }}: {{reason}}\n{{policy}}" }]);
    let answer = asked(&client, &request).unwrap();
    let policy = answer["policy"].as_str().unwrap();
    assert_eq!(
        policy.lines().nth(1).unwrap(),
        "ALLOW storage:logs:read WHERE storage:k8s.namespace.name IN (\"webshop\", \"orders-db\") \
         AND storage:k8s.cluster.name = \"prod-eu\";"
    );
    assert_eq!(
        answer["documents"],
        json!([{ "path": "a.md", "text": format!("orders: {{{{group}}}} | \"x\"\n{policy}") }])
    );
    for include in answer["segment"]["includes"].as_array().unwrap() {
        assert!(include["filter"].as_str().unwrap().contains("webshop"), "{include}");
    }
}

#[test]
fn what_would_not_be_a_zone_is_refused_by_its_input_before_anything_is_written() {
    let (host, client) = client();
    for (member, value, named) in [
        ("zone", json!(" "), "`zone`"),
        ("zone", json!("a\nb"), "`zone`"),
        ("group", json!(""), "`group`"),
        ("namespaces", json!([]), "`namespaces`"),
        ("namespaces", json!(["web\" OR \"x"]), "`web\" OR \"x`"),
        ("namespaces", json!(["-a"]), "`-a`"),
        ("cluster", json!("a\"b"), "`cluster`"),
        ("documents", json!([{ "path": "a.md", "template": "{{nothing}}" }]), "`nothing`"),
        ("documents", json!([{ "path": "a.md", "template": "{{zone" }]), "`a.md`"),
    ] {
        let mut request = orders();
        request[member] = value;
        let error = asked(&client, &request).unwrap_err();
        assert_eq!(error.code, "invalid-input");
        assert!(error.message.contains(named), "{}", error.message);
    }
    assert_eq!(host.writes.get(), 0);
}
