//! How much error budget is left: the service-level objectives of a subject, by what their own indicators say.
//!
//! ```text
//! annotations ─> SloTags ─┐
//! SLO service ─> Slo ─────┴─> those with all tags ─> a Promise for each criterion
//!                                                     ├─ indicator over its window     ─> value ─────┐
//!                                                     └─ indicator over the last hour  ─> burn rate ─┴─> ErrorBudget
//! ```
//!
//! The value is the mean of all values of the indicator, as the SLO service makes it. Source: docs.dynatrace.com, SLO
//! service API, evaluation.

use std::collections::BTreeMap;
use std::time::Duration;

use grailstage_catalog::SloTags;
use grailstage_tenant::number::Double;
use grailstage_tenant::slo::Slo;
use grailstage_tenant::{DqlRequest, Freshness, GrailResult, ServiceRequest, TenantError, links};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{
    Cell, Column, ColumnKind, Fact, LinkCell, Note, Row, Section, Severity, Status, StatusCell, Table, Unit,
};
use crate::card::{Card, Contents, Context, Question, Results, ServiceQuestion};
use crate::error_budget::ErrorBudget;
use crate::evidence::ObjectiveEvidence;
use crate::follow_up::{FollowUp, FollowUpOutcome};
use crate::subject::Subject;

/// How many promises of a subject are evaluated in an environment: each costs two queries.
const EVALUATED: usize = 10;

/// From which burn rate on a budget burns fast. Source: docs.dynatrace.com, fast-burn threshold of an objective.
pub const FAST: f64 = 10.0;

const HOUR: Duration = Duration::from_secs(3600);

/// The card.
pub struct Slos;

/// What an environment says of the promises.
#[derive(Default)]
pub struct Reading {
    pub(crate) rows: Vec<Shown>,
    notes: Vec<Note>,
    /// Whether the objectives could be read.
    known: bool,
}

/// A promise with what is drawn of it.
pub(crate) struct Shown {
    standing: Standing,
    left: Option<f64>,
    /// The same, for a decision about a release.
    pub(crate) evidence: ObjectiveEvidence,
    row: Row,
}

/// How a promise stands. Worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Healthy,
    NotEvaluated,
    /// Below its warning.
    Close,
    Burning,
    BurningFast,
    Exhausted,
}

/// An objective and one of its criteria.
struct Promise<'a> {
    slo: &'a Slo,
    target: f64,
    warning: Option<f64>,
    /// The window in words.
    window: String,
    /// What is asked and over how long, or why it cannot be.
    indicator: Result<(DqlRequest, Duration), String>,
    /// Whose it is.
    components: Vec<String>,
}

impl Card for Slos {
    type Reading = Reading;

