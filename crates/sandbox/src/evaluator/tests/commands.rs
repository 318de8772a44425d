use super::{assert_records, run_on};
use crate::record::Record;
use crate::store::{Store, Table, TimeColumn};
use crate::value::{Value, parse_timestamp};

const PEOPLE: &str = r#"data record(n = "a", t = 1), record(n = "b", t = 3), record(n = "c", t = 2), record(n = "b", t = null)"#;

fn assert_people(cases: &[(&str, &str)]) {
    let queries: Vec<(String, &str)> =
        cases.iter().map(|(stages, expected)| (format!("{PEOPLE} | {stages}"), *expected)).collect();
    let cases: Vec<(&str, &str)> =
        queries.iter().map(|(query, expected)| (query.as_str(), *expected)).collect();
    assert_records(&cases);
}

#[test]
fn data_gives_the_records_written_in_the_query() {
    assert_records(&[
        ("data record(a = 1, b = \"x\"), record(a = 2)", "{\"a\":\"1\",\"b\":\"x\"}\n{\"a\":\"2\"}"),
        (r#"data json: """[{"a": 1, "b": [1.5, null]}]""""#, r#"{"a":"1","b":[1.5,null]}"#),
        (r#"data json: """{"a": {"b": true}}""""#, r#"{"a":{"b":true}}"#),
    ]);
}

#[test]
fn filter_keeps_true_and_filter_out_removes_true() {
    assert_people(&[
        ("filter t > 1 | fields n", "{\"n\":\"b\"}\n{\"n\":\"c\"}"),
        ("filterOut t > 1 | fields n, t", "{\"n\":\"a\",\"t\":\"1\"}\n{\"n\":\"b\",\"t\":null}"),
        ("filter not t > 1 | fields n", "{\"n\":\"a\"}"),
        ("filter isNull(t) | fields n", "{\"n\":\"b\"}"),
    ]);
}

#[test]
fn fields_commands_choose_add_and_rename() {
    assert_records(&[
        ("data record(a = 1, b = 2) | fields b, a", r#"{"b":"2","a":"1"}"#),
        ("data record(a = 1) | fields x = a + 1, a * 2", r#"{"x":"2","a * 2":"2"}"#),
        ("data record(a = 1) | fieldsAdd b = a, a = 5", r#"{"a":"5","b":"1"}"#),
        ("data record(a = 1, ab = 2, c = 3) | fieldsKeep \"a*\"", r#"{"a":"1","ab":"2"}"#),
        ("data record(a = 1, ab = 2, c = 3) | fieldsRemove \"a*\"", r#"{"c":"3"}"#),
        ("data record(a = 1, b = 2) | fieldsRemove b", r#"{"a":"1"}"#),
        ("data record(a = 1, b = 2) | fieldsRename x = a", r#"{"x":"1","b":"2"}"#),
        ("data record(a = 1, b = 2) | fieldsRename b = a", r#"{"b":"1"}"#),
        ("data record(a = 1, b = 2) | fieldsRename b = a, a = b", r#"{"b":"1","a":"2"}"#),
        (
            "data record(r = record(x = 1, y = 2)) | fieldsFlatten r",
            r#"{"r":{"x":"1","y":"2"},"r.x":"1","r.y":"2"}"#,
        ),
        (
            "data record(r = record(x = 1)) | fieldsFlatten r, prefix: \"p_\" | fieldsRemove r",
            r#"{"p_x":"1"}"#,
        ),
        (
            "data record(r = record(x = 1)) | fieldsFlatten r, fields: {z = x} | fieldsRemove r",
            r#"{"z":"1"}"#,
        ),
        ("data record(a = 1) | fields a, alias: b", r#"{"b":"1"}"#),
    ]);
}

#[test]
fn sort_is_stable_and_puts_null_last_in_ascending_order() {
    assert_people(&[
        ("sort t | fields n", "{\"n\":\"a\"}\n{\"n\":\"c\"}\n{\"n\":\"b\"}\n{\"n\":\"b\"}"),
        ("sort t desc | fields t", "{\"t\":null}\n{\"t\":\"3\"}\n{\"t\":\"2\"}\n{\"t\":\"1\"}"),
        (
            "sort n desc, t asc | fields n, t | limit 2",
            "{\"n\":\"c\",\"t\":\"2\"}\n{\"n\":\"b\",\"t\":\"3\"}",
        ),
        ("limit 1 | fields n", "{\"n\":\"a\"}"),
        ("limit 0", ""),
    ]);
}

#[test]
fn dedup_keeps_the_first_by_its_order() {
    assert_people(&[
        (
            "dedup n | fields n, t | sort n",
            "{\"n\":\"a\",\"t\":\"1\"}\n{\"n\":\"b\",\"t\":\"3\"}\n{\"n\":\"c\",\"t\":\"2\"}",
        ),
        ("dedup n, sort: {t desc} | filter n == \"b\"", "{\"n\":\"b\",\"t\":null}"),
        ("dedup {n, t} | summarize count()", "{\"count()\":\"4\"}"),
    ]);
}

#[test]
fn summarize_makes_one_record_for_each_group() {
    assert_people(&[
        ("summarize count()", "{\"count()\":\"4\"}"),
        (
            "summarize c = count(), by: {n}",
            "{\"n\":\"a\",\"c\":\"1\"}\n{\"n\":\"b\",\"c\":\"2\"}\n{\"n\":\"c\",\"c\":\"1\"}",
        ),
        (
            "summarize by: {big = t > 1}, count()",
            "{\"big\":false,\"count()\":\"1\"}\n{\"big\":true,\"count()\":\"2\"}\n{\"big\":null,\"count()\":\"1\"}",
        ),
        (
            "summarize {sum(t), avg(t), min(t), max(t)}",
            r#"{"sum(t)":6,"avg(t)":2,"min(t)":"1","max(t)":"3"}"#,
        ),
        (
            "summarize countIf(t > 1), countDistinct(n), countDistinctExact(n)",
            r#"{"countIf(t > 1)":"2","countDistinct(n)":"3","countDistinctExact(n)":"3"}"#,
        ),
        (
            "summarize takeFirst(t), takeLast(t), takeAny(n)",
            r#"{"takeFirst(t)":"1","takeLast(t)":null,"takeAny(n)":"a"}"#,
        ),
        ("summarize takeMin(n), takeMax(n)", r#"{"takeMin(n)":"a","takeMax(n)":"c"}"#),
        (
            "summarize collectArray(t), collectDistinct(n)",
            r#"{"collectArray(t)":["1","3","2"],"collectDistinct(n)":["a","b","c"]}"#,
        ),
        (
            "summarize median(t), percentile(t, 100), percentiles(t, 0, 50)",
            r#"{"median(t)":2,"percentile(t, 100)":3,"percentiles(t, 0, 50)":[1,2]}"#,
        ),
        ("summarize r = 100 * countIf(t > 1) / count()", r#"{"r":"50"}"#),
        (
            "summarize if(count() > 3, \"many\", else: \"few\")",
            r#"{"if(count() > 3, \"many\", else:\"few\")":"many"}"#,
        ),
        ("summarize variance(t)", r#"{"variance(t)":0.6666666666666666}"#),
        ("filter false | summarize count(), sum(t)", r#"{"count()":"0","sum(t)":null}"#),
        ("filter false | summarize count(), by: {n}", ""),
        ("summarize percentRank(t, 2)", r#"{"percentRank(t, 2)":66.66666666666667}"#),
        ("summarize correlation(t, t * 2)", r#"{"correlation(t, t * 2)":1}"#),
    ]);
    assert_records(&[(
        "data record(a = array(1, 2)), record(a = array(10, 20)) | summarize s = sum(a[])",
        r#"{"s":[11,22]}"#,
    )]);
}

#[test]
fn expand_makes_a_record_for_each_element() {
    assert_records(&[
        (
            "data record(a = array(1, 2), b = \"x\") | expand a",
            "{\"a\":\"1\",\"b\":\"x\"}\n{\"a\":\"2\",\"b\":\"x\"}",
        ),
        ("data record(a = array(1, 2)) | expand x = a | fields x", "{\"x\":\"1\"}\n{\"x\":\"2\"}"),
        ("data record(a = array(1, 2)) | expand a, alias: x | fields x | limit 1", "{\"x\":\"1\"}"),
        ("data record(a = array(1, 2, 3)) | expand a, limit: 2", "{\"a\":\"1\"}\n{\"a\":\"2\"}"),
        ("data record(a = array()), record(a = 5), record(a = null) | expand a", ""),
    ]);
}

#[test]
fn parse_adds_the_fields_of_its_pattern() {
    assert_records(&[
        (r#"data record(c = "user=7") | parse c, "'user=' INT:user""#, r#"{"c":"user=7","user":"7"}"#),
        (r#"data record(c = "nope") | parse c, "'user=' INT:user""#, r#"{"c":"nope","user":null}"#),
        (
            r#"data record(c = "nope", user = 1) | parse c, "'user=' INT:user", preserveFieldsOnFailure: true"#,
            r#"{"c":"nope","user":"1"}"#,
        ),
        (
            "data record(c = \"\"\"{\"spec\":{\"replicas\":3}}\"\"\") | parse c, \"JSON:o\" | fields n = o[spec][replicas]",
            r#"{"n":"3"}"#,
        ),
        (r#"data record(c = "x 5") | fieldsAdd parse(c, "LD ' ' INT:n") | fields n"#, r#"{"n":"5"}"#),
    ]);
}

const LEFT: &str = r#"data record(id = 1, n = "a"), record(id = 2, n = "b"), record(id = null, n = "c")"#;

#[test]
fn lookup_adds_the_first_match() {
    let right = r#"[data record(k = 1, v = "x"), record(k = 1, v = "y"), record(k = null, v = "z")]"#;
    let query = |rest: &str| format!("{LEFT} | lookup {right}, sourceField: id, lookupField: k{rest}");
    assert_records(&[
        (
            &query(""),
            "{\"id\":\"1\",\"n\":\"a\",\"lookup.k\":\"1\",\"lookup.v\":\"x\"}\n{\"id\":\"2\",\"n\":\"b\",\"lookup.k\":null,\"lookup.v\":null}\n{\"id\":null,\"n\":\"c\",\"lookup.k\":null,\"lookup.v\":null}",
        ),
        (&query(", fields: {w = v} | limit 1"), r#"{"id":"1","n":"a","w":"x"}"#),
        (&query(", prefix: \"p.\" | limit 1"), r#"{"id":"1","n":"a","p.k":"1","p.v":"x"}"#),
        (
            "data record(id = 1, lookup.old = true) | lookup [data record(id = 1, v = 2)], lookupField: id",
            r#"{"id":"1","lookup.id":"1","lookup.v":"2"}"#,
        ),
        (
            "data record(a = 2) | fields v = lookup([data record(k = 2, v = 7)], sourceField: a, lookupField: k)[v]",
            r#"{"v":"7"}"#,
        ),
    ]);
}

#[test]
fn join_pairs_every_match() {
    let right = r#"[data record(id = 1, v = "x"), record(id = 1, v = "y"), record(id = 3, v = "z")]"#;
    let query = |rest: &str| format!("{LEFT} | join {right}, {rest}");
    assert_records(&[
        (
            &query("on: {id}, fields: {v}"),
            "{\"id\":\"1\",\"n\":\"a\",\"v\":\"x\"}\n{\"id\":\"1\",\"n\":\"a\",\"v\":\"y\"}",
        ),
        (
            &query("on: {left[id] == right[id]} | limit 1"),
            r#"{"id":"1","n":"a","right.id":"1","right.v":"x"}"#,
        ),
        (
            &query("on: {id}, kind: leftOuter, fields: {v} | fields n, v"),
            "{\"n\":\"a\",\"v\":\"x\"}\n{\"n\":\"a\",\"v\":\"y\"}\n{\"n\":\"b\",\"v\":null}\n{\"n\":\"c\",\"v\":null}",
        ),
        (&query("on: {id}, kind: outer | summarize count()"), r#"{"count()":"5"}"#),
        (
            "data record(id = 1) | joinNested m = [data record(id = 1, v = 2), record(id = 1, v = 3)], on: {id}, fields: {v}",
            r#"{"id":"1","m":[{"v":"2"},{"v":"3"}]}"#,
        ),
    ]);
}

#[test]
fn append_and_in_read_sub_queries() {
    assert_records(&[
        ("data record(a = 1) | append [data record(b = 2)]", "{\"a\":\"1\"}\n{\"b\":\"2\"}"),
        ("data record(a = 1), record(a = 2) | filter a in [data record(x = 2)]", "{\"a\":\"2\"}"),
    ]);
}

#[test]
fn search_finds_words_anywhere() {
    assert_people(&[
        ("search \"a\" | fields n", "{\"n\":\"a\"}"),
        ("search \"b\" and t == 3 | fields t", "{\"t\":\"3\"}"),
        ("search not \"b\" | fields n", "{\"n\":\"a\"}\n{\"n\":\"c\"}"),
    ]);
}

fn store() -> Store {
    let at = |time: &str| Value::Timestamp(parse_timestamp(time, &jiff::tz::TimeZone::UTC).unwrap());
    let log = |time: &str, content: &str| {
        std::sync::Arc::new(
            Record::new()
                .with("timestamp", at(time))
                .with("content", content)
                .with("dt.system.bucket", "default_logs"),
        )
    };
    let mut store = Store::default();
    store.insert_table(
        "logs",
        Table::new(
            vec![
                log("2024-05-15T10:00:00Z", "old"),
                log("2024-05-15T12:00:00Z", "recent"),
                log("2024-05-15T13:00:00Z", "newest"),
            ],
            TimeColumn::Point("timestamp"),
        ),
    );
    store.insert_table(
        "dt.entity.host",
        Table::new(
            vec![std::sync::Arc::new(
                Record::new()
                    .with("id", "HOST-1")
                    .with("entity.name", "h")
                    .with("tags", Value::strings(["x"])),
            )],
            TimeColumn::None,
        )
        .with_default_columns(&["id", "entity.name"]),
    );
    for (kind, name) in [("HOST", "h"), ("K8S_POD", "p"), ("K8S_NODE", "n")] {
        let record = Record::new()
            .with("id", Value::smartscape_id(format!("{kind}-0000000000000001")))
            .with("type", kind)
            .with("name", name);
        store.push_node(std::sync::Arc::new(record));
    }
    store
}

#[test]
fn fetch_reads_the_timeframe_and_two_hours_by_default() {
    let store = store();
    for (query, expected) in [
        ("fetch logs | fields content", "{\"content\":\"recent\"}\n{\"content\":\"newest\"}"),
        ("fetch logs, from: -1d | summarize count()", "{\"count()\":\"3\"}"),
        ("fetch logs, from: now()-2h, to: now()-1h | fields content", "{\"content\":\"recent\"}"),
        (
            "fetch logs, from: \"2024-05-15T09:00:00Z\", to: \"2024-05-15T11:00:00Z\" | fields content",
            "{\"content\":\"old\"}",
        ),
        (
            "fetch logs, timeframe: \"2024-05-15T13:00:00Z/2024-05-15T13:00:01Z\" | fields content",
            "{\"content\":\"newest\"}",
        ),
        ("fetch logs, bucket: {\"other_*\"} | summarize count()", "{\"count()\":\"0\"}"),
        ("fetch logs, bucket: \"default_*\" | summarize count()", "{\"count()\":\"2\"}"),
        ("fetch \"logs\" | limit 1 | fields content", "{\"content\":\"recent\"}"),
        ("fetch logs | filter nothing == 1", ""),
        (
            "describe logs | filter field == \"content\"",
            "{\"field\":\"content\",\"data_types\":[\"string\"]}",
        ),
    ] {
        assert_eq!(run_on(query, &store), expected, "{query}");
    }
}

#[test]
fn entities_show_two_fields_unless_asked_for_more() {
    let store = store();
    for (query, expected) in [
        ("fetch dt.entity.host", r#"{"id":"HOST-1","entity.name":"h"}"#),
        ("fetch dt.entity.host | fieldsAdd tags", r#"{"id":"HOST-1","entity.name":"h","tags":["x"]}"#),
        ("fetch dt.entity.host | filter in(\"x\", tags) | fields id", r#"{"id":"HOST-1"}"#),
        ("fetch dt.entity.host | fields nothing", "field-does-not-exist the field nothing doesn't exist"),
        ("fetch dt.entity.nothing", "unknown-data-object there's no data object `dt.entity.nothing`"),
    ] {
        assert_eq!(run_on(query, &store), expected, "{query}");
    }
}

#[test]
fn smartscape_nodes_are_found_by_type() {
    let store = store();
    for (query, expected) in [
        ("smartscapeNodes HOST | fields name", "{\"name\":\"h\"}"),
        ("smartscapeNodes \"K8S_*\" | fields name", "{\"name\":\"p\"}\n{\"name\":\"n\"}"),
        ("smartscapeNodes {HOST, K8S_POD} | fields name", "{\"name\":\"h\"}\n{\"name\":\"p\"}"),
        ("smartscapeNodes HOST, K8S_POD | fields name", "{\"name\":\"h\"}\n{\"name\":\"p\"}"),
        (
            "smartscapeNodes \"*\" | filter id == toSmartscapeId(\"K8S_POD-0000000000000001\") | fields name",
            "{\"name\":\"p\"}",
        ),
        ("data record(a = 1) | fields n = getNodeName(\"HOST-0000000000000001\")", "{\"n\":\"h\"}"),
    ] {
        assert_eq!(run_on(query, &store), expected, "{query}");
    }
}
