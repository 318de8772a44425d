//! What a query is apart from the values in it.

use grailstage_dql::ast::{
    Expression, ExpressionKind, Literal, Parameter, Query, SmolStr, StringStyle, Value,
};

/// Takes the content out of every string and field name.
pub(crate) fn shape(query: &mut Query) {
    each_leaf(query, &mut |leaf| match leaf {
        Leaf::Text(value, _) | Leaf::Name(value) => *value = SmolStr::default(),
    });
    quoted(query);
}

/// Gives all strings one style.
pub(crate) fn quoted(query: &mut Query) {
    each_leaf(query, &mut |leaf| {
        if let Leaf::Text(_, style) = leaf {
            *style = StringStyle::Quoted;
        }
    });
}

enum Leaf<'a> {
    Text(&'a mut SmolStr, &'a mut StringStyle),
    Name(&'a mut SmolStr),
}

type Visit<'a> = dyn FnMut(Leaf<'_>) + 'a;

fn each_leaf(query: &mut Query, visit: &mut Visit<'_>) {
    for command in &mut query.commands {
        parameters(&mut command.parameters, visit);
    }
}

fn parameters(parameters: &mut [Parameter], visit: &mut Visit<'_>) {
    for parameter in parameters {
        value(&mut parameter.value, visit);
    }
}

fn value(of: &mut Value, visit: &mut Visit<'_>) {
    match of {
        Value::Expression(expression) | Value::Sorted { expression, .. } => {
            self::expression(expression, visit)
        }
        Value::Assignment { field, value } => {
            visit(Leaf::Name(&mut field.name));
            self::value(value, visit);
        }
        Value::Group(members) => parameters(members, visit),
        Value::Block(query) => each_leaf(query, visit),
    }
}

fn expression(of: &mut Expression, visit: &mut Visit<'_>) {
    match &mut of.kind {
        ExpressionKind::Literal(Literal::String { value, style }) => visit(Leaf::Text(value, style)),
        ExpressionKind::Literal(_) => {}
        ExpressionKind::Field(field) => visit(Leaf::Name(&mut field.name)),
        ExpressionKind::Call { arguments, .. } => parameters(arguments, visit),
        ExpressionKind::Unary { operand, .. } => expression(operand, visit),
        ExpressionKind::Binary { left, right, .. } => {
            expression(left, visit);
            expression(right, visit);
        }
        ExpressionKind::Index { base, index } => {
            expression(base, visit);
            if let Some(index) = index {
                expression(index, visit);
            }
        }
        ExpressionKind::Align { value, .. } => {
            if let Some(value) = value {
                expression(value, visit);
            }
        }
        ExpressionKind::InQuery { needle, query } => {
            expression(needle, visit);
            each_leaf(query, visit);
        }
        ExpressionKind::Parenthesized(inner) => expression(inner, visit),
    }
}
