//! What goes over the wire, byte by byte.

use grailstage_tenant::{DqlRequest, EnvironmentConfig, HttpRequest, Tenant};
use serde_json::{Value, json};

use crate::world::{Endpoint, World, done, hang, oauth_config, running};

fn wire(request: &HttpRequest) -> Value {
    json!({
        "method": request.method.as_str(),
        "url": request.url,
        "headers": request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>(),
        "body": request.body.as_ref().map(|body| String::from_utf8(body.clone()).unwrap()),
    })
}

#[test]
fn the_requests_of_a_run() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [hang()]);
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs\n| filter content == \"ä\\\"|`\"");
    world.block_on(tenant.run(&request, world.timer(1))).unwrap_err();
    let calls = world.calls.borrow();
    insta::assert_json_snapshot!(calls.iter().map(|call| wire(&call.request)).collect::<Vec<_>>());
}

#[test]
fn the_body_with_everything_set() {
    let world = World::new();
    world.on(Endpoint::Execute, [done()]);
    let mut config = oauth_config();
    config["limits"] = json!({
        "maxResultRecords": 200, "maxResultBytes": 1_000_000, "fetchTimeoutSeconds": 60, "defaultScanLimitGbytes": -1,
    });
    let tenant = Tenant::new(std::rc::Rc::clone(&world), EnvironmentConfig::from_json(&config).unwrap());
    let request = DqlRequest::new("fetch logs")
        .timeframe("2026-11-21T08:00:00Z", "2026-11-21T10:00:00Z")
        .timezone("Europe/Vienna")
        .max_result_records(50);
    world.block_on(tenant.run(&request, std::future::pending())).unwrap();
    let calls = world.calls.borrow();
    let body: Value = serde_json::from_slice(calls[1].request.body.as_ref().unwrap()).unwrap();
    insta::assert_json_snapshot!(body);
}

#[test]
fn a_request_cannot_lift_the_limit_of_the_environment() {
    for (asked, sent) in [(0, 1), (5, 5), (1_000, 1_000), (u64::MAX, 1_000)] {
        let world = World::new();
        world.on(Endpoint::Execute, [done()]);
        let tenant = world.tenant();
        let request = DqlRequest::new("fetch logs").max_result_records(asked);
        world.block_on(tenant.run(&request, std::future::pending())).unwrap();
        let calls = world.calls.borrow();
        let body: Value = serde_json::from_slice(calls[1].request.body.as_ref().unwrap()).unwrap();
        assert_eq!(body["maxResultRecords"], sent);
    }
}
