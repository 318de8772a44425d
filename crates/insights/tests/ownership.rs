//! Groups of the catalog and ownership teams of the sandbox, there and back.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::rc::Rc;

use futures_executor::block_on;
use grailstage_insights::{Client, InsightError};
use serde_json::{Value, json};

use sandbox_host::{SandboxHost, both, environment};

fn client() -> Client<SandboxHost> {
    Client::new(SandboxHost::new(), &both()).unwrap()
}

fn group(name: &str, annotations: Value) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {"name": name, "description": "keeps it running", "annotations": annotations},
        "spec": {"type": "team", "profile": {"displayName": "The Zebras", "email": "zebra@acme.example"}},
    })
}

fn write(client: &Client<SandboxHost>, request: Value) -> Result<Value, InsightError> {
    let request = serde_json::from_value(request).unwrap();
    let bytes = block_on(client.write_ownership_teams(request, std::future::pending()))?;
    Ok(serde_json::from_slice(&bytes).unwrap())
}

fn offered(client: &Client<SandboxHost>, request: Value) -> Result<Value, InsightError> {
    let request = serde_json::from_value(request).unwrap();
    let bytes = block_on(client.ownership_teams(&request, std::future::pending()))?;
    Ok(serde_json::from_slice(&bytes).unwrap())
}

/// Step and outcome of the team of a group, for each environment.
fn of(answer: &Value, entity_ref: &str) -> Vec<(String, String)> {
    let environments = answer["environments"].as_array().unwrap().iter();
    let teams = environments.flat_map(|it| it["teams"].as_array().unwrap());
    teams
        .filter(|team| team["entityRef"] == entity_ref)
        .map(|team| {
            let text = |key: &str| team[key].as_str().unwrap_or("-").to_owned();
            (text("step"), text("outcome"))
        })
        .collect()
}

fn named<'a>(answer: &'a Value, name: &str) -> Option<&'a Value> {
    answer["groups"].as_array().unwrap().iter().find(|group| group["metadata"]["name"] == name)
}

fn twice(step: &str, outcome: &str) -> Vec<(String, String)> {
    vec![(step.to_owned(), outcome.to_owned()); 2]
}

#[test]
fn a_group_becomes_a_team_of_every_environment_once() {
    let client = client();
    let groups = json!([group("zebra", json!({}))]);
    let dry = write(&client, json!({"groups": groups, "dryRun": true})).unwrap();
    assert_eq!((&dry["dryRun"], of(&dry, "group:default/zebra")), (&json!(true), twice("create", "-")));
    let first = write(&client, json!({"groups": groups})).unwrap();
    assert_eq!(of(&first, "group:default/zebra"), twice("create", "created"));
    let second = write(&client, json!({"groups": groups})).unwrap();
    assert_eq!(of(&second, "group:default/zebra"), twice("keep", "unchanged"));
    let linked = write(&client, json!({"groups": groups, "baseUrl": "https://portal.example/"})).unwrap();
    assert_eq!(of(&linked, "group:default/zebra"), twice("update", "updated"));
    let change = &linked["environments"][0]["teams"][0]["changes"][0];
    assert_eq!(change["field"], "links");
    assert_eq!(change["to"][0]["url"], "https://portal.example/catalog/default/group/zebra");
}

#[test]
fn teams_of_several_environments_are_one_group() {
    let client = client();
    let annotations = json!({"dynatrace.com/team-responsibilities": "operations, security"});
    let groups = json!([group("zebra", annotations)]);
    write(&client, json!({"groups": groups, "mark": "elsewhere", "baseUrl": "https://p.example"})).unwrap();
    let answer = offered(&client, json!({"namespace": "dynatrace"})).unwrap();
    assert_eq!(answer["answered"], json!(["production", "preproduction"]));
    let zebra = named(&answer, "zebra").unwrap();
    let object_ids = zebra["metadata"]["annotations"]["dynatrace.com/team-object-ids"].as_str().unwrap();
    assert_eq!(object_ids.split(',').count(), 2);
    assert_eq!(
        *zebra,
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Group",
            "metadata": {
                "name": "zebra", "namespace": "dynatrace", "title": "The Zebras", "description": "keeps it running",
                "annotations": {
                    "dynatrace.com/team-identifier": "zebra",
                    "dynatrace.com/team-environments": "production,preproduction",
                    "dynatrace.com/team-object-ids": object_ids,
                    "dynatrace.com/team-responsibilities": "security,operations",
                },
                "links": [{"url": "https://p.example/catalog/default/group/zebra", "title": "Link"}],
            },
            "spec": {"type": "team", "profile": {"displayName": "The Zebras", "email": "zebra@acme.example"},
                "children": []},
        })
    );
}

