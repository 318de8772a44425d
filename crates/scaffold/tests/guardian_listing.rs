//! The guardians of the sandbox, as a form lists them.

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
use grailstage_scaffold::guardian_listing::{GuardianListRequest, list_guardians};
use sandbox_host::{SandboxHost, environment};
use serde_json::{Value, json};

fn client() -> (Rc<SandboxHost>, Client<SandboxHost>) {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    (host, client)
}

#[test]
fn lists_all_guardians_of_the_settings_by_name() {
    let (_, client) = client();
    let bytes = block_on(list_guardians(&client, &GuardianListRequest::default(), pending())).unwrap();
    let answer: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(answer["environment"], json!("production"));
    let listed = answer["guardians"].as_array().unwrap();

    let tenant = client.environment(None).unwrap();
    let schema = "app:dynatrace.site.reliability.guardian:guardians";
    let mut stored: Vec<Value> = block_on(tenant.settings().list(schema))
        .unwrap()
        .into_iter()
        .map(|it| json!({ "id": it.object_id, "name": it.value["name"], "business": it.value["eventKind"] == "BIZ_EVENT" }))
        .collect();
    stored.sort_by_key(|it| it["name"].as_str().unwrap().to_owned());
    assert_eq!(*listed, stored);
    assert!(listed.iter().any(|it| it["business"] == json!(true)));
    assert!(listed.iter().any(|it| it["business"] == json!(false)));
}

#[test]
fn says_which_environment_failed_and_ends_when_nobody_waits() {
    let (host, client) = client();
    let request = |name: &str| GuardianListRequest { environment: Some(name.to_owned()) };
    let error = |request, cancelled: bool| {
        let outcome = if cancelled {
            block_on(list_guardians(&client, &request, ready(())))
        } else {
            block_on(list_guardians(&client, &request, pending()))
        };
        ErrorPayload::from(outcome.unwrap_err())
    };
    assert_eq!(error(request("production"), true).code, "cancelled");
    assert!(error(request("elsewhere"), false).message.contains("`elsewhere`"));
    let fault = Fault {
        kind: FaultKind::ServerError { status: 500 },
        route: Some("settings".to_owned()),
        times: None,
    };
    host.sandbox.environment("production").unwrap().add_fault(fault);
    assert_eq!(error(request("production"), false).environment.as_deref(), Some("production"));
}
