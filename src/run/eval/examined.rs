//! Rows looked at once more, for people: what each candidate gave, and why those that lost did.
//!
//! Nothing here is called while events are sent.

use std::convert::Infallible;

use serde_json::Value;

use super::super::examine::{Candidate, Fate, Made, Outcome, Source, steps as path_steps};
use super::super::trace::Entry;
use super::rest::{RestMember, Sent};
use super::{Eval, Found, Rejection};
use crate::compile::{Cond, Path, RestPlan, Root, RowPlan, Selector, SourcePlan};
use crate::json::Datum;
use crate::model::Take;
use crate::value::{Segment, Type, Walk};

/// Names below names that are followed; beyond, a value is told without its origin.
const DEEPEST: u8 = 8;

impl<'a> Eval<'a> {
    /// What a row gives, and why.
    pub(in crate::run) fn examine(&self, row: &'a RowPlan) -> Made {
        self.examine_below(row, DEEPEST)
    }

    fn examine_below(&self, row: &'a RowPlan, levels: u8) -> Made {
        let quiet = self.quiet();
        let outcome = if row.late {
            Outcome::Late
        } else {
            match quiet.row(row) {
                Ok(value) => value.map_or(Outcome::Nothing, |value| Outcome::Value(value.to_value())),
                Err(rejection) => Outcome::Refused(rejection.why().to_owned()),
            }
        };
        let (conditions, holds) = match &row.when {
            Some(when) if !when.late => self.examine_condition(when, &row.label),
            _ => (Vec::new(), true),
        };
        let source = self.sources(row, holds, levels);
        let has_won = match &source {
            Source::Candidates(candidates) => candidates.iter().any(|one| one.fate == Fate::Won),
            Source::Constant => true,
            Source::Each { .. } | Source::Text(_) | Source::List(_) => row.default.is_none(),
        };
        let is_default = !has_won && holds && row.default.is_some() && matches!(outcome, Outcome::Value(_));
        let cast = row.cast.as_ref().map(Type::describe);
        let (row_name, at, is_mapped) = (row.label.clone(), row.span, row.map.is_some());
        Made { row: row_name, at, outcome, conditions, holds, source, is_default, cast, is_mapped }
    }

    /// What a condition saw, and whether it held; one that cannot be told counts as not held.
    pub(in crate::run) fn examine_condition(&self, cond: &'a Cond, of: &str) -> (Vec<Entry>, bool) {
        let mut held = false;
        let entries = self.recorded_apart::<Infallible>(|| {
            held = self.holds(cond, of).unwrap_or(false);
            Ok(())
        });
        let Ok(mut entries) = entries;
        // Names that it goes through leave entries of their own, which stand where the names are told.
        let own = |entry: &Entry| matches!(entry, Entry::Condition { at, .. } if *at == cond.span);
        entries.retain(own);
        (entries, held)
    }

