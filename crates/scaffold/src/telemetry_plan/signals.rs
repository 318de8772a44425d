//! The decision: one way in for each signal.

use super::code_module::{Usable, code_module};
use super::request::{Language, Libc, Orchestrator, TelemetryPlanRequest};
use super::support_facts::{
    COLLECTOR, DOCKER_LOGS, LOG_MODULE, OPERATOR_MODES, OTLP_BINARY, OTLP_DELTA, OTLP_DIRECT, OTLP_TRACES,
    PROMETHEUS_ANNOTATIONS, SPAN_SENSOR, SupportFact,
};
use super::{OneAgentMode, PlanAlternative, PlanReason, Signal, SignalPlan, TelemetryRoute};

/// The way of each signal, and the facts they rest on, each once.
pub(super) fn signals(
    request: &TelemetryPlanRequest,
    libc: Libc,
) -> (Vec<SignalPlan>, Vec<&'static SupportFact>) {
    let (usable, because) = code_module(request.language, libc, request.one_agent_mode);
    let process = Process { request, libc, usable, because };
    let drafts = [process.logs(), process.metrics(), process.traces()];
    let mut facts: Vec<&'static SupportFact> = Vec::new();
    for fact in drafts.iter().flat_map(|draft| &draft.reasons).filter_map(|(_, fact)| *fact) {
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    (drafts.into_iter().map(Draft::finish).collect(), facts)
}

type Reason = (String, Option<&'static SupportFact>);

struct Draft {
    signal: Signal,
    route: TelemetryRoute,
    reasons: Vec<Reason>,
    needs: Vec<String>,
    alternatives: Vec<PlanAlternative>,
}

impl Draft {
    fn new(signal: Signal, route: TelemetryRoute, reasons: Vec<Reason>) -> Self {
        Self { signal, route, reasons, needs: Vec::new(), alternatives: Vec::new() }
    }

    fn needs(mut self, need: impl Into<String>) -> Self {
        self.needs.push(need.into());
        self
    }

    fn or(mut self, route: TelemetryRoute, when: impl Into<String>) -> Self {
        self.alternatives.push(PlanAlternative { route, when: when.into() });
        self
    }

    fn finish(self) -> SignalPlan {
        let reasons = self.reasons.into_iter().map(|(text, fact)| PlanReason {
            text,
            source: fact.map(|fact| fact.id.to_owned()),
            confirmed: fact.is_none_or(|fact| fact.doubt.is_none()),
        });
        SignalPlan {
            signal: self.signal,
            route: self.route,
            reasons: reasons.collect(),
            needs: self.needs,
            alternatives: self.alternatives,
        }
    }
}

struct Process<'a> {
    request: &'a TelemetryPlanRequest,
    libc: Libc,
    usable: Usable,
    because: Vec<Reason>,
}

fn because(text: &str, fact: &'static SupportFact) -> Reason {
    (text.to_owned(), Some(fact))
}

impl Process<'_> {
    fn logs(&self) -> Draft {
        let mode = self.request.one_agent_mode;
        match self.request.orchestrator {
            Orchestrator::Kubernetes if mode.is_on_the_node() => {
                let libc = match self.libc {
                    Libc::Musl => {
                        "the C library of the image does not matter for logs: they are read from files of the node"
                    }
                    _ => "the service need not be changed: its logs are read from files of the node",
                };
                let reasons = vec![
                    because(
                        "OneAgent on the node reads what containers write to stdout and stderr",
                        LOG_MODULE,
                    ),
                    (libc.to_owned(), Some(LOG_MODULE)),
                ];
                Draft::new(Signal::Logs, TelemetryRoute::OneAgent, reasons)
                    .needs("the service writes its logs to stdout, best one JSON object a line")
                    .needs("an ingest rule of the environment that covers its namespace")
            }
            Orchestrator::Kubernetes if mode == OneAgentMode::ApplicationMonitoring => {
                let reasons = vec![
                    because(
                        "application monitoring has no OneAgent on the node to read logs",
                        OPERATOR_MODES,
                    ),
                    because(
                        "the log module runs as a deployment of its own, without OneAgent on the node",
                        LOG_MODULE,
                    ),
                ];
                Draft::new(Signal::Logs, TelemetryRoute::OneAgent, reasons)
                    .needs("the log module, switched on in the DynaKube (`spec.logMonitoring`)")
                    .or(self.otlp(), "the cluster may not have the log module")
            }
            Orchestrator::Docker if mode.is_on_the_node() => {
                let reasons = vec![because(
                    "OneAgent on the host finds what containers write to stdout and stderr",
                    DOCKER_LOGS,
                )];
                Draft::new(Signal::Logs, TelemetryRoute::OneAgent, reasons)
                    .needs("the logging driver `json-file`")
            }
            Orchestrator::Host if mode != OneAgentMode::None => {
                let reasons = vec![(
                    "OneAgent on the host reads the log files of the processes it watches".to_owned(),
                    None,
                )];
                Draft::new(Signal::Logs, TelemetryRoute::OneAgent, reasons)
            }
            _ => {
                let reasons = vec![("no OneAgent runs where the logs are written".to_owned(), None)];
                self.exported(Signal::Logs, reasons)
            }
        }
    }

    fn metrics(&self) -> Draft {
        let request = self.request;
        let is_scraped =
            request.orchestrator == Orchestrator::Kubernetes && request.one_agent_mode != OneAgentMode::None;
        if self.usable == Usable::Yes && request.metrics_port.is_none() && !self.prefers_open_telemetry() {
            let mut reasons = self.because.clone();
            reasons.push((
                "it measures the runtime and the requests without a change to the service".to_owned(),
                None,
            ));
            let draft = Draft::new(Signal::Metrics, TelemetryRoute::OneAgent, reasons);
            return if is_scraped {
                draft.or(TelemetryRoute::Prometheus, "the service has metrics of its own: give `metricsPort`")
            } else {
                draft.or(self.otlp(), "the service has metrics of its own")
            };
        }
        if is_scraped && !self.prefers_open_telemetry() {
            let mut reasons = vec![because(
                "the pods are scraped by their annotations, whatever language and C library they have",
                PROMETHEUS_ANNOTATIONS,
            )];
            if self.usable == Usable::No {
                reasons.extend(self.because.iter().take(1).cloned());
            }
            return Draft::new(Signal::Metrics, TelemetryRoute::Prometheus, reasons)
                .needs("an ActiveGate in the cluster, and `Monitor annotated Prometheus exporters` in the cluster's settings")
                .needs(match request.metrics_port {
                    Some(port) => format!(
                        "the service answers `{}` on port {port} in the format of Prometheus",
                        request.metrics_path.as_deref().unwrap_or("/metrics")
                    ),
                    None => "the service has metrics in the format of Prometheus, on a port to be given as `metricsPort`".to_owned(),
                })
                .or(self.otlp(), "the service has metrics of OpenTelemetry already");
        }
        let reasons = match self.prefers_open_telemetry() {
            true => vec![("OpenTelemetry is preferred".to_owned(), None)],
            false => vec![("there is nothing that scrapes metrics".to_owned(), None)],
        };
        let mut draft = self.exported(Signal::Metrics, reasons);
        draft.reasons.push(because("they have to be deltas", OTLP_DELTA));
        draft
    }

    fn traces(&self) -> Draft {
        if self.usable == Usable::Yes && !self.prefers_open_telemetry() {
            let mut reasons = self.because.clone();
            reasons.push((
                format!("{} injects it without a change to the service", self.request.one_agent_mode.name()),
                None,
            ));
            let draft = Draft::new(Signal::Traces, TelemetryRoute::OneAgent, reasons);
            let draft = match self.request.language {
                Language::Python => {
                    draft.needs("Python switched on under the monitored technologies of the environment")
                }
                _ => draft,
            };
            let mut draft = draft
                .or(self.otlp(), "the service is instrumented with OpenTelemetry: set `preferOpenTelemetry`");
            draft.reasons.push(because(
                "spans that the service makes with OpenTelemetry join in by the span sensor, and must not be exported a second time",
                SPAN_SENSOR,
            ));
            return draft;
        }
        let reasons = match self.usable {
            Usable::No => self.because.clone(),
            Usable::Yes => vec![("OpenTelemetry is preferred".to_owned(), None)],
        };
        let mut draft = self.exported(Signal::Traces, reasons);
        if draft.route == TelemetryRoute::OtlpDirect {
            draft = draft.needs("an access token with the scope `openTelemetryTrace.ingest`");
            draft.reasons.push(because("OTLP takes traces of every language", OTLP_TRACES));
        }
        if self.usable == Usable::Yes {
            draft = draft.needs(format!(
                "the code module for {} switched off for this service, or its span sensor left off: else each request is traced twice",
                self.request.language.name()
            ));
        } else if self.request.language == Language::Python
            && self.libc == Libc::Musl
            && self.request.one_agent_mode.injects()
        {
            draft = draft.or(
                TelemetryRoute::OneAgent,
                "OneAgent is 1.309 or newer and a test shows that it traces the service: not confirmed by the documentation",
            );
        }
        draft
    }

    /// The draft of a signal that leaves the process by OTLP.
    fn exported(&self, signal: Signal, mut reasons: Vec<Reason>) -> Draft {
        let route = self.otlp();
        match route {
            TelemetryRoute::OtlpCollector => {
                reasons.push(because(
                    "a collector holds the token, buffers and converts for all services",
                    COLLECTOR,
                ));
                Draft::new(signal, route, reasons)
                    .needs("a collector that the service can reach")
                    .or(TelemetryRoute::OtlpDirect, "there is no collector")
            }
            _ => {
                reasons
                    .push(because("Dynatrace recommends to export OTLP directly for most uses", OTLP_DIRECT));
                reasons.push(because("the exporter has to be the one for HTTP with protobuf", OTLP_BINARY));
                Draft::new(signal, route, reasons).needs("a way out of the network to the environment").or(
                    TelemetryRoute::OtlpCollector,
                    "many services share one token, or spans are sampled at their end",
                )
            }
        }
    }

    fn otlp(&self) -> TelemetryRoute {
        if self.request.collector.unwrap_or(false) {
            TelemetryRoute::OtlpCollector
        } else {
            TelemetryRoute::OtlpDirect
        }
    }

    fn prefers_open_telemetry(&self) -> bool {
        self.request.prefer_open_telemetry.unwrap_or(false)
    }
}
