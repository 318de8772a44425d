//! Events sent to an environment: what happens in software delivery (SDLC), in the business, and what makes a
//! Site Reliability Guardian validate.
//!
//! Every event has an id of its own, `event.id`, that the caller chooses. When the connection breaks, the event
//! is looked for by that id before it is sent again, so that it is stored once. Grail itself does not know
//! duplicates: where storing takes longer than looking, a second record can still appear, under the same id.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use grailstage_dql::builder::{self, ago, column, count, field, is_in, minutes};

use crate::error::TenantError;
use crate::grail::request::DqlRequest;
use crate::host::{Host, Method, UnixMillis};
use crate::operation::{Asked, Repetition, may_have_arrived};
use crate::tenant::Tenant;
use crate::write_once::{DEADLINE, LOOKS, PAUSE, TRIES, left_open};

const SDLC_API: &str = "/platform/ingest/v1/events.sdlc";
const BUSINESS_API: &str = "/platform/classic/environment-api/v2/bizevents/ingest";
/// How far back an event is looked for; more than a write may take.
const LOOK_BACK_MINUTES: i64 = 10;
/// Events in one request.
const BATCH: usize = 100;

/// Where an event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// `events` with `event.kind` `SDLC_EVENT`. Scopes: `storage:events:write`, and `storage:events:read` for
    /// looking after a broken connection.
    Sdlc,
    /// `bizevents`. Scopes: `storage:events:write`, and `storage:bizevents:read` for looking after a broken
    /// connection.
    Business,
}

/// An event to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    kind: EventKind,
    id: String,
    fields: Map<String, Value>,
}

impl Event {
    /// An event of software delivery, such as `build` by `github.com`, with an id nobody else uses.
    #[must_use]
    pub fn sdlc(id: impl Into<String>, event_type: &str, provider: &str) -> Self {
        Self::new(EventKind::Sdlc, id.into(), event_type, provider).with("event.kind", "SDLC_EVENT")
    }

    /// A business event, with an id nobody else uses.
    #[must_use]
    pub fn business(id: impl Into<String>, event_type: &str, provider: &str) -> Self {
        Self::new(EventKind::Business, id.into(), event_type, provider)
    }

    fn new(kind: EventKind, id: String, event_type: &str, provider: &str) -> Self {
        let event = Self { kind, id: id.clone(), fields: Map::new() };
        event.with("event.id", id).with("event.type", event_type).with("event.provider", provider)
    }

    /// The event with a further field. Names are flat, with dots: `cicd.pipeline.run.outcome`. The id stays
    /// what it is.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = if name == "event.id" { Value::String(self.id.clone()) } else { value.into() };
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// Its fields, the id among them.
    #[must_use]
    pub const fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it goes.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        self.kind
    }
}

/// What makes guardians validate a release.
#[derive(Debug, Clone, PartialEq)]
pub struct GuardianTrigger {
    /// `Business` for business guardians, `Sdlc` for lifecycle guardians.
    pub kind: EventKind,
    /// Id of the event.
    pub id: String,
    /// Who asks.
    pub provider: String,
    /// The tags the guardians have, such as `stage` = `hardening`.
    pub tags: Vec<(String, String)>,
    /// Start and end of what is to be validated, ISO 8601.
    pub timeframe: Option<(String, String)>,
    /// What comes back with the result, besides `id`, which is the event's.
    pub context: Map<String, Value>,
}

impl GuardianTrigger {
    /// The event that the workflows of guardians listen to by default.
    #[must_use]
    pub fn event(&self) -> Event {
        let mut event = match self.kind {
            EventKind::Business => {
                Event::business(self.id.clone(), "guardian.validation.triggered", &self.provider)
            }
            EventKind::Sdlc => Event::sdlc(self.id.clone(), "validation.triggered", &self.provider)
                .with("event.category", "task"),
        };
        for (key, value) in &self.tags {
            event = event.with(&format!("tag.{key}"), value.as_str());
        }
        if let Some((from, to)) = &self.timeframe {
            event = event.with("timeframe.from", from.as_str()).with("timeframe.to", to.as_str());
        }
        let mut context = self.context.clone();
        context.insert("id".to_owned(), self.id.clone().into());
        event.with("execution_context", context)
    }
}

