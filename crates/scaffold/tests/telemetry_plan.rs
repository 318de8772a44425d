//! Which way telemetry takes, why, and what that puts into a repository.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use grailstage_scaffold::telemetry_plan::{
    Libc, SUPPORT_FACTS, Signal, TelemetryPlan, TelemetryPlanRequest, TelemetryRoute, plan,
};
use serde_json::{Value, json};

fn planned(request: Value) -> TelemetryPlan {
    plan(&serde_json::from_value::<TelemetryPlanRequest>(request).unwrap()).unwrap()
}

/// Logs, metrics, traces.
fn routes(plan: &TelemetryPlan) -> [TelemetryRoute; 3] {
    let signals: Vec<Signal> = plan.signals.iter().map(|it| it.signal).collect();
    assert_eq!(signals, [Signal::Logs, Signal::Metrics, Signal::Traces]);
    [plan.signals[0].route, plan.signals[1].route, plan.signals[2].route]
}

fn python_on_alpine() -> Value {
    json!({
        "service": "orders-api", "language": "python", "framework": "fastapi", "baseImage": "python:3.13-alpine",
        "orchestrator": "kubernetes", "oneAgentMode": "cloud-native-full-stack", "metricsPort": 8080,
    })
}

#[test]
fn python_on_alpine_takes_a_way_of_its_own_for_each_signal() {
    let plan = planned(python_on_alpine());
    assert_eq!(plan.libc, Libc::Musl);
    assert_eq!(
        routes(&plan),
        [TelemetryRoute::OneAgent, TelemetryRoute::Prometheus, TelemetryRoute::OtlpDirect]
    );
    let annotations: Vec<_> =
        plan.wiring.pod_annotations.iter().map(|it| (it.key.as_str(), it.value.as_str())).collect();
    assert_eq!(
        annotations,
        [
            ("metrics.dynatrace.com/scrape", "true"),
            ("metrics.dynatrace.com/port", "8080"),
            ("metrics.dynatrace.com/path", "/metrics"),
        ]
    );
    let packages: Vec<_> = plan.wiring.packages.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        packages,
        [
            "opentelemetry-distro",
            "opentelemetry-exporter-otlp-proto-http",
            "opentelemetry-instrumentation-fastapi",
            "prometheus-client",
        ]
    );
    assert_eq!(plan.wiring.collector_config, None);
}

#[test]
fn what_could_not_be_confirmed_is_told_with_the_reason_and_in_the_text() {
    let plan = planned(python_on_alpine());
    let doubted: Vec<_> = plan.signals[2].reasons.iter().filter(|it| !it.confirmed).collect();
    assert_eq!(doubted.len(), 1);
    assert_eq!(doubted[0].source.as_deref(), Some("code-module-python-musl"));
    assert!(doubted[0].text.contains("not confirmed"), "{}", doubted[0].text);
    let source = plan.sources.iter().find(|it| it.id == "code-module-python-musl").unwrap();
    assert!(source.doubt.is_some());
    assert!(plan.markdown.contains(&format!("Not confirmed: {}", source.doubt.as_ref().unwrap())));
    // The way that is not confirmed is offered, and not taken.
    assert!(plan.signals[2].alternatives.iter().any(|it| it.route == TelemetryRoute::OneAgent));
}

#[test]
fn every_reason_that_has_a_source_finds_it_in_the_plan() {
    for mode in
        ["cloud-native-full-stack", "classic-full-stack", "application-monitoring", "host-monitoring", "none"]
    {
        for language in ["python", "java", "nodejs", "dotnet", "go", "php", "ruby", "rust", "other"] {
            for libc in ["glibc", "musl", "static", "unknown"] {
                for orchestrator in ["kubernetes", "docker", "host", "serverless"] {
                    for collector in [false, true] {
                        let plan = planned(json!({
                            "service": "a", "language": language, "libc": libc, "orchestrator": orchestrator,
                            "oneAgentMode": mode, "collector": collector,
                        }));
                        for signal in &plan.signals {
                            assert!(!signal.reasons.is_empty());
                            for id in signal.reasons.iter().filter_map(|it| it.source.as_deref()) {
                                assert!(plan.sources.iter().any(|it| it.id == id), "{id}");
                                assert!(SUPPORT_FACTS.iter().any(|it| it.id == id), "{id}");
                            }
                        }
                        let exports = routes(&plan).iter().any(|it| {
                            matches!(it, TelemetryRoute::OtlpDirect | TelemetryRoute::OtlpCollector)
                        });
                        assert_eq!(!plan.wiring.environment.is_empty(), exports);
                    }
                }
            }
        }
    }
}

