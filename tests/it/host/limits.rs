//! What callers may take: connections, time, calls at once.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mapwright::deliver::{Incoming, Network, Outgoing};
use mapwright::host::Options;
use sandbox::Sandbox;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::{Running, identify, item, statuses};

const SHORT: Duration = Duration::from_millis(100);

async fn with(change: impl FnOnce(Options) -> Options) -> Running {
    Running::with(Sandbox::builder(), change).await
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.url.strip_prefix("http://").unwrap()).await.unwrap()
}

/// What a connection gives until it is closed.
async fn rest(connection: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end as well.
    let read = tokio::time::timeout(Duration::from_mins(1), connection.read_to_end(&mut text)).await;
    let _ = read.expect("the connection is closed");
    String::from_utf8(text).unwrap()
}

/// Asks for the health on a connection and reads the whole answer.
async fn ask(connection: &mut TcpStream) {
    connection.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut text = Vec::new();
    while !text.ends_with(b"}}}") {
        let mut some = [0; 1024];
        let read = connection.read(&mut some).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&some[..read]);
    }
}

#[tokio::test]
async fn a_connection_too_many_waits_for_another_to_end() {
    let running = with(|options| Options { connections: 1, ..options }).await;
    let mut first = connect(&running).await;
    ask(&mut first).await;
    let mut second = connect(&running).await;
    second.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    // All this time the second one has no answer.
    for _ in 0..10 {
        ask(&mut first).await;
    }
    let mut some = [0; 1];
    let nothing = second.try_read(&mut some).unwrap_err();
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    assert!(rest(&mut second).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    let running = with(|options| Options { head_time: SHORT, ..options }).await;
    for begun in ["", "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow:"] {
        let mut connection = connect(&running).await;
        connection.write_all(begun.as_bytes()).await.unwrap();
        let text = rest(&mut connection).await;
        assert!(!text.starts_with("HTTP/1.1 200"), "{text}");
    }
    let mut idle = connect(&running).await;
    ask(&mut idle).await;
    assert_eq!(rest(&mut idle).await, "", "a connection that is kept says nothing more");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused() {
    let running = with(|options| Options { body_time: SHORT, ..options }).await;
    let mut connection = connect(&running).await;
    let head = "POST /routerTransform HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{";
    connection.write_all(head.as_bytes()).await.unwrap();
    let text = rest(&mut connection).await;
    assert!(text.starts_with("HTTP/1.1 408") && text.contains("the body did not arrive in time"), "{text}");
}

/// A destination that answers when it is let, and says when it is asked.
#[derive(Debug)]
struct Held {
    asked: Semaphore,
    may_answer: Semaphore,
}

impl Held {
    fn new() -> Arc<Self> {
        Arc::new(Held { asked: Semaphore::new(0), may_answer: Semaphore::new(0) })
    }
}

impl Network for Held {
    fn send(&self, _: Outgoing) -> Pin<Box<dyn Future<Output = Incoming> + Send + '_>> {
        Box::pin(async {
            self.asked.add_permits(1);
            self.may_answer.acquire().await.unwrap().forget();
            Incoming::Reply { status: 403, headers: [].into(), body: String::new() }
        })
    }
}

#[tokio::test]
async fn a_call_too_many_comes_again() {
    let held = Held::new();
    let network = Some(held.clone() as Arc<dyn Network>);
    let running = with(|options| Options { calls: 1, network, ..options }).await;
    let items = [item(1, "r-1", &identify("ada"))];
    let second = async {
        held.asked.acquire().await.unwrap().forget();
        let body = json!({"input": items, "destType": "zendesk"}).to_string();
        let request = running.client.post(format!("{}/routerTransform", running.url)).body(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers()["X-Rudder-Should-Retry"], "true");
        assert_eq!(answer.headers()["X-Rudder-Error-Reason"], "overloaded");
        assert_eq!(answer.text().await.unwrap(), r#"{"error":"too many calls are under way"}"#);
        assert_eq!(running.get("/health").await.0, 200, "it can be asked how it is all the same");
        held.may_answer.add_permits(1000);
    };
    let (elements, ()) = tokio::join!(running.route(&items), second);
    assert_eq!(statuses(&elements), [403]);
    assert_eq!(statuses(&running.route(&items).await), [403], "there is a place again");
}

#[tokio::test]
async fn an_event_that_is_not_at_its_end_in_time_comes_again() {
    let network = Some(Held::new() as Arc<dyn Network>);
    let running = with(|options| Options { call_time: SHORT, network, ..options }).await;
    let page = json!({"type": "page"});
    let elements = running.route(&[item(1, "r-1", &identify("ada")), item(2, "r-2", &page)]).await;
    assert_eq!(statuses(&elements), [500, 400]);
    assert_eq!(elements[0]["error"], "the event was not at its end when the time of its call was over");
    assert_eq!(elements[0]["statTags"]["errorCategory"], "platform");
}

#[test]
fn the_documentation_has_the_values_of_the_command() {
    let output =
        std::process::Command::new(env!("CARGO_BIN_EXE_mapwright")).args(["serve", "--help"]).output();
    let help = String::from_utf8(output.unwrap().stdout).unwrap();
    let rows = include_str!("../../../docs/host.md").lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `--")?.split(" | ");
        Some((cells.next()?.trim_end_matches('`'), cells.next()?))
    });
    let rows: Vec<(&str, &str)> = rows.collect();
    assert_eq!(rows.len(), 7, "{rows:?}");
    for (option, value) in rows {
        let (_, behind) = help.split_once(&format!("--{option} <")).unwrap();
        let about = behind.split("\n      --").next().unwrap();
        assert!(about.contains(&format!("[default: {value}]")), "--{option} is not {value}: {about}");
    }
}
