//! The card `ownership`: its questions, and its answers from the sandbox against what the labels of the nodes and the
//! settings objects say, worked out without the client.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::Client;
use sandbox_host::settings::{clear, create, values};
use sandbox_host::{SandboxHost, both, card, component, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "ownership";
const TEAMS: &str = "builtin:ownership.teams";
const CONFIG: &str = "builtin:ownership.config";

fn client(host: &Rc<SandboxHost>, config: &Value) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), config).unwrap()
}

fn owned(name: &str, owner: Option<&str>) -> Value {
    let mut entity = component(json!({ "backstage.io/kubernetes-id": format!("webshop.{name}") }));
    entity["metadata"]["name"] = json!(name);
    if let Some(owner) = owner {
        entity["spec"] = json!({ "owner": owner });
    }
    entity
}

fn ask(host: &Rc<SandboxHost>, entity: &Value) -> Value {
    card(&client(host, &both()), json!({ "card": CARD, "entity": entity })).unwrap()
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect()
}

/// The labels of all workloads of an environment, by the name of their component.
fn labels(client: &Client<SandboxHost>, environment: &str) -> BTreeMap<String, Vec<Value>> {
    let mut by_component: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for node in records(client, environment, r#"smartscapeNodes "K8S_*" | fieldsAdd `tags:k8s.labels`"#) {
        let labels = &node["tags:k8s.labels"];
        let is_workload = ["K8S_CRONJOB", "K8S_DAEMONSET", "K8S_DEPLOYMENT", "K8S_STATEFULSET"]
            .contains(&node["type"].as_str().unwrap());
        if let (true, Some(id)) = (is_workload, labels["backstage.io/kubernetes-id"].as_str()) {
            let name = id.strip_prefix("webshop.").unwrap().to_owned();
            by_component.entry(name).or_default().push(labels.clone());
        }
    }
    by_component
}

/// The identifier of the team that goes by a name.
fn team_named(teams: &[Value], name: &str) -> Option<String> {
    let goes_by = |team: &&Value| {
        let others = team["supplementaryIdentifiers"].as_array().unwrap();
        team["identifier"] == name || others.iter().any(|it| it["supplementaryIdentifier"] == name)
    };
    teams.iter().find(goes_by).map(|team| team["identifier"].as_str().unwrap().to_owned())
}

/// What the card has to say of a component: by its labels, and the owner that the catalog has for it.
fn verdict(labels: &[Value], keys: &[String], teams: &[Value], owner: &str) -> &'static str {
    let named: BTreeSet<&str> = labels
        .iter()
        .flat_map(|labels| labels.as_object().unwrap())
        .filter(|(key, _)| keys.iter().any(|beginning| key.starts_with(beginning.as_str())))
        .map(|(_, value)| value.as_str().unwrap())
        .collect();
    let owners: Vec<String> = named.iter().filter_map(|name| team_named(teams, name)).collect();
    match (named.is_empty(), owners.is_empty(), team_named(teams, owner)) {
        (true, ..) => "no owner in Dynatrace",
        (_, true, _) => "unknown team",
        (.., Some(team)) if owners.contains(&team) => "agree",
        _ => "another owner",
    }
}

