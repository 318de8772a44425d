//! Syntax tree to compiled expressions.

use std::sync::{Arc, OnceLock};

use grailstage_dql::ast::{
    AlignmentUnit, BinaryOperator, DurationUnit, Expression, ExpressionKind, Literal, UnaryOperator,
};
use grailstage_dql::span::Span;

use super::aggregations::Aggregation;
use super::context::EvaluationOptions;
use super::dpl::Pattern;
use super::expression::{Arithmetic, Comparison, Expr, Reducer};
use super::plan::Plan;
use super::schema::Schema;
use super::search::Needle;
use crate::error::SandboxError;
use crate::record::Name;
use crate::store::Store;
use crate::value::Value;

/// Compiles the expressions of one query.
#[derive(Clone, Copy)]
pub(crate) struct Compiler<'a> {
    pub(crate) store: &'a Store,
    pub(crate) options: &'a EvaluationOptions,
}

/// What surrounds the expression that is being compiled.
pub(super) struct Surroundings<'s> {
    pub(super) schema: &'s Schema,
    /// The arrays that the nearest iteration walks over.
    pub(super) sources: Vec<Expr>,
    pub(super) iterating: bool,
    /// Inside an aggregating command: what aggregations read, and those found so far.
    pub(super) aggregating: Option<Aggregating<'s>>,
}

/// What aggregations read, and those found so far.
pub(super) struct Aggregating<'s> {
    pub(super) input: &'s Schema,
    pub(super) calls: &'s mut Vec<Aggregation>,
}

impl<'a> Compiler<'a> {
    /// An expression; with `[]` in it, its value is the array of the values of its elements.
    pub(crate) fn expression(&self, expression: &Expression, schema: &Schema) -> Result<Expr, SandboxError> {
        self.reduced(expression, schema, Reducer::Collect)
    }

    /// A condition: has one value for a record, not one for each element of an array.
    pub(crate) fn condition(&self, expression: &Expression, schema: &Schema) -> Result<Expr, SandboxError> {
        match self.expression(expression, schema)? {
            Expr::Iterate { reducer: Reducer::Collect, .. } if !is_collected(expression) => {
                Err(SandboxError::IterativeExpressionForFilter { span: expression.span })
            }
            compiled => Ok(compiled),
        }
    }

    /// The value of an expression that reads no field.
    pub(crate) fn constant(&self, expression: &Expression) -> Result<Value, SandboxError> {
        let compiled = self.expression(expression, &Schema::default()).map_err(|error| match error {
            SandboxError::FieldDoesNotExist { span, .. } => {
                SandboxError::WrongParameter { expected: "a constant expression", span }
            }
            other => other,
        })?;
        let context = super::context::Context::new(self.store, self.options);
        Ok(compiled.value(&crate::record::Record::new(), &context))
    }

    /// Fails unless the token has the scope that reading a table takes.
    pub(crate) fn authorise(&self, table: &str, span: Span) -> Result<(), SandboxError> {
        let Some(scopes) = &self.options.scopes else { return Ok(()) };
        let needed = [super::scopes::scope_of(table), super::scopes::BUCKETS];
        let missing_scopes: Vec<String> = needed
            .iter()
            .filter(|scope| !scopes.iter().any(|granted| granted == *scope))
            .map(ToString::to_string)
            .collect();
        if missing_scopes.is_empty() {
            Ok(())
        } else {
            Err(SandboxError::NotAuthorizedForTable { table: table.to_owned(), missing_scopes, span })
        }
    }

    /// An expression over aggregations, which are added to `calls`: `100 * sum(a) / count()`. It is evaluated on
    /// records that hold the group's keys and, under [`aggregate_name`], the aggregations' values.
    pub(crate) fn aggregation(
        &self,
        expression: &Expression,
        input: &Schema,
        keys: &Schema,
        calls: &mut Vec<Aggregation>,
    ) -> Result<Expr, SandboxError> {
        let before = calls.len();
        let mut around = Surroundings {
            schema: keys,
            sources: Vec::new(),
            iterating: false,
            aggregating: Some(Aggregating { input, calls }),
        };
        let body = self.compile(expression, &mut around)?;
        let sources = around.sources;
        if calls.len() == before {
            return Err(SandboxError::WrongParameter { expected: "an aggregation", span: expression.span });
        }
        Ok(if sources.is_empty() {
            body
        } else {
            Expr::Iterate { sources, body: Box::new(body), reducer: Reducer::Collect }
        })
    }

