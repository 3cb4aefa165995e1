//! The rules of the house that a compiler does not check.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the lowest to the highest; one uses those in front of it only.
const LAYERS: [&str; 20] = [
    "diag",
    "json",
    "value",
    "destination",
    "source",
    "model",
    "lint",
    "compile",
    "run",
    "explain",
    "witness",
    "diff",
    "graph",
    "docs",
    "plan",
    "deliver",
    "consume",
    "case",
    "host",
    "cli",
];

/// Longest file, in lines. Aim for 340; beyond 400 a file needs a second subject moved out.
const LONGEST_FILE: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn layer_of(path: &Path) -> Option<usize> {
    let inside = path.strip_prefix(root().join("src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    LAYERS.iter().position(|layer| *layer == first)
}

/// Modules that a line of code names by `crate::`.
fn modules_used(line: &str) -> Vec<usize> {
    let mut used = Vec::new();
    for part in line.split("crate::").skip(1) {
        let names = part.strip_prefix('{').map_or(part, |list| list.split('}').next().unwrap_or(list));
        for name in names.split(',') {
            let name: String =
                name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            used.extend(LAYERS.iter().position(|layer| *layer == name));
        }
    }
    used
}

#[test]
fn a_module_uses_lower_modules_only() {
    let mut wrong = Vec::new();
    for path in rust_files(&root().join("src")) {
        let Some(own) = layer_of(&path) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for used in modules_used(line).into_iter().filter(|used| *used > own) {
                wrong.push(format!("{}:{}: {} uses {}", shown(&path), index + 1, LAYERS[own], LAYERS[used]));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let unknown: Vec<String> = rust_files(&root().join("src"))
        .iter()
        .filter(|path| layer_of(path).is_none())
        .map(|path| shown(path))
        .filter(|path| path != "src/lib.rs" && path != "src/main.rs")
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_engine_does_not_know_its_destinations() {
    let wrong: Vec<String> = rust_files(&root().join("src"))
        .iter()
        .filter(|path| !matches!(shown(path).as_str(), "src/cli/demo.rs" | "src/cli/sandbox.rs"))
        .filter(|path| fs::read_to_string(path).unwrap().to_lowercase().contains("zendesk"))
        .map(|path| shown(path))
        .collect();
    assert!(wrong.is_empty(), "a destination is named in {wrong:?}");
}

#[test]
fn files_stay_readable() {
    let folders = ["src", "crates", "tests", "benches"].map(|folder| root().join(folder));
    let wrong: Vec<String> = folders
        .iter()
        .filter(|folder| folder.exists())
        .flat_map(|folder| rust_files(folder))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), shown(&path)))
        .filter(|(lines, path)| *lines > LONGEST_FILE && !path.contains("/target/"))
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    let wrong: Vec<String> = rust_files(&root().join("src"))
        .iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"))
        .map(|path| shown(path))
        .collect();
    assert!(wrong.is_empty(), "no module documentation: {wrong:?}");
}

#[test]
fn no_module_is_a_bag() {
    let bags = ["utils", "util", "helpers", "common", "misc"];
    let wrong: Vec<String> = rust_files(&root().join("src"))
        .iter()
        .filter(|path| path.iter().any(|part| bags.contains(&part.to_string_lossy().trim_end_matches(".rs"))))
        .map(|path| shown(path))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_shipped_mapping_stays_short() {
    let lines = fs::read_to_string(root().join("mappings/zendesk.yaml")).unwrap().lines().count();
    assert!(lines <= 250, "mappings/zendesk.yaml has {lines} lines");
}
