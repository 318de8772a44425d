//! The parameters of commands: which are positional, which are named, what a group holds.

use grailstage_dql::ast::{
    Command, Direction, Expression, ExpressionKind, FieldName, Literal, Name, Parameter, Query, Value,
};
use grailstage_dql::span::Span;

use crate::error::SandboxError;

/// The parameters of one command; taking one takes it away, so that what is left is unknown.
pub(crate) struct Parameters<'a> {
    command: &'a Command,
    positional: Vec<Item<'a>>,
    named: Vec<&'a Parameter>,
}

/// One value among several, with the name the query gives it.
#[derive(Clone)]
pub(crate) struct Item<'a> {
    /// From `name = …` or `…, alias: name`.
    pub(crate) name: Option<&'a FieldName>,
    pub(crate) value: ItemValue<'a>,
    pub(crate) span: Span,
}

#[derive(Clone, Copy)]
pub(crate) enum ItemValue<'a> {
    Expression(&'a Expression),
    Sorted(&'a Expression, Direction),
    Block(&'a Query),
    Group(&'a [Parameter]),
}

impl<'a> Item<'a> {
    /// The expression, or an error where something else stands.
    pub(crate) fn expression(&self) -> Result<&'a Expression, SandboxError> {
        match self.value {
            ItemValue::Expression(expression) => Ok(expression),
            _ => Err(SandboxError::WrongParameter { expected: "an expression", span: self.span }),
        }
    }

    /// The expression when the query gives it no name.
    pub(crate) fn nameless(&self) -> Result<&'a Expression, SandboxError> {
        match self.name {
            None => self.expression(),
            Some(_) => {
                Err(SandboxError::WrongParameter { expected: "a value without a name", span: self.span })
            }
        }
    }

    /// The sub-query, or an error where something else stands.
    pub(crate) fn block(&self) -> Result<&'a Query, SandboxError> {
        match self.value {
            ItemValue::Block(query) => Ok(query),
            _ => Err(SandboxError::WrongParameter { expected: "an execution block", span: self.span }),
        }
    }
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(command: &'a Command) -> Result<Self, SandboxError> {
        let mut positional = Vec::new();
        let mut named = Vec::new();
        for parameter in &command.parameters {
            match &parameter.name {
                Some(name) if name.text.eq_ignore_ascii_case("alias") => alias(&mut positional, parameter)?,
                Some(_) => named.push(parameter),
                None => {
                    // `timeseries {a = avg(x), by: {y}}`: what has a name belongs to the command.
                    if let Value::Group(inner) = &parameter.value {
                        named.extend(
                            inner
                                .iter()
                                .filter(|inner| inner.name.as_ref().is_some_and(|name| !is_alias(name))),
                        );
                        positional.extend(group_items(inner, true)?);
                    } else {
                        flatten(parameter, &mut positional)?;
                    }
                }
            }
        }
        Ok(Self { command, positional, named })
    }

    pub(crate) fn span(&self) -> Span {
        self.command.span
    }

    /// All positional values, groups taken apart.
    pub(crate) fn take_positional(&mut self) -> Vec<Item<'a>> {
        std::mem::take(&mut self.positional)
    }

    /// The positional values as the query groups them: `{a, b}, {c}` are two lists, `a, b` too.
    pub(crate) fn take_groups(&mut self) -> Result<Vec<Vec<Item<'a>>>, SandboxError> {
        self.positional.clear();
        self.command
            .parameters
            .iter()
            .filter(|parameter| parameter.name.is_none())
            .map(|parameter| {
                let mut items = Vec::new();
                flatten(parameter, &mut items).map(|()| items)
            })
            .collect()
    }

    /// All positional values, at least one.
    pub(crate) fn take_some(&mut self, name: &'static str) -> Result<Vec<Item<'a>>, SandboxError> {
        let items = self.take_positional();
        if items.is_empty() { Err(self.missing(name)) } else { Ok(items) }
    }

    /// The first positional value, or the value named `name`.
    pub(crate) fn take_first(&mut self, name: &'static str) -> Result<Item<'a>, SandboxError> {
        self.take_first_if_any(name)?.ok_or_else(|| self.missing(name))
    }

    /// The first positional value, or the value named `name`, where there is one.
    pub(crate) fn take_first_if_any(&mut self, name: &'static str) -> Result<Option<Item<'a>>, SandboxError> {
        if self.positional.is_empty() {
            return Ok(self.take_items(name)?.into_iter().next());
        }
        Ok(Some(self.positional.remove(0)))
    }

    /// The values of a named parameter, a group taken apart; none when it is absent.
    pub(crate) fn take_items(&mut self, name: &str) -> Result<Vec<Item<'a>>, SandboxError> {
        let mut items = Vec::new();
        if let Some(parameter) = self.take(name) {
            flatten(parameter, &mut items)?;
        }
        Ok(items)
    }

    /// The expression of a named parameter.
    pub(crate) fn take_expression(&mut self, name: &str) -> Result<Option<&'a Expression>, SandboxError> {
        match self.take_items(name)?.as_slice() {
            [] => Ok(None),
            [item] => item.nameless().map(Some),
            [_, second, ..] => {
                Err(SandboxError::WrongParameter { expected: "a single value", span: second.span })
            }
        }
    }

    /// Whether a named parameter is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.named.iter().any(|parameter| is_named(parameter, name))
    }

    /// A named parameter that is a word or a string: `kind: leftOuter`, `prefix: "right."`.
    pub(crate) fn take_word(&mut self, name: &str) -> Result<Option<(&'a str, Span)>, SandboxError> {
        let Some(expression) = self.take_expression(name)? else { return Ok(None) };
        word(expression)
            .map(|word| Some((word, expression.span)))
            .ok_or(SandboxError::WrongParameter { expected: "a constant string", span: expression.span })
    }

    /// A named parameter that is `true` or `false`.
    pub(crate) fn take_flag(&mut self, name: &str) -> Result<bool, SandboxError> {
        let Some(expression) = self.take_expression(name)? else { return Ok(false) };
        match &expression.kind {
            ExpressionKind::Literal(Literal::Boolean(value)) => Ok(*value),
            _ => Err(SandboxError::WrongParameter { expected: "a constant boolean", span: expression.span }),
        }
    }

    fn take(&mut self, name: &str) -> Option<&'a Parameter> {
        let index = self.named.iter().position(|parameter| is_named(parameter, name))?;
        Some(self.named.remove(index))
    }

    pub(crate) fn missing(&self, name: &'static str) -> SandboxError {
        SandboxError::MissingParameter {
            of: self.command.name.text.to_string(),
            name,
            span: self.command.span,
        }
    }

    /// Fails when a parameter is left that nothing took.
    pub(crate) fn finish(&self) -> Result<(), SandboxError> {
        if let Some(parameter) = self.named.first() {
            let name = parameter.name.as_ref().map(|name| name.text.to_string()).unwrap_or_default();
            return Err(SandboxError::UnknownParameter { name, span: parameter.span });
        }
        match self.positional.first() {
            Some(item) => {
                Err(SandboxError::TooManyPositionalParameters { with_options: false, span: item.span })
            }
            None => Ok(()),
        }
    }
}

