//! How many may work at the same time, and how many may wait for that.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::error::TenantError;

/// A gate with a bounded queue before it. First come, first served: who arrives while others wait joins the
/// end of the queue, even where a place has just become free.
pub(crate) struct Gate {
    places: usize,
    most_waiting: usize,
    inside: Cell<usize>,
    waiting: RefCell<VecDeque<Rc<Ticket>>>,
}

/// One who waits.
#[derive(Default)]
struct Ticket {
    admitted: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Gate {
    pub(crate) const fn new(places: usize, most_waiting: usize) -> Self {
        Self { places, most_waiting, inside: Cell::new(0), waiting: RefCell::new(VecDeque::new()) }
    }

    /// Resolves when there is a place inside, which is kept until the [`Place`] is dropped. Dropping the
    /// future leaves the queue.
    ///
    /// # Errors
    /// `queue-full` at once where nobody else may wait.
    pub(crate) fn enter(&self) -> Result<Entering<'_>, TenantError> {
        let mut waiting = self.waiting.borrow_mut();
        if self.inside.get() < self.places {
            self.inside.set(self.inside.get() + 1);
            let ticket = Ticket { admitted: Cell::new(true), ..Ticket::default() };
            return Ok(Entering { gate: self, ticket: Some(Rc::new(ticket)) });
        }
        if waiting.len() >= self.most_waiting {
            return Err(TenantError::QueueFull { running: self.inside.get(), queued: waiting.len() });
        }
        let ticket = Rc::new(Ticket::default());
        waiting.push_back(Rc::clone(&ticket));
        Ok(Entering { gate: self, ticket: Some(ticket) })
    }

    /// How many wait.
    pub(crate) fn queue_length(&self) -> usize {
        self.waiting.borrow().len()
    }

    /// Hands a place on to the first who waits, or gives it up.
    fn leave(&self) {
        let next = self.waiting.borrow_mut().pop_front();
        match next {
            Some(ticket) => {
                ticket.admitted.set(true);
                let waker = ticket.waker.borrow_mut().take();
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            None => self.inside.set(self.inside.get() - 1),
        }
    }
}

/// Waits for a place.
pub(crate) struct Entering<'a> {
    gate: &'a Gate,
    /// Gone when the place is taken.
    ticket: Option<Rc<Ticket>>,
}

impl<'a> Future for Entering<'a> {
    type Output = Place<'a>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Place<'a>> {
        if let Some(ticket) = &self.ticket
            && !ticket.admitted.get()
        {
            *ticket.waker.borrow_mut() = Some(context.waker().clone());
            return Poll::Pending;
        }
        self.ticket = None;
        Poll::Ready(Place { gate: self.gate })
    }
}

impl Drop for Entering<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket.take() else { return };
        if ticket.admitted.get() {
            self.gate.leave();
        } else {
            self.gate.waiting.borrow_mut().retain(|other| !Rc::ptr_eq(other, &ticket));
        }
    }
}

/// A place inside.
pub(crate) struct Place<'a> {
    gate: &'a Gate,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.gate.leave();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    fn poll<'a>(entering: Pin<&mut Entering<'a>>) -> Option<Place<'a>> {
        match entering.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(place) => Some(place),
            Poll::Pending => None,
        }
    }

    #[test]
    fn admits_in_the_order_of_arrival() {
        let gate = Gate::new(1, 2);
        let first = poll(pin!(gate.enter().unwrap())).unwrap();
        let (mut second, mut third) = (pin!(gate.enter().unwrap()), pin!(gate.enter().unwrap()));
        assert!(poll(third.as_mut()).is_none() && poll(second.as_mut()).is_none());
        assert_eq!(gate.queue_length(), 2);
        drop(first);
        assert!(poll(third.as_mut()).is_none());
        let second = poll(second.as_mut()).unwrap();
        drop(second);
        assert!(poll(third.as_mut()).is_some());
    }

    #[test]
    fn refuses_who_does_not_fit_into_the_queue() {
        let gate = Gate::new(1, 1);
        let _inside = poll(pin!(gate.enter().unwrap())).unwrap();
        let _waiting = gate.enter().unwrap();
        let Err(error) = gate.enter() else { panic!("the queue is full") };
        assert_eq!((error.code(), error.status()), ("queue-full", 503));
        assert_eq!(error.to_string(), "too many queries: 1 run and 1 wait already");
        assert!(error.help().unwrap().contains("`limits.maxConcurrentQueries`"));
    }

    #[test]
    fn who_gives_up_waiting_leaves_the_queue() {
        let gate = Gate::new(1, 2);
        let inside = poll(pin!(gate.enter().unwrap())).unwrap();
        let impatient = gate.enter().unwrap();
        let mut patient = pin!(gate.enter().unwrap());
        drop(impatient);
        assert_eq!(gate.queue_length(), 1);
        drop(inside);
        assert!(poll(patient.as_mut()).is_some());
    }

    #[test]
    fn a_place_given_to_someone_who_is_gone_is_not_lost() {
        let gate = Gate::new(1, 2);
        let inside = poll(pin!(gate.enter().unwrap())).unwrap();
        let admitted = gate.enter().unwrap();
        let mut next = pin!(gate.enter().unwrap());
        drop(inside);
        drop(admitted);
        drop(poll(next.as_mut()).unwrap());
        assert!(poll(pin!(gate.enter().unwrap())).is_some());
    }
}
