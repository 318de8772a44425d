//! Many records of one table, for load tests.

use super::Random;
use super::business;
use super::company::LANDSCAPES;
use super::ids::entity;
use super::logs::Names;
use super::spans::Span;
use super::topology::{Workload, has_service, workloads};
use super::trouble::in_incident;
use crate::store::Row;
use crate::value::{SECOND, Uid, UidForm};

/// The time between two records.
const INTERVAL: i64 = SECOND / 100;
/// How many spans a trace has.
const SPANS_OF_A_TRACE: u64 = 3;

/// A table that any number of records can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkTable {
    /// Log records of all workloads.
    Logs,
    /// Spans of all services, three a trace.
    Spans,
    /// Orders.
    Bizevents,
}

impl BulkTable {
    /// All of them, by the name that `fetch` knows.
    pub const ALL: [(&'static str, Self); 3] =
        [("logs", Self::Logs), ("spans", Self::Spans), ("bizevents", Self::Bizevents)];

    /// So many records, a hundred a second, the last just before `end` (nanoseconds since 1970): the same for the same
    /// `seed`. They are made one at a time.
    pub fn records(self, rows: u64, seed: u64, end: i64) -> impl Iterator<Item = Row> {
        let workloads: Vec<Workload> = LANDSCAPES
            .iter()
            .flat_map(|landscape| workloads(landscape, seed))
            .filter(|workload| workload.component.telemetry)
            .filter(|workload| self == Self::Logs || has_service(workload.component))
            .collect();
        let names = Names::new();
        (0..rows).filter_map(move |row| {
            let before_end = i64::try_from(rows - row).ok()?.saturating_mul(INTERVAL);
            let time = end.saturating_sub(before_end);
            let mut random = Random::new(Random::new(seed ^ (row << 8)).next());
            let workload = random.pick(&workloads)?;
            Some(match self {
                Self::Logs => {
                    let group = format!("{}/{}", workload.cluster.name, workload.component.name);
                    let group = entity(seed, "PROCESS_GROUP", &group);
                    names.record(workload, &group, time, end, &mut random)
                }
                Self::Spans => {
                    let root = row - row % SPANS_OF_A_TRACE;
                    let mut of_trace = Random::of(seed, &format!("trace/{root}"));
                    let trace = Uid { high: of_trace.next(), low: of_trace.next(), form: UidForm::Bits128 };
                    let root_id = of_trace.next();
                    let (id, parent) =
                        if row == root { (root_id, None) } else { (random.next(), Some(root_id)) };
                    let span = Span::draw(workload, time, end, &mut random);
                    span.record(workload, seed, trace, id, parent, &mut random)
                }
                Self::Bizevents => {
                    let failed = in_incident(time, end) && random.chance(0.5);
                    business::order(row.cast_signed(), time, failed, seed, &mut random)
                }
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn the_same_seed_gives_the_same_records_and_a_longer_run_the_same_kind() {
        for (name, table) in BulkTable::ALL {
            let records = |rows, seed| -> Vec<Row> { table.records(rows, seed, 1_000 * SECOND).collect() };
            assert_eq!(records(50, 1), records(50, 1), "{name}");
            assert_ne!(records(50, 1), records(50, 2), "{name}");
            assert_eq!(records(0, 1), [] as [Row; 0], "{name}");
        }
    }

    #[test]
    fn times_rise_to_the_end() {
        let end = 1_000 * SECOND;
        let times: Vec<i64> = BulkTable::Logs
            .records(5, 1, end)
            .filter_map(|row| row.get("timestamp").and_then(Value::as_timestamp))
            .collect();
        assert_eq!(times, [5, 4, 3, 2, 1].map(|before| end - before * SECOND / 100));
    }

    #[test]
    fn spans_of_a_trace_have_one_root() {
        let spans: Vec<Row> = BulkTable::Spans.records(9, 1, 1_000 * SECOND).collect();
        for trace in spans.chunks(3) {
            assert!(trace.iter().all(|span| span.get("trace.id") == trace[0].get("trace.id")));
            assert_eq!(trace[0].get("span.parent_id"), Some(&Value::Null));
            assert_eq!(trace[1].get("span.parent_id"), trace[0].get("span.id"));
        }
        assert_ne!(spans[0].get("trace.id"), spans[3].get("trace.id"));
    }
}