impl<H: Host + 'static> Tenant<H> {
    /// Sends an event, and ends when it is stored.
    ///
    /// # Errors
    /// [`TenantError`]; `write-unconfirmed` when the connection broke and there is no telling whether the event
    /// has arrived.
    pub async fn send_event(&self, event: &Event) -> Result<(), TenantError> {
        self.send_events(std::slice::from_ref(event), None).await.map(drop)
    }

    /// Sends events, a hundred in a request, and ends when all are stored: how many were sent. Those that an
    /// earlier attempt may have sent since `attempted` are looked for first, and not sent again.
    ///
    /// # Errors
    /// [`TenantError`]; `write-unconfirmed` when the connection broke and there is no telling whether events
    /// have arrived. What was sent before it is stored.
    pub async fn send_events(
        &self,
        events: &[Event],
        attempted: Option<UnixMillis>,
    ) -> Result<usize, TenantError> {
        let mut sent = 0;
        for kind in [EventKind::Sdlc, EventKind::Business] {
            let events: Vec<&Event> = events.iter().filter(|event| event.kind == kind).collect();
            for batch in events.chunks(BATCH) {
                let open = match attempted {
                    Some(since) => self.not_stored(kind, batch.to_vec(), since).await?,
                    None => batch.to_vec(),
                };
                if !open.is_empty() {
                    sent += open.len();
                    self.send_batch(kind, open).await?;
                }
            }
        }
        Ok(sent)
    }

    /// As [`write_once`](crate::write_once): what has arrived is not sent again, the rest of the batch is.
    async fn send_batch(&self, kind: EventKind, batch: Vec<&Event>) -> Result<(), TenantError> {
        let subject = match batch.as_slice() {
            [event] => format!("event `{}`", event.id),
            [first, ..] => format!("`{}` and {} more events", first.id, batch.len() - 1),
            [] => return Ok(()),
        };
        let unconfirmed =
            |message: String| TenantError::WriteUnconfirmed { subject: subject.clone(), message };
        let begun = self.wire.host.now();
        self.operate(DEADLINE, async |operation| {
            let mut open = batch;
            let mut last = String::new();
            for _ in 0..TRIES {
                match operation.succeed(&asked(kind, &open)?).await {
                    Ok(_) => return Ok(()),
                    Err(error) if may_have_arrived(&error) => last = error.to_string(),
                    Err(error) => return Err(error),
                }
                for _ in 0..LOOKS {
                    operation.pause(PAUSE).await;
                    open = self.not_stored(kind, open, begun).await.map_err(|error| {
                        unconfirmed(format!("{last}; looking for it has failed as well: {error}"))
                    })?;
                    if open.is_empty() {
                        return Ok(());
                    }
                }
            }
            Err(unconfirmed(last))
        })
        .await
        .map_err(|error| left_open(error, &subject))
    }

    /// Those of the events that are not found among what was stored since.
    async fn not_stored<'e>(
        &self,
        kind: EventKind,
        events: Vec<&'e Event>,
        since: UnixMillis,
    ) -> Result<Vec<&'e Event>, TenantError> {
        #[derive(Deserialize)]
        struct Stored {
            #[serde(rename = "event.id")]
            id: Option<String>,
        }

        let table = match kind {
            EventKind::Sdlc => "events",
            EventKind::Business => "bizevents",
        };
        let passed = self.wire.host.now().since(since).as_secs() / 60;
        let look_back = LOOK_BACK_MINUTES.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX));
        let query = builder::fetch(table)
            .from(ago(minutes(look_back)))
            .filter(is_in(field("event.id"), events.iter().map(|event| event.id.as_str())))
            .summarize([column("records", count())])
            .by(["event.id"])
            .build();
        let request = DqlRequest::new(grailstage_dql::print(&query));
        let result = self.run(&request, std::future::pending()).await?;
        let stored: Vec<Stored> = result.rows()?;
        let stored: HashSet<String> = stored.into_iter().filter_map(|stored| stored.id).collect();
        Ok(events.into_iter().filter(|event| !stored.contains(&event.id)).collect())
    }
}

/// One event as an object, several as an array of them.
fn asked(kind: EventKind, events: &[&Event]) -> Result<Asked, TenantError> {
    let target = match kind {
        EventKind::Sdlc => SDLC_API,
        EventKind::Business => BUSINESS_API,
    };
    match events {
        [event] => Asked::json(Method::Post, target.to_owned(), &event.fields, Repetition::Doubles),
        several => {
            let bodies: Vec<_> = several.iter().map(|event| &event.fields).collect();
            Asked::json(Method::Post, target.to_owned(), &bodies, Repetition::Doubles)
        }
    }
}
