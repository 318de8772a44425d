//! Service-level objectives, evaluated over metrics that the test writes.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod client;

use client::{NO_SCOPES, NOW, body, bring, environment, get, post, post_as};
use grailstage_sandbox::{API_TOKEN, Environment, Fault, FaultKind, Request};
use serde_json::{Value, json};

const SETTINGS: &str = "/platform/classic/environment-api/v2/settings/objects";
const SLO: &str = "/platform/classic/environment-api/v2/slo";
const PLATFORM: &str = "/platform/slo/v1/slos";

/// 1000 requests and 25 failures in a week: 970 good of 980 in the days before, 5 of 20 in the last hour.
fn with_requests(environment: &Environment) {
    let old = NOW - 3 * 24 * 3_600_000;
    let recent = NOW - 30 * 60_000;
    let lines = [
        format!("my.requests.count,shop=a 980 {old}"),
        format!("my.failures.count,shop=a 10 {old}"),
        format!("my.requests.count,shop=a 20 {recent}"),
        format!("my.failures.count,shop=a 15 {recent}"),
        format!("my.requests.count,shop=b 1000 {old}"),
        format!("my.failures.count,shop=b 0 {old}"),
    ];
    assert_eq!(bring(environment, "/api/v2/metrics/ingest", &lines.join("\n"), NOW), 202);
}

fn definition(name: &str, shop: &str, target: f64, warning: f64) -> Value {
    let metric = |key: &str| format!("(my.{key}.count:filter(eq(\"shop\",\"{shop}\")):splitBy():sum)");
    json!({
        "enabled": true,
        "name": name,
        "metricName": name,
        "metricExpression": format!("100 - 100 * {} / {}", metric("failures"), metric("requests")),
        "evaluationType": "AGGREGATE",
        "filter": "",
        "evaluationWindow": "-1w",
        "targetSuccess": target,
        "targetWarning": warning,
        "errorBudgetBurnRate": {"burnRateVisualizationEnabled": true, "fastBurnThreshold": 10.0},
    })
}

fn define(environment: &Environment, value: &Value) {
    let objects = json!([{"schemaId": "builtin:monitoring.slo", "scope": "environment", "value": value}]);
    let written = post(environment, SETTINGS, &objects, NOW);
    assert_eq!(written.status, 200, "{}", String::from_utf8_lossy(&written.body));
}

fn list(environment: &Environment, parameters: &str) -> Vec<Value> {
    let response = get(environment, &format!("{SLO}?{parameters}"), NOW);
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    body(&response)["slo"].as_array().unwrap().clone()
}

