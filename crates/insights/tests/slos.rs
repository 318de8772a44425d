//! The card `slos`: values, budgets and burn rates against the requests and failures that the metrics hold.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use grailstage_insights::Client;
use grailstage_tenant::{FetchFailure, Host, HttpRequest, HttpResponse, StoreFailure, UnixMillis};
use serde_json::{Value, json};

use sandbox_host::settings::create;
use sandbox_host::{SandboxHost, both, card, component, environment, fact, records, table, unlimited};

const CARD: &str = "slos";
const SLOS: &str = "builtin:monitoring.slo";
const WEEK_MILLIS: f64 = 7.0 * 86_400_000.0;
const NAMESPACES: [(&str, &str); 3] =
    [("production", "webshop"), ("development", "webshop-dev"), ("hardening", "webshop-hardening")];

fn client(host: &Rc<SandboxHost>, config: &Value) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), config).unwrap()
}

fn tagged(tags: &str) -> Value {
    component(json!({ "dynatrace.com/slo-tags": tags }))
}

fn ask(host: &Rc<SandboxHost>, config: &Value, entity: &Value) -> Value {
    card(&client(host, config), json!({ "card": CARD, "entity": entity })).unwrap()
}

/// The mean of the share of requests that did not fail, in percent, by service and namespace.
fn kept(host: &Rc<SandboxHost>, environment: &str, from: &str) -> BTreeMap<(String, String), f64> {
    let client = client(host, &unlimited());
    let query = format!(
        "timeseries {{ requests = sum(dt.service.request.count), failures = sum(dt.service.request.failure_count) }}, \
         by:{{ service.name, k8s.namespace.name }}, from:{from}, to:now()"
    );
    let numbers =
        |array: &Value| -> Vec<Option<f64>> { array.as_array().unwrap().iter().map(Value::as_f64).collect() };
    records(&client, environment, &query)
        .into_iter()
        .map(|series| {
            let shares: Vec<f64> = numbers(&series["requests"])
                .into_iter()
                .zip(numbers(&series["failures"]))
                .filter_map(|(requests, failures)| Some(100.0 * (1.0 - failures? / requests?)))
                .filter(|share| share.is_finite())
                .collect();
            let mean = shares.iter().sum::<f64>() / shares.len() as f64;
            let name = |key: &str| series[key].as_str().unwrap().to_owned();
            ((name("service.name"), name("k8s.namespace.name")), mean)
        })
        .collect()
}

#[track_caller]
fn close(found: &Value, expected: f64, what: &str) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

#[test]
fn a_budget_is_what_the_requests_of_the_window_leave_of_it() {
    let host = SandboxHost::new();
    let mut found = 0;
    for (environment, service) in
        [("production", "payment"), ("production", "storefront"), ("preproduction", "catalog")]
    {
        let (week, hour) = (kept(&host, environment, "now()-7d"), kept(&host, environment, "now()-1h"));
        let entity = tagged(&format!("service={service}"));
        let answer = ask(&host, &both(), &entity);
        assert_eq!(answer["state"], "ready", "{}", answer["notes"]);
        for row in table(&answer, "objectives").iter().filter(|row| row["environment"] == environment) {
            let name = row["objective"]["text"].as_str().unwrap();
            let (_, namespace) = NAMESPACES.iter().find(|(stage, _)| name.ends_with(stage)).unwrap();
            let key = (service.to_owned(), (*namespace).to_owned());
            let (value, last_hour) = (week[&key], hour[&key]);
            let target = row["target"].as_f64().unwrap();
            let left = (value - target) / (100.0 - target) * 100.0;
            let rate = (100.0 - last_hour) / (100.0 - target);
            close(&row["value"], value, name);
            close(&row["budget"], left, name);
            close(&row["burn-rate"], rate, name);
            // The column is left out where no objective of the card has a time to tell.
            let exhausted_in = row.get("exhausted-in").unwrap_or(&Value::Null);
            if left <= 0.0 {
                assert_eq!((exhausted_in, &row["state"]["label"]), (&Value::Null, &json!("exhausted")));
            } else if rate > 1.0 {
                close(exhausted_in, left / 100.0 * WEEK_MILLIS / rate, name);
            } else {
                assert_eq!(exhausted_in, &Value::Null, "{name}");
            }
            assert_eq!(row["window"], "7 d");
            found += 1;
        }
    }
    assert_eq!(found, 4);
}

