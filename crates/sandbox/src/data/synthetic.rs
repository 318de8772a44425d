//! Synthetic monitors of the shop: entities, executions and metrics. Fields: docs.dynatrace.com, semantic dictionary,
//! Synthetic events; keys: built-in metrics on Grail, `dt.synthetic.*`.

use std::sync::Arc;

use super::Random;
use super::company::Landscape;
use super::ids::{entity, hexadecimal};
use super::trouble::in_incident;
use crate::load::time_column;
use crate::metrics::{MetricSeries, Points};
use crate::record::Record;
use crate::store::{Row, Store, Table, TimeColumn};
use crate::value::{DAY, MINUTE, SECOND, Value};

/// Where monitors run.
const LOCATIONS: [&str; 3] = ["Frankfurt", "Dublin", "Warsaw"];
/// How far back metrics reach.
const METRIC_HISTORY: i64 = 30 * DAY;
/// How far back executions reach.
const EVENT_HISTORY: i64 = 3 * DAY;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Http,
    Browser,
}

impl Kind {
    /// The type of the classic entity, as ids and as fields write it.
    const fn entity_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Http => ("HTTP_CHECK", "dt.entity.http_check"),
            Self::Browser => ("SYNTHETIC_TEST", "dt.entity.synthetic_test"),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Browser => "browser",
        }
    }
}

struct Monitor {
    name: &'static str,
    kind: Kind,
    component: &'static str,
    team: &'static str,
    step: &'static str,
    /// Milliseconds it usually takes.
    millis: u64,
    every: i64,
    /// How many of a hundred executions fail while the incident goes on.
    suffers: u64,
}

const MONITORS: [Monitor; 4] = [
    Monitor {
        name: "Storefront start page",
        kind: Kind::Http,
        component: "storefront",
        team: "experience",
        step: "GET /",
        millis: 180,
        every: 10 * MINUTE,
        suffers: 0,
    },
    Monitor {
        name: "Search for a product",
        kind: Kind::Http,
        component: "search",
        team: "experience",
        step: "GET /api/search",
        millis: 320,
        every: 10 * MINUTE,
        suffers: 0,
    },
    Monitor {
        name: "Checkout health",
        kind: Kind::Http,
        component: "checkout",
        team: "orders",
        step: "GET /api/checkout/health",
        millis: 140,
        every: 10 * MINUTE,
        suffers: 50,
    },
    Monitor {
        name: "Buy an article",
        kind: Kind::Browser,
        component: "checkout",
        team: "orders",
        step: "Pay by card",
        millis: 6400,
        every: 15 * MINUTE,
        suffers: 80,
    },
];

/// One run of a monitor at a location.
struct Execution {
    time: i64,
    duration: i64,
    failed: bool,
}

impl Monitor {
    fn id(&self, seed: u64) -> String {
        entity(seed, self.kind.entity_type().0, self.name)
    }

    /// Its executions at a location since `history` before `now`. What happened in a slot of time stays as it is, but
    /// for the incident, which goes on now at all times.
    fn executions(
        &self,
        location: &str,
        seed: u64,
        now: i64,
        history: i64,
    ) -> impl Iterator<Item = Execution> {
        let base = Random::of(seed, &format!("synthetic/{}/{location}", self.name));
        let offset = i64::try_from(base.clone().below(self.every.cast_unsigned())).unwrap_or(0);
        let base = base.clone().next();
        let last = (now - offset).div_euclid(self.every);
        (last - history / self.every + 1..=last).map(move |slot| {
            let mut random = Random::new(base ^ slot.cast_unsigned());
            let time = slot * self.every + offset;
            let usual = self.millis as f64 * (0.75 + 0.6 * random.unit()) * 1_000_000.0;
            let chance = random.below(1000);
            let failed = chance < 3 || (in_incident(time, now) && chance < 10 * self.suffers);
            Execution { time, duration: usual as i64 * if failed { 4 } else { 1 }, failed }
        })
    }
}

/// The monitors of an environment: the shop is watched in production only.
fn monitors(landscape: &Landscape) -> &'static [Monitor] {
    if landscape.name == "production" { &MONITORS } else { &[] }
}

fn location_id(seed: u64, location: &str) -> String {
    entity(seed, "SYNTHETIC_LOCATION", location)
}

/// Adds entities and metrics, and the table of executions.
pub(super) fn add(store: &mut Store, landscape: &'static Landscape, seed: u64, now: i64) {
    entities(store, landscape, seed, now);
    metrics(store, landscape, seed, now);
    let rows = Table::lazy(move || rows(landscape, seed, now), time_column("dt.synthetic.events"));
    store.insert_table("dt.synthetic.events", rows);
}

