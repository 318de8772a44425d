//! One answer of `query:execute` or `query:poll` -> how the query stands.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::result::{GrailResult, Metadata, Notification, RecordSpan, Severity, TypeBucket};
use crate::body;
use crate::error::TenantError;
use crate::host::HttpResponse;
use crate::number::Long;
use crate::redaction::Redaction;

/// How a query stands.
#[derive(Debug)]
pub(crate) enum Standing {
    /// It is queued or runs.
    Open {
        /// The token to poll with, where the answer names one.
        request_token: Option<String>,
    },
    /// It has ended and the answer holds its result.
    Done(Box<GrailResult>),
    /// It has ended, but the result is not in this answer.
    DoneElsewhere {
        /// The token to poll with, where the answer names one.
        request_token: Option<String>,
    },
    /// It has ended without a result.
    Ended(TenantError),
    /// It is in a state this version does not know.
    Unknown {
        /// The state on the wire.
        state: String,
        /// The token to poll with, where the answer names one.
        request_token: Option<String>,
    },
}

impl Standing {
    /// Reads an answer. Status 200 and 202 mean the same here: state and result decide, as both statuses are
    /// sent with every state.
    pub(crate) fn read(mut response: HttpResponse, redaction: &Redaction) -> Result<Self, TenantError> {
        let body = match String::from_utf8(std::mem::take(&mut response.body)) {
            Ok(body) => body,
            Err(error) => {
                let cut = error.utf8_error().error_len().is_none();
                response.body = error.into_bytes();
                return Err(if cut {
                    body::truncated(&response, redaction)
                } else {
                    body::not_json(&response, redaction)
                });
            }
        };
        let answer: Answer<'_> = match serde_json::from_str(&body) {
            Ok(answer) => answer,
            Err(error) => {
                response.body = body.into_bytes();
                return Err(body::unreadable(&response, &error, redaction));
            }
        };
        let request_token = answer.request_token.filter(|token| !token.is_empty());
        let state = answer.state.as_deref().unwrap_or(match (&answer.result, &request_token) {
            (None, Some(_)) => "RUNNING",
            _ => "SUCCEEDED",
        });
        Ok(match state {
            "NOT_STARTED" | "RUNNING" => Self::Open { request_token },
            "FAILED" => Self::Ended(TenantError::QueryFailed { reason: answer.result.and_then(reason) }),
            "CANCELLED" => Self::Ended(TenantError::QueryCancelled),
            "RESULT_GONE" => Self::Ended(TenantError::ResultGone),
            "SUCCEEDED" => match answer.result {
                None => Self::DoneElsewhere { request_token },
                Some(result) => {
                    let parts = result.locate(&body);
                    Self::Done(Box::new(parts.into_result(body)))
                }
            },
            unknown => Self::Unknown { state: unknown.to_owned(), request_token },
        })
    }
}

/// The reason of a failure, where a remark gives one.
fn reason(result: ResultBody<'_>) -> Option<String> {
    let notifications = result.metadata?.grail?.notifications?;
    let errors = notifications.iter().filter(|it| severity(&it.severity) == Severity::Error);
    errors.map(|it| it.message.clone()).find(|message| !message.is_empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    request_token: Option<String>,
    #[serde(default, borrow)]
    result: Option<ResultBody<'a>>,
}

#[derive(Deserialize)]
struct ResultBody<'a> {
    #[serde(default, borrow)]
    records: Option<Vec<Option<&'a RawValue>>>,
    #[serde(default)]
    types: Option<Vec<TypeBucket>>,
    #[serde(default)]
    metadata: Option<MetadataBody>,
}

/// A result whose records are places instead of slices, so that it can move together with the body.
struct Located {
    records: Vec<RecordSpan>,
    types: Vec<TypeBucket>,
    grail: GrailMetadata,
}

impl ResultBody<'_> {
    fn locate(self, body: &str) -> Located {
        let base = body.as_ptr() as usize;
        let records = self.records.unwrap_or_default();
        let records = records.iter().enumerate().filter_map(|(index, record)| {
            let text = record.as_ref()?.get();
            let start = (text.as_ptr() as usize).checked_sub(base)?;
            Some(RecordSpan { index, start, end: start + text.len() })
        });
        Located {
            records: records.collect(),
            types: self.types.unwrap_or_default(),
            grail: self.metadata.and_then(|metadata| metadata.grail).unwrap_or_default(),
        }
    }
}

impl Located {
    fn into_result(self, body: String) -> GrailResult {
        let grail = self.grail;
        let number = |number: Option<Long>| number.and_then(|it| u64::try_from(it.0).ok()).unwrap_or(0);
        let notifications = grail.notifications.unwrap_or_default().into_iter().map(|it| Notification {
            severity: severity(&it.severity),
            notification_type: it.notification_type,
            message: it.message,
        });
        GrailResult {
            records: self.records,
            types: self.types,
            notifications: notifications.collect(),
            metadata: Metadata {
                query_id: grail.query_id,
                canonical_query: grail.canonical_query,
                scanned_bytes: number(grail.scanned_bytes),
                scanned_records: number(grail.scanned_records),
                execution_time_milliseconds: number(grail.execution_time_milliseconds),
                sampled: grail.sampled.unwrap_or(false),
                analysis_timeframe: grail.analysis_timeframe.and_then(|it| Some((it.start?, it.end?))),
            },
            elapsed: Duration::ZERO,
            body,
        }
    }
}

fn severity(name: &str) -> Severity {
    match name {
        "WARN" | "WARNING" => Severity::Warning,
        "ERROR" => Severity::Error,
        _ => Severity::Info,
    }
}

#[derive(Deserialize)]
struct MetadataBody {
    #[serde(default)]
    grail: Option<GrailMetadata>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GrailMetadata {
    query_id: Option<String>,
    canonical_query: Option<String>,
    scanned_bytes: Option<Long>,
    scanned_records: Option<Long>,
    execution_time_milliseconds: Option<Long>,
    sampled: Option<bool>,
    analysis_timeframe: Option<TimeframeBody>,
    notifications: Option<Vec<NotificationBody>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TimeframeBody {
    start: Option<String>,
    end: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct NotificationBody {
    severity: String,
    notification_type: String,
    message: String,
}
