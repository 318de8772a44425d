//! Tree to text: one command a line, arguments wrapped where a line would get too long.
//!
//! The printer writes the tokens of the tree in their order, adds parentheses only where a tree built by hand lacks
//! ones it needs, and leaves every value to [`crate::quote`]. A tree that was parsed prints to a text that parses to
//! the same tree, token for token; the formatter relies on that to put comments back where they were.

use crate::ast::{
    AlignmentUnit, BinaryOperator, Command, Direction, Expression, ExpressionKind, FieldName, Literal, Name,
    Parameter, Query, UnaryOperator, Value,
};
use crate::layout::Layout;
use crate::parser::level;
use crate::quote::{write_field, write_string};
use crate::span::Span;

/// Prints a query, without a line end at the end.
///
/// ```
/// let query = grailstage_dql::parse("FETCH logs|filter a==1 and b<2|limit 3").unwrap();
/// assert_eq!(grailstage_dql::print(&query), "FETCH logs\n| filter a == 1 and b < 2\n| limit 3");
/// ```
#[must_use]
pub fn print(query: &Query) -> String {
    let mut printer = Printer::new(NoSource);
    printer.query(query);
    printer.layout.render()
}

/// Prints an expression on its own.
#[must_use]
pub fn print_expression(expression: &Expression) -> String {
    let mut printer = Printer::new(NoSource);
    printer.expression(expression, Context::LOOSE);
    printer.layout.render()
}

/// Where the tree came from. The formatter takes leaves from there as they were written, and comments with them.
pub(crate) trait Origin {
    /// Called before a token is written.
    fn before_token(&mut self, layout: &mut Layout);
    /// Called after a token is written.
    fn after_token(&mut self, layout: &mut Layout);
    /// The text of a leaf as written.
    fn leaf(&mut self, span: Span) -> Option<&str>;
    /// Writes the comments before the next token here, outside of what starts or ends with it.
    fn comments_before(&mut self, layout: &mut Layout);
    /// Whether an empty line stands before the next token.
    fn empty_line_before(&self) -> bool;
}

/// A tree without a text.
#[derive(Debug)]
pub(crate) struct NoSource;

impl Origin for NoSource {
    fn before_token(&mut self, _: &mut Layout) {}
    fn after_token(&mut self, _: &mut Layout) {}
    fn leaf(&mut self, _: Span) -> Option<&str> {
        None
    }
    fn comments_before(&mut self, _: &mut Layout) {}
    fn empty_line_before(&self) -> bool {
        false
    }
}

/// What surrounds an expression.
#[derive(Debug, Clone, Copy)]
struct Context {
    /// Operators in it must bind at least as tightly, or it needs parentheses.
    minimum: u8,
    /// What operators in the leftmost operand must bind like at least: what surrounds the whole chain demands it.
    ambient: u8,
    /// How tightly the operator binds that follows it; an open `not` at its end would swallow tighter ones.
    following: u8,
}

impl Context {
    /// Between brackets or commas.
    const LOOSE: Self = Self { minimum: level::OR, ambient: level::OR, following: 0 };
}

pub(crate) struct Printer<O> {
    pub(crate) layout: Layout,
    pub(crate) origin: O,
}

impl<O: Origin> Printer<O> {
    pub(crate) fn new(origin: O) -> Self {
        Self { layout: Layout::default(), origin }
    }

    fn token(&mut self, text: &str) {
        self.origin.before_token(&mut self.layout);
        self.layout.text(text);
        self.origin.after_token(&mut self.layout);
    }

    fn leaf(&mut self, span: Span, write: impl FnOnce(&mut String)) {
        self.origin.before_token(&mut self.layout);
        match self.origin.leaf(span) {
            Some(text) => self.layout.text(text),
            None => self.layout.text_with(write),
        }
        self.origin.after_token(&mut self.layout);
    }

    fn name(&mut self, name: &Name) {
        self.leaf(name.span, |output| output.push_str(&name.text));
    }

    fn field(&mut self, field: &FieldName) {
        self.leaf(field.span, |output| write_field(output, &field.name));
    }

    /// The `|` that a snippet may start with.
    pub(crate) fn leading_pipe(&mut self) {
        self.token("|");
        self.layout.blank();
    }

