//! Why a signal of a workload does not arrive, as far as Kubernetes and the other signals tell, and what to do.

use crate::answer::Status;

/// A kind of telemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Signal {
    Logs,
    Traces,
    ContainerMetrics,
    OwnMetrics,
    KubernetesEvents,
}

impl Signal {
    pub(crate) const ALL: [Self; 5] =
        [Self::Logs, Self::Traces, Self::ContainerMetrics, Self::OwnMetrics, Self::KubernetesEvents];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Logs => "Logs",
            Self::Traces => "Traces",
            Self::ContainerMetrics => "Container metrics",
            Self::OwnMetrics => "Own metrics",
            Self::KubernetesEvents => "Kubernetes events",
        }
    }

    /// The scope that reading it takes.
    pub(crate) const fn scope(self) -> &'static str {
        match self {
            Self::Logs => "storage:logs:read",
            Self::Traces => "storage:spans:read",
            Self::ContainerMetrics | Self::OwnMetrics => "storage:metrics:read",
            Self::KubernetesEvents => "storage:events:read",
        }
    }
}

/// What is known of a workload beside its telemetry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    /// As Smartscape or the classic entity writes it.
    pub(crate) kind: &'a str,
    pub(crate) desired: Option<i64>,
    pub(crate) ready: Option<i64>,
    /// The images of its containers.
    pub(crate) images: &'a [String],
    /// The annotations of its pods, as keys and values.
    pub(crate) annotations: &'a [(String, String)],
    /// Whether the catalog says that it is written in Python.
    pub(crate) tagged_python: bool,
    /// Whether none of logs, traces and container metrics arrives though all were looked for.
    pub(crate) silent: bool,
    /// Whether Kubernetes events of others in its cluster arrive.
    pub(crate) cluster_has_events: bool,
}

/// What is wrong, or at least absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Gap {
    pub(crate) status: Status,
    /// One or two words for the state of the signal.
    pub(crate) state: &'static str,
    /// The likely reason, and what to do; absent where nothing has to be done.
    pub(crate) advice: Option<Advice>,
}

/// A likely reason and its remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Advice {
    pub(crate) reason: &'static str,
    pub(crate) remedy: &'static str,
}

const SCRAPE: &str = "metrics.dynatrace.com/scrape";
const LOG_INGEST: &str = "logs.dynatrace.com/ingest";
const AGENT_INJECT: &str = "oneagent.dynatrace.com/inject";
const ALL_INJECT: &str = "dynatrace.com/inject";

