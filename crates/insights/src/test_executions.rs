//! What is asked of the executions of test cases, one an attempt.
//!
//! Dynatrace's dictionary has no fields for test cases: these are OpenTelemetry's (opentelemetry.io, semantic
//! conventions, attributes of tests). An event of a test that names no case counts as one case, named after its task.

use grailstage_catalog::DeliverySelection;
use grailstage_dql::ast::{Direction, Expression};
use grailstage_dql::builder::{
    Pipeline, bin, coalesce, collect_array, column, count, count_distinct_exact, count_if, field, hours,
    if_then, is_in, is_not_null, lower, percentile, record, sum, take_any, take_max, take_min, to_string,
    to_timestamp,
};
use grailstage_tenant::UnixMillis;

use crate::InsightError;
use crate::card::{Context, Question};
use crate::sdlc;
use crate::timeframe::{Timeframe, iso};

/// How many cases an environment is asked for: those that fail most, and of the others the slowest.
pub(crate) const CASES: u32 = 500;

/// The spellings of a case that passed. Source: OpenTelemetry, `test.case.result.status` is `pass` or `fail`.
const PASSES: [&str; 2] = ["pass", "passed"];

/// The spellings of a case that failed.
const FAILS: [&str; 1] = ["fail"];

/// How an execution ended, in lower case; of a task that is no test, how that ended.
pub(crate) fn result() -> Expression {
    lower(coalesce([field("test.case.result.status"), field("test.suite.run.status"), field("task.outcome")]))
}

/// Whether that is a success.
pub(crate) fn passed(result: Expression) -> Expression {
    is_in(result, PASSES.into_iter().chain(sdlc::SUCCESSES))
}

/// Whether that is a failure.
pub(crate) fn failed(result: Expression) -> Expression {
    is_in(result, FAILS.into_iter().chain(sdlc::FAILURES))
}

/// The questions of the card about the executions for which the condition holds, or about all.
pub(crate) fn questions_about(
    context: &Context<'_>,
    only: Option<&Expression>,
) -> Result<Option<Vec<Question>>, InsightError> {
    let selections = sdlc::selections(context.subject)?;
    if selections.is_empty() {
        return Ok(None);
    }
    let executions = || executions(context.timeframe, &selections, only);
    let by_case = || ["repository", "suite", "case", "stage"];
    let days = executions()
        .summarize([
            column("time", take_max(field("timestamp"))),
            column("passed", count_if(field("good"))),
            column("failed", count_if(field("bad"))),
            column("nanoseconds", sum(field("nanoseconds"))),
        ])
        .by(by_case().into_iter().chain(["source", "run"]))
        .summarize([
            column("time", take_max(field("time"))),
            column("passed", sum(field("passed"))),
            column("failed", sum(field("failed"))),
            column("red", count_if(field("failed").gt(0).and(field("passed").eq(0)))),
            column("nanoseconds", sum(field("nanoseconds"))),
        ])
        .by(["repository", "suite", "stage", "source", "run"])
        .summarize([
            column("runs", count()),
            column("green", count_if(field("red").eq(0))),
            column("passed", sum(field("passed"))),
            column("failed", sum(field("failed"))),
            column("nanoseconds", sum(field("nanoseconds"))),
        ])
        .by([
            column("day", bin(field("time"), hours(24))),
            column("repository", field("repository")),
            column("suite", field("suite")),
            column("stage", field("stage")),
        ])
        // So one record holds them all, as the number of records is limited.
        .summarize([column(
            "days",
            collect_array(record(
                ["day", "runs", "green", "passed", "failed", "nanoseconds"]
                    .map(|name| column(name, field(name))),
            )),
        )])
        .by(["repository", "suite", "stage"])
        .build();
    let middle = to_timestamp(iso(middle(context.timeframe)));
    let in_half = |late: bool| {
        let time = field("timestamp");
        let is_in_half = if late { time.ge(middle.clone()) } else { time.lt(middle.clone()) };
        if_then(is_in_half, field("nanoseconds"))
    };
    let measured = |half| count_if(is_not_null(in_half(half)));
    let cases = executions()
        .summarize([
            column("executions", count()),
            column("failed", count_if(field("bad"))),
            column("revisions", count_distinct_exact(field("revision"))),
            column("last_passed", take_max(if_then(field("good"), field("timestamp")))),
            column("median", percentile(field("nanoseconds"), 50)),
            column("slow", percentile(field("nanoseconds"), 95)),
            column("earlier", percentile(in_half(false), 50)),
            column("later", percentile(in_half(true), 50)),
            column("earlier_count", measured(false)),
            column("later_count", measured(true)),
        ])
        .by(by_case())
        .sort([("failed", Direction::Descending), ("slow", Direction::Descending)])
        // One more tells whether there are more.
        .limit(CASES + 1)
        .build();
    let failed = executions()
        .summarize([
            column("passed", count_if(field("good"))),
            column("failed", count_if(field("bad"))),
            column("first_failed", take_min(if_then(field("bad"), field("timestamp")))),
            column("last_failed", take_max(if_then(field("bad"), field("timestamp")))),
            column("branch", take_any(field("vcs.ref.head.name"))),
            column("url", take_any(field("cicd.pipeline.run.url.full"))),
        ])
        .by(by_case().into_iter().chain(["revision"]))
        .filter(field("failed").gt(0))
        .sort_by("last_failed", Direction::Descending)
        .build();
    Ok(Some(vec![
        Question { key: "days", query: days },
        Question { key: "cases", query: cases },
        Question { key: "failed", query: failed },
    ]))
}

/// The finished executions of cases, one an attempt, as `repository`, `suite`, `case`, `stage`, `run`, `revision`,
/// whether `good` or `bad`, and `nanoseconds`.
fn executions(timeframe: Timeframe, selections: &[DeliverySelection], only: Option<&Expression>) -> Pipeline {
    let finished = sdlc::events(timeframe, selections)
        .filter(field("event.category").eq("task"))
        .filter(field("event.type").eq("test"))
        .filter(field("event.status").eq("finished"));
    let finished = match only {
        Some(condition) => finished.filter(condition.clone()),
        None => finished,
    };
    finished
        .fields_add([
            column("source", sdlc::source()),
            column("task", coalesce([to_string(field("task.id")), field("event.id")])),
            column("repository", field("vcs.repository.name")),
            column("suite", coalesce([field("test.suite.name"), field("task.name")])),
            column("case", coalesce([field("test.case.name"), field("task.title"), field("task.name")])),
            column(
                "stage",
                coalesce([field("cicd.deployment.release_stage"), field("deployment.environment.name")]),
            ),
            column("run", to_string(field("cicd.pipeline.run.id"))),
            column("result", result()),
            column("nanoseconds", sdlc::duration()),
        ])
        .fields_add([
            column("good", passed(field("result"))),
            column("bad", failed(field("result"))),
            column("revision", coalesce([field("vcs.ref.head.revision"), field("run")])),
        ])
        // A sender that repeats itself leaves several events of an execution.
        .dedup_sorted(
            ["source", "run", "task", "suite", "case", "task.run.attempt"],
            [("timestamp", Direction::Descending)],
        )
}

fn middle(timeframe: Timeframe) -> UnixMillis {
    UnixMillis(timeframe.from.0.midpoint(timeframe.to.0))
}
