//! Monitored entities over HTTP: `…/entities`, `…/entities/{entityId}`. They are the records of the tables `dt.entity.*`.
//! Source: docs.dynatrace.com, Environment API v2, Monitored entities, and the types of
//! `@dynatrace-sdk/client-classic-environment-v2` (`MonitoredEntitiesClient`).

use serde_json::{Map, Value as Json, json};

use super::accounts::Need;
use super::classic::{self, PageRequest};
use super::message::{Request, Response};
use crate::evaluator::EntitySelector;
use crate::record::Record;
use crate::store::{Row, Store, TimeColumn};
use crate::value::{DAY, Value};

/// How many entities a page has when the request does not say.
const USUAL_PAGE: usize = 50;
/// How many entities a page may have.
const LARGEST_PAGE: usize = 500;
/// The longest entity selector, in characters.
const LONGEST_SELECTOR: usize = 2000;

/// What a request has to be allowed.
pub(super) const READ: Need = Need { scope: "environment-api:entities:read", token_scope: "entities.read" };

/// Whether a path belongs to this API.
pub(super) fn is_entities(path: &str) -> bool {
    classic::path(path).is_some_and(|path| path == "entities" || path.starts_with("entities/"))
}

/// Answers a request that is allowed.
pub(super) fn entities(request: &Request, store: &Store, now_millis: i64) -> Response {
    if request.method != "GET" {
        return classic::error(405, &format!("The method {} is not allowed here.", request.method));
    }
    let path = classic::path(&request.path).unwrap_or_default();
    let answer = match path.strip_prefix("entities/") {
        None => list(request, store, now_millis),
        Some(id) => get(&classic::segment(id), request, store),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

/// A compiled selector from a parameter.
pub(super) fn selector(text: &str, store: &Store) -> Result<EntitySelector, Response> {
    let wrong = |message: &str| classic::violated("QUERY", "entitySelector", message);
    if text.chars().count() > LONGEST_SELECTOR {
        return Err(wrong(&format!("The entity selector has more than {LONGEST_SELECTOR} characters.")));
    }
    let selector = EntitySelector::new(text).map_err(|message| wrong(&message))?;
    if !selector.is_bounded() {
        return Err(wrong("The entity selector has to have 'type' or 'entityId'."));
    }
    if let Some(kind) = selector.unknown_type(store) {
        let kind = kind.to_uppercase();
        return Err(wrong(&format!("The entity type '{kind}' is not known to the sandbox.")));
    }
    Ok(selector)
}

fn list(request: &Request, store: &Store, now_millis: i64) -> Result<Response, Response> {
    let page = PageRequest::of(request)?;
    let Some(text) = page.parameter("entitySelector") else {
        return Err(classic::violated("QUERY", "entitySelector", "'entitySelector' has to be set."));
    };
    let selector = selector(text, store)?;
    let (from, to) = page.timeframe(3 * DAY, now_millis)?;
    let fields = Fields::new(page.parameter("fields").unwrap_or_default())?;
    let mut found: Vec<(&str, &Row)> = selector
        .entities(store)
        .filter(|(_, row)| TimeColumn::Timeframe("lifetime").selects(row, from, to))
        .collect();
    match page.parameter("sort") {
        None => {}
        Some(sort @ ("name" | "+name" | "-name")) => {
            found.sort_by_key(|(_, row)| text_of(row, "entity.name").to_owned());
            if sort.starts_with('-') {
                found.reverse();
            }
        }
        Some(other) => {
            let message = format!("Entities can be sorted by 'name' only, not by '{other}'.");
            return Err(classic::violated("QUERY", "sort", &message));
        }
    }
    let page = page.cut(found, USUAL_PAGE, LARGEST_PAGE)?;
    Ok(page.map(|(kind, row)| shown(kind, row, &fields, store)).response("entities"))
}

fn get(id: &str, request: &Request, store: &Store) -> Result<Response, Response> {
    let fields = match request.parameter("fields") {
        Some(fields) => Fields::new(&fields)?,
        None => Fields::all(),
    };
    match find(id, store) {
        Some((kind, row)) => Ok(Response::json(200, shown(kind, row, &fields, store).to_string())),
        None => Err(classic::error(404, &format!("Entity with id '{id}' could not be found."))),
    }
}

/// The entity of that id, with the name of its table behind `dt.entity.`.
pub(super) fn find<'s>(id: &str, store: &'s Store) -> Option<(&'s str, &'s Row)> {
    let kind = id.rsplit_once('-')?.0.to_lowercase();
    let name = store.table_names().find(|name| name.strip_prefix("dt.entity.") == Some(&kind))?;
    let row = store.table(name)?.rows().iter().find(|row| text_of(row, "id") == id)?;
    Some((name.strip_prefix("dt.entity.")?, row))
}

/// Which fields an answer has beside id, type and name.
#[derive(Debug)]
struct Fields(Vec<String>);

impl Fields {
    /// `+tags,+properties.x,+fromRelationships.y`
    fn new(text: &str) -> Result<Self, Response> {
        let fields: Vec<String> = text
            .split(',')
            .map(|field| field.trim().trim_start_matches('+').to_owned())
            .filter(|field| !field.is_empty())
            .collect();
        let known = |field: &str| {
            let first = field.split('.').next().unwrap_or_default();
            Self::all().0.iter().any(|known| known == first)
        };
        match fields.iter().find(|field| !known(field)) {
            None => Ok(Self(fields)),
            Some(unknown) => {
                let known = Self::all().0.join(", ");
                let message = format!("There is no field '{unknown}', only {known}.");
                Err(classic::violated("QUERY", "fields", &message))
            }
        }
    }

    fn all() -> Self {
        let all = [
            "firstSeenTms",
            "lastSeenTms",
            "properties",
            "tags",
            "managementZones",
            "fromRelationships",
            "toRelationships",
            "icon",
        ];
        Self(all.map(ToOwned::to_owned).to_vec())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|field| field == name || field.starts_with(&format!("{name}.")))
    }

    /// The members of an object that are asked for: all of them, or those behind the point.
    fn only(&self, name: &str, members: Map<String, Json>) -> Json {
        if self.0.iter().any(|field| field == name) {
            return Json::Object(members);
        }
        let wanted = |member: &str| self.0.iter().any(|field| *field == format!("{name}.{member}"));
        Json::Object(members.into_iter().filter(|(member, _)| wanted(member)).collect())
    }
}