// Sources of the advice: docs.dynatrace.com, "Kubernetes: configure monitoring and injection" (annotations of pods),
// "Log ingest rules", "Annotate Kubernetes Prometheus exporters", "Kubernetes events", and the technology support of
// OneAgent (Python on Alpine from OneAgent 1.309 on).
const NOT_INJECTED: Advice = Advice {
    reason: "An annotation of its pods keeps the agent out: oneagent.dynatrace.com/inject or \
             dynatrace.com/inject is \"false\".",
    remedy: "Remove the annotation and restart the pods; the agent is injected when a pod is created.",
};
const SILENT: Advice = Advice {
    reason: "Kubernetes knows the workload, and nothing it does arrives: neither agent nor log module see \
             its pods.",
    remedy: "Check that Dynatrace Operator runs on this cluster, that the namespaceSelector of its \
             DynaKube includes this namespace, and that the pods were created after that.",
};
const NO_POD_READY: Advice = Advice {
    reason: "None of its pods is ready, so there is little that could send.",
    remedy: "See the workload in the Kubernetes app: its events say what keeps the pods from starting.",
};
const LOGS_REFUSED: Advice = Advice {
    reason: "The annotation logs.dynatrace.com/ingest of its pods is \"false\".",
    remedy: "Set the annotation to \"true\", or remove it where a log ingest rule includes the workload.",
};
const NO_LOGS: Advice = Advice {
    reason: "Its containers write nothing to standard output, or a log ingest rule leaves them out.",
    remedy: "Write logs to standard output, and look in Settings > Log ingest rules whether a rule \
             includes the namespace; the annotation logs.dynatrace.com/ingest: \"true\" includes single \
             pods.",
};
const PYTHON_ON_MUSL: Advice = Advice {
    reason: "It is Python in an image based on Alpine (musl libc), which OneAgent does not instrument \
             before version 1.309, nor by its SDK or where it is built into the image.",
    remedy: "Use an image with glibc such as python:3-slim, or OneAgent 1.309 or later in cloud-native \
             full stack with the monitoring of Python switched on; or export traces by OpenTelemetry over \
             OTLP.",
};
const PYTHON: Advice = Advice {
    reason: "It is Python, whose monitoring has to be switched on in OneAgent.",
    remedy: "Switch it on in Settings > Monitored technologies > Python, with a process monitoring rule \
             for it, and restart the pods; or export traces by OpenTelemetry over OTLP.",
};
const MUSL: Advice = Advice {
    reason: "Its image is based on Alpine (musl libc), for which not every agent of a language is made.",
    remedy: "Look up the language in the technology support of OneAgent; use an image with glibc where it \
             is missing, or export traces by OpenTelemetry over OTLP.",
};
const NO_TRACES: Advice = Advice {
    reason: "It runs and no agent traces it: the agent was not injected when its pods were created, or \
             does not know its technology.",
    remedy: "Look for the annotation oneagent.dynatrace.com/injected on its pods, and restart those that \
             are older than the agent; or export traces by OpenTelemetry over OTLP.",
};
const NO_CONTAINER_METRICS: Advice = Advice {
    reason: "Kubernetes metrics of the cluster do not arrive, or the namespace is left out.",
    remedy: "Check the ActiveGate with the capability kubernetes-monitoring, and Settings > Kubernetes > \
             Monitoring of this cluster.",
};
const SCRAPED_IN_VAIN: Advice = Advice {
    reason: "The annotation metrics.dynatrace.com/scrape of its pods asks for its metrics, and none arrives.",
    remedy: "Check the annotations port and path beside it, and that \"Monitor annotated Prometheus \
             exporters\" is on for the cluster.",
};
const NOT_SCRAPED: Advice = Advice {
    reason: "Its pods have no annotation metrics.dynatrace.com/scrape, and it does not export metrics of \
             its own.",
    remedy: "If it has Prometheus metrics, annotate its pods with metrics.dynatrace.com/scrape: \"true\" \
             and metrics.dynatrace.com/port; or export metrics by OpenTelemetry over OTLP.",
};
const NO_OWN_METRICS: Advice = Advice {
    reason: "It does not export metrics of its own, or its pods are not annotated for them.",
    remedy: NOT_SCRAPED.remedy,
};
const NO_EVENTS: Advice = Advice {
    reason: "No Kubernetes event of its whole cluster arrived for a day.",
    remedy: "Switch on \"Monitor events\" in Settings > Kubernetes > Monitoring of the cluster.",
};

