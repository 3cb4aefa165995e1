//! A file with a journal.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use sandbox::Sandbox;
use serde_json::Value;

use super::suite::{self, Station};
use super::world::{folder, mapping, write};

struct File(PathBuf);

impl Station for File {
    fn fill(&self, events: &[Value]) {
        write(&self.0, events);
    }

    fn start(&self, sandbox: &Sandbox) -> Child {
        Command::new(env!("CARGO_BIN_EXE_mapwright"))
            .args(["deliver", "events.ndjson", "--config", "account.yaml", "--journal", "events.journal"])
            .args(["--dead-letters", "dead.ndjson", "--attempts", "1", "--tries", "5", "--format", "json"])
            .args(["--endpoint", &sandbox.url(), "--mapping"])
            .arg(mapping())
            .current_dir(&self.0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn finish(&self, sandbox: &Sandbox, _after_kill: bool) -> Value {
        // It ends with 1 where an event was rejected.
        let output = self.start(sandbox).wait_with_output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    async fn dead(&self) -> Vec<Value> {
        let lines = fs::read_to_string(self.0.join("dead.ndjson")).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_a_file_comes_to_its_end() {
    suite::every_event_comes_to_its_end(&File(folder("file-ends"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_on_after_a_kill() {
    suite::what_was_killed_goes_on(&File(folder("file-goes-on"))).await;
}
