//! Settings 2.0: the objects an environment is configured by.
//!
//! ```text
//! Tenant::settings ─┬─ list ──────▶ all pages of one schema
//!                   ├─ get
//!                   ├─ upsert ────▶ created or replaced, found by its external id
//!                   ├─ create ────▶ sent once: a second try might make a second object
//!                   ├─ update ────▶ read, change, write with the update token; after 409 once more
//!                   ├─ delete
//!                   └─ validate ──▶ checked there, nothing written
//! ```
//!
//! The API: `/platform/classic/environment-api/v2/settings/objects`, with the scopes `settings:objects:read` and
//! `settings:objects:write`.

mod answer;
mod object;

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::TenantError;
use crate::host::{Host, Method};
use crate::operation::{Asked, Operation, Repetition, may_have_arrived, path_segment, query_string};
use crate::tenant::Tenant;
use answer::{ListAnswer, items};
pub use object::{Deleted, SettingsDraft, SettingsObject, Updated};

const API: &str = "/platform/classic/environment-api/v2/settings/objects";
/// The most the API gives in one page.
const PAGE_SIZE: usize = 500;
/// With this many pages a list ends, whatever the service says.
const MOST_PAGES: usize = 20;
/// Objects in one request.
const BATCH: usize = 100;
const FIELDS: &str = "objectId,value,scope,externalId,schemaVersion,modified,updateToken";

/// The settings of an environment. Every method has the whole deadline for itself.
pub struct Settings<'a, H> {
    tenant: &'a Tenant<H>,
    deadline: Duration,
}

impl<H: Host + 'static> Tenant<H> {
    /// The settings of the environment. Nothing is sent yet.
    #[must_use]
    pub const fn settings(&self) -> Settings<'_, H> {
        Settings { tenant: self, deadline: self.config.limits().request_timeout() }
    }
}

impl<H: Host + 'static> Settings<'_, H> {
    /// The same settings with another deadline for each call; the default is that of the
    /// environment's limits.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// All objects of a schema the token may see, of every scope and page.
    ///
    /// # Errors
    /// [`TenantError`]; `too-many-objects` when there are more than 10,000, since part of a list would read as
    /// the whole.
    pub async fn list(&self, schema_id: &str) -> Result<Vec<SettingsObject>, TenantError> {
        self.tenant.operate(self.deadline, |operation| list(operation, schema_id, None)).await
    }

    /// The object of a schema with this external id.
    ///
    /// # Errors
    /// [`TenantError`]
    pub async fn find(
        &self,
        schema_id: &str,
        external_id: &str,
    ) -> Result<Option<SettingsObject>, TenantError> {
        let objects = self
            .tenant
            .operate(self.deadline, |operation| list(operation, schema_id, Some(external_id)))
            .await?;
        Ok(objects.into_iter().find(|object| object.external_id.as_deref() == Some(external_id)))
    }

    /// One object.
    ///
    /// # Errors
    /// [`TenantError`]; `not-found` when there is none with this id.
    pub async fn get(&self, object_id: &str) -> Result<SettingsObject, TenantError> {
        self.tenant.operate(self.deadline, async |operation| get(&operation, object_id).await).await
    }

    /// Creates an object, or replaces the value of the one with the same external id. Sent again after a
    /// broken connection: the external id keeps it one object. Gives the object id.
    ///
    /// # Errors
    /// [`TenantError`]; `rejected` with what is wrong, `invalid-config` for a draft without external id.
    pub async fn upsert(&self, draft: &SettingsDraft) -> Result<String, TenantError> {
        one(self.upsert_all(std::slice::from_ref(draft)).await?)
    }

    /// As [`upsert`](Self::upsert) for many: what became of each, in the same order. One that is rejected
    /// does not stop the others.
    ///
    /// # Errors
    /// [`TenantError`] when a whole request fails; what was sent before it is written.
    pub async fn upsert_all(
        &self,
        drafts: &[SettingsDraft],
    ) -> Result<Vec<Result<String, TenantError>>, TenantError> {
        if let Some(draft) = drafts.iter().find(|draft| draft.external_id.is_none()) {
            return Err(TenantError::Rejected {
                message: format!("an object of `{}` has no external id to be found by", draft.schema_id),
                violations: Vec::new(),
            });
        }
        self.tenant
            .operate(self.deadline, async |operation| {
                let mut outcomes = Vec::with_capacity(drafts.len());
                for batch in drafts.chunks(BATCH) {
                    outcomes.extend(post(&operation, batch, Repetition::Harmless, false).await?);
                }
                Ok(outcomes)
            })
            .await
    }

