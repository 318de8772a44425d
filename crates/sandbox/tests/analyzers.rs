//! Davis analyzers: the forecast of series that the test writes.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod client;

use client::{NO_SCOPES, NOW, body, bring, environment, get, post, post_as};
use grailstage_sandbox::{Environment, Fault, FaultKind, PLATFORM_TOKEN, Request};
use serde_json::{Value, json};

const ANALYZERS: &str = "/platform/davis/analyzers/v1/analyzers";

fn action(action: &str) -> String {
    format!("{ANALYZERS}/dt.statistics.GenericForecastAnalyzer:{action}")
}

fn forecast(environment: &Environment, input: &Value) -> Value {
    let response = post(environment, &action("execute?timeout-seconds=10"), input, NOW);
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    body(&response)
}

/// Twenty values, one a minute: 100, 102 … 138, the last in the minute before now.
fn with_a_line(environment: &Environment) {
    let lines: Vec<String> = (0..20)
        .map(|index| format!("my.line,shelf=a {} {}", 100 + 2 * index, NOW - (20 - index) * 60_000))
        .collect();
    assert_eq!(bring(environment, "/api/v2/metrics/ingest", &lines.join("\n"), NOW), 202);
}

const LINE: &str = "timeseries v = avg(my.line), by: {shelf}, interval: 1m, from: now() - 20m";

#[test]
fn a_line_of_a_metric_goes_on() {
    let environment = environment("production");
    with_a_line(&environment);
    for data in [json!(LINE), json!({"expression": LINE})] {
        let answer = forecast(&environment, &json!({"timeSeriesData": data, "forecastHorizon": 3}));
        assert!(answer.get("requestToken").is_none());
        let result = &answer["result"];
        assert_eq!(
            (&result["resultStatus"], &result["executionStatus"]),
            (&json!("SUCCESSFUL"), &json!("COMPLETED"))
        );
        let output = &result["output"][0];
        assert_eq!(output["analysisStatus"], "OK");
        assert_eq!(output["forecastQualityAssessment"], "VALID");
        assert_eq!(output["analyzedTimeSeriesQuery"]["expression"], LINE);
        let record = &output["timeSeriesDataWithPredictions"]["records"][0];
        assert_eq!(
            record["timeframe"],
            json!({"start": "2026-11-21T10:00:00.000000000Z", "end": "2026-11-21T10:03:00.000000000Z"})
        );
        assert_eq!((&record["interval"], &record["shelf"]), (&json!("60000000000"), &json!("a")));
        for name in ["point", "lower", "upper"] {
            let found = record[format!("dt.davis.forecast:{name}")].as_array().unwrap();
            let off =
                found.iter().zip([140.0, 142.0, 144.0]).map(|(found, line)| found.as_f64().unwrap() - line);
            assert!(found.len() == 3 && off.into_iter().all(|off| off.abs() < 1e-6), "{name}: {found:?}");
        }
    }
}

#[test]
fn records_are_forecast_as_the_result_of_a_query_writes_them() {
    let environment = environment("production");
    let record = json!({
        "timeframe": {"start": "2026-11-01T00:00:00Z", "end": "2026-11-16T00:00:00Z"},
        "interval": "86400000000000",
        "count": ["5", "5", null, "5", "5", "5", "5", "5", "5", "5", "5", "5", "5", "5", "5"],
        "host": "h1",
    });
    let input = json!({
        "timeSeriesData": {"records": [record]},
        "forecastHorizon": 2,
        "generalParameters": {"resolveDimensionalQueryData": true},
    });
    let result = forecast(&environment, &input)["result"].clone();
    let found = &result["output"][0]["timeSeriesDataWithPredictions"]["records"][0];
    assert_eq!(found["timeframe"]["end"], "2026-11-18T00:00:00.000000000Z");
    assert_eq!((&found["host"], &found["dt.davis.forecast:point"]), (&json!("h1"), &json!([5, 5])));
    assert_eq!(result["data"][0]["type"], "timeseriesArray");
    assert_eq!(result["input"], input);
}

