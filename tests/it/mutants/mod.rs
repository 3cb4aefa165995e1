//! Mistakes in the shipped mapping: the compiler, the linter or a shipped case notices each of them.

mod command;
mod corpus;
mod guards;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use mapwright::case::mutate::{Accepted, Fate, Mutant, Score, Trial, sample};
use mapwright::case::{self, Case};
use mapwright::lint::Options;

use corpus::{ANSWERS, Mistake, SAFETY, SEARCHES};
use guards::GUARDS;
use values::{SPELLING, VALUES};

/// Fewest mistakes of the corpus.
const FEWEST: usize = 60;

/// Mistakes that nobody notices, by what they model, and why that is so.
const UNNOTICED: &[(&str, &str)] = &[];

/// How many mutants are tried here, and which; `mapwright test tests/cases/zendesk --mutate` tries all.
const SAMPLE: (usize, u64) = (40, 1);

/// Least share of them that the cases notice, in percent.
const LEAST: f64 = 90.0;

/// The shipped mapping with its cases, which are run once for all tests.
static TRIAL: LazyLock<Trial> = LazyLock::new(trial);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn trial() -> Trial {
    let root = root();
    let mapping = root.join("mappings/zendesk.yaml");
    let files = case::files(&[root.join("tests/cases/zendesk")]).unwrap();
    let cases: Vec<(PathBuf, Case)> =
        files.into_iter().map(|file| (file.clone(), Case::read(&file).unwrap())).collect();
    let mapping = cases[0].1.mapping(Some(&mapping)).unwrap();
    Trial::new(mapping, cases, Options::default()).unwrap()
}

#[test]
fn each_mistake_of_the_corpus_is_noticed() {
    let trial = &*TRIAL;
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
    for tried in trial.run(left, &|| {}) {
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

/// What `mapwright.yaml` accepts.
fn accepted() -> Vec<Accepted> {
    let project: serde_yaml::Value =
        serde_yaml::from_str(&fs::read_to_string(root().join("mapwright.yaml")).unwrap()).unwrap();
    let text = |entry: &serde_yaml::Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let entries = project["mutate"]["accept"].as_sequence().unwrap().iter();
    entries
        .map(|entry| Accepted {
            operator: text(entry, "operator"),
            at: text(entry, "at"),
            why: text(entry, "why"),
        })
        .collect()
}

#[test]
fn the_shipped_cases_notice_a_sample_of_mutants() {
    let (most, seed) = SAMPLE;
    let chosen = sample(TRIAL.mutants(), most, seed);
    let tried = TRIAL.run(chosen, &|| {});
    let accepted = accepted();
    let score = Score::of(&tried, &accepted);
    let survived = tried
        .iter()
        .filter(|tried| tried.fate == Fate::Survived && !accepted.iter().any(|one| one.covers(tried)));
    let survived: Vec<String> = survived
        .map(|tried| format!("{} at {}: {}", tried.mutant.operator, tried.mutant.at, tried.mutant.what))
        .collect();
    println!("{score:?}: {:.1} %", score.percent());
    assert!(score.percent() >= LEAST, "{score:?}\n{}", survived.join("\n"));
}

#[test]
fn what_is_accepted_is_a_mutant() {
    let mutants = TRIAL.mutants();
    for Accepted { operator, at, why } in accepted() {
        let is_one = mutants.iter().any(|mutant| mutant.operator == operator && mutant.at == at);
        assert!(is_one, "mapwright.yaml accepts {operator} at {at}, which is no mutant");
        assert!(why.split(' ').count() > 3, "{why}: say it in a sentence");
    }
}
