//! What cards say in English is known to the frontend, which translates it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_insights::cards::card_ids;
use sandbox_host::{SandboxHost, both, card};
use serde_json::{Value, json};

/// What the records of the sandbox call their stages.
const STAGES: &[&str] = &["development", "hardening", "production"];

fn component(name: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": name,
            "annotations": {
                "backstage.io/kubernetes-id": format!("webshop.{name}"),
                "dynatrace.com/guardian-tags": format!("service={name}"),
                "dynatrace.com/slo-tags": format!("service={name}"),
                "github.com/project-slug": format!("example/{name}"),
            },
        },
        "spec": { "type": "service", "lifecycle": "production", "owner": "group:default/orders" },
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Titles of facts, tables, columns and charts, names of series and queries, words for states.
fn texts(answer: &Value) -> BTreeSet<&str> {
    let mut found: Vec<&Value> = list(&answer["facts"]).iter().map(|fact| &fact["title"]).collect();
    for section in list(&answer["sections"]) {
        found.push(&section["title"]);
        found.extend(list(&section["columns"]).iter().map(|column| &column["title"]));
        found.extend(list(&section["series"]).iter().map(|series| &series["name"]));
        found.extend(list(&section["rows"]).iter().flat_map(list).map(|cell| &cell["label"]));
    }
    for environment in list(&answer["environments"]) {
        found.extend(list(&environment["queries"]).iter().map(|query| &query["key"]));
    }
    found.into_iter().filter_map(Value::as_str).collect()
}

/// Versions, stages and names of objectives come from records, and stay as they are.
fn is_data(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        || STAGES.contains(&text)
        || text.contains(" success rate ")
}

#[test]
fn every_title_and_every_word_for_a_state_has_a_translation() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../js/plugins/dynatrace/src/answerTexts.ts");
    let known = fs::read_to_string(file).unwrap();
    let host = SandboxHost::new();
    let client = Client::new(Rc::clone(&host), &both()).unwrap();
    let [cart, nobody] = ["cart", "nobody"].map(component);
    let mut system = component("webshop");
    system["kind"] = json!("System");
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    for id in card_ids() {
        let of_system = json!({ "card": id, "entity": system, "components": [cart, component("payment")] });
        for (request, without_settings) in [
            (json!({ "card": id, "entity": cart }), true),
            (json!({ "card": id, "entity": nobody }), false),
            (of_system, false),
        ] {
            host.without_settings.set(without_settings);
            let answer = card(&client, request).unwrap();
            said.extend(texts(&answer).into_iter().map(|text| (text.to_owned(), id)));
        }
    }
    assert!(said.len() > 150, "{} texts are too few to be all", said.len());
    said.retain(|text, _| !is_data(text) && !known.contains(&format!("'{text}'")));
    assert!(said.is_empty(), "js/plugins/dynatrace/src/answerTexts.ts lacks {said:#?}");
}
