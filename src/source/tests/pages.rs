//! The examples on the pages of the 01xx codes do what the pages say.

use crate::diag::{ALL, Diagnostics};
use crate::source::read;

/// The YAML block below a heading; `None` if the section has prose instead.
fn example<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).expect("the section is there");
    let section = section.split("\n## ").next().unwrap();
    let (_, block) = section.split_once("```yaml\n")?;
    block.split("```").next()
}

fn names(text: &str) -> Vec<&'static str> {
    let mut all = Diagnostics::new();
    let _ = read(text, &mut all);
    all.iter().map(|found| found.code.name).collect()
}

#[test]
fn bad_examples_are_found_and_good_ones_are_not() {
    let mut n_checked = 0;
    for info in ALL.iter().filter(|info| info.code.number < 200) {
        let path = format!("{}/docs/diagnostics/{}.md", env!("CARGO_MANIFEST_DIR"), info.code.id());
        let page = std::fs::read_to_string(path).unwrap();
        if let Some(good) = example(&page, "Good") {
            assert_eq!(names(good), [""; 0], "good example of {}", info.code);
            n_checked += 1;
        }
        if let Some(bad) = example(&page, "Bad") {
            let found = names(bad);
            let is_ours = found.iter().all(|name| *name == info.code.name);
            assert!(is_ours && !found.is_empty(), "bad example of {}: {found:?}", info.code);
        }
    }
    assert!(n_checked > 12);
}