fn is_named(parameter: &Parameter, wanted: &str) -> bool {
    parameter.name.as_ref().is_some_and(|name| name.text.eq_ignore_ascii_case(wanted))
}

/// A bare word or a constant string.
pub(crate) fn word(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Field(field) => Some(&field.name),
        ExpressionKind::Literal(Literal::String { value, .. }) => Some(value),
        _ => None,
    }
}

/// The values of a group, one level after the other, with their aliases.
pub(crate) fn group(parameters: &[Parameter]) -> Result<Vec<Item<'_>>, SandboxError> {
    group_items(parameters, false)
}

fn is_alias(name: &Name) -> bool {
    name.text.eq_ignore_ascii_case("alias")
}

fn group_items(parameters: &[Parameter], skip_named: bool) -> Result<Vec<Item<'_>>, SandboxError> {
    let mut items = Vec::new();
    let mut leading = None;
    for parameter in parameters {
        match &parameter.name {
            Some(name) if is_alias(name) => {
                if items.is_empty() {
                    leading = Some(parameter);
                } else {
                    alias(&mut items, parameter)?;
                }
            }
            Some(_) if skip_named => {}
            Some(name) => {
                return Err(SandboxError::UnknownParameter {
                    name: name.text.to_string(),
                    span: parameter.span,
                });
            }
            None => flatten(parameter, &mut items)?,
        }
    }
    if let Some(parameter) = leading {
        alias(&mut items, parameter)?;
    }
    Ok(items)
}

fn flatten<'a>(parameter: &'a Parameter, items: &mut Vec<Item<'a>>) -> Result<(), SandboxError> {
    let span = parameter.span;
    match &parameter.value {
        Value::Group(parameters) => items.extend(group(parameters)?),
        value => items.push(item(value, span)),
    }
    Ok(())
}

fn item(value: &Value, span: Span) -> Item<'_> {
    match value {
        Value::Expression(expression) => Item { name: None, value: ItemValue::Expression(expression), span },
        Value::Sorted { expression, direction } => {
            Item { name: None, value: ItemValue::Sorted(expression, *direction), span }
        }
        Value::Assignment { field, value } => Item { name: Some(field), ..item(value, span) },
        Value::Block(query) => Item { name: None, value: ItemValue::Block(query), span },
        Value::Group(parameters) => Item { name: None, value: ItemValue::Group(parameters), span },
    }
}

fn alias<'a>(items: &mut [Item<'a>], parameter: &'a Parameter) -> Result<(), SandboxError> {
    let wrong = SandboxError::WrongParameter { expected: "a field name", span: parameter.span };
    let Value::Expression(Expression { kind: ExpressionKind::Field(field), .. }) = &parameter.value else {
        return Err(wrong);
    };
    match items.last_mut() {
        Some(item) if item.name.is_none() => {
            item.name = Some(field);
            Ok(())
        }
        _ => Err(wrong),
    }
}
