//! The data set tells the story that cards and demos show.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use grailstage_sandbox::{Environment, PLATFORM_TOKEN, Request, Sandbox, SandboxOptions};
use serde_json::{Value, json};

const NOW: i64 = 1_795_255_200_000;

fn sandbox() -> Sandbox {
    Sandbox::new(SandboxOptions { seed: 7, now: NOW })
}

fn ask(environment: &Environment, query: &str) -> Vec<Value> {
    ask_at(environment, query, NOW)
}

fn ask_at(environment: &Environment, query: &str, now: i64) -> Vec<Value> {
    let request = Request::post(
        "/platform/storage/query/v1/query:execute",
        json!({"query": query, "requestTimeoutMilliseconds": 1000, "maxResultRecords": 100_000}).to_string(),
    );
    let response = environment.handle(&request.with_bearer(PLATFORM_TOKEN), now);
    let text = String::from_utf8(response.body).unwrap();
    assert_eq!(response.status, 200, "{query}: {text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    body["result"]["records"].as_array().unwrap().clone()
}

#[test]
fn workloads_of_a_component_are_found_by_its_label() {
    let sandbox = sandbox();
    let query = r#"smartscapeNodes "K8S_DEPLOYMENT", "K8S_STATEFULSET", "K8S_DAEMONSET", "K8S_CRONJOB"
        | filter `tags:k8s.labels`[`backstage.io/kubernetes-id`] == "webshop.cart"
        | fields cluster = k8s.cluster.name, namespace = k8s.namespace.name, kind = k8s.workload.kind,
            version = `tags:k8s.labels`[`app.kubernetes.io/version`], id, id_classic
        | sort cluster"#;
    let found = ask(sandbox.environment("preproduction").unwrap(), query);
    let places: Vec<(&str, &str, &str)> = found
        .iter()
        .map(|row| {
            (
                row["cluster"].as_str().unwrap(),
                row["namespace"].as_str().unwrap(),
                row["version"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(places, [("dev", "webshop-dev", "2.8.0-rc.1"), ("hardening", "webshop-hardening", "2.7.4")]);
    assert!(found[0]["id"].as_str().unwrap().starts_with("K8S_DEPLOYMENT-"));
    assert!(found[0]["id_classic"].as_str().unwrap().starts_with("CLOUD_APPLICATION-"));
    assert_eq!(ask(sandbox.environment("production").unwrap(), query).len(), 1);
}

#[test]
fn classic_entities_tell_the_same_as_the_nodes() {
    let sandbox = sandbox();
    for environment in sandbox.environments() {
        let nodes = ask(
            environment,
            r#"smartscapeNodes "K8S_*" | filter isNotNull(k8s.workload.name) and in(type, {"K8S_DEPLOYMENT", "K8S_STATEFULSET", "K8S_DAEMONSET", "K8S_CRONJOB"}) and k8s.namespace.name != "kube-system"
               | fields id = id_classic, name, namespace = k8s.namespace.name, cluster = k8s.cluster.name | sort id"#,
        );
        let classic = ask(
            environment,
            "fetch dt.entity.cloud_application
               | fieldsAdd clusterId = clustered_by[dt.entity.kubernetes_cluster],
                   namespaceId = belongs_to[dt.entity.cloud_application_namespace]
               | lookup [fetch dt.entity.kubernetes_cluster], sourceField: clusterId, lookupField: id, fields: {cluster = entity.name}
               | lookup [fetch dt.entity.cloud_application_namespace], sourceField: namespaceId, lookupField: id, fields: {namespace = entity.name}
               | fields id, name = entity.name, namespace, cluster | sort id",
        );
        assert_eq!(nodes, classic);
        assert_eq!(nodes.len() % 14, 0);
    }
}

#[test]
fn pods_ready_and_desired_are_in_the_manifest() {
    let sandbox = sandbox();
    let ready = |name: &str, kind: &str, fields: &str| {
        ask(
            sandbox.environment("production").unwrap(),
            &format!(
                "smartscapeNodes {kind} | filter name == \"{name}\" | parse k8s.object, \"JSON:object\" | fields {fields}"
            ),
        )
    };
    let replicas = "ready = object[status][readyReplicas], desired = object[spec][replicas]";
    assert_eq!(ready("payment", "K8S_DEPLOYMENT", replicas), [json!({"ready": "2", "desired": "3"})]);
    assert_eq!(ready("kafka", "K8S_STATEFULSET", replicas), [json!({"ready": "3", "desired": "3"})]);
    let scheduled = "ready = object[status][numberReady], desired = object[status][desiredNumberScheduled]";
    assert_eq!(ready("node-agent", "K8S_DAEMONSET", scheduled), [json!({"ready": "4", "desired": "5"})]);
    let job = "schedule = object[spec][schedule], desired = object[spec][replicas]";
    assert_eq!(
        ready("batch-report", "K8S_CRONJOB", job),
        [json!({"schedule": "0 * * * *", "desired": null})]
    );
}

#[test]
fn one_workload_has_no_version() {
    let found = ask(
        sandbox().environment("production").unwrap(),
        "smartscapeNodes \"K8S_*\" | filter isNotNull(`tags:k8s.labels`[stage]) and isNull(`tags:k8s.labels`[`app.kubernetes.io/version`]) | fields name",
    );
    assert_eq!(found, [json!({"name": "notification"})]);
}

#[test]
fn an_incident_is_going_on_and_catalog_is_fine() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let open = ask(
        production,
        "fetch dt.davis.problems | filter event.status == \"ACTIVE\" and not dt.davis.is_duplicate
           | expand workload = k8s.workload.name | summarize problems = count(), by: {workload} | sort workload",
    );
    assert_eq!(
        open,
        [
            json!({"workload": "checkout", "problems": "1"}),
            json!({"workload": "node-agent", "problems": "1"}),
            json!({"workload": "payment", "problems": "2"}),
            json!({"workload": "search", "problems": "1"}),
        ]
    );
    let catalog = ask(
        production,
        "fetch dt.davis.problems, from: -30d | filter in(\"catalog\", k8s.workload.name) | summarize count()",
    );
    assert_eq!(catalog, [json!({"count()": "0"})]);
    let closed = ask(
        production,
        "fetch dt.davis.problems, from: -30d | filter event.status == \"CLOSED\" and isNotNull(resolved_problem_duration) | summarize n = count()",
    );
    assert!(closed[0]["n"].as_str().unwrap().parse::<u32>().unwrap() > 5, "{closed:?}");
    let duplicates =
        ask(production, "fetch dt.davis.problems | filter dt.davis.is_duplicate | summarize n = count()");
    assert_eq!(duplicates, [json!({"n": "1"})]);
}

#[test]
fn problems_name_the_nodes_they_affect() {
    let sandbox = sandbox();
    for environment in sandbox.environments() {
        let strangers = ask(
            environment,
            "fetch dt.davis.problems, from: -30d | expand id = smartscape.affected_entity.ids
               | lookup [smartscapeNodes \"K8S_*\"], sourceField: id, lookupField: id, fields: {node = name}
               | filter isNull(node)",
        );
        assert_eq!(strangers, [] as [Value; 0]);
    }
}

#[test]
fn vulnerabilities_are_reported_again_and_again() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let reports = ask(
        production,
        "fetch security.events, from: -1h | filter vulnerability.display_id == \"S-1002\" | sort timestamp | fields timestamp",
    );
    assert_eq!(reports.len(), 4, "one report in 15 minutes");
    let open = ask(
        production,
        "fetch security.events
           | filter event.provider == \"Dynatrace\" and event.type == \"VULNERABILITY_STATE_REPORT_EVENT\" and event.level == \"ENTITY\"
           | dedup {vulnerability.display_id, affected_entity.id}, sort: {timestamp desc}
           | filter vulnerability.resolution.status == \"OPEN\" and vulnerability.parent.mute.status != \"MUTED\" and vulnerability.mute.status != \"MUTED\"
           | expand workload = related_entities.kubernetes_workloads.names
           | summarize n = countDistinct(vulnerability.display_id), by: {workload} | sort workload",
    );
    let counts: Vec<(&str, &str)> =
        open.iter().map(|row| (row["workload"].as_str().unwrap(), row["n"].as_str().unwrap())).collect();
    assert_eq!(
        counts,
        [
            ("cart", "2"),
            ("checkout", "1"),
            ("inventory", "1"),
            ("kafka", "1"),
            ("notification", "1"),
            ("payment", "1"),
            ("recommendation", "1"),
            ("shipping", "1"),
            ("storefront", "2"),
        ]
    );
    let others = ask(
        production,
        "fetch security.events | filter vulnerability.mute.status == \"MUTED\" or vulnerability.resolution.status == \"RESOLVED\"
           | summarize n = count(), by: {state = if(vulnerability.mute.status == \"MUTED\", \"muted\", else: \"resolved\")} | sort state",
    );
    assert_eq!(others[1], json!({"state": "resolved", "n": "1"}));
}

#[test]
fn logs_are_those_of_the_workloads() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let found = ask(
        production,
        "fetch logs, from: -47m | filter k8s.workload.name == \"payment\" and loglevel == \"ERROR\" | summarize n = count()",
    );
    assert!(found[0]["n"].as_str().unwrap().parse::<u32>().unwrap() > 5, "the incident is in the logs");
    let silent =
        ask(production, "fetch logs | filter k8s.workload.name == \"accounting\" | summarize n = count()");
    assert_eq!(silent, [json!({"n": "0"})]);
}

#[test]
fn the_same_seed_gives_the_same_data_and_another_seed_other_data() {
    let query = "smartscapeNodes \"*\" | fields id, name";
    let ids = |seed| {
        let sandbox = Sandbox::new(SandboxOptions { seed, now: NOW });
        ask(sandbox.environment("production").unwrap(), query)
    };
    assert_eq!(ids(7), ids(7));
    assert_ne!(ids(7), ids(8));
}

#[test]
fn the_data_set_follows_the_time_and_keeps_what_happened() {
    let sandbox = sandbox();
    let environment = Arc::clone(sandbox.environment("production").unwrap());
    let later = NOW + 3_600_000;
    let old = ask(&environment, "fetch logs, from: -30m, to: -20m | fields timestamp, content");
    let recent = ask_at(&environment, "fetch logs, from: -5m | summarize n = count()", later);
    assert!(recent[0]["n"].as_str().unwrap().parse::<u32>().unwrap() > 0);
    let still = ask_at(&environment, "fetch logs, from: -90m, to: -80m | fields timestamp, content", later);
    assert_eq!(old.len(), still.len());
    let open = ask_at(
        &environment,
        "fetch dt.davis.problems | filter event.status == \"ACTIVE\" | summarize n = count()",
        later,
    );
    assert_eq!(open, [json!({"n": "5"})]);
}

#[test]
fn pipelines_ran_for_a_month() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let types = ask(
        production,
        "fetch events, from: -30d | filter event.kind == \"SDLC_EVENT\" and event.status == \"finished\"
           | summarize n = count(), by: {event.type} | filter n > 100 | sort event.type | fields event.type",
    );
    let names: Vec<&str> = types.iter().map(|row| row["event.type"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["build", "change", "deployment", "release", "run", "test", "validation", "validation.objective"]
    );
    let flaky = ask(
        production,
        "fetch events, from: -30d | filter event.type == \"test\" and vcs.repository.name == \"cart\"
           | summarize passed = countIf(test.case.result.status == \"pass\"), failed = countIf(test.case.result.status == \"fail\"), by: {test.case.name, cicd.pipeline.run.id}
           | filter passed > 0 and failed > 0 | summarize n = countDistinctExact(test.case.name)",
    );
    assert_eq!(flaky, [json!({"n": "1"})]);
    let pairs = ask(
        production,
        "fetch events, from: -7d | filter event.type == \"run\" | summarize n = countDistinctExact(event.status), by: {cicd.pipeline.run.id} | filter n > 2",
    );
    assert_eq!(pairs, [] as [Value; 0]);
}

#[test]
fn guardians_validated_every_deployment() {
    let found = ask(
        sandbox().environment("production").unwrap(),
        "fetch events, from: -7d | filter event.provider == \"dynatrace.site.reliability.guardian\" and event.type == \"validation\" and event.status == \"finished\"
           | dedup dt.srg.id, sort: {timestamp desc} | parse dt.srg.validation.summary, \"JSON:summary\" | parse dt.srg.tags, \"JSON:tags\"
           | filter in(\"production\", tags[stage])
           | fields total = summary[pass] + summary[warning] + summary[fail] | dedup total",
    );
    assert_eq!(found, [json!({"total": "3"})]);
}

#[test]
fn metrics_show_the_incident() {
    let found = ask(
        sandbox().environment("production").unwrap(),
        "timeseries {failed = sum(dt.service.request.failure_count, scalar: true), all = sum(dt.service.request.count, scalar: true)},
             by: {k8s.workload.name}, from: -30m
           | fieldsAdd rate = 100 * failed / all | filter rate > 5 | fields k8s.workload.name
           | sort k8s.workload.name",
    );
    assert_eq!(found, [json!({"k8s.workload.name": "checkout"}), json!({"k8s.workload.name": "payment"})]);
    let volume = ask(
        sandbox().environment("production").unwrap(),
        "timeseries {used = avg(dt.kubernetes.persistentvolumeclaim.used), size = avg(dt.kubernetes.persistentvolumeclaim.capacity)},
             by: {k8s.persistentvolumeclaim.name}, from: -30d, interval: 1d
           | filter arrayLast(used) / arrayLast(size) > 0.8 | fields k8s.persistentvolumeclaim.name",
    );
    assert_eq!(volume, [json!({"k8s.persistentvolumeclaim.name": "data-kafka-0"})]);
}

#[test]
fn traces_cross_services_and_python_has_none() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let crossing = ask(
        production,
        "fetch spans | summarize services = countDistinctExact(service.name), by: {trace.id} | filter services > 3 | summarize n = count()",
    );
    assert!(crossing[0]["n"].as_str().unwrap().parse::<u32>().unwrap() > 10);
    let python = ask(
        production,
        "fetch spans | filter k8s.workload.name == \"recommendation\" | summarize n = count()",
    );
    assert_eq!(python, [json!({"n": "0"})]);
    let tokens = ask(
        production,
        "fetch spans | filter isNotNull(gen_ai.provider.name) | summarize n = count(), tokens = sum(gen_ai.usage.input_tokens) | fields ok = n > 20 and tokens > 1000",
    );
    assert_eq!(tokens, [json!({"ok": true})]);
}

#[test]
fn orders_are_placed_in_production_only() {
    let sandbox = sandbox();
    let count = |name: &str| {
        ask(sandbox.environment(name).unwrap(), "fetch bizevents, from: -1d | summarize n = count()")[0]["n"]
            .clone()
    };
    assert_eq!((count("production"), count("preproduction")), (json!("480"), json!("0")));
}

#[test]
fn each_stage_has_releases_and_the_last_is_what_runs_there() {
    let sandbox = sandbox();
    for environment in sandbox.environments() {
        let other = ask(
            environment,
            "fetch events, from: -31d | filter event.type == \"release\" and event.status == \"finished\" and artifact.id != \"notification\"
               | summarize versions = countDistinctExact(release.name), last = takeLast(release.name), by: {key = concat(artifact.id, \"/\", cicd.deployment.release_stage)}
               | lookup [smartscapeNodes \"K8S_*\" | filter isNotNull(`tags:k8s.labels`[stage])
                   | fields key = concat(name, \"/\", `tags:k8s.labels`[stage]), version = `tags:k8s.labels`[`app.kubernetes.io/version`]],
                   sourceField: key, lookupField: key, fields: {version}
               | filter last != version or versions < 2 or isNull(version)",
        );
        assert_eq!(other, [] as [Value; 0], "{}", environment.name());
        let stages = ask(
            environment,
            "fetch events, from: -31d | filter event.type == \"release\" | summarize n = countDistinctExact(cicd.deployment.release_stage)",
        );
        assert_eq!(stages[0]["n"], environment.clusters().len().to_string());
    }
}

#[test]
fn some_pipelines_wait_long_and_some_tests_are_slow() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let waiting = ask(
        production,
        "fetch events, from: -30d | filter event.type == \"run\" and event.status == \"finished\"
           | summarize queued = percentile(cicd.pipeline.run.queued.duration, 50), by: {vcs.repository.name}
           | filter queued > 180000000000 | fields vcs.repository.name",
    );
    assert_eq!(waiting, [json!({"vcs.repository.name": "storefront"})]);
    let slow = ask(
        production,
        "fetch events, from: -30d | filter event.type == \"test\"
           | summarize seconds = avg(duration) / 1000000000, old = avg(if(timestamp < now() - 20d, duration)), new = avg(if(timestamp > now() - 10d, duration)), by: {test.case.name}
           | filter seconds > 30 | fields test.case.name, slower = new > 1.2 * old",
    );
    assert_eq!(slow, [json!({"test.case.name": "loads ten thousand items", "slower": true})]);
}
