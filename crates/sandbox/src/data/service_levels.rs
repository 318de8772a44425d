//! The classic service-level objectives of the webshop: definitions, whose evaluation is another API's.

use serde_json::{Value as Json, json};

use super::company::{COMPONENTS, Cluster, Component, Landscape};
use super::topology::has_service;

/// The components that have promised something, and the targets in percent.
/// `catalog` promises more than it keeps: nothing is left of its budget.
const PROMISES: [(&str, f64, f64); 6] = [
    ("storefront", 99.0, 99.5),
    ("checkout", 99.5, 99.8),
    ("payment", 99.5, 99.8),
    ("cart", 99.0, 99.5),
    ("search", 98.0, 99.0),
    ("catalog", 99.9, 99.95),
];

/// The values of the objectives' settings objects.
pub(super) fn service_levels(landscape: &Landscape) -> Vec<Json> {
    let promised = |(name, target, warning)| {
        let component = COMPONENTS.iter().find(|component| component.name == name && has_service(component));
        component.map(|component| (component, target, warning))
    };
    landscape
        .clusters
        .iter()
        .flat_map(|cluster| PROMISES.into_iter().filter_map(promised).map(move |promise| (cluster, promise)))
        .map(|(cluster, (component, target, warning))| definition(component, cluster, target, warning))
        .collect()
}

fn definition(component: &Component, cluster: &Cluster, target: f64, warning: f64) -> Json {
    let (name, stage) = (component.name, cluster.stage);
    json!({
        "enabled": true,
        "tags": [format!("service:{name}"), format!("stage:{stage}"), format!("team:{}", component.team)],
        "name": format!("{name} success rate {stage}"),
        "customDescription": format!("Requests to {name} that {stage} answers without an error"),
        "metricName": format!("{name}_success_rate_{stage}"),
        "metricExpression": "(100)*(builtin:service.errors.total.successCount:splitBy())/(builtin:service.requestCount.total:splitBy())",
        "evaluationType": "AGGREGATE",
        "filter": format!("type(\"SERVICE\"),entityName.equals(\"{name}\"),mzName(\"Stage: {stage}\")"),
        "evaluationWindow": "-1w",
        "targetSuccess": target,
        "targetWarning": warning,
        "errorBudgetBurnRate": {"burnRateVisualizationEnabled": true, "fastBurnThreshold": 10.0},
    })
}