fn text_of<'r>(record: &'r Record, field: &str) -> &'r str {
    record.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// An `Entity`.
fn shown(kind: &str, row: &Row, fields: &Fields, store: &Store) -> Json {
    let mut entity = Map::new();
    entity.insert("entityId".into(), text_of(row, "id").into());
    entity.insert("type".into(), kind.to_uppercase().into());
    entity.insert("displayName".into(), text_of(row, "entity.name").into());
    let mut add = |name: &str, value: &dyn Fn() -> Option<Json>| {
        if let Some(value) = fields.has(name).then(value).flatten() {
            entity.insert(name.to_owned(), value);
        }
    };
    let lifetime = match row.get("lifetime") {
        Some(Value::Timeframe(from, to)) => Some((from.div_euclid(1_000_000), to.div_euclid(1_000_000))),
        _ => None,
    };
    add("firstSeenTms", &|| Some(json!(lifetime?.0)));
    add("lastSeenTms", &|| Some(json!(lifetime?.1)));
    add("properties", &|| Some(fields.only("properties", properties(row))));
    add("tags", &|| Some(tags(row)));
    add("managementZones", &|| Some(management_zones(row, store)));
    add("fromRelationships", &|| Some(fields.only("fromRelationships", from_relationships(row))));
    add("toRelationships", &|| Some(fields.only("toRelationships", to_relationships(kind, row, store))));
    Json::Object(entity)
}

/// What is not told elsewhere.
fn properties(row: &Record) -> Map<String, Json> {
    const ELSEWHERE: [&str; 5] = ["id", "entity.name", "lifetime", "tags", "managementZones"];
    row.iter()
        .filter(|(name, value)| !ELSEWHERE.contains(&name.as_ref()) && !is_relation(value))
        .filter_map(|(name, value)| Some((name.to_string(), plain(value)?)))
        .collect()
}

