//! The card `telemetry-coverage`: its answers from the sandbox against what the records say without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::BTreeMap;
use std::rc::Rc;

use grailstage_insights::Client;
use sandbox_host::{NOW, SandboxHost, card, environment, fact, records, table, unlimited};
use serde_json::{Value, json};

const CARD: &str = "telemetry-coverage";

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

fn of_webshop(name: &str, tags: &[&str]) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": name,
            "tags": tags,
            "annotations": { "backstage.io/kubernetes-id": format!("webshop.{name}") },
        },
    })
}

/// The card of a component in production.
fn ask(host: &Rc<SandboxHost>, entity: Value) -> Value {
    let request = json!({ "card": CARD, "entity": entity, "environments": ["production"] });
    card(&client(host), request).unwrap()
}

/// The rows of the signals, by their names.
fn signals(answer: &Value) -> BTreeMap<String, BTreeMap<String, Value>> {
    let rows = table(answer, "signals");
    rows.into_iter().map(|row| (row["signal"].as_str().unwrap().to_owned(), row)).collect()
}

/// The gaps that have to be mended or looked at.
fn real_gaps(answer: &Value) -> Vec<BTreeMap<String, Value>> {
    table(answer, "gaps").into_iter().filter(|row| row["gap"]["status"] != "neutral").collect()
}

fn millis(timestamp: &Value) -> i64 {
    timestamp.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

#[test]
fn asks_for_each_kind_of_telemetry_once() {
    let answer = ask(&SandboxHost::new(), of_webshop("cart", &[]));
    let queries = answer["environments"][0]["queries"].as_array().unwrap();
    let text: Vec<&str> = queries.iter().map(|query| query["query"].as_str().unwrap()).collect();
    insta::assert_snapshot!(text.join("\n\n"));
}

#[test]
fn tells_what_arrives_as_the_records_do() {
    let host = SandboxHost::new();
    let answer = ask(&host, of_webshop("cart", &[]));
    let hour_ago = i64::try_from(NOW).unwrap() - 3_600_000;
    let rows = signals(&answer);
    for (signal, table, time) in [("Logs", "logs", "timestamp"), ("Traces", "spans", "start_time")] {
        let all = records(&client(&host), "production", &format!("fetch {table}, from:now()-2h"));
        let own: Vec<&Value> = all
            .iter()
            .filter(|record| record["k8s.workload.name"] == "cart" && millis(&record[time]) >= hour_ago)
            .collect();
        assert!(!own.is_empty());
        let row = &rows[signal];
        assert_eq!(row["state"]["label"], "Arriving");
        assert_eq!(row["records"], json!(own.len() as f64 * 24.0), "{signal}");
        let last = own.iter().map(|record| millis(&record[time])).max().unwrap();
        assert_eq!(millis(&row["last"]), last, "{signal}");
        // Eleven steps of 5 min end on a full one; 12:00 is one.
        let course: Vec<f64> = (1..=11)
            .rev()
            .map(|back| {
                let start = i64::try_from(NOW).unwrap() - back * 300_000;
                let times = own.iter().map(|record| millis(&record[time]));
                times.filter(|time| (start..start + 300_000).contains(time)).count() as f64
            })
            .collect();
        assert_eq!(row["course"]["points"], json!(course), "{signal}");
        if signal == "Logs" {
            let characters: usize =
                own.iter().map(|record| record["content"].as_str().unwrap().chars().count()).sum();
            assert_eq!(row["bytes"], json!(characters as f64 * 24.0));
            assert_eq!(fact(&answer, "volume")["value"], row["bytes"]);
            let detail = fact(&answer, "volume")["detail"].as_str().unwrap();
            assert_eq!(detail, "characters of the logs of the last hour, times 24");
        }
    }
    assert_eq!(rows["Container metrics"]["state"]["label"], "Arriving");
    assert_eq!(rows["Own metrics"]["state"]["label"], "None");
    assert_eq!(rows["Logs"]["sending"], json!({ "ready": 1, "desired": 1, "status": "ok" }));
    assert_eq!(real_gaps(&answer), []);
}

#[test]
fn a_workload_that_nothing_comes_from_is_one_gap_with_one_reason() {
    let host = SandboxHost::new();
    for table in ["logs", "spans", "events"] {
        let query = format!("fetch {table}, from:now()-7d");
        let all = records(&client(&host), "production", &query);
        assert!(all.iter().all(|record| record["k8s.workload.name"] != "accounting"), "{table}");
    }
    let answer = ask(&host, of_webshop("accounting", &[]));
    let rows = signals(&answer);
    for signal in ["Logs", "Traces", "Container metrics"] {
        assert_eq!(rows[signal]["state"]["label"], "Missing", "{signal}");
        assert_eq!(rows[signal]["state"]["status"], "error", "{signal}");
        assert_eq!(rows[signal]["last"], Value::Null, "{signal}");
        assert_eq!(rows[signal]["state"]["detail"], "nothing within 1 h", "{signal}");
        assert_eq!(rows[signal]["sending"], json!({ "ready": 0, "desired": 1, "status": "error" }));
    }
    // The cluster's events arrive, so nothing happened to it.
    assert_eq!(rows["Kubernetes events"]["state"]["label"], "Nothing happened");
    assert_eq!(rows["Kubernetes events"]["state"]["detail"], "nothing within 24 h");
    assert!(answer["facts"].as_array().unwrap().iter().all(|fact| fact["key"] != "volume"));
    let gaps = real_gaps(&answer);
    assert_eq!(gaps.len(), 3);
    for gap in &gaps {
        assert!(gap["reason"].as_str().unwrap().contains("nothing it does arrives"));
        assert!(gap["remedy"].as_str().unwrap().contains("namespaceSelector"));
        assert_eq!(gap["workloads"][0]["text"], "accounting");
    }
    assert_eq!(fact(&answer, "missing")["value"], 3);
}

#[test]
fn python_on_alpine_has_logs_and_metrics_and_a_reason_for_no_traces() {
    let answer = ask(&SandboxHost::new(), of_webshop("recommendation", &["python"]));
    let rows = signals(&answer);
    let states = ["Logs", "Container metrics", "Traces"].map(|signal| rows[signal]["state"]["label"].clone());
    assert_eq!(states, ["Arriving", "Arriving", "Missing"]);
    let gaps = real_gaps(&answer);
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0]["signal"], "Traces");
    let reason = gaps[0]["reason"].as_str().unwrap();
    assert!(reason.contains("Python") && reason.contains("musl"), "{reason}");
    // Without the tag nobody knows the language.
    let untold = real_gaps(&ask(&SandboxHost::new(), of_webshop("recommendation", &[])));
    assert!(!untold[0]["reason"].as_str().unwrap().contains("Python"), "{untold:?}");
    assert!(untold[0]["reason"].as_str().unwrap().contains("musl"), "{untold:?}");
}

