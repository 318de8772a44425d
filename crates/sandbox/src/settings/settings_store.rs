//! The settings objects of an environment.

use super::object::{SettingsObject, SettingsObjectCreate, SettingsObjectUpdate, object_id};
use super::schema::Schema;
use super::schemas;
use super::settings_error::{SettingsError, Violation};
use super::validation::{Candidate, violations};
use crate::data::uuid;

/// The only scope the sandbox has objects of.
const ENVIRONMENT: &str = "environment";

/// Who writes through the API.
const AUTHOR: &str = "sandbox";

/// The longest external id. Source: Settings API, parameter `externalIds`.
const LONGEST_EXTERNAL_ID: usize = 500;

/// Settings objects in the order they were made.
#[derive(Debug, Clone)]
pub(crate) struct SettingsStore {
    objects: Vec<SettingsObject>,
    seed: u64,
    environment: &'static str,
    /// How many objects were ever made by requests.
    made: u64,
    changes: u64,
}

/// Whether a write is kept or only checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteMode {
    Keep,
    ValidateOnly,
}

impl SettingsStore {
    /// The store of an environment, without objects; the seed decides the ids of those to come.
    pub(crate) const fn new(seed: u64, environment: &'static str) -> Self {
        Self { objects: Vec::new(), seed, environment, made: 0, changes: 0 }
    }

    /// Adds an object that fits its schema and was made at a time in milliseconds since 1970.
    pub(crate) fn insert(
        &mut self,
        schema: &'static Schema,
        uuid: String,
        value: serde_json::Value,
        made_millis: i64,
    ) {
        self.changes += 1;
        self.objects.push(SettingsObject {
            object_id: object_id(schema, &uuid),
            uuid,
            schema_id: schema.id,
            schema_version: schema.version,
            scope: ENVIRONMENT.to_owned(),
            external_id: None,
            value,
            created: made_millis,
            modified: made_millis,
            author: AUTHOR.to_owned(),
            revision: 0,
        });
    }

    /// How often objects were changed, which tells whether something derived from them is out of date.
    pub(crate) const fn changes(&self) -> u64 {
        self.changes
    }

    /// All objects.
    pub(crate) fn objects(&self) -> &[SettingsObject] {
        &self.objects
    }

    /// The objects of a schema.
    pub(crate) fn of_schema<'a>(&'a self, schema_id: &'a str) -> impl Iterator<Item = &'a SettingsObject> {
        self.objects.iter().filter(move |object| object.schema_id == schema_id)
    }

    /// The object of that id.
    pub(crate) fn get(&self, object_id: &str) -> Result<&SettingsObject, SettingsError> {
        self.objects
            .iter()
            .find(|object| object.object_id == object_id)
            .ok_or_else(|| SettingsError::UnknownObject { object_id: object_id.to_owned() })
    }

    /// Makes an object, or replaces the one that has the external id or is the only one of its schema; the answer is its
    /// id. `index` is the place in the request, for messages.
    pub(crate) fn create(
        &mut self,
        create: SettingsObjectCreate,
        index: usize,
        mode: WriteMode,
        now_millis: i64,
    ) -> Result<String, SettingsError> {
        let schema = schemas::find(&create.schema_id)?;
        let mut found = Vec::new();
        let mut wrong = |place: &str, message: String| {
            found.push(Violation { path: format!("{}/{index}/{place}", schema.id), message });
        };
        if create.scope != ENVIRONMENT {
            wrong(
                "scope",
                format!("Scope '{}' is not allowed for this schema; use '{ENVIRONMENT}'.", create.scope),
            );
        }
        let external_id = create.external_id.filter(|id| !id.is_empty());
        if external_id.as_ref().is_some_and(|id| id.chars().count() > LONGEST_EXTERNAL_ID) {
            wrong("externalId", format!("An external id has at most {LONGEST_EXTERNAL_ID} characters."));
        }
        if create.object_id.is_some() && external_id.is_none() {
            wrong("objectId", "An object id may only be given together with an external id.".into());
        }
        check_version(schema, create.schema_version.as_deref(), &mut wrong);
        check_position(create.insert_after.as_deref().map(|_| "insertAfter"), &mut wrong);
        if let Some(wanted) = &create.object_id {
            let known = self.get(wanted)?;
            if known.schema_id != schema.id {
                wrong("objectId", format!("The object is one of the schema {}.", known.schema_id));
            }
        }
        let existing = self.objects.iter().position(|object| {
            object.schema_id == schema.id
                && object.scope == create.scope
                && (schema.max_objects == 1
                    || (external_id.is_some() && object.external_id == external_id)
                    || create.object_id.as_deref() == Some(&object.object_id))
        });
        found.extend(self.check(schema, &create.value, existing, index));
        if existing.is_none() && self.of_schema(schema.id).count() >= schema.max_objects {
            let most = schema.max_objects;
            found.push(Violation {
                path: format!("{}/{index}", schema.id),
                message: format!("There may be at most {most} objects of this schema."),
            });
        }
        if !found.is_empty() {
            return Err(SettingsError::Invalid { violations: found });
        }
        let replaced = existing.and_then(|index| self.objects.get_mut(index));
        if let Some(object) = replaced {
            if mode == WriteMode::Keep {
                object.value = create.value;
                object.external_id = external_id.or_else(|| object.external_id.take());
                object.modified = now_millis;
                AUTHOR.clone_into(&mut object.author);
                object.revision += 1;
                self.changes += 1;
            }
            return Ok(object.object_id.clone());
        }
        // The number is part of what the id is made of: an object made anew after a deletion is another one.
        let thing = format!("settings/{}/{}/{}", self.environment, schema.id, self.made);
        let uuid = uuid(self.seed, &thing);
        let object_id = object_id(schema, &uuid);
        if mode == WriteMode::Keep {
            self.made += 1;
            self.changes += 1;
            self.objects.push(SettingsObject {
                object_id: object_id.clone(),
                uuid,
                schema_id: schema.id,
                schema_version: schema.version,
                scope: create.scope,
                external_id,
                value: create.value,
                created: now_millis,
                modified: now_millis,
                author: AUTHOR.to_owned(),
                revision: 0,
            });
        }
        Ok(object_id)
    }

