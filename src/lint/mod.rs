//! The linter: what a mapping that compiles still says in vain, or does not say.
//!
//! In: a document and its typed mapping. Out: findings, each of one rule. A rule sees the mapping, not the plan, and is
//! one record in `rules/`; `registry.rs` is the list of them. Reads no clock: dates are judged as of a day that is given.

mod allow;
mod answers;
mod asked;
pub mod budget;
mod decide;
mod edit;
mod filled;
mod forget;
mod known;
mod page;
mod path;
mod points;
mod registry;
mod replies;
mod rule;
mod rules;
mod scope;
mod sent;
mod shape;
mod suspect;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use page::page;
pub use points::{Point, PointKind, points};
pub use registry::RULES;
pub use rule::Rule;
pub use suspect::{Claim, Suspicion, suspicions};

use crate::destination::Destination;
use crate::diag::{Diagnostic, Diagnostics, LineIndex, Severity};
use crate::model::{self, Mapping};
use crate::source::{self, Document};
use crate::value::Day;
use rule::{Check, Report};
use scope::Scope;

/// What to do with the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are not told.
    Allow,
    /// They are told with this severity.
    Told(Severity),
}

/// How to lint.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Levels by name of the rule, instead of the rule's own.
    pub levels: BTreeMap<String, Level>,
    /// The day for which dates are judged; without one they are not.
    pub as_of: Option<Day>,
    /// What the destination takes and answers; without it, rules about that find nothing.
    pub destination: Option<Arc<Destination>>,
}

/// Finds a rule by its number or its name.
#[must_use]
pub fn rule(wanted: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code.name == wanted || rule.code.id().eq_ignore_ascii_case(wanted))
}

/// Lints the text of a mapping that compiles, and adds the findings. Text that cannot be read adds nothing: whoever
/// compiled it has told why.
pub fn lint(text: &str, options: &Options, found: &mut Diagnostics) {
    let mut unread = Diagnostics::new();
    let Some(document) = source::read(text, &mut unread) else { return };
    if let Some(mapping) = model::lower(&document, &mut unread) {
        check(&document, &mapping, options, found);
    }
}

/// Runs all rules; suppressions take out what they name, warnings of earlier stages among it.
pub fn check(document: &Document, mapping: &Mapping, options: &Options, found: &mut Diagnostics) {
    let scope = Scope::new(mapping, document, options.as_of);
    let mut told = Diagnostics::new();
    for rule in RULES {
        let Some(severity) = severity_of(rule, options) else { continue };
        let mut report = Report { code: rule.code, severity, found: &mut told };
        match (rule.check, &options.destination) {
            (Check::Mapping(check), _) => check(&scope, &mut report),
            (Check::Destination { check, .. }, Some(destination)) => {
                check(&scope, destination, &mut report);
                // What one table does wrong in several requests is told once.
                let mut seen = BTreeSet::new();
                told.retain(|found| found.code != rule.code || seen.insert(found.primary));
            }
            (Check::Destination { .. } | Check::Suppressions(_), _) => {}
        }
    }
    let lines = LineIndex::new(&document.text);
    // Without schemas nobody knows whether what they would show is silenced in vain.
    let is_unasked =
        |name: &str| options.destination.is_none() && rule(name).is_some_and(|rule| rule.schemas().is_some());
    let unasked = |allow: &allow::Allow| allow.names.iter().map(|(name, _)| is_unasked(name)).collect();
    let mut used: Vec<Vec<bool>> = scope.allows.iter().map(unasked).collect();
    let mut is_silenced = |finding: &Diagnostic| {
        let mut silenced = false;
        for (allow, used) in scope.allows.iter().zip(&mut used) {
            if let Some(used) = allow.silences(finding, &lines).and_then(|index| used.get_mut(index)) {
                (*used, silenced) = (true, true);
            }
        }
        silenced
    };
    found.retain(|finding| finding.severity == Severity::Error || !is_silenced(finding));
    told.retain(|finding| !is_silenced(finding));
    for rule in RULES {
        if let (Some(severity), Check::Suppressions(check)) = (severity_of(rule, options), rule.check) {
            check(&scope, &used, &mut Report { code: rule.code, severity, found: &mut told });
        }
    }
    told.into_vec().into_iter().for_each(|finding| {
        found.push(finding);
    });
}

fn severity_of(rule: &Rule, options: &Options) -> Option<Severity> {
    match options.levels.get(rule.code.name) {
        Some(Level::Allow) => None,
        Some(Level::Told(severity)) => Some(*severity),
        None => Some(rule.severity()),
    }
}
