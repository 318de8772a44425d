use std::sync::Arc;

use super::{assert_records, run_on};
use crate::metrics::{MetricSeries, Points};
use crate::record::Record;
use crate::store::Store;
use crate::value::{MINUTE, parse_timestamp};

/// Three events: 13:00, 13:10 and 13:40; the time is 13:47.
const EVENTS: &str = r#"data record(timestamp = toTimestamp("2024-05-15T13:00:00Z"), k = "a", v = 1),
    record(timestamp = toTimestamp("2024-05-15T13:10:00Z"), k = "a", v = 3),
    record(timestamp = toTimestamp("2024-05-15T13:40:00Z"), k = "b", v = 5)
    | makeTimeseries "#;
const WINDOW: &str = r#"interval: 30m, from: "2024-05-15T12:30:00Z", to: "2024-05-15T14:00:00Z""#;

fn assert_events(cases: &[(&str, &str)]) {
    let queries: Vec<(String, &str)> = cases
        .iter()
        .map(|(what, expected)| (format!("{EVENTS} {}", what.replace("WINDOW", WINDOW)), *expected))
        .collect();
    let cases: Vec<(&str, &str)> =
        queries.iter().map(|(query, expected)| (query.as_str(), *expected)).collect();
    assert_records(&cases);
}

