//! How each environment fares, for the people who run the portal.

use grailstage_catalog::Entity;
use grailstage_dql::analysis::analyse;
use grailstage_tenant::{Condition, EnvironmentConfig, TenantError, UnixMillis};
use serde::Serialize;
use serde_json::json;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::card::{AnyCard, Context};
use crate::cards;
use crate::error::ErrorPayload;
use crate::insight_error::InsightError;
use crate::subject::Subject;
use crate::timeframe::{Timeframe, iso};

/// A clock that is further off makes tokens and timeframes wrong.
const TOLERATED_SKEW_MILLIS: u64 = 60_000;
/// Values that one annotation or another takes.
const SAMPLES: [&str; 4] = ["sample", "app=sample", "SERVICE-0000000000000001", "key:value"];

/// How all environments fare.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct HealthAnswer {
    /// When they were asked, in ISO 8601.
    pub checked_at: String,
    /// One entry for each environment.
    pub environments: Vec<EnvironmentHealth>,
}

/// How an environment fares.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct EnvironmentHealth {
    /// Its name in the configuration.
    pub name: String,
    /// Its address; empty when the configuration has none that can be used.
    pub url: String,
    /// The verdict.
    pub state: HealthState,
    /// Whether Dynatrace answered.
    pub reachable: bool,
    /// Whether it accepted the credentials; `null` where it did not get that far.
    #[cfg_attr(feature = "typescript", ts(type = "boolean | null"))]
    pub credentials_accepted: Option<bool>,
    /// Cards that cannot show everything, and the scopes they lack, as far as is known: an access token tells its
    /// scopes, of a platform token only those are known that a query turned out to lack.
    pub missing_scopes: Vec<MissingScopes>,
    /// How far the environment's clock is ahead, in milliseconds; `null` where it does not say.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub clock_skew_millis: Option<i64>,
    /// Why the environment cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub error: Option<ErrorPayload>,
    /// The last query that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub last_failure: Option<LastFailure>,
}

/// What is to be thought of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum HealthState {
    /// Everything works.
    Ok,
    /// It answers, but scopes are missing or a clock is wrong.
    Limited,
    /// It cannot be used.
    Failed,
}

/// What a card lacks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct MissingScopes {
    /// Id of the card.
    pub card: String,
    /// The scopes.
    pub scopes: Vec<String>,
}

/// A failure of the past.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct LastFailure {
    /// When, in ISO 8601.
    pub at: String,
    /// What it was.
    pub error: ErrorPayload,
}

impl EnvironmentHealth {
    /// An environment whose configuration cannot be used.
    pub(crate) fn broken(name: &str, error: &TenantError) -> Self {
        Self {
            name: name.to_owned(),
            url: String::new(),
            state: HealthState::Failed,
            reachable: false,
            credentials_accepted: None,
            missing_scopes: Vec::new(),
            clock_skew_millis: None,
            error: Some(payload(name, error)),
            last_failure: None,
        }
    }

    /// An environment that was asked.
    pub(crate) fn of(config: &EnvironmentConfig, condition: &Condition, now: UnixMillis) -> Self {
        let name = config.name();
        let missing_scopes: Vec<_> = cards::all()
            .filter_map(|card| {
                let mut scopes = needed_scopes(card, config, now);
                scopes.retain(|scope| {
                    condition.missing_scopes.contains(scope)
                        || condition.granted_scopes.as_ref().is_some_and(|granted| !granted.contains(scope))
                });
                (!scopes.is_empty()).then(|| MissingScopes { card: card.id().to_owned(), scopes })
            })
            .collect();
        let skewed =
            condition.clock_skew_millis.is_some_and(|skew| skew.unsigned_abs() > TOLERATED_SKEW_MILLIS);
        let state = match &condition.error {
            Some(TenantError::MissingScope { .. }) => HealthState::Limited,
            Some(_) => HealthState::Failed,
            None if skewed || !missing_scopes.is_empty() => HealthState::Limited,
            None => HealthState::Ok,
        };
        Self {
            name: name.to_owned(),
            url: config.url().as_str().to_owned(),
            state,
            reachable: condition.reachable,
            credentials_accepted: condition.credentials_accepted,
            missing_scopes,
            clock_skew_millis: condition.clock_skew_millis,
            error: condition.error.as_ref().map(|error| payload(name, error)),
            last_failure: condition
                .last_failure
                .as_ref()
                .map(|(at, error)| LastFailure { at: iso(*at), error: payload(name, error) }),
        }
    }
}

/// The scopes of what a card asks about an entity that has all the annotations it goes by.
fn needed_scopes(card: &dyn AnyCard, config: &EnvironmentConfig, now: UnixMillis) -> Vec<String> {
    let annotations =
        |sample: &str| card.annotations().iter().map(|&key| (key.to_owned(), json!(sample))).collect();
    let asked = SAMPLES.iter().find_map(|sample| {
        let annotations: serde_json::Map<_, _> = annotations(sample);
        let entity = Entity::from_json(json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": { "name": "sample", "annotations": annotations },
        }));
        let subject = Subject { entity: entity.ok()?, components: None };
        let lookback = card.lookback().unwrap_or(std::time::Duration::from_secs(7_200));
        let timeframe = Timeframe::new(None, None, lookback, now).ok()?;
        let context = Context { subject: &subject, environment: config, missing_scopes: &[], timeframe };
        let questions = card.questions(&context).ok().flatten()?;
        Some((questions, card.service_questions(&context).ok()?))
    });
    let (questions, service_questions) = asked.unwrap_or_default();
    let mut scopes: Vec<String> = questions
        .into_iter()
        .flat_map(|question| analyse(&question.query).scopes)
        .map(|scope| scope.to_string())
        .chain(service_questions.iter().map(|question| question.request.scope().to_owned()))
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

fn payload(environment: &str, error: &TenantError) -> ErrorPayload {
    InsightError::Environment { environment: environment.to_owned(), error: error.clone() }.into()
}
