//! Log records of the workloads.

use std::sync::Arc;

use super::Random;
use super::ids::entity;
use super::topology::Workload;
use super::trouble::{fails, suffers};
use crate::record::{Name, Record};
use crate::store::Row;
use crate::value::{HOUR, SECOND, Value};

const MESSAGES: [(&str, &str, u64); 8] = [
    ("INFO", "request served userId={user} status=200 duration={number}ms", 60),
    ("INFO", "cache refreshed entries={number}", 12),
    ("DEBUG", "connection reused pool=main idle={number}", 10),
    (
        "INFO",
        "{\"level\":\"info\",\"message\":\"order accepted\",\"orderId\":\"{user}\",\"items\":{number}}",
        8,
    ),
    ("WARN", "retrying call to upstream attempt={number} peer=10.2.0.{small}", 5),
    ("WARN", "slow query took {number}ms table=orders", 3),
    ("ERROR", "connection refused by host 10.2.0.{small}:5432", 1),
    ("ERROR", "unexpected status 502 from upstream userId={user}", 1),
];

/// The time between two records of one workload.
const INTERVAL: i64 = 90 * SECOND;

/// The logs of the last `hours` hours, by time.
pub(super) fn rows(workloads: &[Workload], seed: u64, now: i64, hours: i64) -> Vec<Row> {
    let mut rows: Vec<(i64, Row)> = Vec::new();
    let names = Names::new();
    for workload in workloads.iter().filter(|workload| workload.component.telemetry) {
        let process_group =
            entity(seed, "PROCESS_GROUP", &format!("{}/{}", workload.cluster.name, workload.component.name));
        let last = now.div_euclid(INTERVAL);
        for slot in last - hours * HOUR / INTERVAL..=last {
            // What happened in a slot of time does not change when the data set is made anew later.
            let mut random = Random::of(seed, &workload.id);
            let mut random = Random::new(random.next() ^ slot.cast_unsigned());
            let time = slot * INTERVAL + i64::try_from(random.below(90_000)).unwrap_or(0) * 1_000_000;
            if time < now {
                rows.push((time, names.record(workload, &process_group, time, now, &mut random)));
            }
        }
    }
    rows.sort_by_key(|(time, _)| *time);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Field names, shared by all records.
pub(super) struct Names(Vec<Name>);

impl Names {
    pub(super) fn new() -> Self {
        Self(
            [
                "timestamp",
                "content",
                "loglevel",
                "status",
                "log.source",
                "log.iostream",
                "k8s.cluster.name",
                "k8s.namespace.name",
                "k8s.workload.name",
                "k8s.workload.kind",
                "k8s.pod.name",
                "k8s.container.name",
                "dt.entity.cloud_application",
                "dt.entity.process_group",
                "dt.system.bucket",
            ]
            .map(Name::from)
            .to_vec(),
        )
    }

    pub(super) fn record(
        &self,
        workload: &Workload,
        process_group: &str,
        time: i64,
        now: i64,
        random: &mut Random,
    ) -> Row {
        let (level, message) = message(workload, time, now, random);
        let status = match level {
            "ERROR" => "ERROR",
            "WARN" => "WARN",
            _ => "INFO",
        };
        let pod = random.pick(&workload.pods).cloned().unwrap_or_default();
        let component = workload.component;
        let values: [Value; 15] = [
            Value::Timestamp(time),
            message.into(),
            level.into(),
            status.into(),
            "Container Output".into(),
            "stdout".into(),
            workload.cluster.name.into(),
            workload.cluster.namespace.into(),
            component.name.into(),
            component.kind.name().to_lowercase().into(),
            pod.into(),
            component.name.into(),
            workload.classic_id.as_str().into(),
            process_group.into(),
            "default_logs".into(),
        ];
        Arc::new(self.0.iter().cloned().zip(values).collect::<Record>())
    }
}

fn message(workload: &Workload, time: i64, now: i64, random: &mut Random) -> (&'static str, String) {
    if fails(workload, time, now) && random.chance(0.6) {
        return ("ERROR", format!("card network timeout after {} ms", 3000 + random.below(900)));
    }
    if suffers(workload, time, now) && random.chance(0.4) {
        return ("ERROR", "payment answered 502, the order is not placed".to_owned());
    }
    let all: u64 = MESSAGES.iter().map(|(.., weight)| weight).sum();
    let mut drawn = random.below(all);
    let chosen = MESSAGES.iter().find(|(.., weight)| {
        let hit = drawn < *weight;
        drawn = drawn.saturating_sub(*weight);
        hit
    });
    let (level, text, _) = chosen.copied().unwrap_or(("INFO", "started", 0));
    let text = text
        .replace("{user}", &format!("u-{:04x}", random.below(1 << 16)))
        .replace("{number}", &random.below(400).to_string())
        .replace("{small}", &(1 + random.below(250)).to_string());
    (level, text)
}
