//! How environments fare, against the sandbox.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use futures_executor::block_on;
use grailstage_insights::Client;
use serde_json::{Value, json};

use sandbox_host::{SandboxHost, both, card, component, environment};

fn health(client: &Client<SandboxHost>) -> Value {
    serde_json::from_slice(&block_on(client.health())).unwrap()
}

#[test]
fn environments_that_work_are_ok() {
    let client = Client::new(SandboxHost::new(), &both()).unwrap();
    let health = health(&client);
    assert_eq!(health["checkedAt"], "2026-11-21T12:00:00Z");
    let names: Vec<_> = health["environments"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["production", "preproduction"]);
    for environment in health["environments"].as_array().unwrap() {
        assert_eq!(environment["state"], "ok", "{environment:#}");
        assert_eq!(
            (&environment["reachable"], &environment["credentialsAccepted"]),
            (&json!(true), &json!(true))
        );
        assert_eq!(environment["missingScopes"], json!([]));
    }
}

#[test]
fn each_broken_environment_says_why_and_the_others_do_not_suffer() {
    let config = json!({ "environments": [
        environment("production", grailstage_sandbox::PLATFORM_TOKEN),
        environment("preproduction", "dt0s16.UNKNOWN.NEVERSHOWN"),
        environment("gone", grailstage_sandbox::PLATFORM_TOKEN),
        { "name": "unfinished", "url": "https://unfinished.example" },
    ] });
    let client = Client::new(SandboxHost::new(), &config).unwrap();
    let health = health(&client);
    let states: Vec<_> = health["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["state"].as_str().unwrap(), it["error"]["code"].as_str()))
        .collect();
    assert_eq!(
        states,
        [
            ("ok", None),
            ("failed", Some("invalid-credentials")),
            ("failed", Some("unreachable")),
            ("failed", Some("invalid-config")),
        ]
    );
    assert!(!health.to_string().contains("NEVERSHOWN"));
}

/// An OAuth client of the sandbox; its name says which scopes it lacks.
fn oauth(holder: &str) -> Value {
    json!({ "environments": [{
        "name": "production",
        "url": "https://production.example",
        "clientId": format!("dt0s02.{holder}"),
        "clientSecret": format!("dt0s02.{holder}.SECRET"),
        "accountUrn": grailstage_sandbox::ACCOUNT_URN,
        "tokenUrl": "https://production.example/sso/oauth2/token",
    }] })
}

#[test]
fn an_access_token_says_which_scopes_each_card_lacks() {
    let client = Client::new(SandboxHost::new(), &oauth("NOSCOPES")).unwrap();
    let environment = &health(&client)["environments"][0];
    assert_eq!(
        (&environment["state"], &environment["credentialsAccepted"]),
        (&json!("limited"), &json!(true))
    );
    let cards = environment["missingScopes"].as_array().unwrap();
    let card = cards.iter().find(|it| it["card"] == "kubernetes-deployments").unwrap();
    let scopes = card["scopes"].as_array().unwrap();
    assert!(scopes.contains(&json!("storage:smartscape:read")), "{scopes:?}");
    assert!(!scopes.contains(&json!("storage:buckets:read")), "{scopes:?}");
}

#[test]
fn a_platform_token_lacks_what_a_card_has_turned_out_to_lack() {
    let config = json!({ "environments": [environment("production", "dt0s16.NOSCOPES.TOKEN")] });
    let client = Client::new(SandboxHost::new(), &config).unwrap();
    assert_eq!(health(&client)["environments"][0]["missingScopes"], json!([]));
    let entity = component(json!({ "backstage.io/kubernetes-id": "cart" }));
    card(&client, json!({ "card": "kubernetes-deployments", "entity": entity })).unwrap();
    let environment = &health(&client)["environments"][0];
    assert_eq!(environment["state"], "limited");
    assert_eq!(environment["lastFailure"]["error"]["code"], "missing-scope");
    assert!(!environment["missingScopes"].as_array().unwrap().is_empty());
}
