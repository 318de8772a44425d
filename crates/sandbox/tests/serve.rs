//! One environment over real HTTP: what only a network can show.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use grailstage_sandbox::serve::{ServeError, Server, now_millis};
use grailstage_sandbox::{PLATFORM_TOKEN, Sandbox, SandboxOptions};

fn sandbox() -> Arc<Sandbox> {
    Arc::new(Sandbox::new(SandboxOptions { seed: 7, now: now_millis() }))
}

/// Sends one request and reads the answer until the connection is closed.
fn send(address: SocketAddr, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn post(address: SocketAddr, path: &str, body: &str) -> std::io::Result<String> {
    send(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {PLATFORM_TOKEN}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
}

fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    send(
        address,
        &format!(
            "GET {path} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {PLATFORM_TOKEN}\r\nconnection: close\r\n\r\n"
        ),
    )
}

const EXECUTE: &str = "/platform/storage/query/v1/query:execute";
const QUERY: &str = r#"{"query": "data record(a = 1)", "requestTimeoutMilliseconds": 1000}"#;

fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::task::spawn_blocking(work)
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_a_query_and_can_be_stopped_and_started() {
    let server = Server::start(sandbox(), 0).await.unwrap();
    let [(_, production), (_, preproduction)] = server.addresses() else { panic!("two environments") };
    let (production, preproduction, control) = (*production, *preproduction, server.control());
    blocking(move || {
        let answer = post(production, EXECUTE, QUERY).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains(r#""records":[{"a":"1"}]"#),
            "{answer}"
        );

        // A connection that waits for its next request must not survive the stop either.
        let mut idle = TcpStream::connect(production).unwrap();
        let stopped = post(control, "/__sandbox/environments/production/stop", "").unwrap();
        assert!(stopped.contains(r#""running":false"#), "{stopped}");
        assert_eq!(idle.read(&mut [0]).unwrap_or(0), 0);
        assert_eq!(TcpStream::connect(production).unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
        assert!(post(preproduction, EXECUTE, QUERY).unwrap().starts_with("HTTP/1.1 200"));

        let started = post(preproduction, "/__sandbox/environments/production/start", "").unwrap();
        assert!(started.contains(r#""running":true"#), "{started}");
        let answer = post(production, EXECUTE, QUERY).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    })
    .await
    .unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_api_shows_environments_and_counters() {
    let server = Server::start(sandbox(), 0).await.unwrap();
    let production = server.addresses()[0].1;
    blocking(move || {
        post(production, EXECUTE, QUERY).unwrap();
        assert!(get(production, "/__sandbox/health").unwrap().contains(r#""status":"ok""#));
        let environments = get(production, "/__sandbox/environments").unwrap();
        assert!(environments.contains(&format!("http://{production}")), "{environments}");
        let counters = get(production, "/__sandbox/counters").unwrap();
        assert!(counters.contains(r#""execute":{"calls":1,"#), "{counters}");
        post(production, "/__sandbox/reset", "").unwrap();
        assert!(!get(production, "/__sandbox/counters").unwrap().contains("execute"));
        assert!(get(production, "/__sandbox/nothing").unwrap().starts_with("HTTP/1.1 404"));
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_connection_has_no_answer() {
    let server = Server::start(sandbox(), 0).await.unwrap();
    let production = server.addresses()[0].1;
    blocking(move || {
        let fault = r#"{"kind": "connection-reset", "route": "execute", "times": 1}"#;
        let added = post(production, "/__sandbox/environments/production/faults", fault).unwrap();
        assert!(added.contains("connection-reset"), "{added}");
        assert_eq!(post(production, EXECUTE, QUERY).unwrap_or_default(), "");
        assert!(post(production, EXECUTE, QUERY).unwrap().starts_with("HTTP/1.1 200"));
        let faults = "/__sandbox/environments/production/faults";
        post(production, faults, r#"{"kind": "hang"}"#).unwrap();
        let deleted = send(
            production,
            &format!(
                "DELETE {faults} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            ),
        );
        assert!(deleted.unwrap().ends_with(r#"{"faults":[]}"#));
        assert!(post(production, EXECUTE, QUERY).unwrap().starts_with("HTTP/1.1 200"));
        let unknown = post(production, faults, r#"{"kind": "x"}"#).unwrap();
        assert!(unknown.starts_with("HTTP/1.1 400"), "{unknown}");
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_api_sets_how_long_executions_take() {
    let server = Server::start(sandbox(), 0).await.unwrap();
    let production = server.addresses()[0].1;
    blocking(move || {
        let set =
            |body: &str| post(production, "/__sandbox/environments/production/automation", body).unwrap();
        let list = get(production, "/platform/automation/v1/workflows?limit=1").unwrap();
        let id = list.split_once(r#""results":[{"id":""#).unwrap().1.split_once('"').unwrap().0.to_owned();
        let state = || {
            let started =
                post(production, &format!("/platform/automation/v1/workflows/{id}/run"), "{}").unwrap();
            let id = started.split_once(r#"{"id":""#).unwrap().1.split_once('"').unwrap().0;
            let execution = get(production, &format!("/platform/automation/v1/executions/{id}")).unwrap();
            execution.split_once(r#""state":""#).unwrap().1.split_once('"').unwrap().0.to_owned()
        };
        assert!(set(r#"{"executionSeconds": 0}"#).contains(r#""executionSeconds":0"#));
        assert_eq!(state(), "SUCCESS");
        assert!(set(r#"{"executionSeconds": null}"#).starts_with("HTTP/1.1 200"));
        assert_eq!(state(), "RUNNING");
        for wrong in [r#"{"executionSeconds": -1}"#, r#"{"seconds": 1}"#, "no json"] {
            assert!(set(wrong).starts_with("HTTP/1.1 400"), "{wrong}");
        }
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_named() {
    let first = Server::start(sandbox(), 0).await.unwrap();
    let taken = first.addresses()[0].1.port();
    let error = Server::start(sandbox(), taken).await.unwrap_err();
    let ServeError::Listen { address, environment, .. } = &error;
    assert_eq!((address.port(), *environment), (taken, "production"));
    assert!(error.help().unwrap().contains("--port"));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_written_and_a_reset_takes_them_back() {
    let server = Server::start(sandbox(), 0).await.unwrap();
    let production = server.addresses()[0].1;
    blocking(move || {
        let objects = "/platform/classic/environment-api/v2/settings/objects";
        let request = |method: &str, path: &str, body: &str| {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {PLATFORM_TOKEN}\r\nconnection: close"
            );
            send(production, &format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())).unwrap()
        };
        let zone = r#"{"name": "Served", "rules": []}"#;
        let create =
            format!(r#"[{{"schemaId": "builtin:management-zones", "scope": "environment", "value": {zone}}}]"#);
        let make = || {
            let made = request("POST", objects, &create);
            assert!(made.starts_with("HTTP/1.1 200"), "{made}");
            let id = made.split(r#""objectId":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            format!("{objects}/{id}")
        };
        let object = make();
        assert!(request("GET", &object, "").contains(r#""name":"Served""#));
        assert!(request("PUT", &object, &format!(r#"{{"value": {zone}}}"#)).starts_with("HTTP/1.1 200"));
        let deleted = request("DELETE", &object, "");
        assert!(deleted.starts_with("HTTP/1.1 204") && deleted.ends_with("\r\n\r\n"), "{deleted}");
        let object = make();
        post(production, "/__sandbox/reset", "").unwrap();
        assert!(request("GET", &object, "").starts_with("HTTP/1.1 404"));
    })
    .await
    .unwrap();
}
