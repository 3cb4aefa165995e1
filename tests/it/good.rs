//! Mappings without fault, for invented destinations of many kinds: the linter finds nothing in them.

use std::fs;
use std::path::{Path, PathBuf};

use mapwright::diag::render;

use crate::lint::findings;

/// The mappings of `tests/good`.
fn mappings() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn good_mappings_have_no_findings() {
    let mut told = String::new();
    for path in mappings() {
        let text = fs::read_to_string(&path).unwrap();
        told += &render::human(&findings(&text), &path.display().to_string(), &text);
    }
    assert!(told.is_empty(), "\n{told}");
    assert!(mappings().len() >= 20);
}
