//! The body of a refusal -> what it says.
//!
//! Three shapes are in use: Grail's and the gateway's `{"error":{…}}`, the SSO's own
//! `{"errorCode":400,"message":…}`, and OAuth 2's `{"error":"invalid_client","error_description":…}`
//! (RFC 6749 section 5.2). Anything else, HTML above all, reads as an empty envelope.

use std::time::Duration;

use serde_json::Value;

use crate::host::HttpResponse;
use crate::query_position::{Place, SyntaxPosition};

/// What a refusal says about itself; every part may be absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct ErrorEnvelope {
    /// The body was JSON.
    pub(crate) is_json: bool,
    /// Short name of the error, such as `UNKNOWN_COMMAND` or `invalid_client`.
    pub(crate) name: Option<String>,
    /// The human sentence.
    pub(crate) sentence: Option<String>,
    /// Where Grail rejects the query.
    pub(crate) position: Option<SyntaxPosition>,
    /// `details` carry marks of the query language, so the query is at fault.
    pub(crate) names_query_fault: bool,
    /// Missing scopes, then missing permissions.
    pub(crate) missing: Vec<String>,
    /// The wait asked for in the body.
    pub(crate) retry_after: Option<Duration>,
    /// The id the error is logged under in Dynatrace.
    pub(crate) trace: Option<String>,
}

impl ErrorEnvelope {
    pub(crate) fn read(response: &HttpResponse) -> Self {
        let Ok(body) = serde_json::from_slice::<Value>(&response.body) else {
            return Self::default();
        };
        match body.get("error") {
            Some(error @ Value::Object(_)) => Self::from_platform(error),
            Some(Value::String(name)) => Self {
                is_json: true,
                name: Some(name.clone()),
                sentence: text(&body, "error_description").or_else(|| text(&body, "message")),
                trace: text(&body, "issueId"),
                ..Self::default()
            },
            _ => Self {
                is_json: true,
                sentence: text(&body, "message"),
                trace: text(&body, "issueId"),
                ..Self::default()
            },
        }
    }

    fn from_platform(error: &Value) -> Self {
        let details = error.get("details").unwrap_or(&Value::Null);
        let message = text(error, "message");
        let error_type = text(details, "errorType");
        let violations = texts(details, "constraintViolations", |item| text(item, "message"));
        let sentence = text(details, "errorMessage")
            .or_else(|| (!violations.is_empty()).then(|| violations.join("; ")))
            .or_else(|| message.clone());
        let mut missing = texts(details, "missingScopes", |item| item.as_str().map(str::to_owned));
        for permission in texts(details, "missingPermissions", |item| item.as_str().map(str::to_owned)) {
            if !missing.contains(&permission) {
                missing.push(permission);
            }
        }
        let position = details.get("syntaxErrorPosition").and_then(syntax_position);
        Self {
            is_json: true,
            names_query_fault: error_type.is_some() || position.is_some() || !violations.is_empty(),
            name: error_type.or(message),
            sentence,
            position,
            missing,
            retry_after: error.get("retryAfterSeconds").and_then(seconds),
            trace: text(details, "traceId").or_else(|| text(details, "errorRef")),
        }
    }

    /// The sentence, or the name, or nothing.
    pub(crate) fn message(&self) -> Option<String> {
        self.sentence.clone().or_else(|| self.name.clone())
    }

    /// Whether the short name is this one.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn texts(value: &Value, key: &str, pick: impl Fn(&Value) -> Option<String>) -> Vec<String> {
    value
        .get(key)
        .and_then(Value::as_array)
        .map(|items| items.iter().filter_map(pick).collect())
        .unwrap_or_default()
}

fn seconds(value: &Value) -> Option<Duration> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(Duration::from_secs(number))
}

fn syntax_position(value: &Value) -> Option<SyntaxPosition> {
    let place = |key: &str| {
        let place = value.get(key)?;
        let number =
            |key: &str| place.get(key).and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok());
        Some(Place { index: number("index"), line: number("line"), column: number("column") })
    };
    let start = place("start")?;
    Some(SyntaxPosition { start, end: place("end").unwrap_or(start) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> ErrorEnvelope {
        ErrorEnvelope::read(&HttpResponse { status: 400, headers: vec![], body: body.as_bytes().to_vec() })
    }

    #[test]
    fn prefers_the_human_sentence_over_the_name() {
        let envelope = read(
            r#"{"error":{"code":400,"message":"UNKNOWN_COMMAND","details":{"exceptionType":"DQL-SYNTAX-ERROR",
            "errorType":"UNKNOWN_COMMAND","errorMessage":"There's no command `limt`.",
            "syntaxErrorPosition":{"start":{"column":14,"index":13,"line":1},"end":{"column":17,"index":16,"line":1}}}}}"#,
        );
        assert_eq!(envelope.message().as_deref(), Some("There's no command `limt`."));
        assert_eq!(envelope.name.as_deref(), Some("UNKNOWN_COMMAND"));
        assert!(envelope.names_query_fault);
        assert_eq!(envelope.position.unwrap().end.index, Some(16));
    }

    #[test]
    fn reads_the_gateway_shape() {
        let envelope = read(
            r#"{"error":{"code":429,"message":"Too many","retryAfterSeconds":7,"details":{"traceId":"abc","missingScopes":["storage:logs:read"],"missingPermissions":["storage:logs:read","x"]}}}"#,
        );
        assert_eq!(envelope.retry_after, Some(Duration::from_secs(7)));
        assert_eq!(envelope.trace.as_deref(), Some("abc"));
        assert_eq!(envelope.missing, ["storage:logs:read", "x"]);
        assert!(!envelope.names_query_fault);
    }

    #[test]
    fn reads_both_shapes_of_the_token_endpoint() {
        let oauth = read(r#"{"error":"invalid_client","error_description":"unknown client"}"#);
        assert_eq!(
            (oauth.name.as_deref(), oauth.message().as_deref()),
            (Some("invalid_client"), Some("unknown client"))
        );
        let sso = read(r#"{"errorCode":400,"message":"bad resource","issueId":"I-1"}"#);
        assert_eq!((sso.message().as_deref(), sso.trace.as_deref()), (Some("bad resource"), Some("I-1")));
    }

    #[test]
    fn names_each_violated_constraint() {
        let envelope = read(
            r#"{"error":{"code":400,"message":"Constraints violated.","details":{"constraintViolations":[{"message":"a must be positive"},{"message":"b is unknown"},{}]}}}"#,
        );
        assert_eq!(envelope.message().as_deref(), Some("a must be positive; b is unknown"));
    }

    #[test]
    fn survives_every_other_body() {
        for body in
            ["", "<html>", "null", "[]", "{}", r#"{"error":7}"#, r#"{"error":{"details":[]}}"#, "\u{0}"]
        {
            assert!(read(body).message().is_none(), "{body}");
        }
    }
}
