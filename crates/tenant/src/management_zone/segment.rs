//! A zone -> the segment that would select the same data in Grail.
//!
//! What a segment can say is less than DQL. Source: docs.dynatrace.com, segment limits.

use grailstage_dql::ast::Expression;
use grailstage_dql::builder::{self, all_of, any_of, field};

use super::condition::{Comparison, Condition, Expected};
use super::entity_selector::{Criterion, EntitySelector, NameMatch};
use super::rule::{AttributeRule, DimensionCondition, DimensionRule, ManagementZone, Rule, RuleKind};

/// The data object of an include for data of all types.
const ALL_DATA: &str = "_all_data_object";
/// How many includes a segment may have, one for each data object.
const MOST_INCLUDES: usize = 20;
/// How many expressions the filter of an include may have.
const MOST_EXPRESSIONS: usize = 10;

/// A segment that comes close to a zone. Its includes are joined by or, as the rules of a zone are; rules on the same data
/// object share an include.
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
    let mut remarks = Vec::new();
    let mut by_object: Vec<(String, Vec<Vec<Expression>>)> = Vec::new();
    for (place, rule) in zone.rules.iter().enumerate() {
        let number = place + 1;
        match alternative(rule) {
            Ok((found, more)) => {
                remarks.extend(more.into_iter().map(|remark| format!("rule {number}: {remark}")));
                let Some((data_object, filters)) = found else { continue };
                match by_object.iter_mut().find(|(object, _)| *object == data_object) {
                    Some((_, alternatives)) if alternatives.contains(&filters) => {}
                    Some((_, alternatives)) => alternatives.push(filters),
                    None => by_object.push((data_object, vec![filters])),
                }
            }
            Err(reason) => remarks.push(format!("rule {number} has no counterpart: {reason}")),
        }
    }
    if by_object.len() > MOST_INCLUDES {
        let count = by_object.len();
        remarks.push(format!("there are {count} includes, and a segment may have {MOST_INCLUDES}"));
    }
    for (data_object, alternatives) in &by_object {
        let count: usize = alternatives.iter().map(Vec::len).sum();
        if count > MOST_EXPRESSIONS {
            remarks.push(format!(
                "the filter of `{data_object}` has {count} expressions, and may have {MOST_EXPRESSIONS}"
            ));
        }
    }
    let include = |(data_object, alternatives): (String, Vec<Vec<Expression>>)| Include {
        data_object,
        filter: any_of(alternatives.into_iter().map(all_of)),
    };
    SegmentProposal {
        name: zone.name.clone(),
        includes: by_object.into_iter().map(include).collect(),
        remarks,
    }
}

/// The conditions of a rule on one data object, which all have to be met, and remarks on them.
type Translated = Result<(Option<(String, Vec<Expression>)>, Vec<String>), String>;

fn alternative(rule: &Rule) -> Translated {
    if !rule.enabled {
        return Ok((None, vec!["it is switched off".to_owned()]));
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
        remarks.extend(translated.remarks);
        match translated.place {
            Place::Data => on_data.push(translated.filter),
            Place::Entity => on_entity.push(translated.filter),
        }
    }
    // Conditions on what telemetry carries select the telemetry itself; as soon as one is on the entity only,
    // all that is left to filter is the entity.
    if on_entity.is_empty() && !on_data.is_empty() {
        return Ok((Some((ALL_DATA.to_owned(), on_data)), remarks));
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
    Ok((Some((entity_object(&rule.entity_type), on_entity)), remarks))
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
    remarks: Vec<String>,
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
            // Of classic entities a segment compares properties by equality only, and the beginning of names.
            let begins = condition.operator.comparison == Comparison::BeginsWith && name == "entity.name";
            if !begins && condition.operator.comparison != Comparison::Equals {
                return Err(format!("a segment compares `{name}` by equality only, unlike {condition}"));
            }
            let filter = compare(name, condition)?;
            let remarks = case_remark(condition).into_iter().collect();
            return Ok(TranslatedCondition { place: Place::Entity, filter, remarks });
        }
    };
    let filter = compare(&name, condition)?;
    let mut remarks = Vec::new();
    if needs_enrichment {
        remarks.push(format!("`{name}` is there only where this label is set up for enrichment"));
    } else {
        remarks.extend(case_remark(condition));
    }
    remarks.extend(wildcard_remark(&name, condition));
    Ok(TranslatedCondition { place: Place::Data, filter, remarks })
}

