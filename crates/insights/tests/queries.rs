//! Queries that people write themselves: against the sandbox, with numbers worked out from its records without DQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use futures_executor::block_on;
use grailstage_insights::{Client, InsightError};
use sandbox_host::{NOW, SandboxHost, both, component, records, unlimited};
use serde_json::{Value, json};

fn client(host: &Rc<SandboxHost>, config: &Value) -> Client<SandboxHost> {
    Client::new(Rc::clone(host), config).unwrap()
}

fn with(mut config: Value, key: &str, value: Value) -> Value {
    config[key] = value;
    config
}

fn custom(client: &Client<SandboxHost>, query: &str) -> Result<Value, InsightError> {
    let request = json!({ "query": query, "entity": component(json!({})) });
    let request = serde_json::from_value(request).unwrap();
    let bytes = block_on(client.custom_query(request, std::future::pending()))?;
    Ok(serde_json::from_slice(&bytes).unwrap())
}

fn catalog(client: &Client<SandboxHost>, queries: Value) -> (Vec<Value>, Value) {
    catalog_of(client, queries, json!({}))
}

/// The queries of an entity for what the reader chose: `from`, `to`, `environments`.
fn catalog_of(client: &Client<SandboxHost>, queries: Value, mut view: Value) -> (Vec<Value>, Value) {
    let mut entity = component(json!({}));
    entity["metadata"]["dynatrace"] = json!({ "queries": queries });
    view["entity"] = entity;
    let request = serde_json::from_value(view).unwrap();
    let outcome = block_on(client.catalog_queries(request, std::future::pending())).unwrap();
    let answer: Value = serde_json::from_slice(&outcome.answer).unwrap();
    (answer["queries"].as_array().unwrap().clone(), serde_json::to_value(outcome.asked).unwrap())
}

/// A configuration after the manual of `@dynatrace/backstage-plugin-dql`, as Backstage hands it on.
fn drop_in() -> Value {
    let queries = json!([
        {
            "id": "errors",
            "query": "fetch logs, from:-2h | filter k8s.workload.name == \"${componentName}\" and loglevel == \"ERROR\" \
                      | summarize Errors = count(), by:{Namespace = k8s.namespace.name} \
                      | fieldsAdd Where = record(type = \"link\", text = \"Logs\", url = \"${environmentUrl}/ui/logs\"), \
                        Environment = \"${environmentName}\"\n",
        },
        { "id": "broken", "query": "fetch logs\n| fliter a == 1" },
        { "id": "elsewhere", "query": "fetch logs, from:-5m | summarize count()", "environments": ["preproduction"] },
    ]);
    with(unlimited(), "queries", queries)
}

#[test]
fn a_configuration_of_the_peer_works_unchanged() {
    let host = SandboxHost::new();
    let client = client(&host, &drop_in());
    let answer = custom(&client, "errors").unwrap();
    assert_eq!(
        (answer["id"].as_str().unwrap(), answer["answer"]["state"].as_str().unwrap()),
        ("custom.errors", "ready")
    );

    let mut expected: BTreeMap<(String, String), f64> = BTreeMap::new();
    for environment in ["production", "preproduction"] {
        for log in records(&client, environment, "fetch logs, from:-2h") {
            if log["k8s.workload.name"] == "cart" && log["loglevel"] == "ERROR" {
                let namespace = log["k8s.namespace.name"].as_str().unwrap().to_owned();
                *expected.entry((environment.to_owned(), namespace)).or_default() += 1.0;
            }
        }
    }
    let section = &answer["answer"]["sections"][0];
    let titles: Vec<&str> =
        section["columns"].as_array().unwrap().iter().map(|c| c["title"].as_str().unwrap()).collect();
    let at = |title: &str| titles.iter().position(|found| *found == title).unwrap();
    // The query has a column for the environment of its own, so there is no second one.
    assert_eq!(titles.iter().filter(|title| title.eq_ignore_ascii_case("environment")).count(), 1);
    let mut found = BTreeMap::new();
    for row in section["rows"].as_array().unwrap() {
        let text = |title: &str| row[at(title)].as_str().unwrap().to_owned();
        found.insert((text("Environment"), text("Namespace")), row[at("Errors")].as_f64().unwrap());
        let url = format!("https://{}.example/ui/logs", text("Environment"));
        assert_eq!(row[at("Where")], json!({ "text": "Logs", "url": url }));
    }
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
}

