//! Settings 2.0 over HTTP: `…/settings/objects` and `…/settings/schemas`.
//! Source: docs.dynatrace.com, Settings API, and the types of `@dynatrace-sdk/client-classic-environment-v2`
//! (`SettingsObjectsClient`, `SettingsSchemasClient`).

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::accounts::Need;
use super::classic::{self, PageRequest};
use super::environment::Environment;
use super::message::{Request, Response};
use crate::settings::{
    FIELDS, Filter, SettingsError, SettingsObject, SettingsObjectCreate, SettingsObjectUpdate, SettingsStore,
    Sort, WriteMode, schemas,
};

/// How many objects a page has when the request does not say.
const USUAL_PAGE: usize = 100;
/// How many objects a page may have.
const LARGEST_PAGE: usize = 500;

const READ: Need = Need { scope: "settings:objects:read", token_scope: "settings.read" };
const WRITE: Need = Need { scope: "settings:objects:write", token_scope: "settings.write" };
const READ_SCHEMAS: Need = Need { scope: "settings:schemas:read", token_scope: "settings.read" };

/// Whether a path belongs to this API.
pub(super) fn is_settings(path: &str) -> bool {
    classic::path(path).is_some_and(|path| path == "settings" || path.starts_with("settings/"))
}

/// What a request has to be allowed.
pub(super) fn need(request: &Request) -> Need {
    let schemas = classic::path(&request.path).is_some_and(|path| path.starts_with("settings/schemas"));
    match request.method.as_str() {
        "GET" if schemas => READ_SCHEMAS,
        "GET" => READ,
        _ => WRITE,
    }
}

/// Answers a request that is allowed.
pub(super) fn settings(request: &Request, store: &mut SettingsStore, now_millis: i64) -> Response {
    let path = classic::path(&request.path).unwrap_or_default();
    let path: Vec<String> = path.split('/').skip(1).map(classic::segment).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let answer = match (request.method.as_str(), path.as_slice()) {
        ("GET", ["objects"]) => list(request, store),
        ("POST", ["objects"]) => create(request, store, now_millis),
        ("GET", ["objects", id]) => get(id, store),
        ("PUT", ["objects", id]) => update(id, request, store, now_millis),
        ("DELETE", ["objects", id]) => delete(id, request, store),
        ("GET", ["schemas"]) => Ok(schema_list()),
        ("GET", ["schemas", id]) => schemas::find(id)
            .map_err(|error| envelope(&error))
            .map(|schema| Response::json(200, schema.definition().to_string())),
        (_, ["objects" | "schemas"] | ["objects" | "schemas", _]) => {
            Err(classic::error(405, &format!("The method {} is not allowed here.", request.method)))
        }
        _ => Err(classic::error(
            404,
            &format!(
                "'{}' is not supported by the sandbox; it has settings/objects and settings/schemas.",
                request.path
            ),
        )),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

fn envelope(error: &SettingsError) -> Response {
    Response::json(error.status(), json!({"error": error.json()}).to_string())
}

fn list(request: &Request, store: &SettingsStore) -> Result<Response, Response> {
    let page = PageRequest::of(request)?;
    let (schema_ids, scopes) = (page.list("schemaIds"), page.list("scopes"));
    if schema_ids.is_none() && scopes.is_none() {
        return Err(classic::violated("QUERY", "schemaIds", "Either 'schemaIds' or 'scopes' has to be set."));
    }
    for id in schema_ids.iter().flatten() {
        schemas::find(id).map_err(|error| envelope(&error))?;
    }
    let fields = page.list("fields").unwrap_or_else(|| vec!["objectId".into(), "value".into()]);
    if let Some(unknown) = fields.iter().find(|field| !FIELDS.contains(&field.as_str())) {
        let message = format!("There is no field '{unknown}', only {}.", FIELDS.join(", "));
        return Err(classic::violated("QUERY", "fields", &message));
    }
    let broken = |name: &'static str| move |message: String| classic::violated("QUERY", name, &message);
    let filter = page.parameter("filter").map(|text| Filter::new(text, &fields).map_err(broken("filter")));
    let filter = filter.transpose()?;
    let sort = page.parameter("sort").map(|text| Sort::new(text, &fields).map_err(broken("sort")));
    let external_ids = page.list("externalIds");
    let mut objects: Vec<&SettingsObject> = store
        .objects()
        .iter()
        .filter(|object| schema_ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id == object.schema_id)))
        .filter(|object| scopes.as_ref().is_none_or(|scopes| scopes.contains(&object.scope)))
        .filter(|object| {
            external_ids
                .as_ref()
                .is_none_or(|ids| object.external_id.as_ref().is_some_and(|id| ids.contains(id)))
        })
        .filter(|object| filter.as_ref().is_none_or(|filter| filter.passes(object)))
        .collect();
    if let Some(sort) = sort.transpose()? {
        objects.sort_by(|left, right| sort.compare(left, right));
    }
    let items: Vec<Json> = objects.into_iter().map(|object| shown(object, &fields)).collect();
    Ok(page.cut(items, USUAL_PAGE, LARGEST_PAGE)?.response("items"))
}

fn shown<T: AsRef<str>>(object: &SettingsObject, fields: &[T]) -> Json {
    let members: Map<String, Json> = fields
        .iter()
        .filter_map(|field| Some((field.as_ref().to_owned(), object.field(field.as_ref())?)))
        .collect();
    Json::Object(members)
}

