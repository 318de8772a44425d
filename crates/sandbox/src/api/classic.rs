//! What the APIs of the Environment API v2 have in common: paths, errors, pages.
//! Source: docs.dynatrace.com, Environment API v2, and the types of `@dynatrace-sdk/client-classic-environment-v2`.

use serde_json::{Value as Json, json};

use super::message::{Request, Response};
use crate::encoding::{base64, form_pairs, from_base64};
use crate::relative_time::relative_time;

/// The prefix with API tokens (host `….live.dynatrace.com`).
const LIVE: &str = "/api/v2/";
/// The prefix with OAuth and platform tokens (host `….apps.dynatrace.com`).
pub(super) const PLATFORM: &str = "/platform/classic/environment-api/v2/";

/// What of a path follows the prefix of the API; nothing for other paths.
pub(super) fn path(path: &str) -> Option<&str> {
    path.strip_prefix(LIVE).or_else(|| path.strip_prefix(PLATFORM))
}

/// A segment of a path without its escapes.
pub(super) fn segment(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// An `ErrorEnvelope`.
pub(super) fn error(status: u16, message: &str) -> Response {
    Response::json(status, json!({"error": {"code": status, "message": message}}).to_string())
}

/// An `ErrorEnvelope` that says what is wrong with one part of the request; `location` is `QUERY`, `PATH` or
/// `PAYLOAD_BODY`.
pub(super) fn violated(location: &str, path: &str, message: &str) -> Response {
    let violation =
        json!({"path": path, "message": message, "parameterLocation": location, "location": null});
    let error = json!({"code": 400, "message": "Constraints violated.", "constraintViolations": [violation]});
    Response::json(400, json!({"error": error}).to_string())
}

/// The part of a list that a request asks for. The first request of a list has parameters; the following ones have only
/// `nextPageKey`, which says all of it.
#[derive(Debug)]
pub(super) struct PageRequest {
    query: String,
    parameters: Vec<(String, String)>,
    offset: usize,
}

/// A part of a list.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
    pub(super) size: usize,
    /// The key of the next part; nothing on the last one.
    pub(super) next: Option<String>,
}

impl PageRequest {
    /// Reads the parameters of a request.
    pub(super) fn of(request: &Request) -> Result<Self, Response> {
        Self::of_with(request, &[])
    }

    /// Reads the parameters of a request, of which `free` ones may stand beside the page key.
    pub(super) fn of_with(request: &Request, free: &[&str]) -> Result<Self, Response> {
        let given = form_pairs(&request.query);
        let Some((_, key)) = given.iter().find(|(name, _)| name == "nextPageKey") else {
            return Ok(Self { query: request.query.clone(), parameters: given, offset: 0 });
        };
        if let Some((name, _)) =
            given.iter().find(|(name, _)| name != "nextPageKey" && !free.contains(&name.as_str()))
        {
            let message = format!("'{name}' must be omitted when 'nextPageKey' is set.");
            return Err(violated("QUERY", name, &message));
        }
        Self::from_key(key).ok_or_else(|| violated("QUERY", "nextPageKey", "The page key is invalid."))
    }

    fn from_key(key: &str) -> Option<Self> {
        let text = String::from_utf8(from_base64(&key.replace('-', "+").replace('_', "/"))?).ok()?;
        let (offset, query) = text.split_once('?')?;
        let offset = offset.parse().ok()?;
        Some(Self { query: query.to_owned(), parameters: form_pairs(query), offset })
    }

    /// A parameter of the first request.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(candidate, _)| candidate == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The elements of a parameter with commas; nothing when it is absent.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        self.parameter(name).map(|text| text.split(',').map(|element| element.trim().to_owned()).collect())
    }

    /// The time from `from` to `to`, in nanoseconds since 1970; `from` is usually `length` before now. Each is a number
    /// of milliseconds since 1970, ISO 8601, or relative to now.
    pub(super) fn timeframe(&self, length: i64, now_millis: i64) -> Result<(i64, i64), Response> {
        let now = now_millis.saturating_mul(1_000_000);
        let time = |name: &str, usual: i64| {
            let Some(text) = self.parameter(name) else { return Ok(usual) };
            let millis = text.parse::<i64>().ok().map(|millis| millis.saturating_mul(1_000_000));
            millis.or_else(|| relative_time(text, now)).ok_or_else(|| {
                violated("QUERY", name, &format!("'{text}' is neither a time nor relative to now."))
            })
        };
        let (from, to) = (time("from", now.saturating_sub(length))?, time("to", now)?);
        if from > to {
            return Err(violated("QUERY", "from", "'from' has to be before 'to'."));
        }
        // What goes on now is part of it.
        Ok((from, to.saturating_add(1)))
    }

    /// Cuts the part out of all items.
    pub(super) fn cut<T>(&self, items: Vec<T>, usual: usize, largest: usize) -> Result<Page<T>, Response> {
        let size = match self.parameter("pageSize").map(str::parse::<usize>) {
            None => usual,
            Some(Ok(size)) if (1..=largest).contains(&size) => size,
            Some(_) => {
                let message = format!("The page size has to be a number from 1 to {largest}.");
                return Err(violated("QUERY", "pageSize", &message));
            }
        };
        let total = items.len();
        let items: Vec<T> = items.into_iter().skip(self.offset).take(size).collect();
        let end = self.offset.saturating_add(items.len());
        let next = (end < total).then(|| {
            let key = base64(format!("{end}?{}", self.query).as_bytes());
            key.trim_end_matches('=').replace('+', "-").replace('/', "_")
        });
        Ok(Page { items, total, size, next })
    }
}

impl<T> Page<T> {
    /// The page with each item as it is shown.
    pub(super) fn map(self, show: impl FnMut(T) -> Json) -> Page<Json> {
        let items = self.items.into_iter().map(show).collect();
        Page { items, total: self.total, size: self.size, next: self.next }
    }
}

impl Page<Json> {
    /// The page as lists answer it, with the items under `name`.
    pub(super) fn response(self, name: &str) -> Response {
        let mut body = json!({"totalCount": self.total, "pageSize": self.size, "nextPageKey": self.next});
        if let Json::Object(members) = &mut body {
            members.insert(name.to_owned(), Json::Array(self.items));
        }
        Response::json(200, body.to_string())
    }
}