    fn id(&self) -> &'static str {
        "slos"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &SloTags::ANNOTATIONS
    }

    /// A promise over days changes slowly; it costs two queries.
    fn freshness(&self) -> Freshness {
        Freshness::seconds(300)
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        for member in context.subject.members() {
            if SloTags::of(member)?.is_some() {
                return Ok(Some(Vec::new()));
            }
        }
        Ok(None)
    }

    fn service_questions(&self, _: &Context<'_>) -> Result<Vec<ServiceQuestion>, InsightError> {
        Ok(vec![ServiceQuestion { key: "objectives", request: ServiceRequest::Slos }])
    }

    fn follow_ups(&self, context: &Context<'_>, results: &Results) -> Result<Vec<FollowUp>, InsightError> {
        let objectives: Vec<Slo> = results.items("objectives")?.unwrap_or_default();
        let promises = promises(context.subject, &objectives)?;
        let mut follow_ups = Vec::new();
        for (promise, (request, window)) in evaluated(&promises) {
            for lookback in [*window, HOUR] {
                let name = format!("{} over {}", promise.slo.name, in_words(lookback));
                follow_ups.push(FollowUp { name, request: request.clone(), lookback });
            }
        }
        Ok(follow_ups)
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let Some(objectives) = results.items::<Slo>("objectives")? else {
            // The note of the failed question says why.
            return Ok(Reading::default());
        };
        let promises = promises(context.subject, &objectives)?;
        let mut outcomes = evaluated(&promises).enumerate().map(|(place, (_, (_, window)))| {
            let outcome = |offset| results.follow_up(2 * place + offset);
            (outcome(0), outcome(1), *window)
        });
        let mut left_out = 0;
        let mut rows = Vec::new();
        for promise in &promises {
            let evaluation = match &promise.indicator {
                Err(reason) => Err(reason.clone()),
                Ok(_) => match outcomes.next() {
                    Some((over_window, last_hour, window)) => promise.budget(over_window, last_hour, window),
                    None => {
                        left_out += 1;
                        Err(format!("only {EVALUATED} objectives are evaluated"))
                    }
                },
            };
            rows.push(promise.shown(context, evaluation));
        }
        let notes = (left_out > 0).then(|| Note {
            severity: Severity::Warning,
            code: "objectives-left-out".to_owned(),
            message: format!(
                "{EVALUATED} of {} objectives are evaluated, by name and one of each component in turn, since each \
                 costs two queries",
                promises.len()
            ),
            help: Some("choose fewer by more tags in `dynatrace.com/slo-tags`".to_owned()),
            environment: Some(context.environment.name().to_owned()),
        });
        Ok(Reading { rows, notes: notes.into_iter().collect(), known: true })
    }

    fn answer(&self, _: &Subject, readings: Vec<Self::Reading>) -> Contents {
        let known = readings.iter().any(|reading| reading.known);
        let (mut rows, mut notes) = (Vec::new(), Vec::new());
        for reading in readings {
            rows.extend(reading.rows);
            notes.extend(reading.notes);
        }
        if !known {
            return Contents { notes, ..Contents::default() };
        }
        // What is lost comes first, and what has the least left.
        rows.sort_by(|a, b| {
            let left = |shown: &Shown| shown.left.unwrap_or(f64::INFINITY);
            b.standing
                .cmp(&a.standing)
                .then_with(|| left(a).total_cmp(&left(b)))
                .then_with(|| a.evidence.name.cmp(&b.evidence.name))
        });
        let facts = facts(&rows);
        let rows: Vec<Row> = rows.into_iter().map(|shown| shown.row).collect();
        let table = Table { key: "objectives", title: None, columns: columns(), rows };
        Contents { facts, sections: vec![Section::Table(table)], notes }
    }
}

/// The promises of a subject, by name, one of each component in turn.
fn promises<'a>(subject: &Subject, objectives: &'a [Slo]) -> Result<Vec<Promise<'a>>, InsightError> {
    let mut owners = Vec::new();
    for member in subject.members() {
        if let Some(tags) = SloTags::of(member)? {
            let metadata = &member.metadata;
            owners.push((metadata.title.as_ref().unwrap_or(&metadata.name), tags));
        }
    }
    let mut promises = Vec::new();
    for slo in objectives {
        let components: Vec<String> = owners
            .iter()
            .filter(|(_, tags)| tags.are_met_by(&slo.tags))
            .map(|(name, _)| (*name).clone())
            .collect();
        if components.is_empty() {
            continue;
        }
        for criterion in &slo.criteria {
            let (from, to) =
                (&criterion.timeframe_from, criterion.timeframe_to.as_deref().unwrap_or_default());
            let window = lookback(from, to);
            promises.push(Promise {
                slo,
                target: criterion.target,
                warning: criterion.warning,
                window: window.map_or_else(|| format!("{from} to {to}"), in_words),
                indicator: indicator(slo).and_then(|request| match window {
                    Some(window) => Ok((request, window)),
                    None => Err(format!("its window from `{from}` to `{to}` is none that ends now")),
                }),
                components: components.clone(),
            });
        }
    }
    promises.sort_by(|a, b| (&a.slo.name, &a.slo.id, &a.window).cmp(&(&b.slo.name, &b.slo.id, &b.window)));
    Ok(in_turn(promises))
}

