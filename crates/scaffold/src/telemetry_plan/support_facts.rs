//! What is known of how telemetry gets into Dynatrace: each fact with the page it was read on, and the day.
//!
//! The pages were read as stored copies, whose marks in tables are lost; what rests on one of those has a doubt. A
//! doubt is told wherever the fact is used. Update the date with every fact that is read again.

/// A fact and where it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupportFact {
    /// What reasons refer to it by.
    pub id: &'static str,
    /// The fact, as a sentence without full stop.
    pub statement: &'static str,
    /// The page it was read on.
    pub source: &'static str,
    /// The day it was read, `YYYY-MM-DD`.
    pub read: &'static str,
    /// Why it is not certain, as a clause; nothing where the page says it in so many words.
    pub doubt: Option<&'static str>,
}

macro_rules! facts {
    ($($name:ident = $id:literal, $read:literal, $source:literal, $statement:literal $(, doubt: $doubt:literal)?;)*) => {
        $(pub(super) const $name: &SupportFact = &SupportFact {
            id: $id, statement: $statement, source: $source, read: $read, doubt: doubt!($($doubt)?),
        };)*
        /// All of them.
        pub const SUPPORT_FACTS: &[&SupportFact] = &[$($name),*];
    };
}

macro_rules! doubt {
    () => {
        None
    };
    ($doubt:literal) => {
        Some($doubt)
    };
}

facts! {
    SDK_PYTHON_MUSL = "sdk-python-musl", "2026-11-21",
        "https://github.com/Dynatrace/OneAgent-SDK-for-Python#requirements",
        "the OneAgent SDK for Python does not support musl, and so not Alpine";
    CODE_MODULE_PYTHON = "code-module-python", "2026-11-21",
        "https://docs.dynatrace.com/docs/ingest-from/technology-support/application-software/python",
        "OneAgent's code module for Python traces CPython processes and containers on Linux";
    CODE_MODULE_PYTHON_MUSL = "code-module-python-musl", "2026-11-21",
        "https://docs.dynatrace.com/docs/ingest-from/technology-support/application-software/python",
        "OneAgent's code module for Python names Alpine containers from OneAgent 1.309 on",
        doubt: "the mark for Python on Alpine in the capability matrix could not be read, and the guides for containers name no Python for Alpine";
    CODE_MODULES_GLIBC = "code-modules-glibc", "2026-11-21",
        "https://docs.dynatrace.com/docs/shortlink/installation-k8s-container-buildtime",
        "OneAgent has code modules for Java, .NET, Node.js, PHP and Go on Linux";
    CODE_MODULES_MUSL = "code-modules-musl", "2026-11-21",
        "https://docs.dynatrace.com/docs/shortlink/installation-k8s-container-buildtime",
        "for Alpine images OneAgent offers code modules for Java, .NET, Node.js, PHP and Go, and none for Python";
    CLASSIC_MUSL = "classic-full-stack-musl", "2026-11-21",
        "https://docs.dynatrace.com/docs/ingest-from/technology-support/oneagent-platform-and-capability-support-matrix",
        "classic full stack does not support Alpine containers; cloud-native full stack does",
        doubt: "which columns the footnote belongs to could not be read: it may be meant for ARM64 only";
    GO_STATIC = "go-static", "2026-11-21",
        "https://docs.dynatrace.com/docs/shortlink/how-it-works-k8s-cloud-native-fullstack",
        "cloud-native full stack supports statically linked Go programs in part only";
    OPERATOR_MODES = "operator-modes", "2026-11-21",
        "https://pkg.go.dev/github.com/Dynatrace/dynatrace-operator@v0.5.1",
        "application monitoring injects code modules into pods, host monitoring watches nodes without injecting, and cloud-native full stack does both";
    LOG_MODULE = "log-module", "2026-11-21",
        "https://docs.dynatrace.com/docs/shortlink/lma-logs-from-kubernetes",
        "the log module of OneAgent reads what containers write to stdout and stderr from files of the node, with OneAgent on the node or as a deployment of its own";
    DOCKER_LOGS = "docker-logs", "2026-11-21",
        "https://docs.dynatrace.com/docs/observe-and-explore/logs/lma-log-ingestion/lma-log-ingestion-via-oa/lma-logs-in-docker",
        "OneAgent on a Docker host finds what containers write to stdout and stderr where the logging driver is `json-file`";
    PROMETHEUS_ANNOTATIONS = "prometheus-annotations", "2026-11-21",
        "https://docs.dynatrace.com/docs/observe/infrastructure-monitoring/container-platform-monitoring/kubernetes-monitoring/monitor-prometheus-metrics",
        "an ActiveGate scrapes pods that carry `metrics.dynatrace.com` annotations where the cluster's settings monitor annotated Prometheus exporters";
    OTLP_BINARY = "otlp-binary", "2026-11-21",
        "https://docs.dynatrace.com/docs/dynatrace-api/environment-api/opentelemetry/post-metrics",
        "Dynatrace takes OTLP over HTTP with binary protobuf, and neither gRPC nor JSON";
    OTLP_DELTA = "otlp-delta", "2026-11-21",
        "https://docs.dynatrace.com/docs/shortlink/opentelemetry-metrics-limitations",
        "counters and histograms have to arrive by OTLP with delta temporality";
    OTLP_DIRECT = "otlp-direct", "2026-11-21",
        "https://docs.dynatrace.com/docs/shortlink/opentelemetry-oneagent",
        "for most uses of OpenTelemetry Dynatrace recommends to export OTLP directly, without a OneAgent between";
    OTLP_TRACES = "otlp-traces", "2026-11-21",
        "https://docs.dynatrace.com/docs/shortlink/api-otlp-traces",
        "the OTLP endpoint for traces takes an access token with the scope `openTelemetryTrace.ingest`";
    COLLECTOR = "collector", "2026-11-21",
        "https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/configuration",
        "a collector takes OTLP by gRPC and HTTP, turns cumulative metrics into deltas and exports to Dynatrace by `otlphttp`";
    SPAN_SENSOR = "span-sensor", "2026-11-21",
        "https://docs.dynatrace.com/managed/ingest-from/dynatrace-oneagent/oneagent-and-opentelemetry/configuration",
        "where a code module is active, spans of OpenTelemetry reach Dynatrace by its span sensor once that is switched on";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fact_has_an_id_of_its_own_a_page_and_a_day() {
        let mut ids: Vec<_> = SUPPORT_FACTS.iter().map(|fact| fact.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), SUPPORT_FACTS.len());
        for fact in SUPPORT_FACTS {
            assert!(fact.source.starts_with("https://"), "{}", fact.id);
            let parts: Vec<usize> = fact.read.split('-').map(str::len).collect();
            assert_eq!(parts, [4, 2, 2], "{}", fact.id);
            assert!(!fact.statement.ends_with('.'), "{}", fact.id);
        }
    }
}
