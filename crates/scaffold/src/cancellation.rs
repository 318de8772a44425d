//! Work that ends when nobody wants it any more.

use std::future::Future;
use std::pin::pin;

use futures_util::future::{Either, select};
use grailstage_insights::InsightError;

use crate::ScaffoldError;

/// What the work gives, unless `cancelled` resolves first: then the work is dropped, with its open requests.
pub(crate) async fn or_cancelled<T>(
    work: impl Future<Output = T>,
    cancelled: impl Future<Output = ()>,
) -> Result<T, ScaffoldError> {
    match select(pin!(cancelled), pin!(work)).await {
        Either::Left(_) => Err(ScaffoldError::Insight(InsightError::Cancelled)),
        Either::Right((outcome, _)) => Ok(outcome),
    }
}
