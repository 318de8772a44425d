//! Asking: one card of all environments at once, or one query of one environment.

use std::any::Any;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared, join_all};
use grailstage_catalog::Entity;
use grailstage_tenant::{
    Answer, BaseUrl, CacheOutcome, DqlRequest, Freshness, GrailResult, Host, Notification, ServiceRequest,
    ServiceResult, Tenant, TenantError, UnixMillis, links,
};
use serde::Serialize;
use serde_json::Value;

use crate::InsightError;
use crate::answer::{
    AskedQuery, AskedService, CardAnswer, CardState, EnvironmentReport, EnvironmentState, Note, Section,
    Severity,
};
use crate::card::{AnyCard, Context, Results, ServiceQuestion};
use crate::cards;
use crate::configuration::{Environment, environments, kept};
use crate::error::ErrorPayload;
use crate::follow_up;
use crate::health::{EnvironmentHealth, HealthAnswer};
use crate::queries::{CustomQueries, LinkOrigins, QueryPolicy};
use crate::query_answer::{QueryAnswer, QueryColumn};
use crate::request::{CardRequest, QueryRequest};
use crate::subject::Subject;
use crate::timeframe::{Timeframe, iso};

/// The configured environments, ready to be asked. Made once: it holds tokens.
pub struct Client<H> {
    pub(crate) host: Rc<H>,
    pub(crate) environments: Vec<Environment<H>>,
    /// By the id of the card, where the configuration says so.
    kept: Vec<(&'static str, Freshness)>,
    pub(crate) queries: CustomQueries,
    /// What is wrong with it fails the queries that it is for, and nothing else.
    pub(crate) policy: Result<QueryPolicy, InsightError>,
}

impl<H: Host + 'static> Client<H> {
    /// Reads the value of the `dynatrace` configuration key; `null` is a configuration without environments.
    ///
    /// # Errors
    /// `invalid-config` when there is no telling the environments apart, or how long a card's answers are to be
    /// kept. What is wrong with one environment is in [`Client::configuration_issues`] instead.
    pub fn new(host: Rc<H>, config: &Value) -> Result<Self, InsightError> {
        let environments = environments(&host, config)?;
        let key = |name: &str| config.get(name).unwrap_or(&Value::Null);
        let queries = CustomQueries::from_json(key("queries"));
        let policy = QueryPolicy::from_json(key("policy"));
        Ok(Self { host, environments, kept: kept(config)?, queries, policy })
    }

    /// What is wrong with the configuration: an error for each environment that cannot be used, each mistake in a query,
    /// and for a policy that cannot be read.
    #[must_use]
    pub fn configuration_issues(&self) -> Vec<ErrorPayload> {
        self.environments
            .iter()
            .filter_map(|environment| match environment {
                Environment::Usable(_) => None,
                Environment::Broken { name, error, .. } => Some(payload(name, error)),
            })
            .chain(self.query_issues())
            .collect()
    }

