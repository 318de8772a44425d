//! A query from its start to its end.
//!
//! ```text
//! execute ─┬─ result ───────────────────────────────▶ Ok
//!          ├─ RUNNING, NOT_STARTED ─▶ poll … poll ──▶ Ok
//!          └─ SUCCEEDED, no result ─▶ poll once ────▶ Ok
//! deadline, cancelled, or a fault while it runs ────▶ cancel upstream ─▶ Err
//! ```

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, LocalBoxFuture, select};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::request::DqlRequest;
use super::response::Standing;
use super::result::GrailResult;
use crate::environment::EnvironmentConfig;
use crate::error::{Phase, TenantError};
use crate::exchange::{Patience, Wire};
use crate::gate::Gate;
use crate::host::{Host, HttpRequest, HttpResponse, Method, UnixMillis};
use crate::secret::Secret;
use crate::token::TokenSource;

/// The query service on the platform address. The colons of its methods stay literal.
const API: &str = "/platform/storage/query/v1/query";
/// How long the server may hold a request open, and the time between two polls. Short enough that the token
/// of a query, without which it cannot be cancelled, is known soon.
const LONG_POLL: Duration = Duration::from_secs(5);
/// How long an answer that is decided anyway waits for the cancellation upstream.
const CANCEL_DEADLINE: Duration = Duration::from_secs(2);
/// Free text that Grail keeps with the execution of a query.
const CLIENT_CONTEXT: &str = concat!("grailstage/", env!("CARGO_PKG_VERSION"));
/// What a query parameter leaves as it is; request tokens contain `+`, `/` and `=`.
pub(crate) const PARAMETER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One run of one query.
pub(crate) struct Run<'a, H> {
    config: &'a EnvironmentConfig,
    wire: &'a Wire<H>,
    tokens: &'a TokenSource<H>,
    gate: &'a Gate,
    request: &'a DqlRequest,
    started: UnixMillis,
    /// From the start to the deadline.
    time: Duration,
    deadline: UnixMillis,
    patience: Patience,
    phase: Cell<Phase>,
    renewed: Cell<bool>,
    /// The query that runs upstream, and the bearer token that may cancel it.
    open: RefCell<Option<OpenQuery>>,
}

#[derive(Clone)]
struct OpenQuery {
    request_token: String,
    bearer: Rc<Secret>,
}