#[test]
fn the_demo_has_healthy_burning_and_exhausted_budgets() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let answer = ask(&host, &config, &tagged("stage=production"));
    let states: Vec<(String, Value)> = table(&answer, "objectives")
        .into_iter()
        .map(|row| {
            let name = row["objective"]["text"].as_str().unwrap();
            (name.replace(" success rate production", ""), row["state"]["label"].clone())
        })
        .collect();
    let states: Vec<(&str, &str)> =
        states.iter().map(|(name, state)| (name.as_str(), state.as_str().unwrap())).collect();
    assert_eq!(
        states,
        [
            ("catalog", "exhausted"),
            ("payment", "burning fast"),
            ("checkout", "burning"),
            ("storefront", "healthy"),
            ("cart", "healthy"),
            ("search", "healthy"),
        ]
    );
    assert_eq!(fact(&answer, "exhausted")["value"], 1);
    assert_eq!(
        (&fact(&answer, "burning")["value"], &fact(&answer, "burning")["status"]),
        (&json!(2), &json!("error"))
    );
    assert_eq!(fact(&answer, "healthy")["value"], 3);
    let lefts = table(&answer, "objectives");
    let least = fact(&answer, "least-left");
    assert_eq!(
        (&least["value"], &least["detail"]),
        (&lefts[0]["budget"], &json!("catalog success rate production"))
    );
}

#[test]
fn asks_for_the_objectives_once_and_twice_for_each() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let answer = ask(&host, &config, &tagged("service=payment"));
    let report = &answer["environments"][0];
    assert_eq!(
        report["services"],
        json!([{ "key": "objectives", "service": "slo", "subject": "objectives" }])
    );
    let names: Vec<&Value> =
        report["queries"].as_array().unwrap().iter().map(|query| &query["key"]).collect();
    assert_eq!(
        names,
        ["payment success rate production over 7 d", "payment success rate production over 1 h"]
    );
    assert!(report["scannedBytes"].is_u64());
    insta::assert_snapshot!(report["queries"][0]["query"].as_str().unwrap());
    let counters = host.sandbox.environment("production").unwrap().counters();
    assert_eq!((counters["platform-slo"].calls, counters["execute"].calls), (1, 2), "{counters:?}");
}

#[test]
fn evaluates_ten_and_says_so_of_the_rest() {
    let host = SandboxHost::new();
    let config =
        json!({ "environments": [environment("preproduction", grailstage_sandbox::PLATFORM_TOKEN)] });
    // An empty value asks for all objectives.
    let answer = ask(&host, &config, &tagged(""));
    assert_eq!(answer["state"], "partial");
    let rows = table(&answer, "objectives");
    assert_eq!(rows.len(), 12);
    let left_out: Vec<_> =
        rows.iter().filter(|row| row["state"]["detail"] == "only 10 objectives are evaluated").collect();
    assert_eq!(left_out.len(), 2);
    assert!(left_out.iter().all(|row| row["budget"].is_null() && row["state"]["label"] == "not evaluated"));
    assert_eq!(answer["notes"][0]["code"], "objectives-left-out");
    assert_eq!(
        answer["notes"][0]["message"],
        "10 of 12 objectives are evaluated, by name and one of each component in turn, since each costs two queries"
    );
}

#[test]
fn each_component_of_a_system_has_a_turn_before_any_has_two() {
    let host = SandboxHost::new();
    // By name those of `aaa` would be the first ten.
    for nth in 10..22 {
        let value = json!({
            "enabled": true, "name": format!("aaa {nth}"), "metricExpression": "(builtin:service.requestCount.total:splitBy())",
            "evaluationType": "AGGREGATE", "filter": "", "evaluationWindow": "-1w", "targetSuccess": 99.0,
            "targetWarning": 99.5, "errorBudgetBurnRate": { "burnRateVisualizationEnabled": true }, "tags": ["aaa"],
        });
        create(&host, "production", SLOS, &value);
    }
    let named = |name: &str, tags: &str| {
        let mut entity = tagged(tags);
        entity["metadata"]["name"] = name.into();
        entity
    };
    let mut system = component(json!({}));
    system["kind"] = "System".into();
    let components = [
        named("aaa", "aaa"),
        named("checkout", "service=checkout"),
        named("payment", "service=payment"),
        named("both", "stage=production,service=payment"),
    ];
    let request =
        json!({ "card": CARD, "entity": system, "components": components, "environments": ["production"] });
    let answer = card(&client(&host, &both()), request).unwrap();
    let asked: Vec<&str> = answer["environments"][0]["queries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|query| query["key"].as_str().unwrap())
        .filter(|key| key.ends_with("7 d"))
        .collect();
    assert_eq!(asked.len(), 10);
    assert_eq!(
        asked[..4],
        [
            "aaa 10 over 7 d",
            "checkout success rate production over 7 d",
            "payment success rate production over 7 d",
            "aaa 11 over 7 d",
        ]
    );
}

#[test]
fn a_group_has_the_objectives_of_its_components() {
    let host = SandboxHost::new();
    let named = |name: &str| {
        let mut entity = tagged(&format!("service={name},stage=production"));
        entity["metadata"]["name"] = name.into();
        entity
    };
    let mut group = component(json!({}));
    group["kind"] = "Group".into();
    let components = [named("checkout"), named("payment"), component(json!({}))];
    let request = json!({ "card": CARD, "entity": group, "components": components });
    let answer = card(&client(&host, &both()), request).unwrap();
    let mut components: Vec<Value> =
        table(&answer, "objectives").into_iter().map(|row| row["component"].clone()).collect();
    components.sort_by_key(ToString::to_string);
    assert_eq!(components, ["checkout", "payment"]);
}

#[test]
fn an_objective_that_cannot_be_evaluated_says_why() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let define = |name: &str, expression: &str, window: &str, filter: &str| {
        let value = json!({
            "enabled": true, "name": name, "metricExpression": expression, "evaluationType": "AGGREGATE",
            "filter": filter, "evaluationWindow": window, "targetSuccess": 99.0, "targetWarning": 99.5,
            "errorBudgetBurnRate": { "burnRateVisualizationEnabled": true }, "tags": ["odd"],
        });
        create(&host, "production", SLOS, &value);
    };
    let requests = "(builtin:service.requestCount.total:splitBy())";
    define("a template", "(my.requests.count", "-1w", "");
    define("no data", "(my.requests.count:splitBy():sum)", "-1w", "");
    define("no window", requests, "-1M", "");
    define("refused", requests, "-1w", "type(\"SERVICE\"),noSuchCriterion(\"x\")");
    let answer = ask(&host, &config, &tagged("odd"));
    let reasons: BTreeMap<String, String> = table(&answer, "objectives")
        .into_iter()
        .map(|row| {
            assert_eq!((&row["state"]["label"], &row["budget"]), (&json!("not evaluated"), &Value::Null));
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&row["objective"]["text"]), text(&row["state"]["detail"]))
        })
        .collect();
    let said = |name: &str, part: &str| assert!(reasons[name].contains(part), "{name}: {}", reasons[name]);
    said("a template", "no indicator of its own");
    said("no data", "no data in its window");
    said("no window", "its window from `now-1M` to `now`");
    said("refused", "noSuchCriterion");
    assert_eq!(fact(&answer, "not-evaluated")["value"], 4);
    assert_eq!(answer["facts"].as_array().unwrap().len(), 1, "{}", answer["facts"]);
}

