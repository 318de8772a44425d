//! Aggregations: many values to one. Null is left out, except by `count()`, `takeFirst` and `takeLast`.
//! Source: docs.dynatrace.com, DQL aggregation functions.

mod percentile;
mod state;

use grailstage_dql::ast::{Expression, Parameter, Value as SyntaxValue};
use grailstage_dql::span::Span;

pub(crate) use percentile::{percent_rank, percentile_of};
pub(crate) use state::State;

use super::compile::{Compiler, not_supported};
use super::context::Context;
use super::expression::{Expr, Reducer};
use super::schema::Schema;
use crate::error::SandboxError;
use crate::record::Record;
use crate::value::Value;

/// A compiled aggregation.
pub(crate) struct Aggregation {
    kind: Kind,
    arguments: Vec<Expr>,
    /// The argument is an array, and its elements are aggregated position by position: `sum(a[])`.
    elementwise: bool,
    /// `default:` of a time series: what an interval without records holds.
    pub(crate) default: Value,
    /// `rate:` of a time series, in nanoseconds.
    pub(crate) rate: Option<i64>,
    /// `scalar: true` of a time series.
    pub(crate) scalar: bool,
}

/// What an aggregation does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Count,
    CountIf,
    CountDistinct,
    Sum,
    Average,
    Minimum,
    Maximum,
    TakeFirst,
    TakeLast,
    TakeAny,
    TakeMinimum,
    TakeMaximum,
    CollectArray {
        maximum: usize,
        expand: bool,
    },
    CollectDistinct {
        maximum: usize,
        expand: bool,
    },
    Percentile(f64),
    Percentiles(Vec<f64>),
    PercentRank(f64),
    PercentileFromSamples(f64),
    Variance,
    StandardDeviation,
    Correlation,
    /// `start()` and `end()` of a time series.
    Start,
    End,
}

const NAMES: [&str; 26] = [
    "avg",
    "sum",
    "collectArray",
    "collectDistinct",
    "correlation",
    "count",
    "countDistinct",
    "countDistinctApprox",
    "countDistinctExact",
    "countIf",
    "max",
    "min",
    "median",
    "percentRank",
    "percentile",
    "percentileFromSamples",
    "percentiles",
    "stddev",
    "variance",
    "takeAny",
    "takeFirst",
    "takeLast",
    "takeMax",
    "takeMin",
    "start",
    "end",
];

/// Whether a name (in any case) is that of an aggregation.
pub(crate) fn is_aggregation(name: &str) -> bool {
    NAMES.iter().any(|candidate| candidate.eq_ignore_ascii_case(name))
}

