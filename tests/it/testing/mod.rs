//! `mapwright test` as its users meet it: forms of output and filters.

mod updating;
mod watching;

use std::fs;
use std::process::{Command, Output};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::cli::{Folder, stderr, stdout};

const MAPPING: &str = "\
format: 1
destination: example
service: {base_url: {value: \"https://api.example.com\"}}
tables: {person: {rows: {name: {from: $.name, as: string, required: A person has a name}, age: $.age}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}
";

/// A case that sends a person of 36 years, and expects some body and some outcome.
fn case(about: &str, body: &str, outcome: &str) -> String {
    format!(
        "about: {about}   # of a person\nevent: {{type: identify, name: Ada, age: 36}}\nreplies: [{{request: POST /people, status: 201}}]\nexpect:\n  outcome: {outcome}\n  requests:   # one\n    - request: POST /people\n      body: {body}\n"
    )
}

/// A project with one case that passes, one that fails, and a file that is no case.
fn project(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.file("mapwright.yaml", "mapping: mapping.yaml\n");
    folder.file("mapping.yaml", MAPPING);
    fs::create_dir_all(folder.0.join("tests/cases/people")).unwrap();
    folder.file(
        "tests/cases/a-good.yaml",
        &case("A person <b>", "{name: Ada, age: {$any: integer}}", "delivered"),
    );
    folder.file("tests/cases/people/b-bad.yaml", &case("An age & more", "{name: Ada, age: 37}", "delivered"));
    folder.file(
        "tests/cases/people/c-none.yaml",
        "about: No case\nexpekt: {}\nevent: {}\nexpect: {outcome: delivered}\n",
    );
    folder
}

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mapwright"));
    command.arg("test").args(arguments).current_dir(&folder.0).env_remove("CI").env_remove("NO_COLOR");
    command
}

fn run(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output: Output = command(folder, arguments).output().unwrap();
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    (output.status.code(), stdout(&output) + &stderr(&output))
}

#[test]
fn people_see_what_differs_and_where() {
    let folder = project("test-text");
    let (code, text) = run(&folder, &[]);
    let expected = "\
passed  tests/cases/a-good.yaml
FAILED  tests/cases/people/b-bad.yaml
    An age & more
    request 1, POST /people, at body.age
      - 37
      + 36
FAILED  tests/cases/people/c-none.yaml
    error[D0201 unknown-key]: unknown key `expekt`
     --> tests/cases/people/c-none.yaml:2:1
    2 | expekt: {}
      | ^^^^^^ not a key of the file itself
      = help: did you mean `expect`?
- expected, + came
1 passed, 2 failed, 0 skipped
";
    assert_eq!((code, text.as_str()), (Some(1), expected));
    let coloured =
        command(&folder, &["tests/cases/people/b-bad.yaml"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(stdout(&coloured).contains("\x1b[31m- 37\x1b[0m"), "{}", stdout(&coloured));
    let plain = command(&folder, &[]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!stdout(&plain).contains('\x1b'));
}

#[test]
fn the_page_shows_what_people_see() {
    let folder = project("test-page");
    let about = "A person is written with name and age.";
    folder.file("tests/cases/people/a-person.yaml", &case(about, "{name: Ada, age: 37}", "delivered"));
    let (_, text) = run(&folder, &["--filter", "a-person"]);
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/testing.md")).unwrap();
    assert!(page.contains(&format!("```text\n{text}```\n")), "{text}");
}

#[test]
fn programs_get_json() {
    let folder = project("test-json");
    let (code, text) = run(&folder, &["--format", "json"]);
    let mut told: Value = serde_json::from_str(&text).unwrap();
    let cases = told["cases"].as_array_mut().unwrap();
    for case in cases.iter_mut() {
        assert!(
            case.as_object_mut().unwrap().remove("seconds").is_some_and(|span| span.as_f64().unwrap() < 60.0)
        );
    }
    let why = cases[2].as_object_mut().unwrap().remove("why").unwrap();
    assert!(why.as_str().unwrap().contains("unknown key `expekt`"));
    let expected = json!({"passed": 1, "failed": 2, "skipped": 0, "updated": 0, "cases": [
        {"file": "tests/cases/a-good.yaml", "about": "A person <b>", "status": "passed"},
        {"file": "tests/cases/people/b-bad.yaml", "about": "An age & more", "status": "failed", "differences": [
            {"place": "request 1, POST /people, at body.age", "lines": ["- 37", "+ 36"]},
        ]},
        {"file": "tests/cases/people/c-none.yaml", "about": null, "status": "broken"},
    ]});
    assert_eq!((code, told), (Some(1), expected));
}

#[test]
fn harnesses_get_tap() {
    let folder = project("test-tap");
    folder.file(
        "tests/cases/a-good.yaml",
        &case("A hash \\# and a \"#1\"", "{name: Ada, age: 36}", "delivered")
            .replace("about: ", "about: '")
            .replace("   # of", "' # of"),
    );
    let (code, text) = run(&folder, &["--format", "tap"]);
    assert_eq!(code, Some(1));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    assert_eq!(lines.next(), Some("1..3"));
    assert_eq!(lines.next(), Some(r#"ok 1 - tests/cases/a-good.yaml: A hash \\\# and a "\#1""#));
    assert_eq!(lines.next(), Some("not ok 2 - tests/cases/people/b-bad.yaml: An age & more"));
    let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "  ...").collect();
    assert_eq!(block[0], "  ---");
    let block: Value = serde_yaml::from_str(&block[1..].join("\n")).unwrap();
    assert_eq!(block["message"], "request 1, POST /people, at body.age\n  - 37\n  + 36");
    assert!(block["duration_ms"].as_f64().is_some());
    assert_eq!(lines.next(), Some("not ok 3 - tests/cases/people/c-none.yaml"));
    assert_eq!(lines.last(), Some("  ..."));
}

/// What JUnit says: names of elements with their attributes, in order; fails where the XML is not well-formed.
fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                elements.push((tag.name().as_ref().to_owned(), attributes.collect()));
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

#[test]
fn servers_get_junit() {
    let folder = project("test-junit");
    let (code, text) = run(&folder, &["--format", "junit"]);
    assert_eq!(code, Some(1));
    let told: Vec<String> = elements(&text)
        .into_iter()
        .map(|(name, attributes)| {
            let shown = attributes.into_iter().map(|(key, value)| {
                let value = match key.as_str() {
                    "time" => value.parse::<f64>().map(|_| "0".into()).unwrap(),
                    "timestamp" => value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect(),
                    _ => value,
                };
                format!(" {key}={value:?}")
            });
            name + &shown.collect::<String>()
        })
        .collect();
    let expected = [
        "testsuites",
        r#"testsuite id="0" name="tests/cases" package="tests/cases" timestamp="0000-00-00T00:00:00" hostname="localhost" tests="1" failures="0" errors="0" skipped="0" time="0""#,
        "properties",
        r#"testcase name="a-good: A person <b>" classname="tests/cases" time="0""#,
        "system-out",
        "system-err",
        r#"testsuite id="1" name="tests/cases/people" package="tests/cases/people" timestamp="0000-00-00T00:00:00" hostname="localhost" tests="2" failures="1" errors="1" skipped="0" time="0""#,
        "properties",
        r#"testcase name="b-bad: An age & more" classname="tests/cases/people" time="0""#,
        r#"failure message="request 1, POST /people, at body.age" type="difference""#,
        r#"testcase name="c-none" classname="tests/cases/people" time="0""#,
        r#"error message="error[D0201 unknown-key]: unknown key `expekt`" type="unreadable""#,
        "system-out",
        "system-err",
    ];
    assert_eq!(told, expected);
    assert!(text.contains("  - 37\n  + 36</failure>"), "{text}");
}

#[test]
fn a_filter_takes_paths_and_abouts() {
    let folder = project("test-filter");
    for (filter, last) in [
        ("PEOPLE/", "0 passed, 2 failed, 0 skipped"),
        ("person <", "1 passed, 0 failed, 0 skipped"),
        ("/^An .ge/", "0 passed, 1 failed, 0 skipped"),
        ("/a-good.yaml$|c-none/", "1 passed, 1 failed, 0 skipped"),
    ] {
        let (_, text) = run(&folder, &["--filter", filter]);
        assert_eq!(text.lines().last(), Some(last), "{filter}: {text}");
    }
    let (code, text) = run(&folder, &["--filter", "nobody"]);
    assert_eq!((code, text.as_str()), (Some(2), "error: no case in `tests/cases` fits `--filter nobody`\n"));
    let (code, text) = run(&folder, &["--filter", "/(/"]);
    assert_eq!(code, Some(2));
    assert!(
        text.starts_with("error: `--filter /(/` is no regular expression: unclosed group\n  help: "),
        "{text}"
    );
    let (code, text) = run(&folder, &[&Folder::new("test-none").0.display().to_string()]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("no case files are in"), "{text}");
}
