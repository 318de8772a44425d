//! What goes to Grail for the queries that people write themselves.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use grailstage_insights::Client;
use grailstage_tenant::{FetchFailure, Host, HttpRequest, HttpResponse, UnixMillis};
use sandbox_host::{SandboxHost, both, component};
use serde_json::{Value, json};

/// The sandbox, and the bodies of the queries that it was asked to execute.
struct Listening {
    sandbox: Rc<SandboxHost>,
    executed: RefCell<Vec<Value>>,
}

impl Host for Listening {
    async fn fetch(&self, request: HttpRequest, most_bytes: usize) -> Result<HttpResponse, FetchFailure> {
        if request.url.contains("/query:execute") {
            let mut body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
            body["environment"] = json!(request.url.split(['/', '.']).nth(2));
            self.executed.borrow_mut().push(body);
        }
        self.sandbox.fetch(request, most_bytes).await
    }

    async fn sleep(&self, duration: Duration) {
        self.sandbox.sleep(duration).await;
    }

    fn now(&self) -> UnixMillis {
        self.sandbox.now()
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.sandbox.spawn(task);
    }
}

/// With a placeholder of each kind.
const QUERY: &str = "fetch logs\n\
    | filter k8s.workload.name == \"${componentName}\" and k8s.namespace.name == ${entity.metadata.labels['stage']}\n\
    | fields timestamp, line = concat(\"${environmentName}: \", content), url = \"${environmentUrl}/ui\", \
      namespace = ${componentNamespace}";

fn client() -> (Client<Listening>, Rc<Listening>) {
    let host = Rc::new(Listening { sandbox: SandboxHost::new(), executed: RefCell::default() });
    let mut config = both();
    config["environments"][1]["limits"] = json!({ "maxResultRecords": 500, "defaultScanLimitGbytes": 2 });
    config["queries"] = json!([{ "id": "lines", "query": QUERY }]);
    config["policy"] = json!({ "catalogQueries": { "limits": { "maxResultBytes": 65_536 } } });
    (Client::new(Rc::clone(&host), &config).unwrap(), host)
}

/// The request for an entity whose label would end the filter, if it were text.
fn request(queries: Value) -> Value {
    let mut entity = component(json!({}));
    entity["metadata"]["labels"] = json!({ "stage": "a\" or true //" });
    entity["metadata"]["dynatrace"] = json!({ "queries": queries });
    json!({ "entity": entity, "from": "2026-11-21T06:00:01.500Z", "to": "2026-11-21T12:00:00Z" })
}

/// What was executed, the text of each query under what else went with it.
fn told(host: &Listening) -> String {
    let one = |mut body: Value| {
        let query = body.as_object_mut().unwrap().remove("query").unwrap();
        format!("{}\n{}\n", serde_json::to_string_pretty(&body).unwrap(), query.as_str().unwrap())
    };
    host.executed.take().into_iter().map(one).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_query_of_the_configuration_is_asked_with_its_values_bound_and_the_limits_of_each_environment() {
    let (client, host) = client();
    let mut request = request(Value::Null);
    request["query"] = json!("lines");
    block_on(client.custom_query(serde_json::from_value(request).unwrap(), std::future::pending())).unwrap();
    insta::assert_snapshot!(told(&host));
}

#[test]
fn a_query_of_an_entity_is_asked_with_the_limits_of_the_policy_where_they_are_lower() {
    let (client, host) = client();
    let request = request(json!([{ "id": "lines", "query": QUERY }]));
    block_on(client.catalog_queries(serde_json::from_value(request).unwrap(), std::future::pending()))
        .unwrap();
    insta::assert_snapshot!(told(&host));
}
