//! What comes back from a finished query.

use std::borrow::Cow;

use grailstage_tenant::number::{Double, Long};
use grailstage_tenant::{GrailResult, Severity};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::world::{Endpoint, World, answer, text};

fn result(body: &str) -> GrailResult {
    let world = World::new();
    world.on(Endpoint::Execute, [text(200, "application/json", body)]);
    world.ask().unwrap()
}

/// The example of a whole answer: every kind of value, notifications, numbers as numbers and as strings.
const WHOLE: &str = r#"{"state":"SUCCEEDED","progress":100,"result":{
  "records":[{"metric.key":"a","count()":"252","ok":true,"ratio":0.5,"ts":"2026-07-18T14:26:52.413000000Z","tags":["x"],"ctx":{"version":"1"},"gone":null}],
  "types":[{"indexRange":[0,0],"mappings":{"metric.key":{"type":"string"},"count()":{"type":"long"},"ok":{"type":"boolean"},
     "tags":{"type":"array","types":[{"indexRange":[0,0],"mappings":{"element":{"type":"string"}}}]},
     "ctx":{"type":"record","types":[{"mappings":{"version":{"type":"string"}}}]},"gone":{"type":"undefined"}}}],
  "metadata":{"grail":{"query":"q","canonicalQuery":"canonical","queryId":"019f7a56","dqlVersion":"V1_0","executionTimeMilliseconds":77,
     "scannedRecords":"94136038","scannedBytes":4822148888,"scannedDataPoints":0,"sampled":false,
     "analysisTimeframe":{"start":"2026-07-12T12:25:05.700000000Z","end":"2026-07-19T12:25:05.701000000Z"},
     "notifications":[{"severity":"WARNING","notificationType":"BYTE_LIMIT_ADDED","message":"cut"},{"severity":"WARN","notificationType":"X","message":"m"},
       {"severity":"INFO","notificationType":"DEPRECATION_WARNING","message":"old"},{"severity":"ERROR"},{}]},
   "metrics":[{"metric.key":"k"}]}}}"#;

#[test]
fn rows_borrow_from_the_answer() {
    #[derive(Deserialize)]
    struct Row<'a> {
        #[serde(rename = "metric.key", borrow)]
        key: Cow<'a, str>,
        #[serde(rename = "count()")]
        count: Long,
        ratio: Double,
    }
    let result = result(WHOLE);
    let rows: Vec<Row<'_>> = result.rows().unwrap();
    assert!(matches!(rows[0].key, Cow::Borrowed("a")));
    assert_eq!((rows[0].count, rows[0].ratio), (Long(252), Double(0.5)));
}

#[test]
fn columns_keep_the_order_of_the_wire() {
    let result = result(WHOLE);
    let columns: Vec<String> =
        result.columns().iter().map(|it| format!("{}: {}", it.name, it.kind)).collect();
    assert_eq!(
        columns,
        [
            "metric.key: string",
            "count(): long",
            "ok: boolean",
            "tags: array",
            "ctx: record",
            "gone: undefined"
        ]
    );
    let tags = result.type_of(0, "tags").unwrap().types.as_ref().unwrap();
    assert_eq!(tags[0].mappings()[0].0, "element");
}

#[test]
fn metadata_reads_numbers_of_both_forms() {
    let result = result(WHOLE);
    let metadata = result.metadata();
    assert_eq!((metadata.scanned_bytes, metadata.scanned_records), (4_822_148_888, 94_136_038));
    assert_eq!(metadata.execution_time_milliseconds, 77);
    assert_eq!(metadata.analysis_timeframe.as_ref().unwrap().0, "2026-07-12T12:25:05.700000000Z");
}

#[test]
fn notifications_read_both_spellings_of_warning() {
    let result = result(WHOLE);
    let severities: Vec<Severity> = result.notifications().iter().map(|it| it.severity).collect();
    assert_eq!(
        severities,
        [Severity::Warning, Severity::Warning, Severity::Info, Severity::Error, Severity::Info]
    );
    assert!(result.is_partial());
}

