//! `dynatrace:guardian:create`: a guardian with objectives for a workload, made or brought up to date.
//!
//! ```text
//! technology, criticality ── profiles.json ──▶ objectives (DQL with ${cluster}, ${namespace}, ${workload})
//! own objectives, SLOs, thresholds ───────────┴─▶ settings object, found again by its external id
//! ```
//!
//! Source: docs.dynatrace.com, Site Reliability Guardian; schema `app:dynatrace.site.reliability.guardian:guardians`.

mod profile;
mod request;

use std::collections::BTreeMap;
use std::future::Future;

use grailstage_dql::template::{Bindings, Template};
use grailstage_insights::Client;
use grailstage_tenant::{Host, SettingsDraft, Tenant, links};
use serde_json::{Value, json};

use crate::ScaffoldError;
use crate::cancellation::or_cancelled;
use crate::guardian::SCHEMA;
use crate::settings_value::holds;
use profile::Profiles;
pub use request::{
    CreatedObjective, Criticality, GuardianCreateAnswer, GuardianCreateRequest, GuardianObjective,
    GuardianOutcome, GuardianSlo, GuardianWorkload, Technology, Thresholds,
};

/// The most objectives a guardian may have. Source: docs.dynatrace.com, Site Reliability Guardian, limits.
const MOST_OBJECTIVES: usize = 50;

/// Makes a guardian, or brings the one with the same external id up to date: the JSON of a [`GuardianCreateAnswer`]. With
/// `dry_run` the environment only says whether it would take it.
///
/// # Errors
/// When an input cannot be used, there is no such environment, it refuses, or the request was cancelled.
pub async fn create_guardian<H: Host + 'static>(
    client: &Client<H>,
    request: &GuardianCreateRequest,
    cancelled: impl Future<Output = ()>,
) -> Result<Vec<u8>, ScaffoldError> {
    let tenant = client.environment(request.environment.as_deref())?;
    let (value, objectives) = guardian(request)?;
    let external_id =
        request.external_id.clone().unwrap_or_else(|| format!("backstage:guardian:{}", request.name));
    let draft = SettingsDraft::new(SCHEMA, external_id.clone(), value);
    let work = write(&tenant, &draft, request.dry_run.unwrap_or(false));
    let (outcome, guardian_id) = or_cancelled(work, cancelled).await??;
    let kind = if request.business.unwrap_or(false) { "BIZ_EVENT" } else { "SDLC_EVENT" };
    Ok(crate::json(&GuardianCreateAnswer {
        environment: tenant.environment().name().to_owned(),
        url: guardian_id.as_deref().and_then(|id| links::guardian(tenant.environment().url(), id, kind)),
        guardian_id,
        external_id,
        outcome,
        objectives,
    }))
}

async fn write<H: Host + 'static>(
    tenant: &Tenant<H>,
    draft: &SettingsDraft,
    dry_run: bool,
) -> Result<(GuardianOutcome, Option<String>), ScaffoldError> {
    let failed = |error| ScaffoldError::environment(tenant.environment().name(), error);
    let settings = tenant.settings();
    let external_id = draft.external_id.as_deref().unwrap_or_default();
    let present = settings.find(SCHEMA, external_id).await.map_err(failed)?;
    let outcome = match &present {
        None => GuardianOutcome::Created,
        Some(present) if holds(&present.value, &draft.value) && warns_alike(&present.value, &draft.value) => {
            GuardianOutcome::Unchanged
        }
        Some(_) => GuardianOutcome::Updated,
    };
    let known = present.map(|present| present.object_id);
    if outcome == GuardianOutcome::Unchanged {
        return Ok((outcome, known));
    }
    if dry_run {
        for answer in settings.validate(std::slice::from_ref(draft)).await.map_err(failed)? {
            answer.map_err(failed)?;
        }
        return Ok((outcome, known));
    }
    let id = settings.upsert(draft).await.map_err(failed)?;
    Ok((outcome, Some(id)))
}

/// Whether no objective warns that is no longer to: a threshold that is left out is no addition of the environment.
fn warns_alike(present: &Value, wanted: &Value) -> bool {
    let warnings = |value: &Value| -> Vec<Option<f64>> {
        let objectives = value.get("objectives").and_then(Value::as_array).into_iter().flatten();
        objectives.map(|objective| objective.get("warning").and_then(Value::as_f64)).collect()
    };
    warnings(present) == warnings(wanted)
}

