//! Asking a query of the configuration, or those of an entity, in all their environments at once.

use std::future::Future;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::{join_all, try_join_all};
use grailstage_catalog::Entity;
use grailstage_dql::analysis::{Moment, analyse};
use grailstage_dql::ast::Query;
use grailstage_dql::diagnostic::Diagnostic;
use grailstage_dql::report::Report;
use grailstage_dql::template::Template;
use grailstage_tenant::{Answer, DqlRequest, Freshness, Host, Tenant, TenantError, fingerprint, links};
use serde_json::Value;

use super::columns::{Drawing, EnvironmentRecords, fields};
use super::definition::{Definition, Malformed, read};
use super::entity_scope::EntityScope;
use super::exchange::{
    AskedCatalogQuery, CatalogQueriesAnswer, CatalogQueriesRequest, CustomQueryRequest, EntityQueryAnswer,
    QueryRefusal,
};
use super::links::LinkOrigins;
use super::rules::QueryRules;
use super::time_series::TimeSeries;
use super::units;
use crate::answer::{
    AnswerTimeframe, AskedQuery, CardAnswer, CardState, EnvironmentReport, EnvironmentState, Note, Section,
    Severity,
};
use crate::client::{self, json, millis, tenant_note};
use crate::configuration::Environment;
use crate::timeframe::{Timeframe, iso};
use crate::{Client, InsightError};

/// More queries than this of one entity are not asked: each costs a scan on every visit.
const MOST_QUERIES: usize = 20;
/// How long answers may be used again.
const FRESHNESS: Freshness = Freshness::seconds(60);
/// What a reader's timeframe without an end or a start is long.
const LOOKBACK: std::time::Duration = std::time::Duration::from_secs(2 * 3_600);

/// The answers of an entity's queries, and what an audit is told of them.
#[derive(Debug)]
pub struct CatalogQueriesOutcome {
    /// The JSON of a [`CatalogQueriesAnswer`].
    pub answer: Vec<u8>,
    /// Every query that went to an environment or was answered in its place.
    pub asked: Vec<AskedCatalogQuery>,
}

/// What the queries of one request have in common.
#[derive(Clone, Copy)]
struct Viewing<'a> {
    namespace: &'static str,
    entity: &'a Entity,
    entity_json: &'a Value,
    rules: &'a QueryRules,
    links: &'a LinkOrigins,
    timeframe: Option<Timeframe>,
    environments: Option<&'a [String]>,
    freshness: Freshness,
}

impl Viewing<'_> {
    /// The id with its namespace.
    fn id_of(&self, definition: &Definition) -> String {
        format!("{}.{}", self.namespace, definition.id)
    }
}

/// What one query came to.
struct Viewed {
    answer: EntityQueryAnswer,
    asked: Vec<AskedCatalogQuery>,
}