    pub(crate) fn query(&mut self, query: &Query) {
        for (index, command) in query.commands.iter().enumerate() {
            if index > 0 {
                if self.origin.empty_line_before() {
                    self.layout.empty_line();
                }
                self.layout.hard_line();
                self.token("|");
                self.layout.blank();
            }
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        self.origin.comments_before(&mut self.layout);
        let hugs = command.parameters.len() == 1 || command.parameters.iter().any(has_block);
        self.layout.begin();
        self.name(&command.name);
        self.layout.indent();
        if !hugs {
            self.layout.indent();
        }
        for (index, parameter) in command.parameters.iter().enumerate() {
            if index > 0 {
                self.token(",");
            }
            if hugs {
                self.layout.blank();
            } else {
                self.layout.line();
            }
            self.parameter(parameter);
        }
        if !hugs {
            self.layout.dedent();
        }
        self.layout.dedent();
        self.layout.end();
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.origin.comments_before(&mut self.layout);
        if let Some(name) = &parameter.name {
            self.name(name);
            self.token(":");
        }
        self.value(&parameter.value);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Expression(expression) => self.expression(expression, Context::LOOSE),
            Value::Sorted { expression, direction } => {
                self.expression(expression, Context::LOOSE);
                self.layout.blank();
                self.token(match direction {
                    Direction::Ascending => "asc",
                    Direction::Descending => "desc",
                });
            }
            Value::Assignment { field, value } => {
                self.field(field);
                self.layout.blank();
                self.token("=");
                self.layout.blank();
                self.value(value);
            }
            Value::Group(parameters) => self.list("{", parameters, "}"),
            Value::Block(query) => self.block(query),
        }
    }

    fn list(&mut self, opening: &str, parameters: &[Parameter], closing: &str) {
        self.layout.begin();
        self.token(opening);
        self.layout.indent();
        for (index, parameter) in parameters.iter().enumerate() {
            if index > 0 {
                self.token(",");
                self.layout.line();
            } else {
                self.layout.soft_line();
            }
            self.parameter(parameter);
        }
        self.origin.comments_before(&mut self.layout);
        self.layout.dedent();
        if !parameters.is_empty() {
            self.layout.soft_line();
        }
        self.token(closing);
        self.layout.end();
    }

    fn block(&mut self, query: &Query) {
        self.layout.begin();
        self.token("[");
        self.layout.indent();
        if !query.commands.is_empty() {
            self.layout.soft_line();
        }
        self.query(query);
        self.origin.comments_before(&mut self.layout);
        self.layout.dedent();
        if !query.commands.is_empty() {
            self.layout.soft_line();
        }
        self.token("]");
        self.layout.end();
    }

    fn expression(&mut self, expression: &Expression, context: Context) {
        if needs_parentheses(expression, context) {
            self.parenthesized(expression);
        } else {
            self.bare_expression(expression, context);
        }
    }

    fn bare_expression(&mut self, expression: &Expression, context: Context) {
        match &expression.kind {
            ExpressionKind::Literal(literal) => {
                self.leaf(expression.span, |output| write_literal(output, literal))
            }
            ExpressionKind::Field(field) => self.field(field),
            ExpressionKind::Call { function, arguments } => {
                self.name(function);
                self.list("(", arguments, ")");
            }
            ExpressionKind::Unary { operator, operand } => self.unary(*operator, operand, context),
            ExpressionKind::Binary { left, operator, right } => {
                let groups = breaks_lines(*operator);
                if groups {
                    self.layout.begin();
                    self.layout.indent();
                }
                self.binary(left, *operator, right, context);
                if groups {
                    self.layout.dedent();
                    self.layout.end();
                }
            }
            ExpressionKind::Index { base, index } => {
                self.expression(
                    base,
                    Context { minimum: level::PRIMARY, ambient: level::PRIMARY, following: 0 },
                );
                self.token("[");
                if let Some(index) = index {
                    self.expression(index, Context::LOOSE);
                }
                self.token("]");
            }
            ExpressionKind::Align { value, unit } => {
                if let Some(value) = value {
                    let minimum = postfix_operand_minimum(value, level::ALIGN, context);
                    self.expression(
                        value,
                        Context { minimum, ambient: context.ambient, following: level::ALIGN },
                    );
                }
                self.token("@");
                self.leaf(unit.span, |output| write_alignment(output, *unit));
            }
            ExpressionKind::InQuery { needle, query } => {
                let minimum = postfix_operand_minimum(needle, level::IN, context);
                self.expression(needle, Context { minimum, ambient: context.ambient, following: level::IN });
                self.layout.blank();
                self.token("in");
                self.layout.blank();
                self.block(query);
            }
            ExpressionKind::Parenthesized(inner) => self.parenthesized(inner),
        }
    }

    fn parenthesized(&mut self, inner: &Expression) {
        self.layout.begin();
        self.token("(");
        self.layout.indent();
        self.layout.soft_line();
        self.bare_expression(inner, Context::LOOSE);
        self.origin.comments_before(&mut self.layout);
        self.layout.dedent();
        self.layout.soft_line();
        self.token(")");
        self.layout.end();
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &Expression, context: Context) {
        let (text, minimum) = match operator {
            UnaryOperator::Minus => ("-", level::MINUS),
            UnaryOperator::Not => ("not", level::NOT),
        };
        self.token(text);
        if operator == UnaryOperator::Not {
            self.layout.blank();
        }
        self.expression(operand, Context { minimum, ambient: minimum, following: context.following });
    }