    fn sources(&self, row: &'a RowPlan, holds: bool, levels: u8) -> Source {
        match &row.source {
            SourcePlan::Constant(_) => Source::Constant,
            SourcePlan::Candidates(selectors, take) => {
                let mut is_open = holds;
                let mut candidates = Vec::new();
                for selector in selectors {
                    let candidate = self.examine_candidate(row, selector, *take, is_open, levels);
                    is_open = is_open && !matches!(candidate.fate, Fate::Won | Fate::Refused(_));
                    candidates.push(candidate);
                }
                Source::Candidates(candidates)
            }
            SourcePlan::Each(plan) => Source::Each {
                list: plan.each.text.clone(),
                from: plan.from.iter().map(|selector| selector.text.clone()).collect(),
            },
            SourcePlan::Template { with, .. } => {
                Source::Text(with.iter().map(|row| self.examine_below(row, levels)).collect())
            }
            SourcePlan::List(elements) => {
                let taken = |(when, _): &&'a (Option<Cond>, Vec<RowPlan>)| {
                    when.as_ref().is_none_or(|when| when.late || self.quiet().test(when).unwrap_or(false))
                };
                let rows = elements.iter().filter(taken).flat_map(|(_, rows)| rows);
                Source::List(rows.map(|row| self.examine_below(row, levels)).collect())
            }
        }
    }

    fn examine_candidate(
        &self,
        row: &'a RowPlan,
        selector: &'a Selector,
        take: Option<Take>,
        is_open: bool,
        levels: u8,
    ) -> Candidate {
        let text = selector.text.clone();
        if row.late && self.depends(selector) {
            return Candidate::without_value(text, Fate::Late);
        }
        if !is_open {
            return Candidate::without_value(text, Fate::Unasked);
        }
        let (via, path, is_changed) = self.origin(selector, levels);
        let quiet = self.quiet();
        let (found, fate, given) = match quiet.found_by(row, selector, take) {
            Err(rejection) => (None, Fate::Refused(rejection.why().to_owned()), None),
            Ok(found) => {
                let (fate, given) = quiet.fate(row, selector, found);
                (found, fate, given)
            }
        };
        let shown = |value: Datum<'a>| if selector.secret { "***".into() } else { value.to_value() };
        let found = found.map(shown);
        let is_shortened = row.truncate.is_some_and(|most| match given.map(Datum::to_value) {
            Some(Value::String(text)) => text.chars().count() > most,
            _ => false,
        });
        let is_changed = is_changed || is_shortened || given.is_some_and(|given| found != Some(shown(given)));
        Candidate { text, fate, found, via, path, is_changed }
    }

    /// Whether what a selector gives depends on answers.
    fn depends(&self, selector: &Selector) -> bool {
        match selector.root {
            Root::Name(name) => self.names.plan(name).is_some_and(|row| row.late),
            Root::Event | Root::Setting(_) | Root::Flow => false,
            Root::Reply | Root::Output(_) | Root::Item | Root::Loop | Root::Rest(_) => true,
        }
    }

    fn found_by(
        &self,
        row: &'a RowPlan,
        selector: &'a Selector,
        take: Option<Take>,
    ) -> Result<Found<'a>, Rejection<'a>> {
        match (&selector.path, take) {
            (Path::Query(_), Some(take)) => self.take_of(self.all(selector)?, take, row),
            _ => self.one(selector),
        }
    }

    fn fate(&self, row: &'a RowPlan, selector: &'a Selector, found: Found<'a>) -> (Fate, Found<'a>) {
        let Some(value) = found else { return (Fate::Missing, None) };
        match self.try_value(row, value, Some(&selector.text)) {
            Ok(Some(given)) => (Fate::Won, Some(given)),
            Ok(None) if value.is_null() => (Fate::Null, None),
            Ok(None) if row.empty_is_missing && value.is_empty() => (Fate::Empty, None),
            Ok(None) => {
                let why = self.fitting(row, value).err().map(|misfit| misfit.to_string());
                (Fate::Misfit(why.unwrap_or_default()), None)
            }
            Err(rejection) => (Fate::Refused(rejection.why().to_owned()), None),
        }
    }

    /// The name that a selector goes through, the path in the event that it comes to, and whether a name on the way
    /// gives another value than the event has.
    fn origin(&self, selector: &'a Selector, levels: u8) -> (Option<Box<Made>>, Option<Walk>, bool) {
        let Path::Walk(walk) = &selector.path else { return (None, None, false) };
        match (selector.root, levels.checked_sub(1)) {
            (Root::Event, _) => (None, Some(walk.clone()), false),
            (Root::Name(name), Some(levels)) => {
                let Some(row) = self.names.plan(name) else { return (None, None, false) };
                let made = self.examine_below(row, levels);
                let origin = made.origin().map(|(path, is_changed)| (joined(path, &walk.0), is_changed));
                let (path, is_changed) = origin.unzip();
                (Some(Box::new(made)), path, is_changed.unwrap_or(false))
            }
            _ => (None, None, false),
        }
    }

    /// Names of the flow and what they give.
    pub(in crate::run) fn examine_names(&self) -> Vec<Made> {
        self.names.plans().iter().map(|row| self.examine(row)).collect()
    }

    /// Members that no row reads, with their keys in the body.
    pub(in crate::run) fn examine_rest(&self, rest: &'a RestPlan) -> Vec<(String, Made)> {
        let quiet = self.quiet();
        let (_, path, is_changed) = self.origin(&rest.of, DEEPEST);
        let members = quiet.rest_members(rest).unwrap_or_default();
        members.iter().map(|member| quiet.examine_member(rest, *member, path.as_ref(), is_changed)).collect()
    }

    fn examine_member(
        &self,
        rest: &'a RestPlan,
        member: RestMember<'a>,
        path: Option<&Walk>,
        is_changed: bool,
    ) -> (String, Made) {
        let arena = self.arena();
        let key = member.member.key(arena).characters(arena);
        let found = member.member.value(arena).to_value();
        let (outcome, fate) = match member.sent {
            Ok(Sent::Pair(_)) => (Outcome::Value(found.clone()), Fate::Won),
            Ok(Sent::Value(value)) => (Outcome::Value(value.to_value()), Fate::Won),
            Err(why) => (Outcome::Nothing, Fate::LeftOut(why.text())),
        };
        let below = [Segment::Key(key.into())];
        let is_changed = is_changed || !matches!(&outcome, Outcome::Value(sent) if *sent == found);
        let candidate = Candidate {
            text: format!("{}{}", rest.of.text, path_steps(&below)).into(),
            fate,
            found: Some(found),
            via: None,
            path: path.map(|path| joined(path, &below)),
            is_changed,
        };
        let made = Made {
            row: format!("rest of {}", rest.of.text).into(),
            at: rest.span,
            outcome,
            conditions: Vec::new(),
            holds: true,
            source: Source::Candidates(vec![candidate]),
            is_default: false,
            cast: None,
            is_mapped: false,
        };
        (member.sent_as(rest, arena).characters(arena).to_owned(), made)
    }
}

fn joined(path: &Walk, below: &[Segment]) -> Walk {
    Walk(path.0.iter().chain(below).cloned().collect())
}
