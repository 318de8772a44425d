//! Spans: requests through the services, and the calls of a language model.

use std::sync::Arc;

use super::Random;
use super::topology::{Workload, has_service, service_id};
use super::trouble::{fails, is_slow};
use crate::record::Record;
use crate::store::Row;
use crate::value::{HOUR, MINUTE, SECOND, Uid, UidForm, Value};

/// The time between two requests of one service.
const INTERVAL: i64 = 30 * SECOND;
/// How far back spans reach.
const HISTORY: i64 = 6 * HOUR;

const ENDPOINTS: [&str; 4] = ["GET /api/items", "GET /api/items/{id}", "POST /api/items", "GET /health"];

/// The spans of an environment, by start.
pub(super) fn rows(workloads: &[Workload], seed: u64, now: i64) -> Vec<Row> {
    let mut rows: Vec<(i64, Row)> = Vec::new();
    let last = now.div_euclid(INTERVAL);
    let services: Vec<&Workload> =
        workloads.iter().filter(|workload| has_service(workload.component)).collect();
    for entry in &services {
        let base = Random::of(seed, &format!("spans/{}", entry.id)).next();
        for slot in last - HISTORY / INTERVAL..last {
            let mut random = Random::new(base ^ slot.cast_unsigned());
            let start = slot * INTERVAL + i64::try_from(random.below(INTERVAL.cast_unsigned())).unwrap_or(0);
            if start >= now {
                continue;
            }
            let trace = Uid { high: random.next(), low: random.next(), form: UidForm::Bits128 };
            let called: Vec<&&Workload> = services
                .iter()
                .filter(|other| {
                    other.cluster.name == entry.cluster.name
                        && entry.component.calls.contains(&other.component.name)
                })
                .collect();
            let mut root = Span::draw(entry, start, now, &mut random);
            let root_id = random.next();
            let at = start + root.duration / 10;
            for other in called {
                let child = Span::draw(other, at, now, &mut random);
                let id = random.next();
                // Who calls what fails now fails in turn, unless it tries again.
                root.failed |= child.failed && fails(other, at, now) && random.chance(0.7);
                root.duration = root.duration.max(child.duration + (at - start));
                rows.push((at, child.record(other, seed, trace, id, Some(root_id), &mut random)));
            }
            rows.push((start, root.record(entry, seed, trace, root_id, None, &mut random)));
        }
    }
    rows.extend(model_calls(workloads, seed, now));
    rows.sort_by_key(|(start, _)| *start);
    rows.into_iter().map(|(_, row)| row).collect()
}

pub(super) struct Span {
    start: i64,
    duration: i64,
    failed: bool,
    endpoint: &'static str,
}

impl Span {
    pub(super) fn draw(workload: &Workload, start: i64, now: i64, random: &mut Random) -> Self {
        let incident = fails(workload, start, now);
        let factor = match (incident, is_slow(workload, start, now)) {
            (true, _) => 8,
            (_, true) => 4,
            _ => 1,
        };
        let usual = 20_000_000 + i64::try_from(random.below(180_000_000)).unwrap_or(0);
        Self {
            start,
            duration: usual * factor,
            failed: random.chance(if incident { 0.5 } else { 0.01 }),
            endpoint: random.pick(&ENDPOINTS).copied().unwrap_or_default(),
        }
    }

    pub(super) fn record(
        &self,
        workload: &Workload,
        seed: u64,
        trace: Uid,
        id: u64,
        parent: Option<u64>,
        random: &mut Random,
    ) -> Row {
        let component = workload.component;
        let service = service_id(seed, workload);
        let span = |id| Value::Uid(Uid { high: 0, low: id, form: UidForm::Bits64 });
        let (method, path) = self.endpoint.split_once(' ').unwrap_or_default();
        let status = if self.failed { 502_i64 } else { 200 };
        Arc::new(
            Record::new()
                .with("start_time", Value::Timestamp(self.start))
                .with("end_time", Value::Timestamp(self.start + self.duration))
                .with("duration", Value::Duration(self.duration))
                .with("trace.id", Value::Uid(trace))
                .with("span.id", span(id))
                .with("span.parent_id", parent.map_or(Value::Null, span))
                .with("span.name", self.endpoint)
                .with("span.kind", "server")
                .with("span.status_code", if self.failed { "error" } else { "ok" })
                .with("request.is_root_span", parent.is_none())
                .with("request.is_failed", self.failed)
                .with("endpoint.name", self.endpoint)
                .with("http.request.method", method)
                .with("url.path", path)
                .with("http.response.status_code", status)
                .with("service.name", component.name)
                .with("dt.entity.service", service.as_str())
                .with("dt.smartscape.service", Value::smartscape_id(&service))
                .with("k8s.cluster.name", workload.cluster.name)
                .with("k8s.namespace.name", workload.cluster.namespace)
                .with("k8s.workload.name", component.name)
                .with("k8s.workload.kind", component.kind.name().to_lowercase())
                .with("k8s.pod.name", random.pick(&workload.pods).map(String::as_str))
                .with("deployment.release_version", component.version_in(workload.cluster.stage))
                .with("deployment.release_stage", workload.cluster.stage),
        )
    }
}

/// The storefront asks a language model for product texts. Fields: OpenTelemetry GenAI semantic conventions.
fn model_calls(workloads: &[Workload], seed: u64, now: i64) -> Vec<(i64, Row)> {
    let interval = 2 * MINUTE;
    let last = now.div_euclid(interval);
    let mut rows = Vec::new();
    for workload in workloads.iter().filter(|workload| workload.component.name == "storefront") {
        let base = Random::of(seed, &format!("model/{}", workload.id)).next();
        for slot in last - HISTORY / interval..last {
            let mut random = Random::new(base ^ slot.cast_unsigned());
            let start = slot * interval;
            let span = Span {
                start,
                duration: 400_000_000 + i64::try_from(random.below(2_500_000_000)).unwrap_or(0),
                failed: random.chance(0.02),
                endpoint: "chat shop-writer",
            };
            let trace = Uid { high: random.next(), low: random.next(), form: UidForm::Bits128 };
            let id = random.next();
            let model = if random.chance(0.8) { "example-small" } else { "example-large" };
            let mut record = span.record(workload, seed, trace, id, None, &mut random).as_ref().clone();
            for (name, value) in [
                ("span.kind", Value::from("client")),
                ("gen_ai.provider.name", "openai".into()),
                ("gen_ai.operation.name", "chat".into()),
                ("gen_ai.agent.name", "shop-writer".into()),
                ("gen_ai.request.model", model.into()),
                ("gen_ai.response.model", model.into()),
                (
                    "gen_ai.usage.input_tokens",
                    Value::Long(200 + i64::try_from(random.below(900)).unwrap_or(0)),
                ),
                (
                    "gen_ai.usage.output_tokens",
                    Value::Long(40 + i64::try_from(random.below(300)).unwrap_or(0)),
                ),
            ] {
                record.set(&Arc::from(name), value);
            }
            rows.push((start, Arc::new(record)));
        }
    }
    rows
}
