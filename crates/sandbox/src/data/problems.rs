//! Davis problems. Fields: docs.dynatrace.com, semantic dictionary, Davis problem events.

use std::sync::Arc;

use super::Random;
use super::ids::hexadecimal;
use super::topology::Workload;
use super::trouble::{INCIDENT_MINUTES, SLOW_MINUTES, TROUBLES};
use crate::record::Record;
use crate::store::Row;
use crate::value::{DAY, HOUR, MINUTE, Value};

/// A kind of problem and what its title says.
const KINDS: [(&str, &str); 4] = [
    ("ERROR", "Failure rate increase"),
    ("SLOWDOWN", "Response time degradation"),
    ("AVAILABILITY", "Not all pods ready"),
    ("RESOURCE_CONTENTION", "CPU throttling of containers"),
];

/// A problem before it becomes a record.
struct Problem<'w> {
    key: String,
    category: &'static str,
    title: &'static str,
    affected: Vec<&'w Workload>,
    root_cause: Option<&'w Workload>,
    start: i64,
    end: Option<i64>,
    duplicate: bool,
}

/// The problems of an environment: what goes wrong now, and 30 days of what did.
pub(super) fn rows(workloads: &[Workload], seed: u64, now: i64) -> Vec<Row> {
    let mut problems = current(workloads, now);
    for workload in workloads.iter().filter(|workload| workload.component.telemetry) {
        problems.extend(past(workload, seed, now));
    }
    problems.iter().map(|problem| record(problem, seed, now)).collect()
}

fn find<'w>(workloads: &'w [Workload], cluster: &str, name: &str) -> Option<&'w Workload> {
    workloads.iter().find(|workload| workload.cluster.name == cluster && workload.component.name == name)
}

fn current(workloads: &[Workload], now: i64) -> Vec<Problem<'_>> {
    let mut problems = Vec::new();
    let payment = find(workloads, "prod-eu", "payment");
    if let (Some(payment), Some(checkout)) = (payment, find(workloads, "prod-eu", "checkout")) {
        // The incident of the demo: payment loses a pod and fails requests, checkout suffers.
        problems.push(Problem {
            key: "incident".into(),
            category: "ERROR",
            title: "Failure rate increase",
            affected: vec![payment, checkout],
            root_cause: Some(payment),
            start: now - INCIDENT_MINUTES * MINUTE,
            end: None,
            duplicate: false,
        });
        problems.push(Problem {
            key: "incident-duplicate".into(),
            category: "ERROR",
            title: "Failure rate increase",
            affected: vec![checkout],
            root_cause: Some(payment),
            start: now - 44 * MINUTE,
            end: None,
            duplicate: true,
        });
        problems.push(Problem {
            key: "payment-pods".into(),
            category: "AVAILABILITY",
            title: "Not all pods ready",
            affected: vec![payment],
            root_cause: None,
            start: now - 46 * MINUTE,
            end: None,
            duplicate: false,
        });
    }
    let slow = ("prod-eu", "search", "SLOWDOWN", "Response time degradation", SLOW_MINUTES);
    // The pods of the incident have a problem of their own above.
    let unready = TROUBLES.iter().filter(|trouble| trouble.component != "payment").map(|trouble| {
        (trouble.cluster, trouble.component, "AVAILABILITY", "Not all pods ready", trouble.minutes)
    });
    for (cluster, name, category, title, minutes) in std::iter::once(slow).chain(unready) {
        if let Some(workload) = find(workloads, cluster, name) {
            problems.push(Problem {
                key: format!("{cluster}/{name}/now"),
                category,
                title,
                affected: vec![workload],
                root_cause: Some(workload),
                start: now - minutes * MINUTE,
                end: None,
                duplicate: false,
            });
        }
    }
    problems
}

