//! `docs/host.md` says what a host answers: each row of its table of calls, and each command of its session.

use std::process::Command;

use mapwright::host::Options;
use sandbox::Sandbox;
use serde_json::Value;

use super::Running;

const DOCUMENT: &str = include_str!("../../../docs/host.md");

/// Largest body that the host of these tests takes; the document says 200 MiB.
const BODY_BYTES: usize = 100_000;

async fn running() -> Running {
    Running::with(Sandbox::builder(), |options| Options { body_bytes: BODY_BYTES, ..options }).await
}

/// A row of the table of calls.
#[derive(Debug)]
struct Row {
    method: String,
    /// `/health`, or `:9091/metrics` on the second port.
    path: String,
    body: String,
    status: u16,
    /// What the answer begins with.
    answer: String,
}

/// The text of a code span at the beginning of a cell.
fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.split('`').next()
}

fn rows() -> Vec<Row> {
    let table = DOCUMENT.lines().skip_while(|line| *line != "| call | body | status | answer |").skip(2);
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (method, path) = code(cells[0]).unwrap().split_once(' ').unwrap();
        let body = match cells[1] {
            "" => String::new(),
            "more than 200 MiB" => " ".repeat(BODY_BYTES + 1),
            cell => code(cell).unwrap().to_owned(),
        };
        let answer = code(cells[3]).unwrap_or_default().trim_end_matches('…').to_owned();
        Row { method: method.into(), path: path.into(), body, status: cells[2].parse().unwrap(), answer }
    };
    table.take_while(|line| line.starts_with('|')).map(row).collect()
}

#[tokio::test]
async fn each_row_of_the_table_of_calls_holds() {
    let running = running().await;
    let rows = rows();
    assert!(rows.len() > 25, "{}", rows.len());
    for row in rows {
        let url = match row.path.strip_prefix(":9091") {
            Some(path) => format!("{}{path}", running.counts.url),
            None => format!("{}{}", running.url, row.path),
        };
        let method = reqwest::Method::from_bytes(row.method.as_bytes()).unwrap();
        let (status, version, text) =
            running.send(running.client.request(method, url).body(row.body.clone())).await;
        assert_eq!(status, row.status, "{row:?}: {text}");
        assert!(text.starts_with(&row.answer), "{row:?}: {text}");
        // Version 0 of the delivery proxy gives the destination's status.
        let is_transform = row.method == "POST" && (status == 200 || text.starts_with("{\"output\":"));
        assert_eq!(version.as_deref(), is_transform.then_some("2"), "{row:?}");
    }
}

/// A command that the document shows, and what it prints.
#[derive(Debug)]
struct Shown {
    command: String,
    printed: String,
}

fn session() -> Vec<Shown> {
    let blocks: Vec<&str> = DOCUMENT.split("```").collect();
    let shown = blocks.windows(3).filter_map(|blocks| {
        let command = blocks[0].strip_prefix("sh\n").filter(|command| command.starts_with("curl "))?;
        let printed = blocks[2].strip_prefix("text\n").expect("behind each command stands what it prints");
        Some(Shown { command: command.to_owned(), printed: printed.to_owned() })
    });
    shown.collect()
}

/// What `curl -i` prints: the status line and the header `apiversion`, then the body.
fn parts(printed: &str) -> (Vec<String>, String) {
    let printed = printed.replace("\r\n", "\n");
    let (head, body) = printed.split_once("\n\n").unwrap_or((&printed, ""));
    let is_shown = |(place, line): &(usize, &str)| *place == 0 || line.starts_with("apiversion:");
    let head = head.lines().enumerate().filter(is_shown).map(|(_, line)| line.trim().to_owned());
    (head.collect(), body.trim().to_owned())
}

/// Whether a value is the shown one; `…` stands for any text.
fn fits(shown: &Value, real: &Value) -> bool {
    match (shown, real) {
        (Value::String(shown), Value::String(_)) if shown == "…" => true,
        (Value::Array(shown), Value::Array(real)) => {
            shown.len() == real.len() && shown.iter().zip(real).all(|(shown, real)| fits(shown, real))
        }
        (Value::Object(shown), Value::Object(real)) => {
            let is_there =
                |(name, shown): (&String, &Value)| real.get(name).is_some_and(|real| fits(shown, real));
            shown.len() == real.len() && shown.iter().all(is_there)
        }
        _ => shown == real,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_of_the_session_prints_what_is_shown() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("SKIPPED: the session of docs/host.md: there is no curl");
        return;
    }
    let running = running().await;
    let session = session();
    assert!(session.len() > 5, "{}", session.len());
    for Shown { command, printed } in session {
        let real = command.replace("http://127.0.0.1:9090", &running.url);
        assert_ne!(real, command);
        let output = Command::new("sh").args(["-c", &real]).env("NO_PROXY", "*").output().unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        let ((shown_head, shown), (head, body)) = (parts(&printed), parts(&output));
        assert_eq!(head, shown_head, "{command}\n{output}");
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| text.into());
        assert!(fits(&read(&shown), &read(&body)), "{command}\nprints\n{body}\nand not\n{shown}");
    }
    assert_eq!(running.sandbox.state()["users"][0]["name"], "Ada Lovelace");
}

#[test]
fn a_shown_answer_is_compared_as_a_whole() {
    let value = |text: &str| serde_json::from_str(text).unwrap();
    let shown: Value = value(r#"{"a": "…", "b": [1]}"#);
    assert!(fits(&shown, &value(r#"{"b": [1], "a": "x"}"#)));
    for other in [
        r#"{"a": "x"}"#,
        r#"{"a": 1, "b": [1]}"#,
        r#"{"a": "x", "b": [2]}"#,
        r#"{"a": "x", "b": [1], "c": 1}"#,
    ] {
        assert!(!fits(&shown, &value(other)), "{other}");
    }
}
