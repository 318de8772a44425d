//! The card `management-zones`: the zones it finds by the rules, against those the sandbox itself puts each entity in.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::{PLATFORM_TOKEN, Request};
use sandbox_host::settings::{clear, values};
use sandbox_host::{SandboxHost, both, card, component, environment, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "management-zones";
const ZONES: &str = "builtin:management-zones";

fn client(host: &Rc<SandboxHost>, config: &Value) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), config).unwrap()
}

fn owned(name: &str, owner: &str) -> Value {
    let mut entity = component(json!({ "backstage.io/kubernetes-id": format!("webshop.{name}") }));
    entity["metadata"]["name"] = json!(name);
    entity["spec"] = json!({ "owner": format!("group:default/{owner}") });
    entity
}

fn ask(host: &Rc<SandboxHost>, entity: &Value) -> Value {
    card(&client(host, &both()), json!({ "card": CARD, "entity": entity })).unwrap()
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect()
}

/// Every workload with the zones that the environment itself says it is in.
fn workloads(client: &Client<SandboxHost>, environment: &str) -> Vec<Value> {
    let query = "fetch dt.entity.cloud_application | fieldsAdd managementZones, kubernetesLabels";
    let workloads = records(client, environment, query);
    workloads
        .into_iter()
        .filter(|it| it["kubernetesLabels"]["backstage.io/kubernetes-id"].is_string())
        .collect()
}

fn component_of(workload: &Value) -> &str {
    let id = workload["kubernetesLabels"]["backstage.io/kubernetes-id"].as_str().unwrap();
    id.strip_prefix("webshop.").unwrap()
}

#[test]
fn both_models_find_the_zones_that_the_environment_itself_says() {
    for model in ["smartscape", "classic"] {
        let host = SandboxHost::new();
        let mut config = unlimited();
        for environment in config["environments"].as_array_mut().unwrap() {
            environment["entityModel"] = json!(model);
        }
        let client = client(&host, &config);
        let mut expected = BTreeSet::new();
        let mut members = BTreeSet::new();
        for environment in ["production", "preproduction"] {
            for workload in workloads(&client, environment) {
                let name = component_of(&workload).to_owned();
                let team = workload["kubernetesLabels"]["team"].as_str().unwrap().to_owned();
                for zone in workload["managementZones"].as_array().unwrap() {
                    let zone = zone.as_str().unwrap().to_owned();
                    expected.insert([environment.to_owned(), name.clone(), zone]);
                }
                members.insert((name, team));
            }
        }
        let components: Vec<Value> = members.iter().map(|(name, team)| owned(name, team)).collect();
        let system = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" },
        });
        let answer =
            card(&client, json!({ "card": CARD, "entity": system, "components": components })).unwrap();
        let told: BTreeSet<[String; 3]> = table(&answer, "zones")
            .iter()
            .map(|row| ["environment", "component", "zone"].map(|key| row[key].as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(told, expected, "{model}");
        let zones: BTreeSet<&String> = expected.iter().map(|[_, _, zone]| zone).collect();
        assert_eq!(fact(&answer, "zones")["value"], zones.len());
        assert_eq!(answer["state"], "ready", "{}", answer["notes"]);
    }
}

#[test]
fn says_which_rule_matches_and_which_condition_keeps_it_out() {
    let host = SandboxHost::new();
    let answer = ask(&host, &owned("cart", "orders"));
    let rows = table(&answer, "zones");
    let row = |zone: &str| {
        rows.iter().find(|row| row["zone"] == zone && row["environment"] == "production").unwrap()
    };
    let stage = values(&host, "production", ZONES)
        .into_iter()
        .find(|zone| zone["name"] == "Stage: production")
        .unwrap();
    let namespace = stage["rules"][2]["attributeRule"]["conditions"][0]["stringValue"].as_str().unwrap();
    assert_eq!(
        row("Stage: production")["rule"],
        format!("rule 3: cloud application whose cloud application namespace name is {namespace}")
    );
    assert_eq!(
        row("Team: orders")["rule"],
        r#"rule 1: entities that type("CLOUD_APPLICATION"),tag("[Kubernetes]team:orders") selects"#
    );
    let elsewhere = table(&answer, "elsewhere");
    let row = elsewhere.iter().find(|row| row["zone"] == "Team: platform").unwrap();
    // Both environments say the same of it: one row says it for both.
    assert_eq!(row["environment"], "production, preproduction");
    assert_eq!(elsewhere.iter().filter(|other| other["zone"] == row["zone"]).count(), 1);
    assert_eq!(row["state"]["label"], "not in it");
    let reason = row["reason"].as_str().unwrap();
    assert!(reason.starts_with("rule 1: "), "{reason}");
    let (_, found) = reason.split_once("found ").unwrap();
    let (named, more) = found.split_once(" and ").unwrap();
    assert!(named.starts_with("[Kubernetes]team:orders, "), "{reason}");
    assert_eq!(named.split(", ").count(), 3, "{reason}");
    assert!(more.trim_end_matches(" more").parse::<usize>().is_ok_and(|more| more > 0), "{reason}");
}

#[test]
fn is_onboarded_in_a_zone_of_its_team_and_told_the_way_otherwise() {
    let host = SandboxHost::new();
    let state = |owner: &str| {
        let answer = ask(&host, &owned("cart", owner));
        let codes: Vec<String> = codes(&answer).into_iter().map(str::to_owned).collect();
        let rows = table(&answer, "onboarding");
        assert_eq!(rows.len(), 2);
        (rows[0]["state"]["label"].clone(), rows[0]["team-zones"].clone(), codes)
    };
    let note = "zones-and-grail".to_owned();
    assert_eq!(state("orders"), (json!("onboarded"), json!("Team: orders"), vec![note.clone()]));
    assert_eq!(
        state("platform"),
        (json!("not onboarded"), json!("Team: platform"), vec![note.clone(), "not-onboarded".to_owned()])
    );
    assert_eq!(
        state("order"),
        (json!("no zone of its team"), Value::Null, vec![note, "no-zone-of-team".to_owned()])
    );
}

