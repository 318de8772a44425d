//! A zone -> the segment that would select the same data in Grail.

use grailstage_dql::ast::Expression;
use grailstage_dql::builder::{self, all_of, any_of, field, not};

use super::condition::{Comparison, Condition, Expected};
use super::entity_selector::{Criterion, EntitySelector, NameMatch};
use super::rule::{AttributeRule, DimensionCondition, DimensionRule, ManagementZone, Rule, RuleKind};

/// The data object of an include for data of all types.
const ALL_DATA: &str = "_all_data_object";
/// How many includes a segment may have.
const MOST_INCLUDES: usize = 20;

/// A segment that comes close to a zone. Its includes are joined by or, as the rules of a zone are.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentProposal {
    /// The zone's name.
    pub name: String,
    /// What it includes.
    pub includes: Vec<Include>,
    /// What has no counterpart, and where the counterpart selects something else; one sentence each.
    pub remarks: Vec<String>,
}

/// Data a segment includes.
#[derive(Debug, Clone, PartialEq)]
pub struct Include {
    /// The data object: `_all_data_object`, `logs`, `metrics`, `dt.entity.service`, ….
    pub data_object: String,
    /// The condition on its records, as DQL. The segments API has a notation of its own for it; the condition
    /// is what to enter in the Segments app, and can be tried out in any query.
    pub filter: Expression,
}

impl Include {
    /// The condition as text.
    #[must_use]
    pub fn filter_text(&self) -> String {
        grailstage_dql::print_expression(&self.filter)
    }
}

/// The segment that would take the zone's place, as far as there is one.
#[must_use]
pub fn segment_proposal(zone: &ManagementZone) -> SegmentProposal {
    let mut proposal = SegmentProposal { name: zone.name.clone(), includes: Vec::new(), remarks: Vec::new() };
    for (place, rule) in zone.rules.iter().enumerate() {
        let number = place + 1;
        match includes(rule) {
            Ok((includes, remarks)) => {
                for include in includes {
                    if !proposal.includes.contains(&include) {
                        proposal.includes.push(include);
                    }
                }
                let remarks = remarks.into_iter().map(|remark| format!("rule {number}: {remark}"));
                proposal.remarks.extend(remarks);
            }
            Err(reason) => proposal.remarks.push(format!("rule {number} has no counterpart: {reason}")),
        }
    }
    if proposal.includes.len() > MOST_INCLUDES {
        proposal.remarks.push(format!(
            "there are {} includes, and a segment may have {MOST_INCLUDES}",
            proposal.includes.len()
        ));
    }
    proposal
}

type Translated = Result<(Vec<Include>, Vec<String>), String>;

fn includes(rule: &Rule) -> Translated {
    if !rule.enabled {
        return Ok((Vec::new(), vec!["it is switched off".to_owned()]));
    }
    match &rule.kind {
        RuleKind::Entities(rule) => attributes(rule),
        RuleKind::Dimensions(rule) => dimensions(rule),
        RuleKind::Selector(selector) => selection(selector),
        RuleKind::Other { kind } => Err(format!("rules of the kind `{kind}` cannot be evaluated")),
    }
}

fn attributes(rule: &AttributeRule) -> Translated {
    let mut remarks = Vec::new();
    for to in &rule.spreads_to {
        remarks.push(format!("it spreads to `{to}`, which a segment does by an include of its own"));
    }
    let mut on_data = Vec::new();
    let mut on_entity = Vec::new();
    for condition in &rule.conditions {
        let translated = translate(condition, &rule.entity_type)?;
        remarks.extend(translated.remark);
        match translated.place {
            Place::Data => on_data.push(translated.filter),
            Place::Entity => on_entity.push(translated.filter),
        }
    }
    // Conditions on what telemetry carries select the telemetry itself; as soon as one is on the entity only,
    // all that is left to filter is the entity.
    if on_entity.is_empty() && !on_data.is_empty() {
        return Ok((vec![Include { data_object: ALL_DATA.to_owned(), filter: all_of(on_data) }], remarks));
    }
    if !on_data.is_empty() {
        remarks
            .push("conditions on telemetry fields are left out next to conditions on the entity".to_owned());
    }
    if on_entity.is_empty() {
        return Err("it has no conditions: a filter cannot be empty".to_owned());
    }
    remarks
        .push("it filters entities; telemetry follows only where the segment relates it to them".to_owned());
    Ok((vec![Include { data_object: entity_object(&rule.entity_type), filter: all_of(on_entity) }], remarks))
}

enum Place {
    /// A field telemetry carries.
    Data,
    /// A field of the entity.
    Entity,
}

struct TranslatedCondition {
    place: Place,
    filter: Expression,
    remark: Option<String>,
}

