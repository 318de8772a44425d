//! Where aggregations are expected: `summarize`, `makeTimeseries`, `timeseries`.

use super::Checker;
use super::expression::Place;
use crate::ast::{Expression, ExpressionKind};
use crate::diagnostic::Diagnostic;

pub(super) const AGGREGATION: &str = "aggregation";
pub(super) const TIMESERIES: &str = "timeseries aggregation";
pub(super) const METRIC: &str = "metric aggregation";

impl Checker<'_> {
    /// An expression over aggregations of a category.
    pub(super) fn aggregation(&mut self, expression: &Expression, category: &'static str) {
        if category == METRIC {
            self.metric_aggregation(expression);
            return;
        }
        let before = self.diagnostics.len();
        self.expression(expression, Place::Aggregation(category));
        let complained =
            self.diagnostics.get(before..).is_some_and(|new| new.iter().any(Diagnostic::is_error));
        if !complained && !self.aggregates(expression, category) {
            let expected =
                if category == AGGREGATION { "an aggregation" } else { "a time series aggregation" };
            let diagnostic = Diagnostic::error(
                "MANDATORY_PARAMETER_HAS_TO_BE",
                expression.span,
                format!("this has to be {expected}"),
            );
            self.report(match expression.kind {
                ExpressionKind::Field(_) => diagnostic.with_help("group with `by:{field, …}`, in braces"),
                _ => diagnostic.with_help(
                    "aggregate with a function such as `count()`, `avg(field)` or `takeAny(field)`",
                ),
            });
        }
    }

    /// `timeseries` takes calls of its own aggregations and nothing around them.
    fn metric_aggregation(&mut self, expression: &Expression) {
        let catalogue = self.catalogue;
        let known = match &expression.kind {
            ExpressionKind::Call { function, .. } => {
                catalogue.functions(&function.text).any(|signature| signature.category == METRIC)
            }
            _ => false,
        };
        if known || super::typing::is_placeholder(expression) {
            self.expression(expression, Place::Aggregation(METRIC));
            return;
        }
        let diagnostic = Diagnostic::error(
            "MANDATORY_PARAMETER_HAS_TO_BE",
            expression.span,
            "this has to be a metric-based timeseries aggregation",
        );
        self.report(match expression.kind {
            ExpressionKind::Binary { operator, .. } if operator.level() <= crate::parser::level::COMPARISON => {
                diagnostic
                    .with_help("conditions go into `filter:`")
                    .with_fix([crate::diagnostic::Edit::insert(expression.span.start, "filter:")])
            }
            _ => diagnostic.with_help(
                "it takes sum, avg, min, max, count, countDistinct, median, percentile, percentRank, start and end",
            ),
        });
    }

    fn aggregates(&self, expression: &Expression, category: &'static str) -> bool {
        let catalogue = self.catalogue;
        match &expression.kind {
            ExpressionKind::Call { function, arguments } => {
                catalogue.functions(&function.text).any(|signature| signature.category == category)
                    || arguments.iter().any(|argument| {
                        super::value::any_expression(&argument.value, |inner| {
                            self.aggregates(inner, category)
                        })
                    })
            }
            ExpressionKind::Unary { operand, .. } => self.aggregates(operand, category),
            ExpressionKind::Binary { left, right, .. } => {
                self.aggregates(left, category) || self.aggregates(right, category)
            }
            ExpressionKind::Parenthesized(inner) | ExpressionKind::Index { base: inner, .. } => {
                self.aggregates(inner, category)
            }
            ExpressionKind::Field(field) => field.name.starts_with('$'),
            ExpressionKind::Align { .. } | ExpressionKind::InQuery { .. } | ExpressionKind::Literal(_) => {
                false
            }
        }
    }
}
