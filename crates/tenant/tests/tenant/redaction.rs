//! Services echo what they were sent. No output of this crate repeats a secret.

use std::rc::Rc;

use grailstage_tenant::{DqlRequest, EnvironmentConfig, FetchFailure, Tenant, TenantError};
use serde_json::json;

use crate::world::{
    CLIENT_SECRET, Endpoint, Reply, World, answer, done, failure, grail_error, oauth_config, running, text,
    token,
};

const ACCESS_TOKEN: &str = "eyJhbGciOi.JIUzI1NiJ9.access-token";
const PLATFORM_TOKEN: &str = "dt0s16.PUBLIC.PLATFORMTOKENVALUE";

/// Everything an error can be turned into.
fn outputs(error: &TenantError) -> String {
    format!("{error}\n{error:?}\n{:?}\n{}", error.help(), serde_json::to_string(error).unwrap())
}

#[track_caller]
fn assert_clean(output: &str) {
    for secret in [CLIENT_SECRET, "S3CRETS3CRET", ACCESS_TOKEN, PLATFORM_TOKEN, "PLATFORMTOKENVALUE"] {
        assert!(!output.contains(secret), "{secret} in {output}");
    }
}

/// Every place of an answer in which a service can repeat a text.
fn echoes(secret: &str) -> Vec<Reply> {
    let mut replies = vec![
        failure(FetchFailure::Unreachable { message: format!("cannot connect with {secret}") }),
        failure(FetchFailure::Reset { message: secret.to_owned() }),
        text(200, &format!("text/{secret}"), &format!("<html>{secret}</html>")),
        text(200, "application/json", &format!("{{\"state\":\"{secret}")),
        answer(200, &json!({"state": secret, "requestToken": "t"})),
        answer(200, &json!({"state": {"nested": secret}})),
        answer(200, &json!({"state": "SUCCEEDED", "result": secret})),
        answer(
            200,
            &json!({"state": "FAILED", "result": {"metadata": {"grail": {"notifications": [
            {"severity": "ERROR", "message": secret, "notificationType": secret}]}}}}),
        ),
        text(302, "text/html", "")
            .header("location", &format!("https://{secret}.example.com/{secret}?t={secret}")),
        answer(200, &json!({"access_token": [secret]})),
        answer(200, &json!({"access_token": format!("{secret}\n")})),
    ];
    for status in [400, 401, 403, 404, 409, 410, 429, 500, 503] {
        replies.push(text(status, "text/html", &format!("<html>{} {secret}</html>", "x".repeat(90))));
        replies.push(answer(status, &json!({"error": secret, "error_description": secret})));
        replies.push(answer(status, &json!({"errorCode": status, "message": secret, "issueId": secret})));
        replies.push(grail_error(
            status,
            &json!({"errorType": secret, "errorMessage": format!("bad `{secret}`"), "traceId": secret}),
        ));
        replies
            .push(grail_error(status, &json!({"missingScopes": [secret], "missingPermissions": [secret]})));
        replies.push(grail_error(
            status,
            &json!({"constraintViolations": [{"message": secret}], "errorRef": secret}),
        ));
    }
    replies
}

fn ask(world: &Rc<World>, config: &serde_json::Value) -> String {
    let config = EnvironmentConfig::from_json(config).unwrap();
    let mut output = format!("{config:?}");
    let tenant = Tenant::new(Rc::clone(world), config);
    match world.block_on(tenant.run(&DqlRequest::new("fetch logs"), std::future::pending())) {
        Ok(result) => output.push_str(&format!("{result:?}")),
        Err(error) => output.push_str(&outputs(&error)),
    }
    for call in world.calls.borrow().iter() {
        output.push_str(&format!("{:?}", call.request));
    }
    output
}

#[test]
fn the_token_endpoint_may_echo_the_client_secret_plain_or_as_sent() {
    let as_sent = "dt0s02.CLIENT.S3CRETS3CRET%2F%2B%3D";
    for reply in echoes(CLIENT_SECRET).into_iter().chain(echoes(as_sent)) {
        let world = World::new();
        world.script(Endpoint::Token, move |_, _| reply.clone());
        assert_clean(&ask(&world, &oauth_config()));
    }
}

#[test]
fn the_environment_may_echo_any_secret() {
    for secret in [CLIENT_SECRET, ACCESS_TOKEN] {
        for reply in echoes(secret) {
            let world = World::new();
            world.script(Endpoint::Token, |_, _| token(ACCESS_TOKEN));
            let while_polling = reply.clone();
            world.script(Endpoint::Execute, move |_, _| reply.clone());
            world.script(Endpoint::Poll, |_, _| done());
            assert_clean(&ask(&world, &oauth_config()));
            world.script(Endpoint::Execute, |_, _| running(202));
            world.script(Endpoint::Poll, move |_, _| while_polling.clone());
            world.script(Endpoint::Cancel, |_, _| text(202, "", ""));
            assert_clean(&ask(&world, &oauth_config()));
        }
    }
}

#[test]
fn the_environment_may_echo_the_platform_token() {
    let config =
        json!({"name": "p", "url": "https://abc12345.apps.dynatrace.com", "platformToken": PLATFORM_TOKEN});
    for reply in echoes(PLATFORM_TOKEN) {
        let world = World::new();
        world.script(Endpoint::Execute, move |_, _| reply.clone());
        world.script(Endpoint::Poll, |_, _| done());
        assert_clean(&ask(&world, &config));
    }
}

#[test]
fn a_cut_token_answer_is_not_quoted() {
    let world = World::new();
    world.on(
        Endpoint::Token,
        [text(200, "application/json", &format!("{{\"access_token\":\"{ACCESS_TOKEN}\",\"exp"))],
    );
    assert_clean(&ask(&world, &oauth_config()));
}

#[test]
fn a_broken_configuration_is_not_quoted() {
    for key in ["name", "url", "clientId", "clientSecret", "tokenUrl", "accountUrn", "entityModel", "limits"]
    {
        for value in [
            json!([CLIENT_SECRET]),
            json!(format!("https://u:{CLIENT_SECRET}@x")),
            json!({"x": CLIENT_SECRET}),
        ] {
            let mut config = oauth_config();
            config[key] = value;
            if let Err(error) = EnvironmentConfig::from_json(&config) {
                assert_clean(&outputs(&error));
            }
        }
    }
}
