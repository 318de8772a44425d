//! A question under way, and those who wait for its answer.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, Shared, select};

use super::Freshness;
use super::entry::{self, Entry};
use super::inquiry::{Found, Inquiry};
use super::key::Key;
use super::shelf::Shelf;
use crate::error::TenantError;
use crate::host::{Host, UnixMillis};
use crate::observation::CacheOutcome;
use crate::tenant::Tenant;

/// The largest answer that is stored.
const MOST_ENTRY_BYTES: usize = 4 * 1_048_576;
/// How often a process looks whether another one has the answer.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How long an error is given to all who ask the same. Seconds: what is wrong may be put right at any time.
const REFUSAL: Duration = Duration::from_secs(3);
/// The longest a rate limit is believed.
const LONGEST_REFUSAL: Duration = Duration::from_secs(10);
/// How many errors are kept at most.
const MOST_REFUSALS: usize = 1_000;

/// What a flight brings.
#[derive(Clone)]
pub(super) struct Arrival {
    pub(super) found: Found,
    pub(super) asked_at: UnixMillis,
    pub(super) cache: CacheOutcome,
}

type Outcome = Result<Arrival, TenantError>;

/// What the callers of one environment share.
#[derive(Default)]
pub(crate) struct Sharing {
    flights: RefCell<HashMap<Course, Rc<Flight>>>,
    /// Answers that are given out as stale while a new one is asked for.
    renewed: RefCell<HashSet<Key>>,
    /// Errors of the last seconds, and the text of the question that met them.
    refusals: RefCell<HashMap<Key, Refusal>>,
    shelf: Shelf,
}

/// What a flight asks, and whether it passes over what is kept: those who take that do not wait for the others.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Course {
    key: Key,
    anew: bool,
}

struct Refusal {
    until: UnixMillis,
    error: TenantError,
    text: String,
}

struct Flight {
    arrival: Shared<LocalBoxFuture<'static, Outcome>>,
    interest: Rc<Interest>,
    text: String,
}

