//! What containers, nodes and volumes use fits what they have, and what the manifests say.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

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
    let mut body: Value = serde_json::from_str(&text).unwrap();
    serde_json::from_value(body.pointer_mut("/result/records").unwrap().take()).unwrap()
}

const BOTH: [&str; 2] = ["production", "preproduction"];

#[test]
fn no_container_uses_more_than_its_limit_and_some_come_near() {
    for environment in BOTH {
        let query = |resource: &str, usage: &str| {
            ask(
                environment,
                &format!(
                    "timeseries {{use = max(dt.kubernetes.container.{usage}), lim = max(dt.kubernetes.container.limits_{resource}), req = max(dt.kubernetes.container.requests_{resource})}},
                       by: {{k8s.cluster.name, k8s.workload.name, k8s.pod.name}}, from: -1d
                     | fieldsAdd share = arrayMax(use) / arrayMax(lim), requested = arrayMax(req) <= arrayMax(lim)
                     | filter share > 1 or share < 0.005 or not requested | fields k8s.workload.name, share"
                ),
            )
        };
        assert_eq!(query("cpu", "cpu_usage"), [] as [Value; 0]);
        assert_eq!(query("memory", "memory_working_set"), [] as [Value; 0]);
    }
    let tight = ask(
        "production",
        "timeseries {use = max(dt.kubernetes.container.cpu_usage), lim = max(dt.kubernetes.container.limits_cpu)}, by: {k8s.workload.name}, from: -1d
           | filter arrayMax(use) / arrayMax(lim) > 0.8 | fields k8s.workload.name",
    );
    assert_eq!(tight, [json!({"k8s.workload.name": "search"})]);
    let wasteful = ask(
        "production",
        "timeseries {use = max(dt.kubernetes.container.cpu_usage), req = max(dt.kubernetes.container.requests_cpu)}, by: {k8s.workload.name}, from: -1d
           | filter arrayMax(use) / arrayMax(req) < 0.15 | fields k8s.workload.name | sort k8s.workload.name",
    );
    assert_eq!(
        wasteful,
        [json!({"k8s.workload.name": "batch-report"}), json!({"k8s.workload.name": "catalog"})]
    );
}

