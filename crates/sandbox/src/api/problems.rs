//! Problems over HTTP: `…/problems`, `…/problems/{problemId}`. They are the records of the table `dt.davis.problems`;
//! duplicates of other problems are not in the list, as in the problem feed.
//! Source: docs.dynatrace.com, Environment API v2, Problems, and the types of
//! `@dynatrace-sdk/client-classic-environment-v2` (`ProblemsClient`).

use serde_json::{Value as Json, json};

use super::accounts::Need;
use super::classic::{self, PageRequest};
use super::entities;
use super::message::{Request, Response};
use crate::record::Record;
use crate::selector_text::calls;
use crate::store::{Row, Store, TimeColumn};
use crate::value::{HOUR, Value};

/// How many problems a page has when the request does not say.
const USUAL_PAGE: usize = 50;
/// How many problems a page may have.
const LARGEST_PAGE: usize = 500;
/// How many problems a page may have when it has additional fields.
const LARGEST_PAGE_WITH_FIELDS: usize = 10;

/// Fields that an answer has on demand.
const FIELDS: [&str; 3] = ["evidenceDetails", "impactAnalysis", "recentComments"];

/// What a request has to be allowed.
pub(super) const READ: Need = Need { scope: "environment-api:problems:read", token_scope: "problems.read" };

/// Whether a path belongs to this API.
pub(super) fn is_problems(path: &str) -> bool {
    classic::path(path).is_some_and(|path| path == "problems" || path.starts_with("problems/"))
}

