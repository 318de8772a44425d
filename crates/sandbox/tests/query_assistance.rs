//! `query:parse` and `query:autocomplete`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use grailstage_sandbox::{Environment, PLATFORM_TOKEN, Request, Response, Sandbox, SandboxOptions};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200_000;

fn production() -> Arc<Environment> {
    Arc::clone(Sandbox::new(SandboxOptions { seed: 7, now: NOW }).environment("production").unwrap())
}

fn ask(environment: &Environment, operation: &str, request: &Value) -> Response {
    let target = format!("/platform/storage/query/v1/query:{operation}");
    environment.handle(&Request::post(&target, request.to_string()).with_bearer(PLATFORM_TOKEN), NOW)
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

fn tree(query: &str) -> Value {
    let response = ask(&production(), "parse", &json!({"query": query}));
    assert_eq!(response.status, 200, "{query}: {}", String::from_utf8_lossy(&response.body));
    body(&response)
}

/// The terminals of the canonical form: what is only told besides is no part of it.
fn terminals<'v>(node: &'v Value, found: &mut Vec<&'v Value>) {
    match node["nodeType"].as_str().unwrap() {
        "TERMINAL" => found.push(node),
        "CONTAINER" => node["children"].as_array().unwrap().iter().for_each(|child| terminals(child, found)),
        _ => {
            if let Some(canonical) = node["alternatives"].get("CANONICAL") {
                terminals(canonical, found);
            }
        }
    }
}

/// Type and canonical text of the terminals, without blanks.
fn tokens(tree: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    terminals(tree, &mut found);
    let text = |node: &Value, name: &str| node[name].as_str().unwrap().to_owned();
    found
        .into_iter()
        .map(|node| (text(node, "type"), text(node, "canonicalString")))
        .filter(|(kind, _)| !matches!(kind.as_str(), "SPACE" | "LINEBREAK" | "INDENT"))
        .collect()
}

/// Checks what the documentation says of every node, and that positions cut out what the terminals stand for.
fn assert_sound(query: &str) {
    let tree = tree(query);
    let mut found = Vec::new();
    terminals(&tree, &mut found);
    let canonical: String = found.iter().map(|node| node["canonicalString"].as_str().unwrap()).collect();
    assert_eq!(canonical, grailstage_dql::print(&grailstage_dql::parse(query).unwrap()), "{query}");
    let units: Vec<u16> = query.encode_utf16().collect();
    let mut end_before = 0;
    for node in found {
        let Some(position) = node.get("tokenPosition") else {
            assert!(node["canonicalString"].as_str().unwrap().trim().is_empty(), "{node} in {query}");
            continue;
        };
        let index = |end: &str| usize::try_from(position[end]["index"].as_u64().unwrap()).unwrap();
        let (start, end) = (index("start"), index("end") + 1);
        assert!(start >= end_before && end > start, "{node} in {query}");
        end_before = end;
        let written = String::from_utf16(&units[start..end]).unwrap();
        let before = String::from_utf16(&units[..start]).unwrap();
        let line_start = before.rsplit_once('\n').map_or(0, |(lines, _)| lines.encode_utf16().count() + 1);
        assert_eq!(position["start"]["line"], before.matches('\n').count() + 1, "{node}");
        assert_eq!(position["start"]["column"], start - line_start + 1, "{node}");
        let canonical = node["canonicalString"].as_str().unwrap();
        let spelled_anew = matches!(node["type"].as_str().unwrap(), "NUMBER" | "TIME_UNIT" | "OPERATOR")
            || canonical.starts_with(['"', '`'])
            || written.starts_with(['"', '`']);
        assert!(
            canonical.eq_ignore_ascii_case(&written) || spelled_anew,
            "{canonical} is {written} in {query}"
        );
    }
    nodes_have_what_is_mandatory(&tree);
}

fn nodes_have_what_is_mandatory(node: &Value) {
    assert!(node["isOptional"].is_boolean(), "{node}");
    match node["nodeType"].as_str().unwrap() {
        "TERMINAL" => assert!(node["type"].is_string() && node["isMandatoryOnUserOrder"].is_boolean()),
        "CONTAINER" => {
            assert!(node["type"].is_string());
            let children = node["children"].as_array().unwrap();
            assert!(!children.is_empty(), "{node}");
            children.iter().for_each(nodes_have_what_is_mandatory);
        }
        other => {
            assert_eq!(other, "ALTERNATIVE");
            let alternatives = node["alternatives"].as_object().unwrap();
            assert!(!alternatives.is_empty());
            alternatives.values().for_each(nodes_have_what_is_mandatory);
        }
    }
}

