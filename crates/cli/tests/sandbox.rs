//! `grailstage sandbox serve` as a process.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

fn serve(port: &str) -> Child {
    serve_with(&["--port", port])
}

fn serve_with(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_grailstage"))
        .args(["sandbox", "serve"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Reads the introduction, to its last line.
fn introduction(child: &mut Child) -> String {
    let mut text = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        text.push_str(&line);
        text.push('\n');
        if line.starts_with("Ctrl-C") {
            break;
        }
    }
    text
}

#[test]
fn says_where_it_listens_and_ends_cleanly() {
    for name in ["-INT", "-TERM"] {
        let mut child = serve("0");
        let text = introduction(&mut child);
        assert!(text.contains("clusters: prod-eu") && text.contains("clusters: dev, hardening"), "{text}");
        assert!(text.contains("clientId: dt0s02.SANDBOX\n"), "{text}");
        let url = text.lines().find_map(|line| line.trim().strip_prefix("url: http://")).unwrap();
        TcpStream::connect(url).unwrap();
        signal(&child, name);
        assert!(child.wait().unwrap().success(), "{name}");
        assert!(TcpStream::connect(url).is_err());
    }
}

#[test]
fn own_records_take_the_place_of_the_data_set() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kit/errors-by-level.input.json");
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("own-records");
    std::fs::create_dir_all(&folder).unwrap();
    let records: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    std::fs::write(folder.join("logs.json"), records.get("logs").unwrap().to_string()).unwrap();
    serves_five_logs_of(file);
    serves_five_logs_of(folder.to_str().unwrap());
}

fn serves_five_logs_of(data: &str) {
    use std::io::Write as _;
    let mut child = serve_with(&["--port", "0", "--data", data]);
    let text = introduction(&mut child);
    let url = text.lines().find_map(|line| line.trim().strip_prefix("url: http://")).unwrap();
    let query = r#"{"query": "fetch logs, from: \"2024-01-01T00:00:00Z\" | summarize n = count()", "requestTimeoutMilliseconds": 1000}"#;
    let mut stream = TcpStream::connect(url).unwrap();
    write!(
        stream,
        "POST /platform/storage/query/v1/query:execute HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         authorization: Bearer dt0s16.SANDBOX.TOKEN\r\ncontent-length: {}\r\n\r\n{query}",
        query.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(r#""records":[{"n":"5"}]"#), "{answer}");
    signal(&child, "-TERM");
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_taken_port_is_an_error_that_says_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut child = serve(&port);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert!(message.contains(&format!("127.0.0.1:{port}")) && message.contains("--port"), "{message}");
}
