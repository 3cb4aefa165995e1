//! How fast the sandbox answers, and how much memory it takes, over one connection to itself.
//!
//! `taskset -c 0 cargo run --release -p zendesk-sandbox --example speed` holds server and client on one core.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use zendesk_sandbox::Sandbox;

/// Requests of each kind.
const N: usize = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let sandbox = runtime.block_on(Sandbox::builder().start())?;
    let mut client = Client::connect(&sandbox)?;
    let upserts = |client: &mut Client, round: usize| {
        (0..N).try_for_each(|n| {
            let user = format!(
                r#"{{"user":{{"name":"User {n}","external_id":"u-{n}","email":"u{n}@acme.test","notes":"round {round}"}}}}"#
            );
            client.send("POST", "/api/v2/users/create_or_update", &user)
        })
    };
    measure("upserts that create", || upserts(&mut client, 1))?;
    measure("upserts that update", || upserts(&mut client, 2))?;
    measure("the same once more", || upserts(&mut client, 3))?;
    let searches = |client: &mut Client, query: fn(usize) -> String| {
        (0..N).try_for_each(|n| client.send("GET", &format!("/api/v2/users/search?{}", query(n)), ""))
    };
    measure("searches by external id", || searches(&mut client, |n| format!("external_id=u-{n}")))?;
    measure("searches by e-mail", || searches(&mut client, |n| format!("query=email:u{n}@acme.test")))?;
    measure("searches by word", || searches(&mut client, |n| format!("query=u{n}")))?;
    measure("the last once more", || searches(&mut client, |n| format!("query=u{n}")))?;
    runtime.block_on(sandbox.stop());
    Ok(())
}

/// Runs something and says how long it took, and what the process holds afterwards.
fn measure(what: &str, run: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    run()?;
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("unknown").trim();
    let per_minute = N as f64 / seconds * 60.0;
    writeln!(std::io::stdout(), "{N} {what}: {seconds:.2} s, {per_minute:.0} a minute, {resident} resident")?;
    Ok(())
}

/// One connection that is kept alive.
struct Client {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
}

impl Client {
    fn connect(sandbox: &Sandbox) -> Result<Self, Box<dyn Error>> {
        let writer = TcpStream::connect(sandbox.addr())?;
        writer.set_nodelay(true)?;
        Ok(Self { reader: BufReader::new(writer.try_clone()?), writer })
    }

    /// Sends a request, reads the answer to its end, and fails unless it is a success.
    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<(), Box<dyn Error>> {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: {length}"
        );
        self.writer.write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
        let (mut line, mut length) = (String::new(), 0);
        self.reader.read_line(&mut line)?;
        if !line.starts_with("HTTP/1.1 20") {
            return Err(line.into());
        }
        while line.trim() != "" {
            line.clear();
            self.reader.read_line(&mut line)?;
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.trim().parse()?;
            }
        }
        let mut answer = vec![0; length];
        self.reader.read_exact(&mut answer)?;
        Ok(())
    }
}
