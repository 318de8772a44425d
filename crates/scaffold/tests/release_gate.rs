//! Verdicts about releases of the sandbox, against what its records say without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

#[path = "../../insights/tests/sandbox_host/mod.rs"]
mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::future::{pending, ready};
use std::rc::Rc;
use std::time::Duration;

use futures_executor::block_on;
use grailstage_insights::Client;
use grailstage_insights::error::ErrorPayload;
use grailstage_sandbox::{Fault, FaultKind};
use grailstage_scaffold::event_sending::send_event;
use grailstage_scaffold::release_gate::gate_release;
use grailstage_scaffold::release_validation::{await_validation, start_validation};
use grailstage_tenant::SettingsDraft;
use sandbox_host::settings::values;
use sandbox_host::{SandboxHost, component, records, unlimited};
use serde_json::{Value, json};

const SINCE: &str = "2026-11-01T00:00:00Z";

type Outcome = Result<Value, Box<ErrorPayload>>;

fn client(host: &Rc<SandboxHost>) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), &unlimited()).unwrap()
}

fn gate(client: &Client<SandboxHost>, request: Value) -> Outcome {
    let request = serde_json::from_value(request).unwrap();
    let bytes =
        block_on(gate_release(client, &request, pending())).map_err(|error| Box::new(error.into()))?;
    Ok(serde_json::from_slice(&bytes).unwrap())
}

/// The only aspect of a verdict.
fn only(answer: &Value) -> &Value {
    let aspects = answer["aspects"].as_array().unwrap();
    assert_eq!(aspects.len(), 1, "{answer}");
    assert_eq!(answer["verdict"], aspects[0]["verdict"]);
    &aspects[0]
}

fn texts(aspect: &Value) -> BTreeSet<String> {
    let reasons = aspect["reasons"].as_array().unwrap();
    reasons.iter().map(|reason| reason["text"].as_str().unwrap().to_owned()).collect()
}

fn text<'e>(event: &'e Value, key: &str) -> &'e str {
    event[key].as_str().unwrap()
}