#[test]
fn a_system_has_a_row_a_component_and_signal_and_says_who_runs_nowhere() {
    let host = SandboxHost::new();
    let system = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" },
    });
    let components = ["cart", "accounting", "ghost"].map(|name| of_webshop(name, &[]));
    let request = json!({ "card": CARD, "entity": system, "components": components });
    let answer = card(&client(&host), request).unwrap();
    let rows = table(&answer, "signals");
    let mut count: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in &rows {
        let key = (row["component"].as_str().unwrap(), row["environment"].as_str().unwrap());
        *count.entry(key).or_default() += 1;
    }
    let expected = [
        ("accounting", "preproduction"),
        ("accounting", "production"),
        ("cart", "preproduction"),
        ("cart", "production"),
    ]
    .map(|key| (key, 5));
    assert_eq!(count, BTreeMap::from(expected));
    // Two clusters before production, one workload each.
    let before = rows.iter().find(|row| {
        row["component"] == "cart" && row["signal"] == "Logs" && row["environment"] == "preproduction"
    });
    assert_eq!(before.unwrap()["sending"], json!({ "ready": 2, "desired": 2, "status": "ok" }));
    let gaps = table(&answer, "gaps");
    assert_eq!(gaps[0]["signal"], "Workloads");
    assert_eq!((&gaps[0]["components"], &gaps[0]["environment"]), (&json!("ghost"), &Value::Null));
    assert_eq!(fact(&answer, "nowhere")["value"], 1);
}

#[test]
fn a_signal_that_may_not_be_read_is_unknown_and_not_missing() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", "dt0s16.NOSPANS.TOKEN")] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    let answer = card(&client, json!({ "card": CARD, "entity": of_webshop("accounting", &[]) })).unwrap();
    assert_eq!(answer["state"], "partial");
    let rows = signals(&answer);
    assert_eq!(rows["Traces"]["state"], json!({ "status": "unknown", "label": "May not be read" }));
    assert_eq!(rows["Logs"]["state"]["label"], "Missing");
    // With one signal unknown nobody can say that nothing arrives.
    let gaps = table(&answer, "gaps");
    let of = |signal: &str| gaps.iter().find(|gap| gap["signal"] == signal).unwrap().clone();
    assert!(of("Traces")["reason"].as_str().unwrap().contains("storage:spans:read"));
    assert!(!of("Logs")["reason"].as_str().unwrap().contains("nothing it does arrives"));
}

#[test]
fn classic_environments_tell_the_same_without_manifests() {
    let host = SandboxHost::new();
    let mut config = unlimited();
    config["environments"][0]["entityModel"] = json!("classic");
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    let request = json!({
        "card": CARD, "entity": of_webshop("recommendation", &["python"]), "environments": ["production"],
    });
    let answer = card(&client, request).unwrap();
    let rows = signals(&answer);
    assert_eq!(rows["Logs"]["state"]["label"], "Arriving");
    let gaps = real_gaps(&answer);
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(gaps[0]["reason"].as_str().unwrap().contains("has to be switched on"));
}
