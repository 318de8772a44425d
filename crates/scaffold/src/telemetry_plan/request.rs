//! What a plan is made for.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// A service whose telemetry is to reach Dynatrace.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct TelemetryPlanRequest {
    /// Its name.
    pub service: String,
    /// What it is written in.
    pub language: Language,
    /// What it is built on, such as `fastapi`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub framework: Option<String>,
    /// The image its own is built from, such as `python:3.13-alpine`: tells the C library.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub base_image: Option<String>,
    /// The C library, where the image does not tell it.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub libc: Option<Libc>,
    /// What runs it.
    pub orchestrator: Orchestrator,
    /// How OneAgent is rolled out there.
    pub one_agent_mode: OneAgentMode,
    /// Whether OpenTelemetry is used even where a code module could trace; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub prefer_open_telemetry: Option<bool>,
    /// Whether OTLP goes through a collector; no where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub collector: Option<bool>,
    /// The address of the collector; `http://otel-collector:4318` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub collector_endpoint: Option<String>,
    /// The OTLP address of the environment, such as `https://abc12345.live.dynatrace.com/api/v2/otlp`; from the secret
    /// where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub otlp_endpoint: Option<String>,
    /// The Kubernetes secret with the keys `endpoint` and `headers`, or for the collector `endpoint` and `token`;
    /// `dynatrace-otlp` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub secret: Option<String>,
    /// The port on which it has its metrics for Prometheus.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub metrics_port: Option<u16>,
    /// Their path; `/metrics` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub metrics_path: Option<String>,
}

/// A programming language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Language {
    /// CPython
    Python,
    /// Any language on the Java virtual machine
    Java,
    /// JavaScript and TypeScript on Node.js
    Nodejs,
    /// .NET
    Dotnet,
    /// Go
    Go,
    /// PHP
    Php,
    /// Ruby
    Ruby,
    /// Rust
    Rust,
    /// Anything else
    Other,
}

impl Language {
    /// Its name for people.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Java => "Java",
            Self::Nodejs => "Node.js",
            Self::Dotnet => ".NET",
            Self::Go => "Go",
            Self::Php => "PHP",
            Self::Ruby => "Ruby",
            Self::Rust => "Rust",
            Self::Other => "this language",
        }
    }
}

/// A C library, which decides whether code can be injected into a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Libc {
    /// The one of Debian, Ubuntu, Red Hat
    Glibc,
    /// The one of Alpine
    Musl,
    /// None: the program is linked statically
    Static,
    /// Not known
    Unknown,
}

impl Libc {
    /// The C library of an image.
    pub(super) fn of_image(image: &str) -> Self {
        let image = image.to_ascii_lowercase();
        let has = |part: &str| image.contains(part);
        if has("alpine") || has("musl") {
            Self::Musl
        } else if image == "scratch" || has("distroless/static") || has("chainguard/static") {
            Self::Static
        } else if ["busybox", "nix"].iter().any(|name| has(name)) {
            Self::Unknown
        } else {
            Self::Glibc
        }
    }
}

/// What runs a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Orchestrator {
    /// Kubernetes, or a distribution such as OpenShift
    Kubernetes,
    /// Docker on a host
    Docker,
    /// A host, without containers
    Host,
    /// Containers or functions without access to the host, such as AWS Fargate
    Serverless,
}

/// How OneAgent is rolled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum OneAgentMode {
    /// On each node, and injected into pods
    CloudNativeFullStack,
    /// On each node, and injected from there
    ClassicFullStack,
    /// Injected into pods, nothing on the nodes
    ApplicationMonitoring,
    /// On each node or host, nothing injected
    HostMonitoring,
    /// Not at all
    None,
}

impl OneAgentMode {
    /// Whether it puts code modules into processes.
    pub(super) const fn injects(self) -> bool {
        matches!(self, Self::CloudNativeFullStack | Self::ClassicFullStack | Self::ApplicationMonitoring)
    }

    /// Whether it runs where the logs of containers are.
    pub(super) const fn is_on_the_node(self) -> bool {
        matches!(self, Self::CloudNativeFullStack | Self::ClassicFullStack | Self::HostMonitoring)
    }

    /// Its name for people.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CloudNativeFullStack => "cloud-native full stack",
            Self::ClassicFullStack => "classic full stack",
            Self::ApplicationMonitoring => "application monitoring",
            Self::HostMonitoring => "host monitoring",
            Self::None => "no OneAgent",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_tells_the_c_library() {
        for (image, libc) in [
            ("python:3.13-alpine", Libc::Musl),
            ("PYTHON:3.13-Alpine3.22", Libc::Musl),
            ("python:3.13-slim", Libc::Glibc),
            ("eclipse-temurin:21", Libc::Glibc),
            ("scratch", Libc::Static),
            ("gcr.io/distroless/static-debian12", Libc::Static),
            ("gcr.io/distroless/python3", Libc::Glibc),
            ("busybox:stable", Libc::Unknown),
            ("busybox:musl", Libc::Musl),
        ] {
            assert_eq!(Libc::of_image(image), libc, "{image}");
        }
    }
}
