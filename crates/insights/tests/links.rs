//! Where the links of a card lead, whatever address a record or a setting names.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::{API_TOKEN, Request};
use sandbox_host::settings::create;
use sandbox_host::{NOW, SandboxHost, both, card, component, table};
use serde_json::{Value, json};

/// Sends the end of a run that is found at this address.
fn send_run(host: &SandboxHost, id: &str, url: &str) {
    let event = json!({
        "event.category": "pipeline", "event.type": "run", "event.status": "finished",
        "event.provider": "github.com", "cicd.pipeline.run.id": id, "cicd.pipeline.run.outcome": "success",
        "vcs.repository.name": "tool", "vcs.repository.url.full": "https://github.com/example/tool",
        "cicd.pipeline.run.url.full": url,
    });
    let request = Request::post("/platform/ingest/v1/events.sdlc", event.to_string())
        .with_header("authorization", &format!("Api-Token {API_TOKEN}"));
    let now = i64::try_from(NOW).unwrap();
    let status = host.sandbox.environment("production").unwrap().handle(&request, now - 60_000).status;
    assert_eq!(status, 202);
}

fn ask_about(entity: &Value, config: &Value, addresses: &[&str]) -> Value {
    let host = SandboxHost::new();
    for (place, address) in addresses.iter().enumerate() {
        send_run(&host, &format!("run-{place:02}"), address);
    }
    let client = Client::new(Rc::clone(&host), config).unwrap();
    card(&client, json!({ "card": "pipelines", "entity": entity })).unwrap()
}

fn tool() -> Value {
    component(json!({ "github.com/project-slug": "example/tool" }))
}

/// What the run of each address shows: where its link leads, or nothing.
fn shown(answer: &Value) -> Vec<String> {
    let mut runs: Vec<(String, String)> = table(answer, "latest-runs")
        .into_iter()
        .map(|row| match &row["run"] {
            Value::String(text) => (text.clone(), String::new()),
            link => (link["text"].as_str().unwrap().to_owned(), link["url"].as_str().unwrap().to_owned()),
        })
        .collect();
    runs.sort();
    runs.into_iter().map(|(_, url)| url).collect()
}

fn notes_on_links(answer: &Value) -> Vec<&Value> {
    let notes = answer["notes"].as_array().unwrap().iter();
    notes.filter(|note| note["code"] == "link-not-allowed").collect()
}

#[test]
fn an_address_that_only_looks_allowed_is_no_link() {
    let hostile = [
        "https://github.com@evil.example/",
        "https://github.com:pass@evil.example/",
        "https://evil.example\\@github.com/",
        "https:\\\\evil.example\\github.com",
        "https://github.com.evil.example/",
        "https://evil.example/https://github.com",
        "https://evil.example#@github.com/",
        "https://evil.example?github.com",
        "https://evil.example\t.github.com/",
        "https://evil.example\n@github.com/",
        "\u{1}https://github.com/",
        "https://github.com:8443/",
        "http://github.com/",
        "https://gіthub.com/",
        "https:///evil.example",
        "//github.com/",
        "javascript:alert(1)//https://github.com/",
        "data:text/html,https://github.com/",
        "mailto:a@evil.example?bcc=b@evil.example",
    ];
    let answer = ask_about(&tool(), &both(), &hostile);
    assert_eq!(shown(&answer), hostile.map(|_| String::new()));
    let [note] = notes_on_links(&answer)[..] else { panic!("{}", answer["notes"]) };
    assert_eq!(note["severity"], "info");
    let message = note["message"].as_str().unwrap();
    assert!(message.contains("`https://evil.example`") && message.contains(" more: "), "{note}");
    assert!(note["help"].as_str().unwrap().contains("`dynatrace.policy.links`"), "{note}");
}

#[test]
fn a_text_keeps_its_words_where_it_loses_its_address() {
    let answer = ask_about(&tool(), &both(), &["https://evil.example/a"]);
    let run = &table(&answer, "latest-runs")[0]["run"];
    assert_eq!((&run["text"], &run["url"]), (&json!("run-00"), &json!("")));
    let message = notes_on_links(&answer)[0]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("no link leads to `https://evil.example`: "), "{message}");
    assert_eq!(answer["state"], "ready");
}

#[test]
fn leads_to_the_environments_the_forges_the_policy_and_where_the_catalog_leads() {
    let mut entity = tool();
    entity["metadata"]["links"] = json!([{ "url": "https://chat.example/room" }, { "url": "no address" }]);
    entity["metadata"]["annotations"]["backstage.io/source-location"] =
        json!("url:https://git.example/example/tool/");
    let allowed = [
        "https://github.com/example/tool",
        "HTTPS://GitHub.com:443/example",
        "https://gitlab.com/example",
        "https://bitbucket.org/example",
        "https://dev.azure.com/example",
        "https://preproduction.example/ui",
        "https://ci.example.com/runs/1",
        "https://chat.example/other",
        "https://git.example/example",
    ];
    let answer = ask_about(&entity, &both(), &allowed);
    assert_eq!(shown(&answer), allowed);
    assert_eq!(notes_on_links(&answer).len(), 0);
}

#[test]
fn a_system_leads_where_its_components_lead() {
    let host = SandboxHost::new();
    send_run(&host, "run-00", "https://git.example/runs/1");
    let mut tool = tool();
    tool["metadata"]["links"] = json!([{ "url": "https://git.example" }]);
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "tools" } });
    let request = json!({ "card": "pipelines", "entity": system, "components": [tool] });
    let answer = card(&Client::new(Rc::clone(&host), &both()).unwrap(), request).unwrap();
    assert_eq!(shown(&answer), ["https://git.example/runs/1"]);
}

#[test]
fn a_policy_that_cannot_be_read_allows_nothing_more() {
    let mut config = both();
    config["policy"] = json!({ "links": ["https://ci.example.com"], "unheard-of": 1 });
    let answer = ask_about(&tool(), &config, &["https://ci.example.com/1", "https://github.com/1"]);
    assert_eq!(shown(&answer), ["", "https://github.com/1"]);
}

#[test]
fn contacts_and_links_of_teams_are_held_to_the_same() {
    let host = SandboxHost::new();
    let team = json!({
        "name": "Tools", "identifier": "tools",
        "responsibilities": { "development": true, "security": false, "operations": false,
            "infrastructure": false, "lineOfBusiness": false },
        "contactDetails": [
            { "integrationType": "EMAIL", "email": "tools@example.com" },
            { "integrationType": "SLACK", "slackChannel": "#tools", "url": "https://evil.example/a" },
        ],
        "links": [
            { "linkType": "WIKI", "url": "https://wiki.example.com@evil.example/" },
            { "linkType": "RUNBOOK", "url": "https://wiki.example.com/tools" },
        ],
    });
    create(&host, "production", "builtin:ownership.teams", &team);
    let mut entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    entity["spec"] = json!({ "owner": "tools" });
    let client = Client::new(Rc::clone(&host), &both()).unwrap();
    let answer = card(&client, json!({ "card": "ownership", "entity": entity })).unwrap();
    let row = table(&answer, "teams").into_iter().find(|row| row["identifier"] == "tools").unwrap();
    let urls = |column: &str| -> Vec<String> {
        let links = row[column].as_array().unwrap().iter();
        links.map(|link| link["url"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(urls("contacts"), ["mailto:tools@example.com", ""]);
    assert_eq!(urls("links"), ["", "https://wiki.example.com/tools"]);
    assert_eq!(row["contacts"][1]["text"], "#tools");
}
