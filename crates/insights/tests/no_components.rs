//! What every card says of a system, a domain or a group that has no components.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use grailstage_insights::{Client, card_ids};
use sandbox_host::{SandboxHost, both, card};
use serde_json::{Value, json};

fn ask(card_id: &str, kind: &str) -> Value {
    let entity =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": { "name": "webshop" } });
    let client = Client::new(SandboxHost::new(), &both()).unwrap();
    card(&client, json!({ "card": card_id, "entity": entity, "components": [] })).unwrap()
}

#[test]
fn every_card_says_that_there_are_none_and_asks_nothing() {
    for id in card_ids() {
        let answer = ask(id, "System");
        assert_eq!(answer["state"], "no-components", "{id}");
        assert_eq!((&answer["environments"], &answer["annotations"]), (&json!([]), &Value::Null), "{id}");
        assert_eq!(answer["notes"].as_array().unwrap().len(), 1, "{id}");
    }
}

#[test]
fn says_how_the_catalog_gets_to_know_of_components() {
    for (kind, message, help) in [
        ("Group", "is owned by `group:default/webshop`", "`spec.owner`"),
        ("System", "is part of `system:default/webshop`", "`spec.system`"),
        ("Domain", "is part of `domain:default/webshop`", "`spec.domain`"),
    ] {
        let note = &ask("problems", kind)["notes"][0];
        assert_eq!((&note["code"], &note["severity"]), (&json!("no-components"), &json!("info")));
        assert!(note["message"].as_str().unwrap().contains(message), "{note}");
        assert!(note["help"].as_str().unwrap().contains(help), "{note}");
    }
}
