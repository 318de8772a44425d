//! An environment, ready to be asked.

use std::future::Future;
use std::rc::Rc;

use futures_util::FutureExt;

use crate::condition::Experience;
use crate::environment::EnvironmentConfig;
use crate::error::TenantError;
use crate::exchange::Wire;
use crate::gate::Gate;
use crate::grail::request::DqlRequest;
use crate::grail::result::GrailResult;
use crate::grail::run::Run;
use crate::host::Host;
use crate::redaction::Redaction;
use crate::sharing::Sharing;
use crate::token::TokenSource;

/// A Dynatrace environment with its token cache. Made once per environment and kept: every run shares it.
pub struct Tenant<H> {
    pub(crate) config: EnvironmentConfig,
    pub(crate) wire: Rc<Wire<H>>,
    pub(crate) tokens: TokenSource<H>,
    gate: Gate,
    pub(crate) sharing: Sharing,
    pub(crate) experience: Experience,
}

impl<H: Host + 'static> Tenant<H> {
    /// An environment reached through `host`. Nothing is sent yet.
    #[must_use]
    pub fn new(host: Rc<H>, config: EnvironmentConfig) -> Self {
        let limits = config.limits();
        let redaction = Redaction::new(config.secrets());
        let wire = Wire::new(host, redaction, config.name().to_owned(), limits.most_answer_bytes());
        let wire = Rc::new(wire);
        let tokens = TokenSource::new(Rc::clone(&wire), config.credentials.clone());
        let gate = Gate::new(limits.max_concurrent_queries, limits.max_queued_queries);
        Self { config, wire, tokens, gate, sharing: Sharing::default(), experience: Experience::default() }
    }

    /// The configuration it was made from.
    #[must_use]
    pub const fn environment(&self) -> &EnvironmentConfig {
        &self.config
    }

    /// How many queries wait for their turn.
    #[must_use]
    pub fn queue_length(&self) -> usize {
        self.gate.queue_length()
    }

    /// Runs a query to its end and gives the result.
    ///
    /// Waits for its turn where [`Limits::max_concurrent_queries`](crate::Limits) run already. Ends within
    /// [`DqlRequest::deadline`], plus at most 2 s in which a query that still runs is cancelled in
    /// the environment. When `cancelled` resolves first, the query is cancelled there as well. A caller that
    /// drops the returned future instead aborts the open HTTP request, but leaves the query running upstream.
    ///
    /// # Errors
    /// [`TenantError`]; its texts hold none of the environment's secrets.
    pub async fn run(
        &self,
        request: &DqlRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<GrailResult, TenantError> {
        let outcome = self.start(request).to_end(cancelled.boxed_local()).await;
        outcome.map_err(|error| {
            let error = self.wire.redaction.error(error);
            self.experience.remember(self.wire.host.now(), &error);
            error
        })
    }

    fn start<'a>(&'a self, request: &'a DqlRequest) -> Run<'a, H> {
        Run::new(&self.config, &self.wire, &self.tokens, &self.gate, request)
    }
}