/// The first promise of each component, then the second, and so on: no component takes all evaluations for itself.
fn in_turn(promises: Vec<Promise<'_>>) -> Vec<Promise<'_>> {
    let mut had: BTreeMap<String, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, Promise<'_>)> = Vec::with_capacity(promises.len());
    for promise in promises {
        let of = |name| had.get(name).copied().unwrap_or_default();
        let turn = promise.components.iter().map(of).min().unwrap_or_default();
        for name in &promise.components {
            *had.entry(name.clone()).or_default() += 1;
        }
        turns.push((turn, promise));
    }
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, promise)| promise).collect()
}

/// Those that are evaluated, each with what is asked of it.
fn evaluated<'p>(
    promises: &'p [Promise<'p>],
) -> impl Iterator<Item = (&'p Promise<'p>, &'p (DqlRequest, Duration))> {
    promises.iter().filter_map(|promise| Some((promise, promise.indicator.as_ref().ok()?))).take(EVALUATED)
}

/// The query of an objective, or why it cannot be asked.
fn indicator(slo: &Slo) -> Result<DqlRequest, String> {
    let sli = slo.custom_sli.as_ref();
    let query = sli.and_then(|sli| sli.indicator.as_deref()).filter(|query| !query.trim().is_empty());
    let (Some(sli), Some(query)) = (sli, query) else {
        return Err("it has no indicator of its own: those of templates are not evaluated here".to_owned());
    };
    // What does not parse here may still be DQL: Grail decides.
    let source = grailstage_dql::parse(query).ok().and_then(|query| query.commands.into_iter().next());
    if source.is_some_and(|source| !grailstage_dql::analysis::Timeframe::of(&source).is_default()) {
        return Err("its indicator has a timeframe of its own, which the window cannot replace".to_owned());
    }
    let segments = sli.segments().ok_or("a segment of its indicator cannot be read")?;
    let request = DqlRequest::new(query);
    Ok(segments.into_iter().fold(request, DqlRequest::segment))
}

/// How far a window such as `now-7d` looks back; nothing for one that does not end now, or has no fixed length.
fn lookback(from: &str, to: &str) -> Option<Duration> {
    if !matches!(to.trim(), "" | "now" | "now()") {
        return None;
    }
    let from = from.trim();
    let offset = from.strip_prefix("now()").or_else(|| from.strip_prefix("now")).unwrap_or(from);
    let text = offset.trim().strip_prefix('-')?.trim();
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let (amount, unit) = text.split_at_checked(digits)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    let seconds = amount.parse::<u64>().ok()?.checked_mul(seconds)?;
    // A hundred years are more than any record is kept.
    (1..=3_155_760_000).contains(&seconds).then(|| Duration::from_secs(seconds))
}

fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    let unit = units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length));
    let (length, unit) = unit.unwrap_or((1, "s"));
    format!("{} {unit}", seconds / length)
}