fn named(environment: &Environment, name: &str) -> Value {
    let selector = format!("evaluate=true&sloSelector=name(%22{name}%22)");
    let found = list(environment, &selector);
    assert_eq!(found.len(), 1, "{name}");
    found[0].clone()
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn value_budget_and_burn_rate_are_computed_from_metrics() {
    let environment = environment("production");
    with_requests(&environment);
    define(&environment, &definition("shop-a", "a", 95.0, 98.0));
    let found = named(&environment, "shop-a");
    // 1000 requests, 25 failures.
    close(&found["evaluatedPercentage"], 97.5);
    close(&found["errorBudget"], 2.5);
    assert_eq!((&found["status"], &found["error"]), (&json!("WARNING"), &json!("NONE")));
    let burns = &found["errorBudgetBurnRate"];
    // The last hour has 5 good of 20: 75 % failed where 5 % may.
    close(&burns["sloValue"], 25.0);
    close(&burns["burnRateValue"], 15.0);
    assert_eq!(burns["burnRateType"], "FAST");
    // Half of the budget of 168 hours is left, and goes fifteen times as fast.
    close(&burns["estimatedTimeToConsumeErrorBudget"], 168.0 * 0.5 / 15.0);
    assert_eq!(found["metricKey"], "func:slo.shop-a");
}

#[test]
fn the_status_follows_target_and_warning() {
    let environment = environment("production");
    with_requests(&environment);
    for (name, target, warning, status, budget) in [
        ("reached", 97.0, 97.5, "SUCCESS", 0.5),
        ("close", 97.0, 97.6, "WARNING", 0.5),
        ("missed", 99.0, 99.5, "FAILURE", -1.5),
    ] {
        define(&environment, &definition(name, "a", target, warning));
        let found = named(&environment, name);
        assert_eq!(found["status"], status);
        close(&found["errorBudget"], budget);
    }
}

#[test]
fn one_objective_is_evaluated_over_its_own_or_another_timeframe() {
    let environment = environment("production");
    with_requests(&environment);
    define(&environment, &definition("shop-a", "a", 95.0, 98.0));
    let id = named(&environment, "shop-a")["id"].as_str().unwrap().to_owned();
    let one = |parameters: &str| body(&get(&environment, &format!("{SLO}/{id}?{parameters}"), NOW));
    close(&one("")["evaluatedPercentage"], 97.5);
    close(&one("timeFrame=CURRENT")["evaluatedPercentage"], 97.5);
    close(&one("timeFrame=GTF&from=now-1h&to=now")["evaluatedPercentage"], 25.0);
    let from = NOW - 4 * 24 * 3_600_000;
    let until = NOW - 24 * 3_600_000;
    // 10 of 980 failed.
    close(
        &one(&format!("timeFrame=GTF&from={from}&to={until}"))["evaluatedPercentage"],
        100.0 - 1000.0 / 980.0,
    );
    assert_eq!(one("timeFrame=YEAR")["error"]["code"], 400);
    assert_eq!(one("timeFrame=GTF&from=now&to=now-1h")["error"]["code"], 400);
    assert_eq!(one("timeFrame=GTF&from=soon")["error"]["constraintViolations"][0]["path"], "from");
    assert_eq!(get(&environment, &format!("{SLO}/unknown"), NOW).status, 404);
}

#[test]
fn what_cannot_be_evaluated_says_why() {
    let environment = environment("production");
    with_requests(&environment);
    let mut nothing = definition("no-data", "c", 95.0, 98.0);
    define(&environment, &nothing);
    nothing["name"] = json!("unreadable");
    nothing["metricExpression"] = json!("(my.requests.count");
    define(&environment, &nothing);
    nothing["name"] = json!("unknown-metric");
    nothing["metricExpression"] = json!("builtin:no.such.metric");
    define(&environment, &nothing);
    for (name, said) in [
        ("no-data", "there is no data in the timeframe"),
        ("unreadable", "can't be read at character 19: `)` is missing"),
        (
            "unknown-metric",
            "the classic metric `builtin:no.such.metric` of a metric expression is not supported",
        ),
    ] {
        let found = named(&environment, name);
        close(&found["evaluatedPercentage"], -1.0);
        assert!(found["error"].as_str().unwrap().contains(said), "{found}");
    }
}

#[test]
fn a_list_is_evaluated_only_when_asked_and_has_pages() {
    let environment = environment("production");
    with_requests(&environment);
    let mut off = definition("off", "a", 95.0, 98.0);
    off["enabled"] = json!(false);
    define(&environment, &off);
    for number in 0..12 {
        define(&environment, &definition(&format!("many-{number}"), "b", 99.0, 99.5));
    }
    let plain = list(&environment, "sloSelector=name(%22many-3%22)");
    assert_eq!((&plain[0]["evaluatedPercentage"], plain[0].get("status")), (&json!(-1.0), None));
    assert_eq!(list(&environment, "sloSelector=text(%22MANY-%22)").len(), 10);
    let first = body(&get(&environment, &format!("{SLO}?sloSelector=text(%22many-%22)&pageSize=8"), NOW));
    assert_eq!((&first["totalCount"], &first["pageSize"]), (&json!(12), &json!(8)));
    let next = first["nextPageKey"].as_str().unwrap();
    assert_eq!(list(&environment, &format!("nextPageKey={next}")).len(), 4);
    assert_eq!(list(&environment, "sloSelector=name(%22off%22)").len(), 0);
    assert_eq!(list(&environment, "sloSelector=name(%22off%22)&enabledSlos=all").len(), 1);
    for wrong in [
        "evaluate=perhaps",
        "enabledSlos=some",
        "sloSelector=colour(%22red%22)",
        "sloSelector=name",
        "pageSize=0",
    ] {
        assert_eq!(get(&environment, &format!("{SLO}?{wrong}"), NOW).status, 400, "{wrong}");
    }
    assert_eq!(post(&environment, SLO, &json!({}), NOW).status, 405);
}

#[test]
fn the_platform_service_evaluates_the_mean_of_the_indicator() {
    let environment = environment("production");
    let minute = 60_000;
    // Two intervals with data: none of 10 and half of 1000 requests failed.
    let lines = [
        format!("my.requests.count,shop=a 10 {}", NOW - 50 * 60 * minute),
        format!("my.failures.count,shop=a 0 {}", NOW - 50 * 60 * minute),
        format!("my.requests.count,shop=a 1000 {}", NOW - 10 * minute),
        format!("my.failures.count,shop=a 500 {}", NOW - 10 * minute),
    ];
    assert_eq!(bring(&environment, "/api/v2/metrics/ingest", &lines.join("\n"), NOW), 202);
    define(&environment, &definition("shop-a", "a", 70.0, 80.0));
    let slos = body(&get(&environment, &format!("{PLATFORM}?filter=name~shop-a"), NOW));
    assert_eq!(slos["totalCount"], 1);
    let slo = &slos["slos"][0];
    let criteria =
        json!([{"timeframeFrom": "now-1w", "timeframeTo": "now", "target": 70.0, "warning": 80.0}]);
    assert_eq!(slo["criteria"], criteria);
    assert!(slo["customSli"]["indicator"].as_str().unwrap().contains("sli ="));
    let id = slo["id"].as_str().unwrap();
    assert_eq!(body(&get(&environment, &format!("{PLATFORM}/{id}"), NOW)), *slo);
    let started = post(&environment, &format!("{PLATFORM}/evaluation:start"), &json!({"id": id}), NOW);
    assert_eq!(started.status, 200);
    let result = body(&started)["evaluationResults"][0].clone();
    close(&result["value"], 75.0);
    close(&result["errorBudget"], 5.0);
    assert_eq!((&result["status"], &result["criteria"]), (&json!("WARNING"), &json!("now-1w -> now")));
    assert_eq!(
        post(&environment, &format!("{PLATFORM}/evaluation:start"), &json!({"id": "x"}), NOW).status,
        404
    );
    assert_eq!(post(&environment, &format!("{PLATFORM}/evaluation:start"), &json!({}), NOW).status, 400);
    assert_eq!(get(&environment, &format!("{PLATFORM}/unknown"), NOW).status, 404);
}

#[test]
fn an_evaluation_that_is_slow_is_polled() {
    let environment = environment("production");
    with_requests(&environment);
    define(&environment, &definition("shop-a", "a", 95.0, 98.0));
    let slos = body(&get(&environment, &format!("{PLATFORM}?filter=name~shop-a"), NOW));
    let id = slos["slos"][0]["id"].clone();
    let start = |kind: FaultKind| {
        environment.add_fault(Fault::once("platform-slo", kind));
        let started = post(&environment, &format!("{PLATFORM}/evaluation:start"), &json!({"id": id}), NOW);
        let started = body(&started);
        assert!(started.get("evaluationResults").is_none() && started["definition"]["id"] == id);
        let token = started["evaluationToken"].as_str().unwrap();
        token.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")
    };
    let poll = |token: &str, now: i64| {
        let target =
            format!("{PLATFORM}/evaluation:poll?evaluation-token={token}&request-timeout-milliseconds=1000");
        get(&environment, &target, now)
    };
    let slow = start(FaultKind::SlowQuery { millis: 5000 });
    let early = poll(&slow, NOW + 3000);
    assert_eq!((early.hold_millis, body(&early).get("evaluationResults")), (1000, None));
    let ready = poll(&slow, NOW + 4500);
    assert_eq!(
        (ready.hold_millis, &body(&ready)["evaluationResults"][0]["criteria"]),
        (500, &json!("now-1w -> now"))
    );
    assert_eq!(poll(&slow, NOW + 5000).status, 410);
    let endless = start(FaultKind::NeverEnds);
    assert!(body(&poll(&endless, NOW + 399_000)).get("evaluationResults").is_none());
    assert_eq!(poll(&endless, NOW + 400_000).status, 410);
}

#[test]
fn scopes_are_enforced() {
    let environment = environment("production");
    let refused = |target: &str| {
        let response = environment.handle(&Request::get(target).with_bearer(NO_SCOPES), NOW);
        assert_eq!(response.status, 403);
        body(&response)["error"]["details"]["missingScopes"].clone()
    };
    assert_eq!(refused(SLO), json!(["environment-api:slo:read"]));
    assert_eq!(refused(PLATFORM), json!(["slo:slos:read"]));
    let start = format!("{PLATFORM}/evaluation:start");
    let response = post_as(&environment, NO_SCOPES, &start, &json!({"id": "x"}), NOW);
    assert_eq!(body(&response)["error"]["details"]["missingScopes"], json!(["slo:slos:write"]));
    let classic = |token: &str| {
        let request = Request::get("/api/v2/slo").with_header("authorization", &format!("Api-Token {token}"));
        environment.handle(&request, NOW)
    };
    assert_eq!(classic(API_TOKEN).status, 200);
    let response = classic("dt0c01.NOSCOPES.TOKEN");
    assert_eq!(
        (response.status, &body(&response)["error"]["details"]["missingScopes"]),
        (403, &json!(["slo.read"]))
    );
}