/// The sandbox, whose Grail says of every answer that it stopped reading.
struct Cutting(Rc<SandboxHost>);

impl Host for Cutting {
    async fn fetch(&self, request: HttpRequest, most_bytes: usize) -> Result<HttpResponse, FetchFailure> {
        let is_query = request.url.contains("query:execute");
        let mut response = self.0.fetch(request, most_bytes).await?;
        if is_query {
            let mut body: Value = serde_json::from_slice(&response.body).unwrap();
            body["result"]["metadata"]["grail"]["notifications"] = json!([{
                "severity": "WARNING", "notificationType": "SCAN_LIMIT_GBYTES",
                "message": "Your execution was stopped after 500 gigabytes of data were scanned.",
            }]);
            response.body = body.to_string().into_bytes();
        }
        Ok(response)
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }

    fn now(&self) -> UnixMillis {
        self.0.now()
    }

    async fn store_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFailure> {
        self.0.store_get(key).await
    }

    async fn store_set(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Result<(), StoreFailure> {
        self.0.store_set(key, value, ttl).await
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.0.spawn(task);
    }
}

#[test]
fn a_budget_of_a_cut_off_indicator_is_not_told_as_the_whole() {
    let config = json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
    let client = Client::new(Rc::new(Cutting(SandboxHost::new())), &config).unwrap();
    let request = json!({ "card": CARD, "entity": tagged("service=payment") });
    let request = serde_json::from_value(request).unwrap();
    let answer = block_on(client.card(request, std::future::pending())).unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["state"], "partial");
    let notes: Vec<(&str, &str)> = answer["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| (note["code"].as_str().unwrap(), note["message"].as_str().unwrap()))
        .collect();
    let stopped = "Your execution was stopped after 500 gigabytes of data were scanned.";
    assert_eq!(
        notes,
        [
            ("truncated", format!("payment success rate production over 7 d: {stopped}").as_str()),
            ("truncated", format!("payment success rate production over 1 h: {stopped}").as_str()),
        ]
    );
}

#[test]
fn without_the_scope_there_is_an_error_that_names_it_and_without_an_annotation_nothing_is_asked() {
    let host = SandboxHost::new();
    let config = json!({ "environments": [environment("production", "dt0s16.NOSCOPES.TOKEN")] });
    let answer = ask(&host, &config, &tagged("service=cart"));
    assert_eq!(answer["state"], "failed");
    assert_eq!(answer["notes"][0]["code"], "missing-scope");
    assert!(answer["notes"][0]["message"].as_str().unwrap().contains("slo:slos:read"), "{}", answer["notes"]);

    let answer = ask(&host, &both(), &component(json!({})));
    assert_eq!(answer["state"], "missing-annotation");
    assert_eq!(answer["annotations"], json!(["dynatrace.com/slo-tags"]));
    let error =
        card(&client(&host, &both()), json!({ "card": CARD, "entity": tagged("=cart") })).unwrap_err();
    assert_eq!(error.code(), "invalid-annotation");
}
