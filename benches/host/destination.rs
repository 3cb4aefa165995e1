//! A scripted destination: answers at once, or after a delay, that whatever is asked is well.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio::net::{TcpListener, TcpStream};

use super::Done;
use super::http::Connection;

/// The scripted destination.
pub(crate) struct Scripted {
    delay: Duration,
}

impl Scripted {
    /// Starts one beside what else runs here; gives its URL. It ends with the program.
    pub(crate) async fn start(delay: Duration) -> Done<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A host that ends breaks its connections off.
                tokio::spawn(async move { Scripted { delay }.answer(stream).await.is_ok() });
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
            let reply = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{reply}",
                reply.len()
            );
            connection.write(reply.as_bytes()).await.map_err(broken)?;
        }
        Ok(())
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