    /// Creates an object. Without an external id it is sent once. Gives the object id.
    ///
    /// # Errors
    /// [`TenantError`]; `write-unconfirmed` when the connection broke and the object may or may not be there.
    pub async fn create(&self, draft: &SettingsDraft) -> Result<String, TenantError> {
        if draft.external_id.is_some() {
            return self.upsert(draft).await;
        }
        let outcomes = self
            .tenant
            .operate(self.deadline, async |operation| {
                post(&operation, std::slice::from_ref(draft), Repetition::Doubles, false).await
            })
            .await;
        match outcomes {
            Ok(outcomes) => one(outcomes),
            Err(error) if may_have_arrived(&error) => Err(TenantError::WriteUnconfirmed {
                subject: format!("the object of `{}`", draft.schema_id),
                message: error.to_string(),
            }),
            Err(error) => Err(error),
        }
    }

    /// Asks the environment what it would say to these objects: for each, in the same order, nothing or what
    /// is wrong. Nothing is written.
    ///
    /// # Errors
    /// [`TenantError`] when a whole request fails.
    pub async fn validate(
        &self,
        drafts: &[SettingsDraft],
    ) -> Result<Vec<Result<(), TenantError>>, TenantError> {
        self.tenant
            .operate(self.deadline, async |operation| {
                let mut outcomes = Vec::with_capacity(drafts.len());
                for batch in drafts.chunks(BATCH) {
                    let batch = post(&operation, batch, Repetition::Harmless, true).await?;
                    outcomes.extend(batch.into_iter().map(|outcome| outcome.map(drop)));
                }
                Ok(outcomes)
            })
            .await
    }

    /// Changes the value of an object, as `change` makes it of the present one. Where someone else writes in
    /// between, the object is read again and changed again, once. A change that changes nothing, also because
    /// an earlier try has arrived, writes nothing.
    ///
    /// # Errors
    /// [`TenantError`]; `conflict` when the object goes on changing.
    pub async fn update(
        &self,
        object_id: &str,
        change: impl Fn(&Value) -> Value,
    ) -> Result<Updated, TenantError> {
        self.tenant
            .operate(self.deadline, async |operation| {
                let mut outcome = Updated::Unchanged;
                for last in [false, true] {
                    let object = get(&operation, object_id).await?;
                    let value = change(&object.value);
                    if value == object.value {
                        return Ok(outcome);
                    }
                    match put(&operation, &object, &value).await {
                        Err(TenantError::Conflict { .. }) if !last => outcome = Updated::Written,
                        Err(error) => return Err(error),
                        Ok(()) => return Ok(Updated::Written),
                    }
                }
                Ok(outcome)
            })
            .await
    }

    /// Removes an object. One that is gone already is no failure: an earlier try may have removed it.
    ///
    /// # Errors
    /// [`TenantError`]; `conflict` when the object is no longer the one the update token is of.
    pub async fn delete(&self, object_id: &str, update_token: Option<&str>) -> Result<Deleted, TenantError> {
        let token = update_token.map(|token| ("updateToken", token.to_owned()));
        let asked = Asked {
            method: Method::Delete,
            target: format!("{API}/{}{}", path_segment(object_id), query_string(token)),
            body: None,
            repetition: Repetition::Harmless,
        };
        self.tenant
            .operate(self.deadline, async |operation| match operation.succeed(&asked).await {
                Ok(_) => Ok(Deleted::Removed),
                Err(TenantError::NotFound { .. }) => Ok(Deleted::WasGone),
                Err(error) => Err(error),
            })
            .await
    }
}

