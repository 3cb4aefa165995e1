//! `--watch`: a process that stays and sees changes.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::{Folder, MAPPING, case, command, project};

/// `mapwright test --watch` in a process of its own.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = command(folder, &["--watch"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// All lines up to the one that says that it waits.
    fn round(&self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_mins(1));
            let line = line.unwrap_or_else(|_| panic!("it says no more after {lines:#?}"));
            if line.starts_with("waiting for changes") {
                return lines;
            }
            lines.extend(Some(line).filter(|line| !line.is_empty()));
        }
    }

    /// The exit code after Ctrl-C.
    fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts a new file in the place of an old one, as editors do.
fn replace(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

#[test]
fn changes_are_seen_while_it_watches() {
    let folder = project("test-watch");
    fs::remove_file(folder.0.join("tests/cases/people/c-none.yaml")).unwrap();
    let bad = folder.0.join("tests/cases/people/b-bad.yaml");
    let watching = Watching::start(&folder, &[]);
    let first = watching.round();
    assert_eq!(first.last().map(String::as_str), Some("1 passed, 1 failed, 0 skipped"), "{first:#?}");

    // A save without a change is none; the next one is.
    fs::write(&bad, fs::read_to_string(&bad).unwrap()).unwrap();
    replace(&bad, &case("An age", "{name: Ada, age: 36}", "delivered"));
    let told = watching.round();
    let expected = [
        "changed: tests/cases/people/b-bad.yaml",
        "passed  tests/cases/people/b-bad.yaml",
        "1 passed, 0 failed, 0 skipped",
    ];
    assert_eq!(told, expected);

    // A new case in a new folder is found, and one that is gone is forgotten.
    fs::create_dir(folder.0.join("tests/cases/new")).unwrap();
    let new = folder.0.join("tests/cases/new/d.yaml");
    fs::write(&new, case("New", "{}", "delivered")).unwrap();
    let told = watching.round();
    assert_eq!(told[0], "changed: tests/cases/new/d.yaml");
    assert_eq!(told.last().map(String::as_str), Some("0 passed, 1 failed, 0 skipped"), "{told:#?}");
    fs::remove_file(&new).unwrap();
    assert_eq!(watching.round(), ["changed: tests/cases/new/d.yaml", "0 passed, 0 failed, 0 skipped"]);

    // All cases of a mapping are run again when it changes.
    replace(&folder.0.join("mapping.yaml"), &MAPPING.replace("age: $.age", "years: $.age"));
    let told = watching.round();
    assert_eq!(told[0], "changed: mapping.yaml");
    assert_eq!(told.last().map(String::as_str), Some("0 passed, 2 failed, 0 skipped"), "{told:#?}");
    replace(&folder.0.join("mapping.yaml"), MAPPING);
    assert_eq!(watching.round().last().map(String::as_str), Some("2 passed, 0 failed, 0 skipped"));
    assert_eq!(watching.end(), Some(0));
}

#[test]
fn watching_ends_with_what_fails() {
    let folder = project("test-watch-end");
    let watching = Watching::start(&folder, &["--filter", "/good|bad/"]);
    watching.round();
    replace(
        &folder.0.join("tests/cases/a-good.yaml"),
        &case("Still good", "{name: Ada, age: 36}", "delivered"),
    );
    let told = watching.round();
    let expected = [
        "changed: tests/cases/a-good.yaml",
        "passed  tests/cases/a-good.yaml",
        "1 passed, 0 failed, 0 skipped",
        "1 other case fails as before",
    ];
    assert_eq!(told, expected);
    assert_eq!(watching.end(), Some(1));
}
