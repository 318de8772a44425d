//! Values of templates that end up in DQL: whatever they hold, the queries keep their shape.
//!
//! `GRAILSTAGE_HOSTILE_CASES` sets the number of cases; twenty thousand take less than a minute in a release build.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

#[path = "../../dql/tests/hostile_text/mod.rs"]
mod hostile_text;
#[path = "../../dql/tests/query_shape/mod.rs"]
mod query_shape;

use std::cell::RefCell;
use std::future::{Future, pending};
use std::rc::Rc;
use std::time::Duration;

use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use grailstage_dql::ast::Query;
use grailstage_insights::Client;
use grailstage_scaffold::event_sending::send_event;
use grailstage_scaffold::guardian_creation::create_guardian;
use grailstage_scaffold::release_gate::gate_release;
use grailstage_tenant::{FetchFailure, Host, HttpRequest, HttpResponse, UnixMillis};
use hostile_text::Random;
use query_shape::{quoted, shape};
use serde_json::{Value, json};

/// An environment that knows nothing and takes everything, and the queries it was given.
#[derive(Default)]
struct Recorder {
    queries: RefCell<Vec<String>>,
    tasks: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
}

impl Host for Recorder {
    async fn fetch(&self, request: HttpRequest, _most_bytes: usize) -> Result<HttpResponse, FetchFailure> {
        let body: Value = serde_json::from_slice(&request.body.unwrap_or_default()).unwrap_or_default();
        let answer = if request.url.contains("/query:execute") {
            self.queries.borrow_mut().push(body["query"].as_str().unwrap().to_owned());
            json!({ "state": "SUCCEEDED", "progress": 100, "result": { "records": [], "types": [], "metadata": {} } })
        } else if request.url.contains("/settings/objects") {
            let objectives = body[0]["value"]["objectives"].as_array().into_iter().flatten();
            let asked = objectives.map(|objective| objective["dqlQuery"].as_str().unwrap().to_owned());
            self.queries.borrow_mut().extend(asked);
            let written = json!([{ "code": 200, "objectId": "object" }]);
            if request.method.as_str() == "GET" { json!({ "items": [], "totalCount": 0 }) } else { written }
        } else {
            Value::Null
        };
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Ok(HttpResponse { status: 200, headers, body: answer.to_string().into_bytes() })
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        let passes = duration < Duration::from_secs(20);
        async move {
            if !passes {
                pending::<()>().await;
            }
        }
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(1_795_262_400_000)
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.tasks.borrow_mut().push(task);
    }
}

/// All queries that come of the values.
fn queries(client: &Client<Recorder>, host: &Recorder, mut text: impl FnMut() -> String) -> Vec<String> {
    // Ids and names are refused where they are blank; what is around them must not matter.
    let id = format!("a{}", text());
    let event = json!({
        "id": id, "type": "build", "version": text(), "attemptedSince": "2026-11-21T11:00:00Z",
        "attributes": { format!("x{}", text()): text() },
    });
    let sent = block_on(send_event(client, &serde_json::from_value(event).unwrap(), pending())).unwrap();
    let sent: Value = serde_json::from_slice(&sent).unwrap();
    assert_eq!(sent["first"]["event.id"], json!(id));
    host.queries.borrow_mut().push(sent["query"].as_str().unwrap().to_owned());
    let guardian = json!({
        "name": format!("a{}", text()), "technology": "web-service",
        "workload": { "cluster": text(), "namespace": text(), "name": text() },
    });
    block_on(create_guardian(client, &serde_json::from_value(guardian).unwrap(), pending())).unwrap();
    let [version, revision, stage] = [(); 3].map(|()| format!("a{}", text()));
    let gate = json!({
        "version": version, "revision": revision, "stage": stage, "missing": "pass",
        "annotations": {
            "github.com/project-slug": "example/cart", "backstage.io/kubernetes-id": "webshop.cart",
            "dynatrace.com/guardian-tags": "service=cart",
        },
    });
    block_on(gate_release(client, &serde_json::from_value(gate).unwrap(), pending())).unwrap();
    host.tasks.take().into_iter().for_each(block_on);
    host.queries.take()
}

fn shapes(queries: &[String]) -> Vec<Query> {
    let read = |text: &String| {
        let parsed = grailstage_dql::parse(text);
        assert!(parsed.is_ok(), "{:?}\n{text}", parsed.err());
        let mut query = parsed.unwrap();
        quoted(&mut query);
        shape(&mut query);
        query
    };
    queries.iter().map(read).collect()
}

#[test]
fn no_value_changes_the_shape_of_a_query() {
    let cases: u32 =
        std::env::var("GRAILSTAGE_HOSTILE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let host = Rc::new(Recorder::default());
    let config = json!({ "environments": [{
        "name": "production", "url": "https://production.example", "platformToken": "dt0s16.SAMPLE.TOKEN",
    }] });
    let client = Client::new(Rc::clone(&host), &config).unwrap();
    let expected = shapes(&queries(&client, &host, || "harmless".to_owned()));
    // One that looks for what was sent, one in the answer, four objectives, and those of four cards.
    assert!(expected.len() > 10, "{}", expected.len());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for case in 0..cases {
        let hostile = queries(&client, &host, || random.text());
        assert_eq!(shapes(&hostile).len(), expected.len(), "case {case}");
        for (read, (wanted, text)) in shapes(&hostile).iter().zip(expected.iter().zip(&hostile)) {
            assert!(read == wanted, "case {case}\n{text}");
        }
    }
}
