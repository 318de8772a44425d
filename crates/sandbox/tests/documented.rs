//! Behaviour that Dynatrace's public documentation describes. Each case names its page under
//! `https://docs.dynatrace.com/docs/shortlink/`; the facts are theirs, queries and data are not.

use grailstage_sandbox::load::record_to_json;
use grailstage_sandbox::{EvaluationOptions, Store, evaluate};
use serde_json::{Value, json};

/// 2024-05-15T13:47:52Z, a Wednesday.
const NOW: i64 = 1_715_780_872_000_000_000;

/// Pages: operators, data types, functions and commands of DQL.
const OPERATORS: &str = "dql-operators";
const TYPES: &str = "dql-data-types";
const LANGUAGE: &str = "dql-reference";
const STRINGS: &str = "string-functions";
const AGGREGATIONS: &str = "aggregation-functions";
const AGGREGATING: &str = "aggregation-commands";
const CONVERSION: &str = "conversion-functions";
const ARRAYS: &str = "array-functions";
const TIME: &str = "time-functions";
const LOGIC: &str = "boolean-functions";
const SHAPING: &str = "selection-and-modification-commands";
const FILTERING: &str = "filtering-commands";
const STRUCTURING: &str = "structuring-commands";
const JOINING: &str = "correlation-and-join-commands";
const PATTERNS: &str = "dpl-lines-strings";

fn run(query: &str) -> Result<Vec<Value>, String> {
    evaluate(query, &Store::default(), &EvaluationOptions::at(NOW))
        .map(|found| found.records.iter().map(record_to_json).collect())
        .map_err(|error| format!("{query}: {error}"))
}

