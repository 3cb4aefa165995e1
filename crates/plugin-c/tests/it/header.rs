//! The header is what the sources say.

use std::fs;
use std::path::PathBuf;

use super::package;

/// Files that declare what the header has, in the order that it has it.
const SOURCES: [&str; 8] = [
    "src/problem.rs",
    "src/pointers.rs",
    "src/mapping.rs",
    "src/network.rs",
    "src/exports/version.rs",
    "src/exports/mapping.rs",
    "src/exports/session.rs",
    "src/exports/buffer.rs",
];

fn generated() -> String {
    let config = cbindgen::Config::from_file(package().join("cbindgen.toml")).unwrap();
    let sources: Vec<PathBuf> = SOURCES.iter().map(|file| package().join(file)).collect();
    let builder = sources.iter().fold(cbindgen::Builder::new(), cbindgen::Builder::with_src);
    let mut header = Vec::new();
    builder.with_config(config).generate().unwrap().write(&mut header);
    String::from_utf8(header).unwrap()
}

#[test]
fn the_header_says_what_the_sources_say() {
    let path = package().join("include/mapwright.h");
    let header = generated();
    let is_current = fs::read_to_string(&path).is_ok_and(|committed| committed == header);
    let is_update = std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none();
    if !is_current && is_update {
        fs::write(&path, &header).unwrap();
        return;
    }
    assert!(is_current, "include/mapwright.h is stale: run the tests with UPDATE_EXPECT=1");
}
