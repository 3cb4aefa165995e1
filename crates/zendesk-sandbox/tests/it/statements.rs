//! The README's table of statements: complete, with tests that exist and switches that exist.

use std::collections::BTreeSet;
use std::path::Path;

use zendesk_sandbox::SETTINGS;

const README: &str = include_str!("../../README.md");

/// The cells of each row of the table: statement, summary, state, tests.
fn rows() -> Vec<Vec<&'static str>> {
    let cells = |line: &'static str| line.split('|').map(str::trim).collect::<Vec<_>>();
    let is_row =
        |line: &&str| line.starts_with("| S") && line.as_bytes().get(3).is_some_and(u8::is_ascii_digit);
    README.lines().filter(is_row).map(|line| cells(line)[1..].to_vec()).collect()
}

/// What stands in backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_statement_has_a_row() {
    let found: Vec<String> = rows().iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(found, (1..=94).map(|n| format!("S{n}")).collect::<Vec<_>>());
}

#[test]
fn every_row_has_tests_that_exist_or_a_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut tests = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let marked = lines.windows(2).filter(|pair| pair[0] == "#[test]");
        tests.extend(
            marked.filter_map(|pair| Some(pair[1].strip_prefix("fn ")?.split_once('(')?.0.to_owned())),
        );
    }
    for row in rows() {
        let (statement, state, named) = (row[0], row[2], quoted(row[3]));
        if state.starts_with("not done: ") {
            assert!(named.is_empty() && state.len() > 20, "{statement}");
            continue;
        }
        assert!(!named.is_empty(), "{statement} has no test");
        for name in named {
            assert!(tests.contains(name), "{statement}: there is no test `{name}`");
        }
        let is_switch = state.starts_with("switch ");
        assert!(is_switch || state == "implemented", "{statement}: `{state}`");
        assert_eq!(is_switch, !quoted(state).is_empty(), "{statement}");
        for name in quoted(state) {
            assert!(SETTINGS.iter().any(|setting| setting.name == name), "{statement}: no switch `{name}`");
        }
    }
}

#[test]
fn the_readme_has_every_switch_with_its_text_and_default() {
    for setting in SETTINGS {
        let row = format!("| `{}` | {} | {} |", setting.name, setting.default, setting.text);
        assert!(README.contains(&row), "missing in the README:\n{row}");
    }
}
