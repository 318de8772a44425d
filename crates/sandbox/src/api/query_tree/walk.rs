//! Canonical text to nodes.
//!
//! The printer keeps a query token for token: the n-th token of the canonical text is the n-th of the text as written.
//! So the canonical text is read again, and its tree is walked in the order of its tokens.

use grailstage_dql::ast::{Command, Expression, ExpressionKind, Literal, Parameter, Query, Value};
use grailstage_dql::catalogue::{Kind, ParameterInfo, Signature, catalogue};
use grailstage_dql::lexer::lex;
use grailstage_dql::span::Span;
use grailstage_dql::token::Token;

use super::{Node, Part};
use crate::api::signature::{function as signature_of, positional};

/// The tree of a valid query.
pub(super) fn tree(source: &str) -> Option<Node> {
    let text = grailstage_dql::print(&grailstage_dql::parse(source).ok()?);
    let query = grailstage_dql::parse(&text).ok()?;
    let (tokens, written) = (lex(&text).tokens, lex(source).tokens);
    let same = tokens.len() == written.len();
    let mut walk = Walk {
        source,
        text: &text,
        tokens: &tokens,
        written: if same { &written } else { &[] },
        next: 0,
        done: 0,
    };
    let block = container("EXECUTION_BLOCK", |children| walk.commands(children, &query));
    Some(container("QUERY", |children| children.push(block)))
}

struct Walk<'t> {
    source: &'t str,
    text: &'t str,
    tokens: &'t [Token],
    /// The tokens as written.
    written: &'t [Token],
    next: usize,
    /// Bytes of the canonical text that have a node.
    done: usize,
}

type Children = Vec<Node>;

/// What a value stands for, where it is no plain expression.
#[derive(Clone, Copy, Default)]
struct Role<'c> {
    info: Option<&'c ParameterInfo>,
    command: &'c str,
}

impl Role<'_> {
    fn is(self, kind: Kind) -> bool {
        self.info.is_some_and(|info| info.kind == kind)
    }

    /// The token type of a name or string in this role.
    fn token(self, text: &str) -> Option<&'static str> {
        let info = self.info?;
        Some(match info.kind {
            Kind::DataObject => "DATA_OBJECT",
            Kind::Bucket => "BUCKET",
            Kind::MetricKey => "METRIC_KEY",
            Kind::Choice => "ENUM_STRING",
            Kind::Pattern => "PARSE_PATTERN",
            Kind::FieldPattern if text.starts_with('"') => "FIELD_PATTERN",
            Kind::File => "TABULAR_FILE_NAME",
            Kind::TopologyType => {
                let nodes = self.command.eq_ignore_ascii_case("smartscapeNodes")
                    || info.name.starts_with("targetType");
                match (nodes, text.contains('*')) {
                    (true, false) => "SMARTSCAPE_NODE_TYPE",
                    (true, true) => "SMARTSCAPE_NODE_PATTERN",
                    (false, false) => "SMARTSCAPE_EDGE_TYPE",
                    (false, true) => "SMARTSCAPE_EDGE_PATTERN",
                }
            }
            _ => return None,
        })
    }
}

fn container(kind: &'static str, fill: impl FnOnce(&mut Children)) -> Node {
    let mut children = Vec::new();
    fill(&mut children);
    Node { part: Part::Container { kind, children }, optional: false }
}

fn terminal(kind: &'static str, canonical: &str, written: Option<Span>) -> Node {
    Node { part: Part::Terminal { kind, canonical: canonical.to_owned(), written }, optional: false }
}