/// How many wait, and whether they have all left.
#[derive(Default)]
struct Interest {
    callers: Cell<usize>,
    deserted: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Interest {
    fn desert(&self) {
        self.deserted.set(true);
        let waker = self.waker.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Resolves when nobody waits any more.
    async fn deserted(&self) {
        std::future::poll_fn(|context| {
            if self.deserted.get() {
                return Poll::Ready(());
            }
            *self.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// One who waits for a flight. Dropping it is leaving.
pub(super) struct Passenger<'a> {
    sharing: &'a Sharing,
    course: Course,
    flight: Rc<Flight>,
}

impl Passenger<'_> {
    pub(super) fn arrival(&self) -> Shared<LocalBoxFuture<'static, Outcome>> {
        self.flight.arrival.clone()
    }

    /// The text that is asked, which may differ from the passenger's in blanks.
    pub(super) fn text(&self) -> &str {
        &self.flight.text
    }
}

impl Drop for Passenger<'_> {
    fn drop(&mut self) {
        let interest = &self.flight.interest;
        interest.callers.set(interest.callers.get() - 1);
        if interest.callers.get() > 0 || self.flight.arrival.peek().is_some() {
            return;
        }
        // Who comes now must not join a flight that is being given up.
        self.sharing.forget(&self.course, interest);
        interest.desert();
    }
}

impl Sharing {
    /// The error this question met a moment ago, and the text it was asked in.
    pub(super) fn refusal(&self, key: &Key, now: UnixMillis) -> Option<(TenantError, String)> {
        let refusals = self.refusals.borrow();
        let refusal = refusals.get(key).filter(|refusal| now < refusal.until)?;
        Some((refusal.error.clone(), refusal.text.clone()))
    }

    fn refuse(&self, key: &Key, now: UnixMillis, error: &TenantError, text: &str) {
        let lasts = match error {
            // These say something about one caller, or that asking again is the way on.
            TenantError::Cancelled | TenantError::QueueFull { .. } | TenantError::ResultGone => return,
            TenantError::RateLimited { retry_after: Some(wait) } => (*wait).clamp(REFUSAL, LONGEST_REFUSAL),
            _ => REFUSAL,
        };
        let mut refusals = self.refusals.borrow_mut();
        refusals.retain(|_, refusal| now < refusal.until);
        if refusals.len() < MOST_REFUSALS {
            let until = now.after(lasts);
            refusals.insert(key.clone(), Refusal { until, error: error.clone(), text: text.to_owned() });
        }
    }

    fn forget(&self, course: &Course, interest: &Rc<Interest>) {
        let mut flights = self.flights.borrow_mut();
        if flights.get(course).is_some_and(|flight| Rc::ptr_eq(&flight.interest, interest)) {
            flights.remove(course);
        }
    }
}

impl<H: Host + 'static> Tenant<H> {
    /// A seat on the flight that asks this question, and whether it was under way already.
    ///
    /// Nothing that was asked before `not_before` is taken from the store. A flight that was under way may still
    /// bring such an answer.
    pub(super) fn board(
        self: &Rc<Self>,
        key: &Key,
        inquiry: &Inquiry,
        freshness: Freshness,
        not_before: UnixMillis,
    ) -> (Passenger<'_>, bool) {
        let course = Course { key: key.clone(), anew: freshness.anew && freshness.stores() };
        let known = self.sharing.flights.borrow().get(&course).map(Rc::clone);
        // One that has landed stays until its answer is stored, and brings nothing newer.
        let known = known.filter(|flight| match flight.arrival.peek() {
            Some(Ok(arrival)) => arrival.asked_at >= not_before,
            _ => true,
        });
        let joined = known.is_some();
        let flight = known.unwrap_or_else(|| self.take_off(&course, inquiry, freshness, not_before));
        flight.interest.callers.set(flight.interest.callers.get() + 1);
        (Passenger { sharing: &self.sharing, course, flight }, joined)
    }

    fn take_off(
        self: &Rc<Self>,
        course: &Course,
        inquiry: &Inquiry,
        freshness: Freshness,
        not_before: UnixMillis,
    ) -> Rc<Flight> {
        let interest = Rc::<Interest>::default();
        let flying = Flying {
            tenant: Rc::clone(self),
            course: course.clone(),
            inquiry: inquiry.clone(),
            freshness,
            not_before,
            interest: Rc::clone(&interest),
            renewal: false,
        };
        let arrival = flying.fly().boxed_local().shared();
        let flight = Rc::new(Flight { arrival: arrival.clone(), interest, text: inquiry.text().to_owned() });
        self.sharing.flights.borrow_mut().insert(course.clone(), Rc::clone(&flight));
        // Beside its callers: it goes on to cancel the query after the last of them has left.
        self.wire.host.spawn(arrival.map(drop).boxed_local());
        flight
    }

    async fn stored(&self, key: &Key) -> Option<Entry> {
        entry::decode(&self.sharing.shelf.get(&*self.wire.host, &key.answer()).await?)
    }
}

/// A flight from within.
struct Flying<H> {
    tenant: Rc<Tenant<H>>,
    course: Course,
    inquiry: Inquiry,
    freshness: Freshness,
    /// What was asked earlier is not good enough.
    not_before: UnixMillis,
    interest: Rc<Interest>,
    /// Whether it is asked beside those who get a stale answer.
    renewal: bool,
}

impl<H: Host + 'static> Flying<H> {
    async fn fly(self) -> Outcome {
        let started = self.tenant.wire.host.now();
        if self.freshness.stores() {
            match self.look().await {
                Some(arrival) if arrival.cache == CacheOutcome::Stale => {
                    self.renew();
                    return Ok(self.landed(arrival));
                }
                Some(arrival) => return Ok(self.landed(arrival)),
                None => {}
            }
            if let Some(arrival) = self.claim(started).await? {
                return Ok(self.landed(arrival));
            }
        }
        self.ask(started).await
    }

    /// What is stored, fresh or stale.
    async fn look(&self) -> Option<Arrival> {
        let Entry { asked_at, found } = self.tenant.stored(&self.course.key).await?;
        if asked_at < self.not_before {
            return None;
        }
        let age = self.tenant.wire.host.now().since(asked_at);
        let cache = if age < self.freshness.fresh || self.course.anew {
            CacheOutcome::Hit
        } else if age < self.freshness.fresh + self.freshness.stale {
            CacheOutcome::Stale
        } else {
            return None;
        };
        Some(Arrival { found, asked_at, cache })
    }

