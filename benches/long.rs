//! A long delivery: many generated events into a sandbox without limits, with and without a journal. How many a second, in how
//! much memory, by how many requests.
//!
//! ```sh
//! cargo bench --bench long [-- EVENTS]
//! ```
//!
//! The sandbox is a process of its own, so that the memory is that of the delivery alone: as it stands after each quarter of
//! the events, and at its highest. Linux only, for that is read from `/proc`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for people"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mapwright");

/// Between two looks at the memory.
const LOOK: Duration = Duration::from_millis(50);

struct Sandbox {
    process: Child,
    url: String,
    /// Held open, for the program says things now and then.
    _said: BufReader<ChildStdout>,
}

impl Sandbox {
    fn start() -> Self {
        let mut process = Command::new(PROGRAM)
            .args(["sandbox", "--listen", "127.0.0.1:0", "--log-limit", "100"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        Self { process, url, _said: said }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A folder with the events and the settings of an account.
fn prepare(n: usize) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("long");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut file = BufWriter::new(fs::File::create(folder.join("events.ndjson")).unwrap());
    for event in corpus::deliverable_events(7, n as u64 / 10, n) {
        writeln!(file, "{event}").unwrap();
    }
    file.flush().unwrap();
    fs::write(folder.join("account.yaml"), "{domain: acme, email: a@acme.test, apiToken: t}").unwrap();
    folder
}

/// Resident memory of a process in megabytes: what it has, and the most that it had.
fn memory(process: u32) -> Option<(f64, f64)> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let megabytes = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
    };
    Some((megabytes("VmRSS:")?, megabytes("VmHWM:")?))
}

fn deliver(folder: &Path, n: usize, journal: bool) {
    let sandbox = Sandbox::start();
    let begun = tokio::time::Instant::now();
    let mut command = Command::new(PROGRAM);
    command.args(["deliver", "events.ndjson", "--config", "account.yaml", "--format", "json"]);
    if journal {
        command.args(["--journal", "events.journal"]);
    }
    command.args(["--endpoint", &sandbox.url, "--mapping"]);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/zendesk.yaml")).current_dir(folder);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut seen = Vec::new();
    while process.try_wait().unwrap().is_none() {
        seen.extend(memory(process.id()));
        thread::sleep(LOOK);
    }
    let took = begun.elapsed().as_secs_f64();
    let output = process.wait_with_output().unwrap();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    let requests =
        summary["requests"]["read"].as_f64().unwrap() + summary["requests"]["write"].as_f64().unwrap();
    let quarters: Vec<String> =
        (1..=4).map(|quarter| format!("{:.0}", seen[(seen.len() - 1) * quarter / 4].0)).collect();
    println!(
        "{:<8} {:>10} {:>7} {:>8.1} {:>9.0} {:>9.2}  {:<20} {:>6.0}",
        if journal { "journal" } else { "none" },
        summary["delivered"],
        summary["failed"],
        took,
        n as f64 / took,
        requests / n as f64,
        quarters.join(" "),
        seen.last().unwrap().1,
    );
}

fn main() {
    let n = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = prepare(n);
    println!(
        "{:<8} {:>10} {:>7} {:>8} {:>9} {:>9}  {:<20} {:>6}",
        "kept by", "delivered", "failed", "seconds", "a second", "requests", "MB after quarters", "most"
    );
    for journal in [false, true] {
        deliver(&folder, n, journal);
    }
}
