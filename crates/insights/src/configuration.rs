//! The `dynatrace` key of the configuration.

use std::rc::Rc;

use grailstage_tenant::{EnvironmentConfig, Host, Tenant, TenantError};
use serde_json::Value;

use crate::InsightError;

/// A configured environment.
pub(crate) enum Environment<H> {
    /// It can be asked.
    Usable(Rc<Tenant<H>>),
    /// Its configuration is wrong; the others do not suffer from it.
    Broken {
        /// Its name or, where it has none, its place in the list.
        name: String,
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
}

/// Reads the environments, each for itself.
pub(crate) fn environments<H: Host + 'static>(
    host: &Rc<H>,
    config: &Value,
) -> Result<Vec<Environment<H>>, InsightError> {
    let list = match config {
        Value::Null => return Ok(Vec::new()),
        Value::Object(object) => object.get("environments").unwrap_or(&Value::Null),
        _ => return Err(invalid("", "is not an object")),
    };
    let list = match list {
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
                Environment::Broken {
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

fn invalid(key: &str, problem: &str) -> InsightError {
    InsightError::InvalidConfig { key: key.to_owned(), problem: problem.to_owned() }
}
