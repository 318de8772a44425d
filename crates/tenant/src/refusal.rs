//! An answer with a status other than 2xx -> the error it means.

use serde_json::Value;

use crate::base_url::BaseUrl;
use crate::body;
use crate::error::{TenantError, Violation};
use crate::error_envelope::ErrorEnvelope;
use crate::exchange::{Wire, host_of, path_of};
use crate::host::{Host, HttpResponse};

/// Grail writes this where the user lacks a table; some gateways send it with status 400.
const NOT_AUTHORIZED_FOR_TABLE: &str = "NOT_AUTHORIZED_FOR_TABLE";

impl<H: Host> Wire<H> {
    /// What a refusal of the Grail query API means. `query` is the text that was sent; spans point into it.
    pub(crate) fn grail_refusal(&self, url: &str, response: &HttpResponse, query: &str) -> TenantError {
        let envelope = ErrorEnvelope::read(response);
        let message = || self.message(&envelope, response);
        match response.status {
            400 | 403 if !envelope.missing.is_empty() => {
                TenantError::MissingScope { scopes: envelope.missing }
            }
            400 | 403 if envelope.is_named(NOT_AUTHORIZED_FOR_TABLE) => {
                TenantError::Forbidden { message: message() }
            }
            400 if envelope.names_query_fault || envelope.message().is_some() => TenantError::InvalidQuery {
                message: message(),
                span: envelope.position.and_then(|position| position.to_span(query)),
                error_type: envelope.name,
            },
            401 => TenantError::InvalidCredentials { message: message() },
            403 => TenantError::Forbidden { message: message() },
            410 => TenantError::ResultGone,
            _ => self.refusal(url, response, &envelope),
        }
    }

    /// What a refusal of the token endpoint means.
    pub(crate) fn token_refusal(&self, url: &str, response: &HttpResponse) -> TenantError {
        let envelope = ErrorEnvelope::read(response);
        match response.status {
            400 | 401 | 403 if envelope.is_json => {
                let message = match (&envelope.name, &envelope.sentence) {
                    (Some(name), Some(sentence)) if name != sentence => format!("`{name}`, {sentence}"),
                    _ => self.message(&envelope, response),
                };
                TenantError::InvalidCredentials { message }
            }
            _ => self.refusal(url, response, &envelope),
        }
    }

    /// What a refusal of another service of the environment means, such as settings.
    pub(crate) fn service_refusal(&self, url: &str, response: &HttpResponse) -> TenantError {
        let envelope = ErrorEnvelope::read(response);
        let message = || self.message(&envelope, response);
        match response.status {
            400 | 403 if !envelope.missing.is_empty() => {
                TenantError::MissingScope { scopes: envelope.missing }
            }
            400 | 413 | 422 if envelope.is_json => {
                TenantError::Rejected { message: message(), violations: violations(&response.body) }
            }
            401 => TenantError::InvalidCredentials { message: message() },
            403 => TenantError::Forbidden { message: message() },
            409 | 412 => TenantError::Conflict { message: message() },
            _ => self.refusal(url, response, &envelope),
        }
    }

    /// What a status means wherever it comes from.
    fn refusal(&self, url: &str, response: &HttpResponse, envelope: &ErrorEnvelope) -> TenantError {
        let host = host_of(url);
        match response.status {
            300..=399 => TenantError::Redirected { host, location: redirect_target(response) },
            404 => {
                TenantError::NotFound { host, path: path_of(url), message: self.message(envelope, response) }
            }
            429 => TenantError::RateLimited { retry_after: self.wait_asked(response) },
            status if status >= 500 || envelope.is_json => TenantError::UpstreamFailed {
                host,
                status,
                message: self.message(envelope, response),
                trace: envelope.trace.clone(),
            },
            _ => body::not_json(response, &self.redaction),
        }
    }

    /// What the body says, or how it begins.
    fn message(&self, envelope: &ErrorEnvelope, response: &HttpResponse) -> String {
        if let Some(message) = envelope.message() {
            return message;
        }
        let excerpt = self.redaction.excerpt(response);
        if excerpt.is_empty() {
            return "no reason given".to_owned();
        }
        format!("`{}`, beginning with `{excerpt}`", body::content_type(response))
    }
}

/// Origin of the redirect's target; path and query may hold tokens.
fn redirect_target(response: &HttpResponse) -> Option<String> {
    let location = response.header("location")?;
    let address = location.split(['?', '#']).next()?;
    BaseUrl::parse(address).ok().map(|url| url.origin().to_owned())
}

/// The violated constraints of a classic error envelope, `{"error":{"constraintViolations":[…]}}`, or of a
/// platform one, which keeps them in `details`.
fn violations(body: &[u8]) -> Vec<Violation> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    violations_of(body.get("error").unwrap_or(&Value::Null))
}

/// The violated constraints of an error.
pub(crate) fn violations_of(error: &Value) -> Vec<Violation> {
    let list = error
        .get("constraintViolations")
        .or_else(|| error.get("details")?.get("constraintViolations"))
        .and_then(Value::as_array);
    let text = |item: &Value, key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    list.into_iter()
        .flatten()
        .map(|item| Violation { path: text(item, "path"), message: text(item, "message") })
        .collect()
}
