//! Service-level objectives over HTTP: the Environment API v2 (`…/slo`) and the platform's SLO service. Both show the
//! objectives of `builtin:monitoring.slo`, which the settings API writes.
//! Source: docs.dynatrace.com, Service-level objectives API, and SLO service API.

use serde_json::{Value as Json, json};

use super::accounts::Need;
use super::classic::{self, PageRequest};
use super::message::{Request, Response};
use crate::evaluator::{self, EvaluationOptions};
use crate::relative_time::relative_time;
use crate::settings::SettingsObject;
use crate::slo::{BurnRate, Definition, Evaluation, SloError, Status, burn_rate, evaluate};
use crate::store::Store;
use crate::value::Value;

/// The path of the platform's SLO service.
const PLATFORM: &str = "/platform/slo/v1/slos";

/// What the Environment API has to be allowed.
pub(super) const READ: Need = Need { scope: "environment-api:slo:read", token_scope: "slo.read" };

/// The route of a request for objectives; nothing for other requests.
pub(super) fn route(path: &str) -> Option<&'static str> {
    let platform = path.strip_prefix(PLATFORM).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let classic = classic::path(path).is_some_and(|path| path == "slo" || path.starts_with("slo/"));
    if platform {
        Some("platform-slo")
    } else if classic {
        Some("slo")
    } else {
        None
    }
}

/// The scope that a request to the platform's SLO service takes.
pub(super) fn scope(request: &Request) -> &'static str {
    if request.method == "GET" { "slo:slos:read" } else { "slo:slos:write" }
}

/// What a request to the platform's SLO service does to evaluations; nothing for other requests.
pub(super) fn evaluation_action(request: &Request) -> Option<&str> {
    request.path.strip_prefix(PLATFORM)?.strip_prefix("/evaluation:")
}

/// The objectives that objects of [`SCHEMA`](crate::slo::SCHEMA) define.
fn definitions(objects: &[SettingsObject]) -> Vec<Definition> {
    objects.iter().map(Definition::of).collect()
}

/// Answers a request to the Environment API.
pub(super) fn classic(
    request: &Request,
    objects: &[SettingsObject],
    store: &Store,
    now_millis: i64,
) -> Response {
    let path = classic::path(&request.path).unwrap_or_default();
    let options = EvaluationOptions::at(now_millis.saturating_mul(1_000_000));
    let definitions = definitions(objects);
    let answer = match (request.method.as_str(), path.split_once('/')) {
        ("GET", None) => list(request, &definitions, store, &options),
        ("GET", Some((_, id))) => one(request, &classic::segment(id), &definitions, store, &options),
        _ => Err(classic::error(
            405,
            "The sandbox changes objectives only by settings objects of builtin:monitoring.slo.",
        )),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

fn list(
    request: &Request,
    definitions: &[Definition],
    store: &Store,
    options: &EvaluationOptions,
) -> Result<Response, Response> {
    let page = PageRequest::of(request)?;
    let evaluates = match page.parameter("evaluate") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            return Err(classic::violated("QUERY", "evaluate", &format!("'{other}' is not true or false.")));
        }
    };
    let enabled = match page.parameter("enabledSlos") {
        None | Some("true") => Some(true),
        Some("false") => Some(false),
        Some("all") => None,
        Some(other) => {
            let message = format!("'{other}' is not true, false or all.");
            return Err(classic::violated("QUERY", "enabledSlos", &message));
        }
    };
    let window =
        window(page.parameter("timeFrame"), &|name| page.parameter(name).map(ToOwned::to_owned), options)?;
    let selector = page.parameter("sloSelector").map(Selector::read).transpose();
    let selector = selector.map_err(|message| classic::violated("QUERY", "sloSelector", &message))?;
    let chosen: Vec<&Definition> = definitions
        .iter()
        .filter(|definition| enabled.is_none_or(|enabled| definition.enabled == enabled))
        .filter(|definition| selector.as_ref().is_none_or(|selector| selector.chooses(definition)))
        .collect();
    // Only the objectives of the page are evaluated.
    let page = page.cut(chosen, 10, 10_000)?;
    let shown = |definition: &&Definition| {
        let evaluated = evaluates.then(|| evaluated(definition, window, store, options));
        described(definition, evaluated)
    };
    let items: Vec<Json> = page.items.iter().map(shown).collect();
    Ok(classic::Page { items, total: page.total, size: page.size, next: page.next }.response("slo"))
}

fn one(
    request: &Request,
    id: &str,
    definitions: &[Definition],
    store: &Store,
    options: &EvaluationOptions,
) -> Result<Response, Response> {
    let found = definitions.iter().find(|definition| definition.id == id || definition.object_id == id);
    let definition =
        found.ok_or_else(|| classic::error(404, &format!("The SLO with the ID {id} does not exist.")))?;
    let time_frame = request.parameter("timeFrame");
    let window = window(time_frame.as_deref(), &|name| request.parameter(name), options)?;
    let evaluated = evaluated(definition, window, store, options);
    Ok(Response::json(200, described(definition, Some(evaluated)).to_string()))
}