/// Whether a value says which entities an entity refers to.
fn is_relation(value: &Value) -> bool {
    value.as_record().is_some_and(|targets| {
        !targets.is_empty() && targets.iter().all(|(name, _)| name.starts_with("dt.entity."))
    })
}

/// A value as this API writes it: numbers are numbers, unlike in Grail's answers.
fn plain(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => return None,
        Value::Boolean(value) => json!(value),
        Value::Long(value) => json!(value),
        Value::Double(value) => json!(value),
        Value::Timestamp(nanos) => json!(nanos.div_euclid(1_000_000)),
        Value::Array(elements) => elements.iter().filter_map(plain).collect(),
        Value::Record(record) => {
            let members = record.iter().filter_map(|(name, value)| Some((name.to_string(), plain(value)?)));
            Json::Object(members.collect())
        }
        other => json!(other.as_str()?),
    })
}

/// The tags of an entity as `METag`s: `[Kubernetes]team:orders` has a context, a key and a value.
pub(super) fn tags(row: &Record) -> Json {
    let tags = row.get("tags").and_then(Value::as_array).unwrap_or_default();
    tags.iter()
        .filter_map(Value::as_str)
        .map(|text| {
            let (context, rest) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
                Some((context, rest)) => (context.to_uppercase(), rest),
                None => ("CONTEXTLESS".to_owned(), text),
            };
            let mut tag = json!({"context": context, "key": rest, "stringRepresentation": text});
            if let (Some((key, value)), Json::Object(members)) = (rest.split_once(':'), &mut tag) {
                members.insert("key".into(), key.into());
                members.insert("value".into(), value.into());
            }
            tag
        })
        .collect()
}

/// The management zones of an entity with their ids.
pub(super) fn management_zones(row: &Record, store: &Store) -> Json {
    let zones = row.get("managementZones").and_then(Value::as_array).unwrap_or_default();
    zones
        .iter()
        .filter_map(Value::as_str)
        .map(|name| {
            let id = store.management_zone_id(name).map(|id| id.to_string());
            json!({"id": id, "name": name})
        })
        .collect()
}

/// `runs_on` as this API writes it: `runsOn`.
fn camel_case(text: &str) -> String {
    let mut words = text.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut out, word| {
        let mut characters = word.chars();
        out.extend(characters.next().map(|character| character.to_ascii_uppercase()));
        out.push_str(characters.as_str());
        out
    })
}

/// What an entity refers to: relation, table and ids.
fn relations(row: &Record) -> impl Iterator<Item = (&str, &str, Vec<&str>)> {
    row.iter().filter(|(_, value)| is_relation(value)).flat_map(|(relation, targets)| {
        targets.as_record().into_iter().flat_map(move |targets| {
            targets.iter().map(move |(table, target)| {
                let ids = match target {
                    Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
                    id => id.as_str().into_iter().collect(),
                };
                (relation.as_ref(), table.strip_prefix("dt.entity.").unwrap_or(table), ids)
            })
        })
    })
}

fn add_relation(found: &mut Map<String, Json>, relation: &str, id: &str, kind: &str) {
    let ids = found.entry(camel_case(relation)).or_insert_with(|| json!([]));
    if let Json::Array(ids) = ids {
        ids.push(json!({"id": id, "type": kind.to_uppercase()}));
    }
}

fn from_relationships(row: &Record) -> Map<String, Json> {
    let mut found = Map::new();
    for (relation, kind, ids) in relations(row) {
        ids.into_iter().for_each(|id| add_relation(&mut found, relation, id, kind));
    }
    found
}

fn to_relationships(kind: &str, row: &Record, store: &Store) -> Map<String, Json> {
    let id = text_of(row, "id");
    let mut found = Map::new();
    for name in store.table_names().filter(|name| name.starts_with("dt.entity.")) {
        for other in store.table(name).map(|table| table.rows()).unwrap_or_default() {
            for (relation, target_kind, ids) in relations(other) {
                if target_kind == kind && ids.contains(&id) {
                    let other_kind = name.strip_prefix("dt.entity.").unwrap_or(name);
                    add_relation(&mut found, relation, text_of(other, "id"), other_kind);
                }
            }
        }
    }
    found
}
