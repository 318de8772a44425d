//! A compiled pipeline.

use grailstage_dql::ast::Query;

use super::commands::{self, Place};
use super::compile::{Compiler, not_supported};
use super::context::Context;
use super::parameters::Parameters;
use super::schema::Schema;
use crate::error::SandboxError;
use crate::store::Row;

/// A compiled command: records in, records out.
pub(crate) type Stage = Box<dyn Fn(Vec<Row>, &Context<'_>) -> Result<Vec<Row>, SandboxError>>;

/// A compiled pipeline.
pub(crate) struct Plan {
    stages: Vec<Stage>,
    schema: Schema,
}

impl Plan {
    pub(crate) fn compile(compiler: &Compiler<'_>, query: &Query) -> Result<Self, SandboxError> {
        let mut schema = Schema::open();
        let mut stages = Vec::with_capacity(query.commands.len() + 1);
        if query.commands.is_empty() {
            return Err(SandboxError::Syntax {
                message: "there's no command".into(),
                grail_code: "PARSE_ERROR",
                span: query.span,
            });
        }
        for (index, command) in query.commands.iter().enumerate() {
            let (name, span) = (&command.name.text, command.name.span);
            let Some(definition) = commands::find(name) else {
                return Err(if commands::exists_in_grail(name) {
                    not_supported(&format!("the command `{name}`"), span)
                } else {
                    SandboxError::UnknownCommand { name: name.to_string(), span }
                });
            };
            match (definition.place, index) {
                (Place::First, 0) | (Place::Later, 1..) => {}
                (Place::First, _) => {
                    return Err(SandboxError::CommandNotAllowed {
                        name: name.to_string(),
                        reason: "it loads data, so it starts a query",
                        span,
                    });
                }
                (Place::Later, _) => {
                    return Err(SandboxError::CommandNotAllowed {
                        name: name.to_string(),
                        reason: "a query starts with a command that loads data",
                        span,
                    });
                }
            }
            let mut parameters = Parameters::new(command)?;
            stages.push((definition.compile)(compiler, &mut parameters, &mut schema)?);
            parameters.finish()?;
        }
        if !schema.hidden().is_empty() {
            let hidden = schema.hidden().clone();
            stages.push(Box::new(move |rows, _| Ok(commands::without(rows, |name| hidden.contains(name)))));
        }
        Ok(Self { stages, schema })
    }

    /// What is known about the fields of the result.
    pub(crate) const fn schema(&self) -> &Schema {
        &self.schema
    }

    pub(crate) fn run(&self, context: &Context<'_>) -> Result<Vec<Row>, SandboxError> {
        let mut rows = Vec::new();
        for stage in &self.stages {
            rows = stage(rows, context)?;
            if let Some(failure) = context.take_failure() {
                return Err(failure);
            }
        }
        Ok(rows)
    }
}