#[test]
fn what_came_from_one_side_does_not_go_back_to_it() {
    let client = client();
    write(&client, json!({"groups": [group("zebra", json!({}))]})).unwrap();
    assert!(named(&offered(&client, json!({})).unwrap(), "zebra").is_none());
    assert!(named(&offered(&client, json!({"mark": "other"})).unwrap(), "zebra").is_some());
    let taken = group("yak", json!({"dynatrace.com/team-environments": "production"}));
    let answer = write(&client, json!({"groups": [taken], "dryRun": true})).unwrap();
    assert!(of(&answer, "group:default/yak").is_empty());
}

#[test]
fn a_group_the_catalog_has_is_not_offered() {
    let client = client();
    write(&client, json!({"groups": [group("zebra", json!({}))], "mark": "other"})).unwrap();
    let answer = offered(&client, json!({"existing": ["group:default/Zebra"]})).unwrap();
    assert!(named(&answer, "zebra").is_none());
    let note = answer["notes"].as_array().unwrap().iter().find(|it| it["code"] == "group-exists").unwrap();
    assert_eq!(
        note["message"],
        "team `zebra` is left out: the catalog has group:default/zebra from elsewhere"
    );
}

#[test]
fn a_failed_environment_is_a_note() {
    let mut config = both();
    let broken = environment("nowhere", grailstage_sandbox::PLATFORM_TOKEN);
    config["environments"].as_array_mut().unwrap().push(broken);
    config["environments"].as_array_mut().unwrap().push(json!({"name": "empty"}));
    let client = Client::new(Rc::clone(&SandboxHost::new()), &config).unwrap();
    let answer = offered(&client, json!({})).unwrap();
    assert_eq!(answer["answered"], json!(["production", "preproduction"]));
    let failed: Vec<_> = answer["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| (&note["environment"], &note["code"]))
        .collect();
    assert_eq!(
        failed,
        [(&json!("nowhere"), &json!("unreachable")), (&json!("empty"), &json!("invalid-config"))]
    );
    let answer = write(&client, json!({"groups": [group("zebra", json!({}))]})).unwrap();
    assert_eq!(of(&answer, "group:default/zebra"), twice("create", "created"));
    assert_eq!(answer["notes"].as_array().unwrap().len(), 2);
}

#[test]
fn removes_its_own_when_the_group_has_gone_and_it_may() {
    let client = client();
    write(&client, json!({"groups": [group("zebra", json!({})), group("yak", json!({}))]})).unwrap();
    let left = write(&client, json!({"groups": [group("yak", json!({}))]})).unwrap();
    assert_eq!(of(&left, "group:default/zebra"), twice("leave", "left"));
    let removed = write(&client, json!({"groups": [group("yak", json!({}))], "remove": true})).unwrap();
    assert_eq!(of(&removed, "group:default/zebra"), twice("remove", "removed"));
    assert_eq!(of(&removed, "group:default/yak"), twice("keep", "unchanged"));
}

#[test]
fn tells_what_cannot_be_used() {
    let client = client();
    let odd = json!({"dynatrace.com/team-responsibilities": "fun", "dynatrace.com/team-identifier": "1"});
    let answer = write(&client, json!({"groups": [group("zebra", odd)], "dryRun": true})).unwrap();
    assert_eq!(of(&answer, "group:default/zebra"), twice("leave", "-"));
    assert!(answer["notes"][0]["message"].as_str().unwrap().contains("there is no responsibility `fun`"));
    for (request, code) in [
        (json!({"groups": [{"kind": "Group"}]}), "invalid-entity"),
        (json!({"groups": [], "mark": "a:b"}), "invalid-request"),
        (json!({"groups": [], "environments": ["nope"]}), "unknown-environment"),
    ] {
        assert_eq!(write(&client, request).unwrap_err().code(), code);
    }
    let request = serde_json::from_value(json!({})).unwrap();
    let cancelled = block_on(client.ownership_teams(&request, std::future::ready(())));
    assert_eq!(cancelled.unwrap_err().status(), 499);
}
