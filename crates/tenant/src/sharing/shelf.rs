//! The store of the host, asked with little patience.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::host::{Host, StoreFailure, UnixMillis};
use crate::observation::Observation;

/// How long an answer waits for the store.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long writing may take, which nobody waits for.
const WRITE_PATIENCE: Duration = Duration::from_secs(5);
/// How long a store that failed is left alone.
const REST: Duration = Duration::from_secs(5);

/// Whether the store is worth asking. After a failure it is not, for a while: else every request would wait
/// for it.
#[derive(Default)]
pub(super) struct Shelf {
    rests_until: Cell<UnixMillis>,
}

impl Shelf {
    pub(super) async fn get<H: Host>(&self, host: &H, key: &str) -> Option<Vec<u8>> {
        self.within(host, PATIENCE, "get", host.store_get(key)).await.flatten()
    }

    pub(super) async fn set<H: Host>(&self, host: &H, key: &str, value: Vec<u8>, ttl: Duration) {
        self.within(host, WRITE_PATIENCE, "set", host.store_set(key, value, ttl)).await;
    }

    /// Whether the key is ours now; so it is where there is no telling.
    pub(super) async fn claim<H: Host>(&self, host: &H, key: &str, ttl: Duration) -> bool {
        self.within(host, PATIENCE, "claim", host.store_claim(key, ttl)).await.unwrap_or(true)
    }

    pub(super) async fn release<H: Host>(&self, host: &H, key: &str) {
        self.within(host, WRITE_PATIENCE, "release", host.store_release(key)).await;
    }

    async fn within<H: Host, T>(
        &self,
        host: &H,
        patience: Duration,
        operation: &'static str,
        work: impl Future<Output = Result<T, StoreFailure>>,
    ) -> Option<T> {
        if host.now() < self.rests_until.get() {
            return None;
        }
        let outcome = match select(pin!(work), pin!(host.sleep(patience))).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(StoreFailure(format!("no answer within {} ms", patience.as_millis()))),
        };
        match outcome {
            Ok(value) => Some(value),
            Err(StoreFailure(message)) => {
                self.rests_until.set(host.now().after(REST));
                host.observe(&Observation::StoreFailed { operation, message: &message });
                None
            }
        }
    }
}