    /// The answer of a card for an entity: the JSON of a [`CardAnswer`].
    ///
    /// An environment that fails is a note in the answer. When `cancelled` resolves, what runs in Dynatrace is
    /// cancelled there.
    ///
    /// # Errors
    /// When there is no such card or environment, the entity or its annotations cannot be understood, or the
    /// request was cancelled.
    pub async fn card(
        &self,
        request: CardRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Vec<u8>, InsightError> {
        let card = cards::find(&request.card).ok_or_else(|| InsightError::UnknownCard {
            card: request.card.clone(),
            known: cards::card_ids().collect(),
        })?;
        let components = request.components.map(|all| all.into_iter().map(Entity::from_json).collect());
        let mut subject =
            Subject { entity: Entity::from_json(request.entity)?, components: components.transpose()? };
        let asked = self.chosen(request.environments.as_deref().unwrap_or_default())?;
        let lookback = card.lookback().unwrap_or(Duration::from_secs(2 * 3600));
        let (from, to) = (request.from.as_deref(), request.to.as_deref());
        let timeframe = Timeframe::new(from, to, lookback, self.host.now())?;

        let mut answer = CardAnswer {
            card: card.id().to_owned(),
            state: CardState::NotConfigured,
            facts: Vec::new(),
            sections: Vec::new(),
            timeframe: card.lookback().map(|_| timeframe.into()),
            notes: Vec::new(),
            environments: Vec::new(),
            configured_environments: self.names(),
            annotations: Vec::new(),
            asked_at: iso(self.host.now()),
        };
        if asked.is_empty() {
            return Ok(json(&answer));
        }
        if let Some(note) = subject.note_on_no_components() {
            answer.state = CardState::NoComponents;
            answer.notes.push(note);
            return Ok(json(&answer));
        }
        if let Some(components) = subject.components.take() {
            let (understood, notes) = understood(card, components, timeframe, &asked);
            subject.components = Some(understood);
            answer.notes = notes;
        }

        let freshness = self.freshness(card);
        let freshness = if request.refresh { freshness.anew() } else { freshness };
        let cancelled = cancelled.boxed_local().shared();
        let now = self.host.now();
        let attempts = asked.iter().map(|environment| {
            ask(card, &subject, (now, timeframe), freshness, environment, cancelled.clone())
        });
        let mut readings = Vec::new();
        for attempt in join_all(attempts).await {
            let Some(contribution) = attempt? else {
                answer.state = CardState::MissingAnnotation;
                answer.annotations = card.annotations().iter().map(|&name| name.to_owned()).collect();
                return Ok(json(&answer));
            };
            readings.extend(contribution.reading);
            answer.notes.extend(contribution.notes);
            answer.environments.push(contribution.report);
        }
        if !readings.is_empty() {
            let mut contents = card.answer(&subject, readings);
            let not_allowed = self.link_origins(&subject).guard(&mut contents);
            let alone = subject.components.is_none();
            for section in &mut contents.sections {
                if let Section::Table(table) = section {
                    table.leave_out_columns(alone);
                }
            }
            answer.facts = contents.facts;
            answer.sections = contents.sections;
            answer.notes.extend(contents.notes);
            answer.notes.extend(not_allowed);
        }
        answer.state = state(&answer);
        Ok(json(&answer))
    }

    /// How all environments fare: the JSON of a [`HealthAnswer`]. Asks each of them; ends within 20 s.
    pub async fn health(&self) -> Vec<u8> {
        let checks = self.environments.iter().map(|environment| async move {
            match environment {
                Environment::Usable(tenant) => {
                    let condition = tenant.condition().await;
                    EnvironmentHealth::of(tenant.environment(), &condition, self.host.now())
                }
                Environment::Broken { name, error, .. } => EnvironmentHealth::broken(name, error),
            }
        });
        let environments = join_all(checks).await;
        json(&HealthAnswer { checked_at: iso(self.host.now()), environments })
    }

    /// The answer of a query in one environment: the JSON of a [`QueryAnswer`].
    ///
    /// # Errors
    /// When there is no such environment, or it does not answer.
    pub async fn query(
        &self,
        request: &QueryRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Vec<u8>, InsightError> {
        let tenant = self.environment(request.environment.as_deref())?;
        let name = tenant.environment().name();
        let failed = |error| InsightError::Environment { environment: name.to_owned(), error };
        let timeframe = match (&request.from, &request.to) {
            (Some(from), Some(to)) => Some((from.as_str(), to.as_str())),
            (None, None) => None,
            _ => {
                let reason = "`from` and `to` belong together".to_owned();
                return Err(InsightError::InvalidRequest { reason });
            }
        };

        let mut dql = DqlRequest::new(request.query.as_str());
        if let Some((from, to)) = timeframe {
            dql = dql.timeframe(from, to);
        }
        if let Some(records) = request.max_records {
            dql = dql.max_result_records(records);
        }
        let fresh = Duration::from_secs(request.max_age_seconds.unwrap_or(0));
        let freshness = Freshness { fresh, stale: Duration::ZERO, anew: false };
        let Answer { result, cache, age } = tenant.ask(&dql, freshness, cancelled).await.map_err(failed)?;

        let columns = result.columns();
        let rows: Vec<_> = result.rows::<record::Fields<'_>>().map_err(failed)?;
        let answer = QueryAnswer {
            environment: name.to_owned(),
            rows: rows
                .iter()
                .map(|fields| columns.iter().map(|column| fields.get(&column.name)).collect())
                .collect(),
            columns: columns
                .iter()
                .map(|c| QueryColumn { name: c.name.clone(), kind: c.kind.clone() })
                .collect(),
            notes: result.notifications().iter().map(|notification| note(name, notification)).collect(),
            scanned_bytes: result.metadata().scanned_bytes,
            scanned_records: result.metadata().scanned_records,
            cache,
            age_millis: millis(age),
            notebook_url: links::notebook(tenant.environment().url(), &request.query, None, timeframe),
            query: request.query.clone(),
        };
        Ok(json(&answer))
    }

    /// The environment of that name, to be worked with; without a name, the only one.
    ///
    /// # Errors
    /// When there is no such environment, or its configuration is wrong.
    pub fn environment(&self, name: Option<&str>) -> Result<Rc<Tenant<H>>, InsightError> {
        match self.the_one(name)? {
            (_, Environment::Usable(tenant)) => Ok(Rc::clone(tenant)),
            (name, Environment::Broken { error, .. }) => {
                Err(InsightError::Environment { environment: name.to_owned(), error: error.clone() })
            }
        }
    }

    /// The time of the host.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.host.now()
    }

    /// Lets time pass.
    pub async fn pause(&self, duration: Duration) {
        self.host.sleep(duration).await;
    }

    /// The environments of those names, or all.
    pub(crate) fn chosen(&self, names: &[String]) -> Result<Vec<&Environment<H>>, InsightError> {
        if names.is_empty() {
            return Ok(self.environments.iter().collect());
        }
        names.iter().map(|name| self.named(name)).collect()
    }

    fn freshness(&self, card: &dyn AnyCard) -> Freshness {
        let configured = self.kept.iter().find(|(id, _)| *id == card.id());
        configured.map_or_else(|| card.freshness(), |(_, freshness)| *freshness)
    }

    /// Where the links of a card may lead. A policy that cannot be read allows nothing more.
    fn link_origins(&self, subject: &Subject) -> LinkOrigins {
        let environments = self.environments.iter().filter_map(|environment| match environment {
            Environment::Usable(tenant) => Some(tenant.environment().url()),
            Environment::Broken { .. } => None,
        });
        let entities = std::iter::once(&subject.entity).chain(subject.components.iter().flatten());
        let allowed = self.policy.as_ref().map(|policy| policy.links.clone());
        allowed.unwrap_or_default().of_card(environments, entities)
    }

    fn named(&self, name: &str) -> Result<&Environment<H>, InsightError> {
        self.environments.iter().find(|environment| environment.name() == name).ok_or_else(|| {
            InsightError::UnknownEnvironment { environment: name.to_owned(), known: self.names() }
        })
    }

    fn the_one(&self, name: Option<&str>) -> Result<(&str, &Environment<H>), InsightError> {
        let environment = match (name, self.environments.as_slice()) {
            (Some(name), _) => self.named(name)?,
            (None, [environment]) => environment,
            (None, _) => return Err(InsightError::NoEnvironment { known: self.names() }),
        };
        Ok((environment.name(), environment))
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.environments.iter().map(|environment| environment.name().to_owned()).collect()
    }
}

/// The components whose annotations the card can go by, and a note for each of the others: one that is malformed must
/// not take a system's card away.
fn understood<H: Host + 'static>(
    card: &dyn AnyCard,
    components: Vec<Entity>,
    timeframe: Timeframe,
    environments: &[&Environment<H>],
) -> (Vec<Entity>, Vec<Note>) {
    let usable = environments.iter().find_map(|environment| match environment {
        Environment::Usable(tenant) => Some(tenant),
        Environment::Broken { .. } => None,
    });
    let Some(tenant) = usable else {
        return (components, Vec::new());
    };
    let mut notes = Vec::new();
    let mut kept = Vec::new();
    for component in components {
        let alone = Subject { entity: component, components: None };
        let context =
            Context { subject: &alone, environment: tenant.environment(), missing_scopes: &[], timeframe };
        match card.questions(&context).and_then(|_| card.service_questions(&context)) {
            Ok(_) => kept.push(alone.entity),
            Err(error) => notes.push(Note {
                severity: Severity::Warning,
                code: error.code().to_owned(),
                message: format!("`{}` is left out: {error}", alone.entity.entity_ref().stringify()),
                help: error.help(),
                environment: None,
            }),
        }
    }
    (kept, notes)
}