impl<H: Host + 'static> Client<H> {
    /// The answer of a query of the configuration for an entity: the JSON of an [`EntityQueryAnswer`].
    ///
    /// # Errors
    /// `unknown-query` where there is none of that id, `invalid-config` where `dynatrace.policy` cannot be read,
    /// `queries-off` where it turns them off, and as [`Client::card`].
    pub async fn custom_query(
        &self,
        request: CustomQueryRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Vec<u8>, InsightError> {
        let policy = self.policy.as_ref().map_err(Clone::clone)?;
        let query = self.queries.find(&request.query).ok_or_else(|| InsightError::UnknownQuery {
            query: format!("custom.{}", request.query),
            known: self.queries.ids(),
        })?;
        let entity = Entity::from_json(request.entity.clone())?;
        let viewing = Viewing {
            namespace: "custom",
            entity: &entity,
            entity_json: &request.entity,
            rules: enabled("customQueries", &policy.custom)?,
            links: &policy.links,
            timeframe: self.timeframe(request.from.as_deref(), request.to.as_deref())?,
            environments: request.environments.as_deref().filter(|names| !names.is_empty()),
            freshness: if request.refresh { FRESHNESS.anew() } else { FRESHNESS },
        };
        let template = query.template.as_ref().map_err(Clone::clone);
        let viewed = self.view(&viewing, &query.definition, template, cancelled.shared()).await?;
        Ok(json(&viewed.answer))
    }

    /// The answers of the queries in `metadata.dynatrace.queries` of an entity.
    ///
    /// # Errors
    /// `invalid-config` where `dynatrace.policy` cannot be read, `queries-off` where it turns them off, and as
    /// [`Client::card`]. What is wrong with one of the queries is its refusal in the answer instead.
    pub async fn catalog_queries(
        &self,
        request: CatalogQueriesRequest,
        cancelled: impl Future<Output = ()>,
    ) -> Result<CatalogQueriesOutcome, InsightError> {
        let policy = self.policy.as_ref().map_err(Clone::clone)?;
        let entity = Entity::from_json(request.entity.clone())?;
        let viewing = Viewing {
            namespace: "catalog",
            entity: &entity,
            entity_json: &request.entity,
            rules: enabled("catalogQueries", &policy.catalog)?,
            links: &policy.links,
            timeframe: self.timeframe(request.from.as_deref(), request.to.as_deref())?,
            environments: request.environments.as_deref().filter(|names| !names.is_empty()),
            freshness: FRESHNESS,
        };
        let is_anew =
            |id: &str| request.refresh && request.refresh_only.as_deref().is_none_or(|only| only == id);
        let list = request.entity.pointer("/metadata/dynatrace/queries").unwrap_or(&Value::Null);
        let cancelled = cancelled.shared();
        let queries = read(list).into_iter().enumerate().map(|(place, entry)| {
            let (viewing, is_anew, cancelled) = (&viewing, &is_anew, cancelled.clone());
            async move {
                let definition = match entry {
                    Ok(definition) => definition,
                    Err(malformed) => return Ok(refused_entry(malformed)),
                };
                if place >= MOST_QUERIES {
                    let message = format!("only the first {MOST_QUERIES} queries of an entity are asked");
                    let help = "move some of them to other entities".to_owned();
                    return Ok(refused(viewing, &definition, policy_refusal(message, help)));
                }
                let template = definition.prepare();
                let is_anew = is_anew(&viewing.id_of(&definition));
                let freshness = if is_anew { FRESHNESS.anew() } else { FRESHNESS };
                let viewing = &Viewing { freshness, ..*viewing };
                self.view(viewing, &definition, template.as_ref().map_err(Clone::clone), cancelled).await
            }
        });
        let mut outcome = CatalogQueriesOutcome { answer: Vec::new(), asked: Vec::new() };
        let mut queries_answered = Vec::new();
        for viewed in try_join_all(queries).await? {
            queries_answered.push(viewed.answer);
            outcome.asked.extend(viewed.asked);
        }
        outcome.answer = json(&CatalogQueriesAnswer { queries: queries_answered });
        Ok(outcome)
    }

    /// What is wrong with the queries and the policy of the configuration.
    pub(crate) fn query_issues(&self) -> Vec<crate::error::ErrorPayload> {
        let mut issues: Vec<_> = self.policy.as_ref().err().cloned().map(Into::into).into_iter().collect();
        issues.extend(self.queries.issues().iter().cloned());
        for definition in self.queries.definitions() {
            for name in self.unknown_environments(definition) {
                let mut issue: crate::error::ErrorPayload =
                    InsightError::UnknownEnvironment { environment: name.clone(), known: self.names() }
                        .into();
                issue.message = format!("the query `{}`: {}", definition.id, issue.message);
                issues.push(issue);
            }
        }
        issues
    }

    fn timeframe(&self, from: Option<&str>, to: Option<&str>) -> Result<Option<Timeframe>, InsightError> {
        if from.is_none() && to.is_none() {
            return Ok(None);
        }
        Timeframe::new(from, to, LOOKBACK, self.host.now()).map(Some)
    }

    fn unknown_environments<'d>(&self, definition: &'d Definition) -> Vec<&'d String> {
        let is_known = |name: &String| self.environments.iter().any(|environment| environment.is_named(name));
        definition.environments.iter().filter(|name| !is_known(name)).collect()
    }

    /// The environments of a query, of those the reader chose.
    fn environments_of(
        &self,
        definition: &Definition,
        chosen: Option<&[String]>,
    ) -> Result<Vec<&Environment<H>>, InsightError> {
        let mut environments = self.chosen(chosen.unwrap_or_default())?;
        if !definition.environments.is_empty() {
            environments
                .retain(|environment| definition.environments.iter().any(|name| environment.is_named(name)));
        }
        Ok(environments)
    }

    /// Checks a query, asks it where it is to be asked and draws what comes back.
    async fn view(
        &self,
        viewing: &Viewing<'_>,
        definition: &Definition,
        template: Result<&Template, Vec<Diagnostic>>,
        cancelled: impl Future<Output = ()> + Clone,
    ) -> Result<Viewed, InsightError> {
        let template = match template {
            Ok(template) => template,
            Err(findings) => return Ok(refused(viewing, definition, invalid(definition, findings))),
        };
        let now = self.host.now();
        let timeframe = match (viewing.rules.earliest(now), viewing.timeframe) {
            (Some(earliest), Some(chosen)) => chosen.not_before(earliest),
            (_, chosen) => chosen,
        };
        let mut reads = Reads::default();
        let environments = self.environments_of(definition, viewing.environments)?;

        let mut questions = Vec::with_capacity(environments.len());
        for environment in &environments {
            let Environment::Usable(tenant) = environment else {
                questions.push(None);
                continue;
            };
            let config = tenant.environment();
            let scope = EntityScope {
                namespace: viewing.entity.namespace(),
                name: &viewing.entity.metadata.name,
                entity: viewing.entity_json,
                environment_name: config.name(),
                environment_url: config.url().as_str(),
            };
            let query = match template.bind(&scope) {
                Ok(query) => query,
                Err(findings) => return Ok(refused(viewing, definition, invalid(definition, findings))),
            };
            reads.look_at(&query);
            match viewing.rules.enforce(&query, now) {
                Ok(query) => questions.push(Some(grailstage_dql::print(&query))),
                Err(findings) => {
                    return Ok(refused(viewing, definition, against_policy(definition, findings)));
                }
            }
        }
        let mut notes = Vec::new();
        // The timeframe is the reader's and the policy the administrator's: a shorter answer is better than none.
        if reads.chosen_time && timeframe != viewing.timeframe {
            let days = viewing.rules.days_back().unwrap_or_default();
            let message = format!("the policy allows data of the last {days} days");
            match timeframe {
                Some(timeframe) => {
                    let message = format!("{message}: what is read begins at {}", iso(timeframe.from));
                    notes.push(info("timeframe-cut", message, None));
                }
                None => {
                    let message = format!("{message}, and the timeframe ends earlier");
                    let help = "choose a later timeframe".to_owned();
                    return Ok(refused(viewing, definition, policy_refusal(message, help)));
                }
            }
        }
        let attempts = environments.iter().zip(&questions).map(|(environment, question)| {
            let cancelled = cancelled.clone();
            async move {
                match (environment, question) {
                    (Environment::Usable(tenant), Some(text)) => {
                        Attempt::of(tenant, text, viewing, timeframe, cancelled).await
                    }
                    (Environment::Broken { name, error, .. }, _) => Attempt::broken(name, error),
                    (Environment::Usable(tenant), None) => {
                        Attempt::broken(tenant.environment().name(), &TenantError::Cancelled)
                    }
                }
            }
        });
        let attempts = join_all(attempts).await;
        let unknown = self.unknown_environments(definition);
        if environments.is_empty() && unknown.len() < definition.environments.len() {
            let names = definition.environments.iter().filter(|name| !unknown.contains(name));
            let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let help = "choose one of its environments";
            notes.push(info("not-asked-here", format!("the query is only for {names}"), Some(help)));
        }
        for name in unknown {
            let error = InsightError::UnknownEnvironment { environment: name.clone(), known: self.names() };
            notes.push(Note {
                severity: Severity::Warning,
                code: error.code().to_owned(),
                message: error.to_string(),
                help: error.help(),
                environment: None,
            });
        }
        let mut viewed = Viewed { answer: head(viewing, definition), asked: Vec::new() };
        let mut reports = Vec::new();
        let mut results = Vec::new();
        for attempt in attempts {
            if attempt.cancelled {
                let (environment, error) = (attempt.report.name, TenantError::Cancelled);
                return Err(InsightError::Environment { environment, error });
            }
            viewed.asked.extend(attempt.asked);
            notes.extend(attempt.notes);
            if let Some((tenant, result)) = attempt.answered {
                results.push((tenant, result));
            }
            reports.push(attempt.report);
        }
        let sections = self.sections(viewing, definition, &results, reports.len(), &mut notes)?;
        let mut answer = CardAnswer {
            card: viewed.answer.id.clone(),
            state: CardState::Empty,
            facts: Vec::new(),
            sections,
            timeframe: if reads.chosen_time { timeframe.map(Into::into) } else { reads.time_of(&results) },
            notes,
            environments: reports,
            configured_environments: self.names(),
            annotations: Vec::new(),
            asked_at: iso(now),
        };
        answer.state = match (self.environments.is_empty(), answer.environments.is_empty()) {
            (true, _) => CardState::NotConfigured,
            // The query names other environments than there are, or than the reader chose.
            (false, true) if answer.notes.iter().all(|note| note.severity == Severity::Info) => {
                CardState::Empty
            }
            _ => client::state(&answer),
        };
        viewed.answer.answer = Some(answer);
        Ok(viewed)
    }

    fn sections(
        &self,
        viewing: &Viewing<'_>,
        definition: &Definition,
        results: &[(Rc<Tenant<H>>, Answer)],
        asked: usize,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<Section>, InsightError> {
        let answers = results
            .iter()
            .map(|(tenant, answer)| {
                let config = tenant.environment();
                EnvironmentRecords::read(config.name(), config.url(), &answer.result)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let fields = fields(&answers);
        if answers.iter().all(|answer| answer.records.is_empty()) {
            return Ok(Vec::new());
        }
        let mut drawing = Drawing {
            units: &definition.units,
            links: viewing.links,
            names_environments: asked > 1,
            refused: std::collections::BTreeSet::new(),
        };
        let series = TimeSeries::of(&fields, &answers);
        let is_measure = |name: &str| series.as_ref().is_some_and(|series| series.has(name));
        notes.extend(units::notes(&definition.units, &fields, is_measure));
        let sections = match series {
            Some(series) => {
                let (sections, remarks) = series.sections(&answers, &mut drawing);
                notes.extend(remarks);
                sections
            }
            None => vec![Section::Table(drawing.table(&fields, &answers))],
        };
        notes.extend(drawing.note_on_links());
        Ok(sections)
    }
}

/// Which times a query reads.
#[derive(Default)]
struct Reads {
    /// Whether some source of it takes the start that the reader chose, rather than one of its own.
    chosen_time: bool,
    /// Whether some source of it names one.
    own_time: bool,
}

impl Reads {
    fn look_at(&mut self, query: &Query) {
        for source in analyse(query).timeframes {
            let is_chosen = source.timeframe.from == Moment::Default;
            self.chosen_time |= is_chosen;
            self.own_time |= !is_chosen;
        }
    }

    /// The time that a query with times of its own read, as an environment says.
    fn time_of<T>(&self, results: &[(T, Answer)]) -> Option<AnswerTimeframe> {
        let (_, answer) = results.first().filter(|_| self.own_time)?;
        let (from, to) = answer.result.metadata().analysis_timeframe.clone()?;
        Some(AnswerTimeframe { from, to })
    }
}

/// One query in one environment.
struct Attempt<H> {
    report: EnvironmentReport,
    notes: Vec<Note>,
    asked: Option<AskedCatalogQuery>,
    answered: Option<(Rc<Tenant<H>>, Answer)>,
    cancelled: bool,
}

impl<H: Host + 'static> Attempt<H> {
    async fn of(
        tenant: &Rc<Tenant<H>>,
        text: &str,
        viewing: &Viewing<'_>,
        timeframe: Option<Timeframe>,
        cancelled: impl Future<Output = ()>,
    ) -> Self {
        let config = tenant.environment();
        let timeframe = timeframe.map(|timeframe| (iso(timeframe.from), iso(timeframe.to)));
        let shown = timeframe.as_ref().map(|(from, to)| (from.as_str(), to.as_str()));
        let mut report = client::report(config.name(), config.url().as_str());
        report.queries = vec![AskedQuery {
            key: "query".to_owned(),
            query: text.to_owned(),
            notebook_url: links::notebook(config.url(), text, None, shown),
        }];
        let mut request = viewing.rules.limit(DqlRequest::new(text));
        if let Some((from, to)) = timeframe {
            request = request.timeframe(from, to);
        }
        let mut asked = AskedCatalogQuery {
            environment: config.name().to_owned(),
            fingerprint: fingerprint(text),
            outcome: "ok".to_owned(),
            cache: None,
            scanned_bytes: 0,
        };
        match tenant.ask(&request, viewing.freshness, cancelled).await {
            Ok(answer) => {
                let result = &answer.result;
                report.state = EnvironmentState::Ready;
                report.cache = answer.cache;
                report.age_millis = millis(answer.age);
                report.records = result.record_count();
                report.scanned_bytes = result.metadata().scanned_bytes;
                report.duration_millis = millis(result.elapsed());
                asked.cache = Some(answer.cache);
                asked.scanned_bytes = report.scanned_bytes;
                let notes = result.notifications().iter().map(|n| client::note(config.name(), n)).collect();
                let answered = Some((Rc::clone(tenant), answer));
                Self { report, notes, asked: Some(asked), answered, cancelled: false }
            }
            Err(error) => {
                error.code().clone_into(&mut asked.outcome);
                Self {
                    report,
                    notes: vec![tenant_note(config.name(), &error)],
                    asked: Some(asked),
                    answered: None,
                    cancelled: matches!(error, TenantError::Cancelled),
                }
            }
        }
    }

    fn broken(name: &str, error: &TenantError) -> Self {
        let notes = vec![tenant_note(name, error)];
        Self { report: client::report(name, ""), notes, asked: None, answered: None, cancelled: false }
    }
}

fn enabled<'a>(key: &str, rules: &'a QueryRules) -> Result<&'a QueryRules, InsightError> {
    if rules.enabled {
        return Ok(rules);
    }
    Err(InsightError::QueriesOff { key: format!("policy.{key}.enabled") })
}

