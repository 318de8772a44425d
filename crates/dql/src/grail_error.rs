//! Errors that Grail returns, drawn on the query somebody wrote.
//!
//! Grail sees the compiled text: placeholders bound, filters of a policy added, laid out by the printer. Its tree and
//! the tree it was printed from have the same nodes in the same order, and the nodes of the latter know where they
//! stand in the text that was written.

use crate::ast::{Expression, ExpressionKind, Parameter, Query, Value};
use crate::diagnostic::Diagnostic;
use crate::parser::parse;
use crate::span::Span;

/// The codes of Grail that are known (docs.dynatrace.com and public clients); others become `GRAIL_ERROR`.
const CODES: [&str; 26] = [
    "DATA_OBJECT_NOT_SUPPORTED",
    "ERROR_IN_PARSING_PATTERN",
    "FIELD_DOES_NOT_EXIST",
    "FILTER_SEGMENT_REQUIRES_VARIABLE",
    "INVALID_IMPLICIT_TIME_DEFAULT",
    "ITERATIVE_EXPRESSION_FOR_FILTER",
    "MANDATORY_PARAMETER_HAS_TO_BE",
    "MANDATORY_PARAMETER_HAS_TO_BE_BUT_WAS",
    "MANDATORY_PARAMETER_HAS_TO_BE_CONSTANT",
    "NAMED_PARAMETER_HAS_TO_BE",
    "NOT_AUTHORIZED_FOR_TABLE",
    "NO_PARAMETERS_FOR_COMMAND",
    "PARAMETER_MUST_NOT_BE_AN_AGGREGATION",
    "PARSE_ERROR",
    "PARSE_ERROR_SINGLE_QUOTES",
    "QUERY_TIMEOUT",
    "SEARCH_COMMAND_NOT_ALLOWED_AFTER",
    "TABULAR_FILE_MUST_START_WITH_SLASH",
    "TOO_MANY_POSITIONAL_PARAMETERS",
    "TOO_MANY_POSITIONAL_PARAMETERS_WITH_OPTIONS",
    "UNKNOWN_COMMAND",
    "UNKNOWN_DATA_OBJECT",
    "UNKNOWN_FUNCTION",
    "UNKNOWN_PARAMETER_DEFINED",
    "UNKNOWN_TABULAR_FILE",
    "UNSUPPORTED_OPERATION",
];

/// The parts of Grail's error payload that say what is wrong and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrailError<'a> {
    /// `errorType`, such as `UNKNOWN_FUNCTION`.
    pub code: &'a str,
    /// `errorMessage`.
    pub message: &'a str,
    /// The indexes of `syntaxErrorPosition`: UTF-16 units of the compiled text, the second inclusive.
    pub position: Option<(usize, usize)>,
}

/// Makes a finding of an error Grail returned for `compiled`, the text that `query` printed to. Its span is in the
/// text that `query` was read from; where that cannot be told, it is empty and at the start.
///
/// ```
/// use grailstage_dql::grail_error::{GrailError, locate};
/// use grailstage_dql::template::{Bindings, Template};
///
/// let written = "fetch logs | filter foo(${name}) == 1";
/// let query = Template::parse(written).unwrap().bind(&Bindings::default().with("name", "a longer value")).unwrap();
/// let compiled = grailstage_dql::print(&query);
/// let start = compiled.find("foo").unwrap();
/// let error = GrailError { code: "UNKNOWN_FUNCTION", message: "`foo`", position: Some((start, start + 2)) };
/// let finding = locate(error, &compiled, &query);
/// assert_eq!(written.get(finding.span.start..finding.span.end), Some("foo"));
/// ```
#[must_use]
pub fn locate(error: GrailError<'_>, compiled: &str, query: &Query) -> Diagnostic {
    let code = CODES.into_iter().find(|code| *code == error.code).unwrap_or("GRAIL_ERROR");
    let span = error.position.and_then(|(start, end)| {
        let place = Span::new(byte_of(compiled, start), byte_of(compiled, end.saturating_add(1)));
        written_at(place, compiled, query)
    });
    let message = error.message.trim_end_matches('.');
    Diagnostic::error(code, span.unwrap_or_default(), message)
}

