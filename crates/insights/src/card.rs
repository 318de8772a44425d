//! What a card is: questions about an entity, and how their answers are drawn.
//!
//! ```text
//! Subject ─┬─ questions ─────────> DQL ──────────────────┬─ read ──> Reading ─┐
//!          └─ service_questions ─> settings and the like ┘                    ├── answer ──> Contents
//!              (once for each environment, all at the same time) ──> Reading ─┘
//!              follow_ups: queries that the first answers name
//! ```

use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

use grailstage_dql::ast::Query;
use grailstage_tenant::{EnvironmentConfig, Freshness, GrailResult, ServiceRequest, ServiceResult};

use crate::InsightError;
use crate::answer::{Fact, Note, Section};
use crate::follow_up::{FollowUp, FollowUpOutcome};
use crate::subject::Subject;
use crate::timeframe::Timeframe;

/// One card.
///
/// A card never speaks to Dynatrace: it says what to ask and reads what comes back, so that it can be tested with
/// nothing but records.
pub trait Card: Sync {
    /// What one environment's records say, before it is put together with the others.
    type Reading: 'static;

    /// Its id, in kebab-case.
    fn id(&self) -> &'static str;

    /// The annotations that make it apply to an entity; any one of them will do. Systems, domains and groups have all
    /// cards, so none are for a card that is about them alone.
    fn annotations(&self) -> &'static [&'static str];

    /// The scopes of parts it can leave out, so that a token without them still gets the rest.
    fn optional_scopes(&self) -> &'static [&'static str] {
        &[]
    }

    /// How far back it looks where the reader does not say; `None` for a card about the present.
    fn lookback(&self) -> Option<Duration> {
        None
    }

    /// How long its answers may be used again.
    fn freshness(&self) -> Freshness {
        Freshness::seconds(60)
    }

    /// What to ask an environment, without the parts that need one of [`Context::missing_scopes`];
    /// `None` when the subject has none of [`Card::annotations`].
    ///
    /// # Errors
    /// When an annotation cannot be understood.
    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError>;

    /// What to ask the other services of an environment, such as settings, at the same time. Only where
    /// [`Card::questions`] are something; as there, without the parts that need one of
    /// [`Context::missing_scopes`].
    ///
    /// # Errors
    /// When an annotation cannot be understood.
    fn service_questions(&self, context: &Context<'_>) -> Result<Vec<ServiceQuestion>, InsightError> {
        let _ = context;
        Ok(Vec::new())
    }

    /// What to ask once the answers to all questions are there: queries that only these can name. Each costs a query,
    /// so a card says how many it asks at most. Their outcomes are in [`Results::follow_up`], in the same order.
    ///
    /// # Errors
    /// When the answers are not what the questions ask for.
    fn follow_ups(&self, context: &Context<'_>, results: &Results) -> Result<Vec<FollowUp>, InsightError> {
        let _ = (context, results);
        Ok(Vec::new())
    }

    /// What an environment's records say.
    ///
    /// # Errors
    /// When the records are not what the questions ask for.
    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError>;

    /// Puts the readings of all environments that answered together.
    fn answer(&self, subject: &Subject, readings: Vec<Self::Reading>) -> Contents;
}

/// For whom, where and when a card asks.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Whom it is about.
    pub subject: &'a Subject,
    /// Where it asks.
    pub environment: &'a EnvironmentConfig,
    /// The scopes that the environment's token turned out to lack.
    pub missing_scopes: &'a [String],
    /// The stretch of time the reader chose, or the card's own.
    pub timeframe: Timeframe,
}

impl Context<'_> {
    /// Whether the token may use a scope, as far as is known.
    #[must_use]
    pub fn may(&self, scope: &str) -> bool {
        !self.missing_scopes.iter().any(|missing| missing == scope)
    }
}

/// One query of a card.
#[derive(Debug, Clone)]
pub struct Question {
    /// Names it within the card.
    pub key: &'static str,
    /// The DQL.
    pub query: Query,
}

/// What a card asks of a service other than Grail.
#[derive(Debug, Clone)]
pub struct ServiceQuestion {
    /// Names it within the card, among its [`Question`]s, too.
    pub key: &'static str,
    /// What is asked.
    pub request: ServiceRequest,
}