    /// Gives an object another value.
    pub(crate) fn update(
        &mut self,
        object_id: &str,
        update: SettingsObjectUpdate,
        mode: WriteMode,
        now_millis: i64,
    ) -> Result<(), SettingsError> {
        let known = self.get(object_id)?;
        let schema = schemas::find(known.schema_id)?;
        unchanged(known, update.update_token.as_deref())?;
        let mut found = Vec::new();
        let mut wrong = |place: &str, message: String| {
            found.push(Violation { path: format!("{}/0/{place}", schema.id), message });
        };
        check_version(schema, update.schema_version.as_deref(), &mut wrong);
        check_position(update.insert_after.as_deref().map(|_| "insertAfter"), &mut wrong);
        check_position(update.insert_before.as_deref().map(|_| "insertBefore"), &mut wrong);
        let existing = self.objects.iter().position(|object| object.object_id == object_id);
        found.extend(self.check(schema, &update.value, existing, 0));
        if !found.is_empty() {
            return Err(SettingsError::Invalid { violations: found });
        }
        if let (WriteMode::Keep, Some(object)) =
            (mode, existing.and_then(|index| self.objects.get_mut(index)))
        {
            object.value = update.value;
            object.modified = now_millis;
            AUTHOR.clone_into(&mut object.author);
            object.revision += 1;
            self.changes += 1;
        }
        Ok(())
    }

    /// Takes an object away.
    pub(crate) fn delete(
        &mut self,
        object_id: &str,
        update_token: Option<&str>,
    ) -> Result<(), SettingsError> {
        unchanged(self.get(object_id)?, update_token)?;
        self.objects.retain(|object| object.object_id != object_id);
        self.changes += 1;
        Ok(())
    }

    fn check(
        &self,
        schema: &Schema,
        value: &serde_json::Value,
        existing: Option<usize>,
        index: usize,
    ) -> Vec<Violation> {
        let others: Vec<&SettingsObject> = self
            .objects
            .iter()
            .enumerate()
            .filter(|(position, object)| object.schema_id == schema.id && Some(*position) != existing)
            .map(|(_, object)| object)
            .collect();
        let previous = existing.and_then(|index| self.objects.get(index)).map(|object| &object.value);
        violations(schema, &Candidate { value, previous, others: &others }, index)
    }
}

fn unchanged(object: &SettingsObject, update_token: Option<&str>) -> Result<(), SettingsError> {
    match update_token {
        Some(token) if token != object.update_token() => {
            Err(SettingsError::Changed { object_id: object.object_id.clone() })
        }
        _ => Ok(()),
    }
}

fn check_version(schema: &Schema, version: Option<&str>, wrong: &mut impl FnMut(&str, String)) {
    let major = |version: &str| version.split('.').next().map(ToOwned::to_owned);
    if let Some(version) = version.filter(|version| major(version) != major(schema.version)) {
        let current = schema.version;
        wrong("schemaVersion", format!("The schema has the version {current}, not '{version}'."));
    }
}

fn check_position(given: Option<&str>, wrong: &mut impl FnMut(&str, String)) {
    if let Some(name) = given {
        wrong(name, format!("'{name}' is only for schemas whose objects are ordered."));
    }
}