fn translate(condition: &Condition, entity_type: &str) -> Result<TranslatedCondition, String> {
    let key = condition.key.as_str();
    let dynamic = condition.dynamic_key.as_deref();
    let enriched = |prefix: &str, label: &str| (format!("{prefix}.{label}"), true);
    let (name, needs_enrichment) = match (key, dynamic) {
        ("CLOUD_APPLICATION_NAMESPACE_NAME", _) => ("k8s.namespace.name".to_owned(), false),
        ("PROCESS_GROUP_PREDEFINED_METADATA", Some("KUBERNETES_NAMESPACE")) => {
            ("k8s.namespace.name".to_owned(), false)
        }
        ("KUBERNETES_CLUSTER_NAME", _) => ("k8s.cluster.name".to_owned(), false),
        ("CLOUD_APPLICATION_NAME", _) => ("k8s.workload.name".to_owned(), false),
        ("KUBERNETES_NODE_NAME", _) => ("k8s.node.name".to_owned(), false),
        ("KUBERNETES_SERVICE_NAME", _) => ("k8s.service.name".to_owned(), false),
        ("HOST_NAME", _) => ("host.name".to_owned(), false),
        ("HOST_GROUP_NAME", _) => ("dt.host_group.id".to_owned(), false),
        ("CLOUD_APPLICATION_LABELS", Some(label)) => enriched("k8s.workload.label", label),
        ("CLOUD_APPLICATION_NAMESPACE_LABELS", Some(label)) => enriched("k8s.namespace.label", label),
        _ => {
            let own = key.strip_prefix(entity_type);
            let name = match own {
                Some("_NAME") => "entity.name",
                Some("_DETECTED_NAME") => "entity.detected_name",
                Some("_TAGS") => "tags",
                _ => return Err(format!("there is no field for `{key}` in Grail")),
            };
            let filter = compare(name, condition)?;
            return Ok(TranslatedCondition { place: Place::Entity, filter, remark: remark(condition) });
        }
    };
    let filter = compare(&name, condition)?;
    let remark = if needs_enrichment {
        Some(format!("`{name}` is there only where this label is set up for enrichment"))
    } else {
        remark(condition)
    };
    Ok(TranslatedCondition { place: Place::Data, filter, remark })
}

fn remark(condition: &Condition) -> Option<String> {
    let is_text = matches!(condition.expected, Expected::Text(_));
    (is_text && !condition.case_sensitive && condition.operator.comparison != Comparison::Exists)
        .then(|| format!("{condition} does not tell upper from lower case, the filter does"))
}

fn compare(name: &str, condition: &Condition) -> Result<Expression, String> {
    let comparison = &condition.operator.comparison;
    let filter = match (comparison, &condition.expected) {
        (Comparison::Exists, _) => builder::is_not_null(field(name)),
        (Comparison::Equals, Expected::Text(text)) => field(name).eq(text),
        (Comparison::BeginsWith, Expected::Text(text)) => builder::starts_with(field(name), text),
        (Comparison::EndsWith, Expected::Text(text)) => builder::ends_with(field(name), text),
        (Comparison::Contains, Expected::Text(text)) => builder::contains(field(name), text),
        (Comparison::Equals, Expected::Tag(tag)) => {
            builder::call("in", [Expression::from(tag.to_string()), field(name)])
        }
        _ => return Err(format!("there is no filter for {condition}")),
    };
    Ok(if condition.operator.negated { not(filter) } else { filter })
}

fn dimensions(rule: &DimensionRule) -> Translated {
    let data_object = match rule.applies_to.as_str() {
        "LOG" => "logs",
        "METRIC" => "metrics",
        _ => ALL_DATA,
    };
    let filters = rule.conditions.iter().map(dimension).collect::<Result<Vec<_>, _>>()?;
    if filters.is_empty() {
        return Err("it has no conditions: a filter cannot be empty".to_owned());
    }
    Ok((vec![Include { data_object: data_object.to_owned(), filter: all_of(filters) }], Vec::new()))
}

fn dimension(condition: &DimensionCondition) -> Result<Expression, String> {
    let name = match (condition.condition_type.as_str(), &condition.key) {
        ("DIMENSION", Some(key)) => key.as_str(),
        ("LOG_FILE_NAME", _) => "log.source",
        ("METRIC_KEY", _) => "metric.key",
        (other, _) => return Err(format!("conditions of the type `{other}` cannot be evaluated")),
    };
    match condition.matcher.as_str() {
        "EQUALS" => Ok(field(name).eq(&condition.value)),
        "BEGINS_WITH" => Ok(builder::starts_with(field(name), &condition.value)),
        other => Err(format!("there is no filter for `{other}`")),
    }
}

fn selection(selector: &EntitySelector) -> Translated {
    let Some(entity_type) = selector.entity_type() else {
        return Err(format!("the entity selector `{}` names no type", selector.text));
    };
    let filters = selector
        .criteria
        .iter()
        .filter(|criterion| !matches!(criterion, Criterion::Type(_)))
        .map(criterion)
        .collect::<Result<Vec<_>, _>>()?;
    if filters.is_empty() {
        return Err("it selects every entity of its type: a filter cannot be empty".to_owned());
    }
    Ok((
        vec![Include { data_object: entity_object(entity_type), filter: all_of(filters) }],
        vec!["it filters entities; telemetry follows only where the segment relates it to them".to_owned()],
    ))
}

fn criterion(criterion: &Criterion) -> Result<Expression, String> {
    Ok(match criterion {
        Criterion::Ids(ids) => builder::is_in(field("id"), ids),
        Criterion::Tags(tags) => any_of(
            tags.iter().map(|tag| builder::call("in", [Expression::from(tag.to_string()), field("tags")])),
        ),
        Criterion::Name { matching, values, .. } => any_of(values.iter().map(|value| match matching {
            NameMatch::Contains => builder::contains(field("entity.name"), value),
            NameMatch::Equals => field("entity.name").eq(value),
            NameMatch::StartsWith => builder::starts_with(field("entity.name"), value),
        })),
        Criterion::Not(inner) => not(self::criterion(inner)?),
        Criterion::Type(_) => return Err("a type within a criterion cannot be evaluated".to_owned()),
        Criterion::Other(text) => return Err(format!("there is no filter for `{text}`")),
    })
}

fn entity_object(entity_type: &str) -> String {
    format!("dt.entity.{}", entity_type.to_lowercase())
}
