//! One answer for all who ask the same: at the same time, and for a while after.
//!
//! ```text
//! Tenant::ask ── Key ─┬─ refused a moment ago ──────────────────────────────▶ the same error
//!                     ├─ somebody asks right now ── join ──────────────────▶ their answer
//!                     └─ flight: store ─┬─ fresh ──────────────────────────▶ stored answer
//!                                       ├─ stale ──▶ stored answer, and a new one is asked for beside
//!                                       └─ none ── claim ─┬─ ours ── Tenant::run ── store ──▶ new answer
//!                                                         └─ another process' ── wait for what it stores
//! ```
//!
//! Who asks anew gets nothing that was asked before, but for the last seconds; the answer is kept for all.
//!
//! [`Tenant::ask_service`] goes the same way, with a typed client in place of [`Tenant::run`].
//!
//! A flight runs beside its callers; when the last of them leaves, the query is cancelled in the environment.
//! The store can fail or hang: it costs a moment at most, never an answer.

mod entry;
mod flight;
mod inquiry;
mod key;
mod shelf;

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, select};

pub(crate) use flight::Sharing;
pub use key::fingerprint;

use crate::error::{Phase, TenantError};
use crate::grail::request::DqlRequest;
use crate::grail::result::GrailResult;
use crate::host::{Host, UnixMillis};
use crate::observation::{CacheOutcome, Observation};
use crate::service::{ServiceRequest, ServiceResult};
use crate::tenant::Tenant;
use inquiry::{FromFound, Inquiry};
use key::Key;

/// An answer this young is new enough for who asks anew: else a key that is held down would run up a bill.
const NEW_ENOUGH: Duration = Duration::from_secs(5);
/// The longest a stale answer is better than waiting.
const LONGEST_STALE: u64 = 24 * 3_600;

/// How long an answer may be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// So long it is as good as new.
    pub fresh: Duration,
    /// So much longer it is given out while a new one is asked for.
    pub stale: Duration,
    /// Whether what is kept is passed over: the question is to be asked after it arrived here, or in the 5 s before.
    pub anew: bool,
}

impl Freshness {
    /// Answers are shared among those who ask at the same time, and not kept.
    pub const SHARED_ONLY: Self = Self { fresh: Duration::ZERO, stale: Duration::ZERO, anew: false };

    /// Fresh for this many seconds, and ten times as long, but a day at most, better than waiting.
    #[must_use]
    pub const fn seconds(fresh: u64) -> Self {
        let stale = fresh.saturating_mul(10);
        let stale = if stale > LONGEST_STALE { LONGEST_STALE } else { stale };
        Self { fresh: Duration::from_secs(fresh), stale: Duration::from_secs(stale), anew: false }
    }

    /// The same, for a reader who does not want what is kept.
    #[must_use]
    pub const fn anew(mut self) -> Self {
        self.anew = true;
        self
    }

    /// When the answer must have been asked for at the earliest, for a request that arrives now.
    fn not_before(self, now: UnixMillis) -> UnixMillis {
        match self.anew {
            true => now.before(NEW_ENOUGH),
            false => UnixMillis::default(),
        }
    }

    fn stores(self) -> bool {
        !self.fresh.is_zero()
    }
}

/// A result and where it comes from.
#[derive(Debug)]
pub struct Answer<T = GrailResult> {
    /// The result, which others may hold as well.
    pub result: Rc<T>,
    /// Where it comes from.
    pub cache: CacheOutcome,
    /// How old it is.
    pub age: Duration,
}

