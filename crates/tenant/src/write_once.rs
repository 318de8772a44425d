//! A write whose second arrival would be a second event or execution, and a connection that breaks.
//!
//! ```text
//! send ─▶ answered ───────────────────────────────────────────────▶ done, or refused
//!      └▶ no answer ─▶ pause, look for it ─▶ there ───────────────▶ done
//!                                         ├▶ not there (twice) ───▶ send again, under the same id
//!                                         └▶ looking fails ───────▶ write-unconfirmed
//! ```

use std::time::Duration;

use crate::error::TenantError;
use crate::host::{Host, HttpResponse};
use crate::operation::{Asked, Operation, may_have_arrived};

/// What has been written needs a moment until it can be found.
pub(crate) const PAUSE: Duration = Duration::from_secs(5);
/// How often it is looked for before it counts as lost.
pub(crate) const LOOKS: u32 = 2;
/// How often it is sent at most.
pub(crate) const TRIES: u32 = 3;
/// The time for all of this.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// Sends a request until it has been written once, and gives what `read` makes of the answer, or what `find`
/// has found.
pub(crate) async fn write_once<H: Host + 'static, T>(
    operation: &Operation<'_, H>,
    asked: &Asked,
    subject: &str,
    read: impl Fn(&HttpResponse) -> Result<T, TenantError>,
    find: impl AsyncFn() -> Result<Option<T>, TenantError>,
) -> Result<T, TenantError> {
    let unconfirmed =
        |message: String| TenantError::WriteUnconfirmed { subject: subject.to_owned(), message };
    let mut last = String::new();
    for _ in 0..TRIES {
        match operation.succeed(asked).await.and_then(|response| read(&response)) {
            Ok(written) => return Ok(written),
            Err(error) if may_have_arrived(&error) => last = error.to_string(),
            Err(error) => return Err(error),
        }
        for _ in 0..LOOKS {
            operation.pause(PAUSE).await;
            match find().await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                Err(error) => {
                    return Err(unconfirmed(format!("{last}; looking for it has failed as well: {error}")));
                }
            }
        }
    }
    Err(unconfirmed(last))
}

/// A deadline that ends a write leaves open whether it has arrived.
pub(crate) fn left_open(error: TenantError, subject: &str) -> TenantError {
    match error {
        TenantError::DeadlineExceeded { .. } => {
            TenantError::WriteUnconfirmed { subject: subject.to_owned(), message: error.to_string() }
        }
        other => other,
    }
}
