//! Walks a tree and puts values where placeholders stand.

use super::bound::{Bound, Scope};
use super::placeholder::{Piece, Placeholder, pieces};
use crate::ast::{
    Expression, ExpressionKind, FieldName, Literal, Name, Parameter, Query, UnaryOperator, Value,
};
use crate::check::nearest;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// Functions whose text arguments are read as a language of their own.
const LANGUAGE_FUNCTIONS: [&str; 7] = [
    "parse",
    "parseAll",
    "matchesPattern",
    "replacePattern",
    "splitByPattern",
    "classicEntitySelector",
    "jsonPath",
];

/// What a string is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Text.
    Plain,
    /// A pattern or selector, in which quotes and brackets are syntax.
    Language,
    /// JSON.
    Json,
}

pub(super) fn bind(source: &str, query: &Query, scope: &impl Scope) -> Result<Query, Vec<Diagnostic>> {
    let mut binder = Binder { source, scope, errors: Vec::new() };
    let mut query = query.clone();
    binder.query(&mut query);
    if binder.errors.is_empty() { Ok(query) } else { Err(binder.errors) }
}

struct Binder<'a, S> {
    source: &'a str,
    scope: &'a S,
    errors: Vec<Diagnostic>,
}

impl<S: Scope> Binder<'_, S> {
    fn query(&mut self, query: &mut Query) {
        for command in &mut query.commands {
            let content = |parameter: &Parameter| match command.name.text.to_ascii_lowercase().as_str() {
                "parse" => Content::Language,
                "data" if parameter.name.as_ref().is_some_and(|name| is(name, "json")) => Content::Json,
                _ => Content::Plain,
            };
            let contents: Vec<Content> = command.parameters.iter().map(content).collect();
            for (parameter, content) in command.parameters.iter_mut().zip(contents) {
                self.value(&mut parameter.value, content);
            }
        }
    }

    fn value(&mut self, value: &mut Value, content: Content) {
        match value {
            Value::Expression(expression) | Value::Sorted { expression, .. } => {
                self.expression(expression, content)
            }
            Value::Assignment { field, value } => {
                self.field(field);
                self.value(value, content);
            }
            Value::Group(members) => self.list(members, content),
            Value::Block(query) => self.query(query),
        }
    }

    /// A list of values; a placeholder of a list becomes as many elements.
    fn list(&mut self, parameters: &mut Vec<Parameter>, content: Content) {
        let mut bound = Vec::with_capacity(parameters.len());
        for mut parameter in std::mem::take(parameters) {
            if let (None, Value::Expression(expression)) = (&parameter.name, &parameter.value)
                && let Some(path) = self.bare(expression)
            {
                let span = parameter.span;
                match self.resolve(&path, span) {
                    Some(Bound::List(values)) if values.is_empty() => self.errors.push(
                        Diagnostic::error(
                            "EMPTY_LIST",
                            span,
                            format!("`{}` is an empty list", self.text(span)),
                        )
                        .with_help("a list in a query has at least one element"),
                    ),
                    Some(Bound::List(values)) => bound.extend(values.into_iter().map(|value| Parameter {
                        name: None,
                        value: Value::Expression(literal(value, span)),
                        span,
                    })),
                    Some(value) => {
                        bound.push(Parameter {
                            name: None,
                            value: Value::Expression(literal(value, span)),
                            span,
                        });
                    }
                    None => {}
                }
                continue;
            }
            self.value(&mut parameter.value, content);
            bound.push(parameter);
        }
        *parameters = bound;
    }

    fn expression(&mut self, expression: &mut Expression, content: Content) {
        if let Some(path) = self.bare(expression) {
            if let Some(value) = self.resolve(&path, expression.span) {
                *expression = literal(value, expression.span);
            }
            return;
        }
        let span = expression.span;
        match &mut expression.kind {
            ExpressionKind::Literal(Literal::String { value, .. }) => {
                if let Some(bound) = self.content(value, span, content) {
                    *value = bound.into();
                }
            }
            ExpressionKind::Literal(_) | ExpressionKind::Align { value: None, .. } => {}
            ExpressionKind::Field(field) => self.field(field),
            ExpressionKind::Call { function, arguments } => {
                let language = LANGUAGE_FUNCTIONS.iter().any(|name| is(function, name));
                self.list(arguments, if language { Content::Language } else { Content::Plain });
            }
            ExpressionKind::Unary { operand, .. } => self.expression(operand, content),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left, content);
                self.expression(right, content);
            }
            ExpressionKind::Index { base, index } => {
                self.expression(base, content);
                if is_signed(base) {
                    let signed = Expression { kind: base.kind.clone(), span: base.span };
                    base.kind = ExpressionKind::Parenthesized(Box::new(signed));
                }
                if let Some(index) = index {
                    self.expression(index, content);
                }
            }
            ExpressionKind::Align { value: Some(value), .. } => self.expression(value, content),
            ExpressionKind::InQuery { needle, query } => {
                self.expression(needle, content);
                self.query(query);
            }
            ExpressionKind::Parenthesized(inner) => self.expression(inner, content),
        }
    }

    fn field(&mut self, field: &mut FieldName) {
        if let Some(bound) = self.content(&field.name, field.span, Content::Plain) {
            field.name = bound.into();
        }
    }

    /// The path of a bare placeholder.
    fn bare(&self, expression: &Expression) -> Option<Vec<String>> {
        match &expression.kind {
            ExpressionKind::Field(field) if self.text(expression.span).starts_with('$') => {
                Placeholder::parse(&field.name).ok().map(|placeholder| placeholder.path)
            }
            _ => None,
        }
    }

    fn text(&self, span: Span) -> &str {
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    fn resolve(&mut self, path: &[String], span: Span) -> Option<Bound> {
        let value = self.scope.resolve(path);
        if value.is_none() {
            let written = Placeholder::written(path);
            let names = self.scope.names();
            let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let mut help = match list.as_slice() {
                [] => "there are no values here".to_owned(),
                list => format!("there are {}", list.join(", ")),
            };
            if let Some(meant) = nearest(&written, names.iter().map(String::as_str)) {
                help = format!("did you mean `{meant}`? {help}");
            }
            let message = format!("there is no value for `{written}`");
            self.errors.push(Diagnostic::error("UNKNOWN_PLACEHOLDER", span, message).with_help(help));
        }
        value
    }

    /// A text with its placeholders bound; `None` where it has none or one of them is an error.
    fn content(&mut self, text: &str, span: Span, content: Content) -> Option<String> {
        if !text.contains("${") {
            return None;
        }
        let mut bound = String::with_capacity(text.len() + 16);
        let mut failed = false;
        let mut in_json_string = false;
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => {
                    in_json_string = ends_in_string(text, in_json_string);
                    bound.push_str(text);
                }
                Piece::Placeholder(written) => {
                    let place = self.place(span, written);
                    match self.part(written, place, content, in_json_string) {
                        Some(part) => bound.push_str(&part),
                        None => failed = true,
                    }
                }
            }
        }
        (!failed).then_some(bound)
    }

    /// Where a placeholder stands in the source of a literal.
    fn place(&self, literal: Span, written: &str) -> Span {
        match self.text(literal).find(written) {
            Some(offset) => Span::new(literal.start + offset, literal.start + offset + written.len()),
            None => literal,
        }
    }

    fn part(&mut self, written: &str, span: Span, content: Content, in_json_string: bool) -> Option<String> {
        let placeholder = match Placeholder::parse(written) {
            Ok(placeholder) => placeholder,
            Err(reason) => {
                self.errors.push(Diagnostic::error("INVALID_PLACEHOLDER", span, reason));
                return None;
            }
        };
        let value = self.resolve(&placeholder.path, span)?;
        let Some(text) = value.as_text() else {
            self.errors.push(
                Diagnostic::error(
                    "LIST_IN_STRING",
                    span,
                    format!("`{written}` is a list and cannot be part of a text"),
                )
                .with_help("put the list in braces: `in(field, {${list}})`"),
            );
            return None;
        };
        let is_text = matches!(value, Bound::String(_));
        match content {
            Content::Plain => Some(text),
            Content::Json if in_json_string => Some(escape_json(&text)),
            Content::Json if !is_text => Some(text),
            Content::Language if text.chars().all(is_plain) => Some(text),
            Content::Json | Content::Language => {
                let what = if content == Content::Json { "JSON" } else { "a pattern or selector" };
                self.errors.push(
                    Diagnostic::error(
                        "UNSAFE_VALUE",
                        span,
                        format!("the value of `{written}` could be read as {what}"),
                    )
                    .with_help(match content {
                        Content::Json => "in JSON a text stands in quotes: `\"${name}\"`",
                        _ => "here a value may have letters, digits, blanks, `_`, `-`, `.` and `/`",
                    }),
                );
                None
            }
        }
    }
}