#[test]
fn a_malformed_query_is_an_issue_with_its_place_and_does_not_stop_the_others() {
    let host = SandboxHost::new();
    let client = client(&host, &drop_in());
    let issues = client.configuration_issues();
    assert_eq!(issues.len(), 1, "{issues:?}");
    assert!(
        issues[0].message.contains("`broken`") && issues[0].message.contains("line 2, column 3"),
        "{issues:?}"
    );
    let answer = custom(&client, "broken").unwrap();
    assert_eq!(answer["refusal"]["code"], "invalid");
    assert_eq!(answer["refusal"]["findings"][0]["start"], json!({ "line": 2, "column": 3 }));
    assert!(answer.get("answer").is_none());
    assert_eq!(custom(&client, "ELSEWHERE").unwrap()["answer"]["environments"].as_array().unwrap().len(), 1);
    let error = custom(&client, "nothing").unwrap_err();
    assert_eq!(error.code(), "unknown-query");
    assert!(error.help().unwrap().contains("`custom.errors`"));
}

#[test]
fn environments_are_chosen_by_name_or_by_the_label_of_their_host() {
    let mut config = both();
    config["environments"][0]["name"] = json!("Live system");
    config["queries"] = json!([
        { "id": "by-label", "query": "data record(a = 1)", "environments": ["production"] },
        { "id": "by-name", "query": "data record(a = 1)", "environments": ["Live system"] },
        { "id": "unknown", "query": "data record(a = 1)", "environments": ["Live system", "nowhere"] },
    ]);
    let client = client(&SandboxHost::new(), &config);
    for id in ["by-label", "by-name"] {
        let answer = custom(&client, id).unwrap()["answer"].clone();
        assert_eq!(answer["environments"].as_array().unwrap().len(), 1, "{answer}");
        assert_eq!(
            (&answer["environments"][0]["name"], &answer["state"]),
            (&json!("Live system"), &json!("ready"))
        );
    }
    let answer = custom(&client, "unknown").unwrap()["answer"].clone();
    assert_eq!(
        (&answer["state"], &answer["notes"][0]["code"]),
        (&json!("partial"), &json!("unknown-environment"))
    );
    assert_eq!(client.configuration_issues().len(), 1);
}

#[test]
fn values_keep_their_types_and_only_allowed_addresses_become_links() {
    let query = "data record(n = 5, d = 1.5, t = toTimestamp(\"2026-11-21T12:00:00Z\"), dur = 90s, b = true, size = 2048, \
                 list = array(\"a\", \"b\"), none = null, nested = record(x = record(y = 1)), \
                 wiki = record(type = \"link\", title = \"Wiki\", url = \"https://wiki.example.org/a\"), \
                 evil = record(type = \"link\", text = \"Click\", url = \"javascript:alert(1)\"))";
    let mut config = both();
    config["environments"].as_array_mut().unwrap().truncate(1);
    config["queries"] = json!([{ "id": "all", "query": query, "units": { "size": "bytes" } }]);
    config["policy"] = json!({ "links": ["https://wiki.example.org"] });
    let answer = custom(&client(&SandboxHost::new(), &config), "all").unwrap()["answer"].clone();
    let section = &answer["sections"][0];
    let cells: BTreeMap<&str, (&Value, &Value, &Value)> = section["columns"]
        .as_array()
        .unwrap()
        .iter()
        .zip(section["rows"][0].as_array().unwrap())
        .map(|(column, cell)| (column["title"].as_str().unwrap(), (&column["kind"], &column["unit"], cell)))
        .collect();
    let cell = |name: &str| {
        let (kind, unit, cell) = cells[name];
        json!([kind, unit, cell])
    };
    assert_eq!(cell("n"), json!(["number", null, 5.0]));
    assert_eq!(cell("d"), json!(["number", null, 1.5]));
    assert_eq!(cell("t"), json!(["timestamp", null, "2026-11-21T12:00:00Z"]));
    assert_eq!(cell("dur"), json!(["number", "milliseconds", 90_000.0]));
    assert_eq!(cell("b"), json!(["text", null, "true"]));
    assert_eq!(cell("size"), json!(["number", "bytes", 2048.0]));
    assert_eq!(cell("list"), json!(["text", null, "a, b"]));
    assert_eq!(cell("none"), json!(["text", null, null]));
    assert_eq!(cell("nested")[0], "record");
    assert_eq!(cell("wiki"), json!(["link", null, { "text": "Wiki", "url": "https://wiki.example.org/a" }]));
    assert_eq!(cell("evil")[2], "Click (javascript:alert(1))");
    assert_eq!(answer["notes"][0]["code"], "link-not-allowed");
}