/// A record of an indicator.
#[derive(Deserialize)]
struct Indicated {
    #[serde(default)]
    sli: Option<Sli>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Sli {
    Intervals(Vec<Option<Double>>),
    Value(Double),
}

/// The mean of all values of an indicator.
fn mean(result: &GrailResult) -> Result<f64, String> {
    if result.record_count() > 0 && !result.columns().iter().any(|column| column.name == "sli") {
        return Err("its indicator answers no column `sli`".to_owned());
    }
    let records: Vec<Indicated> =
        result.rows().map_err(|_| "its indicator answers a column `sli` that holds no numbers".to_owned())?;
    let mut values = Vec::new();
    for sli in records.into_iter().filter_map(|record| record.sli) {
        match sli {
            Sli::Intervals(intervals) => values.extend(intervals.into_iter().flatten()),
            Sli::Value(value) => values.push(value),
        }
    }
    let values: Vec<f64> =
        values.into_iter().map(|Double(value)| value).filter(|value| value.is_finite()).collect();
    if values.is_empty() {
        return Err("there is no data in its window".to_owned());
    }
    Ok(values.iter().sum::<f64>() / values.len() as f64)
}

fn value(outcome: Option<&FollowUpOutcome>) -> Result<f64, String> {
    match outcome {
        Some(Ok(result)) => mean(result),
        Some(Err(error)) => Err(reason(error)),
        None => Err("it was not asked".to_owned()),
    }
}

/// Why a query failed, with the way out.
fn reason(error: &TenantError) -> String {
    error.help().map_or_else(|| error.to_string(), |help| format!("{error}; {help}"))
}

impl Promise<'_> {
    /// Without data in the last hour there is a budget, but no telling how fast it burns.
    fn budget(
        &self,
        over_window: Option<&FollowUpOutcome>,
        last_hour: Option<&FollowUpOutcome>,
        window: Duration,
    ) -> Result<ErrorBudget, String> {
        Ok(ErrorBudget {
            target: self.target,
            value: value(over_window)?,
            last_hour: value(last_hour).ok(),
            window: window.as_millis() as f64,
        })
    }

    fn standing(&self, budget: &ErrorBudget) -> Standing {
        let rate = budget.burn_rate().unwrap_or(0.0);
        if budget.value < self.target || budget.left().is_some_and(|left| left <= 0.0) {
            Standing::Exhausted
        } else if rate >= FAST {
            Standing::BurningFast
        } else if rate > 1.0 {
            Standing::Burning
        } else if self.warning.is_some_and(|warning| budget.value < warning) {
            Standing::Close
        } else {
            Standing::Healthy
        }
    }

    fn shown(&self, context: &Context<'_>, evaluation: Result<ErrorBudget, String>) -> Shown {
        let (budget, reason) = match evaluation {
            Ok(budget) => (Some(budget), None),
            Err(reason) => (None, Some(reason)),
        };
        let standing = budget.as_ref().map_or(Standing::NotEvaluated, |budget| self.standing(budget));
        let (status, label) = standing.in_words();
        let left = budget.and_then(|budget| budget.left());
        let name = if self.slo.name.is_empty() { &self.slo.id } else { &self.slo.name };
        let url = links::slo(context.environment.url(), &self.slo.id);
        let evidence = ObjectiveEvidence {
            name: name.clone(),
            url: url.clone(),
            // Where the target allows no failure, one uses all of it up.
            budget_left: left.or((standing == Standing::Exhausted).then_some(0.0)),
            burn_rate: budget.and_then(|budget| budget.burn_rate()),
            not_evaluated: reason.clone(),
            environment: context.environment.name().to_owned(),
        };
        let row = vec![
            match url {
                Some(url) => Cell::Link(LinkCell { text: name.clone(), url, detail: None }),
                None => Cell::Text(name.clone()),
            },
            Cell::Status(StatusCell { status, label: label.to_owned(), detail: reason }),
            Cell::number(left),
            Cell::number(budget.map(|budget| budget.value)),
            Cell::Number(self.target),
            Cell::number(evidence.burn_rate),
            // Of one that is exhausted the state says so.
            Cell::number(budget.and_then(|budget| budget.exhausted_in()).filter(|left| *left > 0.0)),
            Cell::Text(self.window.clone()),
            Cell::Text(context.environment.name().to_owned()),
            Cell::Text(self.components.join(", ")),
        ];
        Shown { standing, left, evidence, row }
    }
}

impl Standing {
    const fn in_words(self) -> (Status, &'static str) {
        match self {
            Self::Healthy => (Status::Ok, "healthy"),
            Self::NotEvaluated => (Status::Unknown, "not evaluated"),
            Self::Close => (Status::Warning, "close to its target"),
            Self::Burning => (Status::Warning, "burning"),
            Self::BurningFast => (Status::Error, "burning fast"),
            Self::Exhausted => (Status::Error, "exhausted"),
        }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("objective", "Objective", ColumnKind::Link),
        Column::new("state", "State", ColumnKind::Status),
        Column::number("budget", "Error budget left", Unit::Percent),
        Column::number("value", "Value", Unit::Percent),
        Column::number("target", "Target", Unit::Percent),
        Column::new("burn-rate", "Burn rate", ColumnKind::Number),
        Column::number("exhausted-in", "Exhausted in", Unit::Milliseconds).where_known(),
        Column::new("window", "Window", ColumnKind::Text).on_request(),
        Column::new("environment", "Environment", ColumnKind::Text),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
    ]
}

