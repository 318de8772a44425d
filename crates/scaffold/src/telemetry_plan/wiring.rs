//! What a plan puts into the repository of the service.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::request::{Language, Orchestrator, TelemetryPlanRequest};
use super::{Signal, SignalPlan, TelemetryRoute};

const SECRET: &str = "dynatrace-otlp";
const COLLECTOR_ENDPOINT: &str = "http://otel-collector:4318";

/// What belongs into the repository of a service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct TelemetryWiring {
    /// Annotations of its pods.
    pub pod_annotations: Vec<PodAnnotation>,
    /// Environment variables of its containers.
    pub environment: Vec<EnvironmentVariable>,
    /// What it depends on.
    pub packages: Vec<Package>,
    /// The configuration of a collector, as YAML; absent where none is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub collector_config: Option<String>,
    /// What is left to be done by hand, each a sentence without full stop.
    pub steps: Vec<String>,
}

/// An annotation of pods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct PodAnnotation {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// An environment variable, with a value or from a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub value: Option<String>,
    /// Where its value is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub secret: Option<SecretKey>,
}

/// A key of a Kubernetes secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SecretKey {
    /// The secret.
    pub name: String,
    /// The key.
    pub key: String,
}

/// A package of a package registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Package {
    /// Whose: `pypi` or `npm`.
    pub registry: String,
    /// Its name.
    pub name: String,
    /// The versions that will do, in the registry's own notation.
    pub version: String,
}

/// The wiring of the ways that were chosen.
pub(super) fn wiring(request: &TelemetryPlanRequest, signals: &[SignalPlan]) -> TelemetryWiring {
    let by = |route: TelemetryRoute| signals.iter().any(|signal| signal.route == route);
    let exported: Vec<Signal> = signals
        .iter()
        .filter(|it| matches!(it.route, TelemetryRoute::OtlpDirect | TelemetryRoute::OtlpCollector))
        .map(|it| it.signal)
        .collect();
    let through_collector = by(TelemetryRoute::OtlpCollector);
    let scraped = by(TelemetryRoute::Prometheus);
    let mut steps = Vec::new();
    if scraped && request.metrics_port.is_none() {
        steps.push(
            "let the service serve its metrics in the format of Prometheus, and plan again with `metricsPort`"
                .to_owned(),
        );
    }
    if !exported.is_empty() {
        steps.extend(start_step(request.language).map(str::to_owned));
        steps.push(secret_step(request, through_collector));
    }
    if scraped && request.language == Language::Python {
        steps.push("serve the metrics of `prometheus_client` under the annotated port and path".to_owned());
    }
    TelemetryWiring {
        pod_annotations: if scraped { scrape_annotations(request) } else { Vec::new() },
        environment: if exported.is_empty() {
            Vec::new()
        } else {
            environment(request, &exported, through_collector)
        },
        packages: packages(request, !exported.is_empty(), scraped),
        collector_config: through_collector.then(|| collector_config(&exported)),
        steps,
    }
}

/// Without a port nothing is annotated: the first port of a pod is rarely the one with the metrics.
fn scrape_annotations(request: &TelemetryPlanRequest) -> Vec<PodAnnotation> {
    let Some(port) = request.metrics_port else { return Vec::new() };
    let path = request.metrics_path.clone().unwrap_or_else(|| "/metrics".to_owned());
    [("scrape", "true".to_owned()), ("port", port.to_string()), ("path", path)]
        .into_iter()
        .map(|(name, value)| PodAnnotation { key: format!("metrics.dynatrace.com/{name}"), value })
        .collect()
}