fn case_remark(condition: &Condition) -> Option<String> {
    let is_text = matches!(condition.expected, Expected::Text(_));
    (is_text && !condition.case_sensitive && condition.operator.comparison != Comparison::Exists)
        .then(|| format!("{condition} does not tell upper from lower case, the filter does"))
}

/// On data of all types a segment has `=` and `in` only, with asterisks in the value.
fn wildcard_remark(name: &str, condition: &Condition) -> Option<String> {
    let value = match (&condition.operator.comparison, &condition.expected) {
        (Comparison::Exists, _) => "*".to_owned(),
        (Comparison::BeginsWith, Expected::Text(text)) => format!("{text}*"),
        (Comparison::EndsWith, Expected::Text(text)) => format!("*{text}"),
        (Comparison::Contains, Expected::Text(text)) => format!("*{text}*"),
        _ => return None,
    };
    Some(format!("in a segment the condition is written as `{name} = {value}`"))
}

fn compare(name: &str, condition: &Condition) -> Result<Expression, String> {
    if condition.operator.negated {
        return Err(format!("a segment has no negation, unlike {condition}"));
    }
    let comparison = &condition.operator.comparison;
    Ok(match (comparison, &condition.expected) {
        (Comparison::Exists, _) => builder::is_not_null(field(name)),
        (Comparison::Equals, Expected::Text(text)) => field(name).eq(text),
        (Comparison::BeginsWith, Expected::Text(text)) => builder::starts_with(field(name), text),
        (Comparison::EndsWith, Expected::Text(text)) => builder::ends_with(field(name), text),
        (Comparison::Contains, Expected::Text(text)) => builder::contains(field(name), text),
        (Comparison::Equals, Expected::Tag(tag)) => {
            builder::call("in", [Expression::from(tag.to_string()), field(name)])
        }
        _ => return Err(format!("there is no filter for {condition}")),
    })
}

fn dimensions(rule: &DimensionRule) -> Translated {
    let data_object = match rule.applies_to.as_str() {
        "LOG" => "logs",
        "METRIC" => "metrics",
        _ => ALL_DATA,
    };
    let mut filters = Vec::new();
    let mut remarks = Vec::new();
    for condition in &rule.conditions {
        let (name, filter) = dimension(condition)?;
        if data_object == ALL_DATA && condition.matcher == "BEGINS_WITH" {
            let value = &condition.value;
            remarks.push(format!("in a segment the condition is written as `{name} = {value}*`"));
        }
        filters.push(filter);
    }
    if filters.is_empty() {
        return Err("it has no conditions: a filter cannot be empty".to_owned());
    }
    Ok((Some((data_object.to_owned(), filters)), remarks))
}

fn dimension(condition: &DimensionCondition) -> Result<(&str, Expression), String> {
    let name = match (condition.condition_type.as_str(), &condition.key) {
        ("DIMENSION", Some(key)) => key.as_str(),
        ("LOG_FILE_NAME", _) => "log.source",
        ("METRIC_KEY", _) => "metric.key",
        (other, _) => return Err(format!("conditions of the type `{other}` cannot be evaluated")),
    };
    match condition.matcher.as_str() {
        "EQUALS" => Ok((name, field(name).eq(&condition.value))),
        "BEGINS_WITH" => Ok((name, builder::starts_with(field(name), &condition.value))),
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
        Some((entity_object(entity_type), filters)),
        vec!["it filters entities; telemetry follows only where the segment relates it to them".to_owned()],
    ))
}

fn criterion(criterion: &Criterion) -> Result<Expression, String> {
    Ok(match criterion {
        Criterion::Ids(ids) => builder::is_in(field("id"), ids),
        Criterion::Tags(tags) => any_of(
            tags.iter().map(|tag| builder::call("in", [Expression::from(tag.to_string()), field("tags")])),
        ),
        Criterion::Name { matching: NameMatch::Contains, values, .. } => {
            return Err(format!("a segment has no filter for names that contain `{}`", values.join("`, `")));
        }
        Criterion::Name { matching: NameMatch::Equals, values, .. } => {
            any_of(values.iter().map(|value| field("entity.name").eq(value)))
        }
        Criterion::Name { matching: NameMatch::StartsWith, values, .. } => {
            any_of(values.iter().map(|value| builder::starts_with(field("entity.name"), value)))
        }
        Criterion::Not(_) => return Err("a segment has no negation".to_owned()),
        Criterion::Type(_) => return Err("a type within a criterion cannot be evaluated".to_owned()),
        Criterion::Other(text) => return Err(format!("there is no filter for `{text}`")),
    })
}

fn entity_object(entity_type: &str) -> String {
    format!("dt.entity.{}", entity_type.to_lowercase())
}
