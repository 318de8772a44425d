//! Namespaces -> the statements of a policy of Dynatrace's access management.
//!
//! The language: `ALLOW <permission> WHERE <condition> [AND <condition>];`, values in double quotes. Every value was
//! checked to be a name, so that none can end its quotes.

use super::ZoneOnboardingRequest;

/// The tables whose records carry the namespace they are of.
const TABLES: [&str; 4] = ["logs", "metrics", "spans", "events"];

/// The statements, one a line.
pub(super) fn access_policy(request: &ZoneOnboardingRequest) -> String {
    let quoted = |values: &[&str]| values.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
    let namespaces: Vec<&str> = request.namespaces.iter().map(String::as_str).collect();
    let mut condition = match namespaces.as_slice() {
        [only] => format!("storage:k8s.namespace.name = \"{only}\""),
        several => format!("storage:k8s.namespace.name IN ({})", quoted(several)),
    };
    if let Some(cluster) = &request.cluster {
        condition.push_str(&format!(" AND storage:k8s.cluster.name = \"{cluster}\""));
    }
    let mut lines =
        vec![format!("ALLOW storage:buckets:read WHERE storage:table-name IN ({});", quoted(&TABLES))];
    lines.extend(TABLES.map(|table| format!("ALLOW storage:{table}:read WHERE {condition};")));
    lines.push("ALLOW storage:entities:read;".to_owned());
    lines.join("\n")
}
