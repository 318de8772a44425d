//! Something asked of a service of the environment other than queries: requests that share one deadline.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use percent_encoding::utf8_percent_encode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::body;
use crate::error::{Phase, TenantError};
use crate::exchange::Patience;
use crate::grail::run::{PARAMETER, headers};
use crate::host::{Host, HttpRequest, HttpResponse, Method, UnixMillis};
use crate::secret::Secret;
use crate::tenant::Tenant;

/// What a second arrival of the same request would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// Nothing new: a read, or a write that names what it writes.
    Harmless,
    /// A second event, object or execution.
    Doubles,
}

/// A request to a service: method, path with query, and body, without the parts every request has.
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// From the first `/`, percent-encoded.
    pub(crate) target: String,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) repetition: Repetition,
}

impl Asked {
    pub(crate) fn get(target: String) -> Self {
        Self { method: Method::Get, target, body: None, repetition: Repetition::Harmless }
    }

    pub(crate) fn json(
        method: Method,
        target: String,
        body: &impl Serialize,
        repetition: Repetition,
    ) -> Result<Self, TenantError> {
        let body = serde_json::to_vec(body).map_err(|error| TenantError::Rejected {
            message: format!("it cannot be written as JSON: {error}"),
            violations: Vec::new(),
        })?;
        Ok(Self { method, target, body: Some(body), repetition })
    }
}

/// One operation under way.
pub(crate) struct Operation<'a, H> {
    tenant: &'a Tenant<H>,
    deadline: UnixMillis,
    patience: Patience,
    renewed: Cell<bool>,
}

impl<H: Host + 'static> Tenant<H> {
    /// Runs an operation to its end or its deadline. Dropping the future aborts the open request.
    pub(crate) async fn operate<'a, T, F>(
        &'a self,
        deadline: Duration,
        work: impl FnOnce(Operation<'a, H>) -> F,
    ) -> Result<T, TenantError>
    where
        F: Future<Output = Result<T, TenantError>>,
    {
        let until = self.wire.host.now().after(deadline);
        let operation = Operation {
            tenant: self,
            deadline: until,
            patience: Patience::until(until),
            renewed: Cell::new(false),
        };
        let outcome = {
            let timer = pin!(self.wire.host.sleep(deadline));
            let work = pin!(work(operation));
            match select(timer, work).await {
                Either::Left(_) => Err(TenantError::DeadlineExceeded { deadline, phase: Phase::Service }),
                Either::Right((outcome, _)) => outcome,
            }
        };
        outcome.map_err(|error| self.wire.redaction.error(error))
    }
}

impl<H: Host + 'static> Operation<'_, H> {
    /// Waits.
    pub(crate) async fn pause(&self, duration: Duration) {
        self.tenant.wire.host.sleep(duration).await;
    }

    /// The error without the secrets of the environment; for errors that do not end the operation.
    pub(crate) fn clean(&self, error: TenantError) -> TenantError {
        self.tenant.wire.redaction.error(error)
    }

    /// Sends a request with a token, once more with a new one if the first is refused. Gives the answer
    /// whatever its status.
    pub(crate) async fn send(&self, asked: &Asked) -> Result<HttpResponse, TenantError> {
        let once;
        let patience = match asked.repetition {
            Repetition::Harmless => &self.patience,
            Repetition::Doubles => {
                once = Patience::without_repetition(self.deadline);
                &once
            }
        };
        loop {
            let bearer = self.tenant.tokens.bearer().await?;
            let response = self.tenant.wire.exchange(&self.request(asked, &bearer), patience).await?;
            if response.status != 401 || !self.tenant.tokens.renewable() || self.renewed.replace(true) {
                return Ok(response);
            }
            self.tenant.tokens.invalidate(&bearer);
        }
    }

    /// As [`send`](Self::send), and gives a success only.
    pub(crate) async fn succeed(&self, asked: &Asked) -> Result<HttpResponse, TenantError> {
        let response = self.send(asked).await?;
        match response.status {
            200..=299 => Ok(response),
            _ => Err(self.refusal(asked, &response)),
        }
    }

    /// What an answer other than a success means.
    pub(crate) fn refusal(&self, asked: &Asked, response: &HttpResponse) -> TenantError {
        self.tenant.wire.service_refusal(&self.url(asked), response)
    }

    /// The body of an answer.
    pub(crate) fn read<T: DeserializeOwned>(&self, response: &HttpResponse) -> Result<T, TenantError> {
        serde_json::from_slice(&response.body)
            .map_err(|error| body::unreadable(response, &error, &self.tenant.wire.redaction))
    }

    fn url(&self, asked: &Asked) -> String {
        format!("{}{}", self.tenant.config.url(), asked.target)
    }

    fn request(&self, asked: &Asked, bearer: &Secret) -> HttpRequest {
        let mut headers = headers(bearer);
        if asked.body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        HttpRequest { method: asked.method, url: self.url(asked), headers, body: asked.body.clone() }
    }
}

/// Whether a try that ended like this may have reached the service all the same.
pub(crate) fn may_have_arrived(error: &TenantError) -> bool {
    matches!(
        error,
        TenantError::Unreachable { .. }
            | TenantError::DeadlineExceeded { .. }
            | TenantError::UpstreamFailed { status: 500.., .. }
            | TenantError::NotJson { .. }
            | TenantError::TruncatedResponse { .. }
            | TenantError::ResponseTooLarge { .. }
            | TenantError::UnexpectedAnswer { .. }
    )
}

/// `?a=1&b=2` of names and values; the values are encoded here. Empty of none.
pub(crate) fn query_string<'a>(parameters: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(&value, PARAMETER));
    }
    text
}

/// A value as one segment of a path.
pub(crate) fn path_segment(value: &str) -> String {
    utf8_percent_encode(value, PARAMETER).to_string()
}