/// Answers a request that is allowed.
pub(super) fn problems(request: &Request, store: &Store, now_millis: i64) -> Response {
    let path = classic::path(&request.path).unwrap_or_default();
    let path: Vec<&str> = path.split('/').skip(1).collect();
    let answer = match (request.method.as_str(), path.as_slice()) {
        ("GET", []) => list(request, store, now_millis),
        ("GET", [id]) => get(&classic::segment(id), request, store),
        (_, [] | [_]) => {
            Err(classic::error(405, &format!("The method {} is not allowed here.", request.method)))
        }
        _ => Err(classic::error(
            404,
            &format!(
                "'{}' is not supported by the sandbox; it has problems and problems/{{id}}.",
                request.path
            ),
        )),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

fn rows(store: &Store) -> &[Row] {
    store.table("dt.davis.problems").map(|table| table.rows()).unwrap_or_default()
}

fn list(request: &Request, store: &Store, now_millis: i64) -> Result<Response, Response> {
    let page = PageRequest::of_with(request, &["fields"])?;
    let (from, to) = page.timeframe(2 * HOUR, now_millis)?;
    let wrong = |name: &'static str| move |message: String| classic::violated("QUERY", name, &message);
    let criteria = Criteria::new(page.parameter("problemSelector").unwrap_or_default())
        .map_err(wrong("problemSelector"))?;
    let affected =
        page.parameter("entitySelector").map(|text| entities::selector(text, store)).transpose()?;
    let affected: Option<Vec<String>> = affected.map(|selector| {
        selector.entities(store).filter_map(|(_, row)| Some(row.get("id")?.as_str()?.to_owned())).collect()
    });
    let fields = fields(request.parameter("fields").or_else(|| page.parameter("fields").map(Into::into)))?;
    let mut found: Vec<(&Row, Json)> = rows(store)
        .iter()
        .filter(|row| row.value("dt.davis.is_duplicate").as_boolean() != Some(true))
        .filter(|row| TimeColumn::Period("event.start", "event.end").selects(row, from, to))
        .filter(|row| {
            let ids = || texts(row, "affected_entity_ids");
            affected.as_ref().is_none_or(|wanted| ids().iter().any(|id| wanted.contains(id)))
        })
        .map(|row| (row, shown(row, store)))
        .filter(|(row, problem)| criteria.pass(row, problem))
        .collect();
    let started = |problem: &Json| problem["startTime"].as_i64();
    match page.parameter("sort").unwrap_or("-startTime") {
        "-startTime" => found.sort_by_key(|(_, problem)| std::cmp::Reverse(started(problem))),
        "startTime" | "+startTime" => found.sort_by_key(|(_, problem)| started(problem)),
        "status" | "+status" => {
            found.sort_by_key(|(_, problem)| std::cmp::Reverse(problem["status"].to_string()));
        }
        "-status" => found.sort_by_key(|(_, problem)| problem["status"].to_string()),
        other => {
            let message = format!("Problems can be sorted by 'startTime' and 'status', not by '{other}'.");
            return Err(classic::violated("QUERY", "sort", &message));
        }
    }
    let largest = if fields.is_empty() { LARGEST_PAGE } else { LARGEST_PAGE_WITH_FIELDS };
    let page = page.cut(found, USUAL_PAGE.min(largest), largest)?;
    Ok(page.map(|(row, problem)| with_fields(problem, row, &fields)).response("problems"))
}

fn get(id: &str, request: &Request, store: &Store) -> Result<Response, Response> {
    let fields = fields(request.parameter("fields"))?;
    match rows(store).iter().find(|row| row.get("event.id").and_then(Value::as_str) == Some(id)) {
        Some(row) => Ok(Response::json(200, with_fields(shown(row, store), row, &fields).to_string())),
        None => Err(classic::error(404, &format!("Problem with id '{id}' could not be found."))),
    }
}

fn fields(text: Option<String>) -> Result<Vec<String>, Response> {
    let text = text.unwrap_or_default();
    let fields = text.split(',').map(|field| field.trim().trim_start_matches('+').to_owned());
    let fields: Vec<String> = fields.filter(|field| !field.is_empty()).collect();
    match fields.iter().find(|field| !FIELDS.contains(&field.as_str())) {
        None => Ok(fields),
        Some(unknown) => {
            let message = format!("There is no field '{unknown}', only {}.", FIELDS.join(", "));
            Err(classic::violated("QUERY", "fields", &message))
        }
    }
}

fn texts(row: &Record, field: &str) -> Vec<String> {
    let elements = row.get(field).and_then(Value::as_array).unwrap_or_default();
    elements.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// An `EntityStub`.
fn stub(id: &str, store: &Store) -> Json {
    let kind = id.rsplit_once('-').map_or(id, |(kind, _)| kind);
    let name =
        entities::find(id, store).and_then(|(_, row)| row.get("entity.name")?.as_str().map(Into::into));
    let name: Option<String> = name;
    json!({"entityId": {"id": id, "type": kind}, "name": name})
}

/// The severity that this API has for a category of Grail's.
fn severity(category: &str) -> &str {
    match category {
        "SLOWDOWN" => "PERFORMANCE",
        "RESOURCE" => "RESOURCE_CONTENTION",
        "CUSTOM" => "CUSTOM_ALERT",
        "WARNING" => "INFO",
        other => other,
    }
}

/// What a problem impairs, by the types of what it affects.
fn impact_level(affected: &[String]) -> &'static str {
    let any = |kinds: &[&str]| {
        affected.iter().any(|id| id.rsplit_once('-').is_some_and(|(kind, _)| kinds.contains(&kind)))
    };
    if any(&["APPLICATION", "MOBILE_APPLICATION", "CUSTOM_APPLICATION", "SYNTHETIC_TEST", "HTTP_CHECK"]) {
        "APPLICATION"
    } else if any(&["SERVICE"]) {
        "SERVICES"
    } else if any(&["ENVIRONMENT"]) {
        "ENVIRONMENT"
    } else {
        "INFRASTRUCTURE"
    }
}

/// A `Problem` without the fields on demand.
fn shown(row: &Row, store: &Store) -> Json {
    let text = |field: &str| row.get(field).and_then(Value::as_str).unwrap_or_default();
    let millis = |field: &str| {
        row.get(field).and_then(Value::as_timestamp).map_or(-1, |nanos| nanos.div_euclid(1_000_000))
    };
    let affected = texts(row, "affected_entity_ids");
    let records: Vec<&Row> =
        affected.iter().filter_map(|id| entities::find(id, store)).map(|(_, row)| row).collect();
    let stubs: Vec<Json> = affected.iter().map(|id| stub(id, store)).collect();
    let union = |lists: Vec<Json>| {
        lists.into_iter().fold(Vec::<Json>::new(), |mut all, list| {
            let new = list.as_array().into_iter().flatten().cloned();
            new.for_each(|element| {
                if !all.contains(&element) {
                    all.push(element);
                }
            });
            all
        })
    };
    let filters: Vec<Json> = texts(row, "labels.alerting_profile")
        .iter()
        .map(|name| json!({"id": crate::data::uuid(0, &format!("alerting-profile/{name}")), "name": name}))
        .collect();
    let root = row.get("root_cause_entity_id").and_then(Value::as_str).map(|id| stub(id, store));
    json!({
        "problemId": text("event.id"),
        "displayId": text("display_id"),
        "title": text("event.name"),
        "impactLevel": impact_level(&affected),
        "severityLevel": severity(text("event.category")),
        "status": if text("event.status") == "CLOSED" { "CLOSED" } else { "OPEN" },
        "startTime": millis("event.start"),
        "endTime": millis("event.end"),
        "affectedEntities": stubs,
        "impactedEntities": stubs,
        "rootCauseEntity": root,
        "managementZones": union(records.iter().map(|row| entities::management_zones(row, store)).collect()),
        "entityTags": union(records.iter().map(|row| entities::tags(row)).collect()),
        "problemFilters": filters,
        "k8s.cluster.name": texts(row, "k8s.cluster.name"),
        "k8s.cluster.uid": texts(row, "k8s.cluster.uid"),
        "k8s.namespace.name": texts(row, "k8s.namespace.name"),
    })
}

/// The problem with the fields that are asked for.
fn with_fields(mut problem: Json, row: &Row, fields: &[String]) -> Json {
    let evidence = |problem: &Json| {
        let entity = match &problem["rootCauseEntity"] {
            Json::Null => problem.pointer("/affectedEntities/0").cloned().unwrap_or_default(),
            entity => entity.clone(),
        };
        let root = !problem["rootCauseEntity"].is_null();
        json!({"totalCount": 1, "details": [{
            "evidenceType": "EVENT",
            "displayName": problem["title"],
            "entity": entity,
            "groupingEntity": null,
            "rootCauseRelevant": root,
            "startTime": problem["startTime"],
            "endTime": problem["endTime"],
            "eventId": texts(row, "dt.davis.event_ids").first(),
        }]})
    };
    let impacts = |problem: &Json| {
        let users = row.value("dt.davis.affected_users_count").as_long().unwrap_or(0);
        let impacted = problem.get("impactedEntities").and_then(Json::as_array).into_iter().flatten();
        // What runs is no impact on users; services and applications are.
        let impacts: Vec<Json> = impacted
            .filter_map(|entity| {
                let kind = match entity.pointer("/entityId/type")?.as_str()? {
                    kind @ ("SERVICE" | "APPLICATION" | "CUSTOM_APPLICATION") => kind,
                    "MOBILE_APPLICATION" => "MOBILE",
                    _ => return None,
                };
                Some(json!({"impactType": kind, "impactedEntity": entity, "estimatedAffectedUsers": users}))
            })
            .collect();
        json!({"impacts": impacts})
    };
    for field in fields {
        let value = match field.as_str() {
            "evidenceDetails" => evidence(&problem),
            "impactAnalysis" => impacts(&problem),
            _ => json!({"comments": [], "totalCount": 0, "pageSize": 10, "nextPageKey": null}),
        };
        if let Json::Object(members) = &mut problem {
            members.insert(field.clone(), value);
        }
    }
    problem
}

/// A compiled problem selector: what each criterion wants one of.
#[derive(Debug)]
struct Criteria(Vec<(String, Vec<String>)>);

/// The criteria there are, beside those the sandbox does not support.
const CRITERIA: [&str; 15] = [
    "status",
    "severityLevel",
    "impactLevel",
    "rootCauseEntity",
    "managementZoneIds",
    "managementZones",
    "impactedEntities",
    "affectedEntities",
    "affectedEntityTypes",
    "problemId",
    "displayId",
    "entityTags",
    "problemFilterNames",
    "underMaintenance",
    "text",
];

impl Criteria {
    fn new(text: &str) -> Result<Self, String> {
        let read = |call: &crate::selector_text::Call<'_>| {
            let Some(name) = CRITERIA.iter().find(|name| **name == call.name) else {
                return Err(format!(
                    "the criterion `{}` of a problem selector is not supported by the sandbox, which knows {}",
                    call.name,
                    CRITERIA.join(", ")
                ));
            };
            let values = call.values();
            let allowed = match *name {
                "status" => Some(&["open", "closed", "OPEN", "CLOSED"][..]),
                "underMaintenance" => Some(&["true", "false"][..]),
                _ => None,
            };
            match (values.as_slice(), allowed) {
                ([], _) => Err(format!("the criterion `{name}` of the problem selector lacks a value")),
                ([one], Some(allowed)) if !allowed.contains(&one.as_str()) => {
                    Err(format!("`{one}` is no value of the criterion `{name}`"))
                }
                ([_, _, ..], Some(_)) => Err(format!("the criterion `{name}` takes one value")),
                _ => Ok(((*name).to_owned(), values)),
            }
        };
        calls(text, "problem selector")?.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    fn pass(&self, row: &Row, problem: &Json) -> bool {
        self.0.iter().all(|(name, wanted)| holds(name, wanted, row, problem))
    }
}

fn holds(name: &str, wanted: &[String], row: &Row, problem: &Json) -> bool {
    let is = |value: &Json| value.as_str().is_some_and(|value| wanted.iter().any(|wanted| wanted == value));
    let any = |list: &str, at: &[&str]| {
        problem[list]
            .as_array()
            .into_iter()
            .flatten()
            .any(|element| is(at.iter().fold(element, |e, k| &e[*k])))
    };
    let contains = |text: &str| {
        let text = text.to_lowercase();
        wanted.iter().any(|wanted| text.contains(&wanted.to_lowercase()))
    };
    let any_name = |list: &str| {
        let mut names =
            problem[list].as_array().into_iter().flatten().filter_map(|element| element["name"].as_str());
        names.any(contains)
    };
    match name {
        "status" => wanted
            .iter()
            .any(|wanted| problem["status"].as_str().is_some_and(|s| s.eq_ignore_ascii_case(wanted))),
        "severityLevel" | "impactLevel" | "problemId" | "displayId" => is(&problem[name]),
        "rootCauseEntity" => problem.pointer("/rootCauseEntity/entityId/id").is_some_and(is),
        "managementZoneIds" => any("managementZones", &["id"]),
        "managementZones" => any_name("managementZones"),
        "problemFilterNames" => any_name("problemFilters"),
        "impactedEntities" | "affectedEntities" => any(name, &["entityId", "id"]),
        "affectedEntityTypes" => any("affectedEntities", &["entityId", "type"]),
        "entityTags" => any("entityTags", &["stringRepresentation"]),
        "underMaintenance" => {
            let under = row.value("maintenance.is_under_maintenance").as_boolean() == Some(true);
            wanted.iter().any(|wanted| wanted == if under { "true" } else { "false" })
        }
        _ => {
            ["title", "displayId"].iter().any(|field| problem[*field].as_str().is_some_and(contains))
                || texts(row, "affected_entity_ids").iter().any(|id| contains(id))
        }
    }
}
