//! `docs/commands.md` is what the program says about itself.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const COMMANDS: [&str; 23] = [
    "",
    "deliver",
    "dead-letters",
    "dead-letters list",
    "dead-letters show",
    "dead-letters retry",
    "dead-letters drop",
    "dead-letters export",
    "dead-letters import",
    "diff",
    "explain",
    "lint",
    "plan",
    "test",
    "graph",
    "docs",
    "demo",
    "sandbox",
    "schema",
    "serve",
    "top",
    "consume",
    "publish",
];

/// Commands that are shown with what they print.
const SHOWN: [(&str, &str); 7] = [
    ("diff", "mapwright diff examples/crm.old.yaml examples/crm.yaml --events examples/events.ndjson"),
    ("explain", "mapwright explain examples/events.ndjson --line 8 --leaf user"),
    ("lint", "mapwright lint --budget"),
    ("plan", "mapwright plan --case tests/cases/zendesk/group-existing-user-and-organization.yaml"),
    ("graph", "mapwright graph --flow track --format dot"),
    ("docs", "mapwright docs --block settings"),
    ("docs", "mapwright docs --check README.md docs/zendesk.md"),
];

/// What a command prints in the project's folder.
fn printed(command: &str) -> String {
    let arguments = command.split_whitespace().skip(1);
    let mut program = Command::new(env!("CARGO_BIN_EXE_mapwright"));
    let output = program.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_page_of_commands_is_what_the_program_says() {
    let mut page = String::from("# Commands\n\nMade from `mapwright --help`; a test compares them.\n");
    for command in COMMANDS {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let output = Command::new(env!("CARGO_BIN_EXE_mapwright")).args(arguments).output().unwrap();
        let name = format!("mapwright {command}");
        let help = String::from_utf8(output.stdout).unwrap();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        write!(page, "\n## {}\n\n```text\n{}\n```\n", name.trim_end(), help.join("\n").trim_end()).unwrap();
        for (_, shown) in SHOWN.iter().filter(|(of, _)| *of == command) {
            write!(page, "\n```sh\n{shown}\n```\n\n```text\n{}\n```\n", printed(shown).trim_end()).unwrap();
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/commands.md is out of date: run `just gen` and read the difference");
}
