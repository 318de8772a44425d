//! Credentials -> the bearer token of a request.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, Shared, WeakShared, select};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::body;
use crate::environment::{Credentials, OAuthClient};
use crate::error::{Phase, TenantError};
use crate::exchange::{Patience, Wire};
use crate::host::{Host, HttpRequest, HttpResponse, Method, UnixMillis};
use crate::secret::Secret;

/// A token this close to its end is not used for a new run.
const SAFETY_MARGIN: Duration = Duration::from_secs(30);
/// Lifetime of a token whose answer does not tell it (client credentials get 300 s).
const DEFAULT_LIFETIME_SECONDS: u64 = 300;
/// No caller waits longer for one token request, however many share it: a flight that hangs must end while
/// new callers keep joining it.
const FLIGHT_DEADLINE: Duration = Duration::from_secs(20);
/// What `application/x-www-form-urlencoded` leaves as it is.
pub(crate) const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

type Flight = LocalBoxFuture<'static, Result<Rc<Secret>, TenantError>>;

struct CachedToken {
    token: Rc<Secret>,
    usable_until: UnixMillis,
    /// What the token endpoint says it may be used for.
    scopes: Option<Vec<String>>,
}

/// Cache and flight, shared with the flight itself so that it can store what it brings.
#[derive(Default)]
struct TokenState {
    cached: RefCell<Option<CachedToken>>,
    flight: RefCell<Option<WeakShared<Flight>>>,
}

/// The bearer tokens of one environment: cached until 30 s before they expire, one request at a time.
pub(crate) struct TokenSource<H> {
    wire: Rc<Wire<H>>,
    credentials: Credentials,
    state: Rc<TokenState>,
}

impl<H: Host + 'static> TokenSource<H> {
    pub(crate) fn new(wire: Rc<Wire<H>>, credentials: Credentials) -> Self {
        Self { wire, credentials, state: Rc::default() }
    }

    /// The token to send now. Callers that come while one is being fetched share that request and its outcome;
    /// a failed one is forgotten, the next caller asks anew.
    pub(crate) async fn bearer(&self) -> Result<Rc<Secret>, TenantError> {
        let client = match &self.credentials {
            Credentials::PlatformToken(token) => return Ok(Rc::clone(token)),
            Credentials::OAuthClient(client) => client,
        };
        if let Some(token) = self.cached() {
            return Ok(token);
        }
        self.join_flight(client).await
    }

    /// The scopes of the last token, where the endpoint told them.
    pub(crate) fn granted_scopes(&self) -> Option<Vec<String>> {
        self.state.cached.borrow().as_ref()?.scopes.clone()
    }

    /// Whether a refused token can be replaced by a new one.
    pub(crate) fn renewable(&self) -> bool {
        matches!(self.credentials, Credentials::OAuthClient(_))
    }

    /// Forgets this token; a newer one, fetched since by another caller, stays.
    pub(crate) fn invalidate(&self, refused: &Rc<Secret>) {
        let mut cached = self.state.cached.borrow_mut();
        if cached.as_ref().is_some_and(|cached| Rc::ptr_eq(&cached.token, refused)) {
            *cached = None;
        }
    }

    fn cached(&self) -> Option<Rc<Secret>> {
        let cached = self.state.cached.borrow();
        let cached = cached.as_ref()?;
        (self.wire.host.now() < cached.usable_until).then(|| Rc::clone(&cached.token))
    }

    fn join_flight(&self, client: &OAuthClient) -> Shared<Flight> {
        let mut slot = self.state.flight.borrow_mut();
        if let Some(flight) = slot.as_ref().and_then(WeakShared::upgrade) {
            return flight;
        }
        let flight =
            fly(Rc::clone(&self.wire), Rc::clone(&self.state), client.clone()).boxed_local().shared();
        // Weak: when the last caller gives up, the request goes with it instead of waiting for a next caller.
        *slot = flight.downgrade();
        flight
    }
}

async fn fly<H: Host + 'static>(
    wire: Rc<Wire<H>>,
    state: Rc<TokenState>,
    client: OAuthClient,
) -> Result<Rc<Secret>, TenantError> {
    let asked_at = wire.host.now();
    let outcome = {
        let request = std::pin::pin!(request_token(&wire, &client, asked_at));
        let deadline = std::pin::pin!(wire.host.sleep(FLIGHT_DEADLINE));
        match select(request, deadline).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => {
                Err(TenantError::DeadlineExceeded { deadline: FLIGHT_DEADLINE, phase: Phase::Token })
            }
        }
    };
    *state.flight.borrow_mut() = None;
    let Issued { token, lifetime, scopes } = outcome?;
    let token = Rc::new(token);
    wire.redaction.remember(Rc::clone(&token));
    let usable_until = asked_at.after(lifetime.saturating_sub(SAFETY_MARGIN));
    *state.cached.borrow_mut() = Some(CachedToken { token: Rc::clone(&token), usable_until, scopes });
    Ok(token)
}

/// Asks the token endpoint: OAuth 2 client credentials (RFC 6749 section 4.4), with Dynatrace's `resource`.
/// No `scope` is sent: the token gets all scopes the client was granted.
async fn request_token<H: Host>(
    wire: &Wire<H>,
    client: &OAuthClient,
    now: UnixMillis,
) -> Result<Issued, TenantError> {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", client.client_id.as_str()),
        ("client_secret", client.client_secret.expose()),
    ];
    if let Some(account_urn) = &client.account_urn {
        form.push(("resource", account_urn));
    }
    let body = form
        .iter()
        .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, FORM)))
        .collect::<Vec<_>>()
        .join("&");
    let request = HttpRequest {
        method: Method::Post,
        url: client.token_url.as_str().to_owned(),
        headers: vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ],
        body: Some(body.into_bytes()),
    };
    let response = wire.exchange(&request, &Patience::until(now.after(FLIGHT_DEADLINE))).await?;
    if !(200..=299).contains(&response.status) {
        return Err(wire.token_refusal(&request.url, &response));
    }
    read_token(wire, &response)
}

/// What the token endpoint gives.
struct Issued {
    token: Secret,
    lifetime: Duration,
    scopes: Option<Vec<String>>,
}

fn read_token<H: Host>(wire: &Wire<H>, response: &HttpResponse) -> Result<Issued, TenantError> {
    let answer: Value = serde_json::from_slice(&response.body).map_err(|error| {
        // A cut answer may begin with the token itself, which nobody knows yet as a secret to search for.
        match body::unreadable(response, &error, &wire.redaction) {
            TenantError::TruncatedResponse { bytes, content_type, .. } => {
                TenantError::TruncatedResponse { bytes, content_type, excerpt: "…".to_owned() }
            }
            TenantError::NotJson { status, content_type, excerpt } if excerpt.starts_with('{') => {
                TenantError::NotJson { status, content_type, excerpt: "{…".to_owned() }
            }
            other => other,
        }
    })?;
    let token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TenantError::UnexpectedAnswer {
            message: "the token endpoint answers without a usable `access_token`".to_owned(),
        });
    }
    let lifetime = match answer.get("expires_in") {
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(number) => number.as_u64(),
        None => None,
    };
    // An empty list says nothing rather than that nothing is granted.
    let scopes = answer.get("scope").and_then(Value::as_str).map(str::split_whitespace);
    let scopes = scopes.map(|it| it.map(str::to_owned).collect::<Vec<_>>()).filter(|it| !it.is_empty());
    let lifetime = Duration::from_secs(lifetime.unwrap_or(DEFAULT_LIFETIME_SECONDS));
    Ok(Issued { token: Secret::new(token), lifetime, scopes })
}
