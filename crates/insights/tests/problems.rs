//! The card `problems`: its answers from the sandbox against numbers worked out from the records without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::Client;
use grailstage_sandbox::{Fault, FaultKind};
use sandbox_host::{SandboxHost, asked, card, component, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "problems";
const FROM: &str = "2026-10-25T00:00:00Z";
const TO: &str = "2026-11-21T00:00:00Z";
const ENVIRONMENTS: [&str; 2] = ["production", "preproduction"];

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

/// A component of the webshop with its owner.
fn of_webshop(name: &str, owner: &str) -> Value {
    let mut entity = component(json!({ "backstage.io/kubernetes-id": format!("webshop.{name}") }));
    entity["metadata"]["name"] = json!(name);
    entity["spec"] = json!({ "owner": owner });
    entity
}

fn ask(host: &Rc<SandboxHost>, entity: &Value) -> Value {
    let request = json!({ "card": CARD, "entity": entity, "from": FROM, "to": TO });
    card(&client(host), request).unwrap()
}

/// All problems that affect a component, which its name in the ids of the topology says, with their environment.
fn problems_of(host: &Rc<SandboxHost>, name: &str, window: &str) -> Vec<(&'static str, Value)> {
    let client = client(host);
    let mut found = Vec::new();
    for environment in ENVIRONMENTS {
        let nodes = records(&client, environment, r#"smartscapeNodes "K8S_*""#);
        let ids: BTreeSet<&str> = nodes
            .iter()
            .filter(|node| node["tags:k8s.labels"]["backstage.io/kubernetes-id"] == format!("webshop.{name}"))
            .map(|node| node["id"].as_str().unwrap())
            .collect();
        let problems = records(&client, environment, &format!("fetch dt.davis.problems, {window}"));
        found.extend(
            problems
                .into_iter()
                .filter(|problem| problem["dt.davis.is_duplicate"] == false)
                .filter(|problem| {
                    let affected = problem["smartscape.affected_entity.ids"].as_array().unwrap();
                    affected.iter().any(|id| ids.contains(id.as_str().unwrap()))
                })
                .map(|problem| (environment, problem)),
        );
    }
    found
}

fn open_of(host: &Rc<SandboxHost>, name: &str) -> BTreeMap<String, Value> {
    problems_of(host, name, "from:now()-24h")
        .into_iter()
        .filter(|(_, problem)| problem["event.status"] == "ACTIVE")
        .map(|(_, problem)| (problem["display_id"].as_str().unwrap().to_owned(), problem))
        .collect()
}

fn millis(timestamp: &Value) -> f64 {
    let timestamp: jiff::Timestamp = timestamp.as_str().unwrap().parse().unwrap();
    timestamp.as_millisecond() as f64
}

#[test]
fn asks_by_labels_and_by_ids() {
    let entity = component(json!({
        "backstage.io/kubernetes-id": "webshop.cart",
        "dynatrace.com/dynatrace-entity-id": "SERVICE-00AB, HOST-00CD",
    }));
    let answer = ask(&SandboxHost::new(), &entity);
    insta::assert_snapshot!(asked(&answer));
}

#[test]
fn shows_the_open_problems_of_the_component_once_each_with_what_is_known() {
    let host = SandboxHost::new();
    let answer = ask(&host, &of_webshop("payment", "group:default/orders"));
    let expected = open_of(&host, "payment");
    assert_eq!(expected.len(), 2, "the incident and its pods, not the duplicate");
    let open = table(&answer, "open");
    let shown: BTreeSet<&str> = open.iter().map(|row| row["problem"]["detail"].as_str().unwrap()).collect();
    assert_eq!(shown, expected.keys().map(String::as_str).collect());
    assert_eq!(open.len(), expected.len());
    for row in &open {
        let problem = &expected[row["problem"]["detail"].as_str().unwrap()];
        assert_eq!(row["problem"]["text"], problem["event.name"]);
        let url = row["problem"]["url"].as_str().unwrap();
        assert_eq!(
            url,
            format!(
                "https://production.example/ui/apps/dynatrace.davis.problems/problem/{}",
                problem["event.id"].as_str().unwrap()
            )
        );
        assert_eq!(millis(&row["since"]), millis(&problem["event.start"]));
        assert_eq!(row["open"], json!(sandbox_host::NOW as f64 - millis(&problem["event.start"])));
        assert_eq!(row["impact"]["status"], "error");
        assert_eq!(row["owner"], "orders");
        assert!(!row.contains_key("component"), "on its page a component needs no name");
        assert_eq!(row["root-cause"]["text"], problem["root_cause_entity_name"], "{row:?}");
    }
    assert_eq!(fact(&answer, "open")["value"], 2);
    assert_eq!(fact(&answer, "open")["status"], "error");
}

#[test]
fn who_owns_it_is_drawn_on_the_page_of_a_component() {
    let answer = ask(&SandboxHost::new(), &of_webshop("payment", "group:default/orders"));
    let open = &answer["sections"][0];
    let columns = open["columns"].as_array().unwrap().iter();
    let drawn: Vec<&str> = columns
        .filter(|column| column["onRequest"] != true)
        .map(|column| column["key"].as_str().unwrap())
        .collect();
    assert_eq!(
        (&open["key"], drawn.contains(&"owner"), drawn.contains(&"component")),
        (&json!("open"), true, false)
    );
}

#[test]
fn a_duplicate_is_not_counted_and_a_healthy_component_is_well() {
    let host = SandboxHost::new();
    let answer = ask(&host, &of_webshop("catalog", "group:default/experience"));
    assert_eq!(open_of(&host, "catalog").len(), 0);
    assert_eq!(fact(&answer, "open")["value"], 0);
    assert_eq!(fact(&answer, "open")["status"], "ok");
    assert_eq!(answer["state"], "empty");
    // Checkout suffers from payment's incident, whose duplicate is its own.
    let answer = ask(&host, &of_webshop("checkout", "group:default/orders"));
    assert_eq!(table(&answer, "open").len(), open_of(&host, "checkout").len());
    assert_eq!(table(&answer, "open").len(), 1);
}

#[test]
fn the_mean_time_to_resolve_is_that_of_the_closed_problems_and_of_each_day() {
    let host = SandboxHost::new();
    let name = "storefront";
    let answer = ask(&host, &of_webshop(name, "experience"));
    let closed: Vec<Value> = problems_of(&host, name, &format!(r#"from:"{FROM}", to:"{TO}""#))
        .into_iter()
        .map(|(_, problem)| problem)
        .filter(|problem| problem["event.status"] == "CLOSED")
        .collect();
    assert!(closed.len() > 3, "{}", closed.len());
    assert_eq!(fact(&answer, "closed")["value"], json!(closed.len()));
    let length = |problem: &Value| millis(&problem["event.end"]) - millis(&problem["event.start"]);
    let mean = |lengths: &[f64]| lengths.iter().sum::<f64>() / lengths.len() as f64;
    let all: Vec<f64> = closed.iter().map(length).collect();
    let shown = fact(&answer, "time-to-resolve")["value"].as_f64().unwrap();
    assert!((shown - mean(&all)).abs() < 1.0, "{shown} {}", mean(&all));

    let mut by_day: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for problem in &closed {
        let day: String = problem["event.end"].as_str().unwrap().chars().take(10).collect();
        by_day.entry(day).or_default().push(length(problem));
    }
    let chart = answer["sections"].as_array().unwrap().iter().find(|s| s["type"] == "chart").unwrap();
    let (times, values) =
        (chart["times"].as_array().unwrap(), chart["series"][0]["values"].as_array().unwrap());
    assert_eq!((times.len(), values.len()), (27, 27));
    for (time, value) in times.iter().zip(values) {
        let day: String = time.as_str().unwrap().chars().take(10).collect();
        match by_day.get(&day) {
            None => assert!(value.is_null(), "{day}"),
            Some(lengths) => assert!((value.as_f64().unwrap() - mean(lengths)).abs() < 1.0, "{day}"),
        }
    }
}

#[test]
fn an_entity_id_leads_to_the_same_problems_as_the_labels() {
    let host = SandboxHost::new();
    let nodes = records(&client(&host), "production", r#"smartscapeNodes "K8S_DEPLOYMENT""#);
    let payment = nodes.iter().find(|node| node["name"] == "payment").unwrap();
    for id in ["id", "id_classic"] {
        let entity = component(json!({ "dynatrace.com/dynatrace-entity-id": payment[id] }));
        let answer = ask(&host, &entity);
        assert_eq!(fact(&answer, "open")["value"], json!(open_of(&host, "payment").len()), "{id}");
        assert_eq!(
            answer["environments"][0]["queries"].as_array().unwrap().len(),
            2,
            "no workloads to ask for"
        );
    }
}

#[test]
fn a_system_shows_whose_each_problem_is() {
    let host = SandboxHost::new();
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" } });
    let members = [
        of_webshop("payment", "group:default/orders"),
        of_webshop("search", "user:default/ada"),
        of_webshop("checkout", "orders"),
    ];
    let request = json!({ "card": CARD, "entity": system, "components": members, "from": FROM, "to": TO });
    let answer = card(&client(&host), request).unwrap();
    let mut owners: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for (name, owner) in [("checkout", "orders"), ("payment", "orders"), ("search", "user:default/ada")] {
        for id in open_of(&host, name).into_keys() {
            owners.entry(id).or_default().push((name, owner));
        }
    }
    let open = table(&answer, "open");
    assert_eq!(open.len(), owners.len());
    for row in open {
        let expected = &owners[row["problem"]["detail"].as_str().unwrap()];
        let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
        assert_eq!(row["component"], names.join(", "));
        let mut teams: Vec<&str> = expected.iter().map(|(_, owner)| *owner).collect();
        teams.dedup();
        assert_eq!(row["owner"], teams.join(", "));
    }
}

#[test]
fn a_question_that_fails_leaves_no_good_news_behind() {
    let host = SandboxHost::new();
    let request = json!({
        "card": CARD, "entity": of_webshop("catalog", "experience"), "environments": ["production"],
    });
    host.sandbox.environment("production").unwrap().add_fault(Fault::once("execute", FaultKind::Failed));
    let answer = card(&client(&host), request).unwrap();
    assert_eq!(answer["state"], "partial");
    assert_eq!(fact(&answer, "open")["value"], Value::Null);
    assert_eq!(fact(&answer, "open")["status"], "unknown");
}

#[test]
fn an_entity_without_annotations_is_told_which_would_do() {
    let answer = ask(&SandboxHost::new(), &component(json!({})));
    assert_eq!(answer["state"], "missing-annotation");
    assert_eq!(
        answer["annotations"],
        json!([
            "backstage.io/kubernetes-id",
            "backstage.io/kubernetes-label-selector",
            "dynatrace.com/dynatrace-entity-id"
        ])
    );
}
