//! Calls of functions: which function, and which argument is which parameter.

use grailstage_dql::ast::{Expression, ExpressionKind, Parameter, Value as SyntaxValue};
use grailstage_dql::span::Span;

use super::aggregations::{self, Aggregation};
use super::commands::LookupTable;
use super::compile::{Compiler, Surroundings, aggregate_name, not_supported};
use super::entity_selector::EntitySelector;
use super::expression::{Expr, PatternUse, Reducer};
use super::functions::{self, Kind};
use super::parameters::{ItemValue, group};
use crate::error::SandboxError;
use crate::record::Name;
use crate::value::Value;

impl Compiler<'_> {
    pub(super) fn call(
        &self,
        name: &str,
        name_span: Span,
        arguments: &[Parameter],
        call: &Expression,
        around: &mut Surroundings<'_>,
    ) -> Result<Expr, SandboxError> {
        if let Some(function) = functions::find(name) {
            return self.regular_call(function, arguments, call.span, around);
        }
        let lower = name.to_ascii_lowercase();
        if let Some(aggregating) =
            around.aggregating.as_mut().filter(|_| aggregations::is_aggregation(&lower))
        {
            let call = Aggregation::compile(self, name, arguments, call.span, aggregating.input)?;
            aggregating.calls.push(call);
            return Ok(Expr::Field(aggregate_name(aggregating.calls.len() - 1)));
        }
        let reducer = match lower.as_str() {
            "icollectarray" => Some(Reducer::Collect),
            "iany" => Some(Reducer::Any),
            "isum" => Some(Reducer::Sum),
            "iavg" => Some(Reducer::Average),
            "imin" => Some(Reducer::Minimum),
            "imax" => Some(Reducer::Maximum),
            _ => None,
        };
        if let Some(reducer) = reducer {
            let [argument] = self.positional(name, arguments, call.span)?;
            return self.reduced(argument, around.schema, reducer);
        }
        match lower.as_str() {
            "iindex" => {
                if around.sources.is_empty() && !around.iterating {
                    // The iterated array may stand behind iIndex() in the same expression.
                    around.iterating = true;
                }
                Ok(Expr::Position)
            }
            "record" => self.record(arguments, around),
            "exists" => {
                let [argument] = self.positional(name, arguments, call.span)?;
                match &argument.kind {
                    ExpressionKind::Field(field) => Ok(Expr::Exists(Name::from(field.name.as_str()))),
                    _ => Err(SandboxError::WrongParameter { expected: "a field", span: argument.span }),
                }
            }
            "parse" | "parseall" => {
                let [text, pattern] = self.positional(name, arguments, call.span)?;
                let pattern = self.pattern(pattern)?;
                Ok(Expr::Parse { text: self.boxed(text, around)?, pattern, all: lower == "parseall" })
            }
            "matchespattern" | "splitbypattern" => {
                let [text, pattern] = self.positional(name, arguments, call.span)?;
                let pattern = self.pattern(pattern)?;
                let use_of_pattern =
                    if lower == "matchespattern" { PatternUse::Matches } else { PatternUse::Split };
                Ok(Expr::Pattern { text: self.boxed(text, around)?, pattern, use_of_pattern })
            }
            "replacepattern" => {
                let [text, pattern, by] = self.positional(name, arguments, call.span)?;
                let pattern = self.pattern(pattern)?;
                let by = self.boxed(by, around)?;
                Ok(Expr::Pattern {
                    text: self.boxed(text, around)?,
                    pattern,
                    use_of_pattern: PatternUse::Replace(by),
                })
            }
            "getnodename" => {
                self.authorise("smartscapeNodes", call.span)?;
                let [id] = self.positional(name, arguments, call.span)?;
                Ok(Expr::NodeField(self.boxed(id, around)?, Name::from("name")))
            }
            "getnodefield" => {
                self.authorise("smartscapeNodes", call.span)?;
                let [id, field] = self.positional(name, arguments, call.span)?;
                match self.constant(field)? {
                    Value::String(field) => Ok(Expr::NodeField(self.boxed(id, around)?, field)),
                    _ => {
                        Err(SandboxError::WrongParameter { expected: "a constant string", span: field.span })
                    }
                }
            }
            "classicentityselector" => {
                self.authorise("dt.entity.", call.span)?;
                let [selector] = self.positional(name, arguments, call.span)?;
                match self.constant(selector)? {
                    Value::String(text) => EntitySelector::new(&text)
                        .map(Expr::Entities)
                        .map_err(|message| SandboxError::Pattern { message, span: selector.span }),
                    _ => Err(SandboxError::WrongParameter {
                        expected: "a constant string",
                        span: selector.span,
                    }),
                }
            }
            "entityname" | "entityattr" => {
                self.authorise("dt.entity.", call.span)?;
                let mut expressions = Vec::new();
                for argument in arguments {
                    match (&argument.name, &argument.value) {
                        (None, SyntaxValue::Expression(expression)) => expressions.push(expression),
                        // The type is known by the id.
                        (Some(name), _) if name.text.eq_ignore_ascii_case("type") => {}
                        _ => {
                            let name =
                                argument.name.as_ref().map(|name| name.text.to_string()).unwrap_or_default();
                            return Err(SandboxError::UnknownParameter { name, span: argument.span });
                        }
                    }
                }
                let missing =
                    |name| SandboxError::MissingParameter { of: lower.clone(), name, span: call.span };
                let id = expressions.first().ok_or_else(|| missing("expression"))?;
                let field = if lower == "entityname" {
                    Name::from("entity.name")
                } else {
                    let field = expressions.get(1).ok_or_else(|| missing("name"))?;
                    match self.constant(field)? {
                        Value::String(field) => field,
                        _ => {
                            return Err(SandboxError::WrongParameter {
                                expected: "a constant string",
                                span: field.span,
                            });
                        }
                    }
                };
                Ok(Expr::EntityField(self.boxed(id, around)?, field))
            }
            "lookup" => {
                let (table, source) = LookupTable::of_function(self, arguments, call.span, around.schema)?;
                Ok(Expr::Lookup(Box::new(table), Box::new(source)))
            }
            _ if aggregations::is_aggregation(&lower) => Err(SandboxError::AggregationNotAllowed {
                name: grailstage_dql::print_expression(call),
                span: call.span,
            }),
            _ if functions::exists_in_grail(&lower) => {
                Err(not_supported(&format!("the function `{name}`"), name_span))
            }
            _ => Err(SandboxError::UnknownFunction { name: name.to_owned(), span: name_span }),
        }
    }

    fn regular_call(
        &self,
        function: &'static functions::Function,
        arguments: &[Parameter],
        span: Span,
        around: &mut Surroundings<'_>,
    ) -> Result<Expr, SandboxError> {
        let mut fixed: Vec<Option<Expr>> = function.parameters.iter().map(|_| None).collect();
        let mut rest = Vec::new();
        for argument in arguments {
            let index = match &argument.name {
                Some(name) => Some(
                    function
                        .parameters
                        .iter()
                        .position(|parameter| parameter.name.eq_ignore_ascii_case(&name.text))
                        .ok_or_else(|| SandboxError::UnknownParameter {
                            name: name.text.to_string(),
                            span: argument.span,
                        })?,
                ),
                None => function
                    .parameters
                    .iter()
                    .zip(&fixed)
                    .position(|(parameter, value)| parameter.kind == Kind::Required && value.is_none()),
            };
            let index = index.filter(|index| {
                function.parameters.get(*index).is_some_and(|parameter| parameter.kind != Kind::Variadic)
            });
            let variadic = function.parameters.iter().any(|parameter| parameter.kind == Kind::Variadic);
            match (index.and_then(|index| fixed.get_mut(index)), &argument.value) {
                (Some(slot), SyntaxValue::Expression(expression)) => {
                    *slot = Some(self.compile(expression, around)?)
                }
                (None, value) if variadic => self.variadic(value, argument.span, &mut rest, around)?,
                (None, _) => {
                    let with_options =
                        function.parameters.iter().any(|parameter| parameter.kind == Kind::Named);
                    return Err(SandboxError::TooManyPositionalParameters {
                        with_options,
                        span: argument.span,
                    });
                }
                (Some(_), _) => {
                    return Err(SandboxError::WrongParameter {
                        expected: "an expression",
                        span: argument.span,
                    });
                }
            }
        }
        for (parameter, value) in function.parameters.iter().zip(&fixed) {
            if parameter.kind == Kind::Required && value.is_none() {
                return Err(SandboxError::MissingParameter {
                    of: function.name.into(),
                    name: parameter.name,
                    span,
                });
            }
        }
        Ok(Expr::Call { function, fixed, rest })
    }

    fn variadic(
        &self,
        value: &SyntaxValue,
        span: Span,
        rest: &mut Vec<Expr>,
        around: &mut Surroundings<'_>,
    ) -> Result<(), SandboxError> {
        match value {
            SyntaxValue::Expression(expression) => rest.push(self.compile(expression, around)?),
            SyntaxValue::Group(parameters) => {
                for item in group(parameters)? {
                    rest.push(self.compile(item.nameless()?, around)?);
                }
            }
            _ => return Err(SandboxError::WrongParameter { expected: "an expression", span }),
        }
        Ok(())
    }

    /// Exactly `N` arguments, given by position or under any name.
    fn positional<'e, const N: usize>(
        &self,
        name: &str,
        arguments: &'e [Parameter],
        span: Span,
    ) -> Result<[&'e Expression; N], SandboxError> {
        let mut expressions = Vec::with_capacity(N);
        for argument in arguments {
            match &argument.value {
                SyntaxValue::Expression(expression) => expressions.push(expression),
                _ => {
                    return Err(SandboxError::WrongParameter {
                        expected: "an expression",
                        span: argument.span,
                    });
                }
            }
        }
        let extra = arguments.get(N).map(|argument| argument.span);
        expressions.try_into().map_err(|_| match extra {
            Some(span) => SandboxError::TooManyPositionalParameters { with_options: false, span },
            None => SandboxError::MissingParameter { of: name.to_owned(), name: "expression", span },
        })
    }

    fn record(&self, arguments: &[Parameter], around: &mut Surroundings<'_>) -> Result<Expr, SandboxError> {
        let mut fields = Vec::with_capacity(arguments.len());
        for item in group(arguments)? {
            let value = match item.value {
                ItemValue::Expression(expression) => self.compile(expression, around)?,
                ItemValue::Group(inner) => self.record(inner, around)?,
                _ => return Err(SandboxError::WrongParameter { expected: "an expression", span: item.span }),
            };
            let name = match (item.name, item.value) {
                (Some(name), _) => Name::from(name.name.as_str()),
                (None, ItemValue::Expression(expression)) => Self::column_name(expression),
                (None, _) => {
                    return Err(SandboxError::WrongParameter { expected: "a named value", span: item.span });
                }
            };
            fields.push((name, value));
        }
        Ok(Expr::MakeRecord(fields))
    }
}