/// The byte of a UTF-16 index.
fn byte_of(text: &str, index: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= index {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

fn written_at(place: Span, compiled: &str, query: &Query) -> Option<Span> {
    let read = parse(compiled).ok()?;
    let (mut there, mut here) = (Vec::new(), Vec::new());
    query_spans(&read, &mut there);
    query_spans(query, &mut here);
    if there.len() != here.len() {
        return None;
    }
    there
        .iter()
        .zip(here)
        // Nodes that were added, such as a filter of a policy, stand nowhere in the text.
        .filter(|(there, here)| there.start <= place.start && place.end <= there.end && here.end > here.start)
        .min_by_key(|(there, _)| there.end - there.start)
        .map(|(_, here)| here)
}

fn query_spans(query: &Query, spans: &mut Vec<Span>) {
    spans.push(query.span);
    for command in &query.commands {
        spans.extend([command.span, command.name.span]);
        parameter_spans(&command.parameters, spans);
    }
}

fn parameter_spans(parameters: &[Parameter], spans: &mut Vec<Span>) {
    for parameter in parameters {
        spans.push(parameter.span);
        spans.extend(parameter.name.as_ref().map(|name| name.span));
        value_spans(&parameter.value, spans);
    }
}

fn value_spans(value: &Value, spans: &mut Vec<Span>) {
    match value {
        Value::Expression(expression) | Value::Sorted { expression, .. } => {
            expression_spans(expression, spans)
        }
        Value::Assignment { field, value } => {
            spans.push(field.span);
            value_spans(value, spans);
        }
        Value::Group(members) => parameter_spans(members, spans),
        Value::Block(query) => query_spans(query, spans),
    }
}

fn expression_spans(expression: &Expression, spans: &mut Vec<Span>) {
    // Parentheses the printer added would be nodes of one tree only.
    if let ExpressionKind::Parenthesized(inner) = &expression.kind {
        return expression_spans(inner, spans);
    }
    spans.push(expression.span);
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Field(_) | ExpressionKind::Parenthesized(_) => {}
        ExpressionKind::Call { function, arguments } => {
            spans.push(function.span);
            parameter_spans(arguments, spans);
        }
        ExpressionKind::Unary { operand, .. } => expression_spans(operand, spans),
        ExpressionKind::Binary { left, right, .. } => {
            expression_spans(left, spans);
            expression_spans(right, spans);
        }
        ExpressionKind::Index { base, index } => {
            expression_spans(base, spans);
            if let Some(index) = index {
                expression_spans(index, spans);
            }
        }
        ExpressionKind::Align { value, unit } => {
            if let Some(value) = value {
                expression_spans(value, spans);
            }
            spans.push(unit.span);
        }
        ExpressionKind::InQuery { needle, query } => {
            expression_spans(needle, spans);
            query_spans(query, spans);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Bindings, Template};

    const WRITTEN: &str = "fetch logs // a comment\n| filter in(x, {${list}}) and   foo(`ü`) == \"${name}\"";

    fn located(what: &str) -> Option<String> {
        let values = Bindings::default().with("list", ["𝄞", "b", "c"]).with("name", "long | \"value\"");
        let query = Template::parse(WRITTEN).unwrap().bind(&values).unwrap();
        let compiled = crate::print(&query);
        let start = compiled.get(..compiled.find(what).unwrap()).unwrap().encode_utf16().count();
        let position = Some((start, start + what.encode_utf16().count() - 1));
        let finding = locate(GrailError { code: "X", message: "m.", position }, &compiled, &query);
        assert_eq!((finding.code, finding.message.as_str()), ("GRAIL_ERROR", "m"));
        WRITTEN.get(finding.span.start..finding.span.end).map(str::to_owned)
    }

    #[test]
    fn places_are_found_behind_values_of_other_lengths() {
        assert_eq!(located("foo").as_deref(), Some("foo"));
        assert_eq!(located("`ü`").as_deref(), Some("`ü`"));
        assert_eq!(located("filter").as_deref(), Some("filter"));
    }

    #[test]
    fn a_bound_value_is_where_its_placeholder_is() {
        assert_eq!(located("\"c\"").as_deref(), Some("${list}"));
        assert_eq!(located("value").as_deref(), Some("\"${name}\""));
    }

    #[test]
    fn an_error_without_a_place_is_at_the_start() {
        let query = crate::parse("fetch logs").unwrap();
        let error = GrailError { code: "UNKNOWN_DATA_OBJECT", message: "m", position: None };
        let finding = locate(error, "fetch logs", &query);
        assert_eq!((finding.code, finding.span.start, finding.span.end), ("UNKNOWN_DATA_OBJECT", 0, 0));
    }
}
