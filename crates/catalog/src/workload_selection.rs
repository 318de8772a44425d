//! An entity's Kubernetes annotations → which workloads are its own.

use std::collections::BTreeMap;
use std::fmt;

use crate::annotation::{
    InvalidAnnotation, KUBERNETES_ID, KUBERNETES_LABEL_SELECTOR, KUBERNETES_NAMESPACE, non_blank,
};
use crate::entity::Entity;
use crate::error::CatalogError;
use crate::excerpt::quoted;
use crate::label::{LabelKey, LabelValue};
use crate::label_selector::LabelSelector;
use crate::naming_rule::check_dns_label;

/// Which Kubernetes workloads belong to an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadSelection {
    /// What their labels must meet; it requires something, so it never selects every workload there is.
    pub labels: LabelSelector,
    /// The namespace they are in; without one, any.
    pub namespace: Option<KubernetesNamespace>,
    /// The annotation that `labels` come from: one of [`ANNOTATIONS`](Self::ANNOTATIONS).
    pub annotation: &'static str,
}

/// The name of a Kubernetes namespace: a DNS-1123 label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KubernetesNamespace(String);

impl WorkloadSelection {
    /// The annotations that select workloads: an entity needs any one of them.
    pub const ANNOTATIONS: [&'static str; 2] = [KUBERNETES_ID, KUBERNETES_LABEL_SELECTOR];

    /// Reads the selection from an entity's annotations: a label selector wins over an id, which stands for the
    /// label [`KUBERNETES_ID`]. `None` if the entity has neither.
    ///
    /// # Errors
    /// `invalid-label-selector` or `invalid-annotation`, each with the annotation and the bytes of its value. An
    /// annotation without a value is an error, also an id that a selector wins over.
    pub fn of(entity: &Entity) -> Result<Option<Self>, CatalogError> {
        let value_of =
            |annotation| entity.annotation(annotation).map(|value| non_blank(annotation, value)).transpose();
        let (annotation, labels) = match (value_of(KUBERNETES_LABEL_SELECTOR)?, value_of(KUBERNETES_ID)?) {
            (Some(selector), _) => (KUBERNETES_LABEL_SELECTOR, read_selector(selector)?),
            (None, Some(id)) => (KUBERNETES_ID, read_id(id)?),
            (None, None) => return Ok(None),
        };
        let namespace = value_of(KUBERNETES_NAMESPACE)?.map(KubernetesNamespace::read).transpose()?;
        Ok(Some(Self { labels, namespace, annotation }))
    }

    /// Whether a workload in this namespace with these labels is selected.
    #[must_use]
    pub fn matches(&self, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
        self.namespace.as_ref().is_none_or(|expected| expected.as_str() == namespace)
            && self.labels.matches(labels)
    }
}

impl KubernetesNamespace {
    fn read(name: &str) -> Result<Self, CatalogError> {
        check_dns_label(name).map(|()| Self(name.to_owned())).map_err(|rule| {
            let reason = format!("namespace {} {}", quoted(name), rule.reason);
            InvalidAnnotation::new(KUBERNETES_NAMESPACE, rule.span, reason, rule.help).into()
        })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KubernetesNamespace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn read_selector(selector: &str) -> Result<LabelSelector, CatalogError> {
    LabelSelector::parse(selector).map_err(|error| match error {
        CatalogError::InvalidLabelSelector(fault) => fault.in_annotation(KUBERNETES_LABEL_SELECTOR).into(),
        other => other,
    })
}

/// An id no label can have selects nothing, which would be an empty card without a reason: an error instead.
fn read_id(id: &str) -> Result<LabelSelector, CatalogError> {
    let value = LabelValue::checked(id).map_err(|rule| {
        let reason = format!("id {} {}", quoted(id), rule.reason);
        InvalidAnnotation::new(KUBERNETES_ID, rule.span, reason, rule.help)
    })?;
    Ok(LabelSelector::equals(LabelKey::new(KUBERNETES_ID)?, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;
    use serde_json::json;

    fn selection(annotations: &[(&str, &str)]) -> Result<Option<WorkloadSelection>, CatalogError> {
        let annotations: BTreeMap<_, _> = annotations.iter().copied().collect();
        let entity = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": { "name": "cart", "annotations": annotations },
        });
        WorkloadSelection::of(&Entity::from_json(entity).unwrap())
    }

    #[track_caller]
    fn assert_refused(annotations: &[(&str, &str)], code: &str, span: (usize, usize), message: &str) {
        let error = selection(annotations).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
        assert_eq!(error.span(), Some(Span::new(span.0, span.1)));
        assert!(error.annotation().is_some_and(|annotation| message.contains(annotation)));
    }

    #[test]
    fn an_id_stands_for_the_label_of_its_name_in_any_namespace() {
        let selection = selection(&[(KUBERNETES_ID, "webshop.cart")]).unwrap().unwrap();
        assert_eq!(selection.labels.to_string(), "backstage.io/kubernetes-id=webshop.cart");
        assert_eq!((selection.namespace.as_ref(), selection.annotation), (None, KUBERNETES_ID));
        let labels = BTreeMap::from([(KUBERNETES_ID.to_owned(), "webshop.cart".to_owned())]);
        assert!(selection.matches("webshop", &labels));
        assert!(!selection.matches("webshop", &BTreeMap::new()));
    }

    #[test]
    fn a_selector_wins_over_the_id() {
        let selection =
            selection(&[(KUBERNETES_ID, "webshop.cart"), (KUBERNETES_LABEL_SELECTOR, " app = cart ")])
                .unwrap();
        let selection = selection.unwrap();
        assert_eq!(selection.labels.to_string(), "app=cart");
        assert_eq!(selection.annotation, KUBERNETES_LABEL_SELECTOR);
    }

    #[test]
    fn a_namespace_narrows_the_selection() {
        let selection = selection(&[(KUBERNETES_LABEL_SELECTOR, "app"), (KUBERNETES_NAMESPACE, "webshop")]);
        let selection = selection.unwrap().unwrap();
        let labels = BTreeMap::from([("app".to_owned(), "cart".to_owned())]);
        assert!(selection.matches("webshop", &labels));
        assert!(!selection.matches("webshop-dev", &labels));
    }

    #[test]
    fn an_entity_without_id_and_selector_selects_nothing() {
        assert_eq!(selection(&[]), Ok(None));
        assert_eq!(selection(&[(KUBERNETES_NAMESPACE, "webshop")]), Ok(None));
    }

    #[test]
    fn refuses_empty_annotations_by_name() {
        let id = (KUBERNETES_ID, "webshop.cart");
        for (annotation, value) in [
            (KUBERNETES_ID, ""),
            (KUBERNETES_LABEL_SELECTOR, ""),
            (KUBERNETES_LABEL_SELECTOR, " \n"),
            (KUBERNETES_NAMESPACE, ""),
        ] {
            let message = format!("annotation `{annotation}`: the value is empty");
            assert_refused(&[id, (annotation, value)], "invalid-annotation", (0, value.len()), &message);
        }
        let both = [(KUBERNETES_ID, ""), (KUBERNETES_LABEL_SELECTOR, "app")];
        assert_eq!(selection(&both).unwrap_err().annotation(), Some(KUBERNETES_ID));
    }

    #[test]
    fn a_malformed_selector_is_an_error_though_an_id_is_given() {
        assert_refused(
            &[(KUBERNETES_ID, "webshop.cart"), (KUBERNETES_LABEL_SELECTOR, "app in cart")],
            "invalid-label-selector",
            (7, 11),
            "annotation `backstage.io/kubernetes-label-selector`: malformed label selector at byte 7: expected `(`, \
             found `cart`",
        );
    }

    #[test]
    fn refuses_an_id_that_no_label_can_have() {
        assert_refused(
            &[(KUBERNETES_ID, "webshop/cart")],
            "invalid-annotation",
            (7, 8),
            "annotation `backstage.io/kubernetes-id`: id `webshop/cart` has `/`, which is not allowed",
        );
    }

    #[test]
    fn refuses_a_namespace_that_kubernetes_would_refuse() {
        assert_refused(
            &[(KUBERNETES_ID, "cart"), (KUBERNETES_NAMESPACE, "web,shop")],
            "invalid-annotation",
            (3, 4),
            "annotation `backstage.io/kubernetes-namespace`: namespace `web,shop` has `,`, which is not allowed",
        );
    }
}