#[test]
fn a_time_series_is_a_chart_whose_points_add_up_to_the_records() {
    let host = SandboxHost::new();
    let client = client(&host, &unlimited());
    let query = "fetch logs, from:-2h | filter k8s.workload.name == \"${componentName}\" \
                 | makeTimeseries lines = count(default:0), by:{loglevel}, interval:10m";
    let (queries, asked) =
        catalog(&client, json!([{ "id": "Lines", "query": query, "environments": ["production"] }]));
    let sections = queries[0]["answer"]["sections"].as_array().unwrap();
    assert_eq!((&sections[0]["type"], &sections[0]["title"]), (&json!("chart"), &json!("lines")));
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    for log in records(&client, "production", "fetch logs, from:-2h") {
        if log["k8s.workload.name"] == "cart" {
            *expected.entry(log["loglevel"].as_str().unwrap().to_owned()).or_default() += 1.0;
        }
    }
    let sums: BTreeMap<String, f64> = sections[0]["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|series| {
            let values = series["values"].as_array().unwrap();
            assert_eq!(values.len(), sections[0]["times"].as_array().unwrap().len());
            (series["name"].as_str().unwrap().to_owned(), values.iter().filter_map(Value::as_f64).sum())
        })
        .collect();
    assert!(expected.len() > 1);
    assert_eq!(sums, expected);
    assert_eq!(sections[1]["columns"][1]["kind"], "sparkline");
    assert_eq!(asked[0]["outcome"], "ok");
    assert!(asked[0]["scannedBytes"].as_u64().unwrap() > 0);
    assert!(!asked.to_string().contains("fetch"));
}

#[test]
fn a_query_against_the_policy_is_drawn_and_never_asked() {
    let host = SandboxHost::new();
    let client = client(&host, &both());
    let (queries, asked) = catalog(
        &client,
        json!([
            { "id": "sessions", "description": "Who was here", "query": "fetch user.sessions\n| limit 5" },
            { "id": "old", "query": "fetch logs, from:-31d" },
            { "id": "typo", "query": "fetch logs | filter a == \"${componentNam}\"" },
            "no query",
            { "id": "fine", "query": "fetch logs, from:-5m | limit 1" },
        ]),
    );
    let codes: Vec<&Value> = queries.iter().map(|query| &query["refusal"]["code"]).collect();
    assert_eq!(
        codes,
        [&json!("policy"), &json!("policy"), &json!("invalid"), &json!("malformed"), &Value::Null]
    );
    let refusal = &queries[0]["refusal"];
    assert_eq!(refusal["findings"][0]["start"], json!({ "line": 1, "column": 7 }));
    assert!(refusal["findings"][0]["help"].as_str().unwrap().contains("security.events"));
    assert_eq!(queries[0]["description"], "Who was here");
    assert!(queries[2]["refusal"]["findings"][0]["help"].as_str().unwrap().contains("`componentName`"));
    let fingerprints: BTreeSet<&str> =
        asked.as_array().unwrap().iter().map(|query| query["fingerprint"].as_str().unwrap()).collect();
    assert_eq!((asked.as_array().unwrap().len(), fingerprints.len()), (2, 1));
}

#[test]
fn the_policy_cuts_what_a_query_of_an_entity_costs() {
    let policy = json!({ "catalogQueries": { "limits": { "maxResultRecords": 3 } } });
    let host = SandboxHost::new();
    let client = client(&host, &with(both(), "policy", policy));
    let (queries, _) =
        catalog(&client, json!([{ "id": "a", "query": "fetch logs", "environments": ["production"] }]));
    let answer = &queries[0]["answer"];
    assert_eq!(answer["sections"][0]["rows"].as_array().unwrap().len(), 3);
    assert_eq!((&answer["state"], &answer["notes"][0]["code"]), (&json!("partial"), &json!("truncated")));
}

#[test]
fn a_policy_that_cannot_be_read_or_says_no_stops_every_query() {
    let ask = |policy: Value| {
        let client = client(&SandboxHost::new(), &with(both(), "policy", policy));
        let mut entity = component(json!({}));
        entity["metadata"]["dynatrace"] = json!({ "queries": [{ "id": "a", "query": "fetch logs" }] });
        let request = serde_json::from_value(json!({ "entity": entity })).unwrap();
        let error = block_on(client.catalog_queries(request, std::future::pending())).unwrap_err();
        (error.code(), error.status(), client.configuration_issues().len())
    };
    assert_eq!(ask(json!({ "catalogQueries": { "tables": "logs" } })), ("invalid-config", 500, 1));
    assert_eq!(ask(json!({ "catalogQueries": { "enabled": false } })), ("queries-off", 403, 0));
}

