//! Values against what their parameter has to be.

use super::Checker;
use super::aggregation::{AGGREGATION, METRIC, TIMESERIES};
use super::arguments::{Callee, string_literal};
use super::expression::{Place, reads_field};
use super::typing::is_placeholder;
use crate::ast::{BinaryOperator, Expression, ExpressionKind, Literal, Parameter, Value};
use crate::catalogue::{Assignment, Kind, ParameterInfo, Types};
use crate::diagnostic::{Diagnostic, Edit};
use crate::span::Span;

impl Checker<'_> {
    /// Checks a value of a parameter.
    pub(super) fn value(
        &mut self,
        callee: Callee<'_>,
        info: &'static ParameterInfo,
        value: &Value,
        named: bool,
    ) {
        match value {
            Value::Assignment { field, value: inner } => {
                if matches!(&**inner, Value::Group(members) if members.is_empty()) {
                    self.empty_braces(field.span);
                    return;
                }
                if let Some((_, parameter)) = callee.signature.parameter(&field.name)
                    && matches!(**inner, Value::Group(_))
                {
                    let between = Span::new(field.span.end, value_span(inner).start);
                    let message = format!("`{}` is a parameter", parameter.name);
                    self.report(
                        Diagnostic::error("MANDATORY_PARAMETER_HAS_TO_BE", field.span, message)
                            .with_help("parameters are written with `:`")
                            .with_fix([Edit::replace(between, ":")]),
                    );
                    return;
                }
                if info.assignment == Assignment::Forbidden {
                    self.forbidden_assignment(callee, info, field.span, inner);
                } else {
                    self.unnamed_value(callee, info, inner, named);
                }
            }
            _ => {
                if info.assignment == Assignment::Required {
                    self.report(
                        Diagnostic::error("ASSIGNMENT_REQUIRED", value_span(value), "this needs a name")
                            .with_help("write `new = old`"),
                    );
                }
                self.unnamed_value(callee, info, value, named);
            }
        }
    }

    fn forbidden_assignment(&mut self, callee: Callee<'_>, info: &ParameterInfo, field: Span, inner: &Value) {
        let span = value_span(inner);
        if matches!(info.kind, Kind::Value | Kind::Search) && info.types == Types::BOOLEAN
            || info.kind == Kind::Search
        {
            // In `a = 1 and b == 2` it is the `1` that is assigned where a comparison is meant.
            let (was, span) = match inner {
                Value::Expression(expression) => self.assigned(expression),
                _ => (Types::ANY, span),
            };
            let diagnostic = Diagnostic::error(
                "MANDATORY_PARAMETER_HAS_TO_BE_BUT_WAS",
                span,
                format!("`{}` takes a boolean, but this assigns {was}", callee.signature.name),
            )
            .with_help("`=` assigns; compare with `==`");
            self.report(match inner {
                Value::Expression(_) => {
                    diagnostic.with_fix([Edit::replace(Span::new(field.end, span.start), " == ")])
                }
                _ => diagnostic,
            });
            return;
        }
        self.report(Diagnostic::error(
            "ASSIGNMENT_NOT_ALLOWED",
            field.to(span),
            format!("`{}` cannot name this value", callee.signature.name),
        ));
        self.value_of_any(inner);
    }

    /// The types and place of the first operand of a condition; the other operands are checked on the way.
    fn assigned(&mut self, expression: &Expression) -> (Types, Span) {
        match &expression.kind {
            ExpressionKind::Binary { left, operator, right } if operator.is_logical() => {
                let first = self.assigned(left);
                self.expression(right, Place::Record);
                first
            }
            _ => (self.expression(expression, Place::Record), expression.span),
        }
    }

    fn unnamed_value(
        &mut self,
        callee: Callee<'_>,
        info: &'static ParameterInfo,
        value: &Value,
        named: bool,
    ) {
        match value {
            Value::Expression(expression) => self.bound_expression(callee, info, expression, named),
            Value::Sorted { expression, .. } => {
                if !info.sortable {
                    self.report(
                        Diagnostic::error(
                            "SORT_DIRECTION_NOT_ALLOWED",
                            self.direction_span(expression),
                            "a direction stands in `sort` and in `dedup … sort:` only",
                        )
                        .with_help("add a command `sort`"),
                    );
                }
                self.bound_expression(callee, info, expression, named);
            }
            Value::Assignment { value, .. } => self.unnamed_value(callee, info, value, named),
            Value::Group(members) => {
                if members.is_empty() {
                    self.empty_braces(value_span(value));
                }
                for member in members {
                    self.value(callee, info, &member.value, named);
                }
            }
            Value::Block(query) => {
                if info.kind == Kind::Query {
                    if query.commands.is_empty() {
                        self.empty_block(query.span);
                    }
                } else {
                    self.has_to_be(info, named, query.span, "not a sub-query");
                }
                self.query(query, false);
            }
        }
    }

    /// The word `asc` or `desc` after an expression.
    fn direction_span(&self, expression: &Expression) -> Span {
        let rest = self.source.get(expression.span.end..).unwrap_or_default();
        let start = rest.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(0);
        let tail = rest.get(start..).unwrap_or_default();
        let length = tail.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(tail.len());
        Span::new(expression.span.end + start, expression.span.end + start + length)
    }

    fn has_to_be(&mut self, info: &ParameterInfo, named: bool, span: Span, what: &str) {
        let code = if named && info.optional {
            "NAMED_PARAMETER_HAS_TO_BE"
        } else {
            "MANDATORY_PARAMETER_HAS_TO_BE"
        };
        self.report(Diagnostic::error(code, span, format!("`{}` has to be {what}", info.name)));
    }

    fn bound_expression(
        &mut self,
        callee: Callee<'_>,
        info: &'static ParameterInfo,
        expression: &Expression,
        named: bool,
    ) {
        if is_placeholder(expression) {
            return;
        }
        match info.kind {
            Kind::Value => self.plain_value(callee, info, expression, named),
            Kind::Choice => self.choice(info, expression, named),
            Kind::DataObject => self.data_object(info, expression),
            Kind::Bucket => self.bucket(expression),
            Kind::MetricKey => self.metric_key(info, expression, named),
            Kind::Field | Kind::AnyField => self.field(info, expression, named),
            Kind::FieldPattern => {
                if !matches!(expression.kind, ExpressionKind::Literal(Literal::String { .. })) {
                    self.field(info, expression, named);
                }
            }
            Kind::Aggregation => self.aggregation(expression, AGGREGATION),
            Kind::TimeseriesAggregation => self.aggregation(expression, TIMESERIES),
            Kind::MetricAggregation => self.aggregation(expression, METRIC),
            Kind::JoinCondition => self.join_condition(expression),
            Kind::Query => {
                self.has_to_be(info, named, expression.span, "a sub-query in brackets");
                self.expression(expression, Place::Record);
            }
            Kind::Pattern | Kind::Json => self.text_literal(info, expression, named),
            Kind::File => self.file(info, expression, named),
            Kind::TopologyType => {
                let types = self.expression(expression, Place::Record);
                if !types.may_be(Types::STRING) {
                    self.has_to_be(info, named, expression.span, "a type or a pattern in a string");
                }
            }
            Kind::Search => {
                self.expression(expression, Place::Search);
            }
            Kind::Opaque => {
                self.expression(expression, Place::Record);
            }
        }
    }

    fn plain_value(
        &mut self,
        callee: Callee<'_>,
        info: &ParameterInfo,
        expression: &Expression,
        named: bool,
    ) {
        // What an aggregation takes is looked at record by record.
        let place =
            if callee.is_command || callee.signature.aggregates() { Place::Record } else { callee.place };
        let outside = std::mem::take(&mut self.iterates);
        let types = self.expression(expression, place);
        let iterates = self.iterates;
        self.iterates |= outside;
        if callee.is_command && matches!(callee.signature.name, "filter" | "filterOut") && iterates {
            self.report(
                Diagnostic::error(
                    "ITERATIVE_EXPRESSION_FOR_FILTER",
                    expression.span,
                    "a filter takes one boolean, but `[]` makes an array of them",
                )
                .with_help("wrap the condition in `iAny(…)`")
                .with_fix([
                    Edit::insert(expression.span.start, "iAny("),
                    Edit::insert(expression.span.end, ")"),
                ]),
            );
            return;
        }
        if !types.may_be(info.types) && !iterates {
            let code = match (named && info.optional, info.types == Types::BOOLEAN) {
                (true, _) => "NAMED_PARAMETER_HAS_TO_BE",
                (false, _) => "MANDATORY_PARAMETER_HAS_TO_BE_BUT_WAS",
            };
            let diagnostic = Diagnostic::error(
                code,
                expression.span,
                format!("`{}` takes {}, but this is {types}", info.name, info.types),
            );
            let diagnostic = match callee.signature.name {
                "filter" if types == Types::STRING => {
                    diagnostic.with_help("find text in any field with `search \"text\"`")
                }
                _ => diagnostic,
            };
            self.report(diagnostic);
            return;
        }
        self.constant(info, expression, named);
        self.in_range(info, expression, named);
    }

    fn constant(&mut self, info: &ParameterInfo, expression: &Expression, named: bool) {
        let computed = info.literal
            && matches!(&expression.kind, ExpressionKind::Call { function, .. }
                if !function.text.eq_ignore_ascii_case("array"));
        if info.constant && (reads_field(expression) || computed) {
            let code = if named && info.optional {
                "NAMED_PARAMETER_HAS_TO_BE_CONSTANT"
            } else {
                "MANDATORY_PARAMETER_HAS_TO_BE_CONSTANT"
            };
            self.report(Diagnostic::error(
                code,
                expression.span,
                format!("`{}` has to be constant", info.name),
            ));
        }
    }

    fn in_range(&mut self, info: &ParameterInfo, expression: &Expression, named: bool) {
        let (Some((low, high)), Some(number)) = (info.range, constant_number(expression)) else { return };
        #[expect(clippy::cast_precision_loss, reason = "the ranges of the catalogue are small")]
        let outside = number < low as f64 || high.is_some_and(|high| number > high as f64);
        if outside {
            let range = match high {
                Some(high) => format!("a number from {low} to {high}"),
                None => format!("a number of at least {low}"),
            };
            self.has_to_be(info, named, expression.span, &range);
        }
    }

    fn choice(&mut self, info: &ParameterInfo, expression: &Expression, named: bool) {
        let word = match &expression.kind {
            ExpressionKind::Field(field) => Some(field.name.as_str()),
            ExpressionKind::Literal(Literal::String { value, .. }) => Some(value.as_str()),
            _ => None,
        };
        if word.is_some_and(|word| info.choices.iter().any(|choice| choice.eq_ignore_ascii_case(word))) {
            return;
        }
        let code = if info.optional || named {
            "NAMED_PARAMETER_HAS_TO_BE"
        } else {
            "MANDATORY_PARAMETER_HAS_TO_BE"
        };
        let choices: Vec<String> = info.choices.iter().map(|choice| format!("`{choice}`")).collect();
        let diagnostic = Diagnostic::error(
            code,
            expression.span,
            format!("`{}` has to be {}", info.name, choices.join(" or ")),
        );
        let near = word.and_then(|word| super::suggestion::nearest(word, info.choices.iter().copied()));
        self.report(match near {
            Some(meant) => diagnostic
                .with_help(format!("did you mean `{meant}`?"))
                .with_fix([Edit::replace(expression.span, meant)]),
            None if info.name == "rollup" => {
                diagnostic.with_help("the length of a time slot is `interval:`, a parameter of the command")
            }
            None => diagnostic,
        });
    }

    fn data_object(&mut self, info: &ParameterInfo, expression: &Expression) {
        let catalogue = self.catalogue;
        let ExpressionKind::Field(field) = &expression.kind else {
            self.has_to_be(info, false, expression.span, "the name of a data object, without quotes");
            return;
        };
        let name = field.name.as_str();
        if catalogue.data_object(name).is_some() {
            return;
        }
        let span = expression.span;
        if matches!(name, "smartscape.nodes" | "smartscape.edges") {
            let command = if name.ends_with("nodes") { "smartscapeNodes" } else { "smartscapeEdges" };
            self.report(
                Diagnostic::error("DATA_OBJECT_NOT_SUPPORTED", span, format!("`{name}` cannot be fetched"))
                    .with_help(format!("query the topology with `{command} \"*\"`")),
            );
        } else if let Some(command) = catalogue.command(name).filter(|command| command.source) {
            let message = format!("unknown data object `{name}`");
            // The set of data objects is open: a table may be called `metrics`, but none in the case of a command.
            let diagnostic = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                Diagnostic::error("UNKNOWN_DATA_OBJECT", span, message)
            } else {
                Diagnostic::warning("UNKNOWN_DATA_OBJECT", span, message)
            };
            self.report(diagnostic.with_help(format!("`{}` is a command of its own", command.name)));
        } else {
            let known =
                catalogue.all_data_objects().iter().filter(|object| !object.prefix).map(|object| object.name);
            if let Some(meant) = super::suggestion::nearest(name, known) {
                // The set of data objects is open, so this is no error.
                self.report(
                    Diagnostic::warning("UNKNOWN_DATA_OBJECT", span, format!("unknown data object `{name}`"))
                        .with_help(format!("did you mean `{meant}`?"))
                        .with_fix([Edit::replace(span, meant)]),
                );
            }
        }
    }

    fn bucket(&mut self, expression: &Expression) {
        let types = self.expression(expression, Place::Record);
        if reads_field(expression) {
            let mut quoted = String::new();
            crate::quote::write_string(
                &mut quoted,
                self.text(expression.span),
                crate::ast::StringStyle::Quoted,
            );
            self.report(
                Diagnostic::error(
                    "MANDATORY_PARAMETER_HAS_TO_BE_CONSTANT",
                    expression.span,
                    "the name of a bucket has to be constant",
                )
                .with_help("buckets are named in strings")
                .with_fix([Edit::replace(expression.span, quoted)]),
            );
        } else if !types.may_be(Types::STRING) {
            self.report(Diagnostic::error(
                "NAMED_PARAMETER_HAS_TO_BE",
                expression.span,
                format!("a bucket is named in a string, but this is {types}"),
            ));
        }
    }

    fn metric_key(&mut self, info: &ParameterInfo, expression: &Expression, named: bool) {
        if matches!(expression.kind, ExpressionKind::Field(_)) {
            return;
        }
        let code = if named { "NAMED_PARAMETER_HAS_TO_BE" } else { "MANDATORY_PARAMETER_HAS_TO_BE" };
        let diagnostic = Diagnostic::error(
            code,
            expression.span,
            format!("`{}` has to be the key of a metric", info.name),
        );
        let text = match &expression.kind {
            ExpressionKind::Literal(Literal::String { value, .. }) => value.as_str(),
            _ => self.text(expression.span),
        };
        let mut key = String::new();
        crate::quote::write_field(&mut key, text);
        self.report(
            diagnostic
                .with_help("a key that is no bare name stands in backticks")
                .with_fix([Edit::replace(expression.span, key)]),
        );
    }

    fn field(&mut self, info: &ParameterInfo, expression: &Expression, named: bool) {
        match &expression.kind {
            ExpressionKind::Field(_) => {}
            ExpressionKind::Index { .. } if info.kind != Kind::Field => {
                self.expression(expression, Place::Record);
            }
            ExpressionKind::Parenthesized(inner) => self.field(info, inner, named),
            _ => {
                self.expression(expression, Place::Record);
                self.has_to_be(info, named, expression.span, "the name of a field");
            }
        }
    }

    fn join_condition(&mut self, expression: &Expression) {
        let valid = match &expression.kind {
            ExpressionKind::Field(_) => true,
            ExpressionKind::Binary { left, operator: BinaryOperator::Equal, right } => {
                let sides = side(left).zip(side(right)).or_else(|| whole_side(left).zip(whole_side(right)));
                sides.is_some_and(|(one, other)| one != other)
            }
            _ => false,
        };
        if !valid {
            self.report(
                Diagnostic::error("INVALID_JOIN_CONDITION", expression.span, "this is no join condition")
                    .with_help("write a field both sides have, or `left[field] == right[field]`"),
            );
        }
    }

    fn text_literal(&mut self, info: &ParameterInfo, expression: &Expression, named: bool) {
        if matches!(expression.kind, ExpressionKind::Literal(Literal::String { .. })) {
            return;
        }
        let types = self.expression(expression, Place::Record);
        if info.kind == Kind::Json || !types.may_be(Types::STRING) {
            self.has_to_be(info, named, expression.span, "a string literal");
        } else if info.kind == Kind::Pattern {
            self.report(Diagnostic::error(
                "MANDATORY_PARAMETER_HAS_TO_BE_CONSTANT",
                expression.span,
                "a pattern has to be a string literal",
            ));
        }
    }

    fn file(&mut self, info: &ParameterInfo, expression: &Expression, named: bool) {
        let value = Value::Expression(expression.clone());
        match string_literal(&value) {
            Some(path) if path.starts_with('/') => {}
            Some(_) => self.report(
                Diagnostic::error(
                    "TABULAR_FILE_MUST_START_WITH_SLASH",
                    expression.span,
                    "the path of a lookup file starts with `/`",
                )
                .with_help("lookup files are found below `/lookups/`"),
            ),
            None => self.has_to_be(info, named, expression.span, "the path of a lookup file in a string"),
        }
    }

    /// Checks what stands in a value that belongs to no parameter.
    pub(super) fn value_of_any(&mut self, value: &Value) {
        self.value_in(value, Place::Record);
    }

    pub(super) fn value_in(&mut self, value: &Value, place: Place) {
        match value {
            Value::Expression(expression) | Value::Sorted { expression, .. } => {
                self.expression(expression, place);
            }
            Value::Assignment { value, .. } => self.value_in(value, place),
            Value::Group(members) => self.all_values(members),
            Value::Block(query) => self.query(query, false),
        }
    }

    pub(super) fn all_values(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            self.value_of_any(&parameter.value);
        }
    }
}