/// The timeframe that the request sets instead of the objective's own.
fn window(
    time_frame: Option<&str>,
    parameter: &dyn Fn(&str) -> Option<String>,
    options: &EvaluationOptions,
) -> Result<Option<(i64, i64)>, Response> {
    match time_frame {
        None | Some("CURRENT") => Ok(None),
        Some("GTF") => {
            let point = |name: &str, default: &str| {
                let text = parameter(name).unwrap_or_else(|| default.to_owned());
                // The Environment API also takes milliseconds since 1970.
                let millis = text.parse::<i64>().ok().and_then(|millis| millis.checked_mul(1_000_000));
                millis.or_else(|| relative_time(&text, options.now)).ok_or_else(|| {
                    classic::violated("QUERY", name, &format!("The time '{text}' can't be read."))
                })
            };
            let (from, to) = (point("from", "now-2w")?, point("to", "now")?);
            if from >= to {
                return Err(classic::violated("QUERY", "from", "'from' has to be before 'to'."));
            }
            Ok(Some((from, to)))
        }
        Some(other) => {
            Err(classic::violated("QUERY", "timeFrame", &format!("'{other}' is not CURRENT or GTF.")))
        }
    }
}

type Evaluated = Result<(Evaluation, Option<BurnRate>), SloError>;

fn evaluated(
    definition: &Definition,
    window: Option<(i64, i64)>,
    store: &Store,
    options: &EvaluationOptions,
) -> Evaluated {
    let window = match window {
        Some(window) => window,
        None => definition.timeframe(options.now)?,
    };
    let evaluation = evaluate(definition, window, store, options)?;
    let burns = definition.shows_burn_rate.then(|| burn_rate(definition, &evaluation, store, options));
    Ok((evaluation, burns.flatten()))
}

/// An `SLO` of the Environment API.
fn described(definition: &Definition, evaluated: Option<Evaluated>) -> Json {
    let metric = definition.metric_name.as_ref().map(|name| format!("func:slo.{name}"));
    let error_budget_metric =
        definition.metric_name.as_ref().map(|name| format!("func:slo.errorBudget.{name}"));
    let mut body = json!({
        "id": definition.id,
        "name": definition.name,
        "description": definition.description,
        "enabled": definition.enabled,
        "metricName": definition.metric_name,
        "metricKey": metric,
        "errorBudgetMetricKey": error_budget_metric,
        "metricExpression": definition.metric_expression,
        "evaluationType": "AGGREGATE",
        "timeframe": definition.window,
        "filter": definition.filter,
        "target": definition.target,
        "warning": definition.warning,
        "evaluatedPercentage": -1.0,
        "errorBudget": -1.0,
        "error": "NONE",
    });
    let Some(members) = body.as_object_mut() else { return body };
    match evaluated {
        None => {}
        Some(Err(error)) => {
            members.insert("status".into(), json!("FAILURE"));
            members.insert("error".into(), json!(error.to_string()));
        }
        Some(Ok((evaluation, burns))) => {
            members.insert("evaluatedPercentage".into(), json!(evaluation.value));
            members.insert("errorBudget".into(), json!(evaluation.error_budget));
            members.insert("status".into(), json!(evaluation.status.text()));
            if let Some(burns) = burns {
                let fast = definition.fast_burn_threshold;
                let kind = if fast.is_some_and(|fast| burns.rate >= fast) {
                    "FAST"
                } else if burns.rate > 1.0 {
                    "SLOW"
                } else {
                    "NONE"
                };
                let burning = json!({
                    "burnRateType": kind,
                    "burnRateValue": burns.rate,
                    "burnRateVisualizationEnabled": true,
                    "estimatedTimeToConsumeErrorBudget": burns.hours_left,
                    "fastBurnThreshold": fast,
                    "sloValue": burns.value,
                });
                members.insert("errorBudgetBurnRate".into(), burning);
            }
        }
    }
    body
}

/// `sloSelector`: `name("…")`, `id("…","…")`, `text("…")`, joined by commas.
struct Selector(Vec<(String, Vec<String>)>);

