//! HTTP, as much of it as both sides here need: heads that end with an empty line, bodies with a `Content-Length`.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Done;

/// A connection and what was read of it too early.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// Head and body of a message.
pub(crate) struct Message {
    bytes: Vec<u8>,
    head: usize,
}

impl Message {
    pub(crate) fn head(&self) -> &str {
        str::from_utf8(self.bytes.get(..self.head).unwrap_or_default()).unwrap_or_default()
    }

    pub(crate) fn body(&self) -> &str {
        str::from_utf8(self.bytes.get(self.head..).unwrap_or_default()).unwrap_or_default()
    }
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Done<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    pub(crate) async fn to(address: &str) -> Done<Self> {
        Self::new(TcpStream::connect(address).await?)
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Done {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// The next message; `None` when the peer has closed.
    pub(crate) async fn read(&mut self) -> Done<Option<Message>> {
        let mut looked_at = 0;
        let head = loop {
            let from = usize::saturating_sub(looked_at, 3);
            let rest = self.buffer.get(from..).unwrap_or_default();
            if let Some(found) = rest.windows(4).position(|window| window == b"\r\n\r\n") {
                break from + found + 4;
            }
            looked_at = self.buffer.len();
            if more(&mut self.stream, &mut self.buffer).await? == 0 {
                return Ok(None);
            }
        };
        let length = content_length(self.buffer.get(..head).unwrap_or_default())?;
        while self.buffer.len() < head + length {
            if more(&mut self.stream, &mut self.buffer).await? == 0 {
                return Err("the peer closed in the middle of a body".into());
            }
        }
        let rest = self.buffer.split_off(head + length);
        Ok(Some(Message { bytes: std::mem::replace(&mut self.buffer, rest), head }))
    }
}

async fn more(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Done<usize> {
    buffer.reserve(16 * 1024);
    Ok(stream.read_buf(buffer).await?)
}

/// Without such a header there is no body.
fn content_length(head: &[u8]) -> Done<usize> {
    const NAME: &str = "content-length:";
    let line = str::from_utf8(head)?
        .lines()
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)));
    Ok(line.and_then(|line| line.get(NAME.len()..)).map_or(Ok(0), |value| value.trim().parse())?)
}

/// One call on a connection of its own.
pub(crate) async fn call(address: &str, method_and_path: &str, body: &[u8]) -> Done<Message> {
    let mut connection = Connection::to(address).await?;
    connection.write(&request(method_and_path, body, false)).await?;
    connection.read().await?.ok_or_else(|| format!("no answer to {method_and_path}").into())
}

/// The bytes of a request.
pub(crate) fn request(method_and_path: &str, body: &[u8], keep_alive: bool) -> Vec<u8> {
    let connection = if keep_alive { "" } else { "Connection: close\r\n" };
    let mut bytes = format!(
        "{method_and_path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         X-Feature-Filter-Code: ?1\r\n{connection}Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