#[test]
fn metrics_say_what_the_manifests_say() {
    let strangers = ask(
        "production",
        "smartscapeNodes K8S_DEPLOYMENT | filter k8s.namespace.name == \"webshop\" and name != \"accounting\" | parse k8s.object, \"JSON:o\"
           | fieldsAdd container = coalesce(o[spec][template][spec][containers][0], o[spec][template][spec][containers][0])
           | fields name, cpu = container[resources][limits][cpu], memory = container[resources][requests][memory]
           | lookup [timeseries {lim = max(dt.kubernetes.container.limits_cpu, scalar: true), req = max(dt.kubernetes.container.requests_memory, scalar: true)}, by: {k8s.workload.name}],
               sourceField: name, lookupField: k8s.workload.name, fields: {lim, req}
           | filter cpu != concat(toString(toLong(lim)), \"m\") or memory != concat(toString(toLong(req / 1048576)), \"Mi\") or isNull(cpu) != isNull(lim)",
    );
    assert_eq!(strangers, [] as [Value; 0]);
    let unlimited = ask(
        "production",
        "timeseries {use = avg(dt.kubernetes.container.cpu_usage, scalar: true), lim = avg(dt.kubernetes.container.limits_cpu, scalar: true)}, union: true, by: {k8s.workload.name}
           | filter isNull(lim) | fields k8s.workload.name",
    );
    assert_eq!(unlimited, [json!({"k8s.workload.name": "notification"})]);
}

#[test]
fn nodes_have_room_for_what_containers_ask_for() {
    for environment in BOTH {
        let full = ask(
            environment,
            "timeseries {cpu = sum(dt.kubernetes.container.requests_cpu, scalar: true, rollup: avg), memory = sum(dt.kubernetes.container.requests_memory, scalar: true, rollup: avg)},
               by: {k8s.node.name}, from: -5m, interval: 5m
             | lookup [timeseries {cpu = avg(dt.kubernetes.node.cpu_allocatable, scalar: true), memory = avg(dt.kubernetes.node.memory_allocatable, scalar: true)}, by: {k8s.node.name}, from: -5m],
                 sourceField: k8s.node.name, lookupField: k8s.node.name
             | fieldsAdd nodes = 1, tight = cpu > lookup.cpu or memory > lookup.memory
             | summarize n = count(), tight = countIf(tight), unknown = countIf(isNull(lookup.cpu))",
        );
        let nodes = if environment == "production" { "5" } else { "6" };
        assert_eq!(full, [json!({"n": nodes, "tight": "0", "unknown": "0"})], "{environment}");
    }
}

#[test]
fn pods_that_wait_use_nothing() {
    let found = ask(
        "production",
        "timeseries n = sum(dt.kubernetes.pods, scalar: true, rollup: avg), by: {k8s.workload.name, pod_phase}, from: -5m, interval: 5m
           | filter in(k8s.workload.name, {\"node-agent\", \"payment\"}) | fields k8s.workload.name, pod_phase, n | sort k8s.workload.name, pod_phase",
    );
    assert_eq!(
        found,
        [
            json!({"k8s.workload.name": "node-agent", "pod_phase": "Pending", "n": 1}),
            json!({"k8s.workload.name": "node-agent", "pod_phase": "Running", "n": 4}),
            json!({"k8s.workload.name": "payment", "pod_phase": "Running", "n": 3}),
        ]
    );
    let used = ask(
        "production",
        "timeseries u = avg(dt.kubernetes.container.cpu_usage), filter: {k8s.workload.name == \"node-agent\"}, by: {k8s.pod.name}, from: -5m | summarize n = count()",
    );
    assert_eq!(used, [json!({"n": "4"})]);
}

#[test]
fn volumes_are_as_full_as_used_and_left_say_and_one_fills_up() {
    let found = ask(
        "production",
        "timeseries {size = avg(dt.kubernetes.persistentvolumeclaim.capacity), used = avg(dt.kubernetes.persistentvolumeclaim.used), left = avg(dt.kubernetes.persistentvolumeclaim.available)},
           by: {name = k8s.persistentvolumeclaim.name}, from: -20d, interval: 1d
         | fieldsAdd off = abs(arrayLast(size) - arrayLast(used) - arrayLast(left)), grown = (arrayLast(used) - arrayFirst(used)) / arrayLast(size), full = arrayLast(used) / arrayLast(size)
         | fields name, exact = off < 2, fills = grown > 0.2, full = full > 0.85 and full < 1 | sort name",
    );
    let claim = |name: &str, fills: bool| json!({"name": name, "exact": true, "fills": fills, "full": fills});
    assert_eq!(
        found,
        [
            claim("data-kafka-0", true),
            claim("data-kafka-1", false),
            claim("data-kafka-2", false),
            claim("search-data", false),
        ]
    );
    let mounted = ask(
        "production",
        "smartscapeEdges uses | lookup [smartscapeNodes K8S_POD], sourceField: source_id, lookupField: id, fields: {k8s.workload.name}
           | lookup [smartscapeNodes K8S_PERSISTENTVOLUMECLAIM], sourceField: target_id, lookupField: id, fields: {claim = name}
           | summarize pods = count(), by: {k8s.workload.name, claim} | fields claim, k8s.workload.name, pods | sort claim",
    );
    assert_eq!(mounted.len(), 4);
    assert_eq!(
        mounted.last(),
        Some(&json!({"claim": "search-data", "k8s.workload.name": "search", "pods": "2"}))
    );
}

#[test]
fn one_component_sends_nothing_at_all() {
    for environment in BOTH {
        for query in [
            "fetch logs",
            "fetch spans",
            "fetch events, from: -30d",
            "fetch dt.davis.problems, from: -30d",
            "fetch security.events",
            "timeseries n = count(dt.kubernetes.container.cpu_usage), by: {k8s.workload.name}",
            "timeseries n = count(dt.service.request.count), by: {k8s.workload.name}",
            "timeseries n = count(dt.kubernetes.pods), by: {k8s.workload.name}",
        ] {
            let query = format!(
                "{query} | filter k8s.workload.name == \"accounting\" or in(\"accounting\", k8s.workload.name) or artifact.id == \"accounting\""
            );
            let query = if query.starts_with("timeseries") {
                query.replace(" or artifact.id == \"accounting\"", "")
            } else {
                query
            };
            assert_eq!(ask(environment, &query), [] as [Value; 0], "{query}");
        }
        let node =
            ask(environment, "smartscapeNodes K8S_DEPLOYMENT | filter name == \"accounting\" | fields name");
        assert!(!node.is_empty());
    }
}

#[test]
fn python_on_alpine_has_logs_and_metrics_and_no_traces() {
    let n = |query: &str| ask("production", query).first().unwrap().get("n").unwrap().clone();
    let image = ask(
        "production",
        "smartscapeNodes K8S_DEPLOYMENT | filter name == \"recommendation\" | parse k8s.object, \"JSON:o\"
           | fields alpine = contains(o[spec][template][spec][containers][0][image], \"alpine\")",
    );
    assert_eq!(image, [json!({"alpine": true})]);
    assert_ne!(n("fetch logs | filter k8s.workload.name == \"recommendation\" | summarize n = count()"), "0");
    assert_ne!(
        n(
            "timeseries u = avg(dt.kubernetes.container.cpu_usage), filter: {k8s.workload.name == \"recommendation\"}, by: {k8s.pod.name} | summarize n = count()"
        ),
        "0"
    );
    assert_eq!(
        n("fetch spans | filter k8s.workload.name == \"recommendation\" | summarize n = count()"),
        "0"
    );
}