/// How many stand how, and what the worst has left.
fn facts(rows: &[Shown]) -> Vec<Fact> {
    let fact = |key, title, standings: &[Standing], status| {
        let count = rows.iter().filter(|shown| standings.contains(&shown.standing)).count();
        Fact::count(key, title, count, status)
    };
    let fast = rows.iter().any(|shown| shown.standing == Standing::BurningFast);
    let burning = if fast { Status::Error } else { Status::Warning };
    let mut facts = vec![
        fact("exhausted", "exhausted", &[Standing::Exhausted], Status::Error),
        fact("burning", "burning", &[Standing::Burning, Standing::BurningFast], burning),
        fact("close", "close to its target", &[Standing::Close], Status::Warning),
        fact("healthy", "healthy", &[Standing::Healthy], Status::Ok),
        fact("not-evaluated", "not evaluated", &[Standing::NotEvaluated], Status::Unknown),
    ];
    facts.retain(|fact| fact.value != Cell::Count(0));
    let worst = rows.iter().filter_map(|shown| Some((shown.left?, &shown.evidence.name)));
    if let Some((left, name)) = worst.min_by(|(a, _), (b, _)| a.total_cmp(b)) {
        let status = if left <= 0.0 { Status::Error } else { Status::Neutral };
        let fact = Fact::number("least-left", "Least budget left", Some(left), Unit::Percent, status);
        facts.push(fact.with_detail(name));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_ends_now_has_a_length() {
        let days = |days: u64| Some(Duration::from_secs(days * 86_400));
        for (from, to, expected) in [
            ("now-7d", "now", days(7)),
            ("now-1w", "", days(7)),
            ("-30d", "now()", days(30)),
            ("now() - 24h", "now", days(1)),
            ("now-7d", "now-1d", None),
            ("now-1M", "now", None),
            ("now-1d/d", "now", None),
            ("now-0d", "now", None),
            ("now-99999999999999999999d", "now", None),
            ("now", "now", None),
            ("2026-11-01T00:00:00Z", "now", None),
        ] {
            assert_eq!(lookback(from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn an_indicator_is_asked_unless_it_would_say_something_else_than_its_window() {
        let indicator = |sli: serde_json::Value| {
            let slo = serde_json::json!({ "id": "a", "customSli": sli });
            indicator(&serde_json::from_value(slo).unwrap())
        };
        let of = |query: &str| indicator(serde_json::json!({ "indicator": query }));
        for asked in [
            "timeseries sli = avg(a) | lookup [fetch b, from: -10m | fields c], sourceField: d, lookupField: c",
            "a query that only Grail understands |",
        ] {
            assert_eq!(of(asked).unwrap().query, asked);
        }
        for (refused, reason) in [
            (of("timeseries sli = avg(a), from: -2h"), "a timeframe of its own"),
            (of(" "), "no indicator of its own"),
            (indicator(serde_json::Value::Null), "no indicator of its own"),
            (
                indicator(
                    serde_json::json!({ "indicator": "timeseries sli = avg(a)", "filterSegments": [1] }),
                ),
                "a segment",
            ),
        ] {
            let refusal = refused.unwrap_err();
            assert!(refusal.contains(reason), "{refusal}");
        }
    }

    #[test]
    fn a_length_is_told_in_the_largest_whole_unit() {
        for (seconds, words) in [(604_800, "7 d"), (3_600, "1 h"), (5_400, "90 min"), (61, "61 s")] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