/// The settings object, and what to tell of its objectives.
fn guardian(request: &GuardianCreateRequest) -> Result<(Value, Vec<CreatedObjective>), ScaffoldError> {
    if request.name.trim().is_empty() {
        return Err(ScaffoldError::input("name", "is empty"));
    }
    let mut objectives = from_profile(request)?;
    let given = request.objectives.iter().flatten();
    objectives.extend(given.map(GuardianObjective::to_settings).collect::<Result<Vec<_>, _>>()?);
    objectives.extend(request.slos.iter().flatten().map(GuardianSlo::to_settings));
    if objectives.is_empty() {
        return Err(ScaffoldError::InvalidInput {
            input: "objectives".to_owned(),
            problem: "names none".to_owned(),
            help: Some(
                "choose a `technology` and a `workload`, or write objectives or SLOs of your own".to_owned(),
            ),
        });
    }
    if objectives.len() > MOST_OBJECTIVES {
        let problem = format!("are {}; a guardian has {MOST_OBJECTIVES} at most", objectives.len());
        return Err(ScaffoldError::input("objectives", problem));
    }
    let told: Vec<CreatedObjective> = objectives.iter().map(CreatedObjective::of).collect();
    for (nth, objective) in told.iter().enumerate() {
        if told.iter().take(nth).any(|other| other.name == objective.name) {
            let problem = format!("have the name `{}` twice", objective.name);
            return Err(ScaffoldError::input("objectives", problem));
        }
    }
    let tags: Vec<String> =
        request.tags.iter().flatten().map(|(key, value)| format!("{key}:{value}")).collect();
    let value = json!({
        "name": request.name,
        "description": request.description.clone().unwrap_or_default(),
        "tags": tags,
        "variables": [],
        "eventKind": if request.business.unwrap_or(false) { "BIZ_EVENT" } else { "SDLC_EVENT" },
        "objectives": objectives,
    });
    Ok((value, told))
}

fn from_profile(request: &GuardianCreateRequest) -> Result<Vec<Value>, ScaffoldError> {
    let Some(technology) = request.technology else {
        return match &request.thresholds {
            Some(thresholds) if !thresholds.is_empty() => {
                Err(ScaffoldError::input("thresholds", "belong to the objectives of a `technology`"))
            }
            _ => Ok(Vec::new()),
        };
    };
    let Some(workload) = &request.workload else {
        return Err(ScaffoldError::input(
            "workload",
            "is missing, which the objectives of a `technology` measure",
        ));
    };
    let values = Bindings::default()
        .with("cluster", workload.cluster.as_str())
        .with("namespace", workload.namespace.as_str())
        .with("workload", workload.name.as_str());
    let profiles = Profiles::read()?;
    let chosen = profiles.objectives(technology, request.criticality.unwrap_or(Criticality::Medium));
    let own: BTreeMap<String, Thresholds> = request.thresholds.clone().unwrap_or_default();
    if let Some(unknown) = own.keys().find(|key| !chosen.iter().any(|(known, ..)| known == *key)) {
        let known: Vec<&str> = chosen.iter().map(|(key, ..)| key.as_str()).collect();
        return Err(ScaffoldError::InvalidInput {
            input: "thresholds".to_owned(),
            problem: format!("names `{unknown}`, which the technology has no objective for"),
            help: Some(format!("its objectives are {}", known.join(", "))),
        });
    }
    let objectives = chosen.into_iter().map(|(key, objective, thresholds)| {
        let thresholds = own.get(&key).copied().unwrap_or(thresholds);
        let query = Template::parse(&objective.query)
            .and_then(|template| template.bind(&values))
            .map(|query| grailstage_dql::print(&query))
            .map_err(|findings| {
                let why: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
                ScaffoldError::input("workload", format!("does not fit the objective: {}", why.join("; ")))
            })?;
        Ok(json!({
            "name": objective.name,
            "objectiveType": "DQL",
            "dqlQuery": query,
            "comparisonOperator": "LESS_THAN_OR_EQUAL",
            "target": thresholds.target,
            "warning": thresholds.warning,
            "autoAdaptiveThresholdEnabled": false,
            "displayUnit": { "base": objective.unit, "display": objective.unit, "decimals": 2 },
            "segments": [],
            "links": [],
        }))
    });
    objectives.collect()
}