#[test]
fn null_records_are_skipped_and_counted_by_type_ranges() {
    let body = json!({"state": "SUCCEEDED", "result": {
        "records": [{"a": "1"}, null, {"a": true}],
        "types": [
            {"indexRange": [0, 1], "mappings": {"a": {"type": "long"}}},
            {"indexRange": [2, 2], "mappings": {"a": {"type": "boolean"}, "b": {"type": "string"}}},
        ],
    }});
    let result = result(&body.to_string());
    assert_eq!((result.record_count(), result.records().len()), (2, 2));
    assert_eq!(result.records()[1].get(), r#"{"a":true}"#);
    assert_eq!(result.type_of(0, "a").unwrap().kind, "long");
    assert_eq!(result.type_of(1, "a").unwrap().kind, "boolean");
    let columns: Vec<_> = result.columns().into_iter().map(|column| (column.name, column.kind)).collect();
    assert_eq!(columns, [("a".to_owned(), "mixed".to_owned()), ("b".to_owned(), "string".to_owned())]);
}

#[test]
fn an_undefined_type_gives_way_to_a_defined_one() {
    let body = json!({"state": "SUCCEEDED", "result": {"records": [], "types": [
        {"indexRange": [0, 0], "mappings": {"a": {"type": "undefined"}}},
        {"indexRange": [1, 1], "mappings": {"a": {"type": "long"}}},
        {"indexRange": [2, 2], "mappings": {"a": {"type": "undefined"}}},
    ]}});
    assert_eq!(result(&body.to_string()).columns()[0].kind, "long");
}

#[test]
fn columns_without_types_come_from_the_records() {
    let body = r#"{"state":"SUCCEEDED","result":{"records":[{"b":1,"a":2},null,{"c":3,"a":4}]}}"#;
    let names: Vec<String> = result(body).columns().into_iter().map(|column| column.name).collect();
    assert_eq!(names, ["b", "a", "c"]);
}

#[test]
fn absent_and_null_parts_are_empty() {
    for body in [
        json!({"result": {}}),
        json!({"state": "SUCCEEDED", "result": {"records": null, "types": null, "metadata": null}}),
        json!({"state": "SUCCEEDED", "result": {"records": [], "types": [{"mappings": null}], "metadata": {"grail": null}}}),
        json!({"state": "SUCCEEDED", "result": {"metadata": {"grail": {"notifications": null, "scannedBytes": null}}}}),
    ] {
        let result = result(&body.to_string());
        assert_eq!(
            (result.record_count(), result.columns().len(), result.metadata().scanned_bytes),
            (0, 0, 0)
        );
        assert!(!result.is_partial());
    }
}

#[test]
fn a_record_of_another_shape_is_named() {
    let body = json!({"state": "SUCCEEDED", "result": {"records": [null, {"a": "1"}, {"a": "x"}]}});
    #[derive(Deserialize)]
    struct Row {
        #[expect(dead_code, reason = "read for its refusal only")]
        a: Long,
    }
    let result = result(&body.to_string());
    let error = result.rows::<Row>().map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "upstream-failed");
    assert!(error.to_string().contains("record 2: the string holds no whole number"), "{error}");
}

#[test]
fn ten_thousand_records_stay_where_they_are() {
    let records: Vec<Value> = (0..10_000).map(|n| json!({"n": n.to_string(), "text": "ä€😀"})).collect();
    let world = World::new();
    world
        .on(Endpoint::Execute, [answer(200, &json!({"state": "SUCCEEDED", "result": {"records": records}}))]);
    let result = world.ask().unwrap();
    #[derive(Deserialize)]
    struct Row {
        n: Long,
    }
    let sum: i64 = result.rows::<Row>().unwrap().iter().map(|row| row.n.0).sum();
    assert_eq!(sum, 49_995_000);
}

#[test]
fn every_cut_of_an_answer_is_a_truncated_answer() {
    for length in (0..WHOLE.len()).step_by(7) {
        let world = World::new();
        world.on(Endpoint::Execute, [text(200, "application/json", WHOLE.get(..length).unwrap())]);
        assert_eq!(world.ask().unwrap_err().code(), "truncated-response", "{length} bytes");
    }
}

proptest! {
    #[test]
    fn no_body_at_all_breaks_the_client(status in 100_u16..600, body in any::<Vec<u8>>(), kind in any::<String>()) {
        let world = World::new();
        world.script(Endpoint::Execute, move |_, _| {
            let mut reply = text(status, &kind, "");
            if let crate::world::Outcome::Answer(response) = &mut reply.outcome {
                response.body.clone_from(&body);
            }
            reply
        });
        prop_assert!(world.ask().is_err());
        prop_assert!(world.elapsed() <= 30_000);
    }

    #[test]
    fn any_records_come_back_as_they_were(texts in proptest::collection::vec(any::<Option<String>>(), 0..20)) {
        let records: Vec<Value> = texts.iter().map(|it| it.as_ref().map_or(Value::Null, |it| json!({"t": it}))).collect();
        let result = result(&json!({"state": "SUCCEEDED", "result": {"records": records}}).to_string());
        let back: Vec<Value> = result.rows().unwrap();
        let kept: Vec<Value> = records.into_iter().filter(|record| !record.is_null()).collect();
        prop_assert_eq!(back, kept);
    }
}