    pub(super) fn reduced(
        &self,
        expression: &Expression,
        schema: &Schema,
        reducer: Reducer,
    ) -> Result<Expr, SandboxError> {
        let iterating = reducer != Reducer::Collect;
        let mut around = Surroundings { schema, sources: Vec::new(), iterating, aggregating: None };
        let body = self.compile(expression, &mut around)?;
        Ok(if around.sources.is_empty() {
            body
        } else {
            Expr::Iterate { sources: around.sources, body: Box::new(body), reducer }
        })
    }

    pub(super) fn boxed(
        &self,
        expression: &Expression,
        around: &mut Surroundings<'_>,
    ) -> Result<Box<Expr>, SandboxError> {
        self.compile(expression, around).map(Box::new)
    }

    pub(super) fn compile(
        &self,
        expression: &Expression,
        around: &mut Surroundings<'_>,
    ) -> Result<Expr, SandboxError> {
        Ok(match &expression.kind {
            ExpressionKind::Literal(literal) => Expr::Constant(literal_value(literal)),
            ExpressionKind::Field(field) => {
                around.schema.check(&field.name, field.span)?;
                Expr::Field(Name::from(field.name.as_str()))
            }
            ExpressionKind::Parenthesized(inner) => self.compile(inner, around)?,
            ExpressionKind::Unary { operator, operand } => {
                let operand = self.boxed(operand, around)?;
                match operator {
                    UnaryOperator::Minus => Expr::Negate(operand),
                    UnaryOperator::Not => Expr::Not(operand),
                }
            }
            ExpressionKind::Binary { left, operator, right } => {
                self.binary(left, *operator, right, around)?
            }
            ExpressionKind::Index { base, index: None } => {
                let before = around.sources.len();
                let source = self.compile(base, around)?;
                if around.sources.len() > before {
                    return Err(not_supported(
                        "an iteration over the elements of an iteration",
                        expression.span,
                    ));
                }
                around.sources.push(source);
                Expr::Element(before)
            }
            ExpressionKind::Index { base, index: Some(index) } => {
                let base = self.boxed(base, around)?;
                match &index.kind {
                    ExpressionKind::Field(key) => Expr::Key(base, Name::from(key.name.as_str())),
                    _ => Expr::At(base, self.boxed(index, around)?),
                }
            }
            ExpressionKind::Align { value, unit } => {
                check_unit(*unit)?;
                let value =
                    value.as_ref().map(|value| self.offset(value, around).map(Box::new)).transpose()?;
                Expr::Align(value, *unit)
            }
            ExpressionKind::InQuery { needle, query } => {
                let plan = Plan::compile(self, query)?;
                Expr::InQuery(self.boxed(needle, around)?, Box::new(plan), OnceLock::new())
            }
            ExpressionKind::Call { function, arguments } => {
                self.call(&function.text, function.span, arguments, expression, around)?
            }
        })
    }

    fn binary(
        &self,
        left: &Expression,
        operator: BinaryOperator,
        right: &Expression,
        around: &mut Surroundings<'_>,
    ) -> Result<Expr, SandboxError> {
        if let (
            BinaryOperator::Add | BinaryOperator::Subtract,
            ExpressionKind::Align { value: Some(offset), unit },
        ) = (operator, &right.kind)
        {
            check_unit(*unit)?;
            return Ok(Expr::AddAligned {
                left: self.boxed(left, around)?,
                offset: Box::new(self.offset(offset, around)?),
                subtract: operator == BinaryOperator::Subtract,
                unit: *unit,
            });
        }
        if operator == BinaryOperator::Matches {
            let ExpressionKind::Literal(Literal::String { value, .. }) = &right.kind else {
                return Err(SandboxError::WrongParameter { expected: "a constant string", span: right.span });
            };
            return Ok(Expr::Search(self.boxed(left, around)?, Needle::new(value, "*", false)));
        }
        let place = right.span;
        let (left, right) = match operator {
            BinaryOperator::Add | BinaryOperator::Subtract => {
                (Box::new(self.offset(left, around)?), Box::new(self.offset(right, around)?))
            }
            _ => (self.boxed(left, around)?, self.boxed(right, around)?),
        };
        Ok(match operator {
            BinaryOperator::And => Expr::And(left, right),
            BinaryOperator::Or => Expr::Or(left, right),
            BinaryOperator::Xor => Expr::Xor(left, right),
            BinaryOperator::Add => Expr::Arithmetic(Arithmetic::Add, left, right),
            BinaryOperator::Subtract => Expr::Arithmetic(Arithmetic::Subtract, left, right),
            BinaryOperator::Multiply => Expr::Arithmetic(Arithmetic::Multiply, left, right),
            BinaryOperator::Divide => Expr::Arithmetic(Arithmetic::Divide, left, right),
            BinaryOperator::Remainder => Expr::Arithmetic(Arithmetic::Remainder, left, right),
            BinaryOperator::Equal => Expr::Comparison(Comparison::Equal, left, right),
            BinaryOperator::NotEqual => Expr::Comparison(Comparison::NotEqual, left, right),
            BinaryOperator::Less => Expr::Comparison(Comparison::Less, left, right),
            BinaryOperator::LessOrEqual => Expr::Comparison(Comparison::LessOrEqual, left, right),
            BinaryOperator::Greater => Expr::Comparison(Comparison::Greater, left, right),
            BinaryOperator::GreaterOrEqual => Expr::Comparison(Comparison::GreaterOrEqual, left, right),
            BinaryOperator::Matches => return Err(not_supported("the operator `~` here", place)),
        })
    }

