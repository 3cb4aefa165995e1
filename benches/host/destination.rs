//! A scripted destination: answers at once, or after a delay, that whatever is asked is well; to one account it may be bad.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use tokio::net::{TcpListener, TcpStream};

use super::Done;
use super::http::Connection;

/// The scripted destination.
#[derive(Clone)]
pub(crate) struct Scripted {
    delay: Duration,
    /// Requests with this header have the trouble.
    troubled: String,
    trouble: Arc<AtomicU8>,
}

/// What an account has from the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Trouble {
    None,
    /// 429, and the wish to wait for 20 seconds.
    TooMany,
    /// No answer.
    Hang,
}

impl Trouble {
    pub(crate) const ALL: [Trouble; 3] = [Trouble::None, Trouble::TooMany, Trouble::Hang];
}

impl Scripted {
    /// Starts one beside what else runs here; gives its URL. It ends with the program.
    pub(crate) async fn start(delay: Duration) -> Done<String> {
        let trouble = Arc::new(AtomicU8::new(Trouble::None as u8));
        Scripted { delay, troubled: String::new(), trouble }.listen().await
    }

    /// The same, with an account that gets into trouble when it is told to.
    pub(crate) async fn with_trouble(
        delay: Duration,
        email: &str,
        token: &str,
    ) -> Done<(String, impl Fn(Trouble) + use<>)> {
        let trouble = Arc::new(AtomicU8::new(Trouble::None as u8));
        let troubled = format!("Basic {}", STANDARD.encode(format!("{email}/token:{token}")));
        let url = Scripted { delay, troubled, trouble: trouble.clone() }.listen().await?;
        Ok((url, move |now| trouble.store(now as u8, Ordering::Relaxed)))
    }

    async fn listen(self) -> Done<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A host that ends breaks its connections off.
                let scripted = self.clone();
                tokio::spawn(async move { scripted.answer(stream).await.is_ok() });
            }
        });
        Ok(url)
    }

    async fn answer(self, stream: TcpStream) -> Result<(), String> {
        let broken = |error: Box<dyn std::error::Error>| error.to_string();
        let mut connection = Connection::new(stream).map_err(broken)?;
        while let Some(message) = connection.read().await.map_err(broken)? {
            let reply = reply(message.head().lines().next().unwrap_or_default());
            if !self.delay.is_zero() {
                tokio::time::sleep(self.delay).await;
            }
            let status = match self.trouble_of(message.head()) {
                Trouble::None => "200 OK",
                Trouble::TooMany => "429 Too Many Requests\r\nRetry-After: 20",
                Trouble::Hang => std::future::pending().await,
            };
            let reply = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{reply}",
                reply.len()
            );
            connection.write(reply.as_bytes()).await.map_err(broken)?;
        }
        Ok(())
    }
}

impl Scripted {
    fn trouble_of(&self, head: &str) -> Trouble {
        let now = self.trouble.load(Ordering::Relaxed);
        let trouble = Trouble::ALL.into_iter().find(|trouble| *trouble as u8 == now);
        let is_troubled = !self.troubled.is_empty() && head.contains(&self.troubled);
        trouble.filter(|_| is_troubled).unwrap_or(Trouble::None)
    }
}

/// The body of the answer to a request line.
fn reply(line: &str) -> String {
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.trim_start_matches("/api/v2").trim_end_matches(".json");
    match (method, path) {
        ("GET", "/user_fields") => {
            fields("user_fields", &["id", "plan", "age", "score", "active", "signup", "city"])
        }
        ("GET", "/organization_fields") => fields("organization_fields", &["id", "industry", "employees"]),
        ("GET", "/users/search") => found(query),
        ("POST", "/users/create_or_update") => r#"{"user":{"id":1001,"email":"ada@example.com"}}"#.to_owned(),
        ("POST", "/organizations/create_or_update") => r#"{"organization":{"id":2001}}"#.to_owned(),
        _ => "{}".to_owned(),
    }
}

fn fields(name: &str, keys: &[&str]) -> String {
    let fields: Vec<String> = keys.iter().map(|key| format!(r#"{{"key":"{key}","active":true}}"#)).collect();
    format!(r#"{{"{name}":[{}],"links":{{"next":null}}}}"#, fields.join(","))
}

/// The user who is searched for, by external id or by e-mail address.
fn found(query: &str) -> String {
    let value = query.split('&').find_map(|pair| pair.split_once('=')).map_or("", |(_, value)| value);
    let value = percent_decode_str(value).decode_utf8_lossy();
    let value = value.trim_start_matches("email:").trim_matches('"');
    format!(
        r#"{{"users":[{{"id":1001,"name":"Ada","external_id":"{value}","email":"{value}"}}],"count":1,"next_page":null}}"#
    )
}
