//! Habits that cost: queries that run, but read or return more than they need.

use std::collections::HashSet;

use super::Rows;
use super::reading::positional;
use crate::ast::{BinaryOperator, Command, Expression, ExpressionKind, Literal, Query, SmolStr, Value};
use crate::catalogue::catalogue;
use crate::diagnostic::Diagnostic;
use crate::parser::MAX_DIAGNOSTICS;
use crate::visit::{Visitor, walk_expression, walk_parameters, walk_query};

/// Finds habits that cost, in a query and its sub-queries, the first fifty. None of them is an error.
#[must_use]
pub fn lint(query: &Query) -> Vec<Diagnostic> {
    let mut linter = Linter::default();
    walk_query(query, &mut linter);
    let mut findings = linter.findings;
    findings.truncate(MAX_DIAGNOSTICS);
    if super::rows(query) == Rows::Unbounded
        && let Some(command) = query.commands.last()
    {
        findings.push(
            Diagnostic::hint(
                "MISSING_LIMIT",
                command.name.span,
                "the query returns as many records as there are",
            )
            .with_help("end it with `| limit 100`, or aggregate"),
        );
    }
    findings.sort_by_key(|finding| finding.span.start);
    findings
}

#[derive(Default)]
struct Linter {
    findings: Vec<Diagnostic>,
}

impl Visitor for Linter {
    fn query(&mut self, query: &Query) {
        // Fields that commands before made, and the first command whose work a filter could have saved.
        let mut made: HashSet<SmolStr> = HashSet::new();
        let mut costly: Option<&'static str> = None;
        let mut unknown_fields = false;
        let mut searched_text = false;
        for command in &query.commands {
            let Some(signature) = catalogue().command(&command.name.text) else { return };
            match signature.name {
                "fetch" => self.fetch(command),
                "filter" | "filterOut" => {
                    for condition in positional(command) {
                        self.timestamp_filter(condition);
                        self.late_filter(command, condition, &made, costly.filter(|_| !unknown_fields));
                        if searched_text && compares_exactly(condition) && costly.is_none() {
                            self.findings.push(
                                Diagnostic::hint(
                                    "TEXT_BEFORE_FILTER",
                                    command.name.span,
                                    "a filter by an exact value comes after a search in text",
                                )
                                .with_help("filter by exact values first: less text is searched then"),
                            );
                        }
                        searched_text |= calls_contains(condition);
                    }
                }
                "sort" => costly = costly.or(Some("sort")),
                "fieldsAdd" => {
                    made.extend(assigned(command));
                    costly = costly.or(Some("fieldsAdd"));
                }
                "parse" | "lookup" | "join" | "joinNested" | "traverse" | "fieldsFlatten" | "jsonExtract" => {
                    // These make fields whose names stand in patterns, or nowhere.
                    unknown_fields = true;
                }
                "summarize" | "makeTimeseries" | "fields" | "fieldsRename" | "expand" | "append"
                | "dedup" | "limit" => {
                    if signature.name == "summarize" && costly == Some("sort") {
                        self.findings.push(Diagnostic::hint(
                            "SORT_BEFORE_SUMMARIZE",
                            command.name.span,
                            "`summarize` does not keep the order that `sort` made",
                        ));
                    }
                    // A filter behind these is not the same in front of them.
                    made.clear();
                    costly = None;
                    unknown_fields = signature.name != "limit" && signature.name != "dedup";
                    searched_text = false;
                }
                _ => {}
            }
        }
    }

    fn expression(&mut self, expression: &Expression) {
        let ExpressionKind::Binary { left, operator: BinaryOperator::Equal, right } = &expression.kind else {
            return;
        };
        let folds = |side: &Expression| {
            matches!(&side.kind, ExpressionKind::Call { function, .. }
                if function.text.eq_ignore_ascii_case("lower") || function.text.eq_ignore_ascii_case("upper"))
        };
        let constant =
            |side: &Expression| matches!(side.kind, ExpressionKind::Literal(Literal::String { .. }));
        if folds(left) && constant(right) || folds(right) && constant(left) {
            self.findings.push(
                Diagnostic::hint(
                    "CASE_FOLDED_COMPARISON",
                    expression.span,
                    "every value is converted before it is compared",
                )
                .with_help("`matchesValue(field, \"text\")` compares without regard to case"),
            );
        }
    }
}

impl Linter {
    fn fetch(&mut self, command: &Command) {
        let timed = command.parameters.iter().any(|parameter| {
            parameter.name.as_ref().is_some_and(|name| {
                ["from", "to", "timeframe"].iter().any(|known| name.text.eq_ignore_ascii_case(known))
            })
        });
        let entity = positional(command).any(|expression| {
            matches!(&expression.kind, ExpressionKind::Field(field)
                if field.name.starts_with("dt.entity.") || field.name.starts_with("dt.system."))
        });
        if !timed && !entity {
            self.findings.push(
                Diagnostic::hint(
                    "MISSING_TIMEFRAME",
                    command.name.span,
                    "how much data is read is left to the caller",
                )
                .with_help("say it with `from:`, as in `fetch logs, from:now()-2h`"),
            );
        }
    }

