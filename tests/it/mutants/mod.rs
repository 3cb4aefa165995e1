//! Mistakes in the shipped mapping: the compiler, the linter or a shipped case notices each of them.

mod corpus;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread;

use mapwright::case::mutate::{Fate, Mutant, Trial};
use mapwright::case::{self, Case};
use mapwright::lint::Options;

use corpus::{ANSWERS, GUARDS, Mistake, SAFETY, SEARCHES, SPELLING, VALUES};

/// Fewest mistakes of the corpus.
const FEWEST: usize = 60;

/// Mistakes that nobody notices, by what they model, and why that is so.
const UNNOTICED: &[(&str, &str)] = &[];

/// The shipped mapping with its cases.
fn trial() -> Trial {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mapping = root.join("mappings/zendesk.yaml");
    let files = case::files(&[root.join("tests/cases/zendesk")]).unwrap();
    let cases: Vec<(PathBuf, Case)> =
        files.into_iter().map(|file| (file.clone(), Case::read(&file).unwrap())).collect();
    let mapping = cases[0].1.mapping(Some(&mapping)).unwrap();
    Trial::new(mapping, cases, Options::default()).unwrap()
}

fn n_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[test]
fn each_mistake_of_the_corpus_is_noticed() {
    let trial = trial();
    let text = &trial.mapping().text;
    let mistakes: Vec<&Mistake> =
        [SAFETY, ANSWERS, SEARCHES, GUARDS, VALUES, SPELLING].into_iter().flatten().collect();
    assert!(mistakes.len() >= FEWEST, "{} mistakes", mistakes.len());
    let names: BTreeSet<&str> = mistakes.iter().map(|mistake| mistake.models).collect();
    assert_eq!(names.len(), mistakes.len(), "each mistake has a name of its own");

    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left = Vec::new();
    for mistake in mistakes {
        let mutant = Mutant::by_hand(text, mistake.find, mistake.replace, mistake.models);
        let mutant = mutant.unwrap_or_else(|| panic!("{}: stands there once, not so", mistake.models));
        match trial.finding_in(&mutant) {
            Some(found) => {
                let who = if found.starts_with("D05") { "the linter" } else { "the compiler" };
                println!("{who} ({found}): {}", mistake.models);
                *counts.entry(who).or_default() += 1;
            }
            None => left.push(mutant),
        }
    }
    let mut unnoticed = BTreeSet::new();
    for tried in trial.run(left, n_threads(), &|| {}) {
        let models = tried.mutant.what;
        if let Fate::Killed(case) = tried.fate {
            println!("a case ({}): {models}", case.file_stem().unwrap().display());
            *counts.entry("a case").or_default() += 1;
        } else {
            unnoticed.insert(models);
        }
    }
    println!("noticed by {counts:?}");
    let explained: BTreeSet<String> = UNNOTICED.iter().map(|(models, _)| (*models).to_owned()).collect();
    assert_eq!(unnoticed, explained, "left: nobody notices it, right: the list that says why");
}