/// `left[…]` is true, `right[…]` is false.
fn side(expression: &Expression) -> Option<bool> {
    let ExpressionKind::Index { base, index: Some(_) } = &expression.kind else { return None };
    match &base.kind {
        ExpressionKind::Field(field) if field.name == "left" => Some(true),
        ExpressionKind::Field(field) if field.name == "right" => Some(false),
        ExpressionKind::Index { .. } => side(base),
        _ => None,
    }
}

/// `left` or `right` on its own: the record as a whole.
fn whole_side(expression: &Expression) -> Option<bool> {
    match &expression.kind {
        ExpressionKind::Field(field) if field.name == "left" => Some(true),
        ExpressionKind::Field(field) if field.name == "right" => Some(false),
        _ => None,
    }
}

fn constant_number(expression: &Expression) -> Option<f64> {
    match &expression.kind {
        #[expect(clippy::cast_precision_loss, reason = "compared with small bounds only")]
        ExpressionKind::Literal(Literal::Long(value)) => Some(*value as f64),
        ExpressionKind::Literal(Literal::Double(value)) => Some(*value),
        ExpressionKind::Unary { operator: crate::ast::UnaryOperator::Minus, operand } => {
            constant_number(operand).map(|number| -number)
        }
        _ => None,
    }
}

/// Where a value stands. Braces are not in the tree; a group is where its members are.
pub(super) fn value_span(value: &Value) -> Span {
    match value {
        Value::Expression(expression) | Value::Sorted { expression, .. } => expression.span,
        Value::Assignment { field, value } => field.span.to(value_span(value)),
        Value::Group(members) => members
            .iter()
            .map(|member| member.span)
            .reduce(Span::to)
            .map_or_else(Span::default, |span| Span::new(span.start.saturating_sub(1), span.end)),
        Value::Block(query) => query.span,
    }
}

/// Whether any expression of a value is so.
pub(super) fn any_expression(value: &Value, is_so: impl Fn(&Expression) -> bool + Copy) -> bool {
    match value {
        Value::Expression(expression) | Value::Sorted { expression, .. } => is_so(expression),
        Value::Assignment { value, .. } => any_expression(value, is_so),
        Value::Group(members) => members.iter().any(|member| any_expression(&member.value, is_so)),
        Value::Block(_) => false,
    }
}