    /// `filter timestamp > now()-7d` after a source of two hours filters two hours.
    fn timestamp_filter(&mut self, condition: &Expression) {
        let ExpressionKind::Binary { left, operator, right } = &condition.kind else { return };
        if operator.is_logical() {
            self.timestamp_filter(left);
            self.timestamp_filter(right);
            return;
        }
        let is_time = |side: &Expression| matches!(&side.kind, ExpressionKind::Field(field) if matches!(field.name.as_str(), "timestamp" | "start_time"));
        let is_order = matches!(
            operator,
            BinaryOperator::Greater
                | BinaryOperator::GreaterOrEqual
                | BinaryOperator::Less
                | BinaryOperator::LessOrEqual
        );
        if is_order && (is_time(left) || is_time(right)) {
            self.findings.push(
                Diagnostic::warning(
                    "TIME_FILTER",
                    condition.span,
                    "a filter by time does not change how much is read",
                )
                .with_help("set the time with `from:` and `to:` of the data source"),
            );
        }
    }

    fn late_filter(
        &mut self,
        command: &Command,
        condition: &Expression,
        made: &HashSet<SmolStr>,
        costly: Option<&'static str>,
    ) {
        let Some(costly) = costly else { return };
        let mut fields = Fields::default();
        walk_expression(condition, &mut fields);
        let depends = fields.names.iter().any(|name| made.contains(name));
        if !depends && !fields.names.is_empty() {
            self.findings.push(
                Diagnostic::hint(
                    "LATE_FILTER",
                    command.name.span,
                    format!("the filter does not need `{costly}` and could stand before it"),
                )
                .with_help("filter as early as possible: what follows then works on fewer records"),
            );
        }
    }
}

#[derive(Default)]
struct Fields {
    names: Vec<SmolStr>,
}

impl Visitor for Fields {
    fn expression(&mut self, expression: &Expression) {
        if let ExpressionKind::Field(field) = &expression.kind {
            self.names.push(field.name.clone());
        }
    }
}

/// The names a command assigns, those of unnamed fields among them.
fn assigned(command: &Command) -> Vec<SmolStr> {
    let mut names = Vec::new();
    for parameter in &command.parameters {
        match &parameter.value {
            Value::Assignment { field, .. } => names.push(field.name.clone()),
            _ => {
                let mut fields = Fields::default();
                walk_parameters(std::slice::from_ref(parameter), &mut fields);
                names.extend(fields.names);
            }
        }
    }
    names
}

fn calls_contains(condition: &Expression) -> bool {
    match &condition.kind {
        ExpressionKind::Call { function, .. } => ["contains", "matchesPhrase", "matchesPattern"]
            .iter()
            .any(|name| function.text.eq_ignore_ascii_case(name)),
        ExpressionKind::Binary { left, right, .. } => calls_contains(left) || calls_contains(right),
        ExpressionKind::Unary { operand, .. } => calls_contains(operand),
        ExpressionKind::Parenthesized(inner) => calls_contains(inner),
        _ => false,
    }
}

fn compares_exactly(condition: &Expression) -> bool {
    match &condition.kind {
        ExpressionKind::Binary { left, operator: BinaryOperator::And, right } => {
            compares_exactly(left) || compares_exactly(right)
        }
        ExpressionKind::Binary { left, operator: BinaryOperator::Equal, right } => {
            matches!(left.kind, ExpressionKind::Field(_)) && matches!(right.kind, ExpressionKind::Literal(_))
        }
        ExpressionKind::Parenthesized(inner) => compares_exactly(inner),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(source: &str) -> Vec<&'static str> {
        lint(&crate::parse(source).unwrap()).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_frugal_query_has_no_findings() {
        assert_eq!(codes("fetch logs, from:-2h | filter a == 1 | sort a | limit 10"), [""; 0]);
    }

    #[test]
    fn habits_that_cost_are_found() {
        for (source, expected) in [
            ("fetch logs | limit 1", "MISSING_TIMEFRAME"),
            ("fetch logs, from:-2h", "MISSING_LIMIT"),
            ("fetch logs, from:-2h | filter timestamp > now()-7d and a == 1 | limit 1", "TIME_FILTER"),
            ("fetch logs, from:-2h | filter lower(a) == \"x\" | limit 1", "CASE_FOLDED_COMPARISON"),
            (
                "fetch logs, from:-2h | filter contains(a, \"x\") | filter b == 1 | limit 1",
                "TEXT_BEFORE_FILTER",
            ),
            ("fetch logs, from:-2h | sort a | filter b == 1 | limit 1", "LATE_FILTER"),
            ("fetch logs, from:-2h | fieldsAdd c = 1 | filter b == 1 | limit 1", "LATE_FILTER"),
            ("fetch logs, from:-2h | sort a | summarize count()", "SORT_BEFORE_SUMMARIZE"),
        ] {
            assert_eq!(codes(source), [expected], "{source}");
        }
    }

    #[test]
    fn filters_that_need_what_came_before_are_in_time() {
        for source in [
            "fetch logs, from:-2h | fieldsAdd b = 1 | filter b == 1 | limit 1",
            "fetch logs, from:-2h | sort a | limit 3 | filter b == 1",
            "fetch logs, from:-2h | parse content, \"JSON:b\" | filter b[x] == 1 | limit 1",
            "fetch logs, from:-2h | summarize n = count(), by:{a} | filter n > 1",
        ] {
            assert_eq!(codes(source), [""; 0], "{source}");
        }
    }
}
