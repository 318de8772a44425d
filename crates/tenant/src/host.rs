//! What this crate asks of the world around it: HTTP, a pause, the time, a task on the side, a store and a listener.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::observation::Observation;

/// The world outside: HTTP, timers, the clock, and where there is one a store that outlives the process.
///
/// The futures are not `Send`: WebAssembly is one thread. Dropping the future of [`Host::fetch`] aborts the
/// request.
pub trait Host {
    /// Sends one HTTP request and reads the whole answer, whose body has at most `most_bytes` bytes after
    /// decompression: a host that gets more stops reading there.
    ///
    /// Redirects are handed back as they are, never followed: the request may carry a token.
    ///
    /// # Errors
    /// [`FetchFailure`] when no complete answer arrived. Any HTTP status is an answer, not a failure.
    fn fetch(
        &self,
        request: HttpRequest,
        most_bytes: usize,
    ) -> impl Future<Output = Result<HttpResponse, FetchFailure>>;

    /// Resolves after the given time.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// The time by the wall clock.
    fn now(&self) -> UnixMillis;

    /// Runs a task to its end beside everything else: what goes on after a caller has its answer or has left.
    fn spawn(&self, task: LocalBoxFuture<'static, ()>);

    /// The value under a key of the store, or `None`. A host without a store has nothing.
    ///
    /// # Errors
    /// [`StoreFailure`] when the store does not answer.
    fn store_get(&self, _key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreFailure>> {
        async { Ok(None) }
    }

    /// Puts a value under a key of the store for a time.
    ///
    /// # Errors
    /// [`StoreFailure`] when the store does not take it.
    fn store_set(
        &self,
        _key: &str,
        _value: Vec<u8>,
        _ttl: Duration,
    ) -> impl Future<Output = Result<(), StoreFailure>> {
        async { Ok(()) }
    }

    /// Claims a key among all processes that share the store, for a time at most; `false` where another one
    /// holds it. A host without a store has nobody to share with.
    ///
    /// # Errors
    /// [`StoreFailure`] when the store does not answer.
    fn store_claim(&self, _key: &str, _ttl: Duration) -> impl Future<Output = Result<bool, StoreFailure>> {
        async { Ok(true) }
    }

    /// Gives a claimed key back.
    ///
    /// # Errors
    /// [`StoreFailure`] when the store does not answer; the claim then ends with its time.
    fn store_release(&self, _key: &str) -> impl Future<Output = Result<(), StoreFailure>> {
        async { Ok(()) }
    }

    /// Hears of everything that is worth a metric or a line in the log. Must return at once.
    fn observe(&self, _observation: &Observation<'_>) {}
}

/// Why the store did not do what it was asked, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFailure(pub String);

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// The moment `duration` later; saturates at the end of time.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// The moment `duration` earlier; saturates at the beginning of time.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// The time from `earlier` to here; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// The HTTP methods this crate uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One HTTP request. `Debug` shows neither header values nor the body nor the query string.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The absolute URL, percent-encoded, without a fragment.
    pub url: String,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
}

impl HttpRequest {
    /// The value of the first header of that lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split(['?', '#']).next().unwrap_or_default();
        formatter
            .debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &self.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().map_or(0, Vec::len))
            .finish()
    }
}

/// One HTTP answer. `Debug` shows neither header values, except the content type, nor the body.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The whole body, decompressed.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The value of the first header of that lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("content_type", &self.header("content-type"))
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Why no complete HTTP answer arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchFailure {
    /// No connection: name not found, refused, TLS failed. Not worth an immediate second try.
    Unreachable {
        /// What the host says about it.
        message: String,
    },
    /// The connection broke before the answer was complete.
    Reset {
        /// What the host says about it.
        message: String,
    },
    /// The answer was a redirect the host must not show (browsers hide status and target of a redirect that
    /// is not followed).
    Redirected,
    /// The body is larger than allowed; the rest was not read.
    TooLarge {
        /// How many bytes were allowed.
        most_bytes: usize,
    },
}