/// Expressions and their values.
#[test]
fn expressions_have_the_documented_values() {
    let cases: Vec<(&str, &str, Value)> = vec![
        // A division of two longs is a long, without its fraction.
        (OPERATORS, "7 / 2", json!(3)),
        (OPERATORS, "7 / 2.0", json!(3.5)),
        (OPERATORS, "7.5 % 2", json!(1.5)),
        (OPERATORS, "---5", json!(-5)),
        (OPERATORS, "6*-1+-2", json!(-8)),
        (OPERATORS, "2 + 3 * 2", json!(8)),
        (OPERATORS, "9 - 4 - 3", json!(2)),
        // What the tables of operand types do not list is null.
        (OPERATORS, "\"a\" + \"b\"", json!(null)),
        (OPERATORS, "1 + null", json!(null)),
        (OPERATORS, "10s - now()", json!(null)),
        (OPERATORS, "now() - (now() - 10s)", json!(10_000_000_000_i64)),
        (OPERATORS, "10s + 1m", json!(70_000_000_000_i64)),
        (OPERATORS, "1m / 10s", json!(6.0)),
        (OPERATORS, "1m / 4", json!(15_000_000_000_i64)),
        (OPERATORS, "10s * 1.5", json!(15_000_000_000_i64)),
        (OPERATORS, "1m % 25s", json!(10_000_000_000_i64)),
        // Comparison across types: not equal, and without order.
        (OPERATORS, "1 == 1.0", json!(true)),
        (OPERATORS, "1 == \"1\"", json!(false)),
        (OPERATORS, "1 != \"1\"", json!(true)),
        (OPERATORS, "1 < \"2\"", json!(null)),
        (OPERATORS, "\"B\" < \"a\"", json!(true)),
        (OPERATORS, "null == null", json!(null)),
        // Three values of logic.
        (OPERATORS, "true or null", json!(true)),
        (OPERATORS, "false and null", json!(false)),
        (OPERATORS, "true and null", json!(null)),
        (OPERATORS, "false xor null", json!(null)),
        (OPERATORS, "not null", json!(null)),
        // `not` binds weaker than comparison, `and` stronger than `xor` and `or`.
        (OPERATORS, "not 1 == 2", json!(true)),
        (OPERATORS, "true or true and false", json!(true)),
        (OPERATORS, "true xor true and false", json!(true)),
        // Alignment rounds down; without a left side it aligns now.
        (OPERATORS, "now()@h", json!("2024-05-15T13:00:00.000000000Z")),
        (OPERATORS, "@d", json!("2024-05-15T00:00:00.000000000Z")),
        (OPERATORS, "now()@w1", json!("2024-05-13T00:00:00.000000000Z")),
        (OPERATORS, "now()@w0", json!("2024-05-12T00:00:00.000000000Z")),
        (OPERATORS, "now()@q", json!("2024-04-01T00:00:00.000000000Z")),
        (OPERATORS, "-2M@y", json!("2024-01-01T00:00:00.000000000Z")),
        // Search: whole tokens, any case, wildcards at the ends, elements of arrays.
        (OPERATORS, "\"Hello World\" ~ \"world\"", json!(true)),
        (OPERATORS, "\"HelloWorld\" ~ \"world\"", json!(false)),
        (OPERATORS, "array(\"x y\", \"z\") ~ \"Y\"", json!(true)),
        (OPERATORS, "true ~ \"true\"", json!(false)),
        // Iteration.
        (OPERATORS, "array(1, 2)[] * 3", json!([3, 6])),
        (OPERATORS, "array(1, 2)[] + array(10, 20)[]", json!([11, 22])),
        (TYPES, "array(1, \"a\", true)[1]", json!("a")),
        (TYPES, "array(1, 2, 3)[-1]", json!(3)),
        (TYPES, "record(a = record(b = 5))[a][b]", json!(5)),
        (TYPES, "timeframe(from: now()-1h, to: now())[start]", json!("2024-05-15T12:47:52.000000000Z")),
        (TYPES, "24h == 1d", json!(true)),
        (LANGUAGE, "08 + 0x0A", json!(18)),
        (LANGUAGE, "\"\"\"a \"quoted\" b\"\"\"", json!("a \"quoted\" b")),
        (LANGUAGE, "TRUE", json!(true)),
        // Strings: case matters but in the matching functions.
        (STRINGS, "contains(\"Hello\", \"hello\")", json!(false)),
        (STRINGS, "contains(\"Hello\", \"hello\", caseSensitive: false)", json!(true)),
        (STRINGS, "matchesValue(\"Hello\", \"hello\")", json!(true)),
        (STRINGS, "matchesValue(\"Hello\", \"*LO\")", json!(true)),
        (STRINGS, "matchesValue(array(\"a\", \"bc\"), \"b*\")", json!(true)),
        (STRINGS, "matchesPhrase(\"the quick fox\", \"QUICK FOX\")", json!(true)),
        (STRINGS, "matchesPhrase(\"the quickest\", \"quick\")", json!(false)),
        (STRINGS, "indexOf(\"abc\", \"z\")", json!(-1)),
        (STRINGS, "substring(\"abcdef\", from: 2, to: 4)", json!("cd")),
        (STRINGS, "substring(\"abcdef\", from: -2)", json!("ef")),
        (STRINGS, "splitString(\"a;b\", \";\")", json!(["a", "b"])),
        (STRINGS, "concat(\"a\", 5, delimiter: \"-\")", json!("a-5")),
        (CONVERSION, "toBoolean(\"true\")", json!(true)),
        (CONVERSION, "toBoolean(\"other\")", json!(false)),
        (CONVERSION, "toBoolean(0)", json!(false)),
        (CONVERSION, "toLong(\"12\") + 1", json!(13)),
        (CONVERSION, "toLong(\"twelve\")", json!(null)),
        (CONVERSION, "asLong(\"12\")", json!(null)),
        (CONVERSION, "toArray(1)", json!([1])),
        (LOGIC, "in(\"a\", array(\"b\", \"a\"))", json!(true)),
        (LOGIC, "in(array(\"x\", \"y\"), \"y\", \"z\")", json!(true)),
        (LOGIC, "isNull(null) and isNotNull(1)", json!(true)),
        (LOGIC, "isTrueOrNull(null)", json!(true)),
        (ARRAYS, "arrayFirst(array(null, 7))", json!(7)),
        (ARRAYS, "array(null, 7)[0]", json!(null)),
        (ARRAYS, "arrayAvg(array(1, 2))", json!(1.5)),
        (ARRAYS, "arraySort(array(2, 1))", json!([1, 2])),
        (ARRAYS, "arrayDistinct(array(1, 1, 2))", json!([1, 2])),
        (TIME, "bin(toTimestamp(\"2024-05-15T13:47:00Z\"), 30m)", json!("2024-05-15T13:30:00.000000000Z")),
        (TIME, "getDayOfWeek(now())", json!(3)),
        (TIME, "formatTimestamp(now(), format: \"MM-dd-YYYY\")", json!("05-15-2024")),
        (PATTERNS, "parse(\"id: 7 rest\", \"LD ' ' INT:n\")", json!(7)),
    ];
    assert!(cases.len() >= 60, "{}", cases.len());
    for (page, expression, expected) in cases {
        let found = run(&format!("data record(unused = 1) | fields x = {expression}"));
        assert_eq!(found, Ok(vec![json!({"x": expected})]), "{page}: {expression}");
    }
}