impl<H: Host + 'static> Tenant<H> {
    /// The answer to a question, the same for all who ask it at the same time, and from the store where it is
    /// fresh enough.
    ///
    /// Ends within [`DqlRequest::deadline`], plus at most 2 s. When `cancelled` resolves or the future is
    /// dropped, and nobody else waits for the answer, the query is cancelled in the environment.
    ///
    /// # Errors
    /// As [`Tenant::run`]. An error is kept for seconds, so that many who ask do not fail one after the other.
    pub async fn ask(
        self: &Rc<Self>,
        request: &DqlRequest,
        freshness: Freshness,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Answer, TenantError> {
        let key = Key::of(&self.config, request);
        let inquiry = Inquiry::query(request.clone(), self.config.limits());
        let scanned = |result: &GrailResult| result.metadata().scanned_bytes;
        self.observed(&key, inquiry, freshness, cancelled.boxed_local(), scanned).await
    }

    /// As [`ask`](Self::ask), of another service of the environment. Ends within 30 s; a request that nobody waits
    /// for any more is aborted.
    ///
    /// # Errors
    /// [`TenantError`]; an error is kept for seconds.
    pub async fn ask_service(
        self: &Rc<Self>,
        request: &ServiceRequest,
        freshness: Freshness,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Answer<ServiceResult>, TenantError> {
        let key = Key::of_service(&self.config, request);
        let inquiry = Inquiry::service(request.clone(), self.config.limits());
        self.observed(&key, inquiry, freshness, cancelled.boxed_local(), |_| 0).await
    }

    async fn observed<T: FromFound>(
        self: &Rc<Self>,
        key: &Key,
        inquiry: Inquiry,
        freshness: Freshness,
        cancelled: LocalBoxFuture<'_, ()>,
        scanned: impl Fn(&T) -> u64,
    ) -> Result<Answer<T>, TenantError> {
        let host = &self.wire.host;
        let started = host.now();
        let (outcome, cache) = self.answer(key, inquiry, freshness, cancelled).await;
        let scanned = match &outcome {
            Ok(answer) if cache == CacheOutcome::Miss => scanned(&answer.result),
            _ => 0,
        };
        host.observe(&Observation::Query {
            environment: self.config.name(),
            fingerprint: &key.fingerprint,
            outcome: outcome.as_ref().map_or_else(TenantError::code, |_| "ok"),
            cache,
            scanned_bytes: scanned,
            queued: self.queue_length(),
            duration: host.now().since(started),
        });
        outcome
    }

    async fn answer<T: FromFound>(
        self: &Rc<Self>,
        key: &Key,
        mut inquiry: Inquiry,
        freshness: Freshness,
        mut cancelled: LocalBoxFuture<'_, ()>,
    ) -> (Result<Answer<T>, TenantError>, CacheOutcome) {
        if let Some((error, text)) = self.sharing.refusal(key, self.wire.host.now()) {
            return (Err(placed(error, &text, inquiry.text())), CacheOutcome::Hit);
        }
        let started = self.wire.host.now();
        let not_before = freshness.not_before(started);
        let whole = inquiry.deadline();
        loop {
            let (passenger, joined) = self.board(key, &inquiry, freshness, not_before);
            // Who joins late has a deadline of his own; that of the first is the flight's.
            let deadline = async {
                match joined {
                    true => self.wire.host.sleep(inquiry.deadline()).await,
                    false => std::future::pending().await,
                }
            };
            let outcome = match select(&mut cancelled, select(passenger.arrival(), pin!(deadline))).await {
                Either::Left(_) => Err(TenantError::Cancelled),
                Either::Right((Either::Left((outcome, _)), _)) => outcome,
                Either::Right((Either::Right(_), _)) => {
                    Err(TenantError::DeadlineExceeded { deadline: whole, phase: Phase::Result })
                }
            };
            let fallback = if joined { CacheOutcome::Shared } else { CacheOutcome::Miss };
            return match outcome {
                // One after the other: who came while an older question was under way asks when that has ended.
                Ok(arrival) if joined && arrival.asked_at < not_before => {
                    inquiry.set_deadline(whole.saturating_sub(self.wire.host.now().since(started)));
                    continue;
                }
                Ok(arrival) => {
                    let cache = if arrival.cache == CacheOutcome::Miss { fallback } else { arrival.cache };
                    let age = self.wire.host.now().since(arrival.asked_at);
                    let answer = T::from_found(arrival.found).map(|result| Answer { result, cache, age });
                    // Keys of the two kinds are never the same.
                    let mixed_up =
                        || TenantError::UnexpectedAnswer { message: "another kind of answer".to_owned() };
                    (answer.ok_or_else(mixed_up), cache)
                }
                Err(error) => (Err(placed(error, passenger.text(), inquiry.text())), fallback),
            };
        }
    }
}

/// The error of a query with this text, for a caller who wrote the same query in another way: the place in the
/// text is not a place in his.
fn placed(error: TenantError, asked: &str, own: &str) -> TenantError {
    match error {
        TenantError::InvalidQuery { error_type, message, .. } if asked != own => {
            TenantError::InvalidQuery { error_type, message, span: None }
        }
        other => other,
    }
}
