//! What is known of an entity, under the names the rules of zones use.

use std::collections::BTreeMap;

/// What is known of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityFacts {
    /// Its id.
    pub id: String,
    /// Its classic type, such as `SERVICE` or `CLOUD_APPLICATION`.
    pub entity_type: String,
    /// Its name.
    pub name: String,
    /// Its tags as text, such as `[Kubernetes]app:cart`; `None` where they are not known.
    pub tags: Option<Vec<String>>,
    /// Its Kubernetes labels; `None` where they are not known.
    pub labels: Option<BTreeMap<String, String>>,
    /// The Kubernetes cluster it is in.
    pub cluster: Option<String>,
    /// The Kubernetes namespace it is in, or is.
    pub namespace: Option<String>,
    /// Other attributes by the key the rules have for them, such as `HOST_GROUP_NAME`. An empty list says
    /// that the entity has none.
    pub attributes: BTreeMap<String, Vec<String>>,
}

impl EntityFacts {
    /// The classic type an entity id begins with: `SERVICE` of `SERVICE-00AB…`.
    #[must_use]
    pub fn type_of_id(id: &str) -> Option<&str> {
        let (entity_type, number) = id.rsplit_once('-')?;
        let is_type = !entity_type.is_empty()
            && entity_type
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        (is_type && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then_some(entity_type)
    }

    /// The values of an attribute, none where the entity has none; `None` where it is not known.
    pub(super) fn values(&self, key: &str, dynamic_key: Option<&str>) -> Option<Vec<String>> {
        if let Some(values) = self.attributes.get(key) {
            return Some(values.clone());
        }
        let own = key.strip_prefix(self.entity_type.as_str());
        match (key, own, dynamic_key) {
            (_, Some("_NAME" | "_DETECTED_NAME"), _) => Some(vec![self.name.clone()]),
            (_, Some("_TAGS"), _) => self.tags.clone(),
            (_, Some("_LABELS"), Some(label)) => {
                Some(self.labels.as_ref()?.get(label).cloned().into_iter().collect())
            }
            ("KUBERNETES_CLUSTER_NAME", ..) => self.cluster.clone().map(|name| vec![name]),
            ("CLOUD_APPLICATION_NAMESPACE_NAME", ..) => self.namespace.clone().map(|name| vec![name]),
            ("PROCESS_GROUP_PREDEFINED_METADATA", _, Some("KUBERNETES_NAMESPACE")) => {
                self.namespace.clone().map(|name| vec![name])
            }
            _ => None,
        }
    }
}