#[test]
fn proposes_a_segment_for_each_zone_it_is_in() {
    let host = SandboxHost::new();
    let answer = ask(&host, &owned("cart", "orders"));
    let zones: BTreeSet<String> =
        table(&answer, "zones").iter().map(|row| row["zone"].as_str().unwrap().to_owned()).collect();
    let segments = table(&answer, "segments");
    let proposed: BTreeSet<String> =
        segments.iter().map(|row| row["zone"].as_str().unwrap().to_owned()).collect();
    assert_eq!(proposed, zones);
    let of_stage: Vec<&str> = segments
        .iter()
        .filter(|row| row["zone"] == "Stage: production")
        .map(|row| row["filter"].as_str().unwrap())
        .collect();
    assert!(of_stage.iter().any(|filter| filter.contains("k8s.namespace.name ==")), "{of_stage:?}");
}

#[test]
fn says_which_of_the_segments_exist_by_their_names() {
    let host = SandboxHost::new();
    let filter = json!({ "type": "Group", "logicalOperator": "AND", "explicit": false, "children": [{
        "type": "Statement",
        "key": { "type": "Key", "textValue": "k8s.namespace.name", "value": "k8s.namespace.name" },
        "operator": { "type": "ComparisonOperator", "textValue": "=", "value": "=" },
        "value": { "type": "String", "textValue": "\"webshop\"", "value": "webshop", "isEscaped": true },
    }] });
    let segment = json!({
        "name": "team: Orders", "isPublic": true,
        "includes": [{ "dataObject": "_all_data_object", "filter": filter.to_string() }],
    });
    let request = Request::post("/platform/storage/filter-segments/v1/filter-segments", segment.to_string())
        .with_bearer(PLATFORM_TOKEN);
    let now = i64::try_from(sandbox_host::NOW).unwrap();
    let response = host.sandbox.environment("production").unwrap().handle(&request, now);
    assert_eq!(response.status, 201, "{}", String::from_utf8_lossy(&response.body));
    let segments = table(&ask(&host, &owned("cart", "orders")), "segments");
    let state = |zone: &str, environment: &str| {
        let is_there = |row: &&BTreeMap<String, Value>| {
            row["zone"] == zone && row["environment"].as_str().unwrap().contains(environment)
        };
        let rows: Vec<_> = segments.iter().filter(is_there).map(|row| row["segment"].clone()).collect();
        rows[0].clone()
    };
    assert_eq!(
        state("Team: orders", "production"),
        json!({ "status": "ok", "label": "exists", "detail": "team: Orders" })
    );
    assert_eq!(state("Team: orders", "preproduction"), json!({ "status": "neutral", "label": "proposed" }));
    assert_eq!(state("Stage: production", "production"), json!({ "status": "neutral", "label": "proposed" }));
}

#[test]
fn without_the_scope_of_segments_nobody_can_say_which_exist() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", "dt0s16.NOSEGMENTS.TOKEN")] });
    let answer =
        card(&client(&host, &config), json!({ "card": CARD, "entity": owned("cart", "orders") })).unwrap();
    assert_eq!(codes(&answer)[0], "missing-scope");
    let segments = table(&answer, "segments");
    assert!(!segments.is_empty());
    for row in segments {
        assert_eq!(row["segment"], json!({ "status": "unknown", "label": "proposed" }));
    }
}

#[test]
fn says_what_was_asked_and_asks_no_more() {
    let host = SandboxHost::new();
    let answer = ask(&host, &owned("cart", "orders"));
    let report = &answer["environments"][0];
    let asked = json!([
        { "key": "zones", "service": "settings", "subject": ZONES },
        { "key": "segments", "service": "filter-segments", "subject": "segments" },
    ]);
    assert_eq!(report["services"], asked);
    let counters = host.sandbox.environment("production").unwrap().counters();
    let calls: u64 = counters.values().map(|counter| counter.calls).sum();
    assert_eq!(calls, 3, "{counters:?}");
    insta::assert_snapshot!(report["queries"][0]["query"].as_str().unwrap());
}

#[test]
fn without_the_scope_of_settings_there_is_nothing_to_say_of_zones() {
    let host = SandboxHost::new();
    host.without_settings.set(true);
    let request = json!({ "card": CARD, "entity": owned("cart", "orders"), "environments": ["production"] });
    let answer = card(&client(&host, &both()), request).unwrap();
    assert_eq!(answer["state"], "partial");
    assert_eq!(codes(&answer)[0], "missing-scope");
    assert!(answer["sections"].as_array().unwrap().is_empty());

    let answer = ask(&host, &owned("cart", "orders"));
    assert_eq!(answer["notes"][0]["environment"], "production");
    assert!(table(&answer, "zones").iter().all(|row| row["environment"] == "preproduction"));
    assert!(!table(&answer, "zones").is_empty());
}

#[test]
fn without_zones_nothing_is_onboarded() {
    let host = SandboxHost::new();
    for environment in ["production", "preproduction"] {
        clear(&host, environment, ZONES);
    }
    let answer = ask(&host, &owned("cart", "orders"));
    assert!(table(&answer, "zones").is_empty());
    assert_eq!(fact(&answer, "not-onboarded")["value"], 1);
    assert_eq!(codes(&answer), ["zones-and-grail", "no-zone-of-team"]);
}
