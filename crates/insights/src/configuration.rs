//! The `dynatrace` key of the configuration: the environments, and how long the answers of cards are kept.

use std::rc::Rc;

use grailstage_tenant::{EnvironmentConfig, Freshness, Host, Tenant, TenantError};
use serde_json::{Map, Value};

use crate::InsightError;
use crate::cards;

/// The longest a card's answers may count as new: a day.
const MOST_CACHE_SECONDS: u64 = 24 * 3_600;

/// A configured environment.
pub(crate) enum Environment<H> {
    /// It can be asked.
    Usable(Rc<Tenant<H>>),
    /// Its configuration is wrong; the others do not suffer from it.
    Broken {
        /// Its name or, where it has none, its place in the list.
        name: String,
        /// The host of its address, as far as there is one.
        host: String,
        /// What is wrong.
        error: TenantError,
    },
}

impl<H: Host + 'static> Environment<H> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Usable(tenant) => tenant.environment().name(),
            Self::Broken { name, .. } => name,
        }
    }

    /// Whether a text names it: by its name, or by the first label of its host as `@dynatrace/backstage-plugin-dql` does.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        let host = match self {
            Self::Usable(tenant) => tenant.environment().url().host(),
            Self::Broken { host, .. } => host,
        };
        let label = host.split(['.', ':']).next().filter(|label| !label.is_empty());
        self.name() == text || label.is_some_and(|label| label.eq_ignore_ascii_case(text))
    }
}

/// Reads the environments, each for itself.
pub(crate) fn environments<H: Host + 'static>(
    host: &Rc<H>,
    config: &Value,
) -> Result<Vec<Environment<H>>, InsightError> {
    let Some(object) = object("", Some(config))? else {
        return Ok(Vec::new());
    };
    let list = match object.get("environments").unwrap_or(&Value::Null) {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        _ => return Err(invalid("environments", "is not a list")),
    };
    let mut environments: Vec<Environment<H>> = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let environment = match EnvironmentConfig::from_json(value) {
            Ok(config) => Environment::Usable(Rc::new(Tenant::new(Rc::clone(host), config))),
            Err(error) => {
                let name = value.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
                let url = value.get("url").and_then(Value::as_str).unwrap_or_default();
                let host = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next();
                Environment::Broken {
                    host: host.unwrap_or_default().to_owned(),
                    name: name.map_or_else(|| format!("environments[{index}]"), str::to_owned),
                    error,
                }
            }
        };
        // Answers, notes and requests tell environments apart by name.
        if environments.iter().any(|other| other.name() == environment.name()) {
            let problem = format!("has more than one entry named `{}`", environment.name());
            return Err(invalid("environments", &problem));
        }
        environments.push(environment);
    }
    Ok(environments)
}

/// How long answers are kept where it is not as long as the card says, by the id of the card: from
/// `cards.<id>.cacheSeconds`, where 0 is not at all.
pub(crate) fn kept(config: &Value) -> Result<Vec<(&'static str, Freshness)>, InsightError> {
    let dynatrace = object("", Some(config))?;
    let Some(settings) = object("cards", dynatrace.and_then(|all| all.get("cards")))? else {
        return Ok(Vec::new());
    };
    let mut kept = Vec::new();
    for (id, settings) in settings {
        let key = format!("cards.{id}");
        let Some(card) = cards::find(id) else {
            let known = cards::card_ids().collect::<Vec<_>>().join("`, `");
            return Err(invalid(&key, &format!("is not a card; there are `{known}`")));
        };
        let settings = object(&key, Some(settings))?;
        let Some(seconds) = settings.and_then(|all| all.get("cacheSeconds")).filter(|it| !it.is_null())
        else {
            continue;
        };
        let freshness = match seconds.as_u64() {
            Some(0) => Freshness::SHARED_ONLY,
            Some(seconds @ 1..=MOST_CACHE_SECONDS) => Freshness::seconds(seconds),
            _ => {
                let problem =
                    format!("is {seconds}; give whole seconds from 0 (never kept) to {MOST_CACHE_SECONDS}");
                return Err(invalid(&format!("{key}.cacheSeconds"), &problem));
            }
        };
        kept.push((card.id(), freshness));
    }
    Ok(kept)
}

/// An object, or nothing where the key is absent or null.
fn object<'a>(key: &str, value: Option<&'a Value>) -> Result<Option<&'a Map<String, Value>>, InsightError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(invalid(key, "is not an object")),
    }
}

fn invalid(key: &str, problem: &str) -> InsightError {
    InsightError::InvalidConfig { key: key.to_owned(), problem: problem.to_owned() }
}
