//! What a card asks once the first answers are there: queries that only those answers can name.

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use grailstage_tenant::{
    Answer, CacheOutcome, DqlRequest, Freshness, GrailResult, Host, Tenant, TenantError,
};

use crate::InsightError;
use crate::timeframe::{Timeframe, iso};

/// A query that somebody else wrote, such as the indicator of a service-level objective. What stands in its text is not
/// checked here: it is asked as any other, with the token and within the limits of the environment.
#[derive(Debug, Clone)]
pub struct FollowUp {
    /// What it is asked for, for the reader: `indicator of cart`.
    pub name: String,
    /// What is asked; a timeframe in it is replaced.
    pub request: DqlRequest,
    /// How far back it looks from now.
    pub lookback: Duration,
}

/// What became of a [`FollowUp`]: each fails for itself.
pub type FollowUpOutcome = Result<Rc<GrailResult>, TenantError>;

/// A follow-up with its outcome, and what it cost.
pub(crate) struct Asked {
    pub(crate) follow_up: FollowUp,
    pub(crate) timeframe: (String, String),
    pub(crate) outcome: FollowUpOutcome,
    /// Where the answer comes from, and how old it is; nothing where there is none.
    pub(crate) cache: Option<(CacheOutcome, Duration)>,
}

/// Asks all of them at the same time, up to now.
///
/// # Errors
/// When the caller no longer wants the answer.
pub(crate) async fn ask<H: Host + 'static>(
    tenant: &Rc<Tenant<H>>,
    now: grailstage_tenant::UnixMillis,
    follow_ups: Vec<FollowUp>,
    freshness: Freshness,
    cancelled: impl Future<Output = ()> + Clone,
) -> Result<Vec<Asked>, InsightError> {
    let attempts = follow_ups.into_iter().map(|follow_up| {
        let cancelled = cancelled.clone();
        async move {
            let stretch = Timeframe::new(None, None, follow_up.lookback, now)?;
            let timeframe = (iso(stretch.from), iso(stretch.to));
            let request = follow_up.request.clone().timeframe(&*timeframe.0, &*timeframe.1);
            let (outcome, cache) = match tenant.ask(&request, freshness, cancelled).await {
                Ok(Answer { result, cache, age }) => (Ok(result), Some((cache, age))),
                Err(TenantError::Cancelled) => return Err(InsightError::Cancelled),
                Err(error) => (Err(error), None),
            };
            Ok(Asked { follow_up, timeframe, outcome, cache })
        }
    });
    join_all(attempts).await.into_iter().collect()
}
