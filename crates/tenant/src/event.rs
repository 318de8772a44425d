//! Events sent to an environment: what happens in software delivery (SDLC), in the business, and what makes a
//! Site Reliability Guardian validate.
//!
//! Every event has an id of its own, `event.id`, that the caller chooses. When the connection breaks, the event
//! is looked for by that id before it is sent again, so that it is stored once. Grail itself does not know
//! duplicates: where storing takes longer than looking, a second record can still appear, under the same id.

use serde_json::{Map, Value};

use grailstage_dql::builder::{self, ago, field, minutes};

use crate::error::TenantError;
use crate::grail::request::DqlRequest;
use crate::host::{Host, Method};
use crate::operation::{Asked, Repetition};
use crate::tenant::Tenant;
use crate::write_once::{DEADLINE, left_open, write_once};

const SDLC_API: &str = "/platform/ingest/v1/events.sdlc";
const BUSINESS_API: &str = "/platform/classic/environment-api/v2/bizevents/ingest";
/// How far back an event is looked for; more than a write may take.
const LOOK_BACK_MINUTES: i64 = 10;

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
        let subject = format!("event `{}`", event.id);
        let target = match event.kind {
            EventKind::Sdlc => SDLC_API,
            EventKind::Business => BUSINESS_API,
        };
        let asked = Asked::json(Method::Post, target.to_owned(), &event.fields, Repetition::Doubles)?;
        self.operate(DEADLINE, async |operation| {
            write_once(
                &operation,
                &asked,
                &subject,
                |_| Ok(()),
                async || Ok(self.has_event(event).await?.then_some(())),
            )
            .await
        })
        .await
        .map_err(|error| left_open(error, &subject))
    }

    async fn has_event(&self, event: &Event) -> Result<bool, TenantError> {
        let table = match event.kind {
            EventKind::Sdlc => "events",
            EventKind::Business => "bizevents",
        };
        let query = builder::fetch(table)
            .from(ago(minutes(LOOK_BACK_MINUTES)))
            .filter(field("event.id").eq(event.id.as_str()))
            .fields(["event.id"])
            .limit(1)
            .build();
        let request = DqlRequest::new(grailstage_dql::print(&query));
        Ok(self.run(&request, std::future::pending()).await?.record_count() > 0)
    }
}