/// Resolves when the caller no longer wants the answer. Boxed, so that asking is compiled once for all kinds of callers.
pub(crate) type Cancelled<'c> = Shared<LocalBoxFuture<'c, ()>>;

/// What one environment contributes to a card.
pub(crate) struct Contribution {
    /// Nothing where the environment did not answer.
    pub(crate) reading: Option<Box<dyn Any>>,
    pub(crate) notes: Vec<Note>,
    pub(crate) report: EnvironmentReport,
}

/// Something asked, as it is told from the rest.
#[derive(Clone, PartialEq)]
enum Asked {
    /// The text of a query.
    Query(String),
    Service(ServiceRequest),
}

/// What it found.
enum Found {
    Records(Rc<GrailResult>),
    Items(Rc<ServiceResult>),
}

impl Asked {
    /// Asks; what was found, where that comes from, and how old it is.
    async fn find<H: Host + 'static>(
        &self,
        tenant: &Rc<Tenant<H>>,
        freshness: Freshness,
        cancelled: impl Future<Output = ()>,
    ) -> Result<(Found, CacheOutcome, Duration), TenantError> {
        match self {
            Self::Query(query) => {
                let request = DqlRequest::new(query.as_str());
                let Answer { result, cache, age } = tenant.ask(&request, freshness, cancelled).await?;
                Ok((Found::Records(result), cache, age))
            }
            Self::Service(request) => {
                let Answer { result, cache, age } = tenant.ask_service(request, freshness, cancelled).await?;
                Ok((Found::Items(result), cache, age))
            }
        }
    }
}

