//! The two kinds of questions that are shared, and what they find.

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::error::TenantError;
use crate::grail::request::DqlRequest;
use crate::grail::result::GrailResult;
use crate::host::Host;
use crate::limits::Limits;
use crate::service::{ServiceRequest, ServiceResult};
use crate::tenant::Tenant;

/// A question.
#[derive(Clone)]
pub(super) enum Inquiry {
    Query { request: DqlRequest, deadline: Duration },
    Service { request: ServiceRequest, deadline: Duration },
}

/// What it finds.
#[derive(Clone)]
pub(super) enum Found {
    Records(Rc<GrailResult>),
    Items(Rc<ServiceResult>),
}

impl Inquiry {
    /// A query, with its own deadline or that of the environment.
    pub(super) fn query(request: DqlRequest, limits: Limits) -> Self {
        let deadline = request.deadline_within(limits);
        Self::Query { request, deadline }
    }

    /// A request to a service, with the deadline of the environment.
    pub(super) fn service(request: ServiceRequest, limits: Limits) -> Self {
        Self::Service { request, deadline: limits.request_timeout() }
    }

    pub(super) const fn deadline(&self) -> Duration {
        match self {
            Self::Query { deadline, .. } | Self::Service { deadline, .. } => *deadline,
        }
    }

    pub(super) const fn set_deadline(&mut self, within: Duration) {
        match self {
            Self::Query { deadline, .. } | Self::Service { deadline, .. } => *deadline = within,
        }
    }

    /// The text places in errors point into.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Query { request, .. } => &request.query,
            Self::Service { request, .. } => request.subject(),
        }
    }

    /// Asks it, until somebody has deserted it.
    pub(super) async fn ask<H: Host + 'static>(
        &self,
        tenant: &Tenant<H>,
        deserted: impl Future<Output = ()>,
    ) -> Result<Found, TenantError> {
        match self {
            Self::Query { request, deadline } => {
                let request = request.clone().deadline(*deadline);
                Ok(Found::Records(Rc::new(tenant.run(&request, deserted).await?)))
            }
            Self::Service { request, deadline } => {
                let answer = pin!(request.answer(tenant, *deadline));
                let outcome = match select(pin!(deserted), answer).await {
                    Either::Left(_) => Err(TenantError::Cancelled),
                    Either::Right((outcome, _)) => outcome,
                };
                outcome
                    .map(|items| Found::Items(Rc::new(items)))
                    .inspect_err(|error| tenant.experience.remember(tenant.wire.host.now(), error))
            }
        }
    }
}

/// A result of the kind that was asked for.
pub(super) trait FromFound: Sized {
    fn from_found(found: Found) -> Option<Rc<Self>>;
}

impl FromFound for GrailResult {
    fn from_found(found: Found) -> Option<Rc<Self>> {
        match found {
            Found::Records(result) => Some(result),
            Found::Items(_) => None,
        }
    }
}

impl FromFound for ServiceResult {
    fn from_found(found: Found) -> Option<Rc<Self>> {
        match found {
            Found::Items(result) => Some(result),
            Found::Records(_) => None,
        }
    }
}
