//! `dynatrace:owner:annotate` and `dynatrace:release:annotate`: which labels and annotations say to Dynatrace whose a
//! workload is, and which release. They are written into files of the workspace by TypeScript.

use grailstage_catalog::{
    InvalidMetadata, MetadataEntry as CatalogEntry, MetadataKind as CatalogKind, OWNER_KEY_BEGINNINGS,
};
use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::ScaffoldError;

/// Who owns a workload.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct OwnerMetadataRequest {
    /// The identifier of the team.
    pub owner: String,
    /// The key it stands under; `dt.owner` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub key: Option<String>,
    /// Whether it is a label or an annotation; a label where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub kind: Option<MetadataKind>,
}

/// Which release a workload is of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ReleaseMetadataRequest {
    /// Its version.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub version: Option<String>,
    /// The stage it runs in, such as `production`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub stage: Option<String>,
    /// The product it is a part of.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub product: Option<String>,
}

/// Entries for the metadata of workloads.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct WorkloadMetadata {
    /// The entries.
    pub entries: Vec<MetadataEntry>,
    /// What to know, each a sentence without full stop.
    pub remarks: Vec<String>,
}

/// An entry for the metadata of a workload.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct MetadataEntry {
    /// Where it stands.
    pub kind: MetadataKind,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Whether an entry is a label or an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum MetadataKind {
    /// `metadata.labels`
    Label,
    /// `metadata.annotations`
    Annotation,
}

type EntryOf = fn(&str) -> Result<CatalogEntry, InvalidMetadata>;

/// The entry that names an owner.
///
/// # Errors
/// `invalid-input` for what Kubernetes or Dynatrace would refuse.
pub fn owner_metadata(request: &OwnerMetadataRequest) -> Result<WorkloadMetadata, ScaffoldError> {
    let kind = match request.kind.unwrap_or(MetadataKind::Label) {
        MetadataKind::Label => CatalogKind::Label,
        MetadataKind::Annotation => CatalogKind::Annotation,
    };
    let entry = CatalogEntry::owner(&request.owner, request.key.as_deref(), kind).map_err(invalid)?;
    let remarks = if entry.is_known_owner_key() {
        Vec::new()
    } else {
        vec![format!(
            "the key `{}` names an owner only where the environment's ownership keys have its beginning; without that they are `{}`",
            entry.key,
            OWNER_KEY_BEGINNINGS.join("` and `")
        )]
    };
    Ok(WorkloadMetadata { entries: vec![entry.into()], remarks })
}

/// The entries that name a release.
///
/// # Errors
/// `invalid-input` for what Kubernetes would refuse, and for nothing at all.
pub fn release_metadata(request: &ReleaseMetadataRequest) -> Result<WorkloadMetadata, ScaffoldError> {
    let ReleaseMetadataRequest { version, stage, product } = request;
    let parts: [(&Option<String>, EntryOf); 3] =
        [(version, CatalogEntry::version), (stage, CatalogEntry::stage), (product, CatalogEntry::product)];
    let mut entries = Vec::new();
    for (text, entry) in parts {
        if let Some(text) = text {
            entries.push(entry(text).map_err(invalid)?.into());
        }
    }
    if entries.is_empty() {
        return Err(ScaffoldError::InvalidInput {
            input: "version".to_owned(),
            problem: "is missing, and so are `stage` and `product`".to_owned(),
            help: Some("give at least one of them".to_owned()),
        });
    }
    Ok(WorkloadMetadata { entries, remarks: Vec::new() })
}

fn invalid(fault: InvalidMetadata) -> ScaffoldError {
    ScaffoldError::InvalidInput {
        input: fault.role().to_owned(),
        problem: format!("cannot be used: {fault}"),
        help: Some(fault.help().to_owned()),
    }
}

impl From<CatalogEntry> for MetadataEntry {
    fn from(entry: CatalogEntry) -> Self {
        let kind = match entry.kind {
            CatalogKind::Label => MetadataKind::Label,
            CatalogKind::Annotation => MetadataKind::Annotation,
        };
        Self { kind, key: entry.key, value: entry.value }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn an_owner_is_a_label_unless_wanted_otherwise() {
        let metadata = owner_metadata(&from_value(json!({"owner": "team-a"})).unwrap()).unwrap();
        assert_eq!(metadata.entries[0].kind, MetadataKind::Label);
        assert!(metadata.remarks.is_empty());
        let request = json!({"owner": "team-a", "key": "acme.io/owner", "kind": "annotation"});
        let metadata = owner_metadata(&from_value(request).unwrap()).unwrap();
        assert_eq!(metadata.entries[0].kind, MetadataKind::Annotation);
        assert!(metadata.remarks[0].contains("`acme.io/owner`"), "{:?}", metadata.remarks);
    }

    #[test]
    fn a_release_has_at_least_one_part() {
        let metadata = release_metadata(&from_value(json!({"stage": "production"})).unwrap()).unwrap();
        assert_eq!(metadata.entries[0].key, "dynatrace-release-stage");
        let error = release_metadata(&from_value(json!({})).unwrap()).unwrap_err();
        assert!(error.to_string().contains("`stage` and `product`"), "{error}");
        let error = release_metadata(&from_value(json!({"version": "1+2"})).unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the input `version` cannot be used: the version `1+2` has `+`, which is not allowed"
        );
    }
}