#[test]
fn make_timeseries_has_a_slot_for_each_interval() {
    assert_events(&[
        (
            "count(), WINDOW",
            r#"{"timeframe":{"start":"2024-05-15T12:30:00.000000000Z","end":"2024-05-15T14:00:00.000000000Z"},"interval":"1800000000000","count()":[null,2,1]}"#,
        ),
        ("c = count(default: 0), WINDOW | fields c", r#"{"c":[0,2,1]}"#),
        (
            "s = sum(v), a = avg(v), m = max(v), WINDOW | fields s, a, m",
            r#"{"s":[null,4,5],"a":[null,2,5],"m":[null,3,5]}"#,
        ),
        (
            "c = count(), by: {k}, WINDOW | fields k, c",
            "{\"k\":\"a\",\"c\":[null,2,null]}\n{\"k\":\"b\",\"c\":[null,null,1]}",
        ),
        ("c = countIf(v > 1), WINDOW | fields c", r#"{"c":[null,1,1]}"#),
        ("r = sum(v, rate: 1h), WINDOW | fields r", r#"{"r":[null,8,10]}"#),
        ("t = sum(v, scalar: true), WINDOW | fields t", r#"{"t":9}"#),
        ("d = max(v) - min(v), WINDOW | fields d", r#"{"d":null}"#),
        ("p = percentile(v, 50), WINDOW | fields p", r#"{"p":[null,2,5]}"#),
        ("s = start(), WINDOW | fields x = s[1]", r#"{"x":"2024-05-15T13:00:00.000000000Z"}"#),
        ("{n = count(), m = min(v)}, WINDOW | fields n, m", r#"{"n":[null,2,1],"m":[null,1,5]}"#),
        ("count(), bins: 4, from: now()-2h | fields interval", r#"{"interval":"1800000000000"}"#),
        ("x = count(), time: timestamp - 30m, WINDOW | fields x", r#"{"x":[2,1,null]}"#),
        (
            "x = count(), spread: timeframe(from: timestamp, to: timestamp + 30m), WINDOW | fields x",
            r#"{"x":[null,2,3]}"#,
        ),
    ]);
    assert_records(&[
        ("data record(timestamp = now(), v = 1) | filter false | makeTimeseries count()", ""),
        (
            "data record(timestamp = now(), v = 1) | filter false | makeTimeseries c = count(), bins: 2, nonempty: true | fields c",
            r#"{"c":[null,null,null]}"#,
        ),
    ]);
}

fn store() -> Store {
    let at = |time: &str| parse_timestamp(time, &jiff::tz::TimeZone::UTC).unwrap();
    let first = at("2024-05-15T13:00:00Z");
    let points = |values: &[f64]| -> Points {
        Points::Stored(
            (0_i64..).map(|minute| first + 10 * minute * MINUTE).zip(values.iter().copied()).collect(),
        )
    };
    let mut store = Store::default();
    for (key, pod, workload, values) in [
        ("cpu", "p1", "cart", &[1.0, 2.0, 3.0, 4.0][..]),
        ("cpu", "p2", "cart", &[10.0, 20.0, 30.0, 40.0]),
        ("cpu", "p3", "search", &[100.0, 100.0, 100.0, 100.0]),
        ("limit", "p1", "cart", &[8.0, 8.0, 8.0, 8.0]),
    ] {
        let dimensions = Record::new().with("pod", pod).with("workload", workload);
        store.push_metric(MetricSeries {
            key: key.into(),
            dimensions: Arc::new(dimensions),
            points: points(values),
        });
    }
    store
}

#[test]
fn timeseries_puts_series_together() {
    let store = store();
    let window = r#"interval: 20m, from: "2024-05-15T13:00:00Z", to: "2024-05-15T13:40:00Z""#;
    for (query, expected) in [
        (
            "timeseries avg(cpu), WINDOW",
            r#"{"timeframe":{"start":"2024-05-15T13:00:00.000000000Z","end":"2024-05-15T13:40:00.000000000Z"},"interval":"1200000000000","avg(cpu)":[38.833333333333336,46.166666666666664]}"#,
        ),
        (
            "timeseries s = sum(cpu), by: {workload}, WINDOW | fields workload, s",
            "{\"workload\":\"cart\",\"s\":[33,77]}\n{\"workload\":\"search\",\"s\":[200,200]}",
        ),
        (
            "timeseries s = sum(cpu, rollup: avg), by: {workload}, WINDOW | fields workload, s",
            "{\"workload\":\"cart\",\"s\":[16.5,38.5]}\n{\"workload\":\"search\",\"s\":[100,100]}",
        ),
        ("timeseries m = max(cpu), filter: {workload == \"cart\"}, WINDOW | fields m", "{\"m\":[20,40]}"),
        ("timeseries m = min(cpu, filter: {pod == \"p2\"}), WINDOW | fields m", "{\"m\":[10,30]}"),
        ("timeseries c = count(cpu), WINDOW | fields c", "{\"c\":[6,6]}"),
        ("timeseries x = avg(cpu, scalar: true), filter: {pod == \"p1\"}, WINDOW | fields x", "{\"x\":2.5}"),
        (
            "timeseries x = sum(cpu, rate: 1m), filter: {pod == \"p1\"}, WINDOW | fields x",
            "{\"x\":[0.15,0.35]}",
        ),
        ("timeseries p = percentile(cpu, 100, rollup: max), WINDOW | fields p", "{\"p\":[100,100]}"),
        (
            "timeseries {u = sum(cpu, rollup: avg), l = sum(limit, rollup: avg)}, by: {workload}, WINDOW | fields workload, pct = u[] / l[] * 100",
            "{\"workload\":\"cart\",\"pct\":[206.25,481.25]}",
        ),
        (
            "timeseries {u = max(cpu), l = max(limit)}, by: {workload}, union: true, WINDOW | filter workload == \"search\" | fields l",
            "{\"l\":[null,null]}",
        ),
        (
            "timeseries {m = max(cpu), filter: {pod == \"p2\"}, by: {pod}}, WINDOW | fields pod, m",
            "{\"pod\":\"p2\",\"m\":[20,40]}",
        ),
        ("timeseries avg(nothing), WINDOW", ""),
        ("timeseries n = avg(nothing, default: 0), nonempty: true, WINDOW | fields n", "{\"n\":[0,0]}"),
        (
            "timeseries m = max(cpu), filter: {pod == \"p1\"}, shift: 20m, WINDOW | fields m",
            "{\"m\":[4,null]}",
        ),
        ("timeseries m = max(cpu), WINDOW | fieldsAdd a = arrayAvg(m) | fields a", "{\"a\":100}"),
        (
            "metrics | summarize count(), by: {metric.key}",
            "{\"metric.key\":\"cpu\",\"count()\":\"3\"}\n{\"metric.key\":\"limit\",\"count()\":\"1\"}",
        ),
        ("fetch metric.series | filter metric.key == \"limit\" | fields pod", "{\"pod\":\"p1\"}"),
        (
            "timeseries avg(cpu) | makeTimeseries count()",
            "field-does-not-exist the field timestamp doesn't exist",
        ),
        (
            "timeseries stddev(cpu)",
            "wrong-parameter the parameter has to be a metric-based timeseries aggregation",
        ),
    ] {
        assert_eq!(run_on(&query.replace("WINDOW", window), &store), expected, "{query}");
    }
}