/// The closed problems of one workload. `catalog` never has any.
fn past<'w>(workload: &'w Workload, seed: u64, now: i64) -> Vec<Problem<'w>> {
    if workload.component.name == "catalog" {
        return Vec::new();
    }
    let name = format!("problems/{}/{}", workload.cluster.name, workload.component.name);
    let today = now.div_euclid(DAY);
    (1..30)
        .filter_map(|days_ago| {
            let day = today - days_ago;
            let mut random = Random::of(seed, &format!("{name}/{day}"));
            let (category, title) = random.pick(&KINDS).copied()?;
            let start = day * DAY + i64::try_from(random.below(20 * 3600)).ok()? * crate::value::SECOND;
            let length = (5 + i64::try_from(random.below(110)).ok()?) * MINUTE;
            random.chance(0.08).then(|| Problem {
                key: format!("{name}/{day}"),
                category,
                title,
                affected: vec![workload],
                root_cause: Some(workload),
                start,
                end: Some(start + length.min(4 * HOUR)),
                duplicate: false,
            })
        })
        .collect()
}

fn record(problem: &Problem<'_>, seed: u64, now: i64) -> Row {
    let mut random = Random::of(seed, &format!("problem/{}", problem.key));
    let affected = &problem.affected;
    let distinct = |value: fn(&Workload) -> &str| {
        let mut values: Vec<&str> = affected.iter().map(|workload| value(workload)).collect();
        values.dedup();
        Value::strings(values)
    };
    let first = affected.first().map_or("", |workload| workload.component.name);
    let kinds: Vec<String> =
        affected.iter().map(|workload| workload.component.kind.name().to_lowercase()).collect();
    let record = Record::new()
        .with("timestamp", Value::Timestamp(problem.end.unwrap_or(now - now.rem_euclid(MINUTE))))
        .with("event.kind", "DAVIS_PROBLEM")
        .with("event.provider", "DAVIS")
        .with(
            "event.id",
            format!(
                "-{}_{}V2",
                random.below(10_000_000_000_000_000_000),
                problem.start.div_euclid(1_000_000)
            ),
        )
        .with("display_id", format!("P-{}", 24_000_000 + random.below(999_999)))
        .with("event.name", problem.title)
        .with("event.description", format!("# {}\n\nof {first}", problem.title))
        .with("event.status", if problem.end.is_some() { "CLOSED" } else { "ACTIVE" })
        .with("event.category", problem.category)
        .with("event.start", Value::Timestamp(problem.start))
        .with("event.end", problem.end.map_or(Value::Null, Value::Timestamp))
        .with(
            "resolved_problem_duration",
            problem.end.map_or(Value::Null, |end| Value::Duration(end - problem.start)),
        )
        .with("affected_entity_ids", distinct(|workload| &workload.classic_id))
        .with("affected_entity_types", Value::strings(["dt.entity.cloud_application"]))
        .with(
            "smartscape.affected_entity.ids",
            Value::array(affected.iter().map(|workload| Value::smartscape_id(&workload.id))),
        )
        .with("smartscape.affected_entity.types", distinct(|workload| workload.component.kind.node_type()))
        .with("root_cause_entity_id", problem.root_cause.map(|workload| workload.classic_id.as_str()))
        .with("root_cause_entity_name", problem.root_cause.map(|workload| workload.component.name))
        .with("related_entity_ids", distinct(|workload| &workload.classic_id))
        .with("k8s.cluster.name", distinct(|workload| workload.cluster.name))
        .with("k8s.namespace.name", distinct(|workload| workload.cluster.namespace))
        .with("k8s.workload.name", distinct(|workload| workload.component.name))
        .with("k8s.workload.kind", Value::strings(kinds))
        .with("dt.davis.affected_users_count", i64::try_from(random.below(900)).unwrap_or(0))
        .with("dt.davis.event_ids", Value::strings([hexadecimal(seed, &problem.key)]))
        .with("dt.davis.is_duplicate", problem.duplicate)
        .with("dt.davis.is_frequent_event", false)
        .with("dt.davis.mute.status", "NOT_MUTED")
        .with("maintenance.is_under_maintenance", false)
        .with("labels.alerting_profile", Value::strings(["Default"]));
    Arc::new(record)
}
