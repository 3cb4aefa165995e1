//! The trial of a mapping's mutants: what compiles is linted and shown to the cases, the nearest one first.
//!
//! Mutants of one place are tried one after another, those of different places side by side. What comes out depends
//! on neither.

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::reach::Reach;
use super::witness::{Statement, Witness};
use super::{Mutant, mutants};
use crate::case::{Case, Mapping};
use crate::compile;
use crate::diag::{Diagnostic, Diagnostics, LineIndex, Severity};
use crate::lint::{self, Options};
use crate::source;

/// A core serves several trials at once, for cases wait for their sandboxes most of the time.
const THREADS_A_CORE: usize = 4;

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It does not compile; this is why.
    Stillborn(String),
    /// This case fails.
    Killed(PathBuf),
    /// All cases pass.
    Survived,
}

/// A mutant with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The mutant.
    pub mutant: Mutant,
    /// What became of it.
    pub fate: Fate,
    /// The first thing that the linter finds in it and not in the mapping: number and name.
    pub lint: Option<String>,
}

/// A mapping with the cases that should notice its mutants.
#[derive(Debug)]
pub struct Trial {
    mapping: Mapping,
    witnesses: Vec<Witness>,
    reach: Reach,
    lint: Options,
    /// What is found in the mapping as it is.
    known: Vec<Found>,
}

/// A finding, so that it can be found again: code, line and message.
type Found = (u16, usize, String);

/// Why there is no trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialError {
    /// The mapping itself does not compile; this is its name.
    Mapping(String),
    /// A case fails with the mapping as it is; this is its file.
    Case(PathBuf),
    /// No case is there that could notice anything.
    NoCase,
}

impl fmt::Display for TrialError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mapping(name) => write!(formatter, "{name} has errors, so it has no mutants"),
            Self::Case(file) => {
                write!(
                    formatter,
                    "{} fails with the mapping as it is, so it can notice nothing",
                    file.display()
                )
            }
            Self::NoCase => formatter.write_str("no case uses the mapping, so nothing could be noticed"),
        }
    }
}

impl std::error::Error for TrialError {}

impl Trial {
    /// Runs all cases with the mapping as it is.
    ///
    /// # Errors
    /// [`TrialError`] when the mapping or a case is not good from the start.
    pub fn new(mapping: Mapping, cases: Vec<(PathBuf, Case)>, lint: Options) -> Result<Self, TrialError> {
        let mut found = Diagnostics::new();
        let plan = compile::load(&mapping.text, &mut found).map(Arc::new);
        let Some(plan) = plan else { return Err(TrialError::Mapping(mapping.name)) };
        let found = found.into_vec();
        let mut witnesses = Vec::new();
        for (file, case) in cases {
            let (witness, statement) = Witness::of(file, case, &mapping, &plan, &found);
            match statement {
                Statement::Silent => witnesses.push(witness),
                Statement::Absent => {}
                Statement::Noticed(_) => return Err(TrialError::Case(witness.file)),
            }
        }
        if witnesses.is_empty() {
            return Err(TrialError::NoCase);
        }
        let known =
            findings(&mapping.text, found, &lint).iter().map(|found| key(found, &mapping.text)).collect();
        let document = source::read(&mapping.text, &mut Diagnostics::new());
        let reach = document.as_ref().map(Reach::of).unwrap_or_default();
        Ok(Self { mapping, witnesses, reach, lint, known })
    }

    /// The mapping as it is.
    #[must_use]
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// All mutants of the mapping, in the order of the text.
    #[must_use]
    pub fn mutants(&self) -> Vec<Mutant> {
        mutants(&self.mapping.text)
    }

    /// The first error or finding in a mutant that is not in the mapping, without any case: number and name.
    #[must_use]
    pub fn finding_in(&self, mutant: &Mutant) -> Option<String> {
        let text = mutant.applied_to(&self.mapping.text);
        let mut found = Diagnostics::new();
        let compiles = compile::load(&text, &mut found).is_some();
        let found = found.into_vec();
        let error = found.iter().find(|found| found.severity == Severity::Error);
        match error.filter(|_| !compiles) {
            Some(error) => Some(error.code.to_string()),
            None => self.new_finding(&text, found),
        }
    }

