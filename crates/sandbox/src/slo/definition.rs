//! Definitions of service-level objectives, as the settings hold them.

use serde_json::Value as Json;

use crate::settings::SettingsObject;

/// The schema of the definitions.
pub(crate) const SCHEMA: &str = "builtin:monitoring.slo";

/// A service-level objective.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    /// The id that the SLO APIs know it by.
    pub(crate) id: String,
    pub(crate) object_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) enabled: bool,
    /// `key:value`, or `key`.
    pub(crate) tags: Vec<String>,
    /// What metrics of it are called: `func:slo.<this>`.
    pub(crate) metric_name: Option<String>,
    pub(crate) metric_expression: String,
    /// An entity selector; empty for all entities.
    pub(crate) filter: String,
    /// How far back it looks: `-1w`.
    pub(crate) window: String,
    /// In percent.
    pub(crate) target: f64,
    /// In percent, at least the target.
    pub(crate) warning: f64,
    /// From which burn rate on the budget burns fast.
    pub(crate) fast_burn_threshold: Option<f64>,
    /// Whether the burn rate is wanted at all.
    pub(crate) shows_burn_rate: bool,
}

impl Definition {
    /// The definition that an object of [`SCHEMA`] holds.
    pub(crate) fn of(object: &SettingsObject) -> Self {
        let value = &object.value;
        let text = |name: &str| value.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| value.get(name).and_then(Json::as_f64).unwrap_or_default();
        let given = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
        let tags = value.get("tags").and_then(Json::as_array).into_iter().flatten();
        let burn_rate = value.get("errorBudgetBurnRate").unwrap_or(&Json::Null);
        let shows = burn_rate.get("burnRateVisualizationEnabled").and_then(Json::as_bool);
        Self {
            id: given("legacyId").unwrap_or_else(|| object.uuid.clone()),
            object_id: object.object_id.clone(),
            name: text("name"),
            description: text("customDescription"),
            enabled: value.get("enabled").and_then(Json::as_bool).unwrap_or(true),
            tags: tags.filter_map(|tag| tag.as_str().map(ToOwned::to_owned)).collect(),
            metric_name: given("metricName"),
            metric_expression: text("metricExpression"),
            filter: text("filter"),
            window: text("evaluationWindow"),
            target: number("targetSuccess"),
            warning: number("targetWarning"),
            fast_burn_threshold: burn_rate.get("fastBurnThreshold").and_then(Json::as_f64),
            shows_burn_rate: shows.unwrap_or(false),
        }
    }

    /// Whether a guardian's `referenceSlo` means this one: `func:slo.<metric name>`, or its id or name.
    pub(crate) fn is_meant_by(&self, reference: &str) -> bool {
        match reference.strip_prefix("func:slo.") {
            Some(metric) => self.metric_name.as_deref() == Some(metric),
            None => [&self.id, &self.object_id, &self.name].into_iter().any(|name| name == reference),
        }
    }
}