    /// Waits until the question is ours to ask, or another process has the answer.
    async fn claim(&self, started: UnixMillis) -> Result<Option<Arrival>, TenantError> {
        let host = &*self.tenant.wire.host;
        let shelf = &self.tenant.sharing.shelf;
        while !shelf.claim(host, &self.course.key.claim(), self.inquiry.deadline()).await {
            let wait = std::pin::pin!(host.sleep(LOOK_AGAIN));
            if let Either::Left(_) = select(std::pin::pin!(self.interest.deserted()), wait).await {
                self.tenant.sharing.forget(&self.course, &self.interest);
                return Err(TenantError::Cancelled);
            }
            if let Some(arrival) = self.look().await {
                return Ok(Some(arrival));
            }
            // A claim whose holder died ends with its time; whoever waits has no more time than that.
            if host.now().since(started) >= self.inquiry.deadline() / 2 {
                break;
            }
        }
        Ok(None)
    }

    /// Asks the environment, and stores what it says.
    async fn ask(self, started: UnixMillis) -> Outcome {
        let Self { tenant, course, mut inquiry, freshness, interest, renewal, .. } = self;
        let host = Rc::clone(&tenant.wire.host);
        let asked_at = host.now();
        inquiry.set_deadline(inquiry.deadline().saturating_sub(asked_at.since(started)));
        let outcome = inquiry.ask(&tenant, interest.deserted()).await;
        let value = match &outcome {
            Ok(found) if freshness.stores() => entry::encode(asked_at, found, MOST_ENTRY_BYTES),
            Ok(_) => None,
            Err(error) => {
                // Who renews leaves the others their stale answer.
                if !renewal {
                    tenant.sharing.refuse(&course.key, host.now(), error, inquiry.text());
                }
                None
            }
        };
        let landing = {
            let (tenant, course, interest) = (Rc::clone(&tenant), course, Rc::clone(&interest));
            async move {
                let (host, shelf) = (&*tenant.wire.host, &tenant.sharing.shelf);
                if let Some(value) = value {
                    shelf.set(host, &course.key.answer(), value, freshness.fresh + freshness.stale).await;
                }
                // Until here who asks gets the answer from the flight.
                tenant.sharing.forget(&course, &interest);
                if freshness.stores() {
                    shelf.release(host, &course.key.claim()).await;
                }
            }
        };
        if freshness.stores() {
            host.spawn(landing.boxed_local());
        } else {
            landing.await;
        }
        Ok(Arrival { found: outcome?, asked_at, cache: CacheOutcome::Miss })
    }

    /// Asks anew beside everybody who gets the stale answer, once at a time.
    fn renew(&self) {
        let tenant = Rc::clone(&self.tenant);
        if !tenant.sharing.renewed.borrow_mut().insert(self.course.key.clone()) {
            return;
        }
        let flying = Self {
            tenant: Rc::clone(&tenant),
            course: self.course.clone(),
            inquiry: self.inquiry.clone(),
            freshness: self.freshness,
            not_before: self.not_before,
            interest: Rc::default(),
            renewal: true,
        };
        let renewal = async move {
            let (host, shelf) = (&*tenant.wire.host, &tenant.sharing.shelf);
            let key = flying.course.key.clone();
            // Another process that renews it already is enough.
            if shelf.claim(host, &key.claim(), flying.inquiry.deadline()).await {
                let started = host.now();
                if flying.ask(started).await.is_err() {
                    // The stale answer goes on; the next attempt waits a little.
                    host.sleep(REFUSAL).await;
                }
            }
            tenant.sharing.renewed.borrow_mut().remove(&key);
        };
        self.tenant.wire.host.spawn(renewal.boxed_local());
    }

    fn landed(&self, arrival: Arrival) -> Arrival {
        self.tenant.sharing.forget(&self.course, &self.interest);
        arrival
    }
}