fn is(name: &Name, text: &str) -> bool {
    name.text.eq_ignore_ascii_case(text)
}

/// Characters that are no syntax in patterns and selectors.
fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, ' ' | '_' | '-' | '.' | '/')
}

/// Whether a JSON text ends inside a string, given whether it starts in one.
fn ends_in_string(text: &str, mut in_string: bool) -> bool {
    let mut escaped = false;
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    in_string
}

fn escape_json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => escaped.extend(['\\', character]),
            control if control < ' ' => escaped.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether a bound expression has a sign, which would not stay with it in front of `[`.
fn is_signed(expression: &Expression) -> bool {
    matches!(
        expression.kind,
        ExpressionKind::Unary { operator: UnaryOperator::Minus, .. }
            | ExpressionKind::Literal(Literal::Long(i64::MIN))
    )
}

fn literal(value: Bound, span: Span) -> Expression {
    let expression = match value {
        Bound::String(value) => Expression::from(value),
        Bound::Long(value) => Expression::from(value),
        Bound::Double(value) => Expression::from(value),
        Bound::Boolean(value) => Expression::from(value),
        Bound::Duration(value) => Expression::from(value),
        Bound::List(values) => crate::builder::array(values.into_iter().map(|value| literal(value, span))),
    };
    Expression { span, ..expression }
}
