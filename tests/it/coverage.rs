//! What `mapwright test --coverage` says, in each of its forms, and that the shipped mapping is covered.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{Folder, run, run_in, stderr, stdout};

/// Line 4 has two candidates and a default, line 5 a condition that can come out either way.
const MAPPING: &str = "\
format: 1
destination: example
service: {base_url: {value: \"https://api.example.com\"}, errors: {429: retry, 4xx: reject}}
tables: {person: {rows: {name: {from: [$.name, $.nick], default: <b>},
  plan: {from: $.plan, when: {$.paying: true}}}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}
";

const CASE: &str = "\
about: A person has a name, or else a nickname.
mapping_file: ../people.yaml
events: [{type: identify, name: Ada}, {type: identify, nick: ada, plan: pro}]
replies: [{request: POST /people, status: 200}, {request: POST /people, status: 429}, {request: POST /people, status: 200}]
expect: {outcomes: [delivered, delivered]}
";

fn project(name: &str) -> Folder {
    let folder = Folder::new(name);
    fs::create_dir_all(folder.0.join("cases")).unwrap();
    folder.file("people.yaml", MAPPING);
    folder.file("cases/one.yaml", CASE);
    folder
}

/// The file that a report was written to.
fn report(folder: &Folder, form: &str, file: &str) -> String {
    let output = run_in(&folder.0, &["test", "cases", form, "--coverage-output", file], "");
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    fs::read_to_string(folder.0.join(file)).unwrap()
}

#[test]
fn the_text_names_what_is_missing() {
    let folder = project("coverage-text");
    let output = run_in(&folder.0, &["test", "cases", "--coverage"], "");
    let text = stdout(&output);
    let (_, lacks) = text.split_once("Not covered:\n").expect("something is not covered");
    assert_eq!(
        lacks,
        "  people.yaml:3:78: error line 4xx of all requests was never met\n  \
         people.yaml:4:57: default of row person.name was never used\n  \
         people.yaml:5:3: row person.plan never had a value\n  \
         people.yaml:5:31: condition `$.paying: true` never held\n"
    );
    assert!(text.contains("│ candidates  ┆       2 ┆  3 ┆ 66.6 ┆            0 │"), "{text}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn less_than_must_be_fails() {
    let folder = project("coverage-least");
    let covered = ["test", "cases", "--coverage", "--coverage-min"];
    let ends = |least| run_in(&folder.0, &[&covered[..], &[least]].concat(), "");
    let output = ends("100");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("people.yaml: 66.6 % is covered where 100 % must be"),
        "{}",
        stderr(&output)
    );
    assert_eq!(ends("66.6").status.code(), Some(0));
    assert_eq!(ends("101").status.code(), Some(2));
    fs::remove_file(folder.0.join("cases/one.yaml")).unwrap();
    assert_eq!(ends("0").status.code(), Some(2), "nothing was covered");
}

#[test]
fn only_a_text_goes_to_the_standard_output() {
    let folder = project("coverage-where");
    let output = run_in(&folder.0, &["test", "cases", "--coverage=html"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("add `--coverage-output FILE`"), "{}", stderr(&output));
}

/// The standard output is for programs then, and a file has no colours.
#[test]
fn a_text_keeps_out_of_the_way_of_results_for_programs() {
    let folder = project("coverage-program");
    let output = run_in(&folder.0, &["test", "cases", "--format", "json", "--coverage"], "");
    let results: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(results["passed"], 1);
    assert!(stderr(&output).contains("Coverage of people.yaml"), "{}", stderr(&output));
    let text = report(&folder, "--coverage", "coverage.txt");
    assert!(text.starts_with("Coverage of people.yaml\n┌"), "{text}");
}

#[test]
fn a_folder_gets_a_file_for_the_form() {
    let folder = project("coverage-folder");
    run_in(&folder.0, &["test", "cases", "--coverage=lcov", "--coverage-output", "made/by/"], "");
    assert!(folder.0.join("made/by/lcov.info").is_file());
}

#[test]
fn json_has_every_point_with_its_count() {
    let folder = project("coverage-json");
    let report: Value = serde_json::from_str(&report(&folder, "--coverage=json", "coverage.json")).unwrap();
    let file = &report["files"][0];
    assert_eq!(file["file"], "people.yaml");
    assert_eq!(file["total"]["covered"], 8);
    assert_eq!(file["total"]["reachable"], 12);
    assert_eq!(file["kinds"]["condition"]["covered"], 1);
    let points = file["points"].as_array().unwrap();
    let counts = |what: &str| -> Vec<(&str, u64)> {
        let points = points.iter().filter(|point| point["what"].as_str().unwrap().contains(what));
        points.map(|point| (point["side"].as_str().unwrap(), point["count"].as_u64().unwrap())).collect()
    };
    assert_eq!(counts("row person.name"), [("made", 2), ("won", 1), ("won", 1), ("default", 0)]);
    assert_eq!(counts("condition"), [("held", 0), ("failed", 2)]);
    assert_eq!(counts("error line"), [("met", 1), ("met", 0)]);
}

/// As strict as the programs that read it: known records, branches in front of lines, sums that are right.
#[test]
fn lcov_is_as_its_readers_want_it() {
    let folder = project("coverage-lcov");
    let text = report(&folder, "--coverage=lcov", "lcov.info");
    let sum = |record: &str, is_hit: bool| {
        let values = text.lines().filter_map(|line| line.strip_prefix(record)?.rsplit(',').next());
        values.filter(|value| !is_hit || !matches!(*value, "0" | "-")).count()
    };
    assert!(text.starts_with("TN:\nSF:people.yaml\nBRDA:") && text.ends_with("\nend_of_record\n"), "{text}");
    for (record, all) in [
        ("LF:", sum("DA:", false)),
        ("LH:", sum("DA:", true)),
        ("BRF:", sum("BRDA:", false)),
        ("BRH:", sum("BRDA:", true)),
    ] {
        assert!(text.contains(&format!("\n{record}{all}\n")), "{record}{all} is not in\n{text}");
    }
    let known = ["TN:", "SF:", "BRDA:", "BRF:", "BRH:", "DA:", "LF:", "LH:", "end_of_record"];
    assert!(text.lines().all(|line| known.iter().any(|record| line.starts_with(record))), "{text}");
    assert!(text.contains("\nBRDA:5,1,0,0\nBRDA:5,1,1,2\n"), "{text}");
    assert!(text.contains("\nDA:3,1\nDA:4,2\nDA:5,0\nDA:6,2\n"), "{text}");
}

#[test]
fn the_page_stands_alone_and_escapes_what_it_shows() {
    let folder = project("coverage-html");
    let page = report(&folder, "--coverage=html", "coverage.html");
    assert!(page.contains("default: &lt;b&gt;}") && !page.contains("<b>"), "{page}");
    assert!(page.contains("<li>condition &#x60;$.paying: true&#x60; never held</li>"), "{page}");
    for outside in ["http:", "src=", "<script", "@import", "url("] {
        assert!(!page.contains(outside), "{outside} in\n{page}");
    }
    // Each line of the mapping is one row, with a sign and a word for what the colour says.
    assert_eq!(page.matches("<td class=\"text\">").count(), MAPPING.lines().count());
    for (sign, word) in [("✓", "covered"), ("◐", "covered in part"), ("✗", "not covered")] {
        let told = format!("<span aria-hidden=\"true\">{sign}</span><span class=\"hidden\">{word}</span>");
        assert_eq!(page.contains(&told), sign != "✗", "{sign} in\n{page}");
    }
}

/// One mapping, named by the project, by a case, and by a path with steps up: one report. One that a case brings: none.
#[test]
fn a_mapping_file_is_reported_once_and_a_text_not_at_all() {
    let folder = project("coverage-once");
    folder.file("mapwright.yaml", "mapping: people.yaml\n");
    folder.file("cases/two.yaml", &CASE.replace("mapping_file: ../people.yaml\n", ""));
    let indented: String = MAPPING.lines().fold(String::new(), |mut text, line| {
        writeln!(text, "  {line}").unwrap();
        text
    });
    let own = format!("mapping: |\n{indented}");
    folder.file("cases/three.yaml", &CASE.replace("mapping_file: ../people.yaml\n", &own));
    let report: Value = serde_json::from_str(&report(&folder, "--coverage=json", "coverage.json")).unwrap();
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.len(), 1);
    let made = files[0]["points"].as_array().unwrap().iter().find(|point| point["what"] == "row person.name");
    assert_eq!(made.unwrap()["count"], 4, "two cases with two events");
}

/// Every shipped mapping that has cases in a folder of its name is covered by them; the document shows it for one of
/// them. What the reference does is held to the reference's own cases, which are not ours.
#[test]
fn shipped_mappings_are_covered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join("mappings")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let cases = format!("tests/cases/{name}");
        if !root.join(&cases).exists() {
            assert_eq!(name, "zendesk-classic", "{cases} is missing");
            continue;
        }
        let output = run(&["test", &cases, "--coverage", "--coverage-min", "100"], "");
        let text = stdout(&output);
        let told = text.get(text.find("Coverage of").unwrap_or_default()..).unwrap().trim_end();
        assert_eq!(output.status.code(), Some(0), "{told}\n{}", stderr(&output));
        assert!(told.starts_with(&format!("Coverage of mappings/{name}.yaml\n")), "{told}");
        is_shown(&root.join("docs/testing.md"), &cases, told);
    }
}

/// Compares what a command says with what a document shows of it, if it does.
#[track_caller]
fn is_shown(document: &Path, cases: &str, told: &str) {
    let page = fs::read_to_string(document).unwrap();
    let command = format!("```sh\nmapwright test {cases} --coverage --coverage-min 100\n```\n\n```text\n");
    let Some((before, behind)) = page.split_once(&command) else { return };
    let (shown, rest) = behind.split_once("\n```").unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none() {
        fs::write(document, format!("{before}{command}{told}\n```{rest}")).unwrap();
    } else {
        assert_eq!(told, shown, "{} is out of date: run `just gen`", document.display());
    }
}

#[test]
fn the_document_shows_the_coverage_of_a_shipped_mapping() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md")).unwrap();
    assert!(page.contains(
        "mapwright test tests/cases/zendesk --coverage --coverage-min 100\n```\n\n```text\nCoverage of "
    ));
}