fn info(code: &str, message: String, help: Option<&str>) -> Note {
    let help = help.map(str::to_owned);
    Note { severity: Severity::Info, code: code.to_owned(), message, help, environment: None }
}

fn head(viewing: &Viewing<'_>, definition: &Definition) -> EntityQueryAnswer {
    EntityQueryAnswer {
        id: viewing.id_of(definition),
        description: definition.description.clone(),
        answer: None,
        refusal: None,
    }
}

fn refused(viewing: &Viewing<'_>, definition: &Definition, refusal: QueryRefusal) -> Viewed {
    let answer = EntityQueryAnswer { refusal: Some(refusal), ..head(viewing, definition) };
    Viewed { answer, asked: Vec::new() }
}

fn refused_entry(malformed: Malformed) -> Viewed {
    let refusal = QueryRefusal {
        code: "malformed".to_owned(),
        message: malformed.problem,
        help: None,
        source: None,
        findings: Vec::new(),
    };
    let id = format!("catalog.{}", malformed.id);
    let answer = EntityQueryAnswer { id, description: None, answer: None, refusal: Some(refusal) };
    Viewed { answer, asked: Vec::new() }
}

fn invalid(definition: &Definition, findings: Vec<Diagnostic>) -> QueryRefusal {
    drawn("invalid", "the query cannot be run", None, definition, findings)
}

fn against_policy(definition: &Definition, findings: Vec<Diagnostic>) -> QueryRefusal {
    let help = "change the query, or ask an administrator to change `dynatrace.policy`";
    drawn("policy", "the policy of this Backstage does not allow the query", Some(help), definition, findings)
}

fn drawn(
    code: &str,
    message: &str,
    help: Option<&str>,
    definition: &Definition,
    findings: Vec<Diagnostic>,
) -> QueryRefusal {
    QueryRefusal {
        code: code.to_owned(),
        message: message.to_owned(),
        help: help.map(str::to_owned),
        findings: Report::new(&definition.source, findings).diagnostics,
        source: Some(definition.source.clone()),
    }
}

fn policy_refusal(message: String, help: String) -> QueryRefusal {
    QueryRefusal { code: "policy".to_owned(), message, help: Some(help), source: None, findings: Vec::new() }
}