/// Asks one environment; `None` when the subject has no annotation the card could go by.
pub(crate) async fn ask<H: Host + 'static>(
    card: &dyn AnyCard,
    subject: &Subject,
    (now, timeframe): (UnixMillis, Timeframe),
    freshness: Freshness,
    environment: &Environment<H>,
    cancelled: Cancelled<'_>,
) -> Result<Option<Contribution>, InsightError> {
    let tenant = match environment {
        Environment::Usable(tenant) => tenant,
        Environment::Broken { name, error, .. } => {
            return Ok(Some(failure(report(name, ""), vec![tenant_note(name, error)])));
        }
    };
    let config = tenant.environment();
    let mut missing = Vec::new();
    let mut notes = Vec::new();
    let mut outcomes = Vec::new();
    loop {
        let context = Context { subject, environment: config, missing_scopes: &missing, timeframe };
        let Some(questions) = card.questions(&context)? else {
            return Ok(None);
        };
        let mut report = report(config.name(), config.url().as_str());
        let mut questions: Vec<_> = questions
            .into_iter()
            .map(|question| (question.key, Asked::Query(grailstage_dql::print(&question.query))))
            .collect();
        for ServiceQuestion { key, request } in card.service_questions(&context)? {
            questions.push((key, Asked::Service(request)));
        }
        for (key, asked) in &questions {
            match asked {
                Asked::Query(query) => report.queries.push(AskedQuery {
                    key: (*key).to_owned(),
                    query: query.clone(),
                    notebook_url: links::notebook(config.url(), query, None, None),
                }),
                Asked::Service(request) => report.services.push(AskedService {
                    key,
                    service: request.service(),
                    subject: request.subject().to_owned(),
                }),
            }
        }

        // What was asked before a scope turned out to be missing is not asked again.
        let open = questions.iter().filter(|(_, asked)| !outcomes.iter().any(|(known, _)| known == asked));
        let attempts = open.map(|(_, asked)| {
            let cancelled = cancelled.clone();
            async move { (asked.clone(), asked.find(tenant, freshness, cancelled).await) }
        });
        let mut lacking = Vec::new();
        for (asked, outcome) in join_all(attempts).await {
            match outcome {
                Err(TenantError::Cancelled) => {
                    let environment = config.name().to_owned();
                    return Err(InsightError::Environment { environment, error: TenantError::Cancelled });
                }
                // A token with fewer rights gets a card with fewer columns rather than none.
                Err(TenantError::MissingScope { scopes }) if can_do_without(card, &scopes, &missing) => {
                    lacking.extend(scopes);
                }
                outcome => outcomes.push((asked, outcome)),
            }
        }
        if !lacking.is_empty() {
            lacking.sort_unstable();
            lacking.dedup();
            let error = TenantError::MissingScope { scopes: lacking.clone() };
            notes.push(Note { severity: Severity::Warning, ..tenant_note(config.name(), &error) });
            missing.extend(lacking);
            continue;
        }

        let mut results = Results::default();
        for (key, asked) in &questions {
            match outcomes.iter().position(|(known, _)| known == asked).map(|at| outcomes.swap_remove(at).1) {
                Some(Ok((found, cache, age))) => {
                    report.cache = report.cache.max(cache);
                    report.age_millis = report.age_millis.max(millis(age));
                    match found {
                        Found::Records(result) => results.records.push((key, result)),
                        Found::Items(result) => results.items.push((key, result)),
                    }
                }
                Some(Err(error)) => notes.push(tenant_note(config.name(), &error)),
                None => {}
            }
        }
        notes.dedup();
        if results.records.is_empty() && results.items.is_empty() && !questions.is_empty() {
            return Ok(Some(failure(report, notes)));
        }
        report.state = EnvironmentState::Ready;
        for (_, result) in &results.items {
            report.records += result.item_count();
            report.duration_millis = report.duration_millis.max(millis(result.elapsed()));
        }
        for (_, result) in &results.records {
            report.records += result.record_count();
            report.scanned_bytes += result.metadata().scanned_bytes;
            report.duration_millis = report.duration_millis.max(millis(result.elapsed()));
            notes.extend(result.notifications().iter().map(|n| note(config.name(), n)));
        }
        let reading = match card.follow_ups(&context, &results) {
            Ok(follow_ups) => {
                let asked = follow_up::ask(tenant, now, follow_ups, freshness, cancelled.clone()).await?;
                results.follow_ups = told(&mut report, &mut notes, config.url(), asked);
                card.read(&context, &results)
            }
            Err(error) => Err(error),
        };
        return match reading {
            Ok(reading) => Ok(Some(Contribution { reading: Some(reading), notes, report })),
            Err(error) => {
                notes.push(error_note(config.name(), error.code(), error.to_string(), error.help()));
                report.state = EnvironmentState::Failed;
                Ok(Some(failure(report, notes)))
            }
        };
    }
}

