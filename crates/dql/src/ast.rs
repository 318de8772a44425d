//! The syntax tree of DQL.
//!
//! One tree for the whole language: the parser makes it from text, the builder makes it from Rust, the printer
//! turns it back into text, the sandbox evaluates it. It holds what the author wrote (argument order, `alias:`,
//! parentheses), so that printing loses nothing, and it knows no names: whether `fetch` exists is not the
//! business of syntax. Its texts are [`SmolStr`]s, which hold up to 23 bytes in place: most names are shorter, and
//! to allocate them was the better part of the time that parsing took.
//!
//! ```text
//! Query ── Command ── Parameter ── Value ─┬─ Expression
//!   │         "filter"   "by:" {…}        ├─ Group of Parameters   {a, b}
//!   └ joined by "|"                       ├─ Assignment            n = count()
//!                                         └─ Block of a Query      [fetch logs]
//! ```

pub use smol_str::SmolStr;

use crate::span::Span;

/// A pipeline: commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// The commands in order; empty only for an empty block `[]`.
    pub commands: Vec<Command>,
    /// Where it stands.
    pub span: Span,
}

/// One stage of a pipeline, such as `filter loglevel == "ERROR"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The command's name as written; names are case-insensitive.
    pub name: Name,
    /// Its parameters in the order written.
    pub parameters: Vec<Parameter>,
    /// From the name to the end of the last parameter.
    pub span: Span,
}

/// A parameter of a command, a function call or a group: `value` or `name: value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name before the colon.
    pub name: Option<Name>,
    /// The value.
    pub value: Value,
    /// Name and value.
    pub span: Span,
}

/// What a parameter can hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An expression.
    Expression(Expression),
    /// An expression followed by `asc` or `desc`, as in `sort timestamp desc`.
    Sorted {
        /// What is sorted by.
        expression: Expression,
        /// Which way.
        direction: Direction,
    },
    /// `field = value`, as in `fieldsAdd total = a + b`.
    Assignment {
        /// The field that receives the value.
        field: FieldName,
        /// The value: an expression, a group or a block.
        value: Box<Value>,
    },
    /// `{ … }`: a list of parameters, never an array.
    Group(Vec<Parameter>),
    /// `[ … ]` as a whole value: a sub-query.
    Block(Query),
}

/// The order of a sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `asc`
    Ascending,
    /// `desc`
    Descending,
}

/// A name that is not a field: of a command, a function or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// As written.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// The name of a field, unquoted: the text between backticks with escapes resolved, or the bare name.
/// Dots belong to the name: `k8s.pod.name` is one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldName {
    /// The name itself, any Unicode text.
    pub name: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    /// A constant.
    Literal(Literal),
    /// The value of a field. Record access is [`ExpressionKind::Index`].
    Field(FieldName),
    /// `name(arguments)`
    Call {
        /// The function's name.
        function: Name,
        /// Its arguments, named or not.
        arguments: Vec<Parameter>,
    },
    /// `-x` or `not x`
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// Its operand.
        operand: Box<Expression>,
    },
    /// `left operator right`
    Binary {
        /// Left operand.
        left: Box<Expression>,
        /// The operator.
        operator: BinaryOperator,
        /// Right operand.
        right: Box<Expression>,
    },
    /// `base[index]`: an array element, a record's field, or with an empty index every element (`base[]`).
    Index {
        /// What is indexed.
        base: Box<Expression>,
        /// The index. A bare field in it is a key, not the value of that field, when `base` is a record.
        index: Option<Box<Expression>>,
    },
    /// `value @ unit`: rounds a time down to the unit. Without `value`, now.
    Align {
        /// What is aligned.
        value: Option<Box<Expression>>,
        /// To what.
        unit: AlignmentUnit,
    },
    /// `needle in [query]`
    InQuery {
        /// What is looked for.
        needle: Box<Expression>,
        /// The sub-query that yields one field.
        query: Box<Query>,
    },
    /// `(inner)`: kept, because the printer neither adds nor drops parentheses.
    Parenthesized(Box<Expression>),
}

/// Constants.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A 64-bit integer. Its sign is a [`UnaryOperator::Minus`], but for the smallest value, which the parser folds.
    Long(i64),
    /// A floating point number.
    Double(f64),
    /// `5m`: an amount and its unit.
    Duration {
        /// How many.
        amount: i64,
        /// Of what.
        unit: DurationUnit,
    },
    /// A string's content, without quotes and with escapes resolved.
    String {
        /// The content.
        value: SmolStr,
        /// Whether it was written in triple quotes (the printer keeps the style where the content permits).
        style: StringStyle,
    },
}

/// How a string literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringStyle {
    /// `"…"` with escapes.
    Quoted,
    /// `"""…"""` without escapes.
    TripleQuoted,
}

/// Units of durations. `Day` is a calendar day when added to a timestamp; `Week` to `Year` are calendar units only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DurationUnit {
    /// `ns`
    Nanosecond,
    /// `us`
    Microsecond,
    /// `ms`
    Millisecond,
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `M`
    Month,
    /// `q`
    Quarter,
    /// `y`
    Year,
}

/// What `@` aligns to: `@h`, `@3h`, `@w1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlignmentUnit {
    /// The factor before the unit, 1 when absent.
    pub factor: i64,
    /// The unit.
    pub unit: DurationUnit,
    /// For weeks, the day they start on: 0 and 7 are Sunday, 1 is Monday. `None` for the locale's.
    pub week_start: Option<u8>,
    /// Where it stands.
    pub span: Span,
}

/// Operators before their operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `not`
    Not,
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `~`
    Matches,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `and`
    And,
    /// `xor`
    Xor,
    /// `or`
    Or,
}