impl Facts<'_> {
    fn says(&self, annotation: &str, value: &str) -> bool {
        self.annotations
            .iter()
            .any(|(name, told)| name == annotation && told.trim().eq_ignore_ascii_case(value))
    }

    fn keeps_agent_out(&self) -> bool {
        self.says(AGENT_INJECT, "false") || self.says(ALL_INJECT, "false")
    }

    /// By the name or tag of an image: there is no surer sign from outside.
    fn image_names(&self, part: &str) -> bool {
        self.images.iter().any(|image| image.to_ascii_lowercase().contains(part))
    }

    /// It runs only now and then.
    fn is_job(&self) -> bool {
        self.kind.ends_with("CRONJOB") || self.kind.ends_with("CRON_JOB")
    }

    /// What it means that a signal does not arrive.
    pub(crate) fn gap(&self, signal: Signal) -> Gap {
        let neutral = |state| Gap { status: Status::Neutral, state, advice: None };
        let missing = |status, advice| Gap { status, state: "Missing", advice: Some(advice) };
        if self.desired == Some(0) {
            return neutral("Scaled to zero");
        }
        if self.is_job() && signal != Signal::KubernetesEvents {
            return neutral("Runs at times");
        }
        if self.ready == Some(0) && signal != Signal::KubernetesEvents {
            return missing(Status::Warning, NO_POD_READY);
        }
        match signal {
            Signal::Logs if self.says(LOG_INGEST, "false") => missing(Status::Warning, LOGS_REFUSED),
            Signal::Traces if self.keeps_agent_out() => missing(Status::Warning, NOT_INJECTED),
            Signal::OwnMetrics if self.says(SCRAPE, "true") => missing(Status::Error, SCRAPED_IN_VAIN),
            Signal::OwnMetrics => Gap {
                status: Status::Neutral,
                state: "None",
                advice: Some(if self.annotations.is_empty() && self.images.is_empty() {
                    NO_OWN_METRICS
                } else {
                    NOT_SCRAPED
                }),
            },
            Signal::KubernetesEvents if self.cluster_has_events => neutral("Nothing happened"),
            Signal::KubernetesEvents => missing(Status::Warning, NO_EVENTS),
            _ if self.silent => missing(Status::Error, SILENT),
            Signal::Logs => missing(Status::Error, NO_LOGS),
            Signal::ContainerMetrics => missing(Status::Error, NO_CONTAINER_METRICS),
            Signal::Traces => {
                let python = self.tagged_python || self.image_names("python");
                let musl = self.image_names("alpine") || self.image_names("musl");
                let advice = match (python, musl) {
                    (true, true) => PYTHON_ON_MUSL,
                    (true, false) => PYTHON,
                    (false, true) => MUSL,
                    (false, false) => NO_TRACES,
                };
                missing(Status::Warning, advice)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNNING: Facts<'_> = Facts {
        kind: "K8S_DEPLOYMENT",
        desired: Some(2),
        ready: Some(2),
        images: &[],
        annotations: &[],
        tagged_python: false,
        silent: false,
        cluster_has_events: true,
    };

    fn annotated(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn an_image_and_a_language_tell_why_there_are_no_traces() {
        let reason = |image: &str, tagged_python| {
            let images = [image.to_owned()];
            Facts { images: &images, tagged_python, ..RUNNING }.gap(Signal::Traces).advice
        };
        assert_eq!(reason("registry.example/recommendation:0.9.2-alpine", true), Some(PYTHON_ON_MUSL));
        assert_eq!(reason("python:3.13-alpine3.22", false), Some(PYTHON_ON_MUSL));
        assert_eq!(reason("python:3.13-slim", false), Some(PYTHON));
        assert_eq!(reason("nginx:1-Alpine", false), Some(MUSL));
        assert_eq!(reason("registry.example/cart:2", false), Some(NO_TRACES));
    }

    #[test]
    fn annotations_of_the_pods_go_before_guesses() {
        for (name, value, signal, advice) in [
            (AGENT_INJECT, "false", Signal::Traces, NOT_INJECTED),
            (ALL_INJECT, "False ", Signal::Traces, NOT_INJECTED),
            (LOG_INGEST, "false", Signal::Logs, LOGS_REFUSED),
            (SCRAPE, "true", Signal::OwnMetrics, SCRAPED_IN_VAIN),
            (SCRAPE, "false", Signal::OwnMetrics, NOT_SCRAPED),
            (AGENT_INJECT, "true", Signal::Traces, NO_TRACES),
        ] {
            let annotations = annotated(name, value);
            let facts = Facts { annotations: &annotations, ..RUNNING };
            assert_eq!(facts.gap(signal).advice, Some(advice), "{name}: {value}");
        }
    }

    #[test]
    fn what_is_not_meant_to_run_now_has_no_gaps() {
        let at_rest = Facts { desired: Some(0), silent: true, ..RUNNING };
        let job = Facts { kind: "KUBERNETES_CRON_JOB", desired: None, ready: None, ..RUNNING };
        for signal in [Signal::Logs, Signal::Traces, Signal::ContainerMetrics] {
            assert_eq!((at_rest.gap(signal).status, at_rest.gap(signal).advice), (Status::Neutral, None));
            assert_eq!((job.gap(signal).status, job.gap(signal).advice), (Status::Neutral, None));
        }
        let down = Facts { ready: Some(0), ..RUNNING };
        assert_eq!(down.gap(Signal::Logs).advice, Some(NO_POD_READY));
    }

    #[test]
    fn silence_is_one_reason_for_all_and_a_quiet_workload_is_none() {
        let silent = Facts { silent: true, ..RUNNING };
        for signal in [Signal::Logs, Signal::Traces, Signal::ContainerMetrics] {
            assert_eq!(silent.gap(signal).advice, Some(SILENT));
        }
        assert_eq!(silent.gap(Signal::KubernetesEvents).advice, None);
        let unwatched = Facts { cluster_has_events: false, ..RUNNING };
        assert_eq!(unwatched.gap(Signal::KubernetesEvents).advice, Some(NO_EVENTS));
    }
}