/// The outcomes of follow-ups; what was asked and what it cost goes to the report, what Grail remarked to the notes.
fn told(
    report: &mut EnvironmentReport,
    notes: &mut Vec<Note>,
    url: &BaseUrl,
    asked: Vec<follow_up::Asked>,
) -> Vec<follow_up::FollowUpOutcome> {
    let mut outcomes = Vec::new();
    for follow_up::Asked { follow_up, timeframe: (from, to), outcome, cache } in asked {
        let query = follow_up.request.query;
        let notebook_url = links::notebook(url, &query, None, Some((&from, &to)));
        if let Some((cache, age)) = cache {
            report.cache = report.cache.max(cache);
            report.age_millis = report.age_millis.max(millis(age));
        }
        if let Ok(result) = &outcome {
            report.records += result.record_count();
            report.scanned_bytes += result.metadata().scanned_bytes;
            report.duration_millis = report.duration_millis.max(millis(result.elapsed()));
            notes.extend(result.notifications().iter().map(|notification| {
                let note = note(&report.name, notification);
                Note { message: format!("{}: {}", follow_up.name, note.message), ..note }
            }));
        }
        report.queries.push(AskedQuery { key: follow_up.name, query, notebook_url });
        outcomes.push(outcome);
    }
    outcomes
}

