//! A case as a witness: what it came to in the mapping as it is, and so which mutants it may notice.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::Mutant;
use crate::case::{Case, Mapping, Verdict};
use crate::compile::Plan;
use crate::diag::{Diagnostic, Span};
use crate::run::{Entry, Outcome};

/// A case that passes with the mapping as it is.
#[derive(Debug)]
pub(super) struct Witness {
    /// Its file.
    pub(super) file: PathBuf,
    case: Case,
    /// Flows that took its events.
    flows: BTreeSet<String>,
    /// Steps whose requests it made.
    steps: BTreeSet<String>,
    /// Where the conditions and rows stand that it looked at.
    spans: Vec<Span>,
}

/// What a witness says about a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// All is as it should be.
    Silent,
    /// Something differs.
    Noticed(String),
    /// This build cannot run the case.
    Absent,
}

impl Witness {
    /// A case with the mapping as it is, and what it says about it.
    pub(super) fn of(
        file: PathBuf,
        case: Case,
        mapping: &Mapping,
        plan: &Arc<Plan>,
        found: &[Diagnostic],
    ) -> (Self, Statement) {
        let ran = case.run_compiled(mapping, Some(plan.clone()), found.to_vec(), Vec::new());
        let mut witness =
            Self { file, case, flows: BTreeSet::new(), steps: BTreeSet::new(), spans: Vec::new() };
        let statement = match ran {
            Ok(ran) => {
                ran.done.iter().for_each(|done| witness.remember(&done.outcomes));
                stated(ran.verdict)
            }
            Err(error) => Statement::Noticed(error.to_string()),
        };
        (witness, statement)
    }

    /// What the case says about a mutant.
    pub(super) fn hear(&self, mapping: &Mapping, plan: &Arc<Plan>, found: &[Diagnostic]) -> Statement {
        match self.case.run_compiled(mapping, Some(plan.clone()), found.to_vec(), Vec::new()) {
            Ok(ran) => stated(ran.verdict),
            Err(error) => Statement::Noticed(error.to_string()),
        }
    }

    fn remember(&mut self, outcomes: &[Outcome]) {
        for entry in outcomes.iter().flat_map(|outcome| &outcome.trace.entries) {
            match entry {
                Entry::Flow { name } => _ = self.flows.insert(name.to_string()),
                Entry::Asked { step, .. } => _ = self.steps.insert(step.to_string()),
                Entry::Condition { at, .. } | Entry::Row { at, .. } => self.spans.push(*at),
                _ => {}
            }
        }
        self.spans.sort_unstable();
        self.spans.dedup();
    }

    /// Whether the case can notice a mutant of these flows: one of its events must be in one of them.
    pub(super) fn is_in(&self, flows: &BTreeSet<String>) -> bool {
        !self.flows.is_disjoint(flows) || self.case.file.expect.diagnostics.is_some()
    }

    /// How near the case comes to what the mutant changes; the nearest is the first to be asked.
    pub(super) fn nearness(&self, mutant: &Mutant) -> u8 {
        let span = mutant.edit.span;
        let touches = |own: &Span| own.start <= span.end && span.start <= own.end;
        let asks = || mutant.at.split(['.', '[', ']']).any(|part| self.steps.contains(part));
        if self.spans.iter().any(touches) { 2 } else { u8::from(asks()) }
    }
}

fn stated(verdict: Verdict) -> Statement {
    match verdict {
        Verdict::Passed => Statement::Silent,
        Verdict::Failed(differences) => Statement::Noticed(differences.to_string()),
        Verdict::Skipped(_) => Statement::Absent,
    }
}