/// What came back, by the key of the question. A question that failed while others succeeded has no result.
#[derive(Debug, Default)]
pub struct Results {
    pub(crate) records: Vec<(&'static str, Rc<GrailResult>)>,
    pub(crate) items: Vec<(&'static str, Rc<ServiceResult>)>,
    pub(crate) follow_ups: Vec<FollowUpOutcome>,
}

impl Results {
    /// The result of a question.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&GrailResult> {
        self.records.iter().find(|(name, _)| *name == key).map(|(_, result)| &**result)
    }

    /// The things a service has by a [`ServiceQuestion`], each of the type its request names; `None` where it has no
    /// result.
    ///
    /// # Errors
    /// `unexpected-records` when one of them has another shape.
    pub fn items<'a, T: serde::Deserialize<'a>>(&'a self, key: &str) -> Result<Option<Vec<T>>, InsightError> {
        let result = self.items.iter().find(|(name, _)| *name == key);
        let items = result.map(|(_, result)| result.items()).transpose();
        items.map_err(|error| InsightError::UnexpectedRecords { reason: error.to_string() })
    }

    /// What became of a query of [`Card::follow_ups`], by its place among them.
    #[must_use]
    pub fn follow_up(&self, place: usize) -> Option<&FollowUpOutcome> {
        self.follow_ups.get(place)
    }

    /// The records of a question; none where it has no result.
    ///
    /// # Errors
    /// `unexpected-records` when one of them has another shape.
    pub fn records<'a, T: serde::Deserialize<'a>>(&'a self, key: &str) -> Result<Vec<T>, InsightError> {
        self.get(key).map_or_else(
            || Ok(Vec::new()),
            |result| {
                result.rows().map_err(|error| InsightError::UnexpectedRecords { reason: error.to_string() })
            },
        )
    }
}

/// What a card shows.
#[derive(Debug, Default)]
pub struct Contents {
    /// What a reader takes in at a glance.
    pub facts: Vec<Fact>,
    /// What was found.
    pub sections: Vec<Section>,
    /// What the reader should know.
    pub notes: Vec<Note>,
}

/// A card whose type of reading is forgotten, so that all of them fit one registry.
pub(crate) trait AnyCard: Sync {
    fn id(&self) -> &'static str;
    fn annotations(&self) -> &'static [&'static str];
    fn optional_scopes(&self) -> &'static [&'static str];
    fn lookback(&self) -> Option<Duration>;
    fn freshness(&self) -> Freshness;
    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError>;
    fn service_questions(&self, context: &Context<'_>) -> Result<Vec<ServiceQuestion>, InsightError>;
    fn follow_ups(&self, context: &Context<'_>, results: &Results) -> Result<Vec<FollowUp>, InsightError>;
    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Box<dyn Any>, InsightError>;
    fn answer(&self, subject: &Subject, readings: Vec<Box<dyn Any>>) -> Contents;
}

impl<C: Card> AnyCard for C {
    fn id(&self) -> &'static str {
        Card::id(self)
    }

    fn annotations(&self) -> &'static [&'static str] {
        Card::annotations(self)
    }

    fn optional_scopes(&self) -> &'static [&'static str] {
        Card::optional_scopes(self)
    }

    fn lookback(&self) -> Option<Duration> {
        Card::lookback(self)
    }

    fn freshness(&self) -> Freshness {
        Card::freshness(self)
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        Card::questions(self, context)
    }

    fn service_questions(&self, context: &Context<'_>) -> Result<Vec<ServiceQuestion>, InsightError> {
        Card::service_questions(self, context)
    }

    fn follow_ups(&self, context: &Context<'_>, results: &Results) -> Result<Vec<FollowUp>, InsightError> {
        Card::follow_ups(self, context, results)
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Box<dyn Any>, InsightError> {
        Card::read(self, context, results).map(|reading| Box::new(reading) as Box<dyn Any>)
    }

    fn answer(&self, subject: &Subject, readings: Vec<Box<dyn Any>>) -> Contents {
        let readings = readings
            .into_iter()
            .filter_map(|reading| reading.downcast().ok())
            .map(|reading| *reading)
            .collect();
        Card::answer(self, subject, readings)
    }
}
