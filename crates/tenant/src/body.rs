//! A body that should be JSON and is not -> the error that says what it is instead.

use crate::error::TenantError;
use crate::host::HttpResponse;
use crate::redaction::Redaction;

/// How much of a parser's sentence an error repeats; it may quote a whole field.
const SENTENCE_CHARACTERS: usize = 200;

/// The media type without parameters, or `no content type`.
pub(crate) fn content_type(response: &HttpResponse) -> String {
    let header = response.header("content-type").unwrap_or_default();
    match header.split(';').next().map(str::trim) {
        Some(media_type) if !media_type.is_empty() => media_type.to_owned(),
        _ => "no content type".to_owned(),
    }
}

/// What is wrong with a body that serde_json refuses.
pub(crate) fn unreadable(
    response: &HttpResponse,
    error: &serde_json::Error,
    redaction: &Redaction,
) -> TenantError {
    match error.classify() {
        serde_json::error::Category::Eof => truncated(response, redaction),
        serde_json::error::Category::Data => unexpected(error),
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            not_json(response, redaction)
        }
    }
}

/// JSON of another shape than the API describes.
pub(crate) fn unexpected(error: &serde_json::Error) -> TenantError {
    TenantError::UnexpectedAnswer { message: error.to_string().chars().take(SENTENCE_CHARACTERS).collect() }
}

/// The body ends before the JSON does.
pub(crate) fn truncated(response: &HttpResponse, redaction: &Redaction) -> TenantError {
    TenantError::TruncatedResponse {
        bytes: response.body.len(),
        content_type: content_type(response),
        excerpt: redaction.excerpt(response),
    }
}

/// The body is something else.
pub(crate) fn not_json(response: &HttpResponse, redaction: &Redaction) -> TenantError {
    TenantError::NotJson {
        status: response.status,
        content_type: content_type(response),
        excerpt: redaction.excerpt(response),
    }
}