impl Aggregation {
    /// Compiles the call of an aggregation.
    pub(crate) fn compile(
        compiler: &Compiler<'_>,
        name: &str,
        arguments: &[Parameter],
        span: Span,
        schema: &Schema,
    ) -> Result<Self, SandboxError> {
        let mut call = Call::new(arguments)?;
        let lower = name.to_ascii_lowercase();
        let default = call.constant(compiler, "default")?.unwrap_or_default();
        let rate = match call.constant(compiler, "rate")? {
            Some(Value::Duration(rate)) if rate > 0 => Some(rate),
            _ => None,
        };
        let scalar = call.constant(compiler, "scalar")? == Some(Value::Boolean(true));
        let maximum = call
            .constant(compiler, "maxLength")?
            .and_then(|value| usize::try_from(value.as_long()?).ok())
            .unwrap_or(usize::MAX);
        let expand = call.constant(compiler, "expand")? == Some(Value::Boolean(true));
        call.take("precision");
        if let Some((_, span)) = call.take("weight").or_else(|| call.take("originalCount")) {
            return Err(not_supported("weighting an aggregation", span));
        }
        let missing = |name| SandboxError::MissingParameter { of: lower.clone(), name, span };
        let rank = |call: &mut Call<'_>, name: &'static str| -> Result<f64, SandboxError> {
            let expression = call.next(name).ok_or_else(|| missing(name))?;
            compiler
                .constant(expression)?
                .as_number()
                .ok_or(SandboxError::WrongParameter { expected: "a constant number", span: expression.span })
        };
        let first =
            if matches!(lower.as_str(), "count" | "start" | "end") { None } else { call.next("expression") };
        let kind = match lower.as_str() {
            "count" => Kind::Count,
            "countif" => Kind::CountIf,
            "countdistinct" | "countdistinctapprox" | "countdistinctexact" => Kind::CountDistinct,
            "sum" => Kind::Sum,
            "avg" => Kind::Average,
            "min" => Kind::Minimum,
            "max" => Kind::Maximum,
            "takefirst" => Kind::TakeFirst,
            "takelast" => Kind::TakeLast,
            "takeany" => Kind::TakeAny,
            "takemin" => Kind::TakeMinimum,
            "takemax" => Kind::TakeMaximum,
            "collectarray" => Kind::CollectArray { maximum, expand },
            "collectdistinct" => Kind::CollectDistinct { maximum, expand },
            "median" => Kind::Percentile(50.0),
            "percentile" => Kind::Percentile(rank(&mut call, "percentile")?),
            "percentiles" => {
                let mut ranks = vec![rank(&mut call, "percentile")?];
                while !call.positional.is_empty() {
                    ranks.push(rank(&mut call, "percentile")?);
                }
                Kind::Percentiles(ranks)
            }
            "percentrank" => Kind::PercentRank(rank(&mut call, "value")?),
            "percentilefromsamples" => Kind::PercentileFromSamples(rank(&mut call, "percentile")?),
            "variance" => Kind::Variance,
            "stddev" => Kind::StandardDeviation,
            "correlation" => Kind::Correlation,
            "start" => Kind::Start,
            "end" => Kind::End,
            _ => return Err(not_supported(&format!("the aggregation `{name}`"), span)),
        };
        let mut expressions = Vec::new();
        match (&kind, first) {
            (Kind::Count | Kind::Start | Kind::End, _) => {}
            (_, Some(expression)) => expressions.push(expression),
            (_, None) => return Err(missing("expression")),
        }
        if kind == Kind::Correlation {
            expressions.push(call.next("expression2").ok_or_else(|| missing("expression2"))?);
        }
        call.finish()?;
        let arguments: Vec<Expr> = expressions
            .into_iter()
            .map(|expression| compiler.expression(expression, schema))
            .collect::<Result<_, _>>()?;
        let elementwise = matches!(arguments.first(), Some(Expr::Iterate { reducer: Reducer::Collect, .. }));
        Ok(Self { kind, arguments, elementwise, default, rate, scalar })
    }

    pub(crate) const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The state before the first record.
    pub(crate) fn start(&self) -> State {
        State::new(&self.kind, self.elementwise)
    }

    /// Takes one more record into account.
    pub(crate) fn add(&self, state: &mut State, record: &Record, context: &Context<'_>) {
        match self.arguments.as_slice() {
            [] => state.add(Value::Boolean(true), context),
            [argument] => state.add(argument.value(record, context), context),
            [first, second, ..] => {
                state.add(
                    Value::array([first.value(record, context), second.value(record, context)]),
                    context,
                );
            }
        }
    }
}

/// The arguments of one call.
struct Call<'a> {
    positional: Vec<&'a Expression>,
    named: Vec<(&'a str, &'a Expression, Span)>,
}

impl<'a> Call<'a> {
    fn new(arguments: &'a [Parameter]) -> Result<Self, SandboxError> {
        let mut call = Self { positional: Vec::new(), named: Vec::new() };
        for argument in arguments {
            let SyntaxValue::Expression(expression) = &argument.value else {
                return Err(SandboxError::WrongParameter { expected: "an expression", span: argument.span });
            };
            match &argument.name {
                Some(name) => call.named.push((&name.text, expression, argument.span)),
                None => call.positional.push(expression),
            }
        }
        Ok(call)
    }

    fn take(&mut self, name: &str) -> Option<(&'a Expression, Span)> {
        let index = self.named.iter().position(|(candidate, ..)| candidate.eq_ignore_ascii_case(name))?;
        let (_, expression, span) = self.named.remove(index);
        Some((expression, span))
    }

    fn constant(&mut self, compiler: &Compiler<'_>, name: &str) -> Result<Option<Value>, SandboxError> {
        self.take(name).map(|(expression, _)| compiler.constant(expression)).transpose()
    }

    fn next(&mut self, name: &str) -> Option<&'a Expression> {
        if self.positional.is_empty() {
            return self.take(name).map(|(expression, _)| expression);
        }
        Some(self.positional.remove(0))
    }

    fn finish(&self) -> Result<(), SandboxError> {
        if let Some((name, _, span)) = self.named.first() {
            return Err(SandboxError::UnknownParameter { name: (*name).to_owned(), span: *span });
        }
        match self.positional.first() {
            Some(extra) => {
                Err(SandboxError::TooManyPositionalParameters { with_options: false, span: extra.span })
            }
            None => Ok(()),
        }
    }
}
