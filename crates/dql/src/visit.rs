//! Walks over trees, sub-queries included.

use crate::ast::{Expression, ExpressionKind, Parameter, Query, Value};

/// What a walk comes across. Sub-queries are entered after they are met.
pub(crate) trait Visitor {
    /// A query or sub-query.
    fn query(&mut self, _query: &Query) {}
    /// An expression, before its parts.
    fn expression(&mut self, _expression: &Expression) {}
}

/// Visits a query and everything in it.
pub(crate) fn walk_query(query: &Query, visitor: &mut dyn Visitor) {
    visitor.query(query);
    for command in &query.commands {
        walk_parameters(&command.parameters, visitor);
    }
}

/// Visits everything in parameters.
pub(crate) fn walk_parameters(parameters: &[Parameter], visitor: &mut dyn Visitor) {
    for parameter in parameters {
        walk_value(&parameter.value, visitor);
    }
}

fn walk_value(value: &Value, visitor: &mut dyn Visitor) {
    match value {
        Value::Expression(expression) | Value::Sorted { expression, .. } => {
            walk_expression(expression, visitor)
        }
        Value::Assignment { value, .. } => walk_value(value, visitor),
        Value::Group(members) => walk_parameters(members, visitor),
        Value::Block(query) => walk_query(query, visitor),
    }
}

/// Visits an expression and its parts.
pub(crate) fn walk_expression(expression: &Expression, visitor: &mut dyn Visitor) {
    visitor.expression(expression);
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Field(_) => {}
        ExpressionKind::Call { arguments, .. } => walk_parameters(arguments, visitor),
        ExpressionKind::Unary { operand, .. } => walk_expression(operand, visitor),
        ExpressionKind::Binary { left, right, .. } => {
            walk_expression(left, visitor);
            walk_expression(right, visitor);
        }
        // What stands in the brackets is a key where it is a bare field, and no field of the record.
        ExpressionKind::Index { base, index } => {
            walk_expression(base, visitor);
            if let Some(index) =
                index.as_deref().filter(|index| !matches!(index.kind, ExpressionKind::Field(_)))
            {
                walk_expression(index, visitor);
            }
        }
        ExpressionKind::Align { value, .. } => {
            if let Some(value) = value {
                walk_expression(value, visitor);
            }
        }
        ExpressionKind::InQuery { needle, query } => {
            walk_expression(needle, visitor);
            walk_query(query, visitor);
        }
        ExpressionKind::Parenthesized(inner) => walk_expression(inner, visitor),
    }
}

/// Changes every query, inner ones before outer ones.
pub(crate) fn change_queries(query: &mut Query, change: &mut dyn FnMut(&mut Query)) {
    for command in &mut query.commands {
        for parameter in &mut command.parameters {
            change_value(&mut parameter.value, change);
        }
    }
    change(query);
}

fn change_value(value: &mut Value, change: &mut dyn FnMut(&mut Query)) {
    match value {
        Value::Expression(expression) | Value::Sorted { expression, .. } => {
            change_expression(expression, change)
        }
        Value::Assignment { value, .. } => change_value(value, change),
        Value::Group(members) => {
            for member in members {
                change_value(&mut member.value, change);
            }
        }
        Value::Block(query) => change_queries(query, change),
    }
}

fn change_expression(expression: &mut Expression, change: &mut dyn FnMut(&mut Query)) {
    match &mut expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Field(_) => {}
        ExpressionKind::Call { arguments, .. } => {
            for argument in arguments {
                change_value(&mut argument.value, change);
            }
        }
        ExpressionKind::Unary { operand, .. } => change_expression(operand, change),
        ExpressionKind::Binary { left, right, .. } => {
            change_expression(left, change);
            change_expression(right, change);
        }
        ExpressionKind::Index { base, index } => {
            change_expression(base, change);
            if let Some(index) = index {
                change_expression(index, change);
            }
        }
        ExpressionKind::Align { value, .. } => {
            if let Some(value) = value {
                change_expression(value, change);
            }
        }
        ExpressionKind::InQuery { needle, query } => {
            change_expression(needle, change);
            change_queries(query, change);
        }
        ExpressionKind::Parenthesized(inner) => change_expression(inner, change),
    }
}