fn environment(
    request: &TelemetryPlanRequest,
    exported: &[Signal],
    through_collector: bool,
) -> Vec<EnvironmentVariable> {
    let set = |name: &str, value: &str| EnvironmentVariable {
        name: name.to_owned(),
        value: Some(value.to_owned()),
        secret: None,
    };
    let kept = |name: &str, key: &str| EnvironmentVariable {
        name: name.to_owned(),
        value: None,
        secret: Some(SecretKey { name: secret(request), key: key.to_owned() }),
    };
    let mut variables = vec![set("OTEL_SERVICE_NAME", &request.service)];
    for (signal, name) in [(Signal::Traces, "TRACES"), (Signal::Metrics, "METRICS"), (Signal::Logs, "LOGS")] {
        let exporter = if exported.contains(&signal) { "otlp" } else { "none" };
        variables.push(set(&format!("OTEL_{name}_EXPORTER"), exporter));
    }
    variables.push(set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
    if through_collector {
        let endpoint = request.collector_endpoint.as_deref().unwrap_or(COLLECTOR_ENDPOINT);
        variables.push(set("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
    } else {
        variables.push(match &request.otlp_endpoint {
            Some(endpoint) => set("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
            None => kept("OTEL_EXPORTER_OTLP_ENDPOINT", "endpoint"),
        });
        variables.push(kept("OTEL_EXPORTER_OTLP_HEADERS", "headers"));
        if exported.contains(&Signal::Metrics) {
            variables.push(set("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"));
        }
    }
    if request.language == Language::Nodejs {
        variables.push(set("NODE_OPTIONS", "--require @opentelemetry/auto-instrumentations-node/register"));
    }
    variables
}

fn packages(request: &TelemetryPlanRequest, exports: bool, scraped: bool) -> Vec<Package> {
    let package = |registry: &str, name: &str, version: &str| Package {
        registry: registry.to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
    };
    let mut packages = Vec::new();
    match request.language {
        Language::Python => {
            if exports {
                packages.push(package("pypi", "opentelemetry-distro", ">=0.47b0"));
                packages.push(package("pypi", "opentelemetry-exporter-otlp-proto-http", ">=1.26.0"));
                let framework = request.framework.as_deref().unwrap_or_default().to_ascii_lowercase();
                if ["fastapi", "flask", "django", "starlette", "falcon"].contains(&framework.as_str()) {
                    let name = format!("opentelemetry-instrumentation-{framework}");
                    packages.push(package("pypi", &name, ">=0.47b0"));
                }
            }
            if scraped {
                packages.push(package("pypi", "prometheus-client", ">=0.20"));
            }
        }
        Language::Nodejs => {
            if exports {
                packages.push(package("npm", "@opentelemetry/api", "^1.9.0"));
                packages.push(package("npm", "@opentelemetry/auto-instrumentations-node", "^0.82.0"));
            }
            if scraped {
                packages.push(package("npm", "prom-client", "^15.1.3"));
            }
        }
        _ => {}
    }
    packages
}

fn start_step(language: Language) -> Option<&'static str> {
    match language {
        Language::Python => Some(
            "start the service under `opentelemetry-instrument`, as in `CMD [\"opentelemetry-instrument\", \"uvicorn\", …]`",
        ),
        Language::Nodejs => None,
        Language::Java => Some(
            "put OpenTelemetry's Java agent into the image, and its path into `JAVA_TOOL_OPTIONS` as `-javaagent:…`",
        ),
        Language::Dotnet => Some("put OpenTelemetry's automatic instrumentation for .NET into the image"),
        _ => Some("set up the SDK of OpenTelemetry at the start of the service; it reads the variables"),
    }
}

fn secret_step(request: &TelemetryPlanRequest, through_collector: bool) -> String {
    let secret = secret(request);
    let (who, keys) = if through_collector {
        (
            "the collector",
            "`endpoint` (`https://<environment>.live.dynatrace.com/api/v2/otlp`) and `token`".to_owned(),
        )
    } else if request.otlp_endpoint.is_some() {
        ("the service", "`headers` (`Authorization=Api-Token%20<token>`)".to_owned())
    } else {
        (
            "the service",
            "`endpoint` (`https://<environment>.live.dynatrace.com/api/v2/otlp`) and `headers` (`Authorization=Api-Token%20<token>`)".to_owned(),
        )
    };
    if request.orchestrator == Orchestrator::Kubernetes {
        format!("make the secret `{secret}` for {who}, with {keys}")
    } else {
        format!("give {who} what a secret would hold: {keys}")
    }
}

fn secret(request: &TelemetryPlanRequest) -> String {
    request.secret.clone().unwrap_or_else(|| SECRET.to_owned())
}

/// The configuration of a collector that exports to Dynatrace. Address and token come from its environment.
fn collector_config(exported: &[Signal]) -> String {
    let mut text = String::from(
        "receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
processors:
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
    spike_limit_percentage: 20
",
    );
    if exported.contains(&Signal::Metrics) {
        text.push_str("  cumulativetodelta: {}\n");
    }
    text.push_str(
        "exporters:
  otlphttp:
    endpoint: ${env:DT_ENDPOINT}
    headers:
      Authorization: Api-Token ${env:DT_API_TOKEN}
service:
  pipelines:
",
    );
    for (signal, name) in [(Signal::Traces, "traces"), (Signal::Metrics, "metrics"), (Signal::Logs, "logs")] {
        if exported.contains(&signal) {
            let converts = if signal == Signal::Metrics { ", cumulativetodelta" } else { "" };
            text.push_str(&format!(
                "    {name}:
      receivers: [otlp]
      processors: [memory_limiter{converts}]
      exporters: [otlphttp]
"
            ));
        }
    }
    text
}