/// Whether leaving out optional parts is a way on: all scopes are optional, and one of them is news.
fn can_do_without(card: &dyn AnyCard, scopes: &[String], missing: &[String]) -> bool {
    scopes.iter().all(|scope| card.optional_scopes().contains(&scope.as_str()))
        && scopes.iter().any(|scope| !missing.contains(scope))
}

pub(crate) fn report(name: &str, url: &str) -> EnvironmentReport {
    EnvironmentReport {
        name: name.to_owned(),
        url: url.to_owned(),
        state: EnvironmentState::Failed,
        records: 0,
        scanned_bytes: 0,
        duration_millis: 0,
        cache: CacheOutcome::Hit,
        age_millis: 0,
        queries: Vec::new(),
        services: Vec::new(),
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn failure(report: EnvironmentReport, notes: Vec<Note>) -> Contribution {
    Contribution { reading: None, notes, report }
}

pub(crate) fn tenant_note(environment: &str, error: &TenantError) -> Note {
    error_note(environment, error.code(), error.to_string(), error.help())
}

pub(crate) fn error_note(environment: &str, code: &str, message: String, help: Option<String>) -> Note {
    Note {
        severity: Severity::Error,
        code: code.to_owned(),
        message,
        help,
        environment: Some(environment.to_owned()),
    }
}

/// A notification of Grail: a limit that cut the answer makes it incomplete, the rest is good to know.
pub(crate) fn note(environment: &str, notification: &Notification) -> Note {
    let (severity, code) = if notification.says_partial() {
        (Severity::Warning, "truncated")
    } else {
        (Severity::Info, "notification")
    };
    Note {
        severity,
        code: code.to_owned(),
        message: notification.message.clone(),
        help: None,
        environment: Some(environment.to_owned()),
    }
}

pub(crate) fn state(answer: &CardAnswer) -> CardState {
    let answered =
        answer.environments.iter().filter(|report| report.state == EnvironmentState::Ready).count();
    if answered == 0 {
        CardState::Failed
    } else if answered < answer.environments.len()
        || answer.notes.iter().any(|note| note.severity != Severity::Info)
    {
        CardState::Partial
    } else if answer.sections.iter().all(Section::is_empty) {
        CardState::Empty
    } else {
        CardState::Ready
    }
}

pub(crate) fn payload(environment: &str, error: &TenantError) -> ErrorPayload {
    InsightError::Environment { environment: environment.to_owned(), error: error.clone() }.into()
}

/// The types of the answers serialise whatever they hold: no map with keys that are not strings is among them.
pub(crate) fn json(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).unwrap_or_default()
}

mod record {
    //! A record as the pieces of JSON it is made of.

    use std::borrow::Cow;
    use std::collections::HashMap;

    use serde::Deserialize;
    use serde_json::value::RawValue;

    #[derive(Deserialize)]
    #[serde(transparent)]
    pub(super) struct Fields<'a>(#[serde(borrow)] HashMap<Cow<'a, str>, &'a RawValue>);

    impl<'a> Fields<'a> {
        pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
            self.0.get(name).copied()
        }
    }
}
