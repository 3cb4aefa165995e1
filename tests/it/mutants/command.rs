//! `mapwright test --mutate` as its users meet it, on a mapping with one row that no case looks at.

use std::path::Path;

use mapwright::case::mutate::OPERATORS;
use serde_json::Value;

use crate::cli::{Folder, run_in, stderr, stdout};

const MAPPING: &str = "\
format: 1
destination: example
service: {base_url: {value: \"https://api.example.com\"}}
tables: {person: {rows: {name: {from: $.traits.name, as: string}, plan: $.traits.plan}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}
";

const CASE: &str = "\
about: A person is written with their name.
event: {type: identify, traits: {name: Ada}}
replies: [{request: POST /people, status: 201}]
expect: {outcome: delivered, requests: [{request: POST /people, body: {name: Ada}}]}
";

const ACCEPTANCE: &str = "\
mutate:
  accept:
    - {operator: drop-row, at: tables.person.rows.plan, why: The destination leaves it out anyway}
";

/// A folder with the mapping and its case.
fn folder(name: &str, project: &str) -> Folder {
    let folder = Folder::new(name);
    folder.file("mapping.yaml", MAPPING);
    folder.file("case.yaml", CASE);
    folder.file("mapwright.yaml", &format!("mapping: mapping.yaml\n{project}"));
    folder
}

#[track_caller]
fn check(folder: &Folder, arguments: &[&str], exit: i32) -> (String, String) {
    let arguments = [&["test", "case.yaml", "--mutate"], arguments].concat();
    let output = run_in(&folder.0, &arguments, "");
    assert_eq!(output.status.code(), Some(exit), "{}\n{}", stdout(&output), stderr(&output));
    (stdout(&output), stderr(&output))
}

fn document() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md")).unwrap()
}

#[test]
fn survivors_are_told_with_line_and_difference() {
    let (told, _) = check(&folder("mutate-text", ""), &[], 0);
    let start = told.find("mapping.yaml:4: survived drop-row at tables.person.rows.plan").unwrap();
    let survivor: Vec<&str> = told.get(start..).unwrap_or_default().lines().take(3).collect();
    let (summary, _) = told.trim_end().lines().last().unwrap().rsplit_once("; ").unwrap();
    println!("{told}");
    assert!(!told.contains("survived drop-row at tables.person.rows.name"), "a case looks at it");
    for shown in [survivor.join("\n").as_str(), summary] {
        assert!(document().contains(shown), "docs/testing.md does not show:\n{shown}");
    }
}

#[test]
fn a_score_below_the_least_one_ends_with_1() {
    let folder = folder("mutate-least", "");
    check(&folder, &["--mutate-min", "20"], 0);
    let (_, problem) = check(&folder, &["--mutate-min", "99.5"], 1);
    assert!(problem.contains("the cases notice less than 99.5 % of the mistakes"), "{problem}");
}

#[test]
fn an_accepted_survivor_does_not_count() {
    assert!(document().contains(ACCEPTANCE), "docs/testing.md shows another list");
    let (before, _) = check(&folder("mutate-before", ""), &["--format", "json"], 0);
    let (after, _) = check(&folder("mutate-accepted", ACCEPTANCE), &["--format", "json"], 0);
    let score = |text: &str| serde_json::from_str::<Value>(text).unwrap()["mappings"][0]["score"].clone();
    let (before, after) = (score(&before), score(&after));
    assert_eq!(before["accepted"], 0);
    assert_eq!(after["accepted"], 1);
    assert_eq!(after["killed"], before["killed"]);
    assert_eq!(after["survived"].as_u64(), before["survived"].as_u64().map(|count| count - 1));

    let (told, _) = check(&folder("mutate-told", ACCEPTANCE), &[], 0);
    let line = "accepted drop-row at tables.person.rows.plan: The destination leaves it out anyway";
    assert!(told.contains(line), "{told}");
}

#[test]
fn an_idle_acceptance_is_told() {
    let project = ACCEPTANCE.replace("rows.plan", "rows.name");
    let (told, _) = check(&folder("mutate-idle", &project), &[], 0);
    let line = "`mutate.accept` names drop-row at tables.person.rows.name, which is no survivor";
    assert!(told.contains(line), "{told}");
}

#[test]
fn json_has_each_mutant_with_its_fate() {
    let (told, _) = check(&folder("mutate-json", ""), &["--format", "json"], 0);
    let told: Value = serde_json::from_str(&told).unwrap();
    let report = &told["mappings"][0];
    let mutants = report["mutants"].as_array().unwrap();
    let count = |fate: &str| mutants.iter().filter(|mutant| mutant["fate"] == fate).count() as u64;
    for (fate, key) in [("killed", "killed"), ("survived", "survived"), ("stillborn", "stillborn")] {
        assert_eq!(report["score"][key].as_u64(), Some(count(fate)), "{fate}");
    }
    assert!(count("killed") > 0 && count("survived") > 0);
    let killed = mutants.iter().find(|mutant| mutant["fate"] == "killed").unwrap();
    assert_eq!(killed["case"], "case.yaml");
    assert!(mutants.iter().all(|mutant| mutant["before"] != mutant["after"]));
}

#[test]
fn a_sample_is_smaller_and_stays_the_same() {
    let folder = folder("mutate-sample", "");
    let sample = |seed: &str| {
        let arguments = ["--mutate-sample", "4", "--mutate-seed", seed, "--format", "json"];
        let (told, _) = check(&folder, &arguments, 0);
        let told: Value = serde_json::from_str(&told).unwrap();
        let report = &told["mappings"][0];
        assert_eq!(report["whole"], false);
        report["mutants"].clone()
    };
    let one = sample("1");
    assert_eq!(one.as_array().unwrap().len(), 4);
    assert_eq!(one, sample("1"));
    assert_ne!(one, sample("3"));
}

#[test]
fn says_why_there_are_no_mutants() {
    let failing = folder("mutate-failing", "");
    failing.file("case.yaml", &CASE.replace("{name: Ada}}]}", "{name: Bob}}]}"));
    let (_, problem) = check(&failing, &[], 3);
    assert!(problem.contains("case.yaml fails with the mapping as it is"), "{problem}");

    let broken = folder("mutate-broken", "");
    broken.file("mapping.yaml", &MAPPING.replace("body: person", "body: persons"));
    let (_, problem) = check(&broken, &[], 3);
    assert!(problem.contains("mapping.yaml has errors"), "{problem}");

    let (_, problem) = check(&folder("mutate-tap", ""), &["--format", "tap"], 2);
    assert!(problem.contains("mutants are shown as text or JSON only"), "{problem}");

    let alone = folder("mutate-alone", "");
    let inline = MAPPING.lines().fold("mapping: |\n".to_owned(), |text, line| format!("{text}  {line}\n"));
    alone.file("case.yaml", &format!("{inline}{CASE}"));
    let (_, problem) = check(&alone, &[], 2);
    assert!(problem.contains("no case uses a mapping file"), "{problem}");
}

#[test]
fn the_documents_list_all_operators() {
    let document = document();
    for operator in OPERATORS {
        let line = format!("| `{}` | {} |", operator.name, operator.summary);
        assert!(document.contains(&line), "docs/testing.md lacks: {line}");
    }
}
