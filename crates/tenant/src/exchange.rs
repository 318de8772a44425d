//! One request -> one answer, with the retries that need no thought.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::error::TenantError;
use crate::error_envelope::ErrorEnvelope;
use crate::host::{FetchFailure, Host, HttpRequest, HttpResponse, UnixMillis};
use crate::observation::{Observation, Route};
use crate::redaction::Redaction;
use crate::retry_after;

/// How often 5xx answers and broken connections are tried again in one run.
const RETRIES: u32 = 3;
/// How often a run waits as told by 429. With waits of at least a second this ends within any deadline; the
/// bound keeps a service that always says "1 s" from being asked thirty times.
const RATE_LIMIT_WAITS: u32 = 5;
const FIRST_BACKOFF: Duration = Duration::from_millis(250);
const FIRST_RATE_LIMIT_WAIT: Duration = Duration::from_secs(1);

/// The connection of one environment to the host it runs on.
pub(crate) struct Wire<H> {
    pub(crate) host: Rc<H>,
    pub(crate) redaction: Redaction,
    environment: String,
    most_bytes: usize,
    sent: Cell<u64>,
    /// How far the environment's clock is ahead, by the last answer that tells.
    clock_skew: Cell<Option<i64>>,
}

/// What is left of a run's willingness to try again.
pub(crate) struct Patience {
    deadline: UnixMillis,
    retries: Cell<u32>,
    rate_limit_waits: Cell<u32>,
}

impl Patience {
    pub(crate) fn until(deadline: UnixMillis) -> Self {
        Self { deadline, retries: Cell::new(0), rate_limit_waits: Cell::new(0) }
    }

    /// For a request whose second arrival would have a second effect: it is sent again only after 429, which
    /// says that it had none.
    pub(crate) fn without_repetition(deadline: UnixMillis) -> Self {
        Self { retries: Cell::new(RETRIES), ..Self::until(deadline) }
    }
}

impl<H: Host> Wire<H> {
    /// `most_bytes` bounds the body of every answer.
    pub(crate) fn new(host: Rc<H>, redaction: Redaction, environment: String, most_bytes: usize) -> Self {
        Self { host, redaction, environment, most_bytes, sent: Cell::new(0), clock_skew: Cell::new(None) }
    }

    /// Sends the request once.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, FetchFailure> {
        self.sent.set(self.sent.get().wrapping_add(1));
        let route = Route::of(&request.url);
        let started = self.host.now();
        let outcome = self.host.fetch(request, self.most_bytes).await;
        self.host.observe(&Observation::Call {
            environment: &self.environment,
            route,
            status: outcome.as_ref().ok().map(|response| response.status),
            duration: self.host.now().since(started),
        });
        if let Ok(response) = &outcome
            && let Some(theirs) = response.header("date").and_then(retry_after::parse_http_date)
        {
            self.clock_skew.set(Some(skew(theirs, started, self.host.now())));
        }
        outcome
    }

    /// How far the environment's clock is ahead, in milliseconds, where an answer told.
    pub(crate) fn clock_skew_millis(&self) -> Option<i64> {
        self.clock_skew.get()
    }

    /// Sends the request; again after a broken connection, 5xx or 429, as long as a pause and a further try
    /// fit into the deadline. Gives the last answer, whatever its status.
    pub(crate) async fn exchange(
        &self,
        request: &HttpRequest,
        patience: &Patience,
    ) -> Result<HttpResponse, TenantError> {
        loop {
            let outcome = self.send(request.clone()).await;
            let Some(pause) = self.pause(&outcome, patience) else {
                return outcome.map_err(|failure| failed(&request.url, failure));
            };
            self.host.sleep(pause).await;
        }
    }

    /// How long to wait before the next try; `None` where there is none.
    fn pause(&self, outcome: &Result<HttpResponse, FetchFailure>, patience: &Patience) -> Option<Duration> {
        let (asked, used, most, first) = match outcome {
            Err(FetchFailure::Reset { .. }) => (None, &patience.retries, RETRIES, FIRST_BACKOFF),
            Ok(response) if response.status == 429 => (
                self.wait_asked(response),
                &patience.rate_limit_waits,
                RATE_LIMIT_WAITS,
                FIRST_RATE_LIMIT_WAIT,
            ),
            Ok(response) if response.status >= 500 => {
                (self.wait_asked(response), &patience.retries, RETRIES, FIRST_BACKOFF)
            }
            _ => return None,
        };
        if used.get() >= most {
            return None;
        }
        // A wait that is asked for is kept to the second: coming earlier is refused, coming later is idle.
        let pause = match asked {
            Some(wait) if wait >= first => wait,
            _ => self.jittered(first.saturating_mul(1 << used.get())),
        };
        if self.host.now().after(pause) >= patience.deadline {
            return None;
        }
        used.set(used.get() + 1);
        Some(pause)
    }

    /// The wait a refusal asks for, by header or by body.
    pub(crate) fn wait_asked(&self, response: &HttpResponse) -> Option<Duration> {
        response
            .header("retry-after")
            .and_then(|value| retry_after::parse(value, self.host.now()))
            .or_else(|| ErrorEnvelope::read(response).retry_after)
    }

    /// Between the duration and one and a half of it, so that clients that failed together do not come back
    /// together. Derived from the count of requests and the time: no source of randomness is needed.
    fn jittered(&self, duration: Duration) -> Duration {
        let seed = self.sent.get() ^ self.host.now().0.rotate_left(32);
        let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let half = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX) / 2;
        duration + Duration::from_millis(mixed % (half + 1))
    }
}

/// How far a clock is ahead that showed `theirs` while a request was under way. It shows whole seconds, and a held
/// request was answered at any time between: a difference that this explains is none.
fn skew(theirs: UnixMillis, sent: UnixMillis, received: UnixMillis) -> i64 {
    let signed = |millis: Duration| i64::try_from(millis.as_millis()).unwrap_or(i64::MAX);
    let latest = theirs.after(Duration::from_secs(1));
    if latest < sent { -signed(sent.since(latest)) } else { signed(theirs.since(received)) }
}

/// The host of a URL, with its port.
pub(crate) fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}

/// The path of a URL, without query.
pub(crate) fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn failed(url: &str, failure: FetchFailure) -> TenantError {
    let host = host_of(url);
    match failure {
        FetchFailure::Unreachable { message } => TenantError::Unreachable { host, message },
        FetchFailure::Reset { message } => {
            TenantError::Unreachable { host, message: format!("the connection broke ({message})") }
        }
        FetchFailure::Redirected => TenantError::Redirected { host, location: None },
        FetchFailure::TooLarge { most_bytes } => TenantError::ResponseTooLarge { host, most_bytes },
    }
}