impl Walk<'_> {
    /// What stands before the next token.
    fn blank(&mut self, children: &mut Children) {
        let Some(token) = self.tokens.get(self.next) else { return };
        let gap = self.text.get(self.done..token.start as usize).unwrap_or_default();
        let (lines, rest) =
            gap.rsplit_once('\n').map_or((0, gap), |(lines, rest)| (lines.matches('\n').count() + 1, rest));
        children.extend((0..lines).map(|_| terminal("LINEBREAK", "\n", None)));
        if !rest.is_empty() {
            children.push(terminal(if lines > 0 { "INDENT" } else { "SPACE" }, rest, None));
        }
        self.done = token.start as usize;
    }

    /// The next token: its text, and where it was written.
    fn bump(&mut self) -> (&str, Option<Span>) {
        let Some(token) = self.tokens.get(self.next).copied() else { return ("", None) };
        let written = self.written.get(self.next).map(|token| token.span());
        self.next += 1;
        self.done = token.end as usize;
        (self.text.get(token.start as usize..token.end as usize).unwrap_or_default(), written)
    }

    fn token(&mut self, children: &mut Children, kind: &'static str) {
        self.blank(children);
        let (text, written) = self.bump();
        children.push(terminal(kind, text, written));
    }

    /// The token after the next blank.
    fn peek(&self) -> &str {
        let token = self.tokens.get(self.next);
        token.and_then(|token| self.text.get(token.start as usize..token.end as usize)).unwrap_or_default()
    }

    fn optional(&mut self, children: &mut Children, kind: &'static str, optional: bool) {
        self.token(children, kind);
        if let Some(last) = children.last_mut() {
            last.optional = optional;
        }
    }

    /// An amount and its unit, or a unit alone: one token, two nodes.
    fn amount(&mut self, children: &mut Children) {
        self.blank(children);
        let source = self.source;
        let (text, written) = self.bump();
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(digits(text)).unwrap_or((text, ""));
        let middle =
            written.map(|span| span.start + digits(source.get(span.start..span.end).unwrap_or_default()));
        let part = |number: bool| {
            let (span, middle) = (written?, middle?);
            Some(if number { Span::new(span.start, middle) } else { Span::new(middle, span.end) })
        };
        if !number.is_empty() {
            children.push(terminal("NUMBER", number, part(true)));
        }
        children.push(terminal("TIME_UNIT", unit, part(false)));
    }

    fn commands(&mut self, children: &mut Children, query: &Query) {
        for (index, command) in query.commands.iter().enumerate() {
            if index > 0 {
                children.push(container("COMMAND_SEPARATOR", |children| {
                    self.token(children, "PIPE");
                    self.blank(children);
                }));
            } else {
                self.blank(children);
            }
            children.push(container("COMMAND", |children| self.command(children, command)));
        }
    }

    fn command(&mut self, children: &mut Children, command: &Command) {
        self.token(children, "COMMAND_NAME");
        if !command.parameters.is_empty() {
            self.blank(children);
            let signature = catalogue().command(&command.name.text);
            children.push(self.parameters(&command.parameters, signature, &command.name.text, true));
        }
    }

    /// `informs` says whether the keys of parameters that have none are told.
    fn parameters(
        &mut self,
        parameters: &[Parameter],
        signature: Option<&Signature>,
        command: &str,
        informs: bool,
    ) -> Node {
        let mut place = 0;
        container("PARAMETERS", |children| {
            for (index, parameter) in parameters.iter().enumerate() {
                if index > 0 {
                    children.push(container("PARAMETER_SEPARATOR", |children| {
                        self.token(children, "COMMA");
                        self.blank(children);
                    }));
                }
                let info = match (&parameter.name, signature) {
                    (_, None) => None,
                    (Some(name), Some(signature)) => signature.parameter(&name.text).map(|(_, info)| info),
                    (None, Some(signature)) => positional(signature, &mut place),
                };
                let role = Role { info, command };
                self.parameter(children, parameter, role, informs);
            }
        })
    }

    fn parameter(&mut self, children: &mut Children, parameter: &Parameter, role: Role<'_>, informs: bool) {
        if parameter.name.is_some() {
            children.push(container("PARAMETER_WITH_KEY", |children| {
                children.push(container("PARAMETER_NAMING", |children| {
                    self.token(children, "PARAMETER_KEY");
                    self.token(children, "COLON");
                    self.blank(children);
                }));
                self.value(children, &parameter.value, role, true);
            }));
            return;
        }
        match role.info.filter(|info| informs && !info.nameless && !info.variadic) {
            Some(info) => children.push(container("PARAMETER_WITH_KEY", |children| {
                self.blank(children);
                let naming = container("PARAMETER_NAMING", |children| {
                    children.push(terminal("PARAMETER_KEY", info.name, None));
                    children.push(terminal("COLON", ":", None));
                });
                children.push(Node { part: Part::Info(Box::new(naming)), optional: true });
                self.value(children, &parameter.value, role, false);
            })),
            None => self.value(children, &parameter.value, role, false),
        }
    }

    fn value(&mut self, children: &mut Children, value: &Value, role: Role<'_>, named: bool) {
        match value {
            Value::Expression(Expression { kind: ExpressionKind::Parenthesized(inner), .. }) => {
                // A condition has no name that its parentheses would be a part of.
                let condition = role.info.is_some_and(|info| info.name == "condition");
                self.parenthesized(children, inner, condition);
            }
            Value::Expression(expression) => self.expression(children, expression, role),
            Value::Sorted { expression, .. } => children.push(container("EXPRESSION", |children| {
                self.expression(children, expression, role);
                self.token(children, "PARAMETER_MODIFIER");
            })),
            Value::Assignment { value, .. } => {
                children.push(container("PARAMETER_ASSIGNMENT", |children| {
                    self.identifier(children);
                    self.token(children, "ASSIGNMENT");
                    self.blank(children);
                    self.value(children, value, role, false);
                }));
            }
            Value::Group(members) => {
                // `by: {a}` is `by: a`.
                let lone =
                    matches!(members.as_slice(), [Parameter { name: None, value: Value::Expression(_), .. }]);
                let optional = named && lone && role.info.is_some_and(|info| info.variadic);
                children.push(container("GROUP", |children| self.group(children, members, role, optional)));
            }
            Value::Block(query) => self.block(children, query),
        }
    }

    fn group(&mut self, children: &mut Children, members: &[Parameter], role: Role<'_>, optional: bool) {
        self.optional(children, "BRACE_OPEN", optional);
        if !members.is_empty() {
            self.blank(children);
            children.push(container("PARAMETERS", |children| {
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        children.push(container("PARAMETER_SEPARATOR", |children| {
                            self.token(children, "COMMA");
                            self.blank(children);
                        }));
                    }
                    self.parameter(children, member, role, false);
                }
            }));
        }
        self.optional(children, "BRACE_CLOSE", optional);
    }

    fn block(&mut self, children: &mut Children, query: &Query) {
        self.blank(children);
        children.push(container("EXECUTION_BLOCK", |children| {
            self.token(children, "BRACKET_OPEN");
            self.commands(children, query);
            self.token(children, "BRACKET_CLOSE");
        }));
    }

    fn identifier(&mut self, children: &mut Children) {
        self.blank(children);
        children.push(container("IDENTIFIER", |children| self.token(children, "SIMPLE_IDENTIFIER")));
    }

    fn parenthesized(&mut self, children: &mut Children, inner: &Expression, optional: bool) {
        self.blank(children);
        children.push(container("EXPRESSION", |children| {
            self.optional(children, "PARENTHESIS_OPEN", optional);
            self.expression(children, inner, Role::default());
            self.optional(children, "PARENTHESIS_CLOSE", optional);
        }));
    }

    fn expression(&mut self, children: &mut Children, expression: &Expression, role: Role<'_>) {
        self.blank(children);
        match &expression.kind {
            ExpressionKind::Literal(literal) => self.literal(children, literal, role),
            ExpressionKind::Field(_) => match role.token(self.peek()) {
                Some(kind @ "DATA_OBJECT") => {
                    children.push(container("SOURCE_ID", |children| self.token(children, kind)));
                }
                Some(kind) => self.token(children, kind),
                None => self.identifier(children),
            },
            ExpressionKind::Call { function, arguments } => {
                let signature = signature_of(&function.text, role.is(Kind::MetricAggregation));
                children.push(container("FUNCTION", |children| {
                    self.token(children, "FUNCTION_NAME");
                    self.token(children, "PARENTHESIS_OPEN");
                    if !arguments.is_empty() {
                        self.blank(children);
                        children.push(self.parameters(arguments, signature, role.command, false));
                    }
                    self.token(children, "PARENTHESIS_CLOSE");
                }));
            }
            ExpressionKind::Parenthesized(inner) => self.parenthesized(children, inner, false),
            _ => {
                children.push(container("EXPRESSION", |children| self.operation(children, expression, role)))
            }
        }
    }

    fn operation(&mut self, children: &mut Children, expression: &Expression, role: Role<'_>) {
        match &expression.kind {
            ExpressionKind::Unary { operand, .. } => {
                self.token(children, "OPERATOR");
                self.expression(children, operand, role);
            }
            ExpressionKind::Binary { left, operator, right } => {
                match &left.kind {
                    // `a or b or c` is one expression of three.
                    ExpressionKind::Binary { operator: inner, .. } if inner == operator => {
                        self.operation(children, left, role);
                    }
                    _ => self.expression(children, left, role),
                }
                self.token(children, "OPERATOR");
                self.expression(children, right, role);
            }
            ExpressionKind::Index { base, index } => {
                self.expression(children, base, role);
                self.token(children, "BRACKET_OPEN");
                if let Some(index) = index {
                    self.expression(children, index, Role::default());
                }
                self.token(children, "BRACKET_CLOSE");
            }
            ExpressionKind::Align { value, .. } => {
                if let Some(value) = value {
                    self.expression(children, value, role);
                }
                self.token(children, "OPERATOR");
                self.amount(children);
            }
            ExpressionKind::InQuery { needle, query } => {
                self.expression(children, needle, role);
                self.token(children, "OPERATOR");
                self.block(children, query);
            }
            _ => self.expression(children, expression, role),
        }
    }

    fn literal(&mut self, children: &mut Children, literal: &Literal, role: Role<'_>) {
        match literal {
            Literal::Null => self.token(children, "NULL"),
            Literal::Boolean(true) => self.token(children, "BOOLEAN_TRUE"),
            Literal::Boolean(false) => self.token(children, "BOOLEAN_FALSE"),
            Literal::Long(_) | Literal::Double(_) => {
                // The smallest long is one literal of two tokens.
                if self.peek() == "-" {
                    self.token(children, "OPERATOR");
                }
                self.token(children, "NUMBER");
            }
            Literal::Duration { .. } => {
                children.push(container("DURATION", |children| self.amount(children)));
            }
            Literal::String { .. } => {
                let kind = role.token(self.peek()).unwrap_or("STRING");
                self.token(children, kind);
            }
        }
    }
}