#[test]
fn a_query_is_a_tree_of_typed_tokens() {
    let tree = tree("fetch logs, from:-2h|filter loglevel==\"ERROR\" | limit 3");
    assert_eq!(tree["type"], "QUERY");
    let block = &tree["children"][0];
    assert_eq!(block["type"], "EXECUTION_BLOCK");
    let kinds: Vec<&str> =
        block["children"].as_array().unwrap().iter().map(|child| child["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["COMMAND", "COMMAND_SEPARATOR", "COMMAND", "COMMAND_SEPARATOR", "COMMAND"]);
    let expected = [
        ("COMMAND_NAME", "fetch"),
        ("DATA_OBJECT", "logs"),
        ("COMMA", ","),
        ("PARAMETER_KEY", "from"),
        ("COLON", ":"),
        ("OPERATOR", "-"),
        ("NUMBER", "2"),
        ("TIME_UNIT", "h"),
        ("PIPE", "|"),
        ("COMMAND_NAME", "filter"),
        ("SIMPLE_IDENTIFIER", "loglevel"),
        ("OPERATOR", "=="),
        ("STRING", "\"ERROR\""),
        ("PIPE", "|"),
        ("COMMAND_NAME", "limit"),
        ("NUMBER", "3"),
    ];
    let found = tokens(&tree);
    let found: Vec<(&str, &str)> = found.iter().map(|(kind, text)| (kind.as_str(), text.as_str())).collect();
    assert_eq!(found, expected);
    let filter = &block["children"][2];
    assert_eq!(
        filter["tokenPosition"],
        json!({"start": {"line": 1, "column": 22, "index": 21}, "end": {"line": 1, "column": 45, "index": 44}})
    );
}

#[test]
fn terminals_add_up_to_the_canonical_query_and_point_to_what_was_written() {
    for query in [
        "fetch logs",
        "fetch logs // all\n| filter (content == \"ü𝄞\") and not(in(x, {1, 2.5}))\n| limit 3",
        "FETCH logs, from: now() - 30min, to: now()@h | fields a = `b c`, d[0], e[key], f[]",
        "timeseries { a = avg(dt.host.cpu.usage), b = sum(x) }, by:{host.name}, interval:5m | sort a desc",
        "fetch logs | summarize { count(), n = countIf(a <> 1 or b xor c) }, by: { x = bin(timestamp, 1h), y }",
        "fetch logs | lookup [fetch bizevents | fields id], sourceField:id, lookupField:id",
        "smartscapeNodes \"K8S_*\" | traverse \"*\", HOST",
        "fetch logs | filter x in [fetch events | fields y] or z == -9223372036854775808",
        "fetch logs | parse content, \"\"\"INT:a ' ' LD:b\"\"\" | fieldsAdd t = null, u = true, v = 1e3, w = timestamp@w1",
        "data record(a = 1, b = \"x\\ny\"), record(a = 2)",
    ] {
        assert_sound(query);
    }
}

#[test]
fn public_queries_have_a_tree() {
    // Third-party text that stays outside the project.
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/dql/corpus.jsonl");
    let Ok(corpus) = std::fs::read_to_string(Path::new(corpus)) else { return };
    let environment = production();
    for line in corpus.lines().step_by(7) {
        let case: Value = serde_json::from_str(line).unwrap();
        let query = case["query"].as_str().unwrap();
        if case["expect"] == "valid" && ask(&environment, "parse", &json!({"query": query})).status == 200 {
            assert_sound(query);
        }
    }
}

#[test]
fn a_deep_query_has_a_tree() {
    let deep = format!("fetch logs | filter {}a == 1{}", "(".repeat(90), ")".repeat(90));
    let long = format!("fetch logs | filter {}", vec!["a == 1"; 400].join(" or "));
    for query in [deep, long] {
        assert_eq!(ask(&production(), "parse", &json!({"query": query})).status, 200);
    }
}

#[test]
fn what_can_be_left_out_is_optional_and_what_is_left_out_is_told() {
    let tree = tree("fetch logs | filter (a == 1) | summarize count(), by:{b}");
    let mut found = Vec::new();
    terminals(&tree, &mut found);
    let optional: Vec<&str> = found
        .iter()
        .filter(|node| node["isOptional"] == true)
        .map(|node| node["canonicalString"].as_str().unwrap())
        .collect();
    assert_eq!(optional, ["(", ")", "{", "}"]);
    let filter = tree.pointer("/children/0/children/2/children/2/children/0").unwrap();
    assert_eq!(filter["type"], "PARAMETER_WITH_KEY");
    let key = filter.pointer("/children/0/alternatives/INFO/children/0").unwrap();
    assert_eq!((&key["type"], &key["canonicalString"]), (&json!("PARAMETER_KEY"), &json!("condition")));
}

#[test]
fn names_are_typed_by_the_parameter_they_stand_for() {
    let of = |query: &str, text: &str| {
        tokens(&tree(query)).into_iter().find(|(_, canonical)| canonical == text).map(|(kind, _)| kind)
    };
    let kind = |query, text| of(query, text).unwrap();
    assert_eq!(kind("timeseries avg(dt.host.cpu.usage)", "dt.host.cpu.usage"), "METRIC_KEY");
    assert_eq!(kind("smartscapeNodes \"HOST\"", "\"HOST\""), "SMARTSCAPE_NODE_TYPE");
    assert_eq!(kind("smartscapeNodes \"K8S_*\"", "\"K8S_*\""), "SMARTSCAPE_NODE_PATTERN");
    assert_eq!(kind("smartscapeEdges \"calls\"", "\"calls\""), "SMARTSCAPE_EDGE_TYPE");
    assert_eq!(kind("fetch logs | parse content, \"LD:a\"", "\"LD:a\""), "PARSE_PATTERN");
    assert_eq!(kind("fetch logs | sort a desc", "desc"), "PARAMETER_MODIFIER");
    assert_eq!(kind("fetch logs | fieldsKeep \"a*\"", "\"a*\""), "FIELD_PATTERN");
}

#[test]
fn what_is_no_query_is_refused_as_execute_refuses_it() {
    let environment = production();
    for query in
        ["fetch logs | limt 5", "fetch logs | filter (", "fetch nothing.here", "fetch logs | fields foo(1)"]
    {
        let request = json!({"query": query, "requestTimeoutMilliseconds": 1000});
        let (parsed, executed) =
            (ask(&environment, "parse", &request), ask(&environment, "execute", &request));
        assert_eq!((parsed.status, executed.status), (400, 400), "{query}");
        let details = |response: &Response| {
            let mut details = body(response)["error"]["details"].clone();
            details["queryId"] = Value::Null;
            details
        };
        assert_eq!(details(&parsed), details(&executed));
        assert!(details(&parsed)["syntaxErrorPosition"]["start"]["line"].is_number());
    }
    assert_eq!(ask(&environment, "parse", &json!({})).status, 400);
}

fn completion(environment: &Environment, request: &Value) -> Value {
    let response = ask(environment, "autocomplete", request);
    assert_eq!(response.status, 200);
    body(&response)
}

fn suggestions(environment: &Environment, query: &str) -> Vec<String> {
    let answer = completion(environment, &json!({"query": query}));
    let found = answer["suggestions"].as_array().unwrap();
    for suggestion in found {
        let parts = suggestion["parts"].as_array().unwrap();
        let text: String = parts.iter().map(|part| part["suggestion"].as_str().unwrap()).collect();
        assert_eq!(suggestion["suggestion"], text.as_str(), "{query}");
        assert!(parts.iter().all(|part| part["type"].is_string()));
        assert!(suggestion["alreadyTypedCharacters"].is_u64());
    }
    found.iter().map(|suggestion| suggestion["suggestion"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn suggests_what_can_stand_there() {
    let environment = production();
    let cases: [(&str, &[&str], &[&str]); 24] = [
        ("", &["fetch ", "timeseries "], &["filter ", "limit "]),
        ("fetch logs | ", &["filter ", "limit "], &["fetch "]),
        ("fetch ", &["logs", "security.events", "spans"], &["fetch ", "loglevel"]),
        ("fetch logs, ", &["from:", "samplingRatio:"], &["logs", "loglevel"]),
        ("fetch logs, from:-2h, ", &["to:"], &["from:"]),
        ("fetch logs | filter ", &["loglevel", "startsWith(", "true"], &["count(", "logs", "condition:"]),
        ("fetch logs | filter loglevel ", &["== ", "and ", "| "], &["loglevel", ")"]),
        ("fetch logs | filter loglevel == ", &["loglevel", "lower("], &["condition:", "| "]),
        ("fetch logs | filter (loglevel == 1 ", &["and ", ")"], &["| "]),
        ("fetch logs | filter startsWith(", &["content", "lower(", "caseSensitive:"], &["count(", "prefix:"]),
        ("fetch logs | filter startsWith(content, \"a\", ", &["caseSensitive:"], &["content"]),
        ("fetch logs | summarize ", &["count()", "countIf(", "by:"], &["startsWith("]),
        ("fetch logs | summarize count(), by:{", &["loglevel", "bin("], &["count(", "by:"]),
        ("fetch logs | summarize n = count(), by:{loglevel} | sort ", &["n", "loglevel"], &["content"]),
        ("fetch logs | fieldsAdd short = content | filter ", &["short", "content"], &[]),
        ("fetch logs | sort loglevel ", &["asc", "desc", ", ", "| "], &["content"]),
        ("timeseries ", &["avg(", "sum("], &["startsWith(", "filter "]),
        ("timeseries avg(", &["dt.kubernetes.container.cpu_usage"], &["loglevel"]),
        ("smartscapeNodes ", &["K8S_DEPLOYMENT"], &["fetch "]),
        ("fetch logs | lookup [", &["fetch "], &["filter "]),
        ("fetch logs | lookup [fetch bizevents | fields ", &["event.type"], &["loglevel"]),
        ("fetch logs | join [fetch logs], kind:", &["inner", "leftOuter"], &["loglevel"]),
        ("fetch logs | limit 3 ", &["| "], &["loglevel"]),
        ("fetch logs // fetch ", &[], &["logs", "fetch "]),
    ];
    for (query, present, absent) in cases {
        let found = suggestions(&environment, query);
        for name in present {
            assert!(found.iter().any(|one| one == name), "`{name}` is missing after `{query}`: {found:?}");
        }
        for name in absent {
            assert!(!found.iter().any(|one| one == name), "`{name}` is wrong after `{query}`");
        }
    }
}

#[test]
fn what_is_typed_narrows_the_suggestions() {
    let environment = production();
    let none: [&str; 0] = [];
    assert_eq!(suggestions(&environment, "fetch logs | fil"), ["filter ", "filterOut "]);
    assert_eq!(suggestions(&environment, "fetch security"), ["security.events"]);
    assert_eq!(suggestions(&environment, "fetch logs | filter STARTSW"), ["startsWith("]);
    assert_eq!(suggestions(&environment, "fetch logs | filter loglev"), ["loglevel"]);
    assert_eq!(suggestions(&environment, "fetch logs | filter content == \"lo"), none);
    assert_eq!(suggestions(&environment, "fetch logs | filter `lo"), none);
    let answer = completion(&environment, &json!({"query": "fetch logs | fil"}));
    assert_eq!(answer["suggestions"][0]["alreadyTypedCharacters"], 3);
    assert_eq!(
        answer["suggestions"][0]["parts"],
        json!([{"type": "COMMAND_NAME", "suggestion": "filter", "synopsis": "filter condition"},
            {"type": "SPACE", "suggestion": " "}])
    );
}

#[test]
fn only_what_stands_before_the_cursor_counts() {
    let environment = production();
    let first = completion(&environment, &json!({"query": "f"}));
    assert_eq!(completion(&environment, &json!({"query": "f", "cursorPosition": 1})), first);
    assert_eq!(completion(&environment, &json!({"query": "fetch ", "cursorPosition": 1})), first);
    // A clef is two units long.
    let query = "data record(a = \"𝄞\") | fil | limit 1";
    let answer = completion(&environment, &json!({"query": query, "cursorPosition": 27}));
    assert_eq!(answer["suggestions"][0]["suggestion"], "filter ");
}

#[test]
fn says_whether_the_query_is_whole_as_it_is() {
    let environment = production();
    for (query, optional) in [
        ("", false),
        ("fetch ", false),
        ("fetch logs", true),
        ("fetch logs ", true),
        ("fetch logs | ", false),
        ("fetch logs | filter loglevel", true),
        ("fetch logs | filter loglevel ==", false),
    ] {
        let answer = completion(&environment, &json!({"query": query}));
        assert_eq!(answer["optional"], optional, "{query}");
    }
}

#[test]
fn the_data_is_suggested_as_far_as_is_asked_for_and_for_a_short_time() {
    let environment = production();
    let query = "fetch logs | filter ";
    let fields = |most: u64| {
        let answer = completion(&environment, &json!({"query": query, "maxDataSuggestions": most}));
        let found = answer["suggestions"].as_array().unwrap();
        found.iter().filter(|one| one["parts"][0]["type"] == "SIMPLE_IDENTIFIER").count()
    };
    assert_eq!((fields(0), fields(2)), (0, 2));
    let ttl =
        |query: &str| completion(&environment, &json!({"query": query}))["suggestedTtlSeconds"].as_u64();
    assert!(ttl(query) < ttl("fetch logs | "));
    assert_eq!(ask(&environment, "autocomplete", &json!({})).status, 400);
}

#[test]
fn every_start_of_a_query_and_of_what_is_none_has_an_answer() {
    let environment = production();
    for query in [
        "fetch logs, from:-2h | filter (a == \"ü𝄞\" or in(b, {1, 2})) | summarize n = count(), by:{c = bin(timestamp, 1h)}",
        "timeseries {a = avg(dt.host.cpu.usage, filter: x == 1)} | join [fetch logs | fields y[0]], on:{left[a] == right[b]}",
        ")]}|,:= ${x} 'y `z /* \u{0} [[[{{{((( | filter",
    ] {
        for (byte, _) in query.char_indices().step_by(3) {
            suggestions(&environment, query.get(..byte).unwrap());
        }
        for cursor in [0, 1, query.len(), usize::MAX] {
            completion(&environment, &json!({"query": query, "cursorPosition": cursor}));
        }
    }
}