    /// Tries mutants side by side; `each` is called after each of them. They come out in the order given.
    pub fn run(&self, mutants: Vec<Mutant>, each: &(dyn Fn() + Sync)) -> Vec<Tried> {
        let n_threads = thread::available_parallelism().map_or(1, usize::from) * THREADS_A_CORE;
        let mut groups: VecDeque<Vec<(usize, Mutant)>> = VecDeque::new();
        for (index, mutant) in mutants.into_iter().enumerate() {
            let place = mutant.place();
            match groups.iter_mut().find(|group| group.iter().any(|(_, other)| other.place() == place)) {
                Some(group) => group.push((index, mutant)),
                None => groups.push_back(vec![(index, mutant)]),
            }
        }
        groups.make_contiguous().sort_by_key(|group| std::cmp::Reverse(group.len()));
        let waiting = Mutex::new(groups);
        let finished = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..n_threads {
                scope.spawn(|| {
                    loop {
                        // Taken in a statement of its own, so that the lock is gone before the work begins.
                        let group = locked(&waiting).pop_front();
                        let Some(group) = group else { break };
                        let tried = self.try_group(group, each);
                        locked(&finished).extend(tried);
                    }
                });
            }
        });
        let mut finished = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
        finished.sort_by_key(|(index, _)| *index);
        finished.into_iter().map(|(_, tried)| tried).collect()
    }

    /// Tries mutants of one place; who noticed the last one is asked first.
    fn try_group(&self, group: Vec<(usize, Mutant)>, each: &(dyn Fn() + Sync)) -> Vec<(usize, Tried)> {
        let mut noticed: Vec<usize> = Vec::new();
        let mut tried = Vec::new();
        for (index, mutant) in group {
            tried.push((index, self.try_one(mutant, &mut noticed)));
            each();
        }
        tried
    }

    fn try_one(&self, mutant: Mutant, noticed: &mut Vec<usize>) -> Tried {
        let text = mutant.applied_to(&self.mapping.text);
        let mut found = Diagnostics::new();
        let Some(plan) = compile::load(&text, &mut found).map(Arc::new) else {
            let error = found.into_vec().into_iter().find(|found| found.severity == Severity::Error);
            let why = error.map(|error| format!("{}: {}", error.code, error.message)).unwrap_or_default();
            return Tried { mutant, fate: Fate::Stillborn(why), lint: None };
        };
        let found = found.into_vec();
        let lint = self.new_finding(&text, found.clone());
        let changed = Mapping { text, ..self.mapping.clone() };
        for witness in self.order(&mutant, noticed) {
            let Some(own) = self.witnesses.get(witness) else { continue };
            if let Statement::Noticed(_) = own.hear(&changed, &plan, &found) {
                noticed.retain(|other| *other != witness);
                noticed.insert(0, witness);
                return Tried { mutant, fate: Fate::Killed(own.file.clone()), lint };
            }
        }
        Tried { mutant, fate: Fate::Survived, lint }
    }

    /// Who is asked, by index: first who noticed something of this place, the last one first, then the nearest.
    fn order(&self, mutant: &Mutant, noticed: &[usize]) -> Vec<usize> {
        let flows = self.reach.flows_of(mutant);
        let able = |(_, witness): &(usize, &Witness)| flows.is_none_or(|flows| witness.is_in(flows));
        let mut order: Vec<(usize, &Witness)> = self.witnesses.iter().enumerate().filter(able).collect();
        order.sort_by_key(|(index, witness)| {
            let turn = noticed.iter().position(|other| other == index).unwrap_or(usize::MAX);
            (turn, std::cmp::Reverse(witness.nearness(mutant)))
        });
        order.into_iter().map(|(index, _)| index).collect()
    }

    /// The first thing that is found in a mutant and not in the mapping.
    fn new_finding(&self, text: &str, found: Vec<Diagnostic>) -> Option<String> {
        let found = findings(text, found, &self.lint);
        let new = found.iter().find(|found| !self.known.contains(&key(found, text)));
        new.map(|found| found.code.to_string())
    }
}

fn findings(text: &str, found: Vec<Diagnostic>, options: &Options) -> Vec<Diagnostic> {
    let mut all = Diagnostics::new();
    for finding in found {
        all.push(finding);
    }
    lint::lint(text, options, &mut all);
    all.into_vec()
}

fn key(found: &Diagnostic, text: &str) -> Found {
    (found.code.number, LineIndex::new(text).position(found.primary.start).line, found.message.clone())
}

fn locked<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