    fn binary(&mut self, left: &Expression, operator: BinaryOperator, right: &Expression, context: Context) {
        let level = operator.level();
        let left_context = Context {
            minimum: postfix_operand_minimum(left, level, context),
            ambient: context.ambient,
            following: level,
        };
        match &left.kind {
            // A chain of operators of one level breaks as one.
            ExpressionKind::Binary { left: first, operator: inner, right: second }
                if inner.level() == level && !needs_parentheses(left, left_context) =>
            {
                self.binary(first, *inner, second, left_context);
            }
            _ => self.expression(left, left_context),
        }
        let tight = is_tight(operator, right);
        if breaks_lines(operator) && !tight {
            self.layout.line();
        } else if !tight {
            self.layout.blank();
        }
        self.token(operator.as_str());
        if !tight {
            self.layout.blank();
        }
        self.expression(
            right,
            Context { minimum: level + 1, ambient: level + 1, following: context.following },
        );
    }
}

/// What the operand on the left of an operator must bind like. `@` and `in` end in no operand: on the left of a
/// tighter operator they read the same without parentheses, as long as what surrounds both admits them.
fn postfix_operand_minimum(left: &Expression, level: u8, context: Context) -> u8 {
    match left.kind {
        ExpressionKind::Align { value: Some(_), .. } | ExpressionKind::InQuery { .. } => context.ambient,
        _ => level,
    }
}

fn needs_parentheses(expression: &Expression, context: Context) -> bool {
    let level = match &expression.kind {
        ExpressionKind::Binary { operator, .. } => operator.level(),
        ExpressionKind::Align { value: Some(_), .. } => level::ALIGN,
        ExpressionKind::InQuery { .. } => level::IN,
        // Prefix operators stand wherever an operand can; what matters is what follows them.
        ExpressionKind::Unary { operator: UnaryOperator::Not, .. } => {
            return context.minimum == level::PRIMARY || context.following > level::NOT;
        }
        ExpressionKind::Unary { operator: UnaryOperator::Minus, .. }
        | ExpressionKind::Align { value: None, .. } => level::MINUS,
        ExpressionKind::Literal(literal) if is_negative(literal) => level::MINUS,
        _ => level::PRIMARY,
    };
    level < context.minimum
}

/// A literal with a sign, which only a tree built by hand has, and the smallest long.
fn is_negative(literal: &Literal) -> bool {
    match literal {
        Literal::Long(value) => *value == i64::MIN,
        Literal::Double(value) => value.is_sign_negative(),
        Literal::Duration { amount, .. } => *amount < 0,
        _ => false,
    }
}

/// Whether lines may break before an operator: between conditions and between terms, not within a comparison.
fn breaks_lines(operator: BinaryOperator) -> bool {
    matches!(operator.level(), level::OR | level::XOR | level::AND | level::ADDITIVE | level::MULTIPLICATIVE)
}

/// `now()-2h` is written without blanks, as everybody writes it.
fn is_tight(operator: BinaryOperator, right: &Expression) -> bool {
    let offset = match &right.kind {
        ExpressionKind::Align { value: Some(value), .. } => &value.kind,
        kind => kind,
    };
    matches!(operator, BinaryOperator::Add | BinaryOperator::Subtract)
        && matches!(offset, ExpressionKind::Literal(Literal::Duration { .. }))
}

fn has_block(parameter: &Parameter) -> bool {
    match &parameter.value {
        Value::Block(_) => true,
        Value::Assignment { value, .. } => matches!(**value, Value::Block(_)),
        _ => false,
    }
}

impl BinaryOperator {
    /// Its text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Matches => "~",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "and",
            Self::Xor => "xor",
            Self::Or => "or",
        }
    }
}

fn write_literal(output: &mut String, literal: &Literal) {
    match literal {
        Literal::Null => output.push_str("null"),
        Literal::Boolean(value) => output.push_str(if *value { "true" } else { "false" }),
        // A negative long without a sign comes from a hexadecimal literal beyond the largest long.
        Literal::Long(value) if *value < 0 && *value != i64::MIN => {
            output.push_str(&format!("{value:#X}").replace("0X", "0x"))
        }
        Literal::Long(value) => output.push_str(&value.to_string()),
        // Infinities and NaN have no literal and are what Grail makes of them in JSON.
        Literal::Double(value) if !value.is_finite() => output.push_str("null"),
        Literal::Double(value) => output.push_str(&format!("{value:?}")),
        Literal::Duration { amount, unit } => {
            output.push_str(&amount.to_string());
            output.push_str(unit.as_str());
        }
        Literal::String { value, style } => write_string(output, value, *style),
    }
}

fn write_alignment(output: &mut String, unit: AlignmentUnit) {
    if unit.factor != 1 {
        output.push_str(&unit.factor.to_string());
    }
    output.push_str(unit.unit.as_str());
    if let Some(day) = unit.week_start {
        output.push_str(&day.to_string());
    }
}
