//! The events: of our cases, of the conformance cases, and generated ones.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Events that are made up.
const GENERATED: usize = 1_000;

/// The folder of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Each event as one line of JSON.
pub(crate) fn corpus() -> Vec<String> {
    let mut events = Vec::new();
    for file in files(&workspace().join("tests/cases/zendesk")) {
        let case: Value = serde_yaml::from_str(&fs::read_to_string(file).unwrap()).unwrap_or_default();
        events.extend(case.get("event").cloned());
        events.extend(case.get("events").and_then(Value::as_array).cloned().unwrap_or_default());
    }
    let folder = workspace().join("../shared/conformance");
    let cases: Vec<PathBuf> =
        ["router", "processor"].iter().flat_map(|kind| files(&folder.join(kind))).collect();
    if cases.is_empty() {
        println!("SKIPPED: the conformance cases are not here");
    }
    for file in cases {
        let case: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let input = case.pointer("/input/input").unwrap_or(&case["input"]);
        events.extend(input.as_array().into_iter().flatten().map(|item| item["message"].clone()));
    }
    // What is no object has no type, and is none of those that a host passes on.
    events.retain(|event| event.is_object() && event.get("statusCode").is_none());
    let mut lines: Vec<String> = events.iter().map(Value::to_string).collect();
    lines.extend(corpus::deliverable_events(7, 60, GENERATED));
    lines
}