impl Selector {
    fn read(text: &str) -> Result<Self, String> {
        let mut criteria = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once("(\"").ok_or("The selector needs the form name(\"…\").")?;
            let (values, after) = after.split_once("\")").ok_or("The selector lacks its closing `\")`.")?;
            if !matches!(name.trim(), "name" | "id" | "text") {
                return Err(format!("The criterion '{name}' is not supported by the sandbox."));
            }
            // `","` stands between values, with spaces or not.
            let values = values.split('"').step_by(2).map(ToOwned::to_owned).collect();
            criteria.push((name.trim().to_owned(), values));
            rest = after.trim_start().trim_start_matches(',').trim_start();
        }
        Ok(Self(criteria))
    }

    fn chooses(&self, definition: &Definition) -> bool {
        self.0.iter().all(|(name, values)| {
            values.iter().any(|value| match name.as_str() {
                "name" => definition.name == *value,
                "id" => definition.id == *value,
                _ => definition.name.to_lowercase().contains(&value.to_lowercase()),
            })
        })
    }
}

/// Answers a request to the platform's SLO service.
pub(super) fn platform(
    request: &Request,
    objects: &[SettingsObject],
    store: &Store,
    scopes: Vec<String>,
    now_millis: i64,
) -> Response {
    let definitions = definitions(objects);
    let rest = request.path.strip_prefix(PLATFORM).unwrap_or_default().trim_start_matches('/');
    match (request.method.as_str(), rest) {
        ("GET", "") => {
            let wanted = request.parameter("filter").map(|filter| {
                let (_, text) = filter.split_once('~').unwrap_or(("", &filter));
                text.trim().trim_matches(['\'', '"']).to_lowercase()
            });
            let chosen = definitions
                .iter()
                .filter(|definition| {
                    wanted.as_ref().is_none_or(|text| definition.name.to_lowercase().contains(text))
                })
                .map(|definition| platform_definition(definition, objects));
            let slos: Vec<Json> = chosen.collect();
            Response::json(200, json!({"totalCount": slos.len(), "slos": slos}).to_string())
        }
        ("POST", "evaluation:start") => {
            let id = request.json().and_then(|body| Some(body.get("id")?.as_str()?.to_owned()));
            let Some(id) = id else { return classic::error(400, "The body needs the id of an SLO.") };
            let Some(definition) = definitions.iter().find(|definition| definition.id == id) else {
                return unknown(&id);
            };
            let mut options = EvaluationOptions::at(now_millis.saturating_mul(1_000_000));
            options.scopes = Some(scopes);
            let result = match indicated(definition, store, &options) {
                Ok(value) => json!({
                    "criteria": format!("{} -> now", from(definition)),
                    "status": Status::of(value, definition).text(),
                    "value": value,
                    "errorBudget": value - definition.target,
                }),
                Err(error) => json!({
                    "criteria": format!("{} -> now", from(definition)),
                    "status": "ERROR",
                    "message": error.to_string(),
                }),
            };
            let definition = platform_definition(definition, objects);
            let body = json!({"definition": definition, "evaluationResults": [result]});
            Response::json(200, body.to_string())
        }
        ("GET", id) if !id.contains(':') => match definitions.iter().find(|definition| definition.id == id) {
            Some(definition) => Response::json(200, platform_definition(definition, objects).to_string()),
            None => unknown(id),
        },
        _ => classic::error(
            405,
            "The sandbox changes objectives only by settings objects of builtin:monitoring.slo.",
        ),
    }
}

fn unknown(id: &str) -> Response {
    classic::error(404, &format!("The SLO with the ID {id} does not exist."))
}

/// The mean of the indicator over all intervals, in percent.
fn indicated(definition: &Definition, store: &Store, options: &EvaluationOptions) -> Result<f64, SloError> {
    let timeframe = Some(definition.timeframe(options.now)?);
    let options = EvaluationOptions { timeframe, ..options.clone() };
    let found = evaluator::evaluate(&definition.indicator()?, store, &options)?;
    let arrays = found.records.iter().filter_map(|record| record.get("sli")?.as_array());
    let values = arrays.flatten().filter_map(Value::as_number).filter(|value| value.is_finite());
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { Err(SloError::NoData) } else { Ok(sum / f64::from(count)) }
}

/// The start of the window as the service writes it.
fn from(definition: &Definition) -> String {
    let window = definition.window.trim();
    if window.starts_with("now") { window.to_owned() } else { format!("now{window}") }
}

/// An `SLO` of the platform's SLO service.
fn platform_definition(definition: &Definition, objects: &[SettingsObject]) -> Json {
    let object = objects.iter().find(|object| object.object_id == definition.object_id);
    json!({
        "id": definition.id,
        "name": definition.name,
        "description": definition.description,
        "version": object.map(SettingsObject::update_token),
        "externalId": object.and_then(|object| object.external_id.clone()),
        "tags": definition.tags,
        "criteria": [{
            "timeframeFrom": from(definition),
            "timeframeTo": "now",
            "target": definition.target,
            "warning": definition.warning,
        }],
        "customSli": {"indicator": definition.indicator().ok(), "filterSegments": []},
    })
}