#[test]
fn a_daily_rhythm_is_seen_from_seven_days_on() {
    let values: Vec<i64> =
        (0..8 * 24).map(|hour| if (8..18).contains(&(hour % 24)) { 50 } else { 10 }).collect();
    let record = json!({
        "timeframe": {"start": "2026-11-01T00:00:00Z", "end": "2026-11-09T00:00:00Z"},
        "interval": "3600000000000",
        "load": values,
    });
    let input = json!({"timeSeriesData": {"records": [record]}, "forecastHorizon": 24});
    let result = forecast(&environment("production"), &input)["result"].clone();
    let found =
        &result["output"][0]["timeSeriesDataWithPredictions"]["records"][0]["dt.davis.forecast:point"];
    for (hour, value) in found.as_array().unwrap().iter().enumerate() {
        let expected = if (8..18).contains(&hour) { 50.0 } else { 10.0 };
        assert!((value.as_f64().unwrap() - expected).abs() < 1e-6, "{hour}: {value}");
    }
}

#[test]
fn a_short_series_is_a_failed_analysis_among_others() {
    let environment = environment("production");
    with_a_line(&environment);
    let short = "timeseries v = avg(my.line), interval: 1m, from: now() - 13m";
    let result = forecast(&environment, &json!({"timeSeriesData": short}))["result"].clone();
    assert_eq!(result["resultStatus"], "SUCCESSFUL_WITH_WARNINGS");
    let output = &result["output"][0];
    assert_eq!(
        (&output["analysisStatus"], &output["forecastQualityAssessment"]),
        (&json!("FAILED"), &json!("NO_DATA"))
    );
    assert!(output["system"]["logs"][0]["message"].as_str().unwrap().contains("at least 14 values"));
    let nothing = forecast(&environment, &json!({"timeSeriesData": "timeseries avg(no.such.metric)"}));
    assert_eq!(
        (&nothing["result"]["resultStatus"], &nothing["result"]["output"]),
        (&json!("SUCCESSFUL"), &json!([]))
    );
}

#[test]
fn a_query_that_is_wrong_or_no_series_fails_the_analysis() {
    let environment = environment("production");
    for (query, said) in [("timeseries avg(", "The query failed"), ("fetch logs | limit 1", "no time series")]
    {
        let result = forecast(&environment, &json!({"timeSeriesData": query}))["result"].clone();
        assert_eq!(
            (&result["resultStatus"], &result["executionStatus"]),
            (&json!("FAILED"), &json!("COMPLETED"))
        );
        assert_eq!(result["logs"][0]["level"], "SEVERE");
        assert!(result["logs"][0]["message"].as_str().unwrap().contains(said), "{result}");
    }
}

#[test]
fn input_that_is_not_valid_is_refused_with_its_place() {
    let environment = environment("production");
    let horizon = json!({"timeSeriesData": LINE, "forecastHorizon": 601});
    let coverage = json!({"timeSeriesData": LINE, "coverageProbability": 1});
    let timeframe =
        json!({"timeSeriesData": LINE, "generalParameters": {"timeframe": {"startTime": "soon"}}});
    for (input, path) in [
        (json!({}), "$.timeSeriesData"),
        (json!({"timeSeriesData": 5}), "$.timeSeriesData"),
        (json!({"timeSeriesData": {"records": [{"v": [1]}]}}), "$.timeSeriesData"),
        (horizon, "$.forecastHorizon"),
        (coverage, "$.coverageProbability"),
        (timeframe, "$.generalParameters.timeframe"),
    ] {
        let refused = post(&environment, &action("execute"), &input, NOW);
        let violation = |answer: &Value| answer["constraintViolations"][0]["path"].clone();
        assert_eq!((refused.status, violation(&body(&refused)["error"]["details"])), (400, json!(path)));
        let checked = body(&post(&environment, &action("validate"), &input, NOW));
        assert_eq!((&checked["valid"], violation(&checked["details"])), (&json!(false), json!(path)));
    }
    let good = body(&post(&environment, &action("validate"), &json!({"timeSeriesData": LINE}), NOW));
    assert_eq!(good, json!({"valid": true}));
    assert_eq!(post(&environment, &action("execute"), &json!([1]), NOW).status, 400);
}

#[test]
fn without_a_timeout_there_is_a_token_whose_result_is_given_once() {
    let environment = environment("production");
    with_a_line(&environment);
    let started = post(&environment, &action("execute"), &json!({"timeSeriesData": LINE}), NOW);
    assert_eq!(started.status, 202);
    let started = body(&started);
    assert_eq!(started["result"]["executionStatus"], "RUNNING");
    let poll = action("poll?request-token=") + &encoded(&started["requestToken"]);
    let done = get(&environment, &poll, NOW + 1000);
    assert_eq!((done.status, &body(&done)["result"]["executionStatus"]), (200, &json!("COMPLETED")));
    assert_eq!(get(&environment, &poll, NOW + 2000).status, 410);
}