/// The executions of cases of each version of a component, by time.
fn executions(client: &Client<SandboxHost>, name: &str) -> BTreeMap<String, Vec<Value>> {
    let query = format!(r#"fetch events, from:"{SINCE}" | filter event.type == "test""#);
    let mut versions: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for event in records(client, "production", &query) {
        if event["vcs.repository.name"] == name && event["artifact.version"].is_string() {
            versions.entry(text(&event, "artifact.version").to_owned()).or_default().push(event);
        }
    }
    for events in versions.values_mut() {
        events.sort_by(|a, b| text(a, "timestamp").cmp(text(b, "timestamp")));
    }
    versions
}

#[test]
fn tests_of_a_version_fail_by_cases_that_fail_now_and_warn_by_flaky_ones() {
    let client = client(&SandboxHost::new());
    let mut seen = BTreeSet::new();
    for name in ["cart", "payment", "storefront", "checkout"] {
        for (version, events) in executions(&client, name) {
            let passed = |event: &Value| event["test.case.result.status"] == "pass";
            let mut by_case: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
            for event in &events {
                by_case.entry(text(event, "test.case.name")).or_default().push(event);
            }
            let (mut failing, mut flaky) = (BTreeSet::new(), BTreeSet::new());
            for (case, events) in &by_case {
                let full = format!("{name} integration: {case}");
                let of_revision = |revision: &Value, good: bool| {
                    events.iter().any(|e| e["vcs.ref.head.revision"] == *revision && passed(e) == good)
                };
                if !passed(events.last().unwrap()) {
                    failing.insert(format!("{full} fails"));
                } else if events.iter().any(|e| {
                    of_revision(&e["vcs.ref.head.revision"], true)
                        && of_revision(&e["vcs.ref.head.revision"], false)
                }) {
                    flaky.insert(format!("{full} is flaky"));
                }
            }
            let expected = match (failing.is_empty(), flaky.is_empty()) {
                (false, _) => "fail",
                (true, false) => "warning",
                (true, true) => "pass",
            };
            let answer = gate(&client, json!({
                "environments": ["production"], "annotations": { "github.com/project-slug": format!("example/{name}") },
                "version": version, "since": SINCE, "aspects": { "tests": {} },
            }))
            .unwrap();
            let aspect = only(&answer);
            assert_eq!(aspect["verdict"], expected, "{name} {version}: {aspect}");
            assert_eq!(texts(aspect), failing.union(&flaky).cloned().collect(), "{name} {version}");
            let rate = events.iter().filter(|event| passed(event)).count() as f64 / events.len() as f64;
            let summary = aspect["summary"].as_str().unwrap();
            assert!(summary.ends_with(&format!("{:.1} % passed", rate * 100.0)), "{summary}");
            seen.insert(expected);
        }
    }
    assert_eq!(seen, BTreeSet::from(["fail", "pass", "warning"]), "the sandbox has releases of each kind");
}

#[test]
fn bounds_of_tests_are_what_the_request_says() {
    let client = client(&SandboxHost::new());
    let versions = executions(&client, "cart");
    let (version, events) = versions.iter().next().unwrap();
    let passed = events.iter().filter(|event| event["test.case.result.status"] == "pass").count();
    let rate = passed as f64 / events.len() as f64 * 100.0;
    let verdict = |pass_rate: Value| {
        let answer = gate(
            &client,
            json!({
                "environments": ["production"], "annotations": { "github.com/project-slug": "example/cart" },
                "version": version, "since": SINCE,
                "aspects": { "tests": { "failing": {}, "flaky": {}, "passRate": pass_rate } },
            }),
        );
        answer.unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert!(rate > 1.0 && rate < 100.0, "{rate}");
    assert_eq!(verdict(json!({ "warning": rate + 0.1, "fail": rate - 0.1 })), "warning");
    assert_eq!(verdict(json!({ "warning": 100, "fail": rate + 0.1 })), "fail");
    assert_eq!(verdict(json!({ "fail": rate - 0.1 })), "pass");
}

#[test]
fn what_was_sent_a_moment_ago_decides() {
    let host = SandboxHost::new();
    let client = client(&host);
    let judged = || {
        gate(
            &client,
            json!({
                "environments": ["production"], "version": "9.9.9", "aspects": { "tests": {} },
                "annotations": { "github.com/project-slug": "example/brand-new" },
            }),
        )
        .unwrap()
    };
    let send = |id: &str, version: &str, inner: &str| {
        let request = json!({
            "environment": "production", "id": id, "type": "test", "version": version, "revision": "1f3a5c7e",
            "repositoryUrl": "https://github.com/example/brand-new",
            "pipeline": { "runId": id, "runUrl": format!("https://ci.example.com/{id}") },
            "results": [{
                "file": "r.xml",
                "xml": format!("<testsuite name='s'><testcase name='a'>{inner}</testcase></testsuite>"),
            }],
        });
        let request = serde_json::from_value(request).unwrap();
        block_on(send_event(&client, &request, pending())).unwrap();
        host.pass(Duration::from_secs(6));
    };
    let answer = judged();
    assert_eq!(
        (only(&answer)["verdict"].as_str(), only(&answer)["summary"].as_str()),
        (Some("fail"), Some("no tests"))
    );
    send("other", "9.9.8", "<failure message='no'/>");
    assert_eq!(only(&judged())["summary"], "no tests", "another version is another release");
    send("first", "9.9.9", "");
    assert_eq!(judged()["verdict"], "pass");
    send("second", "9.9.9", "<failure message='no'/>");
    let answer = judged();
    assert_eq!(answer["verdict"], "fail");
    let reason = &only(&answer)["reasons"][0];
    assert_eq!(
        (&reason["text"], &reason["url"]),
        (&json!("s: a fails"), &json!("https://ci.example.com/second"))
    );
    let markdown = answer["markdown"].as_str().unwrap();
    assert!(markdown.starts_with("**Release version 9.9.9**: fail\n"), "{markdown}");
    assert!(
        markdown.contains("\n  - fail: [s: a fails](https://ci.example.com/second) (production)"),
        "{markdown}"
    );
}

#[test]
fn the_latest_validation_of_the_version_decides_for_each_guardian_of_the_stage() {
    let client = client(&SandboxHost::new());
    let inner = |event: &Value, field: &str| -> Value { serde_json::from_str(text(event, field)).unwrap() };
    let query = format!(r#"fetch events, from:"{SINCE}" | filter event.type == "validation""#);
    let in_both = ["production", "preproduction"].map(|environment| records(&client, environment, &query));
    let mut seen = BTreeSet::new();
    for service in ["cart", "checkout"] {
        let mut events = in_both.concat();
        events.retain(|event| {
            event["event.status"] == "finished" && inner(event, "dt.srg.tags")["service"] == json!([service])
        });
        events.sort_by(|a, b| text(a, "timestamp").cmp(text(b, "timestamp")));
        let version_of =
            |event: &Value| inner(event, "execution_context")["version"].as_str().unwrap().to_owned();
        let stage_of = |event: &Value| inner(event, "dt.srg.tags")["stage"][0].as_str().unwrap().to_owned();
        let guardians: BTreeMap<&str, String> =
            events.iter().map(|event| (text(event, "dt.srg.name"), stage_of(event))).collect();
        let versions: BTreeSet<String> = events.iter().map(version_of).collect();
        assert!(guardians.len() > 1 && versions.len() > 2, "{guardians:?} {versions:?}");
        for version in &versions {
            for stage in guardians.values() {
                let mut expected = BTreeMap::new();
                for (guardian, _) in guardians.iter().filter(|(_, of)| *of == stage) {
                    let last = events
                        .iter()
                        .rfind(|event| event["dt.srg.name"] == **guardian && version_of(event) == *version);
                    expected.insert(*guardian, last.map(|event| text(event, "validation.result")));
                }
                let verdicts = expected.values().map(|result| match result {
                    Some("pass" | "info") => "pass",
                    Some("warning") => "warning",
                    _ => "fail",
                });
                let order = ["pass", "warning", "fail"];
                let worst = verdicts.max_by_key(|verdict| order.iter().position(|it| it == verdict)).unwrap();
                let answer = gate(
                    &client,
                    json!({
                        "annotations": { "dynatrace.com/guardian-tags": format!("service={service}") },
                        "version": version, "stage": stage, "since": SINCE, "aspects": { "validations": {} },
                    }),
                )
                .unwrap();
                let aspect = only(&answer);
                assert_eq!(aspect["verdict"], worst, "{version} {stage}: {aspect} {expected:?}");
                for (guardian, result) in expected {
                    let begins = match result {
                        Some(result) => format!("{guardian} says {result}"),
                        None => format!("{guardian} has not validated the release"),
                    };
                    assert!(texts(aspect).iter().any(|text| text.starts_with(&begins)), "{begins}: {aspect}");
                    seen.insert(result.unwrap_or("none").to_owned());
                }
                for reason in aspect["reasons"].as_array().unwrap() {
                    assert!(reason["url"].as_str().unwrap().contains("guardian"), "{reason}");
                }
            }
        }
    }
    for result in ["pass", "warning", "none"] {
        assert!(seen.contains(result), "{seen:?}");
    }
}

/// A guardian of the sandbox validates a version by this query, of which more than 80 fails and more than 70 warns.
fn validate(client: &Client<SandboxHost>, guardian: &str, query: &str, version: &str) {
    let value = json!({
        "name": guardian, "description": "", "tags": [format!("probe:{guardian}")], "variables": [],
        "eventKind": "SDLC_EVENT",
        "objectives": [{
            "name": "load", "objectiveType": "DQL", "dqlQuery": query, "comparisonOperator": "LESS_THAN_OR_EQUAL",
            "target": 80.0, "warning": 70.0, "autoAdaptiveThresholdEnabled": false, "segments": [], "links": [],
        }],
    });
    let schema = "app:dynatrace.site.reliability.guardian:guardians";
    let tenant = client.environment(Some("production")).unwrap();
    block_on(tenant.settings().upsert(&SettingsDraft::new(schema, guardian, value))).unwrap();
    let request =
        json!({ "environment": "production", "guardian": guardian, "id": guardian, "version": version });
    let request = serde_json::from_value(request).unwrap();
    let bytes = block_on(start_validation(client, &request, pending())).unwrap();
    let started: Value = serde_json::from_slice(&bytes).unwrap();
    let wait = serde_json::from_value(json!({ "started": started })).unwrap();
    block_on(await_validation(client, &wait, pending())).unwrap();
}

#[test]
fn what_a_guardian_has_just_said_decides_as_the_request_wants() {
    let client = client(&SandboxHost::new());
    let judged = |guardian: &str, bounds: Value| {
        gate(&client, json!({
            "annotations": { "dynatrace.com/guardian-tags": format!("probe={guardian}") }, "version": "2.4.1",
            "aspects": { "validations": bounds },
        }))
        .unwrap()
    };
    for (result, query, expected) in [
        ("pass", "data record(load = 12.5)", "pass"),
        ("warning", "data record(load = 75.0)", "warning"),
        ("fail", "data record(load = 99.0)", "fail"),
        ("error", "data record(load = \"none\")", "fail"),
    ] {
        let guardian = format!("it-{result}");
        validate(&client, &guardian, query, "2.4.1");
        let answer = judged(&guardian, json!({}));
        assert_eq!(answer["verdict"], expected, "{answer}");
        let text = &only(&answer)["reasons"][0]["text"];
        let missed = if result == "pass" { "" } else { ": load" };
        assert_eq!(*text, format!("{guardian} says {result}{missed}"));
        let lenient = judged(&guardian, json!({ "fail": [], "warning": ["fail", "error"] }));
        assert_eq!(lenient["verdict"], if expected == "fail" { "warning" } else { "pass" });
    }
}

#[test]
fn a_version_that_no_guardian_validated_is_as_the_request_says() {
    let client = client(&SandboxHost::new());
    for (missing, expected) in [(None, "fail"), (Some("warning"), "warning"), (Some("pass"), "pass")] {
        let mut request = json!({
            "annotations": { "dynatrace.com/guardian-tags": "service=cart" }, "version": "\" or true | limit 0",
            "aspects": { "validations": {} },
        });
        if let Some(missing) = missing {
            request["missing"] = json!(missing);
        }
        assert_eq!(gate(&client, request).unwrap()["verdict"], expected);
    }
}

#[test]
fn vulnerabilities_are_judged_by_score_and_exposure_and_muted_ones_not_at_all() {
    let client = client(&SandboxHost::new());
    let query = "fetch security.events, from:now()-1h | sort timestamp asc";
    let reports = records(&client, "production", query);
    let judged = |name: &str, bounds: Value| {
        gate(
            &client,
            json!({
                "environments": ["production"], "aspects": { "vulnerabilities": bounds },
                "annotations": { "backstage.io/kubernetes-id": format!("webshop.{name}") },
            }),
        )
        .unwrap()
    };
    let mut open: BTreeMap<&str, f64> = BTreeMap::new();
    for report in &reports {
        if report["related_entities.kubernetes_workloads.names"] == json!(["cart"]) {
            let id = text(report, "vulnerability.display_id");
            if report["vulnerability.resolution.status"] == "OPEN" {
                open.insert(id, report["vulnerability.risk.score"].as_f64().unwrap());
            } else {
                open.remove(id);
            }
        }
    }
    let highest = open.values().copied().fold(0.0, f64::max);
    assert!(open.len() == 2 && highest >= 9.0, "{open:?}");
    let answer = judged("cart", json!({}));
    assert_eq!(only(&answer)["verdict"], "fail");
    assert_eq!(only(&answer)["summary"], "2 open vulnerabilities");
    let scores: Vec<f64> = open.values().copied().collect();
    for score in scores {
        assert!(texts(only(&answer)).iter().any(|text| text.contains(&format!("risk score {score:.1}"))));
    }
    let above = json!({ "score": { "warning": highest, "fail": highest + 0.1 } });
    assert_eq!(judged("cart", above)["verdict"], "warning");
    assert_eq!(judged("cart", json!({ "score": {} }))["verdict"], "pass");
    let muted = judged("search", json!({ "exposedOnly": true }));
    assert_eq!((&muted["verdict"], &only(&muted)["reasons"]), (&json!("pass"), &json!([])));
}

#[test]
fn open_problems_are_judged_by_what_they_mean_for_users() {
    let client = client(&SandboxHost::new());
    let judged = |name: &str, bounds: Value| {
        gate(
            &client,
            json!({
                "aspects": { "problems": bounds },
                "annotations": { "backstage.io/kubernetes-id": format!("webshop.{name}") },
            }),
        )
        .unwrap()
    };
    let nodes = records(&client, "production", r#"smartscapeNodes "K8S_*""#);
    let ids: BTreeSet<&str> = nodes
        .iter()
        .filter(|node| node["tags:k8s.labels"]["backstage.io/kubernetes-id"] == "webshop.payment")
        .map(|node| text(node, "id"))
        .collect();
    let problems = records(&client, "production", "fetch dt.davis.problems, from:now()-24h");
    let open: BTreeSet<&str> = problems
        .iter()
        .filter(|problem| problem["event.status"] == "ACTIVE" && problem["dt.davis.is_duplicate"] == false)
        .filter(|problem| {
            let affected = problem["smartscape.affected_entity.ids"].as_array().unwrap();
            affected.iter().any(|id| ids.contains(id.as_str().unwrap()))
        })
        .map(|problem| text(problem, "event.id"))
        .collect();
    let answer = judged("payment", json!({}));
    assert_eq!(only(&answer)["verdict"], "fail");
    let reasons = only(&answer)["reasons"].as_array().unwrap();
    let told: BTreeSet<&str> =
        reasons.iter().map(|reason| text(reason, "url").rsplit('/').next().unwrap()).collect();
    assert_eq!(told, open);
    assert_eq!(judged("payment", json!({ "fail": [], "warning": ["error"] }))["verdict"], "warning");
    assert_eq!(judged("payment", json!({ "fail": [], "warning": [] }))["verdict"], "pass");
    assert_eq!(judged("catalog", json!({}))["verdict"], "pass");
}

#[test]
fn the_worst_aspect_is_the_verdict_and_what_the_entity_does_not_name_is_left_out() {
    let client = client(&SandboxHost::new());
    let entity = component(json!({
        "backstage.io/kubernetes-id": "webshop.payment", "github.com/project-slug": "example/payment",
    }));
    let answer = gate(&client, json!({ "entity": entity })).unwrap();
    let aspects = answer["aspects"].as_array().unwrap();
    let named: Vec<&str> = aspects.iter().map(|aspect| text(aspect, "aspect")).collect();
    assert_eq!(named, ["tests", "vulnerabilities", "problems"]);
    assert_eq!(answer["verdict"], "fail");
    assert_eq!(
        answer["leftOut"],
        json!([
            { "aspect": "validations", "annotations": ["dynatrace.com/guardian-tags"] },
            { "aspect": "objectives", "annotations": ["dynatrace.com/slo-tags"] },
        ])
    );
    for aspect in aspects {
        assert!(text(aspect, "url").contains("dynatrace.notebooks"), "{aspect}");
    }
    let asked = gate(&client, json!({ "entity": entity, "aspects": { "validations": {} } })).unwrap();
    assert_eq!(only(&asked)["verdict"], "fail", "what is asked for by name has to be there");
}

#[test]
fn an_environment_that_does_not_answer_lets_nothing_through() {
    let host = SandboxHost::new();
    let client = client(&host);
    let fault = Fault {
        kind: FaultKind::ServerError { status: 500 },
        route: Some("execute".to_owned()),
        times: None,
    };
    host.sandbox.environment("preproduction").unwrap().add_fault(fault);
    let request = |missing: &str| {
        json!({
            "annotations": { "backstage.io/kubernetes-id": "webshop.catalog" }, "missing": missing,
            "aspects": { "problems": {} },
        })
    };
    let answer = gate(&client, request("fail")).unwrap();
    let reason = &only(&answer)["reasons"][0];
    assert_eq!((&answer["verdict"], &reason["environment"]), (&json!("fail"), &json!("preproduction")));
    assert_eq!(gate(&client, request("warning")).unwrap()["verdict"], "warning");
}

#[test]
fn what_cannot_be_judged_is_refused_by_its_input_and_a_cancelled_gate_ends() {
    let client = client(&SandboxHost::new());
    let annotated = json!({ "github.com/project-slug": "example/cart" });
    for (request, code, named) in [
        (json!({}), "invalid-input", "`entity`"),
        (json!({ "entity": component(json!({})), "annotations": annotated }), "invalid-input", "`entity`"),
        (json!({ "entity": component(json!({})) }), "invalid-input", "no annotation"),
        (json!({ "annotations": annotated, "aspects": {} }), "invalid-input", "`aspects`"),
        (json!({ "annotations": annotated, "since": "soon" }), "invalid-input", "`soon`"),
        (
            json!({ "annotations": annotated, "since": "2027-01-01T00:00:00Z" }),
            "invalid-input",
            "not in the past",
        ),
        (
            json!({ "annotations": annotated, "environments": ["nowhere"] }),
            "unknown-environment",
            "`nowhere`",
        ),
        (json!({ "annotations": { "github.com/project-slug": "x" } }), "invalid-annotation", "project-slug"),
    ] {
        let error = gate(&client, request).unwrap_err();
        assert_eq!(error.code, code, "{}", error.message);
        assert!(error.message.contains(named), "{}", error.message);
    }
    let request = serde_json::from_value(json!({ "annotations": annotated })).unwrap();
    let error = block_on(gate_release(&client, &request, ready(()))).unwrap_err();
    assert_eq!(error.code(), "cancelled");
}

/// The mean share of the requests to a service in production that did not fail, in percent, by five minutes or so.
fn kept(client: &Client<SandboxHost>, service: &str, from: &str) -> f64 {
    let query = format!(
        "timeseries {{ requests = sum(dt.service.request.count), failures = sum(dt.service.request.failure_count) }}, \
         by:{{ service.name, k8s.namespace.name }}, from:{from}, to:now()"
    );
    let found = records(client, "production", &query);
    let series = found.iter().find(|series| series["service.name"] == service).unwrap();
    let numbers = |key: &str| series[key].as_array().unwrap().iter().map(Value::as_f64);
    let shares: Vec<f64> = numbers("requests")
        .zip(numbers("failures"))
        .filter_map(|(requests, failures)| Some(100.0 * (1.0 - failures? / requests?)))
        .filter(|share| share.is_finite())
        .collect();
    shares.iter().sum::<f64>() / shares.len() as f64
}

#[test]
fn objectives_fail_without_error_budget_and_warn_where_it_burns_fast() {
    let host = SandboxHost::new();
    let client = client(&host);
    let mut seen = BTreeSet::new();
    for service in ["catalog", "payment", "storefront", "cart"] {
        let name = format!("{service} success rate production");
        let objective = values(&host, "production", "builtin:monitoring.slo")
            .into_iter()
            .find(|slo| slo["name"] == name.as_str())
            .unwrap();
        let target = objective["targetSuccess"].as_f64().unwrap();
        let (week, hour) = (kept(&client, service, "now()-7d"), kept(&client, service, "now()-1h"));
        let expected = match (week <= target, (100.0 - hour) / (100.0 - target) >= 10.0) {
            (true, _) => "fail",
            (false, true) => "warning",
            (false, false) => "pass",
        };
        let request = |bounds: Value| {
            json!({
                "environments": ["production"],
                "annotations": { "dynatrace.com/slo-tags": format!("service={service}") },
                "aspects": { "objectives": bounds },
            })
        };
        let answer = gate(&client, request(json!({}))).unwrap();
        let aspect = only(&answer);
        assert_eq!(aspect["verdict"], expected, "{service}: {aspect}");
        let left = (week - target) / (100.0 - target) * 100.0;
        let reason = &aspect["reasons"][0];
        let told = reason["text"].as_str().unwrap();
        assert!(told.starts_with(&format!("{name}: {left:.1} % of the error budget is left")), "{told}");
        assert!(reason["url"].as_str().unwrap().contains("/slos/"), "{reason}");
        seen.insert(expected);
        let lenient = json!({ "budgetLeft": { "fail": -1e9 }, "burnRate": { "warning": 1e9 } });
        assert_eq!(gate(&client, request(lenient)).unwrap()["verdict"], "pass");
    }
    assert_eq!(seen, BTreeSet::from(["fail", "pass", "warning"]), "the sandbox has objectives of each kind");
}

#[test]
fn objectives_that_nobody_has_let_nothing_through_unless_the_request_says_so() {
    let client = client(&SandboxHost::new());
    for (missing, verdict) in [(None, "fail"), (Some("warning"), "warning"), (Some("pass"), "pass")] {
        let mut request = json!({
            "annotations": { "dynatrace.com/slo-tags": "service=nothing" }, "aspects": { "objectives": {} },
        });
        if let Some(missing) = missing {
            request["missing"] = json!(missing);
        }
        let answer = gate(&client, request).unwrap();
        assert_eq!(only(&answer)["verdict"], verdict);
        assert_eq!(only(&answer)["summary"], "no objectives");
    }
}