fn get(object_id: &str, store: &SettingsStore) -> Result<Response, Response> {
    let object = store.get(object_id).map_err(|error| envelope(&error))?;
    let fields: Vec<&str> = FIELDS.into_iter().filter(|field| *field != "modificationInfo").collect();
    Ok(Response::json(200, shown(object, &fields).to_string()))
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Response> {
    serde_json::from_slice(&request.body)
        .map_err(|error| classic::violated("PAYLOAD_BODY", "", &format!("Could not map JSON: {error}")))
}

/// Whether the request only wants to know if it would be accepted.
fn mode(request: &Request) -> Result<WriteMode, Response> {
    match request.parameter("validateOnly").as_deref() {
        None | Some("false" | "") => Ok(WriteMode::Keep),
        Some("true") => Ok(WriteMode::ValidateOnly),
        Some(other) => {
            let message = format!("'{other}' is not true or false.");
            Err(classic::violated("QUERY", "validateOnly", &message))
        }
    }
}

/// A `SettingsObjectResponse`.
fn written(result: Result<Option<String>, SettingsError>, value: &Json) -> (u16, Json) {
    match result {
        Ok(Some(object_id)) => (200, json!({"code": 200, "objectId": object_id})),
        Ok(None) => (200, json!({"code": 200})),
        Err(error) => {
            let mut response = json!({"code": error.status(), "error": error.json()});
            if let (SettingsError::Invalid { .. }, Json::Object(members)) = (&error, &mut response) {
                members.insert("invalidValue".into(), value.clone());
            }
            (error.status(), response)
        }
    }
}

fn create(request: &Request, store: &mut SettingsStore, now_millis: i64) -> Result<Response, Response> {
    let mode = mode(request)?;
    let wanted: Vec<SettingsObjectCreate> = body(request)?;
    let mut statuses = Vec::new();
    let mut responses = Vec::new();
    for (index, create) in wanted.into_iter().enumerate() {
        let value = create.value.clone();
        let result = store.create(create, index, mode, now_millis);
        let (status, response) =
            written(result.map(|object_id| (mode == WriteMode::Keep).then_some(object_id)), &value);
        statuses.push(status);
        responses.push(response);
    }
    let first = statuses.first().copied().unwrap_or(200);
    let status = if statuses.iter().all(|status| *status == first) { first } else { 207 };
    Ok(Response::json(status, Json::Array(responses).to_string()))
}

fn update(
    object_id: &str,
    request: &Request,
    store: &mut SettingsStore,
    now_millis: i64,
) -> Result<Response, Response> {
    let mode = mode(request)?;
    let update: SettingsObjectUpdate = body(request)?;
    let value = update.value.clone();
    let result = store.update(object_id, update, mode, now_millis);
    let (status, response) =
        written(result.map(|()| (mode == WriteMode::Keep).then(|| object_id.to_owned())), &value);
    Ok(Response::json(status, response.to_string()))
}

fn delete(object_id: &str, request: &Request, store: &mut SettingsStore) -> Result<Response, Response> {
    match store.delete(object_id, request.parameter("updateToken").as_deref()) {
        Ok(()) => Ok(Response::empty(204)),
        Err(error) => {
            let (status, response) = written(Err(error), &Json::Null);
            Err(Response::json(status, response.to_string()))
        }
    }
}

fn schema_list() -> Response {
    let items: Vec<Json> = schemas::ALL.iter().map(|schema| schema.stub()).collect();
    Response::json(200, json!({"totalCount": items.len(), "items": items}).to_string())
}

/// Settings in process, without HTTP and tokens.
impl Environment {
    /// The objects of a schema in the order they were made; none for a schema that the sandbox does not know.
    #[must_use]
    pub fn settings_objects(&self, schema_id: &str) -> Vec<SettingsObject> {
        self.with_settings(|store| store.of_schema(schema_id).cloned().collect())
    }

    /// The object of that id.
    ///
    /// # Errors
    ///
    /// When there is no such object.
    pub fn settings_object(&self, object_id: &str) -> Result<SettingsObject, SettingsError> {
        self.with_settings(|store| store.get(object_id).cloned())
    }

    /// Makes an object, or replaces the one of its external id, at `now_millis` (since 1970); answers its id.
    ///
    /// # Errors
    ///
    /// When the schema is unknown or the value does not fit it.
    pub fn create_settings_object(
        &self,
        create: SettingsObjectCreate,
        now_millis: i64,
    ) -> Result<String, SettingsError> {
        self.with_settings(|store| store.create(create, 0, WriteMode::Keep, now_millis))
    }

    /// Gives an object another value at `now_millis` (since 1970).
    ///
    /// # Errors
    ///
    /// When there is no such object, it was changed since the update token was read, or the value does not fit.
    pub fn update_settings_object(
        &self,
        object_id: &str,
        update: SettingsObjectUpdate,
        now_millis: i64,
    ) -> Result<(), SettingsError> {
        self.with_settings(|store| store.update(object_id, update, WriteMode::Keep, now_millis))
    }

    /// Takes an object away.
    ///
    /// # Errors
    ///
    /// When there is no such object, or it was changed since the update token was read.
    pub fn delete_settings_object(
        &self,
        object_id: &str,
        update_token: Option<&str>,
    ) -> Result<(), SettingsError> {
        self.with_settings(|store| store.delete(object_id, update_token))
    }
}
