//! A zone and an entity -> whether it is in the zone, and if not, what keeps it out.

use super::condition::Condition;
use super::entity_facts::EntityFacts;
use super::entity_selector::EntitySelector;
use super::rule::{AttributeRule, ManagementZone, Rule, RuleKind};

/// Whether an entity is in a zone. Every rule is told, in the order of the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// It is: this rule matches.
    Visible {
        /// Place of the rule in the zone, from 0.
        rule: usize,
    },
    /// It is not: no rule matches.
    Hidden {
        /// Why not.
        rules: Vec<RuleOutcome>,
    },
    /// No rule is known to match, and for some there is no telling.
    Unknown {
        /// What is known of each.
        rules: Vec<RuleOutcome>,
    },
}

/// What a rule says of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleOutcome {
    /// It matches.
    Matches,
    /// It is switched off.
    Disabled,
    /// It is for another type of entity.
    OtherType {
        /// The type it is for.
        entity_type: String,
    },
    /// It is for metrics and logs, not for entities.
    NotForEntities,
    /// These of its conditions are not met.
    Failed {
        /// The conditions; at least one.
        conditions: Vec<FailedCondition>,
    },
    /// It cannot be evaluated.
    NotEvaluable {
        /// Why, as a clause.
        reason: String,
    },
}

/// A condition that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCondition {
    /// The condition, such as ``CLOUD_APPLICATION_NAMESPACE_NAME EQUALS `carts` ``.
    pub condition: String,
    /// The values it was compared with; empty where the entity has none.
    pub found: Vec<String>,
}

/// Whether an entity is in a zone.
#[must_use]
pub fn visibility(zone: &ManagementZone, entity: &EntityFacts) -> Visibility {
    let rules: Vec<RuleOutcome> = zone.rules.iter().map(|rule| evaluate(rule, entity)).collect();
    if let Some(rule) = rules.iter().position(|rule| *rule == RuleOutcome::Matches) {
        return Visibility::Visible { rule };
    }
    if rules.iter().any(|rule| matches!(rule, RuleOutcome::NotEvaluable { .. })) {
        return Visibility::Unknown { rules };
    }
    Visibility::Hidden { rules }
}

/// The zones an entity is in, and those for which there is no telling.
#[must_use]
pub fn zones_of<'a>(
    zones: &'a [ManagementZone],
    entity: &EntityFacts,
) -> (Vec<&'a ManagementZone>, Vec<&'a ManagementZone>) {
    let (mut inside, mut unknown) = (Vec::new(), Vec::new());
    for zone in zones {
        match visibility(zone, entity) {
            Visibility::Visible { .. } => inside.push(zone),
            Visibility::Unknown { .. } => unknown.push(zone),
            Visibility::Hidden { .. } => {}
        }
    }
    (inside, unknown)
}

fn evaluate(rule: &Rule, entity: &EntityFacts) -> RuleOutcome {
    if !rule.enabled {
        return RuleOutcome::Disabled;
    }
    match &rule.kind {
        RuleKind::Entities(rule) => attributes(rule, entity),
        RuleKind::Dimensions(_) => RuleOutcome::NotForEntities,
        RuleKind::Selector(selector) => selection(selector, entity),
        RuleKind::Other { kind } => {
            RuleOutcome::NotEvaluable { reason: format!("rules of the kind `{kind}` cannot be evaluated") }
        }
    }
}

fn attributes(rule: &AttributeRule, entity: &EntityFacts) -> RuleOutcome {
    if rule.entity_type != entity.entity_type {
        if rule.spreads_to.contains(&entity.entity_type.as_str()) {
            return RuleOutcome::NotEvaluable {
                reason: format!(
                    "the zone spreads from `{}` to `{}` along relations that are not known here",
                    rule.entity_type, entity.entity_type
                ),
            };
        }
        return RuleOutcome::OtherType { entity_type: rule.entity_type.clone() };
    }
    let mut failed = Vec::new();
    let mut open = None;
    for condition in &rule.conditions {
        match condition_outcome(condition, entity) {
            Ok(None) => {}
            Ok(Some(failure)) => failed.push(failure),
            Err(reason) => open = open.or(Some(reason)),
        }
    }
    // One condition that fails decides, whatever the others are.
    match (failed.is_empty(), open) {
        (false, _) => RuleOutcome::Failed { conditions: failed },
        (true, Some(reason)) => RuleOutcome::NotEvaluable { reason },
        (true, None) => RuleOutcome::Matches,
    }
}

/// Nothing where the condition is met; why it cannot be evaluated as the error.
fn condition_outcome(condition: &Condition, entity: &EntityFacts) -> Result<Option<FailedCondition>, String> {
    let Some(found) = entity.values(&condition.key, condition.dynamic_key.as_deref()) else {
        return Err(format!("`{}` of the entity is not known here", condition.key));
    };
    match condition.is_met_by(&found) {
        Some(true) => Ok(None),
        Some(false) => Ok(Some(FailedCondition { condition: condition.to_string(), found })),
        None => Err(format!("`{}` cannot be evaluated", condition.operator)),
    }
}

fn selection(selector: &EntitySelector, entity: &EntityFacts) -> RuleOutcome {
    if let Some(entity_type) = selector.entity_type()
        && !entity_type.eq_ignore_ascii_case(&entity.entity_type)
    {
        return RuleOutcome::OtherType { entity_type: entity_type.to_owned() };
    }
    let outcomes: Vec<Option<bool>> =
        selector.criteria.iter().map(|criterion| criterion.holds_for(entity)).collect();
    if outcomes.contains(&Some(false)) {
        let found = entity.tags.iter().flatten().cloned().chain([entity.name.clone()]);
        let failed = FailedCondition { condition: selector.text.clone(), found: found.collect() };
        return RuleOutcome::Failed { conditions: vec![failed] };
    }
    if outcomes.contains(&None) {
        let reason = format!("the entity selector `{}` cannot be evaluated here", selector.text);
        return RuleOutcome::NotEvaluable { reason };
    }
    RuleOutcome::Matches
}
