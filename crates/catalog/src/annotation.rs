//! The annotations that tie an entity to Dynatrace and Kubernetes, and why a value is refused.
//!
//! The `backstage.io` keys are Backstage's own
//! (<https://backstage.io/docs/features/software-catalog/well-known-annotations>); the `dynatrace.com` keys are
//! those of the Dynatrace plugins for Backstage, which read the same catalog.

use std::fmt;

use crate::excerpt::quoted;
use crate::span::Span;

/// The value of the Kubernetes label of the same name on the component's workloads, such as `webshop.cart`.
///
/// Read by [`WorkloadSelection`](crate::WorkloadSelection); ignored where [`KUBERNETES_LABEL_SELECTOR`] is given.
pub const KUBERNETES_ID: &str = "backstage.io/kubernetes-id";

/// The one Kubernetes namespace of the component's workloads; without it they may be in any.
///
/// Read by [`WorkloadSelection`](crate::WorkloadSelection).
pub const KUBERNETES_NAMESPACE: &str = "backstage.io/kubernetes-namespace";

/// A Kubernetes label selector for the component's workloads, such as `app=cart,tier in (web,api)`.
///
/// Read by [`WorkloadSelection`](crate::WorkloadSelection).
pub const KUBERNETES_LABEL_SELECTOR: &str = "backstage.io/kubernetes-label-selector";

/// The ids of the component's entities in Dynatrace, separated by commas or spaces, such as
/// `SERVICE-1234ABCD4321DCBA, HOST-00000000ABCDEF01`.
///
/// Read by [`DynatraceEntityIds`](crate::DynatraceEntityIds).
pub const DYNATRACE_ENTITY_ID: &str = "dynatrace.com/dynatrace-entity-id";

/// The tags that the component's Site Reliability Guardians have, such as `service=cart,stage=hardening,critical`;
/// an empty value asks for all guardians.
///
/// Read by [`GuardianTags`](crate::GuardianTags).
pub const GUARDIAN_TAGS: &str = "dynatrace.com/guardian-tags";

/// The tags that the component's service-level objectives have, in the form of [`GUARDIAN_TAGS`]; an empty value asks
/// for all objectives.
///
/// Read by [`SloTags`](crate::SloTags).
pub const SLO_TAGS: &str = "dynatrace.com/slo-tags";

/// The component's repository on GitHub, such as `example/cart`.
///
/// Read by [`DeliverySelection`](crate::DeliverySelection).
pub const GITHUB_PROJECT_SLUG: &str = "github.com/project-slug";

/// The component's repository on GitLab, such as `example/shop/cart`.
///
/// Read by [`DeliverySelection`](crate::DeliverySelection).
pub const GITLAB_PROJECT_SLUG: &str = "gitlab.com/project-slug";

/// The component's repository on Bitbucket, such as `example/cart`.
///
/// Read by [`DeliverySelection`](crate::DeliverySelection).
pub const BITBUCKET_PROJECT_SLUG: &str = "bitbucket.org/project-slug";

/// The component's repository in Azure DevOps: project and repository, such as `webshop/cart`.
///
/// Read by [`DeliverySelection`](crate::DeliverySelection).
pub const AZURE_PROJECT_REPO: &str = "dev.azure.com/project-repo";

/// The component's application in Argo CD, such as `cart-production`.
///
/// Read by [`DeliverySelection`](crate::DeliverySelection). Source of the key: Backstage's Argo CD plugins.
pub const ARGOCD_APP_NAME: &str = "argocd/app-name";

/// A fault in the value of an annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAnnotation {
    annotation: &'static str,
    span: Span,
    reason: String,
    help: &'static str,
}

impl InvalidAnnotation {
    /// A fault in this annotation at these bytes of its value; the reason is a clause.
    pub(crate) fn new(annotation: &'static str, span: Span, reason: String, help: &'static str) -> Self {
        Self { annotation, span, reason, help }
    }

    /// The annotation whose value is wrong.
    #[must_use]
    pub const fn annotation(&self) -> &'static str {
        self.annotation
    }

    /// The bytes of the value at fault; empty at the place where something is missing.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// How to write it right.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.help
    }
}

impl fmt::Display for InvalidAnnotation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "annotation {}: {}", quoted(self.annotation), self.reason)
    }
}

impl std::error::Error for InvalidAnnotation {}

/// The value, unless it is empty or white space only.
pub(crate) fn non_blank<'a>(annotation: &'static str, value: &'a str) -> Result<&'a str, InvalidAnnotation> {
    if value.trim().is_empty() {
        let help = "give the annotation a value, or remove it";
        Err(InvalidAnnotation::new(annotation, Span::of(value), "the value is empty".to_owned(), help))
    } else {
        Ok(value)
    }
}
