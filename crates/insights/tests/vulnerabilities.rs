//! The card `vulnerabilities`: its answers from the sandbox against what the records say without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::BTreeMap;
use std::rc::Rc;

use grailstage_insights::Client;
use sandbox_host::{SandboxHost, card, component, environment, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "vulnerabilities";

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

/// The card of a component in production.
fn ask(host: &Rc<SandboxHost>, annotations: Value) -> Value {
    let request = json!({
        "card": CARD, "entity": component(annotations), "environments": ["production"],
    });
    card(&client(host), request).unwrap()
}

fn of_webshop(name: &str) -> Value {
    json!({ "backstage.io/kubernetes-id": format!("webshop.{name}") })
}

/// The newest open report of each vulnerability of a workload in production, by display id.
fn open_of(host: &Rc<SandboxHost>, name: &str) -> BTreeMap<String, Value> {
    let query = "fetch security.events, from:now()-1h | sort timestamp asc";
    records(&client(host), "production", query)
        .into_iter()
        .filter(|report| report["related_entities.kubernetes_workloads.names"] == json!([name]))
        .map(|report| (report["vulnerability.display_id"].as_str().unwrap().to_owned(), report))
        .filter(|(_, report)| report["vulnerability.resolution.status"] == "OPEN")
        .collect()
}

#[test]
fn asks_for_the_newest_reports_of_the_workloads() {
    let answer = ask(&SandboxHost::new(), of_webshop("cart"));
    insta::assert_snapshot!(answer["environments"][0]["queries"][0]["query"].as_str().unwrap());
}

#[test]
fn shows_each_vulnerability_once_and_the_riskiest_first() {
    let host = SandboxHost::new();
    let answer = ask(&host, of_webshop("cart"));
    let expected = open_of(&host, "cart");
    assert_eq!(expected.len(), 2);
    let mut by_risk: Vec<(f64, &str)> = expected
        .iter()
        .map(|(id, report)| (report["vulnerability.risk.score"].as_f64().unwrap(), id.as_str()))
        .collect();
    by_risk.sort_by(|a, b| b.0.total_cmp(&a.0));
    let open = table(&answer, "open");
    let shown: Vec<(f64, &str)> = open
        .iter()
        .map(|row| (row["score"].as_f64().unwrap(), row["vulnerability"]["detail"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, by_risk);
    for row in &open {
        let report = &expected[row["vulnerability"]["detail"].as_str().unwrap()];
        assert_eq!(row["vulnerability"]["text"], report["vulnerability.title"]);
        let id = report["vulnerability.id"].as_str().unwrap();
        assert!(row["vulnerability"]["url"].as_str().unwrap().ends_with(&format!("/vulnerabilities/{id}")));
        assert_eq!(row["cve"], report["vulnerability.references.cve"][0]);
        assert_eq!(row["exposure"]["label"], "Public network");
        assert!(!row.contains_key("data-assets"), "the records do not say");
        assert_eq!(row["workloads"][0]["text"], "cart");
        let seen: jiff::Timestamp = report["vulnerability.first_seen"].as_str().unwrap().parse().unwrap();
        let age = sandbox_host::NOW as f64 - seen.as_millisecond() as f64;
        assert_eq!(row["age"].as_f64().unwrap(), age);
    }
    assert_eq!(fact(&answer, "open")["value"], 2);
    assert_eq!(fact(&answer, "open")["status"], "error");
    assert_eq!(fact(&answer, "critical")["value"], 1);
    assert_eq!(fact(&answer, "exposed")["value"], 2);
}

#[test]
fn muted_ones_are_counted_apart_and_resolved_ones_not_at_all() {
    let host = SandboxHost::new();
    let answer = ask(&host, of_webshop("search"));
    assert_eq!(open_of(&host, "search").len(), 1, "it is muted, and open nevertheless");
    assert_eq!((table(&answer, "open").len(), table(&answer, "muted").len()), (0, 1));
    assert_eq!((&fact(&answer, "open")["value"], &fact(&answer, "muted")["value"]), (&json!(0), &json!(1)));
    assert_eq!(ask(&host, of_webshop("catalog"))["state"], "empty");
}

#[test]
fn an_entity_id_leads_to_what_affects_it() {
    let host = SandboxHost::new();
    let reports = open_of(&host, "payment");
    let group = reports.values().next().unwrap()["affected_entity.id"].clone();
    let answer = ask(&host, json!({ "dynatrace.com/dynatrace-entity-id": group }));
    assert_eq!(fact(&answer, "open")["value"], json!(reports.len()));
}

#[test]
fn a_token_that_may_not_read_findings_is_not_good_news() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", "dt0s16.NOSECURITY.TOKEN")] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    let entity = component(of_webshop("cart"));
    let answer = card(&client, json!({ "card": CARD, "entity": entity })).unwrap();
    assert_eq!(answer["notes"][0]["code"], "missing-scope");
    assert_ne!(answer["state"], "empty");
    assert_eq!(answer["facts"], json!([]));
}
