//! `from:`, `to:` and `timeframe:`.

use grailstage_dql::ast::Expression;

use crate::error::SandboxError;
use crate::evaluator::compile::Compiler;
use crate::evaluator::parameters::Parameters;
use crate::value::{Value, add, parse_timestamp, timeframe_from};

/// The time a command looks at, in nanoseconds since 1970.
pub(super) fn take(
    compiler: &Compiler<'_>,
    parameters: &mut Parameters<'_>,
) -> Result<(i64, i64), SandboxError> {
    let (default_start, default_end) = compiler.options.default_timeframe();
    let from = parameters.take_expression("from")?;
    let to = parameters.take_expression("to")?;
    if let Some(timeframe) = parameters.take_expression("timeframe")? {
        if let Some(other) = from.or(to) {
            return Err(SandboxError::WrongParameter {
                expected: "either a timeframe or from and to",
                span: other.span,
            });
        }
        return match timeframe_from(&compiler.constant(timeframe)?, &compiler.options.zone) {
            Value::Timeframe(start, end) => Ok((start, end)),
            _ => Err(SandboxError::WrongParameter { expected: "a timeframe", span: timeframe.span }),
        };
    }
    let end = to.map(|to| point(compiler, to)).transpose()?;
    let start = from.map(|from| point(compiler, from)).transpose()?;
    match (start, end) {
        (None, None) => Ok((default_start, default_end)),
        (Some(start), end) => Ok((start, end.unwrap_or(compiler.options.now))),
        (None, Some(end)) => Ok((default_start.min(end), end)),
    }
}

/// A point in time; a duration is an offset to now.
fn point(compiler: &Compiler<'_>, expression: &Expression) -> Result<i64, SandboxError> {
    let zone = &compiler.options.zone;
    let now = Value::Timestamp(compiler.options.now);
    let time = match compiler.constant(expression)? {
        Value::Timestamp(time) => Some(time),
        Value::Long(nanos) => Some(nanos),
        offset @ (Value::Duration(_) | Value::Calendar { .. }) => add(&now, &offset, zone).as_timestamp(),
        Value::String(text) => parse_timestamp(&text, zone),
        _ => None,
    };
    time.ok_or(SandboxError::WrongParameter { expected: "a timestamp or a duration", span: expression.span })
}
