//! Settings objects of the sandbox as its API gives them, without the client.

#![allow(dead_code, reason = "each test file that shares this module uses its part")]

use grailstage_sandbox::Request;
use serde_json::{Value, json};

use super::{NOW, SandboxHost};

const API: &str = "/platform/classic/environment-api/v2/settings/objects";

fn call(
    host: &SandboxHost,
    environment: &str,
    method: &str,
    path: String,
    query: String,
    body: Option<&Value>,
) -> Value {
    let bearer = format!("Bearer {}", grailstage_sandbox::PLATFORM_TOKEN);
    let request = Request {
        method: method.to_owned(),
        path,
        query,
        headers: vec![("authorization".to_owned(), bearer)],
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    };
    let environment = host.sandbox.environment(environment).unwrap();
    let response = environment.handle(&request, i64::try_from(NOW).unwrap());
    assert!((200..300).contains(&response.status), "{method} {}", response.status);
    serde_json::from_slice(&response.body).unwrap_or_default()
}

/// All objects of a schema.
pub(crate) fn objects(host: &SandboxHost, environment: &str, schema: &str) -> Vec<Value> {
    let query = format!("schemaIds={}&fields=objectId,value&pageSize=500", schema.replace(':', "%3A"));
    call(host, environment, "GET", API.to_owned(), query, None)["items"].as_array().unwrap().clone()
}

/// The values of all objects of a schema.
pub(crate) fn values(host: &SandboxHost, environment: &str, schema: &str) -> Vec<Value> {
    objects(host, environment, schema).into_iter().map(|object| object["value"].clone()).collect()
}

/// Removes all objects of a schema.
pub(crate) fn clear(host: &SandboxHost, environment: &str, schema: &str) {
    for object in objects(host, environment, schema) {
        let id = object["objectId"].as_str().unwrap();
        call(host, environment, "DELETE", format!("{API}/{id}"), String::new(), None);
    }
}

/// Makes an object.
pub(crate) fn create(host: &SandboxHost, environment: &str, schema: &str, value: &Value) {
    let objects = json!([{ "schemaId": schema, "scope": "environment", "value": value }]);
    call(host, environment, "POST", API.to_owned(), String::new(), Some(&objects));
}