async fn list<H: Host + 'static>(
    operation: Operation<'_, H>,
    schema_id: &str,
    external_id: Option<&str>,
) -> Result<Vec<SettingsObject>, TenantError> {
    let mut parameters = vec![
        ("schemaIds", schema_id.to_owned()),
        ("fields", FIELDS.to_owned()),
        ("pageSize", PAGE_SIZE.to_string()),
    ];
    parameters.extend(external_id.map(|external_id| ("externalIds", external_id.to_owned())));
    let mut target = format!("{API}{}", query_string(parameters));
    let mut objects = Vec::new();
    let mut seen = HashSet::new();
    for _ in 0..MOST_PAGES {
        let response = operation.succeed(&Asked::get(target)).await?;
        let page: ListAnswer = operation.read(&response)?;
        for item in page.items {
            objects.push(item.into_object(schema_id));
        }
        let Some(next) = page.next_page_key.filter(|key| !key.is_empty()) else { return Ok(objects) };
        target = format!("{API}{}", query_string([("nextPageKey", next.clone())]));
        if !seen.insert(next) {
            return Err(TenantError::UnexpectedAnswer {
                message: "a `nextPageKey` comes a second time".to_owned(),
            });
        }
    }
    Err(TenantError::TooMany { schema: schema_id.to_owned(), read: objects.len() })
}

async fn get<H: Host + 'static>(
    operation: &Operation<'_, H>,
    object_id: &str,
) -> Result<SettingsObject, TenantError> {
    let response = operation.succeed(&Asked::get(format!("{API}/{}", path_segment(object_id)))).await?;
    let item: answer::Item = operation.read(&response)?;
    let mut object = item.into_object("");
    if object.object_id.is_empty() {
        object.object_id = object_id.to_owned();
    }
    Ok(object)
}

async fn put<H: Host + 'static>(
    operation: &Operation<'_, H>,
    object: &SettingsObject,
    value: &Value,
) -> Result<(), TenantError> {
    let mut body = json!({ "value": value });
    if let Some(body) = body.as_object_mut() {
        let known = [("updateToken", &object.update_token), ("schemaVersion", &object.schema_version)];
        for (key, text) in known.into_iter().filter_map(|(key, text)| Some((key, text.clone()?))) {
            body.insert(key.to_owned(), Value::String(text));
        }
    }
    let target = format!("{API}/{}", path_segment(&object.object_id));
    // The update token lets a second arrival of the same request fail with 409.
    let asked = Asked::json(Method::Put, target, &body, Repetition::Harmless)?;
    let response = operation.send(&asked).await?;
    match response.status {
        200..=299 => Ok(()),
        _ => Err(operation.refusal(&asked, &response)),
    }
}

async fn post<H: Host + 'static>(
    operation: &Operation<'_, H>,
    drafts: &[SettingsDraft],
    repetition: Repetition,
    validate_only: bool,
) -> Result<Vec<Result<String, TenantError>>, TenantError> {
    let parameters = validate_only.then(|| ("validateOnly", "true".to_owned()));
    let target = format!("{API}{}", query_string(parameters));
    let bodies: Vec<Value> = drafts.iter().map(SettingsDraft::to_json).collect();
    let asked = Asked::json(Method::Post, target, &bodies, repetition)?;
    let response = operation.send(&asked).await?;
    // A body that is a list speaks of each object, whatever the status; 207 is sent for mixed outcomes.
    if let Some(items) = items(&response) {
        if items.len() == drafts.len() {
            let outcomes = items.into_iter().map(answer::WrittenItem::into_outcome);
            return Ok(outcomes.map(|it| it.map_err(|error| operation.clean(error))).collect());
        }
        return Err(TenantError::UnexpectedAnswer {
            message: format!("{} objects were sent and {} answered", drafts.len(), items.len()),
        });
    }
    match response.status {
        200..=299 => Err(TenantError::UnexpectedAnswer {
            message: "what was written is answered with something other than a list".to_owned(),
        }),
        _ => Err(operation.refusal(&asked, &response)),
    }
}

fn one(outcomes: Vec<Result<String, TenantError>>) -> Result<String, TenantError> {
    outcomes.into_iter().next().unwrap_or_else(|| {
        Err(TenantError::UnexpectedAnswer { message: "nothing was said of the object".to_owned() })
    })
}
