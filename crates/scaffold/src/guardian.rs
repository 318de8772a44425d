//! The guardians of an environment, as its settings hold them.

use grailstage_insights::validation_search::GuardianKind;
use grailstage_tenant::{Host, SettingsObject, Tenant};
use serde_json::Value;

use crate::ScaffoldError;

/// The schema of guardians. Source: docs.dynatrace.com, Site Reliability Guardian, settings.
pub(crate) const SCHEMA: &str = "app:dynatrace.site.reliability.guardian:guardians";

/// A guardian.
pub(crate) struct Guardian {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: GuardianKind,
    /// As keys and values.
    pub(crate) tags: Vec<(String, String)>,
}

impl Guardian {
    fn read(object: SettingsObject) -> Self {
        let text = |key: &str| object.value.get(key).and_then(Value::as_str).unwrap_or_default();
        let tags = object.value.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let pair = |tag: &Value| {
            let tag = tag.as_str()?;
            let (key, value) = tag.split_once(':').unwrap_or((tag, ""));
            Some((key.trim().to_owned(), value.trim().to_owned()))
        };
        Self {
            name: text("name").to_owned(),
            kind: if text("eventKind") == "SDLC_EVENT" {
                GuardianKind::Lifecycle
            } else {
                GuardianKind::Business
            },
            tags: tags.iter().filter_map(pair).collect(),
            id: object.object_id,
        }
    }

    pub(crate) const fn is_business(&self) -> bool {
        matches!(self.kind, GuardianKind::Business)
    }

    /// As the settings and pages spell it.
    pub(crate) const fn kind_text(&self) -> &'static str {
        match self.kind {
            GuardianKind::Lifecycle => "SDLC_EVENT",
            GuardianKind::Business => "BIZ_EVENT",
        }
    }
}

/// All guardians that the credentials may see.
pub(crate) async fn all<H: Host + 'static>(tenant: &Tenant<H>) -> Result<Vec<Guardian>, ScaffoldError> {
    let objects = tenant.settings().list(SCHEMA).await;
    let objects = objects.map_err(|error| ScaffoldError::environment(tenant.environment().name(), error))?;
    Ok(objects.into_iter().map(Guardian::read).collect())
}

/// The guardian with that id, or else the only one with that name.
pub(crate) async fn find<H: Host + 'static>(
    tenant: &Tenant<H>,
    id_or_name: &str,
) -> Result<Guardian, ScaffoldError> {
    let environment = tenant.environment().name();
    let guardians = all(tenant).await?;
    let names: Vec<String> = guardians.iter().map(|guardian| guardian.name.clone()).collect();
    let matching: Vec<Guardian> = guardians
        .into_iter()
        .filter(|guardian| guardian.id == id_or_name || guardian.name == id_or_name)
        .collect();
    let count = matching.len();
    let mut matching = matching.into_iter();
    match (matching.next(), count) {
        (Some(guardian), 1) => Ok(guardian),
        (Some(_), _) => Err(ScaffoldError::AmbiguousGuardian {
            environment: environment.to_owned(),
            guardian: id_or_name.to_owned(),
            count,
        }),
        (None, _) => Err(ScaffoldError::UnknownGuardian {
            environment: environment.to_owned(),
            guardian: id_or_name.to_owned(),
            known: names,
        }),
    }
}
