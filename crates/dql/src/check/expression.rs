//! Expressions: functions exist, take their arguments, and stand where they may.

use super::Checker;
use super::arguments::Callee;
use super::typing::literal_types;
use crate::ast::{Expression, ExpressionKind, Literal, Name, Parameter};
use crate::catalogue::{Signature, Types};
use crate::diagnostic::{Diagnostic, Edit};

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Where a record is looked at.
    Record,
    /// Where aggregations of this category may be called.
    Aggregation(&'static str),
    /// In `search`, whose strings are conditions.
    Search,
}

impl Checker<'_> {
    /// Checks an expression and returns the types its value can have.
    pub(super) fn expression(&mut self, expression: &Expression, place: Place) -> Types {
        match &expression.kind {
            ExpressionKind::Literal(literal) => match place {
                Place::Search => Types::BOOLEAN,
                _ => literal_types(literal),
            },
            ExpressionKind::Field(_) => Types::ANY,
            ExpressionKind::Call { function, arguments } => self.call(expression, function, arguments, place),
            ExpressionKind::Unary { operator, operand } => {
                let types = self.expression(operand, place);
                self.unary(*operator, operand, types)
            }
            ExpressionKind::Binary { left, operator, right } => {
                let operands = match (place, operator.is_logical()) {
                    (Place::Search, false) => Place::Record,
                    _ => place,
                };
                let left_types = self.expression(left, operands);
                let right_types = self.expression(right, operands);
                self.binary(expression.span, (left, left_types), *operator, (right, right_types))
            }
            ExpressionKind::Index { base, index } => {
                self.expression(base, place);
                match index {
                    Some(index) => self.key(index, place),
                    None => self.iterates = true,
                }
                Types::ANY
            }
            ExpressionKind::Align { value, .. } => {
                if let Some(value) = value {
                    self.expression(value, place);
                }
                Types::TIMESTAMP
            }
            ExpressionKind::InQuery { needle, query } => {
                self.expression(needle, place);
                if query.commands.is_empty() {
                    self.empty_block(expression.span);
                }
                self.query(query, false);
                Types::BOOLEAN
            }
            ExpressionKind::Parenthesized(inner) => self.expression(inner, place),
        }
    }

    /// What stands in `[ ]`: a key is a bare or backticked name.
    fn key(&mut self, index: &Expression, place: Place) {
        if let ExpressionKind::Literal(Literal::String { value, .. }) = &index.kind {
            let mut name = String::new();
            crate::quote::write_field(&mut name, value);
            self.report(
                Diagnostic::warning("QUOTED_KEY", index.span, "a key is a name, not a string")
                    .with_help("keys that are no bare names stand in backticks")
                    .with_fix([Edit::replace(index.span, name)]),
            );
            return;
        }
        self.expression(index, place);
    }

    fn call(&mut self, call: &Expression, function: &Name, arguments: &[Parameter], place: Place) -> Types {
        let catalogue = self.catalogue;
        let mut scalar: Option<&'static Signature> = None;
        let mut aggregation: Option<&'static Signature> = None;
        let mut any: Option<&'static Signature> = None;
        for signature in catalogue.functions(&function.text) {
            any = any.or(Some(signature));
            if !signature.aggregates() {
                scalar = scalar.or(Some(signature));
            } else if place == Place::Aggregation(signature.category) {
                aggregation = Some(signature);
            }
        }
        let Some(any) = any else {
            self.unknown_function(call, function, arguments);
            for argument in arguments {
                self.value_in(&argument.value, place);
            }
            return Types::ANY;
        };
        if function.text != any.name {
            self.spelling(function, any.name);
        }
        let Some(signature) = aggregation.or(scalar) else {
            self.misplaced_aggregation(call, function, place);
            for argument in arguments {
                self.value_in(&argument.value, Place::Record);
            }
            return any.result;
        };
        if signature.deprecated {
            let message = format!("`{}` is deprecated", signature.name);
            self.report(Diagnostic::warning("DEPRECATED", function.span, message));
        }
        let outside = std::mem::take(&mut self.iterates);
        self.bind(Callee { name: function, signature, span: call.span, is_command: false, place }, arguments);
        let inside = std::mem::replace(&mut self.iterates, outside);
        // The functions of this kind make one value of what they iterate over.
        if inside && signature.category != "iterative" {
            self.iterates = true;
            return Types::ANY;
        }
        signature.result
    }

    fn misplaced_aggregation(&mut self, call: &Expression, function: &Name, place: Place) {
        match place {
            Place::Aggregation(category) => self.report(Diagnostic::error(
                "MANDATORY_PARAMETER_HAS_TO_BE",
                call.span,
                format!("`{}` is no {category}", function.text),
            )),
            Place::Record | Place::Search => {
                let mut column = String::new();
                crate::quote::write_field(&mut column, self.text(call.span));
                self.report(
                    Diagnostic::error(
                        "PARAMETER_MUST_NOT_BE_AN_AGGREGATION",
                        call.span,
                        format!("`{}` aggregates records and cannot stand here", function.text),
                    )
                    .with_help(
                        "aggregate with `summarize`; its unnamed columns are called like `` `count()` ``",
                    )
                    .with_fix([Edit::replace(call.span, column)]),
                );
            }
        }
    }

    pub(super) fn empty_block(&mut self, span: crate::span::Span) {
        self.report(
            Diagnostic::error("EMPTY_EXECUTION_BLOCK", span, "the sub-query is empty")
                .with_help("a sub-query starts with a data source such as `fetch`"),
        );
    }
}

/// Whether an expression reads a field of the record.
pub(super) fn reads_field(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Field(field) => !field.name.starts_with('$'),
        ExpressionKind::Literal(_) => false,
        ExpressionKind::Index { base, .. } => reads_field(base),
        ExpressionKind::Call { arguments, .. } => {
            arguments.iter().any(|argument| super::value::any_expression(&argument.value, reads_field))
        }
        ExpressionKind::Unary { operand, .. } => reads_field(operand),
        ExpressionKind::Binary { left, right, .. } => reads_field(left) || reads_field(right),
        ExpressionKind::Parenthesized(inner) => reads_field(inner),
        ExpressionKind::InQuery { needle, .. } => reads_field(needle),
        ExpressionKind::Align { value, .. } => value.as_deref().is_some_and(reads_field),
    }
}
