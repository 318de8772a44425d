//! Requests and answers without a network.

use serde_json::Value as Json;

/// A request to an environment.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// The path, such as `/platform/storage/query/v1/query:execute`.
    pub path: String,
    /// What stands behind `?`, without it; empty for nothing.
    pub query: String,
    /// Names in any case.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request with a body; `target` may hold a query string.
    pub fn post(target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { method: "POST".into(), body: body.into(), ..Self::get(target) }
    }

    /// A request without a body; `target` may hold a query string.
    #[must_use]
    pub fn get(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method: "GET".into(), path: path.into(), query: query.into(), ..Self::default() }
    }

    /// The request with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The request with an `Authorization: Bearer` header.
    #[must_use]
    pub fn with_bearer(self, token: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    /// The value of a header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A parameter of the query string, decoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        crate::encoding::form_pairs(&self.query)
            .into_iter()
            .find(|(candidate, _)| candidate == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Option<Json> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// An answer of an environment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long a server holds the answer back, in milliseconds. The environment itself never waits: what the answer
    /// says is true that much later.
    pub hold_millis: u64,
    /// What becomes of the answer on its way.
    pub delivery: Delivery,
}

/// What becomes of an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// It arrives.
    #[default]
    Whole,
    /// The connection breaks before it arrives.
    Reset,
    /// Nothing ever arrives.
    Hang,
}

impl Response {
    /// An answer with a JSON body.
    pub(crate) fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "application/json; charset=utf-8".into())],
            body: body.into().into_bytes(),
            ..Self::default()
        }
    }

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// An HTML page, as gateways answer.
    pub(crate) fn html(status: u16, title: &str) -> Self {
        let html = format!(
            "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        );
        Self { status, ..Self::page(&html) }
    }

    /// A page of HTML.
    pub(crate) fn page(html: &str) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
            body: html.as_bytes().to_vec(),
            ..Self::default()
        }
    }

    /// The error envelope of the platform's gateway.
    pub(crate) fn gateway_error(status: u16, message: &str, trace_id: &str) -> Self {
        let body = serde_json::json!({
            "error": {"code": status, "message": message, "details": {"traceId": trace_id}}
        });
        Self::json(status, body.to_string())
    }

    /// The gateway's refusal of too many requests, with the time to wait in header and body where it tells one.
    pub(crate) fn rate_limited(retry_after_seconds: Option<u64>, trace_id: &str) -> Self {
        let details = serde_json::json!({"traceId": trace_id});
        let mut error = serde_json::json!({"code": 429, "message": "Too many requests.", "details": details});
        if let (Some(seconds), Some(error)) = (retry_after_seconds, error.as_object_mut()) {
            error.insert("retryAfterSeconds".to_owned(), seconds.into());
        }
        let body = serde_json::json!({ "error": error });
        let mut response = Self::json(429, body.to_string());
        response
            .headers
            .extend(retry_after_seconds.map(|seconds| ("retry-after".into(), seconds.to_string())));
        response
    }

    /// The gateway's refusal that names the scopes it misses.
    pub(crate) fn missing_scopes(message: &str, scopes: &[impl AsRef<str>], trace_id: &str) -> Self {
        let scopes: Vec<&str> = scopes.iter().map(AsRef::as_ref).collect();
        let body = serde_json::json!({"error": {
            "code": 403,
            "message": message,
            "details": {"traceId": trace_id, "missingScopes": scopes},
        }});
        Self::json(403, body.to_string())
    }

    /// The platform's refusal of a caller who lacks one scope.
    pub(crate) fn lacks_scope(scope: &str, trace_id: &str) -> Self {
        Self::missing_scopes("Insufficient permissions.", &[scope], trace_id)
    }

    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }
}
