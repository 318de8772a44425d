//! Pipelines: a data source and the commands after it.

use super::expression::{Column, positional};
use super::functions::name;
use crate::ast::{
    Command, Direction, Expression, ExpressionKind, FieldName, Literal, Parameter, Query, StringStyle, Value,
};
use crate::quote::is_bare_field;
use crate::span::Span;

/// A query being built. Every method adds a command, or a parameter to the last command or the source.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pipeline {
    query: Query,
}

impl From<Pipeline> for Query {
    fn from(pipeline: Pipeline) -> Self {
        pipeline.query
    }
}

impl From<Query> for Pipeline {
    fn from(query: Query) -> Self {
        Self { query }
    }
}

/// `fetch data_object`
#[must_use]
pub fn fetch(data_object: &'static str) -> Pipeline {
    fetch_named(data_object)
}

/// `fetch data_object`, of a name that is input, such as `dt.entity.` and a type.
#[must_use]
pub fn fetch_named(data_object: &str) -> Pipeline {
    Pipeline::default().command("fetch", [Column::from(data_object).into_parameter()])
}

/// `smartscapeNodes TYPE, …`: nodes of these types; a type with `*` is a pattern.
#[must_use]
pub fn smartscape_nodes<'a>(types: impl IntoIterator<Item = &'a str>) -> Pipeline {
    Pipeline::default().command("smartscapeNodes", types.into_iter().map(topology_type))
}

/// `smartscapeEdges TYPE, …`: edges of these types; a type with `*` is a pattern.
#[must_use]
pub fn smartscape_edges<'a>(types: impl IntoIterator<Item = &'a str>) -> Pipeline {
    Pipeline::default().command("smartscapeEdges", types.into_iter().map(topology_type))
}

/// `data record(…), …`
#[must_use]
pub fn data(records: impl IntoIterator<Item = Expression>) -> Pipeline {
    Pipeline::default().command("data", records.into_iter().map(Parameter::from))
}

/// `data json:"""…"""`
#[must_use]
pub fn data_json(json: &str) -> Pipeline {
    let literal = Literal::String { value: json.into(), style: StringStyle::TripleQuoted };
    let value = Value::Expression(Expression::of(ExpressionKind::Literal(literal)));
    Pipeline::default().command("data", [named("json", value)])
}

/// `timeseries name = aggregation, …`
#[must_use]
pub fn timeseries<C: Into<Column>>(aggregations: impl IntoIterator<Item = C>) -> Pipeline {
    Pipeline::default().command("timeseries", columns(aggregations))
}

/// Any other data source.
#[must_use]
pub fn source(command: &'static str, parameters: impl IntoIterator<Item = Parameter>) -> Pipeline {
    Pipeline::default().command(command, parameters)
}

fn topology_type(name: &str) -> Parameter {
    if is_bare_field(name) {
        Column::from(name).into_parameter()
    } else {
        Parameter::from(Expression::from(name))
    }
}

fn columns<C: Into<Column>>(columns: impl IntoIterator<Item = C>) -> Vec<Parameter> {
    columns.into_iter().map(|column| column.into().into_parameter()).collect()
}

fn named(parameter: &str, value: Value) -> Parameter {
    Parameter { name: Some(name(parameter)), value, span: Span::default() }
}

fn named_expression(parameter: &str, expression: impl Into<Expression>) -> Parameter {
    named(parameter, Value::Expression(expression.into()))
}

fn group<C: Into<Column>>(entries: impl IntoIterator<Item = C>) -> Value {
    Value::Group(columns(entries))
}

fn sorted((expression, direction): (Expression, Direction)) -> Parameter {
    positional(match direction {
        Direction::Ascending => Value::Expression(expression),
        Direction::Descending => Value::Sorted { expression, direction },
    })
}

impl Pipeline {
    /// Adds any command.
    #[must_use]
    pub fn command(mut self, command: &'static str, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        let parameters = parameters.into_iter().collect();
        self.query.commands.push(Command { name: name(command), parameters, span: Span::default() });
        self
    }

