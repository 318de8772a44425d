//! What several cards count of the same workloads is the same number.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::BTreeMap;
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::{API_TOKEN, Request};
use sandbox_host::{NOW, SandboxHost, card, component, fact, records, table, unlimited};
use serde_json::{Value, json};

fn client(host: &Rc<SandboxHost>, model: &str) -> Client<SandboxHost> {
    let mut config = unlimited();
    for environment in config["environments"].as_array_mut().unwrap() {
        environment["entityModel"] = json!(model);
    }
    Client::new(Rc::clone(host), &config).unwrap()
}

fn of_cart() -> Value {
    component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }))
}

fn ask(client: &Client<SandboxHost>, card_id: &str, entity: &Value) -> Value {
    card(client, json!({ "card": card_id, "entity": entity })).unwrap()
}

/// How many rows of a table name a workload, by the address of its page.
fn namings(answer: &Value, key: &str) -> BTreeMap<String, i64> {
    let mut namings = BTreeMap::new();
    for row in table(answer, key) {
        for workload in row["workloads"].as_array().unwrap() {
            *namings.entry(workload["url"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    namings
}

/// The same as the workloads' own card counts it.
fn counts(answer: &Value, column: &str) -> BTreeMap<String, i64> {
    table(answer, "workloads")
        .into_iter()
        .map(|row| (row["workload"]["url"].as_str().unwrap().to_owned(), row[column].as_i64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// Reports a vulnerability of the workload of `cart` in production again, changed.
fn report(host: &Rc<SandboxHost>, change: impl FnOnce(&mut Value, &str)) {
    let query = "fetch security.events, from:now()-1h | sort timestamp asc";
    let reports = records(&client(host, "smartscape"), "production", query);
    let mut report = reports
        .into_iter()
        .find(|report| report["related_entities.kubernetes_workloads.names"] == json!(["cart"]))
        .unwrap();
    let workload = report["related_entities.kubernetes_workloads.ids"][0].as_str().unwrap().to_owned();
    report["vulnerability.display_id"] = json!("S-4711");
    report["vulnerability.resolution.status"] = json!("OPEN");
    report.as_object_mut().unwrap().remove("timestamp");
    change(&mut report, &workload);
    let request = Request::post("/platform/ingest/v1/events.security", report.to_string())
        .with_header("authorization", &format!("Api-Token {API_TOKEN}"));
    let now = i64::try_from(NOW).unwrap();
    let status = host.sandbox.environment("production").unwrap().handle(&request, now - 60_000).status;
    assert_eq!(status, 202);
}

/// How many open vulnerabilities of `cart` three cards count in all environments.
fn vulnerabilities_of_cart(host: &Rc<SandboxHost>) -> [i64; 3] {
    let client = client(host, "smartscape");
    let mut system = component(json!({}));
    system["kind"] = json!("System");
    let request = json!({ "card": "team", "entity": system, "components": [of_cart()] });
    let team = card(&client, request).unwrap();
    let production = table(&ask(&client, "kubernetes-deployments", &of_cart()), "workloads");
    let vulnerabilities = ask(&client, "vulnerabilities", &of_cart());
    let open = table(&vulnerabilities, "open");
    assert_eq!(fact(&vulnerabilities, "open")["value"], json!(open.len()));
    [
        production.iter().find(|row| row["environment"] == "production").unwrap()["vulnerabilities"]
            .as_i64()
            .unwrap(),
        i64::try_from(open.iter().filter(|row| row["environment"] == "production").count()).unwrap(),
        table(&team, "components")[0]["vulnerabilities"].as_i64().unwrap()
            - i64::try_from(open.iter().filter(|row| row["environment"] != "production").count()).unwrap(),
    ]
}

#[test]
fn each_workload_has_the_problems_and_vulnerabilities_that_their_own_cards_list() {
    let host = SandboxHost::new();
    let all = component(json!({ "backstage.io/kubernetes-label-selector": "app.kubernetes.io/name" }));
    for model in ["smartscape", "classic"] {
        let client = client(&host, model);
        let workloads = ask(&client, "kubernetes-deployments", &all);
        for (card_id, column) in [("problems", "problems"), ("vulnerabilities", "vulnerabilities")] {
            let listed = namings(&ask(&client, card_id, &all), "open");
            assert!(listed.len() > 3, "{model} {listed:?}");
            assert_eq!(counts(&workloads, column), listed, "{model} {column}");
        }
    }
}

#[test]
fn each_row_of_a_system_names_the_components_it_is_about() {
    let host = SandboxHost::new();
    let named = |name: &str| {
        let mut entity = component(json!({
            "backstage.io/kubernetes-id": format!("webshop.{name}"),
            "dynatrace.com/guardian-tags": format!("service={name}"),
        }));
        entity["metadata"]["name"] = json!(name);
        entity
    };
    let mut system = component(json!({}));
    system["kind"] = json!("System");
    let client = client(&host, "smartscape");
    let ask = |card_id: &str| {
        let components = [named("cart"), named("checkout")];
        card(&client, json!({ "card": card_id, "entity": system, "components": components })).unwrap()
    };
    let mut seen = std::collections::BTreeSet::new();
    for row in table(&ask("kubernetes-deployments"), "workloads") {
        assert_eq!(row["component"], row["workload"]["text"]);
        seen.insert(row["component"].clone().to_string());
    }
    for row in table(&ask("vulnerabilities"), "open") {
        let workloads: std::collections::BTreeSet<&str> = row["workloads"]
            .as_array()
            .unwrap()
            .iter()
            .map(|workload| workload["text"].as_str().unwrap())
            .collect();
        let workloads: Vec<&str> = workloads.into_iter().collect();
        assert_eq!(row["component"], workloads.join(", "));
    }
    let validations = ask("release-validations");
    for key in ["guardians", "objectives", "validations"] {
        for row in table(&validations, key) {
            let guardian = row.get("guardian").unwrap_or_else(|| &row["validation"]);
            let name = guardian["text"].as_str().or(guardian.as_str()).unwrap();
            let component = row["component"].as_str().unwrap();
            assert!(name.starts_with(component), "{key}: {name} is not of {component}");
            seen.insert(row["component"].clone().to_string());
        }
    }
    assert_eq!(seen.len(), 2, "{seen:?}");
}

#[test]
fn a_vulnerability_that_nobody_ever_muted_counts_on_every_card() {
    let host = SandboxHost::new();
    let [before, ..] = vulnerabilities_of_cart(&host);
    report(&host, |report, _| {
        let report = report.as_object_mut().unwrap();
        report.remove("vulnerability.mute.status");
        report.remove("vulnerability.parent.mute.status");
    });
    assert_eq!(vulnerabilities_of_cart(&host), [before + 1; 3]);
}

#[test]
fn a_vulnerability_that_was_muted_as_a_whole_or_here_counts_on_no_card() {
    for field in ["vulnerability.mute.status", "vulnerability.parent.mute.status"] {
        let host = SandboxHost::new();
        let [before, ..] = vulnerabilities_of_cart(&host);
        report(&host, |report, _| {
            let report = report.as_object_mut().unwrap();
            report.remove("vulnerability.mute.status");
            report.remove("vulnerability.parent.mute.status");
            report.insert(field.to_owned(), json!("MUTED"));
        });
        assert_eq!(vulnerabilities_of_cart(&host), [before; 3], "{field}");
    }
}

#[test]
fn a_vulnerability_of_the_workload_itself_counts_on_every_card() {
    let host = SandboxHost::new();
    let [before, ..] = vulnerabilities_of_cart(&host);
    report(&host, |report, workload| {
        report["vulnerability.mute.status"] = json!("NOT_MUTED");
        report["vulnerability.parent.mute.status"] = json!("NOT_MUTED");
        report["affected_entity.id"] = json!(workload);
        report.as_object_mut().unwrap().remove("related_entities.kubernetes_workloads.ids");
    });
    assert_eq!(vulnerabilities_of_cart(&host), [before + 1; 3]);
}
