//! Runs the case files below `tests/cases`; arguments pick those whose path contains one of them.
//!
//! With `UPDATE_EXPECT` set, and not in continuous integration, files that fail are brought up to date.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "this is a test runner")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use mapwright::case::{self, Case, CaseError, Verdict};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let mapping = root.join("mappings/zendesk.yaml");
    let files = case::files(&[root.join("tests/cases")]).expect("the folder of cases can be read");
    let chosen = |file: &&PathBuf| {
        wanted.is_empty() || wanted.iter().any(|word| file.to_string_lossy().contains(word))
    };
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for file in files.iter().filter(chosen) {
        let name = file.strip_prefix(root).unwrap_or(file);
        let area = name.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let (area_passed, area_failed) = counts.entry(area).or_default();
        match run(file, &mapping) {
            Ok(Verdict::Passed) => (passed, *area_passed) = (passed + 1, *area_passed + 1),
            Ok(Verdict::Skipped(why)) => {
                skipped += 1;
                println!("skipped {}: {why}", name.display());
            }
            Ok(Verdict::Failed(differences)) => {
                (failed, *area_failed) = (failed + 1, *area_failed + 1);
                println!("FAILED {}\n{differences}\n", name.display());
            }
            Err(error) => {
                (failed, *area_failed) = (failed + 1, *area_failed + 1);
                println!("FAILED {}\n{error}\n", name.display());
            }
        }
    }
    for (area, (passed, failed)) in &counts {
        println!("cases/{area}: {passed} passed, {failed} failed");
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a case, after it was brought up to date if that is wanted.
fn run(file: &Path, mapping: &Path) -> Result<Verdict, CaseError> {
    let case = Case::read(file)?;
    let mapping = case.mapping(Some(mapping))?;
    let ran = case.run(&mapping)?;
    let is_wanted = std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none();
    if is_wanted && matches!(ran.verdict, Verdict::Failed(_)) {
        std::fs::write(file, case.updated(&mapping, &ran)?).expect("the case can be written");
        println!("updated {}", file.display());
        return Ok(Verdict::Passed);
    }
    Ok(ran.verdict)
}