fn entities(store: &mut Store, landscape: &Landscape, seed: u64, now: i64) {
    let lifetime = Value::Timeframe(now - 60 * DAY, now);
    let row = |id: String, name: &str| {
        Record::new().with("id", id).with("entity.name", name).with("lifetime", lifetime.clone())
    };
    let mut tables: [(&str, Vec<Row>); 3] =
        [("http_check", Vec::new()), ("synthetic_test", Vec::new()), ("synthetic_location", Vec::new())];
    let [(_, http), (_, browser), (_, locations)] = &mut tables;
    let monitors = monitors(landscape);
    for monitor in monitors {
        let tags = [format!("component:{}", monitor.component), format!("team:{}", monitor.team)];
        let record = row(monitor.id(seed), monitor.name).with("tags", Value::strings(tags));
        match monitor.kind {
            Kind::Http => http.push(Arc::new(record)),
            Kind::Browser => browser.push(Arc::new(record)),
        }
    }
    for location in LOCATIONS.iter().filter(|_| !monitors.is_empty()) {
        locations.push(Arc::new(row(location_id(seed, location), location).with("locationType", "PUBLIC")));
    }
    for (name, rows) in tables {
        let table =
            Table::new(rows, TimeColumn::Timeframe("lifetime")).with_default_columns(&["id", "entity.name"]);
        store.insert_table(format!("dt.entity.{name}"), table);
    }
}

/// Availability in percent, duration of successful executions in milliseconds, and how many executions there were.
fn metrics(store: &mut Store, landscape: &Landscape, seed: u64, now: i64) {
    for monitor in monitors(landscape) {
        for location in LOCATIONS {
            let dimensions = Arc::new(
                Record::new()
                    .with(monitor.kind.entity_type().1, monitor.id(seed))
                    .with("dt.entity.synthetic_location", location_id(seed, location)),
            );
            let executions: Vec<Execution> =
                monitor.executions(location, seed, now, METRIC_HISTORY).collect();
            let mut push = |name: &str, points: Arc<[(i64, f64)]>| {
                store.push_metric(MetricSeries {
                    key: format!("dt.synthetic.{}.{name}", monitor.kind.name()).into(),
                    dimensions: Arc::clone(&dimensions),
                    points: Points::Stored(points),
                });
            };
            let available = |one: &Execution| if one.failed { 0.0 } else { 100.0 };
            push("availability", executions.iter().map(|one| (one.time, available(one))).collect());
            let good = executions.iter().filter(|one| !one.failed);
            push("duration", good.map(|one| (one.time, one.duration as f64 / 1_000_000.0)).collect());
            push("executions", executions.iter().map(|one| (one.time, 1.0)).collect());
        }
    }
}

/// The executions, by time. Each is two records with the same `event.id`: the monitor's and its step's.
fn rows(landscape: &Landscape, seed: u64, now: i64) -> Vec<Row> {
    let mut rows: Vec<(i64, Row)> = Vec::new();
    for monitor in monitors(landscape) {
        for location in LOCATIONS {
            for execution in monitor.executions(location, seed, now, EVENT_HISTORY) {
                let common = common(monitor, location, &execution, seed);
                let kind = monitor.kind.name();
                let of_monitor = common
                    .clone()
                    .with("event.type", format!("{kind}_monitor_execution"))
                    .with("result.state", if execution.failed { "FAIL" } else { "SUCCESS" });
                rows.push((execution.time, Arc::new(of_monitor)));
                let of_step = step(common, monitor, &execution, seed)
                    .with("event.type", format!("{kind}_step_execution"));
                rows.push((execution.time, Arc::new(of_step)));
            }
        }
    }
    rows.sort_by_key(|(time, _)| *time);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn common(monitor: &Monitor, location: &str, execution: &Execution, seed: u64) -> Record {
    let id = monitor.id(seed);
    let (code, message) =
        if execution.failed { (12_000_i64, "HTTP status code: 502") } else { (0, "HEALTHY") };
    let status = match (monitor.kind, execution.failed) {
        (Kind::Browser, _) => Value::Null,
        (Kind::Http, failed) => Value::Long(if failed { 502 } else { 200 }),
    };
    Record::new()
        .with("timestamp", Value::Timestamp(execution.time))
        .with("event.id", hexadecimal(seed, &format!("{id}/{location}/{}", execution.time)))
        .with("event.kind", "SYNTHETIC_EVENT")
        .with("event.version", "1.0.0")
        .with("event.provider", "dynatrace.synthetic")
        .with("dt.synthetic.monitor.id", id.as_str())
        .with("monitor.name", monitor.name)
        .with(monitor.kind.entity_type().1, id.as_str())
        .with("dt.entity.synthetic_location", location_id(seed, location))
        .with("result.status.code", code)
        .with("result.status.message", message)
        .with("result.statistics.duration", Value::Duration(execution.duration))
        .with("result.statistics.response_status_code", status)
        .with("dt.system.bucket", "default_synthetic_events")
}

fn step(common: Record, monitor: &Monitor, execution: &Execution, seed: u64) -> Record {
    let kind = match monitor.kind {
        Kind::Http => "HTTP_CHECK_STEP",
        Kind::Browser => "SYNTHETIC_TEST_STEP",
    };
    let record =
        common.with("dt.synthetic.step.id", entity(seed, kind, monitor.name)).with("step.name", monitor.step);
    if monitor.kind == Kind::Browser {
        return record;
    }
    let part = |hundredths: i64| Value::Duration(execution.duration / 100 * hundredths);
    let expiry = execution.time.div_euclid(90 * DAY) * 90 * DAY + 97 * DAY + SECOND;
    record
        .with("result.statistics.host_name_resolution_time", part(4))
        .with("result.statistics.tcp_connect_time", part(9))
        .with("result.statistics.tls_handshake_time", part(17))
        .with("result.statistics.time_to_first_byte", part(62))
        .with("result.statistics.peer_certificate_expiry_date", Value::Timestamp(expiry))
}