    /// Adds a named parameter to the last command.
    #[must_use]
    pub fn parameter(mut self, parameter: &'static str, value: impl Into<Expression>) -> Self {
        if let Some(command) = self.query.commands.last_mut() {
            command.parameters.push(named_expression(parameter, value));
        }
        self
    }

    /// Adds `name:{…}` to the last command.
    #[must_use]
    pub fn group_parameter<C: Into<Column>>(
        mut self,
        parameter: &'static str,
        entries: impl IntoIterator<Item = C>,
    ) -> Self {
        if let Some(command) = self.query.commands.last_mut() {
            command.parameters.push(named(parameter, group(entries)));
        }
        self
    }

    fn source_parameter(mut self, parameter: Parameter) -> Self {
        if let Some(command) = self.query.commands.first_mut() {
            command.parameters.push(parameter);
        }
        self
    }

    /// The query.
    #[must_use]
    pub fn build(self) -> Query {
        self.query
    }

    /// `from:` of the source: an offset (`minutes(-10)`), an expression (`ago(minutes(10))`) or an ISO 8601 text.
    #[must_use]
    pub fn from(self, time: impl Into<Expression>) -> Self {
        self.source_parameter(named_expression("from", time))
    }

    /// `to:` of the source.
    #[must_use]
    pub fn to(self, time: impl Into<Expression>) -> Self {
        self.source_parameter(named_expression("to", time))
    }

    /// `filter condition`
    #[must_use]
    pub fn filter(self, condition: Expression) -> Self {
        self.command("filter", [condition.into()])
    }

    /// `filterOut condition`: unlike a negated filter it keeps records whose condition is null.
    #[must_use]
    pub fn filter_out(self, condition: Expression) -> Self {
        self.command("filterOut", [condition.into()])
    }

    /// `search "text"`
    #[must_use]
    pub fn search(self, text: &str) -> Self {
        self.command("search", [Expression::from(text).into()])
    }

    /// `fields a, b = c`: these columns in this order.
    #[must_use]
    pub fn fields<C: Into<Column>>(self, fields: impl IntoIterator<Item = C>) -> Self {
        self.command("fields", columns(fields))
    }

    /// `fieldsAdd a = b`
    #[must_use]
    pub fn fields_add<C: Into<Column>>(self, fields: impl IntoIterator<Item = C>) -> Self {
        self.command("fieldsAdd", columns(fields))
    }