const MINUTE: u64 = 60_000;
const DAY: u64 = 1_440 * MINUTE;

fn iso(millis: u64) -> String {
    jiff::Timestamp::from_millisecond(i64::try_from(millis).unwrap()).unwrap().to_string()
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect()
}

#[test]
fn the_days_that_the_policy_allows_may_all_be_chosen() {
    let host = SandboxHost::new();
    // The reader's clock is a moment behind, and no step begins there.
    host.pass(Duration::from_millis(4 * MINUTE + 321));
    let view = json!({ "from": iso(NOW + 4 * MINUTE - 30 * DAY), "to": iso(NOW + 4 * MINUTE) });
    let query = "fetch dt.davis.problems | summarize n = count()";
    let (queries, _) = catalog_of(&client(&host, &both()), json!([{ "id": "a", "query": query }]), view);
    assert_eq!((&queries[0]["refusal"], &queries[0]["answer"]["state"]), (&Value::Null, &json!("ready")));
    assert_eq!(codes(&queries[0]["answer"]), [""; 0]);
}

#[test]
fn a_timeframe_longer_than_the_policy_allows_is_cut_and_said_to_be() {
    let host = SandboxHost::new();
    let config = with(unlimited(), "policy", json!({ "catalogQueries": { "maxDaysBack": 1 } }));
    let client = client(&host, &config);
    let query =
        "fetch dt.davis.problems | filter timestamp >= now()-90d | summarize n = countDistinct(event.id)";
    let queries = json!([{ "id": "a", "query": query, "environments": ["production"] }]);
    let view = json!({ "from": iso(NOW - 30 * DAY), "to": iso(NOW) });
    let (queries, _) = catalog_of(&client, queries, view);
    let answer = &queries[0]["answer"];
    assert_eq!((&answer["state"], codes(answer)), (&json!("ready"), vec!["timeframe-cut"]));
    assert_eq!(answer["timeframe"], json!({ "from": iso(NOW - DAY), "to": iso(NOW) }));
    assert!(answer["notes"][0]["message"].as_str().unwrap().contains(&iso(NOW - DAY)), "{answer}");

    let problems = |since: &str| {
        let query = format!("fetch dt.davis.problems, from:{since}");
        let all = records(&client, "production", &query);
        all.iter().map(|problem| problem["event.id"].to_string()).collect::<BTreeSet<_>>().len() as f64
    };
    assert_ne!(problems("-1d"), problems("-30d"));
    assert_eq!(answer["sections"][0]["rows"][0][0].as_f64().unwrap(), problems("-1d"));
}

#[test]
fn the_times_that_a_query_names_itself_are_not_the_readers() {
    let host = SandboxHost::new();
    let queries = json!([
        { "id": "own", "query": "fetch logs, from:-5m | summarize n = count()" },
        { "id": "end", "query": "fetch logs, to:now()-1m | summarize n = count()" },
        { "id": "nested", "query": "fetch logs, from:-5m | append [fetch events] | summarize n = count()" },
    ]);
    // All of it is before what may be read.
    let view = json!({ "from": iso(NOW - 90 * DAY), "to": iso(NOW - 60 * DAY) });
    let (queries, _) = catalog_of(&client(&host, &both()), queries, view);
    let answer = &queries[0]["answer"];
    assert_eq!((&answer["state"], codes(answer)), (&json!("ready"), vec![]));
    assert_eq!(answer["timeframe"]["from"].as_str().unwrap().get(..16), iso(NOW - 5 * MINUTE).get(..16));
    for query in &queries[1..] {
        assert_eq!(query["refusal"]["code"], "policy", "{query}");
    }
}

#[test]
fn a_query_for_other_environments_than_the_chosen_ones_says_for_which() {
    let host = SandboxHost::new();
    let queries = json!([{ "id": "a", "query": "fetch logs", "environments": ["production"] }]);
    let view = json!({ "environments": ["preproduction"] });
    let (queries, asked) = catalog_of(&client(&host, &both()), queries, view);
    let answer = &queries[0]["answer"];
    assert_eq!((&answer["state"], codes(answer)), (&json!("empty"), vec!["not-asked-here"]));
    assert_eq!(answer["notes"][0]["severity"], "info");
    assert_eq!(answer["notes"][0]["message"], "the query is only for `production`");
    assert!(asked.as_array().unwrap().is_empty());
}