    /// A summand. A day added to a point in time is a day of the calendar, everywhere else it is 24 hours.
    fn offset(&self, expression: &Expression, around: &mut Surroundings<'_>) -> Result<Expr, SandboxError> {
        let day = |expression: &Expression| match expression.kind {
            ExpressionKind::Literal(Literal::Duration { amount, unit: DurationUnit::Day }) => Some(amount),
            _ => None,
        };
        let amount = match &expression.kind {
            ExpressionKind::Unary { operator: UnaryOperator::Minus, operand } => {
                day(operand).map(i64::wrapping_neg)
            }
            _ => day(expression),
        };
        if let Some(amount) = amount.filter(|_| self.options.zone != jiff::tz::TimeZone::UTC) {
            return Ok(Expr::Constant(Value::Calendar { amount, unit: DurationUnit::Day }));
        }
        self.compile(expression, around)
    }

    /// A constant pattern of the Dynatrace Pattern Language.
    pub(crate) fn pattern(&self, expression: &Expression) -> Result<Arc<Pattern>, SandboxError> {
        match self.constant(expression)? {
            Value::String(text) => Pattern::new(&text)
                .map(Arc::new)
                .map_err(|message| SandboxError::Pattern { message, span: expression.span }),
            _ => Err(SandboxError::WrongParameter { expected: "a constant pattern", span: expression.span }),
        }
    }

    /// The name of the column that an expression without a name makes.
    pub(crate) fn column_name(expression: &Expression) -> Name {
        match &expression.kind {
            ExpressionKind::Field(field) => Name::from(field.name.as_str()),
            _ => Name::from(grailstage_dql::print_expression(expression)),
        }
    }
}

/// The field in which the value of an aggregation stands while a group is finished; no query can name it.
pub(crate) fn aggregate_name(index: usize) -> Name {
    Name::from(format!("\u{0}{index}"))
}

/// Whether the expression is itself an array on purpose: `iCollectArray(…)`.
fn is_collected(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Call { function, .. } => function.text.eq_ignore_ascii_case("icollectarray"),
        ExpressionKind::Parenthesized(inner) => is_collected(inner),
        _ => false,
    }
}

pub(crate) fn not_supported(what: &str, span: Span) -> SandboxError {
    SandboxError::NotSupported { what: what.to_owned(), span }
}

fn check_unit(unit: AlignmentUnit) -> Result<(), SandboxError> {
    let divides = match unit.unit {
        DurationUnit::Hour => 24,
        DurationUnit::Minute | DurationUnit::Second => 60,
        DurationUnit::Millisecond | DurationUnit::Microsecond | DurationUnit::Nanosecond => 1000,
        _ => 1,
    };
    if unit.factor >= 1 && divides % unit.factor == 0 {
        Ok(())
    } else {
        Err(SandboxError::WrongParameter {
            expected: "a unit that divides the next larger one",
            span: unit.span,
        })
    }
}

fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Long(value) => Value::Long(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::String { value, .. } => Value::string(value),
        Literal::Duration { amount, unit } => match crate::value::nanos_per(*unit) {
            Some(per) => amount.checked_mul(per).map_or(Value::Null, Value::Duration),
            None => Value::Calendar { amount: *amount, unit: *unit },
        },
    }
}
