//! What goes wrong now is told alike by problems, logs, metrics, Kubernetes events, spans, orders and monitors.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use grailstage_sandbox::{PLATFORM_TOKEN, Request, Sandbox, SandboxOptions};
use serde_json::{Value, json};

const NOW: i64 = 1_795_255_200_000;
/// One for all tests, which only read.
static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::new(SandboxOptions { seed: 7, now: NOW }));

fn ask(environment: &str, query: &str) -> Vec<Value> {
    let request = Request::post(
        "/platform/storage/query/v1/query:execute",
        json!({"query": query, "requestTimeoutMilliseconds": 1000, "maxResultRecords": 100_000}).to_string(),
    );
    let response =
        SANDBOX.environment(environment).unwrap().handle(&request.with_bearer(PLATFORM_TOKEN), NOW);
    let text = String::from_utf8(response.body).unwrap();
    assert_eq!(response.status, 200, "{query}: {text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    body["result"]["records"].as_array().unwrap().clone()
}

fn production(query: &str) -> Vec<Value> {
    ask("production", query)
}

#[test]
fn payment_fails_since_the_problem_says_so_in_logs_metrics_spans_and_orders() {
    let problem = production(
        "fetch dt.davis.problems | filter event.status == \"ACTIVE\" and event.category == \"ERROR\" and not dt.davis.is_duplicate
           | fields root_cause_entity_name, k8s.workload.name, minutes = (now() - event.start) / 1m",
    );
    assert_eq!(
        problem,
        [json!({
            "root_cause_entity_name": "payment",
            "k8s.workload.name": ["payment", "checkout"],
            "minutes": 47,
        })]
    );
    for (signal, share_of_failures) in [
        (
            "logs",
            "fetch logs, {time} | filter k8s.workload.name == \"payment\" | summarize s = countIf(loglevel == \"ERROR\") / count()",
        ),
        (
            "spans",
            "fetch spans, {time} | filter k8s.workload.name == \"payment\" | summarize s = countIf(request.is_failed) * 1.0 / count()",
        ),
        (
            "callers",
            "fetch spans, {time} | filter k8s.workload.name == \"checkout\" | summarize s = countIf(request.is_failed) * 1.0 / count()",
        ),
        (
            "metrics",
            "timeseries {f = sum(dt.service.request.failure_count, scalar: true), n = sum(dt.service.request.count, scalar: true)}, {time}, filter: {k8s.workload.name == \"payment\"} | fields s = f / n",
        ),
        (
            "orders",
            "fetch bizevents, {time} | summarize s = countIf(event.type == \"com.webshop.order.failed\") * 1.0 / count()",
        ),
    ] {
        let share = |time: &str| {
            production(&share_of_failures.replace("{time}", time).replace(") / count()", ") * 1.0 / count()"))
                [0]["s"]
                .as_f64()
                .unwrap()
        };
        let (before, since) = (share("from: -3h, to: -48m"), share("from: -46m"));
        assert!(before < 0.08, "{signal} before: {before}");
        assert!(since > 0.1 && since > 4.0 * before, "{signal} since: {since}, before: {before}");
    }
}

#[test]
fn the_crashing_pod_is_the_same_everywhere() {
    let pod = production(
        "smartscapeNodes K8S_POD | filter k8s.workload.name == \"payment\" | parse k8s.object, \"JSON:o\"
           | filter o[status][containerStatuses][0][ready] == false
           | fields name, restarts = o[status][containerStatuses][0][restartCount],
               reason = o[status][containerStatuses][0][state][waiting][reason]",
    );
    assert_eq!(pod.len(), 1);
    assert_eq!(pod[0]["reason"], "CrashLoopBackOff");
    let (name, restarts) = (&pod[0]["name"], &pod[0]["restarts"]);
    let events = production(
        "fetch events | filter event.provider == \"KUBERNETES_EVENT\" and dt.kubernetes.event.reason == \"BackOff\"
           | summarize n = count(), seen = max(toLong(dt.kubernetes.event.count)), first = min(timestamp),
               by: {name = k8s.pod.name, k8s.workload.name}
           | fields name, n, seen, minutes = (now() - first) / 1m",
    );
    assert_eq!(events, [json!({"name": name, "n": restarts, "seen": restarts, "minutes": 45.75})]);
    let metric = production(
        "timeseries n = sum(dt.kubernetes.container.restarts, scalar: true), by: {name = k8s.pod.name} | fields name, n",
    );
    assert_eq!(metric.len(), 1);
    assert_eq!(metric[0]["name"], *name);
    assert_eq!(metric[0]["n"].as_f64().unwrap().to_string(), restarts.as_str().unwrap());
    let counted = production(
        "timeseries n = sum(dt.kubernetes.events, scalar: true), filter: {k8s.event.reason == \"BackOff\"}, by: {k8s.workload.name} | fields n",
    );
    assert_eq!(counted[0]["n"], metric[0]["n"]);
}

#[test]
fn every_pod_that_is_not_ready_has_warnings_and_every_other_is_fine() {
    let reasons = |environment: &str| {
        ask(
            environment,
            "fetch dt.davis.events | filter event.provider == \"KUBERNETES_EVENT\" and status == \"WARN\" and toLong(dt.kubernetes.event.count) > 3
               | summarize reasons = arraySort(collectDistinct(dt.kubernetes.event.reason)), by: {k8s.workload.name, pod = concat(k8s.cluster.name, \"/\", k8s.pod.name)}
               | lookup [smartscapeNodes K8S_POD | parse k8s.object, \"JSON:o\"
                   | fields pod = concat(k8s.cluster.name, \"/\", name), ready = coalesce(o[status][containerStatuses][0][ready], false)], sourceField: pod, lookupField: pod, fields: {ready}
               | fields workload = k8s.workload.name, reasons, ready | sort workload",
        )
    };
    assert_eq!(
        reasons("production"),
        [
            json!({"workload": "node-agent", "reasons": ["FailedScheduling"], "ready": false}),
            json!({"workload": "payment", "reasons": ["BackOff", "Unhealthy"], "ready": false}),
        ]
    );
    assert_eq!(
        reasons("preproduction"),
        [
            json!({"workload": "inventory", "reasons": ["BackOff", "Failed"], "ready": false}),
            json!({"workload": "kafka", "reasons": ["Unhealthy"], "ready": false}),
        ]
    );
}

#[test]
fn kubernetes_tells_normal_things_too() {
    let found = production(
        "fetch events, from: -7d | filter event.provider == \"KUBERNETES_EVENT\" and status == \"INFO\"
           | summarize n = count(), by: {reason = dt.kubernetes.event.reason} | filter n > 5 | sort reason | fields reason",
    );
    let reasons: Vec<&str> = found.iter().map(|row| row["reason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "Created",
            "Killing",
            "Pulled",
            "SawCompletedJob",
            "ScalingReplicaSet",
            "Scheduled",
            "Started",
            "SuccessfulCreate"
        ]
    );
    let catalog = production(
        "fetch events, from: -7d | filter event.provider == \"KUBERNETES_EVENT\" and status == \"WARN\" and k8s.workload.name == \"catalog\"",
    );
    assert_eq!(catalog, [] as [Value; 0]);
}

#[test]
fn monitors_of_checkout_fail_and_the_others_do_not() {
    let found = production(
        "fetch dt.synthetic.events, from: -45m | filter endsWith(event.type, \"_monitor_execution\")
           | summarize failed = countIf(result.state == \"FAIL\"), n = count(), by: {monitor.name} | sort monitor.name
           | fields monitor.name, bad = failed > 1, ran = n > 5",
    );
    assert_eq!(
        found,
        [
            json!({"monitor.name": "Buy an article", "bad": true, "ran": true}),
            json!({"monitor.name": "Checkout health", "bad": true, "ran": true}),
            json!({"monitor.name": "Search for a product", "bad": false, "ran": true}),
            json!({"monitor.name": "Storefront start page", "bad": false, "ran": true}),
        ]
    );
    let metric = production(
        "timeseries a = avg(dt.synthetic.http.availability, scalar: true), by: {dt.entity.http_check}, from: -2d
           | lookup [fetch dt.synthetic.events, from: -2d | filter event.type == \"http_monitor_execution\"
               | summarize b = 100.0 * countIf(result.state == \"SUCCESS\") / count(), by: {id = dt.entity.http_check}], sourceField: dt.entity.http_check, lookupField: id, fields: {b}
           | lookup [fetch dt.entity.http_check | fieldsAdd tags], sourceField: dt.entity.http_check, lookupField: id, fields: {tags, entity.name}
           | fields same = abs(a - b) < 0.5, good = a > 95, tag = tags[0] | sort tag",
    );
    assert_eq!(
        metric,
        [
            json!({"same": true, "good": true, "tag": "component:checkout"}),
            json!({"same": true, "good": true, "tag": "component:search"}),
            json!({"same": true, "good": true, "tag": "component:storefront"}),
        ]
    );
    assert_eq!(ask("preproduction", "fetch dt.synthetic.events"), [] as [Value; 0]);
}