fn enabled_keys(host: &SandboxHost, environment: &str) -> Vec<String> {
    values(host, environment, CONFIG)[0]["ownershipIdentifiers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["enabled"] == true)
        .map(|key| key["key"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn tells_of_every_component_whether_catalog_and_labels_agree() {
    let host = SandboxHost::new();
    let client = client(&host, &unlimited());
    let mut expected: BTreeSet<(String, String, String)> = BTreeSet::new();
    let mut components: BTreeMap<String, Value> = BTreeMap::new();
    for environment in ["production", "preproduction"] {
        let (teams, keys) = (values(&host, environment, TEAMS), enabled_keys(&host, environment));
        for (name, labels) in labels(&client, environment) {
            // The catalog of the demo has the team of this label as the owner.
            let owner = labels[0]["team"].as_str().unwrap();
            components.insert(name.clone(), owned(&name, Some(&format!("group:default/{owner}"))));
            let verdict = verdict(&labels, &keys, &teams, owner);
            expected.insert((name, verdict.to_owned(), environment.to_owned()));
        }
    }
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" } });
    let members: Vec<&Value> = components.values().collect();
    let answer = card(&client, json!({ "card": CARD, "entity": system, "components": members })).unwrap();

    let mut told = BTreeSet::new();
    for row in table(&answer, "components") {
        if row["state"]["label"] == "not found" {
            continue;
        }
        for environment in row["environment"].as_str().unwrap().split(", ") {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            told.insert((text(&row["component"]), text(&row["state"]["label"]), environment.to_owned()));
        }
    }
    assert_eq!(told, expected);
    let differing: BTreeSet<&String> =
        expected.iter().filter(|(_, verdict, _)| verdict != "agree").map(|(name, ..)| name).collect();
    assert!(differing.len() >= 3, "{differing:?}");
    assert_eq!(fact(&answer, "differ")["value"], differing.len());
    assert_eq!(fact(&answer, "agree")["value"], components.len() - differing.len());
    // Each of them is told, with the way out, and none of it makes the answer less than whole.
    for name in differing {
        let told = |note: &&Value| note["message"].as_str().unwrap().starts_with(&format!("`{name}`"));
        let note = answer["notes"].as_array().unwrap().iter().find(told).unwrap();
        assert!(note["help"].is_string() && note["severity"] == "info", "{note}");
    }
    assert_eq!(answer["state"], "ready");
}

#[test]
fn a_team_is_shown_with_what_it_answers_for_and_how_to_reach_it() {
    let host = SandboxHost::new();
    let answer = ask(&host, &owned("cart", Some("group:default/orders")));
    let team = values(&host, "production", TEAMS)
        .into_iter()
        .find(|team| team["identifier"] == "webshop-orders")
        .unwrap();
    let rows = table(&answer, "teams");
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((&row["team"], &row["identifier"]), (&team["name"], &team["identifier"]));
    assert_eq!(row["named-by"]["label"], "catalog and Dynatrace");
    assert_eq!(row["environment"], "production, preproduction");
    let responsible: BTreeSet<&str> = team["responsibilities"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, is)| **is == json!(true))
        .map(|(name, _)| if name == "lineOfBusiness" { "line of business" } else { name.as_str() })
        .collect();
    assert_eq!(row["responsibilities"].as_str().unwrap().split(", ").collect::<BTreeSet<_>>(), responsible);
    let contacts: Vec<(&str, &str)> = row["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| (link["text"].as_str().unwrap(), link["url"].as_str().unwrap()))
        .collect();
    let (mail, slack) = (&team["contactDetails"][0], &team["contactDetails"][1]);
    let address = mail["email"].as_str().unwrap();
    let channel = (slack["slackChannel"].as_str().unwrap(), slack["url"].as_str().unwrap());
    assert_eq!(contacts, [(address, format!("mailto:{address}").as_str()), channel]);
    let urls = |links: &Value| {
        let links = links.as_array().unwrap();
        links.iter().map(|link| link["url"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(urls(&row["links"]), urls(&team["links"]));
}

#[test]
fn a_team_that_environments_describe_differently_has_a_row_for_each() {
    for (key, changed) in [
        ("name", json!("Orders of old")),
        (
            "responsibilities",
            json!({ "development": false, "security": false, "operations": true,
            "infrastructure": false, "lineOfBusiness": false }),
        ),
    ] {
        let host = SandboxHost::new();
        let mut team = values(&host, "preproduction", TEAMS)
            .into_iter()
            .find(|team| team["identifier"] == "webshop-orders")
            .unwrap();
        clear(&host, "preproduction", TEAMS);
        team[key] = changed;
        create(&host, "preproduction", TEAMS, &team);
        let rows = table(&ask(&host, &owned("cart", Some("group:default/orders"))), "teams");
        let mut environments: Vec<&str> =
            rows.iter().map(|row| row["environment"].as_str().unwrap()).collect();
        environments.sort_unstable();
        assert_eq!(environments, ["preproduction", "production"], "{key}");
    }
}

#[test]
fn a_view_asks_one_query_and_two_schemas_of_an_environment_and_says_so() {
    let host = SandboxHost::new();
    let answer = ask(&host, &owned("cart", Some("group:default/orders")));
    let report = &answer["environments"][0];
    assert_eq!(
        report["services"],
        json!([
            { "key": "teams", "service": "settings", "subject": TEAMS },
            { "key": "keys", "service": "settings", "subject": CONFIG },
        ])
    );
    assert_eq!(report["queries"].as_array().unwrap().len(), 1);
    insta::assert_snapshot!(report["queries"][0]["query"].as_str().unwrap());
    let counters = host.sandbox.environment("production").unwrap().counters();
    let calls: u64 = counters.values().map(|counter| counter.calls).sum();
    assert_eq!(calls, 3, "{counters:?}");
}

#[test]
fn without_the_scope_of_settings_the_labels_are_shown_and_the_teams_are_not() {
    let host = SandboxHost::new();
    host.without_settings.set(true);
    let entity = owned("cart", Some("group:default/orders"));
    let request = json!({ "card": CARD, "entity": entity, "environments": ["production"] });
    let answer = card(&client(&host, &both()), request).unwrap();
    assert_eq!((&answer["state"], codes(&answer)), (&json!("partial"), vec!["missing-scope"]));
    assert!(answer["notes"][0]["message"].as_str().unwrap().contains("settings:objects:read"));
    assert!(table(&answer, "teams").is_empty());
    let rows = table(&answer, "components");
    assert_eq!(rows[0]["state"]["label"], "teams not readable");
    assert_eq!(rows[0]["named-in"], "label dt.owner: orders");
    assert_eq!(answer["environments"][0].get("services"), None);
}

#[test]
fn without_teams_every_owner_is_unknown() {
    let host = SandboxHost::new();
    for environment in ["production", "preproduction"] {
        clear(&host, environment, TEAMS);
    }
    let answer = ask(&host, &owned("cart", Some("group:default/orders")));
    assert!(table(&answer, "teams").is_empty());
    assert_eq!(table(&answer, "components")[0]["state"]["label"], "unknown team");
    assert_eq!(codes(&answer), ["no-such-team", "no-owner-in-dynatrace", "unknown-team"]);
    assert_eq!(answer["state"], "ready");
}

#[test]
fn an_owner_that_nobody_knows_and_one_that_cannot_be_read_are_told_apart() {
    let host = SandboxHost::new();
    let answer = ask(&host, &owned("cart", Some("group:default/nobody")));
    assert_eq!(codes(&answer), ["no-such-team", "other-owner"]);
    assert_eq!(table(&answer, "components")[0]["state"]["label"], "another owner");
    assert_eq!(table(&answer, "teams")[0]["named-by"]["label"], "Dynatrace only");

    let answer = ask(&host, &owned("cart", Some("group:default/")));
    assert_eq!(codes(&answer), ["invalid-owner", "no-owner-in-catalog"]);
    assert_eq!(table(&answer, "components")[0]["owner"], "group:default/");

    let answer = ask(&host, &owned("cart", None));
    assert_eq!(codes(&answer), ["no-owner-in-catalog"]);
}

#[test]
fn an_entity_by_its_id_is_owned_by_its_tags() {
    let host = SandboxHost::new();
    let client = client(&host, &both());
    let services = records(&client, "production", "fetch dt.entity.service | fieldsAdd tags");
    let service = services.iter().find(|service| service["entity.name"] == "cart").unwrap();
    let tags = service["tags"].as_array().unwrap();
    let owner = tags.iter().find_map(|tag| tag.as_str().unwrap().strip_prefix("owner:")).unwrap();
    let mut entity = component(json!({ "dynatrace.com/dynatrace-entity-id": service["id"] }));
    entity["spec"] = json!({ "owner": "orders" });
    let request = json!({ "card": CARD, "entity": entity, "environments": ["production"] });
    let answer = card(&client, request).unwrap();
    let rows = table(&answer, "components");
    assert_eq!(rows[0]["named-in"], format!("tag owner: {owner}"));
    assert_eq!(rows[0]["state"]["label"], "agree");
}

#[test]
fn a_malformed_annotation_is_an_error_and_in_a_system_a_note() {
    let host = SandboxHost::new();
    let mut broken = component(json!({ "backstage.io/kubernetes-label-selector": "a in (b" }));
    let request = json!({ "card": CARD, "entity": broken });
    let error = card(&client(&host, &both()), request).unwrap_err();
    assert_eq!(error.code(), "invalid-label-selector");

    broken["metadata"]["name"] = json!("legacy");
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" } });
    let members = [broken, owned("cart", Some("group:default/orders"))];
    let request = json!({ "card": CARD, "entity": system, "components": members });
    let answer = card(&client(&host, &both()), request).unwrap();
    assert_eq!(codes(&answer), ["invalid-label-selector"]);
    assert_eq!(table(&answer, "components")[0]["component"], "cart");

    let answer = ask(&host, &component(json!({})));
    assert_eq!(answer["state"], "missing-annotation");
}
