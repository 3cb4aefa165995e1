//! Programs in C and Python, and the example, against the library and a Zendesk on loopback.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::installed::{
    STRICT, are_here, command, flags, folder, mapping, prefix, sandbox, succeed, users, workspace,
};
use super::package;

fn hosts() -> PathBuf {
    package().join("tests/hosts")
}

/// Compiles the C host; `library` is the package of pkg-config that it is linked with.
fn compile(library: &str) -> PathBuf {
    let program = folder("hosts").join(library);
    let mut cc = command("cc");
    cc.current_dir(hosts()).args(STRICT).args(["-g", "-pthread", "-o"]).arg(&program);
    if cfg!(debug_assertions) {
        cc.arg("-DPANICS");
    }
    cc.args(["host.c", "arguments.c", "networks.c"]).args(flags(library));
    succeed(cc.arg(format!("-Wl,-rpath,{}", prefix().join("lib").display())));
    program
}

/// Runs the C host under valgrind.
async fn check(library: &str) {
    if !are_here(library, &["cc", "make", "pkg-config"]) {
        return;
    }
    let sandbox = sandbox().await;
    let program = compile(library);
    let mut run = if are_here("leaks of a host in C", &["valgrind"]) {
        let mut valgrind = command("valgrind");
        valgrind.args(["--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible"]);
        valgrind.args(["--show-leak-kinds=definite,indirect,possible", "--error-exitcode=9"]);
        valgrind.arg(format!("--suppressions={}", hosts().join("valgrind.supp").display()));
        valgrind.arg(&program);
        valgrind
    } else {
        command(&program.display().to_string())
    };
    succeed(run.arg(mapping()).arg(sandbox.url()));
    assert_eq!(users(&sandbox), ["ada", "bob", "eve"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_in_c_that_loads_the_library_has_no_leak() {
    check("mapwright").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_in_c_that_contains_the_library_has_no_leak() {
    check("mapwright-static").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_in_python_loads_the_library() {
    if !are_here("a host in Python", &["python3", "make"]) {
        return;
    }
    let sandbox = sandbox().await;
    let library = prefix().join("lib/libmapwright.so.1");
    succeed(command("python3").arg(hosts().join("host.py")).arg(library).arg(mapping()).arg(sandbox.url()));
    assert_eq!(users(&sandbox), ["ada", "bob"]);
}

#[test]
fn programs_in_cpp_may_include_the_header() {
    if !are_here("the header in C++", &["c++"]) {
        return;
    }
    let header = package().join("include/mapwright.h");
    let strict = ["-x", "c++", "-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"];
    succeed(Command::new("c++").args(strict).arg(header));
}

/// Runs the example; the endpoint is where it sends to.
fn run_example(program: &Path, mapping: &Path, events: &Path, endpoint: &str) -> Output {
    let settings = workspace().join("examples/c-host/settings.json");
    Command::new(program).args([mapping, &settings, events]).arg(endpoint).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_says_what_became_of_each_event() {
    if !are_here("the example in C", &["cc", "make", "pkg-config"]) {
        return;
    }
    let sandbox = zendesk_sandbox::Sandbox::builder().start().await.unwrap();
    let out = folder("example");
    let program = out.join("c-host");
    // An older one would not be made again for a library that has changed.
    let _ = fs::remove_file(&program);
    let example = workspace().join("examples/c-host");
    succeed(command("make").arg("--directory").arg(&example).arg(format!("OUT={}", out.display())));
    let events = workspace().join("examples/events.ndjson");
    let output = run_example(&program, &mapping(), &events, &sandbox.url());
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let n_events = fs::read_to_string(&events).unwrap().lines().count();
    assert_eq!(told.lines().count(), n_events, "{told}");
    assert!(told.lines().all(|line| line.starts_with(r#"{"outcome":"#) && line.ends_with('}')), "{told}");
    assert!(users(&sandbox).contains(&"ada".to_owned()));

    let output = run_example(&program, Path::new("no-such.yaml"), &events, &sandbox.url());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the mapping: status 3: "));
    let broken = out.join("broken.ndjson");
    fs::write(&broken, "{\"type\": \n").unwrap();
    let output = run_example(&program, &mapping(), &broken, &sandbox.url());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the events: status 2: "));
}