/// Pipelines and their records.
#[test]
fn commands_do_what_is_documented() {
    let hosts =
        "data record(host = \"a\", v = 1), record(host = \"a\", v = 2), record(host = \"b\", v = null)";
    let cases: Vec<(&str, String, Value)> = vec![
        (
            AGGREGATING,
            format!("{hosts} | fieldsSummary host"),
            json!([{"field": "host", "rawCount": 3, "count": 3, "values": [{"value": "a", "count": 2}, {"value": "b", "count": 1}]}]),
        ),
        (AGGREGATING, format!("{hosts} | summarize count()"), json!([{"count()": 3}])),
        (
            AGGREGATING,
            format!("{hosts} | summarize n = count(), by: {{host}}"),
            json!([{"host": "a", "n": 2}, {"host": "b", "n": 1}]),
        ),
        // A sum of longs is a double; what is not numeric has no sum.
        (AGGREGATIONS, format!("{hosts} | summarize s = sum(v), a = avg(v)"), json!([{"s": 3.0, "a": 1.5}])),
        (AGGREGATIONS, format!("{hosts} | summarize s = sum(host)"), json!([{"s": null}])),
        (AGGREGATIONS, "data record(d = 1s), record(d = 2s) | summarize s = sum(d)".into(), json!([{"s": 3_000_000_000_i64}])),
        (AGGREGATIONS, format!("{hosts} | summarize c = countIf(v > 1)"), json!([{"c": 1}])),
        (AGGREGATIONS, format!("{hosts} | summarize x = takeAny(v)"), json!([{"x": 1}])),
        (AGGREGATIONS, format!("{hosts} | summarize x = correlation(v, v * 2)"), json!([{"x": 1.0}])),
        // filterOut keeps what is unknown, a negated filter does not.
        (FILTERING, format!("{hosts} | filterOut v == 1 | summarize n = count()"), json!([{"n": 2}])),
        (FILTERING, format!("{hosts} | filter not v == 1 | summarize n = count()"), json!([{"n": 1}])),
        (FILTERING, format!("{hosts} | dedup host | summarize n = count()"), json!([{"n": 2}])),
        (SHAPING, format!("{hosts} | fields v, h = host | limit 1"), json!([{"v": 1, "h": "a"}])),
        (SHAPING, format!("{hosts} | fieldsRename h = host | limit 1"), json!([{"h": "a", "v": 1}])),
        (SHAPING, format!("{hosts} | fieldsRemove \"ho*\" | limit 1"), json!([{"v": 1}])),
        (
            STRUCTURING,
            "data record(a = array(1, 2)) | expand a".into(),
            json!([{"a": 1}, {"a": 2}]),
        ),
        (
            STRUCTURING,
            "data record(r = record(x = 1)) | fieldsFlatten r | fieldsRemove r".into(),
            json!([{"r.x": 1}]),
        ),
        (
            JOINING,
            "data record(a = 1), record(a = 2) | lookup [data record(b = 1, c = 5)], sourceField: a, lookupField: b".into(),
            json!([{"a": 1, "lookup.b": 1, "lookup.c": 5}, {"a": 2, "lookup.b": null, "lookup.c": null}]),
        ),
        (
            JOINING,
            "data record(a = 1), record(a = 2) | join [data record(a = 2, c = 5)], on: {a}".into(),
            json!([{"a": 2, "right.a": 2, "right.c": 5}]),
        ),
        (JOINING, "data record(a = 1) | append [data record(b = 2)]".into(), json!([{"a": 1}, {"b": 2}])),
    ];
    for (page, query, expected) in cases {
        assert_eq!(run(&query).map(Value::Array), Ok(expected), "{page}: {query}");
    }
}