#[test]
fn an_environment_that_cannot_be_used_is_known_by_its_host_too() {
    let mut config = both();
    config["environments"][0]["name"] = json!("Live system");
    config["environments"][0]["platformToken"] = Value::Null;
    config["queries"] = json!([{ "id": "a", "query": "data record(a = 1)", "environments": ["production"] }]);
    let client = client(&SandboxHost::new(), &config);
    let answer = custom(&client, "a").unwrap()["answer"].clone();
    assert_eq!(answer["state"], "failed");
    assert_eq!(answer["environments"][0]["name"], "Live system");
    assert!(!codes(&answer).contains(&"unknown-environment"), "{answer}");
    assert_eq!(client.configuration_issues().len(), 1);
}

/// The column of that title: what it is, and its cells.
fn column(answer: &Value, title: &str) -> (Value, Vec<Value>) {
    let table = answer["sections"].as_array().unwrap().iter().find(|part| part["type"] == "table").unwrap();
    let columns = table["columns"].as_array().unwrap();
    let at = columns.iter().position(|column| column["title"] == title).unwrap();
    (columns[at].clone(), table["rows"].as_array().unwrap().iter().map(|row| row[at].clone()).collect())
}

#[test]
fn times_keep_their_nanoseconds_and_sort_as_texts() {
    let query = "data record(n = 1, t = toTimestamp(\"2026-11-21T12:00:00.5Z\"), s = toTimestamp(\"2026-11-21T12:00:00Z\")), \
                 record(n = 2, t = toTimestamp(\"2026-11-21T12:00:00.500000001Z\"), s = toTimestamp(\"2026-11-21T12:00:00.25Z\")), \
                 record(n = 3, t = toTimestamp(\"2026-11-21T12:00:00.25Z\"), s = toTimestamp(\"2026-11-21T12:00:00.1Z\"))";
    let config =
        with(both(), "queries", json!([{ "id": "a", "query": query, "environments": ["production"] }]));
    let answer = custom(&client(&SandboxHost::new(), &config), "a").unwrap()["answer"].clone();
    let of_second = |fractions: [&str; 3]| fractions.map(|it| json!(format!("2026-11-21T12:00:00.{it}Z")));
    assert_eq!(column(&answer, "t").1, of_second(["500000000", "500000001", "250000000"]));
    assert_eq!(column(&answer, "s").1, of_second(["000", "250", "100"]));
}

#[test]
fn a_unit_that_a_column_cannot_have_is_remarked() {
    let query = "data record(n = 5, took = 90s, name = \"a\")";
    let units = json!({ "n": "percent", "took": "bytes", "name": "bytes", "absent": "bytes" });
    let queries = json!([
        { "id": "a", "query": query, "environments": ["production"], "units": units },
        { "id": "b", "query": query, "environments": ["production"], "units": { "took": "milliseconds" } },
    ]);
    let client = client(&SandboxHost::new(), &with(both(), "queries", queries));
    let answer = custom(&client, "a").unwrap()["answer"].clone();
    assert_eq!(column(&answer, "n").0["unit"], "percent");
    assert_eq!(column(&answer, "took").0["unit"], "milliseconds");
    assert_eq!(codes(&answer), ["unit-not-applied"; 3]);
    let messages: Vec<&Value> =
        answer["notes"].as_array().unwrap().iter().map(|note| &note["message"]).collect();
    assert_eq!(
        messages,
        [
            "the unit of `absent` is not applied: there is no column of that name",
            "the unit of `name` is not applied: it is no column of numbers",
            "the unit of `took` is not applied: durations have one of their own",
        ]
    );
    assert_eq!(codes(&custom(&client, "b").unwrap()["answer"]), [""; 0]);
}

#[test]
fn a_refresh_may_be_for_one_query_of_an_entity_alone() {
    let host = SandboxHost::with_store();
    let client = client(&host, &both());
    let queries = json!([
        { "id": "first", "query": "fetch logs, from:-5m | summarize count()", "environments": ["production"] },
        { "id": "second", "query": "fetch events, from:-5m | summarize count()", "environments": ["production"] },
    ]);
    let executed = || {
        let counters = host.sandbox.environment("production").unwrap().counters();
        counters.get("execute").map_or(0, |route| route.calls)
    };
    let asked = |view: Value| {
        host.pass(Duration::from_secs(10));
        let before = executed();
        let (answers, _) = catalog_of(&client, queries.clone(), view);
        assert_eq!(answers.len(), 2, "all are answered");
        host.settle();
        executed() - before
    };
    assert_eq!(asked(json!({})), 2);
    assert_eq!(asked(json!({})), 0, "both are kept");
    assert_eq!(asked(json!({ "refresh": true, "refreshOnly": "catalog.second" })), 1);
    assert_eq!(asked(json!({ "refresh": true })), 2);
}
