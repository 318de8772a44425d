//! Filter segments over HTTP: `/platform/storage/filter-segments/v1/filter-segments`.
//! Source: types of `@dynatrace-sdk/client-filter-segment-management` (`FilterSegmentsClient`).

use serde_json::{Map, Value as Json, json};

use super::classic;
use super::message::{Request, Response};
use crate::encoding::form_pairs;
use crate::segments::{FilterSegment, NewFilterSegment, SegmentError, SegmentStore};

const BASE: &str = "/platform/storage/filter-segments/v1/filter-segments";

/// Whether a path belongs to this API.
pub(super) fn is_segments(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
}

/// The scopes that a request needs, all of them.
pub(super) fn scopes(request: &Request) -> Vec<&'static str> {
    match request.method.as_str() {
        "GET" => vec!["storage:filter-segments:read"],
        "DELETE" => vec!["storage:filter-segments:delete"],
        _ => {
            let public = request.json().is_some_and(|body| body.get("isPublic") == Some(&Json::Bool(true)));
            let mut scopes = vec!["storage:filter-segments:write"];
            scopes.extend(public.then_some("storage:filter-segments:share"));
            scopes
        }
    }
}

/// Answers a request that is allowed.
pub(super) fn segments(request: &Request, store: &mut SegmentStore) -> Response {
    let rest = request.path.strip_prefix(BASE).unwrap_or_default();
    let uid = rest.strip_prefix('/').map(classic::segment);
    let answer = match (request.method.as_str(), rest, uid.as_deref()) {
        ("GET", "" | ":lean", _) => list(request, store, rest == ":lean"),
        ("POST", "", _) => create(request, store),
        ("GET", _, Some(uid)) => get(uid, request, store),
        ("PUT", _, Some(uid)) => replace(uid, request, store),
        ("PATCH", _, Some(uid)) => patch(uid, request, store),
        ("DELETE", _, Some(uid)) => {
            store.delete(uid).map(|()| Response::empty(204)).map_err(|error| refused(&error))
        }
        _ => Err(failed(405, &format!("The method {} is not allowed here.", request.method), &[])),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

/// An `ErrorEnvelope` of this API, with what is wrong and where.
fn failed(status: u16, message: &str, details: &[Json]) -> Response {
    let error = json!({"code": status, "message": message, "errorDetails": details});
    Response::json(status, json!({"error": error}).to_string())
}

fn refused(error: &SegmentError) -> Response {
    let message = error.to_string();
    let details: Vec<Json> =
        error.place().map(|place| json!({"message": message, "bodyDescriptor": place})).into_iter().collect();
    failed(error.status(), &message, &details)
}

/// What the request wants beside the usual members.
fn added(request: &Request, known: &[&str]) -> Result<Vec<String>, Response> {
    let pairs = form_pairs(&request.query);
    let wanted =
        pairs.iter().filter(|(name, _)| name == "add-fields").flat_map(|(_, value)| value.split(','));
    let wanted: Vec<String> = wanted.map(ToOwned::to_owned).collect();
    match wanted.iter().find(|field| !known.contains(&field.as_str())) {
        None => Ok(wanted),
        Some(unknown) => {
            let message = format!("there is no field `{unknown}` to add, only {}", known.join(", "));
            let detail = json!({"message": message, "parameterDescriptor": "add-fields"});
            Err(failed(400, &message, &[detail]))
        }
    }
}

/// The segment with what is asked for.
fn shown(segment: &FilterSegment, lean: bool, added: &[String]) -> Json {
    let has = |name: &str| added.iter().any(|field| field == name);
    let content = &segment.content;
    let mut shown = Map::new();
    let mut add = |name: &str, value: Json| {
        if !value.is_null() {
            shown.insert(name.to_owned(), value);
        }
    };
    add("uid", json!(segment.uid));
    add("name", json!(content.name));
    add("isPublic", json!(content.is_public));
    if !lean {
        add("description", json!(content.description));
        add("version", json!(segment.version));
    }
    if !lean || has("OWNER") {
        add("owner", json!(segment.owner));
    }
    if has("VARIABLES") {
        add("variables", json!(content.variables));
    }
    if has("EXTERNALID") {
        add("externalId", json!(content.external_id));
    }
    if has("RESOURCECONTEXT") {
        add("allowedOperations", json!(["READ", "WRITE", "DELETE", "SHARE"]));
    }
    if has("INCLUDES") {
        add("includes", json!(content.includes));
    }
    Json::Object(shown)
}

fn list(request: &Request, store: &SegmentStore, lean: bool) -> Result<Response, Response> {
    let known: &[&str] = if lean {
        &["VARIABLES", "EXTERNALID", "RESOURCECONTEXT", "OWNER"]
    } else {
        &["VARIABLES", "EXTERNALID", "RESOURCECONTEXT"]
    };
    let added = added(request, known)?;
    let segments: Vec<Json> = store.segments().iter().map(|segment| shown(segment, lean, &added)).collect();
    Ok(Response::json(200, json!({"filterSegments": segments}).to_string()))
}

fn get(uid: &str, request: &Request, store: &SegmentStore) -> Result<Response, Response> {
    let added = added(request, &["INCLUDES", "VARIABLES", "EXTERNALID", "RESOURCECONTEXT"])?;
    let segment = store.get(uid).map_err(|error| refused(&error))?;
    Ok(Response::json(200, shown(segment, false, &added).to_string()))
}

fn content(body: Json) -> Result<NewFilterSegment, Response> {
    serde_json::from_value(body).map_err(|error| {
        let error = SegmentError::Invalid { place: String::new(), message: error.to_string() };
        refused(&error)
    })
}

/// The body, which has to be an object.
fn body(request: &Request) -> Result<Map<String, Json>, Response> {
    match request.json() {
        Some(Json::Object(members)) => Ok(members),
        _ => {
            let message = "the body has to be a JSON object".to_owned();
            Err(refused(&SegmentError::Invalid { place: String::new(), message }))
        }
    }
}

fn create(request: &Request, store: &mut SegmentStore) -> Result<Response, Response> {
    let content = content(Json::Object(body(request)?))?;
    let segment = store.create(content).map_err(|error| refused(&error))?;
    let all = ["INCLUDES", "VARIABLES", "EXTERNALID", "RESOURCECONTEXT"].map(ToOwned::to_owned);
    Ok(Response::json(201, shown(segment, false, &all).to_string()))
}

/// The version that the request wants to change.
fn expected(request: &Request) -> Result<u64, Response> {
    let name = "optimistic-locking-version";
    request.parameter(name).and_then(|text| text.parse().ok()).ok_or_else(|| {
        let message = format!("the parameter `{name}` has to be the version to change");
        let detail = json!({"message": message, "parameterDescriptor": name});
        failed(400, &message, &[detail])
    })
}

fn replace(uid: &str, request: &Request, store: &mut SegmentStore) -> Result<Response, Response> {
    let expected = expected(request)?;
    let mut members = body(request)?;
    store.get(uid).map_err(|error| refused(&error))?;
    // A replacement names the segment and its owner, which stay as they are.
    if members.remove("uid").is_some_and(|named| named.as_str() != Some(uid)) {
        let message = "the uid of the body is another one than that of the path".to_owned();
        return Err(refused(&SegmentError::Invalid { place: "uid".into(), message }));
    }
    members.remove("owner");
    let content = content(Json::Object(members))?;
    store.update(uid, expected, content).map_err(|error| refused(&error))?;
    Ok(Response::empty(200))
}

fn patch(uid: &str, request: &Request, store: &mut SegmentStore) -> Result<Response, Response> {
    let expected = expected(request)?;
    let changes = body(request)?;
    let mut whole = json!(store.get(uid).map_err(|error| refused(&error))?.content);
    if let Json::Object(members) = &mut whole {
        members.extend(changes);
    }
    store.update(uid, expected, content(whole)?).map_err(|error| refused(&error))?;
    Ok(Response::empty(200))
}