#[test]
fn where_a_code_module_fits_nothing_is_written_into_the_repository() {
    for (language, image) in [
        ("java", "eclipse-temurin:21-jre-alpine"),
        ("nodejs", "node:24-alpine"),
        ("python", "python:3.13-slim"),
    ] {
        let plan = planned(json!({
            "service": "a", "language": language, "baseImage": image, "orchestrator": "kubernetes",
            "oneAgentMode": "cloud-native-full-stack",
        }));
        assert_eq!(routes(&plan), [TelemetryRoute::OneAgent; 3], "{language}");
        assert!(plan.wiring.environment.is_empty() && plan.wiring.packages.is_empty());
    }
}

#[test]
fn classic_full_stack_does_not_reach_into_alpine() {
    let plan = planned(json!({
        "service": "a", "language": "java", "libc": "musl", "orchestrator": "kubernetes",
        "oneAgentMode": "classic-full-stack",
    }));
    assert_eq!(plan.signals[2].route, TelemetryRoute::OtlpDirect);
    assert!(plan.markdown.contains("(not confirmed)"));
}

#[test]
fn without_one_agent_all_goes_by_otlp_and_metrics_as_deltas() {
    let plan = planned(json!({
        "service": "a", "language": "go", "baseImage": "scratch", "orchestrator": "serverless",
        "oneAgentMode": "none", "otlpEndpoint": "https://abc12345.live.dynatrace.com/api/v2/otlp",
    }));
    assert_eq!(routes(&plan), [TelemetryRoute::OtlpDirect; 3]);
    let variable =
        |name: &str| plan.wiring.environment.iter().find(|it| it.name == name).unwrap().value.clone();
    assert_eq!(variable("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE").as_deref(), Some("delta"));
    assert_eq!(variable("OTEL_EXPORTER_OTLP_PROTOCOL").as_deref(), Some("http/protobuf"));
    assert_eq!(variable("OTEL_EXPORTER_OTLP_HEADERS"), None);
}

#[test]
fn a_collector_keeps_the_token_and_makes_deltas() {
    let plan = planned(json!({
        "service": "a", "language": "ruby", "orchestrator": "kubernetes", "oneAgentMode": "none",
        "collector": true,
    }));
    assert_eq!(routes(&plan), [TelemetryRoute::OtlpCollector; 3]);
    assert!(plan.wiring.environment.iter().all(|it| it.secret.is_none()), "{:?}", plan.wiring.environment);
    let config = plan.wiring.collector_config.unwrap();
    assert!(config.contains("processors: [memory_limiter, cumulativetodelta]"), "{config}");
    assert!(config.contains("Authorization: Api-Token ${env:DT_API_TOKEN}"));
}

#[test]
fn open_telemetry_where_a_code_module_would_fit_warns_of_traces_that_come_twice() {
    let plan = planned(json!({
        "service": "a", "language": "java", "libc": "glibc", "orchestrator": "kubernetes",
        "oneAgentMode": "cloud-native-full-stack", "preferOpenTelemetry": true,
    }));
    assert_eq!(plan.signals[2].route, TelemetryRoute::OtlpDirect);
    assert!(plan.signals[2].needs.iter().any(|it| it.contains("traced twice")));
}

#[test]
fn refuses_what_would_not_fit_where_it_is_written() {
    for (member, value, input) in [
        ("service", json!("orders api"), "service"),
        ("service", json!("-a"), "service"),
        ("secret", json!("My_Secret"), "secret"),
        ("otlpEndpoint", json!("abc12345.live.dynatrace.com"), "otlpEndpoint"),
        ("collectorEndpoint", json!("http://user:secret@collector"), "collectorEndpoint"),
        ("metricsPath", json!("metrics"), "metricsPath"),
        ("metricsPort", json!(0), "metricsPort"),
    ] {
        let mut request = python_on_alpine();
        request[member] = value;
        let error = plan(&serde_json::from_value(request).unwrap()).unwrap_err();
        assert!(error.to_string().starts_with(&format!("the input `{input}` is ")), "{error}");
    }
}
