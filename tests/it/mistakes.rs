//! Mistakes of authors: each code of the mapping language is fired by a case, and its page shows it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mapwright::compile;
use mapwright::diag::{ALL, Diagnostic, Diagnostics, render};

/// What a block of a page leaves out, by the key that it lacks.
const SKELETON: [(&str, &str); 4] = [
    ("format:", "format: 1\n"),
    ("destination:", "destination: example\n"),
    ("service:", "service: {base_url: {value: \"https://api.example.com\"}}\n"),
    ("flows:", "flows: {identify: {event: identify, steps: [{user: {post: /users}}]}}\n"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn findings(mapping: &str) -> Vec<Diagnostic> {
    let mut found = Diagnostics::new();
    let plan = compile::load(mapping, &mut found);
    assert_eq!(plan.is_none(), found.has_errors(), "{mapping}");
    found.into_vec()
}

fn names(mapping: &str) -> BTreeSet<&'static str> {
    findings(mapping).iter().map(|found| found.code.name).collect()
}

/// The mappings of the cases of mistakes, with the names of their files.
pub(crate) fn cases() -> Vec<(String, String)> {
    let folder = root().join("tests/cases/mistakes");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mapping = |path: &PathBuf| {
        let case: serde_yaml::Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let mapping = case["mapping"].as_str().unwrap().to_owned();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), mapping)
    };
    files.iter().map(mapping).collect()
}

#[test]
fn every_code_is_fired_by_a_case() {
    let fired: BTreeSet<&str> = cases().iter().flat_map(|(_, mapping)| names(mapping)).collect();
    let silent: Vec<&str> =
        ALL.iter().filter(|info| (201..500).contains(&info.code.number)).map(|info| info.code.name).collect();
    let silent: Vec<&&str> = silent.iter().filter(|name| !fired.contains(**name)).collect();
    assert!(silent.is_empty(), "no case in tests/cases/mistakes for {silent:?}");
}

#[test]
fn every_mistake_gets_advice() {
    for (name, mapping) in cases() {
        for found in findings(&mapping) {
            assert!(found.help.is_some_and(|help| !help.is_empty()), "{name}: {}", found.message);
        }
    }
}

#[test]
fn messages_are_one_plain_sentence() {
    let foreign = ["struct ", "enum ", "serde", "variant", "::", "Option", "Some(", "None", "unit"];
    for (name, mapping) in cases() {
        for found in findings(&mapping) {
            let text = format!("{} / {}", found.message, found.help.unwrap_or_default());
            assert!(!text.contains('\n') && !found.message.ends_with('.'), "{name}: {text}");
            assert!(!found.message.starts_with(char::is_uppercase), "{name}: {text}");
            assert!(!foreign.iter().any(|word| text.contains(word)), "{name}: {text}");
        }
    }
}

/// The YAML block below a heading.
fn example<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).expect("the section is there");
    let (_, block) = section.split_once("```yaml\n").expect("the section has a block");
    block.split("```").next().unwrap()
}

/// A block of a page as a whole mapping.
fn completed(block: &str) -> String {
    let is_there = |key: &str| block.lines().any(|line| line.starts_with(key));
    let missing = SKELETON.iter().filter(|(key, _)| !is_there(key)).map(|(_, line)| *line);
    block.to_owned() + &missing.collect::<String>()
}

#[test]
fn pages_show_what_they_tell() {
    for info in ALL.iter().filter(|info| (201..500).contains(&info.code.number)) {
        let path = root().join(format!("docs/diagnostics/{}.md", info.code.id()));
        let page = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no page for {}", info.code));
        assert!(page.starts_with(&format!("# {}\n", info.code)), "heading of {}", path.display());
        let bad = completed(example(&page, "Bad"));
        let shown = render::human(&findings(&bad), "bad.yaml", &bad);
        assert_eq!(names(&bad), BTreeSet::from([info.code.name]), "bad example of {}\n{shown}", info.code);
        let good = completed(example(&page, "Good"));
        let shown = render::human(&findings(&good), "good.yaml", &good);
        assert!(shown.is_empty(), "good example of {}\n{shown}", info.code);
    }
}
