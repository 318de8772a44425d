//! Security events: state reports of vulnerabilities. Fields: docs.dynatrace.com, semantic dictionary, security events.

use std::sync::Arc;

use super::ids::{entity, uuid};
use super::topology::Workload;
use crate::record::Record;
use crate::store::Row;
use crate::value::{DAY, MINUTE, Value};

/// A vulnerability of a library and the components that use it.
struct Vulnerability {
    title: &'static str,
    library: &'static str,
    technology: &'static str,
    cve: &'static str,
    level: &'static str,
    score: f64,
    components: &'static [&'static str],
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Muted,
    /// Reported once, when it was resolved.
    Resolved,
}

const VULNERABILITIES: [Vulnerability; 8] = [
    Vulnerability {
        title: "Deserialization of untrusted data",
        library: "org.example:object-mapper",
        technology: "JAVA",
        cve: "CVE-2026-10001",
        level: "CRITICAL",
        score: 9.8,
        components: &["cart", "checkout"],
        state: State::Open,
    },
    Vulnerability {
        title: "Prototype pollution",
        library: "merge-deeply",
        technology: "NODE_JS",
        cve: "CVE-2026-10002",
        level: "HIGH",
        score: 7.5,
        components: &["storefront"],
        state: State::Open,
    },
    Vulnerability {
        title: "Regular expression denial of service",
        library: "header-parse",
        technology: "NODE_JS",
        cve: "CVE-2026-10003",
        level: "MEDIUM",
        score: 5.3,
        components: &["storefront", "notification"],
        state: State::Open,
    },
    Vulnerability {
        title: "Improper certificate validation",
        library: "example.org/tls",
        technology: "GO",
        cve: "CVE-2026-10004",
        level: "HIGH",
        score: 7.4,
        components: &["payment", "shipping"],
        state: State::Open,
    },
    Vulnerability {
        title: "SQL injection",
        library: "org.example:query-builder",
        technology: "JAVA",
        cve: "CVE-2026-10005",
        level: "HIGH",
        score: 8.1,
        components: &["search"],
        state: State::Muted,
    },
    Vulnerability {
        title: "Path traversal",
        library: "Example.Archive",
        technology: "DOTNET",
        cve: "CVE-2026-10006",
        level: "MEDIUM",
        score: 6.5,
        components: &["catalog"],
        state: State::Resolved,
    },
    Vulnerability {
        title: "Uncontrolled resource consumption",
        library: "org.example:compression",
        technology: "JAVA",
        cve: "CVE-2026-10007",
        level: "LOW",
        score: 3.7,
        components: &["kafka", "inventory", "cart"],
        state: State::Open,
    },
    Vulnerability {
        title: "Cross-site scripting",
        library: "template-render",
        technology: "PYTHON",
        cve: "CVE-2026-10008",
        level: "MEDIUM",
        score: 6.1,
        components: &["recommendation"],
        state: State::Open,
    },
];

/// How often an open vulnerability is reported again.
const INTERVAL: i64 = 15 * MINUTE;
/// How far back reports reach.
const HISTORY: i64 = DAY;

/// The state reports of an environment.
pub(super) fn rows(workloads: &[Workload], seed: u64, now: i64) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (index, vulnerability) in VULNERABILITIES.iter().enumerate() {
        let affected =
            workloads.iter().filter(|workload| vulnerability.components.contains(&workload.component.name));
        for workload in affected {
            let template = report(vulnerability, index, workload, seed, now);
            let last = now.div_euclid(INTERVAL);
            let times: Vec<i64> = match vulnerability.state {
                State::Resolved => vec![now - 5 * INTERVAL],
                State::Open | State::Muted => {
                    (last - HISTORY / INTERVAL..=last).map(|slot| slot * INTERVAL).collect()
                }
            };
            for time in times {
                let mut record = template.clone();
                record.set(&Arc::from("timestamp"), Value::Timestamp(time));
                record.set(&Arc::from("event.id"), uuid(seed, &format!("{}/{time}", workload.id)).into());
                rows.push(Arc::new(record));
            }
        }
    }
    rows
}

fn report(vulnerability: &Vulnerability, index: usize, workload: &Workload, seed: u64, now: i64) -> Record {
    let process = format!("{}/{}", workload.cluster.name, workload.component.name);
    let process_group = entity(seed, "PROCESS_GROUP", &process);
    let number = 1001 + index;
    let internal = 4_000_000_000_000_000_000_u64 + number as u64;
    let resolved = vulnerability.state == State::Resolved;
    let muted = if vulnerability.state == State::Muted { "MUTED" } else { "NOT_MUTED" };
    Record::new()
        .with("timestamp", Value::Null)
        .with("event.id", Value::Null)
        .with("event.kind", "SECURITY_EVENT")
        .with("event.type", "VULNERABILITY_STATE_REPORT_EVENT")
        .with("event.provider", "Dynatrace")
        .with("event.category", "VULNERABILITY_MANAGEMENT")
        .with("event.level", "ENTITY")
        .with("event.status", if resolved { "RESOLVED" } else { "OPEN" })
        .with("dt.system.bucket", "default_securityevents_builtin")
        .with("vulnerability.id", internal.to_string())
        .with("vulnerability.display_id", format!("S-{number}"))
        .with("vulnerability.title", vulnerability.title)
        .with("vulnerability.type", vulnerability.title)
        .with("vulnerability.stack", "CODE_LIBRARY")
        .with("vulnerability.technology", vulnerability.technology)
        .with("vulnerability.external_id", vulnerability.cve)
        .with("vulnerability.references.cve", Value::strings([vulnerability.cve]))
        .with("vulnerability.risk.level", vulnerability.level)
        .with("vulnerability.risk.score", vulnerability.score)
        .with("vulnerability.cvss.base_score", vulnerability.score)
        .with("vulnerability.davis_assessment.exposure_status", "PUBLIC_NETWORK")
        .with("vulnerability.davis_assessment.vulnerable_function_status", "IN_USE")
        .with("vulnerability.resolution.status", if resolved { "RESOLVED" } else { "OPEN" })
        .with("vulnerability.parent.mute.status", muted)
        .with("vulnerability.mute.status", muted)
        .with("vulnerability.is_fix_available", true)
        .with("vulnerability.first_seen", Value::Timestamp((now.div_euclid(DAY) - 9) * DAY))
        .with("affected_entity.id", process_group)
        .with("affected_entity.name", process)
        .with("affected_entity.type", "PROCESS_GROUP")
        .with("affected_entity.vulnerable_component.name", vulnerability.library)
        .with("related_entities.kubernetes_workloads.ids", Value::strings([&workload.classic_id]))
        .with("related_entities.kubernetes_workloads.names", Value::strings([workload.component.name]))
        .with(
            "related_entities.kubernetes_clusters.ids",
            Value::strings([entity(seed, "KUBERNETES_CLUSTER", workload.cluster.name)]),
        )
}
