//! The card `kubernetes-deployments`: its questions, and its answers from the sandbox against numbers worked out
//! from the records without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use grailstage_insights::{Client, InsightError};
use grailstage_sandbox::{Fault, FaultKind};
use sandbox_host::{SandboxHost, both, card, component, environment, records, table};
use serde_json::{Value, json};

const CARD: &str = "kubernetes-deployments";

fn client(host: &Rc<SandboxHost>, config: &Value) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), config).unwrap()
}

fn ask(annotations: Value) -> Value {
    let host = SandboxHost::new();
    card(&client(&host, &both()), json!({ "card": CARD, "entity": component(annotations) })).unwrap()
}

fn rows(answer: &Value) -> Vec<BTreeMap<String, Value>> {
    table(answer, "workloads")
}

/// (environment, cluster, namespace, workload) of each row.
fn places(answer: &Value) -> BTreeSet<[String; 4]> {
    rows(answer)
        .iter()
        .map(|row| {
            ["environment", "cluster", "namespace"]
                .map(|key| row[key].as_str().unwrap().to_owned())
                .into_iter()
                .chain([row["workload"]["text"].as_str().unwrap().to_owned()])
                .collect::<Vec<_>>()
                .try_into()
                .unwrap()
        })
        .collect()
}

/// Every workload there is, asked for in the plainest way.
fn all_workloads(host: &Rc<SandboxHost>) -> Vec<(String, Value)> {
    let client = client(host, &both());
    let types = ["K8S_CRONJOB", "K8S_DAEMONSET", "K8S_DEPLOYMENT", "K8S_STATEFULSET"];
    ["production", "preproduction"]
        .iter()
        .flat_map(|name| {
            records(&client, name, r#"smartscapeNodes "K8S_*" | fieldsAdd `tags:k8s.labels`, k8s.object"#)
                .into_iter()
                .filter(|node| types.contains(&node["type"].as_str().unwrap()))
                .map(|node| ((*name).to_owned(), node))
        })
        .collect()
}

fn expected(select: impl Fn(&Value, &str) -> bool) -> BTreeSet<[String; 4]> {
    all_workloads(&SandboxHost::new())
        .into_iter()
        .filter(|(_, node)| select(&node["tags:k8s.labels"], node["k8s.namespace.name"].as_str().unwrap()))
        .map(|(environment, node)| {
            let text = |key: &str| node[key].as_str().unwrap().to_owned();
            [environment, text("k8s.cluster.name"), text("k8s.namespace.name"), text("name")]
        })
        .collect()
}

#[test]
fn asks_smartscape_for_workloads_by_id_and_namespace() {
    let answer = ask(
        json!({ "backstage.io/kubernetes-id": "webshop.cart", "backstage.io/kubernetes-namespace": "webshop" }),
    );
    insta::assert_snapshot!(answer["environments"][0]["queries"][0]["query"].as_str().unwrap());
}

#[test]
fn asks_for_every_form_of_a_label_selector() {
    let selector = "a=b,c!=d,e in (f,g),h notin (i),j,!k,l>5";
    let answer = ask(json!({ "backstage.io/kubernetes-label-selector": selector }));
    let query = answer["environments"][0]["queries"][0]["query"].as_str().unwrap();
    let filter: Vec<&str> = query.lines().skip(1).take_while(|line| !line.starts_with("| parse")).collect();
    insta::assert_snapshot!(filter.join("\n"));
}

#[test]
fn asks_classic_environments_for_classic_entities() {
    let mut config = both();
    config["environments"][0]["entityModel"] = json!("classic");
    let host = SandboxHost::new();
    let annotations = json!({ "backstage.io/kubernetes-id": "webshop.cart", "backstage.io/kubernetes-namespace": "webshop" });
    let answer =
        card(&client(&host, &config), json!({ "card": CARD, "entity": component(annotations) })).unwrap();
    insta::assert_snapshot!(answer["environments"][0]["queries"][0]["query"].as_str().unwrap());
    let production: Vec<_> =
        rows(&answer).into_iter().filter(|row| row["environment"] == "production").collect();
    assert_eq!(production.len(), 1);
    assert_eq!(production[0]["cluster"], "prod-eu");
    assert_eq!(production[0]["namespace"], "webshop");
    assert!(production[0]["workload"]["url"].as_str().unwrap().contains("dt.entity.cloud_application#"));
    assert_eq!(production[0]["workload"]["detail"], "Deployment");
}

#[test]
fn shows_the_workloads_with_the_id_in_all_environments_and_no_others() {
    let answer = ask(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let expected = expected(|labels, _| labels["backstage.io/kubernetes-id"] == "webshop.cart");
    assert_eq!(expected.len(), 3, "one for each stage");
    assert_eq!(places(&answer), expected);
    assert_eq!(answer["state"], "ready");
}

#[test]
fn a_selector_wins_over_the_id_and_a_namespace_narrows_it() {
    let answer = ask(json!({
        "backstage.io/kubernetes-id": "webshop.cart",
        "backstage.io/kubernetes-label-selector": "app.kubernetes.io/name in (payment,checkout), stage != production",
        "backstage.io/kubernetes-namespace": "webshop-dev",
    }));
    let expected = expected(|labels, namespace| {
        ["payment", "checkout"].iter().any(|name| labels["app.kubernetes.io/name"] == *name)
            && labels["stage"] != "production"
            && namespace == "webshop-dev"
    });
    assert!(!expected.is_empty());
    assert_eq!(places(&answer), expected);
}

#[test]
fn a_negative_requirement_also_selects_workloads_without_the_label() {
    let answer =
        ask(json!({ "backstage.io/kubernetes-label-selector": "app.kubernetes.io/part-of!=webshop" }));
    let expected = expected(|labels, _| labels["app.kubernetes.io/part-of"] != "webshop");
    assert_eq!(places(&answer), expected);
}

#[test]
fn counts_open_problems_and_vulnerabilities_of_each_workload() {
    let host = SandboxHost::new();
    let client = client(&host, &both());
    let annotations =
        json!({ "backstage.io/kubernetes-label-selector": "app.kubernetes.io/part-of=webshop" });
    let answer = card(&client, json!({ "card": CARD, "entity": component(annotations) })).unwrap();

    let mut expected: BTreeMap<(String, String, String), (usize, usize)> = BTreeMap::new();
    for name in ["production", "preproduction"] {
        let problems = records(&client, name, "fetch dt.davis.problems, from:now()-24h");
        let security = records(&client, name, "fetch security.events, from:now()-1h | sort timestamp desc");
        for (_, node) in all_workloads(&host).into_iter().filter(|(environment, _)| environment == name) {
            let open: BTreeSet<&str> = problems
                .iter()
                .filter(|problem| {
                    problem["event.status"] == "ACTIVE" && problem["dt.davis.is_duplicate"] != true
                })
                .filter(|problem| contains(&problem["smartscape.affected_entity.ids"], &node["id"]))
                .map(|problem| problem["event.id"].as_str().unwrap())
                .collect();
            // Of each vulnerability of each affected entity the newest report counts.
            let mut newest = BTreeMap::new();
            for report in security.iter().filter(|event| {
                event["event.type"] == "VULNERABILITY_STATE_REPORT_EVENT"
                    && event["event.level"] == "ENTITY"
                    && event["event.provider"] == "Dynatrace"
            }) {
                let key = (
                    report["vulnerability.display_id"].to_string(),
                    report["affected_entity.id"].to_string(),
                );
                newest.entry(key).or_insert(report);
            }
            let vulnerable: BTreeSet<String> = newest
                .values()
                .filter(|report| report["vulnerability.resolution.status"] == "OPEN")
                .filter(|report| report["vulnerability.mute.status"] != "MUTED")
                .filter(|report| report["vulnerability.parent.mute.status"] != "MUTED")
                .filter(|report| {
                    contains(&report["related_entities.kubernetes_workloads.ids"], &node["id_classic"])
                })
                .map(|report| report["vulnerability.display_id"].to_string())
                .collect();
            let key = ["k8s.cluster.name", "name"].map(|key| node[key].as_str().unwrap().to_owned());
            let [cluster, workload] = key;
            expected.insert((name.to_owned(), cluster, workload), (open.len(), vulnerable.len()));
        }
    }
    let rows = rows(&answer);
    assert!(rows.len() > 20);
    for row in &rows {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        let key =
            (text("environment"), text("cluster"), row["workload"]["text"].as_str().unwrap().to_owned());
        let (problems, vulnerabilities) = expected[&key];
        assert_eq!(
            (row["problems"].clone(), row["vulnerabilities"].clone()),
            (json!(problems), json!(vulnerabilities)),
            "{key:?}"
        );
    }
    assert!(rows.iter().any(|row| row["problems"] != json!(0)), "there is a problem in the data");
    assert!(
        rows.iter().any(|row| row["vulnerabilities"] != json!(0)),
        "there is a vulnerability in the data"
    );
}

#[test]
fn counts_restarts_and_warnings_of_the_last_hour() {
    let host = SandboxHost::new();
    let client = client(&host, &both());
    let annotations =
        json!({ "backstage.io/kubernetes-label-selector": "app.kubernetes.io/part-of=webshop" });
    let answer = card(&client, json!({ "card": CARD, "entity": component(annotations) })).unwrap();

    let mut expected: BTreeMap<[String; 4], (i64, i64)> = BTreeMap::new();
    for name in ["production", "preproduction"] {
        let place = |record: &Value| {
            let [cluster, namespace, workload] =
                ["k8s.cluster.name", "k8s.namespace.name", "k8s.workload.name"]
                    .map(|key| record[key].as_str().unwrap().to_owned());
            [name.to_owned(), cluster, namespace, workload]
        };
        // Each restart is a point of its own minute.
        let series = records(
            &client,
            name,
            "timeseries points = sum(dt.kubernetes.container.restarts), from:now()-1h, interval:1m,
               by:{k8s.cluster.name, k8s.namespace.name, k8s.workload.name, k8s.pod.name}",
        );
        for one in &series {
            let points = one["points"].as_array().unwrap().iter().filter_map(Value::as_f64);
            expected.entry(place(one)).or_default().0 += points.map(|point| point as i64).sum::<i64>();
        }
        for event in records(&client, name, "fetch events, from:now()-1h") {
            if event["event.provider"] == "KUBERNETES_EVENT" && event["status"] == "WARN" {
                expected.entry(place(&event)).or_default().1 += 1;
            }
        }
    }
    let mut found = (0, 0);
    for row in rows(&answer) {
        let [environment, cluster, namespace] =
            ["environment", "cluster", "namespace"].map(|key| row[key].as_str().unwrap().to_owned());
        let key = [environment, cluster, namespace, row["workload"]["text"].as_str().unwrap().to_owned()];
        let (restarts, warnings) = expected.get(&key).copied().unwrap_or_default();
        assert_eq!((&row["restarts"], &row["warnings"]), (&json!(restarts), &json!(warnings)), "{key:?}");
        found = (found.0 + restarts, found.1 + warnings);
    }
    assert!(found.0 > 0 && found.1 > found.0, "there are restarts and warnings in the data: {found:?}");
}

fn contains(list: &Value, element: &Value) -> bool {
    list.as_array().is_some_and(|list| list.contains(element))
}

#[test]
fn tells_how_many_pods_are_ready_and_what_that_means() {
    let answer = ask(json!({ "backstage.io/kubernetes-label-selector": "backstage.io/kubernetes-id" }));
    let manifests: BTreeMap<[String; 3], Value> = all_workloads(&SandboxHost::new())
        .into_iter()
        .map(|(_, node)| {
            let key = ["k8s.cluster.name", "k8s.namespace.name", "name"]
                .map(|key| node[key].as_str().unwrap().to_owned());
            (key, serde_json::from_str(node["k8s.object"].as_str().unwrap()).unwrap())
        })
        .collect();
    let mut statuses = BTreeSet::new();
    for row in rows(&answer) {
        let key = [
            row["cluster"].as_str().unwrap(),
            row["namespace"].as_str().unwrap(),
            row["workload"]["text"].as_str().unwrap(),
        ]
        .map(str::to_owned);
        let manifest = &manifests[&key];
        let (spec, status) = (&manifest["spec"], &manifest["status"]);
        let desired = spec["replicas"].as_i64().or_else(|| status["desiredNumberScheduled"].as_i64());
        let Some(desired) = desired else {
            assert_eq!(row["pods"], Value::Null, "{key:?} has no number of pods");
            continue;
        };
        let ready = status["readyReplicas"].as_i64().or_else(|| status["numberReady"].as_i64()).unwrap_or(0);
        assert_eq!(row["pods"]["ready"], json!(ready), "{key:?}");
        assert_eq!(row["pods"]["desired"], json!(desired), "{key:?}");
        statuses.insert(row["pods"]["status"].as_str().unwrap().to_owned());
    }
    assert!(statuses.contains("ok") && statuses.len() > 1, "healthy and unhealthy ones: {statuses:?}");
}

#[test]
fn a_row_leads_to_the_workload_and_to_its_logs() {
    let answer = ask(
        json!({ "backstage.io/kubernetes-id": "webshop.cart", "backstage.io/kubernetes-namespace": "webshop" }),
    );
    let row = &rows(&answer)[0];
    let workload = row["workload"]["url"].as_str().unwrap();
    assert!(workload.starts_with(
        "https://production.example/ui/intent/dynatrace.kubernetes/view-entity-dt.smartscape.k8s_deployment#%7B%22nodeId%22%3A%22K8S_DEPLOYMENT-"
    ));
    assert_eq!(row["workload"]["detail"], "Deployment");
    insta::assert_snapshot!(row["logs"]["url"].as_str().unwrap());
}

#[test]
fn an_environment_that_is_down_is_a_note_beside_the_rows_of_the_other() {
    let host = SandboxHost::new();
    let mut config = both();
    config["environments"].as_array_mut().unwrap().push(environment("gone", "dt0s16.GONE.TOKEN"));
    let entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let answer = card(&client(&host, &config), json!({ "card": CARD, "entity": entity })).unwrap();
    assert_eq!(answer["state"], "partial");
    assert_eq!(rows(&answer).len(), 3);
    assert_eq!(answer["notes"][0]["code"], "unreachable");
    assert_eq!(answer["notes"][0]["environment"], "gone");
    assert_eq!(answer["environments"][2]["state"], "failed");
}

#[test]
fn an_environment_that_fails_to_answer_is_a_note_too() {
    let host = SandboxHost::new();
    host.sandbox.environment("production").unwrap().add_fault(Fault::once("execute", FaultKind::Failed));
    let entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let answer = card(&client(&host, &both()), json!({ "card": CARD, "entity": entity })).unwrap();
    assert_eq!(answer["state"], "partial");
    assert_eq!(answer["notes"][0]["code"], "query-failed");
    assert_eq!(rows(&answer).len(), 2, "those of preproduction");
}

#[test]
fn a_token_without_a_scope_loses_a_column_and_not_the_card() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", "dt0s16.NOSECURITY.TOKEN")] });
    let entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let answer = card(&client(&host, &config), json!({ "card": CARD, "entity": entity })).unwrap();
    assert_eq!(answer["state"], "partial");
    assert_eq!(answer["notes"][0]["code"], "missing-scope");
    assert!(answer["notes"][0]["message"].as_str().unwrap().contains("storage:security.events:read"));
    let row = &rows(&answer)[0];
    assert_eq!(row["vulnerabilities"], Value::Null);
    assert!(row["problems"].is_number());
}

#[test]
fn a_token_without_the_scope_of_the_workloads_has_nothing_to_show() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", "dt0s16.NOSMARTSCAPE.TOKEN")] });
    let entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let answer = card(&client(&host, &config), json!({ "card": CARD, "entity": entity })).unwrap();
    assert_eq!(answer["state"], "failed");
    assert_eq!(answer["notes"][0]["code"], "missing-scope");
}