    /// `fieldsRemove a, b`
    #[must_use]
    pub fn fields_remove<'a>(self, fields: impl IntoIterator<Item = &'a str>) -> Self {
        self.command("fieldsRemove", columns(fields))
    }

    /// `fieldsKeep a, b`
    #[must_use]
    pub fn fields_keep<'a>(self, fields: impl IntoIterator<Item = &'a str>) -> Self {
        self.command("fieldsKeep", columns(fields))
    }

    /// `fieldsRename new = old`, given as `(new, old)`.
    #[must_use]
    pub fn fields_rename<'a>(self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let fields = fields.into_iter().map(|(new, old)| super::column(new, super::field(old)));
        self.command("fieldsRename", columns(fields))
    }

    /// `expand field`
    #[must_use]
    pub fn expand(self, field: impl Into<Column>) -> Self {
        self.command("expand", [field.into().into_parameter()])
    }

    /// `expand name = expression`
    #[must_use]
    pub fn expand_as(self, name: &str, expression: impl Into<Expression>) -> Self {
        self.expand(super::column(name, expression))
    }

    /// `parse expression, "pattern"`: the pattern is of the Dynatrace Pattern Language and part of the program.
    #[must_use]
    pub fn parse(self, expression: impl Into<Column>, pattern: &'static str) -> Self {
        self.command("parse", [expression.into().into_parameter(), Expression::from(pattern).into()])
    }

    /// `summarize name = aggregation`, followed by [`Pipeline::by`] to group.
    #[must_use]
    pub fn summarize<C: Into<Column>>(self, aggregations: impl IntoIterator<Item = C>) -> Self {
        self.command("summarize", columns(aggregations))
    }

    /// `makeTimeseries name = aggregation`, followed by [`Pipeline::by`] to group.
    #[must_use]
    pub fn make_timeseries<C: Into<Column>>(self, aggregations: impl IntoIterator<Item = C>) -> Self {
        self.command("makeTimeseries", columns(aggregations))
    }

    /// `by:{…}` of the last command.
    #[must_use]
    pub fn by<C: Into<Column>>(self, fields: impl IntoIterator<Item = C>) -> Self {
        self.group_parameter("by", fields)
    }

    /// `sort expression` or `sort expression desc`
    #[must_use]
    pub fn sort_by(self, expression: impl Into<Column>, direction: Direction) -> Self {
        self.sort([(expression, direction)])
    }

    /// `sort a, b desc`
    #[must_use]
    pub fn sort<C: Into<Column>>(self, keys: impl IntoIterator<Item = (C, Direction)>) -> Self {
        let keys: Vec<Parameter> = keys.into_iter().map(sort_key).collect();
        self.command("sort", keys)
    }

    /// `dedup a, b`: which record survives is arbitrary.
    #[must_use]
    pub fn dedup<C: Into<Column>>(self, keys: impl IntoIterator<Item = C>) -> Self {
        self.command("dedup", columns(keys))
    }

    /// `dedup a, sort:{b desc}`: the first by that order survives.
    #[must_use]
    pub fn dedup_sorted<C: Into<Column>, S: Into<Column>>(
        self,
        keys: impl IntoIterator<Item = C>,
        order: impl IntoIterator<Item = (S, Direction)>,
    ) -> Self {
        let mut parameters = columns(keys);
        parameters.push(named("sort", Value::Group(order.into_iter().map(sort_key).collect())));
        self.command("dedup", parameters)
    }

    /// `limit count`
    #[must_use]
    pub fn limit(self, count: u32) -> Self {
        self.command("limit", [Expression::from(count).into()])
    }

    /// `append [query]`
    #[must_use]
    pub fn append(self, query: impl Into<Query>) -> Self {
        self.command("append", [positional(Value::Block(query.into()))])
    }

    /// `lookup [query], sourceField:…, lookupField:…, fields:{…}`: the first match of each record.
    #[must_use]
    pub fn lookup<C: Into<Column>>(
        self,
        query: impl Into<Query>,
        source_field: impl Into<Column>,
        lookup_field: impl Into<Column>,
        fields: impl IntoIterator<Item = C>,
    ) -> Self {
        self.command(
            "lookup",
            [
                positional(Value::Block(query.into())),
                named("sourceField", source_field.into().into_value()),
                named("lookupField", lookup_field.into().into_value()),
                named("fields", group(fields)),
            ],
        )
    }

    /// `join [query], on:{left[a] == right[b]}, kind:…, fields:{…}`; `on` lists pairs of left and right field.
    #[must_use]
    pub fn join<'a, C: Into<Column>>(
        self,
        query: impl Into<Query>,
        on: impl IntoIterator<Item = (&'a str, &'a str)>,
        kind: JoinKind,
        fields: impl IntoIterator<Item = C>,
    ) -> Self {
        let on = on
            .into_iter()
            .map(|(left, right)| super::field("left").key(left).eq(super::field("right").key(right)));
        self.command(
            "join",
            [
                positional(Value::Block(query.into())),
                named("on", group(on)),
                named("kind", Value::Expression(super::field(kind.as_str()))),
                named("fields", group(fields)),
            ],
        )
    }
}

/// Which records a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// Those with a match.
    Inner,
    /// All of the left side.
    LeftOuter,
    /// All of both sides.
    Outer,
}

impl JoinKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Inner => "inner",
            Self::LeftOuter => "leftOuter",
            Self::Outer => "outer",
        }
    }
}

fn sort_key<C: Into<Column>>((key, direction): (C, Direction)) -> Parameter {
    match key.into().into_value() {
        Value::Expression(expression) => sorted((expression, direction)),
        // A name has no place in a sort key; what is sorted by is the value.
        Value::Assignment { field: FieldName { name, .. }, .. } => sorted((super::field(&name), direction)),
        other => positional(other),
    }
}
