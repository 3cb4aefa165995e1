//! Tests of the transport, against a server that answers one connection with given bytes.

use std::net::SocketAddr;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// Serves one connection: gives back what was asked, and answers with `reply`.
async fn server(reply: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 64 * 1024];
        let mut length = 0;
        while !is_complete(&asked[..length]) {
            length += socket.read(&mut asked[length..]).await.unwrap();
        }
        socket.write_all(reply).await.unwrap();
        socket.shutdown().await.unwrap();
        String::from_utf8(asked[..length].to_vec()).unwrap()
    });
    (endpoint, served)
}

fn is_complete(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

fn transport(endpoint: &str) -> HttpTransport {
    let address = Address::at_endpoint("https://acme.example.com/api/v2", endpoint).unwrap();
    let headers = [("X-App".to_owned(), "3339".to_owned())];
    let limits = HttpLimits { total: Duration::from_secs(5), body_bytes: 1000, ..HttpLimits::default() };
    HttpTransport::new(address, &headers, limits).unwrap()
}

fn request(method: Method, target: &str, body: Option<&str>) -> Request {
    Request {
        host: None,
        step: "step".into(),
        method,
        target: target.into(),
        headers: vec![("X-Step".into(), "1".into())],
        body: body.map(|body| body.as_bytes().to_vec()),
        cache: None,
        once: None,
        limits: Vec::new(),
        bulk: None,
        forget: Arc::new([]),
        repeat: crate::run::Repeat::Harmless,
        attempt: 1,
        retry_after: None,
        fresh_auth: false,
    }
}

/// What the transport makes of the raw bytes of a reply.
async fn answer(reply: &'static [u8]) -> Answer {
    let (endpoint, _served) = server(reply).await;
    transport(&endpoint).send(&request(Method::Get, "/users", None), None).await
}

#[track_caller]
fn is_unreachable(answer: &Answer, why: &str) {
    assert_eq!(answer, &Answer::Unreachable { why: why.into() });
}

#[tokio::test]
async fn sends_what_the_request_says() {
    let (endpoint, served) = server(b"HTTP/1.1 201 Created\r\ncontent-length: 8\r\n\r\n{\"id\":1}").await;
    let ask = request(Method::Post, "/users?a=b%2Bc", Some("{\"user\":{}}"));
    let answer = transport(&endpoint).send(&ask, Some(&Secret::new("Bearer t".into()))).await;
    let body = Body::Json(Arc::new(json!({"id": 1})));
    assert_eq!(answer, Answer::Reply { status: 201, body, retry_after: None });
    let asked = served.await.unwrap();
    assert!(asked.starts_with("POST /api/v2/users?a=b%2Bc HTTP/1.1\r\n"), "{asked}");
    for header in [
        "accept: application/json",
        "authorization: Bearer t",
        "content-type: application/json",
        concat!("user-agent: mapwright/", env!("CARGO_PKG_VERSION")),
        "x-app: 3339",
        "x-step: 1",
    ] {
        assert!(asked.contains(&format!("\r\n{header}\r\n")), "{header} in {asked}");
    }
    assert!(asked.ends_with("\r\n\r\n{\"user\":{}}"), "{asked}");
}

#[tokio::test]
async fn asks_for_a_token_at_the_root() {
    let (endpoint, served) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let form = Secret::new("grant_type=client_credentials".into());
    transport(&endpoint).ask_token("/oauth/tokens", &form).await;
    let asked = served.await.unwrap();
    assert!(asked.starts_with("POST /oauth/tokens HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"), "{asked}");
    assert!(asked.ends_with("\r\n\r\ngrant_type=client_credentials"), "{asked}");
}

#[tokio::test]
async fn reads_retry_after() {
    let reply = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 27\r\ncontent-length: 4\r\n\r\nslow";
    let body = Body::Other("slow".into());
    let expected = Answer::Reply { status: 429, body, retry_after: Some(Duration::from_secs(27)) };
    assert_eq!(answer(reply).await, expected);
}

#[tokio::test]
async fn follows_no_redirect() {
    let reply = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(answer(reply).await, Answer::Reply { status: 302, body: Body::Empty, retry_after: None });
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_kept() {
    static REPLY: [u8; 40_000] = {
        let mut bytes = [b'x'; 40_000];
        let head = b"HTTP/1.1 200 OK\r\n\r\n";
        let mut index = 0;
        while index < head.len() {
            bytes[index] = head[index];
            index += 1;
        }
        bytes
    };
    let body = Body::Other("(more than 1000 bytes)".into());
    assert_eq!(answer(&REPLY).await, Answer::Reply { status: 200, body, retry_after: None });
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_timeout() {
    assert_eq!(answer(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"us").await, Answer::Timeout);
    assert_eq!(answer(b"").await, Answer::Timeout);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let address = Address::at_endpoint("https://acme.example.com", &endpoint).unwrap();
    let limits = HttpLimits { total: Duration::from_millis(30), ..HttpLimits::default() };
    let transport = HttpTransport::new(address, &[], limits).unwrap();
    assert_eq!(transport.send(&request(Method::Get, "/", None), None).await, Answer::Timeout);
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let answer = transport(&endpoint).send(&request(Method::Get, "/", None), None).await;
    is_unreachable(&answer, "connection refused");
}

#[tokio::test]
async fn what_http_does_not_allow_is_not_sent() {
    let transport = transport("http://127.0.0.1:1");
    let mut ask = request(Method::Get, "/../x", None);
    is_unreachable(&transport.send(&ask, None).await, "the request cannot be sent: its path is not allowed");
    ask.target = "/x".into();
    let token = Secret::new("ca\nnary".into());
    let answer = transport.send(&ask, Some(&token)).await;
    is_unreachable(
        &answer,
        "the request cannot be sent: the credentials have characters that HTTP does not allow",
    );
    ask.headers = vec![("X-A".into(), "a\r\nb: c".into())];
    let answer = transport.send(&ask, None).await;
    is_unreachable(
        &answer,
        "the request cannot be sent: the header `X-A` has characters that HTTP does not allow",
    );
}

/// Gives the same addresses for every name.
struct Names(Vec<SocketAddr>);

impl guard::LookUp for Names {
    fn look_up(&self, _: String) -> guard::Found {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

/// What comes of a request to a name that leads to these addresses.
async fn answer_at(addresses: &[SocketAddr]) -> Answer {
    let address = Address::of_base_url("https://acme.example.com").unwrap();
    let limits = HttpLimits { connect: Duration::from_millis(200), ..HttpLimits::default() };
    let names = Arc::new(Names(addresses.to_vec()));
    let transport = HttpTransport::with_look_up(address, &[], limits, names).unwrap();
    transport.send(&request(Method::Get, "/", None), None).await
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let here = listener.local_addr().unwrap();
    let metadata = SocketAddr::from(([169, 254, 169, 254], 443));
    is_unreachable(&answer_at(&[here, metadata]).await, guard::LEADS_INSIDE);
    assert_eq!(listener.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}