impl<'a, H: Host + 'static> Run<'a, H> {
    pub(crate) fn new(
        config: &'a EnvironmentConfig,
        wire: &'a Wire<H>,
        tokens: &'a TokenSource<H>,
        gate: &'a Gate,
        request: &'a DqlRequest,
    ) -> Self {
        let started = wire.host.now();
        let time = request.deadline_within(config.limits());
        let deadline = started.after(time);
        Self {
            config,
            wire,
            tokens,
            gate,
            request,
            started,
            time,
            deadline,
            patience: Patience::until(deadline),
            phase: Cell::new(Phase::Queue),
            renewed: Cell::new(false),
            open: RefCell::new(None),
        }
    }

    /// Runs to the end, the deadline, or the moment the caller gives up, whichever is first.
    ///
    /// The future of the caller is boxed, so that all of this is compiled once and not for each kind of caller.
    pub(crate) async fn to_end(&self, cancelled: LocalBoxFuture<'_, ()>) -> Result<GrailResult, TenantError> {
        let outcome = {
            let work = pin!(self.work());
            let deadline = pin!(self.wire.host.sleep(self.time));
            // The work comes last: what is due at the very moment the run ends must not be sent any more.
            match select(cancelled, select(deadline, work)).await {
                Either::Left(_) => Err(TenantError::Cancelled),
                Either::Right((Either::Left(_), _)) => {
                    Err(TenantError::DeadlineExceeded { deadline: self.time, phase: self.phase.get() })
                }
                Either::Right((Either::Right((outcome, _)), _)) => outcome,
            }
        };
        // The open request, if there is one, was aborted with the block above.
        if let Err(error) = &outcome
            && leaves_query_running(error)
        {
            self.cancel_upstream().await;
        }
        let mut result = outcome?;
        result.elapsed = self.wire.host.now().since(self.started);
        Ok(result)
    }

    async fn work(&self) -> Result<GrailResult, TenantError> {
        let _place = self.gate.enter()?.await;
        let (mut standing, mut bearer) = self.execute().await?;
        let mut asked_for_result = false;
        let mut last_poll: Option<UnixMillis> = None;
        loop {
            let request_token = match standing {
                Standing::Done(result) => return Ok(*result),
                Standing::Ended(error) => return Err(error),
                Standing::Unknown { state, request_token } => {
                    self.opened(request_token, &bearer);
                    return Err(TenantError::UnknownState { state });
                }
                Standing::Open { request_token } => {
                    let request_token =
                        self.opened(request_token, &bearer).ok_or_else(|| TenantError::UnexpectedAnswer {
                            message: "a running query has no `requestToken`".to_owned(),
                        })?;
                    if let Some(last_poll) = last_poll {
                        let waited = self.wire.host.now().since(last_poll);
                        if let Some(rest) = LONG_POLL.checked_sub(waited).filter(|rest| !rest.is_zero()) {
                            self.wire.host.sleep(rest).await;
                        }
                    }
                    request_token
                }
                Standing::DoneElsewhere { request_token } => {
                    let known = self.open.borrow_mut().take().map(|open| open.request_token);
                    match request_token.or(known) {
                        Some(request_token) if !asked_for_result => {
                            asked_for_result = true;
                            request_token
                        }
                        _ => return Err(TenantError::ResultGone),
                    }
                }
            };
            last_poll = Some(self.wire.host.now());
            (standing, bearer) = self.poll(&request_token).await?;
        }
    }

    /// Notes that a query runs upstream, and under which token; an answer without one leaves the last.
    fn opened(&self, request_token: Option<String>, bearer: &Rc<Secret>) -> Option<String> {
        let mut open = self.open.borrow_mut();
        let request_token = request_token.or_else(|| open.take().map(|open| open.request_token))?;
        *open = Some(OpenQuery { request_token: request_token.clone(), bearer: Rc::clone(bearer) });
        Some(request_token)
    }

    async fn execute(&self) -> Result<(Standing, Rc<Secret>), TenantError> {
        let url = format!("{}{API}:execute", self.config.url());
        let (response, bearer) = self
            .authorised(Phase::Start, &url, |bearer| {
                // Written anew for each try: the time left decides how long the server may hold the request.
                let body = self
                    .request
                    .body(self.config, self.hold())
                    .map_err(|error| TenantError::UnexpectedAnswer { message: error.to_string() })?;
                let mut headers = headers(bearer);
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
                Ok(HttpRequest { method: Method::Post, url: url.clone(), headers, body: Some(body) })
            })
            .await?;
        Ok((Standing::read(response, &self.wire.redaction)?, bearer))
    }

    async fn poll(&self, request_token: &str) -> Result<(Standing, Rc<Secret>), TenantError> {
        let url = format!(
            "{}{API}:poll?request-token={}&request-timeout-milliseconds={}",
            self.config.url(),
            utf8_percent_encode(request_token, PARAMETER),
            self.hold().as_millis(),
        );
        let (response, bearer) = self
            .authorised(Phase::Result, &url, |bearer| {
                Ok(HttpRequest {
                    method: Method::Get,
                    url: url.clone(),
                    headers: headers(bearer),
                    body: None,
                })
            })
            .await?;
        Ok((Standing::read(response, &self.wire.redaction)?, bearer))
    }

    /// Sends a request with a token, once more with a new one if the first is refused, and gives the answer
    /// that is a success.
    async fn authorised(
        &self,
        phase: Phase,
        url: &str,
        request: impl Fn(&Secret) -> Result<HttpRequest, TenantError>,
    ) -> Result<(HttpResponse, Rc<Secret>), TenantError> {
        loop {
            self.phase.set(Phase::Token);
            let bearer = self.tokens.bearer().await?;
            self.phase.set(phase);
            let response = self.wire.exchange(&request(&bearer)?, &self.patience).await?;
            match response.status {
                200..=299 => return Ok((response, bearer)),
                401 if self.tokens.renewable() && !self.renewed.replace(true) => {
                    self.tokens.invalidate(&bearer)
                }
                _ => return Err(self.wire.grail_refusal(url, &response, &self.request.query)),
            }
        }
    }

    /// How long the server may hold a request: never past the deadline, never not at all.
    fn hold(&self) -> Duration {
        LONG_POLL.min(self.deadline.since(self.wire.host.now())).max(Duration::from_millis(1))
    }

    /// Ends the query upstream, once, without hearing what became of it: a scan nobody waits for is billed
    /// all the same.
    async fn cancel_upstream(&self) {
        let Some(OpenQuery { request_token, bearer }) = self.open.borrow_mut().take() else { return };
        let request = HttpRequest {
            method: Method::Post,
            url: format!(
                "{}{API}:cancel?request-token={}",
                self.config.url(),
                utf8_percent_encode(&request_token, PARAMETER)
            ),
            headers: headers(&bearer),
            body: None,
        };
        let cancel = pin!(self.wire.send(request));
        let deadline = pin!(self.wire.host.sleep(CANCEL_DEADLINE));
        select(cancel, deadline).await;
    }
}

/// Whether the query may go on upstream after this error ended the run.
fn leaves_query_running(error: &TenantError) -> bool {
    match error {
        TenantError::DeadlineExceeded { .. }
        | TenantError::Cancelled
        | TenantError::Unreachable { .. }
        | TenantError::RateLimited { .. }
        | TenantError::UpstreamFailed { .. }
        | TenantError::NotJson { .. }
        | TenantError::TruncatedResponse { .. }
        | TenantError::UnexpectedAnswer { .. }
        | TenantError::ResponseTooLarge { .. }
        | TenantError::UnknownState { .. } => true,
        TenantError::InvalidConfig { .. }
        | TenantError::InvalidCredentials { .. }
        | TenantError::MissingScope { .. }
        | TenantError::Forbidden { .. }
        | TenantError::NotFound { .. }
        | TenantError::InvalidQuery { .. }
        | TenantError::QueryFailed { .. }
        | TenantError::QueryCancelled
        | TenantError::ResultGone
        | TenantError::Rejected { .. }
        | TenantError::Conflict { .. }
        | TenantError::WriteUnconfirmed { .. }
        | TenantError::TooMany { .. }
        | TenantError::QueueFull { .. }
        | TenantError::Redirected { .. } => false,
    }
}

pub(crate) fn headers(bearer: &Secret) -> Vec<(String, String)> {
    vec![
        ("accept".to_owned(), "application/json".to_owned()),
        ("authorization".to_owned(), format!("Bearer {}", bearer.expose())),
        ("dt-client-context".to_owned(), CLIENT_CONTEXT.to_owned()),
    ]
}