#[test]
fn an_entity_without_annotations_is_told_which_would_do() {
    let answer = ask(json!({}));
    assert_eq!(answer["state"], "missing-annotation");
    assert_eq!(
        answer["annotations"],
        json!(["backstage.io/kubernetes-id", "backstage.io/kubernetes-label-selector"])
    );
}

#[test]
fn nothing_that_matches_is_an_empty_answer() {
    let answer = ask(json!({ "backstage.io/kubernetes-id": "webshop.nothing" }));
    assert_eq!(answer["state"], "empty");
    assert!(rows(&answer).is_empty());
}

#[test]
fn a_malformed_selector_is_an_error_with_its_place() {
    let host = SandboxHost::new();
    let entity = component(json!({ "backstage.io/kubernetes-label-selector": "a in (b" }));
    let error = card(&client(&host, &both()), json!({ "card": CARD, "entity": entity })).unwrap_err();
    assert_eq!(error.code(), "invalid-label-selector");
    assert!(matches!(error, InsightError::Catalog(error) if error.span().unwrap().start == 7));
}

#[test]
fn an_answer_of_one_environment_names_the_others_too() {
    let host = SandboxHost::new();
    let entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let request = json!({ "card": CARD, "entity": entity, "environments": ["preproduction"] });
    let answer = card(&client(&host, &both()), request).unwrap();
    let asked: Vec<_> = answer["environments"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(asked, ["preproduction"]);
    assert_eq!(answer["configuredEnvironments"], json!(["production", "preproduction"]));
}

#[test]
fn an_unknown_environment_is_an_error_that_lists_what_there_is() {
    let host = SandboxHost::new();
    let entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let request = json!({ "card": CARD, "entity": entity, "environments": ["prod"] });
    let error = card(&client(&host, &both()), request).unwrap_err();
    assert_eq!((error.code(), error.status()), ("unknown-environment", 404));
    assert_eq!(error.help().unwrap(), "the configured environments are `production`, `preproduction`");
}

#[test]
fn sums_up_the_state_of_all_workloads() {
    let answer =
        ask(json!({ "backstage.io/kubernetes-label-selector": "app.kubernetes.io/part-of=webshop" }));
    let rows = rows(&answer);
    let status =
        |status: &str| rows.iter().filter(|row| row["pods"]["status"].as_str() == Some(status)).count();
    let above_zero =
        |key: &str| rows.iter().filter(|row| row[key].as_i64().is_some_and(|count| count > 0)).count();
    let unknown = rows.iter().filter(|row| row["pods"].is_null()).count();
    let expected: Vec<(&str, usize)> = [
        ("not-ready", status("error")),
        ("partly-ready", status("warning")),
        ("ready", status("ok")),
        ("readiness-unknown", unknown),
        ("restarted", above_zero("restarts")),
        ("with-warnings", above_zero("warnings")),
        ("with-problems", above_zero("problems")),
        ("with-vulnerabilities", above_zero("vulnerabilities")),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .collect();
    let facts: Vec<(&str, usize)> = answer["facts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| {
            (fact["key"].as_str().unwrap(), usize::try_from(fact["value"].as_u64().unwrap()).unwrap())
        })
        .collect();
    assert_eq!(facts, expected);
    assert!(facts.len() > 3, "{facts:?}");
}

#[test]
fn a_system_shows_the_workloads_of_its_components_in_one_call() {
    let host = SandboxHost::new();
    let members = [
        json!({ "backstage.io/kubernetes-id": "webshop.cart", "backstage.io/kubernetes-namespace": "webshop" }),
        json!({ "backstage.io/kubernetes-id": "webshop.payment" }),
        json!({}),
    ];
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" } });
    for model in ["smartscape", "classic"] {
        let mut config = both();
        for index in 0..2 {
            config["environments"][index]["entityModel"] = json!(model);
        }
        let request = json!({ "card": CARD, "entity": system, "components": members.clone().map(component) });
        let answer = card(&client(&host, &config), request).unwrap();
        let expected = expected(|labels, namespace| {
            let id = &labels["backstage.io/kubernetes-id"];
            (id == "webshop.cart" && namespace == "webshop") || id == "webshop.payment"
        });
        assert_eq!(places(&answer), expected, "{model}");
        assert_eq!(answer["environments"][0]["queries"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_component_that_cannot_be_understood_does_not_take_the_card_of_its_system_away() {
    let host = SandboxHost::new();
    let mut broken = component(json!({ "backstage.io/kubernetes-label-selector": "app in (gateway, proxy" }));
    broken["metadata"]["name"] = json!("legacy-gateway");
    let cart = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    let system =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": { "name": "webshop" } });
    let request = json!({ "card": CARD, "entity": system, "components": [broken, cart] });
    let answer = card(&client(&host, &both()), request).unwrap();
    assert_eq!(rows(&answer).len(), 3);
    assert_eq!(answer["state"], "partial");
    let note = &answer["notes"][0];
    assert_eq!(note["code"], "invalid-label-selector");
    assert!(note["message"].as_str().unwrap().contains("component:default/legacy-gateway"), "{note}");

    let request = json!({ "card": CARD, "entity": system, "components": [broken] });
    let answer = card(&client(&host, &both()), request).unwrap();
    assert_eq!(answer["state"], "missing-annotation");
    assert_eq!(answer["notes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_view_of_the_card_is_one_call_an_environment() {
    let host = SandboxHost::new();
    let entity = component(json!({ "backstage.io/kubernetes-id": "webshop.cart" }));
    card(&client(&host, &both()), json!({ "card": CARD, "entity": entity })).unwrap();
    for name in ["production", "preproduction"] {
        let counters = host.sandbox.environment(name).unwrap().counters();
        let calls: usize = counters.values().map(|counter| usize::try_from(counter.calls).unwrap()).sum();
        assert_eq!(calls, 1, "{name}: {counters:?}");
    }
}