fn encoded(token: &Value) -> String {
    token.as_str().unwrap().replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")
}

#[test]
fn a_slow_analysis_is_polled_and_one_that_never_ends_is_cancelled() {
    let environment = environment("production");
    with_a_line(&environment);
    let start = |kind: FaultKind| {
        environment.add_fault(Fault::once("analyze", kind));
        let started =
            post(&environment, &action("execute?timeout-seconds=1"), &json!({"timeSeriesData": LINE}), NOW);
        assert_eq!((started.status, started.hold_millis), (202, 1000));
        encoded(&body(&started)["requestToken"])
    };
    let slow = start(FaultKind::SlowQuery { millis: 5000 });
    let poll = |token: &str, seconds: i64, now: i64| {
        get(&environment, &format!("{}{token}&timeout-seconds={seconds}", action("poll?request-token=")), now)
    };
    let early = poll(&slow, 2, NOW + 2000);
    assert_eq!((early.status, early.hold_millis), (202, 2000));
    let ready = poll(&slow, 2, NOW + 4000);
    assert_eq!((ready.status, ready.hold_millis), (200, 1000));
    let endless = start(FaultKind::NeverEnds);
    assert_eq!(poll(&endless, 0, NOW + 300_000).status, 202);
    let cancel = action("cancel?request-token=") + &endless;
    assert_eq!(post(&environment, &cancel, &Value::Null, NOW + 300_000).status, 202);
    assert_eq!(body(&poll(&endless, 0, NOW + 300_000))["result"]["executionStatus"], "ABORTED");
    assert_eq!(post(&environment, &cancel, &Value::Null, NOW + 300_000).status, 410);
}

#[test]
fn analyzers_are_listed_and_described() {
    let environment = environment("production");
    let names = |target: &str| {
        let answer = body(&get(&environment, target, NOW));
        let analyzers = answer["analyzers"].as_array().unwrap();
        analyzers.iter().map(|analyzer| analyzer["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(ANALYZERS), ["dt.statistics.GenericForecastAnalyzer"]);
    assert_eq!(names(&format!("{ANALYZERS}?filter=name%20contains%20%27forecast%27")).len(), 1);
    assert_eq!(names(&format!("{ANALYZERS}?filter=name%20contains%20%27other%27")).len(), 0);
    assert_eq!(get(&environment, &format!("{ANALYZERS}?filter=nonsense"), NOW).status, 400);
    let one = body(&get(&environment, &format!("{ANALYZERS}/dt.statistics.GenericForecastAnalyzer"), NOW));
    assert_eq!(one["input"][0]["name"], "timeSeriesData");
    assert_eq!(get(&environment, &format!("{ANALYZERS}/dt.other"), NOW).status, 404);
    assert_eq!(post(&environment, &format!("{ANALYZERS}/dt.other:execute"), &json!({}), NOW).status, 404);
}

#[test]
fn scopes_are_enforced_for_the_analyzer_and_for_its_data() {
    let environment = environment("production");
    let refused = post_as(&environment, NO_SCOPES, &action("execute"), &json!({"timeSeriesData": LINE}), NOW);
    assert_eq!(refused.status, 403);
    assert_eq!(body(&refused)["error"]["details"]["missingScopes"], json!(["davis:analyzers:execute"]));
    let refused = environment.handle(&Request::get(ANALYZERS).with_bearer(NO_SCOPES), NOW);
    assert_eq!(body(&refused)["error"]["details"]["missingScopes"], json!(["davis:analyzers:read"]));
    let query = "fetch security.events | makeTimeseries count()";
    let token = "dt0s16.NOSECURITY.TOKEN";
    let refused = post_as(&environment, token, &action("execute"), &json!({"timeSeriesData": query}), NOW);
    assert_eq!(refused.status, 403);
    assert_eq!(body(&refused)["error"]["details"]["missingScopes"], json!(["storage:security.events:read"]));
    assert_eq!(
        post_as(&environment, PLATFORM_TOKEN, &action("execute"), &json!({"timeSeriesData": query}), NOW)
            .status,
        202
    );
}
