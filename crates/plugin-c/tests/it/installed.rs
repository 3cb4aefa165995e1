//! The library as `make install` leaves it, and the tools that programs are built with.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use zendesk_sandbox::Sandbox;

use super::package;

/// How strictly C is compiled.
pub(crate) const STRICT: [&str; 5] = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic"];

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    package().ancestors().nth(2).unwrap()
}

/// The shipped mapping.
pub(crate) fn mapping() -> PathBuf {
    workspace().join("mappings/zendesk.yaml")
}

/// A folder of this test run.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mapwright-c").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether all these programs are here; says so when a test has to be left out.
pub(crate) fn are_here(test: &str, programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().copied().filter(|program| !is_here(program)).collect();
    if !missing.is_empty() {
        // Past the harness, which shows nothing that a good test prints.
        let line = format!("\nSKIPPED: {test}: not installed: {}\n", missing.join(", "));
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    }
    missing.is_empty()
}

fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Installs the library that was built for this test; gives the prefix.
pub(crate) fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let prefix = folder("installed");
        let test = std::env::current_exe().unwrap();
        let mut make = Command::new("make");
        make.arg("--silent").arg("--directory").arg(package()).arg("install");
        make.arg(format!("PREFIX={}", prefix.display()));
        make.arg(format!("BUILT={}", test.parent().unwrap().display()));
        succeed(&mut make);
        prefix
    })
}

/// A command that finds the installed library by pkg-config.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig")).env_remove("RUST_BACKTRACE");
    command
}

/// What pkg-config says about a package.
pub(crate) fn flags(package: &str) -> Vec<String> {
    let output = succeed(command("pkg-config").args(["--cflags", "--libs", package]));
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}

/// Runs a command that has to succeed.
#[track_caller]
pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    output
}

/// A Zendesk on loopback that takes the credentials of the hosts.
pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::builder().api_token("admin@acme.test", "canary-token").start().await.unwrap()
}

/// The users of a sandbox by their external id.
pub(crate) fn users(sandbox: &Sandbox) -> Vec<String> {
    let state = sandbox.state();
    let users = state["users"].as_array().unwrap();
    users.iter().filter_map(|user| Some(user["external_id"].as_str()?.to_owned())).collect()
}
