use super::{options, run};
use crate::error::SandboxError;
use crate::evaluator::{EvaluationOptions, evaluate};
use crate::store::{Store, Table, TimeColumn};

/// The error and the part of the query it marks.
fn refused(query: &str) -> (&'static str, String) {
    match evaluate(query, &Store::default(), &options()) {
        Ok(_) => ("accepted", String::new()),
        Err(error) => {
            let span = error.span();
            (error.grail_code(), query.get(span.start..span.end).unwrap_or_default().to_owned())
        }
    }
}

#[test]
fn names_what_is_wrong_and_where() {
    for (query, code, marked) in [
        ("fetch longs", "UNKNOWN_DATA_OBJECT", "longs"),
        ("data record(a = 1) | limt 5", "UNKNOWN_COMMAND", "limt"),
        ("data record(a = 1) | fields x = nosuch(a)", "UNKNOWN_FUNCTION", "nosuch"),
        ("data record(a = 1) | fields x = lower(a, b: 1)", "UNKNOWN_PARAMETER_DEFINED", "b: 1"),
        (
            "data record(a = 1) | fields x = if(true, 1, 2)",
            "TOO_MANY_POSITIONAL_PARAMETERS_WITH_OPTIONS",
            "2",
        ),
        ("data record(a = 1) | fields x = lower()", "MANDATORY_PARAMETER_MISSING", "lower()"),
        ("data record(a = 1) | summarize n = count() | fields a", "FIELD_DOES_NOT_EXIST", "a"),
        ("data record(a = 1) | sort count()", "PARAMETER_MUST_NOT_BE_AN_AGGREGATION", "count()"),
        ("data record(a = 1) | summarize a", "FIELD_DOES_NOT_EXIST", "a"),
        ("data record(a = 1) | filter a = 1", "MANDATORY_PARAMETER_HAS_TO_BE", "a = 1"),
        ("data record(a = array(1)) | filter a[] == 1", "ITERATIVE_EXPRESSION_FOR_FILTER", "a[] == 1"),
        ("data record(a = 1) | parse a, \"NOSUCH:x\"", "ERROR_IN_PARSING_PATTERN", "\"NOSUCH:x\""),
        ("data record(a = 1) | limit a", "MANDATORY_PARAMETER_HAS_TO_BE", "a"),
        ("filter a == 1", "COMMAND_NOT_ALLOWED", "filter"),
        ("data record(a = 1) | data record(b = 2)", "COMMAND_NOT_ALLOWED", "data"),
        ("data record(a = 1) | fields x = forecast(a)", "NOT_SUPPORTED_BY_SANDBOX", "forecast"),
    ] {
        assert_eq!(refused(query), (code, marked.to_owned()), "{query}");
    }
}

#[test]
fn a_text_that_is_no_query_is_a_syntax_error_with_a_place() {
    let error = evaluate("fetch logs | | limit 1", &Store::default(), &options()).unwrap_err();
    assert_eq!(error.code(), "syntax");
    assert!(error.span().start >= 11, "{error:?}");
}

#[test]
fn what_is_not_supported_says_its_name() {
    assert_eq!(
        run("data record(a = 1) | fields x = forecast(a)"),
        "not-supported the function `forecast` is not supported by the sandbox"
    );
}

#[test]
fn a_token_without_the_scope_of_a_table_is_told_which_one() {
    let mut store = Store::default();
    store.insert_table("logs", Table::new(Vec::new(), TimeColumn::None));
    let with = |scopes: &[&str]| {
        let scopes = Some(scopes.iter().map(ToString::to_string).collect());
        evaluate("fetch logs", &store, &EvaluationOptions { scopes, ..options() })
    };
    assert!(with(&["storage:logs:read", "storage:buckets:read"]).is_ok());
    let error = with(&["storage:buckets:read"]).unwrap_err();
    let SandboxError::NotAuthorizedForTable { missing_scopes, table, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((table.as_str(), missing_scopes.as_slice()), ("logs", &["storage:logs:read".to_owned()][..]));
    assert_eq!(error.status(), 403);
}

#[test]
fn the_deepest_queries_that_parse_do_not_overflow_the_stack() {
    let chain = vec!["1"; 490].join(" + ");
    let nested =
        |open: &str, inner: &str, depth: usize| format!("{}{inner}{}", open.repeat(depth), ")".repeat(depth));
    for expression in
        [chain.clone(), nested("array(", "1", 95), nested("(1 + ", "1", 95), nested("array(", &chain, 60)]
    {
        let answer = run(&format!("data record(a = 1) | fields x = {expression}"));
        assert!(answer.starts_with("{\"x\":") || answer.contains("nest"), "{answer}");
    }
    let query = format!("data record(a = 1){}{}", " | append [data record(a = 1)".repeat(45), "]".repeat(45));
    assert_eq!(run(&query).lines().count(), 46);
}

#[test]
fn commands_that_are_missing_say_so() {
    assert_eq!(
        run("data record(a = 1) | jsonExtract a"),
        "not-supported the command `jsonExtract` is not supported by the sandbox"
    );
}
